"""The real product as a process of its own, on a database that a test has prepared, killed and started at will."""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import json
import os
import random
import shutil
import signal
import socket
import sqlite3
import sys
import time
import urllib.request
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Self

from bot.core import calendar
from bot.core.ids import Ids
from bot.runtime.clock import wall_clock
from bot.runtime.scheduler import LAST_SWEEP
from storage import jobs, people
from storage.database import Tx, named_row, open_plain, transaction
from storage.demo import all_files
from storage.loading import load_files
from tests.process.nursery import Child, Nursery

ROOT = Path(__file__).parents[2]
READY = "Hệ thống đang chạy"
AWAKE = "tests.process.awake"  # the same program, in a ward without a night
SECRET = "secret_of_the_webhook_in_tests_0123456789"
PHONE = "024 0000 0000"
DAY = 24 * 3600_000  # milliseconds
STARTING = 30.0  # seconds that a start may take on a busy machine


def now_here() -> datetime:
    """The ward's local time, by the wall clock: that is the product's."""
    return calendar.local(wall_clock())


def next_minute(at_least: float) -> datetime:
    """The first full minute that is at least so many seconds away."""
    then = now_here() + timedelta(seconds=at_least)
    return then.replace(second=0, microsecond=0) + timedelta(minutes=1)


