"""Pauses between tries of receiving, and one log line when the state changes."""

from __future__ import annotations

import logging
import random
from collections.abc import Awaitable, Callable

log = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0  # seconds


class Retry:
    """Pauses that double from 1 s to 30 s, with jitter but never shorter: no path asks more than once a second."""

    def __init__(self, channel: str, pause: Callable[[float], Awaitable[None]]) -> None:
        self._channel = channel
        self._pause = pause
        self._state = ""
        self._seconds = FIRST_PAUSE

    async def wait(self, why: str, at_least: float = 0, said: str = "") -> None:
        """Wait before the next try; `why` and `said` are those of a DeliveryFailed, never anybody's words."""
        if why != self._state:
            log.warning("%s: not receiving: %s%s", self._channel, why, f" ({said})" if said else "")
            self._state = why
        seconds = max(FIRST_PAUSE, self._seconds * random.uniform(0.75, 1.25), at_least)
        self._seconds = min(self._seconds * 2, LONGEST_PAUSE)
        await self._pause(seconds)

    def well(self) -> None:
        """It worked."""
        if self._state:
            log.info("%s: receiving again", self._channel)
        self._state, self._seconds = "", FIRST_PAUSE

    @property
    def complaint(self) -> str:
        """What goes wrong so often that the pauses have grown to their longest; "" when it does not."""
        return self._state if self._seconds >= LONGEST_PAUSE else ""
