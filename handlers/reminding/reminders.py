"""What a unit still owes: reminded of once, kindly, only while something is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from bot.core import calendar
from bot.core.job import Due, Job, in_portions
from bot.core.message import Address, Choice, Lane, Outbound
from bot.core.people import Role
from bot.core.texts import Words
from handlers.dialogue.conversation import Conversation, offer
from handlers.dialogue.visit import Desk
from handlers.duties.duties import to_report
from handlers.people.personal_data import MESSAGES
from handlers.people.standing_in import Charge, hears_of
from handlers.subject import Subject
from storage import campaign, conversations, duties, jobs, personal_data, reminders, statistics
from storage.campaign import Campaign
from storage.database import Tx
from storage.outbox import Parcel
from storage.reminders import Wish

JOB = "reminder"
MOST_BUTTONS = 4
"""How many debts get a button of their own."""
DRAFT_JOB = "unfinished"
DAYS_BEFORE_DEADLINE = (3, 1, 0)
HOURS = tuple(
    half
    for half in (time(minutes // 60, minutes % 60) for minutes in range(0, 24 * 60, 30))
    if calendar.WAKING[0] <= half < calendar.WAKING[1] and not calendar.LUNCH[0] <= half < calendar.LUNCH[1]
)
"""When people can ask to be reminded."""
KIND_OF = {"clearance_model": "model", "model": "model", "session": "session", "duty": "duty"}
"""Which switch turns the reminder of a debt off."""
PORTION = 10
"""How many people are reminded in one transaction: the turns that wait get theirs in between."""
BUSY_FOR = 30 * 60_000  # milliseconds after their last word that somebody counts as being in the middle of a form
ABANDONED_AFTER = 24 * 3600_000  # milliseconds


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


def hours_of(desk: Desk) -> list[time]:
    """The hours at which anybody can be reminded: every half hour that is neither night nor lunch, and the ward's."""
    return sorted({*HOURS, desk.ward.reminder_at})


def reminder_jobs(desk: Desk) -> tuple[Job, ...]:
    """One message a person and day for everything that their units owe, at their own hour; of use until the night."""
    return tuple(_job(desk, hour) for hour in hours_of(desk))


def _job(desk: Desk, hour: time) -> Job:
    return Job(
        name=JOB,
        at=lambda day: hour if calendar.is_working_day(day) else None,
        run=lambda tx, due: _remind_some(tx, desk, due, hour),
        useful_for=until_night(hour),
        parts=lambda tx, due: whose_turn(tx, desk, due, hour),
    )


def until_night(hour: time) -> timedelta:
    """How long something that is due at an hour can be told on the same day."""
    return datetime.combine(date.min, calendar.WAKING[1]) - datetime.combine(date.min, hour)


def whose_turn(tx: Tx, desk: Desk, due: Due, hour: time) -> list[str]:
    """Those whose hour it is, and those whose reminder has waited for them to finish something; some in each part."""
    usual = hour == desk.ward.reminder_at
    return in_portions(reminders.turns(tx, f"{hour:%H:%M}", JOB, due.slot, MESSAGES, usual=usual), PORTION)


def _remind_some(tx: Tx, desk: Desk, due: Due, hour: time) -> None:
    """The people of a part, as far as it is still their turn."""
    for person_id in due.part.split():
        wish = reminders.wish_of(tx, person_id)
        its_hour = hour == desk.ward.reminder_at if wish.hour is None else wish.hour == f"{hour:%H:%M}"
        if not (its_hour or reminders.waits(tx, person_id, due.slot)):
            continue
        charges = hears_of(tx, person_id, due.day) if personal_data.agrees(tx, person_id, MESSAGES) else []
        if charges:
            _remind(tx, desk, due, charges, wish)


