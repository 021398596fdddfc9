"""The rows behind the figures: the models, sessions, obligations and duties that a scope and a day count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from storage.database import Tx, load_queries, records
from storage.statistics import CLEARANCE, Page, QuestionRow, questions_of
from storage.statistics.day import where

_Q: Any = load_queries("registers")

EVERY = Page(most=1_000_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRow:
    """A counted model; `individual` says what kind of owner it has, `target` is canonical text."""

    model_id: str
    code: str
    owner_id: str
    owner_name: str
    individual: int
    field_code: str
    field_name: str
    project_name: str
    name: str
    target: str
    state: str
    registered_on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow:
    """A counted session. `cohosts` are names, `unit_ids` all who held it; counts are None where nobody gave them."""

    session_id: str
    code: str
    host_id: str
    host_name: str
    held_on: str
    held_at: str
    project_name: str
    model_code: str
    model_name: str
    topic: str
    place: str
    attendee_count: int | None
    household_count: int | None
    outcome: str
    reported_on: str
    cohosts: tuple[str, ...]
    unit_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationRow:
    """A unit's obligation in a project; `model_code` is None while it has no clearance model there."""

    unit_id: str
    unit_name: str
    project_name: str
    model_code: str | None
    sessions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyRow:
    """A unit's duty; `done_on` is None while it is owed, `number` that of the document which shows it."""

    duty_id: str
    title: str
    plan: str
    unit_id: str
    unit_name: str
    given_on: str
    due_on: str
    done_on: str | None
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Registers:
    """The rows of a scope and a day."""

    models: tuple[ModelRow, ...]
    sessions: tuple[SessionRow, ...]
    obligations: tuple[ObligationRow, ...]
    duties: tuple[DutyRow, ...]
    questions: tuple[QuestionRow, ...]


def registers(tx: Tx, scope: str, day: date) -> Registers:
    """All rows that `day_figures` counts for the same scope and day."""
    when = where(tx, scope, day)
    return Registers(
        models=tuple(records(ModelRow, _Q.models_until(tx, **when))),
        sessions=_sessions(tx, when),
        obligations=tuple(records(ObligationRow, _Q.obligations_until(tx, **when, clearance=CLEARANCE))),
        duties=tuple(records(DutyRow, _Q.duties_until(tx, **when))),
        questions=tuple(questions_of(tx, scope, day, EVERY)),
    )


def _sessions(tx: Tx, when: dict[str, Any]) -> tuple[SessionRow, ...]:
    together: dict[str, list[dict[str, str]]] = {}
    for row in _Q.cohosts_until(tx, **when):
        together.setdefault(row["session_id"], []).append(row)
    return tuple(_session(row, together.get(row["session_id"], [])) for row in _Q.sessions_until(tx, **when))


def _session(row: dict[str, Any], cohosts: list[dict[str, str]]) -> SessionRow:
    names = tuple(cohost["name"] for cohost in cohosts)
    return SessionRow(**row, cohosts=names, unit_ids=(row["host_id"], *(cohost["unit_id"] for cohost in cohosts)))
