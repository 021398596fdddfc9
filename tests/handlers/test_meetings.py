"""Meetings: the last answer in time counts, one of two changes is made, a reminder comes once."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from bot.core import calendar
from handlers.notices import meetings
from handlers.notices.meetings import reminded_on
from storage import people
from storage.database import open_plain, transaction
from tests.handlers.test_notice_progress import all_goes, nothing_leaves
from tests.house import House

NOT_USABLE = "Nút này không còn dùng được."


async def invited(house: House, to: str = "duong chan de", when: str = "19h30 27/3") -> None:
    for words in ("/moihop", to, "Công bố phương án", when, "Nhà văn hóa tổ 5", "gui"):
        await house.say("canbo", words)


def at(words: str) -> int:
    return calendar.instant(datetime.strptime(words, "%d/%m/%Y %H:%M").replace(tzinfo=calendar.ZONE))


def sayings(house: House) -> dict[object, object]:
    rows = house.rows("SELECT household_id, answer FROM meeting_sayings WHERE answer IS NOT NULL")
    return {row["household_id"]: row["answer"] for row in rows}


@pytest.mark.parametrize(
    ("held", "reminded"),
    [
        (date(2021, 3, 27), date(2021, 3, 26)),
        (date(2021, 3, 29), date(2021, 3, 27)),  # a Monday: not on Sunday
        (date(2021, 4, 22), date(2021, 4, 20)),  # after Giỗ Tổ
        (date(2021, 5, 4), date(2021, 4, 29)),  # after 30/4, 1/5, a Sunday and the substitute day
        (date(2021, 2, 17), date(2021, 2, 9)),  # after Tết
    ],
)
def test_the_reminder_comes_on_the_last_day_on_which_people_may_be_written_to(held: date, reminded: date) -> None:
    assert reminded_on(held) == reminded


async def test_the_last_answer_before_the_meeting_counts(house: House) -> None:
    await invited(house)
    for label in ("Dự được", "Không dự được", "Dự được", "Không dự được"):
        await house.press("ho1", label)
    assert sayings(house) == {"H001": "away"}
    assert len(house.rows("SELECT answer_id FROM meeting_answers")) == 4
    await house.wait_until(at("27/03/2021 19:30"))
    assert "đã bắt đầu" in (await house.press("ho1", "Dự được"))[-1]
    assert sayings(house) == {"H001": "away"}


async def test_of_two_officers_who_change_a_meeting_the_second_is_told(house: House) -> None:
    await invited(house)
    for account in ("canbo", "tiepdan"):
        await house.say(account, "/hop")
        await house.say(account, "1")
    await house.press("canbo", "Đổi giờ, địa điểm")
    await house.say("canbo", "14h 28/3")
    await house.say("canbo", "Hội trường")
    await house.press("tiepdan", "Hủy cuộc họp")
    await house.say("tiepdan", "Trời mưa to")
    await house.say("tiepdan", "gui")
    refused = await house.say("canbo", "gui")
    assert "người khác thay đổi" in refused[0]
    assert len(house.rows("SELECT version FROM meeting_changes")) == 1
    assert house.rows("SELECT cancelled FROM meetings")[0]["cancelled"] == "Trời mưa to"


async def test_an_answer_to_the_old_hour_is_not_an_answer_to_the_new_one(house: House) -> None:
    await invited(house)
    await house.press("ho1", "Dự được")
    old = house.button("ho2", "Dự được").data
    await house.say("canbo", "/hop")
    await house.say("canbo", "1")
    await house.press("canbo", "Đổi giờ, địa điểm")
    for words in ("14h 28/3", "Hội trường", "gui"):
        await house.say("canbo", words)
    house.unread("ho2")
    await house.act("ho2", press=old)
    assert "đã đổi lịch" in house.unread("ho2")[-1]
    assert sayings(house) == {}


async def test_who_comes_or_has_not_answered_is_reminded_once(house: House) -> None:
    await invited(house)
    await house.press("ho1", "Dự được")
    await house.press("ho2", "Không dự được")
    await house.wait_until(at("26/03/2021 08:00"))
    await house.restart()
    await house.wait_until(at("26/03/2021 09:00"))
    reminded = [text for text in house.unread("ho1") if text.startswith("Nhắc hộ")]
    assert len(reminded) == 1
    assert "chưa cho biết" not in reminded[0]
    assert not any(text.startswith("Nhắc hộ") for text in house.unread("ho2"))
    assert any("chưa cho biết" in text for text in house.unread("ho3"))


async def test_a_group_is_invited_whole_and_nobody_else(house: House) -> None:
    await invited(house, "Cả Tổ dân phố 02")
    assert any("Kính mời" in text for text in house.unread("ho2"))
    assert house.unread("ho1") == []
    groups = house.rows("SELECT DISTINCT neighborhood_group AS name FROM meeting_households")
    assert groups == [{"name": "Tổ dân phố 02"}]


@pytest.mark.parametrize(
    "data", ["mt", "mt|", "mt|open", "mt|open|X", "mt|come|X|1", "mt|names|X|come", "mt|move|X|²", "mt|a|b|c|d"]
)
@pytest.mark.parametrize("account", ["ho1", "canbo", "lanhdao"])
async def test_a_forged_button_gets_a_sentence(house: House, account: str, data: str) -> None:
    await house.act(account, press=data)
    assert house.unread(account)[-1] == NOT_USABLE


def joined(house: House, account: str, household: str) -> None:
    """Somebody belongs to another household as well."""
    connection = open_plain(house.path)
    with transaction(connection) as tx:
        row = tx.execute("SELECT person_id FROM accounts WHERE account = ?", (account,)).fetchone()
        people.join_household(tx, household, row["person_id"], house.clock())
    connection.close()


async def test_somebody_of_several_households_answers_for_all_in_one_tap(house: House) -> None:
    joined(house, "ho1", "H013")
    await invited(house)
    [asked] = [text for text in house.unread("ho1") if text.startswith("Kính mời")]
    assert "Nguyễn Văn A (hộ giả định), Hoàng Văn P (hộ giả định)" in asked
    said = (await house.press("ho1", "Dự được"))[-1]
    assert "các hộ Nguyễn Văn A (hộ giả định), Hoàng Văn P (hộ giả định) **dự**" in said
    assert sayings(house) == {"H001": "come", "H013": "come"}


async def test_where_they_differ_it_is_asked_for_which(house: House) -> None:
    joined(house, "ho1", "H013")
    await invited(house)
    await house.press("ho1", "Dự được")
    await house.press("ho1", "Trả lời riêng từng hộ")
    await house.press("ho1", "Hoàng Văn P (hộ giả định)")
    said = (await house.press("ho1", "Không dự được"))[-1]
    assert "hộ Hoàng Văn P (hộ giả định) **không dự được**" in said
    assert sayings(house) == {"H001": "come", "H013": "away"}
    for words in ("/hop", "1"):
        await house.say("ho1", words)
    asked = (await house.press("ho1", "Cử người dự thay"))[-1]
    assert "**Cử người dự thay** là của hộ nào?" in asked
    await house.press("ho1", "Nguyễn Văn A (hộ giả định)")
    assert "hộ Nguyễn Văn A (hộ giả định) **cử chị Lan**" in (await house.say("ho1", "chị Lan"))[-1]
    assert sayings(house) == {"H001": "send", "H013": "away"}
    for words in ("/hop", "1"):
        await house.say("ho1", words)
    await house.press("ho1", "Dự được")
    await house.press("ho1", "Cả 02 hộ")
    assert sayings(house) == {"H001": "come", "H013": "come"}


async def test_nobody_answers_for_a_household_that_is_not_theirs(house: House) -> None:
    await invited(house)
    button = house.button("ho1", "Dự được").data
    for which in ("H002", "H013", "X"):
        await house.act("ho1", press=f"{button}|{which}")
        assert house.unread("ho1")[-1] == NOT_USABLE
    assert sayings(house) == {}


async def test_who_has_several_households_is_reminded_once_of_those_that_do_not_stay_away(house: House) -> None:
    joined(house, "ho1", "H013")
    await invited(house)
    await house.act("ho1", press=f"{house.button('ho1', 'Không dự được').data}|H013")
    await house.wait_until(at("26/03/2021 09:00"))
    [reminded] = [text for text in house.unread("ho1") if text.startswith("Nhắc hộ")]
    assert "Nguyễn Văn A" in reminded
    assert "Hoàng Văn P" not in reminded


async def test_whom_it_reaches_is_said_before_anything_is_sent(house: House) -> None:
    """The card says what then is so: also of somebody who wants no messages about their household."""
    await house.say("ho2", "dừng")
    await house.press("ho2", "Ngừng cả thông báo của hộ")
    house.unread("ho2")
    for words in ("/moihop", "duong chan de", "Công bố phương án", "19h30 27/3"):
        await house.say("canbo", words)
    card = (await house.say("canbo", "Nhà văn hóa tổ 5"))[-1]
    assert "Sẽ mời **46 hộ**: web 13, **không liên lạc được 33**." in card
    assert house.unread("ho1") == []
    assert "mời 46 hộ, trong đó 33 hộ không liên lạc được" in (await house.say("canbo", "gui"))[0]
    assert house.unread("ho2") == []


async def test_a_group_that_is_chosen_is_counted_by_itself(house: House) -> None:
    for words in ("/moihop", "Cả Tổ dân phố 02", "Công bố phương án", "19h30 27/3"):
        await house.say("canbo", words)
    card = (await house.say("canbo", "Nhà văn hóa tổ 5"))[-1]
    assert "Sẽ mời **8 hộ**" in card


async def test_a_portion_at_a_time_over_a_restart_and_nobody_twice(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(meetings, "PORTION", 5)
    nothing_leaves(house)
    await invited(house)
    assert house.unread("ho1") == []
    await house.engine.chores.work()
    assert len(house.rows("SELECT * FROM outbox WHERE about = (SELECT meeting_id FROM meetings)")) == 5
    await house.restart()
    all_goes(house)
    await house.settle()
    told = house.rows("SELECT chat FROM outbox WHERE about = (SELECT meeting_id FROM meetings)")
    assert len(told) == len({row["chat"] for row in told}) == 14


async def test_a_meeting_that_is_cancelled_before_all_are_told(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is invited any more once it is cancelled; everybody hears that it is not held."""
    monkeypatch.setattr(meetings, "PORTION", 5)
    nothing_leaves(house)
    await invited(house)
    await house.engine.chores.work()
    [found] = house.rows("SELECT meeting_id FROM meetings")
    await house.act("canbo", press=f"mt|cancel|{found['meeting_id']}|1")
    for words in ("Trời mưa to", "gui"):
        await house.say("canbo", words)
    all_goes(house)
    await house.settle()
    said = [row["body"] for row in house.rows("SELECT body FROM outbox WHERE about = ?", found["meeting_id"])]
    assert sum("Kính mời" in str(body) for body in said) == 5
    assert sum("không họp nữa" in str(body) for body in said) == 14
