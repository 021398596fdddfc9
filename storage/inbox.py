"""Receipts: every update of a platform, kept before it is confirmed, finished exactly once."""

from __future__ import annotations

from dataclasses import dataclass

from storage.database import Tx, load_queries, records

_Q = load_queries("inbox")


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """An update in our keeping; `raw` is its JSON as received, `received_at` epoch milliseconds."""

    receipt_id: str
    channel: str
    raw: str
    received_at: int
    attempts: int = 0


def receive(tx: Tx, receipt: Receipt, bot: str, update_key: str) -> bool:
    """Keep an update; False when the same one is already here."""
    kept = _Q.receive(
        tx,
        receipt_id=receipt.receipt_id,
        channel=receipt.channel,
        bot=bot,
        update_key=update_key,
        raw=receipt.raw,
        received_at=receipt.received_at,
    )
    return kept is not None


def undone(tx: Tx) -> list[Receipt]:
    """The updates received and never finished, in order of receipt."""
    return records(Receipt, _Q.undone(tx))


def count_attempt(tx: Tx, receipt_id: str) -> None:
    """One more try of an update that did not finish the last time."""
    _Q.count_attempt(tx, receipt_id=receipt_id)


def settle(
    tx: Tx, receipt_id: str, state: str, now: int, trouble: str | None = None, sender: str | None = None
) -> None:
    """Finish an update: "done", "ignored" or "quarantined"; `trouble` is a short key, never its words."""
    _Q.settle(tx, receipt_id=receipt_id, state=state, done_at=now, trouble=trouble, sender=sender)


def last_received(tx: Tx, channel: str) -> int | None:
    """When the last update of a channel came, epoch milliseconds."""
    at: int | None = _Q.last_received(tx, channel=channel)
    return at


def hush(tx: Tx, receipt_id: str) -> None:
    """Keep nothing of an update but that it came, which its key still says."""
    _Q.hush(tx, receipt_id=receipt_id)


def quarantined(tx: Tx) -> int:
    """How many updates wait for a person to look at them."""
    return int(_Q.quarantined(tx))


def try_again(tx: Tx) -> int:
    """What was set aside counts as received again; returns how many those are."""
    return len(list(_Q.try_again(tx)))


def said_on(tx: Tx, channel: str, most: int) -> list[tuple[str, str, int]]:
    """(receipt id, raw JSON, received at) of a channel's latest updates, newest first."""
    return [(row["receipt_id"], row["raw"], row["received_at"]) for row in _Q.said_on(tx, channel=channel, most=most)]
