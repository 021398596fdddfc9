"""The end of a project: it is closed, its ledger is kept for its time, and is then removed down to counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.core import calendar
from storage.database import Tx, load_queries, record_or_none, records
from storage.personal_data import days_of

_Q = load_queries("closing")

RULE = "keep.ledger"
_FORGET = (
    _Q.forget_deliveries, _Q.forget_answers, _Q.forget_service_photos, _Q.forget_services, _Q.forget_visit_photos,
    _Q.forget_visits, _Q.forget_calls, _Q.forget_recipients,
)  # fmt: skip
"""What hangs on a household's line in a ledger, and the line itself last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenProject:
    """A project that can be closed: its households, its notices, and how many of these wait or are being sent."""

    project_id: str
    name: str
    unit_id: str
    households: int
    notices: int
    going: int
    told_at: int | None

    @property
    def told_on(self) -> str | None:
        """The local ISO day of the latest notice."""
        return calendar.local(self.told_at).date().isoformat() if self.told_at else None


def open_project(tx: Tx, project_id: str, scope: str, day: date) -> OpenProject | None:
    """An open project of a scope."""
    return record_or_none(OpenProject, _Q.project(tx, project_id=project_id, scope=scope, day=day.isoformat()))


def close(tx: Tx, project_id: str, closed_on: str) -> None:
    """A project is closed, from that ISO day on."""
    _Q.close(tx, project_id=project_id, closed_on=closed_on)


def kept_until(tx: Tx, closed_on: str, today: date) -> str:
    """The last day on which the ledger of a project is kept that is closed on a day."""
    return (date.fromisoformat(closed_on) + timedelta(days=days_of(tx, RULE, today))).isoformat()


def outlived(tx: Tx, today: date) -> dict[str, str]:
    """The projects whose ledgers are older than they are kept, and when each was closed."""
    until = today - timedelta(days=days_of(tx, RULE, today))
    midnight = calendar.instant(datetime.combine(until, time(), calendar.ZONE))
    return {row["project_id"]: row["closed_on"] for row in _Q.outlived(tx, until=until.isoformat(), until_at=midnight)}


def mark_outlived(tx: Tx, today: date, project_id: str) -> None:
    """From today on the ledger of a project may be removed, if it still is outlived; what it came to is counted."""
    day, closed_on = today.isoformat(), outlived(tx, today).get(project_id)
    if closed_on is not None:
        _Q.mark_outlived(tx, project_id=project_id, closed_on=closed_on, outlived_on=day)
        _Q.keep_counts(tx, project_id=project_id, outlived_on=day)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlived:
    """A project whose ledger is being removed."""

    project_id: str
    unit_id: str


def waiting(tx: Tx) -> Outlived | None:
    """A project whose ledger is being removed."""
    return record_or_none(Outlived, _Q.waiting(tx))


def forget_some(tx: Tx, project_id: str, most: int, now: int) -> bool:
    """Remove some households' lines of a ledger, and whether it is gone now."""
    some = [{"recipient_id": row["recipient_id"]} for row in _Q.recipients(tx, project_id=project_id, most=most)]
    for forget in _FORGET:
        forget(tx, some)
    if len(some) == most:
        return False
    _Q.forget_meeting_answers(tx, project_id=project_id)
    _Q.finish(tx, project_id=project_id, now=now)
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptCounts:
    """What a notice came to whose ledger was removed, in households."""

    outlived_on: str
    households: int
    sent: int
    received: int
    understood: int
    on_paper: int


def kept_counts(tx: Tx, notice_id: str) -> KeptCounts | None:
    """What is left of a ledger that was removed; None as long as there is one."""
    return record_or_none(KeptCounts, _Q.kept_counts(tx, notice_id=notice_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """A closed project, and when its ledger was gone."""

    name: str
    closed_on: str
    finished_at: int | None


def closed_for(tx: Tx, person_id: str, today: date) -> list[Closed]:
    """The closed projects in which a person's own households have land."""
    return records(Closed, _Q.closed_for(tx, person_id=person_id, day=today.isoformat()))
