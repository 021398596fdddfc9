"""Connections without threads: for tests in which one thing happens after the other anyway.

A hop to a thread and back costs ten times what is done there. That reads and writes hold each other up nowhere is
tested with threads, in tests/runtime and tests/process.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from storage.database import Database


class Straight:
    """As much of aiosqlite.Connection as a Database uses."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._conn = connection

    async def _execute(self, work: Callable[..., Any], *args: Any) -> Any:
        return work(*args)

    async def interrupt(self) -> None:
        """Nobody is at work."""

    async def close(self) -> None:
        self._conn.close()


async def open_straight(path: Path) -> Database:
    """A Database on two of them, one that writes and one that looks: reading all tables' names takes its time."""
    opened: list[Any] = []

    async def connect(path: Path, **settings: Any) -> Any:
        if len(opened) < 2:
            opened.append(Straight(sqlite3.connect(path, **settings)))
        return opened[-1]

    return await Database.open(path, connect)
