"""A clock for tests: time passes only when a test says so."""

from __future__ import annotations


class FrozenClock:
    """A clock that stands still until it is moved."""

    def __init__(self, start: int) -> None:
        self._instant = start

    def __call__(self) -> int:
        return self._instant

    def move_to(self, instant: int) -> None:
        """Put the clock to an instant, epoch milliseconds."""
        self._instant = instant
