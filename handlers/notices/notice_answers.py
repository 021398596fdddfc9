"""What a household answers to a notice, and who hears of it. What reached it is never changed by an answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.core.message import Choice
from bot.core.notice_life import State
from bot.core.people import Role
from handlers.dialogue.visit import Desk, Visit
from handlers.house.menu import menu_choices
from handlers.questions.questions import ticket_opened
from handlers.questions.tickets import explain_notice
from handlers.subject import Command, Replies, Subject
from storage import ledger
from storage.database import Tx
from storage.ledger import Received

ANSWERS = ("received", "understood", "explain")
FOLLOWS = {"received": ("understood", "explain"), "understood": (), "explain": ("understood",)}
"""What can still be said after an answer."""


def answer_choices(
    desk: Desk, recipient_id: str, answers: Sequence[str] = ("received", "explain")
) -> tuple[Choice, ...]:
    """The answers under a notice, or those that are left after one."""
    return tuple(Choice(label=desk.say(f"notice.{answer}"), data=f"n|{answer}|{recipient_id}") for answer in answers)


def answered(tx: Tx, visit: Visit, parts: Sequence[str]) -> Replies:
    """A resident pressed a notice's button. Another household's notice and one that does not exist look the same."""
    if len(parts) != 2 or parts[0] not in ANSWERS:
        return [visit.answer("common.no_such_button")]
    answer, recipient_id = parts
    asker = visit.known
    received = ledger.received_by(tx, recipient_id, asker.person_id)
    if received is None:
        return [visit.answer("common.no_such_button")]
    answer_id, channel = visit.desk.ids.new(), visit.address.channel
    fresh, at = ledger.add_answer(tx, answer_id, recipient_id, asker.person_id, answer, channel, visit.now)
    if not fresh:
        before = visit.say(f"notice.{answer}_before", at=visit.moment_of(at), notice=received)
        return [visit.reply(before, _left(visit, received, ()))]
    said = "\n".join([visit.say(f"notice.{answer}_now", at=visit.clock, notice=received), *_changed(visit, received)])
    if answer == "explain":
        return [ticket_opened(visit, explain_notice(tx, visit, received), said)]
    return [visit.reply(said, _left(visit, received, FOLLOWS[answer]))]


def said(answer: str) -> Callable[[Tx, Visit], Replies]:
    """An answer in words is to the latest notice that reached this person's household."""

    def run(tx: Tx, visit: Visit) -> Replies:
        latest = ledger.latest_for(tx, visit.known.person_id)
        if latest is None:
            return [visit.answer("notice.none_yet", menu_choices(visit, visit.known.role))]
        return answered(tx, visit, (answer, latest))

    return run


def _changed(visit: Visit, received: Received) -> list[str]:
    """What has become of the notice since the household was told."""
    if received.newer_id:
        return [visit.say("notice.newer", notice=received)]
    return [visit.say("notice.was_withdrawn", notice=received)] if received.state == State.WITHDRAWN else []


def _left(visit: Visit, received: Received, answers: Sequence[str]) -> tuple[Choice, ...]:
    """What can be said after this; a newer version is what counts."""
    if received.newer_id:
        return answer_choices(visit.desk, received.newer_id)
    return answer_choices(visit.desk, received.recipient_id, answers)


RESIDENTS = frozenset({Role.RESIDENT})
SUBJECT = Subject(
    name="notice_answers",
    commands=(
        Command(name="danhan", words=("da nhan", "toi da nhan", "da nhan duoc"), roles=RESIDENTS, run=said("received")),
        Command(name="dahieu", words=("da hieu", "toi da hieu", "hieu roi"), roles=RESIDENTS, run=said("understood")),
        Command(name="giaithich", words=("can giai thich",), roles=RESIDENTS, run=said("explain")),
    ),
    buttons={"n": answered},
)
