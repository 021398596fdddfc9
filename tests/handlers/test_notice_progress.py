"""A notice's sending under the officer's control: held, gone on with, ended, sent again; its figures always add up."""

from __future__ import annotations

import json

import pytest

from bot.channels.base import DeliveryFailed, Trouble
from handlers.notices import notice_progress, notice_sending
from storage.sendings import Tally
from tests.handlers.test_notices import GONE, issue, second_officer
from tests.handlers.test_settling import Two
from tests.house import House

SECOND = 1000
REACHED = 14  # of the 46 households of the dyke road, those with somebody on the web


def nothing_leaves(house: House) -> None:
    """Turns are answered, portions and deliveries wait."""

    async def settle() -> None:
        await house.engine.inbox.answer_waiting()

    house.settle = settle  # type: ignore[method-assign]


def all_goes(house: House) -> None:
    """As always."""
    house.__dict__.pop("settle", None)


def notice_id(house: House) -> str:
    return str(house.rows("SELECT notice_id FROM notices")[0]["notice_id"])


def tally(house: House) -> Tally:
    rows = house.rows("SELECT fate, COUNT(*) AS n FROM notice_fates GROUP BY fate")
    found = Tally(**{str(row["fate"]): int(str(row["n"])) for row in rows})
    assert found.total == 46, "each household has exactly one fate"
    return found


def got(house: House) -> list[int]:
    """How often each household with a phone was told."""
    return [len([mail for mail in house.mail(f"ho{n}") if "TB2021-001" in mail.body]) for n in range(1, REACHED + 1)]


async def press(house: House, name: str, account: str = "canbo") -> str:
    """A button of the sending, and the newest answer to it, wherever it is."""
    await house.act(account, press=f"sd|{name}|{notice_id(house)}")
    body = house.rows("SELECT body FROM outbox WHERE chat = ? ORDER BY message_id DESC LIMIT 1", account)[0]["body"]
    return str(json.loads(str(body))["text"])


