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

KINDS = {
    Role.SECRETARY: ("model", "session", "duty", "draft"),
    Role.RESIDENT: ("meeting", "draft"),
    Role.OFFICER: ("draft",),
    Role.LEADER: ("draft",),
}
"""What can be turned off, by whom."""
SECRETARIES = frozenset({Role.SECRETARY})
STEP = timedelta(minutes=30)
ALL = "all"
NAMED = {
    "session": r"(?:bao cao )?(?:buoi|tuyen truyen)(?: tuyen truyen)?(?:,? van dong)?|bao cao",
    "model": r"(?:dang ky )?mo hinh|dang ky",
    "duty": r"nhiem vu(?: giao)?",
    "draft": r"(?:cac )?phieu(?: (?:lam )?(?:do|dang lam do))?",
    "meeting": r"hop(?: dan)?|cuoc hop",
    ALL: r"(?:tat ca|het|moi thu|moi viec|viec)?",
}
"""How people call what they are reminded of, without accents."""
_SWITCH = re.compile(
    r"(?:(?:xin|hay|lam on|nho|toi muon|cho toi|giup toi) )*"
    r"(?P<off>tat|ngung|dung|thoi|bo|khong|ko|khong can|khoi)?(?P<on>bat|mo)?(?: lai)?"
    r" (?:tin )?nhac(?: nho| viec)?(?: ve)?"
    r" ?(?:" + "|".join(f"(?P<{kind}>{words})" for kind, words in NAMED.items()) + r")"
    r"(?: (?:nua|di|nhe|lai|cho toi|toi|giup toi|cam on))*"
)
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
    mine = kinds_of(visit)
    kinds = [(visit.say(f"reminder_wishes.kind.{kind}"), wish.wants(kind)) for kind in mine]
    switches = [_switch(visit, kind, on=not wish.wants(kind)) for kind in mine]
    hour = wish.hour or f"{visit.desk.ward.reminder_at:%H:%M}"
    change = [Choice(label=visit.say("reminder_wishes.hour"), data="rm|hour")] if _is_secretary(visit) else []
    where = "reminder_wishes.own_hour" if _is_secretary(visit) else "reminder_wishes.message"
    return visit.answer(where, [*switches, *change], kinds=kinds, hour=hour)


def kinds_of(visit: Visit) -> tuple[str, ...]:
    """What this person can be reminded of, in all their roles: a reminder comes whoever they act as now."""
    roles = [one.role for one in visit.known.memberships]
    return tuple(dict.fromkeys(kind for role, kinds in KINDS.items() if role in roles for kind in kinds))


def _is_secretary(visit: Visit) -> bool:
    return any(one.role in SECRETARIES for one in visit.known.memberships)


def _switch(visit: Visit, kind: str, *, on: bool) -> Choice:
    label = visit.say(
        "reminder_wishes.on" if on else "reminder_wishes.off", kind=visit.say(f"reminder_wishes.kind.{kind}")
    )
    return Choice(label=label, data=f"rm|{'on' if on else 'off'}|{kind}")


def pressed(tx: Tx, visit: Visit, parts: Sequence[str]) -> Replies | Opening:
    """A switch, another hour, or once more tomorrow."""
    wish = reminders.wish_of(tx, visit.known.person_id)
    match parts:
        case ["on" | "off" as state, kind] if kind in kinds_of(visit):
            return _switched(tx, visit, wish, (kind,), on=state == "on")
        case ["hour"] if visit.known.role in SECRETARIES:
            return Opening(form=FORM.name, given={})
        case ["again"] if _is_secretary(visit):
            return _tomorrow(tx, visit, wish)
    return [visit.answer("common.no_such_button")]


def _switched(tx: Tx, visit: Visit, wish: Wish, kinds: Sequence[str], *, on: bool) -> Replies:
    off = [one for one in wish.off.split() if one not in kinds] + ([] if on else [*kinds])
    changed = replace(wish, off=" ".join(off))
    reminders.keep(tx, changed)
    return [_shown(visit, changed)]


def no_more(tx: Tx, visit: Visit) -> Replies:
    """ "Đừng nhắc nữa": everything is turned off at once, and shown with what turns it on again."""
    return _switched(tx, visit, reminders.wish_of(tx, visit.known.person_id), kinds_of(visit), on=False)


def heard(tx: Tx, visit: Visit, text: str) -> Replies | None:
    """ "Tắt nhắc buổi", "bật lại nhắc mô hình": a switch in words; one that is not theirs shows those that are."""
    said = _SWITCH.fullmatch(fold(text).strip(" .!…"))
    if said is None or bool(said["off"]) == bool(said["on"]) or not kinds_of(visit):
        return None
    named = next((kind for kind in NAMED if said[kind]), ALL)
    kinds = [kind for kind in kinds_of(visit) if named in (kind, ALL)]
    return _switched(tx, visit, reminders.wish_of(tx, visit.known.person_id), kinds, on=bool(said["on"]))


def once_more(tx: Tx, visit: Visit) -> Replies:
    """ "Nhắc lại sáng mai", in words."""
    return _tomorrow(tx, visit, reminders.wish_of(tx, visit.known.person_id))


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
        Command(
            name="dungnhac",
            words=("dung nhac nua", "dung nhac", "thoi nhac", "khong nhac nua", "dung nhac toi nua", "tat nhac het"),
            roles=frozenset(KINDS),
            run=no_more,
            plain=True,
        ),
        Command(
            name="nhacmai",
            words=("nhac lai sang mai", "sang mai nhac lai", "nhac lai ngay mai", "mai nhac lai", "mai nhac toi"),
            roles=SECRETARIES,
            run=once_more,
            plain=True,
        ),
    ),
    hears=heard,
    buttons={"rm": pressed},
)
