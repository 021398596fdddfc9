"""Meetings with households: who is invited, what they answer. Every reading takes a scope or a person."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from storage.chats import Chat
from storage.database import Tx, load_queries, record_or_none, records

_Q = load_queries("meetings")


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A meeting; `moment` is local and ISO, `cancelled` says why where it is, `version` grows with each change."""

    meeting_id: str
    unit_id: str
    project_id: str | None
    neighborhood_group: str
    project_name: str
    topic: str
    moment: str
    place: str
    version: int
    cancelled: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """A household that is invited, and what it says now; "" has not answered."""

    household_id: str
    head_name: str
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited(Meeting):
    """A meeting as somebody is invited to it, with those of their households that are."""

    homes: tuple[Home, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitedChat(Chat):
    """Where a member of an invited household can be written to, and what the household says now."""

    household_id: str
    head_name: str
    answer: str | None
    person_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """What an invited household says now; "" has not answered."""

    household_id: str
    head_name: str
    neighborhood_group: str
    answer: str
    delegate: str


def groups_in(tx: Tx, scope: str) -> list[str]:
    """The neighbourhood groups of a scope that have households."""
    return [row["name"] for row in _Q.groups_in(tx, scope=scope)]


def add_meeting(tx: Tx, meeting: Meeting, author_id: str, draft: str, now: int) -> None:
    """A new meeting."""
    _Q.add_meeting(
        tx, meeting_id=meeting.meeting_id, unit_id=meeting.unit_id, project_id=meeting.project_id,
        neighborhood_group=meeting.neighborhood_group, topic=meeting.topic, moment=meeting.moment, place=meeting.place,
        author_id=author_id, draft=draft, created_at=now,
    )  # fmt: skip


def in_scope(tx: Tx, meeting_id: str, scope: str) -> Meeting | None:
    """A meeting of a scope."""
    return record_or_none(Meeting, _Q.in_scope(tx, meeting_id=meeting_id, scope=scope))


def coming_in(tx: Tx, scope: str, moment: str, most: int) -> list[Meeting]:
    """The meetings of a scope from a moment on."""
    return records(Meeting, _Q.coming_in(tx, scope=scope, moment=moment, most=most))


def invited_to(tx: Tx, meeting_id: str, person_id: str) -> Invited | None:
    """A meeting to which a household of this person is invited; the same None when there is no such meeting."""
    row = _Q.invited_to(tx, meeting_id=meeting_id, person_id=person_id)
    homes = records(Home, _Q.homes_of(tx, meeting_id=meeting_id, person_id=person_id)) if row else []
    return Invited(**row, homes=tuple(homes)) if row else None


def invitations_of(tx: Tx, person_id: str, moment: str, most: int) -> list[Meeting]:
    """The coming meetings to which a household of this person is invited."""
    return records(Meeting, _Q.invitations_of(tx, person_id=person_id, moment=moment, most=most))


def people_of(tx: Tx, meeting_id: str) -> list[str]:
    """Who is written to for the households invited to a meeting, but for those that do not come: for the job."""
    return [row["person_id"] for row in _Q.people_of(tx, meeting_id=meeting_id)]


def chats_of(tx: Tx, meeting_id: str, person_id: str) -> list[InvitedChat]:
    """The households for which a person who wants it is invited to a meeting, and where they are written to."""
    return records(InvitedChat, _Q.chats_of(tx, meeting_id=meeting_id, person_id=person_id))


def coming(tx: Tx, meeting_id: str) -> Meeting | None:
    """A meeting that is not cancelled: for what the program itself sends, never for a person."""
    return record_or_none(Meeting, _Q.coming(tx, meeting_id=meeting_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling(Meeting):
    """A meeting of which people are still to be told: how, and who was the last."""

    how: str
    after_person: str


def begin_telling(tx: Tx, meeting: Meeting, how: str, now: int) -> None:
    """Everybody is to be told ("invitation", "moved", "cancelled"); what waited before is not told."""
    _Q.end_tellings(tx, meeting_id=meeting.meeting_id, now=now)
    _Q.add_telling(tx, meeting_id=meeting.meeting_id, version=meeting.version, how=how)


def open_telling(tx: Tx) -> Telling | None:
    """A meeting of which people are still to be told: for the program, never for a person."""
    return record_or_none(Telling, _Q.open_telling(tx))


def tell_some(tx: Tx, telling: Telling, most: int, now: int) -> list[list[InvitedChat]]:
    """The next people to be told, each with their invited households; they count as told, and the last ends it."""
    meeting_id = telling.meeting_id
    people = [
        row["person_id"]
        for row in _Q.next_to_tell(tx, meeting_id=meeting_id, after_person=telling.after_person, most=most)
    ]
    if people:
        _Q.told_up_to(tx, meeting_id=meeting_id, version=telling.version, after_person=people[-1])
    if len(people) < most:
        _Q.end_tellings(tx, meeting_id=meeting_id, now=now)
    return [chats_of(tx, meeting_id, one) for one in people]


def add_answer(
    tx: Tx,
    answer_id: str,
    invited: Invited,
    household_id: str,
    person_id: str,
    answer: str,
    now: int,
    delegate: str = "",
) -> None:
    """What a household answers, kept for good; the last answer counts."""
    _Q.add_answer(
        tx, answer_id=answer_id, meeting_id=invited.meeting_id, version=invited.version,
        household_id=household_id, person_id=person_id, answer=answer, delegate=delegate, at=now,
    )  # fmt: skip


def reach(tx: Tx, scope: str, *, project_id: str, neighborhood_group: str) -> Counter[str]:
    """The households of a project or a group by the channel on which they are reached; those that are not under ""."""
    rows = _Q.reach(tx, scope=scope, project_id=project_id, neighborhood_group=neighborhood_group)
    return Counter({row["channel"]: row["households"] for row in rows})


def sayings(tx: Tx, meeting: Meeting) -> list[Saying]:
    """What each household says that is invited to a meeting found in a scope."""
    return records(Saying, _Q.sayings(tx, meeting_id=meeting.meeting_id))


def change(tx: Tx, before: Meeting, moment: str, place: str, cancelled: str, person_id: str, now: int) -> None:
    """Move or cancel a meeting, and keep what it was. Raises sqlite3.IntegrityError the second time."""
    _Q.change(tx, meeting_id=before.meeting_id, seen=before.version, moment=moment, place=place, cancelled=cancelled)
    _Q.keep_change(
        tx, meeting_id=before.meeting_id, version=before.version, moment=before.moment, place=before.place,
        reason=cancelled, person_id=person_id, at=now,
    )  # fmt: skip


def between(tx: Tx, first: str, last: str) -> list[Meeting]:
    """The meetings held between two local moments: for what the program itself sends, never for a person."""
    return records(Meeting, _Q.between(tx, first=first, last=last))


def end_all_tellings(tx: Tx, now: int) -> int:
    """Tell nobody more of the meetings of which people were being told; returns how many those are."""
    return len(list(_Q.end_all_tellings(tx, now=now)))
