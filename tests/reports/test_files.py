"""Files: kept as data, drawn the same again; and the command that writes them."""

from __future__ import annotations

import codecs
import csv
import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.__main__ import cli
from bot.core.periods import Span, ending
from bot.engine import load_texts
from bot.reports.drawers import DRAWERS
from bot.reports.drawings import Picture
from bot.reports.files import Asked, Form, attachment_for
from bot.reports.letters import Head
from bot.reports.plain import table_csv
from bot.reports.tables import Column, Table
from storage.database import Tx
from tests.reports.conftest import AT, BY
from tests.storage.conftest import ARTICLE_DAY

TEXTS = load_texts()
ROOT = Path(__file__).parent.parent.parent
BEGINNINGS = {Form.WORKBOOK: b"PK", Form.LETTER: b"PK", Form.PICTURE: b"\x89PNG"}


def asked(form: Form, scope: str = "PPL") -> Asked:
    return Asked(form=form, scope=scope, period=ending(Span.MONTH, ARTICLE_DAY), head=Head.PARTY, picture=Picture.DAYS)


@pytest.mark.parametrize("form", Form)
def test_a_file_kept_with_a_message_is_drawn_the_same_again(article: Tx, form: Form) -> None:
    file = attachment_for(article, asked(form), TEXTS, by=BY, now=AT)
    kept = json.loads(json.dumps(file.data))
    drawn = DRAWERS[file.recipe](kept)
    assert drawn.startswith(BEGINNINGS[form])
    time.sleep(1.1)  # archives count in seconds
    assert drawn == DRAWERS[file.recipe](file.data)
    assert file.is_picture is (form is Form.PICTURE)
    assert file.name.endswith(f".{form}")


def test_every_form_has_its_drawer() -> None:
    assert {form.name.lower() for form in Form} <= set(DRAWERS)


def test_a_file_name_is_harmless() -> None:
    assert asked(Form.WORKBOOK, "../../x y\n").file_name == "dan-van-kheo_xy_month_2021-03-24.xlsx"


def run(folder: Path, *words: str) -> tuple[int, str]:
    """`bot export` where there is no config.toml: the article's figures."""
    done = CliRunner().invoke(cli, ["export", *words, "--config", str(folder / "config.toml")])
    return done.exit_code, done.output


def test_export_writes_what_is_asked_for(tmp_path: Path) -> None:
    paths = {name: tmp_path / name for name in ("a.xlsx", "a.docx", "a.png")}
    asked = ["--excel", str(paths["a.xlsx"]), "--word", str(paths["a.docx"]), "--picture", str(paths["a.png"])]
    code, told = run(tmp_path, *asked, "--month", "--head", "dang", "--which", "days")
    assert (code, told.count("Đã ghi")) == (0, 3)
    assert all(path.stat().st_size > 5000 for path in paths.values())


def test_every_table_is_a_file_that_a_spreadsheet_opens(tmp_path: Path) -> None:
    code, told = run(tmp_path, "--csv", str(tmp_path / "so-lieu.csv"), "--json", str(tmp_path / "so-lieu.json"))
    assert (code, told.count("Đã ghi")) == (0, len(list(tmp_path.glob("*.csv"))) + 1)
    assert all(path.read_bytes().startswith(codecs.BOM_UTF8) for path in tmp_path.glob("*.csv"))
    counted = list(csv.DictReader((tmp_path / "so-lieu-counted.csv").read_text("utf-8-sig").splitlines()))
    found = {row["Nội dung"]: (row["Tập thể"], row["Tổng tập thể"]) for row in counted}
    assert found["Văn hóa xã hội"] == ("8", "31")
    assert counted[6]["Tỷ lệ"] == "41,7%"
    sessions = list(csv.DictReader((tmp_path / "so-lieu-sessions.csv").read_text("utf-8-sig").splitlines()))
    assert (len(sessions), sessions[0]["Ngày"]) == (18, "2021-03-20")
    told_json = json.loads((tmp_path / "so-lieu.json").read_text("utf-8"))
    assert {f"so-lieu-{key}.csv" for key in told_json["tables"]} == {path.name for path in tmp_path.glob("*.csv")}
    (field,) = [row for row in told_json["tables"]["counted"]["rows"] if row["what"] == "Văn hóa xã hội"]
    assert (field["share"], field["share_2"]) == ([8, 31], [5, 12])
    assert told_json["sessions"]["total"] == 18


def test_one_table_alone_and_no_formula_in_it(tmp_path: Path) -> None:
    assert run(tmp_path, "--csv", str(tmp_path / "u.csv"), "--table", "units")[0] == 0
    assert [path.name for path in tmp_path.glob("*.csv")] == ["u.csv"]
    told = table_csv(
        Table(key="x", name="x", columns=(Column(head="=A1"),), rows=(("=1+1",), ("@x",), ("-5",), ("a",)))
    )
    assert told.decode("utf-8-sig").split() == ["'=A1", "'=1+1", "'@x", "'-5", "a"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "--excel"),
        (("--csv", "x.csv", "--table", "nothing"), "units"),
        (("--json", "no/such/folder/x.json"), "Không ghi được"),
        (("--word", "x.docx", "--head", "vua"), "ubnd, dang"),
        (("--picture", "x.png", "--which", "pie"), "fields, goals, days"),
        (("--excel", "no/such/folder/x.xlsx"), "Không ghi được"),
        (("--excel", "x.xlsx", "--unit", "XX"), "XX"),
        (("--excel", "x.xlsx", "--date", "hôm qua"), "hôm qua"),
        (("--excel", "x.xlsx", "--week", "--month"), "--week"),
    ],
)
def test_what_cannot_be_exported_is_a_sentence(tmp_path: Path, words: tuple[str, ...], told: str) -> None:
    code, said = run(tmp_path, *words)
    assert code == 1
    assert told in said.replace("\n", " ")
    assert "Traceback" not in said


def test_the_program_starts_without_the_heavy_libraries() -> None:
    heavy = "{'matplotlib', 'docx', 'docxtpl', 'nicegui'}"
    asked = f"import sys, bot.app; assert not {heavy} & set(sys.modules), {heavy} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", asked], cwd=ROOT, check=True, timeout=60)
