"""Who can't be reached on one account is written to once on the next; which is the first is decided by the last use."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.channels.base import DeliveryFailed, Trouble
from bot.core.message import Address, Lane, Outbound
from storage import outbox, people
from storage.database import open_plain, transaction
from tests.handlers.test_notices import issue
from tests.house import House
from tests.runtime.platform import Platform

MINUTE = 60_000
BLOCKED = DeliveryFailed(Trouble.UNREACHABLE, "blocked")
REFUSED = DeliveryFailed(Trouble.REFUSED, "too_long")


class Two:
    """A house whose people have a second account on another platform, which they used last."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.platform = Platform()

    async def begin(self, *accounts: str) -> Two:
        await self.house.close()
        self.house.others = [self.platform]
        with open_plain(self.house.path) as connection, transaction(connection) as tx:
            for account in accounts:
                person_id = self.person(account)
                address = Address(channel="platform", chat=f"p-{account}")
                people.add_account(tx, address, address.chat, person_id, self.house.clock() + 1)
        connection.close()
        await self.house.open()
        self.house.engine.desk.texts._sources["common.channel.platform"] = "Zalo"
        return self

    def person(self, account: str) -> str:
        return str(self.house.rows("SELECT person_id FROM accounts WHERE account = ?", account)[0]["person_id"])

    async def send(self, account: str, lane: Lane, text: str = "Một tin") -> None:
        message = Outbound(address=Address(channel="platform", chat=f"p-{account}"), text=text, lane=lane)
        await self.house.engine.database.write(
            lambda tx: outbox.put(tx, self.house.ids.new(), message, self.house.clock())
        )
        await self.deliver()

    async def deliver(self) -> None:
        """Twice: the second way begins when the first has failed."""
        await self.house.settle()
        await self.house.settle()


@pytest.fixture
def two(house: House) -> Two:
    return Two(house)


@pytest.mark.parametrize("failure", [BLOCKED, REFUSED])
@pytest.mark.parametrize("lane", [Lane.NOTICE, Lane.REMINDER, Lane.SUMMARY])
async def test_what_fails_for_good_goes_once_to_the_next_account(two: Two, lane: Lane, failure: DeliveryFailed) -> None:
    await two.begin("cb05")
    two.platform.fail("p-cb05", failure)
    await two.send("cb05", lane)
    assert two.house.unread("cb05") == ["Một tin"]
    rows = two.house.rows("SELECT state, why, instead_of FROM outbox WHERE lane = ? ORDER BY message_id", int(lane))
    assert [(row["state"], row["why"], row["instead_of"] is None) for row in rows] == [
        ("failed", failure.why, True),
        ("sent", None, False),
    ]


async def test_an_answer_stays_where_the_question_was_asked(two: Two) -> None:
    await two.begin("cb05")
    two.platform.fail("p-cb05", BLOCKED)
    await two.send("cb05", Lane.REPLY)
    assert two.house.unread("cb05") == []


@pytest.mark.parametrize("trouble", [Trouble.RETRY_LATER, Trouble.WAIT, Trouble.CHANNEL_DOWN, Trouble.IN_DOUBT])
async def test_what_may_still_arrive_goes_no_other_way(two: Two, trouble: Trouble) -> None:
    await two.begin("cb05")
    two.platform.fail("p-cb05", DeliveryFailed(trouble, "server_error", seconds=5))
    await two.send("cb05", Lane.NOTICE)
    assert two.house.unread("cb05") == []


async def test_two_ways_that_fail_end_there(two: Two) -> None:
    await two.begin("cb05")
    third = Platform()
    third.name = "third"
    two.house.others.append(third)
    with open_plain(two.house.path) as connection, transaction(connection) as tx:
        people.add_account(tx, Address(channel="third", chat="t"), "t", two.person("cb05"), two.house.clock() + 2)
    connection.close()
    await two.house.restart()
    two.platform.fail("p-cb05", BLOCKED)
    third.fail("t", BLOCKED)
    await two.send("cb05", Lane.NOTICE)
    await two.deliver()
    states = [row["state"] for row in two.house.rows("SELECT state FROM outbox WHERE lane = 1")]
    assert states == ["failed", "failed"]
    assert two.house.unread("cb05") == []


async def test_the_ledger_shows_both_ways(two: Two, tmp_path: Path) -> None:
    await two.begin("ho1")
    two.platform.fail("p-ho1", BLOCKED)
    await issue(two.house)
    await two.deliver()
    assert any("TB2021-001" in text for text in two.house.unread("ho1"))
    facts = two.house.rows(
        "SELECT d.event, d.channel, d.why FROM notice_deliveries d JOIN accounts a ON a.person_id = d.person_id"
        " WHERE a.account = 'ho1' ORDER BY d.message_id, d.event"
    )
    assert [(fact["event"], fact["channel"]) for fact in facts] == [
        ("failed", "platform"),
        ("queued", "platform"),
        ("queued", "web"),
        ("sent", "web"),
    ]
    home = str(two.house.rows("SELECT recipient_id FROM notice_deliveries WHERE event = 'failed'")[0]["recipient_id"])
    await two.house.act("canbo", press=f"l|home|{home}")
    shown = two.house.unread("canbo")[-1]
    assert "không gửi được qua Zalo" in shown
    assert "Người nhận đã chặn tin của phường: gọi điện hoặc đến nhà." in shown
    assert "đã gửi qua web" in shown


async def test_the_account_used_last_is_the_first(two: Two) -> None:
    await two.begin("cb05")
    holders = await two.house.engine.database.read(people.holders_of, people.Role.SECRETARY)
    mine = [holder for holder in holders if holder.person_id == two.person("cb05")]
    assert {holder.channel for holder in mine} == {"platform"}
    two.house.clock.move_to(two.house.clock() + 2 * MINUTE)
    await two.house.say("cb05", "/menu")
    holders = await two.house.engine.database.read(people.holders_of, people.Role.SECRETARY)
    assert {holder.channel for holder in holders if holder.person_id == two.person("cb05")} == {"web"}


async def test_while_a_platform_says_to_wait_not_even_a_tap_is_acknowledged(two: Two) -> None:
    await two.begin("cb05")
    engine, platform, chat = two.house.engine, two.platform, "p-cb05"
    await engine.take(platform, [platform.update(1, chat, "", "c|menu")])
    await two.deliver()
    assert platform.acknowledged == ["c|menu"]
    platform.fail(chat, DeliveryFailed(Trouble.WAIT, "too_many", seconds=30, everyone=True))
    await engine.take(platform, [platform.update(2, chat, "/menu")])
    await two.deliver()
    await engine.take(platform, [platform.update(3, chat, "", "c|trogiup")])
    await two.deliver()
    assert platform.acknowledged == ["c|menu"], "answered inside the wait"
    two.house.clock.move_to(two.house.clock() + 31_000)
    await engine.take(platform, [platform.update(4, chat, "", "c|menu")])
    await two.deliver()
    assert platform.acknowledged == ["c|menu", "c|menu"]
