"""The life of a question that an officer answers, as one table: who may do what, from where, and where it leads."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.core.people import Role


class TicketKind(StrEnum):
    """What somebody came with. What may be a complaint is never answered here, only passed on."""

    QUESTION = "question"
    MONEY = "money"
    NOTICE = "notice"
    COMPLAINT = "complaint"
    PETITION = "petition"


class TicketState(StrEnum):
    """Whose turn it is: the officer's, the asker's to say more, the asker's to say whether it is clear, nobody's."""

    OPEN = "open"
    ASKED = "asked"
    ANSWERED = "answered"
    CLOSED = "closed"


ASKERS = frozenset({Role.RESIDENT, Role.SECRETARY})
OFFICERS = frozenset({Role.OFFICER})
ANSWERABLE = frozenset({TicketKind.QUESTION, TicketKind.MONEY, TicketKind.NOTICE})
REFERRED = frozenset({TicketKind.COMPLAINT, TicketKind.PETITION})
EVERY_KIND = ANSWERABLE | REFERRED


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketStep:
    """Something done with a ticket; `form` asks for what it needs first. A deadline runs anew where `anew` is set."""

    name: str
    by: frozenset[Role]
    origins: frozenset[TicketState]
    to: TicketState
    kinds: frozenset[TicketKind] = EVERY_KIND
    form: str = ""
    anew: bool = False
    told: bool = True  # the other side hears of it


_UNANSWERED = frozenset({TicketState.OPEN, TicketState.ASKED})

STEPS = (
    TicketStep(
        name="answer", by=OFFICERS, origins=_UNANSWERED, to=TicketState.ANSWERED, kinds=ANSWERABLE, form="answer_ticket"
    ),
    TicketStep(
        name="contact", by=OFFICERS, origins=_UNANSWERED, to=TicketState.CLOSED, kinds=REFERRED, form="contact_asker"
    ),
    TicketStep(name="take", by=OFFICERS, origins=_UNANSWERED, to=TicketState.OPEN),
    TicketStep(name="pass", by=OFFICERS, origins=_UNANSWERED, to=TicketState.OPEN, form="pass_ticket"),
    TicketStep(name="ask", by=OFFICERS, origins=frozenset({TicketState.OPEN}), to=TicketState.ASKED, form="ask_back"),
    TicketStep(name="close", by=OFFICERS, origins=frozenset({TicketState.ANSWERED}), to=TicketState.CLOSED),
    TicketStep(name="add", by=ASKERS, origins=_UNANSWERED, to=TicketState.OPEN, form="add_to_ticket"),
    TicketStep(name="clear", by=ASKERS, origins=frozenset({TicketState.ANSWERED}), to=TicketState.CLOSED),
    TicketStep(
        name="unclear",
        by=ASKERS,
        origins=frozenset({TicketState.ANSWERED, TicketState.CLOSED}),
        to=TicketState.OPEN,
        kinds=ANSWERABLE,
        anew=True,
    ),
    TicketStep(name="withdraw", by=ASKERS, origins=_UNANSWERED, to=TicketState.CLOSED),
)
TICKET_STEPS = {step.name: step for step in STEPS}


def ticket_steps_for(role: Role, state: TicketState, kind: TicketKind) -> list[TicketStep]:
    """What a role can do now, in the order in which it is offered."""
    return [step for step in STEPS if role in step.by and state in step.origins and kind in step.kinds]


def series_of(ward: str) -> str:
    """The letters before a ticket's number: "Phường Phúc Lợi" → "PL"."""
    words = [word for word in ward.split() if word[0].isalpha()]
    named = words[1:] if len(words) > 1 else words
    return "".join(word[0].upper() for word in named)[:4] or "P"
