"""A notice to many over a Telegram that misbehaves, paused, with the program killed in its middle: everything adds up.

The whole engine, in a time that skips its waiting: two seconds and three hours that Telegram asks for are both kept.
BROADCAST=5000 makes it as large as by night; SEED=… repeats one.
"""

from __future__ import annotations

import asyncio
import os
import random
import time
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from math import inf
from pathlib import Path
from typing import Any

import pytest

from bot.channels.telegram import LIMITS, TelegramChannel
from bot.core import calendar
from bot.core.ids import Ids
from bot.core.message import Outbound
from bot.engine import Engine
from bot.runtime.clock import wall_clock
from storage import sendings
from storage.database import Tx
from tests.channels.telegram_kit import PATIENT
from tests.fakes.telegram import TOKEN, FakeTelegram
from tests.fakes.telegram_people import Person
from tests.house import WARD
from tests.process import crowd
from tests.process.product import Invited, prepare
from tests.process.town import Diary, Somebody
from tests.process.wards import DEMO_HOMES, FIRST_CHAT, add_homes
from tests.runtime.swift import SwiftDatabase, SwiftLoop, swift

SIZE = int(os.environ.get("BROADCAST", "500"))
SEED = int(os.environ.get("SEED", "0")) or random.randrange(1, 10**6)
KILLS = 3
DOWN = (1.0, 3.0)  # seconds until it is started again
PAUSED = 60.0  # seconds
ALLOWED = 25  # messages that leave in any second
SHARES = {"blocked": 10, "too_long": 2, "502": 1, "reset": 1}  # percent, of whom each is the trouble
APART = 50  # every fiftieth is told to wait
WAITS = (1, 30, 2282, 10_072)  # seconds that Telegram asks for

WRITERS = 20
EVERY = (4.0, 12.0)  # seconds between two messages of the same person
NIGHTLY = 1_000  # households from which on the seconds that it takes are held against what is allowed
SLACK = 20.0  # seconds for beginning again after the kills and the pause
PATIENCE = 2.0  # seconds that a reply may take at p95
OFFICER, LEADER = (
    Invited(code=f"DUYET-{number}", role=role, unit="PPL", name=f"Cán bộ {number}")
    for number, role in enumerate(("officer", "leader"))
)


class Noting(TelegramChannel):
    """The real channel; it notes when each message leaves."""

    def __init__(self, leaving: list[float], **settings: Any) -> None:
        super().__init__(**settings)
        self._leaving = leaving

    async def send(self, message: Outbound, content: bytes = b"", link: str = "") -> str:
        self._leaving.append(swift().time())
        with swift().working():  # nobody loses patience only because time ran ahead
            return await super().send(message, content, link)


