"""The kinds of lists: their columns, where each goes, and what a line says beyond its cells."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bot.core.gatherings import households_wrong
from bot.core.reading.households import REASONS
from storage.campaign import STANCES
from storage.loading import land_lists
from storage.loading.cells import (
    Bad,
    Read,
    count,
    day,
    decimal,
    hour,
    number_of,
    numbered,
    one_of,
    percent,
    working_hours,
)
from storage.loading.homes import said_of
from storage.loading.known import Known
from storage.loading.land_lists import ADDRESS, AREA, GROUP, LAND, NOTE, NUMBER, OWNER, PLOT, SHEET, Row
from storage.loading.tables import Record

Values = dict[str, Any]
"""What a line says, read; a column that the list does not have is missing."""

NOWHERE = ""
"""Where a column goes that only its kind's `also` reads, or only a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    name: str
    into: str  # the column of the table
    read: Read = str
    needed: bool = False
    of: str = ""  # the table that must have this code
    many: bool = False  # several codes with bars between them
    empty: str | None = None  # what an empty cell means


def needed(name: str, into: str | None = None, read: Read = str, of: str = "") -> Column:
    return Column(name=name, into=name if into is None else into, read=read, needed=True, of=of)


def maybe(name: str, into: str | None = None, read: Read = str, of: str = "") -> Column:
    return Column(name=name, into=name if into is None else into, read=read, of=of)


def words(name: str, into: str | None = None) -> Column:
    return Column(name=name, into=name if into is None else into, empty="")


def _nothing(_values: Values, _known: Known) -> Record:
    return {}


def _as_they_are(rows: Iterable[Row], _columns: Mapping[str, int]) -> Iterator[Row]:
    yield from rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    name: str
    columns: tuple[Column, ...]
    code: str = ""  # the column with the code by which other lists refer to a line
    order: tuple[str, ...] = ()  # columns with two days, the second not before the first
    also: Callable[[Values, Known], Record] = _nothing
    parts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # tables and columns, where a line makes several
    spare: frozenset[str] = frozenset()  # columns that only help a human reader
    lenient: bool = False  # typed for people: columns that nobody knows are left unread
    of_project: bool = False  # its lines do not say of which project they are: the sheet does, or who loads it
    implied: str = ""  # a column that `rows` fills where the sheet has none
    rows: Callable[[Iterable[Row], Mapping[str, int]], Iterator[Row]] = _as_they_are

    def names(self) -> set[str]:
        return {column.name for column in self.columns} | self.spare

    def missing(self, header: Iterable[str]) -> list[str]:
        """The columns that the list must have and has not."""
        return [column.name for column in self.columns if column.needed and column.name not in header]

    def strange(self, header: Iterable[str]) -> list[str]:
        """The columns that nobody knows, and that can't be left unread."""
        if self.lenient:
            return []
        return [name for name in header if name not in self.names() and not is_source(name)]

    def made(self, values: Values, known: Known) -> list[tuple[str, Record]]:
        """(table, row) of each row that a line makes. Raises Bad or Unjudged."""
        self._check_order(values)
        row = {
            column.into: column.empty if values[column.name] is None else values[column.name]
            for column in self.columns
            if column.into and column.name in values
        }
        row |= self.also(values, known)
        if not self.parts:
            return [(self.name, row)]
        return [(table, {name: row[name] for name in names if name in row}) for table, names in self.parts.items()]

    def _check_order(self, values: Values) -> None:
        for later in self.order[1:]:
            first, last = values.get(self.order[0]), values.get(later)
            if first and last and last < first:
                raise Bad("wrong_order", column=later, first=first, last=last)


def is_source(name: str) -> bool:
    """Columns that say where a figure comes from are welcome in every list."""
    return name == "source" or name.endswith("_source")


def kind_of(header: Iterable[str]) -> tuple[Kind, int] | None:
    """The kind that a header looks like, and how many of its columns it has; None when most of it is strange."""
    given = {name for name in header if name and not is_source(name)}

    def likeness(kind: Kind) -> int:
        return len(given & kind.names()) - len(given - kind.names()) - len(kind.missing(given))

    best = max(KINDS, key=likeness)
    known = len(given & best.names())
    enough = not best.missing(given) if best.lenient else 2 * known >= len(given)
    return (best, known) if given and enough else None


# What lines say beyond their cells -------------------------------------------------------------


def _held(values: Values, known: Known, code: str, role: str, among: Iterable[str], year: tuple[str, int]) -> Record:
    """What models and sessions share: a number in a campaign, and a collective or an individual whose they are."""
    holder = values[f"{role}_code"]
    table = known.demand(holder, tuple(among), f"{role}_code")
    campaign_id = known.campaign(known.home(table, holder), year[1], year[0])
    if values.get("field_code"):
        known.demand(values["field_code"], ("fields",), "field_code", (campaign_id,))
    return {
        "campaign_id": campaign_id,
        "number": number_of(values[code]),
        f"{role}_unit_id": holder if table == "units" else None,
        f"{role}_individual_id": holder if table == "individuals" else None,
    }


