"""Tables as plain files for other programs: CSV that a spreadsheet on Windows opens as it is, and JSON."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from bot.core import figures
from bot.reports.tables import Cell, Kind, Table
from bot.reports.workbook import DANGEROUS


def csv_file(rows: Iterable[Sequence[str]]) -> bytes:
    """With the mark by which a spreadsheet knows the letters, and nobody's words ever a formula."""
    written = io.StringIO()
    lines = csv.writer(written)
    lines.writerows([harmless(cell) for cell in row] for row in rows)
    return written.getvalue().encode("utf-8-sig")


def harmless(cell: str) -> str:
    """Words that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(DANGEROUS) else cell


def table_csv(table: Table) -> bytes:
    """A table with its heads; days are ISO days, shares are written as people write them."""
    kinds = [column.kind for column in table.columns]
    rows = ([_written(value, kind) for value, kind in zip(row, kinds, strict=True)] for row in table.rows)
    return csv_file([[column.head for column in table.columns], *rows])


def _written(value: Cell, kind: Kind) -> str:
    if kind is Kind.SHARE and isinstance(value, tuple):
        return figures.share(*value)
    return "" if value is None else str(value)


def table_json(table: Table) -> dict[str, object]:
    """A table for programs: each row by the names of its columns; shares as (part, whole)."""
    keys = [column.key for column in table.columns]
    return {
        "name": table.name,
        "columns": {column.key: column.head for column in table.columns},
        "rows": [dict(zip(keys, row, strict=True)) for row in table.rows],
    }
