"""kill -9 at random points of a busy day: nothing lost, nothing twice, a summary never again.

KILLS=350 CROWD=1000 are the sizes by night: a thousand people, ten updates of each, 300 kills at work and more than 50
in recovery. SEED=… repeats one; all are printed.
"""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.process.crowd import CROWD, FIRST_CHAT, crowd_of, homes_of, let_in, small_thing
from tests.process.product import AWAKE, Invited, Product, now_here, prepare
from tests.process.town import Diary, Somebody
from tests.process.truth import Tally, check_after_kill, check_day, check_whole
from tests.process.watched import WatchedTelegram

KILLS = int(os.environ.get("KILLS", "30"))
SEED = int(os.environ.get("SEED", "0")) or random.randrange(1, 10**6)
EACH_THIRD = 3  # kill but the first comes while the process takes up what the last one left
UPDATES_EACH = 10  # of everybody in the crowd, on the average
LIFE = (0.02, 1.2 + CROWD / 1000)  # seconds at work until a kill: with a crowd there is more to do
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


Life = Callable[[Somebody], Awaitable[object]]


@dataclass(slots=True)
class Day:
    """A scripted day: everybody does their things until it is over, and then finishes what they have begun."""

    fake: WatchedTelegram
    chance: random.Random
    crowd: list[Invited] = field(default_factory=list)
    diary: Diary = field(default_factory=Diary)
    over: asyncio.Event = field(default_factory=asyncio.Event)
    people: list[asyncio.Task[None]] = field(default_factory=list)

    def begin(self) -> None:
        """Everybody joins, and goes on; the crowd is there already."""
        self.diary.homes += homes_of(self.crowd)
        life: dict[str, Life] = {"secretary": self._secretary, "resident": self._resident, "officer": self._officer}
        for index, invited in enumerate(EVERYBODY):
            somebody = self._somebody(700 + index, invited)
            self._spawn(invited, self._live(somebody, life.get(invited.role, self._leader)))
        for index, invited in enumerate(self.crowd):
            self._spawn(invited, self._come_and_go(self._somebody(FIRST_CHAT + index, invited)))

    def _somebody(self, number: int, invited: Invited) -> Somebody:
        somebody = Somebody(self.fake, number, invited, self.diary, random.Random(self.chance.random()))
        assert somebody.person.chat.started  # the phone is there before anything is sent to it
        return somebody

    def _spawn(self, invited: Invited, life: Coroutine[Any, Any, None]) -> None:
        self.people.append(asyncio.create_task(life, name=invited.code))

    async def _live(self, somebody: Somebody, life: Life) -> None:
        await somebody.join()
        while not self.over.is_set():
            await life(somebody)
            await somebody.think(0.1)
        if somebody.invited is APPROVER:
            await self._last_approvals(somebody)
        if somebody.invited.household:
            await self._last_answers(somebody)

    async def _come_and_go(self, somebody: Somebody) -> None:
        """Something small now and then, a last one when the day ends: some eight things a second over all."""
        while not self.over.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self.over.wait(), somebody.chance.uniform(0, 1 + len(self.crowd) / 4))
            await small_thing(somebody)

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
        await somebody.think(2 + len(self.crowd) / 10)

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
        return len(somebody.answered)

    def check(self) -> None:
        """Nobody has given up waiting."""
        for task in self.people:
            if task.done():
                task.result()

    async def finish(self, seconds: float) -> None:
        """The day is over: let everybody finish."""
        self.over.set()
        async with asyncio.timeout(seconds):
            await asyncio.gather(*self.people)

    async def cancel(self) -> None:
        """Send everybody home."""
        for task in self.people:
            task.cancel()
        await asyncio.gather(*self.people, return_exceptions=True)


async def _moment(day: Day, product: Product, tally: Tally) -> None:
    """Wait for a random moment of the process's life: in its recovery, at work, or with a summary in the air."""
    if product.starts % EACH_THIRD == 0:
        await product.until_it_has_the_file()
        await asyncio.sleep(day.chance.uniform(0, 0.15))
        tally.in_recovery += 1
        return
    await product.until_ready()
    day.fake.summary.clear()
    with suppress(TimeoutError):
        await asyncio.wait_for(day.fake.summary.wait(), day.chance.uniform(*LIFE))
        await asyncio.sleep(day.chance.uniform(0, ROUND_TRIP / 1000))


