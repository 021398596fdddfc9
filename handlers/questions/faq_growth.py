"""How an officer's answer becomes an approved one: proposed by one officer, approved by another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.core.form import Answers, Form, Option
from bot.core.message import Choice, Lane, Outbound
from bot.core.people import Role
from bot.core.questions import text
from bot.core.ticket_life import OFFICERS
from handlers.dialogue.conversation import offer
from handlers.dialogue.visit import Visit
from handlers.house.menu import menu_choices
from handlers.questions.questions import LONGEST
from handlers.questions.tickets import TicketLook, aimed, seen, the_ticket, ticket_look
from handlers.subject import Command, Dialogue, Given, Opening, Replies, Subject
from storage import faq, tickets
from storage.database import Tx
from storage.faq import Proposal
from storage.tickets import Taken


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeLook(TicketLook):
    """The ticket with the answer that it got."""

    given: Taken | None
    buttons: Mapping[str, str]


def propose_look(tx: Tx, visit: Visit, given: Given) -> ProposeLook:
    """The ticket and its last answer."""
    ticket = ticket_look(tx, visit, given).ticket
    answers = [one for one in tickets.history(tx, ticket) if one.step == "answer"] if ticket else []
    buttons = {key: visit.say(f"propose_faq.{key}.same") for key in ("question", "answer", "source")}
    return ProposeLook(ticket=ticket, given=answers[-1] if answers else None, buttons=buttons)


def as_asked(_kept: Answers, look: ProposeLook) -> Sequence[Option]:
    """The question in the asker's words."""
    return [Option("same", look.ticket.words, button=look.buttons["question"])] if look.ticket else []


def as_answered(_kept: Answers, look: ProposeLook) -> Sequence[Option]:
    """The answer as the officer gave it."""
    return [Option("same", look.given.words, button=look.buttons["answer"])] if look.given else []


def as_sourced(_kept: Answers, look: ProposeLook) -> Sequence[Option]:
    """What the officer's answer rests on."""
    return (
        [Option("same", look.given.source, button=look.buttons["source"])] if look.given and look.given.source else []
    )


FORM = Form(
    "propose_faq",
    (
        the_ticket(),
        text("question", longest=300, shortest=8, offers=as_asked),
        text("answer", longest=LONGEST, shortest=10, offers=as_answered),
        text("source", longest=300, shortest=4, offers=as_sourced),
    ),
)


def propose(tx: Tx, visit: Visit, answers: Answers) -> Replies:
    """Keep the proposal, and ask the other officers."""
    ticket = seen(tx, visit, answers["ticket"]["id"])
    assert ticket is not None
    proposal = Proposal(
        proposal_id=visit.desk.ids.new(), unit_id=visit.known.scope, question=answers["question"],
        answer=answers["answer"], source=answers["source"], person_id=visit.known.person_id,
        person_name=visit.known.name, approved=None,
    )  # fmt: skip
    faq.propose(tx, proposal, ticket.ticket_id, visit.now)
    others = [one for one in tickets.officers_over(tx, proposal.unit_id) if one.person_id != proposal.person_id]
    told = sum(_ask_to_approve(tx, visit, proposal, one.person_id) for one in others)
    where = "propose_faq.saved" if told else "propose_faq.saved_alone"
    return [visit.answer(where, menu_choices(visit, visit.known.role), at=visit.clock)]


def _ask_to_approve(tx: Tx, visit: Visit, proposal: Proposal, person_id: str) -> bool:
    chat = tickets.chat_of(tx, person_id)
    if chat is None:
        return False
    text_ = visit.desk.say("propose_faq.card", Role.OFFICER, proposal=proposal)
    message = Outbound(address=chat.address, text=text_, choices=_decisions(visit, proposal), lane=Lane.NOTICE)
    visit.send(tx, message)
    offer(tx, message, chat.account)
    return True


def _decisions(visit: Visit, proposal: Proposal) -> tuple[Choice, ...]:
    return tuple(
        Choice(label=visit.say(f"propose_faq.{name}"), data=f"fp|{name}|{proposal.proposal_id}")
        for name in ("approve", "refuse")
    )


def pressed(tx: Tx, visit: Visit, parts: Sequence[str]) -> Replies | Opening:
    """Propose an answer, look at a proposal, or decide on somebody else's."""
    if visit.known.role not in OFFICERS or len(parts) != 2:
        return [visit.answer("common.no_such_button")]
    act, what = parts
    if act == "new":
        ticket = seen(tx, visit, what)
        return Opening(form=FORM.name, given=aimed(ticket)) if ticket else [visit.answer("common.no_such_button")]
    proposal = faq.proposal_in_scope(tx, what, visit.known.scope)
    if proposal is None or act not in ("see", "approve", "refuse"):
        return [visit.answer("common.no_such_button")]
    if act == "see":
        return [visit.answer("propose_faq.card", _decisions(visit, proposal), proposal=proposal)]
    return [_decided(tx, visit, proposal, approved=act == "approve")]


def _decided(tx: Tx, visit: Visit, proposal: Proposal, *, approved: bool) -> Outbound:
    """Nobody approves their own; whoever is first decides."""
    if proposal.person_id == visit.known.person_id:
        return visit.answer("propose_faq.own")
    if not faq.decide(tx, proposal, approved, visit.known.person_id, visit.now):
        return visit.answer("propose_faq.decided_before")
    if approved:
        faq.add_entry(tx, proposal, visit.today)
    return visit.answer("propose_faq.approved" if approved else "propose_faq.refused_now", proposal=proposal)


def show(tx: Tx, visit: Visit) -> Replies:
    """What waits to be approved, and which answers could be proposed."""
    scope = visit.known.scope
    waiting, wanted = faq.undecided(tx, scope), faq.wanted(tx, scope)
    choices = [
        *(
            Choice(label=visit.say("propose_faq.see", number=n), data=f"fp|see|{one.proposal_id}")
            for n, one in enumerate(waiting, 1)
        ),
        *(Choice(label=visit.say("propose_faq.from", code=one.code), data=f"fp|new|{one.ticket_id}") for one in wanted),
    ]
    return [
        visit.answer(
            "propose_faq.list", choices or menu_choices(visit, visit.known.role), waiting=waiting, wanted=wanted
        )
    ]


SUBJECT = Subject(
    name="propose_faq",
    dialogue=Dialogue(form=FORM, look=propose_look, looks_at=("ticket",), finish=propose, roles=OFFICERS),
    commands=(Command(name="hoidap", words=("hoi dap", "cau hoi thuong gap"), roles=OFFICERS, run=show),),
    buttons={"fp": pressed},
)
