"""A step in the life of a model: who may see it, its card, taking a step once, and telling the owner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.core.form import Json, Question
from bot.core.message import Choice, Lane, Outbound
from bot.core.model_life import BY_NAME, ITEMS, JUDGES, OWNER, State, Step, steps_for
from bot.core.people import Asker, Role
from bot.core.questions import about
from bot.core.texts import Words
from handlers.dialogue.conversation import offer
from handlers.dialogue.visit import Visit
from handlers.models.register_model import owners_of
from handlers.subject import Given, Replies
from storage import behalf, models
from storage.campaign import Owner
from storage.database import Tx
from storage.models import NewStep, OwnerChat, Sheet

MOST_REMEMBERED = 6
"""How many of the latest steps a card shows."""
MOST_PROOFS = 3
"""How many of the latest pieces of evidence a card shows."""
FOLLOWS = {"approve": "start", "return": "correct", "ask": "correct", "send_back": "assess"}
"""What the owner is offered to do at once after a decision."""


def seen(tx: Tx, visit: Visit, model_id: str) -> Sheet | None:
    """A model, if this person may see it: an own one, or one of the subtree of whoever judges."""
    asker = visit.known
    if asker.role in JUDGES:
        return models.sheet_in_scope(tx, model_id, asker.scope)
    if asker.role not in OWNER:
        return None
    found = (models.sheet_of(tx, model_id, owner) for owner in answered_for(tx, asker))
    return next((sheet for sheet in found if sheet), None)


def answered_for(tx: Tx, asker: Asker) -> list[Owner]:
    """Whose models a person answers for: one's own, and those of individuals without a chat who were helped."""
    helped = behalf.helped(tx, asker.person_id) if asker.role is Role.SECRETARY else []
    return [*owners_of(tx, asker), *helped]


# -- what a step is about ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class StepLook:
    """The model that a form is about, the step that it makes, and the words for them."""

    sheet: Sheet | None
    step: str
    title: Words
    ask: str = ""


def meant(given: Given) -> Mapping[str, Any]:
    """{id, seen, step} as the button that opened the form set it."""
    value: Mapping[str, Any] = given["model"]["value"]
    return value


def aimed(sheet: Sheet, step: Step) -> Given:
    """What a form about this model knows from the start."""
    return {"model": {"value": {"id": sheet.model_id, "seen": sheet.steps, "step": step.name}, "raw": ""}}


def the_model() -> Question:
    """The model that a form is about, as it was when the form was opened."""

    def shown(value: Json, look: StepLook) -> str | None:
        sheet = look.sheet
        return f"{sheet.code} – {sheet.name}" if sheet and sheet.model_id == value["id"] else None

    return about("model", shown)


def step_look(tx: Tx, visit: Visit, given: Given) -> StepLook:
    """The model and the name of the step."""
    aim = meant(given)
    step = aim["step"]
    ask = visit.say(f"model_life.reason.{step}") if step in BY_NAME and BY_NAME[step].reason else ""
    return StepLook(sheet=seen(tx, visit, aim["id"]), step=step, title=visit.say(f"model_life.step.{step}"), ask=ask)


# -- taking a step -----------------------------------------------------------------------------


def may(visit: Visit, sheet: Sheet, step: Step, steps_seen: int) -> bool:
    """Whether a step can be taken now: by this role, from this state, and on the model as it was seen.

    What keeps the state adds to a model and can't contradict what came meanwhile.
    """
    current = step.to is None or sheet.steps == steps_seen
    return visit.known.role in step.by and step.fits(sheet.state, sheet.level) and current


def take_step(
    tx: Tx, visit: Visit, aim: Mapping[str, Any], reason: str = "", changes: Mapping[str, Sequence[str]] | None = None
) -> Sheet | None:
    """Take a step and return the model as it was before; None, and nothing done, when it can't be taken any more."""
    sheet, step = seen(tx, visit, aim["id"]), BY_NAME[aim["step"]]
    if sheet is None or not may(visit, sheet, step, aim["seen"]):
        return None
    new = NewStep(
        step_id=visit.desk.ids.new(),
        step=step.name,
        person_id=visit.known.person_id,
        to=step.to or sheet.state,
        reason=reason,
        changes=changes,
    )
    return sheet if models.take(tx, sheet, new, visit.now) else None


def refused(tx: Tx, visit: Visit, model_id: str) -> Replies:
    """The step can't be taken any more: what became of the model, and its card as it is now."""
    sheet = seen(tx, visit, model_id)
    if sheet is None:
        return [visit.answer("common.no_such_button")]
    history = models.history(tx, sheet)
    last = history[-1] if history else None
    done = visit.say(f"model_life.done.{last.step}") if last else ""
    at = visit.moment_of(last.at) if last else ""
    moved = visit.say("model_life.moved", sheet=sheet, state=state_name(visit, sheet.state), done=done, at=at)
    return [visit.reply(moved), card(tx, visit, sheet)]


