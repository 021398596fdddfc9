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


def overdue(tx: Tx, day: date) -> list[Overdue]:
    """Everything that was due before a day, in all wards: for the job, never an answer to a person."""
    since = (day - LOOKED_BACK).isoformat()
    return records(Overdue, _Q.overdue(tx, day=day.isoformat(), since=since, clearance=CLEARANCE))


def led_above(tx: Tx, unit_id: str) -> str:
    """The nearest unit above one whose leaders can be written to; "" where there is none."""
    return _Q.led_above(tx, unit_id=unit_id) or ""


def note(tx: Tx, one: Overdue, to_unit_id: str, now: int) -> None:
    """Something was reported to the leaders of a unit."""
    _Q.note(tx, what=one.what, about=one.about, unit_id=one.unit_id, to_unit_id=to_unit_id, at=now)
