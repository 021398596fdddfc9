"""A flow that is prepared once, and its deed tried many times: with a kill, or on a disk that fails."""

from __future__ import annotations

import asyncio
import random
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.fakes.telegram import FakeTelegram
from tests.process.flows import LATER_UPDATES, Act, Flow, act_all, prepared, telegram, until_quiet
from tests.process.mortal import NEVER, Life
from tests.process.outcome import (
    Outcome,
    check_arrived,
    check_kept,
    check_nothing_made_up,
    check_whole,
    in_flight,
    outcome,
    tried_again,
)
from tests.process.points import Plan

OUTAGE = 1.5  # seconds that a disk fails
LIVES = 5  # how often a program that could not begin is started again


@dataclass(slots=True)
class Trial:
    """What was there before the deed, the deed, and what it must come to."""

    flow: Flow
    begun: Path
    deed: Sequence[Act]
    expected: Outcome
    points: int  # that the deed has
    tries: int = 0

    async def killed(self, plans: Sequence[Plan]) -> int:
        """A kill at each planned point, then a life without; how many copies too many arrived."""
        path = self._fresh()
        async with telegram(self.flow.now, LATER_UPDATES) as fake:
            await act_all(fake, self.deed)
            flying = 0
            for plan in plans:
                flying += await self._until_killed(path, fake, plan)
            flying += await self._until_killed(path, fake, NEVER)
            extra = check_arrived(path, fake, self.flow.now)
        assert extra <= flying, f"{extra} copies too many, {flying} sends were in the air"
        self._check_end(path)
        return extra

    async def on_a_failing_disk(self, plan: Plan) -> bool:
        """A disk that fails at a point, and is mended after a while; whether the program had to be started again."""
        path = self._fresh()
        async with telegram(self.flow.now, LATER_UPDATES) as fake:
            await act_all(fake, self.deed)
            life = self._life(path, fake, plan)
            if plan.lasting:
                await self._sit_out(path, fake, life)
            starts = 1
            await until_quiet(path, fake, life, self.flow.now)
            while life.ended and starts < LIVES:
                starts, life = starts + 1, self._life(path, fake, NEVER)
                await until_quiet(path, fake, life, self.flow.now)
            await life.kill()
            check_kept(path, fake)
            extra = check_arrived(path, fake, self.flow.now)
        assert extra <= tried_again(path, self.flow.now)
        self._check_end(path)
        return starts > 1

    async def _sit_out(self, path: Path, fake: FakeTelegram, life: Life) -> None:
        """While the disk takes nothing, nothing is confirmed and nothing said that it does not have."""
        until = asyncio.get_running_loop().time() + OUTAGE
        while not life.ended and asyncio.get_running_loop().time() < until:  # noqa: ASYNC110 - a process
            await asyncio.sleep(0.1)
        check_kept(path, fake)
        check_nothing_made_up(path, fake)
        if not life.ended:
            life.mend()

    async def _until_killed(self, path: Path, fake: FakeTelegram, plan: Plan) -> int:
        """Until it is killed or all is done; how many replies and notices were in the air."""
        life = self._life(path, fake, plan)
        await until_quiet(path, fake, life, self.flow.now)
        await life.kill()
        check_whole(path)
        check_kept(path, fake)
        return in_flight(path)

    def _life(self, path: Path, fake: FakeTelegram, plan: Plan) -> Life:
        return Life(path, fake.base_url, int(fake.now() * 1000), plan)

    def _fresh(self) -> Path:
        """A copy of all that was there before the deed."""
        self.tries += 1
        folder = self.begun.parent.parent / str(self.tries)
        shutil.copytree(self.begun.parent, folder)
        return folder / self.begun.name

    def _check_end(self, path: Path) -> None:
        check_whole(path)
        assert not (differences := outcome(path).against(self.expected)), "\n".join(differences)
        shutil.rmtree(path.parent)


async def trial_of(flow: Flow, folder: Path, what: str) -> Trial:
    """A trial whose deed was done once undisturbed; `what` says which points are counted."""
    (folder / "begun").mkdir()
    begun, deed = await prepared(folder / "begun", flow)
    trial = Trial(flow, begun, deed, Outcome.nothing(), 0)
    path = trial._fresh()
    async with telegram(flow.now, LATER_UPDATES) as fake:
        await act_all(fake, deed)
        life = trial._life(path, fake, Plan(what=what))
        await until_quiet(path, fake, life, flow.now)
        trial.points, _ = await life.end()
        assert check_arrived(path, fake, flow.now) == 0
    trial.expected = outcome(path)
    return trial


def chosen(chance: random.Random, points: int, most: int) -> Sequence[int]:
    """So many of the points, or all of them for 0."""
    return sorted(chance.sample(range(1, points + 1), min(most, points))) if most else range(1, points + 1)
