"""What must be there before the product starts: folders that can be written to, and the database it had."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.config import Settings
from storage import backups
from storage.database import DatabaseUnusable


@dataclass(frozen=True, slots=True, kw_only=True)
class Unusable:
    """A folder that takes nothing; `which` is the last part of its sentence's address."""

    which: str
    folder: str


class FolderUnusable(Exception):
    """A folder that the product can't do without takes nothing."""

    def __init__(self, found: Unusable) -> None:
        super().__init__(f"{found.which} {found.folder}")
        self.found = found


def ensure_room(settings: Settings, pictures: Path) -> None:
    """Try to write wherever the product will have to. Raises FolderUnusable.

    Without its folder of copies it runs: the administrators hear of it, and nobody's messages wait for a disk that
    is not plugged in.
    """
    for found in unusable_folders(settings, pictures):
        if found.which != "copies":
            raise FolderUnusable(found)


def unusable_folders(settings: Settings, pictures: Path) -> Iterator[Unusable]:
    """The folders of the settings, and the machine's for what is written for a moment, that take nothing."""
    storage = settings.storage
    needed = {"data": storage.path.parent, "media": pictures, "copies": Path(storage.backup_folder)}
    for which, folder in needed.items():
        if not _takes(folder):
            yield Unusable(which=which, folder=str(folder))
    if not _takes(None):
        yield Unusable(which="temporary", folder="")


def _takes(folder: Path | None) -> bool:
    """Whether a file can be written there, or the folder be made: None is the machine's own for a moment."""
    there = folder and next((one for one in (folder, *folder.absolute().parents) if one.exists()), folder)
    try:
        with tempfile.TemporaryFile(dir=there) as file:
            file.write(b"0")
    except OSError:
        return False
    return True


def ensure_not_lost(settings: Settings, pictures: Path) -> None:
    """A database is begun only where there was none. Raises DatabaseUnusable when something tells of an older one."""
    path = settings.storage.path
    if path.exists() and path.stat().st_size:
        return
    beside = [path.with_name(f"{path.name}{ending}") for ending in ("-wal", ".part")]
    copies = Path(settings.storage.backup_folder).glob(backups.NAMES)
    if any(left.exists() and left.stat().st_size for left in (*beside, *copies, *pictures.glob("*/*"))):
        raise DatabaseUnusable("lost", str(path))
