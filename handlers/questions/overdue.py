"""Late answers: each leader hears once a working day which of their residents' questions nobody answered in time.

Some leaders are a part of the job, told in a transaction of its own.
"""

from __future__ import annotations

from datetime import timedelta

from bot.core import calendar
from bot.core.job import Due, Job, in_portions
from bot.core.message import Lane, Outbound
from bot.core.people import Role
from handlers.dialogue.conversation import offer
from handlers.dialogue.visit import Desk
from handlers.questions.answering import PAGE, listed
from handlers.subject import Subject
from storage import jobs, people, statistics, tickets
from storage.database import Tx
from storage.people import Holder

JOB = "late_answers"
PORTION = 25
"""How many leaders are told in one transaction: the turns that wait get theirs in between."""
USEFUL_FOR = timedelta(hours=6)


def late_answers(desk: Desk) -> Job:
    """One message a leader, in the morning; none when nothing is late."""

    def run(tx: Tx, due: Due) -> None:
        for person_id in due.part.split():
            if leader := people.holder(tx, Role.LEADER, person_id):
                _tell(tx, desk, due, leader)

    return Job(
        name=JOB,
        at=lambda day: desk.ward.reminder_at if calendar.is_working_day(day) else None,
        run=run,
        useful_for=USEFUL_FOR,
        parts=whom_to_tell,
    )


def whom_to_tell(tx: Tx, due: Due) -> list[str]:
    """The leaders above something that is late, some in each part."""
    return in_portions(tickets.leaders_above_late(tx, due.now), PORTION)


def _tell(tx: Tx, desk: Desk, due: Due, leader: Holder) -> None:
    late = statistics.seen(tx, tickets.overdue, leader.unit_id, due.now, PAGE)
    if not late or not jobs.claim_run(tx, JOB, due.slot, leader.person_id, due.now):
        return
    text = desk.say(
        "ticket.standing", Role.LEADER, numbers=statistics.seen(tx, tickets.standing, leader.unit_id, due.now),
        late=listed(desk, late, due.now),
    )  # fmt: skip
    parts = [part for part in (desk.late_label(due), text) if part]
    message = Outbound(
        address=leader.address, text="\n".join(parts), choices=(desk.command_choice("cauhoi"),), lane=Lane.SUMMARY
    )
    desk.queue_for(tx, message, due, JOB)
    offer(tx, message, leader.account)


SUBJECT = Subject(name="overdue", jobs=lambda desk: (late_answers(desk),))
