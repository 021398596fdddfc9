"""How many people and households were there: "35 ng", "20 hộ", "35 người, 20 hộ"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.core.reading.quantities import read_count
from bot.core.reading.result import Ambiguous, Invalid, Reading, Value
from bot.core.reading.words import expand

_BREAK = re.compile(r"[,;+/\n]| va | voi |(?<=nguoi)\s+(?=\d)|(?<=\bho)\s+(?=\d)")
_HOUSEHOLDS = re.compile(r"\b(ho|gia dinh|nha)\b")
_EVERYBODY = re.compile(r"\bba_? con\b")  # "bốn chục bà con" is forty people, not forty-three
MOST = 100_000  # a whole ward: more is a slip of the finger


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendance:
    """Who was there; None for what was not said. At least one of the two is a number."""

    people: int | None = None
    households: int | None = None


def read_attendance(words: str) -> Reading[Attendance]:
    """A count without a unit means people. Two counts of the same kind, or none at all, is not understood."""
    found: dict[str, int] = {}
    for piece in _BREAK.split(_EVERYBODY.sub("nguoi", expand(words))):
        kind = "households" if _HOUSEHOLDS.search(piece) else "people"
        count = read_count(piece)
        if isinstance(count, Ambiguous):
            return Ambiguous(tuple(Attendance(**{**found, kind: option}) for option in count.options))
        if isinstance(count, Invalid):
            continue
        if kind in found or count.value > MOST:
            return Invalid("not_understood")
        found[kind] = count.value
    return Value(Attendance(**found)) if found else Invalid("not_understood")
