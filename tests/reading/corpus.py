"""The rows that the reading is measured on."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path

from bot.core.reading import RegistrationReading, ReportReading, read_registration, read_report
from bot.core.reading.matters import matter_of
from tests.reading.readers import NOW, PROJECTS, READERS, TODAY, agrees, written

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Row:
    """Something typed, and what was meant."""

    kind: str
    input: str
    expected: str
    split: str

    def got(self, text: str | None = None) -> str:
        """What is read from the input, or from another form of it."""
        return written(READERS[self.kind](self.input if text is None else text))

    def right(self, text: str | None = None) -> bool:
        """Whether that is what was meant."""
        return agrees(self.expected, self.got(text))

    def sure(self) -> bool:
        """Whether the reading claims a single value."""
        return not self.got().startswith(("AMBIGUOUS", "INVALID"))


def rows(name: str = "corpus.csv") -> list[Row]:
    """The rows of a file; the example file has no split and counts as seen."""
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return [
            Row(one["kind"], one["input"], one["expected"], one.get("split", "seen")) for one in csv.DictReader(file)
        ]


class Wanted(Row):
    """What somebody writes unasked, and what is wanted with it: no value, so not one of the readings of values."""

    def got(self, text: str | None = None) -> str:
        """To whom it goes."""
        return matter_of(self.input if text is None else text)


def residents() -> list[Row]:
    """What residents and secretaries write unasked. `unseen` rows were written before the reading and tried once."""
    with (HERE / "residents.csv").open(encoding="utf-8", newline="") as file:
        return [Wanted("matter", one["input"], one["expected"], one["split"]) for one in csv.DictReader(file)]


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole message, what it is, and what each part of it should come out as."""

    sort: str  # report, registration, not_a_report
    text: str
    expected: dict[str, str]
    split: str

    def wrong(self) -> list[str]:
        """The parts that come out otherwise, each in words."""
        found = _read(self)
        if self.sort == "not_a_report" or found is None:
            return (
                [] if (found is None) == (self.sort == "not_a_report") else [f"taken for {found or 'something else'}"]
            )
        return [
            f"{part.name}: {self.expected.get(part.name, '')!r} came out as {got!r}"
            for part in fields(found)
            if not agrees(self.expected.get(part.name, ""), got := written(getattr(found, part.name)))
        ]

    def parts(self) -> int:
        """How many parts are judged."""
        sorts = {"report": len(fields(ReportReading)), "registration": len(fields(RegistrationReading))}
        return sorts.get(self.sort, 1)


def _read(whole: Whole) -> ReportReading | RegistrationReading | None:
    if whole.sort == "registration":
        return read_registration(whole.text, today=TODAY, projects=PROJECTS)
    return read_report(whole.text, today=TODAY, now=NOW, projects=PROJECTS)


def wholes() -> Iterator[Whole]:
    """The whole messages of `reports.toml`."""
    with (HERE / "reports.toml").open("rb") as file:
        for sort, messages in tomllib.load(file).items():
            for message in messages:
                text, split = message.pop("text"), message.pop("split")
                yield Whole(sort, text, message, split)
