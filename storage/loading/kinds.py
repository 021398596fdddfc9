"""The kinds of lists: their columns, and where each goes."""

from __future__ import annotations

from collections.abc import Iterable

from storage.campaign import STANCES
from storage.loading import beyond, land_lists
from storage.loading.cells import count, day, decimal, hour, numbered, one_of, percent, working_hours
from storage.loading.columns import NOWHERE, Column, Kind, is_source, maybe, needed, words
from storage.loading.land_lists import ADDRESS, AREA, GROUP, LAND, NOTE, NUMBER, OWNER, PLOT, SHEET


def _itself(listed: str) -> dict[str, str]:
    return {word: word for word in listed.split()}


_UNIT_KINDS = _itself(
    "city district ward commune neighborhood_group party_cell ward_party_committee peoples_council peoples_committee"
    " fatherland_front mass_organization ward_police school office organization"
)
_STATES = _itself(
    "submitted needs_changes approved in_progress self_assessed recognized not_recognized archived withdrawn"
) | {"deployed": "in_progress"}
_OWNER_TYPES = {"tap_the": "units", "ca_nhan": "individuals"}
_EVIDENCE = _itself("resolution document photo words")
_MEASURES = _itself("models sessions attendees households_met households_agreed")
_ROUTES = {"khieu_nai": "complaint", "to_cao": "denunciation", "phan_anh": "petition"}
_SESSION_STATES = _itself("reported")
_DAYS = {"nghi": True, "lam_viec": False}

