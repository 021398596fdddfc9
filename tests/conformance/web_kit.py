"""The web chat for the suite: a browser's acts as updates, and what the page reads from the outbox."""

from __future__ import annotations

import asyncio
import json
from contextlib import closing
from pathlib import Path
from typing import Any, ClassVar

from bot.channels.base import Channel, Take
from bot.channels.web import CHANNEL, WebChannel
from bot.core.message import BOLD_OFF, BOLD_ON, Update
from bot.web.mailbox import Bubble, told
from storage import outbox
from storage.database import open_plain
from tests.clock import FrozenClock
from tests.conformance.kit import Kit, Seen


class WebKit(Kit):
    """Browsers."""

    name: ClassVar[str] = "web"

    async def start(self, folder: Path, clock: FrozenClock) -> None:
        self.folder, self.clock = folder, clock
        self.waiting: list[Update] = []
        self.last: Update | None = None
        self.acts = 0
        self.shown: dict[str, dict[str, Seen]] = {}

    def connect(self) -> Channel:
        self.channel = WebChannel(self.folder / "uploads")
        return self.channel

    def account_of(self, person: str) -> str:
        return person

    async def bring(self, channel: Channel, take: Take) -> None:
        waiting, self.waiting = self.waiting, []
        if waiting:
            await take(waiting)

    def _act(self, person: str, **what: Any) -> None:
        self.acts += 1
        self.last = self.channel.update(f"{person}-{self.acts}", person, self.clock(), **what)
        self.waiting.append(self.last)

    async def say(self, person: str, text: str) -> None:
        self._act(person, text=text)

    async def press(self, person: str, label: str) -> None:
        for bubble in reversed(self._mail(person)):
            for choice in (*bubble.choices, *bubble.controls):
                if choice.label == label:
                    return self._act(person, press=choice.data)
        raise AssertionError(f"{person} has no button {label!r}")

    async def photo(self, person: str, content: bytes) -> None:
        await self._upload(person, content, "image/jpeg")

    async def document(self, person: str, content: bytes) -> None:
        await self._upload(person, content, "application/pdf")

    async def _upload(self, person: str, content: bytes, mime: str) -> None:
        ref = await asyncio.to_thread(self.channel.keep_upload, content)
        self._act(person, file={"ref": ref, "size": len(content), "mime": mime})

    async def forge(self, person: str, data: str) -> None:
        self._act(person, press=data)

    async def repeat(self) -> None:
        assert self.last is not None
        self.waiting.append(self.last)

    def _mail(self, person: str) -> list[Bubble]:
        with closing(open_plain(self.folder / "house.db")) as connection:
            mails = outbox.sent_to(connection, CHANNEL, 10_000)
        return [told(mail) for mail in reversed(mails) if mail.chat == person]

    def screen(self, person: str) -> list[Seen]:
        """What the browser has shown since it was opened: a message whose words are taken away stays on it."""
        shown = self.shown.setdefault(person, {})
        shown.update({bubble.bubble_id: as_seen(bubble) for bubble in self._mail(person)})
        return [shown[bubble_id] for bubble_id in sorted(shown)]

    def leaked(self) -> bytes:
        with closing(open_plain(self.folder / "house.db")) as connection:
            return json.dumps([mail.body for mail in outbox.sent_to(connection, CHANNEL, 10_000)]).encode()


def as_seen(bubble: Bubble) -> Seen:
    """What the page shows of a message; its file is fetched when it is looked at."""
    attachment = bubble.attachment if bubble.link else None
    return Seen(
        text=bubble.text.replace(BOLD_ON, "**").replace(BOLD_OFF, "**"),
        buttons=tuple(choice.label for choice in (*bubble.choices, *bubble.controls)),
        file=attachment.name if attachment else "",
        shown_as_picture=bool(attachment and attachment.is_picture),
    )
