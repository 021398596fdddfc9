"""The engine in a process that ends itself at its n-th write, send or receive, or whose disk fails there."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import date, time
from multiprocessing.connection import Connection
from pathlib import Path

from bot.channels.telegram import TelegramChannel
from bot.core.calendar import is_working_day
from bot.core.ids import Ids
from bot.engine import Engine, load_texts
from bot.runtime.clock import MovableClock, wall_clock
from storage.database import Database, DatabaseUnusable
from tests.channels.telegram_kit import PATIENT
from tests.fakes.telegram import TOKEN
from tests.house import WARD
from tests.process.forks import CONTEXT
from tests.process.points import Plan, Points, watch

MEND, END = "mend", "end"
EVENING = replace(WARD, reminder_at=time(17))  # reminders come with the figures
NEVER = Plan()
HASTE = 5  # times as fast as outside does the clock of a life run: its waits are as long, and sooner over
load_texts()  # these two once for all lives, which are forked from a process that has read them
is_working_day(date(2021, 3, 24))


class Life:
    """One life of the program, seen from outside."""

    def __init__(self, path: Path, base_url: str, now: int, plan: Plan = NEVER) -> None:
        self._pipe, theirs = CONTEXT.Pipe()
        self._process = CONTEXT.Process(target=_live, args=(theirs, path, base_url, now, plan), daemon=True)
        self._process.start()
        theirs.close()

    @property
    def ended(self) -> bool:
        """Whether it came to its point before all was done, or could not even begin."""
        return self._process.exitcode is not None

    async def kill(self) -> None:
        """kill -9, if it still lives."""
        self._process.kill()
        await asyncio.to_thread(self._process.join)
        self._pipe.close()

    def mend(self) -> None:
        """Its disk works again."""
        self._pipe.send(MEND)

    async def end(self) -> tuple[int, int]:
        """Let it stop; how many points there were, and how many calls failed."""
        self._pipe.send(END)
        points, failed = await asyncio.to_thread(self._pipe.recv)
        await self.kill()
        return points, failed


def _live(pipe: Connection, path: Path, base_url: str, now: int, plan: Plan) -> None:
    logging.disable()
    points = Points(plan)
    watch(points)
    asyncio.run(_run(pipe, path, base_url, now, points))
    pipe.send((points.count, points.failed))


async def _run(pipe: Connection, path: Path, base_url: str, now: int, points: Points) -> None:
    clock = MovableClock(now, running=lambda: HASTE * wall_clock())
    try:
        database = await Database.open(path)
    except DatabaseUnusable:
        raise SystemExit(1) from None
    engine = Engine(
        database=database,
        channels=[TelegramChannel(token=TOKEN, base_url=base_url, timeouts=PATIENT, poll_seconds=1)],
        ward=EVENING,
        now=clock,
        ids=Ids(clock),
        media=path.parent / "media",
    )
    if points.plan.what != "kill":
        engine.spawn("minutes", lambda: _fast_minutes(engine))
    try:
        await engine.start()
        while await asyncio.to_thread(pipe.recv) == MEND:
            points.mend()
    finally:
        await engine.stop()


async def _fast_minutes(engine: Engine) -> None:
    """The clock of the jobs ticks each second: a test has no minutes to wait."""
    while True:
        await asyncio.sleep(1)
        await engine.scheduler.sweep()
