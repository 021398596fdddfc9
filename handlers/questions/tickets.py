"""A ticket: who may see it, who answers it and until when, taking a step once, and telling the other side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.core import calendar
from bot.core.form import Json, Question
from bot.core.message import Attachment, Choice, Lane, Outbound
from bot.core.people import Role
from bot.core.questions import about
from bot.core.reading.fold import fold
from bot.core.reading.options import find_projects
from bot.core.reading.words import read_words
from bot.core.texts import Words
from bot.core.ticket_life import (
    ASKERS,
    OFFICERS,
    TICKET_STEPS,
    TicketKind,
    TicketState,
    TicketStep,
    series_of,
    ticket_steps_for,
)
from handlers.dialogue.conversation import offer
from handlers.dialogue.photos import attached
from handlers.dialogue.visit import Desk, Visit
from handlers.subject import Given, Replies
from storage import tickets
from storage.database import Tx
from storage.ledger import Received
from storage.media import Sent
from storage.tickets import Home, NewStep, NewTicket, Officer, Taken, Ticket

HOURS = 16
"""Working hours for an answer where no rule says otherwise: two days."""
MOST_REMEMBERED = 6
"""How many of the latest steps a card shows."""
COMPLAINTS = "KN"
"""The letters before the number of what may be a complaint."""


def seen(tx: Tx, visit: Visit, ticket_id: str) -> Ticket | None:
    """A ticket, if this person may see it: an own one, or one of an officer's scope."""
    asker = visit.known
    if asker.role in OFFICERS:
        return tickets.in_scope(tx, ticket_id, asker.scope)
    return tickets.of_person(tx, ticket_id, asker.person_id) if asker.role in ASKERS else None


# -- opening one --------------------------------------------------------------------------------


def open_ticket(
    tx: Tx, visit: Visit, kind: TicketKind, words: str, *, project_id: str = "", notice_code: str = ""
) -> Ticket:
    """A new ticket of the asker with somebody to answer it, who hears of it; the same question waits only once."""
    asker = visit.known
    if waiting := tickets.same_waiting(tx, asker.person_id, words):
        return waiting
    home = _home(tickets.homes_of(tx, asker.person_id), words, project_id)
    group = home.neighborhood_group if home else ""
    rule = tickets.rule_of(tx, asker.scope, (home.project_id if home else "") or project_id, group)
    officers = tickets.officers_over(tx, asker.scope)
    officer = _officer(officers, rule.officer_name if rule else "")
    hours = (rule.hours if rule else None) or HOURS
    new = NewTicket(
        ticket_id=visit.desk.ids.new(),
        series=COMPLAINTS if kind in (TicketKind.COMPLAINT, TicketKind.PETITION) else series_of(visit.desk.ward.name),
        unit_id=asker.scope, kind=kind, person_id=asker.person_id,
        household_id=home.household_id if home else None,
        project_id=(home.project_id if home else None) or project_id or None,
        notice_code=notice_code, words=words, assignee_id=officer.person_id if officer else None, hours=hours,
        due_at=calendar.deadline(visit.now, hours),
    )  # fmt: skip
    tickets.open_ticket(tx, new, visit.desk.ids.new(), visit.now, visit.today.year)
    ticket = tickets.of_person(tx, new.ticket_id, asker.person_id)
    assert ticket is not None
    if officer:
        tell(tx, visit, officer.person_id, "ticket.told.open", ticket, Role.OFFICER)
    return ticket


def explain_notice(tx: Tx, visit: Visit, notice: Received) -> Ticket:
    """A household wants a notice explained: a ticket that names the notice."""
    words = visit.say("ticket.explain", notice=notice)
    return open_ticket(tx, visit, TicketKind.NOTICE, words, project_id=notice.project_id, notice_code=notice.code)


def _home(homes: Sequence[Home], words: str, project_id: str) -> Home | None:
    """The household that is meant: by the project that is known or named, else the only one."""
    named = [(home.project_id, home.project_name) for home in homes if home.project_id and home.project_name]
    meant = [project_id] if project_id else find_projects(read_words(words).plain, named)
    if meant:
        return next((home for home in homes if home.project_id == meant[0]), None)
    households = {home.household_id for home in homes}
    projects = {home.project_id for home in homes}
    if len(households) != 1:
        return None
    return homes[0] if len(projects) == 1 else replace(homes[0], project_id=None)


