"""Figures in chat: who may open what, two leaders who urge at once, a correction between two looks."""

from __future__ import annotations

from datetime import date

import pytest

from bot.core import calendar
from bot.core.message import Address
from bot.core.people import Role
from bot.core.periods import Span, ending
from storage import people, statistics
from storage.database import open_plain, transaction
from storage.loading import rebuild_ancestors
from storage.looks import LookFirst
from tests.house import House
from tests.runtime.test_scheduler import moment

DAY = date(2021, 3, 24)
LAGGING = "SELECT unit_id, person_id, people FROM urges ORDER BY unit_id"


def add(house: House, account: str, role: Role, unit_id: str) -> None:
    """Somebody more, with a chat of their own."""
    connection = open_plain(house.path)
    with transaction(connection) as tx:
        people.add_person(tx, account, f"{account} (giả định)", house.clock())
        people.add_account(tx, Address(channel="web", chat=account), account, account, house.clock())
        people.add_membership(tx, f"m-{account}", account, unit_id, role, house.clock())
    connection.close()


async def test_two_leaders_who_urge_at_the_same_moment_send_one_reminder(house: House) -> None:
    add(house, "lanhdao2", Role.LEADER, "PPL")
    updates = [
        house.web.update(f"urge-{account}", account, house.clock(), press="ug|PPL")
        for account in ("lanhdao", "lanhdao2")
    ]
    await house.engine.take(house.web, updates)
    await house.settle()
    assert "Đã đôn đốc lúc 08:00: Chi bộ 22" in house.unread("lanhdao")[-1]
    second = house.unread("lanhdao2")[-1]
    assert "Lãnh đạo phường (giả định) đã đôn đốc lúc 08:00: Chi bộ 22 (giả định). Không gửi thêm" in second
    assert len(house.unread("cb22")) == 1
    assert [row["unit_id"] for row in house.rows(LAGGING)] == ["CB22"]


async def test_all_who_answer_for_a_unit_are_reminded_each_once(house: House) -> None:
    add(house, "cb22b", Role.SECRETARY, "CB22")
    await house.act("lanhdao", press="ug|CB22")
    assert [len(house.unread(account)) for account in ("cb22", "cb22b", "cb05")] == [1, 1, 0]
    assert [row["people"] for row in house.rows(LAGGING)] == [2]


async def test_who_owes_nothing_more_is_left_alone(house: House) -> None:
    await house.act("lanhdao", press="ug|CB05")
    assert house.unread("lanhdao") == ["Hiện không còn đơn vị nào phải đôn đốc."]
    assert house.rows(LAGGING) == []


@pytest.mark.parametrize("data", ["ug|QLB", "ug|NOWHERE", "ug|", "ug|PPL|x", "ug|' OR 1=1 --"])
async def test_nobody_urges_outside_their_own_scope(house: House, data: str) -> None:
    await house.act("lanhdao", press=data)
    assert house.unread("lanhdao") == ["Nút này không còn dùng được."]
    assert house.rows(LAGGING) == []


@pytest.mark.parametrize("account", ["canbo", "cb05", "ho1", "quantri"])
async def test_only_leaders_urge(house: House, account: str) -> None:
    await house.act(account, press="ug|PPL")
    assert house.unread(account) == ["Nút này không còn dùng được."]
    assert house.unread("cb22") == []


FORGED = [
    "g|all|QLB|2021-03-24|day||0",
    "g|all|NOWHERE|2021-03-24|day||0",
    "g|all||2021-03-25|day||0",
    "g|all||2021-02-31|day||0",
    "g|all||2021-03-24|year||0",
    "g|all||2021-03-24|day||-1",
    "g|all||2021-03-24|day||²",
    "g|drop||2021-03-24|day||0",
    "g|owners||2021-03-24|day|NONE|0",
    "g|all",
    "gs|",
    "gs|nothing",
    "gs",
]


@pytest.mark.parametrize("data", FORGED)
async def test_a_forged_button_of_figures_opens_nothing(house: House, data: str) -> None:
    await house.act("lanhdao", press=data)
    assert house.unread("lanhdao") == ["Nút này không còn dùng được."]


async def test_a_page_far_beyond_the_end_is_empty(house: House) -> None:
    await house.act("lanhdao", press="g|models||2021-03-24|day||999999")
    assert "Chưa có mô hình nào." in house.unread("lanhdao")[-1]


async def test_a_leader_of_a_cell_opens_nothing_of_another(house: House) -> None:
    add(house, "to5", Role.LEADER, "CB05")
    (row,) = house.rows("SELECT session_id FROM outreach_sessions WHERE code = 'BUOI2021-006'")
    await house.act("to5", press=f"gs|{row['session_id']}")
    assert house.unread("to5") == ["Nút này không còn dùng được."]
    await house.act("to5", press="g|all|CB06|2021-03-24|day||0")
    assert house.unread("to5") == ["Nút này không còn dùng được."]
    await house.act("to5", press="g|sessions|CB05|2021-03-24|day||0")
    (listed,) = house.unread("to5")
    assert "BUOI2021-005" in listed
    assert "BUOI2021-006" not in listed


