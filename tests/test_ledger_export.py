"""`export --ledger`: every household of every notice, of one scope, and nobody's words a formula."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook
from typer.testing import CliRunner

from bot.__main__ import cli
from handlers.notices import ledger_files
from storage.database import open_plain
from tests.handlers.test_notices import issue
from tests.house import House

HOSTILE = "=cmd|' /C calc'!A0"


async def issued(house: House) -> None:
    """Sent, acknowledged by one household; another one's name would calculate."""
    await issue(house)
    await house.press("ho1", "Đã nhận")
    connection = open_plain(house.path)
    connection.execute("UPDATE households SET head_name = ? WHERE household_id = 'H003'", (HOSTILE,))
    connection.close()


def typed(house: House, *words: str) -> tuple[int, str]:
    done = CliRunner().invoke(cli, ["export", "--ledger", "--db", str(house.path), "--unit", "PPL", *words])
    return done.exit_code, " ".join(done.output.split())


async def test_the_same_ledger_in_excel_csv_and_json(house: House, tmp_path: Path) -> None:
    await issued(house)
    excel, lines, told = tmp_path / "a.xlsx", tmp_path / "a.csv", tmp_path / "a.json"
    code, said = typed(house, "--excel", str(excel), "--csv", str(lines), "--json", str(told))
    assert (code, said.count("Đã ghi")) == (0, 3)
    assert "chỉ giao cho người được phân công" in said
    rows = list(load_workbook(excel)["Sổ giao nhận từng hộ"].iter_rows())
    assert len(rows) == 47
    assert all(cell.data_type != "f" for row in rows for cell in row)
    read = list(csv.reader(io.StringIO(lines.read_bytes().decode("utf-8-sig"))))
    assert [[cell.value or "" for cell in row] for row in rows if row[1].value != "H003"] == [
        row for row in read if row[1] != "H003"
    ]
    [notice] = json.loads(told.read_text())
    first = notice["households"][0]
    assert (notice["code"], notice["version"], notice["project"]) == ("TB2021-001", 1, "DE")
    assert (first["household"], first["standing"]) == ("H001", "served")
    assert [fact["what"] for fact in first["facts"]] == ["sent", "received"]
    assert first["facts"][-1]["at"] == "2021-03-24T08:00:00+07:00"


async def test_what_would_calculate_stands_behind_an_apostrophe(house: House, tmp_path: Path) -> None:
    await issued(house)
    typed(house, "--csv", str(tmp_path / "a.csv"))
    read = csv.reader(io.StringIO((tmp_path / "a.csv").read_bytes().decode("utf-8-sig")))
    assert next(row for row in read if row[1] == "H003")[2] == f"'{HOSTILE}"


async def test_one_notice_has_a_signed_list(house: House, tmp_path: Path) -> None:
    await issued(house)
    assert typed(house, "--notice", "TB2021-001", "--word", str(tmp_path / "a.docx"))[0] == 0
    assert len(Document(str(tmp_path / "a.docx")).tables[1].rows) == 47


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "--csv TỆP.csv"),
        (("--excel", "x.xlsx", "--week"), "--csv TỆP.csv"),
        (("--word", "x.docx"), "thêm --notice SỐ. Hiện có: TB2021-001"),
        (("--csv", "x.csv", "--notice", "TB9"), "Không có thông báo TB9"),
        (("--csv", "no/such/folder/x.csv"), "Không ghi được"),
        (("--csv", "x.csv", "--unit", "CB05"), "Chưa có thông báo nào được gửi trong Chi bộ 05"),
    ],
)
async def test_what_cannot_be_exported_is_a_sentence(house: House, words: tuple[str, ...], told: str) -> None:
    await issued(house)
    code, said = typed(house, *words)
    assert code == 1
    assert told in said


def test_other_exports_know_no_notice(tmp_path: Path) -> None:
    words = ["export", "--notice", "TB-1", "--csv", "x.csv", "--config", str(tmp_path / "config.toml")]
    done = CliRunner().invoke(cli, words)
    assert done.exit_code == 1
    assert "thêm --ledger" in done.output


async def test_an_officers_workbook_has_the_households_and_a_leaders_has_not(house: House) -> None:
    await issued(house)
    sheets = {}
    for account in ("canbo", "lanhdao", "quantri"):
        await house.act(account, press="tep|xlsx")
        said = house.unread(account)[-1]
        sheets[account] = "có sổ giao nhận từng hộ của TB2021-001." in said
        body = json.loads(house.mail(account)[-1].body)
        names = [table["name"] for table in body["attachment"]["data"]["tables"]]
        assert ("Sổ giao nhận từng hộ" in names) is sheets[account]
        assert ("Nguyễn Văn A" in json.dumps(body, ensure_ascii=False)) is sheets[account]
    assert sheets == {"canbo": True, "lanhdao": False, "quantri": False}


async def test_the_newest_notices_go_together_as_far_as_there_is_room(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The very latest is there in any case; an older one only if all its households fit."""
    await issued(house)
    await issue(house)
    fitting = {}
    for room in (10, 91, 92):
        monkeypatch.setattr(ledger_files, "MOST_TOGETHER", room)
        await house.act("canbo", press="tep|xlsx")
        fitting[room] = house.unread("canbo")[-1].count("TB2021-00")
    assert fitting == {10: 1, 91: 1, 92: 2}
