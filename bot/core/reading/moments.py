"""A day and perhaps an hour, read together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from bot.core.reading.calendar_words import Clock, calendar_phrase, shifted
from bot.core.reading.day_mentions import PARTS, DayMention, find_days, find_lone_day
from bot.core.reading.days import read_mentions
from bot.core.reading.hours import HourMention, find_hours, hour_phrase, meant
from bot.core.reading.result import Ambiguous, Invalid, Reading, Value
from bot.core.reading.words import Phrase, is_denied, read_words

_PART_AT_START = re.compile(rf"(?P<part>{PARTS})\b")
_PART_BEFORE = re.compile(rf"(?<!\S)(?P<part>{PARTS})(?: (?:ngay|hom|luc|vao|cua))?[ ,]*$")
_PART_AFTER = re.compile(rf"[ ,]*(?:(?:vao|luc|buoi) ){{0,2}}(?P<part>{PARTS})(?!\S)")
_PART_STARTS = {"sang": 0, "trua": 10, "chieu": 12, "toi": 17, "dem": 18, "khuya": 20}
_ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
_NIGHT = ("dem", "khuya", "toi")


@dataclass(frozen=True, slots=True)
class Moment:
    """When something happened or will happen: a day, and an hour if one was said."""

    day: date
    hour: time | None = None

    def iso(self) -> str:
        """ "2021-03-20" or "2021-03-20T20:00": reads back as this moment."""
        return self.day.isoformat() + (f"T{self.hour:%H:%M}" if self.hour else "" if self.hour is None else "T00:00")

    def text(self) -> str:
        """The canonical text."""
        return self.iso()


@dataclass(frozen=True, slots=True)
class Heard:
    """What was found of a moment in a message, and the phrase whose places it names."""

    phrase: Phrase
    days: list[DayMention]
    hours: list[HourMention]
    part: str


def masked(plain: str, mentions: Sequence[DayMention | HourMention]) -> str:
    """The text with its mentions taken out, all places kept."""
    for mention in mentions:
        plain = plain[: mention.start] + "#" * (mention.end - mention.start) + plain[mention.end :]
    return plain


def _part(plain: str, mentions: list[DayMention]) -> str:
    """The part of the day that stands in, before or after a day: "toi qua", "toi thu 7"."""
    for mention in mentions:
        taken = plain[mention.start : mention.end]
        found = (
            _PART_AT_START.match(taken)
            or _PART_BEFORE.search(plain[max(0, mention.start - 20) : mention.start])
            or _PART_AFTER.match(plain, mention.end)
        )
        if found:
            return str(found["part"])
    return ""


def hear(text: str | Phrase, clock: Clock) -> Heard:
    """The days and hours of a message, found but not yet weighed."""
    phrase = hour_phrase(calendar_phrase(text))
    days = find_days(phrase, clock)
    hours = find_hours(masked(phrase.plain, days))
    days = days or find_lone_day(masked(phrase.plain, hours), clock, phrase)
    return Heard(phrase, days, hours, _part(phrase.plain, days))


def _past(moment: Moment, part: str, now: datetime) -> bool:
    """Whether it can have happened; without an hour the part of the day must have begun."""
    if moment.hour is not None:
        return datetime.combine(moment.day, moment.hour) <= now
    started = time(_PART_STARTS.get(part, 0))
    return datetime.combine(moment.day, started) <= now


def _after_midnight(day: date, hour: time, part: str) -> tuple[Moment, ...]:
    """ "12h dem 20/3" may belong to either side of the night."""
    if part in _NIGHT and hour.hour < 5:
        return Moment(day, hour), Moment(shifted(day, 1), hour)
    return (Moment(day, hour),)


def _combined(days: Reading[date], heard: Heard, hours: tuple[time, ...]) -> tuple[Moment, ...]:
    options = days.options if isinstance(days, Ambiguous) else (days.value,) if isinstance(days, Value) else ()
    if not hours:
        return tuple(Moment(day) for day in options)
    part = heard.hours[0].part or heard.part
    return tuple(moment for day in options for hour in hours for moment in _after_midnight(day, hour, part))


def weigh(heard: Heard, *, today: date, now: time, held: bool) -> Reading[Moment]:
    """The moment that the found days and hours mean."""
    hours = meant(heard.phrase.plain, heard.hours, heard.part)
    if heard.hours and not hours:
        return Invalid("no_such_hour")
    clock = Clock(today, held)
    days = read_mentions(heard.phrase, heard.days, clock) if heard.days or not hours else Value(today)
    if isinstance(days, Invalid):
        return days
    found = tuple(dict.fromkeys(_combined(days, heard, hours)))
    at, part = datetime.combine(today, now), heard.part
    options = tuple(one for one in found if _past(one, part, at)) if held else found
    if not options:
        return Invalid("future" if heard.days else "day_missing")
    return Value(options[0]) if len(options) == 1 else Ambiguous(options)


def read_moment(words: str | Phrase, *, today: date, now: time, held: bool) -> Reading[Moment]:
    """A day and perhaps an hour: "toi t7 vua roi luc 8h" → 2021-03-20T20:00; "sang qua" → that day.

    `held` says that it has happened: nothing after `today` at `now` is ever meant (`future`). An hour
    alone is today's. Other refusals are those of `read_day` and `read_hour`.
    """
    phrase = read_words(words)
    if _ISO.fullmatch(phrase.raw):
        return _read_iso(phrase.raw, datetime.combine(today, now), held)
    if is_denied(phrase):
        return Invalid("not_understood")
    return weigh(hear(phrase, Clock(today, held)), today=today, now=now, held=held)


def _read_iso(text: str, now: datetime, held: bool) -> Reading[Moment]:
    try:
        exact = datetime.fromisoformat(text)
    except ValueError:
        return Invalid("no_such_day")
    return Invalid("future") if held and exact > now else Value(Moment(exact.date(), exact.time()))
