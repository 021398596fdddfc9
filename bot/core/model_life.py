"""The life of a model: one table of who may do which step, from where to where, and whether it needs a reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.core.people import Role


class State(StrEnum):
    """Where a model stands; the names are those of the database. A draft is a form and no model yet."""

    SUBMITTED = "submitted"
    NEEDS_CHANGES = "needs_changes"
    APPROVED = "approved"
    IN_PROGRESS = "in_progress"
    SELF_ASSESSED = "self_assessed"
    RECOGNIZED = "recognized"
    NOT_RECOGNIZED = "not_recognized"
    ARCHIVED = "archived"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something that can be done with a model. `to` is None where it stays in its state."""

    name: str
    by: frozenset[Role]
    origins: frozenset[State]
    to: State | None
    reason: bool = False  # can't be done without one
    told: bool = False  # the owner hears of it
    level: str = ""  # only of a model that is recognised at this level; the step raises it to the next one

    def target(self, state: State) -> State:
        """The state in which a model is afterwards."""
        return self.to or state

    def fits(self, state: str, level: str | None) -> bool:
        """Whether a model in this state, recognised at this level if at any, can take the step."""
        return state in self.origins and (not self.level or self.level == level)


S = State
OWNER = frozenset({Role.SECRETARY, Role.RESIDENT})
"""Who answers for a model: the secretary of its unit, or the individual."""
FOCAL = frozenset({Role.OFFICER})
"""The body that collects registrations."""
JUDGES = frozenset({Role.OFFICER, Role.LEADER})
"""Who decides on recognition."""
DECIDED = frozenset({S.RECOGNIZED, S.NOT_RECOGNIZED})
RUNNING = frozenset({S.SUBMITTED, S.NEEDS_CHANGES, S.APPROVED, S.IN_PROGRESS})

STEPS: tuple[Step, ...] = (
    Step(name="approve", by=FOCAL, origins=frozenset({S.SUBMITTED}), to=S.APPROVED, told=True),
    Step(name="return", by=FOCAL, origins=frozenset({S.SUBMITTED}), to=S.NEEDS_CHANGES, reason=True, told=True),
    Step(name="ask", by=FOCAL, origins=frozenset({S.SUBMITTED}), to=S.NEEDS_CHANGES, reason=True, told=True),
    Step(name="correct", by=OWNER, origins=frozenset({S.SUBMITTED, S.NEEDS_CHANGES}), to=S.SUBMITTED),
    Step(name="start", by=OWNER, origins=frozenset({S.APPROVED}), to=S.IN_PROGRESS),
    Step(name="supplement", by=OWNER, origins=RUNNING, to=None),
    Step(name="assess", by=OWNER, origins=frozenset({S.IN_PROGRESS}), to=S.SELF_ASSESSED),
    Step(name="evidence", by=OWNER, origins=frozenset({S.APPROVED, S.IN_PROGRESS, S.SELF_ASSESSED}), to=None),
    Step(name="withdraw", by=OWNER, origins=RUNNING, to=S.WITHDRAWN, reason=True),
    Step(name="recognize", by=JUDGES, origins=frozenset({S.SELF_ASSESSED}), to=S.RECOGNIZED, reason=True, told=True),
    Step(name="refuse", by=JUDGES, origins=frozenset({S.SELF_ASSESSED}), to=S.NOT_RECOGNIZED, reason=True, told=True),
    Step(name="send_back", by=JUDGES, origins=frozenset({S.SELF_ASSESSED}), to=S.IN_PROGRESS, reason=True, told=True),
    Step(
        name="raise",
        by=JUDGES,
        origins=frozenset({S.RECOGNIZED}),
        to=S.RECOGNIZED,
        reason=True,
        told=True,
        level="ward",
    ),
    Step(name="replicate", by=JUDGES, origins=frozenset({S.RECOGNIZED}), to=None, reason=True, told=True),
    Step(name="archive", by=FOCAL, origins=DECIDED, to=S.ARCHIVED, told=True),
)
"""The table. Only who is allowed by it, from where it says, moves a model."""

BY_NAME = {step.name: step for step in STEPS}
REGISTER = "register"
"""The first line of a history: the registration itself."""
LEVELS = ("ward", "city")


def next_level(level: str) -> str:
    """The level above one."""
    return LEVELS[LEVELS.index(level) + 1]


def steps_for(role: Role, state: State, level: str | None = None) -> tuple[Step, ...]:
    """What somebody in a role may do now with a model of theirs, or of their scope."""
    return tuple(step for step in STEPS if role in step.by and step.fits(state, level))


def waiting_for(role: Role) -> tuple[State, ...]:
    """The states in which a model waits for a judgement by this role."""
    judged = [step for step in STEPS if role in step.by <= JUDGES and not step.origins <= DECIDED]
    return tuple(state for state in State if any(state in step.origins for step in judged))


ITEMS = (
    "name",
    "situation",
    "goals",
    "content",
    "audience",
    "forces",
    "resources",
    "period",
    "outputs",
    "upkeep",
)
"""The ten official items of a model, in their order."""
LATER = ("situation", "goals", "forces", "resources", "outputs", "upkeep")
"""Those that the registration by chat does not ask for."""


def missing_items(values: Mapping[str, str]) -> tuple[str, ...]:
    """The official items of which nothing is written yet, in their order."""
    return tuple(item for item in ITEMS if not values.get(item))
