"""Duties in chat: what was given and how far it is, what a unit has to do, and the buttons of both."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core import figures
from bot.core.message import Choice, Outbound
from bot.core.office_questions import group_line
from bot.core.people import Role
from bot.core.texts import Words
from handlers.dialogue.visit import Desk, Visit
from handlers.house.menu import menu_choices
from handlers.subject import Command, Given, Opening, Replies, Subject
from storage import duties, plans
from storage.database import Tx
from storage.duties import Assignment, Duty, Taken, UnitChat
from storage.plans import Conference

WATCHERS = frozenset({Role.OFFICER, Role.LEADER})
MOST_LISTED = 8
MOST_REMEMBERED = 6
FORMS = {
    "report": "report_duty", "correct": "report_duty", "withdraw": "duty_reason", "cancel": "duty_reason",
    "extend": "extend_duty",
}  # fmt: skip
BY_GIVERS = ("extend", "cancel")


# -- who may see what --------------------------------------------------------------------------


def my_units(visit: Visit) -> dict[str, str]:
    """The units of which this person is secretary, with their names."""
    memberships = visit.known.memberships if visit.known.role is Role.SECRETARY else ()
    return {one.unit_id: one.unit_name for one in memberships if one.role is Role.SECRETARY}


def given_duty(tx: Tx, visit: Visit, duty_id: str) -> Duty | None:
    """A duty of the asker's scope, for those who watch over it."""
    return duties.duty_in_scope(tx, duty_id, visit.known.scope) if visit.known.role in WATCHERS else None


def my_duty(tx: Tx, visit: Visit, duty_id: str, unit_id: str) -> Assignment | None:
    """A duty of one of the asker's own units."""
    return duties.assignment(tx, duty_id, unit_id, tuple(my_units(visit)))


# -- buttons -----------------------------------------------------------------------------------


def open_choice(visit: Visit, duty_id: str) -> Choice:
    """The button that shows a duty to those who watch over it."""
    return Choice(label=visit.say("duty.open", duty_id=duty_id), data=f"nv|open|{duty_id}")


def list_choice(visit: Visit) -> Choice:
    """Back to the duties."""
    return visit.desk.command_choice("nhiemvu")


def report_choice(visit: Visit, duty_id: str, unit_id: str, version: int, chats: Sequence[UnitChat] = ()) -> Choice:
    """The button that reports a duty as done, tied to what was seen; it names the unit where there are several."""
    names = {chat.unit_id: chat.unit_name for chat in chats} if len(chats) > 1 else {}
    label = visit.say("duty.report", duty_id=duty_id, unit_name=names.get(unit_id, ""))
    return Choice(label=label, data=f"nv|report|{duty_id}|{unit_id}|{version}")


def to_report(desk: Desk, one: Assignment) -> Choice:
    """The same outside a visit, or in a list of other things."""
    label = desk.say("duty.report", duty_id=one.duty_id, unit_name="")
    return Choice(label=label, data=f"nv|report|{one.duty_id}|{one.unit_id}|{one.version}")


def _mine_choice(visit: Visit, one: Assignment) -> Choice:
    several = len(my_units(visit)) > 1
    label = f"{one.duty_id} · {one.unit_name}" if several else one.duty_id
    return Choice(label=label, data=f"nv|mine|{one.duty_id}|{one.unit_id}")


def pressed(tx: Tx, visit: Visit, parts: Sequence[str]) -> Replies | Opening:
    """A button of this subject. A duty of others and one that does not exist look the same."""
    match parts:
        case ["open", duty_id] if duty := given_duty(tx, visit, duty_id):
            return [given_card(tx, visit, duty)]
        case ["units", duty_id] if duty := given_duty(tx, visit, duty_id):
            return [_reports(tx, visit, duty)]
        case ["mine", duty_id, unit_id] if one := my_duty(tx, visit, duty_id, unit_id):
            return [my_card(tx, visit, one)]
        case [act, duty_id, version] if act in BY_GIVERS and _is_number(version):
            return _by_giver(tx, visit, act, duty_id, int(version))
        case [act, duty_id, unit_id, version] if act in FORMS and act not in BY_GIVERS and _is_number(version):
            return _by_unit(tx, visit, act, duty_id, unit_id, int(version))
    return _no(visit)


