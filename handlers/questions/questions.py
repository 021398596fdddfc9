"""A resident's own words, when no form is open: an approved answer, a ticket, the legal way, or a polite word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.form import Answers, Form, Look, Option, Refused
from bot.core.message import Choice, Outbound
from bot.core.nearest import SURE, Known, nearest
from bot.core.questions import choice, text
from bot.core.reading.fold import clean, fold
from bot.core.reading.matters import Matter, matter_of
from bot.core.ticket_life import ASKERS, TicketKind
from handlers.dialogue.visit import Visit
from handlers.house.menu import menu_choices
from handlers.questions.tickets import due_words, open_choice, open_ticket, step_choice
from handlers.subject import Command, Dialogue, Given, Opening, Replies, Subject
from storage import faq, tickets
from storage.database import Tx
from storage.faq import Entry
from storage.tickets import Ticket

LONGEST = 1500
FEW_WORDS = 4
"""What is shorter and not understood is no question that an officer could answer."""
GRAVE = frozenset({Matter.COMPLAINT, Matter.DENUNCIATION})


def hear(tx: Tx, visit: Visit, words: str) -> Replies | Opening | None:
    """What somebody means who writes without having been asked; None when it is nothing of ours."""
    if visit.known.role not in ASKERS:
        return None
    said, matter = clean(words), matter_of(words)
    if len(said) > LONGEST:
        return [visit.answer("question.too_long", longest=LONGEST, length=len(said))]
    match matter:
        case Matter.QUESTION:
            return answer_or_ticket(tx, visit, said)
        case Matter.MONEY:
            return [ticket_opened(visit, open_ticket(tx, visit, TicketKind.MONEY, said), visit.say("question.money"))]
        case Matter.COMPLAINT:
            return Opening(form="complain", given={"content": {"value": said, "raw": said}})
        case Matter.DOUBT:
            return Opening(form=TELL_APART.name, given={"content": {"value": said, "raw": said}})
        case Matter.WAY:
            visit.hush(tx)  # it may say more than where to go
            return [the_way(tx, visit, said)]
        case Matter.DENUNCIATION:  # its words are not kept, not even in a form
            return Opening(form="complain", given={})
        case Matter.THANKS | Matter.SMALL_TALK:
            return [visit.answer(f"question.{matter}", menu_choices(visit, visit.known.role))]
    if matter is Matter.OTHER and len(said.split()) >= FEW_WORDS:
        return Opening(form="ask_question", given={"question": {"value": said, "raw": said}})
    return None


def the_way(tx: Tx, visit: Visit, words: str) -> Outbound:
    """Where and how to complain, for whoever only asks that: shown at once, nothing noted."""
    kind = "denunciation" if "to cao" in fold(words) else "complaint"
    route = tickets.route_of(tx, visit.known.scope, kind, visit.today)
    named = visit.say(f"complain.kind.option.{kind}")
    return visit.answer("question.way", [visit.desk.command_choice("khieunai")], route=route, kind=named)


def answer_or_ticket(tx: Tx, visit: Visit, words: str) -> Replies:
    """The approved answer to what was asked; where none is sure, an officer answers."""
    entry = approved(tx, visit, words)
    asked_id = visit.desk.ids.new()
    asker = visit.known
    faq.note_asked(tx, asked_id, asker.person_id, asker.scope, words, entry.faq_id if entry else None, visit.now)
    if entry is None:
        return [ticket_opened(visit, open_ticket(tx, visit, TicketKind.QUESTION, words), visit.say("question.unsure"))]
    choices = [Choice(label=visit.say(f"question.{says}"), data=f"fq|{says}|{asked_id}") for says in ("right", "wrong")]
    return [visit.answer("question.answer", choices, entry=entry)]


def approved(tx: Tx, visit: Visit, words: str) -> Entry | None:
    """The approved answer that is surely meant."""
    entries = {one.faq_id: one for one in faq.entries_for(tx, visit.known.scope, visit.today)}
    code, sure = nearest(words, [Known(code=one.faq_id, asked=one.asked) for one in entries.values()])
    return entries[code] if sure >= SURE else None


def ticket_opened(visit: Visit, ticket: Ticket, lead: str) -> Outbound:
    """What the asker is told of a ticket: why there is one, its number, who answers, until when."""
    fresh = ticket.created_at == visit.now
    choices = [open_choice(visit, ticket), step_choice(visit, ticket, "withdraw")]
    lead = lead if fresh else visit.say("question.same")
    told = visit.say(
        "question.ticket",
        ticket=ticket,
        at=visit.moment_of(ticket.created_at),
        due=due_words(visit.desk, ticket.due_at),
    )
    return visit.reply(f"{lead}\n{told}", choices)


def judged(tx: Tx, visit: Visit, parts: Sequence[str]) -> Replies:
    """Whether the approved answer was meant. If not, an officer answers what was asked."""
    if len(parts) != 2 or parts[0] not in ("right", "wrong"):
        return [visit.answer("common.no_such_button")]
    verdict, asked_id = parts
    asked = faq.asked_by(tx, asked_id, visit.known.person_id)
    if asked is None or asked.faq_id is None or visit.known.role not in ASKERS:
        return [visit.answer("common.no_such_button")]
    if not faq.add_verdict(tx, asked_id, verdict, visit.now):
        return [visit.answer("question.judged_before")]
    if verdict == "right":
        return [visit.answer("question.glad", menu_choices(visit, visit.known.role))]
    return [
        ticket_opened(visit, open_ticket(tx, visit, TicketKind.QUESTION, asked.words), visit.say("question.not_meant"))
    ]


def no_complaint(value: str, _kept: Answers, _look: Look) -> Refused | None:
    """What may be a complaint has a way of its own."""
    return Refused("has_its_own_way") if matter_of(value) in GRAVE else None


FORM = Form("ask_question", (text("question", longest=LONGEST, shortest=5, check=no_complaint, secret=True),))


def finish(tx: Tx, visit: Visit, answers: Answers) -> Replies:
    """What was asked in the form is answered like what is asked without one."""
    words = answers["question"]
    if matter_of(words) is Matter.MONEY:
        return [ticket_opened(visit, open_ticket(tx, visit, TicketKind.MONEY, words), visit.say("question.money"))]
    return answer_or_ticket(tx, visit, words)


# -- a question or a complaint: only the person knows ----------------------------------------------

SORTS = ("question", "complaint")


@dataclass(frozen=True, slots=True, kw_only=True)
class TellApartLook:
    """The two things that it can be, in words."""

    sorts: tuple[Option, ...]


def tell_apart_look(_tx: Tx, visit: Visit, _given: Given) -> TellApartLook:
    """Nothing but the words for them."""
    return TellApartLook(sorts=tuple(Option(sort, visit.say(f"tell_apart.sort.option.{sort}")) for sort in SORTS))


def sort_options(_kept: Answers, look: TellApartLook) -> Sequence[Option]:
    """A question, or a complaint."""
    return look.sorts


TELL_APART = Form("tell_apart", (text("content", longest=LONGEST, secret=True), choice("sort", sort_options)))


def told_apart(tx: Tx, visit: Visit, answers: Answers) -> Replies | Opening:
    """A question is answered at once; a complaint goes its own way, which is shown before anything is sent."""
    words = answers["content"]
    if answers["sort"] == "question":
        return answer_or_ticket(tx, visit, words)
    given = {"kind": {"value": "complaint", "raw": ""}, "content": {"value": words, "raw": words}}
    return Opening(form="complain", given=given)


SUBJECTS = (
    Subject(
        name="questions",
        dialogue=Dialogue(form=FORM, finish=finish, roles=ASKERS),
        commands=(Command(name="hoi", words=("hoi", "hoi can bo", "dat cau hoi"), roles=ASKERS, opens="ask_question"),),
        buttons={"fq": judged},
        hears=hear,
    ),
    Subject(
        name="tell_apart",
        dialogue=Dialogue(form=TELL_APART, look=tell_apart_look, finish=told_apart, roles=ASKERS, reviewed=False),
    ),
)
