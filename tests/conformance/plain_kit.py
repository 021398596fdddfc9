"""The poorest platform: short plain texts, no buttons, pictures that it fetches by itself, no documents."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from bot.channels.base import Channel, DeliveryFailed, Forbidden, Limits, Take, Trouble, Unreadable
from bot.channels.capabilities import Capabilities, Files
from bot.channels.rendering import utf16_length
from bot.core.message import BOLD_OFF, BOLD_ON, Address, File, Inbound, Outbound, Update
from bot.core.reading.fold import clean
from tests.clock import FrozenClock
from tests.conformance.kit import Kit, Seen, typed_instead

TEXT, CAPTION, PICTURE = 1000, 100, 50_000  # the platform's own rules


class PlainChannel:
    """A channel at the platform, as simple as a channel can be."""

    name = "plain"
    bot = "1"
    abroad = False
    complaint = ""
    limits = Limits()
    can = Capabilities(
        text=TEXT, caption=CAPTION, bold=False, buttons=0, label=None, files=Files.FETCHED, picture=PICTURE, document=0
    )

    def __init__(self, kit: PlainKit) -> None:
        self._kit = kit

    def parse(self, raw: str) -> Inbound | None:
        try:
            act = json.loads(raw)
            chat, files = str(act["chat"]), tuple(File(kind="photo", **file) for file in act.get("files", ()))
            return Inbound(
                address=Address(channel=self.name, chat=chat),
                sender=chat,
                at=int(act["at"]),
                text=clean(act.get("text", "")),
                files=files,
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise Unreadable("plain") from error

    async def listen(self, take: Take) -> None:
        """The kit brings the updates."""

    def webhook(self, headers: Mapping[str, str], body: bytes) -> Update:
        raise Forbidden("plain")

    async def send(self, message: Outbound, content: bytes = b"", link: str = "") -> str:
        return self._kit.accept(message, content, link)

    def door(self, code: str) -> str:
        return ""

    async def edit(self, message: Outbound, platform_id: str) -> bool:
        return False

    async def acknowledge(self, inbound: Inbound) -> None:
        """There are no buttons."""

    async def fetch(self, file: File, limit: int) -> bytes:
        return self._kit.files[file.ref][: limit + 1]

    async def close(self) -> None:
        """Nothing is open."""


class PlainKit(Kit):
    """The platform and its people."""

    name: ClassVar[str] = "plain"
    people: ClassVar[str] = "plain"

    async def start(self, folder: Path, clock: FrozenClock) -> None:
        self.clock = clock
        self.files: dict[str, bytes] = {}
        self.screens: defaultdict[str, list[Seen]] = defaultdict(list)
        self.waiting: list[Update] = []
        self.failures: defaultdict[str, list[Trouble]] = defaultdict(list)
        self.sent: list[str] = []
        self.last: Update | None = None
        self.acts = 0

    def connect(self) -> Channel:
        return PlainChannel(self)

    def account_of(self, person: str) -> str:
        return f"p-{person}"

    async def bring(self, channel: Channel, take: Take) -> None:
        waiting, self.waiting = self.waiting, []
        if waiting:
            await take(waiting)

    def _act(self, person: str, **what: Any) -> None:
        self.acts += 1
        raw = json.dumps({"chat": self.account_of(person), "at": self.clock(), **what})
        self.last = Update(key=str(self.acts), raw=raw)
        self.waiting.append(self.last)

    async def say(self, person: str, text: str) -> None:
        self._act(person, text=text)

    async def press(self, person: str, label: str) -> None:
        self._act(person, text=typed_instead(self.screen(person), label))

    async def photo(self, person: str, content: bytes) -> None:
        ref = f"f{len(self.files)}"
        self.files[ref] = content
        self._act(person, files=[{"ref": ref, "size": len(content), "mime": "image/jpeg"}])

    async def sticker(self, person: str) -> None:
        self._act(person, sticker="s")

    async def repeat(self) -> None:
        assert self.last is not None
        self.waiting.append(self.last)

    def fail(self, trouble: Trouble, person: str) -> None:
        self.failures[self.account_of(person)].append(trouble)

    def accept(self, message: Outbound, content: bytes, link: str) -> str:
        """A send: held against the rules, then on the person's screen."""
        chat = message.address.chat
        if self.failures[chat]:
            raise DeliveryFailed(self.failures[chat].pop(0), "told", seconds=3, chat=chat)
        attachment = message.attachment
        if utf16_length(message.text) > (TEXT if attachment is None else CAPTION):
            raise DeliveryFailed(Trouble.REFUSED, "too_long")
        if attachment and not (attachment.is_picture and link.startswith("https://") and len(content) <= PICTURE):
            raise DeliveryFailed(Trouble.REFUSED, "file")
        self.sent.append(message.text)
        picture = {"file": attachment.name, "content": content, "shown_as_picture": True} if attachment else {}
        text = message.text.replace(BOLD_ON, "").replace(BOLD_OFF, "")
        self.screens[chat].append(Seen(text=text, **picture))
        return str(len(self.sent))

    def screen(self, person: str) -> list[Seen]:
        return list(self.screens[self.account_of(person)])

    def leaked(self) -> bytes:
        return repr(self.sent).encode()
