"""One cell: the value it holds, or the problem with it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from difflib import get_close_matches
from typing import Any

Read = Callable[[str], Any]
"""Turns the words of a cell into its value, or raises Bad."""

SPREADSHEET_ERRORS = frozenset(
    ("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#SPILL!", "#CALC!", "#GETTING_DATA")
)


class Bad(Exception):
    """Something can't be taken; whoever knows more of the place adds it.

    `reason` is a key of the texts under load.refused; `values` are what its sentence needs.
    """

    def __init__(
        self, reason: str, *, sheet: str = "", line: int = 0, column: str = "", cell: str = "", **values: object
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.sheet = sheet
        self.line = line
        self.column = column
        self.cell = cell
        self.values = {name: short(str(value)) for name, value in values.items()}


def short(value: str) -> str:
    """What is repeated to the reader: visible letters only, and not a whole page."""
    plain = "".join("�" if _hidden(letter) else letter for letter in value)
    return plain if len(plain) <= 60 else plain[:59] + "…"


def nearest(word: str, words: Iterable[str]) -> str:
    """The known word that was probably meant, or nothing."""
    by_folded = {known.casefold(): known for known in words}
    close = get_close_matches(word.casefold(), by_folded, n=1, cutoff=0.6)
    return by_folded[close[0]] if close else ""


def clean(cell: str) -> str:
    """A cell as one line of composed letters. Raises Bad for what no name and no code has."""
    if any(_hidden(letter) for letter in cell):
        raise Bad("hidden_letter", value=cell)
    value = " ".join(unicodedata.normalize("NFC", cell).split())
    if value.startswith(("=", "+", "-", "@")):  # a spreadsheet would run it when the figures are exported
        raise Bad("formula", value=value)
    if value in SPREADSHEET_ERRORS:
        raise Bad("error_value", value=value)
    return value


def _hidden(letter: str) -> bool:
    """Control, format, surrogate and private letters, and line separators: never part of a name or a code."""
    return unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")


# How cells are read ----------------------------------------------------------------------------


def day(value: str) -> str:
    """An ISO day, out of that or of day/month/year."""
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            read = datetime.strptime(value, form).date()
        except ValueError:
            continue
        if 1900 <= read.year <= 2100:
            return read.isoformat()
    raise Bad("bad_day", value=value)


def hour(value: str) -> str:
    """An hour of the day, 00:00 to 23:59."""
    if not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", value):
        raise Bad("bad_hour", value=value)
    return value


def count(value: str) -> int:
    """A number of things."""
    if not re.fullmatch(r"[0-9]{1,9}", value):
        raise Bad("bad_count", value=value)
    return int(value)


def working_hours(value: str) -> int:
    """A deadline in working hours: one to two hundred."""
    hours = count(value)
    if not 1 <= hours <= 200:
        raise Bad("bad_hours", value=value)
    return hours


def decimal(value: str) -> str:
    """A measure, with a point. Three digits after the mark would be either thousands or thousandths: not guessed."""
    if not re.fullmatch(r"[0-9]{1,9}([.,][0-9]{1,2})?", value):
        raise Bad("bad_decimal", value=value)
    return value.replace(",", ".")


def percent(value: str) -> str:
    """A share of all, 0 to 100, with or without its sign, as digits with a point."""
    plain = value.removesuffix("%").strip().replace(",", ".")
    if not re.fullmatch(r"[0-9]{1,3}([.][0-9])?", plain) or float(plain) > 100:
        raise Bad("bad_percent", value=value)
    return plain


def numbered(value: str) -> str:
    """A code that ends in a number, such as MH2021-001."""
    if not re.search(r"[0-9]{1,9}$", value):
        raise Bad("bad_code", value=value)
    return value


def number_of(code: str) -> int:
    """The number in which such a code ends."""
    return int(re.findall(r"[0-9]{1,9}$", code)[0])


def one_of(known: Mapping[str, Any], reason: str) -> Read:
    """A word of a closed list, as what it stands for."""

    def read(value: str) -> Any:
        if value not in known:
            raise Bad(reason, value=value, known=", ".join(known), nearest=nearest(value, known))
        return known[value]

    return read
