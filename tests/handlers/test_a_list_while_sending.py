"""A list of land is loaded by another process while a notice goes out: nobody is told twice, nobody is lost."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

import pytest
from openpyxl import Workbook

from bot.loading import load_and_tell
from handlers.notices import notice_sending
from storage.database import open_plain
from tests.handlers.test_notice_progress import all_goes, nothing_leaves
from tests.handlers.test_notices import compose
from tests.house import House

HEADER = ("STT", "Tên chủ sử dụng đất", "Địa chỉ", "Diện tích", "Tờ bản đồ", "Số thửa", "Loại đất", "Ghi chú")
NEW = 3
CHANGED = "H002"


def new_list(house: House, folder: Path) -> Path:
    """The land as it is, with another area for one household, without the land of another, and with three new ones."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "DE"
    sheet.append(HEADER)
    for row in house.rows(
        "SELECT h.household_id, h.head_name, h.address, c.* FROM parcels c"
        " JOIN households h ON h.household_id = c.household_id WHERE c.project_id = 'DE'"
    ):
        area = "999,5" if row["household_id"] == CHANGED else str(row["area_m2"]).replace(".", ",")
        if row["household_id"] != "H046":
            sheet.append((1, row["head_name"], row["address"], area, row["map_sheet"], row["plot"], row["land_type"]))
    for number in range(NEW):
        sheet.append((1, f"Chủ hộ mới {number} (giả định)", "Số 9 (giả định)", "50", "99", str(number + 1), "đất ở"))
    book.save(folder / "danh_sach.xlsx")
    return folder / "danh_sach.xlsx"


def load(house: House, file: Path) -> None:
    connection = open_plain(house.path)
    load_and_tell(connection, [file], yes=True)
    connection.close()


async def sent_while_loading(house: House, file: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """One household a transaction; the list is loaded over another connection meanwhile. How many it had reached."""
    monkeypatch.setattr(notice_sending, "PORTION", 1)
    await compose(house)
    await house.press("canbo", "Trình duyệt")
    await house.press("lanhdao", "Xem thông báo")
    nothing_leaves(house)
    await house.press("lanhdao", "Duyệt và gửi")
    for _ in range(5):
        await house.engine.chores.work()
    loading = asyncio.create_task(asyncio.to_thread(load, house, file))
    for _ in range(30):
        await house.engine.chores.work()
        await asyncio.sleep(0)
    await loading
    [reached] = house.rows("SELECT COUNT(queued_at) AS queued FROM notice_recipients")
    all_goes(house)
    await house.settle()
    return int(str(reached["queued"]))


def told(house: House) -> Counter[object]:
    """How many messages of the notice each person was written."""
    return Counter(row["person_id"] for row in house.rows("SELECT * FROM notice_deliveries WHERE event = 'queued'"))


async def test_everybody_is_told_once_and_who_is_new_is_listed(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = new_list(house, tmp_path)
    before = {
        row["household_id"] for row in house.rows("SELECT household_id FROM project_households WHERE project_id = 'DE'")
    }
    assert 5 <= await sent_while_loading(house, file, monkeypatch) < 46
    assert len(house.rows("SELECT * FROM parcels WHERE map_sheet = '99' AND gone_on IS NULL")) == NEW
    recipients = house.rows("SELECT household_id, queued_at FROM notice_recipients")
    assert {row["household_id"] for row in recipients} == before
    assert all(row["queued_at"] for row in recipients)
    assert set(told(house).values()) == {1}
    assert len(told(house)) == 14
    for said in ("/sogiaonhan", "1"):
        shown = "\n".join(await house.say("canbo", said))
    assert "**03 hộ chưa được thông báo**" in shown


async def test_who_is_new_can_be_told_and_nobody_else_is_again(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sent_while_loading(house, new_list(house, tmp_path), monkeypatch)
    for said in ("/sogiaonhan", "1"):
        await house.say("canbo", said)
    listed = "\n".join(await house.press("canbo", "Hộ mới, chưa được báo"))
    assert all(f"Chủ hộ mới {number} (giả định)" in listed for number in range(NEW))
    button = house.button("canbo", "Gửi cho các hộ này").data
    for _ in range(2):  # pressed twice
        await house.act("canbo", press=button)
    assert len(house.rows("SELECT * FROM notice_recipients")) == 46 + NEW
    assert set(told(house).values()) == {1}
    assert "đã gửi xong: **49 hộ**" in "\n".join(house.unread("canbo"))
    for said in ("/sogiaonhan", "1"):
        shown = "\n".join(await house.say("canbo", said))
    assert "chưa được thông báo" not in shown


async def test_each_household_reads_its_land_as_it_was_when_its_turn_came(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second household was told before the list came; a correction would tell it the new area."""
    await sent_while_loading(house, new_list(house, tmp_path), monkeypatch)
    [notice] = [text for text in house.unread("ho2") if text.startswith("Kính gửi")]
    assert ("187,9 m²" in notice) != ("999,5 m²" in notice)


async def test_a_withdrawn_notice_is_not_sent_to_anybody_new(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sent_while_loading(house, new_list(house, tmp_path), monkeypatch)
    for said in ("/sogiaonhan", "1"):
        await house.say("canbo", said)
    await house.press("canbo", "Hộ mới, chưa được báo")
    button = house.button("canbo", "Gửi cho các hộ này").data
    connection = open_plain(house.path)
    connection.execute("UPDATE notices SET state = 'withdrawn'")
    connection.close()
    await house.act("canbo", press=button)
    assert len(house.rows("SELECT * FROM notice_recipients")) == 46
