"""The conference that launched a plan: recorded once by an officer, with who came, by group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.core.form import Answers, Form
from bot.core.office_questions import groups
from bot.core.questions import moment, text
from bot.core.reading.groups import Group, read_groups
from bot.core.reading.result import Value
from handlers.dialogue.visit import Visit
from handlers.duties import plans as planned
from handlers.duties.duties import MOST_LISTED, WATCHERS, conference_line
from handlers.duties.give_duty import GIVERS
from handlers.house.menu import menu_choices
from handlers.subject import Command, Dialogue, Given, Replies, Subject
from storage import plans
from storage.database import Tx
from storage.plans import Conference, Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class ConferenceLook:
    """The plans that are entered, and the words for another one."""

    plans: Sequence[Plan]
    other_plans: Mapping[str, str]


def look(tx: Tx, visit: Visit, _given: Given) -> ConferenceLook:
    """The newest plans of the officer's scope."""
    return ConferenceLook(
        plans=planned.plans_to_choose(tx, visit), other_plans={planned.NEW_PLAN: visit.say("give_duty.plan.new")}
    )


FORM = Form(
    "record_conference",
    (*planned.QUESTIONS, moment("held"), text("place", longest=300, optional=True), groups("groups")),
)


def preview(visit: Visit, answers: Answers, _look: ConferenceLook) -> str:
    """How many came of those who were counted."""
    counted = [group for group in read_again(answers["groups"]) if group.came is not None]
    came, invited = (sum(getattr(group, name) for group in counted) for name in ("came", "invited"))
    return visit.say("record_conference.total", came=came, invited=invited) if counted else ""


def read_again(lines: Sequence[str]) -> list[Group]:
    """The groups of an answer."""
    read = [read_groups(line) for line in lines]
    return [group for one in read if isinstance(one, Value) for group in one.value]


def finish(tx: Tx, visit: Visit, answers: Answers) -> Replies:
    """Record the conference, unless it is recorded already."""
    author = visit.known
    plan_id = planned.settled_plan(tx, visit, answers)
    plan = plans.plan_of(tx, plan_id, author.scope) if plan_id else None
    assert plan is not None
    conference = Conference(
        conference_id=visit.desk.ids.new(),
        plan_id=plan.plan_id,
        plan_number=plan.number,
        held_on=answers["held"][:10],
        held_at=answers["held"][11:16] or None,
        place=answers["place"] or "",
    )
    came = read_again(answers["groups"])
    fresh = plans.add_conference(
        tx, conference, author.scope, came, draft=visit.draft, author_id=author.person_id, now=visit.now
    )
    where = "record_conference.saved" if fresh else "record_conference.there_already"
    choices = (visit.desk.command_choice("hoinghi"), *menu_choices(visit, author.role))
    return [visit.answer(where, choices, plan=plan, conference=conference, count=len(came), at=visit.clock)]


def show_list(tx: Tx, visit: Visit) -> Replies:
    """The conferences with who came."""
    found = plans.conferences_of(tx, visit.known.scope, MOST_LISTED)
    record = [visit.desk.command_choice("ghihoinghi")] if visit.known.role in GIVERS else []
    if not found:
        return [visit.answer("record_conference.none", [*record, *menu_choices(visit, visit.known.role)])]
    lines = [(one, conference_line(tx, visit, one)) for one in found]
    return [visit.answer("record_conference.list", [*record, visit.desk.command_choice("nhiemvu")], lines=lines)]


SUBJECT = Subject(
    name="conferences",
    dialogue=Dialogue(form=FORM, look=look, finish=finish, preview=preview, roles=GIVERS),
    commands=(
        Command(name="hoinghi", words=("hoi nghi", "cac hoi nghi"), roles=WATCHERS, run=show_list),
        Command(name="ghihoinghi", words=("ghi hoi nghi",), roles=GIVERS, opens="record_conference"),
    ),
)
