"""The ledger as files: opened and read, with hostile words in them; the same bytes for the same data."""

from __future__ import annotations

import io

import pytest
from docx import Document
from openpyxl import load_workbook

from bot.reports.drawers import DRAWERS
from handlers.notices.ledger_files import FILES
from storage import notices
from storage.database import open_plain, transaction
from tests.handlers.test_notices import issue
from tests.house import House

HOSTILE = "=cmd|' /C calc'!A0 {{ 7*7 }} {% raw %} <b>&amp; **đậm** \x0b"


async def drawn(house: House, which: str) -> bytes:
    connection = open_plain(house.path)
    with transaction(connection) as tx:
        tx.execute("UPDATE households SET head_name = ? WHERE household_id = 'H003'", (HOSTILE,))
        sheet = notices.issued(tx, "PPL", 1)[0]
        file = FILES[which](tx, house.engine.desk, sheet, "PPL", "Cán bộ (giả định)", house.clock())
    connection.close()
    first, again = DRAWERS[file.recipe](file.data), DRAWERS[file.recipe](file.data)
    assert first == again
    return first


async def test_the_ledger_in_excel_has_every_household_and_no_formula(house: House) -> None:
    await issue(house)
    await house.press("ho1", "Đã nhận")
    opened = load_workbook(io.BytesIO(await drawn(house, "xlsx")))
    rows = list(opened["Sổ giao nhận"].iter_rows())
    assert len(rows) == 47
    assert all(cell.data_type != "f" for row in rows for cell in row)
    by_code = {row[0].value: [cell.value for cell in row] for row in rows}
    assert str(by_code["H003"][1]).startswith("=cmd|")
    assert "web, 08:00, 24/03/2021" in str(by_code["H001"][6])
    assert by_code["H001"][10] == "đã nhận"
    assert by_code["H046"][10] == "chưa có tài khoản"


@pytest.mark.parametrize(("which", "heads", "rows"), [("docx", "Ngày, ký nhận", 46), ("sheet", "Lý do đến", 45)])
async def test_the_lists_in_word(house: House, which: str, heads: str, rows: int) -> None:
    await issue(house)
    await house.press("ho1", "Đã nhận")
    opened = Document(io.BytesIO(await drawn(house, which)))
    table = opened.tables[1]
    assert heads in [cell.text for cell in table.rows[0].cells]
    assert len(table.rows) == rows + 1
    words = "\n".join(cell.text for row in table.rows for cell in row.cells)
    assert "=cmd|' /C calc'!A0 {{ 7*7 }} {% raw %} <b>&amp; **đậm**" in words


async def test_a_leader_gets_no_file(house: House) -> None:
    await issue(house)
    notice_id = house.rows("SELECT notice_id FROM notices")[0]["notice_id"]
    for which in FILES:
        await house.act("lanhdao", press=f"l|file|{notice_id}|{which}")
        assert "không còn dùng được" in house.unread("lanhdao")[-1]