def saved(tx: Tx, visit: Visit, before: Sheet, step: Step, reason: str = "", level: str = "") -> Replies:
    """The step is written: its owner hears of it where it was not their own, and what can be done next is offered."""
    after = seen(tx, visit, before.model_id) or before
    named = visit.say(f"model_life.level.{level}") if level else ""
    told = tell_owner(tx, visit, after, step, reason, named) if step.told else 0
    text = visit.say(
        "model_life.saved",
        sheet=after,
        state=state_name(visit, after.state),
        at=visit.clock,
        added=step.name == "supplement",
        proved=step.name == "evidence",
        **_filled(after),
    )
    extra = visit.say("model_life.told_owner" if told else "model_life.not_told") if step.told else ""
    again = [step_choice(visit, after, "supplement")] if step.name == "supplement" and after.missing else []
    choices = [*again, open_choice(visit, after), list_choice(visit)]
    return [visit.reply("\n".join(part for part in (text, extra) if part), choices)]


def tell_owner(tx: Tx, visit: Visit, sheet: Sheet, step: Step, reason: str, level: str) -> int:
    """Those who answer for a model hear what was decided and why; returns to how many people it goes."""
    chats = [chat for chat in models.chats_of_owner(tx, sheet) if chat.person_id != visit.known.person_id]
    for chat in chats:
        message = _to_owner(visit, sheet, step, chat, reason, level)
        visit.send(tx, message)
        offer(tx, message, chat.account)
    return len(chats)


def _to_owner(visit: Visit, sheet: Sheet, step: Step, chat: OwnerChat, reason: str, level: str) -> Outbound:
    where = f"model_life.told.{step.name}"
    text = visit.desk.say(where, chat.as_role, sheet=sheet, reason=reason, level=level)
    follows = FOLLOWS.get(step.name)
    choices = [step_choice(visit, sheet, follows)] if follows else []
    return Outbound(address=chat.address, text=text, choices=(*choices, open_choice(visit, sheet)), lane=Lane.NOTICE)


# -- how a model is shown ----------------------------------------------------------------------


def state_name(visit: Visit, state: str) -> Words:
    """A state as people say it."""
    return visit.say(f"model_life.state.{state}")


def step_choice(visit: Visit, sheet: Sheet, step: str) -> Choice:
    """The button of a step, tied to the model as it is seen now."""
    return Choice(label=visit.say(f"model_life.step.{step}"), data=f"m|{step}|{sheet.model_id}|{sheet.steps}")


def open_choice(visit: Visit, sheet: Sheet) -> Choice:
    """The button that shows a model."""
    return Choice(label=visit.say("model_life.open"), data=f"m|open|{sheet.model_id}")


def list_choice(visit: Visit) -> Choice:
    """Back to the list from which this role comes."""
    return visit.desk.command_choice("thamdinh" if visit.known.role in JUDGES else "mohinh")


def _filled(sheet: Sheet) -> dict[str, int]:
    """How many of the official items are written: 7/10."""
    return {"filled": len(ITEMS) - len(sheet.missing), "total": len(ITEMS)}


def card(tx: Tx, visit: Visit, sheet: Sheet) -> Outbound:
    """A model with what is written, what is missing, what happened, and what this person may do now."""
    text = visit.say(
        "model_life.card",
        sheet=sheet,
        state=state_name(visit, sheet.state),
        **_filled(sheet),
        missing=[visit.say(f"model_life.item.{item}") for item in sheet.missing],
        period=sheet.period.split("/") if sheet.period else (),
        evidence=models.evidence(tx, sheet),
        proofs=models.proofs(tx, sheet, MOST_PROOFS),
        level=visit.say(f"model_life.level.{sheet.level}") if sheet.level else "",
        history=history_lines(tx, visit, sheet),
        author=behalf.author_of(tx, sheet.model_id),
    )
    steps = [
        step_choice(visit, sheet, step.name) for step in steps_for(visit.known.role, State(sheet.state), sheet.level)
    ]
    return visit.reply(text, [*steps, list_choice(visit)])


def history_lines(tx: Tx, visit: Visit, sheet: Sheet) -> list[Words]:
    """The latest steps, the oldest first."""
    return [
        visit.say(
            "model_life.history_line",
            taken=taken,
            done=visit.say(f"model_life.done.{taken.step}"),
            at=visit.moment_of(taken.at),
        )
        for taken in models.history(tx, sheet)[-MOST_REMEMBERED:]
    ]
