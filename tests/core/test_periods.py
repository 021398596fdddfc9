"""Spans of days: every day lies in exactly one of a line of reports, and a calendar month is one."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.periods import ONE_DAY, Span, ending

days = st.dates(date(2020, 1, 1), date(2030, 12, 31))


@given(st.sampled_from(Span), days)
def test_what_comes_before_touches_and_does_not_overlap(span: Span, day: date) -> None:
    period = ending(span, day)
    assert period.first <= period.last == day
    assert period.before.last == period.first - ONE_DAY


@given(days)
def test_a_day_is_itself_and_a_week_has_seven_days(day: date) -> None:
    assert ending(Span.DAY, day).first == day
    assert ending(Span.WEEK, day).first == day - timedelta(days=6)


@pytest.mark.parametrize(
    ("last", "first"),
    [
        ("2021-03-25", "2021-02-26"),
        ("2021-03-31", "2021-03-01"),
        ("2021-02-28", "2021-02-01"),
        ("2021-03-30", "2021-03-01"),
        ("2024-02-29", "2024-02-01"),
        ("2021-01-25", "2020-12-26"),
    ],
)
def test_a_month_begins_after_the_same_day_of_the_month_before(last: str, first: str) -> None:
    assert ending(Span.MONTH, date.fromisoformat(last)).first == date.fromisoformat(first)
