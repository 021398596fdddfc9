"""Deadlines in working hours: nights, lunch, weekends and holidays do not count."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.core import calendar
from bot.core.calendar import HOUR, OfficeHours, deadline, working_time


def at(words: str) -> int:
    return calendar.instant(datetime.strptime(words, "%d/%m/%Y %H:%M").replace(tzinfo=calendar.ZONE))


@pytest.mark.parametrize(
    ("since", "hours", "by"),
    [
        ("24/03/2021 08:00", 4, "24/03/2021 12:00"),
        ("24/03/2021 08:00", 5, "24/03/2021 14:30"),
        ("24/03/2021 11:00", 2, "24/03/2021 14:30"),
        ("24/03/2021 12:45", 1, "24/03/2021 14:30"),
        ("24/03/2021 08:00", 8, "24/03/2021 17:30"),
        ("24/03/2021 17:00", 16, "26/03/2021 17:00"),
        ("26/03/2021 17:00", 1, "29/03/2021 08:30"),
        ("27/03/2021 10:00", 16, "30/03/2021 17:30"),
        ("24/03/2021 23:30", 8, "25/03/2021 17:30"),
        # Giỗ Tổ on Wednesday 21/04/2021
        ("20/04/2021 16:30", 2, "22/04/2021 09:00"),
        # 30/04 and 01/05 with the substitute day, Monday 03/05/2021
        ("29/04/2021 16:30", 2, "04/05/2021 09:00"),
        # Tết 2021: the offices closed on Tuesday 09/02 and opened on Wednesday 17/02
        ("09/02/2021 17:00", 1, "17/02/2021 08:30"),
    ],
)
def test_deadline(since: str, hours: int, by: str) -> None:
    assert calendar.local(deadline(at(since), hours)).strftime("%d/%m/%Y %H:%M") == by


MOMENTS = some.integers(at("01/01/2021 00:00"), at("31/12/2026 23:59"))


@given(MOMENTS, some.integers(1, 200))
def test_as_many_working_hours_lie_before_a_deadline_as_were_given(since: int, hours: int) -> None:
    assert working_time(since, deadline(since, hours)) == hours * HOUR


@given(MOMENTS, some.integers(1, 100), some.integers(1, 100))
def test_more_hours_end_later(since: int, hours: int, more: int) -> None:
    assert deadline(since, hours) < deadline(since, hours + more)


def test_an_office_that_never_opens_has_no_deadline() -> None:
    with pytest.raises(ValueError, match="never opens"):
        deadline(at("24/03/2021 08:00"), 1, OfficeHours(spans=()))
