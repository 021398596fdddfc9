"""A database file that somebody or something spoiled: refused in words and left as it is, or whole and used; never new.

`SPOILED` is how many files are spoiled, by flipped bytes and by cuts; `SPOIL_SEED` repeats a run.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from bot.engine import load_texts
from storage.database import Database, DatabaseUnusable, Tx, open_plain
from tests.house import House

SPOILED = int(os.environ.get("SPOILED", "40"))
SEED = int(os.environ.get("SPOIL_SEED", "24"))
TEXTS = load_texts()
TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ward's data, with a part of it still in the log beside the file."""
    house = House(tmp_path_factory.mktemp("whole")).fill()
    connection = open_plain(house.path)
    connection.execute("UPDATE marks SET at = at + 1")
    connection.execute("INSERT INTO marks (name, at) VALUES ('in_the_log', 1)")
    folder = tmp_path_factory.mktemp("files")
    for path in house.path.parent.glob("house.db*"):
        shutil.copy(path, folder / path.name)
    connection.close()
    return folder / "house.db"


def spoil(whole: Path, folder: Path, chance: Random) -> tuple[Path, str]:
    """A copy with some bytes changed, or its end missing."""
    folder.mkdir()
    for path in whole.parent.glob("house.db*"):
        if path.suffix != ".db-shm":
            shutil.copy(path, folder / path.name)
    path = folder / whole.name
    size = path.stat().st_size
    how = chance.choice(("header", "one", "many", "cut", "empty page"))
    if how == "cut":
        os.truncate(path, chance.randrange(1, size))
        return path, how
    first, count = {"header": (0, 1), "one": (100, 1), "many": (100, 64), "empty page": (4096, 1)}[how]
    with path.open("r+b") as file:
        for _ in range(count):
            file.seek(chance.randrange(first, 100 if how == "header" else size))
            file.write(bytes(4096) if how == "empty page" else bytes([chance.randrange(256)]))
    return path, how


def contents(folder: Path) -> dict[str, bytes]:
    """The bytes of the file and of its log; the third file is an index that is made anew."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix in (".db", ".db-wal")}


def rows(tx: Tx) -> int:
    """All rows of all tables, read."""
    tables = [str(row["name"]) for row in tx.execute(TABLES).fetchall()]
    return sum(len(tx.execute(f"SELECT * FROM {table}").fetchall()) for table in tables)


def households(tx: Tx) -> int:
    return int(tx.execute("SELECT COUNT(*) AS n FROM households").fetchone()["n"])


async def opened(path: Path) -> tuple[Database | None, str]:
    """The database, or the reason why it is refused."""
    try:
        return await Database.open(path), ""
    except DatabaseUnusable as error:
        return None, error.reason


async def read_through(database: Database, told: str) -> None:
    """All that is in it can be read; or reading it says that it is damaged, and nothing is written any more."""
    try:
        assert await database.read(households) > 0, f"{told}: begun anew"
        await database.read(rows)
    except sqlite3.DatabaseError as error:  # what the first look does not see is seen when it is read
        if "decode" not in str(error):  # of one letter of one text the rows fail by themselves
            await nothing_is_written(database, told)


async def nothing_is_written(database: Database, told: str) -> None:
    assert database.trouble == "damaged", told
    with pytest.raises(DatabaseUnusable, match="damaged"):
        await database.write(rows)


async def test_a_spoiled_file_is_refused_and_kept_or_opened_with_all_that_is_in_it(whole: Path, tmp_path: Path) -> None:
    chance, refused = Random(SEED), 0
    for number in range(SPOILED):
        path, how = spoil(whole, tmp_path / str(number), chance)
        told, before = f"seed {SEED}, file {number}, {how}", contents(path.parent)
        database, reason = await opened(path)
        if database:
            await read_through(database, told)
            await database.close()
        else:
            refused += 1
            assert TEXTS.has(f"cli.database.{reason}"), reason
            only_its_number = reason in ("not_migrated", "no_copy")  # then all data is there
            assert only_its_number or contents(path.parent) == before, f"{told}: {reason}, and changed"
        shutil.rmtree(path.parent)
    print(f"\nseed {SEED}: {refused} of {SPOILED} spoiled files refused and kept as they were")
    assert refused > SPOILED // 4


def test_a_command_refuses_such_a_file_as_well_and_keeps_it(whole: Path, tmp_path: Path) -> None:
    path = tmp_path / "house.db"
    shutil.copy(whole, path)
    os.truncate(path, path.stat().st_size // 2)
    before = path.read_bytes()
    with pytest.raises(DatabaseUnusable, match="damaged"):
        open_plain(path)
    assert path.read_bytes() == before


async def test_pages_that_go_bad_while_it_runs_end_the_writing(tmp_path: Path) -> None:
    """Reading them says so; from then on nothing is written, and the next start refuses the file."""
    house = House(tmp_path).fill()
    database = await Database.open(house.path)
    with house.path.open("r+b") as file:
        file.seek(8 * 4096)
        file.write(b"\xff" * (house.path.stat().st_size - 8 * 4096))
    with pytest.raises(sqlite3.DatabaseError):
        await database.look(rows)
    assert database.trouble == "damaged"
    with pytest.raises(DatabaseUnusable, match="damaged"):
        await database.write(lambda tx: tx.execute("DELETE FROM marks"))
    await database.close()
    before = house.path.read_bytes()
    with pytest.raises(DatabaseUnusable, match="damaged"):
        await Database.open(house.path)
    assert house.path.read_bytes() == before


def test_another_programs_database_is_not_taken_for_a_new_one(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE diary (words)")
    with pytest.raises(DatabaseUnusable, match="not_a_database"):
        open_plain(path)


def test_only_the_writer_tidies_the_log(tmp_path: Path) -> None:
    """Two connections that tidy at once can spoil a file in SQLite before 3.51.3."""
    connection = open_plain(tmp_path / "a.db")
    assert connection.execute("PRAGMA wal_autocheckpoint").fetchone() == {"wal_autocheckpoint": 0}
    connection.close()


async def test_of_the_products_own_connections_too(house: House) -> None:
    def tidies_at(tx: Tx) -> int:
        return int(tx.execute("PRAGMA wal_autocheckpoint").fetchone()["wal_autocheckpoint"])

    database = house.engine.database
    assert await database.read(tidies_at) == 0
    assert await database.look(tidies_at) == 0
    assert await database.write(tidies_at) > 0
