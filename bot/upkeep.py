"""The command line for whoever looks after the house: jobs, copies, what was set aside."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from bot import app as house
from bot.core import calendar
from bot.runtime.clock import wall_clock
from bot.runtime.scheduler import next_run
from bot.terminal import (
    DEFAULT_CONFIG,
    TEXTS,
    ConfigOption,
    DatabaseOption,
    Told,
    existing,
    note,
    opened,
    out,
    path_of,
    sentences,
    settings_of,
    tell,
)
from handlers.house.alarms import alarms_told, days_told
from handlers.people.journal import line_of
from storage import audit as journal
from storage import backups, campaign, health, inbox, outbox
from storage import jobs as runs
from storage.database import Tx, transaction

FOLDER = Path("data/backups")
SKIPPED_FOR = 28 * 24 * 3600_000  # milliseconds in which what was left out is listed


def add_commands(add: Callable[..., Callable[..., object]]) -> None:
    """Put the commands of this room on the command line; `add` is what typer's decorator is made of."""
    for command in (jobs, audit, backup, restore, release, retry):
        add(help=TEXTS.say(f"cli.help.{command.__name__}"))(command)


def jobs(
    clock_is_right: Annotated[bool, typer.Option("--clock-is-right")] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    db: DatabaseOption = None,
) -> None:
    """What runs by itself: when it ran last, with what outcome, and when it runs next."""
    with sentences():
        settings = settings_of(config)
        planned = house.jobs_of(settings)
        table = Table(*(TEXTS.say(f"cli.jobs.{name}") for name in ("job", "last", "outcome", "next")))
        with opened(existing(path_of(db, config))) as connection:
            if clock_is_right:
                _believe_the_clock(connection)
            for name in dict.fromkeys(job.name for job in planned):  # a job with several hours is one line
                runs_at = [at for job in planned if job.name == name and (at := next_run([job], wall_clock()))]
                last = _last_run(connection, name)
                table.add_row(TEXTS.say(f"health.job.{name}"), *last, _moment(min(runs_at, default=None)))
            notes = _notes_on_jobs(connection)
        out.print(table)
        for sentence in notes:
            tell(sentence)


def _believe_the_clock(connection: Tx) -> None:
    with transaction(connection) as tx:
        runs.set_mark(tx, runs.LAST_SWEEP, wall_clock())
        note(tx, "clock", _moment(wall_clock()))


def _notes_on_jobs(tx: Tx) -> list[str]:
    """What was left out in the last weeks, why nothing runs, and what is wrong with a job now."""
    notes = [TEXTS.say("cli.held")] if backups.held_since(tx) is not None else []
    skipped = health.skipped_since(tx, wall_clock() - SKIPPED_FOR)
    if skipped:
        notes.append(TEXTS.say("cli.jobs.skipped", days=days_told(TEXTS, health.by_day(skipped))))
    return [*notes, *alarms_told(TEXTS, tx)]


def _last_run(tx: Tx, job: str) -> tuple[str, str]:
    last, done = runs.last_run(tx, job), runs.last_done(tx, job)
    if done and (last is None or last.slot < calendar.local(done).date().isoformat()):
        return _moment(done), TEXTS.say("cli.jobs.nothing")
    if last is None:
        return TEXTS.say("cli.jobs.never"), ""
    became = outbox.states_about(tx, f"{job}:{last.slot}")
    return _moment(last.ran_at), TEXTS.say("cli.jobs.outcomes", last=last, became=became)


def _moment(instant: int | None) -> str:
    return TEXTS.say("cli.jobs.moment", instant=instant)


def audit(
    unit: str = "",
    most: Annotated[int, typer.Option("--most", min=1)] = 100,
    config: ConfigOption = DEFAULT_CONFIG,
    db: DatabaseOption = None,
) -> None:
    """Who saw, sent, changed what: of a unit and all below it, the newest last."""
    with sentences(), opened(existing(path_of(db, config))) as connection:
        scopes = [unit] if unit else campaign.highest(connection)
        if unit and campaign.unit(connection, unit) is None:
            raise Told(TEXTS.say("cli.unknown_unit", unit=unit))
        acts = sorted((act for scope in scopes for act in journal.read(connection, scope, most)), key=_made)[-most:]
        for act in acts:
            tell(line_of(TEXTS, act, _moment(act.at)))


def _made(act: journal.Act) -> str:
    return act.audit_id


def backup(
    to: Annotated[Path | None, typer.Option("--to")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    db: DatabaseOption = None,
) -> None:
    """A copy now, also while the product runs."""
    with sentences():
        path = existing(path_of(db, config))
        folder = to or (FOLDER if db else Path(settings_of(config).storage.backup_folder))
        with _copying(folder):
            copy = backups.make(path, folder, wall_clock(), house.pictures_beside(path))
            with opened(path) as connection, transaction(connection) as tx:
                health.note_backup(tx, str(copy), wall_clock(), copy.stat().st_size)
                note(tx, "backup", copy.name)
        tell(TEXTS.say("cli.backup.made", path=copy))


def restore(
    copy: Path,
    config: ConfigOption = DEFAULT_CONFIG,
    db: DatabaseOption = None,
) -> None:
    """Put a copy in the place of the database; nothing is sent before `release`."""
    with sentences():
        path = path_of(db, config)
        with _copying(path.parent), house.alone_on(path):
            aside = backups.restore(copy, path, wall_clock(), house.pictures_beside(path))
            with opened(path) as connection, transaction(connection) as tx:
                note(tx, "restore", copy.name)
        tell(TEXTS.say("cli.backup.restored", copy=copy, path=path, aside=aside or ""))


def release(
    send: Annotated[bool | None, typer.Option("--send/--drop")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    db: DatabaseOption = None,
) -> None:
    """After a restore: decide about the messages that were waiting in the copy, and let everything run again."""
    with sentences(), opened(existing(path_of(db, config))) as connection, transaction(connection) as tx:
        if backups.held_since(tx) is None:
            raise Told(TEXTS.say("cli.backup.nothing_held"))
        if send is None:
            raise Told(TEXTS.say("cli.backup.choose", count=backups.held_messages(tx)))
        done = backups.release(tx, wall_clock(), send=send)
        note(tx, "release", "send" if send else "drop")
        tell(TEXTS.say("cli.backup.released", done=done, send=send))


def retry(config: ConfigOption = DEFAULT_CONFIG, db: DatabaseOption = None) -> None:
    """What was set aside is tried again at the next start."""
    with sentences():
        path = existing(path_of(db, config))
        with house.alone_on(path), opened(path) as connection, transaction(connection) as tx:
            tell(TEXTS.say("cli.retried", count=inbox.try_again(tx)))


@contextmanager
def _copying(folder: Path) -> Iterator[None]:
    """What goes wrong with a copy, as a sentence."""
    try:
        yield
    except backups.BackupBroken as error:
        raise Told(TEXTS.say(f"cli.backup.{error.reason}", path=error.path)) from None
    except (OSError, sqlite3.Error) as error:
        why = backups.trouble_of(error)
        raise Told(TEXTS.say(f"cli.backup.failed.{why}", path=getattr(error, "filename", None) or folder)) from None