async def _kill_all_day(day: Day, product: Product, tally: Tally, kills: int) -> None:
    """So many kills, and on until the crowd has written enough; the hour of the summary comes half-way."""
    while product.kills < kills or len(day.fake.ledger.confirmed) < UPDATES_EACH * len(day.crowd):
        if product.kills == kills // 2:
            _make_due(product)
        await product.start(ready=False)
        await _moment(day, product, tally)
        await product.kill()
        check_after_kill(product, day.fake, tally)
        day.check()
    tally.kills = product.kills


@pytest.mark.parametrize(("mode", "share", "crowd"), [("polling", 1.0, CROWD), ("webhook", 0.3, 0)])
@pytest.mark.timeout(120 + 6 * KILLS + CROWD)
async def test_a_day_of_kills(tmp_path: Path, mode: str, share: float, crowd: int) -> None:
    kills = max(1, round(KILLS * share))
    print(f"\n{mode}: KILLS={kills} CROWD={crowd} SEED={SEED}")
    began, tally = time.monotonic(), Tally()
    async with WatchedTelegram(unlimited=True, delay_ms=ROUND_TRIP, duplicate_share=0.1, seed=SEED) as fake:
        day = Day(fake, random.Random(SEED), crowd_of(crowd))
        product = Product(folder=tmp_path, base_url=fake.base_url, token=fake.token, module=AWAKE, mode=mode)
        prepare(product.path, EVERYBODY)
        let_in(product.path, day.crowd)
        async with product:
            day.begin()
            try:
                await _kill_all_day(day, product, tally, kills)
                await product.start()
                await day.finish(60 + crowd / 10)
            finally:
                await day.cancel()
            await product.until_nothing_waits(60 + crowd / 10)
            ended = await product.stop()
        assert ended.code == 0
        check_day(product, fake, day.diary, tally)
        assert product.leaks(day.diary.words) == []
    _check_size(day, tally, kills)
    print(f"{mode}: {tally}; {time.monotonic() - began:.0f} s")


def _check_size(day: Day, tally: Tally, kills: int) -> None:
    """The day was as large as it was meant to be: people, updates, kills, kills in recovery, and a summary due."""
    wrote = {update.lane for update in day.fake.ledger.confirmed}
    assert len(wrote) == len(EVERYBODY) + len(day.crowd)
    assert tally.updates >= UPDATES_EACH * len(day.crowd)
    assert tally.kills >= kills
    assert tally.in_recovery >= kills // EACH_THIRD
    assert tally.summaries >= LEADERS
    assert not kills // EACH_THIRD or tally.in_flight, "no kill met a send in the air"


@pytest.mark.parametrize("number", range(3))
async def test_kills_with_summaries_in_the_air(tmp_path: Path, number: int) -> None:
    """Leaders whose summary is on its way at a kill: before it had its effect for some, after it for others."""
    chance, tally = random.Random(SEED + number), Tally()
    print(f"\nSEED={SEED}, {number}")
    async with WatchedTelegram(unlimited=True, delay_ms=4) as fake:
        diary = Diary()
        leaders = [Somebody(fake, 800 + n, invited, diary, chance) for n, invited in enumerate(CHIEFS)]
        product = Product(folder=tmp_path, base_url=fake.base_url, token=fake.token, module=AWAKE)
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
    """The hour of the summary was three minutes ago, and the process was not there."""
    due = now_here() - timedelta(minutes=3)
    product.digest_at = f"{due:%H:%M}"
    product.reminder_at = f"{now_here() - timedelta(hours=1):%H:%M}"
    product.remember_sweep(due - timedelta(minutes=2))
    return due


async def test_kills_while_the_tables_are_made(tmp_path: Path) -> None:
    """The very first start, on an empty folder, interrupted anywhere: the next one goes on."""
    chance, tables = random.Random(SEED), []
    print(f"\nSEED={SEED}")
    async with WatchedTelegram(unlimited=True) as fake:
        for number in range(4):
            product = Product(folder=tmp_path / str(number), base_url=fake.base_url, token=fake.token)
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
