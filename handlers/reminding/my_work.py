"""My work: what is late, what was returned, what is still owed, and what was done this month, as one short list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.core.message import Choice
from bot.core.model_life import OWNER, State
from bot.core.people import Role
from bot.core.texts import Words
from handlers.dialogue.visit import Visit
from handlers.duties.duties import my_units, to_report
from handlers.house.menu import menu_choices
from handlers.models.model_life import my_models
from handlers.models.register_model import owners_of
from handlers.people.leave import leave_lines
from handlers.reminding.reminders import debts_of
from handlers.subject import Command, Replies, Subject
from storage import campaign, duties, models
from storage.database import Tx
from storage.models import Done, Line

HEADINGS = ("late", "returned", "owed")
MOST_BUTTONS = 4
"""How many models get a button of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Something to do: under which heading it stands, its sentence, and what opens it."""

    heading: str
    words: Words
    button: Choice


def show_work(tx: Tx, visit: Visit) -> Replies:
    """What this person should do next, and what they did."""
    work = sorted(
        [*owed_by_units(tx, visit), *owed_by_duties(tx, visit), *owed_by_models(visit, my_models(tx, visit))],
        key=lambda item: HEADINGS.index(item.heading),
    )
    away = leave_lines(tx, visit)
    counts = done_this_month(tx, visit)
    done = visit.say("my_work.done", month=f"{visit.today:%m/%Y}", models=counts.models, sessions=counts.sessions)
    if not work:
        text = "\n".join([*away, visit.say("my_work.nothing"), done])
        return [visit.reply(text, menu_choices(visit, visit.known.role))]
    text = "\n".join([*away, visit.say("my_work.some", count=len(work)), *_under_headings(visit, work), done])
    buttons = list(dict.fromkeys(item.button for item in work))[:MOST_BUTTONS]
    return [visit.reply(text, [*buttons, visit.desk.command_choice("mohinh")])]


def _under_headings(visit: Visit, work: Sequence[Work]) -> list[str]:
    lines: list[str] = []
    for heading in HEADINGS:
        under = [item for item in work if item.heading == heading]
        lines += [visit.say(f"my_work.{heading}")] if under else []
        lines += [visit.say("my_work.line", words=item.words) for item in under]
    return lines


def owed_by_units(tx: Tx, visit: Visit) -> list[Work]:
    """What the units of a secretary owe to the campaign; a registration is late after its deadline."""
    asker = visit.known
    current = campaign.campaign_of(tx, asker.scope, visit.today)
    if current is None or asker.role is not Role.SECRETARY:
        return []
    deadline = date.fromisoformat(current.registration_deadline)
    days_left = (deadline - visit.today).days
    units = [membership.unit_id for membership in asker.memberships if membership.role is Role.SECRETARY]
    return [
        Work(
            heading="late" if days_left < 0 and debt.what != "session" else "owed",
            words=visit.say(f"my_work.{debt.what}", owner=debt.unit_name, deadline=deadline, days_left=days_left),
            button=visit.desk.command_choice("baocao" if debt.what == "session" else "dangky"),
        )
        for unit_id in units
        for debt in debts_of(tx, unit_id, visit.today)
    ]


def owed_by_duties(tx: Tx, visit: Visit) -> list[Work]:
    """The duties that the units of a secretary still have to do."""
    return [
        Work(
            heading="late" if one.due_on < visit.today.isoformat() else "owed",
            words=visit.say("my_work.duty", one=one, days_left=(date.fromisoformat(one.due_on) - visit.today).days),
            button=to_report(visit.desk, one),
        )
        for unit_id in my_units(visit)
        for one in duties.owed_by(tx, unit_id)
    ]


def owed_by_models(visit: Visit, lines: Sequence[Line]) -> list[Work]:
    """Own models that wait for their owner: returned, past their end and not assessed, approved and not begun."""
    return [
        Work(
            heading=heading,
            words=visit.say(f"my_work.{what}", line=line),
            button=Choice(label=f"{visit.say('model_life.open')} {line.code}", data=f"m|open|{line.model_id}"),
        )
        for line in lines
        for heading, what in [_waiting_for_owner(line, visit.today)]
        if what
    ]


def _waiting_for_owner(line: Line, today: date) -> tuple[str, str]:
    if line.state == State.NEEDS_CHANGES:
        return "returned", "to_correct"
    if line.state == State.APPROVED:
        return "owed", "to_start"
    if line.state == State.IN_PROGRESS and line.ends_on and line.ends_on < today.isoformat():
        return "late", "to_assess"
    return "", ""


def done_this_month(tx: Tx, visit: Visit) -> Done:
    """Models and sessions of all for whom this person answers, since the first of the month."""
    first = visit.today.replace(day=1)
    done = [models.done_by(tx, owner, first, visit.today) for owner in owners_of(tx, visit.known)]
    return Done(models=sum(one.models for one in done), sessions=sum(one.sessions for one in done))


SUBJECT = Subject(
    name="my_work",
    commands=(Command(name="viec", words=("viec cua toi", "viec"), roles=OWNER, run=show_work),),
)
