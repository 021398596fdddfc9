"""What happens underneath since the last act: received, committed, sent, and how long after the page heard it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

STAGES = ("received", "committed", "sent")


@dataclass(slots=True)
class Step:
    """A stage that was reached: first when, in milliseconds after the act, last when, and how often."""

    first: float
    last: float
    count: int = 1


@dataclass(slots=True)
class Trail:
    """The stages of one act; `account` is who acted, "" for the clock."""

    account: str = ""
    at: int = 0  # epoch milliseconds
    tick: Callable[[], float] = time.perf_counter
    steps: dict[str, Step] = field(default_factory=dict)
    _began: float = 0.0

    def begin(self, account: str, at: int) -> None:
        """Somebody acts now."""
        self.account, self.at = account, at
        self.steps = {}
        self._began = self.tick()

    def reach(self, stage: str) -> None:
        """A stage was reached; of what was not caused by a page nothing is told before it is sent."""
        passed = (self.tick() - self._began) * 1000
        step = self.steps.setdefault(stage, Step(passed, passed, 0))
        step.last = passed
        step.count += 1