def _model(values: Values, known: Known) -> Record:
    return _held(values, known, "model_code", "owner", (values["owner_type"],), ("year", values["year"]))


def _session(values: Values, known: Known) -> Record:
    year = date.fromisoformat(values["date"]).year
    row = _held(values, known, "session_code", "host", ("units", "individuals"), ("date", year))
    if values["host_code"] in values.get("cohost_codes", ()):
        raise Bad("own_cohost", column="cohost_codes", value=values["host_code"])
    row |= _hesitating(values)
    return row | {"reported_on": values["date"]} | _of_model(values, row["campaign_id"], known)


def _hesitating(values: Values) -> Record:
    """Households that hesitate add up from their reasons where the list has no sum of its own. Raises Bad."""
    stances: Values = {name: values.get(f"households_{name}") for name in STANCES}
    reasons = [stances[name] for name in REASONS if stances[name] is not None]
    if stances["hesitating"] is None and reasons:
        stances["hesitating"] = sum(reasons)
    if wrong := households_wrong(stances):
        column = "households_met" if wrong == "more_than_met" else "households_hesitating"
        said: Values = {name: count or 0 for name, count in stances.items()}
        raise Bad(f"households_{wrong}", column=column, **said)
    return {"hesitating_count": stances["hesitating"]} if reasons else {}


def _of_model(values: Values, campaign_id: str, known: Known) -> Record:
    """A session's model, and the field and project that it takes from there when its own cells are empty."""
    code = values.get("model_code")
    if code:
        known.demand(code, ("models",), "model_code", (campaign_id,))
    model = (code and known.rows["models"].find(campaign_id, code)) or {}
    row = {"model_id": model.get("model_id")} if "model_code" in values else {}
    for said, name in (("field_code", "field_code"), ("project_code", "project_id")):
        if model or said in values:
            row[name] = values.get(said) or model.get(name)
    return row


def _duty(values: Values, _known: Known) -> Record:
    return {"year": date.fromisoformat(values["given_on"]).year}


def _resolution(values: Values, known: Known) -> Record:
    """The duty that a resolution is a report on: the one named, else the year's, which a list of resolutions begins."""
    issued_on, unit_id = values["issued_on"], values["unit_code"]
    row = {"done_on": issued_on, "reported_on": issued_on}
    return row | {"duty_id": values.get("duty_code") or _duty_of_the_year(int(issued_on[:4]), unit_id, known)}


def _duty_of_the_year(year: int, unit_id: str, known: Known) -> str:
    campaign_id = known.campaign(unit_id, year, "issued_on")
    above = known.line_up(unit_id)
    duties = [row for row in known.rows["duties"].all().values() if row["year"] == year and row["unit_id"] in above]
    if found := sorted(row["duty_id"] for row in duties if row["evidence"] == "resolution"):
        return str(found[0])
    campaign = known.rows["campaigns"].find(campaign_id) or {}
    duty = {
        "duty_id": f"NQ{year}-{campaign['unit_id']}",
        "unit_id": campaign["unit_id"],
        "year": year,
        "title": campaign["title"],
        "evidence": "resolution",
        "given_on": campaign["opens_on"],
        "due_on": f"{year}-12-31",
    }
    known.rows["duties"].want(duty)
    return str(duty["duty_id"])


def _land(values: Values, known: Known) -> Record:
    project_id = values["project"]
    row = {
        "household_id": known.homes[project_id, *said_of(values)],
        "unit_id": known.home("projects", project_id),
        "project_id": project_id,
        "gone_on": None,
    }
    return row | ({"neighborhood_group": values[GROUP]} if values.get(GROUP) else {})


def _is_there(_values: Values, _known: Known) -> Record:
    return {"gone_on": None}


def _group(values: Values, _known: Known) -> Record:
    """A group was counted, or only its share is known."""
    came, invited, share = (values.get(name) for name in ("came", "invited", "share"))
    if (came is None) != (invited is None) or (share is None) == (came is None):
        raise Bad("group_count", column="came")
    if came is not None and came > invited:
        raise Bad("more_came", column="came", came=came, invited=invited)
    return {}


def _goal(values: Values, known: Known) -> Record:
    if not values["target"]:
        raise Bad("no_target", column="target")
    return {"campaign_id": known.campaign(values["unit_code"], values["year"], "year")}


# The kinds -------------------------------------------------------------------------------------


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
        also=_goal,
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
        also=_group,
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
        also=_duty,
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
        also=_resolution,
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
        also=_model,
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
        also=_session,
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
        also=_is_there,
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
        also=_land,
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
