"""The workbook: opened and read again, cell by cell."""

from __future__ import annotations

import io
import json
from datetime import datetime
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl import Workbook, load_workbook

from bot.core.periods import Span, ending
from bot.engine import load_texts
from bot.reports.files import Asked, Form, attachment_for
from bot.reports.workbook import LONGEST, workbook
from storage.database import Tx
from tests.reports.conftest import AT, BY, FIELDS, HOSTILE
from tests.storage.conftest import ARTICLE_DAY

TEXTS = load_texts()


def file_of(tx: Tx, scope: str = "PPL") -> bytes:
    asked = Asked(form=Form.WORKBOOK, scope=scope, period=ending(Span.DAY, ARTICLE_DAY))
    return workbook(json.loads(json.dumps(attachment_for(tx, asked, TEXTS, by=BY, now=AT).data)))


def opened(tx: Tx, scope: str = "PPL") -> Workbook:
    return load_workbook(io.BytesIO(file_of(tx, scope)))


def rows(book: Workbook, name: str) -> list[dict[str, Any]]:
    """The rows of a sheet by its heads; where two heads are the same the first has the plain name."""
    heads, *values = book[name].iter_rows(values_only=True)
    return [dict(reversed(list(zip(heads, row, strict=True)))) for row in values]


def test_the_articles_figures(article: Tx) -> None:
    book = opened(article)
    read = list(book["Theo lĩnh vực"].iter_rows(min_row=2, values_only=True))
    assert [row[2] for row in read[:3]] == [31, 11, 11]
    assert read[1][3:5] == (11, 1)
    for row, (collectives, share, individuals, their_share) in zip(read[3:9], FIELDS, strict=True):
        assert (f"{row[2]:02d}/{row[3]}", f"{row[5]:02d}/{row[6]}") == (collectives, individuals)
        assert [round(float(part) * 100, 1) for part in (row[4], row[7])] == [
            float(written.rstrip("%").replace(",", ".")) for written in (share, their_share)
        ]
    assert read[9][2:5] == (21, 21, 1)
    assert read[10][2] == 18
    assert [row[1] for row in read] == ["chủ thể"] * 10 + ["buổi"] + ["lượt hộ"] * 2 + ["hộ"] * 5 + ["câu hỏi"] * 4


def test_the_rows_behind_them(article: Tx) -> None:
    book = opened(article)
    assert len(rows(book, "Mô hình")) == 49
    assert len(rows(book, "Buổi tuyên truyền")) == 18
    assert len(rows(book, "Theo đơn vị")) == 31
    assert sum(row["Bắt buộc GPMB"] == "đã có mô hình" for row in rows(book, "Theo đơn vị")) == 11
    assert len(rows(book, "Đối tượng bắt buộc")) == 11
    joint = [row for row in rows(book, "Buổi tuyên truyền") if row["Phối hợp"]]
    assert [(row["Chủ trì"], row["Phối hợp"]) for row in joint] == [("Hội Cựu chiến binh phường", "Công an phường")]
    police = next(row for row in rows(book, "Theo đơn vị") if row["Mã"] == "CAP")
    assert (police["Số mô hình"], police["Số buổi"]) == (1, 1)


def test_days_are_days_and_heads_stay_in_sight(article: Tx) -> None:
    book = opened(article)
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref == sheet.dimensions
    cell = book["Mô hình"]["I2"]
    assert (cell.value, cell.number_format) == (datetime(2021, 1, 29), "dd/mm/yyyy")


def test_a_sheet_says_what_of_whom_when_and_by_whom(article: Tx) -> None:
    about = dict(opened(article)["Thông tin"].iter_rows(values_only=True))
    assert about["Phạm vi"] == "Phường Phúc Lợi"
    assert about["Số liệu đến hết ngày"] == "24/03/2021"
    assert (about["Lập lúc"], about["Người lập"]) == ("17:05, 24/03/2021", BY)


@pytest.mark.parametrize("words", [*HOSTILE, "x" * (LONGEST + 10), "\x00\x07\ud800"])
def test_no_words_become_a_formula_or_break_the_file(article: Tx, words: str) -> None:
    kept = words.encode("utf-8", "ignore").decode()
    article.execute("UPDATE models SET name = ? WHERE code = 'MH2021-028'", [kept])
    article.execute("UPDATE outreach_sessions SET outcome = ?, place = ?", [kept, kept])
    article.execute("UPDATE units SET name = ? WHERE unit_id = 'CAP'", [kept])
    file = file_of(article)
    with ZipFile(io.BytesIO(file)) as parts:
        assert not any(b"<f>" in parts.read(name) for name in parts.namelist())
    book = load_workbook(io.BytesIO(file))
    assert "f" not in {cell.data_type for sheet in book for row in sheet for cell in row}
    assert len(list(book["Mô hình"]["F"])) == 50


def test_what_looks_like_a_formula_is_marked_as_text(article: Tx) -> None:
    article.execute("UPDATE models SET name = '=cmd|x' WHERE code = 'MH2021-028'")
    cell = next(cell for cell in opened(article)["Mô hình"]["F"] if cell.value == "=cmd|x")
    assert (cell.data_type, cell.quotePrefix) == ("s", True)


def test_a_ward_in_which_nothing_has_happened(idle: Tx) -> None:
    book = opened(idle)
    assert rows(book, "Mô hình") == []
    assert book["Theo lĩnh vực"]["C2"].value == 0
    assert book["Theo lĩnh vực"]["E5"].value is None  # of nobody there is no share


def test_a_cell_sees_its_own(article: Tx) -> None:
    book = opened(article, scope="CB05")
    assert {row["Chủ thể"] for row in rows(book, "Mô hình")} <= {"Chi bộ 05", "Cá nhân 05 (giả định)", "Cá nhân 05"}
    assert [row["Mã"] for row in rows(book, "Theo đơn vị")] == ["CB05"]
