"""Duties: who may see and do what, what comes too late, races of two people, and a history that only grows."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime

import pytest

from bot.core import calendar
from bot.core.message import Address
from storage import people
from storage.database import open_plain, transaction
from tests.house import House

NOT_USABLE = "Nút này không còn dùng được."
DUTY = "NV2021-002"


async def given(house: House, units: str = "cb5, cb22", due: str = "31/3", evidence: str = "1") -> str:
    """An officer gives a duty; returns its code."""
    for words in ("/giaonhiemvu", "Ban hành Nghị quyết chuyên đề", "3", evidence, units, due, "gui"):
        await house.say("canbo", words)
    (row,) = house.rows("SELECT duty_id FROM duties WHERE title = 'Ban hành Nghị quyết chuyên đề'")
    return str(row["duty_id"])


async def press(house: House, account: str, data: str) -> str:
    house.unread(account)
    await house.act(account, press=data)
    return "\n".join(house.unread(account))


async def fill(house: House, account: str, *words: str) -> str:
    said = ""
    for one in words:
        said = "\n".join(await house.say(account, one))
    return said


def unit_of(house: House, unit_id: str, duty_id: str = DUTY) -> dict[str, object]:
    (row,) = house.rows("SELECT * FROM duty_units WHERE duty_id = ? AND unit_id = ?", duty_id, unit_id)
    return row


def steps_of(house: House, duty_id: str = DUTY) -> list[object]:
    return [
        row["step"] for row in house.rows("SELECT step FROM duty_steps WHERE duty_id = ? ORDER BY at, step_id", duty_id)
    ]


def second_secretary(house: House, unit_id: str = "CB05") -> str:
    """Another person who is secretary of a unit."""
    with closing(open_plain(house.path)) as connection, transaction(connection) as tx:
        person = house.ids.new()
        people.add_person(tx, person, "Phó Bí thư Chi bộ 05 (giả định)", house.clock())
        people.add_account(tx, Address(channel="web", chat="pbt"), "pbt", person, house.clock())
        people.add_membership(tx, house.ids.new(), person, unit_id, "secretary", house.clock())
    return "pbt"


async def test_two_secretaries_of_one_unit_report_the_same_duty(house: House) -> None:
    other = second_secretary(house)
    duty_id = await given(house)
    for account, number in (("cb05", "12"), (other, "14")):
        await press(house, account, f"nv|report|{duty_id}|CB05|1")
        await fill(house, account, number, "hom nay", "bo qua")
    assert "xong nhiệm vụ" in await fill(house, "cb05", "gui")
    late = await fill(house, other, "gui")
    assert "Lần này chưa ghi gì" in late
    assert "12-NQ/CB" in late
    assert unit_of(house, "CB05")["number"] == "12-NQ/CB"
    assert steps_of(house) == ["give", "report"]


async def test_an_officer_cancels_while_a_unit_reports(house: House) -> None:
    duty_id = await given(house)
    await press(house, "cb05", f"nv|report|{duty_id}|CB05|1")
    await fill(house, "cb05", "12", "hom nay", "bo qua")
    await press(house, "canbo", f"nv|cancel|{duty_id}|1")
    assert "hủy nhiệm vụ" in await fill(house, "canbo", "Không cần nữa", "gui")
    late = await fill(house, "cb05", "gui")
    assert "Lần này chưa ghi gì" in late
    assert "Đã hủy" in late
    assert unit_of(house, "CB05")["done_on"] is None
    assert steps_of(house) == ["give", "cancel"]


async def test_a_report_and_a_longer_deadline_do_not_hinder_each_other(house: House) -> None:
    duty_id = await given(house)
    await press(house, "cb05", f"nv|report|{duty_id}|CB05|1")
    await press(house, "canbo", f"nv|extend|{duty_id}|1")
    await fill(house, "canbo", "10 ngay lam viec", "Nhiều chi bộ chưa họp", "gui")
    assert "xong nhiệm vụ" in await fill(house, "cb05", "12", "hom nay", "bo qua", "gui")
    assert steps_of(house) == ["give", "extend", "report"]
    assert house.rows("SELECT due_on FROM duties WHERE duty_id = ?", duty_id) == [{"due_on": "2021-04-07"}]


async def test_two_changes_of_an_officer_as_seen_at_once(house: House) -> None:
    duty_id = await given(house)
    await press(house, "canbo", f"nv|extend|{duty_id}|1")
    await fill(house, "canbo", "7/4", "Chưa kịp họp", "gui")
    assert "khác với lúc nút này hiện ra" in await press(house, "canbo", f"nv|cancel|{duty_id}|1")
    assert steps_of(house) == ["give", "extend"]


async def test_pressed_twice_it_is_one_duty_and_one_report(house: House) -> None:
    duty_id = await given(house)
    await house.act("canbo", press=house.button("canbo", "Giao nhiệm vụ").data)
    assert "không ghi thêm" in "\n".join(house.unread("canbo"))
    await press(house, "cb05", f"nv|report|{duty_id}|CB05|1")
    await fill(house, "cb05", "12", "hom nay", "bo qua", "gui")
    assert "khác với lúc nút này hiện ra" in await press(house, "cb05", f"nv|report|{duty_id}|CB05|1")
    assert steps_of(house) == ["give", "report"]
    assert len(house.rows("SELECT 1 FROM duties")) == 2


async def test_done_after_the_deadline_is_late_and_stays_known(house: House) -> None:
    duty_id = await given(house, due="26/3")
    await house.wait_until(calendar.instant(datetime(2021, 4, 2, 9, 0, tzinfo=calendar.ZONE)))
    await press(house, "cb05", f"nv|report|{duty_id}|CB05|1")
    assert "trễ hạn" in await fill(house, "cb05", "12", "hom qua", "bo qua", "gui")
    await press(house, "cb22", f"nv|report|{duty_id}|CB22|1")
    assert "trễ hạn" not in await fill(house, "cb22", "5", "26/3", "bo qua", "gui")
    card = await press(house, "canbo", f"nv|open|{duty_id}")
    assert "**02/02 (100%)**, đúng hạn 01, trễ 01" in card
    assert "Chưa xong" not in card


async def test_what_is_owed_is_among_the_work_until_it_is_done(house: House) -> None:
    duty_id = await given(house)
    assert duty_id in await fill(house, "cb05", "/viec")
    await press(house, "cb05", f"nv|report|{duty_id}|CB05|1")
    await fill(house, "cb05", "12", "hom nay", "bo qua", "gui")
    assert duty_id not in await fill(house, "cb05", "/viec")
    assert f"{duty_id} (Ban hành Nghị quyết chuyên đề), hạn 31/03/2021: xong 01/02 (50%)" in await fill(
        house, "canbo", "/thongke"
    )


async def test_a_photo_as_evidence_can_not_be_left_out(house: House) -> None:
    duty_id = await given(house, evidence="3")
    await press(house, "cb05", f"nv|report|{duty_id}|CB05|1")
    assert "Mục này cần có" in await fill(house, "cb05", "hom nay", "xong")
    assert unit_of(house, "CB05")["done_on"] is None


@pytest.mark.parametrize("account", ["cb05", "cn01", "ho1", "quantri", "lanhdao", "canbo"])
async def test_who_may_not_looks_at_nothing(house: House, account: str) -> None:
    duty_id = await given(house, units="cb22")
    if account == "canbo":  # an officer of another part of the tree
        with closing(open_plain(house.path)) as connection, transaction(connection) as tx:
            tx.execute("UPDATE memberships SET unit_id = 'CB05' WHERE role = 'officer'")
    acts = [f"{act}|{duty_id}|CB22|1" for act in ("report", "correct", "withdraw")]
    acts += [f"mine|{duty_id}|CB22", f"extend|{duty_id}|1", f"cancel|{duty_id}|1"]
    acts += [] if account == "lanhdao" else [f"open|{duty_id}", f"units|{duty_id}"]
    for act in acts:
        assert await press(house, account, f"nv|{act}") == NOT_USABLE, act
        assert await press(house, account, f"nv|{act.replace(duty_id, 'NV2021-999')}") == NOT_USABLE, act
    assert steps_of(house) == ["give"]


@pytest.mark.parametrize("data", ["nv", "nv|", "nv|open", "nv|report|NV2021-001|CB05|x", "nv|report|NV2021-001|CB05|²",
                                  "nv|cancel|NV2021-001|-1", "nv|give|NV2021-001|1", "nv|mine||", "nv|withdraw|1|2|3|4",
                                  "nv|open|'; DROP TABLE duties"])  # fmt: skip
@pytest.mark.parametrize("account", ["cb05", "canbo", "ho1"])
async def test_a_forged_button_gets_a_sentence(house: House, account: str, data: str) -> None:
    assert await press(house, account, data) == NOT_USABLE


async def test_a_unit_that_was_taken_away_ends_the_form(house: House) -> None:
    duty_id = await given(house)
    await press(house, "cb05", f"nv|report|{duty_id}|CB05|1")
    await fill(house, "cb05", "12", "hom nay", "bo qua")
    with closing(open_plain(house.path)) as connection, transaction(connection) as tx:
        tx.execute("UPDATE memberships SET unit_id = 'CB06' WHERE unit_id = 'CB05'")
    assert "không còn thuộc đơn vị" in await fill(house, "cb05", "gui")
    assert unit_of(house, "CB05")["done_on"] is None


async def test_the_history_only_grows(house: House) -> None:
    await given(house)
    with closing(open_plain(house.path)) as connection:
        for statement in ("UPDATE duty_steps SET reason = 'x'", "DELETE FROM duty_steps"):
            with pytest.raises(sqlite3.IntegrityError, match="never"):
                connection.execute(statement)


@pytest.mark.parametrize("words", ["=1+1+1", "<b>x</b> **đậm** {{ 7*7 }}", "x'); DROP TABLE duties; --"])
async def test_words_stay_words(house: House, words: str) -> None:
    for said in ("/giaonhiemvu", words, "3", "4", "cb5", "31/3", "gui"):
        await house.say("canbo", said)
    assert f": {words}. Hạn" in "\n".join(house.unread("cb05"))
    assert house.rows("SELECT title FROM duties WHERE duty_id = ?", DUTY) == [{"title": words}]
