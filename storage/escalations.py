"""What is overdue and was not yet reported one level up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from storage.database import Tx, load_queries, records
from storage.statistics import CLEARANCE

_Q = load_queries("escalations")

LOOKED_BACK = timedelta(days=60)
"""What has been overdue for longer is no news: a ward that begins to use the product is not told of last year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdue:
    """Something that a unit owes: "model", "clearance_model" or "duty" (then `title` says which)."""

    what: str
    about: str
    unit_id: str
    unit_name: str
    title: str
    due_on: str
    hours: int  # after how many hours it is reported; 0 is never
    led_by: str  # the nearest unit above whose leaders can be written to; "" where there is none


def overdue(tx: Tx, above: str, day: date) -> list[Overdue]:
    """Everything that units below one owe since before a day: for the job, never an answer to a person."""
    since = (day - LOOKED_BACK).isoformat()
    return records(Overdue, _Q.overdue(tx, above=above, day=day.isoformat(), since=since, clearance=CLEARANCE))


def leading(tx: Tx) -> list[str]:
    """The units that have a leader who can be written to."""
    return [row["unit_id"] for row in _Q.leading(tx)]


def note(tx: Tx, one: Overdue, to_unit_id: str, now: int) -> bool:
    """Something is reported to the leaders of a unit; False when it was before, and then nobody is told."""
    row = _Q.note(tx, what=one.what, about=one.about, unit_id=one.unit_id, to_unit_id=to_unit_id, at=now)
    return row is not None
