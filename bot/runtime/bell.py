"""A bell: whoever has made work rings it, whoever does that work sleeps until then, and no longer than a while."""

from __future__ import annotations

import asyncio
import contextlib


class Bell:
    """Rung from anywhere on the loop, heard by one."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """There may be something to do."""
        self._rung.set()

    def listen(self) -> None:
        """From here on a ring is heard: call it before looking for work, or what comes meanwhile is slept through."""
        self._rung.clear()

    async def wait(self, seconds: float) -> None:
        """Until it rings, or the time is over."""
        with contextlib.suppress(TimeoutError):
            # Not wait_for: in Python 3.11 it loses a cancellation that comes together with the ring.
            async with asyncio.timeout(seconds):
                await self._rung.wait()
