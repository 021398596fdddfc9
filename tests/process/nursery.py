"""Where a process is born that need not import the program once more: a mother has imported it, and forks.

What is born is a process like any other, with its own session, group and descriptors: what is killed by `kill -9` here
dies as `python -m bot run` does. Only the two to four seconds of importing are left out, in which nothing can be lost.
Each has a midwife, a process that waits for its end and tells how it ended.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import importlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

# What the program imports only when it is first needed stands here beside the program.
IMPORTED = ("bot.__main__", "uvicorn.protocols.http.auto", "uvicorn.protocols.websockets.auto", "uvicorn.lifespan.on")


class Child:
    """A process out of the nursery, with as much of asyncio.subprocess.Process as is used here."""

    def __init__(self, pid: int, told: asyncio.StreamReader, line: asyncio.StreamWriter) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._line = line
        self._ending = asyncio.create_task(self._end(told))

    async def _end(self, told: asyncio.StreamReader) -> int:
        self.returncode = int(await told.readline() or -signal.SIGKILL)
        self._line.close()
        return self.returncode

    async def wait(self) -> int:
        """Until it has ended; its exit code, or minus the signal."""
        return await asyncio.shield(self._ending)

    def terminate(self) -> None:
        """SIGTERM."""
        os.kill(self.pid, signal.SIGTERM)


class Nursery:
    """The mother's own process, from its first child on."""

    def __init__(self, cwd: Path, environment: Mapping[str, str]) -> None:
        self._cwd = cwd
        self._environment = environment
        self._folder = tempfile.TemporaryDirectory()  # the name of a socket must be short
        self._door = Path(self._folder.name) / "door"
        self._mother: subprocess.Popen[bytes] | None = None

    async def bear(self, module: str, arguments: Sequence[str], log: Path, cwd: Path | None = None) -> Child:
        """`python -m module arguments`, in a session of its own, with its terminal in a file."""
        if self._mother is None:
            self._mother = await asyncio.to_thread(self._come)
        order = {"module": module, "arguments": list(arguments), "log": str(log), "cwd": str(cwd or self._cwd)}
        told, line = await asyncio.open_unix_connection(self._door)
        line.write(json.dumps(order).encode() + b"\n")
        return Child(int(await told.readline()), told, line)

    def _come(self) -> subprocess.Popen[bytes]:
        mother = subprocess.Popen(
            [sys.executable, "-m", __name__, str(self._door)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=self._cwd,
            env=self._environment,
        )
        assert mother.stdout is not None
        mother.stdout.readline()  # she is there
        return mother

    def close(self) -> None:
        """No more children; those that live have been ended by whoever wanted them."""
        if self._mother is not None:
            with self._mother as mother, contextlib.suppress(BrokenPipeError):
                assert mother.stdin is not None
                mother.stdin.close()
        self._folder.cleanup()


# The mother ----------------------------------------------------------------------------------------


def bear_them(door: str) -> None:
    """Whoever comes to the door gets a midwife, until nobody will come any more."""
    for name in IMPORTED:
        importlib.import_module(name)
    gc.freeze()  # what is there already is no child's garbage
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # a midwife goes home by herself
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(door)
        server.listen()
        print("there", flush=True)
        while sys.stdin not in select.select([server, sys.stdin], [], [])[0]:
            line, _ = server.accept()
            if not os.fork():
                server.close()
                help_one(line)
            line.close()


def help_one(line: socket.socket) -> None:
    """One child: tell its number, and when it has ended, how."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    order = json.loads(line.makefile().readline())
    if not (pid := os.fork()):
        line.close()
        live(order["module"], order["arguments"], order["log"], order["cwd"])
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # whoever wanted it may not wait for its end
        line.sendall(f"{pid}\n".encode())
        line.sendall(f"{os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])}\n".encode())
    os._exit(0)


def live(module: str, arguments: Sequence[str], log: str, cwd: str) -> None:
    """Be the program, and end as it ends."""
    os.setsid()
    os.chdir(cwd)
    terminal, nothing = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT), os.open(os.devnull, os.O_RDONLY)
    for mine, theirs in ((nothing, 0), (terminal, 1), (terminal, 2)):
        os.dup2(mine, theirs)
    os.close(terminal)
    os.close(nothing)
    sys.argv = [module, *arguments]
    importlib.import_module("bot.__main__" if module == "bot" else module).cli()
    sys.exit(0)


if __name__ == "__main__":
    bear_them(sys.argv[1])
