"""What is stored, what the files want, and which row a code means."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.core.ids import Ids
from storage.database import Tx
from storage.loading.cells import Bad, nearest
from storage.loading.tables import TABLES, Key, Record, Table, pick
from storage.loading.told import Counted


class Unjudged(Exception):
    """A line refers to one that was itself refused: it gets no error of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a list by its columns, and its place; without cells it is a place only."""

    file: str
    sheet: str = ""
    number: int = 0
    cells: Mapping[str, str] = field(default_factory=dict)
    letters: Mapping[str, str] = field(default_factory=dict)  # of a worksheet's columns

    def cell(self, column: str) -> str:
        """A worksheet's name of the cell in a column, such as C12."""
        return f"{self.letters[column]}{self.number}" if column in self.letters else ""


class Rows:
    """A table as it is, and as the files want it."""

    def __init__(self, table: Table, tx: Tx, fresh: Callable[[], Record]) -> None:
        self.table = table
        self.stored = self._read(tx)
        self.wanted: dict[Key, Record] = {}
        self._said: dict[Key, tuple[Record, Line]] = {}
        self._fresh = fresh
        self._alone = {pick(row, table.alone): key for key, row in self.stored.items()}

    def _read(self, tx: Tx) -> dict[Key, Record]:
        return {pick(row, self.table.key): dict(row) for row in self.table.read(tx)}

    def is_as_it_was(self, tx: Tx) -> bool:
        """Whether the table still is as it was read."""
        return self._read(tx) == self.stored

    def find(self, *key: Any) -> Record | None:
        """A row by its key, the wanted one before the stored one."""
        return self.wanted.get(key) or self.stored.get(key)

    def all(self) -> dict[Key, Record]:
        """All rows as they will be."""
        return {**self.stored, **self.wanted}

    def say(self, record: Record, line: Line) -> None:
        """A line wants this row. Raises Bad when another line says it differently or takes its number."""
        key = pick(record, self.table.key)
        if key in self._said:
            self._said_again(key, record)
            return
        self._take_number(key, record)
        old = self.stored.get(key)
        if old and not self.table.same(old, record):
            raise Bad("belongs_to_other", value=key[-1])
        kept = {name: old[name] for name in self.table.once} if old else {}
        self.wanted[key] = {**(old or self._fresh()), **record, **kept}
        self._said[key] = record, line

    def want(self, record: Record) -> None:
        """No line says this row, but one needs it: it is made where there is none."""
        key = pick(record, self.table.key)
        if self.find(*key) is None:
            self.wanted[key] = {**self._fresh(), **record}

    def _said_again(self, key: Key, record: Record) -> None:
        before, line = self._said[key]
        first: dict[str, Any] = {"first_file": line.file, "first_sheet": line.sheet, "first_line": line.number}
        if not self.table.repeats:
            raise Bad("twice", **first)
        if before != record:
            raise Bad("differs", **first)

    def _take_number(self, key: Key, record: Record) -> None:
        if self.table.alone:
            holder = self._alone.setdefault(pick(record, self.table.alone), key)
            if holder != key:
                raise Bad(self.table.taken, other=holder[-1])

    def line_of(self, key: Key) -> Line:
        """The line that wanted a row."""
        return self._said[key][1]

    def differences(self) -> list[Record]:
        """The wanted rows that are not stored like this."""
        return [row for key, row in self.wanted.items() if self.stored.get(key) != row]

    def count(self) -> Counted:
        """New, changed, gone, unchanged."""
        new = len(self.wanted.keys() - self.stored.keys())
        gone = sum(1 for row in self.wanted.values() if row.get("gone_on"))
        changed = len(self.differences()) - new - gone
        unchanged = len(self.wanted) - new - changed - gone
        return Counted(table=self.table.name, new=new, changed=changed, unchanged=unchanged, gone=gone)


@dataclass(slots=True)
class Known:
    """All tables during one load, and what could not be judged."""

    rows: Mapping[str, Rows]
    doubtful: set[tuple[str, str]] = field(default_factory=set)  # (kind, code) of lines that were refused
    blind: bool = False  # a whole sheet could not be read: what it holds is not known to be missing
    homes: dict[tuple[str, str, str], str] = field(default_factory=dict)  # (project, name, address) of land lists
    listed: set[str] = field(default_factory=set)  # the projects whose whole land the files list

    @classmethod
    def begin(cls, tx: Tx, ids: Ids, now: int) -> Known:
        """Everything that is stored; nothing is wanted yet."""

        def rows(table: Table) -> Rows:
            return Rows(table, tx, lambda: _fresh(table, ids, now))

        return cls({table.name: rows(table) for table in TABLES})

    def demand(self, value: str, tables: Sequence[str], column: str = "", before: Key = ()) -> str:
        """The table that has a code (after the key's first part `before`). Raises Bad or Unjudged."""
        for table in tables:
            if self.rows[table].find(*before, value) is not None:
                return table
        if self.blind or any((table, value) in self.doubtful for table in tables):
            raise Unjudged
        known = [key[-1] for table in tables for key in self.rows[table].all() if key[:-1] == before]
        raise Bad("unknown_code", column=column, value=value, what=tables[0], nearest=nearest(value, known))

    def campaign(self, unit_id: str, year: int, column: str) -> str:
        """The campaign of a year that a unit takes part in: its own, or the nearest one above it."""
        campaigns = self.rows["campaigns"].all().values()
        by_home = {(row["unit_id"], row["year"]): row["campaign_id"] for row in campaigns}
        for above in self.line_up(unit_id):
            if (above, year) in by_home:
                return str(by_home[above, year])
        if self.blind or any(kind in ("units", "campaigns") for kind, _ in self.doubtful):
            raise Unjudged
        raise Bad("no_campaign", column=column, year=year, unit=unit_id)

    def home(self, table: str, code: str) -> str:
        """The unit to which a collective or an individual belongs."""
        row = self.rows[table].find(code)
        return str(row["unit_id"]) if row else code

    def line_up(self, unit_id: str) -> list[str]:
        """A unit, its parent and so on; ends where the tree does, or where it would begin to turn in a circle."""
        line: list[str] = []
        while unit_id not in line and (row := self.rows["units"].find(unit_id)) is not None:
            line.append(unit_id)
            unit_id = row["parent_id"] or ""
        return line


def _fresh(table: Table, ids: Ids, now: int) -> Record:
    """What a new row has before a file says anything of it."""
    blank = {**table.blank, table.born: ids.new()} if table.born else dict(table.blank)
    return blank | {"created_at": now} if table.born or table.dated else blank
