"""Figures as data for scripts: counts as numbers, shares as they are written."""

from __future__ import annotations

from dataclasses import asdict

from bot.core import figures
from storage.statistics.nouns import (
    CLEARANCE,
    Comparison,
    DayFigures,
    DutyCount,
    Expectation,
    FieldCount,
    Report,
    Tally,
)

Data = dict[str, object]

MOST_KEPT = 100
"""Entries of a list that are kept of what was sent: all of a ward; a city has tens of thousands."""


def report_as_json(told: Report) -> Data:
    """A report: the figures at its end, and what is known of its days."""
    period = told.period
    return {
        **as_json(told.figured),
        "unit_name": told.unit_name,
        "period": {"span": period.span, "first": period.first.isoformat(), "last": period.last.isoformat()},
        "compared": [_comparison(one) for one in told.compared],
        "days": [asdict(day) for day in told.days],
        "sent": asdict(told.sent) if told.sent else None,
    }


def _comparison(compared: Comparison) -> Data:
    return {"span": compared.period.span, "now": _tally(compared.now), "before": _tally(compared.before)}


def _tally(tally: Tally) -> Data:
    return asdict(tally)


def as_json(figured: DayFigures) -> Data:
    """The figures of a day."""
    return {
        "date": figured.day,
        "scope": figured.scope,
        "collectives": figured.collectives,
        "individuals": figured.individuals,
        "models": figured.models,
        "models_that_day": figured.models_that_day,
        "states": {count.state: count.models for count in figured.states},
        "obligatory": _obligatory_as_json(figured),
        "fields": [_field_as_json(field, figured) for field in figured.fields],
        "sessions": _sessions_as_json(figured),
        "resolutions": {
            "issued": figured.resolutions,
            "cells": figured.cells,
            "share": figures.share(figured.resolutions, figured.cells),
        },
        "expected": [_expectation_as_json(expectation) for expectation in figured.expected],
        "missing": {"model": list(figured.without_model), "session": list(figured.without_session)},
        "questions": asdict(figured.questions),
        "duties": [_duty_as_json(duty) for duty in figured.duties],
        "notices": [asdict(notice) for notice in figured.notices],
        "goals": [{**asdict(goal), "share": figures.share(goal.reached, goal.target)} for goal in figured.goals],
    }


def as_sent(figured: DayFigures) -> Data:
    """What is kept of figures that were sent: the counts, and of each list as many names as anybody reads."""
    kept = _shortened(as_json(figured))
    assert isinstance(kept, dict)
    return kept


def _shortened(value: object) -> object:
    if isinstance(value, dict):
        return {name: _shortened(inner) for name, inner in value.items()}
    return [_shortened(inner) for inner in value[:MOST_KEPT]] if isinstance(value, (list, tuple)) else value


def _duty_as_json(duty: DutyCount) -> Data:
    return {**asdict(duty), "late": duty.late, "share": figures.share(duty.done, duty.given)}


def _sessions_as_json(figured: DayFigures) -> Data:
    return {
        "total": figured.sessions,
        "joint": figured.joint_sessions,
        "reported_that_day": figured.sessions_that_day,
        "attendees": figured.attendees,
        "households": asdict(figured.households),
        "by_host": [{"host": row.host, "project": row.project, "count": row.held} for row in figured.hosts],
        "by_project": [asdict(project) for project in figured.projects],
    }


def _expectation_as_json(expectation: Expectation) -> Data:
    return {
        "what": expectation.what,
        "expected": expectation.expected,
        "received": expectation.received,
        "on_time": expectation.on_time,
        "late": expectation.late,
        "missing": list(expectation.missing),
        "overdue": list(expectation.overdue),
    }


def _obligatory_as_json(figured: DayFigures) -> Data:
    total = len(figured.obliged)
    return {
        "total": total,
        "registered": figured.obliged_registered,
        "registered_share": figures.share(figured.obliged_registered, total),
        "held_session": figured.obliged_held,
        "held_session_share": figures.share(figured.obliged_held, total),
        "missing": list(figured.obliged_without_model),
    }


def _field_as_json(field: FieldCount, figured: DayFigures) -> Data:
    return {
        "code": field.code,
        "name": field.name,
        "voluntary_only": field.code == CLEARANCE,
        "collectives": field.collectives,
        "collectives_share": figures.share(field.collectives, figured.collectives),
        "individuals": field.individuals,
        "individuals_share": figures.share(field.individuals, figured.individuals),
    }
