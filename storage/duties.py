"""Duties: what is given to units with a deadline, what they report as done, and who has not. Scoped throughout."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.core.reading.unit_lists import Unit
from storage.chats import Chat
from storage.database import Tx, load_queries, record_or_none, records

_Q = load_queries("duties")


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """A duty with how far it is. A report is late when what it reports was done after the deadline."""

    duty_id: str
    unit_id: str
    title: str
    plan_id: str | None
    plan_number: str | None
    evidence: str
    given_on: str
    due_on: str
    cancelled_at: int | None
    version: int
    units: int
    done: int
    late: int

    @property
    def open(self) -> bool:
        """Whether it still has to be done by somebody."""
        return self.cancelled_at is None and self.done < self.units


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """A duty as one unit has it, with what the unit reported."""

    duty_id: str
    unit_id: str
    unit_name: str
    unit_kind: str
    title: str
    plan_number: str | None
    evidence: str
    due_on: str
    cancelled_at: int | None
    done_on: str | None
    number: str
    words: str
    reported_on: str | None
    photos: int
    version: int

    @property
    def owed(self) -> bool:
        """Whether the unit still has to do it."""
        return self.done_on is None and self.cancelled_at is None

    @property
    def late(self) -> bool:
        """Whether it was done after its deadline."""
        return self.done_on is not None and self.done_on > self.due_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A step of a duty's history."""

    step: str
    unit_name: str | None
    person_name: str
    reason: str
    changes: str
    at: int

    @property
    def changed(self) -> Mapping[str, Sequence[str]]:
        """{item: [old, new]}"""
        found: Mapping[str, Sequence[str]] = json.loads(self.changes)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitChat(Chat):
    """A chat of a secretary of a unit that has a duty."""

    person_id: str
    unit_id: str
    unit_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDuty:
    """A duty to be given."""

    unit_id: str
    title: str
    plan_id: str | None
    evidence: str
    due_on: str
    units: tuple[str, ...]
    draft: str
    author_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewStep:
    """A step to be written down; `unit_id` is None for what concerns the duty itself."""

    step_id: str
    duty_id: str
    unit_id: str | None
    step: str
    person_id: str
    reason: str = ""
    changes: Mapping[str, Sequence[str]] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a unit says of a duty that it has done."""

    done_on: str
    number: str
    words: str
    photos: tuple[str, ...]


def units_below(tx: Tx, scope: str, day: date) -> list[Unit]:
    """The units below a scope that exist on a day, by kind and code."""
    rows = _Q.units_below(tx, scope=scope, day=day.isoformat())
    return [Unit(row["unit_id"], row["name"], row["kind"]) for row in rows]


def give(tx: Tx, duty: NewDuty, today: date, now: int) -> str:
    """Give a duty to its units and return its code, "NV2021-002"."""
    prefix = f"NV{today.year}-"
    last = _Q.last_number(tx, prefix=prefix, first=len(prefix) + 1)
    duty_id = f"{prefix}{int(last) + 1:03d}"
    _Q.add_duty(
        tx, duty_id=duty_id, unit_id=duty.unit_id, year=today.year, title=duty.title, plan_id=duty.plan_id,
        evidence=duty.evidence, given_on=today.isoformat(), due_on=duty.due_on, draft=duty.draft,
        author_id=duty.author_id, created_at=now,
    )  # fmt: skip
    for unit_id in duty.units:
        _Q.add_unit(tx, duty_id=duty_id, unit_id=unit_id)
    return duty_id


def duty_in_scope(tx: Tx, duty_id: str, scope: str) -> Duty | None:
    """A duty given by a unit or by anything below it."""
    return record_or_none(Duty, _Q.duty_in_scope(tx, duty_id=duty_id, scope=scope))


def duties_in_scope(tx: Tx, scope: str, most: int) -> list[Duty]:
    """The newest of them; those that were cancelled stand last."""
    return records(Duty, _Q.duties_in_scope(tx, scope=scope, most=most))


def running(tx: Tx, scope: str, day: date, most: int) -> list[Duty]:
    """Those that somebody still has to do, the nearest deadline first."""
    return records(Duty, _Q.running(tx, scope=scope, day=day.isoformat(), most=most))


def assignments_of(tx: Tx, duty: Duty) -> list[Assignment]:
    """Every unit of a duty that was read within a scope."""
    return records(Assignment, _Q.assignments_of(tx, duty_id=duty.duty_id))


def assignment(tx: Tx, duty_id: str, unit_id: str, units: Sequence[str]) -> Assignment | None:
    """A duty as one of a person's units has it."""
    return record_or_none(Assignment, _Q.assignment(tx, duty_id=duty_id, unit_id=unit_id)) if unit_id in units else None


