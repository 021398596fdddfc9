"""Links to messages and files that a platform can't show: unguessable, and open for a while only."""

from __future__ import annotations

from storage.database import Tx, load_queries, record_or_none
from storage.outbox import Parcel

_Q = load_queries("links")

ROOT, FILE = "/xem/", "/tep"


def path_of(token: str) -> str:
    """Where our web side shows what is behind a link."""
    return f"{ROOT}{token}"


def file_of(link: str) -> str:
    """Where the file is that goes with the message behind a link."""
    return f"{link}{FILE}"


def open_link(tx: Tx, token: str, message_id: str, until: int) -> str:
    """The token of the link to a message: the given one, or the one that it has already; open until that moment."""
    return str(_Q.open_link(tx, token=token, message_id=message_id, until=until))


def behind(tx: Tx, token: str, now: int) -> Parcel | None:
    """The message behind a link, as long as the link is open."""
    return record_or_none(Parcel, _Q.behind(tx, token=token, now=now))
