"""What may be a complaint: told apart by an explicit choice, shown its legal way, noted, and never answered here.

A denunciation has no words in this program: they are neither asked for nor kept. Only leaders hear of it, and who
sent it is known to them only where that person asked to be called; each look at the name is written down.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.core.form import Answers, Form, Option
from bot.core.message import Choice, Lane, Outbound
from bot.core.people import Role
from bot.core.questions import choice, text
from bot.core.ticket_life import ASKERS, TicketKind
from handlers.dialogue.conversation import offer
from handlers.dialogue.visit import Visit
from handlers.house.menu import menu_choices
from handlers.questions.questions import LONGEST, answer_or_ticket, ticket_opened
from handlers.questions.tickets import open_ticket
from handlers.subject import Command, Dialogue, Given, Replies, Subject
from storage import people, tickets
from storage.database import Tx
from storage.outbox import FLEETING
from storage.tickets import Route

KINDS = {
    "complaint": ("khieu nai",),
    "denunciation": ("to cao",),
    "petition": ("phan anh", "kien nghi"),
    "question": ("hoi", "cau hoi"),
}
"""What it may be, and what people call that."""
CONTACT = ("call", "quiet")


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplainLook:
    """What it may be, and whether to be called, in words; the legal way of each."""

    kinds: Sequence[Option]
    contacts: Sequence[Option]
    routes: dict[str, Route | None]


def look(tx: Tx, visit: Visit, _given: Given) -> ComplainLook:
    """The legal ways of today."""
    return ComplainLook(
        kinds=[Option(kind, visit.say(f"complain.kind.option.{kind}"), words) for kind, words in KINDS.items()],
        contacts=[Option(one, visit.say(f"complain.contact.option.{one}")) for one in CONTACT],
        routes={kind: tickets.route_of(tx, visit.known.scope, kind, visit.today) for kind in KINDS},
    )


def kind_options(_kept: Answers, look: ComplainLook) -> Sequence[Option]:
    """What it may be; a plain question is among it."""
    return look.kinds


def contact_options(_kept: Answers, look: ComplainLook) -> Sequence[Option]:
    """To be called or not."""
    return look.contacts


def denounces(kept: Answers, _look: ComplainLook) -> bool:
    """Only whoever denounces is asked whether to be called."""
    return kept.get("kind") == "denunciation"


def has_words(kept: Answers, _look: ComplainLook) -> bool:
    """The words of a denunciation are not asked for."""
    return kept.get("kind") != "denunciation"


FORM = Form(
    "complain",
    (
        choice("kind", kind_options),
        text("content", longest=LONGEST, shortest=5, when=has_words, secret=True),
        choice("contact", contact_options, when=denounces),
    ),
)


def nobody_knows_who(answers: Answers) -> bool:
    """Whoever denounces and does not want to be called is written down nowhere."""
    return answers.get("contact") == "quiet"


def preview(visit: Visit, answers: Answers, look: ComplainLook) -> str:
    """The legal way, before anything is sent."""
    route = look.routes.get(answers["kind"])
    return visit.say("complain.way", route=route) if route else ""


def finish(tx: Tx, visit: Visit, answers: Answers) -> Replies:
    """A question is answered; anything else is noted and passed on to people."""
    kind = answers["kind"]
    if kind == "question":
        return answer_or_ticket(tx, visit, answers["content"])
    route = tickets.route_of(tx, visit.known.scope, kind, visit.today)
    if kind == "denunciation":
        return [_denounced(tx, visit, route, call=answers["contact"] == "call")]
    ticket = open_ticket(tx, visit, TicketKind(kind), answers["content"])
    if ticket.created_at == visit.now:
        _refer(tx, visit, ticket.code, kind, visit.known.person_id, route)
    return [ticket_opened(visit, ticket, visit.say(f"complain.noted.{kind}"))]


def _refer(tx: Tx, visit: Visit, code: str, kind: str, person_id: str | None, route: Route | None) -> str:
    referral_id = visit.desk.ids.new()
    route_id = route.route_id if route else None
    tickets.add_referral(tx, referral_id, code, kind, visit.known.scope, person_id, route_id, visit.now)
    return referral_id


def _denounced(tx: Tx, visit: Visit, route: Route | None, *, call: bool) -> Outbound:
    code = tickets.next_denunciation(tx, visit.today.year)
    person_id = visit.known.person_id if call else None
    referral_id = _refer(tx, visit, code, "denunciation", person_id, route)
    told = _tell_leaders(tx, visit, code, referral_id, call=call)
    where = "complain.denounced" if told else "complain.denounced_untold"
    said = visit.answer(where, menu_choices(visit, visit.known.role), code=code, at=visit.clock, call=call)
    return said if call else replace(said, about=FLEETING)


def _tell_leaders(tx: Tx, visit: Visit, code: str, referral_id: str, *, call: bool) -> int:
    """The leaders in whose scope it is; one chat a person. To how many it goes."""
    told: set[str] = set()
    for leader in people.holders_of(tx, Role.LEADER):
        if leader.person_id in told or tickets.referral_in_scope(tx, referral_id, leader.unit_id) is None:
            continue
        told.add(leader.person_id)
        text_ = visit.desk.say("complain.told_leader", Role.LEADER, code=code, at=visit.clock, call=call)
        choices = (Choice(label=visit.say("complain.who"), data=f"rf|{referral_id}"),) if call else ()
        message = Outbound(address=leader.address, text=text_, choices=choices, lane=Lane.NOTICE)
        visit.send(tx, message)
        offer(tx, message, leader.account)
    return len(told)


def who(tx: Tx, visit: Visit, parts: Sequence[str]) -> Replies:
    """A leader looks at who wants to be called about a denunciation; that look is written down."""
    found = None
    if len(parts) == 1 and visit.known.role is Role.LEADER:
        found = tickets.referral_in_scope(tx, parts[0], visit.known.scope)
    if found is None:
        return [visit.answer("common.no_such_button")]
    tickets.note_view(tx, found.referral_id, visit.known.person_id, visit.now)
    return [visit.answer("complain.person", referral=found)]


SUBJECT = Subject(
    name="complaints",
    dialogue=Dialogue(form=FORM, look=look, finish=finish, preview=preview, roles=ASKERS, unsigned=nobody_knows_who),
    commands=(Command(name="khieunai", words=("gui don",), roles=ASKERS, opens="complain"),),
    buttons={"rf": who},
)
