"""Tables as an Excel workbook: real numbers and days, filters, frozen heads, and nobody's words ever a formula."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from bot.core import figures
from bot.core.texts import Texts
from bot.reports.material import Material
from bot.reports.steady import steady
from bot.reports.tables import Kind, Table

Sheet = Any  # openpyxl makes sheets of this kind whose attributes its types do not know
FORMATS = {Kind.COUNT: "#,##0", Kind.SHARE: "[=1]0%;0.0%", Kind.DAY: "dd/mm/yyyy", Kind.TEXT: "@"}
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""With these a cell could begin that some program calculates."""
LONGEST = 32_000  # letters; Excel takes 32.767
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
LANDSCAPE, A4 = "landscape", 9
HEAD_COLOUR = "DDE7F0"


def workbook_data(material: Material, tables: Sequence[Table], texts: Texts) -> dict[str, Any]:
    """Everything that stands in a workbook, as JSON values: what it is, and its tables."""
    report = material.report
    about = {
        "title": texts.say("workbook.about.title"),
        "scope": report.unit_name,
        "until": figures.dated(report.period.last),
        "made_at": material.made_at,
        "by": material.by,
        "note": texts.say("workbook.about.note"),
    }
    return {
        "name": texts.say("workbook.about.name"),
        "about": [[texts.say(f"workbook.label.{key}"), value] for key, value in about.items()],
        "tables": [asdict(table) for table in tables],
        "at": material.at,
    }


def workbook(data: Mapping[str, Any]) -> bytes:
    """The file: a sheet that says what this is, and one for each table. To be called off the event loop."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    _add_about(book.create_sheet(data["name"]), data["about"])
    for table in data["tables"]:
        _add_table(book.create_sheet(table["name"]), table["columns"], table["rows"])
    written = io.BytesIO()
    book.save(written)
    return steady(written.getvalue(), data["at"])


def _add_about(sheet: Sheet, lines: Sequence[Sequence[str]]) -> None:
    from openpyxl.styles import Alignment

    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 22, 90
    for label, value in lines:
        head = _text(sheet, label)
        _embolden(head)
        words = _text(sheet, value)
        words.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.append([head, words])


def _add_table(sheet: Sheet, columns: Sequence[Mapping[str, Any]], rows: Sequence[Sequence[Any]]) -> None:
    """Heads that stay in sight and can filter; wide sheets are printed across."""
    from openpyxl.utils import get_column_letter

    for number, column in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = column["width"]
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{len(rows) + 1}"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = LANDSCAPE, A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.append([_head(sheet, column["head"]) for column in columns])
    for row in rows:
        sheet.append([_cell(sheet, value, Kind(column["kind"])) for value, column in zip(row, columns, strict=True)])


def _head(sheet: Sheet, words: str) -> Any:
    from openpyxl.styles import Alignment, PatternFill

    cell = _text(sheet, words)
    _embolden(cell)
    cell.fill = PatternFill("solid", fgColor=HEAD_COLOUR)
    cell.alignment = Alignment(wrap_text=True, vertical="center")
    return cell


def _embolden(cell: Any) -> None:
    from openpyxl.styles import Font

    cell.font = Font(bold=True)


def _cell(sheet: Sheet, value: Any, kind: Kind) -> Any:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment

    if value is None:
        return None
    if kind is Kind.COUNT and isinstance(value, str):  # what is said in the place of a small one
        kind = Kind.TEXT
    cell = _text(sheet, value) if kind is Kind.TEXT else WriteOnlyCell(sheet, _number(value, kind))
    cell.number_format = FORMATS[kind]
    cell.alignment = Alignment(wrap_text=kind is Kind.TEXT, vertical="top")
    return cell


def _number(value: Any, kind: Kind) -> Any:
    """A real number, a real day, or the share that two numbers make."""
    if kind is Kind.DAY:
        return date.fromisoformat(value)
    return value[0] / value[1] if kind is Kind.SHARE else value


def _text(sheet: Sheet, words: str) -> Any:
    """Words as they are. What looks like a formula is marked as text, in the file and for whoever edits it later."""
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet, _UNPRINTABLE.sub("", words)[:LONGEST])
    cell.data_type = "s"
    cell.number_format = FORMATS[Kind.TEXT]
    cell.quotePrefix = words.startswith(DANGEROUS)
    return cell
