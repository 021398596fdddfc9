"""python -m tests.bench [--quick] [--only NAME] [--json FILE] [--profile]: how fast is it, and compared with what?"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from itertools import product as every
from pathlib import Path
from typing import Any

from rich.console import Console

from tests.bench import costs, households, pace, reading, report
from tests.bench.broadcast import FIRST_CHAT
from tests.bench.machine import OURS, facts, on_core, rss_mb
from tests.bench.runs import Load, Pace, sit
from tests.bench.subjects import (
    BARE,
    PRODUCT,
    PTB,
    ROOT,
    Stage,
    Subject,
    code,
    free_port,
    product_command,
    running,
    start_process,
    stop_process,
)
from tests.bench.telegram import ThinTelegram

Rows = list[dict[str, Any]]
QUICK, FULL = Pace(warm_up=1, seconds=2), Pace(warm_up=1.5, seconds=5)
MODES = ("webhook", "polling")
LOADS = [
    Load(people=people, delay_ms=delay, duplicates=share)
    for people, delay, share in every((1, 50, 500), (0, 40), (0.0, 0.1))
]
FEW_LOADS = [Load(people=50), Load(people=50, delay_ms=40), Load(people=50, duplicates=0.1)]
BROADCAST_PATIENCE = 400
HISTORIES = [(1, 1), (1, 5), (100, 1), (100, 5), (1000, 5)]  # wards, years
FEW_HISTORIES = [(1, 1), (50, 2)]
HISTORY_PATIENCE = 600
STARTS = 3
READINGS = 5

console = Console(stderr=True, width=170)


async def measure_product(*, quick: bool) -> Rows:
    """The product under every load; with buttons too."""
    loads = [*FEW_LOADS, Load(people=1)] if quick else LOADS
    return await _sit_through(PRODUCT, [*loads, Load(people=50, pressed=True)], quick=quick)


async def measure_bare(*, quick: bool) -> Rows:
    """The bare yardstick."""
    return await _sit_through(BARE, [*FEW_LOADS, Load(people=1)], quick=quick)


async def measure_ptb(*, quick: bool) -> Rows:
    """The usual yardstick."""
    return await _sit_through(PTB, FEW_LOADS, quick=quick)


async def _sit_through(subject: Subject, loads: Sequence[Load], *, quick: bool) -> Rows:
    rows: Rows = []
    for mode in MODES:
        sitting = await sit(subject, mode, loads, QUICK if quick else FULL)
        rows += [figures.as_json() for figures in sitting.figures]
        for example in sitting.examples:
            console.print(f"{subject.name} {mode}: {example}", markup=False, highlight=False)
    return rows


async def measure_flatness(*, quick: bool) -> Rows:
    """The same load with few and with many known people: the first and the last thousand turns cost the same."""
    rows: Rows = []
    for known in (1_000, 100_000):
        sitting = await sit(PRODUCT, "webhook", [Load(people=50)], QUICK if quick else FULL, known=known)
        rows += [figures.as_json() for figures in sitting.figures]
    return rows


async def measure_outbox(*, quick: bool) -> Rows:
    """A broadcast, by the product's outbox and by the bare one."""
    return [await _broadcast(who, 2_000 if quick else 10_000) for who in ("product", "bare")]


async def _broadcast(who: str, messages: int) -> dict[str, Any]:
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    fake = await ThinTelegram(any_chat=True).start()
    options = ["--who", who, "--file", str(folder / "bench.db"), "--base-url", fake.base_url, "--token", fake.token]
    output = folder / "result"
    try:
        with output.open("wb") as file:
            process = start_process(["-m", "tests.bench.broadcast", *options, "--messages", str(messages)], file)
        try:
            await asyncio.to_thread(process.wait, BROADCAST_PATIENCE)
        finally:
            await asyncio.to_thread(stop_process, process)
        told = json.loads(output.read_text(encoding="utf-8").splitlines()[-1])
        reached = sum(1 for number in range(messages) if len(fake.chats[FIRST_CHAT + number].messages) == 1)
    finally:
        await fake.stop()
        shutil.rmtree(folder, ignore_errors=True)
    return {
        "subject": who,
        "messages": messages,
        "per_second": messages / told["seconds"],
        "cpu_ms": told["cpu"] * 1000 / messages,
        "states_written": int(told["written"]),
        "end_seconds": told.get("end_seconds", 0.0),
        "arrived_once": reached,
    }