def _no(visit: Visit) -> Replies:
    return [visit.answer("common.no_such_button")]


def _is_number(words: str) -> bool:
    return words.isascii() and words.isdigit() and len(words) < 9


def _by_giver(tx: Tx, visit: Visit, act: str, duty_id: str, seen: int) -> Replies | Opening:
    duty = given_duty(tx, visit, duty_id)
    if duty is None or visit.known.role is not Role.OFFICER:
        return _no(visit)
    if not may_change(duty, seen):
        return duty_moved(tx, visit, duty)
    return Opening(form=FORMS[act], given=aimed(duty_id, "", seen, act))


def _by_unit(tx: Tx, visit: Visit, act: str, duty_id: str, unit_id: str, seen: int) -> Replies | Opening:
    one = my_duty(tx, visit, duty_id, unit_id)
    if one is None:
        return _no(visit)
    if not may_act(one, act, seen):
        return report_moved(tx, visit, one)
    known = present_values(one) if act == "correct" else {}
    return Opening(form=FORMS[act], given={**aimed(duty_id, unit_id, seen, act), **known})


def aimed(duty_id: str, unit_id: str, seen: int, act: str) -> Given:
    """What a form about a duty knows from the start; `unit_id` is "" where it is about the duty itself."""
    return {"duty": {"value": {"id": duty_id, "unit": unit_id, "seen": seen, "act": act}, "raw": ""}}


def present_values(one: Assignment) -> Given:
    """A correction begins with what was reported."""
    values = {"number": one.number, "words": one.words, "done": one.done_on}
    return {key: {"value": value, "raw": ""} for key, value in values.items() if value}


def may_change(duty: Duty, seen: int) -> bool:
    """Whether those who gave a duty can change it, as they saw it."""
    return duty.cancelled_at is None and duty.version == seen


def may_act(one: Assignment, act: str, seen: int) -> bool:
    """Whether a unit can report, correct or withdraw now: on the duty as it was seen."""
    done = one.done_on is not None
    return one.cancelled_at is None and one.version == seen and done == (act != "report")


def duty_moved(tx: Tx, visit: Visit, duty: Duty) -> Replies:
    """What is not as it was seen is shown as it is now."""
    last = duties.history(tx, duty)[-1:]
    return [visit.answer("duty.moved", duty_id=duty.duty_id, last=_lines(visit, last)), given_card(tx, visit, duty)]


def report_moved(tx: Tx, visit: Visit, one: Assignment) -> Replies:
    """The same for a unit."""
    last = duties.history_of_unit(tx, one)[-1:]
    return [visit.answer("duty.moved", duty_id=one.duty_id, last=_lines(visit, last)), my_card(tx, visit, one)]


# -- for those who give and watch ---------------------------------------------------------------


def given_card(tx: Tx, visit: Visit, duty: Duty) -> Outbound:
    """A duty: what it rests on, how far it is, who has not done it, and what happened."""
    missing = [one.unit_name for one in duties.assignments_of(tx, duty) if one.done_on is None]
    plan = plans.plan_of(tx, duty.plan_id, visit.known.scope) if duty.plan_id else None
    held = plans.conferences_on(tx, plan.plan_id, visit.known.scope) if plan else []
    text = visit.say(
        "duty.card", duty=duty, plan=plan, evidence=visit.say(f"duty.evidence.{duty.evidence}"),
        progress=figures.ratio(duty.done, duty.units), missing=missing, overdue=_overdue(visit, duty.due_on),
        conferences=[conference_line(tx, visit, one) for one in held],
        history=_lines(visit, duties.history(tx, duty)[-MOST_REMEMBERED:]),
    )  # fmt: skip
    return visit.reply(text, [*_acts_of_giver(visit, duty), list_choice(visit)])


def _overdue(visit: Visit, due_on: str) -> bool:
    return due_on < visit.today.isoformat()


def _acts_of_giver(visit: Visit, duty: Duty) -> list[Choice]:
    acts = BY_GIVERS if visit.known.role is Role.OFFICER and duty.cancelled_at is None else ()
    choices = [
        Choice(label=visit.say(f"duty.act.{act}"), data=f"nv|{act}|{duty.duty_id}|{duty.version}") for act in acts
    ]
    reports = [Choice(label=visit.say("duty.reports"), data=f"nv|units|{duty.duty_id}")] if duty.done else []
    return [*reports, *choices]


