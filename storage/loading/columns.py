"""What a list is made of: columns, each with where it goes and how it is read, and what holds of the whole list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from storage.loading.cells import Bad, Read
from storage.loading.known import Known
from storage.loading.land_lists import Row
from storage.loading.tables import Record

Values = dict[str, Any]
"""What a line says, read; a column that the list does not have is missing."""

NOWHERE = ""
"""Where a column goes that only its kind's `also` reads, or only a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    name: str
    into: str  # the column of the table
    read: Read = str
    needed: bool = False
    of: str = ""  # the table that must have this code
    many: bool = False  # several codes with bars between them
    empty: str | None = None  # what an empty cell means


def needed(name: str, into: str | None = None, read: Read = str, of: str = "") -> Column:
    return Column(name=name, into=name if into is None else into, read=read, needed=True, of=of)


def maybe(name: str, into: str | None = None, read: Read = str, of: str = "") -> Column:
    return Column(name=name, into=name if into is None else into, read=read, of=of)


def words(name: str, into: str | None = None) -> Column:
    return Column(name=name, into=name if into is None else into, empty="")


def _nothing(_values: Values, _known: Known) -> Record:
    return {}


def _as_they_are(rows: Iterable[Row], _columns: Mapping[str, int]) -> Iterator[Row]:
    yield from rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    name: str
    columns: tuple[Column, ...]
    code: str = ""  # the column with the code by which other lists refer to a line
    order: tuple[str, ...] = ()  # columns with two days, the second not before the first
    also: Callable[[Values, Known], Record] = _nothing
    parts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # tables and columns, where a line makes several
    spare: frozenset[str] = frozenset()  # columns that only help a human reader
    lenient: bool = False  # typed for people: columns that nobody knows are left unread
    of_project: bool = False  # its lines do not say of which project they are: the sheet does, or who loads it
    implied: str = ""  # a column that `rows` fills where the sheet has none
    rows: Callable[[Iterable[Row], Mapping[str, int]], Iterator[Row]] = _as_they_are

    def names(self) -> set[str]:
        return {column.name for column in self.columns} | self.spare

    def missing(self, header: Iterable[str]) -> list[str]:
        """The columns that the list must have and has not."""
        return [column.name for column in self.columns if column.needed and column.name not in header]

    def strange(self, header: Iterable[str]) -> list[str]:
        """The columns that nobody knows, and that can't be left unread."""
        if self.lenient:
            return []
        return [name for name in header if name not in self.names() and not is_source(name)]

    def made(self, values: Values, known: Known) -> list[tuple[str, Record]]:
        """(table, row) of each row that a line makes. Raises Bad or Unjudged."""
        self._check_order(values)
        row = {
            column.into: column.empty if values[column.name] is None else values[column.name]
            for column in self.columns
            if column.into and column.name in values
        }
        row |= self.also(values, known)
        if not self.parts:
            return [(self.name, row)]
        return [(table, {name: row[name] for name in names if name in row}) for table, names in self.parts.items()]

    def _check_order(self, values: Values) -> None:
        for later in self.order[1:]:
            first, last = values.get(self.order[0]), values.get(later)
            if first and last and last < first:
                raise Bad("wrong_order", column=later, first=first, last=last)


def is_source(name: str) -> bool:
    """Columns that say where a figure comes from are welcome in every list."""
    return name == "source" or name.endswith("_source")
