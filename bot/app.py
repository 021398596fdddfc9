"""Starts the product and the demo, and looks at an installation: the only file that knows every room."""

from __future__ import annotations

import contextlib
import fcntl
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from time import monotonic as time_passing

from starlette.applications import Starlette

from bot.channels.base import Channel, DeliveryFailed, Limits
from bot.channels.telegram import TelegramChannel, chat_pace
from bot.channels.web import WebChannel
from bot.config import Settings
from bot.core import calendar
from bot.core.ids import Ids
from bot.core.job import Job
from bot.engine import HERE, Engine, load_texts
from bot.runtime.clock import MovableClock, Now, wall_clock
from bot.runtime.scheduler import Ticking
from bot.runtime.watchman import Copies, Watchman
from bot.web.server import Demo, PortInUse, build_app, ensure_port_free, serve
from handlers import SUBJECTS
from handlers.health import judge
from handlers.visit import Desk, Ward
from storage.database import Database, DatabaseUnusable, open_plain, transaction
from storage.demo import all_files
from storage.demo.people import add_demo_people
from storage.loading import load_files

__all__ = ["AlreadyRunning", "PortInUse", "check", "invitation_link", "load_texts", "run_demo", "run_product", "today"]


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


def today() -> date:
    """The local day of this moment."""
    return calendar.local(wall_clock()).date()


def telegram_of(settings: Settings) -> TelegramChannel | None:
    """The Telegram channel, if the settings have one."""
    chosen = settings.telegram
    if chosen is None:
        return None
    return TelegramChannel(
        token=chosen.token.get_secret_value(),
        base_url=chosen.base_url,
        mode=chosen.mode,
        webhook_secret=chosen.webhook_secret.get_secret_value(),
        webhook_url=f"{settings.web.public_url}/hooks/telegram",
        proxy=chosen.proxy.get_secret_value(),
        limits=telegram_limits(chosen.messages_per_second, chosen.chat_messages_per_second),
    )


def telegram_limits(per_second: float, chat_per_second: float) -> Limits:
    """Telegram's own pace for all chats together and for each; a server of one's own or a paid bot may go faster."""
    burst = max(5, round(per_second / 5))
    return Limits(per_second=per_second, burst=burst, at_once=64, pace=chat_pace(chat_per_second))


async def run_product(settings: Settings, ready: Callable[[], None]) -> None:
    """Run until told to stop. Raises PortInUse, AlreadyRunning, DatabaseUnusable."""
    with alone_on(settings.storage.path):
        telegram = telegram_of(settings)
        channels: list[Channel] = [telegram] if telegram else []
        path, public_url = settings.storage.path, settings.web.public_url
        engine = await open_engine(path, channels, ward_of(settings), wall_clock, time_passing, public_url)
        engine.spawn("watchman", watchman_of(settings, engine).run)
        if telegram:
            engine.spawn("commands", lambda: announce_commands(telegram, engine))
        app = build_app(engine, public_url=settings.web.public_url)
        await serve_engine(engine, app, settings.web.host, settings.web.port, ready)


async def announce_commands(telegram: TelegramChannel, engine: Engine) -> None:
    """Put the commands into Telegram's own menu; a convenience, so a failure is left alone."""
    names = [name for name in engine.registry.commands if engine.desk.texts.has(f"menu.{name}")]
    with contextlib.suppress(DeliveryFailed):
        await telegram.set_commands([(name, engine.desk.texts.say(f"menu.{name}")) for name in names])


def ward_of(settings: Settings) -> Ward:
    """The ward's own settings, as the subjects see them."""
    ward = settings.ward
    return Ward(name=ward.name, phone=ward.phone, digest_at=ward.digest_at, reminder_at=ward.reminder_at)


def jobs_of(settings: Settings) -> list[Job]:
    """What runs by itself in this ward."""
    desk = Desk(texts=load_texts(), ids=Ids(wall_clock), ward=ward_of(settings))
    return [job for subject in SUBJECTS for job in subject.jobs(desk)]


async def open_engine(
    path: Path,
    channels: Sequence[Channel],
    ward: Ward,
    now: Now,
    ticking: Ticking | None = None,
    public_url: str = "",
) -> Engine:
    """An engine over a database file, not yet started."""
    database = await Database.open(path)
    pictures = pictures_beside(path)
    return Engine(
        database=database,
        channels=channels,
        ward=ward,
        now=now,
        ids=Ids(now),
        media=pictures,
        ticking=ticking,
        public_url=public_url,
    )


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
        engine = await open_engine(path, [WebChannel(folder / "uploads")], DEMO_WARD, clock)
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


# Looking at an installation --------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line of `check`: the name of its sentence, what the sentence needs, and whether all is well."""

    name: str
    well: bool
    values: Mapping[str, object] = field(default_factory=dict)


async def check(settings: Settings) -> list[Finding]:
    """Settings, database, port and channels, one line each."""
    return [
        Finding(name="config_ok", well=True),
        _check_database(settings.storage.path),
        _check_port(settings),
        await _check_telegram(settings),
    ]


def _check_database(path: Path) -> Finding:
    if not path.exists():
        return Finding(name="database_new", well=True, values={"path": path})
    open_plain(path).close()
    return Finding(name="database_ok", well=True, values={"path": path})


def _check_port(settings: Settings) -> Finding:
    try:
        ensure_usable(settings.web.host, settings.web.port)
    except (PortInUse, AddressUnusable):
        return Finding(name="port_bad", well=False, values={"port": settings.web.port})
    return Finding(name="port_ok", well=True, values={"port": settings.web.port})


async def _check_telegram(settings: Settings) -> Finding:
    telegram = telegram_of(settings)
    if telegram is None:
        return Finding(name="telegram_off", well=True)
    try:
        return Finding(name="telegram_ok", well=True, values={"username": await telegram.check()})
    except DeliveryFailed as failure:
        return Finding(name="telegram_bad", well=False, values={"why": failure.why})
    finally:
        await telegram.close()


async def invitation_link(settings: Settings, code: str) -> str:
    """The deep link that opens the bot with a code; "" where there is no channel with links, or it can't be asked."""
    telegram = telegram_of(settings)
    if telegram is None:
        return ""
    try:
        return f"https://t.me/{await telegram.check()}?start={code}"
    except DeliveryFailed:
        return ""
    finally:
        await telegram.close()
