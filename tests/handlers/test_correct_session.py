"""Correcting a report: who may, until when, what is kept of it, two devices at once, and what follows from it."""

from __future__ import annotations

import json
import sqlite3

import pytest

from bot.core.message import Address
from storage import people
from storage.database import open_plain, transaction
from tests.handlers.test_buttons_and_rights import NOT_USABLE
from tests.house import House

REPORT = "SELECT * FROM outreach_sessions WHERE code = 'BUOI2021-005'"
NOBODYS = "01ARZ3NDEKTSV4RRFFQ69G5FAV"


def change(house: House, statement: str, *values: object) -> None:
    connection = open_plain(house.path)
    with transaction(connection) as tx:
        tx.execute(statement, values)
    connection.close()


def lock(house: House, day: str) -> None:
    change(house, "UPDATE campaigns SET locks_on = ?", day)


def session_id(house: House, code: str = "BUOI2021-005") -> str:
    return str(house.rows("SELECT session_id FROM outreach_sessions WHERE code = ?", code)[0]["session_id"])


def second_secretary(house: House) -> None:
    """Somebody else who is secretary of the same unit, on a device of their own."""
    connection = open_plain(house.path)
    with transaction(connection) as tx:
        person = house.ids.new()
        people.add_person(tx, person, "Phó bí thư (giả định)", house.clock())
        people.add_membership(tx, house.ids.new(), person, "CB05", "secretary", house.clock())
        people.add_account(tx, Address(channel="web", chat="cb05b"), "cb05b", person, house.clock())
    connection.close()


async def choose(house: House, account: str, item: str) -> str:
    """Open the form at one value of the report BUOI2021-005."""
    await house.say(account, "/buoi BUOI2021-005")
    await house.press(account, "Sửa mục nào?")
    return "\n".join(await house.press(account, item))


async def correct(house: House, account: str, item: str, *words: str) -> str:
    await choose(house, account, item)
    for one in words:
        await house.say(account, one)
        await house.restart()
    return "\n".join(await house.press(account, "Ghi giá trị mới"))


@pytest.mark.parametrize(
    ("item", "words", "columns"),
    [
        ("Ngày giờ", ("7/3 19h30",), {"held_on": "2021-03-07", "held_at": "19:30"}),
        ("Mô hình", ("không thuộc mô hình nào",), {"model_id": None, "field_code": None, "project_id": None}),
        ("Địa điểm", ("nhà văn hóa tổ 5",), {"place": "nhà văn hóa tổ 5"}),
        ("Người dự", ("35 người, 20 hộ",), {"attendee_count": 35, "household_count": 20}),
        ("Kết quả, kiến nghị", ("bà con đồng thuận",), {"outcome": "bà con đồng thuận"}),
    ],
)
async def test_one_value_is_corrected_and_nothing_else(
    house: House, item: str, words: tuple[str, ...], columns: dict[str, object]
) -> None:
    (before,) = house.rows(REPORT)
    assert "Đã sửa lúc 08:00" in await correct(house, "cb05", item, *words)
    (after,) = house.rows(REPORT)
    assert after == {**before, **columns, "version": 2}
    assert len(house.rows("SELECT * FROM session_corrections")) == 1


async def test_old_new_who_and_when_are_kept_and_can_neither_be_changed_nor_removed(house: House) -> None:
    await correct(house, "cb05", "Người dự", "35 ng")
    await correct(house, "cb05", "Người dự", "40 ng")
    first, second = house.rows("SELECT * FROM session_corrections ORDER BY version")
    assert (first["old_words"], first["new_words"]) == ("(để trống)", "35 người")
    assert (second["old_value"], second["new_value"]) == (
        '{"people": 35, "households": null}',
        '{"people": 40, "households": null}',
    )
    assert second["corrected_at"] == house.clock()
    assert second["role"] == "secretary"
    for statement in ("UPDATE session_corrections SET reason = 'x'", "DELETE FROM session_corrections"):
        with pytest.raises(sqlite3.IntegrityError):
            change(house, statement)


