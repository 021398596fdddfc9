"""What is done with a duty: reported, corrected, withdrawn by a unit; extended, cancelled by those who gave it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.core.form import Answers, Form, Json, Option, Question
from bot.core.message import Lane, Outbound
from bot.core.office_questions import document
from bot.core.people import Role
from bot.core.questions import about, moment, photos, text
from bot.core.texts import Words
from handlers.dialogue.conversation import offer
from handlers.dialogue.visit import Visit
from handlers.duties import deadlines
from handlers.duties.duties import (
    duty_moved,
    given_duty,
    list_choice,
    may_act,
    may_change,
    my_card,
    my_duty,
    open_choice,
    report_moved,
)
from handlers.duties.give_duty import GIVERS
from handlers.house.menu import menu_choices
from handlers.subject import Dialogue, Given, Replies, Subject
from storage import duties
from storage.database import Tx
from storage.duties import Assignment, Duty, NewStep, Report

DONE_BY = frozenset({Role.SECRETARY})
NUMBERED = ("resolution", "document")
"""The evidence that has a number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyLook:
    """The duty that a form is about, as a unit has it or as it was given, and the words for what is being done."""

    one: Assignment | None
    duty: Duty | None
    title: Words
    ask: Words | str
    today: str
    correcting: bool
    working_days: Sequence[Option] = ()

    @property
    def named(self) -> tuple[str, str]:
        """Code and title of the duty; nothing when it can't be seen."""
        seen = self.one or self.duty
        return (seen.duty_id, seen.title) if seen else ("", "")

    @property
    def evidence(self) -> str:
        return self.one.evidence if self.one else ""


def meant(given: Given) -> Mapping[str, Any]:
    """{id, unit, seen, act} as the button that opened the form set it."""
    value: Mapping[str, Any] = given["duty"]["value"]
    return value


def look(tx: Tx, visit: Visit, given: Given) -> DutyLook:
    """The duty, and the working days around a deadline that was said."""
    aim = meant(given)
    act = aim["act"]
    return DutyLook(
        one=my_duty(tx, visit, aim["id"], aim["unit"]) if aim["unit"] else None,
        duty=given_duty(tx, visit, aim["id"]) if not aim["unit"] else None,
        title=visit.say(f"duty.act.{act}"),
        ask=visit.say(f"duty_reason.of.{act}") if act in ("withdraw", "cancel") else "",
        today=visit.today.isoformat(),
        correcting=act == "correct",
        working_days=deadlines.working_days(visit, given),
    )


def the_duty() -> Question:
    """The duty that a form is about."""

    def shown(value: Json, look: DutyLook) -> str | None:
        duty_id, title = look.named
        return f"{duty_id} – {title}" if duty_id and duty_id == value["id"] else None

    return about("duty", shown)


# -- by a unit ---------------------------------------------------------------------------------


def has_number(_kept: Answers, look: DutyLook) -> bool:
    """A resolution or another document has a number."""
    return look.evidence in NUMBERED


def in_words(_kept: Answers, look: DutyLook) -> bool:
    """Where words are the evidence they are asked for."""
    return look.evidence == "words"


def needs_picture(_kept: Answers, look: DutyLook) -> bool:
    """Where a picture is the evidence there must be one."""
    return look.evidence == "photo" and not look.correcting


def may_have_photos(_kept: Answers, look: DutyLook) -> bool:
    """Elsewhere it may be added; a correction leaves the pictures as they are."""
    return look.evidence != "photo" and not look.correcting


def usual_sign(_kept: Answers, look: DutyLook) -> str:
    """A cell's resolution is its own."""
    own = look.one is not None and look.one.evidence == "resolution" and look.one.unit_kind == "party_cell"
    return "NQ/CB" if own else ""


REPORT = Form(
    "report_duty",
    (
        the_duty(),
        document("number", usual=usual_sign, when=has_number),
        moment("done"),
        text("words", longest=1000, shortest=5, when=in_words),
        photos("picture", when=needs_picture, optional=False),
        photos("photos", when=may_have_photos),
    ),
)


def report(tx: Tx, visit: Visit, answers: Answers) -> Replies:
    """Write down what the unit did, once, on the duty as it was seen."""
    aim = answers["duty"]
    one = my_duty(tx, visit, aim["id"], aim["unit"])
    if one is None:
        return [visit.answer("common.no_such_button", menu_choices(visit, visit.known.role))]
    said = Report(
        done_on=answers["done"][:10],
        number=answers.get("number") or "",
        words=answers.get("words") or "",
        photos=tuple(answers.get("picture") or answers.get("photos") or ()),
    )
    if not may_act(one, aim["act"], aim["seen"]) or not duties.report(tx, one, said, visit.today.isoformat()):
        return report_moved(tx, visit, one)
    _keep_step(tx, visit, one, aim["act"], changes=_changes(one, said))
    after = my_duty(tx, visit, aim["id"], aim["unit"])
    assert after is not None
    saved = visit.say("report_duty.saved", one=after, at=visit.clock)
    card = my_card(tx, visit, after)
    return [visit.reply(saved, card.choices)]


