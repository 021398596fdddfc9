"""Households and their people: who belongs to them, who speaks for them, and claims without a code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from bot.core.message import Address
from storage.chats import Chat
from storage.database import Tx, load_queries, record_or_none, records

_Q: Any = load_queries("households")


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A household that owns the land somebody claims; `members` is how many people joined for it."""

    household_id: str
    head_name: str
    address: str
    members: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MyHome:
    """A household to which the asker belongs; `speaker` is the name of whoever speaks for it."""

    household_id: str
    unit_id: str
    head_name: str
    address: str
    representative: bool
    speaker: str | None
    members: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MyLand:
    """A parcel of the asker's household."""

    project_name: str
    map_sheet: str
    plot: str
    area_m2: str
    land_type: str


def with_plot(tx: Tx, scope: str, project_id: str, map_sheet: str, plot: str) -> list[Candidate]:
    """The households in a scope that own a parcel of a project."""
    rows = _Q.with_plot(tx, scope=scope, project_id=project_id, map_sheet=map_sheet, plot=plot)
    return records(Candidate, rows)


def of_person(tx: Tx, person_id: str) -> list[MyHome]:
    """A person's own households."""
    return records(MyHome, _Q.of_person(tx, person_id=person_id))


def land_of(tx: Tx, household_id: str, person_id: str) -> list[MyLand]:
    """The land of a household to which this person belongs."""
    return records(MyLand, _Q.land_of(tx, household_id=household_id, person_id=person_id))


def become_representative(tx: Tx, household_id: str, person_id: str) -> bool:
    """Whether this member now speaks for the household; somebody else may have been faster."""
    return _Q.become_representative(tx, household_id=household_id, person_id=person_id) is not None


# -- slips --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipHome:
    """A household for which a slip is printed; `plots` are (map sheet, plot)."""

    household_id: str
    unit_id: str
    head_name: str
    address: str
    neighborhood_group: str
    plots: tuple[tuple[str, str], ...]


def for_slips(tx: Tx, project_id: str) -> list[SlipHome]:
    """The households of a project, for the command line."""
    names = ("household_id", "unit_id", "head_name", "address", "neighborhood_group")
    grouped = groupby(_Q.for_slips(tx, project_id=project_id), key=lambda row: {name: row[name] for name in names})
    return [SlipHome(**home, plots=tuple((row["map_sheet"], row["plot"]) for row in rows)) for home, rows in grouped]


def void_slips(tx: Tx, household_id: str, now: int) -> None:
    """The codes of earlier slips of a household are worth nothing any more."""
    _Q.void_slips(tx, household_id=household_id, now=now)


# -- claims -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A project by its code and name."""

    code: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewClaim:
    """What somebody without a code says of themselves."""

    claim_id: str
    project_id: str
    address: Address
    account: str
    name: str
    map_sheet: str
    plot: str
    text_version: str
    draft: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim(Chat):
    """A claim as an officer of its ward sees it, with the chat it came from; `outcome` is None while it is open."""

    claim_id: str
    unit_id: str
    project_id: str
    project_name: str
    name: str
    map_sheet: str
    plot: str
    text_version: str
    made_at: int
    outcome: str | None
    reason: str
    decided_at: int | None
    decided_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A claim in a list."""

    claim_id: str
    name: str
    map_sheet: str
    plot: str
    project_name: str
    made_at: int


def open_projects(tx: Tx, day: date) -> list[Project]:
    """The projects that are open: public."""
    return records(Project, _Q.open_projects(tx, day=day.isoformat()))


def project_unit(tx: Tx, project_id: str) -> str:
    """The ward of a project that is there."""
    return str(_Q.project_unit(tx, project_id=project_id))


def claim(tx: Tx, new: NewClaim, now: int) -> str:
    """Write a claim down; returns the ward to which it is put."""
    unit_id = project_unit(tx, new.project_id)
    _Q.claim(
        tx, claim_id=new.claim_id, unit_id=unit_id, project_id=new.project_id, channel=new.address.channel,
        account=new.account, chat=new.address.chat, name=new.name, map_sheet=new.map_sheet, plot=new.plot,
        text_version=new.text_version, draft=new.draft, made_at=now,
    )  # fmt: skip
    return unit_id


def claims_since(tx: Tx, channel: str, account: str, since: int) -> int:
    """How many claims an account made since then."""
    return int(_Q.claims_since(tx, channel=channel, account=account, since=since))


def claim_in_scope(tx: Tx, claim_id: str, scope: str) -> Claim | None:
    """A claim, if it is put to a ward in this scope."""
    return record_or_none(Claim, _Q.claim_in_scope(tx, claim_id=claim_id, scope=scope))


def waiting_claims(tx: Tx, scope: str, most: int) -> list[Waiting]:
    """The claims in a scope that wait, the oldest first."""
    return records(Waiting, _Q.waiting_claims(tx, scope=scope, most=most))


def decide(tx: Tx, claim: Claim, outcome: str, by: str, now: int, *, household_id: str = "", reason: str = "") -> bool:
    """Whether this decision counts: the first one does."""
    decided = _Q.decide(
        tx, claim_id=claim.claim_id, outcome=outcome, household_id=household_id or None, reason=reason, decided_by=by,
        now=now,
    )  # fmt: skip
    return decided is not None


def officers_over(tx: Tx, unit_id: str) -> list[Chat]:
    """The officers in whose scope a unit lies: for what the program itself sends."""
    return records(Chat, _Q.officers_over(tx, unit_id=unit_id))
