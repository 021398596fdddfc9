"""Reports of outreach sessions after they are made: reading those that somebody keeps, and correcting them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.core.message import Address
from bot.core.people import Role
from storage.campaign import STANCES, Named, Owner, stance_columns
from storage.database import Tx, load_queries, record_or_none, records

_Q = load_queries("sessions")


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report as it stands; `version` grows with each correction, `locks_on` is the campaign's day or None."""

    session_id: str
    campaign_id: str
    number: int
    code: str
    version: int
    held_on: str
    held_at: str | None
    model_id: str | None
    field_code: str | None
    project_id: str | None
    topic: str
    place: str
    coordinates: str
    attendee_count: int | None
    household_count: int | None
    met_count: int | None
    agreed_count: int | None
    hesitating_count: int | None
    price_count: int | None
    resettlement_count: int | None
    papers_count: int | None
    other_count: int | None
    outcome: str
    created_at: int
    locks_on: str | None
    host_id: str
    host_name: str
    unit_id: str
    individual: int
    model_name: str | None
    project_name: str | None

    @property
    def host(self) -> Owner:
        """Who held it."""
        return Owner(owner_id=self.host_id, name=self.host_name, unit_id=self.unit_id, individual=bool(self.individual))

    @property
    def households(self) -> dict[str, int | None] | None:
        """How the households there stand, by the names of `STANCES`; None when nothing was said of them."""
        counts = {name: getattr(self, f"{name}_count") for name in STANCES}
        return counts if any(count is not None for count in counts.values()) else None

    def with_households(self, stances: Mapping[str, int | None]) -> Report:
        """The same report with other households."""
        return replace(self, **stance_columns(stances))  # type: ignore[arg-type]

    def locked_on(self, day: str) -> bool:
        """Whether its owner can't correct it any more on a day."""
        return self.locks_on is not None and day >= self.locks_on


def latest_kept_by(tx: Tx, person_id: str, role: Role, most: int) -> list[Report]:
    """The latest reports that a person keeps in a role."""
    return records(Report, _Q.latest_kept_by(tx, person_id=person_id, role=role, most=most))


def kept_by(tx: Tx, session_id: str, person_id: str, role: Role) -> Report | None:
    """One report, if the person keeps it in that role."""
    return record_or_none(Report, _Q.kept_by(tx, session_id=session_id, person_id=person_id, role=role))


def kept_by_with_code(tx: Tx, code: str, person_id: str, role: Role) -> Report | None:
    """The newest report of that code, if the person keeps it in that role."""
    return record_or_none(Report, _Q.kept_by_with_code(tx, code=code, person_id=person_id, role=role))


def latest_of(tx: Tx, host: Owner) -> Report | None:
    """The report that somebody made last."""
    if host.individual:
        return record_or_none(Report, _Q.latest_of_individual(tx, individual_id=host.owner_id))
    return record_or_none(Report, _Q.latest_of_unit(tx, unit_id=host.owner_id))


def held_on(tx: Tx, host: Owner, day: str) -> list[Report]:
    """The reports of one day, an ISO day, in which somebody took part as host or together with the host."""
    if host.individual:
        return records(Report, _Q.of_individual_on(tx, individual_id=host.owner_id, day=day))
    return records(Report, _Q.of_unit_on(tx, unit_id=host.owner_id, day=day))


def cohosts_of(tx: Tx, session_id: str) -> list[Named]:
    """The units that held a session together with its host."""
    return [Named(code=row["unit_id"], name=row["name"]) for row in _Q.cohosts_of(tx, session_id=session_id)]


def correct(tx: Tx, report: Report, seen: int) -> int | None:
    """Write a report as it should be; its new version, or None when it is no longer at the version that was seen."""
    version: int | None = _Q.correct(
        tx,
        session_id=report.session_id,
        version=seen,
        held_on=report.held_on,
        held_at=report.held_at,
        model_id=report.model_id,
        field_code=report.field_code,
        project_id=report.project_id,
        topic=report.topic,
        place=report.place,
        coordinates=report.coordinates,
        attendee_count=report.attendee_count,
        household_count=report.household_count,
        outcome=report.outcome,
        **stance_columns(report.households or {}),
    )
    return version


def set_cohosts(tx: Tx, session_id: str, unit_ids: tuple[str, ...]) -> None:
    """These units, and no others, held a session together with its host."""
    _Q.forget_cohosts(tx, session_id=session_id)
    for unit_id in unit_ids:
        _Q.add_cohost(tx, session_id=session_id, unit_id=unit_id)


def photos_of(tx: Tx, session_id: str) -> list[str]:
    """The photos of a session that are not lost, in the order in which they came."""
    return [row["media_id"] for row in _Q.photos_of(tx, session_id=session_id)]


def set_photos(tx: Tx, session_id: str, media_ids: Sequence[str]) -> None:
    """These, and no others, are a session's photos; those that are lost are forgotten."""
    _Q.forget_photos(tx, session_id=session_id)
    for media_id in media_ids:
        _Q.add_photo(tx, session_id=session_id, media_id=media_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One value of a report before and after: canonical, and as people read it."""

    item: str
    old: Any
    new: Any
    old_words: str
    new_words: str


def add_correction(
    tx: Tx,
    correction_id: str,
    session_id: str,
    version: int,
    change: Change,
    *,
    reason: str,
    person_id: str,
    role: Role,
    draft: str,
    now: int,
) -> None:
    """Keep what was corrected, by whom, when and why; `version` is the one that it made."""
    _Q.add_correction(
        tx,
        correction_id=correction_id,
        session_id=session_id,
        version=version,
        item=change.item,
        old_value=json.dumps(change.old, ensure_ascii=False),
        new_value=json.dumps(change.new, ensure_ascii=False),
        old_words=change.old_words,
        new_words=change.new_words,
        reason=reason,
        person_id=person_id,
        role=role,
        corrected_at=now,
        draft=draft,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A correction as it is told."""

    version: int
    item: str
    old_words: str
    new_words: str
    reason: str
    role: str
    corrected_at: int
    person_name: str


def corrections_of(tx: Tx, session_id: str, since: int = 0) -> list[Correction]:
    """The corrections of a report after a version, the oldest first."""
    return records(Correction, _Q.corrections_of(tx, session_id=session_id, since=since))


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerChat:
    """A chat of somebody who owns a report."""

    person_id: str
    name: str
    role: Role
    address: Address
    account: str


def owners_chats(tx: Tx, session_id: str) -> list[OwnerChat]:
    """The reachable chats of those who own a report, the newest of a person first."""
    return [
        OwnerChat(
            person_id=row["person_id"],
            name=row["name"],
            role=Role(row["role"]),
            address=Address(channel=row["channel"], chat=row["chat"]),
            account=row["account"],
        )
        for row in _Q.owners_chats(tx, session_id=session_id)
    ]
