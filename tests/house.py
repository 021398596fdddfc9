"""The real house for tests: real turns, real storage, a clock that stands still, and a restart whenever asked."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from datetime import datetime, time
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any

from bot.channels.base import Channel
from bot.channels.web import WebChannel
from bot.core import calendar
from bot.core.ids import Ids
from bot.core.message import BOLD_OFF, BOLD_ON, Attachment, Choice
from bot.engine import Engine
from bot.reports.drawers import DRAWERS, Drawer
from bot.runtime.scheduler import Ticking
from handlers.dialogue.photos import KEPT
from handlers.dialogue.visit import Ward
from storage import outbox
from storage.database import named_row, open_plain, records, transaction
from storage.demo import all_files
from storage.demo.people import add_demo_people
from storage.loading import load_files
from tests.clock import FrozenClock
from tests.straight import open_straight

PUBLIC_URL = "https://ward.test"
WARD = Ward(
    name="Phường Phúc Lợi",
    phone="024 0000 0000",
    digest_at=time(17),
    reminder_at=time(8),
    address="http://127.0.0.1:8080",
)
START = calendar.instant(datetime(2021, 3, 24, 8, 0, tzinfo=calendar.ZONE))


_FILLED: dict[int, tuple[bytes, tuple[Any, ...], int]] = {}
"""By their beginning: the file of a house with the demo in it, and how far chance and its identifiers had come."""


def looked_at(path: Path) -> sqlite3.Connection:
    """A connection to look with: it changes nothing, and does not look through the whole file first."""
    connection = sqlite3.connect(path, timeout=10, isolation_level=None)
    connection.row_factory = named_row
    return connection


@lru_cache(maxsize=400)
def _drawn(recipe: str, data: str) -> bytes:
    return DRAWERS[recipe](json.loads(data))


DRAWN: dict[str, Drawer] = {
    name: lambda data, name=name: _drawn(name, json.dumps(data, sort_keys=True))  # type: ignore[misc]
    for name in DRAWERS
}
"""The same data always gives the same file: what one test has drawn, another need not draw again."""


class House:
    """An engine driven step by step, with one web phone for each account."""

    def __init__(self, folder: Path, start: int = START) -> None:
        self.folder = folder
        self.path = folder / "house.db"
        self.clock = FrozenClock(start)
        self.chance = Random(20210324)
        self.ids = Ids(self.clock, self.chance)
        self.others: list[Channel] = []  # beside the one over which people talk
        self.ticking: Ticking | None = None  # what tells a clock that was set from time that passed
        self.acts = 0
        self._seen: dict[str, set[tuple[str, int | None]]] = {}
        self._eyes: sqlite3.Connection | None = None  # through which a test looks at the rows

    def fill(self) -> House:
        """The Phúc Lợi data and the demo's people, loaded once for all houses that begin at the same moment."""
        began = self.clock()
        if began not in _FILLED:
            self._load()
            _FILLED[began] = (self.path.read_bytes(), self.chance.getstate(), self.ids._last)
        content, chance, self.ids._last = _FILLED[began]
        self.chance.setstate(chance)
        self.path.write_bytes(content)
        return self

    def _load(self) -> None:
        connection = open_plain(self.path)
        with transaction(connection) as tx:
            load_files(tx, all_files(), self.ids, self.clock())
            add_demo_people(tx, self.ids, self.clock())
        connection.close()

    async def open(self) -> House:
        """Start the program."""
        database = await open_straight(self.path)
        self.engine = Engine(
            database=database,
            channels=[self.connect(), *self.others],
            ward=WARD,
            now=self.clock,
            ids=self.ids,
            media=self.folder / "media",
            ticking=self.ticking,
            drawers=DRAWN,
            public_url=PUBLIC_URL,
        )
        await self.engine.inbox.recover()
        for line in self.engine.outboxes:
            await line.recover()
        await self.engine.scheduler.sweep()
        await self.settle()
        return self

    def connect(self) -> Channel:
        """The channel over which people talk."""
        self.web = WebChannel(self.folder / "uploads")
        return self.web

    async def close(self) -> None:
        """End the program."""
        await self.engine.stop()
        if self._eyes:
            self._eyes.close()
            self._eyes = None

    async def restart(self) -> None:
        """End the program and start it again on the same file."""
        await self.close()
        await self.open()

    async def settle(self) -> None:
        """Answer and deliver all that waits."""
        await self.engine.inbox.answer_waiting()
        while await self.engine.fetcher.fetch_waiting() + await self.engine.chores.work():
            pass
        for line in self.engine.outboxes:
            await line.deliver_waiting()

    async def act(self, account: str, **what: object) -> None:
        """A person does something on the web chat; everything that follows from it is done on return."""
        self.acts += 1
        update = self.web.update(f"{account}-{self.acts}", account, self.clock(), **what)
        await self.engine.take(self.web, [update])
        await self.settle()

    async def say(self, account: str, text: str) -> list[str]:
        """Words; returns what this person has not seen before."""
        await self.act(account, text=text)
        return self.unread(account)

    async def press(self, account: str, label: str) -> list[str]:
        """The newest button with this label."""
        await self.act(account, press=self.button(account, label).data)
        return self.unread(account)

    async def photo(self, account: str, content: bytes) -> list[str]:
        """A picture."""
        ref = await asyncio.to_thread(self.web.keep_upload, content)
        await self.act(account, file={"ref": ref, "size": len(content), "mime": "image/jpeg"})
        return self.unread(account)

    async def document(self, account: str, content: bytes) -> list[str]:
        """A PDF, or what calls itself one."""
        ref = await asyncio.to_thread(self.web.keep_upload, content)
        await self.act(account, file={"ref": ref, "size": len(content), "mime": "application/pdf"})
        return self.unread(account)

    async def wait_until(self, instant: int) -> None:
        """The clock moves on, stopping wherever something is due."""
        await self.engine.scheduler.pass_time(self.clock, instant)
        await self.settle()

    def mail(self, account: str) -> list[outbox.Mail]:
        """Everything delivered to an account, the oldest first."""
        query = (
            "SELECT message_id, chat, lane, body, sent_at, shown_at, changed_at, NULL AS token FROM outbox"
            " WHERE channel = 'web' AND chat = ? AND state = 'sent' AND emptied_at IS NULL ORDER BY message_id"
        )
        return records(outbox.Mail, self.rows(query, account))

    def button(self, account: str, label: str) -> Choice:
        """The newest button with this label on an account's screen."""
        for mail in reversed(self.mail(account)):
            body = json.loads(mail.body)
            for text, data in [*body["choices"], *body["controls"]]:
                if text == label:
                    return Choice(label=text, data=data)
        raise LookupError(f"{account} has no button {label!r}")

    def unread(self, account: str) -> list[str]:
        """What was delivered to an account since the last look, as a person sees it."""
        seen = self._seen.setdefault(account, set())
        fresh = [mail for mail in self.mail(account) if (mail.message_id, mail.changed_at) not in seen]
        seen.update((mail.message_id, mail.changed_at) for mail in fresh)
        return [shown(json.loads(mail.body)) for mail in fresh]

    def rows(self, query: str, *values: object) -> list[dict[str, object]]:
        """Rows of the database, for a test to look at."""
        self._eyes = self._eyes or looked_at(self.path)
        return self._eyes.execute(query, values).fetchall()


def shown(body: dict[str, Any]) -> str:
    """A message as lines: its text with **bold**, what comes with it, numbered choices, what is always within reach."""
    text = str(body["text"]).replace(BOLD_ON, "**").replace(BOLD_OFF, "**")
    contact = [f"  (nút {body['contact']})"] if "contact" in body else []
    lines = [
        text,
        *attached(body),
        *contact,
        *(f"  {number}. {label}" for number, (label, _) in enumerate(body["choices"], 1)),
    ]
    if body["controls"]:
        lines.append("  [" + " · ".join(label for label, _ in body["controls"]) + "]")
    return "\n".join(lines)


def attached(body: dict[str, Any]) -> list[str]:
    """The file that comes with a message by its name; it is really drawn."""
    if "attachment" not in body:
        return []
    attachment = Attachment(**body["attachment"])
    assert attachment.recipe == KEPT or DRAWN[attachment.recipe](attachment.data), "an empty file"
    return [f"  (kèm {'ảnh' if attachment.is_picture else 'tệp'} {attachment.name})"]
