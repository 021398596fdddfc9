"""Pauses between tries of receiving, and one log line when the state changes."""

from __future__ import annotations

import logging
import random
from collections.abc import Awaitable, Callable

log = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0  # seconds


class Retry:
    """Pauses that double from 1 s to 30 s, with jitter."""

    def __init__(self, channel: str, pause: Callable[[float], Awaitable[None]]) -> None:
        self._channel = channel
        self._pause = pause
        self._state = ""
        self._seconds = FIRST_PAUSE

    async def wait(self, why: str, at_least: float = 0) -> None:
        """Wait before the next try; `why` is a short English key, never anybody's words."""
        if why != self._state:
            log.warning("%s: not receiving: %s", self._channel, why)
            self._state = why
        seconds = max(self._seconds * random.uniform(0.75, 1.25), at_least)
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
