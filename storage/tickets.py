"""Questions that officers answer. Every reading takes whose they are, or the scope in which somebody may see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from storage.chats import Chat
from storage.database import Tx, load_queries, record_or_none, records

_Q = load_queries("tickets")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A ticket with everything its card shows. `steps` counts its history: what was seen is told apart by it."""

    ticket_id: str
    code: str
    kind: str
    unit_id: str
    person_id: str
    asker_name: str
    household_id: str | None
    head_name: str
    neighborhood_group: str
    project_id: str | None
    project_name: str
    notice_code: str
    words: str
    state: str
    assignee_id: str | None
    assignee_name: str
    hours: int  # working hours from the question to its deadline
    due_at: int
    created_at: int
    steps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """A household of the asker, with a project on whose land it is."""

    household_id: str
    neighborhood_group: str
    project_id: str | None
    project_name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Who answers, and in how many working hours; "" and None leave it to the ward."""

    officer_name: str
    hours: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Officer:
    """Somebody who can answer, with how many tickets wait for them."""

    person_id: str
    name: str
    waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTicket:
    """A ticket to be opened."""

    ticket_id: str
    series: str
    unit_id: str
    kind: str
    person_id: str
    household_id: str | None
    project_id: str | None
    notice_code: str
    words: str
    assignee_id: str | None
    hours: int
    due_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NewStep:
    """A step to be taken."""

    step_id: str
    step: str
    person_id: str
    to: str
    assignee_id: str | None
    due_at: int
    words: str = ""
    source: str = ""
    media_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A step that was taken; `file_kind` is "" without a file, `file_hash` None where it is kept no longer."""

    step: str
    person_name: str
    assignee_name: str
    words: str
    source: str
    due_at: int
    at: int
    file_kind: str
    file_hash: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The tickets of a scope in numbers: those that wait, late ones among them, and answered in time or late since."""

    waiting: int
    overdue: int
    in_time: int
    late: int


def homes_of(tx: Tx, person_id: str) -> list[Home]:
    """The households of a person with the projects that they have land in."""
    return records(Home, _Q.homes_of(tx, person_id=person_id))


def rule_of(tx: Tx, unit_id: str, project_id: str, group: str) -> Rule | None:
    """The most particular rule for a unit, a project and a neighbourhood group."""
    return record_or_none(Rule, _Q.rule_of(tx, unit_id=unit_id, project_id=project_id, neighborhood_group=group))


def officers_over(tx: Tx, unit_id: str) -> list[Officer]:
    """Those who may answer somebody of a unit, the least busy first."""
    return records(Officer, _Q.officers_over(tx, unit_id=unit_id))


def chat_of(tx: Tx, person_id: str) -> Chat | None:
    """Where somebody who takes part in a ticket can be written to: the account joined last that can be reached."""
    return record_or_none(Chat, _Q.chat_of(tx, person_id=person_id))


def open_ticket(tx: Tx, new: NewTicket, step_id: str, now: int, year: int) -> str:
    """A new ticket with its first step; returns its code."""
    number = int(_Q.last_number(tx, series=new.series, year=year)) + 1
    code = f"{new.series}-{year}-{number:04d}"
    _Q.add_ticket(
        tx, ticket_id=new.ticket_id, series=new.series, year=year, number=number, code=code, unit_id=new.unit_id,
        kind=new.kind, person_id=new.person_id, household_id=new.household_id, project_id=new.project_id,
        notice_code=new.notice_code, words=new.words, assignee_id=new.assignee_id, hours=new.hours, due_at=new.due_at,
        created_at=now,
    )  # fmt: skip
    first = NewStep(
        step_id=step_id, step="open", person_id=new.person_id, to="open", assignee_id=new.assignee_id, due_at=new.due_at
    )
    _write(tx, new.ticket_id, 1, first, now)
    return code


def take(tx: Tx, ticket: Ticket, step: NewStep, now: int) -> bool:
    """Move a ticket as it was seen and write the step down; False, and nothing done, when it was moved meanwhile."""
    moved = _Q.move(
        tx, ticket_id=ticket.ticket_id, from_state=ticket.state, steps=ticket.steps, to_state=step.to,
        assignee_id=step.assignee_id, due_at=step.due_at,
    )  # fmt: skip
    if moved is None:
        return False
    _write(tx, ticket.ticket_id, ticket.steps + 1, step, now)
    return True


def _write(tx: Tx, ticket_id: str, position: int, step: NewStep, now: int) -> None:
    _Q.add_step(
        tx, step_id=step.step_id, ticket_id=ticket_id, position=position, step=step.step, person_id=step.person_id,
        to_state=step.to, assignee_id=step.assignee_id, words=step.words, source=step.source, media_id=step.media_id,
        due_at=step.due_at,
        at=now,
    )  # fmt: skip


def of_person(tx: Tx, ticket_id: str, person_id: str) -> Ticket | None:
    """An own ticket."""
    return record_or_none(Ticket, _Q.of_person(tx, ticket_id=ticket_id, person_id=person_id))


def in_scope(tx: Tx, ticket_id: str, scope: str) -> Ticket | None:
    """A ticket of a scope."""
    return record_or_none(Ticket, _Q.in_scope(tx, ticket_id=ticket_id, scope=scope))


def same_waiting(tx: Tx, person_id: str, words: str) -> Ticket | None:
    """The ticket in which a person asked the same and still waits."""
    return record_or_none(Ticket, _Q.same_waiting(tx, person_id=person_id, words=words))


def all_of_person(tx: Tx, person_id: str, most: int) -> list[Ticket]:
    """The latest tickets of a person, the newest first."""
    return records(Ticket, _Q.all_of_person(tx, person_id=person_id, most=most))


def waiting(tx: Tx, scope: str, first: int, most: int) -> list[Ticket]:
    """The tickets of a scope that are not closed, by their deadline."""
    return records(Ticket, _Q.waiting(tx, scope=scope, first=first, most=most))


def overdue(tx: Tx, scope: str, now: int, most: int) -> list[Ticket]:
    """The tickets of a scope that an officer should have answered by now, the latest deadline last."""
    return records(Ticket, _Q.overdue(tx, scope=scope, now=now, most=most))


def leaders_above_late(tx: Tx, now: int) -> list[str]:
    """The leaders in whose scope a ticket should have been answered by now: for the job."""
    return [row["person_id"] for row in _Q.leaders_above_late(tx, now=now)]


def standing(tx: Tx, scope: str, now: int) -> Standing:
    """The tickets of a scope in numbers."""
    found = record_or_none(Standing, _Q.standing(tx, scope=scope, now=now))
    assert found is not None
    return found


def history(tx: Tx, ticket: Ticket) -> list[Taken]:
    """The steps of a ticket that was found in somebody's own ones or scope, the oldest first."""
    return records(Taken, _Q.history(tx, ticket_id=ticket.ticket_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A ready answer that an officer can take and add to."""

    template_id: str
    title: str
    body: str
    source: str


def templates_of(tx: Tx, unit_id: str) -> list[Template]:
    """The ready answers for a unit."""
    return records(Template, _Q.templates_of(tx, unit_id=unit_id))


# -- complaints that are passed on --------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Where something goes by law on a day."""

    route_id: str
    where_to: str
    rules: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Referral:
    """Something that was shown its way; `person_name` is "" where nobody asked to be called."""

    referral_id: str
    code: str
    person_name: str
    at: int


def route_of(tx: Tx, unit_id: str, kind: str, day: date) -> Route | None:
    """The legal route of a kind, as it is on a day."""
    return record_or_none(Route, _Q.route_of(tx, unit_id=unit_id, kind=kind, day=day.isoformat()))


def add_referral(
    tx: Tx, referral_id: str, code: str, kind: str, unit_id: str, person_id: str | None, route_id: str | None, now: int
) -> None:
    """Note that somebody was shown the legal way."""
    _Q.add_referral(
        tx,
        referral_id=referral_id,
        code=code,
        kind=kind,
        unit_id=unit_id,
        person_id=person_id,
        route_id=route_id,
        at=now,
    )


def next_denunciation(tx: Tx, year: int) -> str:
    """The code of the next denunciation, "TC-2021-0001"."""
    return f"TC-{year}-{int(_Q.denunciations(tx, year=f'TC-{year}-')) + 1:04d}"


def referral_in_scope(tx: Tx, referral_id: str, scope: str) -> Referral | None:
    """A denunciation of a scope, with the person who asked to be called."""
    return record_or_none(Referral, _Q.referral_in_scope(tx, referral_id=referral_id, scope=scope))


def note_view(tx: Tx, referral_id: str, person_id: str, now: int) -> None:
    """Somebody saw who wants to be called."""
    _Q.note_view(tx, referral_id=referral_id, person_id=person_id, at=now)
