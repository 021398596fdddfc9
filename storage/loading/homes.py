"""Which household a line of a land list means, and what a newer list of a project no longer has.

A ward's list has no codes. A household is the same when name and address are; else when one of its parcels is, and
the name or the address. Anything else is another household.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from storage.loading.cells import Bad
from storage.loading.known import Known
from storage.loading.land_lists import ADDRESS, OWNER, PLOT, SHEET, same_words
from storage.loading.tables import Key, Record, pick
from storage.loading.told import HomeChange, LoadReport

Said = tuple[str, str]
"""(name, address) as they are compared."""


def said_of(values: Mapping[str, Any]) -> Said:
    """How a line calls its household."""
    return same_words(values[OWNER]), same_words(values.get(ADDRESS) or "")


def recognise(lines: Sequence[Mapping[str, Any]], known: Known, project_id: str) -> None:
    """Find the household of every line of a project's list, and note which parcels the list has."""
    homes = _Homes(known, project_id)
    plots: defaultdict[Said, set[tuple[str, str]]] = defaultdict(set)
    for values in lines:
        plots[said_of(values)].add((values[SHEET], values[PLOT]))
    for said, its_plots in plots.items():
        homes.take_exact(said, its_plots)
    for said, its_plots in plots.items():
        known.homes[project_id, *said] = homes.find(said, its_plots)
    known.listed.add(project_id)


class _Homes:
    """The households of a project's ward, by what is said of them and by their parcels in the project."""

    def __init__(self, known: Known, project_id: str) -> None:
        unit_id = known.home("projects", project_id)
        households = [row for row in known.rows["households"].all().values() if row["unit_id"] == unit_id]
        self._said = {
            row["household_id"]: (same_words(row["head_name"]), same_words(row["address"])) for row in households
        }
        self._by_said: defaultdict[Said, list[str]] = defaultdict(list)
        for household_id, said in self._said.items():
            self._by_said[said].append(household_id)
        self._by_plot: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        for row in known.rows["parcels"].all().values():
            if row["project_id"] == project_id and row["gone_on"] is None and row["household_id"] in self._said:
                self._by_plot[row["map_sheet"], row["plot"]].add(row["household_id"])
        self._found: dict[Said, str] = {}
        self._taken: set[str] = set()
        self._last = _last_number(known)

    def take_exact(self, said: Said, plots: set[tuple[str, str]]) -> None:
        """A household of exactly this name and address; among several, the one with such a parcel."""
        exact = self._by_said.get(said, [])
        owning = [one for one in exact if any(one in self._by_plot[plot] for plot in plots)]
        meant = owning or exact
        if len(meant) > 1:
            raise Bad("several_households", column=OWNER, value=", ".join(meant))
        if meant:
            self._found[said] = meant[0]
            self._taken.add(meant[0])

    def find(self, said: Said, plots: set[tuple[str, str]]) -> str:
        """The household of a line: known exactly, known by a parcel, or new."""
        if said not in self._found:
            self._found[said] = self._by_a_parcel(said, plots) or self._new()
            self._taken.add(self._found[said])
        return self._found[said]

    def _by_a_parcel(self, said: Said, plots: set[tuple[str, str]]) -> str:
        owners = {one for plot in plots for one in self._by_plot[plot]} - self._taken
        name, address = said
        alike = [one for one in owners if self._said[one][0] == name or (address and self._said[one][1] == address)]
        if len(alike) > 1:
            raise Bad("several_households", column=OWNER, value=", ".join(sorted(alike)))
        return alike[0] if alike else ""

    def _new(self) -> str:
        self._last += 1
        return f"H{self._last:03d}"


def _last_number(known: Known) -> int:
    codes = (key[0] for key in known.rows["households"].all())
    return max((int(code[1:]) for code in codes if re.fullmatch(r"H\d{1,9}", code)), default=0)


def mark_gone(known: Known, day: str) -> None:
    """What is stored of a listed project, and the list no longer has, is gone from this day."""
    parcels = known.rows["parcels"]
    for key, row in parcels.stored.items():
        if row["project_id"] in known.listed and row["gone_on"] is None and key not in parcels.wanted:
            parcels.wanted[key] = {**row, "gone_on": day}


# What a load would do --------------------------------------------------------------------------


def report_of(known: Known) -> LoadReport:
    """What a load would write, by table, and household by household where it has a ward's own list."""
    return LoadReport(
        tables=tuple(rows.count() for rows in known.rows.values() if rows.wanted),
        homes=tuple(_changes(known)) if known.listed else (),
        lists_land=bool(known.listed),
    )


def _changes(known: Known) -> Iterator[HomeChange]:
    """The households with something new, changed or gone, in the order of their codes."""
    households, parcels = known.rows["households"], known.rows["parcels"]
    lands: defaultdict[str, list[Record]] = defaultdict(list)
    for row in parcels.differences():
        lands[row["household_id"]].append(row)
    touched = {row["household_id"] for row in households.differences()} | lands.keys()
    staying = {row["household_id"] for row in parcels.all().values() if row["gone_on"] is None}
    for household_id in sorted(touched):
        old, new = households.stored.get((household_id,)), households.find(household_id)
        assert new is not None
        yield HomeChange(
            what="new" if old is None else "changed" if household_id in staying else "gone",
            household_id=household_id,
            name=new["head_name"],
            address=new["address"],
            was=_was(old, new),
            **_lands(lands[household_id], parcels.stored),
        )


def _was(old: Record | None, new: Record) -> str:
    names = ("head_name", "address", "neighborhood_group")
    if old is None or pick(old, names) == pick(new, names):
        return ""
    return ", ".join(filter(None, pick(old, names)))


def _lands(rows: Sequence[Record], stored: Mapping[Key, Record]) -> dict[str, tuple[tuple[str, str, str], ...]]:
    def kind(row: Record) -> str:
        if row["gone_on"]:
            return "lost"
        before = stored.get((row["project_id"], row["map_sheet"], row["plot"], row["household_id"]))
        return "altered" if before and before["gone_on"] is None else "added"

    ordered = sorted(rows, key=lambda row: (row["map_sheet"], row["plot"]))
    return {
        name: tuple((row["map_sheet"], row["plot"], row["area_m2"]) for row in ordered if kind(row) == name)
        for name in ("added", "altered", "lost")
    }
