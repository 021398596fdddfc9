"""The demo that all browser tabs see: who acts, what time it is, what happened underneath. Knows no widgets."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime, timedelta

from bot.channels.web import CHANNEL, WebChannel
from bot.core import calendar
from bot.core.ids import Ids
from bot.core.texts import Words
from bot.runtime.clock import SettableClock
from bot.web.house import House
from bot.web.mailbox import Bubble, Mailbox
from bot.web.personas import VISITOR, visitor_account, visitor_number
from bot.web.story import Story, registered_today
from bot.web.trail import Trail
from handlers.dialogue.photos import LARGEST
from storage import outbox

log = logging.getLogger(__name__)

HOUR = 3600_000  # milliseconds
REMINDER = "reminder"
MOST_REMINDER_DAYS = 30  # how many of its moments are tried until one has something to say
DELIVERED_WITHIN = 2.0  # seconds
LOOK_EVERY = 0.02  # seconds


class Scene:
    """One house, one clock, four phones."""

    def __init__(self, house: House, clock: SettableClock) -> None:
        channel = house.channels[CHANNEL]
        assert isinstance(channel, WebChannel)
        self.house = house
        self.channel = channel
        self.trail = Trail()
        self.story = Story()
        self.mailbox = Mailbox(house.database, channel.parse, house.now, self._learn)
        self.visitor = 1
        self.moving = False
        self._clock = clock
        self._keys = Ids(house.now)
        self._moves = asyncio.Lock()
        self._looking: asyncio.Task[None] | None = None  # held, or it might be collected before it ends
        self._listeners: list[Callable[[], None]] = []
        house.watchers.add(self._watch)

    def say(self, where: str, **values: object) -> Words:
        """The page's own words."""
        return self.house.desk.say(f"page.{where}", **values)

    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` when anything that a page shows has changed; the result ends that."""
        self._listeners.append(listener)
        stop = self.mailbox.listen(listener)

        def end() -> None:
            stop()
            self._listeners.remove(listener)

        return end

    # -- who is met ----------------------------------------------------------------------------

    def account(self, persona: str) -> str:
        """The account behind a persona: its own name, or that of the latest visitor."""
        return visitor_account(self.visitor) if persona == VISITOR else persona

    def new_visitor(self) -> None:
        """Somebody else comes to the door."""
        self.visitor += 1
        self._changed()

    def _learn(self, bubbles: Sequence[Bubble]) -> None:
        self.story.see(bubbles)
        self.visitor = max(self.visitor, *(visitor_number(bubble.account) for bubble in bubbles))

    # -- what people do ------------------------------------------------------------------------

    async def write(self, account: str, text: str, key: str = "") -> None:
        """Words; the same `key` twice is one message."""
        await self._act(account, key, text=text)

    async def press(self, account: str, data: str) -> None:
        """A button."""
        await self._act(account, "", press=data)

    async def send_photo(self, account: str, content: bytes, mime: str) -> bool:
        """A picture, on disk before anything speaks of it; False when it is too large to keep."""
        if len(content) > LARGEST:
            return False
        ref = await asyncio.to_thread(self.channel.keep_upload, content)
        await self._act(account, "", file={"ref": ref, "size": len(content), "mime": mime})
        return True

    async def _act(self, account: str, key: str, **what: object) -> None:
        now = self.house.now()
        self.trail.begin(account, now)
        update = self.channel.update(f"{account}:{key or self._keys.new()}", account, now, **what)
        await self.house.take(self.channel, [update])

    # -- what happens underneath ---------------------------------------------------------------

    def actor(self) -> Words:
        """Who acted last, in words."""
        if self.trail.account:
            persona = VISITOR if visitor_number(self.trail.account) else self.trail.account
            return self.say(f"persona.{persona}.tab")
        return self.say("trail.moved", at=calendar.local(self.trail.at)) if self.trail.at else self.say("trail.nothing")

    def _watch(self, stage: str, channel: str, _chat: str) -> None:
        if channel == CHANNEL:
            self.trail.reach(stage)
            self.mailbox.refresh_soon()
            self._changed()
            if stage == "committed" and "register" not in self.story.done:
                self._looking = asyncio.create_task(self._look_for_model())

    async def _look_for_model(self) -> None:
        try:
            registered = await self.house.database.read(registered_today, self.house.now())
        except Exception as error:  # the program is stopping; a step of the story is not worth more
            log.warning("the story could not look: %s", type(error).__name__)
            return
        if registered:
            self.story.done.add("register")
            self._changed()

    async def begin(self) -> None:
        """Read what is there already: after a restart nothing is lost."""
        await self.mailbox.refresh()
        await self._look_for_model()

    def _changed(self) -> None:
        for listener in list(self._listeners):
            listener()

    # -- the clock -----------------------------------------------------------------------------

    @property
    def time(self) -> datetime:
        """What the demo's clock shows."""
        return calendar.local(self.house.now())

    async def to_digest(self) -> None:
        """On to the next moment at which leaders get the figures."""
        async with self._one_at_a_time():
            await self._move(self._next_digest())

    def _next_digest(self) -> int:
        hour = self.house.desk.ward.digest_at
        due = calendar.at(self.time.date(), hour)
        if due <= self.house.now():
            due = calendar.at(self.time.date() + timedelta(days=1), hour)
        return due

    async def add_hour(self) -> None:
        """One hour on."""
        async with self._one_at_a_time():
            await self._move(self.house.now() + HOUR)

    async def to_reminder(self) -> bool:
        """On to the next reminder that really goes to somebody; False when none does in thirty of its moments."""
        async with self._one_at_a_time():
            before = await self._reminders()
            for _ in range(MOST_REMINDER_DAYS):
                due = self.house.scheduler.next_due(REMINDER)
                if due is None:
                    return False
                await self._move(due)
                if await self._reminders() > before:
                    return True
            return False

    @contextlib.asynccontextmanager
    async def _one_at_a_time(self) -> AsyncIterator[None]:
        async with self._moves:
            self.moving = True
            self._changed()
            try:
                yield
            finally:
                self.moving = False
                self._changed()

    async def _move(self, until: int) -> None:
        self.trail.begin("", until)
        await self.house.scheduler.pass_time(self._clock, until)
        await self._delivered()

    async def _delivered(self) -> None:
        for _ in range(int(DELIVERED_WITHIN / LOOK_EVERY)):
            if not await self.house.database.read(outbox.waiting):
                break
            await asyncio.sleep(LOOK_EVERY)
        await self.mailbox.refresh()

    async def _reminders(self) -> int:
        await self.mailbox.refresh()
        return self.story.reminders
