"""What a file about the figures is made from: read at one moment, for one scope, by one person."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.calendar import local
from bot.core.periods import Period
from bot.core.small_cells import FEWEST
from bot.reports.discreet import discreet
from storage import campaign
from storage.campaign import Unit
from storage.database import Tx
from storage.statistics import Report, report, seen
from storage.statistics.day import where

OFFICES = ("ward", "district", "city", "province")
"""The kinds of unit in whose name an official letter can be written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """The figures of a period; whose letterhead they go under, who asked, and when."""

    report: Report
    year: int
    office: str  # who writes: the ward, or what lies nearest above the scope
    above: str  # what that is below; "" when nothing is known
    by: str
    at: int

    @property
    def made_at(self) -> str:
        """The moment as it is written: 17:05, 24/03/2021."""
        return f"{local(self.at):%H:%M, %d/%m/%Y}"


def gather(tx: Tx, scope: str, period: Period, by: str, now: int, fewest: int = FEWEST) -> Material:
    """Read it, for one who may see that scope, and counts of households from `fewest` on."""
    line = _line_above(tx, scope)
    at = next((place for place, unit in enumerate(line) if unit.kind in OFFICES), 0)
    names = [unit.name for unit in line[at : at + 2]]
    return Material(
        report=discreet(seen(tx, report, scope, period), fewest),
        year=where(tx, scope, period.last)["year"],
        office=names[0] if names else scope,
        above=names[1] if len(names) > 1 else "",
        by=by,
        at=now,
    )


def _line_above(tx: Tx, scope: str) -> list[Unit]:
    """A unit and those above it, the nearest first."""
    line: list[Unit] = []
    following: str | None = scope
    while following and (unit := campaign.unit(tx, following)):
        line.append(unit)
        following = unit.parent_id
    return line
