"""The plan that a duty or a conference rests on: chosen among those that are entered, or entered once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from bot.core.form import Answers, Option, Question
from bot.core.office_questions import document
from bot.core.questions import choice, moment, text
from handlers.dialogue.visit import Visit
from storage import plans
from storage.database import Tx
from storage.plans import Plan

NO_PLAN, NEW_PLAN = "-", "+"
MOST_PLANS = 7
"""How many of the newest plans are offered."""


class HasPlans(Protocol):
    """What the questions about the plan need to see."""

    @property
    def plans(self) -> Sequence[Plan]: ...
    @property
    def other_plans(self) -> Mapping[str, str]: ...


def plan_options(_kept: Answers, look: HasPlans) -> Sequence[Option]:
    """The plans that are entered, another one, or none where that is possible."""
    entered = [Option(plan.plan_id, f"{plan.number}: {plan.title}", (plan.number.lower(),)) for plan in look.plans]
    return [*entered, *(Option(value, words) for value, words in look.other_plans.items())]


def is_new(kept: Answers, _look: HasPlans) -> bool:
    """Whether the plan has to be entered; not counted before that is known, for it is rare."""
    return bool(kept.get("plan") == NEW_PLAN)


QUESTIONS: tuple[Question, ...] = (
    choice("plan", plan_options),
    document("plan_number", when=is_new),
    text("plan_issuer", longest=200, when=is_new),
    moment("plan_issued", when=is_new),
    text("plan_title", longest=500, shortest=5, when=is_new),
)


def plans_to_choose(tx: Tx, visit: Visit) -> list[Plan]:
    """The newest plans of the asker's scope."""
    return plans.plans_of(tx, visit.known.scope, MOST_PLANS)


def settled_plan(tx: Tx, visit: Visit, answers: Answers) -> str | None:
    """The plan to write down; one that is new is entered now."""
    if answers["plan"] == NO_PLAN:
        return None
    if answers["plan"] != NEW_PLAN:
        return str(answers["plan"])
    plan = Plan(
        plan_id=visit.desk.ids.new(),
        number=answers["plan_number"],
        issuer=answers["plan_issuer"],
        issued_on=answers["plan_issued"][:10],
        title=answers["plan_title"],
    )
    return plans.keep_plan(tx, plan, visit.known.scope, visit.now)
