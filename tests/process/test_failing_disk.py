"""A disk that is full, or gives an error, at any write or sync of eight flows: nothing confirmed, nothing claimed, and
all done once it works again.

FAULTS=60 takes so many of each flow, as by night, 0 all in all ways; SEED=… repeats a choice.
"""

from __future__ import annotations

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


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.name)
async def test_a_disk_that_fails_at_any_point(tmp_path: Path, flow: Flow) -> None:
    chance = random.Random(f"{SEED} {flow.name}")
    trial = await trial_of(flow, tmp_path, "full")
    points, anew = chosen(chance, trial.points, TRIED), 0
    print(f"\nSEED={SEED}: {len(points)} of {trial.points} writes and syncs of {flow.name}")
    for number, point in enumerate(points):
        for what, lasting in WAYS if not TRIED else [WAYS[number % len(WAYS)]]:
            plan = Plan(point, what, lasting)
            try:
                anew += await trial.on_a_failing_disk(plan)
            except AssertionError as error:
                raise AssertionError(f"{flow.name} with {plan}: {error}") from error
    print(f"{flow.name}: nothing lost, nothing claimed; {anew} times it had to be started again")