async def test_figures_follow_a_correction(house: House) -> None:
    await correct(house, "cb05", "Phối hợp", "Chi bộ 22", "xong")
    assert house.rows("SELECT unit_id FROM session_cohosts WHERE session_id = ?", session_id(house)) == [
        {"unit_id": "CB22"}
    ]
    participants = house.rows("SELECT unit_id FROM session_participants WHERE session_id = ?", session_id(house))
    assert {row["unit_id"] for row in participants} == {"CB05", "CB22"}
    assert "báo cáo ít nhất 01 buổi" not in "\n".join(await house.say("cb22", "viec"))
    await correct(house, "cb05", "Phối hợp", "bo qua")
    assert "báo cáo ít nhất 01 buổi" in "\n".join(await house.say("cb22", "viec"))


async def test_the_same_value_again_is_no_correction(house: House) -> None:
    await correct(house, "cb05", "Địa điểm", "nhà A")
    assert "giữ nguyên" in await correct(house, "cb05", "Địa điểm", "nhà A")
    assert len(house.rows("SELECT * FROM session_corrections")) == 1


async def test_sent_twice_it_is_corrected_once(house: House) -> None:
    await choose(house, "cb05", "Địa điểm")
    await house.say("cb05", "nhà A")
    send = house.button("cb05", "Ghi giá trị mới").data
    updates = [house.web.update(f"p{number}", "cb05", house.clock(), press=send) for number in range(5)]
    await house.engine.take(house.web, updates)
    await house.settle()
    assert house.rows(REPORT)[0]["version"] == 2
    assert len(house.rows("SELECT * FROM session_corrections")) == 1


# -- until when, and who ------------------------------------------------------------------------


async def test_before_the_lock_the_owner_and_on_its_day_only_an_officer(house: House) -> None:
    lock(house, "2021-03-25")
    assert "Sửa được đến trước ngày 25/03/2021" in "\n".join(await house.say("cb05", "/buoi BUOI2021-005"))
    officer = "\n".join(await house.say("canbo", "/buoi BUOI2021-005"))
    assert "còn tự sửa được" in officer
    assert "Sửa mục nào?" not in officer
    lock(house, "2021-03-24")
    owner = "\n".join(await house.say("cb05", "/buoi BUOI2021-005"))
    assert "đã khóa từ ngày 24/03/2021" in owner
    assert "Sửa mục nào?" not in owner
    assert "Sửa mục nào?" in "\n".join(await house.say("canbo", "/buoi BUOI2021-005"))


async def test_after_the_lock_an_officer_gives_a_reason_and_the_owner_is_told(house: House) -> None:
    lock(house, "2021-03-01")
    await choose(house, "canbo", "Người dự")
    asked = "\n".join(await house.say("canbo", "35 ng"))
    assert "**Lý do** sửa?" in asked
    assert "không bỏ qua được" in "\n".join(await house.say("canbo", "bo qua"))
    refused = "\n".join(await house.say("canbo", "x"))
    assert "ngắn quá" in refused
    house.unread("cb05")
    await house.say("canbo", "theo danh sách điểm danh")
    assert "Đã sửa" in "\n".join(await house.press("canbo", "Ghi giá trị mới"))
    (correction,) = house.rows("SELECT role, reason FROM session_corrections")
    assert correction == {"role": "officer", "reason": "theo danh sách điểm danh"}
    told = "\n".join(house.unread("cb05"))
    assert "Cán bộ phường đã sửa báo cáo **BUOI2021-005**" in told
    assert "theo danh sách điểm danh" in told
    assert "**Báo cáo BUOI2021-005**" in "\n".join(await house.say("cb05", "1"))
    assert house.unread("cb22") == []


async def test_a_lock_that_falls_between_the_card_and_the_last_press_holds(house: House) -> None:
    await choose(house, "cb05", "Địa điểm")
    await house.say("cb05", "nhà A")
    lock(house, "2021-03-24")
    assert "đã khóa" in "\n".join(await house.press("cb05", "Ghi giá trị mới"))
    assert house.rows(REPORT)[0]["version"] == 1


async def test_an_old_button_after_the_lock_says_that_it_is_locked(house: House) -> None:
    await house.say("cb05", "/buoi BUOI2021-005")
    edit = house.button("cb05", "Sửa mục nào?").data
    await house.press("cb05", "Sửa mục nào?")
    place = house.button("cb05", "Địa điểm").data
    lock(house, "2021-03-24")
    house.unread("cb05")
    for data in (edit, place):
        await house.act("cb05", press=data)
        assert "đã khóa từ ngày 24/03/2021" in "\n".join(house.unread("cb05"))


