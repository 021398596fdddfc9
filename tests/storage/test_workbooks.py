"""Excel workbooks: what their cells become, where a list is found in a sheet, and that every fault names its cell."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from storage.database import Tx
from storage.demo import all_files, article_files
from storage.loading import LoadRefused, RowError, errors_told
from tests.storage.conftest import dump, load, one, open_with, try_to_load, written_texts

Cells = Sequence[Sequence[Any]]
Save = Callable[..., Path]

HOUSEHOLDS = ("household_code", "head_name", "address", "unit_code", "project_code", "map_sheet", "plot", "area_m2")
HOUSE = ("H901", "Hộ thử (giả định)", "Số 1", "PPL", "DE", 12, 45, 32.5)
INDIVIDUALS = ("individual_code", "name", "unit_code")
RESOLUTIONS = ("unit_code", "number", "issued_on")
SESSIONS = ("session_code", "date", "host_code", "field_code", "attendees", "time", "status")


def book(sheets: Mapping[str, Cells]) -> Workbook:
    made = Workbook()
    made.remove(made.worksheets[0])
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    return made


def packed(made: Workbook) -> bytes:
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def repacked(data: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """The same workbook with the bytes of its parts changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return out.getvalue()


def in_sheet(data: bytes, before: bytes, after: bytes) -> bytes:
    assert before in zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml")
    return repacked(data, lambda name, part: part.replace(before, after) if "sheet1" in name else part)


def with_shared_words(data: bytes) -> bytes:
    """The same workbook as Excel writes it: openpyxl writes words into their cells."""
    words: list[bytes] = []

    def shared(found: re.Match[bytes]) -> bytes:
        words.append(found[2])
        return b'<c %s t="s"><v>%d</v></c>' % (found[1], len(words) - 1)

    def change(name: str, part: bytes) -> bytes:
        if name == "[Content_Types].xml":
            kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
            strings = b'<Override PartName="/xl/sharedStrings.xml" ContentType="%s"/></Types>' % kind
            return part.replace(b"</Types>", strings)
        return re.sub(rb'<c ([^>]*?) t="inlineStr"><is>(.*?)</is></c>', shared, part)

    changed = repacked(data, change)
    out = io.BytesIO(changed)
    with zipfile.ZipFile(out, "a") as archive:
        items = b"".join(b"<si>%s</si>" % word for word in words)
        archive.writestr(
            "xl/sharedStrings.xml",
            b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">%s</sst>' % items,
        )
    return out.getvalue()


@pytest.fixture
def save(tmp_path: Path) -> Save:
    """Save a workbook of the named sheets, or the bytes of one, and return its path."""

    def save_file(content: Mapping[str, Cells] | Workbook | bytes, name: str = "ho_dan.xlsx") -> Path:
        if not isinstance(content, bytes):
            content = packed(content if isinstance(content, Workbook) else book(content))
        (tmp_path / name).write_bytes(content)
        return tmp_path / name

    return save_file


def refused(tx: Tx, *files: Path) -> tuple[RowError, ...]:
    before = dump(tx)
    with pytest.raises(LoadRefused) as caught:
        load(tx, *files)
    assert dump(tx) == before
    return caught.value.errors


def told(tx: Tx, *files: Path) -> list[str]:
    return [error.told(written_texts("load")) for error in refused(tx, *files)]


def typed(cell: str) -> Any:
    """A word of a CSV file as Excel would hold it."""
    for read in (int, float, date.fromisoformat):
        try:
            return read(cell)
        except ValueError:
            continue
    return cell or None


# What is taken ---------------------------------------------------------------------------------


@pytest.fixture(params=["one workbook", "a workbook each", "with shared words"])
def as_workbooks(request: pytest.FixtureRequest, save: Save) -> list[Path]:
    """The demo's files, with Excel's numbers and days; Excel itself keeps all words of a workbook in one part."""
    sheets = {}
    for file in all_files():
        rows = csv.reader(io.StringIO(file.read_text(encoding="utf-8")))
        sheets[file.stem[:31]] = [[typed(cell) for cell in row] for row in rows]
    if request.param == "one workbook":
        return [save(sheets)]
    if request.param == "with shared words":
        return [save(with_shared_words(packed(book(sheets))))]
    return [save({"Sheet1": rows}, f"{name}.xlsx") for name, rows in sheets.items()]


def test_a_workbook_of_all_lists_says_what_the_text_files_say(demo: Tx, empty: Tx, as_workbooks: list[Path]) -> None:
    load(empty, *as_workbooks)
    assert load(empty, *all_files()).written == 0
    assert load(demo, *as_workbooks).written == 0


