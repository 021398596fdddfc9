"""The load: all files are read and judged before the first row is written; only differences are written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.core import calendar
from bot.core.ids import Ids
from storage.database import Tx
from storage.loading.cells import Bad, clean, nearest
from storage.loading.columns import Column, Values
from storage.loading.headers import Listing, listing_of
from storage.loading.homes import mark_gone, recognise, report_of
from storage.loading.kinds import KINDS
from storage.loading.known import Known, Line, Rows, Unjudged
from storage.loading.sheets import Sheet, sheets_of
from storage.loading.tables import Record, rebuild_ancestors
from storage.loading.told import LoadRefused, LoadReport, RowError


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a load would do: nothing is written yet."""

    known: Known
    report: LoadReport

    def holds(self, tx: Tx) -> bool:
        """Whether everything that the plan looked at is still so."""
        return all(rows.is_as_it_was(tx) for rows in self.known.rows.values())


Watch = Callable[[str, int, int], None]
"""Told how far a load is: "judge" or "write", how many lines are done, of how many."""


def nobody_watches(_step: str, _done: int, _all: int) -> None:
    """For a load that nobody waits for."""


def load_files(tx: Tx, files: Sequence[Path], ids: Ids, now: int) -> LoadReport:
    """Load files of any kinds in any order; `now` is epoch milliseconds. A second load changes nothing.

    Raises LoadRefused, with every problem of every file, before anything is written.
    """
    plan = plan_load(tx, files, ids, now)
    save(tx, plan)
    return plan.report


def plan_load(
    tx: Tx, files: Sequence[Path], ids: Ids, now: int, *, project: str = "", watch: Watch = nobody_watches
) -> Plan:
    """What loading these files would do; `project` is the one whose land a ward's own list is about.

    Raises LoadRefused, with every problem of every file.
    """
    known = Known.begin(tx, ids, now)
    problems = _Problems()
    listings = _listings(files, known, problems)
    progress = _Progress(watch, sum(len(listing.sheet.rows) for listing in listings))
    for kind in KINDS:
        for listing in listings:
            if listing.kind is kind:
                _take(listing, known, problems, project, progress)
        if kind.name == "units":
            _check_parents(known, problems)
    problems.end()
    mark_gone(known, calendar.local(now).date().isoformat())
    return Plan(known=known, report=report_of(known))


@dataclass(slots=True)
class _Progress:
    watch: Watch
    whole: int
    done: int = 0

    def step(self) -> None:
        self.done += 1
        if self.done % 100 == 0 or self.done == self.whole:
            self.watch("judge", self.done, self.whole)


@dataclass(slots=True)
class _Problems:
    """Everything that is wrong, and the order of files and sheets in which it is told."""

    errors: list[RowError] = field(default_factory=list)
    order: dict[tuple[str, str], int] = field(default_factory=dict)

    def expect(self, file: str, sheet: str = "") -> None:
        """What is wrong in this sheet comes after what is wrong in those before."""
        self.order.setdefault((file, sheet), len(self.order))

    def add(self, bad: Bad, line: Line, column: str = "") -> None:
        """Something is wrong in a line, perhaps in a column of it."""
        column = bad.column or column
        self.errors.append(
            RowError(
                file=line.file,
                sheet=bad.sheet or line.sheet,
                line=bad.line or line.number,
                column=column,
                cell=bad.cell or line.cell(column),
                reason=bad.reason,
                values=bad.values,
            )
        )

    def end(self) -> None:
        """Raises LoadRefused when anything was wrong."""
        if self.errors:
            raise LoadRefused(sorted(self.errors, key=self._place))

    def _place(self, error: RowError) -> tuple[int, int]:
        return self.order.get((error.file, error.sheet), len(self.order)), error.line


# Reading ---------------------------------------------------------------------------------------


def _listings(files: Sequence[Path], known: Known, problems: _Problems) -> list[Listing]:
    """The lists of all files that can be read."""
    listings = []
    for file in dict.fromkeys(files):
        for sheet in _sheets(file, known, problems):
            problems.expect(sheet.file, sheet.name)
            try:
                listing = listing_of(sheet)
            except Bad as bad:
                problems.add(bad, Line(file=sheet.file, sheet=sheet.name))
                known.blind = True
                continue
            if _header_is_sound(listing, problems):
                listings.append(listing)
            else:
                known.blind = True
    return listings


def _sheets(file: Path, known: Known, problems: _Problems) -> list[Sheet]:
    try:
        return sheets_of(file)
    except Bad as bad:
        problems.expect(file.name, bad.sheet)
        problems.add(bad, Line(file=file.name))
        known.blind = True
        return []


def _header_is_sound(listing: Listing, problems: _Problems) -> bool:
    kind, header = listing.kind, listing.columns
    missing, strange = kind.missing(header), kind.strange(header)
    meant = {name: nearest(name, kind.names() - set(header)) for name in strange}
    place = listing.place(listing.header_line)
    for name in strange:
        problems.add(Bad("unknown_column", what=kind.name, nearest=meant[name]), place, name)
    for name in missing:
        if name not in meant.values():  # said once: "this column must be that one"
            problems.add(Bad("missing_column", what=kind.name), place, name)
    return not strange and not missing


