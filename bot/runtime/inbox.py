"""Receive once, then one turn in one transaction.

An update is committed before its platform hears that we have it; its turn follows in order of receipt.
All turns run in the one writer, so each person's messages keep their order by themselves.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import traceback
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from bot.channels.base import Channel, Unreadable
from bot.core.ids import Ids
from bot.core.message import Inbound, Lane, Outbound, Update
from bot.runtime.clock import Now
from storage import backups, channels
from storage import inbox as receipts
from storage import outbox as parcels
from storage.database import Database, Tx
from storage.inbox import Receipt
from storage.looks import LookFirst

log = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R")

WINDOW = 128  # turns that go to the writer together
UNANSWERED = 60  # replies that wait in one chat: whoever goes on writing is not heard until one has left
TRIES = 3  # then the update is set aside for a person to look at
TOO_FAST = "too_fast"
PRIMARY = 0xFF  # the part of an SQLite error code that names its kind
NOBODYS_FAULT = frozenset(
    {
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CANTOPEN,
    }
)
PAUSE_WHEN_FULL = 1.0  # seconds between tries while the disk takes nothing

Converse = Callable[[Tx, Inbound], Sequence[Outbound]]
"""One turn of conversation: what a person did, and the messages that answer it."""

Apologise = Callable[[Tx, Inbound | None], Sequence[Outbound]]
"""What is said, and to whom, when an update had to be set aside."""

Slow = Callable[[Tx, Inbound], Sequence[Outbound]]
"""What is said to somebody who writes faster than can be answered."""

Watch = Callable[[str, str, str], None]
"""Told what happens underneath: (stage, channel, chat); the demo shows it."""


@dataclass(frozen=True, slots=True)
class Turned:
    """What a turn left to do once it is committed."""

    inbound: Inbound | None
    answered: bool
    silent: bool = False  # a copy that was put back says nothing to any platform


def place_of(error: BaseException) -> str:
    """What went wrong and where in our code; never the error's own words, which may quote a person's."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{where}"


