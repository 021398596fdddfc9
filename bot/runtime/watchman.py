"""Looks after the house: once a minute what is wrong, once a day a copy of the records."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import shutil
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import time, timedelta
from pathlib import Path

from bot.channels.base import Channel, DeliveryFailed
from bot.core import calendar
from bot.core.health import Seen
from bot.core.message import Outbound
from bot.runtime.clock import Now
from storage import backups, health, jobs
from storage.database import Database, DatabaseUnusable, Tx

log = logging.getLogger(__name__)

EVERY = 60.0  # seconds between looks
AGAIN = 3600_000  # milliseconds after which a copy that failed is tried again

Judge = Callable[[Tx, Seen], None]
"""Tells the administrators, within the transaction, what began to be wrong and what is over."""

Cry = Callable[[Tx, str], Sequence[Outbound]]
"""What is said to whom while the records take nothing, by the key of why: it is read, and sent at once."""


def nobody_hears(_tx: Tx, _trouble: str) -> Sequence[Outbound]:
    """For a watchman without administrators."""
    return ()


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
        doubt: Callable[[], str] = lambda: "",
        cry: Cry = nobody_hears,
    ) -> None:
        self._database = database
        self._channels = channels
        self._failing_jobs = failing_jobs
        self._judge = judge
        self._now = now
        self._wake_delivery = wake_delivery
        self._copies = copies
        self._doubt = doubt
        self._cry = cry
        self._cried = ""
        self._copy_trouble = ""

    async def run(self) -> None:
        """Look for ever."""
        while True:
            await self.look()
            await asyncio.sleep(EVERY)

    async def look(self) -> None:
        """Make a copy if one is due, then tell what is wrong.

        While the records take nothing, nothing can be queued: then what is wrong is said past the outbox, once.
        """
        try:
            if await self._database.write(self._copy_is_due):
                await self._make_copy()
            await self._database.write(self._judge, await self._see())
        except (DatabaseUnusable, sqlite3.Error):
            await self._cry_out()
            raise
        self._cried = ""
        self._wake_delivery()

    async def _cry_out(self) -> None:
        trouble = self._database.trouble or "not_saved"
        if trouble == self._cried:
            return
        self._cried = trouble
        for message in await self._database.read(self._cry, trouble):
            with contextlib.suppress(DeliveryFailed):
                await self._channels[message.address.channel].send(message)

    async def _see(self) -> Seen:
        disk = await asyncio.to_thread(shutil.disk_usage, self._database.path.parent)
        channels = self._channels.items()
        return Seen(
            free=disk.free,
            room=disk.total,
            clock=self._doubt(),
            copy_trouble=self._copy_trouble,
            on=tuple(self._channels),
            failing_jobs=self._failing_jobs(),
            complaints={name: channel.complaint for name, channel in channels if channel.complaint},
            monthly={name: channel.limits.monthly for name, channel in channels if channel.limits.monthly},
            silence={name: channel.limits.silence for name, channel in channels if channel.limits.silence},
            keeps={name: channel.limits.keeps for name, channel in channels if channel.limits.keeps},
            most_people={name: channel.limits.most_people for name, channel in channels if channel.limits.most_people},
        )

    def _copy_is_due(self, tx: Tx) -> bool:
        """Once after each day's hour, also by a machine that is off at that hour; what failed is tried every hour.

        A moment that a wrong clock wrote into the future counts for nothing.
        """
        now = self._now()
        if self._doubt() in ("jumped", "far"):
            return False
        made, tried = health.last_backup(tx, now), jobs.mark(tx, backups.TRIED) or 0
        since_try = now - tried
        if (made and made.made_at >= last_at(self._copies.at, now)) or 0 <= since_try < AGAIN:
            return False
        jobs.set_mark(tx, backups.TRIED, now)
        return True

    async def _make_copy(self) -> None:
        wanted, now = self._copies, self._now()
        try:
            copy = await asyncio.to_thread(backups.make, self._database.path, wanted.folder, now, wanted.pictures)
            await self._database.write(health.note_backup, str(copy), now, copy.stat().st_size)
            self._copy_trouble = ""
            await asyncio.to_thread(backups.remove_old, wanted.folder, wanted.keep, now)
        except (backups.BackupBroken, OSError, sqlite3.Error) as error:
            self._copy_trouble = backups.trouble_of(error)
            log.error("no copy was made: %s", type(error).__name__)


def last_at(hour: time, now: int) -> int:
    """The last moment at which it was this local hour."""
    today = calendar.local(now).date()
    due_at = calendar.at(today, hour)
    return due_at if due_at <= now else calendar.at(today - timedelta(days=1), hour)
