"""Entering for somebody else: the record is theirs, who wrote it is kept, and nobody is entered twice unasked."""

from __future__ import annotations

from datetime import date

import pytest

from storage import people, statistics
from storage.database import open_plain, transaction
from tests.handlers.test_buttons_and_rights import NOT_USABLE
from tests.handlers.test_leave import join
from tests.house import House

NAME = "Trần Thị Bình (giả định)"
MODEL = ("3", "Ngõ xóm xanh", "Dọn vệ sinh hằng tuần", "các hộ ngõ 5", "bo qua", "ca nam")


async def named(house: House, account: str = "cb22", name: str = NAME, *more: str) -> str:
    """Somebody is named, up to the choice of what to enter."""
    for words in ("nhap ho", name, *(more or ("bo qua", "bo qua"))):
        await house.say(account, words)
    return "\n".join(await house.press(account, "Gửi"))


async def model_for(house: House, account: str = "cb22") -> str:
    await house.press(account, "Đăng ký mô hình hộ")
    for words in MODEL:
        await house.say(account, words)
        await house.restart()
    return "\n".join(await house.press(account, "Gửi"))


def individual(house: House) -> dict[str, object]:
    (row,) = house.rows("SELECT * FROM individuals WHERE name = ?", NAME)
    return row


async def test_the_record_is_the_beneficiarys_and_its_author_is_kept(house: House) -> None:
    await named(house, "cb22", NAME, "0912 345 678", "tổ 5")
    row = individual(house)
    assert (row["unit_id"], row["phone"], row["neighborhood_group"]) == ("CB22", "+84912345678", "tổ 5")
    assert f"của {NAME}" in await model_for(house)
    (model,) = house.rows("SELECT * FROM models WHERE name = 'Ngõ xóm xanh'")
    (author,) = house.rows("SELECT person_id FROM accounts WHERE account = 'cb22'")
    assert (model["owner_individual_id"], model["owner_unit_id"]) == (row["individual_id"], None)
    assert model["author_id"] == author["person_id"]
    connection = open_plain(house.path)
    assert statistics.day_figures(connection, "PPL", date(2021, 3, 24)).individuals == 13
    connection.close()


async def test_whoever_helps_sees_and_corrects_until_the_beneficiary_joins_and_sees_it_too(house: House) -> None:
    await named(house)
    await model_for(house)
    assert NAME in "\n".join(await house.say("cb22", "/mohinh"))
    card = "\n".join(await house.press("cb22", f"MH2021-050 · {NAME}"))
    assert "Nhập hộ bởi: **Bí thư Chi bộ 22 (giả định)**" in card
    assert "Sửa và gửi lại" in card
    connection = open_plain(house.path)
    with transaction(connection) as tx:
        people.invite(
            tx, "CA12-3456", role="resident", unit_id="CB22", now=house.clock(), expires_at=house.clock() + 10**9,
            individual_id=str(individual(house)["individual_id"]), person_name=NAME,
        )  # fmt: skip
    connection.close()
    await house.say("khach1", "CA12-3456")
    await house.press("khach1", "Đồng ý")
    assert "Ngõ xóm xanh" in "\n".join(await house.say("khach1", "/mohinh"))
    card = "\n".join(await house.press("khach1", f"MH2021-050 · {NAME}"))
    assert "Nhập hộ bởi: **Bí thư Chi bộ 22 (giả định)**" in card
    assert "Ngõ xóm xanh" not in "\n".join(await house.say("cb22", "/mohinh"))


async def test_the_focal_bodys_decision_reaches_whoever_helps(house: House) -> None:
    await named(house)
    await model_for(house)
    house.unread("cb22")
    await house.say("canbo", "/thamdinh")
    await house.press("canbo", f"MH2021-050 · {NAME}")
    await house.press("canbo", "Duyệt")
    assert "MH2021-050" in "\n".join(house.unread("cb22"))


