"""A small platform of our own for the runtime's tests: it keeps what it was sent and fails when told to."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Mapping

from bot.channels.base import DeliveryFailed, Forbidden, Limits, Take, Unreadable
from bot.channels.capabilities import WEB
from bot.core.message import Address, File, Inbound, Outbound, Update


class Platform:
    """Sends succeed unless a failure waits for the chat; every attempt is kept in order."""

    name = "platform"
    bot = "1"
    abroad = False
    complaint = ""
    can = WEB

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self.attempts: list[tuple[str, str]] = []
        self.contents: list[bytes] = []
        self.delivered: list[tuple[str, str]] = []
        self.acknowledged: list[str] = []  # presses
        self.failures: dict[str, deque[DeliveryFailed]] = {}
        self.gone: set[str] = set()  # messages that their reader has deleted
        self.news = asyncio.Event()
        self.gate = asyncio.Event()
        self.gate.set()

    def fail(self, chat: str, *failures: DeliveryFailed) -> None:
        """The next sends to a chat fail like this, one after the other."""
        self.failures.setdefault(chat, deque()).extend(failures)

    async def has_delivered(self, count: int) -> None:
        """Wait until so many messages have arrived."""
        while len(self.delivered) < count:
            self.news.clear()
            await self.news.wait()

    def update(self, key: int, chat: str, text: str, press: str = "") -> Update:
        """Somebody's words, or the button that they press."""
        return Update(key=str(key), raw=json.dumps({"chat": chat, "text": text, "press": press}))

    def parse(self, raw: str) -> Inbound | None:
        try:
            act = json.loads(raw)
            if act.get("ignored"):
                return None
            address = Address(channel=self.name, chat=act["chat"])
        except (ValueError, KeyError) as error:
            raise Unreadable("platform") from error
        press = act.get("press", "")
        return Inbound(address=address, sender=act["chat"], at=0, text=act["text"], press=press, press_id=press)

    async def listen(self, take: Take) -> None:
        """Tests bring the updates."""

    def webhook(self, headers: Mapping[str, str], body: bytes) -> Update:
        raise Forbidden

    async def send(self, message: Outbound, content: bytes = b"", link: str = "") -> str:
        chat = message.address.chat
        self.contents.append(content)
        self.attempts.append((chat, message.text))
        await self.gate.wait()
        if waiting := self.failures.get(chat):
            raise waiting.popleft()
        self.delivered.append((chat, message.text))
        self.news.set()
        return str(len(self.delivered))

    async def edit(self, message: Outbound, platform_id: str) -> bool:
        """What was sent is a list: its place is its number."""
        chat = message.address.chat
        self.attempts.append((chat, message.text))
        if waiting := self.failures.get(chat):
            raise waiting.popleft()
        if platform_id in self.gone:
            return False
        self.delivered[int(platform_id) - 1] = (chat, message.text)
        return True

    async def acknowledge(self, inbound: Inbound) -> None:
        self.acknowledged.append(inbound.press)

    async def fetch(self, file: File, limit: int) -> bytes:
        return b""

    async def close(self) -> None:
        """Nothing is open."""
