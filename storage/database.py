"""The database file: opening it, bringing its tables up to date, and the one way to write.

All reading and writing is done by plain functions that take `tx`, the connection inside an open
transaction, and run on that connection's own thread: a whole batch of turns costs one thread hop.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

import aiosql
import aiosqlite

from storage.looks import Look, LookFirst, knowing

Tx = sqlite3.Connection
"""A connection inside an open transaction. Whoever writes passes it on; nobody opens another."""

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")

HERE = Path(__file__).parent
BATCH = 128  # turns that share one commit at the most: bounds what one failing commit runs again
PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",  # WAL with NORMAL may roll back committed work after a power cut
    "PRAGMA foreign_keys = ON",
    "PRAGMA busy_timeout = 5000",
    "PRAGMA secure_delete = ON",
    "PRAGMA cache_size = -16000",
)


class DatabaseUnusable(Exception):
    """The file can't be used; `reason` is a short English key for the sentence shown to the admin."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason} {detail}".strip())
        self.reason = reason
        self.detail = detail


def load_queries(name: str) -> Any:
    """The named queries of storage/queries/<name>.sql."""
    return aiosql.from_path(HERE / "queries" / f"{name}.sql", "sqlite3")


def record(kind: Callable[..., T], row: Any) -> T:
    """A row as the dataclass that names its columns."""
    return kind(**row)


def records(kind: Callable[..., T], rows: Any) -> list[T]:
    """Rows as a list of dataclasses."""
    return [kind(**row) for row in rows]


def record_or_none(kind: Callable[..., T], row: Any) -> T | None:
    """A row that may be missing."""
    return None if row is None else kind(**row)


@dataclass(slots=True)
class _Write:
    """Something that waits for its turn in the writer, and who waits for it."""

    work: Callable[[Tx], Any]
    alone: bool
    done: asyncio.Future[Any]


