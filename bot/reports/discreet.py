"""A report for somebody who needs counts and not people: what households need, think or leave open, not exactly."""

from __future__ import annotations

from dataclasses import replace

from bot.core.small_cells import alone, protected
from storage.statistics import Comparison, DayFigures, HouseholdCount, NoticeCount, Report

REASONS = ("price", "resettlement", "papers", "other")


def discreet(report: Report, fewest: int) -> Report:
    """The same report; counts of households below `fewest` can't be told from it, nor worked out."""
    compared = tuple(_compared(one, fewest) for one in report.compared)
    return replace(report, figured=discreet_day(report.figured, fewest), compared=compared)


def discreet_day(figured: DayFigures, fewest: int) -> DayFigures:
    """The figures of a day, likewise."""
    return replace(
        figured,
        households=_households(figured.households, fewest),
        notices=tuple(_notice(notice, fewest) for notice in figured.notices),
    )


def _compared(compared: Comparison, fewest: int) -> Comparison:
    now, before = compared.now, compared.before
    return replace(
        compared,
        now=replace(now, explain=alone(_exact(now.explain), fewest)),
        before=replace(before, explain=alone(_exact(before.explain), fewest)),
    )


def _notice(notice: NoticeCount, fewest: int) -> NoticeCount:
    """How many have it and acknowledged it is the ward's own work; who asks and who is silent are the households."""
    explain, silent = _exact(notice.explain), _exact(notice.silent)
    parts = protected(explain + silent, {"explain": explain, "silent": silent}, fewest).parts
    return replace(notice, **parts)  # type: ignore[arg-type]


def _households(count: HouseholdCount, fewest: int) -> HouseholdCount:
    """Agreement and hesitation are each other's rest; the reasons are those of the hesitating."""
    agreed, hesitating = _exact(count.agreed), _exact(count.hesitating)
    moods = protected(agreed + hesitating, {"agreed": agreed, "hesitating": hesitating}, fewest).parts
    reasons = protected(moods["hesitating"], {name: _exact(getattr(count, name)) for name in REASONS}, fewest).parts
    return replace(count, **moods, **reasons)  # type: ignore[arg-type]


def _exact(count: object) -> int:
    """A count as the records have it."""
    assert isinstance(count, int), "a report is made discreet once"
    return count
