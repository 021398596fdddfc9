"""The one way to write: shared commits, each turn rolled back alone, nobody answered before the disk has it."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage import jobs
from storage.database import Database, DatabaseUnusable, Tx, migrate, open_plain, split_statements
from storage.looks import Look, LookFirst, known_now

FULL = 2  # what SQLite calls synchronous=FULL


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await Database.open(tmp_path / "a.db")
    yield opened
    await opened.close()


def note(tx: Tx, name: str, at: int = 1) -> str:
    tx.execute("INSERT INTO marks (name, at) VALUES (?, ?)", (name, at))
    return name


def names(tx: Tx) -> list[str]:
    return [row["name"] for row in tx.execute("SELECT name FROM marks ORDER BY name")]


async def test_commits_are_on_disk_before_anybody_is_answered(database: Database) -> None:
    await database.write(note, "a")
    other = open_plain(database.path)
    assert names(other) == ["a"]
    other.close()


async def test_power_cut_settings_are_on(database: Database) -> None:
    def settings(tx: Tx) -> tuple[str, int, int]:
        return tuple(  # type: ignore[return-value]
            next(iter(tx.execute(f"PRAGMA {name}").fetchone().values()))
            for name in ("journal_mode", "synchronous", "foreign_keys")
        )

    assert await database.read(settings) == ("wal", FULL, 1)


async def test_a_failed_turn_is_rolled_back_alone(database: Database) -> None:
    def spoil(tx: Tx) -> None:
        note(tx, "spoilt")
        raise ValueError

    works = [database.write(note, f"n{number}") for number in range(5)]
    results = await asyncio.gather(*works[:3], database.write(spoil), *works[3:], return_exceptions=True)
    assert [type(result).__name__ for result in results] == ["str", "str", "str", "ValueError", "str", "str"]
    assert await database.read(names) == [f"n{number}" for number in range(5)]


async def test_a_cancelled_caller_does_not_cancel_the_turn_nor_hold_the_lock(database: Database) -> None:
    def slow(tx: Tx) -> None:
        note(tx, "slow")
        tx.execute("WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 200000) SELECT MAX(x) FROM c")

    caller = asyncio.create_task(database.write(slow))
    await asyncio.sleep(0)
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    await database.write(note, "after")
    assert await database.read(names) == ["after", "slow"]


def count(tx: Tx, limit: int) -> int:
    query = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT ?) SELECT MAX(x) AS most FROM c"
    return int(tx.execute(query, (limit,)).fetchone()["most"])


def note_after_looking(tx: Tx, name: str, limit: int) -> int:
    """Work that writes, and then finds that it must know something large."""
    note(tx, name)
    known, look = known_now(), Look(count, (limit,))
    if known is not None and look not in known:
        raise LookFirst(look)
    return int(known[look]) if known else count(tx, limit)


@pytest.mark.parametrize("how", ["write", "write_alone"])
async def test_what_must_be_looked_at_for_long_is_looked_at_beside_the_writer(database: Database, how: str) -> None:
    looking = asyncio.create_task(getattr(database, how)(note_after_looking, "looked", 3_000_000))
    for number in range(20):
        await database.write(note, f"n{number:02d}")
    assert not looking.done()
    assert "looked" not in await database.read(names)
    assert await looking == 3_000_000
    assert (await database.read(names))[0] == "looked"


async def test_who_has_others_to_see_to_is_told_that_a_look_is_needed(database: Database) -> None:
    with pytest.raises(LookFirst) as first:
        await database.write_soon(note_after_looking, "looked", 10)
    assert first.value.look == Look(count, (10,))
    assert await database.read(names) == []


async def test_outside_the_writer_everything_is_read_on_the_spot(database: Database) -> None:
    assert await database.read(lambda tx: (known_now(), count(tx, 5))) == (None, 5)
    assert await database.look(count, 7) == 7


async def test_a_long_look_is_broken_off_at_the_end(tmp_path: Path) -> None:
    opened = await Database.open(tmp_path / "b.db")
    begun = threading.Event()

    def long(tx: Tx) -> int:
        begun.set()
        return count(tx, 10**9)

    looking = asyncio.create_task(opened.look(long))
    assert await asyncio.to_thread(begun.wait, 10)
    await asyncio.sleep(0.05)  # the statement begins a moment after that
    await opened.close()
    with pytest.raises(sqlite3.OperationalError):
        await looking


async def test_work_alone_shares_no_commit_and_keeps_its_place(database: Database) -> None:
    order: list[str] = []

    def seen(tx: Tx, name: str) -> None:
        order.append(name)
        note(tx, name)

    await asyncio.gather(
        database.write(seen, "1"), database.write_alone(seen, "2"), database.write(seen, "3"), database.write(seen, "4")
    )
    assert order == ["1", "2", "3", "4"]


async def test_one_turn_that_spoils_the_commit_spoils_nobody_elses(database: Database) -> None:
    def defer(tx: Tx) -> None:  # found out only at COMMIT, for the whole group
        tx.execute("PRAGMA defer_foreign_keys = ON")
        tx.execute("INSERT INTO accounts VALUES ('web', 'x', 'x', 'nobody', NULL, 1, 1)")

    results = await asyncio.gather(
        database.write(note, "a"), database.write(defer), database.write(note, "b"), return_exceptions=True
    )
    assert [type(result).__name__ for result in results] == ["str", "IntegrityError", "str"]
    assert await database.read(names) == ["a", "b"]


async def test_a_full_disk_loses_nothing_and_resumes(database: Database) -> None:
    await database.write(note, "before")
    pages = await database.read(lambda tx: tx.execute("PRAGMA page_count").fetchone()["page_count"])

    def cap(tx: Tx, most: int) -> None:
        tx.execute(f"PRAGMA max_page_count = {most}").fetchall()

    def large(tx: Tx) -> None:
        note(tx, "x" * 200_000)

    await database.write(cap, pages)
    with pytest.raises(sqlite3.OperationalError, match="full"):
        await database.write(large)
    assert await database.read(names) == ["before"]
    await database.write(cap, 1_000_000)
    await database.write(note, "after")
    assert await database.read(names) == ["after", "before"]


async def test_a_read_can_not_write(database: Database) -> None:
    with pytest.raises(sqlite3.OperationalError):
        await database.read(note, "x")
    assert await database.read(names) == []


async def test_a_turn_that_runs_out_of_an_iterator_fails_alone_and_the_writer_lives(database: Database) -> None:
    def run_out(_tx: Tx) -> None:
        next(iter(()))

    for call in (database.write(run_out), database.write_alone(run_out), database.read(run_out)):
        with pytest.raises(RuntimeError, match="StopIteration"):
            await call
    assert await database.write(note, "after") == "after"


async def test_a_write_after_the_end_is_refused_and_does_not_hang(tmp_path: Path) -> None:
    database = await Database.open(tmp_path / "closed.db")
    await database.close()
    with pytest.raises(DatabaseUnusable):
        await asyncio.wait_for(database.write(note, "late"), 30)


async def test_lost_updates_are_none(database: Database) -> None:
    def add(tx: Tx) -> None:
        jobs.set_mark(tx, "counter", (jobs.mark(tx, "counter") or 0) + 1)

    await asyncio.gather(*(database.write(add) for _ in range(400)))
    assert await database.read(jobs.mark, "counter") == 400


def test_migrations_are_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connection = sqlite3.connect(tmp_path / "m.db", isolation_level=None)
    connection.row_factory = lambda cursor, row: {
        column[0]: value for column, value in zip(cursor.description, row, strict=True)
    }
    connection.set_authorizer(lambda action, name, *_: sqlite3.SQLITE_DENY if name == "notices" else sqlite3.SQLITE_OK)
    with pytest.raises(DatabaseUnusable, match="not_migrated"):
        migrate(connection)
    connection.set_authorizer(None)
    assert connection.execute("SELECT COUNT(*) AS tables FROM sqlite_master").fetchone()["tables"] == 0
    migrate(connection)
    assert connection.execute("PRAGMA user_version").fetchone()["user_version"] >= 1
    connection.close()


async def test_a_file_that_is_no_database_is_refused_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "letter.db"
    path.write_bytes(b"Kinh gui" * 1000)
    with pytest.raises(DatabaseUnusable) as refused:
        await Database.open(path)
    assert refused.value.reason == "not_a_database"
    assert path.read_bytes() == b"Kinh gui" * 1000


async def test_a_file_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    connection = open_plain(tmp_path / "new.db")
    connection.execute("PRAGMA user_version = 999")
    connection.close()
    with pytest.raises(DatabaseUnusable) as refused:
        await Database.open(tmp_path / "new.db")
    assert refused.value.reason == "from_a_newer_program"


def test_statements_are_split_at_their_ends_only() -> None:
    script = "CREATE TABLE a (x);\n-- a; comment\nCREATE TRIGGER t BEFORE DELETE ON a\nBEGIN SELECT 1; END;\n"
    assert len(split_statements(script)) == 2


async def test_two_programs_on_one_file_lose_nothing_and_wait_for_each_other(tmp_path: Path) -> None:
    """What reads before it writes must have the lock when it reads."""
    databases = [await Database.open(tmp_path / "a.db") for _ in range(2)]

    def count(tx: Tx) -> None:
        before = marks(tx)
        tx.execute("INSERT INTO marks VALUES ('n', ?) ON CONFLICT (name) DO UPDATE SET at = excluded.at", (before + 1,))

    def marks(tx: Tx) -> int:
        rows = tx.execute("SELECT at FROM marks WHERE name = 'n'").fetchall()
        return int(rows[0]["at"]) if rows else 0

    async def many(database: Database) -> None:
        for _ in range(40):
            await database.write(count)

    try:
        await asyncio.gather(*(many(database) for database in databases))
        assert await databases[0].read(marks) == 80
    finally:
        for database in databases:
            await database.close()


def test_migrations_are_numbered_one_after_the_other() -> None:
    """They are applied by their place in the order: a number twice would be two orders on two machines."""
    names = sorted(path.name for path in (Path(__file__).parents[2] / "storage" / "migrations").glob("*.sql"))
    assert [int(name.partition("_")[0]) for name in names] == list(range(1, len(names) + 1))
