"""The tables that files fill: how a row is known again, what a new one starts with, how all are read and written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from storage.campaign import stance_columns
from storage.database import Tx, load_queries

_Q: Any = load_queries("loading")

Record = dict[str, Any]
"""A row of a table by its columns."""

Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    name: str
    key: tuple[str, ...]
    read: Callable[[Tx], Iterable[Record]]
    write: Callable[..., object]  # (tx, **row)
    blank: Mapping[str, Any] = field(default_factory=dict)  # what a new row has where no file says anything
    born: str = ""  # the column with the id that a new row gets, besides its created_at
    dated: bool = False  # a new row gets its created_at, its id is its code
    once: tuple[str, ...] = ()  # what belongs to the product once the row is there: no later load changes it
    alone: tuple[str, ...] = ()  # columns, besides the key, that no two rows share
    taken: str = "number_taken"  # why a row is refused that shares them
    same: Callable[[Record, Record], bool] = lambda _old, _new: True  # whether a stored row may become this one
    repeats: bool = False  # the same row may be said again, in the same words


def pick(row: Record, columns: Iterable[str]) -> Key:
    """The values of some columns."""
    return tuple(row[column] for column in columns)


def rebuild_ancestors(tx: Tx) -> None:
    """Work out again which units lie below which; to be called whenever units change."""
    _Q.forget_ancestors(tx)
    _Q.find_ancestors(tx)


def _agree(*columns: str) -> Callable[[Record, Record], bool]:
    """A code that already belongs to somebody else, given out by chat perhaps, is not taken over by a file."""
    return lambda old, new: pick(old, columns) == pick(new, columns)


def _same_individual(old: Record, new: Record) -> bool:
    return old["person_id"] is None or bool(old["name"] == new["name"])


def _read_sessions(tx: Tx) -> Iterable[Record]:
    cohosts: dict[str, list[str]] = {}
    for row in _Q.all_cohosts(tx):
        cohosts.setdefault(row["session_id"], []).append(row["unit_id"])
    return [{**row, "cohosts": tuple(cohosts.get(row["session_id"], ()))} for row in _Q.all_sessions(tx)]


def _write_session(tx: Tx, *, cohosts: Iterable[str], session_id: str, **row: Any) -> None:
    _Q.put_session(tx, session_id=session_id, **row)
    _Q.forget_cohosts(tx, session_id=session_id)
    for unit_id in cohosts:
        _Q.put_cohost(tx, session_id=session_id, unit_id=unit_id)


def _read_duties(tx: Tx) -> Iterable[Record]:
    units: dict[str, list[str]] = {}
    for row in _Q.all_duty_units(tx):
        units.setdefault(row["duty_id"], []).append(row["unit_id"])
    return [{**row, "units": tuple(units.get(row["duty_id"], ()))} for row in _Q.all_duties(tx)]


def _write_duty(tx: Tx, *, units: Iterable[str], duty_id: str, **row: Any) -> None:
    """A unit that the file no longer names keeps the duty once it has acted on it."""
    _Q.put_duty(tx, duty_id=duty_id, **row)
    _Q.forget_duty_units(tx, duty_id=duty_id)
    for unit_id in units:
        _Q.put_duty_unit(tx, duty_id=duty_id, unit_id=unit_id)


TABLES = (
    Table(
        name="units",
        key=("unit_id",),
        read=_Q.all_units,
        write=_Q.put_unit,
        blank={"parent_id": None, "valid_to": None, "source": ""},
    ),
    Table(
        name="campaigns",
        key=("campaign_id",),
        read=_Q.all_campaigns,
        write=_Q.put_campaign,
        blank={"locks_on": None, "escalate_after": None},
        alone=("unit_id", "year"),
    ),
    Table(name="fields", key=("campaign_id", "code"), read=_Q.all_fields, write=_Q.put_field),
    Table(
        name="projects",
        key=("project_id",),
        read=_Q.all_projects,
        write=_Q.put_project,
        blank={"road_width_m": None, "closed_on": None},
    ),
    Table(
        name="individuals",
        key=("individual_id",),
        read=_Q.all_individuals,
        write=_Q.put_individual,
        blank={"person_id": None},
        same=_same_individual,
    ),
    Table(
        name="goals",
        key=("campaign_id", "unit_id", "measure"),
        read=_Q.all_goals,
        write=_Q.put_goal,
        blank={"due_on": None},
    ),
    Table(name="obligations", key=("unit_id", "project_id"), read=_Q.all_obligations, write=_Q.put_obligation),
    Table(
        name="plans",
        key=("plan_id",),
        read=_Q.all_plans,
        write=_Q.put_plan,
        dated=True,
        alone=("unit_id", "number", "issued_on"),
        taken="same_plan",
    ),
    Table(
        name="conferences",
        key=("conference_id",),
        read=_Q.all_conferences,
        write=_Q.put_conference,
        blank={"held_at": None, "place": ""},
        dated=True,
        repeats=True,
        alone=("plan_id", "unit_id", "held_on"),
        taken="same_conference",
    ),
    Table(
        name="conference_groups",
        key=("conference_id", "position"),
        read=_Q.all_conference_groups,
        write=_Q.put_conference_group,
        blank=dict.fromkeys(("came", "invited", "share")),
    ),
    Table(
        name="duties",
        key=("duty_id",),
        read=_read_duties,
        write=_write_duty,
        blank={"plan_id": None, "units": ()},
        dated=True,
        once=("due_on",),
        same=_agree("unit_id", "year"),
    ),
    Table(
        name="resolutions",
        key=("duty_id", "unit_id"),
        read=_Q.all_resolutions,
        write=_Q.put_resolution,
        once=("reported_on",),
    ),
    Table(
        name="models",
        key=("campaign_id", "code"),
        read=_Q.all_models,
        write=_Q.put_model,
        blank=dict.fromkeys(("content", "audience", "target"), "")
        | dict.fromkeys(("project_id", "starts_on", "ends_on")),
        born="model_id",
        same=_agree("owner_unit_id", "owner_individual_id"),
        once=("state",),
        alone=("campaign_id", "number"),
    ),
    Table(
        name="sessions",
        key=("campaign_id", "code"),
        read=_read_sessions,
        write=_write_session,
        blank=dict.fromkeys(("topic", "audience", "place", "outcome"), "")
        | dict.fromkeys(("held_at", "attendee_count", "household_count", "model_id", "field_code", "project_id"))
        | dict.fromkeys(stance_columns({}))
        | {"cohosts": ()},
        born="session_id",
        same=_agree("host_unit_id", "host_individual_id"),
        once=("reported_on",),
        alone=("campaign_id", "number"),
    ),
    Table(
        name="households",
        key=("household_id",),
        read=_Q.all_households,
        write=_Q.put_household,
        blank={"neighborhood_group": "", "source": ""},
        repeats=True,
    ),
    Table(
        name="parcels",
        key=("project_id", "map_sheet", "plot", "household_id"),
        read=_Q.all_parcels,
        write=_Q.put_parcel,
        blank={"land_type": "", "note": "", "gone_on": None},
    ),
    Table(
        name="faq",
        key=("faq_id",),
        read=_Q.all_faq,
        write=_Q.put_faq,
        blank={"variants": "", "valid_to": None},
        same=_agree("unit_id"),
    ),
    Table(
        name="answer_templates",
        key=("template_id",),
        read=_Q.all_answer_templates,
        write=_Q.put_answer_template,
        blank={"source": ""},
    ),
    Table(
        name="ticket_rules",
        key=("unit_id", "project_id", "neighborhood_group"),
        read=_Q.all_ticket_rules,
        write=_Q.put_ticket_rule,
        blank={"project_id": "", "neighborhood_group": "", "officer_name": "", "hours": None},
    ),
    Table(name="ward_days", key=("day",), read=_Q.all_ward_days, write=_Q.put_ward_day, blank={"reason": ""}),
    Table(
        name="legal_routes",
        key=("route_id",),
        read=_Q.all_legal_routes,
        write=_Q.put_legal_route,
        blank={"valid_to": None},
    ),
)
"""In the order in which they are written: a row before those that refer to it."""
