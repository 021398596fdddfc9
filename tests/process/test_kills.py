"""kill -9 at random points of a busy day: nothing lost, nothing twice, a summary never again.

KILLS=300 makes it longer, SEED=… repeats one; both are printed.
"""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.process.nursery import Nursery
from tests.process.product import AWAKE, Invited, Product, next_minute, now_here, prepare
from tests.process.town import Diary, Somebody
from tests.process.truth import Tally, check_after_kill, check_day, check_whole
from tests.process.watched import WatchedTelegram

KILLS = int(os.environ.get("KILLS", "30"))
SEED = int(os.environ.get("SEED", "0")) or random.randrange(1, 10**6)
RECOVERY_SHARE = 0.35  # of the kills come while the process takes up what the last one left
ROUND_TRIP = 40  # milliseconds: a send is in the air for long enough to be hit
LEADERS = 6

SECRETARIES = [Invited(code=f"MOI-{n:04d}-BITHU", role="secretary", unit=f"CB{n:02d}") for n in (5, 6, 22)]
RESIDENTS = [Invited(code=f"MOI-{n:04d}-HO", role="resident", unit="PPL", household=f"H{n:03d}") for n in range(1, 6)]
OFFICER = Invited(code="MOI-0900-CANBO", role="officer", unit="PPL", name="Cán bộ phường")
APPROVER = Invited(code="MOI-0950-DUYET", role="officer", unit="PPL", name="Cán bộ duyệt")
CHIEFS = [
    Invited(code=f"MOI-{n:04d}-LD", role="leader", unit="PPL", name=f"Lãnh đạo {n}") for n in range(901, 901 + LEADERS)
]
EVERYBODY = [*SECRETARIES, *RESIDENTS, OFFICER, APPROVER, *CHIEFS]


@dataclass(slots=True)
class Day:
    """A scripted day: everybody does their things until it is over, and then finishes what they have begun."""

    fake: WatchedTelegram
    chance: random.Random
    diary: Diary = field(default_factory=Diary)
    over: bool = False
    people: list[asyncio.Task[None]] = field(default_factory=list)

    def begin(self) -> None:
        """Everybody joins, and goes on."""
        for index, invited in enumerate(EVERYBODY):
            somebody = Somebody(self.fake, 700 + index, invited, self.diary, random.Random(self.chance.random()))
            life = {"secretary": self._secretary, "resident": self._resident, "officer": self._officer}
            task = asyncio.create_task(self._live(somebody, life.get(invited.role, self._leader)), name=invited.code)
            self.people.append(task)

    async def _live(self, somebody: Somebody, life: Callable[[Somebody], Coroutine[Any, Any, None]]) -> None:
        await somebody.join()
        while not self.over:
            await life(somebody)
            await somebody.think(0.1)
        if somebody.invited is APPROVER:
            await self._last_approvals(somebody)
        if somebody.invited.household:
            await self._last_answers(somebody)

    async def _secretary(self, somebody: Somebody) -> None:
        await (somebody.register_model() if somebody.chance.random() < 0.5 else somebody.report_session())

    async def _resident(self, somebody: Somebody) -> None:
        if waiting := somebody.unanswered():
            await somebody.acknowledge(waiting[0])
        elif somebody.chance.random() < 0.3:
            await somebody.register_model()

    async def _officer(self, somebody: Somebody) -> None:
        if somebody.invited is APPROVER:
            await somebody.approve_notice()
            await somebody.think(0.5)
            return
        await somebody.submit_notice()
        await somebody.think(2)

    async def _leader(self, somebody: Somebody) -> None:
        await somebody.think(1)
        await somebody.say("/thongke", "Số liệu đến")

    async def _last_approvals(self, somebody: Somebody) -> None:
        """All notices that were submitted go out before the day ends."""
        while not self._officer_has_finished() or len(self.diary.approved) < len(self.diary.notices):
            await somebody.approve_notice()
            await somebody.think(0.1)

    async def _last_answers(self, somebody: Somebody) -> None:
        """All notices that were published are answered before the day ends."""
        while not self._officer_has_finished() or self._answers_of(somebody) < len(self.diary.notices):
            if waiting := somebody.unanswered():
                await somebody.acknowledge(waiting[0])
            else:
                await asyncio.sleep(0.05)

    def _officer_has_finished(self) -> bool:
        return next(task for task in self.people if task.get_name() == OFFICER.code).done()

    def _answers_of(self, somebody: Somebody) -> int:
        return sum(household == somebody.invited.household for household, _ in self.diary.acknowledged)

    def check(self) -> None:
        """Nobody has given up waiting."""
        for task in self.people:
            if task.done():
                task.result()

    async def finish(self, seconds: float) -> None:
        """The day is over: let everybody finish."""
        self.over = True
        async with asyncio.timeout(seconds):
            await asyncio.gather(*self.people)

    async def cancel(self) -> None:
        """Send everybody home."""
        for task in self.people:
            task.cancel()
        await asyncio.gather(*self.people, return_exceptions=True)


async def _moment(day: Day, product: Product, tally: Tally) -> None:
    """Wait for a random moment of the process's life: in its recovery, at work, or with a summary in the air."""
    if day.chance.random() < RECOVERY_SHARE:
        await product.until_it_has_the_file()
        await asyncio.sleep(day.chance.uniform(0, 0.15))
        tally.in_recovery += 1
        return
    await product.until_ready()
    day.fake.summary.clear()
    with suppress(TimeoutError):
        await asyncio.wait_for(day.fake.summary.wait(), day.chance.uniform(0.02, 1.2))
        await asyncio.sleep(day.chance.uniform(0, ROUND_TRIP / 1000))


