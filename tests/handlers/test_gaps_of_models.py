"""What a model's life was missing: the focal body hears of it, evidence without a session, a higher level later."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime

import pytest

from bot.core import calendar
from storage.database import open_plain
from tests.handlers.test_model_life import change, do, explain, registered, state_of, steps_of
from tests.house import House


def moment(day: int, hour: int, minute: int = 0) -> int:
    return calendar.instant(datetime(2021, 3, day, hour, minute, tzinfo=calendar.ZONE))


async def heard(house: House, until: int) -> list[str]:
    house.unread("canbo")
    await house.wait_until(until)
    return [said for said in house.unread("canbo") if "chờ thẩm định" in said or "chờ công nhận" in said]


async def test_the_focal_body_hears_once_a_half_day_and_only_of_what_is_new(house: House) -> None:
    await registered(house)
    await registered(house, name="Tuyến đường hoa")
    (told,) = await heard(house, moment(24, 18))
    assert "**02 mô hình chờ thẩm định**" in told
    assert await heard(house, moment(25, 18)) == []
    await registered(house, account="cb22", name="Camera an ninh")
    assert await heard(house, moment(25, 22)) == []
    (told,) = await heard(house, moment(26, 18))
    assert "**03 mô hình" in told
    await registered(house, account="cb22", name="Nhóm đọc sách")
    assert await heard(house, moment(28, 22)) == []  # Saturday and Sunday
    assert len(await heard(house, moment(29, 22))) == 1


async def test_a_model_that_was_returned_and_sent_again_is_new(house: House) -> None:
    model_id = await registered(house)
    assert len(await heard(house, moment(24, 18))) == 1
    await explain(house, "canbo", "return", model_id, 1)
    await do(house, "cb05", "correct", model_id, 2)
    await house.say("cb05", "gui")
    assert state_of(house, model_id) == "submitted"
    assert len(await heard(house, moment(25, 12))) == 1


async def test_an_officer_of_another_part_of_the_tree_hears_nothing(house: House) -> None:
    change(house, "UPDATE memberships SET unit_id = 'CB22' WHERE role = 'officer'")
    await registered(house)
    assert await heard(house, moment(24, 18)) == []


async def recognised(house: House, level: str = "1") -> str:
    model_id = await registered(house)
    await do(house, "canbo", "approve", model_id, 1)
    await do(house, "cb05", "start", model_id, 2)
    await do(house, "cb05", "assess", model_id, 3)
    for words in ("43/46 hộ", "Dân đồng tình", "gui"):
        await house.say("cb05", words)
    await do(house, "canbo", "recognize", model_id, 4)
    for words in (level, "Kết quả tốt", "gui"):
        await house.say("canbo", words)
    assert state_of(house, model_id) == "recognized"
    return model_id


def level_of(house: House, model_id: str) -> object:
    return house.rows("SELECT level FROM models WHERE model_id = ?", model_id)[0]["level"]


async def test_a_level_is_raised_by_one_of_two_judges(house: House) -> None:
    model_id = await recognised(house)
    await do(house, "canbo", "raise", model_id, 5)
    await do(house, "lanhdao", "raise", model_id, 5)
    for account in ("canbo", "lanhdao"):
        await house.say(account, "Quyết định của thành phố")
    assert "được công nhận" in "\n".join(await house.say("canbo", "gui"))
    assert "khác với lúc nút này hiện ra" in "\n".join(await house.say("lanhdao", "gui"))
    assert level_of(house, model_id) == "city"
    assert steps_of(house, model_id)[-1] == "raise"
    assert "nâng lên, công nhận cấp thành phố" in "\n".join(house.unread("cb05"))
    assert "khác với lúc" in await do(house, "canbo", "raise", model_id, 6)


async def test_what_is_recognised_at_the_highest_level_is_not_raised(house: House) -> None:
    model_id = await recognised(house, level="2")
    await house.act("canbo", press=f"m|open|{model_id}")
    assert "Nâng cấp công nhận" not in house.unread("canbo")[-1]
    assert "khác với lúc" in await do(house, "canbo", "raise", model_id, 5)


async def test_evidence_for_a_model_that_was_withdrawn_meanwhile(house: House) -> None:
    model_id = await registered(house)
    await do(house, "canbo", "approve", model_id, 1)
    await do(house, "cb05", "evidence", model_id, 2)
    for words in ("Trao 12 thùng rác", "bo qua", "bo qua"):
        await house.say("cb05", words)
    change(house, "UPDATE models SET state = 'withdrawn' WHERE model_id = ?", model_id)
    assert "chưa được ghi" in "\n".join(await house.say("cb05", "gui"))
    assert house.rows("SELECT 1 FROM model_proofs") == []


async def test_evidence_is_kept_once_and_for_good(house: House) -> None:
    model_id = await registered(house)
    await do(house, "canbo", "approve", model_id, 1)
    await do(house, "cb05", "evidence", model_id, 2)
    for words in ("=1+1+1", "43/46 hộ", "bo qua", "gui", "gui"):
        await house.say("cb05", words)
    assert house.rows("SELECT words, part, whole FROM model_proofs") == [{"words": "=1+1+1", "part": 43, "whole": 46}]
    assert steps_of(house, model_id)[-1] == "evidence"
    with closing(open_plain(house.path)) as connection:
        for statement in ("UPDATE model_proofs SET words = 'x'", "DELETE FROM model_proofs"):
            with pytest.raises(sqlite3.IntegrityError, match="never"):
                connection.execute(statement)


@pytest.mark.parametrize("account", ["cb05", "cn01", "canbo"])
async def test_sent_reports_are_in_the_menu(house: House, account: str) -> None:
    await house.act(account, text="/menu")
    assert "Buổi đã báo cáo" in house.unread(account)[-1]
