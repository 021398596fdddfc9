"""The deadline of a duty: a day, and which working day is meant when it is a day off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from bot.core import calendar, figures
from bot.core.form import Answers, Option, Question
from bot.core.office_questions import deadline
from bot.core.questions import choice
from bot.core.texts import capital
from handlers.dialogue.visit import Visit
from handlers.subject import Given


class HasToday(Protocol):
    """What the questions about a deadline need to see."""

    @property
    def today(self) -> str: ...
    @property
    def working_days(self) -> Sequence[Option]: ...


def today_at_least(_kept: Answers, look: HasToday) -> str | None:
    """Nothing is due before today."""
    return look.today


def on_a_day_off(kept: Answers, look: HasToday) -> bool:
    """Whether the day that was said is no working day; not counted before there is one, for it is rare."""
    return bool("due" in kept and look.working_days)


def working_day_options(_kept: Answers, look: HasToday) -> Sequence[Option]:
    """The working days around it, and the day itself."""
    return look.working_days


QUESTIONS: tuple[Question, ...] = (
    deadline("due", earliest=today_at_least),
    choice("workday", working_day_options, when=on_a_day_off),
)


def working_days(visit: Visit, given: Given) -> Sequence[Option]:
    """The days to choose from when the deadline that was said is a day off; none otherwise."""
    said = given.get("due", {}).get("value")
    if not said or calendar.is_working_day(date.fromisoformat(said)):
        return ()
    day = date.fromisoformat(said)
    days = [*calendar.nearest_working_days(day, visit.today), day]
    return [Option(one.isoformat(), capital(day_words(visit, one))) for one in days]


def day_words(visit: Visit, day: date) -> str:
    """ "thứ Sáu, 26/03/2021" """
    return f"{visit.say(f'common.weekday.{day.weekday()}')}, {figures.dated(day)}"


def settled_due(answers: Answers) -> str:
    """The day that counts."""
    return str(answers.get("workday") or answers["due"])
