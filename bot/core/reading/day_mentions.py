"""Every way in which a message names a day, as a table of patterns."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from bot.core.reading.calendar_words import Clock, full_year, month_shift, safe_date, shifted
from bot.core.reading.lunar import month_start, solar_of
from bot.core.reading.words import Phrase

PARTS = "sang|trua|chieu|toi|dem|khuya"
_COUNTED = re.compile(
    r" (?:nguoi|ho|hoi vien|chi bo(?! \d)|dong|dang|dai|ba_|cu|buoi|met|m2|mo|can|%|phan|tuyen|to(?! \d)|tap|ca|"
    r"trieu|ty|nghin|km|ha)\b"
)
_TAIL = r"(?: (?P<calendar>am(?: lich)?|al|duong(?: lich)?|dl))?"
_WEEK = r"truoc nua|truoc|vua roi|vua qua|roi|qua|nay|sau nua|sau|toi|den"
_NEARBY = r"vua roi|vua qua|roi|qua|truoc|nay|sap toi|toi"
_SEARCHED_YEARS = 9  # far enough to find a 29/2


@dataclass(frozen=True, slots=True)
class DayMention:
    """Days that one mention can mean, or why it can mean none; where it stands in the plain text."""

    days: tuple[date, ...]
    start: int
    end: int
    refused: str = ""
    weekday: int | None = None  # a bare weekday, which a date beside it decides


Rule = Callable[[re.Match[str], Clock, Phrase], tuple[date, ...] | str]


def _nearest(clock: Clock, build: Callable[[int], date | None]) -> tuple[date, ...]:
    """The latest past (held) or the next (planned) among the same day of several years."""
    step = -1 if clock.held else 1
    for distance in range(-1, _SEARCHED_YEARS):
        day = build(clock.today.year + step * distance)
        if day and (day <= clock.today if clock.held else day >= clock.today):
            return (day,)
    return ()


def _solar(day: int, month: int, year: str | None, clock: Clock) -> tuple[date, ...]:
    if not year:
        return _nearest(clock, lambda one: safe_date(one, month, day))
    exact = safe_date(full_year(year), month, day)
    return (exact,) if exact else ()


def _lunar(day: int, month: int, year: str | None, clock: Clock) -> tuple[date, ...]:
    if not year:
        return _nearest(clock, lambda one: solar_of(day, month, one))
    exact = solar_of(day, month, full_year(year))
    return (exact,) if exact else ()


def _dated(match: re.Match[str], clock: Clock, phrase: Phrase) -> tuple[date, ...] | str:
    """A day and a month in digits, perhaps a year; "am" after it makes it lunar."""
    day, month, year = int(match["day"]), int(match["month"]), match["year"]
    if not year and day <= month and _COUNTED.match(match.string, match.end()):
        return ()  # "9/11 ho" is a share
    if (match["calendar"] or "").startswith("a"):
        return _lunar(day, month, year, clock) or "no_such_day"
    return _solar(day, month, year, clock) or "no_such_day"


def _dotted(match: re.Match[str], clock: Clock, phrase: Phrase) -> tuple[date, ...] | str:
    """ "20.3": with a month that cannot be it is an hour or a number, and no mention at all."""
    return _dated(match, clock, phrase) if int(match["month"]) <= 12 or match["year"] else ()


def _iso(match: re.Match[str], clock: Clock, phrase: Phrase) -> tuple[date, ...] | str:
    exact = safe_date(int(match["year"]), int(match["month"]), int(match["day"]))
    return (exact,) if exact else "no_such_day"


def _spoken(match: re.Match[str], clock: Clock, phrase: Phrase) -> tuple[date, ...] | str:
    """ "mung 10 thang 3": the first ten days may be lunar when nothing says which calendar."""
    day, month, year = int(match["day"]), int(match["month"]), match["year"]
    if match["last_year"]:
        year = str(clock.today.year + {"nay": 0, "sau": 1}.get(match["last_year"], -1))
    calendar = match["calendar"] or ""
    solar = () if calendar.startswith("a") else _solar(day, month, year, clock)
    maybe = calendar.startswith("a") or (match["first"] and not calendar)
    lunar = _lunar(day, month, year, clock) if maybe else ()
    return tuple(dict.fromkeys(solar + lunar)) or "no_such_day"


_MONTH_STEPS = {"nay": 0, "truoc": -1, "roi": -1, "qua": -1, "sau": 1, "toi": 1, "den": 1}


def _near_month(match: re.Match[str], clock: Clock, phrase: Phrase) -> tuple[date, ...] | str:
    """ "20 thang truoc"; "thang sau" without accents may also be June."""
    year, month = month_shift(clock.today, _MONTH_STEPS[match["which"]])
    exact = safe_date(year, month, int(match["day"]))
    june = _solar(int(match["day"]), 6, None, clock) if match["which"] == "sau" and not phrase.accented else ()
    return tuple(dict.fromkeys(((exact,) if exact else ()) + june)) or "no_such_day"


def _lunar_month(match: re.Match[str], clock: Clock, phrase: Phrase) -> tuple[date, ...] | str:
    month = {"gieng": 1, "chap": 12}.get(match["name"]) or int(match["name"])
    return _lunar(15 if match["full"] else int(match["day"] or 1), month, match["year"], clock) or "no_such_day"


def _new_year(match: re.Match[str], clock: Clock, phrase: Phrase) -> tuple[date, ...] | str:
    """ "mung 6 tet" is lunar; "29 tet" and "30 tet" are the days before the first."""
    day = int(match["day"])
    return _lunar(day, 1 if day <= 15 else 12, None, clock) or "no_such_day"


def _full_moon(match: re.Match[str], clock: Clock, phrase: Phrase) -> tuple[date, ...] | str:
    start = month_start(clock.today)
    this = shifted(start, 14)
    if clock.held:
        return (this if this <= clock.today else shifted(month_start(shifted(start, -1)), 14),)
    return (this if this >= clock.today else shifted(month_start(shifted(start, 32)), 14),)


def _day_of_month(day: int, clock: Clock) -> tuple[date, ...]:
    """The latest past or the next day with that number."""
    for distance in range(0, 13):
        year, month = month_shift(clock.today, -distance if clock.held else distance)
        exact = safe_date(year, month, day)
        if exact and (exact <= clock.today if clock.held else exact >= clock.today):
            return (exact,)
    return ()


def _day_alone(match: re.Match[str], clock: Clock, phrase: Phrase) -> tuple[date, ...] | str:
    return _day_of_month(int(match["day"]), clock) or "no_such_day"


def _first_days(match: re.Match[str], clock: Clock, phrase: Phrase) -> tuple[date, ...] | str:
    """ "mung 5" alone: of this solar or of this lunar month."""
    day = int(match["day"])
    if not 1 <= day <= 10:
        return "no_such_day"
    start = month_start(clock.today)
    lunar = shifted(start, day - 1)
    if clock.held and lunar > clock.today:
        lunar = shifted(month_start(shifted(start, -1)), day - 1)
    if not clock.held and lunar < clock.today:
        lunar = shifted(month_start(shifted(start, 32)), day - 1)
    return tuple(dict.fromkeys((*_day_of_month(day, clock), lunar)))


_RELATIVE = {"qua": -1, "nay": 0, "kia": -2, "kiaa": -3, "mai": 1, "mot": 2}
_AHEAD = {"kia": 2, "kiaa": 3}


def _relative(match: re.Match[str], clock: Clock, phrase: Phrase) -> tuple[date, ...] | str:
    table = _RELATIVE | _AHEAD if match["lead"] == "ngay" else _RELATIVE
    return (shifted(clock.today, table[match["which"]]),)


def _ago(match: re.Match[str], clock: Clock, phrase: Phrase) -> tuple[date, ...] | str:
    days = int(match["count"]) * (7 if match["unit"] == "tuan" else 1)
    ahead = match["ago"] is None and match["way"] in ("nua", "toi", "sau")
    return (shifted(clock.today, days if ahead else -days),)


def _just_now(match: re.Match[str], clock: Clock, phrase: Phrase) -> tuple[date, ...] | str:
    return (clock.today,)


_WEEK_STEPS = {"nay": 0, "truoc nua": -14, "sau nua": 14, "sau": 7, "toi": 7, "den": 7}


def _weekday_number(match: re.Match[str]) -> int:
    return int(match["number"]) - 2 if match["number"] else 6


def _in_week(match: re.Match[str], clock: Clock, phrase: Phrase) -> tuple[date, ...] | str:
    """A weekday of a named week; weeks run from Monday to Sunday."""
    return (shifted(clock.monday, _WEEK_STEPS.get(match["week"], -7) + _weekday_number(match)),)


def _weekday(match: re.Match[str], clock: Clock, phrase: Phrase) -> tuple[date, ...] | str:
    number, near = _weekday_number(match), match["near"]
    back = (clock.today.weekday() - number) % 7
    last, following = shifted(clock.today, -(back or 7)), shifted(clock.today, 7 - back)
    this = shifted(clock.monday, number)
    if near in ("vua roi", "vua qua", "roi", "qua"):
        return (last,)
    if near == "truoc":
        return tuple(dict.fromkeys((last, shifted(clock.monday, number - 7))))
    if near == "nay":
        return (this,) if clock.held or this >= clock.today else (this, following)
    if near:
        return (following,)
    nearest = last if clock.held else following
    return (clock.today, nearest) if back == 0 else (nearest,)


def _weekend(match: re.Match[str], clock: Clock, phrase: Phrase) -> tuple[date, ...] | str:
    week = match["week"] or ("truoc" if clock.held else "nay")
    saturday = shifted(clock.monday, _WEEK_STEPS.get(week, -7) + 5)
    return saturday, shifted(saturday, 1)


def _rule(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\S)(?:{pattern})(?!\S)")


_WEEKDAY = r"(?<!lan )(?<!buoi )(?<!cai )(?<!muc )(?<!cau )(?:thu (?P<number>[2-7])|chu nhat)"
_LEAD = "(?:ngay |hom |mung ){0,3}"

RULES: tuple[tuple[re.Pattern[str], Rule], ...] = (
    (_rule(r"(?P<year>\d{4}) (?P<sep>[-/]) (?P<month>\d{1,2}) (?P=sep) (?P<day>\d{1,2})"), _iso),
    (
        _rule(rf"(?P<full>ram) thang (?P<name>\d{{1,2}}|gieng|chap)(?P<day>)(?: nam (?P<year>\d{{4}}))?{_TAIL}"),
        _lunar_month,
    ),
    (
        _rule(
            rf"(?P<full>(?!))?{_LEAD}(?P<day>\d{{1,2}})(?: thang)? (?P<name>gieng|chap)"
            r"(?: nam (?P<year>\d{4}))?"
        ),
        _lunar_month,
    ),
    (_rule(rf"{_LEAD}(?P<day>\d{{1,2}}) tet"), _new_year),
    (
        _rule(
            rf"{_LEAD}(?P<day>\d{{1,2}}) (?P<sep>[/-]) (?P<month>\d{{1,2}})"
            rf"(?: (?P=sep) (?P<year>\d{{4}}|\d{{2}}))?{_TAIL}"
        ),
        _dated,
    ),
    (
        _rule(
            rf"{_LEAD}(?P<day>\d{{1,2}})\.(?P<month>\d{{1,2}})(?:\.(?P<year>\d{{4}}|\d{{2}}))?"
            rf"{_TAIL}(?! (?:{PARTS})\b)"
        ),
        _dotted,
    ),
    (_rule(r"(?P<day>\d{2})(?P<month>\d{2})(?P<year>20\d{2})(?P<calendar>(?!))?"), _dated),
    (
        _rule(
            r"(?:ngay |hom ){0,2}(?P<first>mung )?(?P<day>\d{1,2})(?: [/,])? thang (?P<month>\d{1,2})"
            rf"(?: (?:nam|[/-]) (?P<year>\d{{4}})| nam (?P<last_year>nay|ngoai|truoc|sau))?{_TAIL}"
        ),
        _spoken,
    ),
    (
        _rule(rf"{_LEAD}(?P<day>\d{{1,2}}) thang (?P<which>nay|truoc|roi|qua|sau|toi|den)"),
        _near_month,
    ),
    (_rule(rf"{_WEEKDAY}(?: cua)? tuan (?P<week>{_WEEK})"), _in_week),
    (_rule(rf"tuan (?P<week>{_WEEK}) (?:vao |hom )?{_WEEKDAY}"), _in_week),
    (_rule(rf"{_WEEKDAY}(?: (?P<near>{_NEARBY}|den(?= (?:a|nhe|nha|em|,)(?!\S)|$)))?"), _weekday),
    (_rule(rf"cuoi tuan(?: (?P<week>{_WEEK}))?"), _weekend),
    (_rule(r"(?P<ago>cach day) (?P<count>\d{1,3}) (?P<unit>ngay|hom|tuan)(?P<way>)"), _ago),
    (_rule(r"(?P<ago>(?!))?(?P<count>\d{1,3}) (?P<unit>ngay|hom|tuan) (?P<way>truoc|nua|toi|sau)"), _ago),
    (_rule(r"(?:ngay )?(?P<lead>hom) (?P<which>qua|nay|kia|kiaa)"), _relative),
    (_rule(r"(?P<lead>ngay) (?P<which>qua|nay|kia|kiaa|mai|mot)"), _relative),
    (_rule(rf"(?P<lead>{PARTS}) (?P<which>qua|nay|mai)"), _relative),
    (_rule(rf"(?P<lead>{PARTS}) (?P<which>mot|kia)$"), _relative),
    (re.compile(r"^(?:(?:da|em|bao cao|:|,) ){0,4}(?P<lead>)(?P<which>mai|nay)(?= (?!oi\b|[ac]\b)\S)"), _relative),
    (
        _rule(
            r"(?:moi|vua)(?: moi| vua)?(?: hop| tuyen truyen| to chuc| lam| di| van dong){0,4} xong|(?:vua|"
            r"moi) (?:di|hop|van dong|tuyen truyen|to chuc)|vua moi"
        ),
        _just_now,
    ),
    (_rule(r"(?:ngay|hom) (?P<day>\d{1,2})(?! / | ho\b| nguoi\b)"), _day_alone),
    (_rule(r"mung (?P<day>\d{1,2})"), _first_days),
    (_rule(r"ram"), _full_moon),
)

_AROUND = "da|a|vao|luc|hop|nhe|nha|em|chi|anh|roi|la|duoc|ngay|hom|,|\\.|#+"
_ALONE = re.compile(rf"(?:(?:{_AROUND}) )*(?P<lead>)(?P<which>qua|nay|mai|mot)(?: (?:{_AROUND}))*")


def _mention(rule: Rule, match: re.Match[str], clock: Clock, phrase: Phrase) -> DayMention:
    found = rule(match, clock, phrase)
    weekday = _weekday_number(match) if rule is _weekday and not match["near"] else None
    if isinstance(found, str):
        return DayMention((), match.start(), match.end(), refused=found)
    return DayMention(found, match.start(), match.end(), weekday=weekday)


def find_days(phrase: Phrase, clock: Clock) -> list[DayMention]:
    """All mentions of a day in a calendar phrase, in order; what one rule has taken no other sees."""
    rest, found = phrase.plain, list[DayMention]()
    for pattern, rule in RULES:
        mentions = [_mention(rule, match, clock, phrase) for match in pattern.finditer(rest)]
        for mention in (one for one in mentions if one.days or one.refused):
            found.append(mention)
            rest = rest[: mention.start] + "#" * (mention.end - mention.start) + rest[mention.end :]
    if not found:
        found += find_lone_day(rest, clock, phrase)
    return sorted(found, key=lambda mention: mention.start)


def find_lone_day(plain: str, clock: Clock, phrase: Phrase) -> list[DayMention]:
    """ "mai", "nay", "qua": a day only when nothing else is said; what is blanked as # does not count."""
    alone = _ALONE.fullmatch(plain)
    if not alone:
        return []
    mention = _mention(_relative, alone, clock, phrase)
    return [DayMention(mention.days, *alone.span("which"))]
