"""Two real processes sweep the same jobs; they are killed, started late, and their clocks jump: each run happens once.

ROUNDS=200 and SCRIPTS=100 are the sizes by night; SEED=… repeats one.
"""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from bot.core import calendar
from bot.runtime.scheduler import BELIEVED_AFTER
from storage.database import open_plain
from tests.process import sweeper
from tests.process.forks import CONTEXT
from tests.process.sweeper import HOURS, RECIPIENTS

ROUNDS = int(os.environ.get("ROUNDS", "40"))
SCRIPTS = int(os.environ.get("SCRIPTS", "4"))
SEED = int(os.environ.get("SEED", "0")) or random.randrange(1, 10**6)
STEPS = 40
BEGIN = calendar.instant(datetime(2021, 3, 24, 6, tzinfo=calendar.ZONE))
MINUTE = 60_000  # milliseconds
HOUR = 60 * MINUTE
JUMPS = (0, 0, 2 * HOUR, -2 * HOUR)
ANSWER = 30.0  # seconds until a sweep is over on a busy machine
SWEEP = 0.03  # seconds within which a kill surely meets a sweep


@dataclass(slots=True)
class Process:
    """One of the two; `ahead` is how wrong its clock is, milliseconds."""

    path: Path
    ahead: int = 0
    process: BaseProcess | None = None
    pipe: Connection | None = None

    def start(self, ahead: int = 0) -> None:
        """A new process, whose clock is so far ahead from the beginning."""
        if self.process is None:
            self.ahead = ahead
            self.pipe, theirs = CONTEXT.Pipe()
            self.process = CONTEXT.Process(target=sweeper.serve, args=(theirs, self.path), daemon=True)
            self.process.start()
            theirs.close()

    def tell(self, now: int) -> None:
        """What time it is; the steady ticking knows nothing of a clock that jumps."""
        if self.pipe is not None:
            self.pipe.send((now + self.ahead, now / 1000))

    def has_swept(self) -> int | None:
        """Wait for the end of the sweep; what time it was by its clock."""
        if self.pipe is None:
            return None
        assert self.pipe.poll(ANSWER), "a sweep hangs"
        return int(self.pipe.recv())

    def kill(self) -> None:
        """kill -9."""
        if self.process is not None and self.pipe is not None:
            self.process.kill()
            self.process.join()
            self.pipe.close()
            self.process = self.pipe = None


@dataclass(slots=True)
class World:
    """Two processes over one file, and the time as it truly is."""

    path: Path
    now: int = BEGIN
    kills: int = 0
    two: list[Process] = field(init=False)

    def __post_init__(self) -> None:
        open_plain(self.path).close()
        self.two = [Process(self.path), Process(self.path)]

    def sweep(self) -> None:
        """Both at the same time; what is due by a clock that both have, and is of use, must be done now."""
        before = decisions(self)
        for one in self.two:
            one.tell(self.now)
        seen = {moment for one in self.two if (moment := one.has_swept()) is not None}
        after = decisions(self)
        for name, day, due_at, useful_until in due_days(self):
            if len(seen) == 1 and due_at <= min(seen) <= useful_until and (name, day) not in before:
                assert after.get((name, day)) == Counter(RECIPIENTS), f"{name} of {day} was not done in time"

    def some_minutes(self) -> None:
        """Sweeps as they come: a clock that jumped is believed only after some."""
        for _ in range(BELIEVED_AFTER):
            for one in self.two:
                one.tell(self.now)
            for one in self.two:
                one.has_swept()
            self.now += MINUTE
        self.sweep()

    def kill_in_a_sweep(self, one: Process, after: float) -> None:
        """Both are told the time, and one is killed a moment later."""
        self.kills += one.process is not None
        for each in self.two:
            each.tell(self.now)
        time.sleep(after)
        one.kill()
        for each in self.two:
            each.has_swept()

    def calm(self) -> None:
        """Both run with right clocks until everything that was due has been looked at."""
        for one in self.two:
            one.kill()
            one.start()
        self.now += 26 * HOUR
        self.sweep()

    def end(self) -> None:
        """Nothing is left running."""
        for one in self.two:
            one.kill()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "two.db")
    yield made
    made.end()