def test_text_files_and_workbooks_go_together(empty: Tx, save: Save) -> None:
    resident = {"Hộ": [HOUSEHOLDS, HOUSE]}
    assert [table.table for table in load(empty, save(resident), *article_files()).tables][-2:] == [
        "households",
        "parcels",
    ]


def test_days_numbers_and_hours_become_what_a_person_would_type(article: Tx, save: Save) -> None:
    sessions = [
        SESSIONS,
        ("BUOI2021-090", date(2021, 3, 22), "CB05", "GPMB", 46.0, time(19, 30), "reported"),
        ("BUOI2021-091", datetime(2021, 3, 23, 8, 15), "CB05", "GPMB", 7, "19:30", "reported"),
        ("BUOI2021-092", "24/03/2021", "CB05", "GPMB", "12", None, "reported"),
    ]
    load(article, save({"Buổi": sessions, "Hộ": [HOUSEHOLDS, (*HOUSE[:-1], 187.9)]}))
    found = article.execute("SELECT * FROM outreach_sessions WHERE number >= 90 ORDER BY number").fetchall()
    assert [(row["held_on"], row["held_at"], row["attendee_count"]) for row in found] == [
        ("2021-03-22", "19:30", 46),
        ("2021-03-23", "19:30", 7),
        ("2021-03-24", None, 12),
    ]
    parcel = one(article, "parcels", "household_id = 'H901'")
    assert (parcel["map_sheet"], parcel["plot"], parcel["area_m2"]) == ("12", "45", "187.9")


def test_what_floating_point_adds_is_not_seen(article: Tx, save: Save) -> None:
    load(article, save({"Hộ": [HOUSEHOLDS, (*HOUSE[:-1], 0.1 + 0.2)]}))
    assert one(article, "parcels", "household_id = 'H901'")["area_m2"] == "0.3"


def test_a_formula_is_the_value_that_it_had_when_the_file_was_saved(article: Tx, save: Save) -> None:
    formula = packed(book({"Hộ": [HOUSEHOLDS, (*HOUSE[:-1], "=30+2.5")]}))
    counted = in_sheet(formula, b"<f>30+2.5</f><v></v>", b"<f>30+2.5</f><v>32.5</v>")
    load(article, save(counted))
    assert one(article, "parcels", "household_id = 'H901'")["area_m2"] == "32.5"


def test_titles_above_and_blank_rows_and_sheets_are_passed_over(article: Tx, save: Save) -> None:
    rows = [("DANH SÁCH HỘ",), ("Ngày", date(2021, 3, 24)), (), HOUSEHOLDS, (), HOUSE, (None, "  ", None), ()]
    assert load(article, save({"Sheet1": [], "Hộ": rows, "Sheet3": [(None, " ")]})).written == 2


@pytest.mark.parametrize(("title_rows", "found"), [(19, True), (20, False)])
def test_a_header_is_looked_for_in_the_first_twenty_rows(article: Tx, save: Save, title_rows: int, found: bool) -> None:
    file = save({"Hộ": [*[("Phường Phúc Lợi",)] * title_rows, HOUSEHOLDS, HOUSE]})
    if found:
        assert load(article, file).written == 2
    else:
        assert [error.reason for error in refused(article, file)] == ["unknown_kind"]


def test_merged_titles_and_headers_over_two_rows_and_two_columns(article: Tx, save: Save) -> None:
    upper = [*HOUSEHOLDS[:5], None, "Thửa đất", None, None]
    lower = [*[None] * 5, None, *HOUSEHOLDS[5:]]
    made = book({"Hộ": [("DANH SÁCH HỘ",), upper, lower, (*HOUSE[:5], None, *HOUSE[5:])]})
    for area in ("A1:H1", "A2:A3", "B2:B3", "C2:C3", "D2:D3", "E2:F3", "G2:I2"):
        made.worksheets[0].merge_cells(area)
    load(article, save(made))
    assert one(article, "parcels", "household_id = 'H901'")["plot"] == "45"


def test_a_wrong_size_that_a_sheet_declares_is_not_believed(article: Tx, save: Save) -> None:
    data = packed(book({"Hộ": [HOUSEHOLDS, HOUSE]}))
    for size in (b"A1:A1", b"A1:XFD1048576"):
        assert load(article, save(in_sheet(data, b'<dimension ref="A1:H2"', b'<dimension ref="' + size + b'"')))


