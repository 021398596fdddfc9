"""Goals that differ by unit: seen by officers and leaders, set by officers, each change on record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.core.form import Answers, Form, Option
from bot.core.message import Choice, Outbound
from bot.core.people import Role
from bot.core.questions import choice, count
from handlers.dialogue.visit import Visit
from handlers.figures.figure_rows import Spot, at
from handlers.house.menu import menu_choices
from handlers.subject import Command, Dialogue, Given, Opening, Replies, Subject
from storage import campaign, goals
from storage.campaign import Campaign, Named
from storage.database import Tx
from storage.goals import Goal
from storage.statistics import MEASURES

SETTERS = frozenset({Role.OFFICER})


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalLook:
    """The campaign, the units to which a goal can be given, the measures by name, and what stands there now."""

    campaign: Campaign | None
    units: Sequence[Named]
    measures: Sequence[Option]
    present: int | None


def look(tx: Tx, visit: Visit, given: Given) -> GoalLook:
    """What an officer of a ward may set."""
    current = campaign.campaign_of(tx, visit.known.scope, visit.today)
    unit, measure = (given.get(key, {}).get("value") for key in ("unit", "measure"))
    return GoalLook(
        campaign=current,
        units=goals.units_of(tx, visit.known.scope, current.unit_id, visit.today) if current else [],
        measures=[Option(measure, visit.say(f"goals.measure.{measure}")) for measure in MEASURES],
        present=goals.target_of(tx, current.campaign_id, unit, measure) if current and unit and measure else None,
    )


def no_campaign(look: GoalLook) -> str:
    """Without a campaign there is nothing to reach."""
    return "" if look.campaign else "set_goal.no_campaign"


def unit_options(_kept: Answers, look: GoalLook) -> Sequence[Option]:
    """The units of the ward."""
    return [Option(unit.code, unit.name) for unit in look.units]


def measure_options(_kept: Answers, look: GoalLook) -> Sequence[Option]:
    """What can be counted."""
    return look.measures


FORM = Form("set_goal", (choice("unit", unit_options), choice("measure", measure_options), count("target")))


def preview(visit: Visit, _answers: Answers, look: GoalLook) -> str:
    """What stands there now, before it is replaced."""
    return visit.say("set_goal.present", present=look.present) if look.present is not None else ""


def finish(tx: Tx, visit: Visit, answers: Answers) -> Replies:
    """Set the goal."""
    current = campaign.campaign_of(tx, visit.known.scope, visit.today)
    assert current is not None
    goal = Goal(
        campaign_id=current.campaign_id, unit_id=answers["unit"], measure=answers["measure"], target=answers["target"]
    )
    old = goals.set_goal(tx, goal, visit.known.person_id, visit.draft, visit.now)
    unit = campaign.unit(tx, goal.unit_id)
    said = visit.say(
        "set_goal.saved",
        at=visit.clock,
        unit=unit.name if unit else goal.unit_id,
        measure=visit.say(f"goals.measure.{goal.measure}"),
        target=goal.target,
        old=old,
    )
    return [visit.reply(said, [_set_choice(visit), *menu_choices(visit, visit.known.role)])]


def _set_choice(visit: Visit) -> Choice:
    return Choice(label=visit.say("goals.button"), data="gt|set")


def show_goals(tx: Tx, visit: Visit) -> Replies:
    """Every goal and how far it has come; an officer can set one."""
    (listed,) = at(tx, visit, Spot(what="goals"))
    return [_with_button(visit, listed)]


def _with_button(visit: Visit, listed: Outbound) -> Outbound:
    if visit.known.role not in SETTERS:
        return listed
    return replace(listed, choices=(_set_choice(visit), *listed.choices))


def pressed(_tx: Tx, visit: Visit, parts: Sequence[str]) -> Replies | Opening:
    """The button that opens the form."""
    if list(parts) == ["set"] and visit.known.role in SETTERS:
        return Opening(form=FORM.name, given={})
    return [visit.answer("common.no_such_button")]


SUBJECT = Subject(
    name="set_goal",
    dialogue=Dialogue(
        form=FORM,
        look=look,
        looks_at=("unit", "measure"),
        unready=no_campaign,
        finish=finish,
        preview=preview,
        roles=SETTERS,
    ),
    commands=(Command(name="muctieu", words=("muc tieu", "chi tieu"), roles=SETTERS | {Role.LEADER}, run=show_goals),),
    buttons={"gt": pressed},
)
