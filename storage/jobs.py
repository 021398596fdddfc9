"""Runs of jobs: one row per (job, slot, recipient), written in the transaction that queues the message."""

from __future__ import annotations

from dataclasses import dataclass

from storage.database import Tx, load_queries, record_or_none, records

_Q = load_queries("jobs")

LAST_SWEEP = "last_sweep"
"""The mark up to which everything that was due was looked at."""

AWAKE = "awake"
"""The mark of the last moment at which a process of ours was there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRun:
    """What became of a job for a recipient; `detail` is JSON text of what was sent."""

    job: str
    slot: str
    recipient: str
    outcome: str
    reason: str | None
    ran_at: int
    detail: str | None


def claim_run(
    tx: Tx,
    job: str,
    slot: str,
    recipient: str,
    now: int,
    *,
    outcome: str = "queued",
    reason: str | None = None,
    detail: str | None = None,
) -> bool:
    """Note a run; False when this (job, slot, recipient) already ran, and then nothing may be sent."""
    row = _Q.claim_run(
        tx, job=job, slot=slot, recipient=recipient, outcome=outcome, reason=reason, ran_at=now, detail=detail
    )
    return row is not None


def has_run(tx: Tx, job: str, slot: str, recipient: str) -> bool:
    """Whether this (job, slot, recipient) already ran, or was skipped."""
    return _Q.has_run(tx, job=job, slot=slot, recipient=recipient) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class LastRun:
    """The newest day of a job: when, for how many recipients it was queued or skipped, and a reason of skipping."""

    slot: str
    ran_at: int
    queued: int
    skipped: int
    reason: str | None


def last_run(tx: Tx, job: str) -> LastRun | None:
    """What became of a job the last time."""
    return record_or_none(LastRun, _Q.last_run(tx, job=job))


def runs(tx: Tx, job: str, slot: str) -> list[JobRun]:
    """What became of a job on a day."""
    return records(JobRun, _Q.runs(tx, job=job, slot=slot))


def mark(tx: Tx, name: str) -> int | None:
    """A remembered moment, epoch milliseconds."""
    at: int | None = _Q.mark(tx, name=name)
    return at


def set_mark(tx: Tx, name: str, at: int) -> None:
    """Remember a moment, epoch milliseconds."""
    _Q.set_mark(tx, name=name, at=at)


def last_done(tx: Tx, job: str) -> int | None:
    """When a job was due that was done last, whether or not anybody was sent anything; epoch milliseconds."""
    at: int | None = _Q.last_done(tx, first=f"done:{job}@", last=f"done:{job}A")
    return at
