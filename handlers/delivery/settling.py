"""What follows from what became of a message: a line in the ledger, and the next way to somebody out of reach."""

from __future__ import annotations

from dataclasses import replace

from bot.core.message import Lane
from handlers.dialogue.conversation import offer
from handlers.dialogue.visit import Desk
from storage import ledger, outbox, people
from storage.database import Tx
from storage.outbox import Parcel


def settled(desk: Desk, tx: Tx, parcel: Parcel, event: str, why: str, now: int) -> None:
    """A message was "sent", "delivered", or "failed" for good, and why."""
    if parcel.lane == Lane.NOTICE and parcel.about:
        ledger.note(tx, parcel.message_id, event, now, why)
    if event == "failed":
        _another_way(desk, tx, parcel, now)


def _another_way(desk: Desk, tx: Tx, parcel: Parcel, now: int) -> None:
    """Once, to the person's next account on another channel; an answer belongs where the question was asked."""
    if parcel.lane == Lane.REPLY or parcel.instead_of or ledger.is_recalled(tx, parcel.message_id):
        return
    other = people.next_account(tx, parcel.channel, parcel.chat)
    if other is None:
        return
    message_id, message = desk.ids.new(), replace(parcel.message, address=other.address)
    outbox.put(
        tx, message_id, message, now, about=parcel.about, not_after=parcel.not_after, instead_of=parcel.message_id
    )
    offer(tx, message, other.account)
    ledger.note_instead(tx, message_id, parcel.message_id, other.channel, now)
