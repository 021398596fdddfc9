"""The day's figures as a message: three sentences (good, lagging, needs you) and a table for a phone."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core import figures
from storage.notices import LedgerLine
from storage.statistics import DayFigures

MOST_NAMES = 4  # further ones are counted, not listed: a leader reads one screen


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The first few names of a list, and how many more there are."""

    first: tuple[str, ...]
    more: int

    @property
    def total(self) -> int:
        return len(self.first) + self.more


def named(names: tuple[str, ...]) -> Names:
    """The names that fit."""
    return Names(first=names[:MOST_NAMES], more=max(0, len(names) - MOST_NAMES))


def daily_values(figured: DayFigures, ledger: list[LedgerLine]) -> dict[str, object]:
    """What the template of the daily message is filled with; counts and shares are already written out."""
    obliged = len(figured.obliged)
    return {
        "figures": figured,
        "obliged": obliged,
        "obliged_ratio": figures.ratio(figured.obliged_registered, obliged) if obliged else "",
        "obliged_held_ratio": figures.ratio(figured.obliged_held, obliged) if obliged else "",
        "field_rows": [
            {
                "name": field.name,
                "clearance": field.code == "GPMB",
                "collectives": figures.ratio(field.collectives, figured.collectives),
                "individuals": figures.ratio(field.individuals, figured.individuals),
            }
            for field in figured.fields
        ],
        "without_model": named(figured.without_model),
        "obliged_without_model": named(figured.obliged_without_model),
        "without_session": named(figured.without_session),
        "notices": ledger[:3],
    }
