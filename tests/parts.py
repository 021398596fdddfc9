"""A job run by hand: all its parts, one after the other in one transaction."""

from __future__ import annotations

from dataclasses import replace

from bot.core.job import Due, Job
from storage.database import Tx


def run_whole(tx: Tx, job: Job, due: Due) -> None:
    """Everything that a run of a job does."""
    for part in job.parts(tx, due):
        job.run(tx, replace(due, part=part))
