"""The commands of whoever looks after the house, as typed in a terminal."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner, Result

from bot.__main__ import cli
from storage import backups
from storage.database import open_plain
from tests.house import House

Type = Callable[..., Result]


@pytest.fixture
def typed(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Type:
    """Type a command in a folder whose config.toml names the house's database."""
    config = tmp_path / "config.toml"
    storage = f'[storage]\nurl = "sqlite:///{house.path}"\nbackup_folder = "{tmp_path / "copies"}"\n'
    config.write_text(f'[ward]\nname = "Phường Phúc Lợi"\nphone = "024 0000 0000"\n{storage}', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return lambda *words: CliRunner().invoke(cli, list(words))


async def test_jobs_say_when_they_ran_and_when_they_run(
    house: House, typed: Type, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.upkeep.out", Console(width=200))
    await house.wait_until(house.clock() + 9 * 3600_000)
    told = typed("jobs")
    assert told.exit_code == 0
    assert "báo cáo nhanh hằng ngày" in told.output
    assert "đã gửi cho 01 người" in " ".join(told.output.split())


async def test_jobs_say_what_was_left_out_and_why(house: House, typed: Type, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.upkeep.out", Console(width=200))
    monkeypatch.setattr("bot.upkeep.wall_clock", house.clock)
    house.clock.move_to(house.clock() + 2 * 24 * 3600_000)  # off for two days
    await house.engine.scheduler.sweep()
    told = " ".join(typed("jobs").output.split())
    assert "báo cáo nhanh hằng ngày │" in told
    assert "đã bỏ (quá muộn, không còn ích)" in told
    assert "Đã bỏ trong 4 tuần qua, vì hệ thống dừng hoặc lỗi quá lâu: ngày 24/03/2021: " in told
    assert "; ngày 25/03/2021: " in told


async def test_a_digest_that_is_not_there_yet_is_not_called_sent(
    house: House, typed: Type, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.upkeep.out", Console(width=200))
    house.clock.move_to(house.clock() + 9 * 3600_000)
    await house.engine.scheduler.sweep()  # queued
    assert "cho 01 người: đang chờ gửi 01" in " ".join(typed("jobs").output.split())
    await house.settle()
    assert "đã gửi cho 01 người" in " ".join(typed("jobs").output.split())


async def test_a_clock_that_is_doubted_is_believed_when_a_person_says_so(house: House, typed: Type) -> None:
    assert typed("jobs", "--clock-is-right").exit_code == 0
    marks = house.rows("SELECT at FROM marks WHERE name = 'last_sweep'")
    assert int(str(marks[0]["at"])) > house.clock() + 24 * 3600_000


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (sqlite3.OperationalError("database or disk is full"), "không đủ chỗ"),
        (sqlite3.OperationalError("unable to open database file"), "Xem thư mục có quyền ghi không"),
        (sqlite3.DatabaseError("database disk image is malformed"), "dữ liệu đang dùng có chỗ hỏng"),
    ],
)
async def test_a_copy_that_can_not_be_made_says_why(
    house: House, typed: Type, monkeypatch: pytest.MonkeyPatch, error: Exception, said: str
) -> None:
    def fail(_path: Path) -> None:
        raise error

    monkeypatch.setattr(backups, "prove", fail)
    told = typed("backup")
    assert told.exit_code == 1
    assert said in told.output.replace("\n", " ")
    assert "Traceback" not in told.output


async def test_copy_restore_release(house: House, typed: Type, tmp_path: Path) -> None:
    made = typed("backup")
    assert made.exit_code == 0, made.output
    (copy,) = (tmp_path / "copies").glob("*.db")
    assert copy.name in made.output.replace("\n", "")
    await house.close()

    assert "Đã phục hồi" in typed("restore", str(copy)).output
    await house.open()
    assert await house.say("cb05", "/viec") == [], "nothing is sent before release"
    await house.close()
    assert typed("release").exit_code == 1
    assert "--drop (bỏ các tin này, tạm dừng thông báo đang gửi dở)" in typed("release").output
    assert "Hệ thống gửi tin trở lại." in typed("release", "--drop").output
    assert "Không có gì đang giữ" in typed("release", "--drop").output
    await house.open()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [("missing.db", None, "Không thấy tệp sao lưu"), ("words.db", b"words", "đã hỏng, không dùng được")],
)
async def test_what_is_no_copy(typed: Type, tmp_path: Path, name: str, content: bytes | None, said: str) -> None:
    if content:
        (tmp_path / name).write_bytes(content)
    told = typed("restore", name)
    assert told.exit_code == 1
    assert said in told.output
    assert "Traceback" not in told.output


async def test_what_was_set_aside_is_tried_again(house: House, typed: Type) -> None:
    await house.say("cb05", "/menu")
    connection = open_plain(house.path)
    connection.execute("UPDATE inbox SET state = 'quarantined', trouble = 'failed'")
    connection.close()
    await house.close()
    before = len(house.mail("cb05"))
    assert "Đã xếp lại 01 tin" in typed("retry").output
    await house.open()
    assert len(house.mail("cb05")) == before + 1


async def test_nothing_is_there_yet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for command in ("jobs", "backup", "release", "retry"):
        told = CliRunner().invoke(cli, [command])
        assert told.exit_code == 1
        assert "Chưa có config.toml" in told.output.replace("\n", " ")