async def test_a_figure_opens_into_as_many_rows_as_it_says(house: House) -> None:
    seen: set[str] = set()
    for skip in range(0, 64, 8):
        await house.act("lanhdao", press=f"g|models||2021-03-24|day||{skip}")
        seen.update(line for line in house.unread("lanhdao")[-1].splitlines() if line.startswith("– MH"))
    assert len(seen) == 49


async def test_what_was_sent_stands_beside_what_became_known_later(house: House) -> None:
    await house.wait_until(moment("24/03/2021 17:01"))
    connection = open_plain(house.path)
    with transaction(connection) as tx:
        tx.execute("UPDATE models SET state = 'withdrawn' WHERE code = 'MH2021-028'")
    connection.close()
    told = (await house.say("lanhdao", "/thongke"))[-1]
    assert "**30 tập thể**" in told
    assert "Bản đã gửi lúc 17:00: 31 tập thể, 12 cá nhân, 49 mô hình, 18 buổi." in told
    await house.wait_until(moment("26/03/2021 10:00"))
    assert "Bản đã gửi lúc 17:00, 24/03/2021: 31 tập thể" in (await house.say("lanhdao", "/thongke 24/3"))[-1]


async def test_a_leader_of_two_units_gets_both_figures_once(house: House) -> None:
    add(house, "hai", Role.LEADER, "PPL")
    connection = open_plain(house.path)
    with transaction(connection) as tx:
        people.add_membership(tx, "m-hai-2", "hai", "CB05", Role.LEADER, house.clock())
    connection.close()
    await house.wait_until(moment("24/03/2021 17:05"))
    await house.restart()
    assert [mail.startswith("**Báo cáo nhanh 24/03/2021**") for mail in house.unread("hai")] == [True, True]


async def test_the_digest_has_at_most_twelve_lines_that_fit_a_phone(house: House) -> None:
    await house.wait_until(moment("29/03/2021 17:01"))
    (digest,) = [text for text in house.unread("lanhdao") if "Báo cáo nhanh 29/03" in text]
    lines = [line for line in digest.splitlines() if line and not line.startswith("  ")]
    assert len(lines) <= 12
    assert all(len(line) <= 36 for line in lines[lines.index("Hôm nay · hôm qua · lũy kế") :])


def test_messages_that_nobody_asked_for_wait_for_a_polite_hour() -> None:
    waits = {
        "24/03/2021 07:00": "24/03/2021 07:00",
        "24/03/2021 20:59": "24/03/2021 20:59",
        "24/03/2021 21:00": "25/03/2021 07:30",
        "24/03/2021 06:59": "24/03/2021 07:30",
        "27/03/2021 22:00": "29/03/2021 07:30",
        "28/03/2021 10:00": "29/03/2021 07:30",
        "29/04/2021 21:30": "04/05/2021 07:30",
    }
    for now, then in waits.items():
        assert calendar.next_polite(moment(now)) == moment(then), now


async def test_what_is_sent_while_the_digest_is_made_is_counted_in_one_of_the_two(house: House) -> None:
    """A registration begun before five o'clock and sent after it: not in the digest, in the figures of the moment."""
    for line in ("/dangky", "3", "Ngõ xóm sạch", "Dọn vệ sinh hằng tuần", "cả chi bộ", "46 hộ", "cả năm"):
        await house.say("cb05", line)
    await house.wait_until(moment("24/03/2021 17:00"))
    (digest,) = house.unread("lanhdao")
    assert "00 · 00 · 49  mô hình" in digest
    await house.press("cb05", "Gửi")
    told = (await house.say("lanhdao", "/thongke"))[-1]
    assert "01 · 00 · 50  mô hình" in told
    assert "Bản đã gửi lúc 17:00: 31 tập thể, 12 cá nhân, 49 mô hình, 18 buổi." in told
    await house.wait_until(moment("25/03/2021 17:00"))
    tomorrow = house.unread("lanhdao")[-1]
    assert "00 · 01 · 50  mô hình" in tomorrow


CITY = """
INSERT INTO units (unit_id, kind, name, parent_id, valid_from)
    VALUES ('TPX', 'city', 'Thành phố X (giả định)', NULL, '2000-01-01');
INSERT INTO units (unit_id, kind, name, parent_id, valid_from)
    SELECT 'PX' || n, 'ward', 'Phường X' || n, 'TPX', '2000-01-01' FROM (
        WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c LIMIT 400) SELECT n FROM c);
INSERT INTO campaigns (campaign_id, unit_id, year, title, opens_on, registration_deadline, focal_body)
    SELECT '2021-' || unit_id, unit_id, 2021, 'Dân vận khéo', '2021-01-04', '2021-03-26', 'Ban' FROM units
    WHERE parent_id = 'TPX';
"""


