"""Runs of jobs: one row per (job, slot, recipient), written in the transaction that queues the message."""

from __future__ import annotations

from dataclasses import dataclass

from storage.database import Tx, load_queries, records

_Q = load_queries("jobs")


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
