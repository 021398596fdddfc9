"""A copy put back in the middle of a notice: nobody is told again before a person says so, and then by their choice."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage import backups
from tests.handlers.test_notice_progress import all_goes, got, half_way, press
from tests.handlers.test_notices import GONE
from tests.house import House


async def put_back_half_way(house: House, copies: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some households are queued, none has heard; the other life tells all of them; then the copy comes back."""
    await half_way(house, monkeypatch)
    copy = backups.make(house.path, copies, house.clock(), house.folder / "media")
    await house.close()
    backups.restore(copy, house.path, house.clock() + 1000, house.folder / "media")
    house.clock.move_to(house.clock() + 2000)
    all_goes(house)
    await house.open()
    await house.settle()


def waiting(house: House) -> int:
    return len(house.rows("SELECT 1 FROM outbox WHERE state = 'queued' AND lane = 1"))


async def test_nobody_is_told_and_nothing_more_is_queued_before_the_release(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await put_back_half_way(house, tmp_path / "copies", monkeypatch)
    before = waiting(house)
    for _ in range(3):
        house.clock.move_to(house.clock() + 3600_000)
        await house.engine.scheduler.sweep()
        await house.settle()
    assert (waiting(house), max(got(house))) == (before, 0)


async def test_given_up_the_notice_is_paused_and_the_officer_goes_on(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await put_back_half_way(house, tmp_path / "copies", monkeypatch)
    released = await house.engine.database.write(lambda tx: backups.release(tx, house.clock(), send=False))
    assert released.notices == 1
    assert released.messages > 0
    await house.settle()
    assert max(got(house)) == 0, "the life that the copy does not know may have told them"
    await press(house, "resume")
    await house.settle()
    assert 0 < sum(got(house)) < len(got(house)), "those who were still to be queued, and nobody twice"
    assert max(got(house)) == 1


async def test_sent_after_all_everybody_is_told_once(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await put_back_half_way(house, tmp_path / "copies", monkeypatch)
    released = await house.engine.database.write(lambda tx: backups.release(tx, house.clock(), send=True))
    assert released.notices == 0
    await house.settle()
    assert set(got(house)) == {1}
    assert GONE
