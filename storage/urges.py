"""Who urged which unit on which day: once a day, whoever of several leaders is first."""

from __future__ import annotations

from dataclasses import dataclass

from storage.database import Tx, load_queries, record_or_none

_Q = load_queries("urges")


@dataclass(frozen=True, slots=True, kw_only=True)
class Urge:
    """A unit was urged, by a leader, with a message to so many people."""

    unit_id: str
    person_id: str
    person_name: str
    at: int
    people: int


def claim(tx: Tx, day: str, unit_id: str, person_id: str, now: int, reached: int) -> bool:
    """Note that a unit is urged; False when it was today, and then nothing may be sent."""
    return _Q.claim(tx, day=day, unit_id=unit_id, person_id=person_id, at=now, people=reached) is not None


def of(tx: Tx, day: str, unit_id: str) -> Urge | None:
    """Who urged a unit on a day."""
    return record_or_none(Urge, _Q.of(tx, day=day, unit_id=unit_id))
