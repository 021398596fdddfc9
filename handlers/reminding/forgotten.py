"""A form left half-filled for a day is spoken of once, to whoever is reminded of nothing that they owe.

Secretaries hear of theirs with their reminder; see `reminders`.
"""

from __future__ import annotations

from datetime import timedelta

from bot.core import calendar
from bot.core.job import Due, Job, in_portions
from bot.core.message import Address, Outbound
from bot.core.people import Role
from bot.core.turn import FormState
from handlers.dialogue.conversation import Conversation, offer
from handlers.dialogue.visit import Desk
from handlers.people.personal_data import MESSAGES
from handlers.reminding.reminders import ABANDONED_AFTER, DRAFT_JOB, PORTION, line_about, until_night
from handlers.subject import Subject
from storage import conversations, jobs, people, personal_data, reminders
from storage.conversations import Left
from storage.database import Tx
from storage.outbox import Parcel

JOB = "forgotten"
LONGEST_AGO = timedelta(days=14) // timedelta(milliseconds=1)
"""Until when it is still spoken of: longer than any holiday lasts."""


def forgotten_jobs(desk: Desk) -> tuple[Job, ...]:
    """At the ward's hour for reminders; of use until the night."""
    hour = desk.ward.reminder_at
    job = Job(
        name=JOB,
        at=lambda day: hour if calendar.is_working_day(day) else None,
        run=lambda tx, due: _remind_some(tx, desk, due),
        useful_for=until_night(hour),
        parts=lambda tx, due: in_portions(conversations.left_by(tx, *_span(due), MESSAGES), PORTION),
    )
    return (job,)


def _span(due: Due) -> tuple[int, int]:
    return due.now - LONGEST_AGO, due.now - ABANDONED_AFTER


def _remind_some(tx: Tx, desk: Desk, due: Due) -> None:
    for person_id in due.part.split():
        if _hears_of_it(tx, person_id):
            for left in conversations.left_of(tx, person_id, *_span(due)):
                _remind(tx, desk, due, left)


def _hears_of_it(tx: Tx, person_id: str) -> bool:
    """Somebody may have changed their mind since their turn was read, or since it was queued."""
    return personal_data.agrees(tx, person_id, MESSAGES) and reminders.wish_of(tx, person_id).wants("draft")


def _remind(tx: Tx, desk: Desk, due: Due, left: Left) -> None:
    form = Conversation.from_json(left.state).waiting
    role = role_of(tx, left.person_id, form) if form else None
    if form is None or role is None or not jobs.claim_run(tx, DRAFT_JOB, form.draft, left.person_id, due.now):
        return
    message = line_about(desk, Address(channel=left.channel, chat=left.chat), role, form.form)
    whose = f"{left.person_id}:{form.draft}"
    desk.queue_for(tx, message, due, JOB, not_before=calendar.next_proactive(due.now, desk.ward.proactive), whose=whose)
    offer(tx, message, left.account)


def role_of(tx: Tx, person_id: str, form: FormState) -> Role | None:
    """As what somebody opened a form; None when they are that no more."""
    held = people.memberships_of(tx, person_id)
    return next((one.role for one in held if form.acting in ("", one.membership_id)), None)


def renewed(_desk: Desk, tx: Tx, parcel: Parcel, _now: int) -> Outbound | None:
    """As it leaves: whoever has gone on with the form meanwhile, or ended it, need not hear of it."""
    person_id, draft = (parcel.about or "").split(":")[2:]
    if not _hears_of_it(tx, person_id):
        return None
    for left in conversations.left_of(tx, person_id, 0, parcel.created_at - ABANDONED_AFTER):
        form = Conversation.from_json(left.state).waiting
        if form is not None and form.draft == draft:
            return parcel.message
    return None


SUBJECT = Subject(name="forgotten", jobs=forgotten_jobs, renews={JOB: renewed})
