"""An hour as people write it, to a time of day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time

from bot.core.reading.calendar_words import day_number_at
from bot.core.reading.day_mentions import PARTS
from bot.core.reading.result import Ambiguous, Invalid, Reading, Value
from bot.core.reading.words import Phrase, Word, is_denied, join_words, read_words

_FEW = "(?:luc |hoi |khoang |tam |vao |tu ){0,2}"
_HOUR = re.compile(
    r"(?<!\S)(?:kem (?P<less_first>\d{1,2})(?: phut)? )?"
    rf"(?:(?P<before>{PARTS}) {_FEW})?"
    r"(?P<hour>\d{1,2})"
    r"(?::(?P<colon>\d{2})| gio(?: kem (?P<less>\d{1,2}))?(?: ?(?P<minute>\d{1,2})(?! [/-] \d))?(?P<half> ruoi)?"
    r"| (?P<half2>ruoi)| kem (?P<less2>\d{1,2})|(?P<bare>(?= (?:sang|trua|chieu|toi|dem|pm|am)\b)))"
    rf"(?: phut)?(?: dung2?)?(?:(?: ,)? (?:buoi )?(?P<after>{PARTS}|pm|am))?(?!\S)"
)
_DOTTED = re.compile(rf"(?<!\S)(?P<hour>\d{{1,2}})\.(?P<minute>\d{{2}})(?: (?:buoi )?(?P<after>{PARTS}))?(?!\S)")
_FOUR = re.compile(r"(?:[01]\d|2[0-3])[0-5]\d")
_BARE = re.compile(
    r"(?:(?:da|em|luc|hoi|khoang|tam|vao) ){0,3}(?P<hour>\d{1,2})(?: (?P<minute>\d{2}))?(?: (?:a|nhe|nha|em)){0,2}"
)
_NAMED = re.compile(r"(?<!\S)(?:(?P<midnight>nua dem)|(?P<noon>giua trua|dung trua|dung ngo))(?!\S)")
_RANGE = re.compile(r" ?(?:-|den|toi)(?: (?:luc|khoang))? ?")


@dataclass(frozen=True, slots=True)
class HourMention:
    """One hour as written: before any part of the day from elsewhere is applied."""

    hour: int
    minute: int
    less: int  # "kem 15"
    part: str  # sang, trua, chieu, toi, dem, or nothing
    exact: bool  # written as on a 24-hour clock
    start: int
    end: int


def _whole_day(hour: int, part: str) -> tuple[int, ...]:
    """The hours of 24 that an hour and a part of the day can mean; none when they contradict."""
    match part:
        case "sang" | "am":
            return (0, 12) if hour == 12 else (hour,) if hour < 12 else ()
        case "trua":
            return (hour,) if 10 <= hour <= 14 else (hour + 12,) if 1 <= hour <= 3 else ()
        case "chieu":
            return (hour,) if 12 <= hour <= 19 else (hour + 12,) if 1 <= hour <= 7 else ()
        case "pm":
            return (hour,) if hour >= 12 else (hour + 12,)
        case "toi":
            return _evening(hour)
        case "dem" | "khuya":
            return _night(hour)
        case _:
            return (hour, hour + 12) if 1 <= hour <= 11 else (hour,)


def _evening(hour: int) -> tuple[int, ...]:
    if hour == 12:
        return (0,)
    return (hour, hour + 12) if hour < 5 else (hour + 12,) if hour < 12 else (hour,) if hour >= 17 else ()


def _night(hour: int) -> tuple[int, ...]:
    if hour == 12 or hour < 6:
        return (hour % 12,)
    return (hour + 12,) if hour < 12 else (hour,) if hour >= 18 else ()


def times_of(mention: HourMention, part: str = "") -> tuple[time, ...]:
    """The times a mention can mean, given a part of the day said elsewhere; none: no such hour."""
    hour = 0 if mention.hour == 24 and not mention.minute else mention.hour
    if hour > 23 or mention.minute > 59 or mention.less > 59:
        return ()
    part = mention.part or part
    hours = (hour,) if mention.exact and not mention.part else _whole_day(hour, part)
    minutes = [(one * 60 + mention.minute - mention.less) % 1440 for one in hours]
    return tuple(time(one // 60, one % 60) for one in minutes)


def hour_phrase(phrase: Phrase) -> Phrase:
    """The message with spelled-out hours ("bay gio", "bay ruoi", "kem muoi") in digits."""
    words, out, index = phrase.words, list[Word](), 0
    while index < len(words):
        number, end = day_number_at(words, index)
        follower = words[end].bare if end < len(words) else ""
        before = words[index - 1].bare if index else ""
        if number and (follower in ("gio", "ruoi") or (before == "kem" and number < 60)):
            out.append(Word(str(number), words[index].start, words[end - 1].end))
            index = end
            continue
        out.append(words[index])
        index += 1
    return join_words(phrase.raw, tuple(out), phrase.accented)


def _mention(match: re.Match[str]) -> HourMention:
    digits, minute = match["hour"], match["colon"] or match["minute"] or 0
    half = match["half"] or match["half2"]
    exact = len(digits) == 2 and (match["colon"] is not None or digits.startswith("0"))
    less = match["less"] or match["less2"] or match["less_first"] or 0
    part = match["after"] or match["before"] or ""
    return HourMention(int(digits), 30 if half else int(minute), int(less), part, exact, match.start(), match.end())


def _dotted(match: re.Match[str]) -> HourMention:
    exact = match["hour"].startswith("0")
    return HourMention(
        int(match["hour"]), int(match["minute"]), 0, match["after"] or "", exact, match.start(), match.end()
    )


def _bare(plain: str) -> list[HourMention]:
    """A number alone, given as an hour: "8", "19", "8 30"."""
    match = _BARE.fullmatch(plain)
    if not match:
        return []
    exact = match["hour"].startswith("0")
    return [HourMention(int(match["hour"]), int(match["minute"] or 0), 0, "", exact, match.start(), match.end())]


def find_hours(plain: str) -> list[HourMention]:
    """All hours of a message, in order; dotted ones ("19.30") only when nothing clearer is there."""
    found = [_mention(match) for match in _HOUR.finditer(plain) if match["bare"] is None or int(match["hour"]) <= 12]
    for match in _NAMED.finditer(plain):
        hour = 0 if match["midnight"] else 12
        found.append(HourMention(hour, 0, 0, "", True, match.start(), match.end()))
    dotted = [] if found else [_dotted(match) for match in _DOTTED.finditer(plain)]
    return found or [one for one in dotted if times_of(one)]


def meant(plain: str, mentions: list[HourMention], part: str = "") -> tuple[time, ...]:
    """The times that the hours of a message mean: of a range its beginning, else all of them."""
    if len(mentions) >= 2 and _RANGE.fullmatch(plain[mentions[0].end : mentions[1].start]):
        lent = mentions[0].part or mentions[1].part or part
        first = [one for one in times_of(mentions[0], lent) if one < max(times_of(mentions[1], part), default=one)]
        return tuple(first) or times_of(mentions[0], part)
    return tuple(dict.fromkeys(one for mention in mentions for one in times_of(mention, part)))


def read_hour(words: str | Phrase) -> Reading[time]:
    """An hour: "7 ruoi toi" → 19:30, "8h kem 15 sang" → 07:45, "19g30", "12h dem" → 00:00.

    From 1 to 11 without a part of the day it is a doubt between morning and evening, unless it is
    written as on a 24-hour clock ("07:30", "10:30"). Refusals: `no_such_hour`, `not_understood`.
    """
    phrase = hour_phrase(read_words(words))
    if is_denied(phrase):
        return Invalid("not_understood")
    if _FOUR.fullmatch(phrase.plain):
        return Value(time(int(phrase.plain[:2]), int(phrase.plain[2:])))
    mentions = find_hours(phrase.plain) or _bare(phrase.plain)
    options = meant(phrase.plain, mentions)
    if not options:
        return Invalid("no_such_hour" if mentions else "not_understood")
    return Value(options[0]) if len(options) == 1 else Ambiguous(options)