async def measure_notice(*, quick: bool) -> Rows:
    """A notice to many at the pace that a real Telegram allows, while people write."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        return [pace.rounded(await pace.measure(500 if quick else 5_000, Path(folder)))]


async def measure_starts(*, quick: bool) -> Rows:
    """`python -m bot run` as it is, from the process to the first answer; the median of a few."""
    await _start()  # makes the bytecode
    started = [await _start() for _ in range(1 if quick else STARTS)]
    return [
        {
            "starts": len(started),
            "seconds": statistics.median(seconds for seconds, _ in started),
            "memory_mb": statistics.median(memory for _, memory in started),
        }
    ]


async def _start() -> tuple[float, float]:
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    fake = await ThinTelegram().start()
    as_it_is = Subject(name="product", command=lambda stage: product_command(stage, "bot"), doubles=lambda _: 0)
    stage = Stage(folder=folder, port=free_port(), fake=fake, mode="webhook", known=1_000, secretaries=1_000)
    try:
        async with running(as_it_is, stage) as process:
            await asyncio.sleep(0.5)
            return process.started_in, rss_mb(process.pid)
    finally:
        await fake.stop()
        shutil.rmtree(folder, ignore_errors=True)


async def measure_reading(*, quick: bool) -> Rows:
    """The reading of Vietnamese: how fast, and in one more table how much is right."""
    kinds, rates = await asyncio.to_thread(reading.measured, 1 if quick else READINGS)
    return [{"rates": rates, "kinds": kinds}]


async def measure_figures(*, quick: bool) -> Rows:
    """All statistics of one day while history grows; each size in a process of its own, for its memory."""
    sizes = FEW_HISTORIES if quick else HISTORIES
    return [row for wards, years in sizes for row in await asyncio.to_thread(_history, wards, years)]


def _history(wards: int, years: int) -> Rows:
    return _told("history", "--wards", str(wards), "--years", str(years))


def _told(module: str, *arguments: str) -> Rows:
    command = [sys.executable, "-m", f"tests.bench.{module}", *arguments]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, timeout=HISTORY_PATIENCE)
    rows: Rows = json.loads(told.stdout)
    return rows


async def measure_writer(*, quick: bool) -> Rows:
    """For how long the jobs of a whole city hold the one writer."""
    size = ("--wards", "100", "--households", "500") if quick else ()
    return await asyncio.to_thread(_told, "writer", *size)


async def measure_households(*, quick: bool) -> Rows:
    """A project's whole list of land, loaded by the command line."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        return await asyncio.to_thread(households.measured, 500 if quick else 5_000, Path(folder))


MEASUREMENTS: dict[str, tuple[str, Callable[..., Awaitable[Rows]]]] = {
    "starts": ("starts", measure_starts),
    "product": ("turns", measure_product),
    "bare": ("turns", measure_bare),
    "ptb": ("turns", measure_ptb),
    "flatness": ("flatness", measure_flatness),
    "outbox": ("outbox", measure_outbox),
    "notice": ("notice", measure_notice),
    "reading": ("reading", measure_reading),
    "figures": ("figures", measure_figures),
    "households": ("households", measure_households),
    "writer": ("writer", measure_writer),
}


async def measure(names: Sequence[str], path: Path, *, quick: bool) -> dict[str, Any]:
    """Everything that was asked for, written down as it comes."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        result: dict[str, Any] = {"machine": facts(Path(folder)), "quick": quick}
    code()
    result |= {place: [] for place, _ in MEASUREMENTS.values()}
    for name in names:
        console.print(f"{name} …", highlight=False)
        place, work = MEASUREMENTS[name]
        result[place] += await work(quick=quick)
        result["ratios"] = report.ratios(result["turns"], result["outbox"])
        result["goals"] = report.goals(result)
        write(result, path)
    return result


def run(names: Sequence[str], path: Path, *, quick: bool) -> dict[str, Any]:
    """On uvloop where it is there: the load should cost as little as it can."""
    try:
        import uvloop

        start: Callable[..., dict[str, Any]] = uvloop.run
    except ImportError:
        start = asyncio.run
    with on_core(OURS):
        return start(measure(names, path, quick=quick))


def write(result: dict[str, Any], path: Path) -> None:
    """For the next time; what was not measured is null."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(_without_nan(result), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _without_nan(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nan(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_nan(item) for item in value]
    return None if isinstance(value, float) and math.isnan(value) else value


def main() -> None:
    """Measure, show, write."""
    parser = argparse.ArgumentParser(prog="tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer and shorter runs")
    parser.add_argument("--only", action="append", choices=tuple(MEASUREMENTS), help="this one (may be repeated)")
    parser.add_argument("--json", type=Path, default=ROOT / "data" / "bench.json", help="where the figures are written")
    parser.add_argument("--profile", action="store_true", help="show what costs, and measure nothing")
    told = parser.parse_args()
    if told.profile:
        sys.stdout.write(costs.profile())
        return
    result = run(told.only or list(MEASUREMENTS), told.json, quick=told.quick)
    report.show(result, Console(width=170))


if __name__ == "__main__":
    main()
