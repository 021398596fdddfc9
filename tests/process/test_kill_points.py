"""kill -9 before and after each statement, send and receive of a report: it is one record, and its answer arrives.

POINTS=0 takes them all (some hundred), as by night; SEED=… repeats a choice.
"""

from __future__ import annotations

import asyncio
import os
import random
import shutil
from contextlib import closing
from multiprocessing import get_context
from pathlib import Path

import pytest

from bot.core.message import Address
from bot.runtime.clock import wall_clock
from storage import people
from storage.database import open_plain, transaction
from tests.fakes.telegram import FakeTelegram
from tests.process import mortal
from tests.process.product import Invited, prepare

TRIED = int(os.environ.get("POINTS", "8"))
SEED = int(os.environ.get("SEED", "0")) or random.randrange(1, 10**6)
WHO = 4711
LINES = ("/dangky", "3", "Ngõ xóm sạch", "Dọn vệ sinh hằng tuần", "cả chi bộ", "bo qua", "ca nam")
LAST = "gui"
SAVED = "Đã ghi lúc"
CONTEXT = get_context("forkserver")
CONTEXT.set_forkserver_preload([mortal.__name__])
PATIENCE = 30.0


def ward(path: Path) -> None:
    """A ward with one secretary on Telegram, who has answered all questions but the last."""
    prepare(path, [Invited(code="MOI-0001-X", role="secretary", unit="CB05")])
    with closing(open_plain(path)) as connection, transaction(connection) as tx:
        people.add_person(tx, "p", "Bí thư (giả định)", wall_clock())
        people.add_account(tx, Address(channel="telegram", chat=str(WHO)), str(WHO), "p", wall_clock())
        people.add_membership(tx, "m", "p", "CB05", "secretary", wall_clock())
        people.consent(tx, "c", "p", "messages", "1", "telegram", wall_clock())


class Life:
    """One life of the program."""

    def __init__(self, path: Path, fake: FakeTelegram, last: int = 0) -> None:
        self.pipe, theirs = CONTEXT.Pipe()
        self.process = CONTEXT.Process(target=mortal.live, args=(theirs, path, fake.base_url, last), daemon=True)
        self.process.start()
        theirs.close()

    @property
    def ended(self) -> bool:
        """Whether it came to its point before all was done."""
        return self.process.exitcode is not None

    async def end(self) -> int:
        """Let it stop; how many points there were."""
        self.pipe.send("end")
        return int(await asyncio.to_thread(self.pipe.recv))


def rows(path: Path, query: str) -> int:
    with closing(open_plain(path)) as connection:
        return int(next(iter(connection.execute(query).fetchone().values())))


def nothing_waits(path: Path, fake: FakeTelegram) -> bool:
    waiting = "SELECT (SELECT COUNT(*) FROM inbox WHERE state = 'received')" + (
        " + (SELECT COUNT(*) FROM outbox WHERE state IN ('queued', 'sending'))"
    )
    return not fake.pending and rows(path, waiting) == 0


async def until_done(path: Path, fake: FakeTelegram, life: Life) -> None:
    """Until all is answered and confirmed, or the process has come to its point."""
    async with asyncio.timeout(PATIENCE):
        while not (nothing_waits(path, fake) or life.ended):  # noqa: ASYNC110 - what it watches is a process
            await asyncio.sleep(0.02)


async def one_life(path: Path, first: int, last: int) -> tuple[int, int]:
    """The last word, a kill at a point, and a life without one; (points, copies of the answer)."""
    async with FakeTelegram(first_update_id=first) as fake:
        somebody = fake.person(WHO)
        await somebody.say(LAST)
        if last:
            dying = Life(path, fake, last)
            await until_done(path, fake, dying)
            dying.process.kill()
            await asyncio.to_thread(dying.process.join)
        life = Life(path, fake)
        await until_done(path, fake, life)
        points = await life.end()
        assert not fake.ledger.lost
        return points, sum(SAVED in message.shown for message in somebody.messages)


async def prepared(path: Path) -> None:
    async with FakeTelegram() as fake:
        somebody, life = fake.person(WHO), Life(path, fake)
        for line in LINES:
            await somebody.say(line)
        await somebody.wait_for("Thời gian: ", PATIENCE)
        await until_done(path, fake, life)
        await life.end()


@pytest.mark.timeout(1800)
async def test_a_kill_at_any_point_loses_and_doubles_nothing(tmp_path: Path) -> None:
    begun = tmp_path / "begun" / "a.db"
    ward(begun)
    await prepared(begun)
    models = rows(begun, "SELECT COUNT(*) FROM models")
    chance, worst = random.Random(SEED), 0
    whole = tmp_path / "whole.db"
    shutil.copy(begun, whole)
    total, _ = await one_life(whole, 200_000, 0)
    chosen = sorted(chance.sample(range(1, total + 1), TRIED)) if TRIED else range(1, total + 1)
    print(f"\nSEED={SEED}: {len(chosen)} of {total} points")
    for point in chosen:
        path = tmp_path / f"{point}.db"
        shutil.copy(begun, path)
        _, copies = await one_life(path, 200_000, point)
        assert rows(path, "SELECT COUNT(*) FROM models") == models + 1, f"point {point}"
        assert rows(path, "SELECT COUNT(*) FROM inbox WHERE state <> 'done'") == 0, f"point {point}"
        with closing(open_plain(path)) as connection:
            assert next(iter(connection.execute("PRAGMA integrity_check").fetchone().values())) == "ok"
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert 1 <= copies <= 2, f"point {point}: {copies} answers, one send was in the air"
        worst = max(worst, copies)
        path.unlink()
    print(f"0 lost, 0 doubled, {worst} copies at the most")