MANY = """
INSERT INTO units (unit_id, kind, name, parent_id, valid_from)
SELECT unit_id || 'C' || n, 'office', 'Đơn vị', unit_id, '2000-01-01' FROM units
JOIN (WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c LIMIT 8) SELECT n FROM c) WHERE parent_id = 'TPX'
"""


def build_city(house: House) -> None:
    connection = open_plain(house.path)
    with transaction(connection) as tx:
        for statement in CITY.split(";\n"):
            tx.execute(statement)
        rebuild_ancestors(tx)
    connection.close()
    for account in ("thanhpho", "thanhpho2"):
        add(house, account, Role.LEADER, "TPX")


async def test_a_citys_figures_are_read_beside_the_writer(house: House) -> None:
    build_city(house)
    with pytest.raises(LookFirst):
        await house.engine.database.write_soon(statistics.seen, statistics.report, "TPX", ending(Span.DAY, DAY))
    told = await house.engine.database.write(statistics.seen, statistics.report, "TPX", ending(Span.DAY, DAY))
    assert told.unit_name == "Thành phố X (giả định)"
    await house.engine.database.write_soon(statistics.seen, statistics.report, "PPL", ending(Span.DAY, DAY))


async def test_a_city_leader_reads_the_figures_like_everybody_and_is_told_at_five(house: House) -> None:
    build_city(house)
    (said,) = await house.say("thanhpho", "/thongke")
    assert "Số liệu đến 08:00, 24/03/2021" in said
    (said,) = await house.press("thanhpho", "Theo đơn vị")
    assert "Phường X1: 00 mô hình, 00 buổi" in said
    await house.wait_until(moment("24/03/2021 17:00"))
    assert [sum("Báo cáo nhanh" in one for one in house.unread(who)) for who in ("thanhpho", "thanhpho2")] == [1, 1]
    assert len(house.rows("SELECT * FROM sent_figures WHERE unit_id = 'TPX'")) == 1


async def test_duties_of_the_day_stand_in_the_digest_and_open_into_rows(house: House) -> None:
    connection = open_plain(house.path)
    with transaction(connection) as tx:
        tx.execute("UPDATE duties SET due_on = '2021-03-22'")
        tx.execute("UPDATE duty_units SET done_on = NULL, reported_on = NULL WHERE unit_id = 'CB07'")
        tx.execute("UPDATE duty_units SET done_on = '2021-03-24', reported_on = '2021-03-24' WHERE unit_id = 'CB05'")
    connection.close()
    await house.wait_until(moment("24/03/2021 17:01"))
    (digest,) = [text for text in house.unread("lanhdao") if "Báo cáo nhanh 24/03" in text]
    assert "; nhiệm vụ: 01 đơn vị báo xong (muộn 01)." in digest
    assert "quá hạn nhiệm vụ giao: Chi bộ 07." in digest
    assert "01 · 00 · 20  lượt xong nhiệm vụ" in digest
    (said,) = await house.say("lanhdao", "/thongke")
    assert "20/21 (95,2%), muộn 01, **quá hạn** 01" in said
    (said,) = await house.press("lanhdao", "Nhiệm vụ giao")
    assert "muộn 01; chưa xong: Chi bộ 07" in said


async def test_questions_open_into_rows_without_who_asked_or_their_words(house: House) -> None:
    await house.say("ho1", "/hoi Bao giờ chi trả CANARY-HOI")
    for _ in range(3):
        if house.rows("SELECT 1 FROM tickets"):
            break
        await house.act("ho1", text="1")
    assert house.rows("SELECT code FROM tickets")
    (said,) = await house.say("lanhdao", "/thongke")
    assert "Câu hỏi của dân: **01**" in said
    (said,) = await house.press("lanhdao", "Câu hỏi của dân")
    (ticket,) = house.rows("SELECT code, person_id FROM tickets")
    asker = str(house.rows("SELECT name FROM people WHERE person_id = ?", ticket["person_id"])[0]["name"])
    assert str(ticket["code"]) in said
    assert "CANARY" not in said
    assert asker not in said


async def test_a_file_of_thousands_of_units_is_refused_in_words_and_its_picture_is_not(house: House) -> None:
    build_city(house)
    connection = open_plain(house.path)
    with transaction(connection) as tx:
        tx.execute(MANY)
        rebuild_ancestors(tx)
    connection.close()
    for form in ("xlsx", "docx|day|ubnd"):
        await house.act("thanhpho", press=f"tep|{form}")
        assert "quá lớn để gửi thành một tệp" in house.unread("thanhpho")[-1]
    await house.act("thanhpho", press="tep|png|fields")
    assert "Biểu đồ của thành phố X" in house.unread("thanhpho")[-1]