@dataclass(slots=True)
class Run:
    """The program, life after life, and what is to be known of it."""

    path: Path
    begin_at: int  # epoch milliseconds, at the loop's beginning
    leaving: list[float] = field(default_factory=list)
    in_the_air: Counter[int] = field(default_factory=Counter)  # by chat, over all kills
    waits: list[float] = field(default_factory=list)  # seconds that each reply took while somebody was there to give it
    down: list[tuple[float, float]] = field(default_factory=list)  # when nobody was
    sending: bool = False  # whether the notice is leaving: what is answered in its pause tells nothing
    troubled: dict[str, set[int]] = field(default_factory=dict)
    lives: bool = False
    engine: Engine = field(init=False)
    fake: FakeTelegram = field(init=False)
    _loop: SwiftLoop = field(init=False)
    _zero: float = field(init=False)

    def __post_init__(self) -> None:
        self._loop = swift()
        self._zero = self._loop.time()
        self.fake = FakeTelegram(clock=lambda: self.now() / 1000)

    def now(self) -> int:
        """Also asked on the threads of the database."""
        return self.begin_at + round((self._loop.time() - self._zero) * 1000)

    async def start(self) -> None:
        with swift().working():  # its tables are made on a thread
            database = await SwiftDatabase.open(self.path)
        self.engine = Engine(
            database=database,
            channels=[
                Noting(
                    self.leaving, token=TOKEN, base_url=self.fake.base_url, timeouts=PATIENT,
                    monotonic=self._loop.time,
                )
            ],
            ward=replace(WARD, proactive=()),  # the notice goes out at once, on whatever day this is
            now=self.now,
            ids=Ids(self.now),
            media=self.path.parent / "media",
            ticking=self._loop.time,
        )  # fmt: skip
        self.lives = True
        await self.engine.start()

    async def kill(self) -> None:
        """End it as kill -9 would: nothing is drained or written down."""
        if not self.lives:
            return
        self.lives, engine = False, self.engine
        engine.scheduler.stop()
        sends = [task for outbox in engine.outboxes for task in outbox._sending]
        for task in (*engine._tasks, *sends):
            task.cancel()
        await asyncio.gather(*engine._tasks, *sends, return_exceptions=True)
        engine.studio.close()
        self.in_the_air.update(await engine.database.read(left_in_the_air))
        for channel in engine.channels.values():
            await channel.close()
        await engine.database.close()

    async def tally(self) -> sendings.Tally:
        """What became of the one notice; nobody was written to who had been told to wait."""
        assert self.fake.ledger.early == 0, "sent inside a retry_after"
        return await self.engine.database.read(tally_of)

    async def decided(self, count: int) -> None:
        """Until so many have their end."""
        while (await self.tally()).decided < count:  # noqa: ASYNC110 - a query tells, at any moment
            await asyncio.sleep(0.5)


def left_in_the_air(tx: Tx) -> list[int]:
    return [int(row["chat"]) for row in tx.execute("SELECT chat FROM outbox WHERE state = 'sending'").fetchall()]


def tally_of(tx: Tx) -> sendings.Tally:
    row = tx.execute("SELECT notice_id FROM notice_sendings").fetchone()
    return sendings.tally(tx, row["notice_id"]) if row else sendings.Tally()


def first_due(tx: Tx) -> int | None:
    """The end of the shortest wait of those that are left."""
    row = tx.execute("SELECT MIN(h.until) AS at FROM holds h JOIN outbox o ON o.chat = h.chat AND o.state = 'queued'")
    found: int | None = row.fetchone()["at"]
    return found


