"""The nouns of the figures: what is counted, for whom, and up to when. Every report is made from these."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.core.periods import Period
from bot.core.small_cells import Hidden, Label, Shown

CLEARANCE = "GPMB"
"""The code of the land-clearance field, the only one that can be obligatory."""

MEASURES = ("models", "sessions", "attendees", "households_met", "households_agreed")
"""What a goal can be set for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldCount:
    """Distinct owners of a field; in the clearance field those who came of their own accord."""

    code: str
    name: str
    collectives: int
    individuals: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StateCount:
    """Models that were in a state of their life at the end of the day (the names of `bot.core.model_life.State`)."""

    state: str
    models: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a unit has done so far: the first days of its models and sessions, None where there is none.

    `due_on` is its campaign's deadline of registration.
    """

    code: str
    name: str
    due_on: str
    model_on: str | None
    session_on: str | None

    @property
    def has_model(self) -> bool:
        return self.model_on is not None

    @property
    def has_session(self) -> bool:
        return self.session_on is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """How many were expected of something ("model", "clearance_model" or "session"), how many came, and who is missing.

    `missing` names units; those in `overdue` are missing although their deadline has passed. A session has no deadline:
    it is never late.
    """

    what: str
    expected: int
    on_time: int
    late: int
    missing: tuple[str, ...]
    overdue: tuple[str, ...]

    @property
    def received(self) -> int:
        return self.on_time + self.late


@dataclass(frozen=True, slots=True, kw_only=True)
class HostCount:
    """Sessions of a host on a project ("" without one)."""

    host: str
    project: str
    held: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectCount:
    """Sessions on a project; code and name are "" for those without one."""

    code: str
    name: str
    held: int
    attendees: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdCount:
    """Households of clearance: met and agreed in all sessions, still hesitating by main reason as last reported."""

    met: int
    agreed: Shown
    hesitating: Shown
    price: Shown
    resettlement: Shown
    papers: Shown
    other: Shown

    @property
    def reasons(self) -> tuple[tuple[str, Shown], ...]:
        """The reasons that were given, the most frequent first; none where nothing can be told of them."""
        named = [(name, getattr(self, name)) for name in ("price", "resettlement", "papers", "other")]
        if any(isinstance(count, Hidden) and count.label is Label.UNTOLD for _, count in named):
            return ()
        return tuple(sorted((one for one in named if one[1]), key=lambda one: -_at_least(one[1])))


def _at_least(count: Shown) -> int:
    if isinstance(count, int):
        return count
    return count.fewest if count.label is Label.MORE else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCount:
    """What happened on a day: sessions held, models registered, notices acknowledged by households."""

    day: str
    sessions: int
    models: int
    received: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeCount:
    """A notice with its households: reached, having acknowledged (some of whom understood), asking, and silent."""

    code: str
    kind: str
    project_name: str
    published_at: int
    households: int
    delivered: int
    received: int
    understood: int
    explain: Shown
    silent: Shown


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionCount:
    """Residents' questions of the year as they stood when the day ended; overdue are those due before that day."""

    asked: int
    answered: int
    open: int
    overdue: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyCount:
    """A duty with the units of a scope that have it: how many did it, how many of them in time, and who has not."""

    code: str
    title: str
    due_on: str
    given: int
    done: int
    on_time: int
    missing: tuple[str, ...]

    @property
    def late(self) -> int:
        return self.done - self.on_time

    def overdue(self, day: str) -> tuple[str, ...]:
        """Who has not done it although its day lies behind."""
        return self.missing if self.due_on < day else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalStanding:
    """A unit's goal and how far it has come; `measure` is one of MEASURES, `due_on` None for the whole campaign."""

    unit_code: str
    unit_name: str
    measure: str
    target: int
    reached: int
    due_on: str | None

    @property
    def met(self) -> bool:
        return self.reached >= self.target

    def behind(self, day: str) -> bool:
        """Whether its day has come and it is not reached."""
        return not self.met and self.due_on is not None and self.due_on <= day


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What came in within some days: sessions and what was done of duties count on the day of their report."""

    first: str
    last: str
    models: int
    sessions: int
    attendees: int
    notices: int
    received: int
    explain: Shown
    questions: int
    duties_given: int
    duties_done: int
    duties_late: int

    @property
    def anything(self) -> bool:
        """Whether anything came in."""
        return any(
            (
                self.models,
                self.sessions,
                self.notices,
                self.received,
                self.explain,
                self.questions,
                self.duties_given,
                self.duties_done,
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFigures:
    """Everything counted for a scope up to the end of a day. Counts of owners are distinct owners.

    `obliged` and `standings` are the units by name: obliged to a clearance model (`model_on` is about that one),
    and every collective (any model). `attendees` adds up the sessions that say how many came.
    """

    day: str
    scope: str
    collectives: int
    individuals: int
    models: int
    models_that_day: int
    fields: tuple[FieldCount, ...]
    states: tuple[StateCount, ...]
    obliged: tuple[Standing, ...]
    standings: tuple[Standing, ...]
    sessions: int
    joint_sessions: int
    sessions_that_day: int
    attendees: int
    households: HouseholdCount
    hosts: tuple[HostCount, ...]
    projects: tuple[ProjectCount, ...]
    cells: int
    resolutions: int
    notices: tuple[NoticeCount, ...]
    questions: QuestionCount
    duties: tuple[DutyCount, ...]
    goals: tuple[GoalStanding, ...]

    @property
    def obliged_registered(self) -> int:
        """Obliged units with a clearance model."""
        return sum(unit.has_model for unit in self.obliged)

    @property
    def obliged_held(self) -> int:
        """Obliged units with a session."""
        return sum(unit.has_session for unit in self.obliged)

    @property
    def without_model(self) -> tuple[str, ...]:
        """Names of the collectives that have no model."""
        return tuple(unit.name for unit in self.standings if not unit.has_model)

    @property
    def without_session(self) -> tuple[str, ...]:
        """Names of the collectives that took part in no session."""
        return tuple(unit.name for unit in self.standings if not unit.has_session)

    @property
    def obliged_without_model(self) -> tuple[str, ...]:
        """Names of the obliged units without a clearance model: missing by name."""
        return tuple(unit.name for unit in self.obliged if not unit.has_model)

    @property
    def expected(self) -> tuple[Expectation, ...]:
        """What every unit was to bring: any model, the obligatory one, a session."""
        return (
            _models_expected("model", self.standings, self.day),
            _models_expected("clearance_model", self.obliged, self.day),
            _sessions_expected(self.standings),
        )

    @property
    def overdue(self) -> tuple[str, ...]:
        """Names of the units that are late with a model or a duty, each once."""
        expected = (name for expectation in self.expected for name in expectation.overdue)
        given = (name for duty in self.duties for name in duty.overdue(self.day))
        return tuple(dict.fromkeys((*expected, *given)))

    @property
    def goals_missed(self) -> tuple[GoalStanding, ...]:
        """Goals below their target."""
        return tuple(goal for goal in self.goals if not goal.met)


def _models_expected(what: str, units: Iterable[Standing], day: str) -> Expectation:
    units = tuple(units)
    came = [(unit.model_on, unit.due_on) for unit in units if unit.model_on]
    on_time = sum(model_on <= due_on for model_on, due_on in came)
    return Expectation(
        what=what,
        expected=len(units),
        on_time=on_time,
        late=len(came) - on_time,
        missing=tuple(unit.name for unit in units if not unit.has_model),
        overdue=tuple(unit.name for unit in units if not unit.has_model and unit.due_on < day),
    )


def _sessions_expected(units: tuple[Standing, ...]) -> Expectation:
    missing = tuple(unit.name for unit in units if not unit.has_session)
    came = len(units) - len(missing)
    return Expectation(what="session", expected=len(units), on_time=came, late=0, missing=missing, overdue=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A span of days beside the one before it: today and yesterday, this week and the last."""

    period: Period
    now: Tally
    before: Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """Figures as they were sent; `figures` is what `as_json` made of them then."""

    span: str
    day: str
    sent_at: int
    figures: dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The figures of a unit for a period: what is so at its end, what came within it, day by day, and what was sent.

    `compared` begins with the period itself; a day has its week beside it.
    """

    unit_name: str
    period: Period
    figured: DayFigures
    compared: tuple[Comparison, ...]
    days: tuple[DayCount, ...]
    sent: Sent | None
