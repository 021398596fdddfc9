"""Goals of units, as an officer sets them by chat; the figures say how far each has come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from storage.campaign import Named
from storage.database import Tx, load_queries, records

_Q = load_queries("goals")


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """What a unit is to reach of a measure in a campaign."""

    campaign_id: str
    unit_id: str
    measure: str
    target: int


def units_of(tx: Tx, scope: str, ward_id: str, day: date) -> list[Named]:
    """The ward and its units, as far as they lie in a scope."""
    return records(Named, _Q.units_with_goals(tx, scope=scope, ward_id=ward_id, day=day.isoformat()))


def target_of(tx: Tx, campaign_id: str, unit_id: str, measure: str) -> int | None:
    """What a unit is to reach; None without a goal."""
    target: int | None = _Q.target(tx, campaign_id=campaign_id, unit_id=unit_id, measure=measure)
    return target


def set_goal(tx: Tx, goal: Goal, person_id: str, draft: str, now: int) -> int | None:
    """Set a goal and note who did; returns what stood there before."""
    old = target_of(tx, goal.campaign_id, goal.unit_id, goal.measure)
    key = {"campaign_id": goal.campaign_id, "unit_id": goal.unit_id, "measure": goal.measure}
    _Q.set_target(tx, **key, target=goal.target)
    _Q.add_change(tx, draft=draft, **key, old_target=old, new_target=goal.target, person_id=person_id, changed_at=now)
    return old
