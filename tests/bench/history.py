"""A city's history made up in SQL, and what all statistics of one day cost in it.

python -m tests.bench.history --wards 1000 --years 5
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import aiosql

from bot.core.periods import Span, ending
from storage import sessions, statistics
from storage.campaign import Owner
from storage.database import Tx, open_plain, transaction
from storage.loading import rebuild_ancestors
from storage.registers import registers
from storage.statistics import Page, report_as_json

HERE = Path(__file__).parent
FIRST_YEAR = 2021
A_DAY = 24 * 3600_000  # milliseconds
NUMBERS = 1024
AGAIN = 3
CELL = Owner(owner_id="P0C1", name="", unit_id="P0C1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much history there is."""

    wards: int
    years: int
    sessions: int = 100  # a ward a year


def make(path: Path, size: Size) -> float:
    """Write a history; returns how many seconds it took. Nothing else uses the file: it need not survive a crash."""
    began = time.perf_counter()
    connection = open_plain(path)
    for pragma in ("synchronous = OFF", "foreign_keys = OFF", "cache_size = -200000"):
        connection.execute(f"PRAGMA {pragma}")
    with transaction(connection) as tx:
        tx.execute("CREATE TEMP TABLE numbers (n INTEGER PRIMARY KEY)")
        tx.executemany("INSERT INTO numbers VALUES (?)", [(number,) for number in range(max(NUMBERS, size.wards))])
        tx.execute("INSERT INTO people (person_id, name, created_at) VALUES ('X', 'Người (giả định)', 0)")
        _fill(tx, size)
    connection.close()
    return time.perf_counter() - began


def _fill(tx: Tx, size: Size) -> None:
    queries: Any = aiosql.from_path(HERE / "history.sql", "sqlite3")
    queries.wards(tx, wards=size.wards)
    queries.collectives(tx)
    rebuild_ancestors(tx)
    queries.campaigns(tx, years=size.years, first_year=FIRST_YEAR)
    for name in ("individuals", "fields", "projects", "obligations", "models"):
        getattr(queries, name)(tx)
    queries.sessions(tx, sessions=size.sessions)
    for name in ("cohosts", "duties", "duty_units", "goals", "households"):
        getattr(queries, name)(tx)
    queries.notices(tx, ms_a_day=A_DAY)
    queries.recipients(tx)
    queries.answers(tx, ms_a_day=A_DAY)


def measure(path: Path, size: Size) -> list[dict[str, Any]]:
    """What each look at one day of the last year costs, the best of some runs, and the memory that it took."""
    connection = open_plain(path)
    day = date(FIRST_YEAR + size.years - 1, 6, 30)
    rows = [
        _timed(connection, f"all statistics, {name}", lambda tx, scope=scope: _everything(tx, scope, day))
        for name, scope in (("one cell", "P0C1"), ("one ward", "P0"), ("the city", "TP"))
    ]
    page = Page(skip=8, most=9)
    rows += [
        _timed(connection, "a page of a ward's models", lambda tx: statistics.models_of(tx, "P0", day, page)),
        _timed(connection, "a page of a ward's sessions", lambda tx: statistics.sessions_of(tx, "P0", day, page)),
        _timed(connection, "a page of a ward's units", lambda tx: statistics.units_below(tx, "P0", day, page)),
        _timed(connection, "a page of the city's wards", lambda tx: statistics.units_below(tx, "TP", day, page)),
        _timed(connection, "a ward's laggards", lambda tx: statistics.laggards(tx, "P0", day)),
        _timed(connection, "a ward's rows for a workbook", lambda tx: registers(tx, "P0", day)),
        _timed(connection, "a cell's reports of a day", lambda tx: sessions.held_on(tx, CELL, day.isoformat())),
    ]
    connection.close()
    return rows


def _everything(tx: Tx, scope: str, day: date) -> str:
    return json.dumps(report_as_json(statistics.report(tx, scope, ending(Span.DAY, day))))


def _timed(tx: Tx, what: str, look: Callable[[Tx], Any]) -> dict[str, Any]:
    taken = []
    for _ in range(AGAIN):
        began = time.perf_counter()
        look(tx)
        taken.append(time.perf_counter() - began)
        if taken[-1] > 5:  # once is enough of this
            break
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"what": what, "ms": round(min(taken) * 1000, 1), "peak_mb": round(memory)}


def history(size: Size) -> list[dict[str, Any]]:
    """One size of history: made, measured, thrown away."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        path = Path(folder) / "history.db"
        made = make(path, size)
        place = {"wards": size.wards, "years": size.years, "file_mb": round(path.stat().st_size / 1_048_576)}
        return [{**place, **row, "made_s": round(made, 1)} for row in measure(path, size)]


def main() -> None:
    """Print the rows as JSON."""
    parser = argparse.ArgumentParser(prog="tests.bench.history", description=__doc__)
    parser.add_argument("--wards", type=int, default=1)
    parser.add_argument("--years", type=int, default=1)
    told = parser.parse_args()
    sys.stdout.write(json.dumps(history(Size(wards=told.wards, years=told.years))) + "\n")


if __name__ == "__main__":
    main()
