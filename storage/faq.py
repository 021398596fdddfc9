"""Approved answers: what is asked of them, whether they were meant, and how new ones come to be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from storage.database import Tx, load_queries, record_or_none, records

_Q = load_queries("faq")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An approved answer as it holds on a day."""

    faq_id: str
    question: str
    variants: str
    answer: str
    source: str
    valid_from: str

    @property
    def asked(self) -> tuple[str, ...]:
        """Every way in which it is asked."""
        return (self.question, *(way.strip() for way in self.variants.split("|") if way.strip()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a person asked in free words, and what they said of the answer."""

    asked_id: str
    words: str
    faq_id: str | None
    verdict: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """An answer that an officer wants to be given at once next time; `approved` is None until it is decided."""

    proposal_id: str
    unit_id: str
    question: str
    answer: str
    source: str
    person_id: str
    person_name: str
    approved: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A question without an approved answer, that an officer has answered."""

    ticket_id: str
    code: str
    words: str


def entries_for(tx: Tx, unit_id: str, day: date) -> list[Entry]:
    """The answers that hold on a day for somebody of a unit."""
    return records(Entry, _Q.entries_for(tx, unit_id=unit_id, day=day.isoformat()))


def note_asked(tx: Tx, asked_id: str, person_id: str, unit_id: str, words: str, faq_id: str | None, now: int) -> None:
    """Keep what was asked, and which answer was given."""
    _Q.note_asked(tx, asked_id=asked_id, person_id=person_id, unit_id=unit_id, words=words, faq_id=faq_id, at=now)


def asked_by(tx: Tx, asked_id: str, person_id: str) -> Asked | None:
    """What this person asked."""
    return record_or_none(Asked, _Q.asked_by(tx, asked_id=asked_id, person_id=person_id))


def add_verdict(tx: Tx, asked_id: str, verdict: str, now: int) -> bool:
    """Whether the answer was meant; False when that was said before."""
    return _Q.add_verdict(tx, asked_id=asked_id, verdict=verdict, at=now) is not None


def propose(tx: Tx, proposal: Proposal, ticket_id: str, now: int) -> None:
    """Keep a proposal."""
    _Q.propose(
        tx,
        proposal_id=proposal.proposal_id,
        unit_id=proposal.unit_id,
        ticket_id=ticket_id,
        question=proposal.question,
        answer=proposal.answer,
        source=proposal.source,
        person_id=proposal.person_id,
        at=now,
    )


def proposal_in_scope(tx: Tx, proposal_id: str, scope: str) -> Proposal | None:
    """A proposal of a scope."""
    return record_or_none(Proposal, _Q.proposal_in_scope(tx, proposal_id=proposal_id, scope=scope))


def undecided(tx: Tx, scope: str) -> list[Proposal]:
    """The proposals of a scope that wait, the oldest first."""
    return records(Proposal, _Q.undecided(tx, scope=scope))


def decide(tx: Tx, proposal: Proposal, approved: bool, person_id: str, now: int) -> bool:
    """Decide on a proposal; False when that was done before."""
    decided = _Q.decide(tx, proposal_id=proposal.proposal_id, approved=approved, person_id=person_id, at=now)
    return decided is not None


def add_entry(tx: Tx, proposal: Proposal, day: date) -> None:
    """An approved proposal is an answer from this day on."""
    _Q.add_entry(
        tx,
        faq_id=proposal.proposal_id,
        unit_id=proposal.unit_id,
        question=proposal.question,
        answer=proposal.answer,
        source=proposal.source,
        valid_from=day.isoformat(),
    )


def wanted(tx: Tx, scope: str) -> list[Wanted]:
    """Questions of a scope that officers answered and nobody has proposed for approval, the newest first."""
    return records(Wanted, _Q.wanted(tx, scope=scope))
