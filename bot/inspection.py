"""Looks at an installation before it is used: one finding for each thing, well or with what to do about it."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot import app
from bot.channels.base import DeliveryFailed
from bot.channels.telegram import TelegramChannel
from bot.channels.zalo_bot import ZaloBotChannel
from bot.channels.zalo_oa import ZaloOaChannel
from bot.config import Settings
from bot.core.ids import Ids
from bot.core.people import Role
from bot.ground import unusable_folders
from bot.reports.files import broken_layouts
from bot.runtime.clock import wall_clock
from bot.switchboard import channels_of, hook_of
from bot.web.server import PortInUse
from handlers.house.alarms import alarms_told
from storage import backups, people
from storage import channels as kept
from storage.database import Database, open_plain, transaction
from storage.demo import article_files
from storage.loading import load_files


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line of `check`: the name of its sentence, what the sentence needs, and whether all is well."""

    name: str
    well: bool
    values: Mapping[str, object] = field(default_factory=dict)


OTHERS = 0o077  # what a file lets everybody else on the machine do
CHANNELS = ("telegram", "zalo_oa", "zalo_bot")


async def check(settings: Settings) -> list[Finding]:
    """Settings, database, port and channels."""
    found = [
        Finding(name="config_ok", well=True),
        *_check_database(settings.storage.path),
        *_check_folders(settings),
        _check_port(settings),
        *_check_layouts(),
    ]
    for name in CHANNELS:
        if getattr(settings, name) is None:
            found.append(Finding(name=f"{name}_off", well=True))
    if all(getattr(settings, name) is None for name in CHANNELS):
        return found
    if any(finding.name == "held" for finding in found):  # asking could turn a key that is in use elsewhere
        return found
    try:
        with app.alone_on(settings.storage.path):
            async with _opened(settings.storage.path) as database:
                return [*found, *await _check_channels(settings, database)]
    except app.AlreadyRunning:  # asking beside it could turn a key that the running product still uses
        return [*found, Finding(name="running", well=True)]


def _check_layouts() -> list[Finding]:
    """Each layout of a letter, filled with the article's figures."""
    texts, records = app.load_texts(), open_plain(":memory:")
    with transaction(records) as tx:
        load_files(tx, article_files(), Ids(wall_clock), wall_clock())
    broken = broken_layouts(records, "PPL", app.DEMO_START.date(), texts)
    records.close()
    told = [texts.say(f"letter.broken.{error.reason}", file=error.path.name, detail=error.detail) for error in broken]
    return [Finding(name="layout_bad", well=False, values={"why": why}) for why in told] or [
        Finding(name="layouts_ok", well=True)
    ]


@contextlib.asynccontextmanager
async def _opened(path: Path) -> AsyncIterator[Database]:
    database = await Database.open(path)
    try:
        yield database
    finally:
        await database.close()


async def _check_channels(settings: Settings, database: Database) -> list[Finding]:
    found = []
    for channel in channels_of(settings, database):
        try:
            match channel:
                case TelegramChannel() | ZaloBotChannel():
                    found += await _check_bot(settings, channel)
                case ZaloOaChannel():
                    found += await _check_account(settings, channel)
        except DeliveryFailed as failure:
            found.append(Finding(name=f"{channel.name}_bad", well=False, values={"why": failure.why}))
        finally:
            await channel.close()
        found.append(await _last_event(database, channel.name))
    return found


async def _check_bot(settings: Settings, channel: TelegramChannel | ZaloBotChannel) -> list[Finding]:
    name = await channel.check()
    found = [Finding(name=f"{channel.name}_ok", well=True, values={"username": name})]
    if channel.mode == "webhook":
        registered, wanted = await channel.registered_webhook(), hook_of(settings, channel.name)
        hook = "hook_ok" if registered == wanted else "hook_other"
        values = {"channel": channel.name, "registered": registered, "wanted": wanted}
        found.append(Finding(name=hook, well=True, values=values))
    return found


async def _check_account(settings: Settings, channel: ZaloOaChannel) -> list[Finding]:
    name = await channel.check()
    return [
        Finding(name="zalo_oa_ok", well=True, values={"username": name}),
        Finding(name="hook_by_hand", well=True, values={"wanted": hook_of(settings, channel.name)}),
    ]


async def _last_event(database: Database, channel: str) -> Finding:
    at = await database.read(kept.last_event, channel)
    return Finding(name="last_event" if at else "no_event", well=True, values={"channel": channel, "at": at})


def _check_database(path: Path) -> list[Finding]:
    if not path.exists():
        return [Finding(name="database_new", well=True, values={"path": path})]
    with contextlib.closing(open_plain(path)) as records:
        found = [Finding(name="database_ok", well=True, values={"path": path})]
        if path.stat().st_mode & OTHERS:
            found.append(Finding(name="readable", well=True, values={"path": path}))
        if backups.held_since(records) is not None:
            found.append(Finding(name="held", well=True))
        if not people.holders_of(records, Role.ADMIN):
            found.append(Finding(name="no_admin", well=True))
        alarms = alarms_told(app.load_texts(), records)
        return [*found, *(Finding(name="alarm", well=True, values={"told": told}) for told in alarms)]


def _check_folders(settings: Settings) -> list[Finding]:
    """Wherever the product will have to write."""
    pictures = app.pictures_beside(settings.storage.path)
    return [
        Finding(name="folder_bad", well=False, values={"which": bad.which, "folder": bad.folder})
        for bad in unusable_folders(settings, pictures)
    ]


def _check_port(settings: Settings) -> Finding:
    try:
        app.ensure_usable(settings.web.host, settings.web.port)
    except (PortInUse, app.AddressUnusable):
        return Finding(name="port_bad", well=False, values={"port": settings.web.port})
    return Finding(name="port_ok", well=True, values={"port": settings.web.port})
