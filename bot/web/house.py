"""What the web side needs of the running product; the engine has it, and tests bring their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from bot.channels.base import Channel
from bot.core.message import Update
from bot.runtime.clock import Now, SettableClock
from bot.runtime.drawing import Studio
from handlers.dialogue.visit import Desk
from storage.database import Database

Listener = Callable[[str, str, str], None]
"""Called with (stage, channel, chat); the stages are received, committed, sent."""


class Watchers(Protocol):
    """Where to listen to what happens underneath."""

    def add(self, listener: Listener) -> None:
        """Call the listener at every stage from now on."""


class Times(Protocol):
    """The scheduler, as far as the demo's clock needs it."""

    def next_due(self, job_name: str = "") -> int | None:
        """When a job is due next."""

    async def pass_time(self, clock: SettableClock, until: int) -> None:
        """Move the clock on, doing on the way what is due."""


class House(Protocol):
    """The running product."""

    @property
    def database(self) -> Database: ...
    @property
    def channels(self) -> Mapping[str, Channel]: ...
    @property
    def now(self) -> Now: ...
    @property
    def watchers(self) -> Watchers: ...
    @property
    def studio(self) -> Studio: ...
    @property
    def scheduler(self) -> Times: ...
    @property
    def desk(self) -> Desk: ...

    async def take(self, channel: Channel, updates: Sequence[Update]) -> None:
        """Keep updates; returns after they are on disk."""
