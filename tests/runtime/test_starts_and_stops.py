"""Started and stopped again and again, nothing stays behind: no thread, no open file, no task, no child.

`STARTS_AND_STOPS` is how often.
"""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import os
import threading
from pathlib import Path

import pytest

from tests.house import House

TIMES = int(os.environ.get("STARTS_AND_STOPS", "12"))
WARM = 3  # what is made once and kept: caches, pools, modules


def left() -> dict[str, int]:
    """What a process holds."""
    gc.collect()
    files = Path("/proc/self/fd")
    return {
        "threads": threading.active_count(),
        "files": len(list(files.iterdir())) if files.exists() else 0,
        "tasks": len(asyncio.all_tasks()),
        "children": len(multiprocessing.active_children()),
    }


async def live_a_moment(house: House) -> None:
    """As `run` does it: all loops, somebody who talks, and the end."""
    await house.open()
    await house.engine.start()
    await house.act("cb05", text="/viec")
    await asyncio.sleep(0)
    await house.close()


async def test_nothing_stays_behind(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    house = House(tmp_path).fill()
    for _ in range(WARM):
        await live_a_moment(house)
    before = left()
    for _ in range(TIMES):
        await live_a_moment(house)
    after = left()
    with capsys.disabled():
        print(f"\n{TIMES} starts and stops: {before} -> {after}")
    assert after == before