async def half_way(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Issued; some households are queued, nothing has left."""
    monkeypatch.setattr(notice_sending, "PORTION", 20)
    nothing_leaves(house)
    await _issue_unseen(house)
    await house.engine.chores.work()
    assert tally(house).going + tally(house).no_account == 46


async def _issue_unseen(house: House) -> None:
    all_goes(house)
    chores, house.engine.chores._chores = house.engine.chores._chores, ()
    await issue(house)
    house.engine.chores._chores = chores
    nothing_leaves(house)


async def test_held_over_a_restart_and_gone_on_with(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    await half_way(house, monkeypatch)
    assert "đang tạm dừng" in await press(house, "pause")
    all_goes(house)
    await house.settle()
    await house.restart()
    house.clock.move_to(house.clock() + 60 * SECOND)
    await house.settle()
    assert got(house) == [0] * REACHED
    assert "đang tạm dừng" in await press(house, "see")
    await press(house, "resume")
    assert got(house) == [1] * REACHED
    assert tally(house) == Tally(sent=REACHED, no_account=46 - REACHED)


async def test_held_twice_and_gone_on_with_twice(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    await half_way(house, monkeypatch)
    for name in ("pause", "pause", "resume", "resume", "pause", "resume"):
        await press(house, name)
        await house.engine.chores.work()
    all_goes(house)
    await house.settle()
    assert got(house) == [1] * REACHED


async def test_ended_and_sent_to_the_others_after_all(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    await half_way(house, monkeypatch)
    await house.engine.outboxes[0].deliver_waiting()
    first = sum(got(house))
    assert 0 < first < REACHED
    said = await press(house, "stop")
    assert f"Đã gửi {first:02d}" in said
    assert tally(house).going == 0
    all_goes(house)
    await house.settle()
    assert sum(got(house)) == first
    await press(house, "again")
    assert got(house) == [1] * REACHED
    assert tally(house) == Tally(sent=REACHED, no_account=46 - REACHED)


async def test_only_those_whom_it_did_not_reach_get_it_again(house: House) -> None:
    two = await Two(house).begin("ho1", "ho2")
    with_trouble = DeliveryFailed(Trouble.REFUSED, "too_long")
    for account in ("ho1", "ho2"):
        two.platform.fail(f"p-{account}", with_trouble)
    await house.engine.database.write(
        lambda tx: tx.execute(
            "UPDATE accounts SET unreachable = 'x' WHERE channel = 'web' AND account IN ('ho1', 'ho2')"
        )
    )
    await issue(house)
    assert tally(house).failed == 2
    house.clock.move_to(house.clock() + 3 * SECOND)
    await house.settle()
    assert any("không gửi được 02" in text for text in house.unread("canbo"))
    await house.press("canbo", "Gửi lại hộ chưa tới")
    assert sorted(chat for chat, _ in two.platform.delivered) == ["p-ho1", "p-ho2"]
    assert got(house)[2:] == [1] * (REACHED - 2)
    assert tally(house) == Tally(sent=REACHED, no_account=46 - REACHED)
    house.clock.move_to(house.clock() + 3 * SECOND)
    await house.settle()
    assert any("không gửi được 00" in text for text in house.unread("canbo"))


async def test_the_author_has_one_message_that_changes_until_the_end(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notice_sending, "PORTION", 5)
    monkeypatch.setattr(notice_progress, "SMALL", 0)
    await _issue_unseen(house)
    screens = []
    for _ in range(14):
        await house.engine.chores.work()
        await house.engine.outboxes[0].deliver_waiting()
        house.clock.move_to(house.clock() + notice_progress.LOOK_EVERY)
        screens.append(
            [mail.body for mail in house.mail("canbo") if ": đã gửi" in mail.body or "đã gửi xong" in mail.body]
        )
    assert max(map(len, screens)) == 1
    states = list(dict.fromkeys(json.loads(screen[0])["text"].partition("\n")[0] for screen in screens if screen))
    assert 2 <= len(states) <= 1 + len(notice_progress.STEPS)
    assert "đã gửi xong" in states[-1]
    assert not any("đã gửi xong" in state for state in states[:-1])
    assert tally(house).going == 0


async def test_what_is_sent_again_has_a_message_of_its_own(house: House) -> None:
    two = await Two(house).begin("ho1")
    two.platform.fail("p-ho1", DeliveryFailed(Trouble.REFUSED, "too_long"))
    await house.engine.database.write(
        lambda tx: tx.execute("UPDATE accounts SET unreachable = 'x' WHERE channel = 'web' AND account = 'ho1'")
    )
    await issue(house)
    house.clock.move_to(house.clock() + 3 * SECOND)
    await house.settle()
    await house.press("canbo", "Gửi lại hộ chưa tới")
    house.clock.move_to(house.clock() + 3 * SECOND)
    await house.settle()
    ends = [mail.body for mail in house.mail("canbo") if "đã gửi xong" in mail.body]
    assert ["không gửi được 01" in end for end in ends] == [True, False]


@pytest.mark.parametrize("name", sorted(notice_progress.ACTS))
async def test_elsewhere_is_like_nowhere(house: House, name: str) -> None:
    second_officer(house, "xa", unit="CB05")
    await issue(house)
    before = house.rows("SELECT * FROM notice_sendings")
    for account in ("xa", "lanhdao", "ho1"):
        assert (await press(house, name, account)).startswith(GONE)
    assert house.rows("SELECT * FROM notice_sendings") == before


async def test_a_withdrawn_notice_is_not_sent_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    await half_way(house, monkeypatch)
    await press(house, "stop")
    all_goes(house)
    await house.press("lanhdao", "TB2021-001")
    await house.press("lanhdao", "Thu hồi")
    await house.say("lanhdao", "Sai số thửa")
    await house.say("lanhdao", "gui")
    await press(house, "again")
    assert got(house) == [0] * REACHED
