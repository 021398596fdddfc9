"""Going from door to door about a notice: who is sent where, and what came of each door. Only added to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from storage.chats import Chat
from storage.database import Tx, load_queries, record, record_or_none, records

_Q = load_queries("rounds")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mobiliser:
    """Somebody who can be sent."""

    person_id: str
    name: str
    role: str
    unit_name: str


def mobilisers(tx: Tx, scope: str) -> list[Mobiliser]:
    """The secretaries and officers of a scope."""
    return records(Mobiliser, _Q.mobilisers(tx, scope=scope))


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRound:
    """A round as it is given to somebody; "" is every neighbourhood group."""

    round_id: str
    notice_id: str
    neighborhood_group: str
    assignee_id: str
    assigned_by: str
    draft: str


def add_round(tx: Tx, new: NewRound, recipient_ids: Sequence[str], now: int) -> None:
    """Somebody is sent to these doors."""
    _Q.add_round(
        tx, round_id=new.round_id, notice_id=new.notice_id, neighborhood_group=new.neighborhood_group,
        assignee_id=new.assignee_id, assigned_by=new.assigned_by, assigned_at=now, draft=new.draft,
    )  # fmt: skip
    _Q.add_calls(tx, [{"round_id": new.round_id, "recipient_id": one} for one in recipient_ids])


def chat_of(tx: Tx, person_id: str) -> Chat | None:
    """The latest chat of somebody who is sent; None when they can't be reached."""
    return next(iter(records(Chat, _Q.chats_of(tx, person_id=person_id))), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """A round with how far it has come, in doors, and the code of the session as which it was reported, or ""."""

    round_id: str
    notice_id: str
    code: str
    kind: str
    state: str
    project_id: str
    project_name: str
    neighborhood_group: str
    assigned_by: str
    doors: int
    visited: int
    met: int
    last_visit: int
    session_code: str


def round_of(tx: Tx, round_id: str, person_id: str) -> Round | None:
    """A round, for whoever was sent on it; the same None for somebody else's and for none."""
    return record_or_none(Round, _Q.round_of(tx, round_id=round_id, person_id=person_id))


def rounds_of(tx: Tx, person_id: str, most: int) -> list[Round]:
    """The rounds on which somebody was sent, the newest first."""
    found = (round_of(tx, row["round_id"], person_id) for row in _Q.rounds_of(tx, person_id=person_id, most=most))
    return [one for one in found if one]


def mark_reported(tx: Tx, round_id: str, session_id: str, now: int) -> None:
    """A round became a session. Raises IntegrityError when it was reported before."""
    _Q.mark_reported(tx, round_id=round_id, session_id=session_id, reported_at=now)


def next_door(tx: Tx, round_id: str, after: str = "") -> str | None:
    """The next door of a round, other than the one just left."""
    row = _Q.next_door(tx, round_id=round_id, after=after)
    return row["recipient_id"] if row else None


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorLine:
    """A door of a round, with what came of it last."""

    recipient_id: str
    head_name: str
    address: str
    neighborhood_group: str
    outcome: str | None


def doors_of(tx: Tx, round_id: str, after: str, most: int) -> list[DoorLine]:
    """The doors of a round after a given one."""
    return records(DoorLine, _Q.doors_of(tx, round_id=round_id, after=after, most=most))


def is_door(tx: Tx, round_id: str, recipient_id: str) -> bool:
    """Whether a household is on the list of a round."""
    return _Q.is_door(tx, round_id=round_id, recipient_id=recipient_id) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVisit:
    """What came of a door as it is recorded."""

    visit_id: str
    round_id: str
    recipient_id: str
    outcome: str
    reason: str
    note: str
    person_id: str
    draft: str


def add_visit(tx: Tx, new: NewVisit, photos: Sequence[str], now: int) -> None:
    """Keep what came of a door."""
    _Q.add_visit(
        tx, visit_id=new.visit_id, round_id=new.round_id, recipient_id=new.recipient_id, outcome=new.outcome,
        reason=new.reason, note=new.note, person_id=new.person_id, visited_at=now, draft=new.draft,
    )  # fmt: skip
    for media_id in photos:
        _Q.add_photo(tx, visit_id=new.visit_id, media_id=media_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """What came of doors, in households: met and absent; of those met, agreed and hesitating, these by main reason."""

    met: int
    absent: int
    agreed: int
    hesitating: int
    price: int
    resettlement: int
    papers: int
    other: int


def results(tx: Tx, round_id: str) -> Results:
    """What came of a round."""
    return record(Results, _Q.results(tx, round_id=round_id))


def results_of_notice(tx: Tx, notice_id: str) -> Results:
    """What came of all doors about a notice; counts only."""
    return record(Results, _Q.results_of_notice(tx, notice_id=notice_id))
