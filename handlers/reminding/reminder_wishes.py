"""How each person wants to be reminded: of what, at which hour, and once more tomorrow."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta

from bot.core import calendar
from bot.core.form import Answers, Doubt, Form, Heard, Json, Kept, Look, Question, Refused, Said
from bot.core.message import Choice, Outbound
from bot.core.people import Role
from bot.core.reading.fold import fold
from bot.core.reading.hours import read_hour
from bot.core.reading.result import Ambiguous, Invalid
from handlers.dialogue.visit import Visit
from handlers.house.menu import menu_choices
from handlers.reminding.reminders import HOURS
from handlers.subject import Command, Dialogue, Given, Opening, Replies, Subject
from storage import reminders
from storage.database import Tx
from storage.reminders import Wish

KINDS = {Role.SECRETARY: ("model", "session", "duty", "draft"), Role.RESIDENT: ("meeting",)}
"""What can be turned off, by whom."""
SECRETARIES = frozenset({Role.SECRETARY})
STEP = timedelta(minutes=30)
_ASKED = re.compile(
    r"(?:(?:hay|xin|de nghi|nho|doi|gio) )*nhac(?: (?:nho|viec|cho|toi|em|minh|chau|bac|lai|hang ngay|moi ngay))*"
    r" (?:(?:luc|vao|hoi|sang|sang thanh|tu) )*(?=\d|bay|tam|chin|muoi|hai|ba|bon|nam|sau)"
)


# The hour --------------------------------------------------------------------------------------


def nearest_half(said: time) -> time:
    """The half hour next to an hour: reminders go out twice an hour."""
    moment = datetime(2000, 1, 1, said.hour, said.minute) + STEP / 2
    return time(moment.hour, 30 if moment.minute >= 30 else 0)


def hour_question() -> Question:
    """An hour at which one may be reminded. Canonical: "07:30"."""

    def hear(said: Said, kept: Answers, look: Look) -> Heard:
        read = read_hour(said.text)
        if isinstance(read, Invalid):
            return Refused(read.reason)
        options = [nearest_half(option) for option in (read.options if isinstance(read, Ambiguous) else [read.value])]
        allowed = list(dict.fromkeys(f"{option:%H:%M}" for option in options if option in HOURS))
        if not allowed:
            return Refused("quiet")
        return Kept(allowed[0]) if len(allowed) == 1 else Doubt(tuple(allowed))

    def accept(value: Json, _kept: Answers, _look: Look) -> Heard:
        return Kept(value) if value in {f"{hour:%H:%M}" for hour in HOURS} else Refused("quiet")

    return Question(key="hour", kind="hour", hear=hear, accept=accept, show=lambda value, _kept, _look: value)


FORM = Form("remind_at", (hour_question(),))


def finish(tx: Tx, visit: Visit, answers: Answers) -> Replies:
    """From now on at that hour."""
    wish = replace(reminders.wish_of(tx, visit.known.person_id), hour=answers["hour"])
    reminders.keep(tx, wish)
    return [visit.answer("remind_at.saved", menu_choices(visit, visit.known.role), hour=answers["hour"])]


def prefill(_tx: Tx, visit: Visit, text: str) -> Given | None:
    """ "Nhắc tôi lúc 7h30": the whole form in one message."""
    asked = _ASKED.match(fold(text))
    if asked is None:
        return None
    hour = fold(text)[asked.end() :]  # without what comes before: "tôi" must not become "tối"
    question, said = FORM.questions[0], Said(at=visit.written_at, text=hour)
    heard = question.hear(said, {}, None)
    if isinstance(heard, Kept):
        return {question.key: {"value": heard.value, "raw": text}}
    if isinstance(heard, Doubt):
        return {question.key: {"doubt": list(heard.options), "raw": text}}
    return None


# The switches ----------------------------------------------------------------------------------


def show_wishes(tx: Tx, visit: Visit) -> Replies:
    """What this person is reminded of and when, with a button to change each."""
    return [_shown(visit, reminders.wish_of(tx, visit.known.person_id))]


def _shown(visit: Visit, wish: Wish) -> Outbound:
    role = visit.known.role
    kinds = [(visit.say(f"reminder_wishes.kind.{kind}"), wish.wants(kind)) for kind in KINDS[role]]
    switches = [_switch(visit, kind, on=not wish.wants(kind)) for kind in KINDS[role]]
    hour = wish.hour or f"{visit.desk.ward.reminder_at:%H:%M}"
    change = [Choice(label=visit.say("reminder_wishes.hour"), data="rm|hour")] if role in SECRETARIES else []
    where = "reminder_wishes.own_hour" if role in SECRETARIES else "reminder_wishes.message"
    return visit.answer(where, [*switches, *change], kinds=kinds, hour=hour)


def _switch(visit: Visit, kind: str, *, on: bool) -> Choice:
    label = visit.say(
        "reminder_wishes.on" if on else "reminder_wishes.off", kind=visit.say(f"reminder_wishes.kind.{kind}")
    )
    return Choice(label=label, data=f"rm|{'on' if on else 'off'}|{kind}")


def pressed(tx: Tx, visit: Visit, parts: Sequence[str]) -> Replies | Opening:
    """A switch, another hour, or once more tomorrow."""
    role = visit.known.role
    wish = reminders.wish_of(tx, visit.known.person_id)
    match parts:
        case ["on" | "off" as state, kind] if kind in KINDS.get(role, ()):
            return _switched(tx, visit, wish, kind, on=state == "on")
        case ["hour"] if role in SECRETARIES:
            return Opening(form=FORM.name, given={})
        case ["again"] if role in SECRETARIES:
            return _tomorrow(tx, visit, wish)
    return [visit.answer("common.no_such_button")]


def _switched(tx: Tx, visit: Visit, wish: Wish, kind: str, *, on: bool) -> Replies:
    off = [one for one in wish.off.split() if one != kind] + ([] if on else [kind])
    changed = replace(wish, off=" ".join(off))
    reminders.keep(tx, changed)
    return [_shown(visit, changed)]


def _tomorrow(tx: Tx, visit: Visit, wish: Wish) -> Replies:
    """The next working day, whether or not it is a day of reminders."""
    day = calendar.next_working_day(visit.today)
    reminders.keep(tx, replace(wish, again_on=day.isoformat()))
    hour = wish.hour or f"{visit.desk.ward.reminder_at:%H:%M}"
    weekday = visit.say(f"common.weekday.{day.weekday()}")
    return [visit.answer("reminder_wishes.again", hour=hour, weekday=weekday, day=day)]


SUBJECT = Subject(
    name="remind_at",
    dialogue=Dialogue(form=FORM, finish=finish, prefill=prefill, roles=SECRETARIES, reviewed=False),
    commands=(
        Command(name="nhacviec", words=("nhac viec", "gio nhac", "tat nhac"), roles=frozenset(KINDS), run=show_wishes),
    ),
    buttons={"rm": pressed},
)
