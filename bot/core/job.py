"""What the program does by itself: jobs at an hour of the day, chores whenever there is something to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
    part: str = ""  # which part of the job, where it has several
    grace: timedelta = timedelta(minutes=2)  # a sweep comes every minute: later than this is late

    @property
    def slot(self) -> str:
        """The day as the key of the run."""
        return self.day.isoformat()

    @property
    def late(self) -> bool:
        """Whether the message must say that it comes late."""
        return self.now - self.due_at > self.grace / timedelta(milliseconds=1)


def as_a_whole(_tx: Any, _due: Due) -> Sequence[str]:
    """A job without parts."""
    return ("",)


def in_portions(keys: Sequence[str], most: int) -> list[str]:
    """Keys as parts of a job, so many in each with spaces between them: what is for many is bounded for the writer."""
    return [" ".join(keys[first : first + most]) for first in range(0, len(keys), most)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """`at` says at which local hour of a day the job is due, if at all; `run(tx, due)` queues its messages.

    A job for many names them in `parts`, which are read beside the writer: each is run in a transaction of its own, so
    that no answer waits for all. A part may be run again, and looks itself whether what it is for still holds.

    A run missed by more than `useful_for` is recorded as skipped and never sent; what is missed into the night waits
    for the morning, if it is of use then.
    """

    name: str
    at: Callable[[date], time | None]
    run: Callable[[Any, Due], None]
    useful_for: timedelta
    parts: Callable[[Any, Due], Sequence[str]] = as_a_whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Chore:
    """Work done a portion at a time: `waits(tx, now)` says whether there is any, `portion(tx, now)` does some."""

    name: str
    waits: Callable[[Any, int], bool]
    portion: Callable[[Any, int], None]
