"""Received once, answered once, in order; what can't be read or breaks is set aside and the line moves on."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.core.ids import Ids
from bot.core.message import Inbound, Outbound, Update
from bot.runtime.inbox import TRIES, UNANSWERED, Inbox
from storage.database import Database, Tx
from storage.looks import Look, LookFirst, known_now
from tests.clock import FrozenClock
from tests.runtime.platform import Platform


class Line:
    """An inbox whose conversation echoes; some words make it fail."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.clock = FrozenClock(1_600_000_000_000)
        self.platform = Platform()
        self.heard: list[str] = []
        self.runs = 0
        self.may_end = threading.Event()

    async def open(self) -> Line:
        self.database = await Database.open(self.path)
        self.inbox = Inbox(
            database=self.database,
            channels={"platform": self.platform},
            converse=self.converse,
            slow=lambda _tx, inbound: [self.reply(inbound, "slowly")],
            apologise=lambda _tx, inbound: [self.reply(inbound, "sorry")] if inbound else [],
            now=self.clock,
            ids=Ids(self.clock),
            wake_delivery=lambda: None,
        )
        return self

    def converse(self, tx: Tx, inbound: Inbound) -> list[Outbound]:
        self.runs += 1
        tx.execute("INSERT INTO marks (name, at) VALUES (?, 1)", (f"{inbound.text}-{self.runs}",))
        if inbound.text == "break":
            raise ValueError
        if inbound.text == "once" and self.runs == 1:
            raise ValueError
        if inbound.text.startswith("look"):
            known, look = known_now(), Look(self.look, (inbound.text,))
            if known is not None and look not in known:
                raise LookFirst(look)
        self.heard.append(inbound.text)
        return [self.reply(inbound, f"re {inbound.text}")]

    def look(self, tx: Tx, words: str) -> str:
        """A look that lasts until it may end."""
        assert self.may_end.wait(10)
        if words == "look badly":
            raise ValueError
        return words

    @staticmethod
    def reply(inbound: Inbound, text: str) -> Outbound:
        return Outbound(address=inbound.address, text=text)

    async def take(self, *updates: Update) -> None:
        await self.inbox.take(self.platform, updates)
        await self.inbox.answer_waiting()

    async def rows(self, query: str) -> list[dict[str, object]]:
        return await self.database.read(lambda tx: tx.execute(query).fetchall())

    async def states(self) -> list[object]:
        return [row["state"] for row in await self.rows("SELECT state FROM inbox ORDER BY receipt_id")]

    async def replies(self) -> list[str]:
        return [str(row["body"]) for row in await self.rows("SELECT body FROM outbox ORDER BY message_id")]


@pytest.fixture
async def line(tmp_path: Path) -> AsyncIterator[Line]:
    opened = await Line(tmp_path / "a.db").open()
    yield opened
    await opened.database.close()


async def test_an_update_comes_five_times_and_counts_once(line: Line) -> None:
    for _ in range(5):
        await line.take(line.platform.update(1, "an", "a"), line.platform.update(1, "an", "a"))
    assert line.heard == ["a"]
    assert len(await line.replies()) == 1


async def test_the_same_key_of_another_bot_is_another_update(line: Line) -> None:
    await line.take(line.platform.update(1, "an", "a"))
    line.platform.bot = "2"
    await line.take(line.platform.update(1, "an", "b"))
    assert line.heard == ["a", "b"]


async def test_answers_come_in_order_of_receipt(line: Line) -> None:
    await line.take(*(line.platform.update(number, f"p{number % 30}", str(number)) for number in range(300)))
    assert line.heard == [str(number) for number in range(300)]


async def test_a_flood_is_answered_as_fast_as_answers_leave_and_holds_up_nobody(line: Line) -> None:
    flood = [line.platform.update(number, "an", str(number)) for number in range(UNANSWERED + 20)]
    await line.take(*flood, line.platform.update(999, "binh", "hello"))
    assert line.heard == [*(str(number) for number in range(UNANSWERED)), "hello"]
    assert await line.states() == ["done"] * UNANSWERED + ["ignored"] * 20 + ["done"]
    assert sum("slowly" in body for body in await line.replies()) == 1, "once, however much comes"

    await line.database.write(lambda tx: tx.execute("UPDATE outbox SET state = 'sent' WHERE body NOT LIKE '%slowly%'"))
    await line.take(line.platform.update(1000, "an", "calmer"))
    assert line.heard[-1] == "calmer"


