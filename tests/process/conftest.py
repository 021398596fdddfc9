"""A fake Telegram for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.process.watched import WatchedTelegram


@pytest.fixture
async def fake() -> AsyncIterator[WatchedTelegram]:
    """Without Telegram's rates, which would make a busy day a long one."""
    async with WatchedTelegram(unlimited=True) as running:
        yield running
