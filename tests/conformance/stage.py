"""The real house with a kit's platform in front of it, where the transcripts' people live on that platform."""

from __future__ import annotations

import asyncio
import shutil
from contextlib import closing
from copy import deepcopy
from pathlib import Path

import httpx

from bot.channels.base import Channel
from bot.web.server import build_app
from storage import channels
from storage.database import open_plain, transaction
from tests.conformance.kit import Kit, Seen
from tests.house import PUBLIC_URL, House


class Stage(House):
    """A house on one channel of the suite."""

    def __init__(self, folder: Path, kit: Kit, filled: House) -> None:
        super().__init__(folder)
        shutil.copy(filled.path, self.path)
        self.clock, self.ids = deepcopy((filled.clock, filled.ids))  # they go on where the copied file ends
        self.kit = kit
        self._read: dict[str, int] = {}

    async def begin(self) -> Stage:
        """Open, with everybody moved to the kit's platform."""
        await self.kit.start(self.folder, self.clock)
        with closing(open_plain(self.path)) as connection, transaction(connection) as tx:
            for row in tx.execute("SELECT account FROM accounts").fetchall():
                account = self.kit.account_of(row["account"])
                tx.execute(
                    "UPDATE accounts SET channel = ?, account = ?, chat = ? WHERE account = ?",
                    (self.kit.name, account, account, row["account"]),
                )
                channels.heard(tx, self.kit.name, account, self.clock())  # where that matters: they wrote a while ago
        await self.open()
        return self

    async def visit(self, address: str) -> bytes:
        """What our web side gives to whoever comes to an address of it."""
        answer = await self.front.get(address)
        return answer.content if answer.status_code == 200 else b""

    async def open(self) -> Stage:
        """Start the program; it has a word for the platform."""
        self.kit.visit = self.visit
        await super().open()
        app = httpx.ASGITransport(app=build_app(self.engine, public_url=PUBLIC_URL))
        self.front = httpx.AsyncClient(transport=app, base_url=PUBLIC_URL)
        self.engine.desk.texts._sources.setdefault(f"common.channel.{self.kit.name}", self.kit.people)
        return self

    async def end(self) -> None:
        """Take everything down."""
        await self.front.aclose()
        await self.close()
        await self.kit.stop()

    def connect(self) -> Channel:
        """The kit's."""
        self.channel = self.kit.connect()
        return self.channel

    async def settle(self) -> None:
        """Let arrive what people did, then answer and deliver."""
        await self.kit.bring(self.channel, lambda updates: self.engine.take(self.channel, updates))
        await super().settle()
        await asyncio.gather(*self.engine.inbox._background)

    # -- what the player of transcripts asks for -----------------------------------------------

    async def say(self, person: str, text: str) -> list[Seen]:  # type: ignore[override]
        """Words, and what this person then sees."""
        await self.kit.say(person, text)
        return await self.answer(person)

    async def press(self, person: str, label: str) -> list[Seen]:  # type: ignore[override]
        """A button."""
        await self.kit.press(person, label)
        return await self.answer(person)

    async def photo(self, person: str, content: bytes) -> list[Seen]:  # type: ignore[override]
        """A picture."""
        await self.kit.photo(person, content)
        return await self.answer(person)

    async def answer(self, person: str) -> list[Seen]:
        """What this person sees when all is done."""
        await self.settle()
        return self.unread(person)

    def unread(self, person: str) -> list[Seen]:  # type: ignore[override]
        """What has arrived at a person since the last look."""
        screen = self.kit.screen(person)
        read = self._read.get(person, 0)
        fresh = screen[read if read <= len(screen) else 0 :]  # what was deleted is gone from the screen as well
        self._read[person] = len(screen)
        return fresh