async def test_what_cannot_be_read_is_set_aside_and_the_line_moves_on(line: Line) -> None:
    await line.take(
        line.platform.update(1, "an", "a"), Update(key="2", raw="{not json"), line.platform.update(3, "an", "b")
    )
    assert line.heard == ["a", "b"]
    assert await line.states() == ["done", "quarantined", "done"]


async def test_what_is_nothing_for_us_is_ignored_and_kept(line: Line) -> None:
    await line.take(Update(key="1", raw='{"ignored": true}'))
    assert await line.states() == ["ignored"]


async def test_a_turn_that_always_breaks_is_set_aside_after_three_tries_and_the_person_told(line: Line) -> None:
    await line.take(line.platform.update(1, "an", "break"), line.platform.update(2, "an", "b"))
    assert await line.states() == ["quarantined", "done"]
    assert line.runs == 1 + TRIES + 1
    assert any("sorry" in body for body in await line.replies())
    assert await line.rows("SELECT name FROM marks WHERE name LIKE 'break%'") == []


async def test_a_turn_that_breaks_once_is_answered_once(line: Line) -> None:
    await line.take(line.platform.update(1, "an", "once"))
    assert await line.states() == ["done"]
    assert len(await line.replies()) == 1


async def test_what_was_received_before_a_crash_is_answered_after_it(line: Line) -> None:
    await line.inbox.take(line.platform, [line.platform.update(1, "an", "a"), line.platform.update(2, "an", "b")])
    await line.database.close()  # nothing was answered yet
    await line.open()
    await line.inbox.recover()
    assert line.heard == ["a", "b"]
    assert await line.states() == ["done", "done"]


async def test_an_update_that_took_the_process_down_three_times_is_set_aside(line: Line) -> None:
    await line.inbox.take(line.platform, [line.platform.update(1, "an", "a")])
    await line.database.write(lambda tx: tx.execute("UPDATE inbox SET attempts = ?", (TRIES,)).rowcount)
    await line.inbox.recover()
    assert await line.states() == ["quarantined"]
    assert line.heard == []


async def test_who_stops_waiting_for_the_disk_takes_nobody_out_of_the_line(line: Line) -> None:
    """A webhook call is cut off while its update is being written: it is on disk, so it must be answered."""
    taking = asyncio.create_task(line.inbox.take(line.platform, [line.platform.update(1, "an", "hello")]))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    taking.cancel()
    await asyncio.gather(taking, return_exceptions=True)
    while not await line.rows("SELECT 1 FROM inbox"):  # noqa: ASYNC110 - what it watches has no event
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.05)
    await line.inbox.answer_waiting()
    assert line.heard == ["hello"]


async def until(line: Line, words: str) -> None:
    """Wait until a turn has run."""
    async with asyncio.timeout(10):
        while words not in line.heard:  # noqa: ASYNC110 – nothing tells
            await asyncio.sleep(0.005)


async def test_a_long_look_holds_up_nobody_else_and_the_same_person_waits_their_turn(line: Line) -> None:
    running = asyncio.create_task(line.inbox.run())
    update = line.platform.update
    await line.inbox.take(line.platform, [update(1, "an", "look"), update(2, "binh", "b"), update(3, "an", "again")])
    await line.inbox.take(
        line.platform, [update(4, "an", "next"), update(5, "binh", "c"), update(6, "an", "look more")]
    )
    await until(line, "c")
    assert "look" not in line.heard
    assert "next" not in line.heard
    line.may_end.set()
    await line.inbox.take(line.platform, [update(7, "an", "last")])
    await until(line, "last")
    assert [words for words in line.heard if words not in ("b", "c", "again")] == ["look", "next", "look more", "last"]
    assert await line.states() == ["done"] * 7
    running.cancel()


async def test_a_look_that_fails_is_a_turn_that_fails(line: Line) -> None:
    line.may_end.set()
    await line.take(line.platform.update(1, "an", "look badly"), line.platform.update(2, "binh", "b"))
    assert line.heard == ["b"]
    assert await line.states() == ["quarantined", "done"]
    assert "sorry" in (await line.replies())[-1]
    await line.take(line.platform.update(3, "an", "after"))
    assert line.heard == ["b", "after"]
