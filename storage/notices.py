"""Notices, their versions and wordings, and whom they are for. Every reading for a person takes a scope."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.core.people import Role
from storage.chats import Chat
from storage.database import Tx, load_queries, record_or_none, records

_Q = load_queries("notices")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectSize:
    """An open project with the number of its households."""

    code: str
    name: str
    unit_id: str
    households: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Household:
    """A household with land in a project; `source` says where invented data comes from."""

    household_id: str
    head_name: str
    address: str
    neighborhood_group: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A plot of a household; `area_m2` is a decimal number as text."""

    household_id: str
    map_sheet: str
    plot: str
    area_m2: str
    land_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdChat(Chat):
    """Where a member of a household can be written to."""

    household_id: str
    person_id: str


def project_sizes(tx: Tx, scope: str, day: date) -> list[ProjectSize]:
    """The open projects in a scope with the number of their households."""
    return records(ProjectSize, _Q.project_sizes(tx, scope=scope, day=day.isoformat()))


def is_open(tx: Tx, project_id: str, day: date) -> bool:
    """Whether anything is still told about a project on a day."""
    return _Q.is_open(tx, project_id=project_id, day=day.isoformat()) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """An account of a member of a household; without a channel, where the household has none."""

    household_id: str
    head_name: str
    neighborhood_group: str
    channel: str | None
    unreachable: str | None
    heard: int | None  # when they last wrote there, where that matters
    declined: int


def ways(tx: Tx, scope: str, project_id: str) -> list[Way]:
    """The accounts of a project's households, household by household, the one used last first."""
    return records(Way, _Q.ways(tx, scope=scope, project_id=project_id))


def households_of(tx: Tx, scope: str, project_id: str) -> list[Household]:
    """The households of a project in a scope."""
    return records(Household, _Q.households_of(tx, scope=scope, project_id=project_id))


def parcels_of(tx: Tx, scope: str, project_id: str, household_id: str) -> list[Parcel]:
    """The parcels of a household in a project and a scope."""
    return records(Parcel, _Q.parcels_of(tx, scope=scope, project_id=project_id, household_id=household_id))


# -- wordings and limits ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """A ward's own wording of a kind of notice."""

    version: int
    wording: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PastWording:
    """One of its versions, with who set it when."""

    version: int
    wording: str
    author_name: str
    created_at: int


def wording(tx: Tx, unit_id: str, kind: str) -> Wording | None:
    """What a ward has set for a kind of notice, if anything."""
    return record_or_none(Wording, _Q.wording(tx, unit_id=unit_id, kind=kind))


def wordings(tx: Tx, unit_id: str, kind: str) -> list[PastWording]:
    """All that a ward has set for a kind of notice, the newest first."""
    return records(PastWording, _Q.wordings(tx, unit_id=unit_id, kind=kind))


def add_wording(tx: Tx, unit_id: str, kind: str, new: Wording, author_id: str, draft: str, now: int) -> bool:
    """Set the wording of a kind; False when that version is there already."""
    added = _Q.add_wording(
        tx, unit_id=unit_id, kind=kind, version=new.version, wording=new.wording, author_id=author_id,
        created_at=now, draft=draft,
    )  # fmt: skip
    return added is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A statutory limit: so many days or months, by which law."""

    code: str
    amount: int
    unit: str
    law: str


def limits(tx: Tx, kind: str, day: date) -> list[Limit]:
    """The statutory limits of a kind of notice on a day."""
    return records(Limit, _Q.limits(tx, kind=kind, day=day.isoformat()))


# -- a notice and its steps ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One version of a notice with everything that its card and its message need.

    `limits` is JSON, those of the day on which it was composed; `latest` is the number of the newest version that
    was not withdrawn; `earlier_at` is when the version before this one went out.
    """

    notice_id: str
    series_id: str
    number: int
    code: str
    kind: str
    state: str
    project_id: str
    project_name: str
    unit_id: str
    wording: str
    wording_version: int
    content: str
    meets_at: str | None
    place: str
    limits: str
    author_id: str
    author_name: str
    composed_at: int
    published_at: int | None
    send_from: int | None
    finished_at: int | None
    steps: int
    latest: int | None
    earlier_at: int | None

    @property
    def legal(self) -> list[Limit]:
        """The statutory limits that it keeps."""
        return [Limit(**limit) for limit in json.loads(self.limits)]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewNotice:
    """A notice as it was composed; `series_id` and `number` say of what it is which version."""

    notice_id: str
    series_id: str
    number: int
    code: str
    project_id: str
    kind: str
    wording: Wording
    content: str
    meets_at: str | None
    place: str
    limits: Sequence[Limit]
    draft: str
    author_id: str