def conference_line(tx: Tx, visit: Visit, one: Conference) -> Words:
    """A conference with who came, by group."""
    return visit.say("duty.conference", one=one, groups=[group_line(group) for group in plans.groups_of(tx, one)])


def _reports(tx: Tx, visit: Visit, duty: Duty) -> Outbound:
    done = [one for one in duties.assignments_of(tx, duty) if one.done_on is not None]
    return visit.answer("duty.reported", [open_choice(visit, duty.duty_id)], duty=duty, done=done)


def _lines(visit: Visit, history: Sequence[Taken]) -> list[Words]:
    return [
        visit.say(
            "duty.history_line", taken=taken, done=visit.say(f"duty.done.{taken.step}"), at=visit.moment_of(taken.at),
            due=taken.changed.get("due_on"),
        )
        for taken in history
    ]  # fmt: skip


# -- for a unit --------------------------------------------------------------------------------


def my_card(tx: Tx, visit: Visit, one: Assignment) -> Outbound:
    """A duty of a unit: what is asked for, what was reported, and what can be done now."""
    text = visit.say(
        "duty.mine", one=one, evidence=visit.say(f"duty.evidence.{one.evidence}"),
        overdue=_overdue(visit, one.due_on),
        history=_lines(visit, duties.history_of_unit(tx, one)[-MOST_REMEMBERED:]),
    )  # fmt: skip
    return visit.reply(text, [*_acts_of_unit(visit, one), list_choice(visit)])


def _acts_of_unit(visit: Visit, one: Assignment) -> list[Choice]:
    if one.cancelled_at is not None:
        return []
    if one.done_on is None:
        return [report_choice(visit, one.duty_id, one.unit_id, one.version)]
    return [
        Choice(label=visit.say(f"duty.act.{act}"), data=f"nv|{act}|{one.duty_id}|{one.unit_id}|{one.version}")
        for act in ("correct", "withdraw")
    ]


# -- lists -------------------------------------------------------------------------------------


def show_list(tx: Tx, visit: Visit) -> Replies:
    """What was given and how far it is; or, for a secretary, what their units were given."""
    return _list_of_mine(tx, visit) if visit.known.role is Role.SECRETARY else _list_of_given(tx, visit)


def _list_of_given(tx: Tx, visit: Visit) -> Replies:
    found = duties.duties_in_scope(tx, visit.known.scope, MOST_LISTED)
    give = [visit.desk.command_choice("giaonhiemvu")] if visit.known.role is Role.OFFICER else []
    if not found:
        return [visit.answer("duty.none_given", [*give, *menu_choices(visit, visit.known.role)])]
    lines = [(one, figures.ratio(one.done, one.units), _overdue(visit, one.due_on) and one.open) for one in found]
    buttons = [Choice(label=one.duty_id, data=f"nv|open|{one.duty_id}") for one in found]
    return [visit.answer("duty.given", [*buttons, *give], lines=lines)]


def _list_of_mine(tx: Tx, visit: Visit) -> Replies:
    units = my_units(visit)
    found = [one for unit_id in units for one in duties.assignments_to(tx, unit_id, MOST_LISTED)]
    if not found:
        return [visit.answer("duty.none_mine", menu_choices(visit, visit.known.role))]
    found.sort(key=lambda one: not one.owed)
    lines = [(one, one.owed and _overdue(visit, one.due_on)) for one in found[:MOST_LISTED]]
    buttons = [_mine_choice(visit, one) for one in found[:MOST_LISTED]]
    return [visit.answer("duty.mine_list", buttons, lines=lines, several=len(units) > 1)]


SUBJECT = Subject(
    name="duties",
    commands=(
        Command(
            name="nhiemvu",
            words=("nhiem vu", "nhiem vu giao", "nhiem vu cua toi", "cac nhiem vu"),
            roles=WATCHERS | {Role.SECRETARY},
            run=show_list,
        ),
    ),
    buttons={"nv": pressed},
)
