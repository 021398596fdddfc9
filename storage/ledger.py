"""The signed-for ledger: what went to a household, what it answered, what it was served on paper."""

from __future__ import annotations

from dataclasses import dataclass

from storage.database import Tx, load_queries, record, record_or_none, records
from storage.notices import HouseholdChat

_Q = load_queries("ledger")


def note_queued(tx: Tx, message_id: str, recipient_id: str, chat: HouseholdChat, now: int) -> None:
    """A message to a member of a household is on its way."""
    _Q.note_queued(
        tx, message_id=message_id, recipient_id=recipient_id, person_id=chat.person_id, channel=chat.channel, at=now
    )


def note_instead(tx: Tx, message_id: str, failed_id: str, channel: str, now: int) -> None:
    """A message goes to another account, because one failed. Nothing where that was not a household's notice."""
    _Q.note_instead(tx, message_id=message_id, failed_id=failed_id, channel=channel, at=now)


def note(tx: Tx, message_id: str, event: str, now: int, why: str = "") -> None:
    """What became of a message: "sent", "delivered" or "failed". Nothing where it is not a household's notice."""
    _Q.note(tx, message_id=message_id, event=event, at=now, why=why)


def is_recalled(tx: Tx, message_id: str) -> bool:
    """Whether a notice's message was to stay here when it was in the air already."""
    return bool(_Q.is_recalled(tx, message_id=message_id))


def note_given_up(tx: Tx, moment: int, now: int, why: str) -> None:
    """The notices queued before a moment will not be sent."""
    _Q.note_given_up(tx, moment=moment, at=now, why=why)


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A notice as one household got it; `newer_id` is its line of a later version, if that has reached it."""

    recipient_id: str
    notice_id: str
    code: str
    number: int
    kind: str
    state: str
    published_at: int
    head_name: str
    project_id: str
    project_name: str
    author_id: str
    unit_id: str
    newer_id: str | None


def received_by(tx: Tx, recipient_id: str, person_id: str) -> Received | None:
    """A household's notice, if this person belongs to the household; the same None when there is no such notice."""
    return record_or_none(Received, _Q.received_by(tx, recipient_id=recipient_id, person_id=person_id))


def latest_for(tx: Tx, person_id: str) -> str | None:
    """The household's line of the latest notice that was put on its way to this person."""
    recipient_id: str | None = _Q.latest_for(tx, person_id=person_id)
    return recipient_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Lately:
    """One line of what a resident's households got; `answer` is the last one, if any."""

    recipient_id: str
    code: str
    kind: str
    state: str
    published_at: int
    project_name: str
    head_name: str
    answer: str | None


def received_lately(tx: Tx, person_id: str, most: int) -> list[Lately]:
    """The notices that a resident's households got, the newest first."""
    return records(Lately, _Q.received_lately(tx, person_id=person_id, most=most))


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A household that was told, with the SHA-256 of the words and its last answer."""

    household_id: str
    head_name: str
    address: str
    text_hash: str
    answer: str | None


def told(tx: Tx, recipient_id: str, person_id: str) -> Told | None:
    """The household of a line of the ledger, if this person belongs to it."""
    return record_or_none(Told, _Q.told(tx, recipient_id=recipient_id, person_id=person_id))


def add_answer(
    tx: Tx, answer_id: str, recipient_id: str, person_id: str, answer: str, channel: str, now: int
) -> tuple[bool, int]:
    """Keep an answer; (True, now), or (False, when it was given) where that is what the person has said already."""
    fresh = _Q.add_answer(
        tx, answer_id=answer_id, recipient_id=recipient_id, person_id=person_id, answer=answer, channel=channel,
        answered_at=now,
    )  # fmt: skip
    if fresh is not None:
        return True, now
    return False, int(_Q.answered_at(tx, recipient_id=recipient_id, person_id=person_id, answer=answer))


# -- a notice's ledger --------------------------------------------------------------------------

TO_SEE = ("no_account", "undelivered", "silent", "explain")
"""What a household can need that somebody must see to, in the order of the door-to-door sheet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """A notice's ledger in households."""

    households: int
    sent: int
    delivered: int
    received: int
    understood: int
    explain: int
    on_paper: int
    no_account: int
    undelivered: int
    silent: int
    waiting: int