def _remind(tx: Tx, desk: Desk, due: Due, charges: Sequence[Charge], wish: Wish) -> None:
    person = charges[0]
    current = campaign.campaign_of(tx, person.unit_id, due.day)
    if current is None or jobs.has_run(tx, JOB, due.slot, person.person_id):
        return
    debts = _due_debts(tx, desk, due, charges, wish, current)
    half_done = unfinished(tx, person, due.now)
    if debts and half_done and half_done.busy:
        reminders.wait(tx, person.person_id, due.slot)
        return
    if _asked(wish, due):
        reminders.keep(tx, replace(wish, again_on=None))
    said = _said(tx, desk, due, person, wish, debts, half_done, current)
    if said is None or not jobs.claim_run(tx, JOB, due.slot, person.person_id, due.now):
        return
    draft = half_done.draft if half_done and speaks_of_form(desk, said) else ""
    whose = f"{person.person_id}:{draft}" if draft else person.person_id
    desk.queue_for(tx, said, due, JOB, not_before=_may_go(desk, wish, due.now), whose=whose)
    offer(tx, said, person.account)


def _may_go(desk: Desk, wish: Wish, now: int) -> int:
    """When a reminder may leave: within the ward's hours, or at any hour of the day that the person has chosen."""
    return calendar.next_proactive(now, desk.ward.proactive) if wish.hour is None else calendar.next_polite(now)


def renewed(desk: Desk, tx: Tx, parcel: Parcel, now: int) -> Outbound | int | None:
    """A reminder at the moment at which it leaves: what is still owed, and never into a form that is being filled in.

    It may have been queued long ago: over lunch, or while its platform let nothing pass.
    """
    slot, _, rest = (parcel.about or "").removeprefix(f"{JOB}:").partition(":")
    person_id, _, draft = rest.partition(":")
    day = date.fromisoformat(slot)
    charges = hears_of(tx, person_id, day) if personal_data.agrees(tx, person_id, MESSAGES) else []
    if not charges:
        return None
    due = Due(day=day, due_at=parcel.created_at, now=now)
    return _as_it_is_now(tx, desk, due, charges, draft, parcel.message)


def _as_it_is_now(
    tx: Tx, desk: Desk, due: Due, charges: Sequence[Charge], draft: str, said: Outbound
) -> Outbound | int | None:
    person, current = charges[0], campaign.campaign_of(tx, charges[0].unit_id, due.day)
    wish = reminders.wish_of(tx, person.person_id)
    debts = _wanted_debts(tx, desk, due.day, charges, wish) if current else []
    half_done = unfinished(tx, person, due.now)
    if draft and half_done and half_done.draft == draft and not half_done.busy:
        return said if wish.wants("draft") else None
    if current is None or not debts:
        return None
    if half_done and half_done.busy:
        return due.now + BUSY_FOR - half_done.idle
    if (later := _may_go(desk, wish, due.now)) > due.now:
        return later
    return _fresh(tx, desk, due, person, wish, debts, half_done, current, said)


def _fresh(
    tx: Tx, desk: Desk, due: Due, person: Charge, wish: Wish, debts: list[Debt], half_done: Unfinished | None,
    current: Campaign, said: Outbound,
) -> Outbound | None:  # fmt: skip
    """The same message while the list is the same: how late it is stands in it once already."""
    now = _said(tx, desk, due, person, wish, debts, half_done, current)
    if now is None:
        return None
    same = now.choices == said.choices and str(said.text).endswith(str(owed_list(desk, debts, current, due.day)))
    return said if same else replace(now, address=said.address)


def speaks_of_form(desk: Desk, said: Outbound) -> bool:
    """Whether a reminder is the one line about a form that waits."""
    return desk.command_choice("tieptuc") in said.choices


def _asked(wish: Wish, due: Due) -> bool:
    """Whether the person asked to hear of it once more, today or on a day that was missed."""
    return wish.again_on is not None and wish.again_on <= due.slot


