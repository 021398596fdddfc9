"""Days of which the ward has decided otherwise than the law: its own days off, and days worked in exchange."""

from __future__ import annotations

from datetime import date

from storage.database import Tx, load_queries

_Q = load_queries("ward_days")


def decided(tx: Tx) -> dict[date, bool]:
    """All of them; True is a day off."""
    return {date.fromisoformat(row["day"]): bool(row["off"]) for row in _Q.decided(tx)}
