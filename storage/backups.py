"""Copies of the database and its pictures: made while the product runs, looked through, put back by a person.

A copy that was put back knows nothing of what was sent after it was made. So it sends nothing, and no job
runs, until a person has said what becomes of the messages that were waiting in it.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.core import calendar
from storage import health, jobs, ledger, meetings, outbox, sendings
from storage.database import Tx, open_plain, transaction

NAME = "danvan-{:%Y%m%d-%H%M%S}.db"
STAMPED = "danvan-%Y%m%d-%H%M%S.db"
NAMES = "danvan-????????-??????.db"
RESTORED_AT = "restored_at"
TRIED = "backup_tried"  # the mark of when the last copy was begun
WITH_ITS_FILE = ("", "-wal", "-shm")
FOR_EVER = 2**62  # epoch milliseconds
OURS_ALONE = 0o600  # a copy holds everything that the ward knows of its people
TOO_FAR = 24 * 3600_000  # milliseconds; a copy dated later than tomorrow was made while the clock was wrong


class BackupBroken(Exception):
    """A file that can't serve as a copy; `reason` is the last part of its sentence's address."""

    def __init__(self, reason: str, path: Path) -> None:
        super().__init__(f"{reason} {path}")
        self.reason = reason
        self.path = path


def trouble_of(error: Exception) -> str:
    """Why no copy could be made: the last part of its sentence's address."""
    words = str(error)
    if "malformed" in words or isinstance(error, BackupBroken):
        return "damaged"
    full = isinstance(error, OSError) and error.errno == errno.ENOSPC
    return "no_room" if full or "full" in words else "no_folder"


def make(path: Path, folder: Path, now: int, pictures: Path) -> Path:
    """A copy of the database at `path` and of new pictures, in `folder`. Raises BackupBroken, OSError, sqlite3.Error.

    It gets its name only after it was looked through: what has the name is whole.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    copy = folder / NAME.format(calendar.local(now))
    unproved = copy.with_suffix(".part")
    with _gone_afterwards(unproved):
        unproved.touch(mode=OURS_ALONE)
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as source:
            source.execute("VACUUM INTO ?", (str(unproved),))  # one snapshot, without what was erased
        prove(unproved)
        _to_disk(unproved)
        unproved.replace(copy)
        _to_disk(folder)
    copy_pictures(pictures, folder / pictures.name)
    return copy


@contextlib.contextmanager
def _gone_afterwards(path: Path) -> Iterator[None]:
    """Whatever stops us half-way, an unfinished file does not stay and fill the disk."""
    endings = (*WITH_ITS_FILE, "-journal")
    _remove(path.with_name(f"{path.name}{ending}") for ending in endings)
    try:
        yield
    finally:
        _remove(path.with_name(f"{path.name}{ending}") for ending in endings)


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
        if picture.suffix != ".part" and not copy.exists():
            copy.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with _gone_afterwards(copy.with_suffix(".part")):
                _copy_file(picture, copy.with_suffix(".part"))
                copy.with_suffix(".part").replace(copy)


def _copy_file(source: Path, target: Path) -> None:
    target.touch(mode=OURS_ALONE)
    shutil.copyfile(source, target)
    _to_disk(target)


def remove_old(folder: Path, keep: int, now: int) -> None:
    """Leave the newest `keep` copies, and as many of those that are dated into the future.

    One of the two kinds was made under a wrong clock, and the name does not tell which: neither takes the place of the
    other.
    """
    last_credible = NAME.format(calendar.local(now + TOO_FAR))
    copies = sorted(folder.glob(NAMES))
    for kind in (True, False):
        for old in [copy for copy in copies if (copy.name <= last_credible) is kind][:-keep]:
            old.unlink()


def made_at(copy: Path) -> int:
    """When a copy was made, by its name; by its file where somebody renamed it. Epoch milliseconds."""
    try:
        return calendar.instant(datetime.strptime(copy.name, STAMPED).replace(tzinfo=calendar.ZONE))
    except ValueError:
        return round(copy.stat().st_mtime * 1000)


def restore(copy: Path, path: Path, now: int, pictures: Path) -> Path | None:
    """Put a copy in the place of the database, and hold all messages; returns where the replaced file is now.

    What is there stays in its place until everything that could fail is done. Raises BackupBroken, OSError,
    DatabaseUnusable.
    """
    prove(copy)
    incoming = path.with_name(f"{path.name}.part")
    with _gone_afterwards(incoming):
        _copy_file(copy, incoming)
        _hold_all(incoming, copy, now)
        copy_pictures(copy.parent / pictures.name, pictures)
        aside = _put_aside(path, calendar.local(now))
        incoming.replace(path)
        _to_disk(path.parent)
    return aside


def _hold_all(path: Path, copy: Path, now: int) -> None:
    """Before the file has its name: there is no moment at which it could be started and send."""
    with closing(open_plain(path, copying=False)) as connection:
        with transaction(connection) as tx:
            outbox.hold(tx, outbox.EVERY_CHANNEL, "", FOR_EVER)
            outbox.wait_all(tx)  # also what was in the air: a person decides, not the next start
            health.note_backup(tx, str(copy), made_at(copy), copy.stat().st_size)
            jobs.set_mark(tx, RESTORED_AT, now)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    _remove(path.with_name(f"{path.name}{ending}") for ending in WITH_ITS_FILE[1:])
    _to_disk(path)


def _put_aside(path: Path, moment: datetime) -> Path | None:
    aside = path.with_name(f"{path.stem}-{moment:%Y%m%d-%H%M%S}-replaced{path.suffix}")
    number = 1
    while aside.exists():  # nothing that was put aside is ever overwritten
        number += 1
        aside = path.with_name(f"{path.stem}-{moment:%Y%m%d-%H%M%S}-replaced-{number}{path.suffix}")
    for ending in WITH_ITS_FILE:
        part = path.with_name(f"{path.name}{ending}")
        if part.exists():
            part.replace(aside.with_name(f"{aside.name}{ending}"))
    return aside if aside.exists() else None


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


def _to_disk(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)  # a folder too: a new name is on disk when its folder is
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def held_since(tx: Tx) -> int | None:
    """When a copy was put back that nobody has released yet; None in ordinary times."""
    return jobs.mark(tx, RESTORED_AT) or None


def held_messages(tx: Tx) -> int:
    """How many messages waited in the copy that was put back."""
    return outbox.waiting_since_before(tx, held_since(tx) or 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """What a release met: messages that waited in the copy, and what was being sent household by household."""

    messages: int = 0
    notices: int = 0
    meetings: int = 0


def release(tx: Tx, now: int, *, send: bool) -> Released:
    """Let messages go again; those that waited in the copy are sent or given up.

    Given up, a notice that was on its way is paused: the life that the copy does not know may have sent the rest.
    """
    restored_at = held_since(tx)
    if restored_at is None:
        return Released()
    old = outbox.waiting_since_before(tx, restored_at)
    notices = told = 0
    if not send:
        ledger.note_given_up(tx, restored_at, now, "restored")
        outbox.give_up_older(tx, restored_at, "restored")
        notices, told = sendings.pause_all(tx, now), meetings.end_all_tellings(tx, now)
    outbox.end_hold(tx, outbox.EVERY_CHANNEL, "")
    for mark in (jobs.LAST_SWEEP, jobs.AWAKE):  # meanwhile the life that the copy does not know did what was due
        jobs.set_mark(tx, mark, now)
    jobs.set_mark(tx, RESTORED_AT, 0)
    return Released(messages=old, notices=notices, meetings=told)