def free_port() -> int:
    """A port that nobody has, out of the range from which outgoing connections are given theirs."""
    for _ in range(200):
        port = random.randrange(20000, 32000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no free port")


# The database of a test ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """Somebody with a code."""

    code: str
    role: str
    unit: str
    name: str = ""
    household: str = ""


def prepare(path: Path, invited: Iterable[Invited]) -> None:
    """A database with this year's Phúc Lợi and open invitations."""
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = open_plain(path)
    ids = Ids(wall_clock)
    today = now_here().date()
    with transaction(connection) as tx:
        load_files(tx, _moved_to(today.year, path.parent / "files"), ids, wall_clock())
        _open_now(tx, today)
        for one in invited:
            people.invite(
                tx,
                one.code,
                role=one.role,
                unit_id=one.unit,
                now=wall_clock(),
                expires_at=wall_clock() + DAY,
                household_id=one.household or None,
                person_name=one.name,
            )
    connection.close()


def _moved_to(year: int, folder: Path) -> list[Path]:
    """The demo's files with this year instead of 2021."""
    folder.mkdir(parents=True, exist_ok=True)
    moved = []
    for file in all_files():
        moved.append(folder / file.name)
        moved[-1].write_text(file.read_text(encoding="utf-8").replace("2021", str(year)), encoding="utf-8")
    return moved


def _open_now(tx: Tx, today: date) -> None:
    """The campaign is open on any day of the year, and each day near now has a new model, so that a digest is due."""
    tx.execute("UPDATE units SET valid_from = '2000-01-01', valid_to = NULL")
    tx.execute(
        "UPDATE campaigns SET opens_on = ?, registration_deadline = ?",
        ((today - timedelta(days=200)).isoformat(), (today + timedelta(days=1)).isoformat()),
    )
    models = tx.execute("SELECT model_id FROM models WHERE owner_individual_id IS NOT NULL ORDER BY number").fetchall()
    for model, days in zip(models, (-1, 0, 1), strict=False):
        day = (today + timedelta(days=days)).isoformat()
        tx.execute("UPDATE models SET registered_on = ? WHERE model_id = ?", (day, model["model_id"]))


# The process -----------------------------------------------------------------------------------


def environment() -> Mapping[str, str]:
    """Ours, without settings of the product, wide enough that a sentence stays in one line."""
    kept = {name: value for name, value in os.environ.items() if not name.upper().startswith("DANVAN_")}
    return kept | {"PYTHONIOENCODING": "utf-8", "COLUMNS": "400", "PYTHONDONTWRITEBYTECODE": "1"}


NURSERY = Nursery(ROOT, environment())
atexit.register(NURSERY.close)


@dataclass(slots=True, kw_only=True)
class Ended:
    """How a process ended."""

    code: int
    seconds: float
    output: str


@dataclass(slots=True, kw_only=True)
class Product:
    """`python -m bot run` in its own session. Everything that it ever writes to the terminal is kept in one file."""

    folder: Path
    base_url: str
    token: str
    mode: str = "polling"
    digest_at: str = "00:00"
    reminder_at: str = "00:00"
    per_second: int = 1000
    chat_per_second: int = 1000
    module: str = "bot"
    port: int = field(default_factory=free_port)
    broken: tuple[str, str | None] = ("", "")  # what is wrong with the config: these words instead of those
    starts: int = 0
    kills: int = 0
    nursery: Nursery | None = NURSERY  # where it is born without importing everything; None: as anybody starts it
    process: asyncio.subprocess.Process | Child | None = None
    _said_before: int = 0

    @property
    def path(self) -> Path:
        """The database file."""
        return self.folder / "data" / "danvan.db"

    @property
    def config(self) -> Path:
        """The configuration file, written at each start."""
        return self.folder / "config.toml"

    @property
    def media(self) -> Path:
        """Where photos are kept."""
        return self.path.parent / "media"

    @property
    def log(self) -> Path:
        """All that the process wrote to its terminal."""
        return self.folder / "terminal.log"

    @property
    def output(self) -> str:
        """What it wrote so far."""
        return self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""

    def write_config(self) -> None:
        """The settings as an administrator would write them."""
        lines = [
            "[ward]",
            'name = "phường Phúc Lợi"',
            f'phone = "{PHONE}"',
            f'digest_at = "{self.digest_at}"',
            f'reminder_at = "{self.reminder_at}"',
            "proactive_hours = []",
            "undo_minutes = 0",
            "[storage]",
            f'url = "sqlite:///{self.path}"',
            f'backup_folder = "{self.path.parent / "backups"}"',
            "[web]",
            f"port = {self.port}",
            f'public_url = "http://127.0.0.1:{self.port}"',
            "[telegram]",
            f'token = "{self.token}"',
            f'base_url = "{self.base_url}"',
            f'mode = "{self.mode}"',
            f'webhook_secret = "{SECRET}"',
            f"messages_per_second = {self.per_second}",
            f"chat_messages_per_second = {self.chat_per_second}",
        ]
        self.folder.mkdir(parents=True, exist_ok=True)
        right, wrong = self.broken
        if wrong is not None:
            text = "\n".join(lines) + "\n"
            self.config.write_text(text.replace(right, wrong, 1) if right else text, encoding="utf-8")

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.kill()

    async def start(self, *, ready: bool = True) -> Self:
        """Start it; with `ready`, return when it listens."""
        assert self.process is None
        self.write_config()
        self._said_before = len(self.output)
        self.starts += 1
        self.process = await self._born()
        if ready:
            await self.until_ready()
        return self

    async def command(self, *words: str) -> str:
        """`python -m bot …` as an administrator types it beside it; what it says."""
        log = self.folder / f"command-{time.monotonic_ns()}.log"
        child = await NURSERY.bear("bot", (*words, "--config", str(self.config)), log, self.folder)
        await asyncio.wait_for(child.wait(), 60)
        said = log.read_text(encoding="utf-8")
        log.unlink()
        assert "Traceback" not in said, said
        return said

    async def _born(self) -> asyncio.subprocess.Process | Child:
        arguments = ("run", "--config", str(self.config))
        if self.nursery is not None:
            return await self.nursery.bear(self.module, arguments, self.log)
        with self.log.open("ab") as log:
            return await asyncio.create_subprocess_exec(
                sys.executable,
                *("-m", self.module, *arguments),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=ROOT,
                env=environment(),
                start_new_session=True,
            )

    async def until_ready(self) -> None:
        """Wait until it says that it runs."""
        await self.says(READY)

    async def says(self, words: str) -> None:
        """Wait until it has said so since it was started."""
        async with asyncio.timeout(STARTING):
            while words not in self.output[self._said_before :]:
                assert self.process is not None
                assert self.process.returncode is None, self.output[self._said_before :]
                await asyncio.sleep(0.01)

    async def until_it_has_the_file(self) -> None:
        """Wait until it opens its database: from here on it recovers what the last one left."""
        async with asyncio.timeout(STARTING):
            while not self._has_the_file():
                assert self.process is not None
                assert self.process.returncode is None, self.output[self._said_before :]
                await asyncio.sleep(0.002)

    def _has_the_file(self) -> bool:
        assert self.process is not None
        opened = Path(f"/proc/{self.process.pid}/fd")
        if not opened.parent.exists():  # no /proc on this system: it is told a little later
            return READY in self.output[self._said_before :]
        for number in _names_in(opened):
            with contextlib.suppress(OSError):
                if (opened / number).readlink().name in (self.path.name, f"{self.path.name}-wal"):
                    return True
        return False

    async def kill(self) -> None:
        """kill -9, with whatever it has started."""
        process, self.process = self.process, None
        if process is None:
            return
        if process.returncode is None:
            self.kills += 1
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        await process.wait()

    async def stop(self) -> Ended:
        """SIGTERM, as a service manager ends it."""
        assert self.process is not None
        with contextlib.suppress(ProcessLookupError):
            self.process.terminate()
        return await self.ended()

    async def ended(self, within: float = 60) -> Ended:
        """Wait for it to end by itself."""
        assert self.process is not None
        began = time.monotonic()
        async with asyncio.timeout(within):
            code = await self.process.wait()
        self.process = None
        return Ended(code=code, seconds=time.monotonic() - began, output=self.output[self._said_before :])

    # -- what it did --

    async def health(self) -> dict[str, Any]:
        """GET /healthz."""
        return await asyncio.to_thread(_get_json, f"http://127.0.0.1:{self.port}/healthz")

    def rows(self, query: str, *values: object) -> list[dict[str, Any]]:
        """Rows of the database: read beside a running process, or from a copy of what a dead one left."""
        with self.opened() as connection:
            return connection.execute(query, values).fetchall()

    def value(self, query: str, *values: object) -> Any:
        """The one value of a query."""
        return next(iter(self.rows(query, *values)[0].values()))

    @contextlib.contextmanager
    def opened(self) -> Iterator[sqlite3.Connection]:
        """A connection to look with. A dead process's files are copied, so that they stay for the next as they are."""
        path = self.path if self.process is not None else self._copied()
        connection = sqlite3.connect(f"file:{path}?mode={'ro' if self.process else 'rw'}", uri=True, timeout=10)
        connection.row_factory = named_row
        try:
            yield connection
        finally:
            connection.close()

    def _copied(self) -> Path:
        folder = self.folder / "copy"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for suffix in ("", "-wal"):
            source = self.path.with_name(self.path.name + suffix)
            if source.exists():
                shutil.copy(source, folder / source.name)
        return folder / self.path.name

    def remember_sweep(self, at: datetime) -> None:
        """As if jobs had last been looked for then. Only while nothing runs."""
        assert self.process is None
        connection = open_plain(self.path)
        with transaction(connection) as tx:
            jobs.set_mark(tx, LAST_SWEEP, calendar.instant(at))
        connection.close()

    async def until(self, condition: str, *values: object, seconds: float = 30) -> None:
        """Wait until a query of one value gives something true."""
        async with asyncio.timeout(seconds):
            while not self.value(condition, *values):  # noqa: ASYNC110 - what it looks at is another process
                await asyncio.sleep(0.05)

    async def until_nothing_waits(self, seconds: float = 60) -> None:
        """Wait until every update is answered, notice queued, message delivered, and photo here or given up."""
        await self.until(
            "SELECT NOT EXISTS (SELECT 1 FROM inbox WHERE state = 'received')"
            " AND NOT EXISTS (SELECT 1 FROM notice_sendings WHERE finished_at IS NULL)"
            " AND NOT EXISTS (SELECT 1 FROM outbox WHERE state IN ('queued', 'sending'))"
            " AND NOT EXISTS (SELECT 1 FROM media WHERE state = 'wanted')",
            seconds=seconds,
        )

    def leaks(self, words: Iterable[str]) -> list[str]:
        """Which secrets or words of people the process wrote to its terminal."""
        output = self.output
        secrets = [self.token, self.token.partition(":")[2], SECRET]
        return [word for word in {*secrets, *words} if len(word) >= 6 and word in output]


def _names_in(folder: Path) -> Sequence[str]:
    try:
        return os.listdir(folder)  # noqa: PTH208 - the process may end between two names
    except OSError:
        return ()


def _get_json(url: str) -> dict[str, Any]:
    with urllib.request.urlopen(url, timeout=5) as answer:
        found: dict[str, Any] = json.load(answer)
    return found


def looks_like_a_crash(output: str) -> bool:
    """Whether a terminal shows what only a programmer can read."""
    return "Traceback (most recent call last)" in output or 'File "' in output
