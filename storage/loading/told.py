"""What came of a load, and how it is told: every problem with its place, or the rows of each table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.core.texts import Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class RowError:
    """One thing wrong in a file; `line` 0 is the file as a whole, `column` "" the line as a whole.

    `sheet` and `cell` ("C12") are of workbooks only. `reason` is a key of the texts under load.refused; `values` are
    what its sentence needs.
    """

    file: str
    sheet: str = ""
    line: int = 0
    column: str = ""
    cell: str = ""
    reason: str
    values: Mapping[str, str]

    def told(self, texts: Texts) -> str:
        """Where it is, what is wrong, and what to do."""
        values = dict(self.values)
        if "what" in values:
            values["what"] = texts.say(f"load.what.{values['what']}")
        sentence = texts.say(f"load.refused.{self.reason}", **values)
        place = {"file": self.file, "sheet": self.sheet, "line": self.line, "column": self.column, "cell": self.cell}
        return texts.say("load.at", sentence=sentence, **place)


class LoadRefused(Exception):
    """Nothing was written; `errors` has every problem of every file, in the order of files, sheets and lines."""

    def __init__(self, errors: Sequence[RowError]) -> None:
        super().__init__(f"{len(errors)} problems, the first: {errors[0]}")
        self.errors = tuple(errors)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How many rows of a table are new, changed, gone from a newer list, and already there."""

    table: str
    new: int
    changed: int
    unchanged: int
    gone: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeChange:
    """What a ward's list of land means for one household: "new", "changed" or "gone"; `was` is what it was called.

    `added`, `altered` and `lost` are its parcels: (map sheet, plot, square metres).
    """

    what: str
    household_id: str
    name: str
    address: str
    was: str = ""
    added: tuple[tuple[str, str, str], ...] = ()
    altered: tuple[tuple[str, str, str], ...] = ()
    lost: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadReport:
    """What a load did, by table, in the order of writing; tables that no file speaks of are left out."""

    tables: tuple[Counted, ...]
    homes: tuple[HomeChange, ...] = ()  # household by household, where a ward's own list of land was among the files
    lists_land: bool = False

    @property
    def written(self) -> int:
        """How many rows are new, changed or gone."""
        return sum(table.new + table.changed + table.gone for table in self.tables)


def errors_told(errors: Sequence[RowError], texts: Texts, most: int = 30) -> list[str]:
    """That nothing was loaded; a sentence for each problem, at the most `most`; and how many more there are."""
    told = [texts.say("load.nothing_saved", count=len(errors)), *(error.told(texts) for error in errors[:most])]
    return told if len(errors) <= most else [*told, texts.say("load.more", count=len(errors) - most)]


def report_told(report: LoadReport, texts: Texts) -> list[str]:
    """A line for each table."""
    return [
        texts.say("load.done", what=texts.say(f"load.what.{table.table}"), counted=table) for table in report.tables
    ]


def homes_told(report: LoadReport, texts: Texts, most: int = 20) -> list[str]:
    """What changes, household by household: the new, the changed, the gone; at the most so many of each."""
    told: list[str] = []
    for what in ("new", "changed", "gone"):
        homes = [home for home in report.homes if home.what == what]
        told += [texts.say(f"load.home.{what}", home=home) for home in homes[:most]]
        if len(homes) > most:
            told.append(texts.say("load.home.more", count=len(homes) - most))
    return told
