"""The campaign: its fields and projects, the units that take part, their models and sessions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from storage.database import Tx, load_queries, record_or_none, records

_Q = load_queries("campaign")


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """A year's movement in a ward."""

    campaign_id: str
    unit_id: str
    unit_name: str
    year: int
    title: str
    opens_on: str
    registration_deadline: str
    focal_body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A field, project or unit: its code and its name."""

    code: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Who registers a model or hosts a session: a collective, or an individual (then `individual`)."""

    owner_id: str
    name: str
    unit_id: str
    individual: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A registered model as its owner sees it in a list."""

    model_id: str
    code: str
    name: str
    field_code: str
    project_id: str | None
    state: str


def campaign_of(tx: Tx, scope: str, day: date) -> Campaign | None:
    """The campaign that a unit takes part in on a day: its own, or the nearest one above it."""
    return record_or_none(Campaign, _Q.campaign_of(tx, scope=scope, day=day.isoformat()))


def campaign(tx: Tx, campaign_id: str) -> Campaign | None:
    """One campaign."""
    return record_or_none(Campaign, _Q.campaign(tx, campaign_id=campaign_id))


def campaigns_open(tx: Tx, day: date) -> list[Campaign]:
    """The newest campaign of each ward on a day: for jobs."""
    return records(Campaign, _Q.campaigns_open(tx, day=day.isoformat()))


def campaigns_below(tx: Tx, scope: str, day: date) -> list[Campaign]:
    """The newest campaigns on a day in a unit and everything below it."""
    return records(Campaign, _Q.campaigns_below(tx, scope=scope, day=day.isoformat()))


def fields_of(tx: Tx, campaign_id: str) -> list[Named]:
    """The fields of a campaign in their order."""
    return [Named(code=row["code"], name=row["name"]) for row in _Q.fields_of(tx, campaign_id=campaign_id)]


def projects_of(tx: Tx, ward_id: str, day: date) -> list[Named]:
    """The ward's projects that are open on a day."""
    rows = _Q.projects_of(tx, unit_id=ward_id, day=day.isoformat())
    return [Named(code=row["project_id"], name=row["name"]) for row in rows]


