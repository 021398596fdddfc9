"""Starts the product and the demo, and looks at an installation: the only file that knows every room."""

from __future__ import annotations

import contextlib
import fcntl
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, time
from functools import partial
from pathlib import Path
from typing import Protocol

from starlette.applications import Starlette

from bot.channels.base import DeliveryFailed
from bot.channels.telegram import TelegramChannel, deep_link
from bot.channels.web import WebChannel
from bot.config import Settings, WebSettings
from bot.core import calendar
from bot.core.ids import Ids
from bot.core.job import Job
from bot.engine import HERE, Engine, load_texts
from bot.ground import ensure_not_lost, ensure_room
from bot.runtime.clock import MovableClock, Now, time_passing, wall_clock
from bot.runtime.watchman import Copies, Watchman
from bot.switchboard import channels_of, telegram_of
from bot.web.server import Demo, PortInUse, build_app, ensure_port_free, serve
from handlers import SUBJECTS
from handlers.dialogue.visit import Desk, Ward
from handlers.house.health import cry, judge
from storage import backups
from storage.database import Database, DatabaseUnusable, open_plain, transaction
from storage.demo import all_files
from storage.demo.people import add_demo_people
from storage.loading import load_files

__all__ = ["AlreadyRunning", "PortInUse", "invitation_link", "load_texts", "run_demo", "run_product", "today"]


class AlreadyRunning(Exception):
    """Another process works on this database file."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        self.path = path


@contextlib.contextmanager
def alone_on(path: Path) -> Iterator[None]:
    """Hold the database file until the process ends, however it ends. Raises AlreadyRunning."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        opened = path.with_name(f"{path.name}.lock").open("w")
    except OSError as error:
        raise DatabaseUnusable("cannot_open", str(path)) from error
    with opened as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise AlreadyRunning(path) from None
        yield


class Ready(Protocol):
    """Called once the product listens; `held` says that it runs on a copy that nobody has released yet."""

    def __call__(self, *, held: bool) -> None: ...


def today() -> date:
    """The local day of this moment."""
    return calendar.local(wall_clock()).date()


async def run_product(settings: Settings, ready: Ready) -> None:
    """Run until told to stop. Raises PortInUse, AlreadyRunning, DatabaseUnusable, FolderUnusable."""
    ensure_room(settings, pictures_beside(settings.storage.path))
    with alone_on(settings.storage.path):
        ensure_not_lost(settings, pictures_beside(settings.storage.path))
        database = await Database.open(settings.storage.path)
        held = await database.read(backups.held_since) is not None
        engine = Engine(
            database=database,
            channels=channels_of(settings, database),
            ward=ward_of(settings),
            now=wall_clock,
            ids=Ids(wall_clock),
            media=pictures_beside(database.path),
            ticking=time_passing,
            public_url=settings.web.public_url,
        )
        engine.spawn("watchman", watchman_of(settings, engine).run)
        engine.spawn("commands", lambda: announce_commands(engine))
        app = build_app(engine, public_url=settings.web.public_url)
        await serve_engine(engine, app, settings.web.host, settings.web.port, partial(ready, held=held))


async def announce_commands(engine: Engine) -> None:
    """Put the commands into Telegram's own menu; a convenience, so a failure is left alone."""
    await engine.until_released()
    names = [name for name in engine.registry.commands if engine.desk.texts.has(f"menu.{name}")]
    for channel in engine.channels.values():
        if isinstance(channel, TelegramChannel):
            with contextlib.suppress(DeliveryFailed):
                await channel.check()  # its links need its name
                await channel.set_commands([(name, engine.desk.texts.say(f"menu.{name}")) for name in names])


def ward_of(settings: Settings) -> Ward:
    """The ward's own settings, as the subjects see them."""
    ward = settings.ward
    return Ward(
        name=ward.name,
        phone=ward.phone,
        digest_at=ward.digest_at,
        reminder_at=ward.reminder_at,
        proactive=ward.proactive_hours,
        undo=ward.undo_minutes * 60_000,
        fewest=ward.fewest_households,
        address=address_of(settings.web),
    )


