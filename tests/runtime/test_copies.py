"""Copies: whole or not at all, also where machines are off at night or clocks are wrong; for their owner's eyes."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import datetime, time
from pathlib import Path

import pytest

from bot.core import calendar
from storage import backups, health, jobs
from storage.database import HERE, DatabaseUnusable, open_plain, split_statements
from tests.house import House
from tests.runtime.test_watchman import ADMIN, HOUR, MINUTE, Watched

DAY = 24 * HOUR


def moment(text: str) -> int:
    return calendar.instant(datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=calendar.ZONE))


@pytest.fixture
async def watched(house: House) -> Watched:
    one = Watched(house)
    await one.look()
    return one


def copies_of(watched: Watched) -> list[str]:
    return sorted(path.name for path in watched.copies.folder.glob("*.db"))


async def at(watched: Watched, text: str) -> list[str]:
    watched.house.clock.move_to(moment(text) - MINUTE)
    return await watched.look()


async def test_a_copy_and_its_folder_are_for_their_owner_only(watched: Watched) -> None:
    (watched.house.folder / "media" / "ab").mkdir(parents=True)
    (watched.house.folder / "media" / "ab" / "abc.jpg").write_bytes(b"x")
    await at(watched, "25/03/2021 02:30")
    kept = [path for path in watched.copies.folder.rglob("*") if path.is_file()]
    assert len(kept) == 3  # the copy of the first start, this one, and the picture
    assert {oct(path.stat().st_mode & 0o777) for path in kept} == {"0o600"}
    assert watched.copies.folder.stat().st_mode & 0o077 == 0


async def test_a_machine_that_is_off_at_the_hour_makes_its_copy_when_it_is_on(watched: Watched) -> None:
    watched.watchman._copies = replace(watched.copies, at=time(23, 30))
    for day in (25, 26, 27):
        await at(watched, f"{day}/03/2021 08:00")
        await at(watched, f"{day}/03/2021 17:00")
    assert [name[:15] for name in copies_of(watched)] == [f"danvan-202103{day}" for day in (25, 26, 27)]


async def test_a_copy_that_failed_is_told_and_tried_every_hour(watched: Watched) -> None:
    folder = watched.copies.folder
    kept = folder.rename(folder.with_name("aside"))
    folder.write_text("not a folder")
    (told,) = await at(watched, "25/03/2021 08:00")
    assert "Lần sao lưu vừa rồi không xong: không ghi được vào thư mục sao lưu" in told
    assert "Bản mới nhất là của 08:01, 24/03/2021" in told
    tries = []
    for minute in range(1, 130):
        tries.append((await watched.house.engine.database.read(jobs.mark, backups.TRIED)) or 0)
        assert await watched.look() == [], minute
    assert len(set(tries)) == 3
    folder.unlink()
    kept.rename(folder)
    heard = [await watched.look(60), await watched.calm()]
    assert [text.split(".")[0] for texts in heard for text in texts] == ["Đã sao lưu được"]


async def test_a_first_copy_that_fails_is_told_too(house: House) -> None:
    watched = Watched(house)
    watched.copies.folder.write_text("not a folder")
    (told,) = await watched.look()
    assert "Chưa có bản sao lưu nào." in told


@pytest.mark.parametrize("error", [sqlite3.OperationalError("database or disk is full"), OSError(28, "full")])
async def test_a_disk_that_fills_up_in_the_middle_leaves_the_good_copies_and_no_rest(
    watched: Watched, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    before = {name: (watched.copies.folder / name).read_bytes() for name in copies_of(watched)}

    def fill(path: Path) -> None:
        assert path.stat().st_size > 0  # the whole copy is there, and not on disk yet
        raise error

    monkeypatch.setattr(backups, "_to_disk", fill)
    (told,) = await at(watched, "25/03/2021 08:00")
    assert "thư mục sao lưu hết chỗ" in told
    assert {path.name: path.read_bytes() for path in watched.copies.folder.iterdir()} == before


async def test_a_torn_copy_never_takes_the_place_of_a_good_one(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = copies_of(watched)
    prove = backups.prove

    def tear(path: Path) -> None:
        with path.open("r+b") as file:
            file.truncate(path.stat().st_size // 2)
        prove(path)

    monkeypatch.setattr(backups, "prove", tear)
    (told,) = await at(watched, "25/03/2021 08:00")
    assert "**dữ liệu đang dùng có chỗ hỏng**" in told
    assert copies_of(watched) == before
    assert list(watched.copies.folder.glob("*.part")) == []


async def test_a_clock_of_2200_takes_no_copy_from_us(watched: Watched) -> None:
    """What it wrote counts for nothing afterwards: neither as the newest copy nor as one of those that are kept."""
    await at(watched, "24/03/2200 08:00")
    watched.house.clock.move_to(moment("25/03/2021 08:00"))
    for day in range(25, 30):
        await at(watched, f"{day}/03/2021 08:00")
    assert [name[:15] for name in copies_of(watched)][:-1] == [f"danvan-202103{day}" for day in (27, 28, 29)]
    last = await watched.house.engine.database.read(health.last_backup, watched.house.clock())
    assert last is not None
    assert last.made_at == moment("29/03/2021 08:00")
    assert "Bản sao lưu mới nhất: 08:00, 29/03/2021" in (await watched.house.say(ADMIN, "/suckhoe"))[0]


async def test_a_clock_of_1970_throws_no_good_copy_away(watched: Watched, tmp_path: Path) -> None:
    for day in (25, 26, 27):
        await at(watched, f"{day}/03/2021 08:00")
    folder = watched.copies.folder
    for start in range(5):  # a machine without a battery, switched on five times
        made = backups.make(watched.house.path, folder, start * HOUR, tmp_path / "none")
        backups.remove_old(folder, 3, start * HOUR)
        assert made.exists()
    assert [name[:15] for name in copies_of(watched)][-3:] == [f"danvan-202103{day}" for day in (25, 26, 27)]
    backups.remove_old(folder, 3, moment("27/03/2021 09:00"))
    assert [name[:15] for name in copies_of(watched)] == [f"danvan-202103{day}" for day in (25, 26, 27)]


# Putting back ----------------------------------------------------------------------------------


async def test_a_disk_that_fills_up_while_a_copy_is_put_back_leaves_what_was_there(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    media = house.folder / "media"
    copy = backups.make(house.path, tmp_path / "copies", house.clock(), media)
    await house.close()
    before = {path.name: path.read_bytes() for path in house.path.parent.glob("house.db*")}

    def fill(_source: Path, target: Path) -> None:
        target.write_bytes(b"half")
        raise OSError(28, "no space")

    monkeypatch.setattr(backups.shutil, "copyfile", fill)
    with pytest.raises(OSError, match="no space"):
        backups.restore(copy, house.path, house.clock(), media)
    assert {path.name: path.read_bytes() for path in house.path.parent.glob("house.db*")} == before
    monkeypatch.undo()
    await house.open()


async def test_nothing_that_was_put_aside_is_overwritten(house: House, tmp_path: Path) -> None:
    copy = backups.make(house.path, tmp_path / "copies", house.clock(), house.folder / "media")
    await house.close()
    aside = [backups.restore(copy, house.path, house.clock(), house.folder / "media") for _ in range(3)]
    assert len({path for path in aside if path and path.exists()}) == 3
    await house.open()


async def test_what_was_in_the_air_when_the_copy_was_made_is_for_a_person_to_decide(
    house: House, tmp_path: Path
) -> None:
    await house.wait_until(moment("24/03/2021 17:00"))
    connection = open_plain(house.path)
    connection.execute("UPDATE outbox SET state = 'sending' WHERE lane = 3")
    connection.close()
    copy = backups.make(house.path, tmp_path / "copies", house.clock(), house.folder / "media")
    await house.close()
    backups.restore(copy, house.path, house.clock(), house.folder / "media")
    await house.open()
    assert house.rows("SELECT DISTINCT state FROM outbox WHERE lane = 3") == [{"state": "queued"}]
    released = await house.engine.database.write(lambda tx: backups.release(tx, house.clock(), send=False))
    assert released.messages >= 1
    sent = len(house.rows("SELECT 1 FROM outbox WHERE state = 'sent'"))
    await house.settle()
    assert len(house.rows("SELECT 1 FROM outbox WHERE state = 'sent'")) == sent


# Bringing a file up to date --------------------------------------------------------------------


STEPS = sorted((HERE / "migrations").glob("*.sql"))


def _of_an_older_program(path: Path) -> int:
    """A file that lacks the newest step; how many it has."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for step in STEPS[:-1]:
            for statement in split_statements(step.read_text(encoding="utf-8")):
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(STEPS) - 1}")
    return len(STEPS) - 1


def test_a_file_of_an_older_program_is_copied_before_it_is_changed(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    version = _of_an_older_program(path)
    open_plain(path).close()
    (copy,) = tmp_path.glob("a-before-*.db")
    with sqlite3.connect(copy) as old:
        assert old.execute("PRAGMA user_version").fetchone() == (version,)
    assert copy.stat().st_mode & 0o077 == 0


def test_a_file_that_can_not_be_copied_is_not_changed(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    version = _of_an_older_program(path)
    (tmp_path / f"a-before-{len(STEPS):04d}.part").mkdir()
    with pytest.raises(DatabaseUnusable, match="no_copy"):
        open_plain(path)
    with sqlite3.connect(path) as old:
        assert old.execute("PRAGMA user_version").fetchone() == (version,)
