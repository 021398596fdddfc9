"""Administrators hear once that something is wrong, and once that it is over; a copy is made every night."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import datetime, time
from pathlib import Path

import pytest

from bot.core import calendar
from bot.core.health import Seen
from bot.core.message import Address, Lane, Outbound
from bot.runtime.watchman import Copies, Watchman
from handlers.house.health import judge
from storage import backups, health, jobs, outbox
from storage.database import Tx
from tests.house import House

ADMIN = "quantri"
PLENTY = Seen(free=10**12, room=10**13)
MINUTE = 60_000
HOUR = 60 * MINUTE


class Watched:
    """The house with somebody who looks after it."""

    def __init__(self, house: House, seen: Seen = PLENTY) -> None:
        self.house = house
        self.seen = seen
        engine = house.engine
        self.copies = Copies(folder=house.folder / "copies", at=time(2), keep=3, pictures=house.folder / "media")
        self.watchman = Watchman(
            database=engine.database,
            channels=engine.channels,
            failing_jobs=lambda: engine.scheduler.failing,
            judge=lambda tx, seen: judge(
                engine.desk, tx, replace(self.seen, copy_trouble=seen.copy_trouble), engine.now()
            ),
            now=engine.now,
            wake_delivery=lambda: None,
            copies=self.copies,
        )

    async def look(self, minutes: int = 1) -> list[str]:
        """What the administrator reads after the next look."""
        self.house.clock.move_to(self.house.clock() + minutes * MINUTE)
        await self.watchman.look()
        await self.house.settle()
        return self.house.unread(ADMIN)

    async def calm(self) -> list[str]:
        """What the administrator reads when all has been well for a while."""
        return [*await self.look(), *await self.look(5)]

    async def write(self, work: object, *values: object) -> None:
        await self.house.engine.database.write(work, *values)  # type: ignore[arg-type]


@pytest.fixture
async def watched(house: House) -> Watched:
    one = Watched(house)
    await one.look()
    return one


async def test_nothing_wrong_is_no_news(watched: Watched) -> None:
    assert await watched.look() == []
    told = await watched.house.say(ADMIN, "/suckhoe")
    assert "Không có gì bất thường." in told[0]


async def test_a_platform_that_does_not_call_any_more_is_told_in_working_hours(watched: Watched) -> None:
    watched.seen = replace(PLENTY, silence={"web": 16})
    assert await watched.look() == []
    await watched.house.say("cb05", "/menu")  # a Wednesday, 08:02
    assert await watched.look(2 * 24 * 60 - 10) == [], "two working days are sixteen hours"
    (told,) = await watched.look(20)
    assert "không nhận được tin nào từ kênh web của phường, đã quá 16 giờ làm việc" in told
    assert await watched.look() == []
    await watched.house.say("cb05", "/menu")
    (over,) = await watched.calm()
    assert over.startswith("Kênh web của phường đã nhận được tin trở lại.")


async def test_a_weekend_is_no_silence(watched: Watched) -> None:
    watched.seen = replace(PLENTY, silence={"web": 16})
    watched.house.clock.move_to(calendar.instant(datetime(2021, 3, 26, 17, 30, tzinfo=calendar.ZONE)))
    await watched.house.say("cb05", "/menu")
    assert await watched.look(60 * 60) == []


async def test_a_channel_that_is_down_is_told_once_and_when_it_is_over(watched: Watched) -> None:
    await watched.write(health.falls_silent, "telegram", "no_connection", watched.house.clock())
    assert await watched.look(4) == []
    (told,) = await watched.look(2)
    assert "không gửi được tin nào qua kênh Telegram (không nối được tới máy chủ" in told
    assert await watched.look() == []
    assert "kênh Telegram" in (await watched.house.say(ADMIN, "/suckhoe"))[0]
    await watched.write(health.passes_again, "telegram")
    (over,) = await watched.calm()
    assert over.startswith("Kênh Telegram đã gửi được tin trở lại.")
    assert await watched.look() == []


async def test_news_survives_a_restart_and_is_not_told_again(watched: Watched) -> None:
    watched.seen = Seen(free=10**6, room=10**13)
    (told,) = await watched.look()
    assert "Ổ đĩa chỉ còn trống" in told
    await watched.house.restart()
    again = Watched(watched.house, watched.seen)
    assert await again.look() == []


def _late_reply(tx: Tx, house: House) -> None:
    address = Address(channel="telegram", chat="1")  # nobody delivers for this channel here
    outbox.put(tx, house.ids.new(), Outbound(address=address, text="x"), house.clock())


async def test_replies_that_do_not_leave(watched: Watched) -> None:
    await watched.write(_late_reply, watched.house)
    assert await watched.look(9) == []
    (told,) = await watched.look(2)
    assert "Có 01 tin trả lời chưa gửi được" in told


def _refused(tx: Tx, house: House, why: str) -> None:
    """A message that a platform has refused for good."""
    address = Address(channel="telegram", chat="1")
    message_id = house.ids.new()
    outbox.put(tx, message_id, Outbound(address=address, text="Lời của bà Lan"), house.clock())
    outbox.claim(tx, "telegram", house.clock(), 1)
    outbox.end_unsent(tx, message_id, "failed", why)


@pytest.mark.parametrize(
    ("why", "words"),
    [("other_400", "vì một lý do mà hệ thống chưa biết (other_400)"), ("unpaid", "tài khoản trả tiền của phường")],
)
async def test_what_only_an_administrator_can_set_right_is_told_once(watched: Watched, why: str, words: str) -> None:
    await watched.write(_refused, watched.house, why)
    await watched.write(_refused, watched.house, why)
    (told,) = await watched.look()
    assert "kênh Telegram" in told
    assert "02 tin" in told
    assert words in told
    assert "bà Lan" not in told
    await watched.write(_refused, watched.house, why)
    assert await watched.look() == []
    assert words in (await watched.house.say(ADMIN, "/suckhoe"))[0]
    assert await watched.look(24 * 60) == [], "after a day it is no news any more"


async def test_what_is_a_persons_own_affair_is_no_alarm(watched: Watched) -> None:
    for why in ("blocked", "too_long", "given_up", "unexpected_KeyError"):
        await watched.write(_refused, watched.house, why)
    assert await watched.look() == []


def _late_summary(tx: Tx, house: House) -> None:
    address = Address(channel="telegram", chat="1")
    outbox.put(tx, house.ids.new(), Outbound(address=address, text="x", lane=Lane.SUMMARY), house.clock())


async def test_a_digest_that_is_not_sent(watched: Watched) -> None:
    await watched.write(_late_summary, watched.house)
    assert await watched.look(29) == []
    (told,) = await watched.look(2)
    assert "Có 01 báo cáo chưa gửi được" in told


async def test_a_job_that_came_too_late_is_news_and_no_end_of_it(watched: Watched) -> None:
    house = watched.house
    claim = ("daily_digest", "2021-03-23", "*", house.clock())
    await watched.write(lambda tx: jobs.claim_run(tx, *claim, outcome="skipped", reason="too_late"))
    (told,) = await watched.look()
    assert "làm muộn không còn ích: ngày 23/03/2021: báo cáo nhanh hằng ngày." in told
    assert await watched.look(25 * 60) == []


async def test_a_job_that_fails_and_works_again(watched: Watched) -> None:
    watched.seen = Seen(free=10**12, room=10**13, failing_jobs=("reminder",))
    (told,) = await watched.look()
    assert "“nhắc việc” bị lỗi" in told
    watched.seen = PLENTY
    (over,) = await watched.calm()
    assert "chạy được trở lại" in over


async def test_a_channel_that_does_not_receive(watched: Watched) -> None:
    watched.seen = Seen(free=10**12, room=10**13, complaints={"telegram": "no_connection"})
    (told,) = await watched.look()
    assert "không nhận được tin từ kênh Telegram" in told


async def test_what_was_set_aside(watched: Watched) -> None:
    house = watched.house
    broken = house.web.update("broken", ADMIN, house.clock(), text="x")
    await house.engine.take(house.web, [type(broken)(key="broken", raw="{")])
    await house.settle()
    told = [text for text in await watched.look() if "chưa xử lý được" in text]
    assert told


async def test_a_copy_every_night_the_newest_three(watched: Watched) -> None:
    house = watched.house
    for day in range(25, 30):
        house.clock.move_to(calendar.instant(datetime(2021, 3, day, 2, 30, tzinfo=calendar.ZONE)))
        for _ in range(3):
            await watched.look()
    names = sorted(path.name for path in watched.copies.folder.glob("*.db"))
    assert [name[:15] for name in names] == ["danvan-20210327", "danvan-20210328", "danvan-20210329"]
    assert "Bản sao lưu mới nhất: 02:31, 29/03/2021" in (await house.say(ADMIN, "/suckhoe"))[0]


async def test_no_copy_for_two_days_is_told(watched: Watched) -> None:
    house = watched.house
    house.clock.move_to(calendar.instant(datetime(2021, 3, 25, 2, 30, tzinfo=calendar.ZONE)))
    await watched.look()
    await watched.write(jobs.set_mark, backups.TRIED, 0)
    watched.house.clock.move_to(calendar.instant(datetime(2021, 3, 26, 15, 0, tzinfo=calendar.ZONE)))
    await watched.write(lambda tx: judge(house.engine.desk, tx, PLENTY, house.clock()))
    await house.settle()
    assert any("Chưa có bản sao lưu mới từ 02:31, 25/03/2021" in text for text in house.unread(ADMIN))


# Putting back ----------------------------------------------------------------------------------


async def test_a_copy_is_whole_and_comes_back_silent(watched: Watched, tmp_path: Path) -> None:
    house = watched.house
    await house.say("cb05", "/dangky")  # a form is open in the copy
    await watched.write(_late_reply, house)
    copy = backups.make(house.path, tmp_path / "copies", house.clock(), house.folder / "media")
    await house.say("cb05", "/huy")
    await house.close()

    aside = backups.restore(copy, house.path, house.clock() + HOUR, house.folder / "media")
    assert aside is not None
    assert aside.exists()
    house.clock.move_to(house.clock() + 2 * HOUR)
    await house.open()
    sent = len(house.mail("cb05"))
    await house.say("cb05", "1")
    assert len(house.mail("cb05")) == sent  # it is heard, and nobody is answered yet
    house.clock.move_to(calendar.instant(datetime(2021, 3, 24, 17, 1, tzinfo=calendar.ZONE)))
    await house.engine.scheduler.sweep()
    await house.settle()
    assert house.mail("lanhdao") == []

    dropped = await house.engine.database.write(lambda tx: backups.release(tx, house.clock(), send=False))
    assert dropped == backups.Released(messages=1)
    await house.settle()
    assert "(2/7)" in house.unread("cb05")[-1]  # the answer to what was said meanwhile
    assert house.rows("SELECT state, why FROM outbox WHERE channel = 'telegram'") == [
        {"state": "failed", "why": "restored"}
    ]
    await house.engine.scheduler.sweep()
    await house.settle()
    assert house.mail("lanhdao") == []  # what was due while it was held is not caught up


async def test_a_copy_that_was_spoiled_is_refused(watched: Watched, tmp_path: Path) -> None:
    house = watched.house
    copy = backups.make(house.path, tmp_path / "copies", house.clock(), house.folder / "media")
    with copy.open("r+b") as file:
        file.seek(40960)
        file.write(b"\xff" * 8192)
    before = house.path.read_bytes()
    with pytest.raises(backups.BackupBroken, match="damaged"):
        backups.restore(copy, house.path, house.clock(), house.folder / "media")
    assert house.path.read_bytes() == before


@pytest.mark.parametrize(("content", "reason"), [(None, "missing"), (b"words", "damaged"), ("other", "not_ours")])
def test_what_is_no_copy_of_ours(tmp_path: Path, content: bytes | str | None, reason: str) -> None:
    path = tmp_path / "x.db"
    if content == "other":
        sqlite3.connect(path).execute("CREATE TABLE a (b)").connection.close()
    elif isinstance(content, bytes):
        path.write_bytes(content)
    with pytest.raises(backups.BackupBroken, match=reason):
        backups.prove(path)


async def test_the_month_and_the_people_of_a_plan(watched: Watched) -> None:
    for _ in range(4):
        await watched.house.say("cb05", "/menu")
    watched.seen = Seen(free=10**12, room=10**13, monthly={"web": 10}, most_people={"web": 3})
    told = await watched.look()
    assert any("đã dùng 80% số tin của tháng này" in text for text in told)
    assert any("đã đủ 03 người" in text for text in told)
    await watched.house.say("cb05", "/menu")
    assert any("chỉ trả lời tin nhắn trên kênh này" in text for text in await watched.look())
