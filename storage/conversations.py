"""Conversations: what each person is in the middle of, and which drafts are already sent."""

from __future__ import annotations

from dataclasses import dataclass

from storage.database import Tx, load_queries, records

_Q = load_queries("conversations")


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What somebody is in the middle of in a chat, `state` as JSON text."""

    person_id: str
    channel: str
    chat: str
    account: str
    state: str


def load(tx: Tx, channel: str, chat: str, sender: str) -> str | None:
    """The stored state as JSON text."""
    state: str | None = _Q.load(tx, channel=channel, chat=chat, sender=sender)
    return state


def save(tx: Tx, channel: str, chat: str, sender: str, state: str, acted_at: int = 0) -> None:
    """Remember the state, JSON text, and when the person did something, if it was the person."""
    _Q.save(tx, channel=channel, chat=chat, sender=sender, state=state, acted_at=acted_at)


def acted_at(tx: Tx, channel: str, chat: str, sender: str) -> int:
    """When the person last did something that changed the conversation, epoch milliseconds."""
    return int(_Q.acted_at(tx, channel=channel, chat=chat, sender=sender) or 0)


def left_by(tx: Tx, idle_from: int, idle_until: int, purpose: str) -> list[str]:
    """Who may have left a form half-filled, no secretary among them, if they agreed to that purpose: for a job."""
    found = _Q.left_by(tx, idle_from=idle_from, idle_until=idle_until, purpose=purpose)
    return [row["person_id"] for row in found]


def left_of(tx: Tx, person_id: str, idle_from: int, idle_until: int) -> list[Left]:
    """What somebody is in the middle of and has not touched between two instants, the newest first."""
    return records(Left, _Q.left_of(tx, person_id=person_id, idle_from=idle_from, idle_until=idle_until))


def finish_draft(tx: Tx, draft: str, form: str, now: int) -> None:
    """Note that a draft was sent. Raises sqlite3.IntegrityError the second time."""
    _Q.finish_draft(tx, draft=draft, form=form, finished_at=now)


def draft_finished_at(tx: Tx, draft: str) -> int | None:
    """When a draft was sent, if it was."""
    at: int | None = _Q.draft_finished_at(tx, draft=draft)
    return at
