"""Loading files of units, models, sessions, households …: everything or nothing, each problem named with its place.

A file's kind is told from its columns, so neither names nor order of files matter. All files are read and
judged before the first row is written; what was loaded before is compared, and only differences are written.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from bot.core.ids import Ids
from bot.core.texts import Texts
from storage.database import Tx, load_queries

_Q: Any = load_queries("loading")

Record = dict[str, Any]
"""A row of a table by its columns."""

Values = dict[str, Any]
"""What a line of a file says, read; a column that the file does not have is missing."""

Key = tuple[Any, ...]


# What comes out --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class RowError:
    """One thing wrong in a file; `line` 0 is the file as a whole, `column` "" the line as a whole.

    `reason` is a key of the texts under load.refused; `values` are what its sentence needs.
    """

    file: str
    line: int = 0
    column: str = ""
    reason: str
    values: Mapping[str, str]

    def told(self, texts: Texts) -> str:
        """Where it is, what is wrong, and what to do."""
        values = dict(self.values)
        if "what" in values:
            values["what"] = texts.say(f"load.what.{values['what']}")
        sentence = texts.say(f"load.refused.{self.reason}", **values)
        return texts.say("load.at", file=self.file, line=self.line, column=self.column, sentence=sentence)


class LoadRefused(Exception):
    """Nothing was written; `errors` has every problem of every file, in the order of files and lines."""

    def __init__(self, errors: Sequence[RowError]) -> None:
        super().__init__(f"{len(errors)} problems, the first: {errors[0]}")
        self.errors = tuple(errors)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How many rows of a table were new, changed, and already there."""

    table: str
    new: int
    changed: int
    unchanged: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadReport:
    """What a load did, by table, in the order of writing; tables that no file speaks of are left out."""

    tables: tuple[Counted, ...]

    @property
    def written(self) -> int:
        """How many rows were new or changed."""
        return sum(table.new + table.changed for table in self.tables)


def errors_told(errors: Sequence[RowError], texts: Texts, most: int = 30) -> list[str]:
    """That nothing was loaded; a sentence for each problem, at the most `most`; and how many more there are."""
    told = [texts.say("load.nothing_saved", count=len(errors)), *(error.told(texts) for error in errors[:most])]
    return told if len(errors) <= most else [*told, texts.say("load.more", count=len(errors) - most)]


def report_told(report: LoadReport, texts: Texts) -> list[str]:
    """A line for each table."""
    return [
        texts.say(
            "load.done",
            what=texts.say(f"load.what.{table.table}"),
            new=table.new,
            changed=table.changed,
            unchanged=table.unchanged,
        )
        for table in report.tables
    ]


