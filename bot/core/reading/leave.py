"""Days on which somebody is away: "vắng đến 30/4", "nghỉ 3 ngày từ mai", "từ 20/4 đến 25/4"."""

from __future__ import annotations

import re
from datetime import date, timedelta

from bot.core.reading.numbers import find_numbers
from bot.core.reading.periods import Period, read_days
from bot.core.reading.quantities import counted
from bot.core.reading.result import Ambiguous, Invalid, Reading, Value
from bot.core.reading.words import read_words

LONGEST = timedelta(days=200)  # further off, a day that has passed was taken for next year's
_OPENING = re.compile(
    r"(?:(?:da|em|toi|minh|chau|xin|xin phep|bao|bao cao|phep|bac|thong bao|sap|se|duoc|cho|la) )*"
    r"(?:vang mat|vang|nghi phep|nghi om|nghi|di cong tac|di vang|di hoc|di vien|om)(?: nha| om| phep)?(?: |$)"
)
_DAYS_ONLY = re.compile(
    r"(?:(?:tu|den|het|hom|ngay|thu|tuan|thang|nay|mai|kia|sau|toi|nam|chu|nhat|cuoi|dau|quy|mung|mong|trong|khoang|"
    r"sang|chieu|bay|ba|tu|hai|mot|a|nhe|em|ca|\d+|/|-|\.|,)(?: |$))+"
)
_BOUND = re.compile(r"(?<!\S)(?:den|tu|het|toi|ca)(?!\S)")
_LENGTH = re.compile(r"(?:(?:trong|het) )?(?P<count>.+?) (?P<unit>ngay|hom|tuan)(?: (?:tu|ke tu) (?P<start>.+))?")


def read_leave(words: str, *, today: date) -> Reading[Period]:
    """The first and the last day, both included; the words that only say "away" are passed over."""
    phrase = read_words(words)
    opening = _OPENING.match(phrase.plain)
    rest = phrase.own(opening.end(), len(phrase.plain)) if opening else words
    length = _length(rest, today)
    found = read_days(rest, today=today, held=False) if length is None else length
    if not isinstance(found, Value):
        return found
    first, last = found.value
    if last < today:
        return Invalid("past")
    if last - today > LONGEST:
        return Invalid("too_long")
    only_a_day = first == last > today + timedelta(days=1) and length is None
    if only_a_day and not _BOUND.search(read_words(rest).plain):  # "30/4": until then, or that day?
        return Ambiguous(((today, last), found.value))
    return found


def _length(words: str, today: date) -> Reading[Period] | None:
    """ "3 ngày", "1 tuần từ 5/4"; None when no length is given."""
    phrase = read_words(words)
    match = _LENGTH.fullmatch(phrase.plain.strip(" .,"))
    if match is None:
        return None
    count = counted(find_numbers(read_words(match["count"]).words))
    if not isinstance(count, Value) or not 0 < count.value <= LONGEST.days:
        return None
    start = read_days(match["start"], today=today, held=False) if match["start"] else Value((today, today))
    if not isinstance(start, Value):
        return start
    days = count.value * (7 if match["unit"] == "tuan" else 1)
    return Value((start.value[0], start.value[0] + timedelta(days=days - 1)))


def says_leave(words: str, *, today: date) -> bool:
    """Whether a whole message says nothing but that its author is away, and on which days."""
    phrase = read_words(words)
    opening = _OPENING.match(phrase.plain)
    rest = phrase.plain[opening.end() :].strip() if opening else ""
    return bool(rest) and bool(_DAYS_ONLY.fullmatch(rest)) and not isinstance(read_leave(words, today=today), Invalid)
