"""A fake Telegram for each test, and a nursery for all of them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.process.nursery import Nursery
from tests.process.product import ROOT, environment
from tests.process.watched import WatchedTelegram


@pytest.fixture
async def fake() -> AsyncIterator[WatchedTelegram]:
    """Without Telegram's rates, which would make a busy day a long one."""
    async with WatchedTelegram(unlimited=True) as running:
        yield running


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """For tests that start the program often."""
    one = Nursery(ROOT, environment())
    yield one
    one.close()
