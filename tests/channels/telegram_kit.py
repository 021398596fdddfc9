"""What the Telegram tests share."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

from PIL import Image

from bot.channels.base import DeliveryFailed, Limits
from bot.channels.telegram import TelegramChannel
from bot.channels.wire import Timeouts
from bot.core.message import Address, Attachment, Choice, Outbound, Update
from tests.fakes.telegram import TOKEN, FakeTelegram

PATIENT = Timeouts(connect=5, read=5)  # a busy machine is not a fault
HASTY = Timeouts(connect=5, read=0.3)
LINH = 1001


class Pauses:
    """Stands in for asyncio.sleep: remembers the seconds and lets the others run."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        await asyncio.sleep(0.002)


class Inbox:
    """A `take` that remembers, and refuses when told to."""

    def __init__(self, refusals: int = 0) -> None:
        self.updates: list[Update] = []
        self.refusals = refusals
        self.batches = 0

    async def __call__(self, updates: Sequence[Update]) -> None:
        self.batches += 1
        if self.refusals:
            self.refusals -= 1
            raise OSError("disk full")
        self.updates += updates

    @property
    def keys(self) -> list[str]:
        return [update.key for update in self.updates]


def connect(fake: FakeTelegram, **settings: Any) -> TelegramChannel:
    """A channel at the fake."""
    options: dict[str, Any] = {
        "token": TOKEN,
        "base_url": fake.base_url,
        "timeouts": PATIENT,
        "poll_seconds": 25,
        "limits": Limits(),
        "pause": Pauses(),
    }
    return TelegramChannel(**options | settings)


def hurry(channel: TelegramChannel) -> None:
    """Do not wait long for an answer that never comes."""
    channel._server.wire.timeouts = HASTY


@asynccontextmanager
async def listening(channel: TelegramChannel, inbox: Callable[[Sequence[Update]], Any]) -> AsyncIterator[None]:
    """The channel listens meanwhile."""
    task = asyncio.create_task(channel.listen(inbox))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def until(condition: Callable[[], object], seconds: float = 30) -> None:
    """Wait for something that is about to become true."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - what it watches has no event
            await asyncio.sleep(0.002)


def message(text: str = "Hello", *, chat: int | str = LINH, **what: Any) -> Outbound:
    """Something to send."""
    return Outbound(address=Address(channel="telegram", chat=str(chat)), text=text, **what)


def choices(*labels: str) -> tuple[Choice, ...]:
    """Buttons with data c0, c1 …"""
    return tuple(Choice(label=label, data=f"c{index}") for index, label in enumerate(labels))


def attachment(mime: str = "image/png", name: str = "biểu đồ.png") -> Attachment:
    """Something that goes with a message."""
    return Attachment(recipe="any", data={}, name=name, mime=mime)


def picture(width: int = 40, height: int = 30, colour: str = "orange") -> bytes:
    """A real PNG."""
    content = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(content, "PNG")
    return content.getvalue()


async def failure(channel: TelegramChannel, sent: Outbound | None = None, content: bytes = b"") -> DeliveryFailed:
    """How sending fails."""
    try:
        await channel.send(sent or message(), content)
    except DeliveryFailed as failed:
        return failed
    raise AssertionError("it was delivered")
