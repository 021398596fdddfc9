"""Each kind of input of the corpus and the function that reads it, at Wednesday 24/03/2021, 08:00."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time

from bot.core.reading import (
    days,
    hours,
    households,
    moments,
    options,
    periods,
    phones,
    places,
    quantities,
    report,
)  # fmt: skip
from bot.core.reading.canonical import canonical
from bot.core.reading.result import Ambiguous, Invalid, Reading, Value

TODAY, NOW = date(2021, 3, 24), time(8, 0)

PROJECTS = (
    ("DE", "Dự án đường hành lang chân đê"),
    ("N279", "Tuyến ngõ 279 (đường 15,5m)"),
    ("N201", "Tuyến ngõ 201 (đường 13,5m)"),
)
PLACES = (
    ("nvh5", "Nhà văn hóa tổ 5"),
    ("nvh12", "Nhà văn hóa tổ 12"),
    ("truong", "Trường Tiểu học Phúc Lợi"),
    ("dinh", "Sân đình"),
    ("khac", "Nơi khác"),
)


def _day(held: bool) -> Callable[[str], Reading[object]]:
    return lambda words: days.read_day(words, today=TODAY, held=held)


def _days(held: bool) -> Callable[[str], Reading[object]]:
    return lambda words: periods.read_days(words, today=TODAY, held=held)


def _moment(held: bool) -> Callable[[str], Reading[object]]:
    return lambda words: moments.read_moment(words, today=TODAY, now=NOW, held=held)


READERS: dict[str, Callable[[str], Reading[object]]] = {
    "date": _day(True),
    "date_plan": _day(False),
    "date_range": _days(False),
    "date_range_held": _days(True),
    "time": hours.read_hour,
    "datetime": _moment(True),
    "datetime_plan": _moment(False),
    "count": quantities.read_count,
    "households": households.read_households,
    "quantity": quantities.read_quantity,
    "fraction": quantities.read_fraction,
    "area_m2": quantities.read_area,
    "money_vnd": quantities.read_money,
    "phone": phones.read_phone,
    "tdp": places.read_neighborhood_group,
    "chi_bo": places.read_cell,
    "plot": places.read_plot,
    "address": places.read_address,
    "field": options.read_field,
    "project": lambda words: options.read_project(words, PROJECTS),
    "yesno": options.read_yes_no,
    "option": lambda words: options.pick(words, PLACES),
    "kind": lambda words: Value(report.kind_of(words)),
}


def written(reading: Reading[object] | None) -> str:
    """A reading as the corpus writes it; the empty text when nothing was said."""
    match reading:
        case Value(value):
            return canonical(value)
        case Ambiguous(found):
            return "AMBIGUOUS:" + "|".join(sorted(canonical(one) for one in found))
        case Invalid(reason):
            return f"INVALID:{reason}"
        case _:
            return ""


def agrees(expected: str, got: str) -> bool:
    """Whether a reading is what was expected; the options of a doubt in any order, a bare word any of its kind."""
    if expected in ("INVALID", "AMBIGUOUS"):
        return got.startswith(expected)
    if expected.startswith("AMBIGUOUS:"):
        wanted = set(expected.removeprefix("AMBIGUOUS:").split("|"))
        return got.startswith("AMBIGUOUS:") and wanted <= set(got.removeprefix("AMBIGUOUS:").split("|"))
    return expected == got