def _due_debts(tx: Tx, desk: Desk, due: Due, charges: Sequence[Charge], wish: Wish, current: Campaign) -> list[Debt]:
    """What is owed of which the person wants to hear, if this is a day on which they do."""
    given = [debt for charge in charges for debt in duties_of(tx, desk, charge.unit_id)]
    deadlines = [debt.deadline for debt in given if debt.deadline]
    if not (_asked(wish, due) or is_reminder_day(due.day, _deadline(current), *deadlines)):
        return []
    return _wanted_debts(tx, desk, due.day, charges, wish)


def _wanted_debts(tx: Tx, desk: Desk, day: date, charges: Sequence[Charge], wish: Wish) -> list[Debt]:
    """What is owed of which the person wants to hear."""
    owed = [
        *((charge, debt) for charge in charges for debt in debts_of(tx, charge.unit_id, day)),
        *((charge, debt) for charge in charges for debt in duties_of(tx, desk, charge.unit_id)),
    ]
    return [
        replace(debt, instead_of=charge.instead_of, until=charge.until)
        for charge, debt in owed
        if wish.wants(KIND_OF[debt.what])
    ]


def _deadline(current: Campaign) -> date:
    return date.fromisoformat(current.registration_deadline)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfinished:
    """A form that somebody has not finished: is it open or put aside, and since when did they do nothing."""

    form: str
    draft: str
    open: bool
    idle: int  # milliseconds

    @property
    def busy(self) -> bool:
        """Whether the person is in the middle of it."""
        return self.open and self.idle < BUSY_FOR


def unfinished(tx: Tx, person: Charge, now: int) -> Unfinished | None:
    """The open form of a person, else the one put aside last."""
    address = person.address
    stored = Conversation.from_json(conversations.load(tx, address.channel, address.chat, person.account))
    form = stored.waiting
    if form is None:
        return None
    idle = now - conversations.acted_at(tx, address.channel, address.chat, person.account)
    return Unfinished(form=form.form, draft=form.draft, open=form is stored.form, idle=idle)


def _said(
    tx: Tx, desk: Desk, due: Due, person: Charge, wish: Wish, debts: list[Debt], half_done: Unfinished | None,
    current: Campaign,
) -> Outbound | None:  # fmt: skip
    """The list, or one line about the form that waits; a form is spoken of once."""
    if half_done and wish.wants("draft") and (debts or half_done.idle >= ABANDONED_AFTER):
        mentioned = not jobs.claim_run(tx, DRAFT_JOB, half_done.draft, person.person_id, due.now)
        if not mentioned:
            return line_about(desk, person.address, Role.SECRETARY, half_done.form)
    if not debts:
        return None
    text = owed_text(desk, debts, current, due.day, late=desk.late_label(due))
    again = Choice(label=desk.say("reminder.tomorrow"), data="rm|again")
    return Outbound(address=person.address, text=text, choices=(*to_do(desk, debts), again), lane=Lane.REMINDER)


def line_about(desk: Desk, address: Address, role: Role, form: str) -> Outbound:
    """The one line about a form that waits; the button shows it as it is."""
    text = desk.say("reminder.unfinished", role, title=desk.say(f"{form}.called"))
    return Outbound(address=address, text=text, choices=(desk.command_choice("tieptuc"),), lane=Lane.REMINDER)


def owed_text(desk: Desk, debts: Sequence[Debt], current: Campaign, day: date, late: str = "") -> Words:
    """The message of a reminder: gentle while there is time, firmer near the deadline."""
    lines = owed_list(desk, debts, current, day)
    last = [debt.deadline or _deadline(current) for debt in debts if debt.what != "session"]
    days_left = (min(last) - day).days if last else None
    return desk.say(
        "reminder.message", Role.SECRETARY, count=len(debts), list=lines, late=late, urgency=_urgency(days_left)
    )


def _urgency(days_left: int | None) -> str:
    if days_left is None or days_left > max(DAYS_BEFORE_DEADLINE):
        return "gentle"
    return "soon" if days_left > 0 else "today" if days_left == 0 else "over"


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
    renews={JOB: renewed},
    jobs=reminder_jobs,
)