def decisions(world: World) -> dict[tuple[str, date], Counter[str]]:
    """What was decided of each job on each day, by recipient; each message that was queued has its run."""
    found: dict[tuple[str, date], Counter[str]] = {}
    with closing(open_plain(world.path)) as connection:
        for row in connection.execute("SELECT job, slot, recipient FROM job_runs").fetchall():
            found.setdefault((row["job"], date.fromisoformat(row["slot"])), Counter())[row["recipient"]] += 1
        messages = connection.execute("SELECT about, chat FROM outbox").fetchall()
    told = Counter((row["about"], row["chat"]) for row in messages)
    runs = {(f"{name}:{day}", one) for (name, day), decided in found.items() for one in decided if one != "*"}
    assert told == Counter(runs), "each run queued one message, and no message is without its run"
    return found


def due_days(world: World) -> Iterator[tuple[str, date, int, int]]:
    """(job, day, from when, until when it is of use) of all that was due."""
    first, last = calendar.local(BEGIN).date(), calendar.local(world.now).date()
    for day in calendar.days_between(first, last):
        for name, (hour, useful_for) in HOURS.items():
            due_at = calendar.at(day, hour)
            if due_at <= world.now:
                yield name, day, due_at, due_at + useful_for // timedelta(milliseconds=1)


def check(world: World) -> Counter[str]:
    """Each (job, day, recipient) once, or the whole day skipped by a clock that said so; how many of each."""
    found, outcomes = decisions(world), Counter[str]()
    for name, day, _, useful_until in due_days(world):
        decided = found.get((name, day), Counter())
        assert decided in (Counter(RECIPIENTS), Counter(["*"])), f"{name} of {day}: {dict(decided)}"
        if "*" in decided:
            assert skipped_at(world, name, day) > useful_until
        outcomes["skipped" if "*" in decided else "done"] += 1
    return outcomes


def skipped_at(world: World, name: str, day: date) -> int:
    """What time it was, by the clock of whoever gave a job up."""
    with closing(open_plain(world.path)) as connection:
        row = connection.execute(
            "SELECT ran_at FROM job_runs WHERE job = ? AND slot = ? AND recipient = '*'", (name, day.isoformat())
        ).fetchone()
        return int(row["ran_at"])


@pytest.mark.timeout(60 + ROUNDS)
def test_two_processes_sweep_side_by_side(world: World) -> None:
    print(f"\nROUNDS={ROUNDS} SEED={SEED}")
    chance = random.Random(SEED)
    for one in world.two:
        one.start()
    world.sweep()
    for number in range(ROUNDS):
        morning = BEGIN + number * 24 * HOUR + 2 * HOUR
        for due in (morning, morning + 9 * HOUR):
            world.now = due + chance.randrange(0, 10 * MINUTE, MINUTE)
            world.sweep()
    assert check(world) == {"done": 2 * ROUNDS}


@pytest.mark.timeout(120)
@pytest.mark.parametrize("number", range(SCRIPTS))
def test_whatever_becomes_of_the_two_processes(world: World, number: int) -> None:
    """Started, killed in a sweep, clocks set two hours ahead or back, off for a day: nothing twice, nothing silent."""
    chance = random.Random(SEED + number)
    print(f"\nSEED={SEED}, {number}")
    world.two[0].start()
    world.sweep()
    for _ in range(STEPS):
        one = chance.choice(world.two)
        world.now += chance.choice((MINUTE, 20 * MINUTE, HOUR, 3 * HOUR, 9 * HOUR, 26 * HOUR))
        match chance.choice(("start", "start", "kill", "jump", "", "")):
            case "start":
                one.start(chance.choice(JUMPS))
            case "kill":
                world.kill_in_a_sweep(one, chance.uniform(0, SWEEP))
            case "jump":
                one.ahead = chance.choice(JUMPS)
        world.some_minutes()
    world.calm()
    print(check(world), f"kills={world.kills}")
