"""What a household answers to a notice, who hears of it, and the ledger of what was received."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.message import Choice
from bot.core.people import Role
from handlers.menu import menu_choices
from handlers.questions import ticket_opened
from handlers.subject import Command, Replies, Subject
from handlers.tickets import explain_notice
from handlers.visit import Visit
from storage import notices
from storage.database import Tx


def answer_choices(visit: Visit, recipient_id: str) -> tuple[Choice, ...]:
    """The two answers under a notice."""
    return (
        Choice(label=visit.say("notice.received"), data=f"n|received|{recipient_id}"),
        Choice(label=visit.say("notice.explain"), data=f"n|explain|{recipient_id}"),
    )


def answered(tx: Tx, visit: Visit, parts: Sequence[str]) -> Replies:
    """A resident pressed a notice's button. Another household's notice and one that does not exist look the same."""
    if len(parts) != 2 or parts[0] not in ("received", "explain"):
        return [visit.answer("common.no_such_button")]
    answer, recipient_id = parts
    asker = visit.known
    received = notices.received_by(tx, recipient_id, asker.person_id)
    if received is None:
        return [visit.answer("common.no_such_button")]
    fresh, at = notices.add_answer(tx, recipient_id, asker.person_id, answer, visit.address.channel, visit.now)
    if not fresh:
        return [visit.answer(f"notice.{answer}_before", at=visit.moment_of(at), notice=received)]
    if answer == "explain":
        ticket = explain_notice(tx, visit, received)
        return [ticket_opened(visit, ticket, visit.say("notice.explain_now", at=visit.clock, notice=received))]
    return [visit.answer(f"notice.{answer}_now", at=visit.clock, notice=received)]


def show_ledger(tx: Tx, visit: Visit) -> Replies:
    """The latest notices with their figures."""
    lines = [
        (line, visit.say(f"publish_notice.kind.option.{line.kind}")) for line in notices.ledger(tx, visit.known.scope)
    ]
    where = "notice.ledger" if lines else "notice.ledger_empty"
    return [visit.reply(visit.say(where, lines=lines), menu_choices(visit, visit.known.role))]


SUBJECT = Subject(
    name="notice_answers",
    commands=(
        Command(
            name="sogiaonhan",
            words=("so giao nhan",),
            roles=frozenset({Role.OFFICER, Role.LEADER}),
            run=show_ledger,
        ),
    ),
    buttons={"n": answered},
)