def test_ornaments_that_are_not_read_raise_no_warning(article: Tx, save: Save) -> None:
    data = packed(book({"Hộ": [HOUSEHOLDS, HOUSE]}))
    strange = b'</sheetData><extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}"/></extLst>'
    assert load(article, save(in_sheet(data, b"</sheetData>", strange))).written == 2


# What is refused -------------------------------------------------------------------------------


def test_a_fault_names_file_sheet_and_cell(article: Tx, save: Save) -> None:
    rows = [("DANH SÁCH HỘ",), (), ("", *HOUSEHOLDS), *[()] * 8, (None, *HOUSE[:2], None, *HOUSE[3:])]
    assert told(article, save({"Hộ": rows})) == [
        "ho_dan.xlsx, trang Hộ, ô D12 (address): ô này không được để trống. Điền giá trị."
    ]


def test_all_faults_are_told_in_the_order_of_files_sheets_and_lines(article: Tx, save: Save) -> None:
    people = [INDIVIDUALS, ("CN90", 7, "CB99"), ("CN91", "#N/A", "CB05")]
    first = save({"Z": [RESOLUTIONS, ("CB05", "99-NQ/CB", "2021-02-30")], "A": people}, "b.xlsx")
    second = save({"A": [INDIVIDUALS, ("CN92", True, None)]}, "a.xlsx")
    errors = refused(article, first, second)
    assert [(error.file, error.sheet, error.line, error.column, error.cell, error.reason) for error in errors] == [
        ("b.xlsx", "Z", 2, "issued_on", "C2", "bad_day"),
        ("b.xlsx", "A", 2, "unit_code", "C2", "unknown_code"),
        ("b.xlsx", "A", 3, "name", "B3", "error_value"),
        ("a.xlsx", "A", 2, "unit_code", "C2", "empty_cell"),
    ]


def test_a_line_said_twice_names_the_sheet_where_it_was_first(article: Tx, save: Save) -> None:
    (sentence,) = told(
        article, save({"Tổ 1": [INDIVIDUALS, ("CN90", "A", "CB05")], "Tổ 2": [INDIVIDUALS, ("CN90", "A", "CB05")]})
    )
    assert sentence == (
        "ho_dan.xlsx, trang Tổ 2, ô A2 (individual_code): mã này đã có ở ho_dan.xlsx, trang Tổ 1, dòng 2. "
        "Xóa một trong hai dòng, hoặc đổi mã."
    )


def test_a_cell_under_no_header_is_not_lost_in_silence(article: Tx, save: Save) -> None:
    (error,) = refused(
        article, save({"CN": [(*INDIVIDUALS[:2], None, INDIVIDUALS[2]), ("CN90", "A", "x", "CB05", None, "y")]})
    )
    assert (error.reason, error.cell, error.values["value"]) == ("no_header", "C2", "x")


@pytest.mark.parametrize(
    ("header", "reason", "cell"),
    [
        ((*INDIVIDUALS, "phone"), "unknown_column", "D2"),
        ((*INDIVIDUALS, "name"), "column_twice", "D2"),
        (INDIVIDUALS[:2], "missing_column", ""),
        (("Họ", "tên", "Nơi ở"), "unknown_kind", ""),
    ],
)
def test_a_header_that_is_not_sound(article: Tx, save: Save, header: tuple[str, ...], reason: str, cell: str) -> None:
    (error,) = refused(article, save({"CN": [("Danh sách",), header, ("CN90", "A")]}))
    assert (error.sheet, error.line, error.cell, error.reason) == ("CN", 2, cell, reason)


def test_a_sheet_with_a_header_only_and_a_workbook_with_nothing(article: Tx, save: Save) -> None:
    assert told(article, save({"CN": [INDIVIDUALS]}))[0].startswith(
        "ho_dan.xlsx, trang CN, dòng 1: chỉ có dòng tiêu đề"
    )
    assert [error.reason for error in refused(article, save({"Sheet1": []}))] == ["empty_file"]


def test_one_sheet_that_is_not_understood_refuses_the_workbook(article: Tx, save: Save) -> None:
    good = [INDIVIDUALS, ("CN90", "A", "CB05")]
    assert told(article, save({"CN": good, "Ghi chú": [("Hỏi lại bác Tư", "nhé")]})) == [
        "ho_dan.xlsx, trang Ghi chú, dòng 1: không nhận ra đây là danh sách gì; các cột đang có: hỏi lại bác tư, nhé. "
        "Đặt tên cột như các tệp mẫu trong storage/demo."
    ]