def _officer(officers: Sequence[Officer], name: str) -> Officer | None:
    """Who the rule names, else the nearest who is least busy."""
    ruled = next((one for one in officers if name and fold(one.name) == fold(name)), None)
    return ruled or (officers[0] if officers else None)


# -- taking a step ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketLook:
    """The ticket that a form is about, as it is now."""

    ticket: Ticket | None


def the_ticket() -> Question:
    """The ticket that a form is about, as it was when the form was opened."""

    def shown(value: Json, look: TicketLook) -> str | None:
        ticket = look.ticket
        return ticket.code if ticket and ticket.ticket_id == value["id"] else None

    return about("ticket", shown)


def ticket_look(tx: Tx, visit: Visit, given: Given) -> TicketLook:
    """The ticket."""
    return TicketLook(ticket=seen(tx, visit, given["ticket"]["value"]["id"]))


def aimed(ticket: Ticket) -> Given:
    """What a form about this ticket knows from the start."""
    return {"ticket": {"value": {"id": ticket.ticket_id, "seen": ticket.steps}, "raw": ""}}


def may(visit: Visit, ticket: Ticket, step: TicketStep, steps_seen: int) -> bool:
    """Whether a step can be taken now, on the ticket as it was seen.

    Whoever asked acts on what the ticket is, not on what they saw of it: nobody has to read an officer's moves first.
    """
    as_seen = step.by == ASKERS or ticket.steps == steps_seen
    return as_seen and step in ticket_steps_for(visit.known.role, TicketState(ticket.state), TicketKind(ticket.kind))


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What goes with a step: words, what they rest on (words again, or a file), and to whom the ticket goes."""

    words: str = ""
    source: str = ""
    file: Sent | None = None
    assignee_id: str | None = None


NOTHING = Said()


def take_step(tx: Tx, visit: Visit, aim: Mapping[str, Any], name: str, said: Said = NOTHING) -> Ticket | None:
    """Take a step and return the ticket as it is then; None, and nothing done, when it can't be taken any more."""
    ticket, step = seen(tx, visit, aim["id"]), TICKET_STEPS[name]
    if ticket is None or not may(visit, ticket, step, aim["seen"]):
        return None
    own = visit.known.person_id if name in ("take", "answer", "ask", "contact") else None
    new = NewStep(
        step_id=visit.desk.ids.new(), step=name, person_id=visit.known.person_id, to=step.to,
        assignee_id=said.assignee_id or own or ticket.assignee_id, words=said.words, source=said.source,
        media_id=said.file.media_id if said.file else None,
        due_at=calendar.deadline(visit.now, ticket.hours) if step.anew or _waited(ticket, step) else ticket.due_at,
    )  # fmt: skip
    return seen(tx, visit, ticket.ticket_id) if tickets.take(tx, ticket, new, visit.now) else None


def _waited(ticket: Ticket, step: TicketStep) -> bool:
    """While it was the asker's turn, no officer's time ran."""
    return ticket.state == TicketState.ASKED and step.name == "add"


def refused(tx: Tx, visit: Visit, ticket_id: str) -> Replies:
    """The step can't be taken any more: what became of the ticket, and its card as it is now."""
    ticket = seen(tx, visit, ticket_id)
    if ticket is None:
        return [visit.answer("common.no_such_button")]
    last = tickets.history(tx, ticket)[-1]
    done = visit.say(f"ticket.done.{last.step}")
    return [
        visit.answer("ticket.moved", ticket=ticket, last=last, done=done, at=visit.moment_of(last.at)),
        card(tx, visit, ticket),
    ]


def file_of(said: Said, ticket: Ticket) -> Attachment | None:
    """The file that goes with what was said about a ticket."""
    return attached(said.file.kind, said.file.sha256, ticket.code) if said.file and said.file.sha256 else None


