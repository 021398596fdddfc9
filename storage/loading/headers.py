"""A sheet → a list: where its header is, and what kind of list that makes it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise, zip_longest

from openpyxl.utils import get_column_letter

from storage.loading.cells import Bad
from storage.loading.columns import Kind
from storage.loading.kinds import kind_of
from storage.loading.known import Line
from storage.loading.land_lists import column_of
from storage.loading.sheets import Sheet

HEADER_WITHIN = 20
"""Among how many rows of a worksheet its header is looked for; in a CSV file it is the first."""

Header = tuple[int, list[str]]
"""The number of the (last) row of a header, and the columns' names in their places."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A sheet whose header and kind are known."""

    sheet: Sheet
    kind: Kind
    header_line: int
    width: int
    columns: Mapping[str, int]  # places by name

    @property
    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """The rows below the header that are lines of the list."""
        return self.kind.rows((row for row in self.sheet.rows if row[0] > self.header_line), self.columns)

    def place(self, number: int) -> Line:
        """A line without its cells."""
        return self._line(number, {})

    def line(self, number: int, row: list[str]) -> Line:
        """A row by its columns. Raises Bad when it does not fit the header."""
        if self.kind.lenient:
            row = row[: self.width]
        elif self.sheet.in_workbook:
            self._check_named(number, row)
        elif len(row) < self.width or any(cell.strip() for cell in row[self.width :]):
            raise Bad("cell_count", wanted=self.width, found=len(row))
        read = {
            name: place for name, place in self.columns.items() if name in self.kind.names() or not self.kind.lenient
        }
        return self._line(number, {name: row[place] if place < len(row) else "" for name, place in read.items()})

    def _check_named(self, number: int, row: list[str]) -> None:
        named = set(self.columns.values())
        for place, cell in enumerate(row):
            if place not in named and cell.strip():
                raise Bad("no_header", cell=f"{get_column_letter(place + 1)}{number}", value=cell)

    def _line(self, number: int, cells: Mapping[str, str]) -> Line:
        letters = {name: get_column_letter(place + 1) for name, place in self.columns.items()}
        return Line(
            file=self.sheet.file,
            sheet=self.sheet.name,
            number=number,
            cells=cells,
            letters=letters if self.sheet.in_workbook else {},
        )


def listing_of(sheet: Sheet) -> Listing:
    """The list that a sheet is. Raises Bad."""
    number, names = _best_header(sheet) if sheet.in_workbook else _header(sheet.rows[0])
    columns: dict[str, int] = {}
    for place, name in enumerate(names):
        if name in columns:
            raise Bad("column_twice", line=number, column=name, cell=_address(sheet, place, number))
        if name or not sheet.in_workbook:  # the cells right of a merged one are blank: a column there may hold nothing
            columns[name] = place
    found = kind_of(columns)
    if found is None:
        raise Bad("unknown_kind", line=number, header=", ".join(columns))
    if sheet.rows[-1][0] == number:
        raise Bad("no_rows", line=number)
    kind, width = found[0], len(names)
    if kind.implied and kind.implied not in columns:
        columns[kind.implied] = max(len(row) for _, row in sheet.rows)
        width = columns[kind.implied] + 1
    return Listing(sheet=sheet, kind=kind, header_line=number, width=width, columns=columns)


def _address(sheet: Sheet, place: int, number: int) -> str:
    return f"{get_column_letter(place + 1)}{number}" if sheet.in_workbook else ""


def _header(row: tuple[int, list[str]]) -> Header:
    number, cells = row
    names = [column_of(unicodedata.normalize("NFC", cell).strip().lower()) for cell in cells]
    while not names[-1]:  # Excel ends lines with separators when a column to the right was once used
        names.pop()
    return number, names


def _best_header(sheet: Sheet) -> Header:
    """The header among titles and data: the row, or two rows with cells merged over both, with the most known names.

    When nothing is known, the widest row, to be shown to the reader.
    """
    top = [_header(row) for row in sheet.rows if row[0] <= HEADER_WITHIN] or [_header(sheet.rows[0])]
    doubled = [_merged(upper, lower) for upper, lower in pairwise(top) if lower[0] == upper[0] + 1]
    known = [(found[1], header) for header in top + doubled if (found := kind_of(header[1]))]
    if known:
        return max(known, key=lambda counted: counted[0])[1]
    return max(top, key=lambda header: sum(map(bool, header[1])))


def _merged(upper: Header, lower: Header) -> Header:
    """A cell that is merged over two rows has its name in the upper one."""
    return lower[0], [below or above for above, below in zip_longest(upper[1], lower[1], fillvalue="")]
