"""The engine: the rooms wired together over one database — what comes in, what goes out, what is due."""

from __future__ import annotations

import asyncio
import logging
import tomllib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import cache, partial
from pathlib import Path

from bot.channels.base import Channel
from bot.channels.capabilities import Files
from bot.core.ids import Ids
from bot.core.message import Update
from bot.core.texts import Texts, flatten
from bot.reports.drawers import DRAWERS, Drawer
from bot.runtime.chores import Chores
from bot.runtime.clock import Now
from bot.runtime.drawing import Studio, kept_file
from bot.runtime.fetcher import Fetcher
from bot.runtime.inbox import Inbox
from bot.runtime.outbox import Outbox
from bot.runtime.scheduler import Scheduler, Ticking
from handlers import SUBJECTS
from handlers.delivery.doubts import in_doubt
from handlers.delivery.renewing import renewed
from handlers.delivery.settling import settled
from handlers.dialogue.converse import Converse
from handlers.dialogue.photos import photo_lost
from handlers.dialogue.visit import Desk, Ward
from handlers.registry import Registry
from storage import backups
from storage.database import Database

log = logging.getLogger(__name__)

HERE = Path(__file__).parent.parent
TEXTS = HERE / "templates" / "texts"
LOOK_AGAIN = 1.0  # seconds between looks whether a copy was released
START_AGAIN = 1.0  # seconds before a loop that fell over is started again


@cache
def load_texts(folder: Path = TEXTS) -> Texts:
    """All sentences of templates/texts/<subject>.toml at `<subject>.…`; read once, for they don't change meanwhile."""
    sources: dict[str, str] = {}
    for path in sorted(folder.glob("*.toml")):
        tree = tomllib.loads(path.read_text(encoding="utf-8"))
        sources.update(flatten(tree, f"{path.stem}."))
    return Texts(sources)


