"""Spans of days that are reported on: a day, the week and the month that end on it, and what each is compared with."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from bot.core import calendar

ONE_DAY = timedelta(days=1)
WEEK = timedelta(days=7)
FRIDAY = 4
MONTHLY_BY = 25
"""The day of a month by which its report is due."""


class Span(StrEnum):
    """How long a report looks back."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Some days, both ends included.

    A week is the seven days that end on its day, so that Friday's reports miss no Saturday; a month likewise, from the
    day after the same day of the month before. On the last day of a month it is that calendar month.
    """

    span: Span
    first: date
    last: date

    @property
    def before(self) -> Period:
        """What it is compared with: the day, week or month before it."""
        return ending(self.span, self.first - ONE_DAY)


def ending(span: Span, last: date) -> Period:
    """The period that ends on a day."""
    firsts = {Span.DAY: last, Span.WEEK: last - WEEK + ONE_DAY, Span.MONTH: _month_before(last) + ONE_DAY}
    return Period(span=span, first=firsts[span], last=last)


def _month_before(day: date) -> date:
    """The same day of the month before; its last day when this is the last one, or when it has no such day."""
    end_before = day.replace(day=1) - ONE_DAY
    if day.day == monthrange(day.year, day.month)[1]:
        return end_before
    return end_before.replace(day=min(day.day, end_before.day))


def is_report_day(span: Span, day: date) -> bool:
    """Whether the report of a week (on Friday) or of a month (on the 25th) is due: the last working day up to then."""
    if span is Span.DAY:
        return True
    limit = day.replace(day=MONTHLY_BY) if span is Span.MONTH else day + (FRIDAY - day.weekday()) * ONE_DAY
    return day == _last_working_day(limit)


def _last_working_day(limit: date) -> date:
    while not calendar.is_working_day(limit):
        limit -= ONE_DAY
    return limit


def reporting(span: Span, day: date) -> Period:
    """The period of a report that is due on a day: everything since the last report day, so that no day is missed."""
    if span is Span.DAY:
        return ending(span, day)
    before = day - ONE_DAY
    while not is_report_day(span, before):
        before -= ONE_DAY
    return Period(span=span, first=before + ONE_DAY, last=day)
