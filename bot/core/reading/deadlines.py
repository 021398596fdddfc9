"""A deadline as people give it: a day, the end of a period, so many (working) days from now."""

from __future__ import annotations

import re
from datetime import date, timedelta

from bot.core.calendar import is_working_day
from bot.core.reading.fold import fold
from bot.core.reading.periods import read_days
from bot.core.reading.result import Ambiguous, Invalid, Reading, Value

_SPELLED = ("mot", "hai", "ba", "bon", "nam", "sau", "bay", "tam", "chin", "muoi")
_COUNT = rf"(?P<count>\d{{1,3}}|{'|'.join(_SPELLED)})"
_DAYS = re.compile(
    rf"(?:trong|sau|han|la|them|vong|khoang)?(?: vong)? ?{_COUNT} ngay(?P<working> lam viec)?"
    r"(?: nua| toi| tinh tu (?:nay|hom nay)| ke tu (?:nay|hom nay))?"
)
_MONTH_END = re.compile(r"(?:han |truoc |den |chan nhat )?(?:het|cuoi) thang(?: nay)?")
_END_OF = re.compile(r"\bcuoi (?=thang \d)")


def read_deadline(words: str, *, today: date) -> Reading[date]:
    """The last day: "10 ngay lam viec", "het thang 4", "thu 6 tuan sau". Refusals are those of `read_days`."""
    plain = fold(words)
    if count := _DAYS.fullmatch(plain):
        return Value(_after(today, _number(count["count"]), working=bool(count["working"])))
    if _MONTH_END.fullmatch(plain):
        return Value(_month_end(today))
    read = read_days(_END_OF.sub("het ", plain) if _END_OF.search(plain) else words, today=today, held=False)
    if isinstance(read, Invalid):
        return read
    spans = read.options if isinstance(read, Ambiguous) else (read.value,)
    ends = tuple(dict.fromkeys(last for _, last in spans))
    return Value(ends[0]) if len(ends) == 1 else Ambiguous(ends)


def nearest_working_days(day: date, today: date) -> tuple[date, ...]:
    """The last working day before a day off, unless it is past, and the first after it."""
    before, after = day, day
    while not is_working_day(before):
        before -= timedelta(days=1)
    while not is_working_day(after):
        after += timedelta(days=1)
    return (before, after) if before >= today else (after,)


def _number(said: str) -> int:
    return int(said) if said.isdigit() else _SPELLED.index(said) + 1


def _after(today: date, count: int, *, working: bool) -> date:
    day = today
    for _ in range(count):
        day += timedelta(days=1)
        while working and not is_working_day(day):
            day += timedelta(days=1)
    return day


def _month_end(today: date) -> date:
    following = date(today.year + today.month // 12, today.month % 12 + 1, 1)
    return following - timedelta(days=1)