# -- whose --------------------------------------------------------------------------------------


@pytest.mark.parametrize("account", ["cb22", "cn01", "ho1", "lanhdao", "quantri"])
@pytest.mark.parametrize("shape", ["b|{}", "b|{}|edit", "b|{}|log", "s|{}|1|place"])
async def test_not_yours_and_not_there_look_the_same(house: House, account: str, shape: str) -> None:
    lock(house, "2021-03-01")
    said = []
    for whose in (session_id(house), NOBODYS):
        await house.act(account, press=shape.format(whose))
        said.append("\n".join(house.unread(account)))
    assert said[0] == said[1] == NOT_USABLE
    codes = [("\n".join(await house.say(account, f"/buoi {code}"))) for code in ("BUOI2021-005", "BUOI2021-999")]
    assert codes[0].replace("005", "999") == codes[1]


async def test_an_officer_of_another_ward_keeps_nothing_here(house: House) -> None:
    change(
        house, "INSERT INTO units (unit_id, kind, name, valid_from) VALUES ('PX', 'ward', 'Phường khác', '2003-01-01')"
    )
    change(house, "INSERT INTO unit_ancestors (unit_id, ancestor_id, depth) VALUES ('PX', 'PX', 0)")
    change(house, "UPDATE memberships SET unit_id = 'PX' WHERE role = 'officer'")
    lock(house, "2021-03-01")
    assert "không thấy báo cáo" in "\n".join(await house.say("canbo", "/buoi BUOI2021-005"))
    assert "Chưa có buổi nào" in "\n".join(await house.say("canbo", "/buoi"))


async def test_a_role_taken_away_ends_the_right_at_once(house: House) -> None:
    second_secretary(house)
    await choose(house, "cb05b", "Địa điểm")
    await house.say("cb05b", "nhà A")
    send = house.button("cb05b", "Ghi giá trị mới").data
    change(house, "UPDATE memberships SET unit_id = 'CB07' WHERE unit_id = 'CB05' AND person_id IN "
           "(SELECT person_id FROM accounts WHERE account = 'cb05b')")  # fmt: skip
    await house.act("cb05b", press=send)
    assert house.rows(REPORT)[0]["version"] == 1
    assert "BUOI2021-007" in "\n".join(house.unread("cb05b"))


async def test_an_individual_corrects_what_they_reported(house: House) -> None:
    for words in (
        "bc",
        "sang nay 7h",
        "không thuộc mô hình nào",
        "bo qua",
        "nhà riêng",
        "12 nguoi",
        "bo qua",
        "bo qua",
        "bo qua",
    ):
        await house.say("cn01", words)
    await house.press("cn01", "Gửi")
    await house.press("cn01", "Sửa báo cáo này")
    await house.press("cn01", "Sửa mục nào?")
    asked = "\n".join(await house.press("cn01", "Người dự"))
    assert "Hiện đang ghi: **12 người**" in asked
    await house.say("cn01", "15 nguoi")
    assert "Đã sửa" in "\n".join(await house.press("cn01", "Ghi giá trị mới"))


@pytest.mark.parametrize("version", ["0", "2", "99999", "-1", "x", "", "²", "9" * 300])
async def test_a_forged_version_opens_nothing(house: House, version: str) -> None:
    await house.act("cb05", press=f"s|{session_id(house)}|{version}|place")
    assert house.unread("cb05") == [NOT_USABLE]
    await house.act("cb05", press=f"s|{session_id(house)}|1|session_id")
    assert house.unread("cb05") == [NOT_USABLE]


async def test_every_button_fits_the_narrowest_platform(house: House) -> None:
    change(house, "UPDATE outreach_sessions SET version = 9999 WHERE code = 'BUOI2021-005'")
    await choose(house, "cb05", "Người dự")
    bodies = [json.loads(mail.body) for mail in house.mail("cb05")]
    sizes = [len(data.encode()) for body in bodies for _, data in [*body["choices"], *body["controls"]]]
    assert max(sizes) <= 64


