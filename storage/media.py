"""Files that people sent: wanted in the turn, fetched afterwards, kept under the hash of their content."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.message import Address
from storage.database import Tx, load_queries, record_or_none, records

_Q = load_queries("media")


PHOTO, PDF = "photo", "pdf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A file still with its platform."""

    media_id: str
    channel: str
    chat: str
    ref: str
    attempts: int
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Expired:
    """A file that is not kept any longer; `alone` when nobody else sent the same one."""

    media_id: str
    sha256: str
    alone: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A file that somebody sent: a photo or a PDF, and whether it is wanted still, kept or lost."""

    media_id: str
    kind: str
    state: str
    sha256: str | None


def own_file(tx: Tx, media_id: str, address: Address) -> Sent | None:
    """A file that came from this chat."""
    found = _Q.own_file(tx, media_id=media_id, channel=address.channel, chat=address.chat)
    return record_or_none(Sent, found)


def expired(tx: Tx) -> list[Expired]:
    """The files that must leave the disk."""
    return records(Expired, _Q.expired(tx))


def removed(tx: Tx, media_id: str) -> None:
    """The file has left the disk."""
    _Q.removed(tx, media_id=media_id)


def want(tx: Tx, media_id: str, channel: str, chat: str, ref: str, size: int, now: int, kind: str = PHOTO) -> None:
    """Note that a file must be fetched, a photo or a PDF; `size` in bytes, 0 when unknown."""
    _Q.want(tx, media_id=media_id, channel=channel, chat=chat, ref=ref, size=size, kind=kind, not_before=now)


def wanted(tx: Tx, now: int, most: int = 8) -> list[Wanted]:
    """Files to fetch now."""
    return records(Wanted, _Q.wanted(tx, now=now, most=most))


def fetch_later(tx: Tx, media_id: str, not_before: int, why: str) -> None:
    """The fetch failed and is tried again at that moment."""
    _Q.fetch_later(tx, media_id=media_id, not_before=not_before, why=why)


def kept(tx: Tx, media_id: str, sha256: str, size: int) -> None:
    """The file is on our disk; `size` in bytes as kept."""
    _Q.kept(tx, media_id=media_id, sha256=sha256, size=size)


def lost(tx: Tx, media_id: str, why: str) -> None:
    """The file can't be had any more."""
    _Q.lost(tx, media_id=media_id, why=why)
