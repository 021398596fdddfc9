"""What a unit still owes: reminded of once, kindly, only while something is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.core import calendar
from bot.core.job import Due, Job
from bot.core.message import Choice, Lane, Outbound
from bot.core.people import Role
from bot.core.texts import Words
from handlers.conversation import offer
from handlers.duties import to_report
from handlers.personal_data import MESSAGES
from handlers.standing_in import Charge, by_person, who_gets
from handlers.subject import Subject
from handlers.visit import Desk
from storage import campaign, duties, jobs, personal_data, statistics
from storage.campaign import Campaign
from storage.database import Tx

JOB = "reminder"
USEFUL_FOR = timedelta(hours=12)
DAYS_BEFORE_DEADLINE = (3, 1, 0)
MOST_BUTTONS = 4
"""How many debts get a button of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Debt:
    """Something that a unit owes: "clearance_model", "model" or "session", or a "duty" with its title and deadline."""

    unit_name: str
    what: str
    instead_of: str = ""  # who is away and would have been reminded
    until: str = ""  # the last day on which they are away
    title: str = ""
    deadline: date | None = None
    button: Choice | None = None


def debts_of(tx: Tx, unit_id: str, day: date) -> list[Debt]:
    """What a unit owes on a day. A missing clearance model is named instead of a missing model."""
    standing, owes_clearance = statistics.standing_of(tx, unit_id, day)
    if standing is None:
        return []
    owed = []
    if owes_clearance:
        owed.append("clearance_model")
    elif not standing.has_model:
        owed.append("model")
    if not standing.has_session:
        owed.append("session")
    return [Debt(unit_name=standing.name, what=what) for what in owed]


def duties_of(tx: Tx, desk: Desk, unit_id: str) -> list[Debt]:
    """The duties that a unit still has to do."""
    return [
        Debt(
            unit_name=one.unit_name,
            what="duty",
            title=f"{one.duty_id} ({one.title})",
            deadline=date.fromisoformat(one.due_on),
            button=to_report(desk, one),
        )
        for one in duties.owed_by(tx, unit_id)
    ]


def is_reminder_day(day: date, *deadlines: date) -> bool:
    """Mondays, and 3, 1 and 0 days before a deadline; working days only."""
    near = any((deadline - day).days in DAYS_BEFORE_DEADLINE for deadline in deadlines)
    return calendar.is_working_day(day) and (near or day.weekday() == calendar.MONDAY)


def reminder(desk: Desk) -> Job:
    """One message a person for everything that their units owe; none when nothing is owed."""

    def run(tx: Tx, due: Due) -> None:
        agreed = personal_data.agreed(tx, MESSAGES)
        for charges in by_person(who_gets(tx, due.day)):
            if charges[0].person_id in agreed:
                _remind(tx, desk, due, charges)

    return Job(
        name=JOB,
        at=lambda day: desk.ward.reminder_at if calendar.is_working_day(day) else None,
        run=run,
        useful_for=USEFUL_FOR,
    )


def _remind(tx: Tx, desk: Desk, due: Due, charges: Sequence[Charge]) -> None:
    person = charges[0]
    current = campaign.campaign_of(tx, person.unit_id, due.day)
    if current is None:
        return
    owed = [(charge, debt) for charge in charges for debt in duties_of(tx, desk, charge.unit_id)]
    deadlines = [debt.deadline for _, debt in owed if debt.deadline]
    if not is_reminder_day(due.day, date.fromisoformat(current.registration_deadline), *deadlines):
        return
    owed = [*((charge, debt) for charge in charges for debt in debts_of(tx, charge.unit_id, due.day)), *owed]
    debts = [replace(debt, instead_of=charge.instead_of, until=charge.until) for charge, debt in owed]
    if debts and jobs.claim_run(tx, JOB, due.slot, person.person_id, due.now):
        text = owed_text(desk, debts, current, due.day, late=desk.late_label(due))
        message = Outbound(address=person.address, text=text, choices=to_do(desk, debts), lane=Lane.REMINDER)
        desk.queue(tx, message, due.now, about=f"{JOB}:{due.slot}")
        offer(tx, message, person.account)


def owed_text(desk: Desk, debts: Sequence[Debt], current: Campaign, day: date, late: str = "") -> Words:
    """The message of a reminder."""
    lines = owed_list(desk, debts, current, day)
    return desk.say("reminder.message", Role.SECRETARY, debts=debts, list=lines, late=late)


def owed_list(desk: Desk, debts: Sequence[Debt], current: Campaign, day: date) -> Words:
    """The debts as a list, with how many days are left."""
    deadline = date.fromisoformat(current.registration_deadline)
    days_left = (deadline - day).days
    dated = [
        (debt, debt.deadline or deadline, (debt.deadline - day).days if debt.deadline else days_left) for debt in debts
    ]
    return desk.say("reminder.list", Role.SECRETARY, debts=dated)


def to_do(desk: Desk, debts: Sequence[Debt]) -> tuple[Choice, ...]:
    """What does away with the debts, as buttons."""
    own = [debt.button or desk.command_choice("baocao" if debt.what == "session" else "dangky") for debt in debts]
    return tuple(dict.fromkeys(own))[:MOST_BUTTONS]


SUBJECT = Subject(
    name="reminders",
    jobs=lambda desk: (reminder(desk),),
)
