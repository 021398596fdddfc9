"""What is due is done once: a sweep looks at everything that became due since the last one.

APScheduler only calls the sweep. What keeps a job from running twice is the unique row that each job
writes for (job, day, recipient) in the transaction that queues its message.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
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
APART = 5 * HOUR  # by which the clocks of two processes may differ: one two hours ahead, one two hours behind
JUMP = 3600.0  # seconds that the machine's clock may gain on its own steady ticking
BELIEVED_AFTER = 5  # sweeps, a minute each: a clock that stays where it jumped to is right
MANY_IN_A_ROW = 5  # parts that fail one after the other: it is the disk, or the job
PORTION = 500  # messages that are given up in one transaction
EVERYBODY = "*"  # the recipient of a run that was skipped, or of what was left of it


async def nothing_to_deliver() -> None:
    """For a scheduler with no way out beside it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A run of a job that is to be done: all its parts, or those that failed."""

    job: Job
    due: Due
    parts: tuple[str, ...] | None = None

    @property
    def key(self) -> tuple[str, int]:
        """Which run it is."""
        return self.job.name, self.due.due_at

    @property
    def useless(self) -> bool:
        """Whether it comes too late."""
        return self.due.now > self.due.due_at + length(self.job)


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
        self._failed: list[Run] = []
        self._through: set[tuple[str, int]] = set()  # done, though a mark stays before them where an earlier one failed
        self._doubt = ""
        self._set_back_at: int | None = None

    async def start(self) -> None:
        """Sweep now and every minute."""
        await self._tick()
        self._clock.add_job(self._tick, "cron", second=0, coalesce=True, max_instances=1, misfire_grace_time=None)
        self._clock.start()

    def stop(self) -> None:
        """No more sweeps."""
        if self._clock.running:
            self._clock.shutdown(wait=False)

    async def _tick(self) -> None:
        """A sweep; what a disk did not take is due at the next one, for only a sweep that ended has been."""
        try:
            await self.sweep()
        except sqlite3.Error as error:
            log.error("a sweep did not end: %s", type(error).__name__)

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
        night = []
        for run in self._to_do(since, now):
            if waits_for_morning(run.job, run.due, now):
                night.append(run.due.due_at)
            else:
                await self._do(run)
        reached = self._reached(since, now, night)
        self._through = {key for key in self._through if key[1] > reached}
        await self._end_useless(now)
        await self._database.write(self._end, reached, now)
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
        ahead = self._jumps is not None and self._jumps.ahead
        return self._doubt or ("jumped" if ahead else "back" if back else "")

    def _to_do(self, since: int, now: int) -> list[Run]:
        """What failed before, and what became due; nothing that this process has already seen through."""
        again, self._failed = self._failed, []
        known = self._through | {run.key for run in again}
        fresh = [Run(job=job, due=due) for job, due in due_between(self._jobs, since, now)]
        todo = [*again, *(run for run in fresh if run.key not in known)]
        return [replace(run, due=replace(run.due, now=now)) for run in todo]

    async def _do(self, run: Run) -> None:
        """A run is through, or tried again at the next sweep as far as it failed."""
        try:
            left = await self._do_parts(run)
        except Exception as error:  # its parts can't be read, or it can't be written that it comes too late
            log.error("job %s of %s failed: %s", run.job.name, run.due.slot, type(error).__name__)
            left = run
        if left is None:
            self._through.add(run.key)
        else:
            self._failed.append(left)

    async def _do_parts(self, run: Run) -> Run | None:
        """Each part in a transaction of its own; returns those that failed, which hold no other up.

        Where some fail one after the other it is not they: the rest is left for the next sweep, and comes first then.
        """
        if run.useless:
            await self._database.write(self._skip, run)
            return None
        parts = await self._database.look(run.job.parts, run.due) if run.parts is None else run.parts
        if not parts:
            await self._database.write(self._done, run)
        untried, failed, in_a_row = list(parts), dict[str, str](), 0
        while untried and in_a_row < MANY_IN_A_ROW:
            part = untried.pop(0)
            trouble = await self._try(run, part, last=not untried and not failed)
            in_a_row = in_a_row + 1 if trouble else 0
            failed |= {part: trouble} if trouble else {}
        return self._left(run, failed, untried)

    async def _try(self, run: Run, part: str, *, last: bool) -> str:
        """What went wrong with a part; "" is nothing."""
        try:
            await self._database.write(self._part, run, part, last=last)
        except Exception as error:
            return type(error).__name__
        return ""

    def _left(self, run: Run, failed: Mapping[str, str], untried: Sequence[str]) -> Run | None:
        """What of a run is to be tried again."""
        if not failed:
            return None
        log.error(
            "job %s of %s failed in %d parts: %s",
            run.job.name,
            run.due.slot,
            len(failed),
            ", ".join({*failed.values()}),
        )
        return replace(run, parts=(*untried, *failed))

    def _reached(self, since: int, now: int, night: Sequence[int]) -> int:
        """Up to when everything was looked at; what failed or waits is looked at again even after a restart."""
        again = [*(run.due.due_at for run in self._failed), *night]
        return min([max(since, now), *(due_at - 1 for due_at in again)])

    def _end(self, tx: Tx, reached: int, now: int) -> None:
        runs.set_mark(tx, LAST_SWEEP, reached)
        outbox.put_right(tx, now)

    async def _end_useless(self, now: int) -> None:
        """Give up what nobody needs any more, some at a time."""
        while await self._database.write(outbox.end_useless, now, PORTION) == PORTION:
            pass

    def next_due(self, job_name: str = "") -> int | None:
        """When the next job (or the next run of one job) is due; None when nothing is in the next four weeks."""
        return next_run([job for job in self._jobs if job_name in ("", job.name)], self._now())

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
        return tuple(dict.fromkeys(run.job.name for run in self._failed))

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

    def _part(self, tx: Tx, run: Run, part: str, *, last: bool) -> None:
        """Do a part; with the last one the run is done.

        What was decided stays so: after a clock went back, and between two processes whose clocks differ.
        """
        if _stands(tx, _skipped_mark(run), run.due):
            return
        run.job.run(tx, replace(run.due, part=part))
        if last:
            self._done(tx, run)

    def _done(self, tx: Tx, run: Run) -> None:
        """A run is done: nobody calls it skipped later."""
        _remember(tx, _done_mark(run), run.due)

    def _skip(self, tx: Tx, run: Run) -> None:
        """Record that a run comes too late, or what was left of one; unless it was done."""
        due = run.due
        if not _stands(tx, _done_mark(run), due):
            runs.claim_run(tx, run.job.name, due.slot, EVERYBODY, due.now, outcome="skipped", reason="too_late")
            _remember(tx, _skipped_mark(run), due)


def _done_mark(run: Run) -> str:
    """The mark of the last run of a job at its hour that was done."""
    return f"done:{run.job.name}@{calendar.local(run.due.due_at):%H:%M}"


def _skipped_mark(run: Run) -> str:
    """The mark of the last one that was skipped."""
    return f"skipped:{run.job.name}@{calendar.local(run.due.due_at):%H:%M}"


def _stands(tx: Tx, mark: str, due: Due) -> bool:
    """Whether a mark has come to a run, or past it; what a wrong clock wrote far into the future counts for nothing."""
    return due.due_at <= (runs.mark(tx, mark) or 0) <= due.now + APART


def _remember(tx: Tx, mark: str, due: Due) -> None:
    """A mark never goes back: a slower process may still be at the day before."""
    if not _stands(tx, mark, due):
        runs.set_mark(tx, mark, due.due_at)


class Jumps:
    """Tells a clock that was set ahead from time that passed: the steady ticking knows nothing of the setting."""

    def __init__(self, now: Now, ticking: Ticking) -> None:
        self._now = now
        self._ticking = ticking
        self._lead = self._measure()
        self._seen = 0

    def _measure(self) -> float:
        return self._now() / 1000 - self._ticking()

    @property
    def ahead(self) -> bool:
        """Whether the clock has gained more than an hour since it was last believed."""
        return self._measure() - self._lead > JUMP

    def doubtful(self) -> bool:
        """Whether it is ahead, and not yet for long; after some asking it is believed."""
        if self.ahead and self._seen < BELIEVED_AFTER:
            self._seen += 1
            return True
        self._lead, self._seen = self._measure(), 0
        return False


def next_run(jobs: Sequence[Job], now: int) -> int | None:
    """When one of the jobs is due next, epoch milliseconds; None when none is in the next four weeks."""
    return next((due.due_at for _, due in due_between(jobs, now, now + FOUR_WEEKS)), None)


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
