"""The moments at which a process can end or a disk can fail: writes, syncs and cuts of files, sends and receives.

SQLite's own are met in its table of file methods (sqlite.org/c3ref/io_methods.html), so that the file on the disk is
in the state in which a real kill leaves it; those of the network at the sockets of this process.
"""

from __future__ import annotations

import _sqlite3
import ctypes
import errno
import os
import signal
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SQLITE_FULL, SQLITE_IOERR_WRITE, SQLITE_IOERR_FSYNC, SQLITE_IOERR_TRUNCATE = 13, 778, 1034, 1546
WRITE, SYNC, TRUNCATE = "xWrite", "xSync", "xTruncate"
BROKEN = {WRITE: SQLITE_IOERR_WRITE, SYNC: SQLITE_IOERR_FSYNC, TRUNCATE: SQLITE_IOERR_TRUNCATE}


@dataclass(frozen=True, slots=True)
class Plan:
    """What happens at which point; point 0 never comes."""

    point: int = 0
    what: str = "kill"  # or "full" or "broken": the disk takes nothing at this point, or gives an error
    lasting: bool = False  # and from there on, until it is mended


class Points:
    """Counts the points; ends the process at the planned one, or lets the call there fail.

    A kill can come before and after each call, a fault of the disk only instead of one.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.count = 0
        self.failed = 0
        self._lock = threading.Lock()

    def pass_by(self) -> None:
        """A moment before or after a call."""
        if self.plan.what == "kill":
            with self._lock:
                self.count += 1
                if self.count == self.plan.point:
                    os.kill(os.getpid(), signal.SIGKILL)

    def fails(self) -> bool:
        """Whether the disk refuses the call that comes now."""
        if self.plan.what == "kill":
            return False
        with self._lock:
            self.count += 1
            point = self.plan.point
            refused = bool(point) and (self.count == point or (self.plan.lasting and self.count > point))
            self.failed += refused
            return refused

    def mend(self) -> None:
        """The disk works again."""
        self.plan = Plan(what=self.plan.what)

    def sqlite_code(self, method: str) -> int:
        """What SQLite is told by a disk that is full, or broken."""
        return SQLITE_FULL if self.plan.what == "full" and method == WRITE else BROKEN[method]


def watch(points: Points) -> None:
    """Meet every call of this process from here on. For a process of its own: nothing is put back."""
    _watch_sqlite(points)
    _watch_files(points)
    _watch_sockets(points)


# SQLite's files ---------------------------------------------------------------------------------

_Method = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p)
_Write = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, ctypes.c_int64)
_Truncate = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int64)
_Sync = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int)
_Open = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, ctypes.POINTER(ctypes.c_int)
)


class _Methods(ctypes.Structure):
    """sqlite3_io_methods, version 3."""

    _fields_ = (
        ("iVersion", ctypes.c_int),
        ("xClose", _Method),
        ("xRead", _Method),
        (WRITE, _Write),
        (TRUNCATE, _Truncate),
        (SYNC, _Sync),
        ("others", ctypes.c_void_p * 13),
    )


class _File(ctypes.Structure):
    """The part of an sqlite3_file that all have."""

    _fields_ = (("methods", ctypes.POINTER(_Methods)),)


class _Vfs(ctypes.Structure):
    """The beginning of an sqlite3_vfs."""

    _fields_ = (
        ("iVersion", ctypes.c_int),
        ("szOsFile", ctypes.c_int),
        ("mxPathname", ctypes.c_int),
        ("pNext", ctypes.c_void_p),
        ("zName", ctypes.c_char_p),
        ("pAppData", ctypes.c_void_p),
        ("xOpen", _Open),
    )


def _watch_sqlite(points: Points) -> None:
    """Every file that SQLite opens from here on has our methods, which call its own."""
    find = ctypes.CDLL(_sqlite3.__file__).sqlite3_vfs_find
    find.restype = ctypes.POINTER(_Vfs)
    vfs = find(None).contents
    open_file = _Open(ctypes.cast(vfs.xOpen, ctypes.c_void_p).value)
    ours: dict[int, _Methods] = {}

    def opened(owner: int, name: int, file: int, flags: int, out: Any) -> int:
        code = open_file(owner, name, file, flags, out)
        held = ctypes.cast(file, ctypes.POINTER(_File)).contents
        if code == 0 and held.methods:
            address = ctypes.addressof(held.methods.contents)
            if address not in ours:
                ours[address] = _watched(held.methods.contents, points)
            held.methods = ctypes.pointer(ours[address])
        return int(code)

    vfs.xOpen = _kept(_Open(opened))


def _watched(methods: _Methods, points: Points) -> _Methods:
    copy = _Methods.from_buffer_copy(methods)
    for name, kind in ((WRITE, _Write), (TRUNCATE, _Truncate), (SYNC, _Sync)):
        own = kind(ctypes.cast(getattr(methods, name), ctypes.c_void_p).value)
        setattr(copy, name, _kept(kind(_met(points, name, own))))
    return copy


def _met(points: Points, name: str, own: Callable[..., int]) -> Callable[..., int]:
    def call(*given: Any) -> int:
        points.pass_by()
        if points.fails():
            return points.sqlite_code(name)
        code = own(*given)
        points.pass_by()
        return code

    return call


_ALIVE: list[Any] = []


def _kept(called: Any) -> Any:
    """C knows only its address: Python must not let go of it."""
    _ALIVE.append(called)
    return called


# Our own files and the network ------------------------------------------------------------------


def _watch_files(points: Points) -> None:
    """Photos: written, synced, and then given their name."""
    sync, replace = os.fsync, Path.replace

    def synced(number: int) -> None:
        points.pass_by()
        if points.fails():
            raise OSError(errno.ENOSPC if points.plan.what == "full" else errno.EIO, "planned")
        sync(number)
        points.pass_by()

    def replaced(self: Path, target: Any) -> Path:
        points.pass_by()
        moved = replace(self, target)
        points.pass_by()
        return moved

    setattr(os, "fsync", synced)  # noqa: B010 - what it replaces has another type
    setattr(Path, "replace", replaced)  # noqa: B010


def _watch_sockets(points: Points) -> None:
    for name in ("send", "sendmsg", "recv", "recv_into"):
        setattr(socket.socket, name, _passed(points, getattr(socket.socket, name)))


def _passed(points: Points, own: Callable[..., Any]) -> Callable[..., Any]:
    def call(self: socket.socket, *given: Any) -> Any:
        if self.family is not socket.AF_INET:  # what wakes the loop is no network
            return own(self, *given)
        points.pass_by()
        answer = own(self, *given)
        points.pass_by()
        return answer

    return call
