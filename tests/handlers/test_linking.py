"""One person on two channels: a code from one, typed on the other."""

from __future__ import annotations

import re

import pytest

from tests.house import House

MINUTE = 60_000


async def code_of(house: House, account: str) -> str:
    """The code that somebody is shown."""
    await house.say(account, "/lienket")
    (told,) = await house.press(account, "Lấy mã nối kênh")
    found = re.search(r"\*\*([A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4})\*\*", told)
    assert found is not None
    return found[1]


def person_of(house: House, account: str) -> object:
    rows = house.rows("SELECT person_id FROM accounts WHERE account = ?", account)
    return rows[0]["person_id"] if rows else None


async def test_the_second_account_is_the_same_person(house: House) -> None:
    code = await code_of(house, "cb05")
    (asked,) = await house.say("cb05-zalo", code)
    assert "Chỉ đồng ý nếu chính ông/bà vừa lấy mã này." in asked
    (told,) = await house.press("cb05-zalo", "Đồng ý")
    assert told.startswith("Đã nối.")
    assert person_of(house, "cb05-zalo") == person_of(house, "cb05")
    assert "Chi bộ 05" in (await house.say("cb05-zalo", "/menu"))[0]
    assert len(house.rows("SELECT * FROM consents WHERE person_id = ?", person_of(house, "cb05"))) >= 2


async def test_whoever_declines_is_not_kept(house: House) -> None:
    await house.say("khach-2", await code_of(house, "cb05"))
    await house.press("khach-2", "Không đồng ý")
    assert person_of(house, "khach-2") is None


async def test_a_code_works_once_and_not_for_long(house: House) -> None:
    code = await code_of(house, "cb05")
    await house.say("mot", code)
    await house.press("mot", "Đồng ý")
    assert "đã được dùng" in (await house.say("hai", code))[0]
    late = await code_of(house, "cb05")
    house.clock.move_to(house.clock() + 16 * MINUTE)
    assert "đã hết hạn" in (await house.say("ba", late))[0]


async def test_a_new_code_ends_the_one_before(house: House) -> None:
    first, second = await code_of(house, "cb05"), await code_of(house, "cb05")
    assert "đã được dùng hoặc đã thu hồi" in (await house.say("mot", first))[0]
    assert "Đồng ý" in (await house.say("hai", second))[0]


async def test_two_who_type_it_at_once(house: House) -> None:
    code = await code_of(house, "cb05")
    await house.say("mot", code)
    await house.say("hai", code)
    await house.press("mot", "Đồng ý")
    await house.press("hai", "Đồng ý")
    assert person_of(house, "hai") is None


@pytest.mark.parametrize("account", ["cb22", "ho1"])
async def test_an_account_that_is_somebody_else_stays_who_it_is(house: House, account: str) -> None:
    before = person_of(house, account)
    await house.say(account, await code_of(house, "cb05"))
    (told,) = await house.press(account, "Đồng ý")
    assert "đang là của một người khác" in told
    assert person_of(house, account) == before


async def test_ones_own_code_on_ones_own_account(house: House) -> None:
    await house.say("cb05", await code_of(house, "cb05"))
    (told,) = await house.press("cb05", "Đồng ý")
    assert "đã được nối từ trước" in told
