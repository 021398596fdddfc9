"""Giving a duty: what, by which plan, with what evidence, to whom, until when; every unit's secretary is told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from bot.core.form import Answers, Form, Option
from bot.core.message import Choice, Lane, Outbound
from bot.core.office_questions import EVERY_UNIT, units
from bot.core.people import Role
from bot.core.questions import choice, text
from bot.core.reading.unit_lists import Unit
from handlers.dialogue.conversation import offer
from handlers.dialogue.visit import Visit
from handlers.duties import deadlines, plans
from handlers.duties.duties import list_choice, open_choice, report_choice
from handlers.subject import Command, Dialogue, Given, Replies, Subject
from storage import duties
from storage.database import Tx
from storage.duties import NewDuty, NewStep, UnitChat
from storage.plans import Plan

GIVERS = frozenset({Role.OFFICER})
EVIDENCE = ("resolution", "document", "photo", "words")
"""What can show that a duty is done."""
KINDS = ("party_cell", "neighborhood_group", "mass_organization", "school", "ward")
"""The kinds of units that are offered as a whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveLook:
    """The units below the officer, the plans, and what is said of the units and the deadline chosen so far."""

    units: Sequence[Unit]
    kinds: Sequence[Option]
    evidence: Sequence[Option]
    plans: Sequence[Plan]
    other_plans: Mapping[str, str]
    today: str
    working_days: Sequence[Option] = ()
    unreached: Sequence[str] = field(default_factory=tuple)  # names of chosen units that have nobody to be told


def look(tx: Tx, visit: Visit, given: Given) -> GiveLook:
    """Everything that the form needs, bounded by the officer's own tree."""
    below = duties.units_below(tx, visit.known.scope, visit.today)
    chosen = given.get("units", {}).get("value") or ()
    reached = duties.reached(tx, chosen)
    return GiveLook(
        units=below,
        kinds=kinds_of(visit, below),
        evidence=[Option(one, visit.say(f"duty.evidence.{one}")) for one in EVIDENCE],
        plans=plans.plans_to_choose(tx, visit),
        other_plans={
            plans.NEW_PLAN: visit.say("give_duty.plan.new"),
            plans.NO_PLAN: visit.say("give_duty.plan.none"),
        },
        today=visit.today.isoformat(),
        working_days=deadlines.working_days(visit, given),
        unreached=[unit.name for unit in below if unit.code in chosen and unit.code not in reached],
    )


def kinds_of(visit: Visit, below: Sequence[Unit]) -> list[Option]:
    """ "Tất cả chi bộ (22)" for each kind of which there are several, and all units together."""
    counts = {kind: sum(unit.kind == kind for unit in below) for kind in KINDS}
    labels = [(kind, visit.say(f"duty.all_of.{kind}", count=count)) for kind, count in counts.items() if count > 1]
    if len(below) > 1:
        labels.append((EVERY_UNIT, visit.say("duty.all_of.every", count=len(below))))
    return [Option(kind, words, (), words) for kind, words in labels]


def no_units(look: GiveLook) -> str:
    """Somebody must be there who can be given a duty."""
    return "" if look.units else "give_duty.no_units"


def ward_units(_kept: Answers, look: GiveLook) -> Sequence[Unit]:
    """The units that can be named."""
    return look.units


def kind_offers(_kept: Answers, look: GiveLook) -> Sequence[Option]:
    """All units of a kind in one tap."""
    return look.kinds


def evidence_options(_kept: Answers, look: GiveLook) -> Sequence[Option]:
    """The kinds of evidence by name."""
    return look.evidence


FORM = Form(
    "give_duty",
    (
        text("task", longest=300, shortest=5),
        *plans.QUESTIONS,
        choice("evidence", evidence_options),
        units("units", ward_units, offers=kind_offers),
        *deadlines.QUESTIONS,
    ),
)


def preview(visit: Visit, answers: Answers, look: GiveLook) -> str:
    """How many units it goes to, and whom the message will not reach."""
    return visit.say("give_duty.reach", total=len(answers["units"]), unreached=look.unreached)


def finish(tx: Tx, visit: Visit, answers: Answers) -> Replies:
    """Give the duty, write its first step down, and tell the secretaries."""
    author = visit.known
    due_on = deadlines.settled_due(answers)
    duty_id = duties.give(
        tx,
        NewDuty(
            unit_id=author.scope,
            title=answers["task"],
            plan_id=plans.settled_plan(tx, visit, answers),
            evidence=answers["evidence"],
            due_on=due_on,
            units=tuple(answers["units"]),
            draft=visit.draft,
            author_id=author.person_id,
        ),
        visit.today,
        visit.now,
    )
    step = NewStep(step_id=visit.desk.ids.new(), duty_id=duty_id, unit_id=None, step="give", person_id=author.person_id)
    duties.write_step(tx, step, visit.now)
    told = tell_units(tx, visit, duty_id, answers["task"], due_on)
    saved = visit.say(
        "give_duty.saved", duty_id=duty_id, total=len(answers["units"]), due_on=due_on, told=told, at=visit.clock
    )
    return [visit.reply(saved, [open_choice(visit, duty_id), list_choice(visit)])]


def tell_units(tx: Tx, visit: Visit, duty_id: str, title: str, due_on: str) -> int:
    """Each secretary hears of the duty once, for all their units; returns how many units were told."""
    by_person: defaultdict[str, list[UnitChat]] = defaultdict(list)
    for chat in duties.chats_of(tx, duty_id):
        by_person[chat.person_id].append(chat)
    for chats in by_person.values():
        text_ = visit.desk.say(
            "duty.told.give", Role.SECRETARY, duty_id=duty_id, title=title, chats=chats,
            due=deadlines.day_words(visit, date.fromisoformat(due_on)),
        )  # fmt: skip
        choices: list[Choice] = [report_choice(visit, duty_id, chat.unit_id, 1, chats) for chat in chats]
        message = Outbound(address=chats[0].address, text=text_, choices=tuple(choices), lane=Lane.NOTICE)
        visit.send(tx, message, about=duty_id)
        offer(tx, message, chats[0].account)
    return len({chat.unit_id for chats in by_person.values() for chat in chats})


SUBJECT = Subject(
    name="give_duty",
    dialogue=Dialogue(
        form=FORM,
        look=look,
        looks_at=("units", "due"),
        unready=no_units,
        finish=finish,
        preview=preview,
        roles=GIVERS,
    ),
    commands=(
        Command(
            name="giaonhiemvu",
            words=("giao nhiem vu", "giao viec"),
            roles=GIVERS,
            opens="give_duty",
        ),
    ),
)
