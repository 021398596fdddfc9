"""Chores: work that is too much for one turn, done a portion at a time so that nobody's answer waits for it.

What is left to do is rows in the database; a process that is killed goes on where the last commit left it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from bot.core.job import Chore
from bot.runtime.bell import Bell
from bot.runtime.clock import Now
from storage import backups
from storage.database import Database

log = logging.getLogger(__name__)

LOOK_AGAIN = 1.0  # seconds between looks when nothing wakes us


class Chores:
    """Does what there is to do, a portion a transaction, the turns that wait in between."""

    def __init__(
        self, *, database: Database, chores: Sequence[Chore], now: Now, wake_delivery: Callable[[], None]
    ) -> None:
        self._database = database
        self._chores = chores
        self._now = now
        self._wake_delivery = wake_delivery
        self._bell = Bell()

    def wake(self) -> None:
        """Something new may be to do."""
        self._bell.ring()

    async def run(self) -> None:
        """Work for ever."""
        while True:
            self._bell.listen()
            if await self.work() == 0:
                await self._bell.wait(LOOK_AGAIN)

    async def work(self) -> int:
        """One portion of each chore that has something to do; returns how many had. One that fails holds none up.

        None while everything is held.
        """
        if await self._database.read(backups.held_since) is not None:
            return 0  # a copy that was put back sends nothing, and what it would queue now could not be dropped
        worked = 0
        for chore in self._chores:
            if await self._database.read(chore.waits, self._now()):
                worked += await self._portion(chore)
        return worked

    async def _portion(self, chore: Chore) -> bool:
        try:
            await self._database.write(chore.portion, self._now())
        except Exception as error:
            log.error("chore %s failed: %s", chore.name, type(error).__name__)
            return False
        self._wake_delivery()
        return True
