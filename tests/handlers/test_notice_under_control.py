"""A sending in the hands of several officers, in words and by buttons, in any order: it stops when it is told to."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from random import Random, randrange

import pytest

import tests.house
from bot.channels.base import DeliveryFailed, Trouble
from storage import backups, jobs, personal_data
from storage.sendings import Tally
from tests.handlers.test_notice_progress import (
    REACHED,
    all_goes,
    got,
    half_way,
    nothing_leaves,
    notice_id,
    press,
    tally,
)
from tests.handlers.test_notices import issue, second_officer, states
from tests.handlers.test_settling import Two
from tests.house import WARD, House

MINUTE = 60_000
DAY = 24 * 60 * MINUTE
SEED = int(os.environ.get("SEED", "0")) or randrange(1, 10**6)
AGAIN_LATER = DeliveryFailed(Trouble.RETRY_LATER, "server_error")
WAIT_LONG = DeliveryFailed(Trouble.WAIT, "too_many", seconds=10_072)


async def in_the_air(house: House) -> tuple[Two, asyncio.Task[None]]:
    """A notice of which the message to one household is being sent and does not come back yet; the web waits."""
    two = await Two(house).begin("ho1")
    await issue_unsent(house)
    await house.engine.chores.work()
    two.platform.gate.clear()
    sending = asyncio.create_task(house.engine.outboxes[1].deliver_waiting())
    async with asyncio.timeout(30):
        while not two.platform.attempts:  # noqa: ASYNC110 - the platform has no event for it
            await asyncio.sleep(0)
    return two, sending


async def issue_unsent(house: House) -> None:
    """Approved; nothing of it is queued or sent from now on but by hand."""
    chores, house.engine.chores._chores = house.engine.chores._chores, ()
    await issue(house)
    house.engine.chores._chores = chores
    nothing_leaves(house)


async def comes_back(two: Two, sending: asyncio.Task[None], *failures: DeliveryFailed) -> None:
    two.platform.fail("p-ho1", *failures)
    two.platform.gate.set()
    await sending


@pytest.mark.parametrize("failure", [AGAIN_LATER, WAIT_LONG, DeliveryFailed(Trouble.IN_DOUBT, "reset")])
async def test_what_was_in_the_air_when_it_was_ended_is_not_tried_again(house: House, failure: DeliveryFailed) -> None:
    two, sending = await in_the_air(house)
    await press(house, "stop")
    assert tally(house).going == 1, "nobody knows yet"
    await comes_back(two, sending, failure)
    house.clock.move_to(house.clock() + DAY)
    all_goes(house)
    await house.settle()
    assert len(two.platform.attempts) == 1
    assert tally(house) == Tally(stopped=REACHED, no_account=46 - REACHED)


@pytest.mark.parametrize("failure", [AGAIN_LATER, WAIT_LONG])
async def test_what_was_in_the_air_when_it_was_held_goes_on_with_the_rest(
    house: House, failure: DeliveryFailed
) -> None:
    two, sending = await in_the_air(house)
    await press(house, "pause")
    await comes_back(two, sending, failure)
    house.clock.move_to(house.clock() + DAY)
    all_goes(house)
    await house.settle()
    assert len(two.platform.attempts) == 1
    await press(house, "resume")
    assert [chat for chat, _ in two.platform.delivered] == ["p-ho1"]
    assert tally(house) == Tally(sent=REACHED, no_account=46 - REACHED)


async def test_what_arrived_though_it_was_held_is_not_sent_again(house: House) -> None:
    two, sending = await in_the_air(house)
    await press(house, "pause")
    await comes_back(two, sending)
    all_goes(house)
    await press(house, "resume")
    assert len(two.platform.delivered) == 1
    assert tally(house) == Tally(sent=REACHED, no_account=46 - REACHED)


async def test_blocked_in_the_air_when_it_was_ended_goes_no_other_way(house: House) -> None:
    two, sending = await in_the_air(house)
    await press(house, "stop")
    await comes_back(two, sending, DeliveryFailed(Trouble.UNREACHABLE, "blocked"))
    all_goes(house)
    await house.settle()
    assert got(house) == [0] * REACHED


async def test_who_has_it_from_the_air_hears_of_a_withdrawal(house: House) -> None:
    two, sending = await in_the_air(house)
    await house.act("lanhdao", press=f"w|withdraw|{notice_id(house)}|2")
    for words in ("Sai số thửa", "gui"):
        await house.act("lanhdao", text=words)
    await comes_back(two, sending)
    all_goes(house)
    await house.settle()
    assert len(two.platform.delivered) == 2
    assert "thu hồi" in two.platform.delivered[1][1]


async def test_it_ends_though_somebody_had_their_data_deleted_on_the_way(house: House) -> None:
    await issue_unsent(house)
    await house.engine.chores.work()
    person_id = Two(house).person("ho1")
    await house.engine.database.write(
        lambda tx: personal_data.forget_person(tx, "none", person_id, "(đã xóa)", house.clock())
    )
    all_goes(house)
    house.clock.move_to(house.clock() + MINUTE)
    await house.settle()
    house.clock.move_to(house.clock() + MINUTE)
    await house.settle()
    assert tally(house) == Tally(sent=REACHED - 1, no_account=46 - REACHED + 1)
    assert any("đã gửi xong" in text for text in house.unread("canbo"))


async def test_what_a_copy_that_was_put_back_does_not_send_can_be_sent_again(house: House) -> None:
    await issue_unsent(house)
    await house.engine.chores.work()
    await house.engine.database.write(lambda tx: jobs.set_mark(tx, backups.RESTORED_AT, house.clock()))
    await house.engine.database.write(lambda tx: backups.release(tx, house.clock(), send=False))
    assert tally(house) == Tally(failed=REACHED, no_account=46 - REACHED)
    all_goes(house)
    await press(house, "again")
    assert got(house) == [1] * REACHED


async def test_the_author_hears_what_another_officer_does_to_it(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    second_officer(house)
    await half_way(house, monkeypatch)
    house.unread("canbo")
    await house.act("canbo2", text="tạm dừng gửi")
    all_goes(house)
    await house.settle()
    (told,) = house.unread("canbo")
    assert "Cán bộ canbo2 (giả định) đã **tạm dừng gửi** thông báo TB2021-001 lúc 08:00." in told
    await house.press("canbo", "Gửi tiếp")
    assert got(house) == [1] * REACHED
    assert "đã **" not in "\n".join(house.unread("canbo"))


async def test_in_words_at_any_moment(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Chưa có thông báo nào" in "\n".join(await house.say("canbo", "tiến độ"))
    await half_way(house, monkeypatch)
    all_goes(house)
    said = []
    monkeypatch.setattr(house.engine.chores, "_chores", ())
    for words in ("/thongbao", "tạm dừng gửi", "tạm dừng gửi", "gửi tiếp", "gửi tiếp", "dừng hẳn", "dừng hẳn"):
        nothing_leaves(house)
        await house.act("canbo", text=words)
        row = house.rows("SELECT body FROM outbox WHERE chat = 'canbo' ORDER BY message_id DESC LIMIT 2")
        said.append(" ".join(str(one["body"]) for one in row))
    assert ["đang tạm dừng" in text for text in said[1:4]] == [True, False, False]
    assert "không có thông báo nào đang gửi để tạm dừng" in said[2]
    assert "không có thông báo nào đang tạm dừng" in said[4]
    assert "đã gửi xong" in said[5], said[5]
    assert "không có thông báo nào đang gửi" in said[6]
    assert tally(house).stopped >= REACHED


# -- taking it back -----------------------------------------------------------------------------


@pytest.fixture
async def careful(house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """A ward that leaves two minutes to think."""
    monkeypatch.setattr(tests.house, "WARD", replace(WARD, undo=2 * MINUTE))
    await house.restart()
    return house


async def test_an_approval_can_be_taken_back_for_two_minutes(careful: House) -> None:
    await issue(careful)
    assert "sẽ gửi lúc **08:02** cho 46 hộ" in careful.mail("lanhdao")[-1].body.replace("\\u0002", "**").replace(
        "\\u0003", "**"
    )
    await careful.restart()
    careful.clock.move_to(careful.clock() + 2 * MINUTE - 1)
    await careful.settle()
    assert got(careful) == [0] * REACHED
    said = "\n".join(await careful.press("lanhdao", "Hủy gửi"))
    assert "chưa hộ nào nhận" in said
    assert "đã hủy gửi thông báo **TB2021-001**" in "\n".join(careful.unread("canbo"))
    careful.clock.move_to(careful.clock() + DAY)
    await careful.restart()
    assert got(careful) == [0] * REACHED
    assert states(careful) == [("TB2021-001", "submitted")]
    await careful.press("lanhdao", "TB2021-001")
    await careful.press("lanhdao", "Duyệt và gửi")
    careful.clock.move_to(careful.clock() + 2 * MINUTE)
    await careful.settle()
    assert got(careful) == [1] * REACHED


async def test_after_two_minutes_it_is_too_late(careful: House) -> None:
    await issue(careful)
    button = careful.button("canbo", "Hủy gửi")
    careful.clock.move_to(careful.clock() + 2 * MINUTE)
    await careful.act("canbo", press=button.data)
    assert "đã bắt đầu gửi nên không hủy được nữa" in "\n".join(careful.unread("canbo"))
    assert got(careful) == [1] * REACHED


async def test_a_version_that_was_to_be_replaced_counts_again(careful: House) -> None:
    await issue(careful)
    careful.clock.move_to(careful.clock() + 3 * MINUTE)
    await careful.settle()
    await careful.press("canbo", "TB2021-001")
    await careful.press("canbo", "Làm bản sửa")
    for words in ("Đã sửa diện tích.", "bo qua"):
        await careful.act("canbo", text=words)
    await careful.press("canbo", "Lưu, xem lại")
    await careful.press("canbo", "Trình duyệt")
    await careful.press("lanhdao", "Xem thông báo")
    await careful.press("lanhdao", "Duyệt và gửi")
    assert [state for _, state in states(careful)] == ["replaced", "issued"]
    await careful.press("canbo", "Hủy gửi")
    assert [state for _, state in states(careful)] == ["issued", "submitted"]


# -- in any order -------------------------------------------------------------------------------


async def test_whatever_two_officers_do_in_whatever_order(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each household has one fate after every step, and in the end each has the notice once."""
    print(f"seed {SEED}")
    chance = Random(SEED)
    second_officer(house)
    await half_way(house, monkeypatch)
    for _ in range(60):
        act = chance.choice(("pause", "resume", "stop", "again", "see", "new", "work", "send", "restart", "later"))
        if act == "work":
            await house.engine.chores.work()
        elif act == "send":
            for parcel in await house.engine.outboxes[0]._claim(chance.randrange(1, 6)):
                await house.engine.outboxes[0]._deliver_line([parcel])
        elif act == "restart":
            nothing_leaves(house)
            await house.restart()
        elif act == "later":
            house.clock.move_to(house.clock() + chance.randrange(1, 5_000))
        else:
            await press(house, act, chance.choice(("canbo", "canbo2")))
        assert max(got(house)) <= 1, f"seed {SEED}"
        tally(house)
    all_goes(house)
    for act in ("resume", "again"):
        await press(house, act)
        await house.settle()
    assert got(house) == [1] * REACHED, f"seed {SEED}"
    assert tally(house) == Tally(sent=REACHED, no_account=46 - REACHED)
    house.clock.move_to(house.clock() + MINUTE)
    await house.settle()
    assert any("đã gửi xong" in mail.body for mail in house.mail("canbo"))