# Judging ---------------------------------------------------------------------------------------


def _take(listing: Listing, known: Known, problems: _Problems, project: str, progress: _Progress) -> None:
    """Read every line, see what only all of them tell, then judge each."""
    kind = listing.kind.name
    try:
        of_project = _project_of(listing, known, project)
    except Bad as bad:
        problems.add(bad, listing.place(listing.header_line))
        return
    read: list[tuple[Line, Values]] = []
    for number, row in listing.rows:
        progress.step()
        try:
            line = listing.line(number, row)
        except Bad as bad:
            problems.add(bad, listing.place(number))
            known.doubtful.update((kind, cell.strip()) for cell in row)
            continue
        values = _values(listing, line, known, problems)
        if values is None:
            _doubt(listing, line, known)
        else:
            read.append((line, values | of_project))
    _judge(listing, read, known, problems)


def _project_of(listing: Listing, known: Known, project: str) -> Values:
    """The project of a list that does not say it in its lines: the one that is named, or that names the sheet."""
    if not listing.kind.of_project:
        return {}
    projects = [key[0] for key in known.rows["projects"].all()]
    named = [project] if project else [listing.sheet.name, Path(listing.sheet.file).stem]
    for code in projects:
        if code.casefold() in [name.strip().casefold() for name in named]:
            return {"project": code}
    reason = "unknown_project" if project else "which_project"
    raise Bad(reason, value=project, known=", ".join(sorted(projects)), nearest=nearest(project, projects))


def _judge(listing: Listing, read: Sequence[tuple[Line, Values]], known: Known, problems: _Problems) -> None:
    if listing.kind.of_project and read:
        try:
            recognise([values for _, values in read], known, read[0][1]["project"])
        except Bad as bad:
            problems.add(bad, listing.place(listing.header_line))
            return
    for line, values in read:
        if not _take_line(listing, line, values, known, problems):
            _doubt(listing, line, known)


def _doubt(listing: Listing, line: Line, known: Known) -> None:
    known.doubtful.add((listing.kind.name, line.cells.get(listing.kind.code, "").strip()))


def _take_line(listing: Listing, line: Line, values: Values, known: Known, problems: _Problems) -> bool:
    try:
        for table, record in listing.kind.made(values, known):
            known.rows[table].say(record, line)
    except Unjudged:
        return False
    except Bad as bad:
        problems.add(bad, line, listing.kind.code)
        return False
    return True


def _values(listing: Listing, line: Line, known: Known, problems: _Problems) -> Values | None:
    """The line as it is read, or None when a cell is refused; every bad cell gets its error."""
    columns = {column.name: column for column in listing.kind.columns}
    values: Values = {}
    sound = True
    for name, cell in line.cells.items():
        try:
            value = clean(cell)
            if name in columns:
                values[name] = _value(columns[name], value, known)
        except Bad as bad:
            problems.add(bad, line, name)
            sound = False
        except Unjudged:
            sound = False
    return values if sound else None


def _value(column: Column, cell: str, known: Known) -> Any:
    if column.many:
        codes = {part.strip() for part in cell.split("|")} - {""}
        if column.needed and not codes:
            raise Bad("empty_cell")
        return tuple(sorted(code for code in codes if known.demand(code, (column.of,))))
    if not cell:
        if column.needed:
            raise Bad("empty_cell")
        return None
    value = column.read(cell)
    if column.of:
        known.demand(value, (column.of,))
    return value


def _check_parents(known: Known, problems: _Problems) -> None:
    """Every wanted unit has a known parent and is not above itself."""
    units = known.rows["units"]
    for key, row in units.wanted.items():
        try:
            if row["parent_id"] is not None:
                known.demand(row["parent_id"], ("units",))
                _check_no_circle(row, known)
        except Bad as bad:
            problems.add(bad, units.line_of(key), "parent_code")
        except Unjudged:
            continue


def _check_no_circle(row: Record, known: Known) -> None:
    units = known.rows["units"]
    top = units.find(known.line_up(row["unit_id"])[-1])
    if top and top["parent_id"] is not None and units.find(top["parent_id"]) is not None:
        raise Bad("circle", value=row["unit_id"])


# Writing ---------------------------------------------------------------------------------------


def save(tx: Tx, plan: Plan, watch: Watch = nobody_watches) -> None:
    """Write what a plan says, and only what is different; the plan must hold in this transaction."""
    whole = plan.report.written
    done = 0
    for rows in plan.known.rows.values():
        if rows.wanted:
            _save_rows(tx, rows, plan.known)
            done += len(rows.differences())
            watch("write", done, whole)


def _save_rows(tx: Tx, rows: Rows, known: Known) -> None:
    differences = rows.differences()
    if rows.table.name == "units":  # a parent before its children
        differences.sort(key=lambda row: len(known.line_up(row["unit_id"])))
    for row in differences:
        rows.table.write(tx, **row)
    if differences and rows.table.name == "units":
        rebuild_ancestors(tx)
