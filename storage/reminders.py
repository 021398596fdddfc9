"""How each person wants to be reminded, and whose reminder waits until they have finished what they are doing."""

from __future__ import annotations

from dataclasses import dataclass

from storage.database import Tx, load_queries, record_or_none

_Q = load_queries("reminders")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """At which hour, of what not, and on which day once more whatever day that is."""

    person_id: str
    hour: str | None = None  # 07:30; None: the ward's hour
    off: str = ""
    again_on: str | None = None

    def wants(self, kind: str) -> bool:
        """Whether the person wants to hear of such things."""
        return kind not in self.off.split()


def wish_of(tx: Tx, person_id: str) -> Wish:
    """What a person has asked for; nothing, if they never did."""
    return record_or_none(Wish, _Q.wish_of(tx, person_id=person_id)) or Wish(person_id=person_id)


def keep(tx: Tx, wish: Wish) -> None:
    """What a person asks for from now on."""
    _Q.keep(tx, person_id=wish.person_id, hour=wish.hour, off=wish.off, again_on=wish.again_on)


def wait(tx: Tx, person_id: str, day: str) -> None:
    """The reminder of that day waits."""
    _Q.wait(tx, person_id=person_id, day=day)


def waits(tx: Tx, person_id: str, day: str) -> bool:
    """Whether somebody's reminder of that day waits."""
    return _Q.waits(tx, person_id=person_id, day=day) is not None


def turns(tx: Tx, hour: str, job: str, day: str, purpose: str, *, usual: bool) -> list[str]:
    """Who may be reminded at an hour of a day by a job, if they agreed to that purpose: for the job."""
    if not usual and not _Q.asked_for(tx, hour=hour, day=day):
        return []
    found = _Q.turns(tx, hour=hour, usual=usual, day=day, job=job, purpose=purpose)
    return [row["person_id"] for row in found]
