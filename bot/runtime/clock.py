"""The clock, passed to everything that needs the time, so that tests and the demo can move it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

Now = Callable[[], int]
"""The present instant in epoch milliseconds UTC."""


class SettableClock(Protocol):
    """A clock that tests and the demo put where they want it."""

    def __call__(self) -> int:
        """The present instant in epoch milliseconds UTC."""

    def move_to(self, instant: int) -> None:
        """Put the clock to an instant, epoch milliseconds."""


def wall_clock() -> int:
    """The machine's clock."""
    return time.time_ns() // 1_000_000


def time_passing() -> float:
    """Seconds that pass whatever the clock is set to; those of a machine's sleep too, where the system counts them."""
    counted = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if counted is None else time.clock_gettime(counted)


class MovableClock:
    """A clock that runs on from where it was put."""

    def __init__(self, start: int, running: Now = wall_clock) -> None:
        self._running = running
        self._offset = start - running()

    def __call__(self) -> int:
        return self._running() + self._offset

    def move_to(self, instant: int) -> None:
        """Put the clock to an instant, epoch milliseconds."""
        self._offset = instant - self._running()
