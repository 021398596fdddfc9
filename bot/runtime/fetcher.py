"""Files: fetched from their platform after the turn; photos made small, stripped of what they tell about the sender."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
from collections.abc import Callable, Mapping
from pathlib import Path

from bot.channels.base import Channel, DeliveryFailed, Trouble
from bot.core.ids import Ids
from bot.core.message import File, Outbound
from bot.runtime.bell import Bell
from bot.runtime.clock import Now
from bot.runtime.shrinking import NotAPicture, shrink
from storage import media, outbox
from storage.database import Database, Tx
from storage.media import Wanted

log = logging.getLogger(__name__)

LARGEST = 20 * 1024 * 1024  # bytes; what platforms let a bot download
TRIES = 104  # over a day: a file is not lost to a night without a network, or to a key that must be renewed first
FIRST_RETRY, LONGEST_RETRY = 5.0, 900.0  # seconds, doubled each time
LOOK_AGAIN = 5.0  # seconds between looks when nothing wakes us

PDF_SIGN, PDF_SIGN_WITHIN = b"%PDF-", 1024  # bytes; a few programs write something before it

FINAL = frozenset({Trouble.REFUSED, Trouble.UNREACHABLE, Trouble.MOVED})


class NotAPdf(Exception):
    """Bytes that are no PDF."""


def checked(content: bytes) -> bytes:
    """A PDF as it is: it is only passed on, never opened here. Raises NotAPdf."""
    if PDF_SIGN not in content[:PDF_SIGN_WITHIN]:
        raise NotAPdf
    return content


def keep_file(folder: Path, content: bytes, ending: str = "jpg") -> str:
    """Write content under its hash, complete or not at all; returns the hash."""
    name = hashlib.sha256(content).hexdigest()
    path = path_of(folder, name, ending)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".part")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    _keep_name(path)
    return name


def _keep_name(path: Path) -> None:
    """A power cut forgets a new name, though the content is on the disk, until its folder is written as well."""
    if hasattr(os, "O_DIRECTORY"):  # elsewhere a folder can't be opened, nor need it be
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def path_of(folder: Path, name: str, ending: str = "jpg") -> Path:
    """Where the content of a hash is kept."""
    return folder / name[:2] / f"{name}.{ending}"


class Fetcher:
    """Brings wanted files in, one after the other."""

    def __init__(
        self,
        *,
        database: Database,
        channels: Mapping[str, Channel],
        folder: Path,
        now: Now,
        ids: Ids,
        on_lost: Callable[[Wanted], Outbound],
        wake_delivery: Callable[[], None],
    ) -> None:
        self._database = database
        self._channels = channels
        self._folder = folder
        self._now = now
        self._ids = ids
        self._on_lost = on_lost
        self._wake_delivery = wake_delivery
        self._bell = Bell()

    def wake(self) -> None:
        """Something new may be wanted."""
        self._bell.ring()

    async def run(self) -> None:
        """Fetch for ever."""
        while True:
            self._bell.listen()
            if not await self.fetch_waiting():
                await self._bell.wait(LOOK_AGAIN)

    async def fetch_waiting(self) -> int:
        """Fetch what is wanted now; returns how many files were looked at."""
        await self._remove_expired()
        wanted = await self._database.read(media.wanted, self._now())
        for one in wanted:
            await self._fetch(one)
        return len(wanted)

    async def _remove_expired(self) -> None:
        """Pictures whose time is over leave the disk, unless the same picture is kept for somebody else."""
        for one in await self._database.read(media.expired):
            if one.alone:
                for ending in ("jpg", "pdf"):
                    await asyncio.to_thread(path_of(self._folder, one.sha256, ending).unlink, missing_ok=True)
            await self._database.write(media.removed, one.media_id)

    async def _fetch(self, wanted: Wanted) -> None:
        channel = self._channels.get(wanted.channel)
        try:
            if channel is None:
                raise DeliveryFailed(Trouble.CHANNEL_DOWN, "channel_off")
            pdf = wanted.kind == media.PDF
            content = await channel.fetch(File(ref=wanted.ref, kind="document" if pdf else "photo"), LARGEST)
            small = checked(content) if pdf else await asyncio.to_thread(shrink, content)
            name = await asyncio.to_thread(keep_file, self._folder, small, "pdf" if pdf else "jpg")
        except (NotAPicture, NotAPdf) as error:
            await self._lose(wanted, "not_a_picture" if isinstance(error, NotAPicture) else "not_a_pdf")
        except DeliveryFailed as failure:
            await self._failed(wanted, failure)
        except Exception as error:  # one photo must not hold up all others
            await self._failed(wanted, DeliveryFailed(Trouble.RETRY_LATER, type(error).__name__))
        else:
            await self._database.write(media.kept, wanted.media_id, name, len(small))

    async def _failed(self, wanted: Wanted, failure: DeliveryFailed) -> None:
        if failure.trouble in FINAL or wanted.attempts + 1 >= TRIES:
            await self._lose(wanted, failure.why)
        else:
            await self._later(wanted, failure.why)

    async def _later(self, wanted: Wanted, why: str) -> None:
        delay = min(LONGEST_RETRY, FIRST_RETRY * 2.0 ** min(wanted.attempts, 16))
        await self._database.write(media.fetch_later, wanted.media_id, self._now() + round(delay * 1000), why)

    async def _lose(self, wanted: Wanted, why: str) -> None:
        log.warning("file lost: %s", why)

        def lose(tx: Tx) -> None:
            media.lost(tx, wanted.media_id, why)
            outbox.put(tx, self._ids.new(), self._on_lost(wanted), self._now())

        await self._database.write(lose)
        self._wake_delivery()