def tell(
    tx: Tx,
    visit: Visit,
    person_id: str | None,
    where: str,
    ticket: Ticket,
    role: Role,
    *,
    file: Attachment | None = None,
    **values: object,
) -> bool:
    """Whether somebody who takes part in a ticket could be told; nobody is told of their own act."""
    chat = tickets.chat_of(tx, person_id) if person_id and person_id != visit.known.person_id else None
    if chat is None:
        return False
    due = due_words(visit.desk, ticket.due_at)
    text = visit.desk.say(where, role, ticket=ticket, due=due, kind=kind_name(visit, ticket), **values)
    choices = [step_choice(visit, ticket, name) for name in _offered(role, ticket)]
    message = Outbound(
        address=chat.address,
        text=text,
        choices=(*choices, open_choice(visit, ticket)),
        lane=Lane.NOTICE,
        attachment=file,
        household=True,
    )
    visit.send(tx, message, about=ticket.ticket_id)
    offer(tx, message, chat.account)
    return True


def _offered(role: Role, ticket: Ticket) -> list[str]:
    """The one or two steps that somebody will want to take at once."""
    names = [step.name for step in ticket_steps_for(role, TicketState(ticket.state), TicketKind(ticket.kind))]
    return [name for name in names if name in ("answer", "contact", "clear", "unclear") or _asked_back(name, ticket)]


def _asked_back(name: str, ticket: Ticket) -> bool:
    return name == "add" and ticket.state == TicketState.ASKED


# -- how it is shown ----------------------------------------------------------------------------


def due_words(desk: Desk, instant: int) -> Words:
    """A deadline as people say it: the hour, the weekday and the day."""
    then = calendar.local(instant)
    return desk.texts.say("ticket.due", at=then, day=then.date(), weekday=desk.say(f"common.weekday.{then.weekday()}"))


def kind_name(visit: Visit, ticket: Ticket) -> Words:
    """What somebody came with, as people say it."""
    return visit.say(f"ticket.kind.{ticket.kind}")


def step_choice(visit: Visit, ticket: Ticket, name: str) -> Choice:
    """The button of a step, tied to the ticket as it is seen now."""
    return Choice(label=visit.say(f"ticket.step.{name}"), data=f"tk|{name}|{ticket.ticket_id}|{ticket.steps}")


def open_choice(visit: Visit, ticket: Ticket) -> Choice:
    """The button that shows a ticket."""
    return Choice(label=visit.say("ticket.open", ticket=ticket), data=f"tk|open|{ticket.ticket_id}")


def card(tx: Tx, visit: Visit, ticket: Ticket) -> Outbound:
    """A ticket with what was asked, what happened, and what this person may do now."""
    history = tickets.history(tx, ticket)
    text = visit.say(
        "ticket.card",
        ticket=ticket,
        kind=kind_name(visit, ticket),
        state=visit.say(f"ticket.state.{ticket.state}"),
        due=due_words(visit.desk, ticket.due_at),
        late=ticket.state == TicketState.OPEN and ticket.due_at < visit.now,
        officer=visit.known.role in OFFICERS,
        history=history_lines(visit, history),
    )
    steps = ticket_steps_for(visit.known.role, TicketState(ticket.state), TicketKind(ticket.kind))
    choices = [step_choice(visit, ticket, step.name) for step in steps]
    file = next((one for one in reversed(history) if one.file_hash), None)
    return visit.reply(
        text,
        [*choices, *_to_propose(visit, ticket), visit.desk.command_choice("cauhoi")],
        attachment=attached(file.file_kind, file.file_hash, ticket.code) if file and file.file_hash else None,
    )


def _to_propose(visit: Visit, ticket: Ticket) -> list[Choice]:
    answered = ticket.state in (TicketState.ANSWERED, TicketState.CLOSED) and ticket.kind == TicketKind.QUESTION
    if visit.known.role not in OFFICERS or not answered:
        return []
    return [Choice(label=visit.say("ticket.propose"), data=f"fp|new|{ticket.ticket_id}")]


def history_lines(visit: Visit, history: Sequence[Taken]) -> list[Words]:
    """The latest steps, the oldest first."""
    return [
        visit.say(
            "ticket.history_line",
            taken=taken,
            done=visit.say(f"ticket.done.{taken.step}"),
            at=visit.moment_of(taken.at),
        )
        for taken in history[-MOST_REMEMBERED:]
    ]
