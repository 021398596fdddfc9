"""Those who review hear that something waits without asking: at most once a half day, and only when it is new."""

from __future__ import annotations

from datetime import date, time, timedelta

from bot.core import calendar
from bot.core.job import Due, Job
from bot.core.message import Lane, Outbound
from bot.core.people import Role
from handlers.dialogue.conversation import offer
from handlers.dialogue.visit import Desk
from handlers.people.personal_data import MESSAGES
from handlers.subject import Subject
from storage import jobs, models, people, personal_data
from storage.database import Tx
from storage.people import Holder

AFTERNOON = time(14)
USEFUL_FOR = timedelta(hours=3)  # later the next half day's message says the same
JOB = "to_review"


def half_days(desk: Desk) -> tuple[Job, ...]:
    """In the morning with the reminders, and once in the afternoon; on working days."""

    def news(part: str, hour: time) -> Job:
        def at(day: date) -> time | None:
            return hour if calendar.is_working_day(day) else None

        def run(tx: Tx, due: Due) -> None:
            _tell_all(tx, desk, due, f"{JOB}_{part}")

        return Job(name=f"{JOB}_{part}", at=at, run=run, useful_for=USEFUL_FOR)

    return news("am", desk.ward.reminder_at), news("pm", AFTERNOON)


def _tell_all(tx: Tx, desk: Desk, due: Due, job: str) -> None:
    waiting_to_hear = set(personal_data.agreed(tx, MESSAGES))
    for officer in people.holders_of(tx, Role.OFFICER):
        if officer.person_id in waiting_to_hear:
            waiting_to_hear.remove(officer.person_id)  # one chat a person
            _tell(tx, desk, due, job, officer)


def _tell(tx: Tx, desk: Desk, due: Due, job: str, officer: Holder) -> None:
    """One officer: silence when nothing waits, or nothing came since the last time."""
    mark = f"{JOB}:{officer.person_id}"
    waiting = models.news_of(tx, officer.unit_id, jobs.mark(tx, mark) or 0)
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