class Database:
    """One writer that shares commits, one reader that never waits for it, and one for looks that may take seconds."""

    def __init__(
        self, path: Path, writer: aiosqlite.Connection, reader: aiosqlite.Connection, looker: aiosqlite.Connection
    ) -> None:
        self.path = path
        self._writer = writer
        self._reader = reader
        self._looker = looker
        self._waiting: asyncio.Queue[_Write | None] = asyncio.Queue()
        self._loop = asyncio.create_task(self._write_in_groups(), name="writer")
        self._reading = asyncio.Lock()
        self._looking = asyncio.Lock()
        self._closed = False

    @classmethod
    async def open(cls, path: Path) -> Database:
        """Open or create the file at `path`, migrate it, and start its writer. Raises DatabaseUnusable."""
        writer = await _connect(path)
        try:
            await _on_thread(writer, migrate)
            return cls(path, writer, await _connect(path), await _connect(path))
        except BaseException:
            await writer.close()
            raise

    async def write(self, work: Callable[Concatenate[Tx, P], R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Run `work(tx, …)` in the next shared transaction; returns after the commit is on disk.

        A cancelled caller does not cancel the work: half a transaction would hold the lock. Work that needs a long
        look gets it first, beside the writer.
        """
        return cast(R, await self._write(lambda tx: work(tx, *args, **kwargs), alone=False))

    async def write_alone(self, work: Callable[Concatenate[Tx, P], R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """The same in a transaction of its own, for work that may take the process down."""
        return cast(R, await self._write(lambda tx: work(tx, *args, **kwargs), alone=True))

    async def write_soon(self, work: Callable[Concatenate[Tx, P], R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """The same for a caller with others to see to: raises LookFirst where a long look is needed."""
        return cast(R, await self._queue(lambda tx: knowing({}, lambda: work(tx, *args, **kwargs)), alone=False))

    async def read(self, work: Callable[Concatenate[Tx, P], R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Run `work(tx, …)` on one snapshot of what is committed; it can't write."""
        async with self._reading:
            return await _on_thread(self._reader, lambda tx: _snapshot(tx, lambda: work(tx, *args, **kwargs)))

    async def look(self, work: Callable[Concatenate[Tx, P], R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """The same for what may take seconds: it holds up other long looks and nothing else."""
        async with self._looking:
            return await _on_thread(self._looker, lambda tx: _snapshot(tx, lambda: work(tx, *args, **kwargs)))

    async def close(self) -> None:
        """Finish what waits, break off a long look, then close the connections; later writes are refused."""
        self._closed = True
        await self._waiting.put(None)
        await self._loop
        await self._looker.interrupt()
        for connection in (self._looker, self._reader, self._writer):
            await connection.close()

    async def _write(self, work: Callable[[Tx], Any], *, alone: bool) -> Any:
        known: dict[Look, Any] = {}
        while True:
            try:
                return await self._queue(lambda tx: knowing(known, lambda: work(tx)), alone=alone)
            except LookFirst as first:
                known[first.look] = await self.look(first.look.work, *first.look.args, **dict(first.look.named))

    async def _queue(self, work: Callable[[Tx], Any], *, alone: bool) -> Any:
        if self._closed:
            raise DatabaseUnusable("not_saved")
        done: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting.put_nowait(_Write(work, alone, done))
        return await asyncio.shield(done)

    async def _write_in_groups(self) -> None:
        held: _Write | None = None
        stopping = False
        while not stopping:
            first = held or await self._waiting.get()
            held = None
            if first is None:
                return
            group = [first]
            while not first.alone and len(group) < BATCH and not self._waiting.empty():
                following = self._waiting.get_nowait()
                if following is None:
                    stopping = True
                    break
                if following.alone:
                    held = following
                    break
                group.append(following)
            await self._commit(group)

    async def _commit(self, group: list[_Write]) -> None:
        results = await self._attempt(group)
        if results is None and len(group) > 1:  # one of them spoils the commit: each gets its own
            for write in group:
                _settle(write, (await self._attempt([write]) or [_NOT_SAVED])[0])
            return
        for write, result in zip(group, results or [_NOT_SAVED] * len(group), strict=True):
            _settle(write, result)

    async def _attempt(self, group: Sequence[_Write]) -> list[Any] | None:
        try:
            return await _on_thread(self._writer, lambda tx: run_group(tx, [write.work for write in group]))
        except Exception as error:
            return [_Failure(_carried(error))] if len(group) == 1 else None


@dataclass(slots=True, frozen=True)
class _Failure:
    error: BaseException


_NOT_SAVED = _Failure(DatabaseUnusable("not_saved"))


def _settle(write: _Write, result: Any) -> None:
    if write.done.done():
        return
    if isinstance(result, _Failure):
        write.done.set_exception(result.error)
        write.done.exception()  # a cancelled caller never asks; that is no news
    else:
        write.done.set_result(result)


def run_group(tx: Tx, works: Sequence[Callable[[Tx], Any]]) -> list[Any]:
    """Run each work in a savepoint of one transaction: a failed one is rolled back alone.

    Returns results and `_Failure`s in order. Raises sqlite3.Error when the commit itself fails.
    """
    tx.execute("BEGIN IMMEDIATE")
    try:
        results = [_run_one(tx, work) for work in works]
        tx.execute("COMMIT")
        return results
    except BaseException:
        _roll_back(tx)
        raise


def _run_one(tx: Tx, work: Callable[[Tx], Any]) -> Any:
    tx.execute("SAVEPOINT turn")
    try:
        result = work(tx)
    except Exception as error:
        if not tx.in_transaction:  # SQLite gave the whole transaction up (disk full, corrupt page)
            raise
        tx.execute("ROLLBACK TO turn")
        result = _Failure(_carried(error))
    tx.execute("RELEASE turn")
    return result


def _carried(error: Exception) -> Exception:
    """A future can't carry StopIteration: set as its exception it would end the writer instead of the turn."""
    return RuntimeError("StopIteration") if isinstance(error, StopIteration) else error


def _roll_back(tx: Tx) -> None:
    if tx.in_transaction:
        with contextlib.suppress(sqlite3.Error):
            tx.execute("ROLLBACK")


def _snapshot(tx: Tx, work: Callable[[], R]) -> R:
    tx.execute("PRAGMA query_only = ON")
    tx.execute("BEGIN")
    try:
        return work()
    except StopIteration as error:
        raise _carried(error) from error
    finally:
        _roll_back(tx)


async def _on_thread(connection: aiosqlite.Connection, work: Callable[[Tx], R]) -> R:
    # aiosqlite has no public way to run several statements in one hop; its own methods are this call.
    raw: Tx = connection._conn
    return cast(R, await connection._execute(work, raw))  # type: ignore[no-untyped-call]


async def _connect(path: Path) -> aiosqlite.Connection:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        sqlite3.connect(path).close()  # a path that can't be opened must fail before aiosqlite has a thread
        connection = await aiosqlite.connect(path, isolation_level=None, cached_statements=512)
    except (OSError, sqlite3.Error) as error:
        raise DatabaseUnusable("cannot_open", str(path)) from error
    try:
        await _on_thread(connection, prepare)
    except sqlite3.Error as error:
        await connection.close()
        raise DatabaseUnusable(_why_unusable(error), str(path)) from error
    return connection


def _why_unusable(error: sqlite3.Error) -> str:
    text = str(error)
    if "readonly" in text:
        return "read_only"
    return "not_a_database" if "not a database" in text or "malformed" in text else "cannot_open"


def named_row(cursor: sqlite3.Cursor, row: tuple[Any, ...]) -> dict[str, Any]:
    """A row as a table of its columns; sqlite3.Row is no mapping, and aiosql reads single values from mappings only."""
    return dict(zip([column[0] for column in cursor.description], row, strict=True))


def prepare(connection: sqlite3.Connection) -> None:
    """Row access by name and the durability settings, on any connection of ours."""
    connection.row_factory = named_row
    for pragma in PRAGMAS:
        connection.execute(pragma).fetchall()


def open_plain(path: Path | str) -> Tx:
    """A plain connection for a command-line answer or a test, outside any transaction. Raises DatabaseUnusable."""
    try:
        connection = sqlite3.connect(path, isolation_level=None)
    except sqlite3.Error as error:
        raise DatabaseUnusable("cannot_open", str(path)) from error
    try:
        prepare(connection)
        migrate(connection)
    except sqlite3.Error as error:
        connection.close()
        raise DatabaseUnusable(_why_unusable(error), str(path)) from error
    except DatabaseUnusable:
        connection.close()
        raise
    return connection


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection) -> Any:
    """BEGIN IMMEDIATE … COMMIT on a plain connection; rolled back when the block raises."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
        connection.execute("COMMIT")
    except BaseException:
        _roll_back(connection)
        raise


@contextlib.contextmanager
def snapshot(connection: sqlite3.Connection) -> Any:
    """BEGIN … ROLLBACK on a plain connection: one view of what is committed, holding nobody up."""
    connection.execute("BEGIN")
    try:
        yield connection
    finally:
        _roll_back(connection)


def migrate(connection: sqlite3.Connection) -> None:
    """Apply each migration not yet applied, each in a transaction of its own. Raises DatabaseUnusable."""
    applied = _single(connection, "PRAGMA user_version")
    steps = sorted((HERE / "migrations").glob("*.sql"))
    if applied > len(steps):
        raise DatabaseUnusable("from_a_newer_program")
    if applied and _single(connection, "PRAGMA quick_check(1)") != "ok":
        raise DatabaseUnusable("damaged")
    for number, step in enumerate(steps[applied:], start=applied + 1):
        with transaction(connection):
            for statement in split_statements(step.read_text(encoding="utf-8")):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number}")


def _single(connection: sqlite3.Connection, statement: str) -> Any:
    return next(iter(connection.execute(statement).fetchone().values()))


def split_statements(script: str) -> list[str]:
    """The statements of a script; `executescript` would commit in the middle of a migration."""
    statements, current = [], ""
    for line in script.splitlines(keepends=True):
        current += line
        if sqlite3.complete_statement(current):
            statements.append(current)
            current = ""
    return [statement for statement in statements if statement.strip()]