class Watchers:
    """Who wants to see what happens underneath; the demo page does."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[str, str, str], None]] = []

    def __call__(self, stage: str, channel: str, chat: str) -> None:
        for listener in self._listeners:
            listener(stage, channel, chat)

    def add(self, listener: Callable[[str, str, str], None]) -> None:
        """Call `listener(stage, channel, chat)`; stages are received, committed, sent."""
        self._listeners.append(listener)


def door_of(channels: Sequence[Channel], code: str) -> str:
    """The link to the first channel that has one, those with servers at home before those abroad; "" without any."""
    links = (channel.door(code) for channel in sorted(channels, key=lambda channel: channel.abroad))
    return next((link for link in links if link), "")


class Engine:
    """The running product over one database: what comes in, what goes out, what is due."""

    def __init__(
        self,
        *,
        database: Database,
        channels: Sequence[Channel],
        ward: Ward,
        now: Now,
        ids: Ids,
        media: Path,
        ticking: Ticking | None = None,
        public_url: str = "",
        drawers: Mapping[str, Drawer] = DRAWERS,
    ) -> None:
        self.database = database
        self.channels = {channel.name: channel for channel in channels}
        self.now = now
        self.ids = ids
        self.watchers = Watchers()
        abroad = frozenset(channel.name for channel in channels if channel.abroad)
        windows = {channel.name: channel.limits.window for channel in channels if channel.limits.window}
        self.desk = Desk(
            texts=load_texts(), ids=ids, ward=ward, abroad=abroad, windows=windows, door=partial(door_of, channels)
        )
        self.registry = Registry(SUBJECTS)
        self.studio = Studio({**drawers, "kept": partial(kept_file, media)})
        self._public_url = public_url
        self.outboxes = [self._outbox(channel, ticking) for channel in channels]
        self.inbox = self._inbox()
        self.scheduler = self._scheduler(ticking)
        self.fetcher = self._fetcher(media)
        self.chores = self._chores()
        self._tasks: list[asyncio.Task[None]] = []

    def _inbox(self) -> Inbox:
        converse = Converse(self.desk, self.registry, self.now)
        return Inbox(
            database=self.database,
            channels=self.channels,
            converse=converse,
            apologise=converse.apologise,
            slow=converse.slow_down,
            now=self.now,
            ids=self.ids,
            wake_delivery=self.after_a_turn,
            must_wait=self._must_wait,
            watch=self.watchers,
        )

    def _must_wait(self, channel: str) -> bool:
        return dict(zip(self.channels, self.outboxes, strict=True))[channel].must_wait

    def _outbox(self, channel: Channel, ticking: Ticking | None) -> Outbox:
        return Outbox(
            database=self.database,
            channel=channel,
            now=self.now,
            ids=self.ids,
            draw=self.studio.draw,
            say=self.desk.say,
            links=self._public_url if self._public_url or channel.can.files is Files.OWN else None,
            renew=lambda tx, parcel: renewed(self.desk, self.registry, tx, parcel, self.now()),
            on_doubt=lambda tx, parcel: in_doubt(self.desk, tx, parcel, self.now()),
            on_settled=lambda tx, parcel, event, why: settled(self.desk, tx, parcel, event, why, self.now()),
            watch=self.watchers,
            tick=ticking,
        )

    def _scheduler(self, ticking: Ticking | None) -> Scheduler:
        return Scheduler(
            database=self.database,
            jobs=[job for subject in SUBJECTS for job in subject.jobs(self.desk)],
            now=self.now,
            wake_delivery=self.wake_delivery,
            ticking=ticking,
            deliver=self._deliver_waiting,
        )

    def _fetcher(self, media: Path) -> Fetcher:
        return Fetcher(
            database=self.database,
            channels=self.channels,
            folder=media,
            now=self.now,
            ids=self.ids,
            on_lost=lambda wanted: photo_lost(self.desk, wanted),
            wake_delivery=self.wake_delivery,
        )

    def _chores(self) -> Chores:
        return Chores(
            database=self.database,
            chores=[chore for subject in SUBJECTS for chore in subject.chores(self.desk)],
            now=self.now,
            wake_delivery=self.wake_delivery,
        )

    def after_a_turn(self) -> None:
        """What was said may have given us something to send, something to do and something to fetch."""
        self.wake_delivery()
        self.chores.wake()
        self.fetcher.wake()

    def wake_delivery(self) -> None:
        """Something new may be waiting to be sent."""
        for outbox in self.outboxes:
            outbox.wake()

    async def _deliver_waiting(self) -> None:
        for outbox in self.outboxes:
            await outbox.deliver_waiting()

    async def take(self, channel: Channel, updates: Sequence[Update]) -> None:
        """Keep updates; returns after they are on disk."""
        await self.inbox.take(channel, updates)

    async def start(self) -> None:
        """Finish what was left, then listen, answer, deliver, fetch and watch the clock."""
        await self.inbox.recover()
        self.spawn("inbox", self.inbox.run)
        for outbox in self.outboxes:
            self.spawn("outbox", outbox.run)
        self.spawn("fetcher", self.fetcher.run)
        self.spawn("chores", self.chores.run)
        for channel in self.channels.values():
            self.spawn(f"listen {channel.name}", self._listener(channel))
        await self.scheduler.start()

    def _listener(self, channel: Channel) -> Callable[[], Awaitable[None]]:
        async def listen() -> None:
            await self.until_released()
            await channel.listen(lambda updates: self.take(channel, updates))

        return listen

    async def until_released(self) -> None:
        """Return at once, or when somebody has released a copy that was put back.

        Until then nothing goes out, not even a question: it would take updates and keys away from a life of the
        product that may still run elsewhere. Platforms keep what comes meanwhile, and what they bring is kept here.
        """
        while await self.database.read(backups.held_since) is not None:  # noqa: ASYNC110 - another process releases it
            await asyncio.sleep(LOOK_AGAIN)

    def spawn(self, name: str, loop: Callable[[], Awaitable[None]]) -> None:
        """Run a loop beside the others until the engine stops."""
        self._tasks.append(asyncio.create_task(keep_running(name, loop), name=name))

    async def stop(self) -> None:
        """Stop listening first, let the sends in flight end, then close the database."""
        self.scheduler.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for outbox in self.outboxes:
            await outbox.drain()
        self.studio.close()
        for channel in self.channels.values():
            await channel.close()
        await self.database.close()


async def keep_running(name: str, loop: Callable[[], Awaitable[None]]) -> None:
    """Run a loop until it returns; one that falls over (a full disk, say) is started again after a moment."""
    while True:
        try:
            await loop()
            return
        except Exception as error:
            log.error("%s stopped: %s; starting again", name, type(error).__name__)
        await asyncio.sleep(START_AGAIN)
