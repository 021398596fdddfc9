"""A project's list of land through `python -m bot load`: first, again as it is, and with a tenth of it changed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from bot.core.ids import Ids
from bot.runtime.clock import wall_clock
from storage.database import open_plain, transaction
from storage.demo import article_files
from storage.loading import load_files

HEADER = (
    "STT", "Tên chủ sử dụng đất", "Địa chỉ", "Diện tích (m²)", "Tờ bản đồ", "Số thửa", "Loại đất", "Ghi chú",
)  # fmt: skip
CODE = (Path(__file__).parents[2]).as_posix()


def measured(households: int, folder: Path) -> list[dict[str, Any]]:
    """Seconds, memory and what was written of three loads, each a process of its own."""
    database = folder / "households.db"
    with closing(open_plain(database)) as connection, transaction(connection) as tx:
        load_files(tx, article_files(), Ids(wall_clock), wall_clock())
    first, changed = folder / "first.xlsx", folder / "changed.xlsx"
    parcels = [_list(first, households, 0), _list(changed, households, households // 10)]
    return [
        _loaded("first list", first, database, households, parcels[0]),
        _loaded("the same again", first, database, households, parcels[0]),
        _loaded("a tenth changed", changed, database, households, parcels[1]),
    ]


def _list(path: Path, households: int, changed: int) -> int:
    """Write a list in which every second household has two parcels; returns how many parcels it has."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("DE")
    sheet.append(HEADER)
    parcels = 0
    for number in range(households):
        for part in range(1 + number % 2):
            area = 30 + number % 200 + (1 if number < changed else 0)
            name, address = f"Chủ hộ số {number} (giả định)", f"Số {number}, tổ {number % 20 + 1} (giả định)"
            sheet.append((number + 1, name, address, area, number // 100 + 1, number % 100 * 2 + part + 1, "ODT", ""))
            parcels += 1
    book.save(path)
    return parcels


def _loaded(what: str, file: Path, database: Path, households: int, parcels: int) -> dict[str, Any]:
    began = time.perf_counter()
    command = [sys.executable, "-m", "bot", "load", str(file), "--project", "DE", "--yes", "--db", str(database)]
    process = subprocess.Popen(command, cwd=CODE, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{what}: the load ended with {process.returncode}")
    return {
        "load": what,
        "households": households,
        "parcels": parcels,
        "seconds": time.perf_counter() - began,
        "cpu_s": used.ru_utime + used.ru_stime,
        "memory_mb": used.ru_maxrss / 1024,
    }