class _Bad(Exception):
    """Something can't be taken; whoever knows the place adds it."""

    def __init__(self, reason: str, *, line: int = 0, column: str = "", **values: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line
        self.column = column
        self.values = {name: _short(str(value)) for name, value in values.items()}


class _Unjudged(Exception):
    """A line refers to one that was itself refused: it gets no error of its own."""


def _short(value: str) -> str:
    """What is repeated to the reader: visible letters only, and not a whole page."""
    plain = "".join("�" if _hidden(letter) else letter for letter in value)
    return plain if len(plain) <= 60 else plain[:59] + "…"


def _nearest(word: str, words: Iterable[str]) -> str:
    by_folded = {known.casefold(): known for known in words}
    close = get_close_matches(word.casefold(), by_folded, n=1, cutoff=0.6)
    return by_folded[close[0]] if close else ""


# From bytes to lines ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    file: str
    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sheet:
    file: str
    header_line: int
    header: tuple[str, ...]
    rows: tuple[tuple[int, list[str]], ...]


_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_WORKBOOK_NAMES = {".xlsx", ".xlsm", ".xls", ".ods"}


def _text_of(file: Path) -> str:
    try:
        data = file.read_bytes()
    except FileNotFoundError:
        raise _Bad("missing_file") from None
    except OSError:
        raise _Bad("unreadable") from None
    if file.suffix.lower() in _WORKBOOK_NAMES or data.startswith(_WORKBOOKS):
        raise _Bad("workbook")
    try:
        text = data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise _Bad("not_utf8", line=data.count(b"\n", 0, error.start) + 1) from None
    if not text.strip():
        raise _Bad("empty_file")
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
        raise _Bad("broken_csv", line=begins) from None


def _sheet_of(file: Path) -> _Sheet:
    rows = list(_numbered(_text_of(file)))
    if not rows:
        raise _Bad("empty_file")
    line, cells = rows[0]
    header = [unicodedata.normalize("NFC", cell).strip().lower() for cell in cells]
    while not header[-1]:  # Excel ends lines with separators when a column to the right was once used
        header.pop()
    for name in header:
        if header.count(name) > 1:
            raise _Bad("column_twice", line=line, column=name)
    if len(rows) == 1:
        raise _Bad("no_rows", line=line)
    return _Sheet(file=file.name, header_line=line, header=tuple(header), rows=tuple(rows[1:]))


def _line_of(sheet: _Sheet, number: int, row: list[str]) -> _Line:
    width = len(sheet.header)
    if len(row) < width or any(cell.strip() for cell in row[width:]):
        raise _Bad("cell_count", wanted=width, found=len(row))
    return _Line(file=sheet.file, number=number, cells=dict(zip(sheet.header, row[:width], strict=True)))


def _hidden(letter: str) -> bool:
    """Control, format, surrogate and private letters, and line separators: never part of a name or a code."""
    return unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")


def _clean(cell: str) -> str:
    if any(_hidden(letter) for letter in cell):
        raise _Bad("hidden_letter", value=cell)
    value = " ".join(unicodedata.normalize("NFC", cell).split())
    if value.startswith(("=", "+", "-", "@")):  # a spreadsheet would run it when the figures are exported
        raise _Bad("formula", value=value)
    return value


# How cells are read ----------------------------------------------------------------------------

Read = Callable[[str], Any]


def _day(value: str) -> str:
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            day = datetime.strptime(value, form).date()
        except ValueError:
            continue
        if 1900 <= day.year <= 2100:
            return day.isoformat()
    raise _Bad("bad_day", value=value)


def _hour(value: str) -> str:
    if not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", value):
        raise _Bad("bad_hour", value=value)
    return value


def _count(value: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", value):
        raise _Bad("bad_count", value=value)
    return int(value)


def _decimal(value: str) -> str:
    # Three digits after the mark would be either thousands or thousandths: not guessed.
    if not re.fullmatch(r"[0-9]{1,9}([.,][0-9]{1,2})?", value):
        raise _Bad("bad_decimal", value=value)
    return value.replace(",", ".")


def _one_of(known: Mapping[str, Any], reason: str) -> Read:
    def read(value: str) -> Any:
        if value not in known:
            raise _Bad(reason, value=value, known=", ".join(known), nearest=_nearest(value, known))
        return known[value]

    return read


def _itself(words: str) -> dict[str, str]:
    return {word: word for word in words.split()}


_UNIT_KINDS = _itself(
    "city district ward commune neighborhood_group party_cell ward_party_committee peoples_council peoples_committee"
    " fatherland_front mass_organization ward_police school office organization"
)
_STATES = _itself(
    "submitted needs_changes approved in_progress self_assessed recognized not_recognized archived withdrawn"
) | {"deployed": "in_progress"}
_OWNER_TYPES = {"tap_the": "units", "ca_nhan": "individuals"}
_SESSION_STATES = _itself("reported")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Column:
    name: str
    read: Read = str
    needed: bool = False
    of: tuple[str, ...] = ()  # the tables, one of which must have this code
    many: bool = False  # several codes with bars between them


def _needed(name: str, read: Read = str, *of: str) -> _Column:
    return _Column(name=name, read=read, needed=True, of=of)


def _maybe(name: str, read: Read = str, *of: str) -> _Column:
    return _Column(name=name, read=read, of=of)


# Tables: how rows are known again, and written -------------------------------------------------


def _nothing(_ids: Ids, _now: int) -> Record:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    name: str
    key: tuple[str, ...]
    read: Callable[[Tx], Iterable[Record]]
    write: Callable[[Tx, Record], None]
    fresh: Callable[[Ids, int], Record] = _nothing  # what a new row has that no file says
    once: frozenset[str] = frozenset()  # what a later load leaves as it was
    alone: tuple[str, ...] = ()  # columns, besides the key, that no two rows share
    same: Callable[[Record, Record], bool] = lambda _old, _new: True  # whether a stored row may become this one
    repeats: bool = False  # the same row may be said again, in the same words


def _write(query: Callable[..., Any]) -> Callable[[Tx, Record], None]:
    return lambda tx, record: query(tx, **record)


def _agree(*columns: str) -> Callable[[Record, Record], bool]:
    """A code that already belongs to somebody else, given out by chat perhaps, is not taken over by a file."""
    return lambda old, new: all(old[column] == new[column] for column in columns)


def _same_individual(old: Record, new: Record) -> bool:
    return old["person_id"] is None or bool(old["name"] == new["name"])


def _same_year(old: Record, new: Record) -> bool:
    return bool(old["issued_on"][:4] == new["issued_on"][:4])


def _fresh_model(ids: Ids, now: int) -> Record:
    blank = dict.fromkeys(("content", "audience", "target"), "")
    return {"model_id": ids.new(), "created_at": now, "starts_on": None, "ends_on": None, **blank}


def _fresh_session(ids: Ids, now: int) -> Record:
    blank = dict.fromkeys(("topic", "audience", "place", "outcome"), "")
    empty = dict.fromkeys(("held_at", "attendee_count", "household_count"))
    return {"session_id": ids.new(), "created_at": now, **blank, **empty}


def _read_sessions(tx: Tx) -> Iterable[Record]:
    cohosts: dict[str, list[str]] = {}
    for row in _Q.all_cohosts(tx):
        cohosts.setdefault(row["session_id"], []).append(row["unit_id"])
    return [{**row, "cohosts": tuple(cohosts.get(row["session_id"], ()))} for row in _Q.all_sessions(tx)]


def _write_session(tx: Tx, record: Record) -> None:
    row = {name: value for name, value in record.items() if name != "cohosts"}
    _Q.put_session(tx, **row)
    _Q.forget_cohosts(tx, session_id=record["session_id"])
    for unit_id in record["cohosts"]:
        _Q.put_cohost(tx, session_id=record["session_id"], unit_id=unit_id)


_TABLES = (
    _Table(
        name="units",
        key=("unit_id",),
        read=_Q.all_units,
        write=_write(_Q.put_unit),
        fresh=lambda _ids, _now: {"parent_id": None, "valid_to": None, "source": ""},
    ),
    _Table(
        name="campaigns",
        key=("campaign_id",),
        read=_Q.all_campaigns,
        write=_write(_Q.put_campaign),
        alone=("unit_id", "year"),
    ),
    _Table(name="fields", key=("campaign_id", "code"), read=_Q.all_fields, write=_write(_Q.put_field)),
    _Table(
        name="projects",
        key=("project_id",),
        read=_Q.all_projects,
        write=_write(_Q.put_project),
        fresh=lambda _ids, _now: {"road_width_m": None, "closed_on": None},
    ),
    _Table(
        name="individuals",
        key=("individual_id",),
        read=_Q.all_individuals,
        write=_write(_Q.put_individual),
        fresh=lambda _ids, _now: {"person_id": None},
        same=_same_individual,
    ),
    _Table(name="obligations", key=("unit_id", "project_id"), read=_Q.all_obligations, write=_write(_Q.put_obligation)),
    _Table(
        name="resolutions",
        key=("unit_id", "number"),
        read=_Q.all_resolutions,
        write=_write(_Q.put_resolution),
        same=_same_year,
    ),
    _Table(
        name="models",
        key=("campaign_id", "code"),
        read=_Q.all_models,
        write=_write(_Q.put_model),
        fresh=_fresh_model,
        same=_agree("owner_unit_id", "owner_individual_id"),
        alone=("campaign_id", "number"),
    ),
    _Table(
        name="sessions",
        key=("campaign_id", "code"),
        read=_read_sessions,
        write=_write_session,
        fresh=_fresh_session,
        same=_agree("host_unit_id", "host_individual_id"),
        once=frozenset({"reported_on"}),
        alone=("campaign_id", "number"),
    ),
    _Table(
        name="households",
        key=("household_id",),
        read=_Q.all_households,
        write=_write(_Q.put_household),
        fresh=lambda _ids, _now: {"neighborhood_group": "", "source": ""},
        repeats=True,
    ),
    _Table(
        name="parcels",
        key=("project_id", "map_sheet", "plot", "household_id"),
        read=_Q.all_parcels,
        write=_write(_Q.put_parcel),
        fresh=lambda _ids, _now: {"land_type": ""},
    ),
)


class _Rows:
    """A table as it is, and as the files want it."""

    def __init__(self, table: _Table, tx: Tx, fresh: Callable[[], Record]) -> None:
        self.table = table
        self.stored = {self._pick(row, table.key): dict(row) for row in table.read(tx)}
        self.wanted: dict[Key, Record] = {}
        self._said: dict[Key, tuple[Record, _Line]] = {}
        self._fresh = fresh
        self._alone = {self._pick(row, table.alone): key for key, row in self.stored.items()}

    @staticmethod
    def _pick(row: Record, columns: tuple[str, ...]) -> Key:
        return tuple(row[column] for column in columns)

    def find(self, *key: Any) -> Record | None:
        """A row by its key, the wanted one before the stored one."""
        return self.wanted.get(key) or self.stored.get(key)

    def keys(self) -> list[Key]:
        """All keys, stored or wanted."""
        return [*dict.fromkeys([*self.stored, *self.wanted])]

    def every(self) -> list[Record]:
        """All rows as they will be."""
        return [*{**self.stored, **self.wanted}.values()]

    def say(self, record: Record, line: _Line) -> None:
        """A line wants this row. Raises _Bad when another line says it differently or takes its number."""
        key = self._pick(record, self.table.key)
        if key in self._said:
            self._said_again(key, record)
            return
        if self.table.alone and self._alone.setdefault(self._pick(record, self.table.alone), key) != key:
            raise _Bad("number_taken", other=self._alone[self._pick(record, self.table.alone)][-1])
        old = self.stored.get(key)
        if old and not self.table.same(old, record):
            raise _Bad("belongs_to_other", value=key[-1])
        kept = {name: old[name] for name in self.table.once} if old else {}
        self.wanted[key] = {**(old or self._fresh()), **record, **kept}
        self._said[key] = record, line

    def _said_again(self, key: Key, record: Record) -> None:
        before, line = self._said[key]
        if not self.table.repeats:
            raise _Bad("twice", first_file=line.file, first_line=line.number)
        if before != record:
            raise _Bad("differs", first_file=line.file, first_line=line.number)

    def line_of(self, key: Key) -> _Line:
        """The line that wanted a row."""
        return self._said[key][1]

    def differences(self) -> list[Record]:
        """The wanted rows that are not stored like this."""
        return [row for key, row in self.wanted.items() if self.stored.get(key) != row]

    def count(self) -> Counted:
        """New, changed, unchanged."""
        new = len(self.wanted.keys() - self.stored.keys())
        changed = len(self.differences()) - new
        return Counted(table=self.table.name, new=new, changed=changed, unchanged=len(self.wanted) - new - changed)


# Kinds of files: their columns, and the rows that a line makes ---------------------------------

Made = list[tuple[str, Record]]
"""(table, row) of each row that a line makes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    name: str
    columns: tuple[_Column, ...]
    make: Callable[[Values, _Load], Made]
    code: str = ""  # the column with the code by which other files refer to a line
    spare: frozenset[str] = frozenset()  # columns that only help a human reader

    def names(self) -> set[str]:
        return {column.name for column in self.columns} | self.spare

    def likeness(self, header: Iterable[str]) -> int:
        """How much a header looks like this kind: known columns less the strange and the missing ones."""
        given = {name for name in header if not _is_source(name)}
        needed = {column.name for column in self.columns if column.needed}
        return len(given & self.names()) - len(given - self.names()) - len(needed - given)


def _is_source(name: str) -> bool:
    """Columns that say where a figure comes from are welcome in every file."""
    return name == "source" or name.endswith("_source")


@dataclass(slots=True)
class _Load:
    """The state of one load."""

    rows: dict[str, _Rows]
    errors: list[RowError] = field(default_factory=list)
    doubtful: set[tuple[str, str]] = field(default_factory=set)  # (kind, code) of lines that were refused
    blind: bool = False  # a whole file could not be read: what it holds is not known to be missing

    def refuse(self, bad: _Bad, file: str, line: int = 0, column: str = "") -> None:
        error = RowError(
            file=file, line=bad.line or line, column=bad.column or column, reason=bad.reason, values=bad.values
        )
        self.errors.append(error)

    def demand(self, value: str, tables: Sequence[str], column: str = "", before: Key = ()) -> str:
        """The table that has a code (after the key's first part `before`). Raises _Bad or _Unjudged."""
        for table in tables:
            if self.rows[table].find(*before, value) is not None:
                return table
        if self.blind or any((table, value) in self.doubtful for table in tables):
            raise _Unjudged
        known = [key[-1] for table in tables for key in self.rows[table].keys() if key[:-1] == before]  # noqa: SIM118
        raise _Bad("unknown_code", column=column, value=value, what=tables[0], nearest=_nearest(value, known))

    def campaign(self, unit_id: str, year: int, column: str) -> str:
        """The campaign of a year that a unit takes part in: its own, or the nearest one above it."""
        campaigns = {(row["unit_id"], row["year"]): row["campaign_id"] for row in self.rows["campaigns"].every()}
        for above in self.line_up(unit_id):
            if (above, year) in campaigns:
                return str(campaigns[above, year])
        if self.blind or any(kind in ("units", "campaigns") for kind, _ in self.doubtful):
            raise _Unjudged
        raise _Bad("no_campaign", column=column, year=year, unit=unit_id)

    def line_up(self, unit_id: str) -> list[str]:
        """A unit, its parent and so on; ends where the tree does, or where it would begin to turn in a circle."""
        line: list[str] = []
        while unit_id not in line and (row := self.rows["units"].find(unit_id)) is not None:
            line.append(unit_id)
            unit_id = row["parent_id"] or ""
        return line


def _renamed(values: Values, names: Mapping[str, str], empty: object = None) -> Record:
    """The optional columns that a file has, under the names of the table."""
    return {name: empty if values[said] is None else values[said] for said, name in names.items() if said in values}


def _numbered_code(code: str, column: str) -> int:
    digits = re.search(r"[0-9]{1,9}$", code)
    if digits is None:
        raise _Bad("bad_code", column=column, value=code)
    return int(digits[0])


def _in_order(first: str | None, last: str | None, column: str) -> None:
    if first and last and last < first:
        raise _Bad("wrong_order", column=column, first=first, last=last)


def _unit(values: Values, _load: _Load) -> Made:
    _in_order(values["valid_from"], values.get("valid_to"), "valid_to")
    record = {"unit_id": values["unit_code"], "kind": values["unit_kind"], "name": values["unit_name"]}
    record |= {"valid_from": values["valid_from"]}
    record |= _renamed(values, {"parent_code": "parent_id", "valid_to": "valid_to"})
    return [("units", record | _renamed(values, {"name_source": "source", "source": "source"}, ""))]


def _campaign(values: Values, _load: _Load) -> Made:
    _in_order(values["opens_on"], values["registration_deadline"], "registration_deadline")
    names = ("campaign_id", "year", "title", "opens_on", "registration_deadline", "focal_body")
    return [("campaigns", {"unit_id": values["unit_code"], **{name: values[name] for name in names}})]


def _field(values: Values, _load: _Load) -> Made:
    record = {"campaign_id": values["campaign_id"], "code": values["field_code"], "name": values["field_name"]}
    return [("fields", record | {"position": values["position"]})]


def _project(values: Values, _load: _Load) -> Made:
    record = {"project_id": values["project_code"], "name": values["project_name"], "unit_id": values["ward_code"]}
    return [("projects", record | _renamed(values, {"road_width_m": "road_width_m", "closed_on": "closed_on"}))]


def _individual(values: Values, _load: _Load) -> Made:
    record = {"individual_id": values["individual_code"], "name": values["name"], "unit_id": values["unit_code"]}
    return [("individuals", record)]


def _obligation(values: Values, _load: _Load) -> Made:
    return [("obligations", {"unit_id": values["unit_code"], "project_id": values["project_code"]})]


def _resolution(values: Values, _load: _Load) -> Made:
    record = {"unit_id": values["unit_code"], "number": values["number"], "issued_on": values["issued_on"]}
    return [("resolutions", record)]


def _model(values: Values, load: _Load) -> Made:
    owner = values["owner_code"]
    table = load.demand(owner, [values["owner_type"]], "owner_code")
    campaign_id = load.campaign(_home(load, table, owner), values["year"], "year")
    load.demand(values["field_code"], ["fields"], "field_code", (campaign_id,))
    _in_order(values.get("starts_on"), values.get("ends_on"), "ends_on")
    record = {
        "campaign_id": campaign_id,
        "number": _numbered_code(values["model_code"], "model_code"),
        "code": values["model_code"],
        "owner_unit_id": owner if table == "units" else None,
        "owner_individual_id": owner if table == "individuals" else None,
        "field_code": values["field_code"],
        "project_id": values.get("project_code"),
        "name": values["model_name"],
        "state": values["status"],
        "registered_on": values["registered_on"],
    }
    words = _renamed(values, {"content": "content", "audience": "audience", "target": "target"}, "")
    return [("models", record | words | _renamed(values, {"starts_on": "starts_on", "ends_on": "ends_on"}))]


def _home(load: _Load, table: str, code: str) -> str:
    """The unit to which a collective or an individual belongs."""
    row = load.rows[table].find(code)
    return str(row["unit_id"]) if row else code


def _session(values: Values, load: _Load) -> Made:
    host = values["host_code"]
    table = load.demand(host, ["units", "individuals"], "host_code")
    campaign_id = load.campaign(_home(load, table, host), date.fromisoformat(values["date"]).year, "date")
    model = _model_of(values.get("model_code"), campaign_id, load)
    field_code = values.get("field_code") or model.get("field_code")
    if field_code:
        load.demand(field_code, ["fields"], "field_code", (campaign_id,))
    if host in values.get("cohost_codes", ()):
        raise _Bad("own_cohost", column="cohost_codes", value=host)
    record = {
        "campaign_id": campaign_id,
        "number": _numbered_code(values["session_code"], "session_code"),
        "code": values["session_code"],
        "host_unit_id": host if table == "units" else None,
        "host_individual_id": host if table == "individuals" else None,
        "held_on": values["date"],
        "model_id": model.get("model_id"),
        "field_code": field_code,
        "project_id": values.get("project_code") or model.get("project_id"),
        "reported_on": values["date"],
        "cohosts": values.get("cohost_codes", ()),
    }
    words = {"topic": "topic", "audience": "audience", "place": "place", "outcome": "outcome"}
    counts = {"attendees": "attendee_count", "households": "household_count", "time": "held_at"}
    return [("sessions", record | _renamed(values, words, "") | _renamed(values, counts))]


def _model_of(code: str | None, campaign_id: str, load: _Load) -> Record:
    if code is None:
        return {}
    load.demand(code, ["models"], "model_code", (campaign_id,))
    return load.rows["models"].find(campaign_id, code) or {}


def _household(values: Values, _load: _Load) -> Made:
    household = {"household_id": values["household_code"], "unit_id": values["unit_code"]}
    household |= {"head_name": values["head_name"], "address": values["address"]}
    household |= _renamed(values, {"neighborhood_group": "neighborhood_group", "source": "source"}, "")
    parcel = {"household_id": values["household_code"], "project_id": values["project_code"]}
    parcel |= {name: values[name] for name in ("map_sheet", "plot", "area_m2")}
    return [("households", household), ("parcels", parcel | _renamed(values, {"land_type": "land_type"}, ""))]


_KINDS = (  # in the order in which they need each other
    _Kind(
        name="units",
        code="unit_code",
        make=_unit,
        columns=(
            _needed("unit_code"),
            _needed("unit_kind", _one_of(_UNIT_KINDS, "unknown_unit_kind")),
            _needed("unit_name"),
            _maybe("parent_code"),  # judged when all units are known: a parent may stand below its child
            _needed("valid_from", _day),
            _maybe("valid_to", _day),
            _maybe("name_source"),
            _maybe("source"),
        ),
    ),
    _Kind(
        name="campaigns",
        code="campaign_id",
        make=_campaign,
        columns=(
            _needed("campaign_id"),
            _needed("unit_code", str, "units"),
            _needed("year", _count),
            _needed("title"),
            _needed("opens_on", _day),
            _needed("registration_deadline", _day),
            _needed("focal_body"),
        ),
    ),
    _Kind(
        name="fields",
        code="field_code",
        make=_field,
        columns=(
            _needed("campaign_id", str, "campaigns"),
            _needed("field_code"),
            _needed("field_name"),
            _needed("position", _count),
        ),
    ),
    _Kind(
        name="projects",
        code="project_code",
        make=_project,
        columns=(
            _needed("project_code"),
            _needed("project_name"),
            _needed("ward_code", str, "units"),
            _maybe("road_width_m", _decimal),
            _maybe("closed_on", _day),
        ),
    ),
    _Kind(
        name="individuals",
        code="individual_code",
        make=_individual,
        columns=(_needed("individual_code"), _needed("name"), _needed("unit_code", str, "units")),
    ),
    _Kind(
        name="obligations",
        make=_obligation,
        columns=(_needed("unit_code", str, "units"), _needed("project_code", str, "projects")),
    ),
    _Kind(
        name="resolutions",
        make=_resolution,
        columns=(_needed("unit_code", str, "units"), _needed("number"), _needed("issued_on", _day)),
    ),
    _Kind(
        name="models",
        code="model_code",
        make=_model,
        spare=frozenset({"owner_kind", "owner_name", "field_name", "project_name"}),
        columns=(
            _needed("model_code"),
            _needed("year", _count),
            _needed("owner_type", _one_of(_OWNER_TYPES, "unknown_owner_type")),
            _needed("owner_code"),
            _needed("field_code"),
            _needed("model_name"),
            _maybe("project_code", str, "projects"),
            _needed("status", _one_of(_STATES, "unknown_status")),
            _needed("registered_on", _day),
            _maybe("content"),
            _maybe("audience"),
            _maybe("target"),
            _maybe("starts_on", _day),
            _maybe("ends_on", _day),
        ),
    ),
    _Kind(
        name="sessions",
        code="session_code",
        make=_session,
        spare=frozenset({"host_name", "project_name"}),
        columns=(
            _needed("session_code"),
            _needed("date", _day),
            _needed("host_code"),
            _Column(name="cohost_codes", of=("units",), many=True),
            _maybe("model_code"),
            _maybe("field_code"),
            _maybe("project_code", str, "projects"),
            _maybe("topic"),
            _maybe("audience"),
            _maybe("place"),
            _maybe("time", _hour),
            _maybe("attendees", _count),
            _maybe("households", _count),
            _maybe("outcome"),
            _needed("status", _one_of(_SESSION_STATES, "unknown_status")),
        ),
    ),
    _Kind(
        name="households",
        code="household_code",
        make=_household,
        columns=(
            _needed("household_code"),
            _needed("head_name"),
            _needed("address"),
            _maybe("neighborhood_group"),
            _needed("unit_code", str, "units"),
            _needed("project_code", str, "projects"),
            _needed("map_sheet"),
            _needed("plot"),
            _needed("area_m2", _decimal),
            _maybe("land_type"),
            _maybe("source"),
        ),
    ),
)


# The load --------------------------------------------------------------------------------------


def load_files(tx: Tx, files: Sequence[Path], ids: Ids, now: int) -> LoadReport:
    """Load files of any kinds in any order; `now` is epoch milliseconds. A second load changes nothing.

    Raises LoadRefused, with every problem of every file, before anything is written.
    """
    load = _begin(tx, ids, now)
    sheets = _sheets(files, load)
    for kind in _KINDS:
        for sheet in sheets.get(kind.name, ()):
            _take(kind, sheet, load)
        if kind.name == "units":
            _check_parents(load)
    if load.errors:
        order = {file.name: place for place, file in enumerate(files)}
        raise LoadRefused(sorted(load.errors, key=lambda error: (order[error.file], error.line)))
    return _save(tx, load)


def rebuild_ancestors(tx: Tx) -> None:
    """Work out again which units lie below which; to be called whenever units change."""
    _Q.forget_ancestors(tx)
    _Q.find_ancestors(tx)


def _begin(tx: Tx, ids: Ids, now: int) -> _Load:
    def rows(table: _Table) -> _Rows:
        return _Rows(table, tx, lambda: table.fresh(ids, now))

    return _Load(rows={table.name: rows(table) for table in _TABLES})


def _sheets(files: Sequence[Path], load: _Load) -> dict[str, list[_Sheet]]:
    """The readable files by their kind."""
    sheets: dict[str, list[_Sheet]] = {}
    for file in dict.fromkeys(files):
        try:
            sheet = _sheet_of(file)
            kind = _kind_of(sheet)
        except _Bad as bad:
            load.refuse(bad, file.name)
            load.blind = True
            continue
        if _header_is_sound(kind, sheet, load):
            sheets.setdefault(kind.name, []).append(sheet)
    return sheets


def _kind_of(sheet: _Sheet) -> _Kind:
    best = max(_KINDS, key=lambda kind: kind.likeness(sheet.header))
    named = [name for name in sheet.header if not _is_source(name)]
    if not named or 2 * len(best.names() & set(named)) < len(named):
        raise _Bad("unknown_kind", line=sheet.header_line, header=", ".join(sheet.header))
    return best


def _header_is_sound(kind: _Kind, sheet: _Sheet, load: _Load) -> bool:
    missing = [column.name for column in kind.columns if column.needed and column.name not in sheet.header]
    strange = [name for name in sheet.header if name not in kind.names() and not _is_source(name)]
    meant = {name: _nearest(name, kind.names() - set(sheet.header)) for name in strange}
    for name in strange:
        bad = _Bad("unknown_column", what=kind.name, nearest=meant[name])
        load.refuse(bad, sheet.file, sheet.header_line, name)
    for name in missing:
        if name not in meant.values():  # said once: "this column must be that one"
            load.refuse(_Bad("missing_column", what=kind.name), sheet.file, sheet.header_line, name)
    load.blind = load.blind or bool(strange or missing)
    return not strange and not missing


def _take(kind: _Kind, sheet: _Sheet, load: _Load) -> None:
    for number, row in sheet.rows:
        try:
            line = _line_of(sheet, number, row)
        except _Bad as bad:
            load.refuse(bad, sheet.file, number)
            load.doubtful.update((kind.name, cell.strip()) for cell in row)
            continue
        if not _take_line(kind, line, load):
            load.doubtful.add((kind.name, line.cells.get(kind.code, "").strip()))


def _take_line(kind: _Kind, line: _Line, load: _Load) -> bool:
    values = _values(kind, line, load)
    if values is None:
        return False
    try:
        for table, record in kind.make(values, load):
            load.rows[table].say(record, line)
    except _Unjudged:
        return False
    except _Bad as bad:
        load.refuse(bad, line.file, line.number, kind.code)
        return False
    return True


def _values(kind: _Kind, line: _Line, load: _Load) -> Values | None:
    """The line as it is read, or None when a cell is refused; every bad cell gets its error."""
    columns = {column.name: column for column in kind.columns}
    values: Values = {}
    sound = True
    for name, cell in line.cells.items():
        try:
            value = _clean(cell)
            if name in columns:
                values[name] = _value(columns[name], value, load)
        except _Bad as bad:
            load.refuse(bad, line.file, line.number, name)
            sound = False
        except _Unjudged:
            sound = False
    return values if sound else None


def _value(column: _Column, cell: str, load: _Load) -> Any:
    if column.many:
        codes = {part.strip() for part in cell.split("|")} - {""}
        return tuple(sorted(code for code in codes if load.demand(code, column.of)))
    if not cell:
        if column.needed:
            raise _Bad("empty_cell")
        return None
    value = column.read(cell)
    if column.of:
        load.demand(value, column.of)
    return value


def _check_parents(load: _Load) -> None:
    """Every wanted unit has a known parent and is not above itself."""
    units = load.rows["units"]
    for key, row in units.wanted.items():
        line = units.line_of(key)
        try:
            if row["parent_id"] is not None:
                load.demand(row["parent_id"], ["units"])
                _check_no_circle(row, load)
        except _Bad as bad:
            load.refuse(bad, line.file, line.number, "parent_code")
        except _Unjudged:
            continue


def _check_no_circle(row: Record, load: _Load) -> None:
    top = load.rows["units"].find(load.line_up(row["unit_id"])[-1])
    if top and top["parent_id"] is not None and load.rows["units"].find(top["parent_id"]) is not None:
        raise _Bad("circle", value=row["unit_id"])


def _save(tx: Tx, load: _Load) -> LoadReport:
    counted = []
    for rows in load.rows.values():
        if rows.wanted:
            counted.append(rows.count())
            _save_rows(tx, rows, load)
    return LoadReport(tables=tuple(counted))


def _save_rows(tx: Tx, rows: _Rows, load: _Load) -> None:
    differences = rows.differences()
    if rows.table.name == "units":  # a parent before its children
        differences.sort(key=lambda row: len(load.line_up(row["unit_id"])))
    for row in differences:
        rows.table.write(tx, row)
    if differences and rows.table.name == "units":
        rebuild_ancestors(tx)
