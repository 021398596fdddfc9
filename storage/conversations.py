"""Conversations: what each person is in the middle of, and which drafts are already sent."""

from __future__ import annotations

from storage.database import Tx, load_queries

_Q = load_queries("conversations")


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


def finish_draft(tx: Tx, draft: str, form: str, now: int) -> None:
    """Note that a draft was sent. Raises sqlite3.IntegrityError the second time."""
    _Q.finish_draft(tx, draft=draft, form=form, finished_at=now)


def draft_finished_at(tx: Tx, draft: str) -> int | None:
    """When a draft was sent, if it was."""
    at: int | None = _Q.draft_finished_at(tx, draft=draft)
    return at
