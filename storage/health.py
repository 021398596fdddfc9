"""What is wrong at the moment, and what the looking for it needs to know: counts and moments, never names."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.core.message import Lane
from storage.database import Tx, load_queries, record, record_or_none, records

_Q = load_queries("health")

AHEAD = 3600_000  # milliseconds that a moment may lie in the future and still be believed


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """Something that is wrong since `began_at` (epoch milliseconds); `detail` is JSON of its sentence's values.

    `well_since` is when it was first not seen any more, None while it is seen.
    """

    alarm_id: str
    kind: str
    subject: str
    detail: str
    began_at: int
    well_since: int | None

    @property
    def values(self) -> dict[str, Any]:
        """What its sentence needs."""
        values: dict[str, Any] = json.loads(self.detail)
        return values


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """A channel through which nothing passes, since when, and the short English key of why."""

    channel: str
    why: str
    since: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stuck:
    """Messages that could have gone and still wait; `since` is None when there are none."""

    count: int
    since: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """A run of a job that was given up because it came too late."""

    job: str
    slot: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """A copy of the database file; `size` in bytes."""

    path: str
    made_at: int
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many rows a channel has in a state."""

    channel: str
    state: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """How many messages of a channel were refused for good, for one reason."""

    channel: str
    why: str
    count: int


def open_alarms(tx: Tx) -> list[Alarm]:
    """What is wrong at the moment, the oldest first."""
    return records(Alarm, _Q.open_alarms(tx))


def raise_alarm(tx: Tx, alarm_id: str, kind: str, subject: str, values: Mapping[str, object], now: int) -> None:
    """Something began to be wrong."""
    detail = json.dumps(values, ensure_ascii=False)
    _Q.raise_alarm(tx, alarm_id=alarm_id, kind=kind, subject=subject, detail=detail, began_at=now)


def end_alarm(tx: Tx, alarm_id: str, now: int) -> None:
    """It is well again."""
    _Q.end_alarm(tx, alarm_id=alarm_id, over_at=now)


def seems_well(tx: Tx, alarm_id: str, since: int | None) -> None:
    """Since when it has not been seen any more; None: it is seen again."""
    _Q.seems_well(tx, alarm_id=alarm_id, since=since)


def falls_silent(tx: Tx, channel: str, why: str, now: int) -> None:
    """Nothing passes through a channel; the first moment of it is kept."""
    _Q.falls_silent(tx, channel=channel, why=why, since=now)


def passes_again(tx: Tx, channel: str) -> None:
    """Something passed through the channel."""
    _Q.passes_again(tx, channel=channel)


def silent_since(tx: Tx, before: int) -> list[Silence]:
    """The channels through which nothing has passed since `before` or longer."""
    return records(Silence, _Q.silent_since(tx, before=before))


def stuck(tx: Tx, lane: Lane, before: int) -> Stuck:
    """The messages of a lane that could have gone before a moment and still wait."""
    return record(Stuck, _Q.stuck(tx, lane=int(lane), before=before))


def skipped_since(tx: Tx, since: int) -> list[Skipped]:
    """The runs of jobs that came too late to be of use."""
    return records(Skipped, _Q.skipped_since(tx, since=since))


def set_aside_since(tx: Tx, since: int) -> int:
    """How many updates were set aside."""
    return int(_Q.set_aside_since(tx, since=since))


def failed_since(tx: Tx, since: int) -> list[Refused]:
    """What was refused for good lately, by channel and reason."""
    return records(Refused, _Q.failed_since(tx, since=since))


def note_backup(tx: Tx, path: str, now: int, size: int) -> None:
    """A copy was made and looked through."""
    _Q.note_backup(tx, path=path, made_at=now, size=size)


def last_backup(tx: Tx, now: int) -> Backup | None:
    """The newest copy, leaving out what a clock that ran ahead dated into the future."""
    return record_or_none(Backup, _Q.last_backup(tx, latest=now + AHEAD))


def messages_by_state(tx: Tx) -> list[Tally]:
    """How many messages each channel has in each state."""
    return records(Tally, _Q.messages_by_state(tx))


def updates_by_state(tx: Tx) -> list[Tally]:
    """How many updates each channel has in each state."""
    return records(Tally, _Q.updates_by_state(tx))


def by_day(skipped: Sequence[Skipped]) -> list[tuple[str, list[str]]]:
    """(day, jobs) of runs that were given up, in the order of days."""
    days: dict[str, list[str]] = {}
    for run in skipped:
        days.setdefault(run.slot, []).append(run.job)
    return list(days.items())
