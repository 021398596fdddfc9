"""Copies of the database and its pictures: made while the product runs, looked through, put back by a person.

A copy that was put back knows nothing of what was sent after it was made. So it sends nothing, and no job
runs, until a person has said what becomes of the messages that were waiting in it.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from datetime import datetime
from pathlib import Path

from bot.core import calendar
from storage import jobs, ledger, outbox
from storage.database import Tx, open_plain, transaction

NAME = "danvan-{:%Y%m%d-%H%M%S}.db"
NAMES = "danvan-????????-??????.db"
RESTORED_AT = "restored_at"
WITH_ITS_FILE = ("", "-wal", "-shm")
FOR_EVER = 2**62  # epoch milliseconds


class BackupBroken(Exception):
    """A file that can't serve as a copy; `reason` is the last part of its sentence's address."""

    def __init__(self, reason: str, path: Path) -> None:
        super().__init__(f"{reason} {path}")
        self.reason = reason
        self.path = path


def make(path: Path, folder: Path, now: int, pictures: Path) -> Path:
    """A copy of the database at `path` and of new pictures, in `folder`. Raises BackupBroken, OSError, sqlite3.Error.

    It gets its name only after it was looked through: what has the name is whole.
    """
    folder.mkdir(parents=True, exist_ok=True)
    copy = folder / NAME.format(calendar.local(now))
    unproved = copy.with_suffix(".part")
    unproved.unlink(missing_ok=True)
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as source:
        source.execute("VACUUM INTO ?", (str(unproved),))  # one snapshot, without what was erased
    try:
        prove(unproved)
        _to_disk(unproved)
        unproved.replace(copy)
    finally:
        unproved.unlink(missing_ok=True)
    copy_pictures(pictures, folder / pictures.name)
    return copy


def prove(path: Path) -> None:
    """Read a copy from end to end. Raises BackupBroken when it could not be put back."""
    if not path.is_file():
        raise BackupBroken("missing", path)
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as copy:
            whole = copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            tied = copy.execute("PRAGMA foreign_key_check").fetchone() is None
            ours = copy.execute("SELECT COUNT(*) FROM sqlite_master WHERE name = 'inbox'").fetchone() == (1,)
    except sqlite3.Error:
        raise BackupBroken("damaged", path) from None
    if not (whole and tied):
        raise BackupBroken("damaged", path)
    if not ours:
        raise BackupBroken("not_ours", path)


def copy_pictures(source: Path, target: Path) -> None:
    """Copy the pictures that are not there yet: a picture's name is its content, so none ever changes."""
    for picture in source.glob("*/*"):
        copy = target / picture.parent.name / picture.name
        if not copy.exists():
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(picture, copy.with_suffix(".part"))
            copy.with_suffix(".part").replace(copy)


def remove_old(folder: Path, keep: int) -> None:
    """Leave the newest `keep` copies."""
    for old in sorted(folder.glob(NAMES))[:-keep]:
        old.unlink()


def restore(copy: Path, path: Path, now: int, pictures: Path) -> Path | None:
    """Put a copy in the place of the database, and hold all messages; returns where the replaced file is now.

    Raises BackupBroken, OSError, DatabaseUnusable.
    """
    prove(copy)
    aside = _put_aside(path, calendar.local(now))
    incoming = path.with_name(f"{path.name}.part")
    shutil.copyfile(copy, incoming)
    _hold_all(incoming, now)
    incoming.replace(path)
    copy_pictures(copy.parent / pictures.name, pictures)
    return aside


def _hold_all(path: Path, now: int) -> None:
    """Before the file has its name: there is no moment at which it could be started and send."""
    with closing(open_plain(path)) as connection:
        with transaction(connection) as tx:
            outbox.hold(tx, outbox.EVERY_CHANNEL, "", FOR_EVER)
            jobs.set_mark(tx, RESTORED_AT, now)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    _remove(path.with_name(f"{path.name}{ending}") for ending in WITH_ITS_FILE[1:])
    _to_disk(path)


def _put_aside(path: Path, moment: datetime) -> Path | None:
    aside = path.with_name(f"{path.stem}-{moment:%Y%m%d-%H%M%S}-replaced{path.suffix}")
    for ending in WITH_ITS_FILE:
        part = path.with_name(f"{path.name}{ending}")
        if part.exists():
            part.replace(aside.with_name(f"{aside.name}{ending}"))
    return aside if aside.exists() else None


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


def _to_disk(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def held_since(tx: Tx) -> int | None:
    """When a copy was put back that nobody has released yet; None in ordinary times."""
    return jobs.mark(tx, RESTORED_AT) or None


def held_messages(tx: Tx) -> int:
    """How many messages waited in the copy that was put back."""
    return outbox.waiting_since_before(tx, held_since(tx) or 0)


def release(tx: Tx, now: int, *, send: bool) -> int:
    """Let messages go again; those that waited in the copy are sent or given up. Returns how many those were."""
    restored_at = held_since(tx)
    if restored_at is None:
        return 0
    old = outbox.waiting_since_before(tx, restored_at)
    if not send:
        ledger.note_given_up(tx, restored_at, now, "restored")
        outbox.give_up_older(tx, restored_at, "restored")
    outbox.end_hold(tx, outbox.EVERY_CHANNEL, "")
    jobs.set_mark(tx, jobs.LAST_SWEEP, now)  # what was due meanwhile was sent by the life that the copy does not know
    jobs.set_mark(tx, RESTORED_AT, 0)
    return old
