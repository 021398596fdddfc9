"""Who is asking: a person in the role and the unit that are active in this conversation."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What somebody is to the ward; the names are those of the database."""

    SECRETARY = "secretary"
    RESIDENT = "resident"
    OFFICER = "officer"
    LEADER = "leader"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """A role in a unit. A leader's scope is the unit and everything below it."""

    membership_id: str
    role: Role
    unit_id: str
    unit_name: str
    deputy: bool = False  # of the secretary: the same rights, reminded only when the secretary is away


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """A known person at the other end, as whom they act now, and what else they could act as."""

    person_id: str
    name: str
    active: Membership
    memberships: tuple[Membership, ...]

    @property
    def role(self) -> Role:
        return self.active.role

    @property
    def scope(self) -> str:
        """The unit whose subtree this person may see."""
        return self.active.unit_id
