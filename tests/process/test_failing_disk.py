"""A disk that is full, or gives an error, at any write or sync of eight flows: nothing confirmed, nothing claimed, and
all done once it works again.

FAULTS=0 takes all points in all ways, as by night; SEED=… repeats a choice.
"""

from __future__ import annotations

import itertools
import os
import random
from pathlib import Path

import pytest

from tests.process.flows import FLOWS, Flow
from tests.process.points import Plan
from tests.process.trial import chosen, trial_of

TRIED = int(os.environ.get("FAULTS", "4"))
SEED = int(os.environ.get("SEED", "0")) or random.randrange(1, 10**6)
WAYS = [("full", False), ("full", True), ("broken", False), ("broken", True)]
PARTS = 4 * len(WAYS) if not TRIED else 1  # so that many workers can share a night


@pytest.mark.timeout(4 * 3600)
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.name)
async def test_a_disk_that_fails_at_any_point(tmp_path: Path, flow: Flow, part: int) -> None:
    chance = random.Random(f"{SEED} {flow.name}")
    trial = await trial_of(flow, tmp_path, "full")
    points, anew = chosen(chance, trial.points, TRIED), 0
    tried = list(zip(points, itertools.cycle(WAYS))) if TRIED else list(itertools.product(points, WAYS))[part::PARTS]
    print(f"\nSEED={SEED}: {len(tried)} faults at {trial.points} writes and syncs of {flow.name}")
    for point, (what, lasting) in tried:
        plan = Plan(point, what, lasting)
        try:
            anew += await trial.on_a_failing_disk(plan)
        except AssertionError as error:
            raise AssertionError(f"{flow.name} with {plan}: {error}") from error
    print(f"{flow.name}: nothing lost, nothing claimed; {anew} times it had to be started again")
