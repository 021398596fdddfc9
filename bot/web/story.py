"""The story to try, in four steps, each of which marks itself done when it has happened."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.core import calendar
from bot.core.message import Lane
from bot.web.mailbox import Bubble
from storage import campaign, statistics
from storage.database import Tx

RECEIVED = "n|received|"  # how the data of a notice's button begins


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something to try, and the phone on which to do it."""

    key: str
    phone: str


STEPS = (
    Step(key="register", phone="secretary"),
    Step(key="notice", phone="officer"),
    Step(key="received", phone="resident"),
    Step(key="digest", phone="leader"),
)


class Story:
    """Which steps have happened."""

    def __init__(self) -> None:
        self.done: set[str] = set()
        self.reminders = 0  # how many went out: the clock stops at one that really did

    def see(self, bubbles: Iterable[Bubble]) -> None:
        """Learn from new messages."""
        for bubble in bubbles:
            if any(choice.data.startswith(RECEIVED) for choice in bubble.choices):
                self.done.add("notice")
            elif bubble.lane is Lane.SUMMARY:
                self.done.add("digest")
            elif bubble.lane is Lane.REMINDER:
                self.reminders += 1
            elif bubble.pressed.startswith(RECEIVED):
                self.done.add("received")


def registered_today(tx: Tx, now: int) -> bool:
    """Whether a model was registered today."""
    day = calendar.local(now).date()
    wards = [opened.unit_id for opened in campaign.campaigns_open(tx, day)]
    return any(statistics.day_figures(tx, ward, day).models_that_day for ward in wards)