# -- two devices --------------------------------------------------------------------------------


async def test_the_second_of_two_devices_is_told_and_nothing_is_silently_overwritten(house: House) -> None:
    second_secretary(house)
    for account, place in (("cb05", "nhà A"), ("cb05b", "nhà B")):
        await choose(house, account, "Địa điểm")
        await house.say(account, place)
    await house.press("cb05", "Ghi giá trị mới")
    told = "\n".join(await house.press("cb05b", "Ghi giá trị mới"))
    assert "đã có thay đổi:\n– 08:00, Bí thư Chi bộ 05 (giả định): Địa điểm từ **(để trống)** thành **nhà A**" in told
    assert house.rows(REPORT)[0]["place"] == "nhà A"
    await house.restart()
    assert "giữ nguyên" in "\n".join(await house.press("cb05b", "Thôi, giữ như hiện nay"))
    assert house.rows(REPORT)[0]["place"] == "nhà A"
    assert len(house.rows("SELECT * FROM session_corrections")) == 1


async def test_told_of_one_change_and_overtaken_by_another_the_second_device_is_told_again(house: House) -> None:
    second_secretary(house)
    await choose(house, "cb05b", "Địa điểm")
    await house.say("cb05b", "nhà B")
    await correct(house, "cb05", "Địa điểm", "nhà A")
    await house.press("cb05b", "Ghi giá trị mới")
    await house.press("cb05b", "Vẫn ghi")
    await correct(house, "cb05", "Người dự", "40 ng")
    again = "\n".join(await house.press("cb05b", "Ghi giá trị mới"))
    assert "**40 người**" in again
    assert house.rows(REPORT)[0]["place"] == "nhà A"
    await house.press("cb05b", "Vẫn ghi")
    assert "từ **nhà A** thành **nhà B**" in "\n".join(await house.press("cb05b", "Ghi giá trị mới"))
    (row,) = house.rows(REPORT)
    assert (row["place"], row["attendee_count"], row["version"]) == ("nhà B", 40, 4)


async def test_two_devices_that_report_the_same_session_are_asked_before_the_second_is_written(house: House) -> None:
    second_secretary(house)
    for account in ("cb05", "cb05b"):
        for words in ("bc", "hqua 19h30", "1", "nhà văn hóa", "35 ng", *("bo qua",) * 4):
            await house.say(account, words)
    await house.press("cb05", "Gửi")
    asked = "\n".join(await house.press("cb05b", "Gửi"))
    assert "Có phải **buổi này** đã báo cáo lúc 08:00" in asked
    assert "Không ghi thêm" in "\n".join(await house.press("cb05b", "Đúng, không ghi thêm"))
    assert len(house.rows("SELECT * FROM outreach_sessions WHERE held_on = '2021-03-23'")) == 1


async def test_a_report_loaded_anew_meanwhile_is_told_too(house: House) -> None:
    await choose(house, "cb05", "Địa điểm")
    await house.say("cb05", "nhà A")
    change(house, "UPDATE outreach_sessions SET place = 'nhà C', version = version + 1 WHERE code = 'BUOI2021-005'")
    told = "\n".join(await house.press("cb05", "Ghi giá trị mới"))
    assert "đã có thay đổi từ tệp dữ liệu của phường.\nĐồng chí vẫn ghi" in told
    await house.press("cb05", "Vẫn ghi")
    assert "từ **nhà C** thành **nhà A**" in "\n".join(await house.press("cb05", "Ghi giá trị mới"))


@pytest.mark.parametrize(
    ("first", "second", "asked"),
    [
        ("hqua 19h30", "hqua 20h", True),  # about that hour
        ("hqua 8h sáng", "hqua 19h30", False),  # morning and evening
        ("hqua", "hqua 19h30", True),  # no hour: that model, that day
        ("hqua", "22/3", False),
    ],
)
async def test_what_may_be_the_same_session(house: House, first: str, second: str, asked: bool) -> None:
    for words in ("bc", first, "1", "nhà văn hóa", "35 ng", *("bo qua",) * 4, "gui", "bc", second):
        await house.say("cb05", words)
    assert ("Có phải **buổi này**" in "\n".join(await house.say("cb05", "1"))) is asked
