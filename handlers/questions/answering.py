"""Answering: the list by deadline, the card, and the steps of officers and askers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.core.form import Answers, Form, Heard, Json, Kept, Option, Question, Refused
from bot.core.form import Said as Put
from bot.core.message import Choice
from bot.core.people import Role
from bot.core.questions import Shown, choice, text
from bot.core.ticket_life import ASKERS, OFFICERS, TICKET_STEPS, TicketStep
from handlers.dialogue.visit import Desk, Visit
from handlers.house.menu import menu_choices
from handlers.questions.questions import LONGEST
from handlers.questions.tickets import (
    Said,
    TicketLook,
    aimed,
    card,
    due_words,
    file_of,
    may,
    open_choice,
    refused,
    seen,
    step_choice,
    take_step,
    tell,
    the_ticket,
    ticket_look,
)
from handlers.subject import Command, Dialogue, Given, Opening, Replies, Subject
from storage import media, people, tickets
from storage.database import Tx
from storage.media import Sent
from storage.tickets import Officer, Template, Ticket

PAGE = 8
"""How many tickets a list shows at once."""


# -- lists --------------------------------------------------------------------------------------


def show_list(tx: Tx, visit: Visit) -> Replies:
    """One's own tickets; those that wait, to an officer; the figures and the late ones, to a leader."""
    if visit.known.role in OFFICERS:
        return waiting_from(tx, visit, 0)
    return show_standing(tx, visit) if visit.known.role is Role.LEADER else show_own(tx, visit)


def show_own(tx: Tx, visit: Visit) -> Replies:
    """The latest tickets of a person."""
    own = tickets.all_of_person(tx, visit.known.person_id, PAGE)
    if not own:
        return [visit.answer("ticket.none_of_mine", menu_choices(visit, visit.known.role))]
    return [
        visit.answer("ticket.mine", [open_choice(visit, one) for one in own], lines=listed(visit.desk, own, visit.now))
    ]


def waiting_from(tx: Tx, visit: Visit, first: int) -> Replies:
    """A page of the tickets that wait, by deadline."""
    asker = visit.known
    page = tickets.waiting(tx, asker.scope, first, PAGE + 1)
    if not page:
        return [
            visit.answer("ticket.none_waiting", (visit.desk.command_choice("hoidap"), *menu_choices(visit, asker.role)))
        ]
    more = [Choice(label=visit.say("ticket.more"), data=f"tk|list|{first + PAGE}")] if len(page) > PAGE else []
    shown = page[:PAGE]
    choices = [*(open_choice(visit, one) for one in shown), *more, visit.desk.command_choice("hoidap")]
    numbers = tickets.standing(tx, asker.scope, visit.now)
    return [
        visit.answer(
            "ticket.waiting", choices, lines=listed(visit.desk, shown, visit.now, asker.person_id), numbers=numbers
        )
    ]


def show_standing(tx: Tx, visit: Visit) -> Replies:
    """How many wait, how many are late, and which: no names of residents, no words of theirs."""
    scope = visit.known.scope
    late = tickets.overdue(tx, scope, visit.now, PAGE)
    numbers = tickets.standing(tx, scope, visit.now)
    text_ = visit.say("ticket.standing", numbers=numbers, late=listed(visit.desk, late, visit.now))
    return [visit.reply(text_, menu_choices(visit, visit.known.role))]


def listed(desk: Desk, some: Sequence[Ticket], now: int, person_id: str = "") -> list[dict[str, object]]:
    """What the lines of a list show; `person_id` marks somebody's own ones."""
    return [
        {
            "ticket": one,
            "state": desk.say(f"ticket.state.{one.state}"),
            "due": due_words(desk, one.due_at),
            "late": one.state == "open" and one.due_at < now,
            "own": one.assignee_id == person_id,
        }
        for one in some
    ]


# -- buttons ------------------------------------------------------------------------------------


def pressed(tx: Tx, visit: Visit, parts: Sequence[str]) -> Replies | Opening:
    """A button of a ticket. Somebody else's ticket and one that does not exist look the same."""
    match parts:
        case ["list", first] if visit.known.role in OFFICERS and first.isascii() and first.isdigit() and len(first) < 5:
            return waiting_from(tx, visit, int(first))
        case ["open", ticket_id]:
            return _with(tx, visit, ticket_id, lambda ticket: [card(tx, visit, ticket)])
        case [name, ticket_id, steps] if (
            name in TICKET_STEPS and steps.isascii() and steps.isdigit() and len(steps) < 9
        ):
            return _with(tx, visit, ticket_id, lambda ticket: _step(tx, visit, ticket, TICKET_STEPS[name], int(steps)))
    return [visit.answer("common.no_such_button")]


