"""Somebody writes a hundred messages a second, and strangers try codes: everybody else is answered as ever.

The whole engine, in a time that skips its waiting. FLOOD=600 makes it as long as by night.
"""

from __future__ import annotations

import asyncio
import os
import random
from pathlib import Path

import pytest

from bot.core import calendar
from bot.runtime.clock import wall_clock
from storage.database import Tx
from tests.fakes.telegram_people import Person
from tests.process.product import prepare
from tests.process.wards import FIRST_CHAT, add_homes
from tests.runtime.swift import SwiftLoop, swift
from tests.runtime.test_broadcast import PATIENCE, WRITERS, Run, next_morning, write_on

FLOOD = int(os.environ.get("FLOOD", "20"))  # seconds
A_SECOND = 100  # messages of the one who floods
SLOWER = "nhanh hơn hệ thống trả lời kịp"
STRANGERS = FLOOD * 5 // 6
QUIET = 90.0  # seconds after which what was queued for one chat has left


async def pour(person: Person) -> int:
    """A hundred messages a second; how many."""
    began = swift().time()
    for number in range(FLOOD * A_SECOND):
        await person.say("/menu")
        await asyncio.sleep(max(0.0, began + (number + 1) / A_SECOND - swift().time()))
    return FLOOD * A_SECOND


async def try_codes(run: Run) -> None:
    """Strangers, one after the other, each with a code that nobody gave them."""
    for number in range(STRANGERS):
        stranger = run.fake.person(FIRST_CHAT + 500_000 + number, "Người lạ")
        await stranger.say("/start")
        await stranger.say(f"ABCD-{number:04}")
        await asyncio.sleep(FLOOD / STRANGERS)


def kept(tx: Tx) -> dict[str, int]:
    rows = tx.execute("SELECT state, COUNT(*) AS n FROM inbox GROUP BY state").fetchall()
    return {row["state"]: row["n"] for row in rows}


async def lived(run: Run) -> tuple[int, Person, dict[str, int]]:
    """The flood, with people who write meanwhile; what was kept of it when all is quiet."""
    people = [run.fake.person(FIRST_CHAT + number, f"Người {number}") for number in range(WRITERS + 1)]
    await run.start()
    run.sending = True
    writers = [asyncio.create_task(write_on(run, one, random.Random(number))) for number, one in enumerate(people[1:])]
    try:
        poured, _ = await asyncio.gather(pour(people[0]), try_codes(run))
    finally:
        for writer in writers:
            writer.cancel()
        await asyncio.gather(*writers, return_exceptions=True)
    async with asyncio.timeout(QUIET):
        while run.fake.pending or "received" in await run.engine.database.read(kept):  # noqa: ASYNC110
            await asyncio.sleep(0.5)
    await asyncio.sleep(QUIET)
    return poured, people[0], await run.engine.database.read(kept)


async def everything(path: Path) -> tuple[Run, int, Person, dict[str, int]]:
    morning = calendar.local(wall_clock()).replace(hour=8, minute=0, second=0, microsecond=0)
    run = Run(path, calendar.instant(next_morning(morning)))
    prepare(path, [])
    add_homes(path, WRITERS + 1)
    async with run.fake:
        try:
            return run, *await lived(run)
        finally:
            await run.kill()


@pytest.mark.timeout(120 + 10 * FLOOD)
def test_who_floods_the_chat_holds_up_nobody(tmp_path: Path) -> None:
    with asyncio.Runner(loop_factory=SwiftLoop) as runner:
        run, poured, flooder, states = runner.run(everything(tmp_path / "a.db"))
    waits = sorted(run.waits)
    p95 = waits[len(waits) * 95 // 100]
    answers = [message.shown for message in flooder.messages]
    slower = sum(SLOWER in text for text in answers)
    print(
        f"\nFLOOD={FLOOD}: {poured} messages, {len(answers)} answers, {slower} of them to slow down; {states};"
        f" {len(waits)} replies to others, p95 {p95:.2f} s"
    )
    assert sum(states.values()) >= poured, "every message is kept"
    assert states.keys() <= {"done", "ignored"}
    assert 1 <= slower <= 1 + FLOOD / 60
    assert len(answers) <= FLOOD + 2 * QUIET, "one a second, as the platform allows"
    assert len(waits) > WRITERS
    assert p95 <= PATIENCE
