"""Notices to the households of a project, and what the households answered. Every reading takes a scope or a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.core.message import Address
from storage.database import Tx, load_queries, record_or_none, records

_Q = load_queries("notices")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectSize:
    """An open project with the number of its households."""

    code: str
    name: str
    households: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Household:
    """A household with land in a project; `source` says where invented data comes from."""

    household_id: str
    head_name: str
    address: str
    neighborhood_group: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A plot of a household; `area_m2` is a decimal number as text."""

    household_id: str
    map_sheet: str
    plot: str
    area_m2: str
    land_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdChat:
    """Where a member of a household can be written to."""

    household_id: str
    person_id: str
    channel: str
    account: str
    chat: str

    @property
    def address(self) -> Address:
        return Address(channel=self.channel, chat=self.chat)


def project_sizes(tx: Tx, scope: str, day: date) -> list[ProjectSize]:
    """The open projects in a scope with the number of their households."""
    return records(ProjectSize, _Q.project_sizes(tx, scope=scope, day=day.isoformat()))


def households_of(tx: Tx, scope: str, project_id: str) -> list[Household]:
    """The households of a project in a scope."""
    return records(Household, _Q.households_of(tx, scope=scope, project_id=project_id))


def parcels_of(tx: Tx, scope: str, project_id: str) -> list[Parcel]:
    """The parcels of a project's households in a scope."""
    return records(Parcel, _Q.parcels_of(tx, scope=scope, project_id=project_id))


def chats_of(tx: Tx, scope: str, project_id: str) -> list[HouseholdChat]:
    """Where the households of a project can be written to, one chat a member."""
    return records(HouseholdChat, _Q.chats_of(tx, scope=scope, project_id=project_id))


def add_notice(
    tx: Tx, notice_id: str, project_id: str, kind: str, content: str, draft: str, author_id: str, now: int, year: int
) -> str:
    """Publish a notice and return its code, "TB2021-001"."""
    code = f"TB{year}-{int(_Q.last_number(tx)) + 1:03d}"
    _Q.add_notice(
        tx,
        notice_id=notice_id,
        code=code,
        project_id=project_id,
        kind=kind,
        content=content,
        draft=draft,
        author_id=author_id,
        published_at=now,
    )
    return code


def add_recipient(tx: Tx, recipient_id: str, notice_id: str, household_id: str, text_hash: str) -> None:
    """A household that a notice is for; `text_hash` is the SHA-256 of what it is told."""
    _Q.add_recipient(tx, recipient_id=recipient_id, notice_id=notice_id, household_id=household_id, text_hash=text_hash)


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A notice as one household got it."""

    recipient_id: str
    code: str
    kind: str
    head_name: str
    project_id: str
    project_name: str
    author_id: str
    unit_id: str


def received_by(tx: Tx, recipient_id: str, person_id: str) -> Received | None:
    """A household's notice, if this person belongs to the household; the same None when there is no such notice."""
    return record_or_none(Received, _Q.received_by(tx, recipient_id=recipient_id, person_id=person_id))


def add_answer(tx: Tx, recipient_id: str, person_id: str, answer: str, channel: str, now: int) -> tuple[bool, int]:
    """Keep an answer; (True, now) the first time, (False, when it was first given) after that."""
    fresh = _Q.add_answer(
        tx, recipient_id=recipient_id, person_id=person_id, answer=answer, channel=channel, answered_at=now
    )
    if fresh is not None:
        return True, now
    return False, int(_Q.answered_at(tx, recipient_id=recipient_id, person_id=person_id, answer=answer))


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerLine:
    """A notice with its figures, in households."""

    code: str
    kind: str
    published_at: int
    project_name: str
    households: int
    delivered: int
    received: int
    explain: int


def ledger(tx: Tx, scope: str) -> list[LedgerLine]:
    """The latest notices in a scope with their figures, the newest first."""
    return records(LedgerLine, _Q.ledger(tx, scope=scope))