def _with(tx: Tx, visit: Visit, ticket_id: str, answer: Callable[[Ticket], Replies | Opening]) -> Replies | Opening:
    ticket = seen(tx, visit, ticket_id)
    return answer(ticket) if ticket else [visit.answer("common.no_such_button")]


def _step(tx: Tx, visit: Visit, ticket: Ticket, step: TicketStep, steps: int) -> Replies | Opening:
    if visit.known.role not in step.by:
        return [visit.answer("common.no_such_button")]
    if not may(visit, ticket, step, steps):
        return refused(tx, visit, ticket.ticket_id)
    if step.form:
        return Opening(form=step.form, given=aimed(ticket))
    return taken(tx, visit, {"id": ticket.ticket_id, "seen": steps}, step.name, Said())


def taken(tx: Tx, visit: Visit, aim: dict[str, object], name: str, said: Said) -> Replies:
    """The step is taken and both sides know, or what became of the ticket meanwhile."""
    after = take_step(tx, visit, aim, name, said)
    if after is None:
        return refused(tx, visit, str(aim["id"]))
    told = _tell_others(tx, visit, after, name, said)
    due = due_words(visit.desk, after.due_at)
    done = visit.say(f"ticket.saved.{name}", ticket=after, at=visit.clock, due=due, told=told)
    more = [step_choice(visit, after, "add")] if name == "unclear" else []
    return [visit.reply(done, [*more, open_choice(visit, after), visit.desk.command_choice("cauhoi")])]


def _tell_others(tx: Tx, visit: Visit, ticket: Ticket, name: str, said: Said) -> bool:
    """The asker hears of each step of an officer, the officer of each step of the asker; who gets a ticket, of that."""
    if visit.known.role in ASKERS:
        return tell(tx, visit, ticket.assignee_id, f"ticket.told.{name}", ticket, Role.OFFICER, said=said)
    if name == "pass":
        tell(tx, visit, ticket.assignee_id, "ticket.told.open", ticket, Role.OFFICER)
    role = _role_of(tx, ticket.person_id)
    return tell(tx, visit, ticket.person_id, f"ticket.told.{name}", ticket, role, file=file_of(said, ticket), said=said)


def _role_of(tx: Tx, person_id: str) -> Role:
    """As what an asker is addressed."""
    roles = {membership.role for membership in people.memberships_of(tx, person_id)}
    return Role.SECRETARY if Role.SECRETARY in roles else Role.RESIDENT


# -- forms --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerLook(TicketLook):
    """The ticket with the ready answers, and the file on which the answer rests."""

    templates: Sequence[Template]
    file: Sent | None = None


def answer_look(tx: Tx, visit: Visit, given: Given) -> AnswerLook:
    """The ticket, the ready answers of its ward, and whether we have the file."""
    ticket = ticket_look(tx, visit, given).ticket
    templates = tickets.templates_of(tx, ticket.unit_id) if ticket else ()
    return AnswerLook(ticket=ticket, templates=templates, file=_file(tx, visit, given.get("source", {}).get("value")))


def _file(tx: Tx, visit: Visit, source: Json) -> Sent | None:
    return media.own_file(tx, source["file"], visit.address) if isinstance(source, dict) else None


def template_offers(_kept: Answers, look: AnswerLook) -> Sequence[Option]:
    """The ready answers by their titles."""
    return [Option(one.template_id, one.body, button=one.title) for one in look.templates]


def from_template(kept: Answers, look: AnswerLook) -> bool:
    """A ready answer can be added to."""
    return any(one.body == kept.get("answer") for one in look.templates)


def source() -> Question:
    """What an answer rests on: words, or one document or photo. Canonical: the words, or {file: media id}."""
    plain = text("source", longest=300, shortest=4)

    def hear(said: Put, kept: Answers, look: AnswerLook) -> Heard:
        if len(said.files) > 1:
            return Refused("one_file")
        return Kept({"file": said.files[0]}) if said.files else plain.hear(said, kept, look)

    def accept(value: Json, kept: Answers, look: AnswerLook) -> Heard:
        if not isinstance(value, dict):
            return plain.accept(value, kept, look)
        return Refused("file_lost") if look.file is None or look.file.state == "lost" else Kept(value)

    def show(value: Json, _kept: Answers, look: AnswerLook) -> Json:
        return Shown("", {"file": look.file.kind if look.file else ""}) if isinstance(value, dict) else value

    return Question(key="source", kind="source", hear=hear, accept=accept, show=show)


