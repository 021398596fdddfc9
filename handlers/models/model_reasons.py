"""Steps that need words: a reason, a recognition with its level, the owner's own assessment, evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.form import Answers, Form, Option
from bot.core.model_life import BY_NAME, JUDGES, LEVELS, OWNER, next_level
from bot.core.questions import choice, fraction, photos, text
from handlers.dialogue.visit import Visit
from handlers.models.model_steps import StepLook, refused, saved, seen, step_look, take_step, the_model
from handlers.subject import Dialogue, Given, Replies, Subject
from storage import models
from storage.database import Tx
from storage.models import Proof

REASON = Form("model_reason", (the_model(), text("reason", longest=1000, shortest=5)))


def give_reason(tx: Tx, visit: Visit, answers: Answers) -> Replies:
    """Take a step that needs nothing but a reason; one of a level raises it to the next."""
    aim = answers["model"]
    step = BY_NAME[aim["step"]]
    level = next_level(step.level) if step.level else ""
    changes = {"level": (step.level, level)} if level else None
    before = take_step(tx, visit, aim, answers["reason"], changes)
    if before is None:
        return refused(tx, visit, aim["id"])
    if level:
        models.write_level(tx, before, level)
    return saved(tx, visit, before, step, answers["reason"], level)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecognizeLook(StepLook):
    """The same, with the levels of recognition by name."""

    levels: Sequence[Option]


def recognize_look(tx: Tx, visit: Visit, given: Given) -> RecognizeLook:
    """The model and the levels."""
    plain = step_look(tx, visit, given)
    levels = [Option(level, visit.say(f"model_life.level.{level}")) for level in LEVELS]
    return RecognizeLook(sheet=plain.sheet, step=plain.step, title=plain.title, ask=plain.ask, levels=levels)


def level_options(_kept: Answers, look: RecognizeLook) -> Sequence[Option]:
    """The levels at which a model can be recognised."""
    return look.levels


RECOGNIZE = Form(
    "recognize_model", (the_model(), choice("level", level_options), text("reason", longest=1000, shortest=5))
)


def recognize(tx: Tx, visit: Visit, answers: Answers) -> Replies:
    """Recognise a model at a level."""
    aim, level = answers["model"], answers["level"]
    before = take_step(tx, visit, aim, answers["reason"], {"level": ("", level)})
    if before is None:
        return refused(tx, visit, aim["id"])
    models.write_level(tx, before, level)
    return saved(tx, visit, before, BY_NAME["recognize"], answers["reason"], level)


ASSESS = Form("assess_model", (the_model(), fraction("result"), text("words", longest=1000, shortest=5)))


def assess(tx: Tx, visit: Visit, answers: Answers) -> Replies:
    """The owner says what came of a model: so many of so many, and a sentence."""
    aim, result = answers["model"], answers["result"]
    was = seen(tx, visit, aim["id"])
    old = f"{was.assessed_part}/{was.assessed_whole} {was.assessed_unit}" if was and was.assessed_whole else ""
    changes = {"result": (old, f"{result['part']}/{result['whole']} {result['unit']}")}
    before = take_step(tx, visit, aim, answers["words"], changes)
    if before is None:
        return refused(tx, visit, aim["id"])
    models.write_assessment(tx, before, result["part"], result["whole"], result["unit"], answers["words"])
    return saved(tx, visit, before, BY_NAME["assess"])


EVIDENCE = Form(
    "model_evidence",
    (the_model(), text("words", longest=1000, shortest=5), fraction("figure", optional=True), photos("photos")),
)


def add_evidence(tx: Tx, visit: Visit, answers: Answers) -> Replies:
    """Something shows that a model runs, without a session: words, a figure, pictures."""
    aim, figure = answers["model"], answers["figure"] or {}
    before = take_step(tx, visit, aim)
    if before is None:
        return refused(tx, visit, aim["id"])
    pictures = tuple(answers["photos"] or ())
    proof = Proof(
        words=answers["words"], part=figure.get("part"), whole=figure.get("whole"), unit=figure.get("unit", ""),
        added_on=visit.today.isoformat(), photos=len(pictures),
    )  # fmt: skip
    models.add_proof(
        tx, before, visit.desk.ids.new(), proof, pictures, person_id=visit.known.person_id, draft=visit.draft
    )
    return saved(tx, visit, before, BY_NAME["evidence"])


SUBJECTS = (
    Subject(
        name="model_evidence",
        dialogue=Dialogue(form=EVIDENCE, look=step_look, looks_at=("model",), finish=add_evidence, roles=OWNER),
    ),
    Subject(
        name="model_reason",
        dialogue=Dialogue(form=REASON, look=step_look, looks_at=("model",), finish=give_reason, roles=OWNER | JUDGES),
    ),
    Subject(
        name="recognize_model",
        dialogue=Dialogue(form=RECOGNIZE, look=recognize_look, looks_at=("model",), finish=recognize, roles=JUDGES),
    ),
    Subject(
        name="assess_model",
        dialogue=Dialogue(form=ASSESS, look=step_look, looks_at=("model",), finish=assess, roles=OWNER),
    ),
)
