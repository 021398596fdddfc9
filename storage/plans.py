"""Plans on which duties rest, and the conferences that launched them. Every reading takes the asker's scope."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.reading.groups import Group
from storage.database import Tx, load_queries, record_or_none, records

_Q = load_queries("plans")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A plan as its paper names it."""

    plan_id: str
    number: str
    issuer: str
    issued_on: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Conference:
    """A conference, without its groups."""

    conference_id: str
    plan_id: str
    plan_number: str
    held_on: str
    held_at: str | None
    place: str


def plans_of(tx: Tx, scope: str, most: int) -> list[Plan]:
    """The newest plans by which a unit or anything below it works."""
    return records(Plan, _Q.plans_of(tx, scope=scope, most=most))


def plan_of(tx: Tx, plan_id: str, scope: str) -> Plan | None:
    """One of them."""
    return record_or_none(Plan, _Q.plan_of(tx, plan_id=plan_id, scope=scope))


def keep_plan(tx: Tx, plan: Plan, unit_id: str, now: int) -> str:
    """Enter a plan, or find it where it is entered already; returns its id."""
    _Q.add_plan(
        tx, plan_id=plan.plan_id, unit_id=unit_id, number=plan.number, issuer=plan.issuer, issued_on=plan.issued_on,
        title=plan.title, created_at=now,
    )  # fmt: skip
    return str(_Q.plan_id_of(tx, unit_id=unit_id, number=plan.number, issued_on=plan.issued_on))


def conferences_of(tx: Tx, scope: str, most: int) -> list[Conference]:
    """The newest conferences of a unit and of anything below it."""
    return records(Conference, _Q.conferences_of(tx, scope=scope, most=most))


def conferences_on(tx: Tx, plan_id: str, scope: str) -> list[Conference]:
    """Those that launched one plan."""
    return records(Conference, _Q.conferences_on(tx, plan_id=plan_id, scope=scope))


def groups_of(tx: Tx, conference: Conference) -> list[Group]:
    """Who came to a conference that was read within a scope, in the order in which they were named."""
    return records(Group, _Q.groups_of(tx, conference_id=conference.conference_id))


def add_conference(
    tx: Tx, conference: Conference, unit_id: str, groups: Sequence[Group], *, draft: str, author_id: str, now: int
) -> bool:
    """Record a conference; False, and nothing done, when one on that plan and day is recorded already."""
    added = _Q.add_conference(
        tx, conference_id=conference.conference_id, plan_id=conference.plan_id, unit_id=unit_id,
        held_on=conference.held_on, held_at=conference.held_at, place=conference.place, draft=draft,
        author_id=author_id, created_at=now,
    )  # fmt: skip
    if added is None:
        return False
    for position, group in enumerate(groups, 1):
        _Q.add_group(
            tx, conference_id=conference.conference_id, position=position, name=group.name, came=group.came,
            invited=group.invited, share=group.share,
        )  # fmt: skip
    return True
