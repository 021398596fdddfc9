"""A form left half-filled for a day is spoken of once, to those who hear of no debts."""

from __future__ import annotations

import pytest

from handlers.people.personal_data import MESSAGES
from storage import people
from tests.handlers.test_reminders_that_wait import held
from tests.house import House
from tests.runtime.test_scheduler import moment

QUESTION = "Bao giờ phường trả lời đơn của hộ tôi?"


@pytest.fixture
async def asking(house: House) -> House:
    """At four in the afternoon a resident has written a question, and not pressed that it goes."""
    await house.wait_until(moment("24/03/2021 16:00"))
    await house.say("ho2", "hỏi cán bộ")
    assert "Gửi câu hỏi này cho cán bộ?" in (await house.say("ho2", QUESTION))[0]
    return house


async def told(house: House, until: str, account: str = "ho2") -> list[str]:
    """What somebody hears of unfinished forms up to a moment."""
    await house.wait_until(moment(until))
    return [text for text in house.unread(account) if "đang làm dở" in text]


async def test_it_is_spoken_of_once_a_day_later_also_over_a_restart(asking: House) -> None:
    assert await told(asking, "26/03/2021 07:59") == []
    (said,) = await told(asking, "26/03/2021 08:00")
    assert said.startswith("Phiếu hỏi cán bộ của ông/bà đang làm dở, chưa gửi và vẫn còn nguyên")
    await asking.restart()
    assert await told(asking, "05/04/2021 20:00") == []


async def test_a_form_that_was_put_aside_is_a_form_that_waits(asking: House) -> None:
    await asking.say("ho2", "để sau")
    assert len(await told(asking, "26/03/2021 08:00")) == 1


async def test_what_was_sent_or_dropped_is_not_spoken_of(asking: House) -> None:
    await asking.press("ho2", "Gửi câu hỏi")
    assert await told(asking, "29/03/2021 20:00") == []


@pytest.mark.parametrize(
    "acts", [("gửi câu hỏi",), ("gửi câu hỏi", "hỏi cán bộ"), ("sửa mục nào",)], ids=["sent", "another", "gone on"]
)
async def test_what_was_touched_while_the_line_waited_is_not_spoken_of(asking: House, acts: tuple[str, ...]) -> None:
    await held(asking, "ho2", "26/03/2021 11:00")
    await asking.wait_until(moment("26/03/2021 09:00"))
    for words in acts:
        await asking.act("ho2", text=words)
    assert await told(asking, "26/03/2021 20:00") == []
    assert asking.rows("SELECT state FROM outbox WHERE about LIKE 'forgotten:%'") == [{"state": "superseded"}]


async def test_it_waits_for_its_platform(asking: House) -> None:
    await held(asking, "ho2", "26/03/2021 10:00")
    assert await told(asking, "26/03/2021 09:59") == []
    assert len(await told(asking, "26/03/2021 10:00")) == 1


async def test_after_a_late_start_it_comes_in_the_hours_in_which_people_are_written_to(asking: House) -> None:
    asking.clock.move_to(moment("26/03/2021 12:00"))
    assert await told(asking, "26/03/2021 13:29") == []
    assert len(await told(asking, "26/03/2021 13:30")) == 1


async def test_after_two_weeks_nobody_is_bothered(asking: House) -> None:
    asking.clock.move_to(moment("09/04/2021 08:00"))
    assert await told(asking, "09/04/2021 20:00") == []


@pytest.mark.parametrize("words", ["đừng nhắc nữa", "tắt nhắc phiếu làm dở"])
async def test_it_can_be_turned_off(house: House, words: str) -> None:
    assert "Phiếu làm dở: **tắt**" in (await house.say("ho2", words))[0]
    await house.say("ho2", "hỏi cán bộ")
    assert await told(house, "29/03/2021 20:00") == []


async def test_who_has_not_agreed_to_be_written_to_is_not(asking: House) -> None:
    (row,) = asking.rows("SELECT person_id FROM accounts WHERE account = 'ho2'")
    end = "UPDATE consents SET withdrawn_at = 1 WHERE person_id = ? AND purpose = ?"
    await asking.engine.database.write(lambda tx: tx.execute(end, (row["person_id"], MESSAGES)))
    assert await told(asking, "29/03/2021 20:00") == []


@pytest.mark.parametrize("words", ["tắt nhắc phiếu làm dở", "/dungnhac"])
async def test_who_changes_their_mind_while_the_line_waits_hears_nothing(asking: House, words: str) -> None:
    await asking.say("ho2", "để sau")
    await held(asking, "ho2", "26/03/2021 11:00")
    await asking.wait_until(moment("26/03/2021 09:00"))
    touched = "UPDATE conversations SET acted_at = ? WHERE sender = 'ho2'"  # so that only the wish can be the reason
    await asking.act("ho2", text=words)
    await asking.engine.database.write(lambda tx: tx.execute(touched, (moment("24/03/2021 16:00"),)))
    assert await told(asking, "29/03/2021 20:00") == []
    assert asking.rows("SELECT state FROM outbox WHERE about LIKE 'forgotten:%'") == [{"state": "superseded"}]


async def test_who_is_it_no_more_hears_nothing(house: House) -> None:
    await house.say("canbo", "thông báo")
    (row,) = house.rows("SELECT person_id, unit_id FROM memberships WHERE role = 'officer' AND person_id = "
                        "(SELECT person_id FROM accounts WHERE account = 'canbo')")  # fmt: skip
    person_id, unit_id = str(row["person_id"]), str(row["unit_id"])
    await house.engine.database.write(people.end_membership, person_id, unit_id, "officer", house.clock())
    assert await told(house, "29/03/2021 20:00", "canbo") == []


async def test_a_secretary_hears_of_it_at_the_own_hour(house: House) -> None:
    """With the reminder, which is for those who may owe something."""
    for words in ("nhắc tôi lúc 10h", "gửi", "tắt nhắc mô hình", "tắt nhắc buổi"):
        await house.say("cb22", words)
    await house.wait_until(moment("24/03/2021 16:00"))
    await house.say("cb22", "hỏi cán bộ")
    assert await told(house, "26/03/2021 09:59", "cb22") == []
    assert len(await told(house, "26/03/2021 10:00", "cb22")) == 1
    assert await told(house, "29/03/2021 20:00", "cb22") == []