async def test_a_report_for_somebody_is_shown_and_corrected_by_whoever_helps(house: House) -> None:
    await named(house)
    await house.press("cb22", "Báo cáo buổi hộ")
    for words in ("hqua 19h30", "không thuộc mô hình nào", "bo qua", "ngõ 5", "12 người", *("bo qua",) * 3):
        await house.say("cb22", words)
    await house.press("cb22", "Gửi")
    card = "\n".join(await house.press("cb22", "Sửa báo cáo này"))
    assert f"**Báo cáo BUOI2021-019** · {NAME}" in card
    assert "Nhập hộ bởi: **Bí thư Chi bộ 22 (giả định)**" in card
    assert "báo cáo ít nhất 01 buổi" in "\n".join(await house.say("cb22", "viec"))  # it is not the unit's


async def test_somebody_of_the_unit_is_recognised_however_the_name_is_typed(house: House) -> None:
    await named(house)
    await house.say("cb22", "nhap ho")
    assert "Có phải **người này**" in "\n".join(await house.say("cb22", "tran thi binh (GIA DINH)"))
    await house.say("cb22", "dung")
    await house.press("cb22", "Gửi")
    assert len(house.rows("SELECT * FROM individuals WHERE unit_id = 'CB22'")) == 1


async def test_two_who_enter_the_same_person_are_asked_before_the_second_is_written(house: House) -> None:
    join(house, "cb22b", "Bí thư thứ hai (giả định)", "CB22")
    for account in ("cb22", "cb22b"):
        for words in ("nhap ho", NAME, "bo qua", "bo qua"):
            await house.say(account, words)
    await house.press("cb22", "Gửi")
    assert "Có phải **người này**" in "\n".join(await house.press("cb22b", "Gửi"))
    await house.say("cb22b", "dung")
    await house.press("cb22b", "Gửi")
    assert individual(house)["unit_id"] == "CB22"
    await model_for(house, "cb22b")
    assert len(house.rows("SELECT * FROM models WHERE author_id IS NOT NULL")) == 1


async def test_a_colleague_who_has_a_chat_is_recognised_and_owns_the_record(house: House) -> None:
    person = join(house, "uv22", "Chi ủy viên (giả định)", "CB22")
    await named(house, "cb22", "Chi ủy viên (giả định)", "dung")
    await model_for(house)
    (row,) = house.rows("SELECT person_id FROM individuals WHERE unit_id = 'CB22'")
    assert row["person_id"] == person


async def test_an_officer_names_the_unit(house: House) -> None:
    await house.say("canbo", "/nhapho")
    await named_by_officer(house)
    assert individual(house)["unit_id"] == "CB07"
    assert f"của {NAME}" in await model_for(house, "canbo")


async def named_by_officer(house: House) -> None:
    for words in ("chi bộ 07", NAME, "bo qua", "bo qua"):
        await house.say("canbo", words)
    await house.press("canbo", "Gửi")


@pytest.mark.parametrize("account", ["cb05", "cn01", "ho1", "lanhdao", "quantri"])
async def test_others_people_and_nobody_look_the_same(house: House, account: str) -> None:
    await named(house)
    for code in (individual(house)["individual_id"], "CN99", ""):
        await house.act(account, press=f"nh|model|{code}")
        assert house.unread(account) == [NOT_USABLE]


async def test_a_right_that_ends_in_the_middle_of_the_form_ends_it(house: House) -> None:
    await named(house)
    await house.press("cb22", "Đăng ký mô hình hộ")
    for words in MODEL:
        await house.say("cb22", words)
    connection = open_plain(house.path)
    with transaction(connection) as tx:
        tx.execute("UPDATE individuals SET unit_id = 'CB07' WHERE name = ?", [NAME])
    connection.close()
    assert "Không nhập hộ được nữa" in "\n".join(await house.press("cb22", "Gửi"))
    assert house.rows("SELECT * FROM models WHERE name = 'Ngõ xóm xanh'") == []


async def test_ones_own_form_and_the_one_for_another_are_two(house: House) -> None:
    await named(house)
    await house.press("cb22", "Đăng ký mô hình hộ")
    await house.say("cb22", "3")
    assert "**Lĩnh vực** nào?" in "\n".join(await house.say("cb22", "/dangky"))


@pytest.mark.parametrize("words", ["123", "không rõ lắm", "{{ 7*7 }}", "0000000000"])
async def test_a_number_that_is_none_is_asked_again(house: House, words: str) -> None:
    for said in ("nhap ho", NAME):
        await house.say("cb22", said)
    assert "chưa đọc được số điện thoại" in "\n".join(await house.say("cb22", words))
