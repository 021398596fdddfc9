"""One run: a subject, a crowd, and what came of it."""

from __future__ import annotations

import asyncio
import math
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path
from typing import Any

from tests.bench.load import Crowd, crowd_goes
from tests.bench.machine import cpu_seconds, rss_mb, without_collections
from tests.bench.people import FIRST
from tests.bench.registration import PRESSED, TYPED
from tests.bench.subjects import Stage, Subject, free_port, running
from tests.bench.telegram import ThinTelegram

STRANGERS = 500_000_000  # the yardsticks know nobody


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What the crowd does."""

    people: int
    delay_ms: int = 0
    duplicates: float = 0.0
    pressed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How long each run takes, in seconds."""

    warm_up: float
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What came of one load."""

    subject: str
    mode: str
    people: int
    delay_ms: int
    duplicates: float
    pressed: bool
    known: int
    turns: int
    per_second: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    cpu_ms: float  # of the subject's process, for each turn
    subject_busy: float  # share of its core that the subject had
    load_busy: float  # share of its core that the load generator used: near 1 it is the limit, not the subject
    wrong: int
    doubles: int  # records made twice, of the whole process so far
    rss_mb: float

    def as_json(self) -> dict[str, Any]:
        """For the file."""
        return {key: round(value, 4) if isinstance(value, float) else value for key, value in asdict(self).items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """One process of a subject: how it started, and what came of each load."""

    started_in: float
    rss_at_start_mb: float
    figures: list[Figures]
    examples: list[str]  # of wrong replies


async def sit(
    subject: Subject,
    mode: str,
    loads: Sequence[Load],
    pace: Pace,
    *,
    known: int = 20_000,
    secretaries: int = 20_000,
) -> Sitting:
    """Start a subject over a fresh folder and put one load after the other on it."""
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    fake = await ThinTelegram().start()
    stage = Stage(
        folder=folder, port=free_port(), fake=fake, mode=mode, known=known, secretaries=min(secretaries, known)
    )
    examples: list[str] = []
    try:
        async with running(subject, stage) as process:
            strangers = iter(range(FIRST, FIRST + stage.secretaries)) if subject.name == "product" else count(STRANGERS)
            await asyncio.sleep(0.3)
            at_start = rss_mb(process.pid)
            figures = [
                await _one(subject, stage, process.pid, load, pace, strangers, examples=examples) for load in loads
            ]
            return Sitting(
                started_in=process.started_in, rss_at_start_mb=at_start, figures=figures, examples=examples[:5]
            )
    finally:
        await fake.stop()
        shutil.rmtree(folder, ignore_errors=True)


async def _one(
    subject: Subject,
    stage: Stage,
    pid: int,
    load: Load,
    pace: Pace,
    strangers: Iterator[int],
    *,
    examples: list[str],
) -> Figures:
    stage.fake.forget()
    stage.fake.delay, stage.fake.duplicate_share = load.delay_ms / 1000, load.duplicates
    crowd = Crowd(stage.fake, PRESSED if load.pressed else TYPED, strangers)
    edges: list[tuple[float, float, float]] = []

    def note() -> None:
        edges.append((time.perf_counter(), cpu_seconds(pid), cpu_seconds(os.getpid())))

    with without_collections():
        seconds = await crowd_goes(crowd, load.people, warm_up=pace.warm_up, seconds=pace.seconds, at_edges=note)
    (_, cpu_before, ours_before), (_, cpu_after, ours_after) = edges
    seen = crowd.seen
    latencies = sorted(seen.latencies)
    turns = len(latencies)
    examples += seen.examples
    return Figures(
        subject=subject.name,
        mode=stage.mode,
        people=load.people,
        delay_ms=load.delay_ms,
        duplicates=load.duplicates,
        pressed=load.pressed,
        known=stage.known if subject.name == "product" else 0,
        turns=turns,
        per_second=turns / seconds,
        p50_ms=percentile(latencies, 50),
        p95_ms=percentile(latencies, 95),
        p99_ms=percentile(latencies, 99),
        cpu_ms=(cpu_after - cpu_before) * 1000 / turns if turns else math.nan,
        subject_busy=(cpu_after - cpu_before) / seconds,
        load_busy=(ours_after - ours_before) / seconds,
        wrong=seen.wrong,
        doubles=subject.doubles(stage.folder),
        rss_mb=rss_mb(pid),
    )


def percentile(ordered: Sequence[float], percent: float) -> float:
    """The smallest value that so many percent do not exceed; nothing measured is not a number."""
    if not ordered:
        return math.nan
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]
