"""A fake Telegram and a channel at it, for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.channels.telegram import TelegramChannel
from tests.channels.telegram_kit import LINH, connect
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_people import Person


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram(unlimited=True) as running:
        yield running


@pytest.fixture
async def channel(fake: FakeTelegram) -> AsyncIterator[TelegramChannel]:
    opened = connect(fake)
    yield opened
    await opened.close()


@pytest.fixture
def linh(fake: FakeTelegram) -> Person:
    return fake.person(LINH, "Linh")
