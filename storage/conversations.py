"""Conversations: what each person is in the middle of, and which drafts are already sent."""

from __future__ import annotations

from storage.database import Tx, load_queries

_Q = load_queries("conversations")


def load(tx: Tx, channel: str, chat: str, sender: str) -> str | None:
    """The stored state as JSON text."""
    state: str | None = _Q.load(tx, channel=channel, chat=chat, sender=sender)
    return state


def save(tx: Tx, channel: str, chat: str, sender: str, state: str) -> None:
    """Remember the state, JSON text."""
    _Q.save(tx, channel=channel, chat=chat, sender=sender, state=state)


def finish_draft(tx: Tx, draft: str, form: str, now: int) -> None:
    """Note that a draft was sent. Raises sqlite3.IntegrityError the second time."""
    _Q.finish_draft(tx, draft=draft, form=form, finished_at=now)


def draft_finished_at(tx: Tx, draft: str) -> int | None:
    """When a draft was sent, if it was."""
    at: int | None = _Q.draft_finished_at(tx, draft=draft)
    return at