def collectives_of(tx: Tx, ward_id: str, day: date) -> list[Named]:
    """The ward's collectives that exist on a day."""
    rows = _Q.collectives_of(tx, ward_id=ward_id, day=day.isoformat())
    return [Named(code=row["unit_id"], name=row["name"]) for row in rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A unit of the tree."""

    unit_id: str
    kind: str
    name: str
    parent_id: str | None


def unit(tx: Tx, unit_id: str) -> Unit | None:
    """One unit."""
    return record_or_none(Unit, _Q.unit(tx, unit_id=unit_id))


def highest(tx: Tx) -> list[str]:
    """The units that stand under no other: for the command line, which sees everything."""
    return [row["unit_id"] for row in _Q.highest(tx)]


def wards(tx: Tx) -> list[str]:
    """The units that hold a campaign: for what is done at the machine, and concerns all of them."""
    return [row["unit_id"] for row in _Q.wards(tx)]


def individual_of(tx: Tx, person_id: str) -> Owner | None:
    """The individual as which a person takes part."""
    row = _Q.individual_of(tx, person_id=person_id)
    return row and Owner(owner_id=row["individual_id"], name=row["name"], unit_id=row["unit_id"], individual=True)


def tie_individual(tx: Tx, individual_id: str, person_id: str) -> None:
    """A person is this individual."""
    _Q.tie_individual(tx, individual_id=individual_id, person_id=person_id)


def next_individual(tx: Tx) -> str:
    """The code of the next individual, "CN13"."""
    return f"CN{int(_Q.last_individual_number(tx)) + 1:02d}"


def add_individual(tx: Tx, person_id: str, name: str, unit_id: str) -> Owner:
    """A person takes part as a new individual."""
    individual_id = next_individual(tx)
    _Q.add_individual(tx, individual_id=individual_id, name=name, unit_id=unit_id, person_id=person_id)
    return Owner(owner_id=individual_id, name=name, unit_id=unit_id, individual=True)


def models_of(tx: Tx, owner: Owner, campaign_id: str) -> list[Model]:
    """An owner's models of a campaign, the newest first, without the withdrawn."""
    if owner.individual:
        return records(Model, _Q.models_of_individual(tx, individual_id=owner.owner_id, campaign_id=campaign_id))
    return records(Model, _Q.models_of_unit(tx, unit_id=owner.owner_id, campaign_id=campaign_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """A model of a mass organisation, as a party cell of the same ward may know it."""

    model_id: str
    code: str
    name: str
    owner_name: str


def organisation_models(tx: Tx, owner: Owner, campaign_id: str) -> list[Neighbour]:
    """The models of the ward's mass organisations, when the owner is a party cell."""
    if owner.individual:
        return []
    return records(Neighbour, _Q.organisation_models(tx, unit_id=owner.owner_id, campaign_id=campaign_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class NewModel:
    """A model to be registered; days are ISO text."""

    model_id: str
    campaign: Campaign
    owner: Owner
    field_code: str
    project_id: str | None
    name: str
    content: str
    audience: str
    target: str
    starts_on: str | None
    ends_on: str | None
    registered_on: str
    draft: str
    author_id: str


def add_model(tx: Tx, model: NewModel, now: int) -> str:
    """Register a model and return its code, "MH2021-050". Raises IntegrityError when the draft was sent before."""
    campaign = model.campaign
    number = int(_Q.last_model_number(tx, campaign_id=campaign.campaign_id)) + 1
    code = f"MH{campaign.year}-{number:03d}"
    _Q.add_model(
        tx,
        model_id=model.model_id,
        number=number,
        code=code,
        campaign_id=campaign.campaign_id,
        owner_unit_id=None if model.owner.individual else model.owner.owner_id,
        owner_individual_id=model.owner.owner_id if model.owner.individual else None,
        field_code=model.field_code,
        project_id=model.project_id,
        name=model.name,
        content=model.content,
        audience=model.audience,
        target=model.target,
        starts_on=model.starts_on,
        ends_on=model.ends_on,
        registered_on=model.registered_on,
        draft=model.draft,
        author_id=model.author_id,
        created_at=now,
    )
    return code


STANCES = ("met", "agreed", "hesitating", "price", "resettlement", "papers", "other")
"""How households stand, each a column "…_count" of a session."""


def stance_columns(stances: Mapping[str, int | None]) -> dict[str, int | None]:
    """{"met_count": 12, …} of {"met": 12, …}."""
    return {f"{name}_count": stances.get(name) for name in STANCES}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSession:
    """A session to be reported; `held_on` an ISO day, `held_at` "HH:MM" or None."""

    session_id: str
    campaign: Campaign
    host: Owner
    held_on: str
    held_at: str | None
    model_id: str | None
    field_code: str | None
    project_id: str | None
    topic: str = ""
    place: str
    coordinates: str = ""
    attendee_count: int | None
    household_count: int | None
    households: Mapping[str, int | None] = field(default_factory=dict)  # how those stand, by the names of `STANCES`
    outcome: str
    cohosts: tuple[str, ...]
    photos: tuple[str, ...]
    draft: str
    author_id: str
    reported_on: str


def add_session(tx: Tx, session: NewSession, now: int) -> str:
    """Report a session and return its code, "BUOI2021-019". Raises IntegrityError when the draft was sent before."""
    campaign = session.campaign
    number = int(_Q.last_session_number(tx, campaign_id=campaign.campaign_id)) + 1
    code = f"BUOI{campaign.year}-{number:03d}"
    _Q.add_session(
        tx,
        session_id=session.session_id,
        number=number,
        code=code,
        campaign_id=campaign.campaign_id,
        host_unit_id=None if session.host.individual else session.host.owner_id,
        host_individual_id=session.host.owner_id if session.host.individual else None,
        held_on=session.held_on,
        held_at=session.held_at,
        model_id=session.model_id,
        field_code=session.field_code,
        project_id=session.project_id,
        topic=session.topic,
        place=session.place,
        coordinates=session.coordinates,
        attendee_count=session.attendee_count,
        household_count=session.household_count,
        outcome=session.outcome,
        **stance_columns(session.households),
        draft=session.draft,
        author_id=session.author_id,
        reported_on=session.reported_on,
        created_at=now,
    )
    for unit_id in session.cohosts:
        _Q.add_cohost(tx, session_id=session.session_id, unit_id=unit_id)
    for media_id in session.photos:
        _Q.add_session_photo(tx, session_id=session.session_id, media_id=media_id)
    return code


def individual_unit(tx: Tx, individual_id: str) -> str | None:
    """The unit of an individual: for invitations, made by the administrator."""
    unit_id: str | None = _Q.individual_unit(tx, individual_id=individual_id)
    return unit_id


def household_unit(tx: Tx, household_id: str) -> str | None:
    """The unit in which a household lives: for invitations, made by the administrator."""
    unit_id: str | None = _Q.household_unit(tx, household_id=household_id)
    return unit_id
