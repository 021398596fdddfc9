"""What is remembered of the channels themselves: keys that turn, last words, what was used of a quota."""

from __future__ import annotations

from dataclasses import dataclass, field

from storage.database import Tx, load_queries, record_or_none

_Q = load_queries("channels")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptKeys:
    """The keys of a channel; `expires_at` in epoch milliseconds, `seed` a hash."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    expires_at: int
    seed: str


def keys(tx: Tx, channel: str) -> KeptKeys | None:
    """The keys of a channel as last kept."""
    return record_or_none(KeptKeys, _Q.keys(tx, channel=channel))


def keep_keys(tx: Tx, channel: str, kept: KeptKeys) -> None:
    """Keep new keys in the place of the old."""
    _Q.keep_keys(
        tx,
        channel=channel,
        access=kept.access,
        refresh=kept.refresh,
        expires_at=kept.expires_at,
        seed=kept.seed,
    )


def heard(tx: Tx, channel: str, chat: str, at: int) -> None:
    """Somebody wrote; an older word changes nothing."""
    _Q.heard(tx, channel=channel, chat=chat, at=at)


def last_heard(tx: Tx, channel: str, chat: str) -> int | None:
    """When somebody last wrote, epoch milliseconds."""
    at: int | None = _Q.last_heard(tx, channel=channel, chat=chat)
    return at


def last_event(tx: Tx, channel: str) -> int | None:
    """When anything came in from a channel the last time, epoch milliseconds."""
    at: int | None = _Q.last_event(tx, channel=channel)
    return at


def used_since(tx: Tx, channel: str, since: int) -> int:
    """How many messages went in either direction since a moment."""
    return int(_Q.used_since(tx, channel=channel, since=since))


def people_on(tx: Tx, channel: str) -> int:
    """How many people have an account on a channel."""
    return int(_Q.people_on(tx, channel=channel))
