"""kill -9 before and after each write, sync, send and receive of eight flows: they come to the same as without.

POINTS=0 takes them all (some thousand), as by night; SEED=… repeats a choice.
"""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from tests.process.flows import FLOWS, Flow
from tests.process.points import Plan
from tests.process.trial import chosen, trial_of

TRIED = int(os.environ.get("POINTS", "38"))
SEED = int(os.environ.get("SEED", "0")) or random.randrange(1, 10**6)
KILLED_AGAIN = 0.3  # of those killed once are killed again while they recover
RECOVERY = 60  # the second kill comes within so many points
PARTS = 2 if TRIED else 8  # so that workers can share what waits longest


@pytest.mark.timeout(4 * 3600)
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.name)
async def test_a_kill_at_any_point_loses_and_doubles_nothing(tmp_path: Path, flow: Flow, part: int) -> None:
    chance = random.Random(f"{SEED} {flow.name} {part}")
    trial = await trial_of(flow, tmp_path, "kill")
    points, extra, again = chosen(chance, trial.points, TRIED // PARTS), 0, 0
    points = points if TRIED else points[part::PARTS]
    print(f"\nSEED={SEED}: {len(points)} of {trial.points} points of {flow.name}")
    for point in points:
        plans = [Plan(point)]
        if chance.random() < KILLED_AGAIN:
            plans.append(Plan(chance.randrange(1, RECOVERY)))
            again += 1
        try:
            extra += await trial.killed(plans)
        except AssertionError as error:
            raise AssertionError(f"{flow.name} with {plans}: {error}") from error
    print(f"{flow.name}: 0 lost, 0 doubled, {extra} copies too many, {again} killed again in their recovery")
