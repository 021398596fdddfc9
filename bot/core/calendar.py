"""Days that count: working days, holidays, and the local day of an instant."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
MONDAY, SATURDAY, SUNDAY = 0, 5, 6
WAKING = (time(7), time(21))
FIRST_POLITE = time(7, 30)


def local(instant: int, zone: tzinfo = ZONE) -> datetime:
    """The local date and time of an instant in epoch milliseconds."""
    return datetime.fromtimestamp(instant / 1000, zone)


def instant(moment: datetime) -> int:
    """Epoch milliseconds of an aware date and time."""
    return round(moment.timestamp() * 1000)


def at(day: date, hour: time, zone: tzinfo = ZONE) -> int:
    """Epoch milliseconds of an hour on a local day."""
    return instant(datetime.combine(day, hour, zone))


@lru_cache(maxsize=64)
def _holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("VN", years=year))


def is_holiday(day: date) -> bool:
    """Whether Vietnam has a public holiday that day (Tết and substitute days included)."""
    return day in _holidays(day.year)


def is_working_day(day: date) -> bool:
    """Monday to Friday and no holiday."""
    return day.weekday() < SATURDAY and not is_holiday(day)


def days_between(first: date, last: date) -> Iterator[date]:
    """Each day from `first` to `last`, both included."""
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)


def next_polite(now: int, zone: tzinfo = ZONE) -> int:
    """The first moment from `now` on at which a message that nobody asked for disturbs no one.

    Between 07:00 and 21:00 that is now; never on Sundays and holidays; then at half past seven of the next such day.
    """
    moment = local(now, zone)
    day = moment.date()
    if _is_open(day) and WAKING[0] <= moment.time() < WAKING[1]:
        return now
    if not (_is_open(day) and moment.time() < WAKING[0]):
        day += timedelta(days=1)
    while not _is_open(day):
        day += timedelta(days=1)
    return at(day, FIRST_POLITE, zone)


def _is_open(day: date) -> bool:
    return day.weekday() != SUNDAY and not is_holiday(day)
