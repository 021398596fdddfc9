"""Deliver: in order within (chat, lane), higher lanes first, every state written down, errors by their own word."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import secrets
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence

from bot.channels.base import Channel, DeliveryFailed, Trouble
from bot.channels.rendering import Say, fit, needs_link
from bot.core import calendar
from bot.core.ids import Ids
from bot.core.message import Attachment, Lane, Outbound
from bot.runtime.bell import Bell
from bot.runtime.clock import Now
from bot.runtime.drawing import NotDrawn
from bot.runtime.inbox import Watch
from bot.runtime.pace import Bucket, Chats, Gate, Patience
from bot.runtime.quota import Quota
from storage import health, leader_groups, links, people
from storage import outbox as parcels
from storage.database import Database, Tx
from storage.outbox import Parcel

log = logging.getLogger(__name__)

FIRST_RETRY, LONGEST_RETRY = 1.0, 300.0  # seconds
MISCONFIGURED_PAUSE = 60.0  # seconds; an administrator has to act, so there is no hurry
GIVE_UP_AFTER = 24 * 3600_000  # milliseconds; a reply of yesterday helps nobody, a notice still does
DRAIN = 6.0  # seconds that the sends in flight get at the end; with the web side's two it stays under ten
STUMBLES = 3  # different chats, one after the other: then it is the platform that stumbles, not a message
LONGEST_STUMBLE = 60.0  # seconds; it answers, so it is looked at more often than one that is down
LINK_LASTS = 7 * 24 * 3600_000  # milliseconds that a link to our page can be opened
REMEMBERED = 60_000  # milliseconds that count in a chat's pace after a restart
LOOK_AGAIN = 1.0  # seconds between looks when nothing wakes us

OnSettled = Callable[[Tx, Parcel, str, str], None]
"""Told what became of a message, in the transaction that writes it: "sent", "delivered" or "failed", and why."""

OnDoubt = Callable[[Tx, Parcel], Sequence[Outbound]]
"""What is said when a summary or reminder may or may not have arrived; nothing for other messages."""

Renew = Callable[[Tx, Parcel], "Outbound | int | None"]
"""What a reminder says at the moment at which it leaves, or when it may go, or None: it is not needed any more."""

Draw = Callable[[Attachment, int | None], Awaitable[bytes]]
"""Makes the file that goes with a message, a picture in so many bytes if it can be. Raises NotDrawn."""

WHOLE_CHAT = frozenset({Trouble.WAIT, Trouble.UNREACHABLE, Trouble.MOVED, Trouble.CHANNEL_DOWN, Trouble.MISCONFIGURED})
"""Troubles that the next message to the same chat would meet too."""


STUMBLING = frozenset({Trouble.RETRY_LATER, Trouble.IN_DOUBT, Trouble.WAIT})
"""Troubles of one message that are the platform's, when everybody has them."""


def by_chat(taken: Sequence[Parcel]) -> list[list[Parcel]]:
    """What was taken, a list for each chat, each in its order."""
    lines: dict[str, list[Parcel]] = {}
    for parcel in taken:
        lines.setdefault(parcel.chat, []).append(parcel)
    return list(lines.values())


def give_back(tx: Tx, line: Sequence[Parcel]) -> None:
    """Messages taken and not tried after all."""
    for parcel in line:
        parcels.give_back(tx, parcel.message_id)


@contextlib.contextmanager
def _in_doubt_at_least() -> Iterator[None]:
    """Whatever else goes wrong inside a channel may have gone wrong after the send."""
    try:
        yield
    except DeliveryFailed:
        raise
    except Exception as error:
        raise DeliveryFailed(Trouble.IN_DOUBT, f"unexpected_{type(error).__name__}") from None


