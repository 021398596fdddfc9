"""The figures and the rows behind them as tables: what a workbook has on its sheets and a page below its headings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.core import calendar
from bot.core.small_cells import Shown
from bot.core.texts import Texts
from storage.registers import DutyRow, ModelRow, ObligationRow, Registers, SessionRow
from storage.statistics import CLEARANCE, DayFigures, FieldCount, QuestionRow, Report


class Kind(StrEnum):
    """What stands in a column, and how: words, a number, (part, whole), an ISO day."""

    TEXT = "text"
    COUNT = "count"
    SHARE = "share"
    DAY = "day"


Cell = str | int | tuple[int, int] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: its name for programs, its head, what stands in it, and its width in letters."""

    key: str = ""
    head: str
    kind: Kind = Kind.TEXT
    width: int = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A named table, of JSON values; None is a cell of which nothing is known."""

    key: str
    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


Shape = tuple[tuple[str, Kind, int], ...]
"""The columns of a table: the address of the head, the kind, the width."""

COUNTED: Shape = (
    ("what", Kind.TEXT, 44), ("measure", Kind.TEXT, 12),
    ("collectives", Kind.COUNT, 10), ("all_collectives", Kind.COUNT, 14), ("share", Kind.SHARE, 10),
    ("individuals", Kind.COUNT, 10), ("all_individuals", Kind.COUNT, 14), ("share", Kind.SHARE, 10),
)  # fmt: skip
UNITS: Shape = (
    ("code", Kind.TEXT, 9), ("unit", Kind.TEXT, 32), ("models", Kind.COUNT, 14), ("sessions", Kind.COUNT, 14),
    ("registered_on", Kind.DAY, 14), ("due_on", Kind.DAY, 14), ("standing", Kind.TEXT, 16), ("obliged", Kind.TEXT, 18),
)  # fmt: skip
MODELS: Shape = (
    ("code", Kind.TEXT, 14), ("owner", Kind.TEXT, 28), ("owner_kind", Kind.TEXT, 12), ("field", Kind.TEXT, 26),
    ("project", Kind.TEXT, 28), ("model", Kind.TEXT, 50), ("target", Kind.TEXT, 24), ("state", Kind.TEXT, 24),
    ("registered_on", Kind.DAY, 14),
)  # fmt: skip
SESSIONS: Shape = (
    ("code", Kind.TEXT, 15), ("held_on", Kind.DAY, 13), ("hour", Kind.TEXT, 8), ("host", Kind.TEXT, 28),
    ("cohosts", Kind.TEXT, 28), ("project", Kind.TEXT, 28), ("model", Kind.TEXT, 40), ("place", Kind.TEXT, 24),
    ("topic", Kind.TEXT, 40), ("attendees", Kind.COUNT, 13), ("households", Kind.COUNT, 13), ("outcome", Kind.TEXT, 40),
)  # fmt: skip
LEDGER: Shape = (
    ("code", Kind.TEXT, 12), ("notice", Kind.TEXT, 30), ("project", Kind.TEXT, 30), ("published_on", Kind.DAY, 13),
    ("measure", Kind.TEXT, 12), ("recipients", Kind.COUNT, 10), ("delivered", Kind.COUNT, 10),
    ("received", Kind.COUNT, 10), ("understood", Kind.COUNT, 10), ("explain", Kind.COUNT, 14),
    ("silent", Kind.COUNT, 14),
)  # fmt: skip
OBLIGATIONS: Shape = (
    ("project", Kind.TEXT, 34), ("code", Kind.TEXT, 9), ("unit", Kind.TEXT, 32), ("model_code", Kind.TEXT, 16),
    ("sessions", Kind.COUNT, 14), ("standing", Kind.TEXT, 20),
)  # fmt: skip
DUTIES: Shape = (
    ("code", Kind.TEXT, 14), ("duty", Kind.TEXT, 50), ("plan", Kind.TEXT, 16), ("unit", Kind.TEXT, 32),
    ("given_on", Kind.DAY, 13), ("due_on", Kind.DAY, 13), ("done_on", Kind.DAY, 13), ("number", Kind.TEXT, 16),
    ("standing", Kind.TEXT, 16),
)  # fmt: skip
QUESTIONS: Shape = (
    ("code", Kind.TEXT, 14), ("project", Kind.TEXT, 34), ("asked_on", Kind.DAY, 13), ("due_on", Kind.DAY, 13),
    ("state", Kind.TEXT, 18), ("assignee", Kind.TEXT, 26),
)  # fmt: skip
GOALS: Shape = (
    ("code", Kind.TEXT, 9), ("unit", Kind.TEXT, 32), ("goal", Kind.TEXT, 26), ("measure", Kind.TEXT, 12),
    ("target", Kind.COUNT, 12), ("reached", Kind.COUNT, 12), ("share", Kind.SHARE, 10), ("due_on", Kind.DAY, 14),
)  # fmt: skip


def all_tables(report: Report, rows: Registers, texts: Texts) -> tuple[Table, ...]:
    """Every table, in the order in which they are read."""
    return (
        counted(report, texts),
        by_unit(report, rows, texts),
        models(rows.models, texts),
        sessions(rows.sessions, texts),
        ledger(report, texts),
        obligations(rows.obligations, texts),
        duties(rows.duties, report.figured.day, texts),
        goals(report, texts),
        questions(rows.questions, texts),
    )


def _table(key: str, shape: Shape, rows: Iterable[tuple[Cell, ...]], texts: Texts) -> Table:
    heads = [head for head, _, _ in shape]
    columns = tuple(
        Column(key=_key(heads, place), head=texts.say(f"tables.head.{head}"), kind=kind, width=width)
        for place, (head, kind, width) in enumerate(shape)
    )
    return Table(key=key, name=texts.say(f"tables.name.{key}"), columns=columns, rows=tuple(rows))


def _key(heads: Sequence[str], place: int) -> str:
    """The name of a column; a second one of the same name has its number."""
    before = heads[:place].count(heads[place])
    return f"{heads[place]}_{before + 1}" if before else heads[place]


# By field and unit -----------------------------------------------------------------------------


def counted(report: Report, texts: Texts) -> Table:
    """Owners by field, and what is counted of units alone; each row with what it counts and of how many."""
    figured = report.figured
    rows = [
        (*_begun("registered", "owners", figured.collectives, texts), None, None, figured.individuals, None, None),
        _of_units("obliged", figured.obliged_registered, len(figured.obliged), texts),
        _of_units("obliged_held", figured.obliged_held, len(figured.obliged), texts),
        *(_of_field(field, figured, texts) for field in figured.fields),
        _of_units("resolutions", figured.resolutions, figured.cells, texts),
        *(
            (*_begun(row, measure, count, texts), None, None, None, None, None)
            for row, measure, count in _counts(figured)
        ),
    ]
    return _table("counted", COUNTED, rows, texts)


def _counts(figured: DayFigures) -> list[tuple[str, str, Shown]]:
    """(what, of what, how many) of all that is counted of nobody: sessions, households, questions."""
    told, asked = figured.households, figured.questions
    met = [("households_met", told.met), ("households_agreed", told.agreed)]
    hesitating = [(name, getattr(told, name)) for name in ("hesitating", "price", "resettlement", "papers", "other")]
    questions = [(name, getattr(asked, name)) for name in ("asked", "answered", "open", "overdue")]
    return [
        ("sessions", "sessions", figured.sessions),
        *((row, row, count) for row, count in met),
        *((row, "households", count) for row, count in hesitating),
        *((row, "questions", count) for row, count in questions),
    ]


def _begun(row: str, measure: str, count: Shown, texts: Texts) -> tuple[Cell, ...]:
    return texts.say(f"tables.row.{row}"), texts.say(f"tables.measure.{measure}"), _told(count, texts)


def _of_units(row: str, part: int, whole: int, texts: Texts) -> tuple[Cell, ...]:
    return (*_begun(row, "owners", part, texts), whole, _share(part, whole), None, None, None)


def _of_field(field: FieldCount, figured: DayFigures, texts: Texts) -> tuple[Cell, ...]:
    row = "voluntary" if field.code == CLEARANCE else "field"
    return (
        texts.say(f"tables.row.{row}", field=field.name),
        texts.say("tables.measure.owners"),
        field.collectives,
        figured.collectives,
        _share(field.collectives, figured.collectives),
        field.individuals,
        figured.individuals,
        _share(field.individuals, figured.individuals),
    )


def _share(part: int, whole: int) -> tuple[int, int] | None:
    return (part, whole) if whole else None


def by_unit(report: Report, rows: Registers, texts: Texts) -> Table:
    """Each collective: how many models and sessions, when it registered, and whether it owes a clearance model."""
    figured = report.figured
    models_of = Counter(model.owner_id for model in rows.models)
    sessions_of = Counter(unit_id for session in rows.sessions for unit_id in session.unit_ids)
    obliged = {unit.code: unit.has_model for unit in figured.obliged}
    return _table(
        "units",
        UNITS,
        (
            (
                unit.code,
                unit.name,
                models_of[unit.code],
                sessions_of[unit.code],
                unit.model_on,
                unit.due_on,
                texts.say(f"tables.standing.{_standing(unit.model_on, unit.due_on)}"),
                texts.say(f"tables.obliged.{_obliged(obliged.get(unit.code))}"),
            )
            for unit in figured.standings
        ),
        texts,
    )


def _standing(came_on: str | None, due_on: str) -> str:
    if came_on is None:
        return "missing"
    return "on_time" if came_on <= due_on else "late"


def _obliged(has_model: bool | None) -> str:
    return "no" if has_model is None else "done" if has_model else "owed"


# The registers ---------------------------------------------------------------------------------


def models(rows: Sequence[ModelRow], texts: Texts) -> Table:
    """Each counted model."""
    return _table(
        "models",
        MODELS,
        (
            (
                row.code,
                row.owner_name,
                texts.say(f"tables.owner_kind.{'individual' if row.individual else 'collective'}"),
                row.field_name,
                row.project_name,
                row.name,
                row.target,
                texts.say(f"model_life.state.{row.state}"),
                row.registered_on,
            )
            for row in rows
        ),
        texts,
    )


def sessions(rows: Sequence[SessionRow], texts: Texts) -> Table:
    """Each counted session, a joint one once."""
    return _table(
        "sessions",
        SESSIONS,
        (
            (
                row.code,
                row.held_on,
                row.held_at,
                row.host_name,
                ", ".join(row.cohosts),
                row.project_name,
                row.model_name,
                row.place,
                row.topic,
                row.attendee_count,
                row.household_count,
                row.outcome,
            )
            for row in rows
        ),
        texts,
    )


def ledger(report: Report, texts: Texts) -> Table:
    """Each notice with its households: counts, no names."""
    return _table(
        "ledger",
        LEDGER,
        (
            (
                row.code,
                texts.say(f"notice.kind.{row.kind}"),
                row.project_name,
                calendar.local(row.published_at).date().isoformat(),
                texts.say("tables.measure.households"),
                row.households,
                row.delivered,
                row.received,
                row.understood,
                _told(row.explain, texts),
                _told(row.silent, texts),
            )
            for row in report.figured.notices
        ),
        texts,
    )


def _told(count: Shown, texts: Texts) -> Cell:
    """A number, or what is said in its place."""
    return count if isinstance(count, int) else texts.counted(count)


def obligations(rows: Sequence[ObligationRow], texts: Texts) -> Table:
    """Each unit with land to be cleared: its model, and its sessions for the project."""
    return _table(
        "obligations",
        OBLIGATIONS,
        (
            (
                row.project_name,
                row.unit_id,
                row.unit_name,
                row.model_code,
                row.sessions,
                texts.say(f"tables.obliged.{_obliged(row.model_code is not None)}"),
            )
            for row in rows
        ),
        texts,
    )


def duties(rows: Sequence[DutyRow], day: str, texts: Texts) -> Table:
    """Each unit's duties: when due, when done."""
    return _table(
        "duties",
        DUTIES,
        (
            (
                row.duty_id,
                row.title,
                row.plan,
                row.unit_name,
                row.given_on,
                row.due_on,
                row.done_on,
                row.number,
                texts.say(f"tables.duty.{_duty_standing(row, day)}"),
            )
            for row in rows
        ),
        texts,
    )


def _duty_standing(row: DutyRow, today: str) -> str:
    if row.done_on is None:
        return "overdue" if row.due_on < today else "owed"
    return "on_time" if row.done_on <= row.due_on else "late"


def goals(report: Report, texts: Texts) -> Table:
    """Each unit's goals and how far they are reached."""
    return _table(
        "goals",
        GOALS,
        (
            (
                goal.unit_code,
                goal.unit_name,
                texts.say(f"tables.goal.{goal.measure}"),
                texts.say(f"tables.measure.{goal.measure}"),
                goal.target,
                goal.reached,
                _share(goal.reached, goal.target),
                goal.due_on,
            )
            for goal in report.figured.goals
        ),
        texts,
    )


def questions(rows: Sequence[QuestionRow], texts: Texts) -> Table:
    """Each question of the residents and where it stands: never who asked, nor their words."""
    return _table(
        "questions",
        QUESTIONS,
        (
            (
                row.code,
                row.project_name,
                calendar.local(row.created_at).date().isoformat(),
                calendar.local(row.due_at).date().isoformat(),
                texts.say(f"ticket.state.{row.state}"),
                row.assignee_name,
            )
            for row in rows
        ),
        texts,
    )
