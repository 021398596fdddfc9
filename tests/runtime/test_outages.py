"""A platform keeps for a while what it can't hand to us. After longer, who may have written is asked to write again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from storage import backups, health, outages
from storage.outages import Outage
from tests.house import House
from tests.runtime.test_watchman import HOUR, MINUTE, PLENTY, Watched

KEEPS_A_DAY = replace(PLENTY, keeps={"web": 24})
PEOPLE = ("cb05", "ho1", "ho2", "cb22", "quantri")
STAFF = (
    "Từ 08:02, 24/03/2021 đến {until}, hệ thống không nhận được tin. Nếu đồng chí có nhắn trong lúc đó mà chưa được "
    "trả lời, đồng chí nhắn lại giúp. Những gì đã ghi trước đó vẫn còn đủ."
)


@pytest.fixture
async def watched(house: House) -> Watched:
    """At 08:02 a secretary and a resident have written; the last look was at the same minute."""
    one = Watched(house, KEEPS_A_DAY)
    await one.look()
    for account in ("cb05", "ho1"):
        await house.say(account, "/menu")
    await one.look()
    for account in PEOPLE:
        house.unread(account)
    return one


async def back_after(watched: Watched, minutes: int) -> Mapping[str, list[str]]:
    """What people read when a new process has looked for the first time after so many minutes."""
    house = watched.house
    house.clock.move_to(house.clock() + minutes * MINUTE)
    await Watched(house, watched.seen).watchman.look()
    await house.settle()
    return {account: [text for text in house.unread(account) if "nhắn lại" in text] for account in PEOPLE}


async def test_who_wrote_lately_is_asked_to_write_again_once(watched: Watched) -> None:
    read = await back_after(watched, 24 * 60 + 30)
    assert read["cb05"] == [STAFF.format(until="08:32, 25/03/2021")]
    assert read["ho1"] == [STAFF.format(until="08:32, 25/03/2021").replace("đồng chí", "ông/bà")]
    assert not any(texts for account, texts in read.items() if account not in ("cb05", "ho1"))
    assert not any((await back_after(watched, 1)).values())


@pytest.mark.parametrize("minutes", [1, 60, 24 * 60])
async def test_what_the_platform_has_kept_is_not_asked_for(watched: Watched, minutes: int) -> None:
    assert not any((await back_after(watched, minutes)).values())


async def test_a_channel_where_people_see_that_we_are_away_asks_nobody(watched: Watched) -> None:
    watched.seen = PLENTY
    assert not any((await back_after(watched, 30 * 60)).values())


async def test_a_machine_that_slept_was_away(watched: Watched) -> None:
    await watched.look(24 * 60 + 30)
    assert STAFF.format(until="08:32, 25/03/2021") in watched.house.unread("cb05")


@pytest.mark.parametrize("doubt", ["jumped", "far", "back"])
async def test_a_clock_in_doubt_asks_nobody_until_it_is_believed(watched: Watched, doubt: str) -> None:
    for days, clock in ((2, doubt), (-2, doubt), (0, "")):  # it went wrong, and was set right
        watched.seen = replace(KEEPS_A_DAY, clock=clock)
        assert not any((await back_after(watched, days * 24 * 60)).values())
    for clock, asked in ((doubt, 0), ("", 1)):  # it stays where it is
        watched.seen = replace(KEEPS_A_DAY, clock=clock)
        assert len((await back_after(watched, 15 * 60))["cb05"]) == asked


async def test_nobody_is_woken_for_it(watched: Watched) -> None:
    read = await back_after(watched, 39 * 60)  # 23:02
    assert not any(read.values())
    await watched.house.wait_until(watched.house.clock() + 9 * HOUR)
    assert STAFF.format(until="23:02, 25/03/2021") in watched.house.unread("cb05")


async def test_a_platform_that_lets_nothing_pass_for_days_does_not_bring_it_then(watched: Watched) -> None:
    house = watched.house
    hold = "INSERT INTO holds (channel, chat, until) VALUES ('web', '', ?)"
    await house.engine.database.write(lambda tx: tx.execute(hold, (house.clock() + 5 * 24 * HOUR,)))
    await back_after(watched, 25 * 60)
    await house.wait_until(house.clock() + 6 * 24 * HOUR)
    assert "nhắn lại" not in str(house.unread("cb05"))


async def test_who_has_not_written_for_weeks_is_not_asked(watched: Watched) -> None:
    for _ in range(20):
        await watched.look(24 * 60)
    await watched.house.say("ho1", "/menu")
    await watched.look()
    read = await back_after(watched, 30 * 60)
    assert (len(read["cb05"]), len(read["ho1"])) == (0, 1)


async def test_a_channel_that_was_down_for_longer_counts_as_being_away(watched: Watched) -> None:
    await watched.write(health.falls_silent, "web", "no_connection", watched.house.clock())
    for _ in range(26):
        await watched.look(60)
    await watched.write(health.passes_again, "web")
    assert "nhắn lại" not in str(watched.house.unread("cb05")), "it has only just come back"
    await watched.calm()
    assert STAFF.format(until="10:03, 25/03/2021") in watched.house.unread("cb05")
    watched.house.unread("ho1")
    assert not any((await back_after(watched, 1)).values())


async def test_a_channel_that_keeps_nothing_or_was_turned_off_asks_nobody_when_it_is_over(watched: Watched) -> None:
    watched.seen = PLENTY
    await watched.write(health.falls_silent, "web", "no_connection", watched.house.clock())
    for _ in range(26):
        await watched.look(60)
    await watched.write(health.passes_again, "web")
    await watched.calm()
    assert watched.house.rows("SELECT 1 FROM outages") == []


async def test_an_outage_that_two_signs_tell_is_one(watched: Watched) -> None:
    now = watched.house.clock()
    first = Outage(outage_id="1", channel="web", began_at=now - 30 * HOUR, ended_at=now)
    for outage in (first, replace(first, outage_id="2", began_at=now - 40 * HOUR), replace(first, channel="telegram")):
        await watched.write(outages.note, replace(outage, outage_id=outage.channel + outage.outage_id))
    assert watched.house.rows("SELECT COUNT(*) AS n FROM outages WHERE channel = 'web'") == [{"n": 1}]
    assert watched.house.rows("SELECT COUNT(*) AS n FROM outages") == [{"n": 2}]


async def test_each_is_told_once_whatever_the_portions(watched: Watched) -> None:
    now = watched.house.clock()
    await watched.write(outages.note, Outage(outage_id="1", channel="web", began_at=now, ended_at=now))
    told: list[str] = []
    database = watched.house.engine.database
    while outage := await database.read(outages.open_outage):
        told += [one.account for one in await database.write(outages.tell_some, outage, 14 * 24 * HOUR, 1, now)]
    assert sorted(told) == ["cb05", "ho1"]
    assert watched.house.rows("SELECT after_account, finished_at FROM outages") == [
        {"after_account": "", "finished_at": now}
    ], "nobody is remembered for having been told last"


async def test_a_copy_that_was_put_back_asks_nobody(watched: Watched) -> None:
    """Another life of the product was there meanwhile, whether the copy is released before its first start or after."""
    house, media = watched.house, watched.house.folder / "media"
    copy = backups.make(house.path, house.folder / "copies", house.clock(), media)
    for released_first in (False, True):
        await house.close()
        house.clock.move_to(house.clock() + 30 * HOUR)
        backups.restore(copy, house.path, house.clock(), media)
        house.clock.move_to(house.clock() + 30 * HOUR)
        await house.open()
        if released_first:
            await house.engine.database.write(backups.release, house.clock(), send=False)
        await back_after(watched, 1)
        assert house.rows("SELECT 1 FROM outages") == []