# What is no workbook, or a dangerous one -------------------------------------------------------


def zipped(parts: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
WHOLE = packed(book({"Hộ": [HOUSEHOLDS, HOUSE]}))
GAP = b'<row r="99999999999"><c r="A99999999999"><v>1</v></c></row></sheetData>'


@pytest.mark.parametrize(
    ("data", "reason", "sheet"),
    [
        pytest.param(OLE, "workbook", "", id="an .xls"),
        pytest.param(OLE + "EncryptedPackage".encode("utf-16-le"), "locked_workbook", "", id="a password"),
        pytest.param(zipped({"mimetype": b"opendocument", "content.xml": b"<a/>"}), "workbook", "", id="an .ods"),
        pytest.param(zipped({"xl/workbook.bin": b""}), "workbook", "", id="an .xlsb"),
        pytest.param(zipped({"xl/workbook.xml": b"<a/>"}), "broken_workbook", "", id="a zip that only looks like it"),
        pytest.param(WHOLE[: len(WHOLE) // 2], "broken_workbook", "", id="half a file"),
        pytest.param(in_sheet(WHOLE, b"</sheetData>", b""), "broken_workbook", "", id="half a sheet"),
        pytest.param(bytes(20 * 2**20 + 1), "big_workbook", "", id="more than 20 MB"),
        pytest.param(packed(book({f"Tổ {number}": [] for number in range(101)})), "big_workbook", "", id="101 sheets"),
        pytest.param(
            in_sheet(WHOLE, b"</sheetData>", b"<row>" + b"<c/>" * 2_000_000 + b"</row></sheetData>"),
            "big_workbook",
            "",
            id="a row without end",
        ),
        pytest.param(in_sheet(WHOLE, b"</sheetData>", GAP), "many_cells", "Hộ", id="a row at the end of the world"),
        pytest.param(
            in_sheet(WHOLE, b"</sheetData>", b"<row><c/></row>" * 200_000 + b"</sheetData>"),
            "many_cells",
            "Hộ",
            id="blank rows without end",
        ),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(
    article: Tx, save: Save, data: bytes, reason: str, sheet: str
) -> None:
    (error,) = refused(article, save(data))
    assert (error.reason, error.sheet) == (reason, sheet)
    assert error.told(written_texts("load")).startswith("ho_dan.xlsx" + (f", trang {sheet}" if sheet else "") + ": ")


def test_what_swells_up_is_not_unpacked(article: Tx, save: Save) -> None:
    bomb = repacked(WHOLE, lambda name, part: bytes(80 * 2**20) if "theme" in name else part)
    assert len(bomb) < 2**20
    assert [error.reason for error in refused(article, save(bomb))] == ["big_workbook"]


def test_the_last_cell_that_is_read_and_the_first_that_is_too_many(article: Tx, save: Save) -> None:
    rows = 200_000 - 2 * len(HOUSEHOLDS)
    full = in_sheet(WHOLE, b"</sheetData>", b"<row><c/></row>" * rows + b"</sheetData>")
    assert load(article, save(full)).written == 2
    (sentence,) = told(
        article, save(in_sheet(WHOLE, b"</sheetData>", b"<row><c/></row>" * (rows + 1) + b"</sheetData>"))
    )
    assert "hơn 200.000 ô" in sentence


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Tx, Path]]:
    connection = open_with(article_files())
    yield connection, tmp_path_factory.mktemp("odd") / "odd.xlsx"
    connection.close()


@settings(deadline=None, max_examples=150)
@given(
    st.sampled_from(["[Content_Types].xml", "xl/workbook.xml", "xl/styles.xml", "xl/worksheets/sheet1.xml"]),
    st.integers(0, 3000),
    st.integers(0, 60),
    st.sampled_from([b"", b"<", b"\x00", b'"', b"9", b"-1", b"</row>", b'<c r="ZZZ1" t="s"><v>77</v></c>', b"NaN"]),
)
def test_a_spoilt_workbook_is_loaded_or_refused_with_sentences(
    lasting: tuple[Tx, Path], name: str, place: int, length: int, instead: bytes
) -> None:
    def spoil(part: str, data: bytes) -> bytes:
        at = place % len(data)
        return data[:at] + instead + data[at + length :] if part == name else data

    tx, file = lasting
    file.write_bytes(repacked(WHOLE, spoil))
    assert all(errors_told(try_to_load(tx, file), written_texts("load")))