class Inbox:
    """The way in."""

    def __init__(
        self,
        *,
        database: Database,
        channels: Mapping[str, Channel],
        converse: Converse,
        apologise: Apologise,
        slow: Slow,
        now: Now,
        ids: Ids,
        wake_delivery: Callable[[], None],
        watch: Watch = lambda *_: None,
        must_wait: Callable[[str], bool] = lambda _channel: False,
    ) -> None:
        self._database = database
        self._channels = channels
        self._converse = converse
        self._apologise = apologise
        self._slow_down = slow
        self._now = now
        self._ids = ids
        self._wake_delivery = wake_delivery
        self._watch = watch
        self._must_wait = must_wait
        self._line: asyncio.Queue[Receipt] = asyncio.Queue()
        self._background: set[asyncio.Task[None]] = set()
        self._slow: dict[str, list[Receipt]] = {}  # by person: what waits behind a turn that takes a long look

    async def take(self, channel: Channel, updates: Sequence[Update]) -> None:
        """Keep updates on disk; returns after the commit, and only then may the platform be told."""
        # Shielded as a whole: a receipt that is on disk must stand in line, whoever stopped waiting for it.
        await asyncio.shield(asyncio.ensure_future(self._keep(channel, updates)))

    async def _keep(self, channel: Channel, updates: Sequence[Update]) -> None:
        fresh = await self._database.write(self._receive, channel, updates)
        for receipt in fresh:
            self._line.put_nowait(receipt)
        for _ in fresh:
            self._watch("received", channel.name, "")

    def _receive(self, tx: Tx, channel: Channel, updates: Sequence[Update]) -> list[Receipt]:
        fresh = []
        for update in updates:
            receipt = Receipt(receipt_id=self._ids.new(), channel=channel.name, raw=update.raw, received_at=self._now())
            if receipts.receive(tx, receipt, channel.bot, update.key):
                fresh.append(receipt)
        return fresh

    async def recover(self) -> None:
        """Finish what an earlier process received and did not finish, each alone, in order, at most three times."""
        for receipt in await self._database.read(receipts.undone):
            if receipt.channel in self._channels:
                await self._run_alone(receipt)
        self._wake_delivery()

    async def run(self) -> None:
        """Answer for ever, in order of receipt."""
        while True:
            await self._turn_window([await self._line.get()])

    async def answer_waiting(self) -> None:
        """Answer all that was received and return: for a program that is driven step by step."""
        while not self._line.empty() or self._slow:
            if self._line.empty():
                await asyncio.wait(self._background)
            else:
                await self._turn_window([self._line.get_nowait()])

    async def _turn_window(self, window: list[Receipt]) -> None:
        """Turns that wait together share a commit; one that fails is tried again by itself, right after them."""
        while len(window) < WINDOW and not self._line.empty():
            window.append(self._line.get_nowait())
        window = [receipt for receipt in window if not self._waits_behind(receipt)]
        turns = [self._database.write_soon(self._turn, receipt) for receipt in window]
        for receipt, turned in zip(window, await asyncio.gather(*turns, return_exceptions=True), strict=True):
            if isinstance(turned, LookFirst):
                self._go_slowly(receipt)
            elif isinstance(turned, BaseException):
                log.warning("turn failed: %s", place_of(turned))
                await self._run_alone(receipt)
            else:
                self._after(receipt, turned)
        self._wake_delivery()

    def _waits_behind(self, receipt: Receipt) -> bool:
        """Whether the same person's earlier turn still takes its look: then this one stands in line behind it."""
        line = self._slow.get(self._person_of(receipt)) if self._slow else None
        if line is not None:
            line.append(receipt)
        return line is not None

    def _person_of(self, receipt: Receipt) -> str:
        try:
            inbound = self._read(receipt)
        except Unreadable:
            inbound = None
        return f"{receipt.channel} {inbound.address.chat} {inbound.sender}" if inbound else ""

    def _go_slowly(self, receipt: Receipt) -> None:
        """Begin a turn that needs a long look; what the same person said in the same moment follows it."""
        person = self._person_of(receipt)
        if person in self._slow:
            self._slow[person].append(receipt)
        else:
            self._slow[person] = [receipt]
            self._spawn(self._turn_slowly(person))

    async def _turn_slowly(self, person: str) -> None:
        """The turns of one person, beside everybody else's."""
        line = self._slow[person]
        try:
            while line:
                await self._turn_patiently(line.pop(0))
        finally:
            del self._slow[person]

    async def _turn_patiently(self, receipt: Receipt) -> None:
        try:
            self._after(receipt, await self._database.write(self._turn, receipt))
        except Exception as error:
            log.warning("turn failed: %s", place_of(error))
            await self._run_alone(receipt)
        self._wake_delivery()

    async def _run_alone(self, receipt: Receipt) -> None:
        """A turn that failed, or that may have taken the last process down, gets its own transaction."""
        for attempt in range(receipt.attempts + 1, TRIES + 1):
            await self._write_patiently(receipts.count_attempt, receipt.receipt_id)
            try:
                turned = await self._write_patiently(self._turn, receipt)
            except Exception as error:
                log.error("turn failed, attempt %d: %s", attempt, place_of(error))
                continue
            self._after(receipt, turned)
            return
        await self._write_patiently(self._set_aside, receipt)

    async def _write_patiently(self, work: Callable[Concatenate[Tx, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """A full disk or a broken one is nobody's bad message: wait for it, keeping the line as it is."""
        while True:
            try:
                return await self._database.write_alone(work, *args, **kwargs)
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & PRIMARY not in NOBODYS_FAULT:
                    raise
                log.error("the database takes nothing: %s", error.sqlite_errorname)
                await asyncio.sleep(PAUSE_WHEN_FULL)

    def _turn(self, tx: Tx, receipt: Receipt) -> Turned:
        try:
            inbound = self._read(receipt)
        except Unreadable:
            self._set_aside(tx, receipt, "unreadable")
            return Turned(None, False)
        if inbound is None:
            receipts.settle(tx, receipt.receipt_id, "ignored", self._now())
            return Turned(None, False)
        if inbound.reachable is None and parcels.unsent(tx, inbound.address, Lane.REPLY, UNANSWERED) == UNANSWERED:
            return self._not_heard(tx, receipt, inbound)
        if self._channels[receipt.channel].limits.window:
            channels.heard(tx, receipt.channel, inbound.address.chat, inbound.at)
        replies = self._converse(tx, inbound)
        for reply in replies:
            parcels.put(tx, self._ids.new(), reply, self._now(), about=reply.about or None)
        receipts.settle(tx, receipt.receipt_id, "done", self._now(), sender=inbound.sender)
        silent = bool(inbound.press_id) and backups.held_since(tx) is not None
        return Turned(inbound, bool(replies), silent)

    def _not_heard(self, tx: Tx, receipt: Receipt, inbound: Inbound) -> Turned:
        """Somebody floods us: they are told once a minute or so, for that many replies leave first."""
        if not parcels.is_unsent(tx, inbound.address, TOO_FAST):
            for message in self._slow_down(tx, inbound):
                parcels.put(tx, self._ids.new(), replace(message, supersedes=TOO_FAST), self._now())
        receipts.settle(tx, receipt.receipt_id, "ignored", self._now(), TOO_FAST, sender=inbound.sender)
        return Turned(inbound, True)

    def _read(self, receipt: Receipt) -> Inbound | None:
        try:
            inbound = self._channels[receipt.channel].parse(receipt.raw)
        except Exception as error:  # a channel that breaks on an update has not understood it
            raise Unreadable(type(error).__name__) from None
        if inbound is None:
            return None
        return replace(inbound, at=inbound.at or receipt.received_at, receipt=receipt.receipt_id)

    def _set_aside(self, tx: Tx, receipt: Receipt, trouble: str = "failed") -> None:
        log.error("update set aside: %s", trouble)
        receipts.settle(tx, receipt.receipt_id, "quarantined", self._now(), trouble)
        try:
            inbound = self._read(receipt)
        except Unreadable:
            inbound = None
        for message in self._apologise(tx, inbound):
            parcels.put(tx, self._ids.new(), message, self._now())

    def _after(self, receipt: Receipt, turned: Turned) -> None:
        inbound = turned.inbound
        if inbound is None:
            return
        self._watch("committed", receipt.channel, inbound.address.chat)
        if inbound.press_id and not turned.silent and not self._must_wait(receipt.channel):
            self._spawn(self._channels[receipt.channel].acknowledge(inbound))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)
