"""When nothing reached us over a channel for longer than its platform keeps it, and who is to be told of it."""

from __future__ import annotations

from dataclasses import dataclass

from storage.database import Tx, load_queries, record_or_none, records

_Q = load_queries("outages")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """What was written to us over a channel between two instants (epoch milliseconds) may be lost."""

    outage_id: str
    channel: str
    began_at: int
    ended_at: int
    after_account: str = ""  # the last one that was told


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """Somebody who may have written meanwhile; `staff` when they work for the ward in any role."""

    account: str
    chat: str
    staff: bool


def note(tx: Tx, outage: Outage) -> None:
    """People are to be told of an outage; the same one, seen by another sign, is not noted again."""
    _Q.note_outage(
        tx,
        outage_id=outage.outage_id,
        channel=outage.channel,
        began_at=outage.began_at,
        ended_at=outage.ended_at,
    )


def open_outage(tx: Tx) -> Outage | None:
    """An outage of which somebody is still to be told."""
    return record_or_none(Outage, _Q.open_outage(tx))


def tell_some(tx: Tx, outage: Outage, lately: int, most: int, now: int) -> list[Writer]:
    """The next who wrote within `lately` milliseconds before it; they count as told, and the last ends it."""
    rows = _Q.next_to_tell(
        tx,
        channel=outage.channel,
        after_account=outage.after_account,
        wrote_from=outage.began_at - lately,
        wrote_until=outage.began_at,
        most=most,
    )
    writers = records(Writer, rows)
    if writers:
        _Q.told_up_to(tx, outage_id=outage.outage_id, after_account=writers[-1].account)
    if len(writers) < most:
        _Q.end_outage(tx, outage_id=outage.outage_id, now=now)
    return writers
