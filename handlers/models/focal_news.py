"""Those who review hear that something waits without asking: at most once a half day, and only when it is new.

Some of them are a part of the job, told in a transaction of its own.
"""

from __future__ import annotations

from datetime import date, time, timedelta

from bot.core import calendar
from bot.core.job import Due, Job, in_portions
from bot.core.message import Lane, Outbound
from bot.core.people import Role
from handlers.dialogue.conversation import offer
from handlers.dialogue.visit import Desk
from handlers.people.personal_data import MESSAGES
from handlers.subject import Subject
from storage import jobs, models, people, personal_data, statistics
from storage.database import Tx
from storage.people import Holder

AFTERNOON = time(14)
USEFUL_FOR = timedelta(hours=3)  # later the next half day's message says the same
JOB = "to_review"
PORTION = 10
"""How many officers are told in one transaction: the turns that wait get theirs in between."""


def half_days(desk: Desk) -> tuple[Job, ...]:
    """In the morning with the reminders, and once in the afternoon; on working days."""

    def news(part: str, hour: time) -> Job:
        def at(day: date) -> time | None:
            return hour if calendar.is_working_day(day) else None

        def run(tx: Tx, due: Due) -> None:
            _tell_some(tx, desk, due, f"{JOB}_{part}")

        return Job(name=f"{JOB}_{part}", at=at, run=run, useful_for=USEFUL_FOR, parts=whom_to_tell)

    return news("am", desk.ward.reminder_at), news("pm", AFTERNOON)


def whom_to_tell(tx: Tx, _due: Due) -> list[str]:
    """The officers for whom something waits, some in each part."""
    return in_portions(models.officers_to_hear(tx), PORTION)


def _tell_some(tx: Tx, desk: Desk, due: Due, job: str) -> None:
    for person_id in due.part.split():
        officer = people.holder(tx, Role.OFFICER, person_id)
        if officer and personal_data.agrees(tx, person_id, MESSAGES):
            _tell(tx, desk, due, job, officer)


def _tell(tx: Tx, desk: Desk, due: Due, job: str, officer: Holder) -> None:
    """One officer: silence when nothing waits, or nothing came since the last time."""
    mark = f"{JOB}:{officer.person_id}"
    waiting = statistics.seen(tx, models.news_of, officer.unit_id, jobs.mark(tx, mark) or 0)
    if not waiting.fresh or not jobs.claim_run(tx, job, due.slot, officer.person_id, due.now):
        return
    jobs.set_mark(tx, mark, due.now)
    text = desk.say("focal_news.message", Role.OFFICER, waiting=waiting, late=desk.late_label(due))
    message = Outbound(
        address=officer.address, text=text, choices=(desk.command_choice("thamdinh"),), lane=Lane.REMINDER
    )
    desk.queue(tx, message, due.now, about=f"{job}:{due.slot}")
    offer(tx, message, officer.account)


SUBJECT = Subject(name="focal_news", jobs=half_days)
