"""What is measured: the product and two yardsticks, each a process of its own on a core of its own."""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import functools
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench import people
from tests.bench.machine import SUBJECTS, on_core
from tests.bench.telegram import ThinTelegram

ROOT = Path(__file__).parents[2]
CODE = ("bot", "handlers", "storage", "templates", "tests")
START_PATIENCE = 60.0  # seconds until it answers
STOP_PATIENCE = 30.0

CONFIG = """\
[ward]
name = "phường Phúc Lợi"
phone = "024 xxxx xxxx"

[storage]
url = "sqlite:///{path}"

[web]
host = "127.0.0.1"
port = {port}
public_url = "http://127.0.0.1:{port}"

[telegram]
token = "{token}"
mode = "{mode}"
webhook_secret = "bench-secret"
base_url = "{base_url}"
messages_per_second = 1000
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Where a subject plays: its folder, its port, and the Telegram that it is to talk to."""

    folder: Path
    port: int
    fake: ThinTelegram
    mode: str  # webhook or polling
    known: int  # people in the product's database
    secretaries: int

    @property
    def database(self) -> Path:
        """The file that it keeps."""
        return self.folder / "bench.db"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Something that can be measured: `command` prepares what it needs and gives its command line."""

    name: str
    command: Callable[[Stage], Sequence[str]]
    doubles: Callable[[Path], int]  # records that were made twice


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A subject that answers."""

    pid: int
    started_in: float  # seconds from the start of the process until it answers


def product_command(stage: Stage, module: str = "tests.bench.product") -> Sequence[str]:
    """The product with a configuration and a database full of people."""
    people.fill(stage.database, secretaries=stage.secretaries, known=stage.known)
    config = stage.folder / "config.toml"
    text = CONFIG.format(
        path=stage.database, port=stage.port, token=stage.fake.token, mode=stage.mode, base_url=stage.fake.base_url
    )
    config.write_text(text, encoding="utf-8")
    return ["-m", module, "run", "--config", str(config)]


def yardstick_command(module: str, file: str) -> Callable[[Stage], Sequence[str]]:
    """The command line of one of our yardsticks."""

    def command(stage: Stage) -> Sequence[str]:
        options = {
            "--file": str(stage.folder / file),
            "--base-url": stage.fake.base_url,
            "--token": stage.fake.token,
            "--mode": stage.mode,
            "--port": str(stage.port),
        }
        return ["-m", module, *(part for pair in options.items() for part in pair)]

    return command


PRODUCT = Subject(
    name="product", command=product_command, doubles=lambda folder: people.models_of_the_bench(folder / "bench.db")[1]
)
BARE = Subject(name="bare", command=yardstick_command("tests.bench.bare_bot", "bare.db"), doubles=lambda _: 0)
PTB = Subject(name="ptb", command=yardstick_command("tests.bench.ptb_bot", "ptb.pickle"), doubles=lambda _: 0)


@contextlib.asynccontextmanager
async def running(subject: Subject, stage: Stage) -> AsyncIterator[Running]:
    """Start the subject, wait until it answers and listens, and stop it at the end."""
    arguments = subject.command(stage)
    log = stage.folder / f"{subject.name}.log"
    started = time.perf_counter()
    with log.open("wb") as output:
        process = start_process(arguments, output)
    try:
        await _until_healthy(process, stage.port, log)
        taken = time.perf_counter() - started
        await asyncio.wait_for(stage.fake.asked.wait(), START_PATIENCE)
        yield Running(pid=process.pid, started_in=taken)
    finally:
        await asyncio.to_thread(stop_process, process)


@functools.cache
def code() -> Path:
    """A copy of the program as it is now: what is edited meanwhile is not what is measured."""
    folder = Path(tempfile.mkdtemp(prefix="bench-code-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for name in CODE:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def start_process(arguments: Sequence[str], output: object = None) -> subprocess.Popen[bytes]:
    """A Python process of ours on the subject's core."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DANVAN_")}
    with on_core(SUBJECTS):
        return subprocess.Popen(
            [sys.executable, *arguments], cwd=code(), env=environment, stdout=output, stderr=subprocess.STDOUT
        )


def stop_process(process: subprocess.Popen[bytes]) -> None:
    """Ask it to end; make it, if it does not."""
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
    try:
        process.wait(STOP_PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


async def _until_healthy(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    end = time.perf_counter() + START_PATIENCE
    while time.perf_counter() < end and process.poll() is None:
        if await _is_healthy(port):
            return
        await asyncio.sleep(0.005)
    tail = log.read_text(encoding="utf-8", errors="replace")[-2000:]
    raise RuntimeError(f"it did not start:\n{tail}")


async def _is_healthy(port: int) -> bool:
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    try:
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        answer = await reader.readline()
    except OSError:
        return False
    finally:
        writer.close()
    return b" 200 " in answer


def free_port() -> int:
    """A port on which nobody listens at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
