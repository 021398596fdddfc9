"""Files → sheets: rows of cells, all of them words. A CSV file is one sheet, a workbook one for each worksheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from storage.loading import workbooks
from storage.loading.cells import Bad, short


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The rows that are not blank, with the number of the line or row on which each begins."""

    file: str
    name: str = ""  # of the worksheet; a CSV file has none
    rows: tuple[tuple[int, list[str]], ...]

    @property
    def in_workbook(self) -> bool:
        return self.name != ""


def sheets_of(file: Path) -> list[Sheet]:
    """The sheets of a file that hold anything, at least one. Raises Bad."""
    data = _bytes_of(file)
    found = workbooks.worksheets(data) if workbooks.is_workbook(file, data) else [("", list(_numbered(_text(data))))]
    sheets = [Sheet(file=file.name, name=short(name), rows=tuple(rows)) for name, rows in found if rows]
    if not sheets:
        raise Bad("empty_file")
    return sheets


def _bytes_of(file: Path) -> bytes:
    """What a file holds; of a workbook only enough to see that it is too big."""
    try:
        with file.open("rb") as opened:
            data = opened.read(workbooks.MOST_BYTES + 1)
            return data if workbooks.is_workbook(file, data) else data + opened.read()
    except FileNotFoundError:
        raise Bad("missing_file") from None
    except OSError:
        raise Bad("unreadable") from None


def _text(data: bytes) -> str:
    try:
        text = data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise Bad("not_utf8", line=data.count(b"\n", 0, error.start) + 1) from None
    return text


def _numbered(text: str) -> Iterator[tuple[int, list[str]]]:
    """(line on which a row begins, its cells) of every row that is not blank."""
    head = text.lstrip().partition("\n")[0]
    delimiter = ";" if head.count(";") > head.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begins = 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield begins, row
            begins = reader.line_num + 1
    except csv.Error:
        raise Bad("broken_csv", line=begins) from None
