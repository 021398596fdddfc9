"""An Excel workbook → the rows of each of its worksheets, as words.

Formulas give the value they had when the file was saved. A file may be broken, locked, or made to swell up:
what is unpacked and how many cells are read is bounded.
"""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from bot.core.figures import counted
from storage.loading.cells import Bad

MOST_BYTES = 20 * 2**20
MOST_UNPACKED = 64 * 2**20
MOST_CELLS = 200_000
MOST_TAGS = 10 * MOST_CELLS  # in one part: what is read becomes a hundred times as big in memory
MOST_SHEETS = 100  # several may be the same part

Rows = list[tuple[int, list[str]]]
"""(number, cells) of each row that is not blank."""

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_NAMES = {".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"}
_LOCKED = "EncryptedPackage".encode("utf-16-le")  # what Excel puts a workbook with a password into


def is_workbook(file: Path, data: bytes) -> bool:
    """Whether a file is a workbook, or says so by its name."""
    return file.suffix.lower() in _NAMES or data.startswith((_ZIP, _OLE))


def worksheets(data: bytes) -> list[tuple[str, Rows]]:
    """(name, rows) of each worksheet that is not blank. Raises Bad."""
    _check_outside(data)
    with _any_fault_is("broken_workbook"):
        _check_inside(data)
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        if not book.worksheets:
            raise Bad("broken_workbook")
        if len(book.worksheets) > MOST_SHEETS:
            raise Bad("big_workbook", most=MOST_BYTES // 2**20)
        sheets = [(sheet.title or "?", _rows(sheet)) for sheet in book.worksheets]
        book.close()
    return [(name, rows) for name, rows in sheets if rows]


def _check_outside(data: bytes) -> None:
    if len(data) > MOST_BYTES:
        raise Bad("big_workbook", most=MOST_BYTES // 2**20)
    if data.startswith(_OLE):
        raise Bad("locked_workbook" if _LOCKED in data else "workbook")


def _check_inside(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        # No more than the size that a part declares is ever unpacked of it.
        unpacked = sum(part.file_size for part in parts.infolist())
        if unpacked > MOST_UNPACKED or any(_tags(parts, name) > MOST_TAGS for name in parts.namelist()):
            raise Bad("big_workbook", most=MOST_BYTES // 2**20)
        if "xl/workbook.xml" not in parts.namelist():
            raise Bad("workbook")


def _tags(parts: zipfile.ZipFile, name: str) -> int:
    with parts.open(name) as part:
        return sum(block.count(b"<") for block in iter(lambda: part.read(2**20), b""))


@contextmanager
def _any_fault_is(reason: str) -> Iterator[None]:
    """openpyxl raises whatever a broken file makes it stumble over, and warns of ornaments that it does not read."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except Bad:
        raise
    except Exception as fault:
        raise Bad(reason) from fault


def _rows(sheet: Any) -> Rows:
    sheet.reset_dimensions()  # the size that a sheet declares may be wrong, or a million rows
    rows: Rows = []
    read = 0
    for number, values in enumerate(sheet.iter_rows(values_only=True), start=1):
        read += len(values) or 1
        if read > MOST_CELLS:
            raise Bad("many_cells", sheet=sheet.title, most=counted(MOST_CELLS))
        cells = [_words(value) for value in values]
        if any(cell.strip() for cell in cells):
            rows.append((number, cells))
    return rows


def _words(value: object) -> str:
    """A value as a person would type it into a text file."""
    match value:
        case None:
            return ""
        case datetime():
            return value.date().isoformat()
        case date():
            return value.isoformat()
        case time():
            return value.strftime("%H:%M")
        case float():
            return f"{value:.0f}" if value.is_integer() else f"{value:.15g}"
        case _:
            return str(value)
