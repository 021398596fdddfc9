"""What is due is done once: a sweep looks at everything that became due since the last one.

APScheduler only calls the sweep. What keeps a job from running twice is the unique row that each job
writes for (job, day, recipient) in the transaction that queues its message.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.core import calendar
from bot.core.job import Due, Job
from bot.runtime.clock import Now, SettableClock
from storage import jobs as runs
from storage.database import Database, Tx

LAST_SWEEP = "last_sweep"
FOUR_WEEKS = 28 * 24 * 3600_000  # milliseconds
EVERYBODY = "*"  # the recipient of a run that was skipped as a whole


class Scheduler:
    """Runs jobs when they are due, and those that were missed."""

    def __init__(self, *, database: Database, jobs: Sequence[Job], now: Now, wake_delivery: Callable[[], None]) -> None:
        self._database = database
        self._jobs = jobs
        self._now = now
        self._wake_delivery = wake_delivery
        self._clock = AsyncIOScheduler(timezone=calendar.ZONE)

    async def start(self) -> None:
        """Sweep now and every minute."""
        await self.sweep()
        self._clock.add_job(self.sweep, "cron", second=0, coalesce=True, max_instances=1, misfire_grace_time=None)
        self._clock.start()

    def stop(self) -> None:
        """No more sweeps."""
        if self._clock.running:
            self._clock.shutdown(wait=False)

    async def sweep(self) -> None:
        """Run everything that became due since the last sweep; the first sweep of all only remembers the time."""
        now = self._now()
        since = await self._database.write(self._since, now)
        for job, due in due_between(self._jobs, since, now):
            await self._database.write(self._run, job, due)
        await self._database.write(self._swept, now)
        self._wake_delivery()

    def next_due(self, job_name: str = "") -> int | None:
        """When the next job (or the next run of one job) is due; None when nothing is in the next four weeks."""
        now = self._now()
        following = due_between(self._jobs, now, now + FOUR_WEEKS)
        return next((due.due_at for job, due in following if job_name in ("", job.name)), None)

    async def pass_time(self, clock: SettableClock, until: int) -> None:
        """Move a clock on to an instant, stopping at each moment at which something is due: nothing comes late."""
        while (due := self.next_due()) is not None and due <= until:
            clock.move_to(due)
            await self.sweep()
        clock.move_to(until)
        await self.sweep()

    def _since(self, tx: Tx, now: int) -> int:
        last = runs.mark(tx, LAST_SWEEP)
        if last is None:
            runs.set_mark(tx, LAST_SWEEP, now)
        return now if last is None else last

    def _swept(self, tx: Tx, now: int) -> None:
        last = runs.mark(tx, LAST_SWEEP)
        if last is None or now > last:  # a clock that was set back must not make the past due again
            runs.set_mark(tx, LAST_SWEEP, now)

    def _run(self, tx: Tx, job: Job, due: Due) -> None:
        if due.now - due.due_at <= job.useful_for / timedelta(milliseconds=1):
            job.run(tx, due)
        else:
            runs.claim_run(tx, job.name, due.slot, EVERYBODY, due.now, outcome="skipped", reason="too_late")


def due_between(jobs: Sequence[Job], since: int, now: int) -> Iterator[tuple[Job, Due]]:
    """The runs with since < due_at <= now, the earliest first."""
    first, last = calendar.local(since).date(), calendar.local(now).date()
    for day in calendar.days_between(first, last):
        hours = [(hour, job) for job in jobs if (hour := job.at(day)) is not None]
        for hour, job in sorted(hours, key=lambda pair: pair[0]):
            due_at = calendar.at(day, hour)
            if since < due_at <= now:
                yield job, Due(day=day, due_at=due_at, now=now)
