"""The engine in a process that ends itself at its n-th statement or at the n-th time that it sends or receives."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import sqlite3
import sys
import threading
from multiprocessing.connection import Connection
from pathlib import Path
from types import FrameType
from typing import Any

from bot.channels.telegram import TelegramChannel
from bot.core.ids import Ids
from bot.engine import Engine
from bot.runtime.clock import wall_clock
from storage.database import Database
from tests.channels.telegram_kit import PATIENT
from tests.fakes.telegram import TOKEN
from tests.house import WARD

POINTS = {sqlite3.Connection: {"execute", "executemany"}, socket.socket: {"send", "sendmsg", "recv", "recv_into"}}


class Points:
    """Counts the moments before and after each such call, and ends the process at one of them; 0 never comes."""

    def __init__(self, last: int) -> None:
        self.count = 0
        self._last = last

    def __call__(self, _frame: FrameType, event: str, called: Any) -> None:
        if event not in ("c_call", "c_return"):
            return
        owner = getattr(called, "__self__", None)
        if any(isinstance(owner, kind) and called.__name__ in names for kind, names in POINTS.items()):
            self.count += 1
            if self.count == self._last:
                os.kill(os.getpid(), signal.SIGKILL)


def live(pipe: Connection, path: Path, base_url: str, last: int) -> None:
    """Run until the other end is closed, then tell how many points there were; or end at the given one."""
    logging.disable()
    points = Points(last)
    threading.setprofile(points)
    sys.setprofile(points)
    asyncio.run(_live(pipe, path, base_url))
    sys.setprofile(None)
    pipe.send(points.count)


async def _live(pipe: Connection, path: Path, base_url: str) -> None:
    engine = Engine(
        database=await Database.open(path),
        channels=[TelegramChannel(token=TOKEN, base_url=base_url, timeouts=PATIENT, poll_seconds=1)],
        ward=WARD,
        now=wall_clock,
        ids=Ids(wall_clock),
        media=path.parent / "media",
    )
    await engine.start()
    await asyncio.to_thread(pipe.recv)
    await engine.stop()
