"""Chat groups of leaders: registered with a one-time code, told the figures of a unit, nothing personal."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.message import Address
from storage.database import Tx, load_queries, records
from storage.people import code_hash

_Q = load_queries("leader_groups")


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaderGroup:
    """A group that receives the digest of a unit."""

    channel: str
    chat: str
    unit_id: str

    @property
    def address(self) -> Address:
        return Address(channel=self.channel, chat=self.chat)


def add_code(tx: Tx, code: str, unit_id: str, person_id: str, expires_at: int) -> None:
    """A code with which this administrator, and nobody else, registers one group for a unit."""
    _Q.add_code(tx, code_hash=code_hash(code), unit_id=unit_id, person_id=person_id, expires_at=expires_at)


def register(tx: Tx, address: Address, code: str, person_id: str, now: int) -> str | None:
    """Register a group; returns the unit, or None for a code that is no good here."""
    unit_id: str | None = _Q.use_code(tx, code_hash=code_hash(code), person_id=person_id, now=now)
    if unit_id is not None:
        _Q.register(tx, channel=address.channel, chat=address.chat, unit_id=unit_id, person_id=person_id, now=now)
    return unit_id


def end(tx: Tx, address: Address, now: int) -> None:
    """A group receives nothing more."""
    _Q.end_group(tx, channel=address.channel, chat=address.chat, now=now)


def end_all(tx: Tx, scope: str, now: int) -> bool:
    """No group of a scope receives anything more; whether there was any."""
    return _Q.end_groups_below(tx, scope=scope, now=now) is not None


def move(tx: Tx, channel: str, chat: str, new_chat: str) -> None:
    """The platform gave a group another id."""
    _Q.move_group(tx, channel=channel, chat=chat, new_chat=new_chat)


def unit_of(tx: Tx, address: Address) -> str | None:
    """The unit whose digest a group receives; None for a group that is not registered."""
    unit_id: str | None = _Q.unit_of(tx, channel=address.channel, chat=address.chat)
    return unit_id


def groups(tx: Tx) -> list[LeaderGroup]:
    """Every group that receives a digest: for the job."""
    return records(LeaderGroup, _Q.groups(tx))


def count_below(tx: Tx, scope: str) -> int:
    """How many groups receive the digest of a unit in a scope."""
    return int(_Q.count_below(tx, scope=scope))
