"""Known people, put into a database directly: secretaries who register, and residents who are only there."""

from __future__ import annotations

from pathlib import Path

from bot.core.ids import Ids
from bot.core.people import Role
from bot.runtime.clock import wall_clock
from storage.database import Tx, open_plain, transaction
from storage.demo import article_files
from storage.loading import load_files, rebuild_ancestors

WARD = "PPL"
FIRST = 10_000_000  # the first Telegram id
RESIDENTS_TOGETHER = 500  # in one unit


def fill(path: Path, *, secretaries: int, known: int) -> None:
    """A database with the article's data, and `known` people of whom so many are secretaries, each of a unit."""
    connection = open_plain(path)
    with transaction(connection) as tx:
        ids, now = Ids(wall_clock), wall_clock()
        load_files(tx, article_files(), ids, now)
        tx.executemany(
            "INSERT INTO units (unit_id, kind, name, parent_id, valid_from) VALUES (?, 'party_cell', ?, ?, ?)",
            [(_unit(number), f"Chi bộ {number}", WARD, "2021-01-01") for number in range(secretaries)],
        )
        _add_people(tx, ids, now, secretaries, known)
        rebuild_ancestors(tx)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    connection.close()


def _add_people(tx: Tx, ids: Ids, now: int, secretaries: int, known: int) -> None:
    people = [(ids.new(), str(FIRST + number), number) for number in range(known)]
    tx.executemany(
        "INSERT INTO people (person_id, name, created_at) VALUES (?, ?, ?)",
        [(person, f"Người {number}", now) for person, _, number in people],
    )
    tx.executemany(
        "INSERT INTO accounts (channel, account, chat, person_id, joined_at) VALUES ('telegram', ?, ?, ?, ?)",
        [(account, account, person, now) for person, account, _ in people],
    )
    tx.executemany(
        "INSERT INTO memberships (membership_id, person_id, unit_id, role, since) VALUES (?, ?, ?, ?, ?)",
        [(ids.new(), person, *_role(number, secretaries), now) for person, _, number in people],
    )


def _role(number: int, secretaries: int) -> tuple[str, str]:
    if number < secretaries:
        return _unit(number), Role.SECRETARY
    return _unit(number // RESIDENTS_TOGETHER % secretaries), Role.RESIDENT


def _unit(number: int) -> str:
    return f"B{number:06d}"


def models_of_the_bench(path: Path) -> tuple[int, int]:
    """(models registered here, how many of them are second ones of the same words by the same unit)."""
    connection = open_plain(path)
    row = connection.execute(
        "SELECT COUNT(*) AS kept, COUNT(DISTINCT owner_unit_id || name) AS different FROM models "
        "WHERE draft IS NOT NULL"
    ).fetchone()
    connection.close()
    return row["kept"], row["kept"] - row["different"]
