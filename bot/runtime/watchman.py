"""Looks after the house: once a minute what is wrong, once a day a copy of the records."""

from __future__ import annotations

import asyncio
import logging
import shutil
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import time
from pathlib import Path

from bot.channels.base import Channel
from bot.core import calendar
from bot.core.health import Seen
from bot.runtime.clock import Now
from storage import backups, health, jobs
from storage.database import Database, Tx

log = logging.getLogger(__name__)

EVERY = 60.0  # seconds between looks
TRIED = "backup_tried"

Judge = Callable[[Tx, Seen], None]
"""Tells the administrators, within the transaction, what began to be wrong and what is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copies:
    """Where the copies go, at which local hour one is made, and how many are kept."""

    folder: Path
    at: time
    keep: int
    pictures: Path


class Watchman:
    """One look a minute; the administrators hear of what changed, not of what stays."""

    def __init__(
        self,
        *,
        database: Database,
        channels: Mapping[str, Channel],
        failing_jobs: Callable[[], tuple[str, ...]],
        judge: Judge,
        now: Now,
        wake_delivery: Callable[[], None],
        copies: Copies,
    ) -> None:
        self._database = database
        self._channels = channels
        self._failing_jobs = failing_jobs
        self._judge = judge
        self._now = now
        self._wake_delivery = wake_delivery
        self._copies = copies

    async def run(self) -> None:
        """Look for ever."""
        while True:
            await self.look()
            await asyncio.sleep(EVERY)

    async def look(self) -> None:
        """Make a copy if one is due, then tell what is wrong."""
        if await self._database.write(self._copy_is_due):
            await self._make_copy()
        await self._database.write(self._judge, await self._see())
        self._wake_delivery()

    async def _see(self) -> Seen:
        disk = await asyncio.to_thread(shutil.disk_usage, self._database.path.parent)
        channels = self._channels.items()
        return Seen(
            free=disk.free,
            room=disk.total,
            failing_jobs=self._failing_jobs(),
            complaints={name: channel.complaint for name, channel in channels if channel.complaint},
            monthly={name: channel.limits.monthly for name, channel in channels if channel.limits.monthly},
            silence={name: channel.limits.silence for name, channel in channels if channel.limits.silence},
            most_people={name: channel.limits.most_people for name, channel in channels if channel.limits.most_people},
        )

    def _copy_is_due(self, tx: Tx) -> bool:
        """Once a day after the hour; a try that failed is not repeated before the next day, and is told."""
        now = self._now()
        moment = calendar.local(now)
        if moment.time() < self._copies.at:
            return False
        due_at = calendar.at(moment.date(), self._copies.at)
        if (jobs.mark(tx, TRIED) or 0) >= due_at:
            return False
        jobs.set_mark(tx, TRIED, now)
        return True

    async def _make_copy(self) -> None:
        wanted = self._copies
        try:
            copy = await asyncio.to_thread(
                backups.make, self._database.path, wanted.folder, self._now(), wanted.pictures
            )
            size = copy.stat().st_size
            await self._database.write(health.note_backup, str(copy), self._now(), size)
            await asyncio.to_thread(backups.remove_old, wanted.folder, wanted.keep)
        except (backups.BackupBroken, OSError, sqlite3.Error) as error:
            log.error("no copy was made: %s", type(error).__name__)
