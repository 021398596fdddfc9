"""What people may always ask about their data, what becomes of it, and what stays by law."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime

import pytest

from bot.core import calendar
from storage import people
from storage.database import open_plain, transaction
from tests.house import House
from tests.test_transcripts import picture

NIGHT = datetime(2021, 3, 25, 7, tzinfo=calendar.ZONE)
DAY = 24 * 3600_000
SECRET = "Chuyện riêng nhà tôi 4711"


async def notice(house: House) -> None:
    for words in ("/thongbao", "1", "1", "Kính mời hộ gia đình xem thông báo niêm yết.", "bo qua"):
        await house.say("canbo", words)
    for who, label in (
        ("canbo", "Lưu, xem lại"),
        ("canbo", "Trình duyệt"),
        ("lanhdao", "Xem thông báo"),
        ("lanhdao", "Duyệt và gửi"),
    ):
        await house.press(who, label)


def take_role(house: House, account: str, unit: str, role: str) -> None:
    with closing(open_plain(house.path)) as connection, transaction(connection) as tx:
        (row,) = tx.execute("SELECT person_id FROM accounts WHERE account = ?", (account,)).fetchall()
        people.end_membership(tx, row["person_id"], unit, role, house.clock())


@pytest.mark.parametrize("words", ["XEM DỮ LIỆU", "xem du lieu", "Xem dữ liệu", "/dulieu"])
async def test_it_is_understood_in_the_middle_of_a_free_text_question(house: House, words: str) -> None:
    for line in ("/dangky", "3"):
        await house.say("cb05", line)
    said = "\n".join(await house.say("cb05", words))
    assert "Dữ liệu hệ thống giữ về đồng chí" in said
    assert "Tên mô hình" in said


@pytest.mark.parametrize("words", ["đúng", "dùng", "đừng"])
async def test_words_that_only_look_like_stop_are_answers(house: House, words: str) -> None:
    for line in ("/dangky", "3"):
        await house.say("cb05", line)
    assert "Dừng" not in "\n".join(await house.say("cb05", f"{words}"))


async def test_who_stops_notices_gets_them_on_paper(house: House) -> None:
    await house.say("ho1", "dừng")
    await house.press("ho1", "Ngừng cả thông báo của hộ")
    await notice(house)
    assert house.unread("ho1") == []
    assert house.rows("SELECT * FROM notice_recipients WHERE household_id = 'H001'") != []
    await house.say("ho1", "/dulieu")
    await house.press("ho1", "Nhận thông báo của hộ")
    house.unread("ho1")
    await notice(house)
    assert "thông báo" in "\n".join(house.unread("ho1"))


async def test_a_no_is_kept_like_a_yes_with_time_channel_and_words(house: House) -> None:
    await house.say("ho1", "dừng")
    rows = house.rows(
        "SELECT * FROM consents WHERE purpose = 'messages' AND text_version <> 'demo' AND channel = 'web'"
    )
    assert [(row["given_at"], row["withdrawn_at"]) for row in rows] == [(house.clock(), house.clock())]


async def test_somebody_without_a_role_may_see_and_delete(house: House) -> None:
    take_role(house, "cb05", "CB05", "secretary")
    assert "Vai trò: không có" in "\n".join(await house.say("cb05", "xem du lieu"))
    assert "Đã ghi nhận" in "\n".join(await house.say("cb05", "xoa du lieu"))
    assert "Đã rút lại" in "\n".join(await house.press("cb05", "Rút lại yêu cầu xóa"))


async def test_a_deletion_leaves_nothing_but_what_the_law_keeps(house: House) -> None:
    await notice(house)
    await house.press("ho1", "Đã nhận")
    await house.say("ho1", SECRET)
    await house.say("ho1", "/dangky")
    await house.say("ho1", "3")
    await house.say("ho1", SECRET)
    await house.say("ho1", "xóa dữ liệu")
    await house.wait_until(calendar.instant(NIGHT))
    assert "Đã xóa dữ liệu" in "\n".join(house.unread("ho1"))
    with closing(open_plain(house.path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    content = house.path.read_bytes()
    assert SECRET.encode() not in content
    assert "Nguyễn Văn A (giả định)".encode() not in content
    assert len(house.rows("SELECT * FROM notice_answers")) == 1
    assert house.rows("SELECT account FROM accounts WHERE account = 'ho1'") == []
    assert house.rows("SELECT done_at FROM data_requests WHERE kind = 'delete'")[0]["done_at"] is not None
    assert "mã mời" in "\n".join(await house.say("ho1", "/dangky"))


async def test_a_request_of_the_night_itself_waits_for_the_next_one(house: House) -> None:
    await house.wait_until(calendar.instant(datetime(2021, 3, 25, 1, tzinfo=calendar.ZONE)))
    await house.say("ho1", "xóa dữ liệu")
    await house.wait_until(calendar.instant(NIGHT))
    assert house.rows("SELECT done_at FROM data_requests WHERE kind = 'delete'") == [{"done_at": None}]
    await house.wait_until(calendar.instant(NIGHT) + DAY)
    assert house.rows("SELECT * FROM data_requests WHERE done_at IS NULL") == []


async def test_asked_twice_is_one_request_with_one_day(house: House) -> None:
    for _ in range(3):
        await house.say("ho1", "xoa du lieu")
        await house.restart()
    assert [row["due_on"] for row in house.rows("SELECT due_on FROM data_requests WHERE kind = 'delete'")] == [
        "2021-04-13"
    ]


async def test_words_and_pictures_go_when_their_time_is_over(house: House) -> None:
    for words in ("/baocao", "19h30 hom qua", "1", SECRET, "35 người", "bỏ qua", "đồng thuận"):
        await house.say("cb05", words)
    await house.photo("cb05", picture(1))
    files = list((house.folder / "media").rglob("*.jpg"))
    assert len(files) == 1
    await house.wait_until(house.clock() + 89 * DAY)
    assert any(SECRET in str(row["raw"]) for row in house.rows("SELECT raw FROM inbox"))
    await house.wait_until(house.clock() + 3 * DAY)
    assert not any(SECRET in str(row["raw"]) for row in house.rows("SELECT raw FROM inbox"))
    assert files[0].exists()
    await house.wait_until(house.clock() + 90 * DAY)
    assert not files[0].exists()


async def test_the_audit_is_only_added_to_and_kept_for_its_time(house: House) -> None:
    await house.say("canbo", "/sogiaonhan")
    assert [row["about"] for row in house.rows("SELECT about FROM audit")] == ["sogiaonhan"]
    with closing(open_plain(house.path)) as connection:
        for statement in ("UPDATE audit SET about = ''", "DELETE FROM audit"):
            with pytest.raises(sqlite3.IntegrityError), transaction(connection) as tx:
                tx.execute(statement)


async def test_an_administrator_reads_the_journal_and_nobody_else(house: House) -> None:
    await notice(house)
    said = "\n".join(await house.say("quantri", "/nhatky"))
    assert "Cán bộ giải phóng mặt bằng (giả định) (Phường Phúc Lợi) · gửi: Phiếu soạn thông báo" in said
    assert "không thuộc vai trò" in "\n".join(await house.say("lanhdao", "/nhatky"))


async def test_the_journal_is_read_page_by_page(house: House) -> None:
    for _ in range(15):
        await house.say("canbo", "/sogiaonhan")
    await house.say("quantri", "/nhatky")
    assert "xem: Sổ giao nhận" in "\n".join(await house.press("quantri", "Cũ hơn"))
