"""A day as people write it, to a date."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from bot.core.reading.calendar_words import Clock, calendar_phrase, shifted
from bot.core.reading.day_mentions import DayMention, find_days
from bot.core.reading.result import Ambiguous, Invalid, Reading, Value
from bot.core.reading.words import Phrase, is_denied

_TOO_VAGUE = ("tuan", "thang", "hom", "dot", "lau", "nam")


def reading_of(options: Iterable[date], clock: Clock) -> Reading[date]:
    """One day, a doubt, or a refusal; for something held the future is no option."""
    days = tuple(dict.fromkeys(options))
    possible = tuple(day for day in days if day <= clock.today) if clock.held else days
    if not possible:
        return Invalid("future" if days else "not_understood")
    return Value(possible[0]) if len(possible) == 1 else Ambiguous(possible)


def _nearest_weekday(day: date, weekday: int, clock: Clock) -> date:
    """The day of that weekday that is closest to a date."""
    near = [one for step in range(-3, 4) if (one := shifted(day, step)).weekday() == weekday]
    return near[0] if not clock.held or near[0] <= clock.today else shifted(near[0], -7)


def _with_weekdays(days: tuple[date, ...], weekdays: set[int], clock: Clock) -> tuple[date, ...]:
    """Dates beside a weekday: those that fall on it, or both meanings when none does."""
    fitting = tuple(day for day in days if day.weekday() in weekdays)
    if fitting or not weekdays:
        return fitting or days
    return days + tuple(_nearest_weekday(day, weekday, clock) for day in days for weekday in weekdays)


def merged(mentions: list[DayMention], clock: Clock) -> tuple[date, ...]:
    """What several mentions mean together: what they agree on, or everything they say."""
    dated = [mention.days for mention in mentions if mention.weekday is None]
    weekdays = {mention.weekday for mention in mentions if mention.weekday is not None}
    if not dated:
        return tuple(day for mention in mentions for day in mention.days)
    agreed = tuple(day for day in dated[0] if all(day in days for days in dated))
    return _with_weekdays(agreed or tuple(day for days in dated for day in days), weekdays, clock)


def read_mentions(phrase: Phrase, mentions: list[DayMention], clock: Clock) -> Reading[date]:
    """The day that the found mentions mean."""
    for mention in mentions:
        if mention.refused:
            return Invalid(mention.refused)
    if not mentions:
        vague = any(word.bare in _TOO_VAGUE for word in phrase.words)
        return Invalid("too_vague" if vague else "not_understood")
    return reading_of(merged(mentions, clock), clock)


def read_day(words: str | Phrase, *, today: date, held: bool) -> Reading[date]:
    """A day: "hqua", "20/3", "thu 7 tuan truoc", "mung 10 thang 3" → a date.

    `held` says that it has happened: no year means the latest past date, and the future is refused
    (`future`). Otherwise no year means the next one. Other refusals: `no_such_day`, `too_vague`, `not_understood`.
    """
    clock, phrase = Clock(today, held), calendar_phrase(words)
    if is_denied(phrase):
        return Invalid("not_understood")
    return read_mentions(phrase, find_days(phrase, clock), clock)
