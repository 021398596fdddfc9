"""`python -m bot load` with a ward's own list: shown first, written only after a yes, all or nothing."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from openpyxl import Workbook
from typer.testing import CliRunner, Result

from bot.__main__ import cli
from storage.database import open_plain, transaction
from storage.demo import article_files
from storage.loading import load_files
from tests.storage.conftest import NOW, new_ids

HEADER = ["STT", "Tên chủ sử dụng đất", "Địa chỉ", "Diện tích", "Tờ bản đồ", "Số thửa", "Loại đất", "Ghi chú"]
AN = [1, "Nguyễn Thị An (giả định)", "Số 1 (giả định)", 32.5, 12, 145, "ODT", ""]
BINH = [2, "Trần Văn Bình (giả định)", "Số 2 (giả định)", 40, 12, 147, "ODT", ""]


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "ward.db"
    with closing(open_plain(path)) as connection, transaction(connection) as tx:
        load_files(tx, article_files(), new_ids(), NOW)
    return path


@pytest.fixture
def listed(tmp_path: Path) -> Callable[..., Path]:
    def write(*rows: list[object]) -> Path:
        book = Workbook()
        assert book.active is not None
        for row in (HEADER, *rows):
            book.active.append(row)
        book.save(tmp_path / "ho.xlsx")
        return tmp_path / "ho.xlsx"

    return write


def load(database: Path, file: Path, *options: str) -> Result:
    return CliRunner().invoke(cli, ["load", str(file), "--db", str(database), *options])


def households(database: Path) -> int:
    with closing(open_plain(database)) as connection:
        return len(connection.execute("SELECT * FROM project_households").fetchall())


def test_a_list_is_shown_and_written_only_after_a_yes(database: Path, listed: Callable[..., Path]) -> None:
    file = listed(AN, BINH)
    shown = load(database, file, "--project", "DE")
    assert shown.exit_code == 1
    assert "Hộ mới H001: Nguyễn Thị An (giả định)" in shown.output
    assert "thêm --yes" in shown.output
    assert households(database) == 0
    seen = load(database, file, "--project", "DE", "--dry-run")
    assert (seen.exit_code, households(database)) == (0, 0)
    done = load(database, file, "--project", "DE", "--yes")
    assert (done.exit_code, households(database)) == (0, 2)
    assert "Đã ghi." in done.output


def test_a_second_list_says_what_is_gone(database: Path, listed: Callable[..., Path]) -> None:
    load(database, listed(AN, BINH), "--project", "DE", "--yes")
    shown = load(database, listed(AN), "--project", "DE", "--dry-run")
    assert "H002 Trần Văn Bình (giả định) không còn trong danh sách" in shown.output
    assert "Không có gì thay đổi." in load(database, listed(AN, BINH), "--project", "DE").output


def test_without_a_project_the_sentence_says_which_there_are(database: Path, listed: Callable[..., Path]) -> None:
    refused = load(database, listed(AN))
    assert refused.exit_code == 1
    assert "--project" in refused.output
    assert "N279" in refused.output


def test_one_bad_cell_and_nothing_is_written(database: Path, listed: Callable[..., Path]) -> None:
    refused = load(database, listed(AN, [*BINH[:3], "1.200", *BINH[4:]]), "--project", "DE", "--yes")
    assert refused.exit_code == 1
    assert "ô D3 (diện tích)" in refused.output
    assert households(database) == 0
