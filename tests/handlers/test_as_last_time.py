""" "Như lần trước": what is offered, in which ways it can be taken, and what is never offered."""

from __future__ import annotations

import pytest

from tests.house import House

PLACE = "nhà văn hóa tổ 5"


async def report(house: House, when: str = "22/3 19h30", place: str = PLACE, cohost: str = "Công an phường") -> None:
    for words in (
        "bc",
        when,
        "không thuộc mô hình nào",
        "bo qua",
        place,
        "35 ng",
        "bo qua",
        "bo qua",
        cohost,
        "xong",
        "gui",
    ):
        await house.say("cb05", words)


async def at_the_place(house: House) -> str:
    for words in ("bc", "hqua 19h30", "không thuộc mô hình nào"):
        await house.say("cb05", words)
    return "\n".join(await house.say("cb05", "bo qua"))


@pytest.mark.parametrize("words", ["1", "nhu lan truoc", "Như lần trước", "như cũ", f"như lần trước: {PLACE}", ""])
async def test_the_earlier_place_is_taken_by_number_words_or_tap(house: House, words: str) -> None:
    await report(house)
    assert f"1. Như lần trước: {PLACE}" in await at_the_place(house)
    if words:
        await house.say("cb05", words)
    else:
        await house.press("cb05", f"Như lần trước: {PLACE}")
    await house.restart()
    for more in ("20 ng", "bo qua", "bo qua", "1", "xong", "gui"):
        await house.say("cb05", more)
    (row,) = house.rows("SELECT session_id, place, attendee_count FROM outreach_sessions WHERE code = 'BUOI2021-020'")
    assert (row["place"], row["attendee_count"]) == (PLACE, 20)
    cohosts = house.rows("SELECT unit_id FROM session_cohosts WHERE session_id = ?", row["session_id"])
    assert cohosts == [{"unit_id": "CAP"}]


async def test_another_place_is_simply_typed(house: House) -> None:
    await report(house)
    await at_the_place(house)
    await house.say("cb05", "nhà bác Hai")
    for more in ("20 ng", "bo qua", "bo qua", "bo qua", "gui"):
        await house.say("cb05", more)
    assert house.rows("SELECT place FROM outreach_sessions WHERE code = 'BUOI2021-020'") == [{"place": "nhà bác Hai"}]


async def test_the_moment_and_the_counts_are_never_offered(house: House) -> None:
    await report(house)
    assert "Như lần trước" not in "\n".join(await house.say("cb05", "bc"))
    await house.say("cb05", "hqua 19h30")
    await house.say("cb05", "không thuộc mô hình nào")
    await house.say("cb05", "bo qua")
    asked = "\n".join(await house.say("cb05", "1"))
    assert "người dự" in asked
    assert "Như lần trước" not in asked
    await house.say("cb05", "1")
    for more in ("bo qua", "bo qua", "bo qua", "gui"):
        await house.say("cb05", more)
    rows = house.rows("SELECT attendee_count FROM outreach_sessions WHERE code = 'BUOI2021-020'")
    assert rows == [{"attendee_count": 1}]  # "1" is one person


async def test_the_model_of_the_last_report_stands_first_and_keeps_its_name(house: House) -> None:
    for words in ("/dangky", "3", "Ngõ xóm sạch", "Dọn vệ sinh hằng tuần", "cả chi bộ", "bo qua", "ca nam", "gui"):
        await house.say("cb05", words)
    await house.say("cb05", "bc")
    asked = "\n".join(await house.say("cb05", "hqua 19h30")).split("\n")
    assert [line[:24] for line in asked if line.startswith("  1") or line.startswith("  2")] == [
        "  1. Như lần trước: Vận độ"[:24],
        "  2. Ngõ xóm sạch",
    ]
    for words in ("1", PLACE, "bo qua", "bo qua", "bo qua", "bo qua"):
        await house.say("cb05", words)
    card = "\n".join(await house.say("cb05", "bo qua"))
    assert "Mô hình: **Vận động các hộ dân" in card


async def test_a_unit_that_has_reported_nothing_is_offered_nothing(house: House) -> None:
    await house.say("cb22", "bc")
    await house.say("cb22", "hqua 19h30")
    await house.say("cb22", "không thuộc mô hình nào")
    assert "Như lần trước" not in "\n".join(await house.say("cb22", "bo qua"))


async def test_a_long_place_is_offered_shortened_and_kept_whole(house: House) -> None:
    place = "nhà văn hóa " + "rất xa " * 30
    await report(house, place=place)
    asked = await at_the_place(house)
    assert "…" in asked
    await house.say("cb05", "1")
    for more in ("20 ng", "bo qua", "bo qua", "bo qua", "gui"):
        await house.say("cb05", more)
    (row,) = house.rows("SELECT place FROM outreach_sessions WHERE code = 'BUOI2021-020'")
    assert row["place"] == place.strip()
