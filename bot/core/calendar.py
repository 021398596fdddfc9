"""Days that count: working days, holidays, quiet hours, and the local day of an instant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
MONDAY, SATURDAY, SUNDAY = 0, 5, 6
WAKING = (time(7), time(21))
FIRST_POLITE = time(7, 30)
Hours = Sequence[tuple[time, time]]
"""Spans of a day, each from an hour up to an hour."""
PROACTIVE_HOURS: Hours = ((time(7, 30), time(11, 30)), (time(13, 30), time(20)))
"""When people are written to who have not asked, unless the ward has set other hours."""
MOST_DAYS_OFF = 30  # in a row; Tết takes nine at the most
LUNCH = (time(11, 30), time(13, 30))

_decided: dict[date, bool] = {}
"""What the ward itself has decided of single days: True is a day off, False a day on which it works."""


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


def decide(days: Mapping[date, bool]) -> None:
    """Put the ward's own days before the law's: all that it has decided, in the place of what was known before."""
    _decided.clear()
    _decided.update(days)


def is_lawful_holiday(day: date) -> bool:
    """Whether the law makes that day a public holiday, whatever the ward has decided."""
    return day in _holidays(day.year)


def is_holiday(day: date) -> bool:
    """Whether that day is a public holiday (Tết and substitute days included), or the ward's own day off."""
    return _decided.get(day, day in _holidays(day.year))


def is_working_day(day: date) -> bool:
    """Monday to Friday and no holiday, unless the ward has decided otherwise."""
    return not _decided.get(day, day.weekday() >= SATURDAY or is_holiday(day))


def is_open_day(day: date) -> bool:
    """Whether people may be written to that day without having asked: no Sunday, no holiday."""
    return not _decided.get(day, day.weekday() == SUNDAY or is_holiday(day))


def next_working_day(day: date) -> date:
    """The first working day after a day."""
    following = day + timedelta(days=1)
    while not is_working_day(following):
        following += timedelta(days=1)
    return following


def nearest_working_days(day: date, today: date) -> tuple[date, ...]:
    """The last working day before a day off, unless it is past, and the first after it."""
    before, after = day, next_working_day(day)
    while not is_working_day(before):
        before -= timedelta(days=1)
    return (before, after) if before >= today else (after,)


def is_quiet(now: int, zone: tzinfo = ZONE) -> bool:
    """Whether it is night: from 21:00 to 07:00 the program says nothing of its own accord."""
    return not WAKING[0] <= local(now, zone).time() < WAKING[1]


def next_waking(now: int, zone: tzinfo = ZONE) -> int:
    """The first moment from `now` on that is not in the night."""
    moment = local(now, zone)
    if not is_quiet(now, zone):
        return now
    day = moment.date() + timedelta(days=moment.time() >= WAKING[1])
    return at(day, WAKING[0], zone)


def month_start(instant_: int) -> int:
    """Epoch milliseconds of the first moment of the local month that an instant lies in."""
    return at(local(instant_).date().replace(day=1), time())


def days_between(first: date, last: date) -> Iterator[date]:
    """Each day from `first` to `last`, both included."""
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)


def next_polite(now: int, zone: tzinfo = ZONE) -> int:
    """The first moment from `now` on at which a message that nobody asked for disturbs no one.

    Between 07:00 and 21:00 that is now, but for the lunch break, which is waited out; never on Sundays and holidays;
    then at half past seven of the next such day.
    """
    moment = local(now, zone)
    day = moment.date()
    if is_open_day(day) and WAKING[0] <= moment.time() < WAKING[1]:
        return at(day, LUNCH[1], zone) if LUNCH[0] <= moment.time() < LUNCH[1] else now
    if not (is_open_day(day) and moment.time() < WAKING[0]):
        day += timedelta(days=1)
    while not is_open_day(day):
        day += timedelta(days=1)
    return at(day, FIRST_POLITE, zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeHours:
    """When an office is open on a working day: spans in their order, with the lunch break between them."""

    spans: tuple[tuple[time, time], ...]

    def on(self, day: date, zone: tzinfo = ZONE) -> Iterator[tuple[int, int]]:
        """The spans of a day as instants; none on a day off."""
        if is_working_day(day):
            for opens, closes in self.spans:
                yield at(day, opens, zone), at(day, closes, zone)


OFFICE = OfficeHours(spans=((time(8), time(12)), (time(13, 30), time(17, 30))))
"""The usual hours of a ward's office."""
LONGEST_CLOSED = 30  # days: no office is closed longer, Tết included
HOUR = 3600_000  # milliseconds


def deadline(since: int, hours: int, office: OfficeHours = OFFICE) -> int:
    """The instant by which so many working hours have passed: nights, lunch, weekends and holidays do not count.

    A deadline never falls on the moment at which an office opens, but on the closing before it.
    """
    left = hours * HOUR
    for opens, closes in _open_after(since, office):
        open_for = closes - max(opens, since)
        if left <= open_for:
            return max(opens, since) + left
        left -= open_for
    raise ValueError("the office never opens")


def working_time(first: int, last: int, office: OfficeHours = OFFICE) -> int:
    """How many milliseconds the office was open between two instants."""
    days = days_between(local(first).date(), local(last).date())
    spans = (span for day in days for span in office.on(day))
    return sum(max(0, min(closes, last) - max(opens, first)) for opens, closes in spans)


def _open_after(since: int, office: OfficeHours) -> Iterator[tuple[int, int]]:
    """The spans that end after an instant, as long as one comes within the longest time that an office is closed."""
    day, closed = local(since).date(), 0
    while closed < LONGEST_CLOSED:
        spans = [span for span in office.on(day) if span[1] > since]
        yield from spans
        closed = 0 if spans else closed + 1
        day += timedelta(days=1)


def next_proactive(moment: int, hours: Hours = PROACTIVE_HOURS, zone: tzinfo = ZONE) -> int:
    """The first instant from this one on at which people may be written to unasked.

    Not on Sundays and holidays, and within these hours only; with no hours set it may be any time.
    """
    if not hours:
        return moment
    first = local(moment, zone).date()
    for day in days_between(first, first + timedelta(days=MOST_DAYS_OFF)):
        if not is_open_day(day):
            continue
        spans = ((at(day, start, zone), at(day, end, zone)) for start, end in hours)
        if later := [max(moment, start) for start, end in spans if moment < end]:
            return min(later)
    return moment