def address_of(web: WebSettings) -> str:
    """How people reach our pages: as the settings say, or on this machine; "" where that can't be known."""
    return web.public_url or ("" if web.host in EVERYWHERE else f"http://{web.host}:{web.port}")


EVERYWHERE = ("0.0.0.0", "::")  # listening at every address is an address for nobody


def jobs_of(settings: Settings) -> list[Job]:
    """What runs by itself in this ward."""
    desk = Desk(texts=load_texts(), ids=Ids(wall_clock), ward=ward_of(settings))
    return [job for subject in SUBJECTS for job in subject.jobs(desk)]


def pictures_beside(path: Path) -> Path:
    """Where the pictures of a database are kept."""
    return path.parent / "media"


def watchman_of(settings: Settings, engine: Engine) -> Watchman:
    """Who looks after the running product."""
    storage = settings.storage
    copies = Copies(
        folder=Path(storage.backup_folder),
        at=storage.backup_at,
        keep=storage.backups_kept,
        pictures=pictures_beside(storage.path),
    )
    return Watchman(
        database=engine.database,
        channels=engine.channels,
        failing_jobs=lambda: engine.scheduler.failing,
        judge=lambda tx, seen: judge(engine.desk, tx, seen, engine.now()),
        now=engine.now,
        wake_delivery=engine.wake_delivery,
        copies=copies,
        doubt=lambda: engine.scheduler.doubt,
        cry=lambda tx, trouble: cry(engine.desk, tx, trouble),
    )


async def serve_engine(engine: Engine, app: Starlette, host: str, port: int, ready: Callable[[], None]) -> None:
    """Start, serve the web side until a signal comes, stop."""
    try:
        ensure_usable(host, port)
        await engine.start()
        await serve(app, host, port, ready)
    finally:
        await engine.stop()


class AddressUnusable(Exception):
    """The machine has no such address, or does not let us listen there."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(f"{host}:{port}")
        self.host = host
        self.port = port


def ensure_usable(host: str, port: int) -> None:
    """Raises PortInUse or AddressUnusable when we could not listen there."""
    if not 1 <= port <= LAST_PORT:  # the system would take the remainder of a larger one
        raise AddressUnusable(host, port)
    try:
        ensure_port_free(host, port)
    except OSError:
        raise AddressUnusable(host, port) from None


LAST_PORT = 65535
DEMO_WARD = Ward(name="Phường Phúc Lợi", phone="024 xxxx xxxx", digest_at=time(17), reminder_at=time(8))
DEMO_START = datetime(2021, 3, 24, 8, 0, tzinfo=calendar.ZONE)


async def run_demo(host: str, port: int, ready: Callable[[], None], folder: Path = HERE / "data" / "demo") -> None:
    """The real engine over a fresh file with the Phúc Lợi data, and a page with four phones."""
    ensure_usable(host, port)
    path = folder / "demo.db"
    with alone_on(path):
        clock = MovableClock(calendar.instant(DEMO_START))
        fill_demo(path, clock)
        engine = Engine(
            database=await Database.open(path),
            channels=[WebChannel(folder / "uploads")],
            ward=replace(DEMO_WARD, address=f"http://{host}:{port}"),
            now=clock,
            ids=Ids(clock),
            media=pictures_beside(path),
        )
        page = build_app(engine, demo=Demo(clock=clock, folder=folder / "page"))
        await serve_engine(engine, page, host, port, ready)


def fill_demo(path: Path, now: Now) -> None:
    """A fresh database file with the article's data and the demo's people."""
    for old in path.parent.glob(f"{path.name}*"):
        if not old.name.endswith(".lock"):
            old.unlink()
    connection = open_plain(path)
    with transaction(connection) as tx:
        ids = Ids(now)
        load_files(tx, all_files(), ids, now())
        add_demo_people(tx, ids, now())
    connection.close()


async def invitation_link(settings: Settings, code: str) -> str:
    """The deep link that opens the bot with a code; "" where there is no channel with links, or it can't be asked."""
    telegram = telegram_of(settings)
    if telegram is None:
        return ""
    try:
        return deep_link(await telegram.check(), code)
    except DeliveryFailed:
        return ""
    finally:
        await telegram.close()
