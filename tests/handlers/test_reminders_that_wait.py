"""A reminder that waits in the queue is looked at again as it leaves: what was done meanwhile is not asked for."""

from __future__ import annotations

import pytest

from tests.house import House
from tests.runtime.test_scheduler import moment

HOLD = "INSERT INTO holds (channel, chat, until) VALUES ('web', ?, ?)"


async def held(house: House, chat: str, until: str) -> None:
    """The platform lets nothing pass to a chat before a moment, as after a 429 of some hours."""
    await house.engine.database.write(lambda tx: tx.execute(HOLD, (chat, moment(until))))


async def registered(house: House, account: str = "cb22") -> None:
    """The whole form, answered at once."""
    for words in ("dang ky", "3", "Ngõ xóm sạch", "Dọn vệ sinh hằng tuần", "cả chi bộ", "bo qua", "ca nam", "gui"):
        await house.act(account, text=words)


async def reported(house: House, account: str = "cb22") -> None:
    """A session, answered at once."""
    for words in ("bao cao", "hom qua", "1", "ngõ 5", "20 người", "bo qua", "bo qua", "bo qua", "gui"):
        await house.act(account, text=words)


def reminders(house: House, account: str = "cb22") -> list[str]:
    """What an account saw of reminders."""
    return [text for text in house.unread(account) if "Nhắc lại sáng mai" in text or "đang làm dở" in text]


def fates(house: House) -> list[tuple[object, object]]:
    """What became of the reminders that were queued for Chi bộ 22."""
    rows = house.rows(
        "SELECT state, why FROM outbox WHERE about LIKE 'reminder:%' AND chat = 'cb22' ORDER BY message_id"
    )
    return [(row["state"], row["why"]) for row in rows]


async def test_what_was_settled_while_it_waited_is_not_asked_for(house: House) -> None:
    await held(house, "cb22", "25/03/2021 13:30")
    await house.wait_until(moment("25/03/2021 08:00"))
    assert fates(house) == [("queued", None)]
    await house.wait_until(moment("25/03/2021 10:00"))
    await registered(house)
    await reported(house)
    await house.restart()
    await house.wait_until(moment("25/03/2021 20:00"))
    assert reminders(house) == []
    assert fates(house) == [("superseded", "settled")]


async def test_what_was_settled_in_part_is_told_as_it_is_then(house: House) -> None:
    await held(house, "cb22", "25/03/2021 13:30")
    await house.wait_until(moment("25/03/2021 10:00"))
    await registered(house)
    await house.wait_until(moment("25/03/2021 13:30"))
    (said,) = reminders(house)
    assert "**01 việc**" in said
    assert "đăng ký mô hình" not in said
    assert "gửi muộn lúc 13:30, lẽ ra lúc 08:00" in said


async def test_it_never_comes_into_a_form_that_was_opened_meanwhile(house: House) -> None:
    await held(house, "cb22", "25/03/2021 14:00")
    await house.wait_until(moment("25/03/2021 13:50"))
    await house.act("cb22", text="bao cao")
    house.unread("cb22")
    await house.wait_until(moment("25/03/2021 14:19"))
    assert reminders(house) == []
    await house.wait_until(moment("25/03/2021 14:20"))
    (said,) = reminders(house)
    assert "đang làm dở" in said
    await house.restart()
    await house.wait_until(moment("25/03/2021 20:00"))
    assert reminders(house) == []


async def test_it_waits_out_lunch_when_its_chat_is_free_again_only_then(house: House) -> None:
    await held(house, "cb22", "25/03/2021 11:45")
    await house.wait_until(moment("25/03/2021 13:29"))
    assert reminders(house) == []
    await house.wait_until(moment("25/03/2021 13:30"))
    assert len(reminders(house)) == 1


async def test_who_turned_it_off_meanwhile_is_left_in_peace(house: House) -> None:
    await held(house, "cb22", "25/03/2021 10:00")
    await house.wait_until(moment("25/03/2021 09:00"))
    await house.act("cb22", text="đừng nhắc nữa")
    house.unread("cb22")
    await house.wait_until(moment("25/03/2021 12:00"))
    assert reminders(house) == []


async def test_an_urging_that_waits_over_lunch_is_not_sent_to_who_did_it(house: House) -> None:
    await house.wait_until(moment("24/03/2021 11:40"))
    await house.act("lanhdao", text="thong ke")
    await house.press("lanhdao", "Đôn đốc")
    await house.wait_until(moment("24/03/2021 12:30"))
    await registered(house)
    await reported(house)
    house.unread("cb22")
    await house.wait_until(moment("24/03/2021 14:00"))
    assert house.unread("cb22") == []
    rows = house.rows("SELECT state FROM outbox WHERE about LIKE 'urge:%' AND chat = 'cb22'")
    assert [row["state"] for row in rows] == ["superseded"]


@pytest.mark.parametrize(("hour", "at"), [("7h sáng", "07:00"), ("20h30", "20:30"), ("19 giờ", "19:00")])
async def test_an_hour_that_somebody_chose_is_kept_though_the_ward_writes_to_nobody_then(
    house: House, hour: str, at: str
) -> None:
    await house.act("cb22", text=f"nhắc tôi lúc {hour}")
    house.unread("cb22")
    early = moment(f"26/03/2021 {at}")  # the last day
    await house.wait_until(early - 60_000)
    reminders(house)
    await house.wait_until(early)
    (said,) = reminders(house)
    assert "hạn cuối" in said
    assert "muộn" not in said


async def test_a_form_that_was_finished_in_time_leaves_what_is_still_owed(house: House) -> None:
    await house.wait_until(moment("25/03/2021 07:50"))
    for words in ("dang ky", "3", "Ngõ xóm sạch"):
        await house.act("cb22", text=words)
    await house.wait_until(moment("25/03/2021 08:10"))
    for words in ("Dọn vệ sinh", "cả chi bộ", "bo qua", "ca nam", "gui"):
        await house.act("cb22", text=words)
    house.unread("cb22")
    await house.wait_until(moment("25/03/2021 08:30"))
    (said,) = reminders(house)
    assert "**01 việc**" in said
