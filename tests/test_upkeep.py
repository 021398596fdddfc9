"""The commands of whoever looks after the house, as typed in a terminal."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner, Result

from bot.__main__ import cli
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
    assert "daily_digest" in told.output
    assert "đã gửi cho 01 người" in " ".join(told.output.split())


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
    assert "--drop (bỏ các tin này)" in typed("release").output
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