ANSWER = Form(
    "answer_ticket",
    (
        the_ticket(),
        text("answer", longest=LONGEST, shortest=5, offers=template_offers),
        text("more", longest=500, when=from_template, optional=True),
        source(),
    ),
)


def answer_preview(visit: Visit, _answers: Answers, look: AnswerLook) -> str:
    """That the file is still on its way."""
    return visit.say("answer_ticket.waits") if look.file and look.file.state == "wanted" else ""


def answer(tx: Tx, visit: Visit, answers: Answers) -> Replies | Opening:
    """The answer with what it rests on; as long as we do not have the file, its card is shown again."""
    words = " ".join(part for part in (answers["answer"], answers.get("more")) if part)
    file = _file(tx, visit, answers["source"])
    if file and file.state == "wanted":
        given = {key: {"value": value, "raw": ""} if value else {"skipped": True} for key, value in answers.items()}
        return Opening(form=ANSWER.name, given=given)
    said = Said(words=words, source="" if file else answers["source"], file=file)
    return taken(tx, visit, answers["ticket"], "answer", said)


def words_form(name: str) -> Form:
    """A form that needs nothing but words."""
    return Form(name, (the_ticket(), text("words", longest=LONGEST, shortest=3)))


def with_words(step: str) -> Callable[[Tx, Visit, Answers], Replies]:
    """Take a step that needs nothing but words."""

    def finish(tx: Tx, visit: Visit, answers: Answers) -> Replies:
        return taken(tx, visit, answers["ticket"], step, Said(words=answers["words"]))

    return finish


@dataclass(frozen=True, slots=True, kw_only=True)
class PassLook(TicketLook):
    """The ticket with those who could take it over."""

    officers: Sequence[Officer]


def pass_look(tx: Tx, visit: Visit, given: Given) -> PassLook:
    """The ticket, and the other officers over its unit."""
    ticket = ticket_look(tx, visit, given).ticket
    officers = tickets.officers_over(tx, ticket.unit_id) if ticket else []
    return PassLook(ticket=ticket, officers=[one for one in officers if ticket and one.person_id != ticket.assignee_id])


def officer_options(_kept: Answers, look: PassLook) -> Sequence[Option]:
    """The other officers by name."""
    return [Option(one.person_id, one.name) for one in look.officers]


def nobody_else(look: PassLook) -> str:
    """A ticket can't be passed on where there is nobody else."""
    return "" if look.officers or look.ticket is None else "pass_ticket.nobody_else"


PASS = Form(
    "pass_ticket", (the_ticket(), choice("officer", officer_options), text("words", longest=500, optional=True))
)


def pass_on(tx: Tx, visit: Visit, answers: Answers) -> Replies:
    """Somebody else answers."""
    said = Said(words=answers["words"] or "", assignee_id=answers["officer"])
    return taken(tx, visit, answers["ticket"], "pass", said)


SUBJECTS = (
    Subject(
        name="tickets",
        commands=(
            Command(
                name="cauhoi",
                words=("cau hoi", "cau hoi cua toi", "phieu cua toi", "cau hoi cua dan"),
                roles=ASKERS | OFFICERS | {Role.LEADER},
                run=show_list,
            ),
        ),
        buttons={"tk": pressed},
    ),
    Subject(
        name="answer_ticket",
        dialogue=Dialogue(
            form=ANSWER,
            look=answer_look,
            looks_at=("ticket", "source"),
            finish=answer,
            preview=answer_preview,
            roles=OFFICERS,
        ),
    ),
    Subject(
        name="pass_ticket",
        dialogue=Dialogue(
            form=PASS, look=pass_look, looks_at=("ticket",), unready=nobody_else, finish=pass_on, roles=OFFICERS
        ),
    ),
    *(
        Subject(
            name=form,
            dialogue=Dialogue(
                form=words_form(form), look=ticket_look, looks_at=("ticket",), finish=with_words(step), roles=roles
            ),
        )
        for form, step, roles in (
            ("ask_back", "ask", OFFICERS),
            ("contact_asker", "contact", OFFICERS),
            ("add_to_ticket", "add", ASKERS),
        )
    ),
)
