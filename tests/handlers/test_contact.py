"""A telephone number that a resident gave: seen by themselves, taken back, and gone with the person."""

from __future__ import annotations

from tests.house import House

WHO = "khach-moi"
PHONES = "SELECT phone FROM people WHERE phone <> ''"


async def with_number(house: House) -> None:
    """Somebody joined and gave their number."""
    for said in ("DEMO-HO20", "đồng ý", "0912 345 678"):
        await house.say(WHO, said)
    assert house.rows(PHONES) == [{"phone": "+84912345678"}]


async def test_it_is_shown_covered_and_can_be_taken_back(house: House) -> None:
    await with_number(house)
    [shown] = await house.say(WHO, "xem dữ liệu")
    assert "Điện thoại: 091…678" in shown
    assert "Cho cán bộ gọi điện về đất của hộ: đồng ý" in shown
    [gone] = await house.press(WHO, "Xóa số điện thoại")
    assert "Đã xóa số điện thoại" in gone
    assert house.rows(PHONES) == []
    [shown] = await house.say(WHO, "xem dữ liệu")
    assert "Điện thoại:" not in shown
    assert "Cho cán bộ gọi điện về đất của hộ: không đồng ý" in shown


async def test_it_goes_with_the_person(house: House) -> None:
    await with_number(house)
    await house.say(WHO, "xóa dữ liệu")
    await house.wait_until(house.clock() + 44 * 3600_000)
    assert house.rows(PHONES) == []
    assert house.rows(PHONES) == []


async def test_a_number_in_mid_form_answers_the_form(house: House) -> None:
    for said in ("DEMO-HO20", "đồng ý", "đăng ký", "1"):
        await house.say(WHO, said)
    await house.say(WHO, "0912 345 678")
    assert house.rows(PHONES) == []


async def test_pressed_by_somebody_who_was_never_asked(house: House) -> None:
    await house.act("ho1", press="ct|no")
    assert house.rows("SELECT 1 FROM consents WHERE purpose = 'phone'") == []
