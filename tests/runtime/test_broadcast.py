"""A notice to many over a real channel that misbehaves, with the program killed in its middle: everything adds up.

BROADCAST=5000 makes it as large as by night; SEED=… repeats one.
"""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

from bot.channels.telegram import TelegramChannel
from bot.core.ids import Ids
from bot.core.message import Address, Lane, Outbound
from bot.runtime.drawing import Studio
from bot.runtime.outbox import Outbox
from storage import outbox as parcels
from storage.database import Database, Tx
from tests.channels.telegram_kit import PATIENT
from tests.fakes.telegram import TOKEN, FakeTelegram

SIZE = int(os.environ.get("BROADCAST", "500"))
SEED = int(os.environ.get("SEED", "0")) or random.randrange(1, 10**6)
KILLS = 3
ALLOWED = 30  # messages that the platform takes in any second
TERMINAL = {"sent", "failed"}


def now() -> int:
    return round(time.time() * 1000)


class Run:
    """One life of the program: a database, a channel and the way out, until it is killed."""

    async def begin(self, path: Path, fake: FakeTelegram) -> Run:
        self.database = await Database.open(path)
        self.channel = TelegramChannel(token=TOKEN, base_url=fake.base_url, timeouts=PATIENT)
        self.outbox = Outbox(
            database=self.database,
            channel=self.channel,
            now=now,
            ids=Ids(now),
            draw=Studio({}).draw,
            say=lambda where, **_: where,
        )
        self.task = asyncio.create_task(self.outbox.run())
        return self

    async def kill(self) -> int:
        """End it as kill -9 would: nothing is drained or written down. Returns how many sends were in the air."""
        in_flight = set(self.outbox._sending)
        for task in (self.task, *in_flight):
            task.cancel()
        with suppress(asyncio.CancelledError):
            await self.task
        await asyncio.gather(*in_flight, return_exceptions=True)
        await self.channel.close()
        await self.database.close()
        return len(in_flight)


def script(fake: FakeTelegram, chance: random.Random) -> dict[str, set[int]]:
    """Who is troubled by what: 10 % blocked, 2 % refused, 1 % fall into a 502, 1 % in doubt, 2 % are told to wait."""
    chats = list(range(1, SIZE + 1))
    for chat in chats:
        fake.person(chat)
    chance.shuffle(chats)
    shares = {"blocked": 10, "too_long": 2, "502": 1, "reset": 1, "429": 2}
    troubled: dict[str, set[int]] = {}
    for kind, percent in shares.items():
        count = SIZE * percent // 100
        troubled[kind], chats = set(chats[:count]), chats[count:]
        for chat in troubled[kind]:
            for_ever = kind in ("blocked", "too_long")
            seconds = chance.choice((1, 2, 3)) if kind == "429" else 0
            after = True if kind == "reset" else None
            fake.fault(kind, "sendMessage", chat=chat, times=10**9 if for_ever else 1, seconds=seconds, after=after)
    return troubled


def queue_all(tx: Tx) -> None:
    """The notice to everybody, in one transaction."""
    ids = Ids(now)
    for chat in range(1, SIZE + 1):
        address = Address(channel="telegram", chat=str(chat))
        message = Outbound(address=address, text=f"Thông báo {chat}", lane=Lane.NOTICE)
        parcels.put(tx, ids.new(), message, now())


def tally(tx: Tx) -> Counter[str]:
    rows = tx.execute("SELECT state, COUNT(*) AS n FROM outbox GROUP BY state").fetchall()
    return Counter({row["state"]: row["n"] for row in rows})


async def decided(run: Run, count: int) -> None:
    """Until so many messages have their end."""
    while True:
        found = await run.database.read(tally)
        if sum(found[state] for state in TERMINAL) >= count:
            return
        await asyncio.sleep(0.05)


def peak(moments: list[float]) -> int:
    """The most that fell into one second, wherever it begins."""
    moments = sorted(moments)
    return max(sum(1 for later in moments[first:] if later < moments[first] + 1) for first in range(len(moments)))


async def test_a_broadcast_adds_up_whatever_happens(tmp_path: Path) -> None:
    chance = random.Random(SEED)
    in_flight = 0
    async with FakeTelegram() as fake:
        troubled = script(fake, chance)
        run = await Run().begin(tmp_path / "a.db", fake)
        await run.database.write(queue_all)
        async with asyncio.timeout(60 + SIZE / 8):
            for kill in range(1, KILLS + 1):
                await decided(run, SIZE * kill // (KILLS + 1))
                in_flight += await run.kill()
                run = await Run().begin(tmp_path / "a.db", fake)
            await decided(run, SIZE)
        found = await run.database.read(tally)
        await run.kill()
    assert found == {"sent": SIZE - found["failed"], "failed": found["failed"]}, f"seed {SEED}"
    assert found["failed"] == len(troubled["blocked"] | troubled["too_long"])
    assert fake.ledger.early == 0, f"nothing inside a retry_after, seed {SEED}"
    sends = [call.at for call in fake.ledger.calls if call.method.lower() == "sendmessage"]
    assert peak(sends) <= ALLOWED, f"seed {SEED}"
    copies = Counter(message.chat for message in fake.ledger.messages)
    assert set(copies) == set(range(1, SIZE + 1)) - troubled["blocked"] - troubled["too_long"]
    twice = {chat for chat, count in copies.items() if count > 1}
    assert max(copies.values()) <= 2, f"seed {SEED}"
    assert len(twice - troubled["reset"]) <= in_flight, f"seed {SEED}"
