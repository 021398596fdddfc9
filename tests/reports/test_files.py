"""Files: kept as data, drawn the same again; and the command that writes them."""

from __future__ import annotations

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


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "--excel"),
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
