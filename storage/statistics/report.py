"""The figures of a day, a week or a month: what is so at its end, what came within it, and what was said of it then."""

from __future__ import annotations

import json
from collections.abc import Sequence
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
RECEIVED = ("received", "understood")

Row = dict[str, Any]


def report(tx: Tx, scope: str, period: Period) -> Report:
    """The figures of a scope for a period, as now known, beside what was sent for it."""
    named = campaign.unit(tx, scope)
    week = (ending(Span.WEEK, period.last),) if period.span is Span.DAY else ()
    shown = period.last - DAYS_SHOWN if period.span is Span.DAY else period.first
    spans = (period, *week)
    happened = Happened(tx, scope, min(shown, *(span.before.first for span in spans)), period.last)
    return Report(
        unit_name=named.name if named else scope,
        period=period,
        figured=day_figures(tx, scope, period.last),
        compared=tuple(
            Comparison(period=span, now=happened.tally(span), before=happened.tally(span.before)) for span in spans
        ),
        days=happened.by_day(shown, period.last),
        sent=sent_figures(tx, scope, period),
    )


class Happened:
    """What happened in a scope within some days, read once: a report looks at the same days again and again."""

    def __init__(self, tx: Tx, scope: str, first: date, last: date) -> None:
        self._tx, self._scope, self._first, self._last = tx, scope, first, last
        self._answers: list[Row] = list(
            _Q.answers_given(tx, scope=scope, began_at=midnight(first), ended_at=midnight(last + ONE_DAY))
        )
        self._years: dict[date, int] = {}
        self._models: dict[int, list[Row]] = {}
        self._sessions: dict[int, list[Row]] = {}

    def tally(self, period: Period) -> Tally:
        """What came in within a period, of the campaign that is on at its end."""
        first, last = period.first.isoformat(), period.last.isoformat()
        began_at, ended_at = midnight(period.first), midnight(period.last + ONE_DAY)
        reported = [
            row for row in self._held(period.last) if first <= row["reported_on"] <= last and row["held_on"] <= last
        ]
        answers = [row for row in self._answers if began_at <= row["answered_at"] < ended_at]
        days = {"scope": self._scope, "year": self._year(period.last), "first": first, "last": last}
        instants = {"scope": self._scope, "began_at": began_at, "ended_at": ended_at}
        return Tally(
            first=first,
            last=last,
            models=_summed(self._registered(period.last), "day", first, last),
            sessions=sum(row["counted"] for row in reported),
            attendees=sum(row["attendees"] for row in reported),
            notices=_Q.notices_within(self._tx, **instants),
            received=_households(answers, RECEIVED),
            explain=_households(answers, ("explain",)),
            questions=_Q.questions_within(self._tx, **instants),
            **_Q.duties_within(self._tx, **days),
        )

    def by_day(self, first: date, last: date) -> tuple[DayCount, ...]:
        """Day by day what happened, also on days on which nothing did."""
        held, registered = self._held(last), self._registered(last)
        received: dict[str, set[str]] = {}
        for row in self._answers:
            if row["answer"] in RECEIVED:
                received.setdefault(calendar.local(row["answered_at"]).date().isoformat(), set()).add(
                    row["recipient_id"]
                )
        days = [day.isoformat() for day in calendar.days_between(first, last)]
        return tuple(
            DayCount(
                day=day,
                sessions=_summed(held, "held_on", day, day),
                models=_summed(registered, "day", day, day),
                received=len(received.get(day, ())),
            )
            for day in days
        )

    def _year(self, day: date) -> int:
        if day not in self._years:
            self._years[day] = where(self._tx, self._scope, day)["year"]
        return self._years[day]

    def _registered(self, day: date) -> list[Row]:
        """Models by the day of their registration, of the campaign that is on at a day."""
        year = self._year(day)
        if year not in self._models:
            self._models[year] = list(_Q.models_by_day(self._tx, **self._asked(year)))
        return self._models[year]

    def _held(self, day: date) -> list[Row]:
        """Sessions by the days on which they were held and reported, of the campaign that is on at a day."""
        year = self._year(day)
        if year not in self._sessions:
            self._sessions[year] = list(_Q.sessions_by_day(self._tx, **self._asked(year)))
        return self._sessions[year]

    def _asked(self, year: int) -> Row:
        return {
            "scope": self._scope, "year": year, "first": self._first.isoformat(), "last": self._last.isoformat(),
        }  # fmt: skip


def _summed(rows: Sequence[Row], column: str, first: str, last: str) -> int:
    return sum(row["counted"] for row in rows if first <= row[column] <= last)


def _households(answers: Sequence[Row], kinds: Sequence[str]) -> int:
    """How many gave an answer of these kinds, each once."""
    return len({row["recipient_id"] for row in answers if row["answer"] in kinds})


def keep_sent(tx: Tx, scope: str, period: Period, figures: str, now: int) -> None:
    """Keep figures as they are sent; the first of several leaders of a unit says it for all."""
    _Q.keep_sent(tx, span=period.span, day=period.last.isoformat(), unit_id=scope, figures=figures, sent_at=now)


def sent_figures(tx: Tx, scope: str, period: Period) -> Sent | None:
    """What was sent for a unit and a period, if anything was."""
    row = _Q.sent(tx, span=period.span, day=period.last.isoformat(), unit_id=scope)
    return row and Sent(**{**row, "figures": json.loads(row["figures"])})