KINDS = (
    Kind(
        name="units",
        code="unit_code",
        order=("valid_from", "valid_to"),
        columns=(
            needed("unit_code", "unit_id"),
            needed("unit_kind", "kind", one_of(_UNIT_KINDS, "unknown_unit_kind")),
            needed("unit_name", "name"),
            maybe("parent_code", "parent_id"),  # judged when all units are known: a parent may stand below its child
            needed("valid_from", read=day),
            maybe("valid_to", read=day),
            words("name_source", "source"),
            words("source"),
        ),
    ),
    Kind(
        name="campaigns",
        code="campaign_id",
        order=("opens_on", "registration_deadline", "locks_on"),
        columns=(
            needed("campaign_id"),
            needed("unit_code", "unit_id", of="units"),
            needed("year", read=count),
            needed("title"),
            needed("opens_on", read=day),
            needed("registration_deadline", read=day),
            needed("focal_body"),
            maybe("locks_on", read=day),
            maybe("escalate_after", read=count),
        ),
    ),
    Kind(
        name="fields",
        code="field_code",
        columns=(
            needed("campaign_id", of="campaigns"),
            needed("field_code", "code"),
            needed("field_name", "name"),
            needed("position", read=count),
        ),
    ),
    Kind(
        name="projects",
        code="project_code",
        columns=(
            needed("project_code", "project_id"),
            needed("project_name", "name"),
            needed("ward_code", "unit_id", of="units"),
            maybe("road_width_m", read=decimal),
            maybe("closed_on", read=day),
        ),
    ),
    Kind(
        name="individuals",
        code="individual_code",
        columns=(
            needed("individual_code", "individual_id"),
            needed("name"),
            needed("unit_code", "unit_id", of="units"),
        ),
    ),
    Kind(
        name="goals",
        also=beyond.goal,
        columns=(
            needed("unit_code", "unit_id", of="units"),
            needed("year", NOWHERE, count),
            needed("measure", read=one_of(_MEASURES, "unknown_measure")),
            needed("target", read=count),
            maybe("due_on", read=day),
        ),
    ),
    Kind(
        name="obligations",
        columns=(needed("unit_code", "unit_id", of="units"), needed("project_code", "project_id", of="projects")),
    ),
    Kind(
        name="plans",
        code="plan_code",
        columns=(
            needed("plan_code", "plan_id"),
            needed("unit_code", "unit_id", of="units"),
            needed("plan_number", "number"),
            needed("issuer"),
            needed("issued_on", read=day),
            needed("plan_title", "title"),
        ),
    ),
    Kind(
        name="conferences",
        code="conference_code",
        also=beyond.group,
        parts={
            "conferences": ("conference_id", "plan_id", "unit_id", "held_on", "held_at", "place"),
            "conference_groups": ("conference_id", "position", "name", "came", "invited", "share"),
        },
        columns=(
            needed("conference_code", "conference_id"),
            needed("plan_code", "plan_id", of="plans"),
            needed("unit_code", "unit_id", of="units"),
            needed("held_on", read=day),
            maybe("time", "held_at", hour),
            words("place"),
            needed("position", read=count),
            needed("group_name", "name"),
            maybe("came", read=count),
            maybe("invited", read=count),
            maybe("share", read=percent),
        ),
    ),
    Kind(
        name="duties",
        code="duty_code",
        order=("given_on", "due_on"),
        also=beyond.duty,
        columns=(
            needed("duty_code", "duty_id", numbered),
            needed("unit_code", "unit_id", of="units"),
            needed("duty_title", "title"),
            maybe("plan_code", "plan_id", of="plans"),
            needed("evidence", read=one_of(_EVIDENCE, "unknown_evidence")),
            needed("given_on", read=day),
            needed("due_on", read=day),
            Column(name="given_to", into="units", needed=True, of="units", many=True),
        ),
    ),
    Kind(
        name="resolutions",
        also=beyond.resolution,
        columns=(
            needed("unit_code", "unit_id", of="units"),
            needed("number"),
            needed("issued_on", NOWHERE, day),
            maybe("duty_code", NOWHERE, of="duties"),
        ),
    ),
    Kind(
        name="models",
        code="model_code",
        order=("starts_on", "ends_on"),
        also=beyond.model,
        spare=frozenset({"owner_kind", "owner_name", "field_name", "project_name"}),
        columns=(
            needed("model_code", "code", numbered),
            needed("year", NOWHERE, count),
            needed("owner_type", NOWHERE, one_of(_OWNER_TYPES, "unknown_owner_type")),
            needed("owner_code", NOWHERE),
            needed("field_code"),
            needed("model_name", "name"),
            maybe("project_code", "project_id", of="projects"),
            needed("status", "state", one_of(_STATES, "unknown_status")),
            needed("registered_on", read=day),
            words("content"),
            words("audience"),
            words("target"),
            maybe("starts_on", read=day),
            maybe("ends_on", read=day),
        ),
    ),
    Kind(
        name="sessions",
        code="session_code",
        also=beyond.session,
        spare=frozenset({"host_name", "project_name"}),
        columns=(
            needed("session_code", "code", numbered),
            needed("date", "held_on", day),
            needed("host_code", NOWHERE),
            Column(name="cohost_codes", into="cohosts", of="units", many=True),
            maybe("model_code", NOWHERE),
            maybe("field_code", NOWHERE),
            maybe("project_code", NOWHERE, of="projects"),
            words("topic"),
            words("audience"),
            words("place"),
            maybe("time", "held_at", hour),
            maybe("attendees", "attendee_count", count),
            maybe("households", "household_count", count),
            *(maybe(f"households_{name}", f"{name}_count", count) for name in STANCES),
            words("outcome"),
            needed("status", NOWHERE, one_of(_SESSION_STATES, "unknown_status")),
        ),
    ),
    Kind(
        name="households",
        code="household_code",
        parts={
            "households": ("household_id", "unit_id", "head_name", "address", "neighborhood_group", "source"),
            "parcels": ("household_id", "project_id", "map_sheet", "plot", "area_m2", "land_type", "note", "gone_on"),
        },
        also=beyond.is_there,
        columns=(
            needed("household_code", "household_id"),
            needed("head_name"),
            needed("address"),
            words("neighborhood_group"),
            needed("unit_code", "unit_id", of="units"),
            needed("project_code", "project_id", of="projects"),
            needed("map_sheet"),
            needed("plot"),
            needed("area_m2", read=decimal),
            words("land_type"),
            words("note"),
            words("source"),
        ),
    ),
    Kind(
        name="land",
        parts={
            "households": ("household_id", "unit_id", "head_name", "address", "neighborhood_group"),
            "parcels": ("household_id", "project_id", "map_sheet", "plot", "area_m2", "land_type", "note", "gone_on"),
        },
        lenient=True,
        of_project=True,
        implied=GROUP,
        rows=land_lists.parcel_rows,
        also=beyond.land,
        columns=(
            maybe(NUMBER, NOWHERE),
            needed(OWNER, "head_name"),
            words(ADDRESS, "address"),
            maybe(GROUP, NOWHERE),
            needed(SHEET, "map_sheet", land_lists.map_sheet),
            needed(PLOT, "plot", land_lists.plot),
            needed(AREA, "area_m2", land_lists.area),
            words(LAND, "land_type"),
            words(NOTE, "note"),
        ),
    ),
    Kind(
        name="faq",
        code="faq_code",
        order=("valid_from", "valid_to"),
        columns=(
            needed("faq_code", "faq_id"),
            needed("unit_code", "unit_id", of="units"),
            needed("question"),
            words("variants"),
            needed("answer"),
            needed("source"),
            needed("valid_from", read=day),
            maybe("valid_to", read=day),
        ),
    ),
    Kind(
        name="answer_templates",
        code="template_code",
        columns=(
            needed("template_code", "template_id"),
            needed("unit_code", "unit_id", of="units"),
            needed("template_title", "title"),
            needed("template_body", "body"),
            words("source"),
        ),
    ),
    Kind(
        name="ticket_rules",
        columns=(
            needed("unit_code", "unit_id", of="units"),
            Column(name="project_code", into="project_id", of="projects", empty=""),
            words("neighborhood_group"),
            words("officer_name"),
            maybe("answer_hours", "hours", working_hours),
        ),
    ),
    Kind(
        name="ward_days",
        columns=(
            needed("ward_day", "day", day),
            needed("day_kind", "off", one_of(_DAYS, "unknown_day_kind")),
            words("reason"),
        ),
    ),
    Kind(
        name="legal_routes",
        code="route_code",
        order=("valid_from", "valid_to"),
        columns=(
            needed("route_code", "route_id"),
            needed("unit_code", "unit_id", of="units"),
            needed("route_kind", "kind", one_of(_ROUTES, "unknown_route")),
            needed("where_to"),
            needed("rules"),
            needed("source"),
            needed("valid_from", read=day),
            maybe("valid_to", read=day),
        ),
    ),
)
"""In the order in which they need each other."""


def kind_of(header: Iterable[str]) -> tuple[Kind, int] | None:
    """The kind that a header looks like, and how many of its columns it has; None when most of it is strange."""
    given = {name for name in header if name and not is_source(name)}

    def likeness(kind: Kind) -> int:
        return len(given & kind.names()) - len(given - kind.names()) - len(kind.missing(given))

    best = max(KINDS, key=likeness)
    known = len(given & best.names())
    enough = not best.missing(given) if best.lenient else 2 * known >= len(given)
    return (best, known) if given and enough else None
