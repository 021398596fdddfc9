"""The resolutions of an older database become reports on duties, and every figure stays."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from storage.database import HERE, migrate, prepare, split_statements
from storage.statistics import day_figures
from tests.storage.conftest import ARTICLE_DAY

BEFORE = 3  # migrations applied before duties
UNITS = (("PPL", "ward", None), ("CB01", "party_cell", "PPL"), ("CB02", "party_cell", "PPL"), ("X", "party_cell", None))
RESOLUTIONS = (
    ("CB01", "03-NQ/CB", "2021-01-19"),
    ("CB01", "09-NQ/CB", "2021-02-19"),
    ("CB01", "01-NQ/CB", "2020-01-19"),
    ("X", "02-NQ/CB", "2021-03-01"),
)


def older(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    prepare(connection)
    for step in sorted((HERE / "migrations").glob("*.sql"))[:BEFORE]:
        for statement in split_statements(step.read_text(encoding="utf-8")):
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {BEFORE}")
    for unit_id, kind, parent in UNITS:
        connection.execute(
            "INSERT INTO units (unit_id, kind, name, parent_id, valid_from) VALUES (?, ?, ?, ?, '2000-01-01')",
            (unit_id, kind, unit_id, parent),
        )
        connection.execute("INSERT INTO unit_ancestors VALUES (?, ?, 0)", (unit_id, unit_id))
        if parent:
            connection.execute("INSERT INTO unit_ancestors VALUES (?, ?, 1)", (unit_id, parent))
    connection.executemany("INSERT INTO resolutions VALUES (?, ?, ?)", RESOLUTIONS)
    return connection


def test_resolutions_become_reports_and_none_is_lost(tmp_path: Path) -> None:
    connection = older(tmp_path / "older.db")
    migrate(connection)
    rows = connection.execute(
        "SELECT duty_id, unit_id, number, done_on, words FROM duty_units ORDER BY 1, 2"
    ).fetchall()
    assert [tuple(row.values()) for row in rows] == [
        ("NQ2020-PPL", "CB01", "01-NQ/CB", "2020-01-19", ""),
        ("NQ2021-PPL", "CB01", "03-NQ/CB", "2021-01-19", "09-NQ/CB (2021-02-19)"),
        ("NQ2021-X", "X", "02-NQ/CB", "2021-03-01", ""),
    ]
    figured = day_figures(connection, "PPL", ARTICLE_DAY)
    assert (figured.resolutions, figured.cells) == (1, 2)
    connection.close()
