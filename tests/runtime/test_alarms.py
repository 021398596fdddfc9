"""What an administrator hears when things come and go, after a restart, at night, and when nobody can be reached."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.health import Seen
from bot.core.message import Address, Lane, Outbound
from bot.engine import load_texts
from handlers import SUBJECTS
from handlers.house.alarms import told
from storage import health, jobs, outbox
from storage.database import Tx
from tests.house import House
from tests.runtime.test_watchman import ADMIN, HOUR, MINUTE, PLENTY, Watched

FULL = replace(PLENTY, free=10**6)
LEADER = "lanhdao"


@pytest.fixture
async def watched(house: House) -> Watched:
    one = Watched(house)
    await one.look()
    return one


async def test_what_comes_and_goes_by_the_minute_is_told_once(watched: Watched) -> None:
    heard: list[str] = []
    for minute in range(30):
        watched.seen = PLENTY if minute % 4 else FULL  # three minutes well, one not
        heard += await watched.look()
    assert len(heard) == 1
    assert "Ổ đĩa chỉ còn trống" in heard[0]
    watched.seen = PLENTY
    assert [text.split(".")[0] for text in await watched.calm()] == ["Ổ đĩa đã có đủ chỗ trống"]


async def test_what_is_not_known_yet_after_a_restart_is_not_over(watched: Watched) -> None:
    """A job that fails and a channel that complains are known again only after the first sweep and the first polls."""
    failing = replace(PLENTY, failing_jobs=("reminder",), complaints={"telegram": "refused"})
    watched.seen = failing
    assert len(await watched.look()) == 2
    await watched.house.restart()
    again = Watched(watched.house, PLENTY)
    assert await again.look() == []
    again.seen = failing
    assert await again.look() == []
    again.seen = PLENTY
    assert len(await again.calm()) == 2


async def test_an_alarm_that_began_before_a_kill_is_told_and_ended_after_it(watched: Watched) -> None:
    watched.seen = FULL
    assert len(await watched.look()) == 1
    await watched.house.restart()
    again = Watched(watched.house, PLENTY)
    assert [text.split(".")[0] for text in await again.calm()] == ["Ổ đĩa đã có đủ chỗ trống"]


async def test_days_off_are_one_message_that_names_what_was_left_out(watched: Watched) -> None:
    def three_days(tx: Tx) -> None:
        for day in ("2021-03-21", "2021-03-22", "2021-03-23"):
            for job in ("daily_digest", "reminder", "data_keeping"):
                jobs.claim_run(tx, job, day, "*", watched.house.clock(), outcome="skipped", reason="too_late")

    await watched.write(three_days)
    (told_,) = await watched.look()
    assert "ngày 21/03/2021: báo cáo nhanh hằng ngày, xóa dữ liệu đến hạn, nhắc việc; ngày 22/03/2021" in told_
    assert "ngày 23/03/2021" in (await watched.house.say(ADMIN, "/suckhoe"))[0]
    assert await watched.look() == []


async def test_a_channel_that_was_turned_off_is_no_alarm(watched: Watched) -> None:
    await watched.write(health.falls_silent, "telegram", "refused", watched.house.clock())
    watched.seen = replace(PLENTY, on=("web",))
    assert await watched.look(10) == []


def _fall_silent(tx: Tx, house: House) -> None:
    health.falls_silent(tx, "web", "refused", house.clock())


def _other_account(tx: Tx, account: str) -> None:
    """The same person has Telegram too, and used the web last."""
    tx.execute(
        "INSERT INTO accounts (channel, account, chat, person_id, joined_at)"
        " SELECT 'telegram', account, '777', person_id, 1 FROM accounts WHERE account = ?",
        (account,),
    )


async def queued(house: House) -> list[tuple[str, str]]:
    rows = house.rows("SELECT channel, chat FROM outbox WHERE state = 'queued' OR sent_at IS NOT NULL")
    return [(str(row["channel"]), str(row["chat"])) for row in rows]


async def test_an_administrator_whose_channel_is_down_hears_of_it_on_another(watched: Watched) -> None:
    await watched.write(_other_account, ADMIN)
    await watched.write(_fall_silent, watched.house)
    await watched.look(6)
    assert [(row["channel"], row["chat"]) for row in watched.house.rows("SELECT channel, chat FROM outbox")] == [
        ("telegram", "777")
    ]


async def test_when_no_administrator_can_be_reached_the_leaders_hear_of_it(watched: Watched) -> None:
    await watched.write(_other_account, LEADER)
    await watched.write(_fall_silent, watched.house)
    await watched.look(6)
    rows = watched.house.rows("SELECT channel, chat, body FROM outbox ORDER BY channel")
    assert [(row["channel"], row["chat"]) for row in rows] == [("telegram", "777"), ("web", ADMIN)]
    assert "đồng chí chuyển giúp người phụ trách máy" in str(rows[0]["body"])


async def test_where_nobody_is_administrator_the_leaders_and_the_log_hear_of_it(
    watched: Watched, caplog: pytest.LogCaptureFixture
) -> None:
    await watched.write(lambda tx: tx.execute("UPDATE memberships SET until = 1 WHERE role = 'admin'"))
    watched.seen = FULL
    assert await watched.look() == []
    (told_,) = watched.house.unread(LEADER)
    assert told_.startswith("Ổ đĩa chỉ còn trống")
    assert "Hệ thống báo đồng chí vì chưa nhắn được cho quản trị nào" in told_
    assert any("Ổ đĩa chỉ còn trống" in line for line in caplog.messages)


def _lost_digest(tx: Tx, house: House) -> None:
    address = Address(channel="telegram", chat="1")  # nobody delivers for this channel here
    message = Outbound(address=address, text="x", lane=Lane.SUMMARY)
    outbox.put(tx, house.ids.new(), message, house.clock(), about="daily_digest:2021-03-24",
               not_after=house.clock() + HOUR)  # fmt: skip


async def test_a_digest_that_was_given_up_is_not_called_sent(watched: Watched) -> None:
    await watched.write(_lost_digest, watched.house)
    (waits,) = await watched.look(31)
    assert "Có 01 báo cáo chưa gửi được" in waits
    watched.house.clock.move_to(watched.house.clock() + HOUR)
    await watched.house.engine.scheduler.sweep()
    heard = [*await watched.look(), *await watched.calm()]
    assert any("01 tin “báo cáo nhanh hằng ngày” của ngày 24/03/2021 không gửi kịp" in text for text in heard)
    assert not any("đã gửi xong" in text for text in heard)
    assert len(heard) == 2


async def test_records_that_take_nothing_are_told_past_the_outbox_once(watched: Watched) -> None:
    sent: list[str] = []

    class Open:
        complaint = ""
        limits = watched.house.web.limits

        async def send(self, message: Outbound, content: bytes = b"", link: str = "") -> str:
            sent.append(f"{message.address.chat}: {message.text}")
            return "1"

    from handlers.house.health import cry

    watched.watchman._channels = {"web": Open()}  # type: ignore[dict-item]
    watched.watchman._cry = lambda tx, trouble: cry(watched.house.engine.desk, tx, trouble)
    full = Seen(free=0, room=0)
    database = watched.house.engine.database
    await database.write(lambda tx: tx.execute("PRAGMA max_page_count = 1").fetchall())
    await database.write(lambda tx: tx.execute("CREATE TEMP TABLE t (a)"))
    for _ in range(3):
        watched.seen = replace(full, complaints={f"c{n}": "x" * 4000 for n in range(200)})
        with pytest.raises(Exception, match=r"full|not_saved"):
            await watched.watchman.look()
    assert len(sent) == 1
    assert sent[0].startswith(f"{ADMIN}: Hệ thống không ghi được dữ liệu: ổ đĩa đầy hoặc hỏng.")
    assert database.trouble == "not_saved"
    await database.write(lambda tx: tx.execute("PRAGMA max_page_count = 1000000").fetchall())
    watched.seen = PLENTY
    await watched.watchman.look()
    assert database.trouble == ""


def test_every_job_has_a_name_in_words(house: House) -> None:
    texts = load_texts()
    names = {job.name for subject in SUBJECTS for job in subject.jobs(house.engine.desk)}
    assert {name for name in names if not texts.has(f"health.job.{name}")} == set()
    assert {
        name for name in ("telegram", "zalo_oa", "zalo_bot", "web") if not texts.has(f"health.channel.{name}")
    } == set()


@pytest.mark.parametrize("why", ["token_rejected", "consent_lost", "no_name", "server_error", "conflict", "quota"])
def test_a_reason_is_told_in_words_and_not_as_a_key(why: str) -> None:
    words = told(load_texts(), "channel_down", "zalo_oa", {"why": why, "since": 24 * HOUR + MINUTE})
    assert why not in words
    assert "kênh Zalo OA (" in words
