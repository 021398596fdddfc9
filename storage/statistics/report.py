"""The figures of a day, a week or a month: what is so at its end, what came within it, and what was said of it then."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from bot.core import calendar
from bot.core.periods import ONE_DAY, Period, Span, ending
from storage import campaign
from storage.database import Tx, load_queries
from storage.statistics.day import day_figures, midnight, where
from storage.statistics.nouns import Comparison, DayCount, Report, Sent, Tally

_Q: Any = load_queries("statistics")

DAYS_SHOWN = timedelta(days=13)
"""How far a day's line of sessions goes back."""


def report(tx: Tx, scope: str, period: Period) -> Report:
    """The figures of a scope for a period, as now known, beside what was sent for it."""
    named = campaign.unit(tx, scope)
    week = (ending(Span.WEEK, period.last),) if period.span is Span.DAY else ()
    first = period.last - DAYS_SHOWN if period.span is Span.DAY else period.first
    return Report(
        unit_name=named.name if named else scope,
        period=period,
        figured=day_figures(tx, scope, period.last),
        compared=tuple(_compared(tx, scope, span) for span in (period, *week)),
        days=daily_counts(tx, scope, first, period.last),
        sent=sent_figures(tx, scope, period),
    )


def _compared(tx: Tx, scope: str, period: Period) -> Comparison:
    return Comparison(period=period, now=tally(tx, scope, period), before=tally(tx, scope, period.before))


def tally(tx: Tx, scope: str, period: Period) -> Tally:
    """What came in within a period, of the campaign that is on at its end."""
    year = where(tx, scope, period.last)["year"]
    days = {"scope": scope, "year": year, "first": period.first.isoformat(), "last": period.last.isoformat()}
    instants = {"scope": scope, "began_at": midnight(period.first), "ended_at": midnight(period.last + ONE_DAY)}
    return Tally(
        first=period.first.isoformat(),
        last=period.last.isoformat(),
        models=_Q.models_within(tx, **days),
        notices=_Q.notices_within(tx, **instants),
        questions=_Q.questions_within(tx, **instants),
        **_Q.sessions_within(tx, **days),
        **_Q.answers_within(tx, **instants),
    )


def daily_counts(tx: Tx, scope: str, first: date, last: date) -> tuple[DayCount, ...]:
    """Day by day what happened, also on days on which nothing did."""
    year = where(tx, scope, last)["year"]
    days = {"scope": scope, "year": year, "first": first.isoformat(), "last": last.isoformat()}
    instants = {"scope": scope, "began_at": midnight(first), "ended_at": midnight(last + ONE_DAY)}
    sessions, models = _by(_Q.sessions_by_day(tx, **days)), _by(_Q.models_by_day(tx, **days))
    received = {row["day_number"]: row["counted"] for row in _Q.answers_by_day(tx, **instants)}
    return tuple(
        DayCount(
            day=day.isoformat(),
            sessions=sessions.get(day.isoformat(), 0),
            models=models.get(day.isoformat(), 0),
            received=received.get(number, 0),
        )
        for number, day in enumerate(calendar.days_between(first, last))
    )


def _by(rows: Iterable[dict[str, Any]]) -> dict[str, int]:
    return {row["day"]: row["counted"] for row in rows}


def keep_sent(tx: Tx, scope: str, period: Period, figures: str, now: int) -> None:
    """Keep figures as they are sent; the first of several leaders of a unit says it for all."""
    _Q.keep_sent(tx, span=period.span, day=period.last.isoformat(), unit_id=scope, figures=figures, sent_at=now)


def sent_figures(tx: Tx, scope: str, period: Period) -> Sent | None:
    """What was sent for a unit and a period, if anything was."""
    row = _Q.sent(tx, span=period.span, day=period.last.isoformat(), unit_id=scope)
    return row and Sent(**{**row, "figures": json.loads(row["figures"])})
