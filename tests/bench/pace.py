"""A notice to many households over a Telegram with its real limits, while people write: how fast, and who waits.

The product is a process of its own with the pace that the configuration has by default; the notice is composed and
approved in conversation. `python -m tests.bench.pace` tells the figures as JSON: 5,000 households take four minutes.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from bisect import bisect, bisect_left
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bot.channels.telegram import LIMITS
from tests.bench.runs import percentile
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_people import MessageRecord, Person
from tests.process.product import Invited, Product, prepare
from tests.process.town import Diary, Somebody
from tests.process.wards import DEMO_HOMES, FIRST_CHAT, add_homes

OFFICER = Invited(code="MOI-0900-CANBO", role="officer", unit="PPL", name="Cán bộ phường")
LEADER = Invited(code="MOI-0901-LD", role="leader", unit="PPL", name="Lãnh đạo")
WRITERS = 20
EVERY = (2.0, 6.0)  # seconds between two messages of the same person
PATIENCE = 60.0
ROUND_TRIP = 40  # milliseconds
WORDS = "/menu"
ANSWER = "vai trò"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """What came of it. `share` is of the allowed rate; `between` counts notices that left before a reply did."""

    households: int
    seconds: float
    per_second: float
    share: float
    peak: int  # the most that left us within one second, wherever it begins
    peak_arrived: int  # the same where they arrive: on a busy machine some are held up, and come together
    refused: int  # answers 429
    early: int  # sends inside a retry_after
    told_once: int
    replies: int
    reply_p50_ms: float
    reply_p95_ms: float
    reply_max_ms: float
    between_p95: float


@dataclass(slots=True)
class Writer:
    """Somebody who writes again and again, and how long each answer took."""

    person: Person
    chance: random.Random
    waits: list[tuple[float, float]]  # from when to when

    async def write(self) -> None:
        """Until cancelled."""
        while True:
            await asyncio.sleep(self.chance.uniform(*EVERY))
            asked = time.time()
            await self.person.say(WORDS)
            answer = await self.person.wait_for(ANSWER, PATIENCE)
            self.waits.append((asked, answer.at))


async def measure(households: int, folder: Path, seed: int = 1) -> Pace:
    """Issue the notice, let people write until it is out, and count."""
    chance, diary = random.Random(seed), Diary(homes=households + DEMO_HOMES)
    async with FakeTelegram(delay_ms=ROUND_TRIP) as fake:
        people = [fake.person(FIRST_CHAT + number, f"Người {number}") for number in range(households)]
        officer, leader = (Somebody(fake, 800 + n, one, diary, chance) for n, one in enumerate((OFFICER, LEADER)))
        product = Product(
            folder=folder,
            base_url=fake.base_url,
            token=fake.token,
            per_second=int(LIMITS.per_second),
            chat_per_second=1,
        )
        prepare(product.path, [OFFICER, LEADER])
        add_homes(product.path, households)
        async with product:
            await product.start()
            await officer.join()
            await leader.join()
            content = await officer.submit_notice()
            writers = [Writer(person, random.Random(chance.random()), []) for person in people[-WRITERS:]]
            tasks = [asyncio.create_task(writer.write()) for writer in writers]
            try:
                assert await leader.approve_notice()
                await product.until_nothing_waits(seconds=60 + households / 10)
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
            await product.stop()
        tries = [
            row["attempted_at"] / 1000 for row in product.rows("SELECT attempted_at FROM outbox WHERE attempts > 0")
        ]
        return counted(fake, households, content, [wait for writer in writers for wait in writer.waits], sorted(tries))


def counted(
    fake: FakeTelegram, households: int, content: str, waits: Sequence[tuple[float, float]], tries: Sequence[float]
) -> Pace:
    """The figures, from what the platform saw; `tries` are the moments at which we began to send."""
    notices = sorted(message.at for message in fake.ledger.messages if content in message.text and is_told(message))
    first, last = notices[0], notices[-1]
    sent = sorted(message.at for message in fake.ledger.messages if first <= message.at <= last)
    during = [(asked, answered) for asked, answered in waits if first <= asked <= last]
    latencies = sorted((answered - asked) * 1000 for asked, answered in during)
    between = sorted(float(bisect(notices, answered) - bisect(notices, asked)) for asked, answered in during)
    rate = (len(sent) - 1) / (last - first)
    return Pace(
        households=households,
        seconds=last - first,
        per_second=rate,
        share=rate / LIMITS.per_second,
        peak=peak(tries),
        peak_arrived=peak(sent),
        refused=sum(call.status == 429 for call in fake.ledger.calls),
        early=fake.ledger.early,
        told_once=len(
            {message.chat for message in fake.ledger.messages if content in message.text and is_told(message)}
        ),
        replies=len(latencies),
        reply_p50_ms=percentile(latencies, 50),
        reply_p95_ms=percentile(latencies, 95),
        reply_max_ms=latencies[-1] if latencies else 0.0,
        between_p95=percentile(between, 95),
    )


def peak(moments: Sequence[float]) -> int:
    """The most that fell into one second, wherever it begins."""
    return max(bisect_left(moments, at + 1) - place for place, at in enumerate(moments))


def is_told(message: MessageRecord) -> bool:
    """Whether it went to one of the many, not to who composed or approved it."""
    return message.chat >= FIRST_CHAT


def rounded(pace: Pace) -> dict[str, float]:
    """For people and files."""
    return {key: round(value, 3) for key, value in asdict(pace).items()}


def main() -> None:
    """Do it once and tell the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--households", type=int, default=5000)
    households = parser.parse_args().households
    with tempfile.TemporaryDirectory(prefix="pace-") as folder:
        pace = asyncio.run(measure(households, Path(folder)))
    sys.stdout.write(json.dumps(rounded(pace), indent=2) + "\n")


if __name__ == "__main__":
    main()