def figures(tx: Tx, notice_id: str) -> Figures:
    """The figures of a notice; counts only, of nobody by name."""
    return record(Figures, _Q.figures(tx, notice_id=notice_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupLine:
    """The households of a neighbourhood group that somebody must see, by what they need."""

    neighborhood_group: str
    households: int
    no_account: int
    undelivered: int
    silent: int
    explain: int


def by_group(tx: Tx, notice_id: str) -> list[GroupLine]:
    """Who must be seen, by neighbourhood group; counts only."""
    return records(GroupLine, _Q.by_group(tx, notice_id=notice_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A household's line in the ledger of a notice; the flags are 0 or 1."""

    recipient_id: str
    household_id: str
    head_name: str
    address: str
    neighborhood_group: str
    sent: int
    delivered: int
    received: int
    understood: int
    explain: int
    on_paper: int
    standing: str


def lines(
    tx: Tx, notice_id: str, scope: str, *, standings: tuple[str, ...] = (), group: str = "", after: str = "", most: int
) -> list[Line]:
    """The lines of a notice in a scope, all or by what households need and where they live."""
    wanted = f",{','.join(standings)}," if standings else ""
    return records(
        Line,
        _Q.lines(
            tx, notice_id=notice_id, scope=scope, standings=wanted, neighborhood_group=group, after=after, most=most
        ),
    )


def line(tx: Tx, recipient_id: str, scope: str) -> tuple[Line, str] | None:
    """(a household's line, its notice) in a scope; None for what is not there or elsewhere."""
    row = _Q.line(tx, recipient_id=recipient_id, scope=scope)
    if row is None:
        return None
    notice_id = row.pop("notice_id")
    return record(Line, row), notice_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something that happened to a message, or that a household answered."""

    recipient_id: str
    what: str
    at: int
    channel: str
    person_name: str
    why: str


def deliveries(tx: Tx, notice_id: str, recipient_id: str = "") -> list[Fact]:
    """What became of the messages of a notice, to one household or to all."""
    return records(Fact, _Q.facts_of_delivery(tx, notice_id=notice_id, recipient_id=recipient_id))


def on_their_way(tx: Tx, recipient_id: str) -> list[Fact]:
    """The messages to a household that have neither arrived nor been given up; `what` is their state."""
    return records(Fact, _Q.on_their_way(tx, recipient_id=recipient_id))


def answers(tx: Tx, notice_id: str, recipient_id: str = "") -> list[Fact]:
    """What households answered to a notice, one or all."""
    return records(Fact, _Q.facts_of_answers(tx, notice_id=notice_id, recipient_id=recipient_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A service on paper; `served_at` is an ISO day or moment."""

    recipient_id: str
    what: str
    served_at: str
    note: str
    at: int
    person_name: str
    photos: int


def services(tx: Tx, notice_id: str, recipient_id: str = "") -> list[Served]:
    """How households were served a notice on paper, one or all."""
    return records(Served, _Q.facts_of_paper(tx, notice_id=notice_id, recipient_id=recipient_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """A picture of a service on paper, or ("door") of a visit: under which hash it is kept, when and by whom."""

    sha256: str
    at: int
    what: str
    person_name: str


def photos(tx: Tx, recipient_id: str) -> list[Photo]:
    """The pictures of one household's line that are kept, the oldest first; the line was found in a scope."""
    return records(Photo, _Q.photos(tx, recipient_id=recipient_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class NewService:
    """A service on paper as it is recorded."""

    service_id: str
    recipient_id: str
    way: str
    served_at: str
    note: str
    person_id: str
    draft: str


def add_service(tx: Tx, new: NewService, photos: tuple[str, ...], now: int) -> None:
    """A household was served a notice on paper."""
    _Q.add_service(
        tx, service_id=new.service_id, recipient_id=new.recipient_id, way=new.way, served_at=new.served_at,
        note=new.note, person_id=new.person_id, draft=new.draft, recorded_at=now,
    )  # fmt: skip
    for media_id in photos:
        _Q.add_service_photo(tx, service_id=new.service_id, media_id=media_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """A household to which somebody may go with a notice, and the notice."""

    recipient_id: str
    code: str
    state: str
    published_at: int
    notice_id: str
    household_id: str
    head_name: str
    address: str
    neighborhood_group: str


def door(tx: Tx, recipient_id: str, scope: str, person_id: str, *, office: bool) -> Door | None:
    """The door of a household for an officer of its ward (`office`), or for whoever was sent to it; else None."""
    row = _Q.may_serve(tx, recipient_id=recipient_id, scope=scope, person_id=person_id, office=office)
    return record_or_none(Door, row)