def script(fake: FakeTelegram, chance: random.Random) -> dict[str, set[int]]:
    """Who is troubled by what: 10 % blocked, 2 % refused, 1 % fall into a 502, 1 % in doubt, 2 % are told to wait.

    Those stand apart in the line: three within a second would mean the bot's own limit, and hold everybody.
    """
    troubled = {"429": set(range(FIRST_CHAT + APART // 2, FIRST_CHAT + SIZE, APART))}
    chats = [chat for chat in range(FIRST_CHAT, FIRST_CHAT + SIZE) if chat not in troubled["429"]]
    chance.shuffle(chats)
    for kind, percent in {"429": 0, **SHARES}.items():
        count = SIZE * percent // 100
        troubled.setdefault(kind, set(chats[:count]))
        chats = chats[count:]
        for number, chat in enumerate(sorted(troubled[kind])):
            for_ever = kind in ("blocked", "too_long")
            seconds = WAITS[number % len(WAITS)] if kind == "429" else 0
            after = number % 2 == 0 if kind == "reset" else None  # of those in doubt every other one has arrived
            fake.fault(kind, "sendMessage", chat=chat, times=10**9 if for_ever else 1, seconds=seconds, after=after)
    troubled["none"] = set(chats)
    return troubled


async def write_on(run: Run, person: Person, chance: random.Random) -> None:
    """Somebody writes again and again, and counts the seconds until each answer."""
    while True:
        await asyncio.sleep(chance.uniform(*EVERY))
        asked, meanwhile = run.fake.now(), run.sending
        await person.say("/menu")
        answer = await person.wait_for("vai trò", 60)
        if not meanwhile:
            continue
        gone = sum(max(0.0, min(answer.at, last) - max(asked, first)) for first, last in run.down)
        run.waits.append(answer.at - asked - gone)


async def pause_it(officer: Somebody, run: Run) -> None:
    """The officer pauses the notice, and goes on with it: in between nothing of it leaves."""
    async with asyncio.timeout(60):  # until its progress is told, and with it what can be done
        while not any("Tạm dừng gửi" in row for message in officer.person.messages for row in message.buttons):  # noqa: ASYNC110
            await asyncio.sleep(0.5)
    run.sending = False
    await officer.press("Tạm dừng gửi", "đang tạm dừng")
    await asyncio.sleep(5)  # what was on its way
    before = told(run.fake)
    await asyncio.sleep(PAUSED - 5)
    assert told(run.fake) == before, "sent while it was paused"
    await officer.press("Gửi tiếp", "đã gửi")
    run.sending = True


def told(fake: FakeTelegram) -> Counter[int]:
    """How many copies of the notice have arrived, by chat; not what was shown to whoever approved it."""
    messages = (one for one in fake.ledger.messages if one.chat >= FIRST_CHAT)
    return Counter(one.chat for one in messages if one.text.startswith("Kính gửi"))


async def kill_it(run: Run, leader: Somebody, chance: random.Random) -> None:
    """And start it again a little later, as whatever looks after services does; it is there when it answers."""
    since = run.fake.now()
    run.down.append((since, inf))
    with swift().working():  # it ends and begins in its own time
        await run.kill()
    await asyncio.sleep(chance.uniform(*DOWN))
    with swift().working():
        await run.start()
    await leader.say("/menu", "vai trò")
    run.down[-1] = (since, run.fake.now())


async def the_bulk(run: Run, officer: Somebody, leader: Somebody, chance: random.Random) -> float:
    """Everything but the long waits, with its kills and its pause; how many seconds it took."""
    begun, waiting, run.sending = swift().time(), len(run.troubled["429"]), True
    for number in range(1, KILLS + 1):
        await run.decided(SIZE * number // (KILLS + 1))
        await kill_it(run, leader, chance)
        if number == 1:
            await pause_it(officer, run)
    await run.decided(SIZE - waiting)
    return swift().time() - begun


async def the_long_waits(run: Run) -> None:
    """The last ones: time goes on to shortly before the end of each wait."""
    while (await run.tally()).decided < SIZE:
        due = await run.engine.database.read(first_due)
        if due is not None and due - run.now() > 2000 and not swift().at_work:  # nothing is on its way
            swift().skip((due - run.now()) / 1000 - 1)
        await asyncio.sleep(0.5)


async def lived(run: Run, chance: random.Random) -> tuple[float, sendings.Tally]:
    """The notice from its first word to its last household."""
    fake, diary = run.fake, Diary(homes=SIZE + DEMO_HOMES)
    people = {FIRST_CHAT + number: fake.person(FIRST_CHAT + number, f"Người {number}") for number in range(SIZE)}
    officer, leader = (
        Somebody(fake, crowd.FIRST_CHAT + n, one, diary, random.Random(0)) for n, one in enumerate((OFFICER, LEADER))
    )
    assert officer.person.chat.started
    assert leader.person.chat.started
    run.troubled = script(fake, chance)
    await run.start()
    await officer.submit_notice()
    writers = [
        asyncio.create_task(write_on(run, people[chat], random.Random(chat)))
        for chat in sorted(run.troubled["none"])[:WRITERS]
    ]
    try:
        assert await leader.approve_notice()
        async with asyncio.timeout(300 + SIZE):  # of the loop's seconds, as all of these
            seconds = await the_bulk(run, officer, leader, chance)
    finally:
        for writer in writers:
            writer.cancel()
        ended = await asyncio.gather(*writers, return_exceptions=True)
    assert all(isinstance(one, asyncio.CancelledError) for one in ended), ended
    async with asyncio.timeout(WAITS[-1] + 600):
        await the_long_waits(run)
    async with asyncio.timeout(60):  # it is said where the progress stood
        while not any("đã gửi xong" in message.shown for message in officer.person.messages):  # noqa: ASYNC110
            await asyncio.sleep(0.5)
    return seconds, await run.tally()


async def everything(path: Path) -> tuple[Run, float, sendings.Tally]:
    morning = calendar.local(wall_clock()).replace(hour=8, minute=0, second=0, microsecond=0)
    run = Run(path, calendar.instant(next_morning(morning)))
    prepare(path, [])
    add_homes(path, SIZE)
    crowd.let_in(path, [OFFICER, LEADER])
    async with run.fake:
        try:
            return run, *await lived(run, random.Random(SEED))
        finally:
            await run.kill()  # also after a failure: the threads of a database outlive the loop


def next_morning(morning: datetime) -> datetime:
    """Eight o'clock after everything in the database has been written."""
    return morning if morning > calendar.local(wall_clock()) else morning + timedelta(days=1)


@pytest.mark.timeout(120 + SIZE)
def test_a_broadcast_adds_up_whatever_happens(tmp_path: Path) -> None:
    really = time.monotonic()
    with asyncio.Runner(loop_factory=SwiftLoop) as runner:
        run, seconds, found = runner.run(everything(tmp_path / "a.db"))
    waits = sorted(run.waits)
    p95 = waits[len(waits) * 95 // 100]
    print(
        f"\nBROADCAST={SIZE} SEED={SEED}: {found}; {seconds:.0f} s and the long waits, {SIZE / seconds:.1f} a second;"
        f" peak {peak(run.leaving)}; {len(waits)} replies, p95 {p95:.2f} s; {sum(run.in_the_air.values())} in the air"
        f" at the kills, down {sum(b - a for a, b in run.down):.1f} s; really {time.monotonic() - really:.0f} s"
    )
    check_sum(run, found)
    check_copies(run)
    check_waits(run)
    assert peak(run.leaving) <= ALLOWED
    assert len(waits) > WRITERS
    assert p95 <= PATIENCE
    if SIZE >= NIGHTLY:
        gone = sum(last - first for first, last in run.down)
        assert seconds - gone - PAUSED <= 1.1 * SIZE / LIMITS.per_second + SLACK


def check_sum(run: Run, found: sendings.Tally) -> None:
    """Everybody has one end, and it is theirs."""
    lost = run.troubled["blocked"] | run.troubled["too_long"]
    assert found.total == SIZE + DEMO_HOMES
    assert found == sendings.Tally(sent=SIZE - len(lost), failed=len(lost), no_account=DEMO_HOMES)
    assert set(told(run.fake)) == set(range(FIRST_CHAT, FIRST_CHAT + SIZE)) - lost


def check_copies(run: Run) -> None:
    """One copy, and one more for each time that nobody could know."""
    copies = told(run.fake)
    unknown = run.in_the_air + Counter(run.troubled["reset"])
    assert {chat: count for chat, count in copies.items() if count > 1 + unknown[chat]} == {}
    assert any(count > 1 for count in copies.values()), "nothing was in doubt"


def check_waits(run: Run) -> None:
    """Whoever was told to wait was not written to meanwhile, and the platform had to say so to nobody else."""
    calls = [call for call in run.fake.ledger.calls if call.method == "sendmessage"]
    assert run.fake.ledger.early == 0
    told = {call.chat: call.at for call in calls if call.status == 429}
    assert set(told) == run.troubled["429"]
    assert sum(call.status == 429 for call in calls) == len(told)
    for number, chat in enumerate(sorted(told)):
        later = [call.at for call in calls if call.chat == chat and call.at > told[chat]]
        assert later[0] - told[chat] >= WAITS[number % len(WAITS)]


def peak(moments: list[float]) -> int:
    """The most that fell into one second, wherever it begins."""
    moments = sorted(moments)
    return max(bisect_left(moments, at + 1) - place for place, at in enumerate(moments))
