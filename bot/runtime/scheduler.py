"""What is due is done once: a sweep looks at everything that became due since the last one.

APScheduler only calls the sweep. What keeps a job from running twice is the unique row that each job
writes for (job, day, recipient) in the transaction that queues its message.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.core import calendar
from bot.core.job import Due, Job
from bot.runtime.clock import Now, SettableClock
from storage import backups, outbox, ward_days
from storage import jobs as runs
from storage.database import Database, Tx
from storage.jobs import LAST_SWEEP

log = logging.getLogger(__name__)

HOUR = 3600_000  # milliseconds
Ticking = Callable[[], float]
"""Seconds that pass whatever the clock is set to."""

FOUR_WEEKS = 28 * 24 * 3600_000  # milliseconds
ABSURD = 400 * 24 * 3600_000  # milliseconds since the last sweep that no ward's machine was really off
JUMP = 3600.0  # seconds that the machine's clock may gain on its own steady ticking
BELIEVED_AFTER = 5  # sweeps, a minute each: a clock that stays where it jumped to is right
EVERYBODY = "*"  # the recipient of a run that was skipped as a whole


async def nothing_to_deliver() -> None:
    """For a scheduler with no way out beside it."""


class Scheduler:
    """Runs jobs when they are due, and those that were missed."""

    def __init__(
        self,
        *,
        database: Database,
        jobs: Sequence[Job],
        now: Now,
        wake_delivery: Callable[[], None],
        ticking: Ticking | None = None,
        deliver: Callable[[], Awaitable[None]] = nothing_to_deliver,
    ) -> None:
        self._database = database
        self._jobs = jobs
        self._now = now
        self._wake_delivery = wake_delivery
        self._deliver = deliver
        self._jumps = Jumps(now, ticking) if ticking else None
        self._clock = AsyncIOScheduler(timezone=calendar.ZONE)
        self._failed: list[tuple[Job, Due]] = []
        self._doubt = ""
        self._set_back_at: int | None = None

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
        """Run everything that became due since the last sweep; the first sweep of all only remembers the time.

        A job that fails holds no other up: it is tried again at each sweep, as long as it is of use.
        """
        now = self._now()
        self._doubt = await self._doubts(now)
        if self._doubt:
            log.error("the clock %s; no job runs", self._doubt)
            return
        since = await self._database.write(self._since, now)
        if since is None:
            return
        calendar.decide(await self._database.read(ward_days.decided))
        due = [*self._failed, *due_between(self._jobs, since, now)]
        self._failed, night = [], []
        for job, one in due:
            if waits_for_morning(job, one, now):
                night.append(one.due_at)
                continue
            try:
                await self._do(job, replace(one, now=now))
            except Exception as error:
                log.error("job %s of %s failed: %s", job.name, one.slot, type(error).__name__)
                self._failed.append((job, one))
        await self._database.write(self._end, self._reached(since, now, night), now)
        self._wake_delivery()

    async def _doubts(self, now: int) -> str:
        """Why the clock can't be right; "" when it may be. The demo's is moved on purpose."""
        if self._jumps is None:
            return ""
        if self._jumps.doubtful():
            return "jumped"
        last = await self._database.read(runs.mark, LAST_SWEEP)
        return "far" if last and now - last > ABSURD else ""

    @property
    def doubt(self) -> str:
        """What is the matter with the clock: it jumped just now, is far ahead of all records, or was set back."""
        back = self._set_back_at is not None and self._now() - self._set_back_at < HOUR
        return self._doubt or ("back" if back else "")

    async def _do(self, job: Job, due: Due) -> None:
        """Each part by itself: one that fails leaves the others theirs, and is tried again with them. Raises its error.

        What another part has done is not done again: its rows are there.
        """
        failure: Exception | None = None
        for part in await self._database.read(job.parts, due) or ("",):
            try:
                await self._database.write(self._run, job, replace(due, part=part))
            except Exception as error:
                failure = error
        if failure:
            raise failure

    def _reached(self, since: int, now: int, night: Sequence[int]) -> int:
        """Up to when everything was looked at; what failed or waits is looked at again even after a restart."""
        again = [*(one.due_at for _, one in self._failed), *night]
        return min([max(since, now), *(due_at - 1 for due_at in again)])

    def _end(self, tx: Tx, reached: int, now: int) -> None:
        runs.set_mark(tx, LAST_SWEEP, reached)
        outbox.put_right(tx, now)
        outbox.end_useless(tx, now)

    def next_due(self, job_name: str = "") -> int | None:
        """When the next job (or the next run of one job) is due; None when nothing is in the next four weeks."""
        moments = [next_run(job, self._now()) for job in self._jobs if job_name in ("", job.name)]
        return min((moment for moment in moments if moment is not None), default=None)

    async def pass_time(self, clock: SettableClock, until: int) -> None:
        """Move a clock on to an instant, stopping at each moment at which something is due: nothing comes late."""
        while (due := self.next_due()) is not None and due <= until:
            clock.move_to(due)
            await self.sweep()
            await self._deliver()
        clock.move_to(until)
        await self.sweep()

    @property
    def failing(self) -> tuple[str, ...]:
        """The jobs that failed at the last sweep and will be tried again."""
        return tuple(dict.fromkeys(job.name for job, _ in self._failed))

    def _since(self, tx: Tx, now: int) -> int | None:
        """From where on to look; None while a copy that was put back has not been released."""
        if backups.held_since(tx) is not None:
            return None
        last = runs.mark(tx, LAST_SWEEP)
        if last is None:
            runs.set_mark(tx, LAST_SWEEP, now)
            return now
        if last > now + HOUR:  # the clock was far ahead once: believing it would silence every job until then
            log.error("the clock was set back; jobs are looked at again from now")
            self._set_back_at = now
            return now
        return max(last, now - FOUR_WEEKS)

    def _run(self, tx: Tx, job: Job, due: Due) -> None:
        """Do what is due, or record that it comes too late.

        What was decided stays so: after a clock went back, and between two processes whose clocks differ.
        """
        hour = f"{job.name}@{calendar.local(due.due_at):%H:%M}"
        done, skipped = f"done:{hour}{due.part and ':'}{due.part}", f"skipped:{hour}"
        if due.now <= due.due_at + length(job):
            if runs.mark(tx, skipped) != due.due_at:
                job.run(tx, due)
                runs.set_mark(tx, done, due.due_at)
        elif not due.due_at <= (runs.mark(tx, done) or 0) <= due.now + HOUR:
            runs.claim_run(tx, job.name, due.slot, EVERYBODY, due.now, outcome="skipped", reason="too_late")
            runs.set_mark(tx, skipped, due.due_at)


class Jumps:
    """Tells a clock that was set ahead from time that passed: the steady ticking knows nothing of the setting."""

    def __init__(self, now: Now, ticking: Ticking) -> None:
        self._now = now
        self._ticking = ticking
        self._lead = self._measure()
        self._seen = 0

    def _measure(self) -> float:
        return self._now() / 1000 - self._ticking()

    def doubtful(self) -> bool:
        """Whether the clock has just gained more than an hour; after some asking it is believed."""
        gained = self._measure() - self._lead
        if gained > JUMP and self._seen < BELIEVED_AFTER:
            self._seen += 1
            return True
        self._lead, self._seen = self._measure(), 0
        return False


def next_run(job: Job, now: int) -> int | None:
    """When a job is due next, epoch milliseconds; None when it is not in the next four weeks."""
    return next((due.due_at for _, due in due_between([job], now, now + FOUR_WEEKS)), None)


def due_between(jobs: Sequence[Job], since: int, now: int) -> Iterator[tuple[Job, Due]]:
    """The runs with since < due_at <= now, the earliest first."""
    first, last = calendar.local(since).date(), calendar.local(now).date()
    for day in calendar.days_between(first, last):
        hours = [(hour, job) for job in jobs if (hour := job.at(day)) is not None]
        for hour, job in sorted(hours, key=lambda pair: pair[0]):
            due_at = calendar.at(day, hour)
            if since < due_at <= now:
                yield job, Due(day=day, due_at=due_at, now=now, not_after=due_at + length(job))


def length(job: Job) -> int:
    """How long a run is of use, milliseconds."""
    return job.useful_for // timedelta(milliseconds=1)


def waits_for_morning(job: Job, due: Due, now: int) -> bool:
    """Whether a run that was missed into the night is left until people are up again: it is still of use then."""
    return calendar.is_quiet(now) and calendar.next_waking(now) <= due.due_at + length(job)
