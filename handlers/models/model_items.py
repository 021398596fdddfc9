"""The items of a model after its registration: what is still missing is added, what was returned is corrected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.core.form import Answers, Entry, Form, Option, Refused
from bot.core.model_life import BY_NAME, LATER, OWNER, State
from bot.core.questions import choice, period, quantity, quantity_json, text
from bot.core.reading.fold import fold
from bot.core.reading.quantities import read_quantity
from bot.core.reading.result import Value
from bot.core.texts import Words
from handlers.dialogue.visit import Visit
from handlers.models.model_steps import StepLook, aimed, refused, saved, seen, step_look, take_step, the_model
from handlers.models.register_model import NO_PROJECT, field_options, in_clearance, project_options
from handlers.subject import Dialogue, Given, Replies, Subject
from storage import campaign, models
from storage.campaign import Model, Named
from storage.database import Tx
from storage.models import Sheet

# -- adding what is missing --------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplementLook(StepLook):
    """The same, with the items that can be added, the missing ones first, and how each is asked for."""

    items: Sequence[Option]
    asks: Mapping[str, Words]


def supplement_look(tx: Tx, visit: Visit, given: Given) -> SupplementLook:
    """The model and the items that the registration did not ask for."""
    plain = step_look(tx, visit, given)
    missing = plain.sheet.missing if plain.sheet else ()
    ordered = sorted(LATER, key=lambda item: item not in missing)
    return SupplementLook(
        sheet=plain.sheet,
        step=plain.step,
        title=plain.title,
        items=[Option(item, _item_label(visit, item, item in missing), (_name(visit, item),)) for item in ordered],
        asks={item: visit.say(f"supplement_model.of.{item}") for item in LATER},
    )


def _name(visit: Visit, item: str) -> Words:
    return visit.say(f"model_life.item.{item}")


def _item_label(visit: Visit, item: str, missing: bool) -> Words:
    name = _name(visit, item)
    return name if missing else visit.say("supplement_model.have", item=name)


def item_options(_kept: Answers, look: SupplementLook) -> Sequence[Option]:
    """The items that can be added."""
    return look.items


SUPPLEMENT = Form(
    "supplement_model", (the_model(), choice("item", item_options), text("words", longest=2000, shortest=5))
)


def supplement(tx: Tx, visit: Visit, answers: Answers) -> Replies:
    """One item more; the state stays."""
    aim, item, words = answers["model"], answers["item"], answers["words"]
    now = seen(tx, visit, aim["id"])
    before = take_step(tx, visit, aim, changes=models.changed(now, **{item: words}) if now else None)
    if before is None:
        return refused(tx, visit, aim["id"])
    models.write_items(tx, before, **{item: words})
    return saved(tx, visit, before, BY_NAME["supplement"])


# -- correcting the registration ---------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectLook(StepLook):
    """The same, with the campaign's fields and projects and the owner's other models."""

    fields: Sequence[Named] = ()
    projects: Sequence[Named] = ()
    siblings: Sequence[Model] = ()
    no_project: str = ""


def correct_look(tx: Tx, visit: Visit, given: Given) -> CorrectLook:
    """The model with everything that a correction may choose from, bounded as in the registration."""
    plain = step_look(tx, visit, given)
    sheet = plain.sheet
    if sheet is None:
        return CorrectLook(sheet=None, step=plain.step, title=plain.title)
    others = campaign.models_of(tx, sheet.owner, sheet.campaign_id)
    return CorrectLook(
        sheet=sheet,
        step=plain.step,
        title=plain.title,
        fields=campaign.fields_of(tx, sheet.campaign_id),
        projects=campaign.projects_of(tx, sheet.ward_id, visit.today),
        siblings=[model for model in others if model.model_id != sheet.model_id],
        no_project=visit.say("register_model.project.none"),
    )


def name_is_own(name: str, _kept: Answers, look: CorrectLook) -> Refused | None:
    """No other model of the owner has this name."""
    twin = next((model for model in look.siblings if fold(model.name) == fold(name)), None)
    return Refused("same_name", {"code": twin.code}) if twin else None


CORRECT = Form(
    "correct_model",
    (
        the_model(),
        choice("field", field_options),
        choice("project", project_options, when=in_clearance),
        text("name", longest=200, shortest=5, check=name_is_own),
        text("content", longest=2000, shortest=5),
        text("audience", longest=500),
        quantity("target", optional=True),
        period("period"),
        text("note", longest=1000, optional=True),
    ),
)


def present_values(sheet: Sheet) -> Given:
    """A correction begins with what is written now; what is missing is asked, and so is the answer to a question."""
    target = read_quantity(sheet.target)
    values = {
        "field": sheet.field_code,
        "project": sheet.project_id or NO_PROJECT,
        "name": sheet.name,
        "content": sheet.content,
        "audience": sheet.audience,
        "target": quantity_json(target.value) if isinstance(target, Value) else None,
        "period": sheet.period,
    }
    known: dict[str, Entry] = {key: {"value": value, "raw": ""} for key, value in values.items() if value}
    asked = sheet.state == State.NEEDS_CHANGES and sheet.returned_by == "ask"
    nothing_to_say = {"target": not sheet.target, "note": not asked}
    skipped: dict[str, Entry] = {key: {"skipped": True} for key, nothing in nothing_to_say.items() if nothing}
    return {**aimed(sheet, BY_NAME["correct"]), **known, **skipped}


def correct(tx: Tx, visit: Visit, answers: Answers) -> Replies:
    """What was changed is written with its old value, and the model goes back to the focal body."""
    aim = answers["model"]
    now = seen(tx, visit, aim["id"])
    after = _corrected(answers)
    before = take_step(tx, visit, aim, answers["note"] or "", models.changed(now, **after) if now else None)
    if before is None:
        return refused(tx, visit, aim["id"])
    models.write_items(tx, before, **after)
    return saved(tx, visit, before, BY_NAME["correct"])


def _corrected(answers: Answers) -> dict[str, str | None]:
    first, last = answers["period"].split("/")
    target = CORRECT.question("target")
    project = answers.get("project", NO_PROJECT)
    return {
        "field_code": answers["field"],
        "project_id": None if project == NO_PROJECT else project,
        "name": answers["name"],
        "content": answers["content"],
        "audience": answers["audience"],
        "target": str(target.show(answers["target"], answers, None)) if target and answers["target"] else "",
        "starts_on": first,
        "ends_on": last,
    }


SUBJECTS = (
    Subject(
        name="supplement_model",
        dialogue=Dialogue(form=SUPPLEMENT, look=supplement_look, looks_at=("model",), finish=supplement, roles=OWNER),
    ),
    Subject(
        name="correct_model",
        dialogue=Dialogue(form=CORRECT, look=correct_look, looks_at=("model",), finish=correct, roles=OWNER),
    ),
)
