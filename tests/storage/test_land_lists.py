"""A ward's own list of land: found in a sheet typed for people, and a second one that says what changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from storage.database import Tx, transaction
from storage.loading import LoadRefused, LoadReport, RowError, homes_told, plan_load, save
from storage.loading.land_lists import column_of, group_in, same_words
from tests.storage.conftest import NOW, dump, new_ids, one, written_texts

Lists = Callable[..., Path]
HEADER = (
    "STT", "Tên chủ\nsử dụng đất", "Địa chỉ", "Diện tích\n(m²)", "Tờ bản đồ", "Số thửa", "Loại đất", "Ghi chú",
)  # fmt: skip
AN = (1, "Nguyễn Thị An (giả định)", "Số 1, tổ 5 (giả định)", 32.5, 12, 145, "ODT", "")
BINH = (2, "Trần Văn Bình (giả định)", "Số 2, tổ 6 (giả định)", "1.234,5", 12, 147, "CLN", "- đất lấn chiếm")
BINH_TOO = (None, None, None, 120, 13, 8, "CLN", None)


@pytest.fixture
def lists(tmp_path: Path) -> Lists:
    def write(*rows: Sequence[Any], merged: Sequence[str] = (), sheet: str = "DE", header: Any = HEADER) -> Path:
        book = Workbook()
        made = book.active
        assert made is not None
        made.title = sheet
        for row in (["UBND PHƯỜNG PHÚC LỢI"], ["DANH SÁCH CÁC HỘ CÓ ĐẤT THU HỒI"], [], header, *rows):
            made.append(list(row))
        for cells in merged:
            made.merge_cells(cells)
        path = tmp_path / "danh sách.xlsx"
        book.save(path)
        return path

    return write


def take(tx: Tx, file: Path, project: str = "") -> LoadReport:
    with transaction(tx):
        plan = plan_load(tx, [file], new_ids(), NOW, project=project)
        save(tx, plan)
    return plan.report


def refused(tx: Tx, file: Path, project: str = "") -> tuple[RowError, ...]:
    with pytest.raises(LoadRefused) as caught:
        plan_load(tx, [file], new_ids(), NOW, project=project)
    return caught.value.errors


def land(tx: Tx, where: str = "1") -> list[tuple[str, str, str, str]]:
    rows = tx.execute(
        "SELECT h.head_name, p.map_sheet, p.plot, p.area_m2 FROM parcels p JOIN households h "
        f"ON h.household_id = p.household_id WHERE p.gone_on IS NULL AND {where} ORDER BY 1, 2, 3"
    ).fetchall()
    return [(row["head_name"], row["map_sheet"], row["plot"], row["area_m2"]) for row in rows]


def test_a_list_as_wards_keep_it(article: Tx, lists: Lists) -> None:
    report = take(
        article,
        lists(
            tuple(f"({number})" for number in range(1, 9)),
            ("I", "TỔ DÂN PHỐ 7"),
            (),
            AN, BINH, BINH_TOO,
            ("", "Tổng cộng", "", 1387, "", "", "", ""),
            ("", "NGƯỜI LẬP BIỂU", "", "", "CHỦ TỊCH"),
            merged=("B9:B10", "C9:C10", "A9:A10"),
        ),
    )  # fmt: skip
    assert land(article) == [
        ("Nguyễn Thị An (giả định)", "12", "145", "32.5"),
        ("Trần Văn Bình (giả định)", "12", "147", "1234.5"),
        ("Trần Văn Bình (giả định)", "13", "8", "120"),
    ]
    assert [(table.table, table.new) for table in report.tables] == [("households", 2), ("parcels", 3)]
    assert one(article, "households", "household_id = 'H001'")["neighborhood_group"] == "Tổ dân phố 05"
    assert one(article, "parcels", "plot = '147'")["note"] == "đất lấn chiếm"


def test_the_same_list_again_changes_nothing(article: Tx, lists: Lists) -> None:
    file = lists(AN, BINH, BINH_TOO)
    take(article, file)
    before = dump(article)
    report = take(article, file)
    assert (report.written, report.homes) == (0, ())
    assert dump(article) == before


def test_a_second_list_says_what_is_new_changed_and_gone(article: Tx, lists: Lists) -> None:
    take(article, lists(AN, BINH, BINH_TOO))
    renamed = (1, "NGUYỄN THỊ ÂN (giả định)", *AN[2:3], 40, *AN[4:])
    fresh = (2, "Lê Thị Chi (giả định)", "Số 3, tổ 5 (giả định)", 10, 12, 150, "ODT", "")
    report = take(article, lists(renamed, fresh))
    assert [(home.what, home.household_id) for home in report.homes] == [
        ("changed", "H001"), ("gone", "H002"), ("new", "H003"),
    ]  # fmt: skip
    assert report.homes[1].lost == (("12", "147", "1234.5"), ("13", "8", "120"))
    assert [row[0] for row in land(article)] == ["Lê Thị Chi (giả định)", "NGUYỄN THỊ ÂN (giả định)"]
    assert len(article.execute("SELECT * FROM parcels").fetchall()) == 4
    assert [table.gone for table in report.tables] == [0, 2]
    told = homes_told(report, written_texts("load"))
    assert len(told) == 3
    assert "H001" in told[1]
    assert "trước ghi là Nguyễn Thị An" in told[1]


def test_a_parcel_that_comes_back_is_there_again(article: Tx, lists: Lists) -> None:
    take(article, lists(AN, BINH))
    take(article, lists(AN))
    report = take(article, lists(AN, BINH))
    assert [(home.what, home.household_id) for home in report.homes] == [("changed", "H002")]
    assert len(land(article)) == 2


@pytest.mark.parametrize(
    ("name", "address", "same"),
    [
        ("nguyễn thị  AN (Giả định)", "Số 1 tổ 5, giả định", True),
        ("Bà Nguyễn Thị An (giả định)", "Số 1, tổ 5 (giả định)", True),
        ("Nguyễn Thị An (giả định)", "Số 9, tổ 8 (giả định)", True),
        ("Phạm Văn Khác (giả định)", "Số 1, tổ 5 (giả định)", True),
        ("Phạm Văn Khác (giả định)", "Số 9, tổ 8 (giả định)", False),
    ],
)
def test_what_makes_a_household_the_same(article: Tx, lists: Lists, name: str, address: str, same: bool) -> None:
    """Name and address; else a parcel, and one of the two."""
    take(article, lists(AN))
    take(article, lists((1, name, address, *AN[3:])))
    (owner,) = article.execute("SELECT household_id FROM parcels WHERE gone_on IS NULL").fetchall()
    assert (owner["household_id"] == "H001") is same


def test_another_parcel_of_another_address_is_another_household(article: Tx, lists: Lists) -> None:
    take(article, lists(AN))
    take(article, lists(AN, (2, AN[1], "Số 77, tổ 9 (giả định)", 50, 14, 3, "ODT", "")))
    assert len(article.execute("SELECT * FROM households").fetchall()) == 2


def test_one_household_with_land_in_two_projects(article: Tx, lists: Lists) -> None:
    take(article, lists(AN))
    take(article, lists((1, *AN[1:3], 10, 20, 30, "ODT", ""), sheet="N279"))
    assert len(article.execute("SELECT * FROM households").fetchall()) == 1
    assert len(article.execute("SELECT * FROM parcels WHERE gone_on IS NULL").fetchall()) == 2


def test_dittos_and_groups(article: Tx, lists: Lists) -> None:
    take(article, lists(AN, (2, '"', "nt", 5, 12, 146, "", ""), (3, "Lê Văn Đoàn (giả định)", "như trên", 5, 12, 149)))
    assert [row[0] for row in land(article)] == [
        "Lê Văn Đoàn (giả định)", "Nguyễn Thị An (giả định)", "Nguyễn Thị An (giả định)",
    ]  # fmt: skip
    assert one(article, "households", "head_name LIKE 'Lê Văn%'")["address"] == AN[2]


@pytest.mark.parametrize(
    ("row", "cell", "reason"),
    [
        ((1, "", "Số 1", 32, 12, 145), "B5", "empty_cell"),
        ((1, "A B", "Số 1", 32, "", 145), "E5", "empty_cell"),
        ((1, "A B", "Số 1", 32, 12, ""), "F5", "empty_cell"),
        ((1, "A B", "Số 1", "", 12, 145), "D5", "empty_cell"),
        ((1, "A B", "Số 1", "1.200", 12, 145), "D5", "bad_area"),
        ((1, "A B", "Số 1", 0, 12, 145), "D5", "bad_area"),
        ((1, "A B", "Số 1", 32, "mười hai", 145), "E5", "bad_map_sheet"),
        ((1, "A B", "Số 1", 32, 12, "45, 46"), "F5", "bad_plot"),
        ((1, "A B", "Số 1", "#REF!", 12, 45), "D5", "error_value"),
        ((1, "A\u200bB", "Số 1", 32, 12, 45), "B5", "hidden_letter"),
    ],
)
def test_each_fault_names_its_cell_and_nothing_is_written(
    article: Tx, lists: Lists, row: Sequence[Any], cell: str, reason: str
) -> None:
    before = dump(article)
    file = lists(row, BINH)
    (error,) = refused(article, file)
    assert (error.cell, error.reason) == (cell, reason)
    assert cell in error.told(written_texts("load"))
    assert dump(article) == before


def test_a_parcel_twice_is_told_with_both_rows(article: Tx, lists: Lists) -> None:
    (error,) = refused(article, lists(AN, AN))
    assert (error.reason, error.line, error.values["first_line"]) == ("twice", 6, "5")


def test_which_project_must_be_clear(article: Tx, lists: Lists) -> None:
    (error,) = refused(article, lists(AN, sheet="Sheet1"))
    assert error.reason == "which_project"
    assert "N279" in error.told(written_texts("load"))
    (error,) = refused(article, lists(AN, sheet="Sheet1"), "D")
    assert error.reason == "unknown_project"
    assert take(article, lists(AN, sheet="Sheet1"), "N201").written == 2


def test_two_households_that_could_both_be_meant_are_asked_about(article: Tx, lists: Lists) -> None:
    take(article, lists(AN))
    article.execute("INSERT INTO households SELECT 'H900', unit_id, head_name, address, '', '' FROM households")
    article.execute("DELETE FROM parcels")
    (error,) = refused(article, lists(AN))
    assert (error.reason, error.values["value"]) == ("several_households", "H001, H900")


def test_columns_that_nobody_asked_for_are_not_read(article: Tx, lists: Lists) -> None:
    header = (*HEADER, "Số CCCD", "Ký nhận")
    take(article, lists((*AN, "=001\n2", "x"), header=header))
    assert "0012" not in str(dump(article))


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Họ và tên chủ sử dụng đất", "tên chủ sử dụng đất"), ("TỜ BĐ SỐ", "tờ bản đồ"), ("DT (m2)", "diện tích"),
        ("Diện tích thu hồi (m²)", "diện tích"), ("Thửa số", "số thửa"), ("MĐSD", "loại đất"), ("Số TT", "stt"),
        ("household_code", "household_code"),
    ],
)  # fmt: skip
def test_columns_are_known_by_what_wards_call_them(said: str, name: str) -> None:
    assert column_of(said.lower()) == name


def test_where_a_tone_stands_and_a_title_make_no_difference() -> None:
    assert same_words("Bà Hoà Thị  THUỶ") == same_words("hòa thị thủy")
    assert same_words("Nguyễn Văn Hùng") != same_words("Nguyễn Văn Hưng")
    assert same_words("Bà Thị") == same_words("bà thị")


def test_groups_in_addresses() -> None:
    assert group_in("Số 3 ngõ 5, TDP số 7, phường Phúc Lợi") == "Tổ dân phố 07"
    assert group_in("Số 3 ngõ 5") == ""


def test_a_plan_no_longer_holds_when_anything_that_it_looked_at_has_changed(article: Tx, lists: Lists) -> None:
    """Two clerks look at two lists of one project: the second yes is to something else than what is there by then."""
    take(article, lists(AN))
    plan = plan_load(article, [lists(AN, BINH)], new_ids(), NOW)
    assert plan.holds(article)
    article.execute("UPDATE parcels SET gone_on = '2021-03-24'")
    assert not plan.holds(article)
