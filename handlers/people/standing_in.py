"""Who gets what the program sends to those in charge of a unit: its secretary or leader, or whoever stands in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.core.message import Address
from bot.core.people import Role
from storage import leaves
from storage.database import Tx
from storage.leaves import Away, Post


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """Somebody who hears of a unit today, and in whose stead."""

    person_id: str
    name: str
    unit_id: str
    address: Address
    account: str
    instead_of: str = ""  # the name of whoever is away
    until: str = ""  # their last day, ISO


def who_gets(tx: Tx, unit_id: str, day: date, role: Role = Role.SECRETARY) -> list[Charge]:
    """Of a unit its secretaries, or leaders, who are there; for one who is away whoever they named, or deputies.

    A deputy hears only for somebody who is away. Nobody who is away hears anything; where nobody is left, nobody does.
    """
    away = leaves.away_from(tx, unit_id, role, day.isoformat())
    return _of_unit(_one_chat_each(leaves.posts_in(tx, unit_id, role)), away)


def hears_of(tx: Tx, person_id: str, day: date) -> list[Charge]:
    """The units of which a secretary or deputy hears on a day, and in whose stead."""
    units = leaves.units_of(tx, person_id, Role.SECRETARY)
    return [one for unit_id in units for one in who_gets(tx, unit_id, day) if one.person_id == person_id]


def _one_chat_each(posts: Iterable[Post]) -> list[Post]:
    """The chat joined last, of each person."""
    first: dict[str, Post] = {}
    for post in posts:
        first.setdefault(post.person_id, post)
    return list(first.values())


def _of_unit(posts: Sequence[Post], away: Mapping[str, Away]) -> list[Charge]:
    there = [post for post in posts if post.person_id not in away]
    principals = [post for post in posts if not post.deputy] or posts
    charges = {post.person_id: _charge(post) for post in principals if post in there}
    for missing in (away[post.person_id] for post in principals if post.person_id in away):
        for post in stand_ins(there, missing):
            charges[post.person_id] = _charge(post, missing)
    return [charge for charge in charges.values() if charge is not None]


def stand_ins(there: Sequence[Post], missing: Away) -> list[Post]:
    """Who stands in for somebody among those of a unit who are there: whoever was named, else the deputies."""
    named = [post for post in there if post.person_id == missing.deputy_id]
    return named or [post for post in there if post.deputy]


def _charge(post: Post, missing: Away | None = None) -> Charge | None:
    if post.address is None:
        return None
    return Charge(
        person_id=post.person_id,
        name=post.name,
        unit_id=post.unit_id,
        address=post.address,
        account=post.account or "",
        instead_of=missing.name if missing else "",
        until=missing.last_on if missing else "",
    )
