"""A stretch of days as people write it, to its first and last day."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from bot.core.reading.calendar_words import (
    Clock,
    calendar_phrase,
    full_year,
    month_end,
    month_shift,
    safe_date,
    shifted,
)
from bot.core.reading.days import read_day
from bot.core.reading.result import Ambiguous, Invalid, Reading, Value
from bot.core.reading.words import Phrase, Word, is_denied, join_words

Period = tuple[date, date]

_MOST_DASHES = 8
_TAIL = re.compile(r"(?: (?:a|nhe|nha|em|thoi|da|ah|ak|do))+$")
_HEAD = re.compile(r"^(?:(?:da|em|thoi gian|trong|vao|khoang|thuc hien|trien khai|bao cao|:|,) )+")
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)/(\d{4})-(\d\d)-(\d\d)")
_AFTER_NAM = r"(?: (?P<year>\d{4})| (?P<which_year>nay|ngoai|truoc|sau|toi))?"
_YEAR_WORD = r"(?:(?: nam| [/-])? (?P<year>\d{4})| nam (?P<which_year>nay|ngoai|truoc|sau|toi))?"


@dataclass(frozen=True, slots=True)
class Edge:
    """A period without its year: months and days that a year turns into dates."""

    first: tuple[int, int]  # month, day
    last: tuple[int, int]  # month, day; day 0 is the month's last
    year: int | None

    def in_year(self, year: int) -> Period | None:
        """The dates in that year, or None when one does not exist."""
        if not 1900 <= year <= 2199:
            return None
        first = safe_date(year, *self.first)
        last = safe_date(year, *self.last) if self.last[1] else month_end(year, self.last[0])
        return (first, last) if first and last else None

    def exists(self) -> bool:
        """Whether some year has these days."""
        return self.in_year(self.year or 2020) is not None


def _whole_months(first: int, last: int, year: int | None) -> Edge:
    return Edge((first, 1), (last, 0), year)


def _named_year(match: re.Match[str], clock: Clock) -> int | None:
    if match["year"]:
        return full_year(match["year"])
    if match["which_year"]:
        return clock.today.year + {"nay": 0, "sau": 1, "toi": 1}.get(match["which_year"], -1)
    return None


def _fixed(first: date, last: date) -> list[Period]:
    return [(first, last)]


def _month(match: re.Match[str], clock: Clock, phrase: Phrase) -> Edge:
    month = int(match["month"])
    return _whole_months(month, month, _named_year(match, clock))


def _quarter(match: re.Match[str], clock: Clock, phrase: Phrase) -> Edge:
    start = int(match["quarter"]) * 3 - 2
    return _whole_months(start, start + 2, _named_year(match, clock))


def _months_of_year(match: re.Match[str], clock: Clock, phrase: Phrase) -> Edge:
    count = int(match["count"])
    first, last = (1, count) if match["end"] == "dau" else (13 - count, 12)
    return _whole_months(first, last, _named_year(match, clock) or clock.today.year)


def _half(match: re.Match[str], clock: Clock, phrase: Phrase) -> Edge:
    first, last = (1, 6) if match["end"] == "dau" else (7, 12)
    return _whole_months(first, last, _named_year(match, clock) or clock.today.year)


def _day_edge(match: re.Match[str], clock: Clock, phrase: Phrase) -> Edge:
    year = full_year(match["year"]) if match["year"] else None
    point = (int(match["month"]), int(match["day"]))
    return Edge(point, point, year)


def _year(match: re.Match[str], clock: Clock, phrase: Phrase) -> Edge:
    return _whole_months(1, 12, _named_year(match, clock) or clock.today.year)


EDGES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], Clock, Phrase], Edge]], ...] = (
    (re.compile(rf"(?:ca )?thang (?P<month>\d{{1,2}}){_YEAR_WORD}"), _month),
    (re.compile(r"(?P<month>\d{1,2}) / (?P<year>\d{4})(?P<which_year>)"), _month),
    (re.compile(rf"(?:ca )?quy (?P<quarter>[1-4]){_YEAR_WORD}"), _quarter),
    (re.compile(rf"(?P<count>[1-9]|1[01]) thang (?P<end>dau|cuoi) nam{_AFTER_NAM}"), _months_of_year),
    (re.compile(rf"nua (?P<end>dau|cuoi) nam{_AFTER_NAM}"), _half),
    (re.compile(r"(?:ca |trong |het )?nam(?: (?P<year>\d{4})| (?P<which_year>nay|ngoai|truoc|sau|toi))?"), _year),
    (
        re.compile(
            r"(?:ngay |hom )?(?:mung )?(?P<day>\d{1,2})(?: [/-] | thang | / thang )(?P<month>\d{1,2})"
            r"(?:(?: [/-]| nam)? (?P<year>\d{4}|\d{2}))?"
        ),
        _day_edge,
    ),
    (re.compile(r"(?:ngay )?(?P<day>\d{1,2})\.(?P<month>\d{1,2})(?:\.(?P<year>\d{4}|\d{2}))?"), _day_edge),
)

_STEPS = {"truoc": -1, "roi": -1, "qua": -1, "vua roi": -1, "vua qua": -1, "nay": 0, "sau": 1, "toi": 1, "den": 1}
_NEAR = "vua roi|vua qua|truoc|roi|qua|nay|sau|toi|den"
_NEAR_UNIT = re.compile(rf"(?:ca |trong )?(?P<unit>tuan|thang|quy) (?P<near>{_NEAR})")
_LAST_DAYS = re.compile(
    r"(?:trong )?(?P<count>\d{1,3}) (?P<unit>ngay|tuan|thang) (?P<way>qua|gan day|vua qua|vua roi|toi|den|nua)"
)
_SINCE_START = re.compile(r"(?:tu )?dau (?P<unit>nam|thang|quy|tuan) (?:den|toi|den tan) (?:nay|hom nay|gio)")
_POINT = re.compile(r"(?P<end>dau|cuoi|het) (?P<rest>.+)")


def _month_period(clock: Clock, step: int) -> Period:
    year, month = month_shift(clock.today, step)
    return date(year, month, 1), month_end(year, month)


def _quarter_period(clock: Clock, step: int) -> Period:
    year, month = month_shift(clock.today.replace(day=1, month=(clock.today.month - 1) // 3 * 3 + 1), step * 3)
    return date(year, month, 1), month_end(year, month + 2)


def _unit_period(unit: str, clock: Clock, step: int) -> Period:
    if unit == "tuan":
        monday = shifted(clock.monday, 7 * step)
        return monday, shifted(monday, 6)
    if unit == "thang":
        return _month_period(clock, step)
    if unit == "quy":
        return _quarter_period(clock, step)
    year = clock.today.year + step
    return date(year, 1, 1), date(year, 12, 31)


def _near_unit(match: re.Match[str], clock: Clock, phrase: Phrase) -> list[Period]:
    found = [_unit_period(match["unit"], clock, _STEPS[match["near"]])]
    if match["unit"] == "thang" and match["near"] == "sau" and not phrase.accented:
        found += _placed(_whole_months(6, 6, None), clock)
    return found


def _last_days(match: re.Match[str], clock: Clock) -> list[Period]:
    days = int(match["count"]) * {"ngay": 1, "tuan": 7, "thang": 30}[match["unit"]]
    if match["unit"] == "thang":
        ahead = match["way"] in ("toi", "den", "nua")
        year, month = month_shift(clock.today, int(match["count"]) * (1 if ahead else -1))
        edge = min(date(year, month, 1).replace(day=1), date.max)
        edge = safe_date(year, month, min(clock.today.day, month_end(year, month).day)) or edge
        return _fixed(clock.today, edge) if ahead else _fixed(edge, clock.today)
    if match["way"] in ("toi", "den", "nua"):
        return _fixed(clock.today, shifted(clock.today, days))
    return _fixed(shifted(clock.today, 1 - days), clock.today)


def _placed(edge: Edge, clock: Clock) -> list[Period]:
    """A period in its own year, or in the latest past or nearest unfinished one."""
    if edge.year:
        found = edge.in_year(edge.year)
        return [found] if found else []
    years = (
        range(clock.today.year, clock.today.year - 9, -1)
        if clock.held
        else range(clock.today.year, clock.today.year + 9)
    )
    for year in years:
        found = edge.in_year(year)
        if found and (found[0] <= clock.today if clock.held else found[1] >= clock.today):
            return [found]
    return []


def _edge(text: str, clock: Clock, phrase: Phrase) -> Edge | None:
    for pattern, build in EDGES:
        match = pattern.fullmatch(text)
        if match:
            return build(match, clock, phrase)
    return None


def _single(text: str, clock: Clock, phrase: Phrase) -> list[Period] | str:
    """One named period: a month, a quarter, a week, a year, the last so many days, or one day."""
    edge = _edge(text, clock, phrase)
    if edge:
        return _placed(edge, clock) or "no_such_day"
    if match := _NEAR_UNIT.fullmatch(text):
        return _near_unit(match, clock, phrase)
    if match := _LAST_DAYS.fullmatch(text):
        return _last_days(match, clock)
    if match := _SINCE_START.fullmatch(text):
        return _fixed(_unit_period(match["unit"], clock, 0)[0], clock.today)
    return _one_day(text, clock)


def _one_day(text: str, clock: Clock) -> list[Period] | str:
    match read_day("hom nay" if text in ("nay", "bay gio", "gio") else text, today=clock.today, held=clock.held):
        case Value(day):
            return [(day, day)]
        case Ambiguous(days):
            return [(day, day) for day in days]
        case Invalid(reason):
            return reason


def _this_unit(text: str, clock: Clock) -> list[Period]:
    """ "het thang": the one we are in."""
    return [_unit_period(text, clock, 0)] if text in ("tuan", "thang", "quy", "nam") else []


def _bound(text: str, clock: Clock, phrase: Phrase) -> tuple[Edge | None, list[Period] | str]:
    """One end of a range: with an edge when its year is still open."""
    match = _POINT.fullmatch(text)
    inner = match["rest"] if match else text
    found = _this_unit(inner, clock) or _single(inner, clock, phrase)
    edge = _edge(inner, clock, phrase)
    if match and match["end"] == "dau" and not isinstance(found, str):
        found, edge = [(first, first) for first, _ in found], None
    return edge, found


def _between(left: str, right: str, clock: Clock, phrase: Phrase) -> list[Period] | str:
    """From one end to the other; a missing year comes from the other end, or from today."""
    (start, starts), (end, ends) = _bound(left, clock, phrase), _bound(right, clock, phrase)
    for found in (starts, ends):
        if isinstance(found, str) and found != "future":
            return found
    if start and end and not (start.year and end.year):
        return _years_inferred(start, end, clock)
    if isinstance(starts, str) or isinstance(ends, str):
        return "future"
    if start and not start.year:
        starts = _aligned(start, ends[0][1]) or starts
    if end and not end.year:
        ends = _following(end, starts[0][0]) or ends
    return [(first, last) for first, _ in starts for _, last in ends if first <= last] or "backwards"


def _aligned(edge: Edge, before: date) -> list[Period]:
    """The latest placing of an open start that is not after the end."""
    found = (edge.in_year(year) for year in (before.year, before.year - 1))
    return [one for one in found if one and one[0] <= before][:1]


def _following(edge: Edge, after: date) -> list[Period]:
    """The first placing of an open end that is not before the start."""
    found = (edge.in_year(year) for year in (after.year, after.year + 1))
    return [one for one in found if one and one[1] >= after][:1]


def _years_inferred(start: Edge, end: Edge, clock: Clock) -> list[Period] | str:
    if not (start.exists() and end.exists()):
        return "no_such_day"
    if start.year or (clock.held and not end.year):
        starts = _placed(start, clock)
        ends = _following(end, starts[0][0]) if starts else []
    else:
        ends = _placed(end, clock)
        starts = _aligned(start, ends[0][1]) if ends else []
        if end.year and starts and starts[0][0].year != end.year:
            return "backwards"
    return [(starts[0][0], ends[0][1])] if starts and ends else "no_such_day"


def _splits(text: str) -> Iterator[tuple[str, str]]:
    """The ways to cut "tu X den Y" or "X - Y" in two."""
    body = text.removeprefix("tu ")
    for joint in (" den ", " toi ", " cho den "):
        left, found, right = body.partition(joint)
        if found and left and right:
            yield left.removesuffix(" cho"), right.removeprefix("het ")
    pieces = body.split(" - ")
    for cut in range(1, min(len(pieces), _MOST_DASHES)):
        yield " - ".join(pieces[:cut]), " - ".join(pieces[cut:])


_SHORT = re.compile(r"(?<!\w)t[2-7](?!\d)", re.IGNORECASE)


def _month_or_weekday(phrase: Phrase, clock: Clock) -> list[Period] | str:
    """In a range "t3" may be March as well as Tuesday; beside a month it is March."""
    if not _SHORT.search(phrase.raw):
        return _found(phrase, clock)
    renamed = tuple(Word("thang" if one.bare == "thu" else one.bare, one.start, one.end) for one in phrase.words)
    months = _found(join_words(phrase.raw, renamed, phrase.accented), clock)
    if isinstance(months, str) or any(word.bare == "thang" for word in phrase.words):
        return months if not isinstance(months, str) else _found(phrase, clock)
    weekdays = _found(phrase, clock)
    return months + (weekdays if not isinstance(weekdays, str) else [])


def _found(phrase: Phrase, clock: Clock) -> list[Period] | str:
    text = _HEAD.sub("", _TAIL.sub("", phrase.plain.rstrip(" .,")))
    alone = _single(text, clock, phrase) if _named(text, clock, phrase) else None
    if alone is not None:
        return alone
    refused = ""
    for left, right in _splits(text):
        between = _between(left, right, clock, phrase)
        if not isinstance(between, str):
            return between
        refused = between if between != "not_understood" else refused
    return refused or _until(text, clock, phrase)


def _named(text: str, clock: Clock, phrase: Phrase) -> bool:
    patterns = (_NEAR_UNIT, _LAST_DAYS, _SINCE_START)
    return _edge(text, clock, phrase) is not None or any(pattern.fullmatch(text) for pattern in patterns)


def _until(text: str, clock: Clock, phrase: Phrase) -> list[Period] | str:
    """ "den het nam": from today to the end of something; else one day."""
    match = re.match(r"(?:cho )?(?:den|toi|het) ", text)
    if not match:
        return "end_missing" if text.startswith("tu ") else _one_day(text, clock)
    rest = re.sub(r"^(?:(?:cho|den|toi|het|cuoi) )+", "", text)
    ends = _this_unit(rest, clock) or _single(rest, clock, phrase)
    return (
        ends
        if isinstance(ends, str)
        else [(clock.today, last) for _, last in ends if last >= clock.today] or "backwards"
    )


def _settled(found: list[Period], clock: Clock) -> Reading[Period]:
    begun = [(first, min(last, clock.today)) for first, last in found if first <= clock.today] if clock.held else found
    options = tuple(dict.fromkeys(begun))
    if not options:
        return Invalid("future" if found else "not_understood")
    return Value(options[0]) if len(options) == 1 else Ambiguous(options)


def read_days(words: str | Phrase, *, today: date, held: bool) -> Reading[Period]:
    """A stretch of days: "thang trc", "quy 2", "tu 1/3 den 30/6", "den het nam" → (first, last).

    `held` asks for days that have been: it ends today at the latest, and one that has not begun is `future`.
    Otherwise no year means the nearest stretch that is not over.
    """
    clock, phrase = Clock(today, held), calendar_phrase(words)
    if is_denied(phrase):
        return Invalid("not_understood")
    if match := _ISO.fullmatch(phrase.raw):
        year, month, day, *end = (int(part) for part in match.groups())
        first, last = safe_date(year, month, day), safe_date(*end)
        return _settled([(first, last)], clock) if first and last and first <= last else Invalid("no_such_day")
    found = _month_or_weekday(phrase, clock)
    return Invalid(found) if isinstance(found, str) else _settled(found, clock)
