"""Days off and quiet hours: what the law says, what the ward decides, and when people may be written to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import pytest

from bot.core import calendar


def moment(text: str) -> int:
    """Epoch milliseconds of a local "dd/mm/yyyy HH:MM"."""
    return calendar.instant(datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=calendar.ZONE))


@pytest.fixture
def ward_days() -> Iterator[None]:
    """A village feast on a Monday, the Saturday before worked in exchange, and a Sunday worked by decision."""
    calendar.decide({date(2021, 4, 19): True, date(2021, 4, 17): False, date(2021, 5, 23): False})
    yield
    calendar.decide({})


def test_what_the_ward_decides_goes_before_the_law(ward_days: None) -> None:
    days = {"2021-04-16": True, "2021-04-17": True, "2021-04-18": False, "2021-04-19": False, "2021-05-23": True}
    assert {day: calendar.is_working_day(date.fromisoformat(day)) for day in days} == days
    assert calendar.next_working_day(date(2021, 4, 17)) == date(2021, 4, 20)
    assert calendar.is_open_day(date(2021, 5, 23))
    assert not calendar.is_open_day(date(2021, 4, 19))


def test_a_deadline_in_working_hours_passes_over_the_wards_own_day_off(ward_days: None) -> None:
    assert calendar.deadline(moment("17/04/2021 15:30"), 4) == moment("20/04/2021 10:00")


def test_a_new_decision_replaces_what_was_decided() -> None:
    calendar.decide({date(2021, 4, 19): True})
    calendar.decide({})
    assert calendar.is_working_day(date(2021, 4, 19))


@pytest.mark.parametrize(
    ("year", "tet"),
    [
        (2026, "2026-02-16 2026-02-17 2026-02-18 2026-02-19 2026-02-20"),
        (2027, "2027-02-05 2027-02-08 2027-02-09 2027-02-10"),
    ],
)
def test_tet_is_off(year: int, tet: str) -> None:
    for day in tet.split():
        assert not calendar.is_working_day(date.fromisoformat(day)), day
    assert calendar.is_working_day(date(year, 3, 2))


@pytest.mark.parametrize(
    ("now", "quiet", "then"),
    [
        ("24/03/2021 06:59", True, "24/03/2021 07:00"),
        ("24/03/2021 07:00", False, "24/03/2021 07:00"),
        ("24/03/2021 12:00", False, "24/03/2021 12:00"),
        ("24/03/2021 20:59", False, "24/03/2021 20:59"),
        ("24/03/2021 21:00", True, "25/03/2021 07:00"),
        ("31/12/2021 23:59", True, "01/01/2022 07:00"),
    ],
)
def test_the_night(now: str, quiet: bool, then: str) -> None:
    assert calendar.is_quiet(moment(now)) is quiet
    assert calendar.next_waking(moment(now)) == moment(then)


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("24/03/2021 11:29", "24/03/2021 11:29"),
        ("24/03/2021 11:30", "24/03/2021 13:30"),
        ("24/03/2021 13:29", "24/03/2021 13:30"),
        ("24/03/2021 21:00", "25/03/2021 07:30"),
        ("28/03/2021 12:00", "29/03/2021 07:30"),
        ("20/04/2021 22:00", "22/04/2021 07:30"),
    ],
)
def test_what_nobody_asked_for_waits_out_lunch_nights_sundays_and_holidays(now: str, then: str) -> None:
    assert calendar.next_polite(moment(now)) == moment(then)
