"""How fast one channel may be written to: over all chats, and in each of them. Monotonic time."""

from __future__ import annotations

import asyncio
import math
import time
from collections import deque
from collections.abc import Callable

from bot.channels.base import Limits, Pace

SOON_ENOUGH = 0.001  # seconds
MANY_CHATS = 10_000  # then those that have been quiet are forgotten
SECOND = 1.02  # what leaves within a second must not arrive within less than one


class Window:
    """The last second, in which `most` may happen; 0 is without a limit."""

    def __init__(self, most: int, tick: Callable[[], float] = time.monotonic) -> None:
        self._most = most or math.inf
        self._tick = tick
        self._lately: deque[float] = deque()

    def free(self) -> float:
        """How many more there may be now."""
        now = self._tick()
        while self._lately and self._lately[0] <= now - SECOND:
            self._lately.popleft()
        return max(0, self._most - len(self._lately))

    def note(self, times: int = 1) -> None:
        """So many happen now."""
        if self._most < math.inf:
            self._lately.extend([self._tick()] * times)

    def seconds_to_free(self) -> float:
        """How long until there may be one more."""
        return 0.0 if self.free() else self._lately[len(self._lately) - int(self._most)] + SECOND - self._tick()


class Bucket:
    """Tokens that fill at `per_second` up to `burst`, and no more than a second's worth in any one second.

    A rate of 0 never runs dry. It begins with one: a program that is started again and again must not burst each time.
    """

    def __init__(self, per_second: float, burst: int, tick: Callable[[], float] = time.monotonic) -> None:
        self._rate = per_second
        self._burst = float(burst)
        self._tokens = 1.0
        self._tick = tick
        self._filled = tick()
        self._window = Window(math.ceil(per_second), tick)

    def available(self, most: int) -> int:
        """How many tokens may be taken now, at most `most`."""
        if not self._rate:
            return most
        now = self._tick()
        self._tokens = min(self._burst, self._tokens + (now - self._filled) * self._rate)
        self._filled = now
        return max(0, int(min(most, self._tokens, self._window.free())))

    def take(self, tokens: int) -> None:
        """Use tokens up."""
        if self._rate:
            self._tokens -= tokens
            self._window.note(tokens)

    def seconds_to_next(self) -> float:
        """How long until a token is there."""
        return max(0.0, (1 - self._tokens) / self._rate, self._window.seconds_to_free()) if self._rate else 0.0


class Gate:
    """Where messages leave, in the order in which they come: no more in any one second than a second may have.

    A message has its token early, and leaves when it has been looked at again, drawn and taken from the records: those
    that took longer would else leave together with those behind them.
    """

    def __init__(self, per_second: float, tick: Callable[[], float] = time.monotonic) -> None:
        self._window = Window(math.ceil(per_second), tick)
        self._turn = asyncio.Lock()

    async def leave(self) -> None:
        """Until this one may."""
        async with self._turn:
            await asyncio.sleep(self._window.seconds_to_free())
            self._window.note()


class Patience:
    """Whom the platform told us to leave alone, and for how long; its seconds pass whatever a clock is set to."""

    def __init__(self, tick: Callable[[], float] = time.monotonic) -> None:
        self._tick = tick
        self._until: dict[str, float] = {}

    def hold(self, chat: str, seconds: float) -> None:
        """Nothing to this chat, or with "" to anybody, for so many seconds."""
        now = self._tick()
        self._until = {one: until for one, until in self._until.items() if until > now}
        self._until[chat] = max(self._until.get(chat, 0.0), now + seconds)

    def left(self, chat: str = "") -> float:
        """The seconds for which a chat is to be left alone still."""
        left = self._until.get(chat, 0.0) - self._tick()
        return left if left > SOON_ENOUGH else 0.0


class Chats:
    """What each chat has had lately."""

    def __init__(self, limits: Limits, tick: Callable[[], float] = time.monotonic) -> None:
        self._pace = limits.pace
        self._tick = tick
        self._lately: dict[str, deque[float]] = {}

    def sent(self, chat: str) -> float:
        """A message has gone to a chat: the seconds until the next may, 0 when it may go at once."""
        pace = self._pace(chat)
        if pace is None:
            return 0.0
        now = self._tick()
        if len(self._lately) > MANY_CHATS:
            self._forget_quiet(now)
        lately = self._lately.setdefault(chat, deque(maxlen=pace.messages))
        lately.append(now)
        full = len(lately) == pace.messages
        return max(0.0, lately[0] + pace.seconds - now) if full else 0.0

    def remember(self, chat: str, ago: float) -> None:
        """A message had gone to a chat so many seconds ago, when the program ended."""
        if pace := self._pace(chat):
            self._lately.setdefault(chat, deque(maxlen=pace.messages)).append(self._tick() - ago)

    def _forget_quiet(self, now: float) -> None:
        self._lately = {
            chat: lately for chat, lately in self._lately.items() if not _is_over(lately, self._pace(chat), now)
        }


def _is_over(lately: deque[float], pace: Pace | None, now: float) -> bool:
    return pace is None or lately[-1] + pace.seconds < now
