"""Who saw, sent, changed what: only ever added to, read by an administrator in a scope."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from storage import jobs
from storage.database import Tx, load_queries, records

_Q = load_queries("audit")

KEPT_FROM = "audit_from"
"""The mark before which acts may be removed; the table's own trigger holds on to all others."""
NEWEST = "~"
"""Comes after every identifier."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One act: who, as what, where; `about` is a command, a form, the data of a button or
    the name of a file, never anybody's words."""

    audit_id: str
    at: int
    name: str
    role: str
    unit_name: str
    act: str
    about: str
    channel: str


def write(
    tx: Tx,
    audit_id: str,
    *,
    now: int,
    unit_id: str,
    person_id: str | None,
    role: str,
    act: str,
    about: str,
    channel: str,
) -> None:
    """Write an act down, in the transaction in which it happens; nobody's is what was done at the machine itself, or by
    the program of its own accord."""
    _Q.write(
        tx, audit_id=audit_id, at=now, unit_id=unit_id, person_id=person_id, role=role, act=act, about=about,
        channel=channel,
    )  # fmt: skip


def read(tx: Tx, scope: str, most: int, before: str = NEWEST) -> list[Act]:
    """The latest acts in a scope, the newest first."""
    return records(Act, _Q.read(tx, scope=scope, before=before, most=most))


def old(tx: Tx, until: int) -> list[str]:
    """What is older."""
    return [row["id"] for row in _Q.old(tx, until=until)]


def forget(tx: Tx, ids: Sequence[str], until: int) -> None:
    """Remove these as far as they are older; the mark only ever moves on."""
    jobs.set_mark(tx, KEPT_FROM, max(until, jobs.mark(tx, KEPT_FROM) or 0))
    _Q.forget(tx, [{"id": one, "until": until} for one in ids])
