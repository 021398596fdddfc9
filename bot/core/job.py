"""What the program does by itself: jobs at an hour of the day, chores whenever there is something to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One run that is due: the local day it is for, when it should be, and when it happens."""

    day: date
    due_at: int  # epoch milliseconds
    now: int
    not_after: int | None = None  # when its messages are of no use any more
    grace: timedelta = timedelta(minutes=2)  # a sweep comes every minute: later than this is late

    @property
    def slot(self) -> str:
        """The day as the key of the run."""
        return self.day.isoformat()

    @property
    def late(self) -> bool:
        """Whether the message must say that it comes late."""
        return self.now - self.due_at > self.grace / timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """`at` says at which local hour of a day the job is due, if at all; `run(tx, due)` queues its messages.

    A run missed by more than `useful_for` is recorded as skipped and never sent; what is missed into the night waits
    for the morning, if it is of use then.
    """

    name: str
    at: Callable[[date], time | None]
    run: Callable[[Any, Due], None]
    useful_for: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Chore:
    """Work done a portion at a time: `waits(tx, now)` says whether there is any, `portion(tx, now)` does some."""

    name: str
    waits: Callable[[Any, int], bool]
    portion: Callable[[Any, int], None]
