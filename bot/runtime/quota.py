"""A month's messages on a platform that counts them: near the end only replies go."""

from __future__ import annotations

import time
from collections.abc import Callable

from bot.channels.base import Channel
from bot.core import calendar
from bot.core.health import STOP_AT
from bot.runtime.clock import Now
from storage import channels
from storage.database import Database

LOOK_EVERY = 30.0  # seconds; what may go in between is far less than what is kept back


class Quota:
    """How much of the month is spent, in both directions; looked up now and then."""

    def __init__(
        self, database: Database, channel: Channel, now: Now, tick: Callable[[], float] = time.monotonic
    ) -> None:
        self._database = database
        self._channel = channel
        self._now = now
        self._tick = tick
        self._looked_at = -LOOK_EVERY
        self._spent = False

    async def is_nearly_spent(self) -> bool:
        """Whether only replies should go until the month is over."""
        most = self._channel.limits.monthly
        if not most:
            return False
        if self._tick() - self._looked_at >= LOOK_EVERY:
            since = calendar.month_start(self._now())
            used = await self._database.read(channels.used_since, self._channel.name, since)
            self._looked_at, self._spent = self._tick(), used >= most * STOP_AT
        return self._spent