async def _kill_all_day(day: Day, product: Product, tally: Tally, kills: int, until: datetime) -> None:
    """At least so many kills, and on until a moment has passed."""
    while product.kills < kills or now_here() < until:
        await product.start(ready=False)
        await _moment(day, product, tally)
        await product.kill()
        check_after_kill(product, day.fake, tally)
        day.check()
    tally.kills = product.kills


@pytest.mark.parametrize(("mode", "share"), [("polling", 1.0), ("webhook", 0.3)])
@pytest.mark.timeout(120 + 6 * KILLS)
async def test_a_day_of_kills(tmp_path: Path, nursery: Nursery, mode: str, share: float) -> None:
    kills = max(1, round(KILLS * share))
    print(f"\n{mode}: KILLS={kills} SEED={SEED}")
    began, tally = time.monotonic(), Tally()
    async with WatchedTelegram(unlimited=True, delay_ms=ROUND_TRIP, duplicate_share=0.1, seed=SEED) as fake:
        day = Day(fake, random.Random(SEED))
        due = next_minute(8)
        product = Product(
            folder=tmp_path,
            base_url=fake.base_url,
            token=fake.token,
            module=AWAKE,
            mode=mode,
            digest_at=f"{due:%H:%M}",
            reminder_at=f"{due:%H:%M}",
            nursery=nursery,
        )
        prepare(product.path, EVERYBODY)
        async with product:
            day.begin()
            try:
                await _kill_all_day(
                    day, product, tally, kills, due + timedelta(seconds=2) if mode == "polling" else now_here()
                )
                await product.start()
                await day.finish(60)
            finally:
                await day.cancel()
            await product.until_nothing_waits()
            ended = await product.stop()
        assert ended.code == 0
        check_day(product, fake, day.diary, tally)
        assert product.leaks(day.diary.words) == []
    print(f"{mode}: {tally}; {time.monotonic() - began:.0f} s")


@pytest.mark.parametrize("number", range(3))
async def test_kills_with_summaries_in_the_air(tmp_path: Path, nursery: Nursery, number: int) -> None:
    """Leaders whose summary is on its way at a kill: before it had its effect for some, after it for others."""
    chance, tally = random.Random(SEED + number), Tally()
    print(f"\nSEED={SEED}, {number}")
    async with WatchedTelegram(unlimited=True, delay_ms=4) as fake:
        diary = Diary()
        leaders = [Somebody(fake, 800 + n, invited, diary, chance) for n, invited in enumerate(CHIEFS)]
        product = Product(folder=tmp_path, base_url=fake.base_url, token=fake.token, module=AWAKE, nursery=nursery)
        prepare(product.path, CHIEFS)
        async with product:
            await product.start()
            await asyncio.gather(*(leader.join() for leader in leaders))
            await product.until_nothing_waits()
            await product.stop()
            for leader in leaders:
                fake.stalls[leader.number] = chance.choice([(0, 0), (0, 1), (0, 1), (1, 0), (1, 0), (0.15, 0.15)])
            due = _make_due(product)
            await product.start(ready=False)
            async with asyncio.timeout(30):
                await fake.summary.wait()
            await asyncio.sleep(chance.uniform(0, 0.4))
            await product.kill()
            check_after_kill(product, fake, tally)
            fake.stalls.clear()
            for moment in (0.0, 0.05, chance.uniform(0, 0.15)):  # and while that is being settled
                if moment:  # as if it had ended after queueing the summaries, before noting that it had
                    product.remember_sweep(due - timedelta(minutes=2))
                await product.start(ready=False)
                await product.until_it_has_the_file()
                await asyncio.sleep(moment)
                await product.kill()
                tally.in_recovery += 1
                check_after_kill(product, fake, tally)
            await product.start()
            await product.until_nothing_waits()
            await asyncio.sleep(0.2)
            await product.stop()
        tally.kills = product.kills
        check_day(product, fake, diary, tally)
        assert product.value("SELECT COUNT(*) FROM job_runs WHERE job = 'daily_digest'") == LEADERS
    print(f"summaries {number}: {tally}")


def _make_due(product: Product) -> datetime:
    """The hour of the digest was three minutes ago, and the process was not there."""
    due = now_here() - timedelta(minutes=3)
    product.digest_at = f"{due:%H:%M}"
    product.reminder_at = f"{now_here() - timedelta(hours=1):%H:%M}"
    product.remember_sweep(due - timedelta(minutes=2))
    return due


async def test_kills_while_the_tables_are_made(tmp_path: Path, nursery: Nursery) -> None:
    """The very first start, on an empty folder, interrupted anywhere: the next one goes on."""
    chance, tables = random.Random(SEED), []
    print(f"\nSEED={SEED}")
    async with WatchedTelegram(unlimited=True) as fake:
        for number in range(4):
            product = Product(folder=tmp_path / str(number), base_url=fake.base_url, token=fake.token, nursery=nursery)
            async with product:
                await product.start(ready=False)
                await product.until_it_has_the_file()
                await asyncio.sleep(chance.uniform(0, 0.05))
                await product.kill()
                check_whole(product)
                tables.append(product.value("SELECT COUNT(*) FROM sqlite_master WHERE type = 'table'"))
                await product.start()
                assert (await product.health())["ok"] is True
                ended = await product.stop()
                assert ended.code == 0
                check_whole(product)
                assert product.value("SELECT COUNT(*) FROM sqlite_master WHERE type = 'table'") >= max(tables)
    print(f"first start: {len(tables)} kills, tables there at each: {tables}")
