"""Who may look at the dashboard: links that are used once, and visits. Of their secrets only hashes are kept."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from bot.core.people import Role
from storage.database import Tx, load_queries

_Q: Any = load_queries("dashboard")

LINK_LASTS = 15 * 60_000  # milliseconds from the chat to the browser
VISIT_LASTS = 8 * 3600_000  # milliseconds: a working day
FORGOTTEN_AFTER = 7 * 24 * 3600_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Somebody at the dashboard: whose figures they may see, and until when."""

    membership_id: str
    person_id: str
    name: str
    role: Role
    unit_id: str
    unit_name: str
    ends_at: int


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def add_link(tx: Tx, code: str, membership_id: str, now: int) -> None:
    """A link for somebody in a role; what ended long ago is forgotten on the way."""
    _Q.forget_links(tx, before=now - FORGOTTEN_AFTER)
    _Q.forget_visits(tx, before=now - FORGOTTEN_AFTER)
    _Q.add_link(tx, code_hash=_hash(code), membership_id=membership_id, expires_at=now + LINK_LASTS)


def is_open(tx: Tx, code: str, now: int) -> bool:
    """Whether a link can still be used; looking uses nothing up."""
    return bool(_Q.is_open(tx, code_hash=_hash(code), now=now))


def enter(tx: Tx, code: str, token: str, now: int) -> bool:
    """Use a link up and begin a visit under a new token; False when the link can't be used (any more)."""
    membership_id = _Q.use_link(tx, code_hash=_hash(code), now=now)
    if membership_id is None:
        return False
    _Q.begin_visit(tx, token_hash=_hash(token), membership_id=membership_id, ends_at=now + VISIT_LASTS)
    return True


def visitor(tx: Tx, token: str, now: int) -> Visitor | None:
    """Who this is, with the role as it is now: what was taken from them has no effect any more."""
    row = _Q.visitor(tx, token_hash=_hash(token), now=now)
    return row and Visitor(**{**row, "role": Role(row["role"])})


def leave(tx: Tx, token: str) -> None:
    """End a visit."""
    _Q.end_visit(tx, token_hash=_hash(token))