def _changes(one: Assignment, said: Report) -> dict[str, tuple[str, str]]:
    pairs = {
        "done_on": (one.done_on or "", said.done_on),
        "number": (one.number, said.number),
        "words": (one.words, said.words),
    }
    return {item: pair for item, pair in pairs.items() if pair[0] != pair[1]}


def _keep_step(
    tx: Tx,
    visit: Visit,
    of: Assignment | Duty,
    act: str,
    reason: str = "",
    changes: Mapping[str, Sequence[str]] | None = None,
) -> None:
    step = NewStep(
        step_id=visit.desk.ids.new(),
        duty_id=of.duty_id,
        unit_id=of.unit_id if isinstance(of, Assignment) else None,
        step=act,
        person_id=visit.known.person_id,
        reason=reason,
        changes=changes,
    )
    duties.write_step(tx, step, visit.now)


# -- with a reason -----------------------------------------------------------------------------

REASON = Form("duty_reason", (the_duty(), text("reason", longest=500, shortest=5)))


def give_reason(tx: Tx, visit: Visit, answers: Answers) -> Replies:
    """A report is withdrawn, or a duty is cancelled."""
    return withdraw(tx, visit, answers) if answers["duty"]["unit"] else cancel(tx, visit, answers)


def withdraw(tx: Tx, visit: Visit, answers: Answers) -> Replies:
    """The report was a mistake; the unit owes the duty again."""
    aim = answers["duty"]
    one = my_duty(tx, visit, aim["id"], aim["unit"])
    if one is None:
        return [visit.answer("common.no_such_button", menu_choices(visit, visit.known.role))]
    if not may_act(one, "withdraw", aim["seen"]) or not duties.withdraw(tx, one):
        return report_moved(tx, visit, one)
    changes = {"done_on": (one.done_on or "", ""), "number": (one.number, ""), "words": (one.words, "")}
    _keep_step(tx, visit, one, "withdraw", answers["reason"], changes)
    return [visit.answer("duty.withdrawn", [list_choice(visit)], one=one, at=visit.clock)]


def cancel(tx: Tx, visit: Visit, answers: Answers) -> Replies:
    """Nobody has to do the duty any more; those who have it hear why."""
    aim = answers["duty"]
    duty = given_duty(tx, visit, aim["id"])
    if duty is None:
        return [visit.answer("common.no_such_button", menu_choices(visit, visit.known.role))]
    if not may_change(duty, aim["seen"]) or not duties.cancel(tx, duty, visit.now):
        return duty_moved(tx, visit, duty)
    _keep_step(tx, visit, duty, "cancel", answers["reason"])
    told = _tell(tx, visit, duty, "duty.told.cancel", owing=False, reason=answers["reason"])
    done = visit.say("duty.cancelled", duty_id=duty.duty_id, at=visit.clock, told=told)
    return [visit.reply(done, [open_choice(visit, duty.duty_id), list_choice(visit)])]


# -- another deadline --------------------------------------------------------------------------

EXTEND = Form("extend_duty", (the_duty(), *deadlines.QUESTIONS, text("reason", longest=500, shortest=5)))


def extend(tx: Tx, visit: Visit, answers: Answers) -> Replies:
    """Another deadline; those who still owe the duty hear of it."""
    aim = answers["duty"]
    duty, due_on = given_duty(tx, visit, aim["id"]), deadlines.settled_due(answers)
    if duty is None:
        return [visit.answer("common.no_such_button", menu_choices(visit, visit.known.role))]
    if not may_change(duty, aim["seen"]) or not duties.extend(tx, duty, due_on):
        return duty_moved(tx, visit, duty)
    _keep_step(tx, visit, duty, "extend", answers["reason"], {"due_on": (duty.due_on, due_on)})
    due = deadlines.day_words(visit, date.fromisoformat(due_on))
    told = _tell(tx, visit, duty, "duty.told.extend", owing=True, reason=answers["reason"], due=due)
    done = visit.say("duty.extended", duty=duty, due_on=due_on, at=visit.clock, told=told)
    return [visit.reply(done, [open_choice(visit, duty.duty_id), list_choice(visit)])]


def _tell(tx: Tx, visit: Visit, duty: Duty, where: str, *, owing: bool, **values: object) -> int:
    """Each secretary once; returns how many people were told."""
    told: set[str] = set()
    for chat in duties.chats_of(tx, duty.duty_id, owing=owing):
        if chat.person_id in told:
            continue
        told.add(chat.person_id)
        words = visit.desk.say(where, Role.SECRETARY, duty=duty, **values)
        message = Outbound(address=chat.address, text=words, choices=(list_choice(visit),), lane=Lane.NOTICE)
        visit.send(tx, message, about=duty.duty_id)
        offer(tx, message, chat.account)
    return len(told)


SUBJECTS = (
    Subject(
        name="report_duty",
        dialogue=Dialogue(form=REPORT, look=look, looks_at=("duty",), finish=report, roles=DONE_BY),
    ),
    Subject(
        name="duty_reason",
        dialogue=Dialogue(form=REASON, look=look, looks_at=("duty",), finish=give_reason, roles=DONE_BY | GIVERS),
    ),
    Subject(
        name="extend_duty",
        dialogue=Dialogue(form=EXTEND, look=look, looks_at=("duty", "due"), finish=extend, roles=GIVERS),
    ),
)
