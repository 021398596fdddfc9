"""The journal in words: what its lines call forms, commands and buttons, and what is done at the machine itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.__main__ import cli
from bot.engine import load_texts
from handlers import SUBJECTS
from handlers.people.journal import kind_of, words_for
from handlers.registry import Registry
from handlers.subject import EVERYBODY
from storage import people
from storage.database import open_plain, transaction
from tests.house import House
from tests.matrix.lines import BUTTONS

REGISTRY = Registry(SUBJECTS)
TEXTS = load_texts()


@pytest.mark.parametrize("name", REGISTRY.dialogues)
def test_every_form_has_words_in_the_journal(name: str) -> None:
    assert TEXTS.has(words_for("form", name)), f"write called in templates/texts/{name}.toml"


@pytest.mark.parametrize("name", [one.name for one in REGISTRY.commands.values() if one.roles != EVERYBODY])
def test_every_command_of_some_has_words_in_the_journal(name: str) -> None:
    assert TEXTS.has(words_for("command", name)), f"write {name} in templates/texts/menu.toml"


@pytest.mark.parametrize("kind", sorted({kind_of(button.data) for button in BUTTONS}), ids="|".join)
def test_every_kind_of_button_has_words_in_the_journal(kind: tuple[str, str]) -> None:
    prefix, name = kind
    assert TEXTS.has(words_for("button", f"{prefix}|{name}")), (
        f"write {name or 'any'} under [button.{prefix}] in templates/texts/journal.toml"
    )


async def test_a_name_that_nobody_uses_any_more_is_shown_as_it_was_written(house: House) -> None:
    with transaction(open_plain(house.path)) as tx:
        person = people.person_of(tx, "web", "canbo")
        assert person is not None
        tx.execute(
            "INSERT INTO audit VALUES ('0', 0, 'PPL', ?, 'officer', 'form', 'form_of_old', 'web')", (person.person_id,)
        )
    assert "gửi: form_of_old" in "\n".join(await house.say("quantri", "/nhatky"))


@pytest.fixture
def filled(tmp_path: Path) -> House:
    """The house's database, without the program."""
    return House(tmp_path).fill()


@pytest.fixture
def typed(filled: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Type a command about the house's database and hear what it says."""
    config = tmp_path / "config.toml"
    storage = f'[storage]\nurl = "sqlite:///{filled.path}"\nbackup_folder = "{tmp_path / "copies"}"\n'
    config.write_text(f'[ward]\nname = "Phường Phúc Lợi"\nphone = "024 0000 0000"\n{storage}', encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    def type_in(*words: str) -> str:
        told = CliRunner().invoke(cli, list(words))
        assert told.exit_code == 0, told.output
        return told.output

    return type_in


def test_what_is_done_at_the_machine_stands_in_the_journal(typed: Callable[..., str], tmp_path: Path) -> None:
    typed("invite", "--role", "officer", "--unit", "PPL")
    typed("invite", "--households", "--project", "DE", "--docx", "slips.docx")
    typed("export", "--excel", "figures.xlsx")
    units = tmp_path / "units.csv"
    units.write_text(
        "unit_code,unit_kind,unit_name,parent_code,valid_from\nCB99,party_cell,Chi bộ 99,PPL,2021-01-01\n", "utf-8"
    )
    typed("load", str(units))
    told = typed("audit").replace("dòng lệnh trên máy chủ", "máy")
    for line in (
        "máy (Phường Phúc Lợi) · tạo mã mời cho cán bộ",
        "máy (Phường Phúc Lợi) · in phiếu mã hộ của dự án DE",
        "máy (Phường Phúc Lợi) · xuất số liệu ra tệp figures.xlsx",
        "nạp dữ liệu từ tệp units.csv",
    ):
        assert line in told, told


def test_a_copy_put_back_and_released_stands_in_the_journal(typed: Callable[..., str], tmp_path: Path) -> None:
    typed("backup")
    (copy,) = (tmp_path / "copies").glob("*.db")
    typed("restore", str(copy))
    typed("release", "--drop")
    told = typed("audit")
    assert f"phục hồi dữ liệu từ tệp {copy.name}" in told
    assert "sau phục hồi, bỏ các tin đang chờ" in told


def test_a_look_at_a_list_writes_nothing_down(filled: House, typed: Callable[..., str]) -> None:
    typed("stats")
    typed("jobs")
    assert filled.rows("SELECT * FROM audit") == []
