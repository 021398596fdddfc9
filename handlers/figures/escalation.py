"""Escalation: what stays undone after its deadline goes one level up, once, as one list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, time, timedelta

from bot.core import calendar
from bot.core.job import Due, Job
from bot.core.message import Lane, Outbound
from bot.core.people import Role
from handlers.dialogue.conversation import offer
from handlers.dialogue.visit import Desk
from handlers.figures.urging import urge_choice
from handlers.people.standing_in import Charge, by_unit, who_gets
from handlers.subject import Subject
from storage import escalations
from storage.database import Tx
from storage.escalations import Overdue

TIMES = {"escalation_am": time(8, 30), "escalation_pm": time(14)}
USEFUL_FOR = timedelta(hours=4)
HOUR = 3600_000  # milliseconds
MOST_LISTED = 20


def escalation_jobs(desk: Desk) -> tuple[Job, ...]:
    """Twice each working day."""

    def run(tx: Tx, due: Due) -> None:
        escalate(tx, desk, due)

    def at(hour: time, day: date) -> time | None:
        return hour if calendar.is_working_day(day) else None

    return tuple(
        Job(name=name, at=lambda day, hour=hour: at(hour, day), run=run, useful_for=USEFUL_FOR)  # type: ignore[misc]
        for name, hour in TIMES.items()
    )


def escalate(tx: Tx, desk: Desk, due: Due) -> None:
    """Report what is overdue to the leaders above, or to whoever stands in for them.

    What nobody can be told of is looked at again the next time.
    """
    listed: defaultdict[str, list[Overdue]] = defaultdict(list)
    ripe = [one for one in escalations.overdue(tx, due.day) if is_ripe(one, due.now)]
    leaders = by_unit(who_gets(tx, due.day, Role.LEADER)) if ripe else {}
    for one in ripe:
        unit_id = escalations.led_above(tx, one.unit_id)
        if unit_id in leaders:
            listed[unit_id].append(one)
            escalations.note(tx, one, unit_id, due.now)
    for unit_id, items in listed.items():
        for leader in leaders[unit_id]:
            _tell(tx, desk, due, leader, items)


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