class Outbox:
    """The way out of one channel."""

    def __init__(
        self,
        *,
        database: Database,
        channel: Channel,
        now: Now,
        ids: Ids,
        draw: Draw,
        say: Say,
        links: str | None = None,
        renew: Renew = lambda _tx, parcel: parcel.message,
        on_doubt: OnDoubt = lambda _tx, _parcel: (),
        on_settled: OnSettled = lambda *_: None,
        watch: Watch = lambda *_: None,
        chance: Callable[[], float] = random.random,
        tick: Callable[[], float] | None = None,
    ) -> None:
        self._database = database
        self._channel = channel
        self._now = now
        self._ids = ids
        self._draw = draw
        self._say = say
        self._links = links  # what stands before the path of a link to our page; None: nobody could open one
        self._renew = renew
        self._on_doubt = on_doubt
        self._on_settled = on_settled
        self._watch = watch
        self._chance = chance
        self._bucket = Bucket(channel.limits.per_second, channel.limits.burst, tick or time.monotonic)
        self._gate = Gate(channel.limits.per_second, tick or time.monotonic)
        self._chats = Chats(channel.limits, tick or time.monotonic)
        self._patience = Patience(tick or (lambda: now() / 1000))
        self._quota = Quota(database, channel, now, tick or time.monotonic)
        self._bell = Bell()
        self._sending: set[asyncio.Task[None]] = set()
        self._failures = 0  # in a row, of the whole channel; those of sends in the air together are one
        self._held_until = 0
        self._stumbled: set[str] = set()  # chats whose sends failed since the last that arrived, STUMBLES at most
        self._runs = False
        self._silent = True  # whether the records may say that nothing passes; so they may when we start
        self._unsettled: BaseException | None = None  # a send whose outcome could not be written down

    def wake(self) -> None:
        """Something new may be waiting."""
        self._bell.ring()

    async def recover(self) -> None:
        """What was being sent when the last run ended is in doubt: settle it by its lane's promise."""
        await self._database.write(self._settle_left_sending)
        now = self._now()
        everybody = await self._database.read(parcels.held_until, self._channel.name)
        self._patience.hold("", max(0.0, (everybody - now) / 1000))
        for chat, sent_at in await self._database.read(parcels.sent_since, self._channel.name, now - REMEMBERED):
            self._chats.remember(chat, (now - sent_at) / 1000)

    @property
    def must_wait(self) -> bool:
        """Whether the platform lets us call nothing at all now."""
        return self._patience.left() > 0

    def _settle_left_sending(self, tx: Tx) -> None:
        for parcel in parcels.left_sending(tx):
            if parcel.channel == self._channel.name:
                self._doubt(tx, parcel, "stopped_while_sending", delay=0)

    async def run(self) -> None:
        """Deliver for ever. Started again after a fault of the disk, it first settles what was left in the air."""
        self._runs = True
        await self.drain()
        await self.recover()
        self._unsettled = None
        while True:
            if self._unsettled:  # the disk did not take what became of a send: start again from what it has
                raise self._unsettled
            self._bell.listen()
            await self._round()

    async def _round(self) -> None:
        """Send what may go now, or wait for what must come first: a free hand, a token, a message, a moment."""
        free = self._hands() - len(self._sending)
        allowed = self._bucket.available(free)
        if allowed <= 0:
            await self._bell.wait(LOOK_AGAIN if free <= 0 else self._bucket.seconds_to_next())
            return
        taken = await self._claim(allowed)
        self._bucket.take(len(taken))
        for line in by_chat(taken):
            self._start(line)
        if not taken:
            await self._bell.wait(await self._seconds_to_next_due())

    def _hands(self) -> int:
        """How many may be sent at once: while nothing passes, a single one tries whether it does again."""
        return 1 if self._failures else self._channel.limits.at_once

    async def _claim(self, most: int) -> list[Parcel]:
        return await self._database.write(parcels.claim, self._channel.name, self._now(), most, await self._slowest())

    async def _slowest(self) -> Lane:
        """What goes last: at the end of a month's messages only replies go, at night nothing that nobody asked for."""
        if await self._quota.is_nearly_spent():
            return Lane.REPLY
        return Lane.NOTICE if calendar.is_quiet(self._now()) else Lane.SUMMARY

    def _start(self, line: list[Parcel]) -> None:
        task = asyncio.create_task(self._deliver_line(line))
        self._sending.add(task)
        task.add_done_callback(self._sent_or_not)

    def _sent_or_not(self, task: asyncio.Task[None]) -> None:
        self._sending.discard(task)
        self._bell.ring()
        if not task.cancelled() and (error := task.exception()):
            self._unsettled = error

    async def _seconds_to_next_due(self) -> float:
        due = await self._database.read(parcels.next_due, self._channel.name, self._now())
        return LOOK_AGAIN if due is None else min(LOOK_AGAIN, max(0.01, (due - self._now()) / 1000))

    async def drain(self) -> None:
        """Wait for the sends in flight; nothing new is started by this."""
        if self._sending:
            await asyncio.wait(self._sending, timeout=DRAIN)

    async def deliver_waiting(self) -> None:
        """Deliver all that may go now and return: for a program that is driven step by step."""
        while taken := await self._claim(self._hands()):
            await asyncio.gather(*(self._deliver_line(line) for line in by_chat(taken)))

    async def _deliver_line(self, line: list[Parcel]) -> None:
        """One chat hears one thing at a time: after a "wait" nothing else of its line is sent."""
        for number, parcel in enumerate(line):
            if parcel.not_after is not None and parcel.not_after < self._now():
                await self._database.write(parcels.end_unsent, parcel.message_id, "failed", parcels.TOO_LATE)
                continue
            fresh = await self._renewed(parcel)
            failure = await self._deliver(fresh) if fresh else None
            if failure and failure.trouble in WHOLE_CHAT:
                await self._database.write(give_back, line[number + 1 :])
                return

    async def _renewed(self, parcel: Parcel) -> Parcel | None:
        """A reminder as it is true now; None when it does not go now, or never."""
        if parcel.lane != Lane.REMINDER or parcel.parts_sent:
            return parcel
        return await self._database.write(self._look_again, parcel)

    def _look_again(self, tx: Tx, parcel: Parcel) -> Parcel | None:
        said = self._renew(tx, parcel)
        if said is None:
            parcels.needless(tx, parcel.message_id, parcels.SETTLED)
        elif isinstance(said, int):
            parcels.postpone(tx, parcel.message_id, said)
        else:
            return parcels.reword(tx, parcel, said)
        return None

    async def _deliver(self, parcel: Parcel) -> DeliveryFailed | None:
        platform_id = ""
        try:
            content = await self._drawn(parcel.message)
            link = await self._link(parcel, content)
            size = None if content is None else len(content)
            parts = fit(parcel.message, self._channel.can, self._say, size=size, link=link)
            if not parts:
                await self._database.write(parcels.needless, parcel.message_id, parcels.PASSING)
                return None
            if await self._edited(parcel, parts):
                return None
            for number, part in enumerate(parts[parcel.parts_sent :], start=parcel.parts_sent + 1):
                at = links.file_of(link) if link and part.attachment else link
                platform_id = await self._send(part, content or b"", at)
                if number < len(parts):
                    self._bucket.take(1)
                    self._chats.sent(parcel.chat)
                    await self._database.write(parcels.part_sent, parcel.message_id, number)
        except DeliveryFailed as failure:
            await self._database.write(self._settle_failure, parcel, failure)
            return failure
        await self._arrived(parcel, lambda tx: self._settle_sent(tx, parcel, platform_id, len(parts)))
        return None

    async def _arrived(self, parcel: Parcel, settle: Callable[[Tx], None]) -> None:
        """Write down that the platform has it, and how long its chat must wait for more."""
        self._failures = 0
        self._stumbled.clear()
        await self._database.write(self._settle, parcel, settle, self._chats.sent(parcel.chat))
        self._silent = False
        self._watch("sent", parcel.channel, parcel.chat)

    async def _edited(self, parcel: Parcel, parts: Sequence[Outbound]) -> bool:
        """Make what stands there say this; False where nothing can be changed, and it must be a message of its own."""
        if not (parcel.message.in_place and self._channel.can.edits and len(parts) == 1):
            return False
        found = await self._database.read(parcels.standing, parcel)
        if found is None or not await self._edit(parts[0], found[1]):
            return False
        await self._arrived(parcel, lambda tx: parcels.changed(tx, parcel, found[0], self._now()))
        return True

    async def _drawn(self, message: Outbound) -> bytes | None:
        """What goes with the message; None when nothing does, or when it can't be drawn: the words go all the same."""
        if message.attachment is None:
            return None
        try:
            return await self._draw(message.attachment, self._channel.can.picture)
        except NotDrawn:
            return None

    async def _link(self, parcel: Parcel, content: bytes | None) -> str:
        """Where the message can be read for a while, if it takes that and there is a way; the same at each try."""
        size = None if content is None else len(content)
        template = (
            self._channel.limits.window is not None and parcel.lane == Lane.NOTICE
        )  # it may have a place for the address
        if self._links is None or not (template or needs_link(parcel.message, self._channel.can, size)):
            return ""
        until = self._now() + LINK_LASTS
        token = await self._database.write(links.open_link, secrets.token_urlsafe(24), parcel.message_id, until)
        return f"{self._links}{links.path_of(token)}"

    async def _send(self, part: Outbound, content: bytes, link: str) -> str:
        await self._leave()
        with self._patiently(part.address.chat), _in_doubt_at_least():
            return await self._channel.send(part, content, link)

    async def _edit(self, part: Outbound, platform_id: str) -> bool:
        await self._leave()
        with self._patiently(part.address.chat), _in_doubt_at_least():
            return await self._channel.edit(part, platform_id)

    async def _leave(self) -> None:
        """A program that is driven step by step has no pace."""
        if self._runs:
            await self._gate.leave()

    @contextlib.contextmanager
    def _patiently(self, chat: str) -> Iterator[None]:
        """Nothing goes out inside a wait: not what was taken from the records before another send heard of it."""
        for whom in ("", chat):
            if left := self._patience.left(whom):
                raise DeliveryFailed(Trouble.WAIT, "too_many", seconds=left, everyone=not whom)
        try:
            yield
        except DeliveryFailed as failure:
            if failure.trouble is Trouble.WAIT:
                self._patience.hold("" if failure.everyone else chat, failure.seconds)
            raise

    def _settle(self, tx: Tx, parcel: Parcel, settle: Callable[[Tx], None], pause: float) -> None:
        settle(tx)
        if pause:
            parcels.hold(tx, parcel.channel, parcel.chat, self._in(pause))
        if self._silent:
            health.passes_again(tx, parcel.channel)

    def _settle_sent(self, tx: Tx, parcel: Parcel, platform_id: str, parts: int) -> None:
        parcels.sent(tx, parcel.message_id, self._now(), platform_id, parts)
        self._on_settled(tx, parcel, "sent", "")
        if platform_id:  # a platform that names the message has it; our own mailbox delivers when a browser shows it
            self._on_settled(tx, parcel, "delivered", "")

    def _settle_failure(self, tx: Tx, parcel: Parcel, failure: DeliveryFailed) -> None:
        log.warning("%s: not delivered: %s", parcel.channel, failure)
        if failure.trouble in STUMBLING:
            self._stumble(tx, parcel, failure)
        match failure.trouble:
            case Trouble.RETRY_LATER:
                self._retry(tx, parcel, failure.why, self._backoff(parcel.attempts))
            case Trouble.IN_DOUBT:
                self._doubt(tx, parcel, failure.why, self._backoff(parcel.attempts))
            case Trouble.WAIT:
                seconds = max(failure.seconds, self._backoff(parcel.attempts))  # some platforms name no number
                parcels.hold(tx, parcel.channel, "" if failure.everyone else parcel.chat, self._in(seconds))
                self._retry(tx, parcel, failure.why, 0)
            case Trouble.UNREACHABLE:
                people.set_reachable(tx, parcel.channel, parcel.chat, failure.why)
                leader_groups.end(tx, parcel.message.address, self._now())
                self._fail(tx, parcel, failure.why)
            case Trouble.REFUSED:
                self._fail(tx, parcel, failure.why)
            case Trouble.MOVED:
                self._move(tx, parcel, failure.chat)
            case Trouble.CHANNEL_DOWN | Trouble.MISCONFIGURED:
                self._hold_channel(tx, parcel, failure)
                self._retry(tx, parcel, failure.why, 0)

    def _retry(self, tx: Tx, parcel: Parcel, why: str, delay: float) -> None:
        if parcel.lane == Lane.REPLY and self._now() - parcel.created_at > GIVE_UP_AFTER:
            self._fail(tx, parcel, "given_up")
        else:
            parcels.again(tx, parcel.message_id, self._in(delay), why)

    def _fail(self, tx: Tx, parcel: Parcel, why: str) -> None:
        parcels.end_unsent(tx, parcel.message_id, "failed", why)
        self._on_settled(tx, parcel, "failed", why)

    def _doubt(self, tx: Tx, parcel: Parcel, why: str, delay: float) -> None:
        if not Lane(parcel.lane).at_most_once:
            self._retry(tx, parcel, why, delay)
            return
        parcels.end_unsent(tx, parcel.message_id, "in_doubt", why)
        for message in self._on_doubt(tx, parcel):
            parcels.put(tx, self._ids.new(), message, self._now(), not_before=calendar.next_waking(self._now()))

    def _move(self, tx: Tx, parcel: Parcel, chat: str) -> None:
        parcels.move(tx, parcel.channel, parcel.chat, chat)
        people.move_chat(tx, parcel.channel, parcel.chat, chat)
        leader_groups.move(tx, parcel.channel, parcel.chat, chat)
        parcels.again(tx, parcel.message_id, self._now(), "moved")

    def _stumble(self, tx: Tx, parcel: Parcel, failure: DeliveryFailed) -> None:
        """One message's trouble is its own; that of several chats in a row, with nothing arriving, is everybody's."""
        if len(self._stumbled) < STUMBLES:
            self._stumbled.add(parcel.chat)
        if len(self._stumbled) == STUMBLES:
            self._hold_channel(tx, parcel, failure)

    def _hold_channel(self, tx: Tx, parcel: Parcel, failure: DeliveryFailed) -> None:
        self._silent = True
        health.falls_silent(tx, parcel.channel, failure.why, self._now())
        if self._now() >= self._held_until:  # else it was in the air together with the one that told us
            self._failures += 1
            self._held_until = self._in(self._pause_after(failure.trouble))
        parcels.hold(tx, parcel.channel, "", self._held_until)

    def _pause_after(self, trouble: Trouble) -> float:
        if trouble is Trouble.MISCONFIGURED:
            return MISCONFIGURED_PAUSE
        longest = LONGEST_STUMBLE if trouble in STUMBLING else LONGEST_RETRY
        return min(longest, self._backoff(self._failures))

    def _in(self, seconds: float) -> int:
        return self._now() + round(seconds * 1000)

    def _backoff(self, attempts: int) -> float:
        longest = min(LONGEST_RETRY, FIRST_RETRY * float(2 ** min(attempts - 1, 16)))
        return max(FIRST_RETRY, longest * (0.5 + self._chance() / 2))
