"""A list of units as people write it: "cb1-cb12, tdp 3", "tất cả chi bộ trừ cb 5"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.reading.fold import clean, fold
from bot.core.reading.options import pick
from bot.core.reading.result import Value

_CALLED = {
    "cb": "party_cell", "chi bo": "party_cell", "tdp": "neighborhood_group", "to dan pho": "neighborhood_group",
    "to": "neighborhood_group", "truong": "school", "truong hoc": "school", "doan the": "mass_organization",
    "hoi doan the": "mass_organization",
}  # fmt: skip
_KIND = "|".join(sorted((re.escape(word) for word in _CALLED), key=len, reverse=True))
_ALL = re.compile(rf"(?:(?:tat ca|toan bo|moi|cac|toan the)(?: cac)? )?(?P<kind>{_KIND})")
_NUMBERED = re.compile(
    rf"(?:(?P<kind>{_KIND}) ?)?(?:so )?0*(?P<first>\d{{1,3}})"
    rf"(?: ?(?:-|–|den|toi) ?(?:{_KIND})? ?(?:so )?0*(?P<last>\d{{1,3}}))?"
)
_PARTS = re.compile(r"[,;+\n]|\bva\b|\bvoi\b")
_EXCEPT = re.compile(r"\b(?:ngoai tru|tru|khong ke)\b")
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit that can be named."""

    code: str
    name: str
    kind: str

    @property
    def number(self) -> int:
        """The number in its name; 0 without one."""
        found = _NUMBER.search(self.name)
        return int(found[0]) if found else 0


@dataclass(frozen=True, slots=True)
class UnitsRead:
    """The units that were named, in their own order, and the words that name none."""

    codes: tuple[str, ...]
    unknown: tuple[str, ...]


def read_units(words: str, units: Sequence[Unit]) -> UnitsRead:
    """Which units a list names; a number alone is of the kind named before it."""
    included, *excluded = _EXCEPT.split(fold(clean(words).replace("\n", ", ")), maxsplit=1)
    named, unknown = _named(included, units)
    if excluded:
        away, more = _named(excluded[0], units)
        named, unknown = named - away, [*unknown, *more]
    return UnitsRead(tuple(unit.code for unit in units if unit.code in named), tuple(unknown))


def _named(plain: str, units: Sequence[Unit]) -> tuple[set[str], list[str]]:
    codes, unknown, kind = set[str](), list[str](), ""
    for part in (one.strip(" .") for one in _PARTS.split(plain)):
        if not part:
            continue
        kind, found = _of_part(part, kind, units)
        codes |= found
        unknown += [] if found else [part]
    return codes, unknown


def _of_part(part: str, kind: str, units: Sequence[Unit]) -> tuple[str, set[str]]:
    """(the kind that further numbers are of, the units that one part names; none when a number of them is missing)."""
    if every := _ALL.fullmatch(part):
        kind = _CALLED[every["kind"]]
        return kind, {unit.code for unit in units if unit.kind == kind}
    if numbered := _NUMBERED.fullmatch(part):
        kind = _CALLED[numbered["kind"]] if numbered["kind"] else kind
        wanted = range(int(numbered["first"]), int(numbered["last"] or numbered["first"]) + 1)
        found = {unit.number: unit.code for unit in units if unit.kind == kind}
        return kind, {found[number] for number in wanted} if wanted and found.keys() >= set(wanted) else set()
    picked = pick(part, [(unit.code, unit.name) for unit in units])
    return kind, {picked.value} if isinstance(picked, Value) else set()
