"""Calendar words brought to one shape: days, months and weekdays spelled out become digits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from bot.core.reading.words import Phrase, Word, join_words, read_words

_ONES = ("mot", "hai", "ba", "bon", "nam", "6", "bay", "tam", "chin")
_LASTS = {"mot": 1, "hai": 2, "ba": 3, "tu": 4, "bon": 4, "lam": 5, "nham": 5, "nam": 5, "6": 6, "bay": 7, "tam": 8}
_WEEKDAYS = {"hai": 2, "ba": 3, "tu": 4, "nam": 5, "bay": 7}


def _spelled_days() -> dict[tuple[str, ...], int]:
    table: dict[tuple[str, ...], int] = {(word,): number for number, word in enumerate(_ONES, 1)}
    table |= {("tu",): 4, ("muoi",): 10, ("hai", "muoi"): 20, ("ba", "muoi"): 30, ("ba", "muoi", "mot"): 31}
    lasts = _LASTS | {"chin": 9}
    table |= {("muoi", word): 10 + number for word, number in lasts.items()}
    return table | {("hai", "muoi", word): 20 + number for word, number in lasts.items()}


_DAYS = _spelled_days()
_MONTHS = {key: number for key, number in _DAYS.items() if number <= 12}
_LEADS = {"ngay": _DAYS, "mung": _DAYS, "thang": _MONTHS, "quy": _MONTHS}
_FOLLOWERS = frozenset({"thang", "ngay", "hom", "tuan"})
_LEADS_AFTER_SPELLED: dict[str, dict[tuple[str, ...], int]] = {
    "thu": {(word,): number for word, number in _WEEKDAYS.items()}
}
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}


@dataclass(frozen=True, slots=True)
class Clock:
    """The day a message was written, and whether it tells of something that has happened."""

    today: date
    held: bool

    @property
    def monday(self) -> date:
        """The Monday of this week."""
        return shifted(self.today, -self.today.weekday())


def shifted(day: date, days: int) -> date:
    """So many days later, stopping at the ends of the calendar."""
    return date.fromordinal(min(max(day.toordinal() + days, 1), date.max.toordinal()))


def _longest(words: tuple[Word, ...], index: int, table: dict[tuple[str, ...], int]) -> tuple[int, int]:
    for length in (3, 2, 1):
        key = tuple(word.bare for word in words[index : index + length])
        if len(key) == length and key in table:
            return table[key], index + length
    return 0, index


def _spelled_at(words: tuple[Word, ...], index: int) -> tuple[int, int]:
    """A day, month, weekday or span spelled at this word, and where it ends; 0 when there is none."""
    before = words[index - 1].bare if index else ""
    if before == "quy" and words[index].bare in _ROMAN:
        return _ROMAN[words[index].bare], index + 1
    if before in _LEADS_AFTER_SPELLED:
        return _longest(words, index, _LEADS_AFTER_SPELLED[before])
    table = _LEADS.get(before, _DAYS)
    if words[index].bare == "tu" and before not in _LEADS:
        return 0, index  # "from", not "four"
    number, end = _longest(words, index, table)
    follower = words[end].bare if end < len(words) else ""
    if before in _LEADS and not (before == "ngay" and words[index].bare == "mot" and follower != "thang"):
        return number, end
    return (number, end) if follower in _FOLLOWERS and before not in ("thang", "nam") else (0, index)


def calendar_phrase(text: str | Phrase) -> Phrase:
    """The message with spelled-out days, months, weekdays and quarters in digits."""
    phrase = read_words(text)
    words, out, index = phrase.words, list[Word](), 0
    while index < len(words):
        number, end = _spelled_at(words, index)
        if not number:
            out.append(words[index])
            index += 1
            continue
        out.append(Word(str(number), words[index].start, words[end - 1].end))
        index = end
    return join_words(phrase.raw, tuple(out), phrase.accented)


def safe_date(year: int, month: int, day: int) -> date | None:
    """The date, or None when the calendar has no such day."""
    try:
        return date(year, month, day) if 1900 <= year <= 2199 else None
    except ValueError:
        return None


def full_year(text: str) -> int:
    """ "21" is 2021, "98" is 1998, "2021" is itself."""
    year = int(text)
    return year if year >= 100 else year + (2000 if year < 70 else 1900)


def month_end(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def month_shift(day: date, months: int) -> tuple[int, int]:
    """Year and month so many months from a day."""
    index = day.year * 12 + day.month - 1 + months
    return index // 12, index % 12 + 1


def day_number_at(words: tuple[Word, ...], index: int) -> tuple[int, int]:
    """A number from 1 to 31 spelled at this word and where it ends; 0 when there is none."""
    return _longest(words, index, _DAYS)
