"""A scheduler as a process of its own: it is told the time, sweeps, and says when it has."""

from __future__ import annotations

import asyncio
import logging
from datetime import time, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from time import sleep

from bot.core.ids import Ids
from bot.core.job import Due, Job
from bot.core.message import Address, Lane, Outbound
from bot.runtime.scheduler import Scheduler
from storage import jobs, outbox
from storage.database import Database, Tx
from tests.clock import FrozenClock

RECIPIENTS = ("one", "two", "three")
HOURS = {"morning": (time(8), timedelta(hours=13)), "evening": (time(17), timedelta(hours=4))}
A_WHILE = 0.0005  # seconds between two writes of a job: long enough for the other process, or a kill, to come between


def job(name: str) -> Job:
    """A job that has something for each recipient."""
    hour, useful_for = HOURS[name]

    def run(tx: Tx, due: Due) -> None:
        ids = Ids(lambda: due.now)
        for recipient in RECIPIENTS:
            if jobs.claim_run(tx, name, due.slot, recipient, due.now):
                sleep(A_WHILE)
                told = Outbound(address=Address(channel="web", chat=recipient), text=name, lane=Lane.SUMMARY)
                outbox.put(tx, ids.new(), told, due.now, about=f"{name}:{due.slot}")

    return Job(name=name, at=lambda _day: hour, run=run, useful_for=useful_for)


def serve(pipe: Connection, path: Path) -> None:
    """Sweep whenever the other end says what time it is, until it is closed."""
    logging.disable()
    asyncio.run(_serve(pipe, path))


async def _serve(pipe: Connection, path: Path) -> None:
    clock, ticks = FrozenClock(0), [0.0]
    database = await Database.open(path)
    scheduler: Scheduler | None = None
    while True:
        try:
            now, ticks[0] = await asyncio.to_thread(pipe.recv)
        except EOFError:
            break
        clock.move_to(now)
        if scheduler is None:  # it measures from its start how far the clock is ahead of the ticking
            scheduler = Scheduler(
                database=database,
                jobs=[job(name) for name in HOURS],
                now=clock,
                wake_delivery=lambda: None,
                ticking=lambda: ticks[0],
            )
        await scheduler.sweep()
        pipe.send(now)
    await database.close()
