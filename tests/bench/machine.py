"""The machine under the figures: what it is, and what a process has used of it."""

from __future__ import annotations

import contextlib
import gc
import os
import platform
import sqlite3
import statistics
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


def facts(folder: Path) -> dict[str, Any]:
    """What a reader needs to compare figures of two days; no names, no paths."""
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "pinned": len(CORES) > 1,
        "load_before": round(os.getloadavg()[0], 2),
        "machine": platform.machine(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "sync_ms": round(sync_ms(folder), 3),
    }


def sync_ms(folder: Path, times: int = 50) -> float:
    """The median time until 4 KB are on disk: what a commit with synchronous=FULL can't be faster than."""
    path = folder / "sync"
    taken = []
    with path.open("wb", buffering=0) as file:
        for _ in range(times):
            started = time.perf_counter()
            file.write(b"x" * 4096)
            os.fdatasync(file.fileno())
            taken.append((time.perf_counter() - started) * 1000)
    path.unlink()
    return statistics.median(taken)


# The cores that we may use, as found before we choose one; empty where they can't be chosen.
CORES = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
SUBJECTS, OURS = 0, -1


@contextlib.contextmanager
def on_core(index: int) -> Iterator[None]:
    """Run, and start processes, on one core only; without effect where there is only one."""
    if len(CORES) < 2:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {CORES[index]})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@contextlib.contextmanager
def without_collections() -> Iterator[None]:
    """No garbage collections: the load generator's pauses are not the product's."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def cpu_seconds(pid: int) -> float:
    """User and system time of a process with all its threads."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def rss_mb(pid: int) -> float:
    """Resident memory of a process in MB."""
    return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * _PAGE / 1e6
