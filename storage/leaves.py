"""Who is away, until when, and who stands in."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.message import Address
from bot.core.people import Role
from storage.campaign import Named
from storage.database import Tx, load_queries, record_or_none, records

_Q = load_queries("leaves")


@dataclass(frozen=True, slots=True, kw_only=True)
class Away:
    """Somebody's leave: its first and last day, both included, and whom they named to stand in."""

    person_id: str
    name: str
    first_on: str
    last_on: str
    deputy_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AwayFrom(Away):
    """The same, with the unit in which the person is missed."""

    unit_id: str
    unit_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A role held in a unit, with a chat of its holder; "" where none can be reached."""

    person_id: str
    name: str
    unit_id: str
    deputy: int
    channel: str | None
    account: str | None
    chat: str | None

    @property
    def address(self) -> Address | None:
        """Where the holder can be written to."""
        return Address(channel=self.channel, chat=self.chat or "") if self.channel else None


def say(
    tx: Tx, leave_id: str, person_id: str, first_on: str, last_on: str, deputy_id: str | None, draft: str, now: int
) -> None:
    """A person is away; what they said before of the same days gives way."""
    _Q.end_between(tx, person_id=person_id, first_on=first_on, last_on=last_on)
    _Q.add_leave(
        tx,
        leave_id=leave_id,
        person_id=person_id,
        first_on=first_on,
        last_on=last_on,
        deputy_id=deputy_id,
        draft=draft,
        said_at=now,
    )


def end(tx: Tx, person_id: str, day: str) -> bool:
    """A person is back from a day on; False when they were not away."""
    return bool(list(_Q.end_from(tx, person_id=person_id, day=day)))


def away_from(tx: Tx, unit_id: str, role: Role, day: str) -> dict[str, Away]:
    """Who of those with a role in a unit is away on a day, by person: for what the program itself sends."""
    return {one.person_id: one for one in records(Away, _Q.away_from(tx, unit_id=unit_id, role=role, day=day))}


def of_person(tx: Tx, person_id: str, day: str) -> Away | None:
    """A person's leave that holds on a day or is the next to come."""
    return record_or_none(Away, _Q.of_person(tx, person_id=person_id, day=day))


def in_scope(tx: Tx, scope: str, day: str) -> list[AwayFrom]:
    """Who of a unit and everything below it is away on a day or will be."""
    return records(AwayFrom, _Q.in_scope(tx, scope=scope, day=day))


def posts_in(tx: Tx, unit_id: str, role: Role) -> list[Post]:
    """Everybody who holds a role in a unit, reachable or not: for what the program itself sends."""
    return records(Post, _Q.posts_in(tx, unit_id=unit_id, role=role))


def units_of(tx: Tx, person_id: str, role: Role) -> list[str]:
    """The units in which a person holds a role."""
    return [row["unit_id"] for row in _Q.units_of(tx, person_id=person_id, role=role)]


def colleagues(tx: Tx, person_id: str) -> list[Named]:
    """Who could stand in for a secretary: the others of the same units, deputies first."""
    return [Named(code=row["person_id"], name=row["name"]) for row in _Q.colleagues(tx, person_id=person_id)]
