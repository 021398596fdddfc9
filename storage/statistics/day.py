"""The figures of a day, derived from the records: what is registered, held, and missing by name."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, time, timedelta
from typing import Any

from bot.core import calendar
from storage.database import Tx, load_queries, record, records
from storage.statistics.nouns import (
    CLEARANCE,
    DayFigures,
    DutyCount,
    FieldCount,
    GoalStanding,
    HostCount,
    HouseholdCount,
    NoticeCount,
    ProjectCount,
    QuestionCount,
    Standing,
    StateCount,
)

_Q: Any = load_queries("statistics")


def midnight(day: date) -> int:
    """The instant with which a local day begins."""
    return calendar.at(day, time(0))


def where(tx: Tx, scope: str, day: date) -> dict[str, Any]:
    """The parameters that every query of a day has. In January the movement of last year still counts."""
    year = _Q.campaign_year(tx, scope=scope, day=day.isoformat())
    return {"scope": scope, "year": year or day.year, "day": day.isoformat()}


def day_figures(tx: Tx, scope: str, day: date) -> DayFigures:
    """The figures of a scope (a unit and everything below it) as now known for the end of a day.

    Models and sessions of the newest campaign begun by that day; a session counts for its host and each co-host.
    """
    when = where(tx, scope, day)
    ended_at = midnight(day + timedelta(days=1))
    began_at = midnight(date(when["year"], 1, 1))
    owners = _Q.owners(tx, **when)
    sessions = _Q.sessions(tx, **when)
    resolutions = _Q.resolutions(tx, scope=scope, year_begins=f"{when['year']}-01-01", day=day.isoformat())
    return DayFigures(
        day=day.isoformat(),
        scope=scope,
        collectives=owners["collectives"],
        individuals=owners["individuals"],
        models=owners["models"],
        models_that_day=_Q.models_within(tx, scope=scope, year=when["year"], first=when["day"], last=when["day"]),
        fields=tuple(records(FieldCount, _Q.field_owners(tx, **when, clearance=CLEARANCE))),
        states=tuple(records(StateCount, _Q.states(tx, **when, ended_at=ended_at))),
        obliged=tuple(records(Standing, _Q.obliged(tx, **when, clearance=CLEARANCE))),
        standings=tuple(records(Standing, _Q.collectives(tx, **when))),
        sessions=sessions["held"],
        joint_sessions=sessions["joint"],
        sessions_that_day=sessions["reported_that_day"],
        attendees=sessions["attendees"],
        households=record(HouseholdCount, _Q.households(tx, **when)),
        hosts=tuple(records(HostCount, _Q.hosts(tx, **when))),
        projects=tuple(records(ProjectCount, _Q.projects(tx, **when))),
        cells=resolutions["cells"],
        resolutions=resolutions["issued"],
        notices=tuple(records(NoticeCount, _Q.notices(tx, scope=scope, began_at=began_at, ended_at=ended_at))),
        questions=QuestionCount(
            **_Q.questions(tx, scope=scope, began_at=began_at, today_at=midnight(day), ended_at=ended_at)
        ),
        duties=_duties(tx, when),
        goals=tuple(records(GoalStanding, _Q.goals(tx, **when))),
    )


def _duties(tx: Tx, when: dict[str, Any]) -> tuple[DutyCount, ...]:
    missing: defaultdict[str, list[str]] = defaultdict(list)
    for row in _Q.duties_missing(tx, **when):
        missing[row["code"]].append(row["name"])
    return tuple(DutyCount(**row, missing=tuple(missing[row["code"]])) for row in _Q.duties(tx, **when))


def standing_of(tx: Tx, unit_id: str, day: date) -> tuple[Standing | None, bool]:
    """(what a unit has done, or None when it is no collective; whether it owes a clearance model and has none)."""
    when = where(tx, unit_id, day)
    own = records(Standing, _Q.collectives(tx, **when))
    obliged = records(Standing, _Q.obliged(tx, **when, clearance=CLEARANCE))
    return next(iter(own), None), any(not unit.has_model for unit in obliged)


def laggards(tx: Tx, scope: str, day: date) -> list[Standing]:
    """The collectives of a scope that owe a model, the obligatory one, or a session."""
    when = where(tx, scope, day)
    obliged = records(Standing, _Q.obliged(tx, **when, clearance=CLEARANCE))
    owing = {unit.code for unit in obliged if not unit.has_model}
    units = records(Standing, _Q.collectives(tx, **when))
    return [unit for unit in units if unit.code in owing or not (unit.has_model and unit.has_session)]