def assignments_to(tx: Tx, unit_id: str, most: int) -> list[Assignment]:
    """What a unit was given: what is owed first, by deadline, then the newest that is done."""
    return records(Assignment, _Q.assignments_to(tx, unit_id=unit_id, most=most))


def owed_by(tx: Tx, unit_id: str) -> list[Assignment]:
    """What a unit still has to do, the nearest deadline first."""
    return records(Assignment, _Q.owed_by(tx, unit_id=unit_id))


def report(tx: Tx, one: Assignment, report: Report, reported_on: str) -> bool:
    """Write down what a unit did; False, and nothing done, when the duty or its report is not as it was seen."""
    written = _Q.report(
        tx, duty_id=one.duty_id, unit_id=one.unit_id, version=one.version, done_on=report.done_on,
        number=report.number, words=report.words, reported_on=reported_on,
    )  # fmt: skip
    if written is None:
        return False
    for media_id in report.photos:
        _Q.add_photo(tx, duty_id=one.duty_id, unit_id=one.unit_id, media_id=media_id)
    return True


def withdraw(tx: Tx, one: Assignment) -> bool:
    """A report was a mistake: the unit owes the duty again. False when it is not as it was seen."""
    if _Q.withdraw(tx, duty_id=one.duty_id, unit_id=one.unit_id, version=one.version) is None:
        return False
    _Q.drop_photos(tx, duty_id=one.duty_id, unit_id=one.unit_id)
    return True


def extend(tx: Tx, duty: Duty, due_on: str) -> bool:
    """Another deadline; False, and nothing done, when the duty is not as it was seen."""
    return _Q.extend(tx, duty_id=duty.duty_id, version=duty.version, due_on=due_on) is not None


def cancel(tx: Tx, duty: Duty, now: int) -> bool:
    """A duty is no longer asked for; False, and nothing done, when it is not as it was seen."""
    return _Q.cancel(tx, duty_id=duty.duty_id, version=duty.version, now=now) is not None


def write_step(tx: Tx, step: NewStep, now: int) -> None:
    """A line of a duty's history."""
    _Q.add_step(
        tx, step_id=step.step_id, duty_id=step.duty_id, unit_id=step.unit_id, step=step.step,
        person_id=step.person_id, reason=step.reason, changes=json.dumps(step.changes or {}, ensure_ascii=False),
        at=now,
    )  # fmt: skip


def history(tx: Tx, duty: Duty) -> list[Taken]:
    """The steps of a duty that was read within a scope, the oldest first."""
    return records(Taken, _Q.history(tx, duty_id=duty.duty_id))


def history_of_unit(tx: Tx, one: Assignment) -> list[Taken]:
    """The steps that concern one unit: its own, and those of the duty itself."""
    return records(Taken, _Q.history_of_unit(tx, duty_id=one.duty_id, unit_id=one.unit_id))


def chats_of(tx: Tx, duty_id: str, *, owing: bool = False) -> list[UnitChat]:
    """A reachable chat of each secretary of each unit of a duty, or only of those that still owe it."""
    chats = records(UnitChat, _Q.chats_of(tx, duty_id=duty_id, owing=owing))
    return list({(chat.person_id, chat.unit_id): chat for chat in reversed(chats)}.values())[::-1]


def reached(tx: Tx, units: Sequence[str]) -> set[str]:
    """Which of these units have a secretary who can be written to."""
    return {unit_id for unit_id in units if _Q.reached(tx, unit_id=unit_id)}
