"""The life of a notice: one table of who may do which step, from where to where. Nobody approves their own."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.core.people import Role


class State(StrEnum):
    """Where a version of a notice stands; the names are those of the database."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    ISSUED = "issued"
    REPLACED = "replaced"  # a corrected version was issued after it
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something that can be done with a notice. `to` is None where another version comes of it."""

    name: str
    by: frozenset[Role]
    origins: frozenset[State]
    to: State | None
    reason: bool = False  # can't be done without one
    second: bool = False  # only by somebody who did not write the notice


S = State
OFFICERS = frozenset({Role.OFFICER})
APPROVERS = frozenset({Role.OFFICER, Role.LEADER})
"""Who may say that a notice goes out, as long as they did not write it."""
ON_PAPER = frozenset({S.ISSUED, S.REPLACED})
"""The states of a notice that households have been given, so that it has a ledger."""

STEPS: tuple[Step, ...] = (
    Step(name="submit", by=OFFICERS, origins=frozenset({S.DRAFT}), to=S.SUBMITTED),
    Step(name="approve", by=APPROVERS, origins=frozenset({S.SUBMITTED}), to=S.ISSUED, second=True),
    Step(name="cancel", by=APPROVERS, origins=frozenset({S.ISSUED}), to=S.SUBMITTED),
    Step(name="return", by=APPROVERS, origins=frozenset({S.SUBMITTED}), to=S.DRAFT, reason=True, second=True),
    Step(name="edit", by=OFFICERS, origins=frozenset({S.DRAFT}), to=S.DRAFT),
    Step(name="drop", by=OFFICERS, origins=frozenset({S.DRAFT, S.SUBMITTED}), to=S.WITHDRAWN),
    Step(name="correct", by=OFFICERS, origins=frozenset({S.ISSUED}), to=None),
    Step(name="withdraw", by=APPROVERS, origins=frozenset({S.ISSUED}), to=S.WITHDRAWN, reason=True),
)
"""The table. Only who is allowed by it, from where it says, moves a notice."""

BY_NAME = {step.name: step for step in STEPS}


def may(step: Step, role: Role, state: State, *, author: bool) -> bool:
    """Whether somebody in a role, its author or not, may do a step with a notice in this state."""
    return role in step.by and state in step.origins and not (step.second and author)


def steps_for(role: Role, state: State, *, author: bool) -> tuple[Step, ...]:
    """What somebody in a role may do now with a notice of their scope."""
    return tuple(step for step in STEPS if may(step, role, state, author=author))


KINDS = (
    "recovery_notice",
    "inventory_survey",
    "public_posting",
    "compensation_plan",
    "payout",
    "recovery_decision",
    "site_handover",
    "other",
)
"""The steps of land clearance at which a household gets a message, in their order."""
