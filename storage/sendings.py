"""Sending a notice: its households are written down at once and queued in portions, so that nobody waits for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from storage.database import Tx, load_queries, record, record_or_none, records
from storage.notices import Household, HouseholdChat, Parcel, Sheet

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


def newcomers(tx: Tx, notice_id: str, scope: str) -> list[Household]:
    """The households that came into the project after a notice was sent, and were not told."""
    return records(Household, _Q.newcomers(tx, notice_id=notice_id, scope=scope))


def tell_newcomers(tx: Tx, notice_id: str, scope: str, new_id: Callable[[], str], *, over: bool) -> None:
    """They are told as well: a sending that is `over` begins anew, one that goes on takes them along."""
    homes = newcomers(tx, notice_id, scope)
    _Q.add_recipients(
        tx,
        [{"recipient_id": new_id(), "notice_id": notice_id, "household_id": home.household_id} for home in homes],
    )
    if homes and over:
        _Q.reopen(tx, notice_id=notice_id)


def recall(tx: Tx, notice_id: str, now: int) -> None:
    """What has not left yet stays here, queued or not."""
    _Q.unpause(tx, notice_id=notice_id)
    _Q.finish_sending(tx, notice_id=notice_id, purpose=NOTICE, now=now)
    _Q.forget_again(tx, notice_id=notice_id)
    _Q.recall(tx, notice_id=notice_id, now=now, why="")
    _Q.recall_messages(tx, notice_id=notice_id)


def take_back(tx: Tx, seen: Sheet) -> bool:
    """A notice of which nothing has left is not sent; False when it is too late for that."""
    if _Q.begun(tx, notice_id=seen.notice_id):
        return False
    _Q.forget_recipients(tx, notice_id=seen.notice_id)
    _Q.forget_sending(tx, notice_id=seen.notice_id)
    _Q.not_issued(tx, notice_id=seen.notice_id)
    _Q.count_again(tx, series_id=seen.series_id, number=seen.number)
    return True


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
        for chat in records(HouseholdChat, _Q.chats_between(tx, purpose=purpose, **span)):
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


# -- under control ------------------------------------------------------------------------------

PAUSED = "paused"
"""Why a message of a held sending stays here: it is queued once more when the sending goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What became of a notice, in households; `going` is not decided yet. They add up by what they are."""

    sent: int = 0
    failed: int = 0
    stopped: int = 0
    no_account: int = 0
    going: int = 0

    @property
    def total(self) -> int:
        """All households that it is for."""
        return self.sent + self.failed + self.stopped + self.no_account + self.going

    @property
    def decided(self) -> int:
        """Those who could be written to, and for whom it is over."""
        return self.sent + self.failed + self.stopped

    @property
    def unreached(self) -> int:
        """Those to whom it can be sent again."""
        return self.failed + self.stopped


def tally(tx: Tx, notice_id: str) -> Tally:
    """What became of a notice so far."""
    return Tally(**{row["fate"]: row["households"] for row in _Q.tally(tx, notice_id=notice_id)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """How a sending stands; `told` is how many quarters of the way its author has heard of."""

    paused_at: int | None
    finished_at: int | None
    reported_at: int | None
    told: int


def control_of(tx: Tx, notice_id: str) -> Control | None:
    """How the sending of a notice stands; None before it is sent."""
    return record_or_none(Control, _Q.control_of(tx, notice_id=notice_id))


def to_report(tx: Tx, now: int) -> Sheet | None:
    """A notice of whose progress or end its author may have to be told."""
    return record_or_none(Sheet, _Q.to_report(tx, now=now))


def looked(tx: Tx, notice_id: str, look_at: int, told: int) -> None:
    """Its progress was looked at; not again before `look_at`."""
    _Q.looked(tx, notice_id=notice_id, look_at=look_at, told=told)


def reported(tx: Tx, notice_id: str, now: int) -> None:
    """Its author was told how it ended."""
    _Q.reported(tx, notice_id=notice_id, now=now)


def pause(tx: Tx, notice_id: str, now: int) -> None:
    """What has not left stays here until the sending goes on."""
    _Q.pause(tx, notice_id=notice_id, now=now)
    _Q.recall(tx, notice_id=notice_id, now=now, why=PAUSED)
    _Q.queue_recalled_again(tx, notice_id=notice_id, why=PAUSED)
    _Q.recall_messages(tx, notice_id=notice_id)


def resume(tx: Tx, notice_id: str) -> None:
    """A held sending goes on where it was."""
    _Q.unpause(tx, notice_id=notice_id)


def send_again(tx: Tx, notice_id: str) -> bool:
    """Queue those once more whom a notice did not reach; False when there is nobody."""
    if _Q.queue_unreached_again(tx, notice_id=notice_id) is None:
        return False
    _Q.reopen(tx, notice_id=notice_id)
    return True


def pause_all(tx: Tx, now: int) -> int:
    """Hold every notice that is not sent to all yet; returns how many those are."""
    return len(list(_Q.pause_all(tx, now=now)))
