"""The life of a model in chat: lists and cards for its owner and its judges, and the buttons of its steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.core.message import Choice
from bot.core.model_life import BY_NAME, JUDGES, OWNER, Step, waiting_for
from handlers.dialogue.visit import Visit
from handlers.house.menu import menu_choices
from handlers.models import model_items
from handlers.models.model_steps import aimed, answered_for, card, may, refused, saved, seen, state_name, take_step
from handlers.subject import Command, Given, Opening, Replies, Subject
from storage import campaign, models
from storage.database import Tx
from storage.models import Line, Sheet

PAGE = 8
"""How many models a list shows at once."""
FORM_OF = {
    "correct": "correct_model",
    "supplement": "supplement_model",
    "assess": "assess_model",
    "recognize": "recognize_model",
    "evidence": "model_evidence",
}
"""The forms of steps that ask for more than a reason."""


def my_models(tx: Tx, visit: Visit) -> list[Line]:
    """All models of those for whom a person answers, in the campaign of today."""
    current = campaign.campaign_of(tx, visit.known.scope, visit.today)
    owners = answered_for(tx, visit.known) if current else []
    return [line for owner in owners for line in models.lines_of(tx, owner, current.campaign_id)] if current else []


def show_mine(tx: Tx, visit: Visit) -> Replies:
    """My models with their states."""
    return mine_from(tx, visit, 0)


def mine_from(tx: Tx, visit: Visit, first: int) -> Replies:
    """A page of my models."""
    lines = my_models(tx, visit)
    page = lines[first : first + PAGE]
    if not page:
        return [visit.answer("model_life.none_of_mine", menu_choices(visit, visit.known.role))]
    more = [_more(visit, f"m|mine|{first + PAGE}")] if len(lines) > first + PAGE else []
    listed = _listed(visit, page)
    return [visit.answer("model_life.mine", [*_open(page), *more], total=len(lines), lines=listed)]


def show_waiting(tx: Tx, visit: Visit) -> Replies:
    """The models that wait for a judgement, the oldest first."""
    return waiting_after(tx, visit, "")


def waiting_after(tx: Tx, visit: Visit, after: str) -> Replies:
    """A page of them: those after a given one."""
    asker = visit.known
    total, lines = models.waiting(tx, asker.scope, waiting_for(asker.role), after, PAGE + 1)
    page = lines[:PAGE]
    if not page:
        return [visit.answer("model_life.none_waiting", menu_choices(visit, asker.role))]
    more = [_more(visit, f"m|wait|{page[-1].model_id}")] if len(lines) > PAGE else []
    return [visit.answer("model_life.waiting", [*_open(page), *more], total=total, lines=_listed(visit, page))]


def _more(visit: Visit, data: str) -> Choice:
    return Choice(label=visit.say("model_life.more"), data=data)


def _open(lines: Sequence[Line]) -> list[Choice]:
    return [Choice(label=f"{line.code} · {line.owner_name}", data=f"m|open|{line.model_id}") for line in lines]


def _listed(visit: Visit, lines: Sequence[Line]) -> list[tuple[Line, str]]:
    return [(line, state_name(visit, line.state)) for line in lines]


def pressed(tx: Tx, visit: Visit, parts: Sequence[str]) -> Replies | Opening:
    """A button of this subject. Somebody else's model and one that does not exist look the same."""
    match parts:
        case ["mine", first] if visit.known.role in OWNER and first.isascii() and first.isdigit() and len(first) < 5:
            return mine_from(tx, visit, int(first))
        case ["wait", after] if visit.known.role in JUDGES:
            return waiting_after(tx, visit, after)
        case ["open", model_id]:
            return _with(tx, visit, model_id, lambda sheet: [card(tx, visit, sheet)])
        case [name, model_id, steps] if name in BY_NAME and steps.isascii() and steps.isdigit() and len(steps) < 9:
            return _with(tx, visit, model_id, lambda sheet: _step(tx, visit, sheet, BY_NAME[name], int(steps)))
    return [visit.answer("common.no_such_button")]


def _with(tx: Tx, visit: Visit, model_id: str, answer: Callable[[Sheet], Replies | Opening]) -> Replies | Opening:
    sheet = seen(tx, visit, model_id)
    return answer(sheet) if sheet else [visit.answer("common.no_such_button")]


def _step(tx: Tx, visit: Visit, sheet: Sheet, step: Step, steps: int) -> Replies | Opening:
    """A step: refused when the model has moved on, asked about when it needs words, done otherwise."""
    if visit.known.role not in step.by:
        return [visit.answer("common.no_such_button")]
    if not may(visit, sheet, step, steps):
        return refused(tx, visit, sheet.model_id)
    form = FORM_OF.get(step.name) or ("model_reason" if step.reason else "")
    if form:
        return Opening(form=form, given=_known(sheet, step))
    before = take_step(tx, visit, {"id": sheet.model_id, "seen": steps, "step": step.name})
    return saved(tx, visit, before, step) if before else refused(tx, visit, sheet.model_id)


def _known(sheet: Sheet, step: Step) -> Given:
    return model_items.present_values(sheet) if step.name == "correct" else aimed(sheet, step)


SUBJECT = Subject(
    name="model_life",
    commands=(
        Command(name="mohinh", words=("mo hinh cua toi", "mo hinh", "cac mo hinh"), roles=OWNER, run=show_mine),
        Command(
            name="thamdinh",
            words=("tham dinh", "duyet mo hinh", "tham dinh mo hinh"),
            roles=JUDGES,
            run=show_waiting,
        ),
    ),
    buttons={"m": pressed},
)
