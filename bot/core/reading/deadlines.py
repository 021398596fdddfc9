"""A deadline as people give it: a day, the end of a period, so many (working) days from now."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

from bot.core.reading.fold import fold
from bot.core.reading.periods import read_days
from bot.core.reading.result import Ambiguous, Invalid, Reading, Value

IsWorking = Callable[[date], bool]
"""Whether a day is a working day: the calendar's knowledge, lent to the reading."""

_SPELLED = ("mot", "hai", "ba", "bon", "nam", "sau", "bay", "tam", "chin", "muoi")
_COUNT = rf"(?P<count>\d{{1,3}}|{'|'.join(_SPELLED)})"
_DAYS = re.compile(
    rf"(?:trong|sau|han|la|them|vong|khoang)?(?: vong)? ?{_COUNT} ngay(?P<working> lam viec)?"
    r"(?: nua| toi| tinh tu (?:nay|hom nay)| ke tu (?:nay|hom nay))?"
)
_MONTH_END = re.compile(r"(?:han |truoc |den |chan nhat )?(?:het|cuoi) thang(?: nay)?")
_END_OF = re.compile(r"\bcuoi (?=thang \d)")


def read_deadline(words: str, *, today: date, is_working: IsWorking) -> Reading[date]:
    """The last day: "10 ngay lam viec", "het thang 4", "thu 6 tuan sau". Refusals are those of `read_days`."""
    plain = fold(words)
    if count := _DAYS.fullmatch(plain):
        counts = is_working if count["working"] else _every_day
        return Value(_after(today, _number(count["count"]), counts))
    if _MONTH_END.fullmatch(plain):
        return Value(_month_end(today))
    read = read_days(_END_OF.sub("het ", plain) if _END_OF.search(plain) else words, today=today, held=False)
    if isinstance(read, Invalid):
        return read
    spans = read.options if isinstance(read, Ambiguous) else (read.value,)
    ends = tuple(dict.fromkeys(last for _, last in spans))
    return Value(ends[0]) if len(ends) == 1 else Ambiguous(ends)


def _number(said: str) -> int:
    return int(said) if said.isdigit() else _SPELLED.index(said) + 1


def _every_day(_day: date) -> bool:
    return True


def _after(today: date, count: int, counts: IsWorking) -> date:
    day = today
    for _ in range(count):
        day += timedelta(days=1)
        while not counts(day):
            day += timedelta(days=1)
    return day


def _month_end(today: date) -> date:
    following = date(today.year + today.month // 12, today.month % 12 + 1, 1)
    return following - timedelta(days=1)
