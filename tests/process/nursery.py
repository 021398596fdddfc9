"""Where a process is born that need not import the program once more: a mother has imported it, and forks.

What is born is a process like any other, with its own session, group and descriptors: what is killed by `kill -9` here
dies as `python -m bot run` does. Only the two to four seconds of importing are left out, in which nothing can be lost.
The mother bears one at a time.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import importlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

# What the program imports only when it is first needed stands here beside the program.
IMPORTED = ("bot.__main__", "uvicorn.protocols.http.auto", "uvicorn.protocols.websockets.auto", "uvicorn.lifespan.on")


class Child:
    """A process out of the nursery, with as much of asyncio.subprocess.Process as is used here."""

    def __init__(self, pid: int, told: IO[bytes]) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._told = told
        self._ended = asyncio.Event()
        asyncio.get_running_loop().add_reader(told.fileno(), self._end)

    def _end(self) -> None:
        asyncio.get_running_loop().remove_reader(self._told.fileno())
        self.returncode = int(self._told.readline() or -signal.SIGKILL)
        self._ended.set()

    async def wait(self) -> int:
        """Until it has ended; its exit code, or minus the signal."""
        await self._ended.wait()
        assert self.returncode is not None
        return self.returncode

    def terminate(self) -> None:
        """SIGTERM."""
        os.kill(self.pid, signal.SIGTERM)


class Nursery:
    """The mother's own process, from its first child on."""

    def __init__(self, cwd: Path, environment: Mapping[str, str]) -> None:
        self._cwd = cwd
        self._environment = environment
        self._mother: subprocess.Popen[bytes] | None = None

    async def bear(self, module: str, arguments: Sequence[str], log: Path) -> Child:
        """`python -m module arguments`, in a session of its own, with its terminal in a file."""
        order = {"module": module, "arguments": list(arguments), "log": str(log)}
        orders, told = self._pipes()
        orders.write(json.dumps(order).encode() + b"\n")
        return Child(int(await asyncio.to_thread(told.readline)), told)

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        if self._mother is None:
            self._mother = subprocess.Popen(
                [sys.executable, "-m", __name__],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                bufsize=0,  # a line is read when it is there, and not one byte of the next
                cwd=self._cwd,
                env=self._environment,
            )
        assert self._mother.stdin is not None
        assert self._mother.stdout is not None
        return self._mother.stdin, self._mother.stdout

    def close(self) -> None:
        """No more children; those that live have been ended by whoever wanted them."""
        if self._mother is not None:
            with self._mother as mother, contextlib.suppress(BrokenPipeError):
                assert mother.stdin is not None
                mother.stdin.close()


# The mother ----------------------------------------------------------------------------------------


def bear_them() -> None:
    """One child after the other: tell its number, and when it has ended, how."""
    for name in IMPORTED:
        importlib.import_module(name)
    gc.freeze()  # what is there already is no child's garbage
    while line := sys.stdin.readline():
        order = json.loads(line)
        if not (pid := os.fork()):
            live(order["module"], order["arguments"], order["log"])
        tell(pid)
        tell(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))


def live(module: str, arguments: Sequence[str], log: str) -> None:
    """Be the program, and end as it ends."""
    os.setsid()
    terminal, nothing = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT), os.open(os.devnull, os.O_RDONLY)
    for mine, theirs in ((nothing, 0), (terminal, 1), (terminal, 2)):
        os.dup2(mine, theirs)
    os.close(terminal)
    os.close(nothing)
    sys.argv = [module, *arguments]
    importlib.import_module("bot.__main__" if module == "bot" else module).cli()
    sys.exit(0)


def tell(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    bear_them()
