"""The database file: opening it, bringing its tables up to date, and the one way to write.

All reading and writing is done by plain functions that take `tx`, the connection inside an open
transaction, and run on that connection's own thread: a whole batch of turns costs one thread hop.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, Self, TypeVar, cast

import aiosql
import aiosqlite

from storage.looks import Look, LookFirst, knowing

Tx = sqlite3.Connection
"""A connection inside an open transaction. Whoever writes passes it on; nobody opens another."""

Connect = Callable[..., Awaitable[aiosqlite.Connection]]
"""Opens a file, with what sqlite3.connect takes."""

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
    "PRAGMA journal_size_limit = 67108864",  # a long reader may let the log grow; afterwards it shrinks to this
)
NEVER_CHECKPOINTS = "PRAGMA wal_autocheckpoint = 0"
"""For all connections but the writer: two that checkpoint at once can spoil the file in SQLite before 3.51.3."""

PRIMARY = 0xFF  # the part of an SQLite error code that names its kind
TROUBLES = {
    sqlite3.SQLITE_CORRUPT: "damaged",
    sqlite3.SQLITE_NOTADB: "damaged",
    sqlite3.SQLITE_FULL: "not_saved",
    sqlite3.SQLITE_IOERR: "not_saved",
    sqlite3.SQLITE_READONLY: "not_saved",
    sqlite3.SQLITE_CANTOPEN: "not_saved",
}
"""What an error says about the file itself."""


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
        self.trouble = ""
        """Why the file takes nothing at the moment: "not_saved" until something is saved again, "damaged" for good."""

    @classmethod
    async def open(cls, path: Path, connect: Connect = aiosqlite.connect) -> Self:
        """Open or create the file at `path`, migrate it, and start its writer. Raises DatabaseUnusable.

        `connect` makes what takes work to a connection's own thread; who has no others to see to needs none.
        """
        await asyncio.to_thread(examine, path)
        writer = await _connect(path, connect)
        try:
            await _on_thread(writer, migrate)
            await _on_thread(writer, try_to_write)
            return cls(path, writer, await _connect_beside(path, connect), await _connect_beside(path, connect))
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
            return await self._snapshot_on(self._reader, lambda tx: work(tx, *args, **kwargs))

    async def look(self, work: Callable[Concatenate[Tx, P], R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """The same for what may take seconds: it holds up other long looks and nothing else."""
        async with self._looking:
            return await self._snapshot_on(self._looker, lambda tx: work(tx, *args, **kwargs))

    async def _snapshot_on(self, connection: aiosqlite.Connection, work: Callable[[Tx], R]) -> R:
        try:
            return await _on_thread(connection, lambda tx: _snapshot(tx, lambda: work(tx)))
        except sqlite3.Error as error:
            self._note_trouble(error)
            raise

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
        if self._closed or self.trouble == "damaged":  # writing on would spoil what can still be saved
            raise DatabaseUnusable(self.trouble or "not_saved", str(self.path))
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
            results = await _on_thread(self._writer, lambda tx: run_group(tx, [write.work for write in group]))
        except Exception as error:
            self._note_trouble(error)
            return [_Failure(_carried(error))] if len(group) == 1 else None
        self.trouble = "" if self.trouble != "damaged" else self.trouble
        for result in results:
            if isinstance(result, _Failure):
                self._note_trouble(result.error)
        return results

    def _note_trouble(self, error: BaseException) -> None:
        found = trouble_of(error)
        if found and self.trouble != "damaged":
            self.trouble = found


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


def trouble_of(error: BaseException) -> str:
    """What an error says about the file itself; "" when it says nothing."""
    code = getattr(error, "sqlite_errorcode", None)
    return "" if code is None else TROUBLES.get(code & PRIMARY, "")


async def _connect_beside(path: Path, connect: Connect) -> aiosqlite.Connection:
    connection = await _connect(path, connect)
    await _on_thread(connection, lambda tx: tx.execute(NEVER_CHECKPOINTS).fetchall())
    return connection


async def _connect(path: Path, connect: Connect) -> aiosqlite.Connection:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        sqlite3.connect(path).close()  # a path that can't be opened must fail before aiosqlite has a thread
        connection = await connect(path, isolation_level=None, cached_statements=512)
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
    if "malformed" in text:
        return "damaged"
    return "not_a_database" if "not a database" in text else "cannot_open"


def named_row(cursor: sqlite3.Cursor, row: tuple[Any, ...]) -> dict[str, Any]:
    """A row as a table of its columns; sqlite3.Row is no mapping, and aiosql reads single values from mappings only."""
    return dict(zip([column[0] for column in cursor.description], row, strict=True))


def prepare(connection: sqlite3.Connection) -> None:
    """Row access by name and the durability settings, on any connection of ours."""
    connection.row_factory = named_row
    for pragma in PRAGMAS:
        connection.execute(pragma).fetchall()


def open_plain(path: Path | str, *, copying: bool = True) -> Tx:
    """A plain connection for a command-line answer or a test, outside any transaction. Raises DatabaseUnusable.

    A file of an older program is copied before it is changed, unless `copying` says that there is a copy.
    """
    try:
        if isinstance(path, Path):
            path.parent.mkdir(parents=True, exist_ok=True)
            examine(path)
        connection = sqlite3.connect(path, isolation_level=None)
    except (OSError, sqlite3.Error) as error:
        raise DatabaseUnusable("cannot_open", str(path)) from error
    try:
        prepare(connection)
        connection.execute(NEVER_CHECKPOINTS).fetchall()
        migrate(connection, copying=copying)
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


def examine(path: Path) -> None:
    """Look a database through, if there is one, before anything of it is touched. Raises DatabaseUnusable.

    Through a connection that can't write: a damaged file stays, to the last byte, what somebody may still rescue.
    """
    if not path.is_file() or path.stat().st_size == 0:
        return
    try:
        with contextlib.closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            whole = connection.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
            [applied] = connection.execute("PRAGMA user_version").fetchone()
            [tables] = connection.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()
    except sqlite3.Error as error:
        raise DatabaseUnusable(_why_unusable(error), str(path)) from None
    except UnicodeDecodeError:  # what it says about the damage quotes the damage
        raise DatabaseUnusable("damaged", str(path)) from None
    if not whole:
        raise DatabaseUnusable("damaged", str(path))
    if tables and applied <= 0:  # another program's, or its number was lost
        raise DatabaseUnusable("not_a_database", str(path))
    if applied > len(_steps()):
        raise DatabaseUnusable("from_a_newer_program", str(path))


def migrate(connection: sqlite3.Connection, *, copying: bool = True) -> None:
    """Apply each migration not yet applied, each in a transaction of its own. Raises DatabaseUnusable."""
    applied = _single(connection, "PRAGMA user_version")
    steps = _steps()
    if applied > len(steps):
        raise DatabaseUnusable("from_a_newer_program")
    path = connection.execute("PRAGMA database_list").fetchone()["file"]
    if path and 0 < applied < len(steps) and copying:
        _copy_before(connection, Path(path), len(steps))
    try:
        for number, step in enumerate(steps[applied:], start=applied + 1):
            _apply(connection, number, step.read_text(encoding="utf-8"))
    except sqlite3.Error as error:
        raise DatabaseUnusable(trouble_of(error) or "not_migrated", path) from error


def try_to_write(connection: sqlite3.Connection) -> None:
    """Write what is there already. Raises DatabaseUnusable where the disk or the rights do not let us."""
    try:
        with transaction(connection):
            connection.execute(f"PRAGMA user_version = {int(_single(connection, 'PRAGMA user_version'))}")
    except sqlite3.Error as error:
        path = connection.execute("PRAGMA database_list").fetchone()["file"]
        raise DatabaseUnusable("read_only" if "readonly" in str(error) else "not_saved", path) from error


def _steps() -> list[Path]:
    return sorted((HERE / "migrations").glob("*.sql"))


def _apply(connection: sqlite3.Connection, number: int, script: str) -> None:
    with transaction(connection):
        for statement in split_statements(script):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {number}")


def _copy_before(connection: sqlite3.Connection, path: Path, number: int) -> None:
    """What a program that changes the tables can't undo: the file as it was, beside it; one such copy is kept."""
    copy = path.with_name(f"{path.stem}-before-{number:04d}{path.suffix}")
    if copy.exists():
        return
    unfinished = copy.with_suffix(".part")
    try:
        unfinished.unlink(missing_ok=True)
        unfinished.touch(mode=0o600)
        connection.execute("VACUUM INTO ?", (str(unfinished),))
        for old in path.parent.glob(f"{path.stem}-before-*{path.suffix}"):
            old.unlink()
        unfinished.replace(copy)
    except (OSError, sqlite3.Error) as error:
        with contextlib.suppress(OSError):
            unfinished.unlink(missing_ok=True)
        raise DatabaseUnusable("no_copy", str(path)) from error


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
