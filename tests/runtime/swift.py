"""Time that runs ahead while nobody does anything: hours of waiting are lived through in seconds.

A loop whose time is the machine's plus what was skipped. It skips to the next timer only while nothing arrives and no
thread is at work, so that whoever is slow is slow in this time as well, and never by more than they are.
"""

from __future__ import annotations

import asyncio
import contextlib
import selectors
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from storage.database import Database

AT_WORK = 0.02  # real seconds between two looks while a thread works
NOTHING = 0.002  # real seconds in which what is on the loopback has surely arrived


class _Selector(selectors.BaseSelector):
    """Waits for what arrives; instead of waiting for a timer it moves the time on."""

    def __init__(self, loop: SwiftLoop) -> None:
        self._inner = selectors.DefaultSelector()
        self._loop = loop

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return self._inner.register(fileobj, events, data)

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        return self._inner.unregister(fileobj)

    def modify(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return self._inner.modify(fileobj, events, data)

    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        return self._inner.get_map()

    def close(self) -> None:
        self._inner.close()

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None or timeout <= 0:
            return self._inner.select(timeout)
        found = self._inner.select(min(timeout, AT_WORK if self._loop.at_work else NOTHING))
        if not found and not self._loop.at_work:
            self._loop.skip(max(0.0, timeout - NOTHING))
        return found


class SwiftLoop(asyncio.SelectorEventLoop):
    """An event loop in such a time."""

    def __init__(self) -> None:
        self.skipped = 0.0
        self.at_work = 0  # threads that somebody waits for
        super().__init__(_Selector(self))

    def time(self) -> float:
        """Seconds."""
        return super().time() + self.skipped

    def skip(self, seconds: float) -> None:
        """As if so much time had passed."""
        self.skipped += seconds

    @contextlib.contextmanager
    def working(self) -> Iterator[None]:
        """Somebody waits for a thread: time is as it really is."""
        self.at_work += 1
        try:
            yield
        finally:
            self.at_work -= 1

    def run_in_executor(self, executor: Any, func: Callable[..., Any], *args: Any) -> asyncio.Future[Any]:
        """As usual, and noted as work."""
        future: asyncio.Future[Any] = super().run_in_executor(executor, func, *args)
        self.at_work += 1
        future.add_done_callback(lambda _: setattr(self, "at_work", self.at_work - 1))
        return future


def swift() -> SwiftLoop:
    """The loop that runs."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, SwiftLoop)
    return loop


class SwiftDatabase(Database):
    """The real one; its threads are noted as work."""

    async def write(self, *work: Any, **named: Any) -> Any:
        with swift().working():
            return await super().write(*work, **named)

    async def write_alone(self, *work: Any, **named: Any) -> Any:
        with swift().working():
            return await super().write_alone(*work, **named)

    async def write_soon(self, *work: Any, **named: Any) -> Any:
        with swift().working():
            return await super().write_soon(*work, **named)

    async def read(self, *work: Any, **named: Any) -> Any:
        with swift().working():
            return await super().read(*work, **named)

    async def look(self, *work: Any, **named: Any) -> Any:
        with swift().working():
            return await super().look(*work, **named)

    async def close(self) -> None:
        with swift().working():
            await super().close()
