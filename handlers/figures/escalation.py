"""Escalation: what stays undone after its deadline goes one level up, once, as one list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time, timedelta

from bot.core import calendar
from bot.core.job import Due, Job
from bot.core.message import Lane, Outbound
from bot.core.people import Role
from handlers.dialogue.conversation import offer
from handlers.dialogue.visit import Desk
from handlers.figures.urging import urge_choice
from handlers.people.standing_in import Charge, who_gets
from handlers.subject import Subject
from storage import escalations, statistics
from storage.database import Tx
from storage.escalations import Overdue

TIMES = {"escalation_am": time(8, 30), "escalation_pm": time(14)}
USEFUL_FOR = timedelta(hours=4)
HOUR = 3600_000  # milliseconds
MOST_LISTED = 20


def escalation_jobs(desk: Desk) -> tuple[Job, ...]:
    """Twice each working day; the unit whose leaders are told is a part of the job."""

    def run(tx: Tx, due: Due) -> None:
        escalate(tx, desk, due)

    def at(hour: time, day: date) -> time | None:
        return hour if calendar.is_working_day(day) else None

    return tuple(
        Job(name=name, at=lambda day, hour=hour: at(hour, day), run=run, useful_for=USEFUL_FOR, parts=whose_to_tell)  # type: ignore[misc]
        for name, hour in TIMES.items()
    )


def whose_to_tell(tx: Tx, due: Due) -> list[str]:
    """The units whose leaders are to be told of something."""
    return [unit_id for unit_id in escalations.leading(tx) if ripe_for(tx, unit_id, due)]


def ripe_for(tx: Tx, unit_id: str, due: Due) -> list[Overdue]:
    """What is to be reported to the leaders of a unit; below many wards it is looked up beside the writer."""
    overdue = statistics.seen(tx, escalations.overdue, unit_id, due.day)
    return [one for one in overdue if one.led_by == unit_id and is_ripe(one, due.now)]


def escalate(tx: Tx, desk: Desk, due: Due) -> None:
    """Report what is overdue below a unit to its leaders, or to whoever stands in for them.

    What nobody can be told of is looked at again the next time.
    """
    leaders = who_gets(tx, due.part, due.day, Role.LEADER)
    ripe = ripe_for(tx, due.part, due) if leaders else []
    told = [one for one in ripe if escalations.note(tx, one, due.part, due.now)]
    for leader in leaders if told else ():
        _tell(tx, desk, due, leader, told)


def is_ripe(one: Overdue, now: int) -> bool:
    """Whether its campaign's hours have passed since the end of its last day."""
    ended_at = calendar.at(date.fromisoformat(one.due_on) + timedelta(days=1), time(0))
    return one.hours > 0 and now - ended_at >= one.hours * HOUR


def _tell(tx: Tx, desk: Desk, due: Due, leader: Charge, items: Sequence[Overdue]) -> None:
    text = desk.say(
        "escalation.message",
        Role.LEADER,
        late=desk.late_label(due),
        count=len(items),
        charge=leader,
        items=items[:MOST_LISTED],
        more=max(0, len(items) - MOST_LISTED),
    )
    choices = (urge_choice(desk, leader.unit_id), desk.command_choice("thongke"))
    message = Outbound(address=leader.address, text=text, choices=choices, lane=Lane.SUMMARY)
    desk.queue_for(tx, message, due, "escalation")
    offer(tx, message, leader.account)


SUBJECT = Subject(name="escalation", jobs=escalation_jobs)
