"""The figures of a day, derived from the records: what is registered, held, and missing by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.core import figures
from storage.database import Tx, load_queries, records

_Q: Any = load_queries("statistics")

CLEARANCE = "GPMB"
"""The code of the land-clearance field, the only one that can be obligatory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldCount:
    """Distinct owners of a field; in the clearance field those who came of their own accord."""

    code: str
    name: str
    collectives: int
    individuals: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a unit has done so far."""

    code: str
    name: str
    has_model: bool
    has_session: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HostCount:
    """Sessions of a host on a project ("" without one)."""

    host: str
    project: str
    held: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFigures:
    """Everything counted for a scope up to the end of a day. Counts of owners are distinct owners.

    `obliged` and `standings` are the units by name: obliged to a clearance model (`has_model` is about that one),
    and every collective (any model). `attendees` adds up the sessions that say how many came.
    """

    day: str
    scope: str
    collectives: int
    individuals: int
    models: int
    models_that_day: int
    fields: tuple[FieldCount, ...]
    obliged: tuple[Standing, ...]
    standings: tuple[Standing, ...]
    sessions: int
    joint_sessions: int
    sessions_that_day: int
    attendees: int
    hosts: tuple[HostCount, ...]
    cells: int
    resolutions: int

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


def _where(tx: Tx, scope: str, day: date) -> dict[str, Any]:
    """The parameters that every query of a day has. In January the movement of last year still counts."""
    year = _Q.campaign_year(tx, scope=scope, day=day.isoformat())
    return {"scope": scope, "year": year or day.year, "day": day.isoformat()}


def day_figures(tx: Tx, scope: str, day: date) -> DayFigures:
    """The figures of a scope (a unit and everything below it) as now known for the end of a day.

    Models and sessions of the newest campaign begun by that day; a session belongs to the scope of its host and
    of each co-host.
    """
    where = _where(tx, scope, day)
    owners = _Q.owners(tx, **where)
    sessions = _Q.sessions(tx, **where)
    resolutions = _Q.resolutions(tx, scope=scope, year_begins=f"{where['year']}-01-01", day=day.isoformat())
    return DayFigures(
        day=day.isoformat(),
        scope=scope,
        collectives=owners["collectives"],
        individuals=owners["individuals"],
        models=owners["models"],
        models_that_day=_Q.registered_on(tx, **where),
        fields=tuple(records(FieldCount, _Q.field_owners(tx, **where, clearance=CLEARANCE))),
        obliged=_standings(_Q.obliged(tx, **where, clearance=CLEARANCE)),
        standings=_standings(_Q.collectives(tx, **where)),
        sessions=sessions["held"],
        joint_sessions=sessions["joint"],
        sessions_that_day=sessions["reported_that_day"],
        attendees=sessions["attendees"],
        hosts=tuple(records(HostCount, _Q.hosts(tx, **where))),
        cells=resolutions["cells"],
        resolutions=resolutions["issued"],
    )


def _standings(rows: Iterable[Mapping[str, Any]]) -> tuple[Standing, ...]:
    return tuple(
        Standing(
            code=row["code"],
            name=row["name"],
            has_model=bool(row["has_model"]),
            has_session=bool(row["has_session"]),
        )
        for row in rows
    )


def standing_of(tx: Tx, unit_id: str, day: date) -> tuple[Standing | None, bool]:
    """(what a unit has done, or None when it is no collective; whether it owes a clearance model and has none)."""
    where = _where(tx, unit_id, day)
    own = _standings(_Q.collectives(tx, **where))
    obliged = _standings(_Q.obliged(tx, **where, clearance=CLEARANCE))
    return next(iter(own), None), any(not unit.has_model for unit in obliged)


def as_json(figured: DayFigures) -> dict[str, object]:
    """The figures as data: counts as numbers, shares as they are written."""
    return {
        "date": figured.day,
        "scope": figured.scope,
        "collectives": figured.collectives,
        "individuals": figured.individuals,
        "models": figured.models,
        "models_that_day": figured.models_that_day,
        "obligatory": _obligatory_as_json(figured),
        "fields": [_field_as_json(field, figured) for field in figured.fields],
        "sessions": {
            "total": figured.sessions,
            "joint": figured.joint_sessions,
            "reported_that_day": figured.sessions_that_day,
            "attendees": figured.attendees,
            "by_host": [{"host": row.host, "project": row.project, "count": row.held} for row in figured.hosts],
        },
        "resolutions": {
            "issued": figured.resolutions,
            "cells": figured.cells,
            "share": figures.share(figured.resolutions, figured.cells),
        },
        "missing": {"model": list(figured.without_model), "session": list(figured.without_session)},
    }


def _obligatory_as_json(figured: DayFigures) -> dict[str, object]:
    total = len(figured.obliged)
    return {
        "total": total,
        "registered": figured.obliged_registered,
        "registered_share": figures.share(figured.obliged_registered, total),
        "held_session": figured.obliged_held,
        "held_session_share": figures.share(figured.obliged_held, total),
        "missing": list(figured.obliged_without_model),
    }


def _field_as_json(field: FieldCount, figured: DayFigures) -> dict[str, object]:
    return {
        "code": field.code,
        "name": field.name,
        "voluntary_only": field.code == CLEARANCE,
        "collectives": field.collectives,
        "collectives_share": figures.share(field.collectives, figured.collectives),
        "individuals": field.individuals,
        "individuals_share": figures.share(field.individuals, figured.individuals),
    }
