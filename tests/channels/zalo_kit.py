"""What the Zalo tests share."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.channels.base import Channel, DeliveryFailed
from bot.channels.wire import Timeouts, Wire
from bot.channels.zalo_bot import ZaloBotChannel
from bot.channels.zalo_oa import Templates, ZaloOaChannel
from bot.channels.zalo_tokens import Keys, Tokens
from bot.core.message import Address, Attachment, Choice, Outbound
from tests.channels.telegram_kit import PATIENT, Pauses
from tests.fakes.zalo_bot import TOKEN, FakeZaloBot
from tests.fakes.zalo_oa import APP_ID, FIRST_REFRESH, OA_ID, OA_SECRET, SECRET_KEY, FakeZaloOa

HOOK_SECRET = "TEST-hook-secret"
HASTY = Timeouts(connect=5, read=0.3)


class Drawer:
    """A key store in memory that tells what was saved and when."""

    def __init__(self) -> None:
        self.keys: Keys | None = None
        self.saved: list[str] = []
        self.fails = False

    async def load(self) -> Keys | None:
        return self.keys

    async def save(self, keys: Keys) -> None:
        if self.fails:
            raise OSError("disk full")
        self.keys = replace(keys)
        self.saved.append(keys.refresh)


def bot_at(fake: FakeZaloBot, **settings: Any) -> ZaloBotChannel:
    """A channel at the fake."""
    options: dict[str, Any] = {
        "token": TOKEN,
        "base_url": fake.base_url,
        "timeouts": PATIENT,
        "poll_seconds": 5,
        "pause": Pauses(),
    }
    return ZaloBotChannel(**options | settings)


def tokens_at(fake: FakeZaloOa, drawer: Drawer, wire: Wire, refresh: str = FIRST_REFRESH) -> Tokens:
    """The keys of the fake's account."""
    return Tokens(
        wire=wire,
        store=drawer,
        app_id=APP_ID,
        secret_key=SECRET_KEY,
        refresh_token=refresh,
        now=fake.now,
        oauth_url=fake.base_url,
    )


def oa_at(fake: FakeZaloOa, drawer: Drawer | None = None, **settings: Any) -> ZaloOaChannel:
    """A channel at the fake, which knows from the fake when people last wrote."""

    async def last_heard(user: str) -> int | None:
        return fake.heard.get(user)

    wire = Wire(timeouts=settings.pop("timeouts", PATIENT), at_once=8)
    options: dict[str, Any] = {
        "oa_id": OA_ID,
        "app_id": APP_ID,
        "oa_secret": OA_SECRET,
        "tokens": tokens_at(fake, drawer or Drawer(), wire),
        "last_heard": last_heard,
        "now": fake.now,
        "wire": wire,
        "base_url": fake.base_url,
        "business_url": fake.base_url,
        "templates": Templates(),
        "card_picture": "https://ward.test/the-lien-he.png",
    }
    return ZaloOaChannel(**options | settings)


def message(channel: Channel, chat: str, text: str = "Xin chào", **what: Any) -> Outbound:
    """Something to send."""
    return Outbound(address=Address(channel=channel.name, chat=chat), text=text, **what)


def choices(*labels: str) -> tuple[Choice, ...]:
    """Buttons with data c0, c1 …"""
    return tuple(Choice(label=label, data=f"c{index}") for index, label in enumerate(labels))


def attachment(mime: str = "image/png", name: str = "bieu-do.png") -> Attachment:
    """Something that goes with a message."""
    return Attachment(recipe="any", data={}, name=name, mime=mime)


async def failure(channel: Channel, sent: Outbound, content: bytes = b"", link: str = "") -> DeliveryFailed:
    """How sending fails."""
    try:
        await channel.send(sent, content, link)
    except DeliveryFailed as failed:
        return failed
    raise AssertionError("it was delivered")
