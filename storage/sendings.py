"""Sending a notice: its households are written down at once and queued in portions, so that nobody waits for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from storage.database import Tx, load_queries, record, records
from storage.notices import HouseholdChat, Parcel, Sheet

_Q = load_queries("notices")

NOTICE, WITHDRAWAL = "notice", "withdrawal"
"""What is sent: the notice itself, or that it is withdrawn."""


def issue(tx: Tx, seen: Sheet, scope: str, send_from: int, now: int, new_id: Callable[[], str]) -> int:
    """A notice is for all households of its project now, and replaces its earlier versions; how many they are."""
    for row in _Q.earlier_issued(tx, series_id=seen.series_id, number=seen.number):
        recall(tx, row["notice_id"], now)
    _Q.replace_earlier(tx, series_id=seen.series_id, number=seen.number)
    homes = [row["household_id"] for row in _Q.household_ids(tx, scope=scope, project_id=seen.project_id)]
    _Q.add_recipients(
        tx, [{"recipient_id": new_id(), "notice_id": seen.notice_id, "household_id": home} for home in homes]
    )
    _Q.set_issued(tx, notice_id=seen.notice_id, at=now)
    _Q.add_sending(tx, notice_id=seen.notice_id, purpose=NOTICE, send_from=send_from)
    return len(homes)


def recall(tx: Tx, notice_id: str, now: int) -> None:
    """What has not left yet stays here, queued or not."""
    _Q.finish_sending(tx, notice_id=notice_id, purpose=NOTICE, now=now)
    _Q.recall(tx, notice_id=notice_id, now=now)
    _Q.recall_messages(tx, notice_id=notice_id)


def withdraw(tx: Tx, notice_id: str, send_from: int, now: int) -> int:
    """Recall a notice, and have those told who have it; how many households they are."""
    recall(tx, notice_id, now)
    told = int(_Q.told(tx, notice_id=notice_id))
    if told:
        _Q.add_sending(tx, notice_id=notice_id, purpose=WITHDRAWAL, send_from=send_from)
    return told


def progress(tx: Tx, notice_id: str) -> tuple[int, int]:
    """(how many households a notice is for, of how many the messages are queued)."""
    row = _Q.progress(tx, notice_id=notice_id)
    return row["households"], row["queued"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressed:
    """A household whose turn it is to be told."""

    recipient_id: str
    household_id: str
    head_name: str
    address: str
    neighborhood_group: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Portion:
    """Households to be queued together, with what their messages need."""

    households: Sequence[Addressed]
    parcels: dict[str, list[Parcel]]
    chats: dict[str, list[HouseholdChat]]


def open_sending(tx: Tx, now: int) -> tuple[str, Sheet] | None:
    """(what is sent, the notice) of which households wait to be queued and whose moment has come."""
    row = _Q.open_sending(tx, now=now)
    return None if row is None else (row.pop("purpose"), record(Sheet, row))


def portion(tx: Tx, seen: Sheet, purpose: str, most: int) -> Portion:
    """The next households of a sending."""
    homes = records(
        Addressed, (_Q.portion if purpose == NOTICE else _Q.untold_portion)(tx, notice_id=seen.notice_id, most=most)
    )
    parcels: defaultdict[str, list[Parcel]] = defaultdict(list)
    chats: defaultdict[str, list[HouseholdChat]] = defaultdict(list)
    if homes:
        span = {"notice_id": seen.notice_id, "first": homes[0].recipient_id, "last": homes[-1].recipient_id}
        for parcel in records(Parcel, _Q.parcels_between(tx, project_id=seen.project_id, **span)):
            parcels[parcel.household_id].append(parcel)
        for chat in records(HouseholdChat, _Q.chats_between(tx, **span)):
            chats[chat.household_id].append(chat)
    return Portion(households=homes, parcels=parcels, chats=chats)


def queued(tx: Tx, recipient_id: str, text_hash: str, now: int) -> None:
    """A household's messages are queued; `text_hash` is the SHA-256 of what it is told."""
    _Q.queued(tx, recipient_id=recipient_id, text_hash=text_hash, now=now)


def untold(tx: Tx, recipient_id: str, now: int) -> None:
    """A household is told that the notice is withdrawn."""
    _Q.untold(tx, recipient_id=recipient_id, now=now)


def finish(tx: Tx, notice_id: str, purpose: str, now: int) -> None:
    """All households of a sending are queued."""
    _Q.finish_sending(tx, notice_id=notice_id, purpose=purpose, now=now)
