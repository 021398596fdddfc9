"""A job in parts: each in its own transaction; a kill or a failure in the middle doubles nothing and loses nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.core.job import Due, Job, in_portions
from bot.runtime.scheduler import MANY_IN_A_ROW, Scheduler
from storage import jobs as runs
from storage.database import Database, Tx
from tests.clock import FrozenClock
from tests.runtime.test_scheduler import moment

DAY = "2021-03-24"


class Killed(BaseException):
    """The process ends here."""


class Office:
    """A scheduler with one job of some parts; each part tells somebody of its name."""

    def __init__(self, path: Path, parts: Sequence[str]) -> None:
        self.path, self.parts = path, parts
        self.clock = FrozenClock(moment("24/03/2021 08:00"))
        self.broken: set[str] = set()
        self.tried: list[str] = []
        self.late: dict[str, bool] = {}

    async def open(self) -> Office:
        self.database = await Database.open(self.path)
        self.schedule(self.run)
        await self.scheduler.sweep()
        return self

    def schedule(
        self, run: Callable[[Tx, Due], None], *others: Job, parts: Callable[[Tx, Due], Sequence[str]] | None = None
    ) -> None:
        """A scheduler of this job, and others after it."""
        job = Job(
            name="many", at=lambda _day: time(17), run=run, useful_for=timedelta(hours=5),
            parts=parts or (lambda _tx, _due: self.parts),
        )  # fmt: skip
        self.scheduler = Scheduler(
            database=self.database, jobs=[job, *others], now=self.clock, wake_delivery=lambda: None
        )

    def dies_after(self, parts: int) -> None:
        """The process ends before it writes the next part."""
        write = self.database.write

        async def mortal(work: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
            if work == self.scheduler._part and len(self.tried) == parts:
                raise Killed
            return await write(work, *args, **kwargs)

        self.database.write = mortal  # type: ignore[method-assign]

    def run(self, tx: Tx, due: Due) -> None:
        self.tried.append(due.part)
        if runs.claim_run(tx, "many", due.slot, due.part, due.now):
            self.late[due.part] = due.late
        if due.part in self.broken:
            self.late.pop(due.part, None)
            raise ValueError

    async def restart(self) -> None:
        await self.database.close()
        await self.open()

    async def at(self, text: str) -> None:
        self.clock.move_to(moment(f"24/03/2021 {text}"))
        await self.scheduler.sweep()

    async def told(self) -> list[str]:
        return [run.recipient for run in await self.database.read(runs.runs, "many", DAY) if run.outcome == "queued"]

    async def skipped(self) -> list[tuple[str, str | None]]:
        found = await self.database.read(runs.runs, "many", DAY)
        return [(run.recipient, run.reason) for run in found if run.outcome == "skipped"]


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    opened = await Office(tmp_path / "a.db", list("abcdef")).open()
    yield opened
    await opened.database.close()


async def test_each_part_is_done_once(office: Office) -> None:
    for minute in ("17:00", "17:01", "17:30"):
        await office.at(minute)
    assert office.tried == list("abcdef")


async def test_answers_get_through_between_parts(office: Office) -> None:
    loop, order = asyncio.get_running_loop(), list[str]()

    def run(_tx: Tx, due: Due) -> None:
        order.append(due.part)
        if due.part == "b":
            asyncio.run_coroutine_threadsafe(office.database.write(lambda _tx: order.append("answer")), loop)

    office.schedule(run)
    await office.at("17:00")
    assert "b" <= order[order.index("answer") - 1] < "e"


@pytest.mark.parametrize("after", range(7))
async def test_after_a_kill_between_two_parts_the_rest_is_done_and_nothing_twice(office: Office, after: int) -> None:
    office.dies_after(after)
    if after < 6:
        with pytest.raises(Killed):
            await office.at("17:00")
    else:
        await office.at("17:00")
    assert await office.told() == list("abcdef")[:after]
    office.clock.move_to(moment("24/03/2021 17:09"))
    await office.restart()
    assert await office.told() == list("abcdef")
    assert [part for part, late in sorted(office.late.items()) if late] == list("abcdef")[after:]
    assert await office.skipped() == []


async def test_a_part_that_fails_holds_up_no_other_and_is_tried_again_alone(office: Office) -> None:
    office.broken = {"b", "d"}
    await office.at("17:00")
    assert await office.told() == list("acef")
    assert office.scheduler.failing == ("many",)
    office.tried.clear()
    office.broken = {"d"}
    await office.at("17:10")
    assert office.tried == ["b", "d"]
    assert office.late["b"]
    assert not office.late["a"]
    office.broken = set()
    await office.at("17:11")
    assert office.scheduler.failing == ()
    office.tried.clear()
    await office.restart()
    await office.at("17:12")
    assert office.tried == []
    assert await office.told() == list("abcdef")


async def test_what_was_left_of_a_run_is_recorded_when_it_comes_too_late(office: Office) -> None:
    office.broken = {"b"}  # the others must not stand for the whole
    for text in ("17:00", "21:00", "22:01"):
        await office.at(text)
    assert await office.told() == list("acdef")
    assert await office.skipped() == [("*", "too_late")]
    assert office.scheduler.failing == ()


async def test_what_was_left_by_a_kill_is_recorded_when_the_next_start_is_too_late(office: Office) -> None:
    office.dies_after(2)
    with pytest.raises(Killed):
        await office.at("17:00")
    office.clock.move_to(moment("24/03/2021 22:01"))
    await office.restart()
    assert await office.told() == ["a", "b"]
    assert await office.skipped() == [("*", "too_late")]


async def test_a_run_without_parts_is_done(office: Office) -> None:
    office.parts = []
    await office.at("17:00")
    await office.database.write(runs.set_mark, "last_sweep", moment("24/03/2021 16:00"))
    await office.restart()
    await office.at("22:30")
    assert await office.skipped() == []


async def test_where_everything_fails_it_is_not_tried_to_the_end_and_the_rest_comes_first_next_time(
    office: Office,
) -> None:
    office.parts = [f"{number:02d}" for number in range(MANY_IN_A_ROW + 3)]
    office.broken = set(office.parts[:MANY_IN_A_ROW])
    await office.at("17:00")
    assert office.tried == office.parts[:MANY_IN_A_ROW]
    office.tried.clear()
    await office.at("17:01")
    assert office.tried == office.parts[MANY_IN_A_ROW:] + office.parts[:MANY_IN_A_ROW]


async def test_a_part_that_fails_makes_no_later_job_run_again(office: Office) -> None:
    later: list[Due] = []
    job = Job(
        name="later", at=lambda _day: time(18), run=lambda _tx, due: later.append(due), useful_for=timedelta(hours=5)
    )
    office.schedule(office.run, job)
    office.broken = {"b"}
    for text in ("17:00", "18:00", "18:01", "18:02"):
        await office.at(text)
    assert len(later) == 1


async def test_parts_that_cannot_be_read_are_read_again(office: Office) -> None:
    def unreadable(_tx: Tx, _due: Due) -> Sequence[str]:
        raise ValueError

    office.schedule(office.run, parts=unreadable)
    await office.at("17:00")
    assert office.scheduler.failing == ("many",)
    assert await office.told() == []


def test_keys_in_portions() -> None:
    assert in_portions(["a", "b", "c"], 2) == ["a b", "c"]
    assert in_portions([], 2) == []