def next_code(tx: Tx, year: int) -> str:
    """The code of the next notice, "TB2021-001"."""
    return f"TB{year}-{int(_Q.last_number(tx)) + 1:03d}"


def next_number(tx: Tx, series_id: str) -> int:
    """The number of the next version of a notice, withdrawn ones counted."""
    return int(_Q.next_number(tx, series_id=series_id))


def add_notice(tx: Tx, new: NewNotice, now: int) -> bool:
    """Keep a notice as a draft; False when that version of it is there already."""
    kept = [{"code": one.code, "amount": one.amount, "unit": one.unit, "law": one.law} for one in new.limits]
    added = _Q.add_notice(
        tx,
        notice_id=new.notice_id,
        series_id=new.series_id,
        number=new.number,
        code=new.code,
        project_id=new.project_id,
        kind=new.kind,
        wording=new.wording.wording,
        wording_version=new.wording.version,
        content=new.content,
        meets_at=new.meets_at,
        place=new.place,
        limits=json.dumps(kept),
        draft=new.draft,
        author_id=new.author_id,
        composed_at=now,
    )
    return added is not None


def edit_notice(tx: Tx, notice_id: str, content: str, meets_at: str | None, place: str) -> None:
    """A draft says something else."""
    _Q.edit_notice(tx, notice_id=notice_id, content=content, meets_at=meets_at, place=place)


def set_files(tx: Tx, notice_id: str, media_ids: Sequence[str]) -> None:
    """These files, and no others, belong to a notice."""
    _Q.forget_files(tx, notice_id=notice_id)
    for media_id in media_ids:
        _Q.add_file(tx, notice_id=notice_id, media_id=media_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeFile:
    """A file of a notice; `sha256` is there once it is on our disk."""

    media_id: str
    state: str
    sha256: str | None


def files_of(tx: Tx, notice_id: str) -> list[NoticeFile]:
    """The files of a notice."""
    return records(NoticeFile, _Q.files_of(tx, notice_id=notice_id))


def sheet(tx: Tx, notice_id: str, scope: str) -> Sheet | None:
    """A version of a notice in a scope; the same None when there is none."""
    return record_or_none(Sheet, _Q.sheet(tx, notice_id=notice_id, scope=scope))


def waiting(tx: Tx, scope: str, person_id: str, most: int) -> list[Sheet]:
    """What waits for somebody's word: others' submitted notices and their own unfinished ones."""
    return records(Sheet, _Q.waiting(tx, scope=scope, person_id=person_id, most=most))


def issued(tx: Tx, scope: str, most: int) -> list[Sheet]:
    """The latest notices in a scope that went to households."""
    return records(Sheet, _Q.issued(tx, scope=scope, most=most))


def take_step(
    tx: Tx, step_id: str, seen: Sheet, step: str, state: str, person_id: str, now: int, reason: str = ""
) -> bool:
    """The next step of a notice as it was seen, and where it then stands; False when somebody else was the next."""
    position = _Q.add_step(
        tx, step_id=step_id, notice_id=seen.notice_id, position=seen.steps + 1, step=step, person_id=person_id,
        reason=reason, at=now,
    )  # fmt: skip
    if position is None:
        return False
    _Q.set_state(tx, notice_id=seen.notice_id, state=state)
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A step of a notice as it is told."""

    step: str
    reason: str
    at: int
    person_id: str
    person_name: str


def steps_of(tx: Tx, notice_id: str) -> list[Taken]:
    """What was done with a notice, the oldest first."""
    return records(Taken, _Q.steps_of(tx, notice_id=notice_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficialChat(Chat):
    """A chat of somebody who writes or approves notices."""

    person_id: str
    name: str
    role: str

    @property
    def as_role(self) -> Role:
        return Role(self.role)


def approvers(tx: Tx, seen: Sheet) -> list[OfficialChat]:
    """Where those can be written to who may approve a notice, one chat a person."""
    return _one_each(records(OfficialChat, _Q.approvers(tx, unit_id=seen.unit_id, author_id=seen.author_id)))


def author_chats(tx: Tx, notice_id: str) -> list[OfficialChat]:
    """Where the author of a notice can be written to."""
    return _one_each(records(OfficialChat, _Q.chats_of_author(tx, notice_id=notice_id)))


def _one_each(chats: Sequence[OfficialChat]) -> list[OfficialChat]:
    first: dict[str, OfficialChat] = {}
    for chat in chats:
        first.setdefault(chat.person_id, chat)
    return list(first.values())
