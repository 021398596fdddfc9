"""A session in full: households and their reasons, a place on the map, photos added and taken away, joint sessions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.core.message import Spot
from storage import statistics
from storage.database import open_plain
from storage.statistics import HouseholdCount
from tests.handlers.test_correct_session import choose, correct, second_secretary, session_id
from tests.house import House
from tests.test_transcripts import picture

STANCES = "met_count, agreed_count, hesitating_count, price_count, resettlement_count, papers_count, other_count"
SPOT = Spot(latitude=21.035121, longitude=105.92011)


async def report(house: House, account: str, when: str, households: str, *more: str) -> str:
    """A report on the clearance model of CB05, as far as its card."""
    for words in ("bc", when, "1", "nhà văn hóa", "35 ng", households, *("bo qua",) * 2, *(more or ("bo qua",))):
        said = await house.say(account, words)
    return "\n".join(said)


def counted(house: House, scope: str = "PPL") -> HouseholdCount:
    connection = open_plain(house.path)
    try:
        return statistics.day_figures(connection, scope, date(2021, 3, 24)).households
    finally:
        connection.close()


async def share(house: House, account: str, spot: Spot, text: str = "") -> list[str]:
    """The web shares no places: what a channel that does would hand over."""
    parse = house.web.parse

    def with_spot(raw: str) -> object:
        inbound = parse(raw)
        return inbound and replace(inbound, spot=spot)

    house.web.parse = with_spot  # type: ignore[method-assign, assignment]
    try:
        return await house.say(account, text)
    finally:
        house.web.parse = parse  # type: ignore[method-assign]


async def test_households_become_figures_of_the_record_and_of_the_day(house: House) -> None:
    await report(house, "cb05", "hqua 19h30", "gặp 12 hộ, đồng ý 9, giá 2, tái định cư 1")
    await house.press("cb05", "Gửi")
    (row,) = house.rows(f"SELECT {STANCES} FROM outreach_sessions WHERE code = 'BUOI2021-019'")
    assert list(row.values()) == [12, 9, 3, 2, 1, None, None]
    assert counted(house) == HouseholdCount(met=12, agreed=9, hesitating=3, price=2, resettlement=1, papers=0, other=0)


async def test_who_still_hesitates_is_as_the_latest_session_says_and_who_was_met_adds_up(house: House) -> None:
    for when, households in (("22/3 19h", "gặp 12, đồng ý 9, giá 3"), ("23/3 19h", "gặp 3, đồng ý 2, giấy tờ 1")):
        await report(house, "cb05", when, households)
        await house.press("cb05", "Gửi")
    now = counted(house)
    assert (now.met, now.agreed, now.hesitating, now.price, now.papers) == (15, 11, 1, 0, 1)
    assert now.reasons == (("papers", 1),)
    assert counted(house, "CB06").met == 0
    await correct(house, "cb05", "Hộ dân", "gặp 2 hộ, đồng ý 2")  # of another day, earlier: nothing hesitates there
    assert counted(house).hesitating == 1


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("gặp 5, đồng ý 9", "nhiều hơn 05 hộ đã gặp"),
        ("gặp 10, đồng ý 5, băn khoăn 6", "nhiều hơn 10 hộ đã gặp"),
        ("băn khoăn 2: giá 3", "Mỗi hộ chỉ tính một lý do chính"),
        ("vài chục hộ", "con số cụ thể"),
        ("12 hộ, 9 ok", "viết số hộ kèm ý"),
        ("=1+1", "viết số hộ kèm ý"),
        ("gặp 999999999 hộ", "viết số hộ kèm ý"),
    ],
)
async def test_counts_that_cannot_be_are_asked_again(house: House, words: str, sentence: str) -> None:
    for said in ("bc", "hqua 19h30", "1", "nhà văn hóa", "35 ng"):
        await house.say("cb05", said)
    asked = "\n".join(await house.say("cb05", words))
    assert sentence in asked
    assert "**Các hộ** đã gặp thế nào" in asked


async def test_of_a_session_without_clearance_no_households_are_asked(house: House) -> None:
    for words in ("bc", "hqua 19h30", "không thuộc mô hình nào", "không thuộc dự án nào", "nhà văn hóa"):
        await house.say("cb05", words)
    assert "Kết quả, kiến nghị" in "\n".join(await house.say("cb05", "35 ng"))


async def test_two_devices_that_correct_households_are_told_of_each_other(house: House) -> None:
    second_secretary(house)
    for account, words in (("cb05", "gặp 12, đồng ý 12"), ("cb05b", "gặp 10, đồng ý 9")):
        await choose(house, account, "Hộ dân")
        await house.say(account, words)
    await house.press("cb05", "Ghi giá trị mới")
    told = "\n".join(await house.press("cb05b", "Ghi giá trị mới"))
    assert "Hộ dân từ **(để trống)** thành **gặp 12 hộ, đồng ý 12, còn băn khoăn 00**" in told
    assert counted(house).met == 12


# -- a place on the map -------------------------------------------------------------------------


async def test_a_shared_place_is_kept_beside_its_words_and_shown_in_words(house: House) -> None:
    for words in ("bc", "hqua 19h30", "1"):
        await house.say("cb05", words)
    assert "người dự" in "\n".join(await share(house, "cb05", SPOT))
    await house.restart()
    for words in ("35 ng", *("bo qua",) * 3):
        await house.say("cb05", words)
    card = "\n".join(await house.say("cb05", "bo qua"))
    assert "Địa điểm: **vị trí đã chia sẻ trên bản đồ (21.03512, 105.92011)**" in card
    await house.press("cb05", "Gửi")
    (row,) = house.rows("SELECT place, coordinates FROM outreach_sessions WHERE code = 'BUOI2021-019'")
    assert row == {"place": "vị trí đã chia sẻ trên bản đồ", "coordinates": "21.03512,105.92011"}


async def test_a_corrected_place_takes_its_coordinates_along(house: House) -> None:
    await choose(house, "cb05", "Địa điểm")
    await share(house, "cb05", replace(SPOT, name="Đình Sài Đồng"))
    assert "thành **Đình Sài Đồng (21.03512, 105.92011)**" in "\n".join(await house.press("cb05", "Ghi giá trị mới"))
    await correct(house, "cb05", "Địa điểm", "nhà văn hóa tổ 5")
    (row,) = house.rows("SELECT place, coordinates FROM outreach_sessions WHERE code = 'BUOI2021-005'")
    assert row == {"place": "nhà văn hóa tổ 5", "coordinates": ""}


async def test_a_place_that_nobody_asked_for_is_not_kept(house: House) -> None:
    assert "vị trí này chưa gắn với phiếu nào" in "\n".join(await share(house, "cb05", SPOT))
    await house.say("cb05", "bc")
    assert "Mục này không cần vị trí" in "\n".join(await share(house, "cb05", SPOT))
    assert "(1/7)" in "\n".join(await house.say("cb05", "x"))


# -- photos -------------------------------------------------------------------------------------


async def with_photos(house: House, count: int) -> None:
    await choose(house, "cb05", "Thêm ảnh")
    for _ in range(count):
        await house.photo("cb05", picture(1))
    await house.say("cb05", "xong")
    await house.press("cb05", "Ghi giá trị mới")


def photos(house: House) -> int:
    return len(house.rows("SELECT * FROM session_photos WHERE session_id = ?", session_id(house)))


async def test_photos_are_added_to_and_taken_from_a_report_that_was_sent(house: House) -> None:
    await with_photos(house, 2)
    assert photos(house) == 2
    await with_photos(house, 1)
    assert photos(house) == 3
    await choose(house, "cb05", "Bỏ ảnh")
    for words in ("1", "3", "xong"):
        await house.say("cb05", words)
    await house.press("cb05", "Ghi giá trị mới")
    assert photos(house) == 1
    words = [row["new_words"] for row in house.rows("SELECT new_words FROM session_corrections ORDER BY version")]
    assert words == ["02 ảnh", "03 ảnh", "01 ảnh"]


async def test_no_report_has_more_photos_than_ten(house: House) -> None:
    await with_photos(house, 9)
    await choose(house, "cb05", "Thêm ảnh")
    await house.photo("cb05", picture(1))
    assert "nhiều nhất 10 ảnh" in "\n".join(await house.photo("cb05", picture(1)))
    await house.say("cb05", "xong")
    await house.press("cb05", "Ghi giá trị mới")
    assert photos(house) == 10
    assert "Thêm ảnh" not in await choose_items(house)


async def choose_items(house: House) -> str:
    await house.say("cb05", "/buoi BUOI2021-005")
    return "\n".join(await house.press("cb05", "Sửa mục nào?"))


async def test_a_photo_that_another_device_took_away_is_not_taken_twice(house: House) -> None:
    second_secretary(house)
    await with_photos(house, 2)
    for account in ("cb05", "cb05b"):
        await choose(house, account, "Bỏ ảnh")
        await house.say(account, "1")
        await house.say(account, "xong")
    await house.press("cb05", "Ghi giá trị mới")
    await house.press("cb05b", "Ghi giá trị mới")
    assert photos(house) == 1


# -- one session of two units -------------------------------------------------------------------


@pytest.mark.parametrize(("when", "asked"), [("hqua 20h", True), ("hqua", True), ("hqua 8h sáng", False)])
async def test_who_held_it_together_with_another_is_asked_too(house: House, when: str, asked: bool) -> None:
    await report(house, "cb05", "hqua 19h30", "bo qua", "chi bo 22", "xong")
    await house.press("cb05", "Gửi")
    for words in ("bc", when):
        await house.say("cb22", words)
    said = "\n".join(await house.say("cb22", "không thuộc mô hình nào"))
    assert ("do Chi bộ 05 chủ trì" in said) is asked
    if asked:
        ended = "\n".join(await house.say("cb22", "dung"))
        assert "Không ghi thêm" in ended
        assert "Sửa báo cáo này" not in ended  # it is the host's to correct
        assert len(house.rows("SELECT * FROM outreach_sessions WHERE held_on = '2021-03-23'")) == 1
