"""Days of which the ward has decided otherwise than the law: its own days off, and days worked in exchange."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from storage.database import Tx, load_queries

_Q = load_queries("ward_days")


def decided(tx: Tx) -> dict[date, bool]:
    """All of them; True is a day off."""
    return {date.fromisoformat(row["day"]): bool(row["off"]) for row in _Q.decided(tx)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What the ward has made of a day: off, or worked; and why."""

    off: bool
    reason: str


def decisions(tx: Tx) -> dict[date, Decision]:
    """All of them, with why."""
    return {
        date.fromisoformat(row["day"]): Decision(off=bool(row["off"]), reason=row["reason"]) for row in _Q.decisions(tx)
    }


def decide(tx: Tx, day: date, decision: Decision) -> None:
    """The ward decides of a day, or anew."""
    _Q.decide(tx, day=day.isoformat(), off=decision.off, reason=decision.reason)


def forget(tx: Tx, day: date) -> None:
    """The day is what the law says of it."""
    _Q.forget(tx, day=day.isoformat())
