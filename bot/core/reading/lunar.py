"""The Vietnamese lunar calendar, from the sun's and the moon's longitude at UTC+7 (after Jean Meeus)."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from math import floor, pi, sin

_ZONE = 7 / 24
_EPOCH = date(2000, 1, 1)
_EPOCH_JDN = 2451545
_SYNODIC = 29.530588853
_FIRST_NEW_MOON = 2415021.076998695


def _jdn(day: date) -> int:
    return (day - _EPOCH).days + _EPOCH_JDN


def _day(jdn: int) -> date:
    return _EPOCH + timedelta(days=jdn - _EPOCH_JDN)


@lru_cache(maxsize=4096)
def _new_moon(count: int) -> int:
    """The Julian day number (at UTC+7) of the count-th new moon since 1900."""
    century = count / 1236.85
    square = century * century
    rad = pi / 180
    mean = 2415020.75933 + 29.53058868 * count + 0.0001178 * square - 0.000000155 * square * century
    mean += 0.00033 * sin((166.56 + 132.87 * century - 0.009173 * square) * rad)
    sun = rad * (359.2242 + 29.10535608 * count - 0.0000333 * square - 0.00000347 * square * century)
    moon = rad * (306.0253 + 385.81691806 * count + 0.0107306 * square + 0.00001236 * square * century)
    node = rad * (21.2964 + 390.67050646 * count - 0.0016528 * square - 0.00000239 * square * century)
    delta = -0.000278 + 0.000265 * century + 0.000262 * square
    return floor(mean + _wobble(century, sun, moon, node) - delta + 0.5 + _ZONE)


def _wobble(century: float, sun: float, moon: float, node: float) -> float:
    """The periodic terms of the true new moon."""
    terms = (0.1734 - 0.000393 * century) * sin(sun) + 0.0021 * sin(2 * sun) - 0.4068 * sin(moon)
    terms += 0.0161 * sin(2 * moon) - 0.0004 * sin(3 * moon) + 0.0104 * sin(2 * node)
    terms -= 0.0051 * sin(sun + moon) + 0.0074 * sin(sun - moon) - 0.0004 * sin(2 * node + sun)
    terms -= 0.0004 * sin(2 * node - sun) + 0.0006 * sin(2 * node + moon)
    return terms + 0.0010 * sin(2 * node - moon) + 0.0005 * sin(2 * moon + sun)


def _sun_sector(jdn: int) -> int:
    """Which of the twelve thirty-degree sectors the sun is in at local midnight."""
    century = (jdn - 2451545.5 - _ZONE) / 36525
    rad = pi / 180
    anomaly = 357.52910 + 35999.05030 * century - 0.0001559 * century**2
    mean = 280.46645 + 36000.76983 * century + 0.0003032 * century**2
    centre = (1.914600 - 0.004817 * century) * sin(rad * anomaly)
    centre += 0.019993 * sin(rad * 2 * anomaly) + 0.000290 * sin(rad * 3 * anomaly)
    return floor(((mean + centre) % 360) / 30)


@lru_cache(maxsize=512)
def _month_eleven(year: int) -> int:
    """The new moon that opens the lunar month holding the winter solstice."""
    count = floor((_jdn(date(year, 12, 31)) - 2415021) / _SYNODIC)
    start = _new_moon(count)
    return _new_moon(count - 1) if _sun_sector(start) >= 9 else start


def _count(jdn: int) -> int:
    return floor(0.5 + (jdn - _FIRST_NEW_MOON) / _SYNODIC)


def _leap_offset(first: int) -> int:
    """How many months after month eleven the leap month stands: the first without a solar term."""
    count = _count(first)
    for offset in range(1, 14):
        if _sun_sector(_new_moon(count + offset)) == _sun_sector(_new_moon(count + offset + 1)):
            return offset
    return 14


def solar_of(day: int, month: int, year: int) -> date | None:
    """The solar date of a day of an ordinary (not leap) lunar month, or None if that month has no such day."""
    if not (1 <= day <= 30 and 1 <= month <= 12 and 1900 <= year <= 2199):
        return None
    base = year if month >= 11 else year - 1
    first, following = _month_eleven(base), _month_eleven(base + 1)
    offset = (month - 11) % 12
    if following - first > 365 and offset >= _leap_offset(first):
        offset += 1
    count = _count(first) + offset
    start = _new_moon(count)
    return _day(start + day - 1) if day <= _new_moon(count + 1) - start else None


def month_start(today: date) -> date:
    """The first day of the lunar month that a solar date lies in."""
    count = _count(_jdn(today))
    return _day(max(_new_moon(one) for one in (count - 1, count, count + 1) if _new_moon(one) <= _jdn(today)))
