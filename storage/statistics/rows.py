"""The rows that make a figure: each within the scope of whoever asks, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from storage.campaign import Named
from storage.database import Tx, load_queries, record_or_none, records
from storage.statistics.day import midnight, where
from storage.statistics.nouns import CLEARANCE

_Q: Any = load_queries("statistics_rows")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Which rows of a list: so many after leaving so many out."""

    skip: int = 0
    most: int = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerRow:
    """An owner counted in a field, with its models there."""

    owner_id: str
    name: str
    individual: bool
    models: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRow:
    """A counted model."""

    model_id: str
    code: str
    name: str
    state: str
    field_name: str
    owner_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow:
    """A counted session; `project_name` is "" for one without a project."""

    session_id: str
    code: str
    held_on: str
    host_name: str
    project_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionSheet:
    """What a session's report says, for those who look at figures."""

    session_id: str
    code: str
    held_on: str
    held_at: str | None
    place: str
    attendee_count: int | None
    household_count: int | None
    outcome: str
    host_name: str
    model_name: str | None
    project_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionRow:
    """A counted question: where it stands and who is to answer it, never who asked."""

    code: str
    project_name: str
    state: str
    due_at: int
    created_at: int
    assignee_name: str

    @property
    def waiting(self) -> bool:
        return self.state not in ("answered", "closed")


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRow:
    """A unit with the models and sessions of all below it."""

    code: str
    name: str
    models: int
    sessions: int


def unit_within(tx: Tx, unit_id: str, scope: str) -> Named | None:
    """A unit, if it lies within a scope."""
    return record_or_none(Named, _Q.unit_within(tx, unit_id=unit_id, scope=scope))


def owners_of_field(tx: Tx, scope: str, day: date, field: str, page: Page) -> list[OwnerRow]:
    """The owners whom a field's figure counts."""
    found = _Q.owners_of_field(
        tx, **where(tx, scope, day), field=field, clearance=CLEARANCE, skip=page.skip, most=page.most
    )
    return [OwnerRow(**{**row, "individual": bool(row["individual"])}) for row in found]


def models_of(tx: Tx, scope: str, day: date, page: Page, *, field: str = "", owner_id: str = "") -> list[ModelRow]:
    """The models that are counted in a scope; of a field or of an owner alone when one is named."""
    found = _Q.models_of(tx, **where(tx, scope, day), field=field, owner_id=owner_id, skip=page.skip, most=page.most)
    return records(ModelRow, found)


def sessions_of(tx: Tx, scope: str, day: date, page: Page) -> list[SessionRow]:
    """The sessions that are counted in a scope, the newest first."""
    return records(SessionRow, _Q.sessions_of(tx, **where(tx, scope, day), skip=page.skip, most=page.most))


def questions_of(tx: Tx, scope: str, day: date, page: Page) -> list[QuestionRow]:
    """The questions that are counted in a scope, those that wait first, as they stand now."""
    began_at = midnight(date(where(tx, scope, day)["year"], 1, 1))
    ended_at = midnight(day + timedelta(days=1))
    found = _Q.questions_of(tx, scope=scope, began_at=began_at, ended_at=ended_at, skip=page.skip, most=page.most)
    return records(QuestionRow, found)


def session_within(tx: Tx, session_id: str, scope: str) -> SessionSheet | None:
    """One session, if it belongs to a scope; the same None when there is no such session."""
    return record_or_none(SessionSheet, _Q.session_within(tx, session_id=session_id, scope=scope))


def units_below(tx: Tx, scope: str, day: date, page: Page) -> list[UnitRow]:
    """The units directly below a unit, with their figures."""
    return records(UnitRow, _Q.units_below(tx, **where(tx, scope, day), skip=page.skip, most=page.most))
