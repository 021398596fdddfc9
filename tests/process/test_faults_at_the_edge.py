"""What the network, Telegram, an administrator and the machine do to a running product."""

from __future__ import annotations

import asyncio
import random
import socket
import sqlite3
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from tests.process.product import AWAKE, Ended, Invited, Product, looks_like_a_crash, now_here, prepare
from tests.process.town import Diary, Somebody
from tests.process.truth import DIGEST, DOUBT, Tally, check_day, check_received
from tests.process.watched import WatchedTelegram

SECRETARY = Invited(code="MOI-0022-CB22", role="secretary", unit="CB22")
OTHER = Invited(code="MOI-0006-CB06", role="secretary", unit="CB06")
RESIDENT = Invited(code="MOI-0001-HO01", role="resident", unit="PPL", household="H001")
NEIGHBOUR = Invited(code="MOI-0002-HO02", role="resident", unit="PPL", household="H002")
LEADER = Invited(code="MOI-0010-LANHDAO", role="leader", unit="PPL", name="Lãnh đạo phường")
EVERYBODY = (SECRETARY, OTHER, RESIDENT, NEIGHBOUR, LEADER)
HELLO, GREETING = "xin chào", "đang dùng hệ thống với vai trò"
MODES = pytest.mark.parametrize("mode", ["polling", "webhook"])


def product_at(fake: WatchedTelegram, folder: Path, mode: str = "polling") -> Product:
    """A product that has nothing due for hours."""
    quiet = f"{now_here() + timedelta(hours=12):%H:%M}"
    return Product(
        folder=folder, base_url=fake.base_url, token=fake.token, mode=mode, digest_at=quiet, reminder_at=quiet
    )


@asynccontextmanager
async def town(
    fake: WatchedTelegram, folder: Path, mode: str = "polling", invited: Sequence[Invited] = EVERYBODY
) -> AsyncIterator[tuple[Product, list[Somebody], Diary]]:
    """A running product and people who have joined it."""
    diary = Diary()
    people = [Somebody(fake, 600 + n, one, diary, random.Random(n)) for n, one in enumerate(invited)]
    product = product_at(fake, folder, mode)
    prepare(product.path, invited)
    async with product:
        await product.start()
        await asyncio.gather(*(somebody.join() for somebody in people))
        yield product, people, diary
        assert product.leaks(diary.words) == []
        assert not looks_like_a_crash(product.output)


async def until(condition: object, seconds: float = 20) -> None:
    """Wait for something that is about to become true."""
    async with asyncio.timeout(seconds):
        while not condition():  # type: ignore[operator]  # noqa: ASYNC110
            await asyncio.sleep(0.02)


# Receiving -------------------------------------------------------------------------------------


@MODES
async def test_every_update_comes_twice(fake: WatchedTelegram, tmp_path: Path, mode: str) -> None:
    fake.duplicate_share = 1.0
    async with town(fake, tmp_path, mode) as (product, people, diary):
        secretary, other, resident, *_ = people
        await asyncio.gather(secretary.register_model(), other.report_session(), resident.register_model())
        if mode == "polling":  # and all of the day once more, long after it was confirmed
            for update in list(fake.ledger.updates):
                assert update.id is not None
                fake.redeliver(update.id)
            await secretary.say(HELLO, GREETING)
        await product.until_nothing_waits()
        await product.stop()
        tally = Tally()
        check_day(product, fake, diary, tally)
        assert tally.extra == 0
        deliveries = sum(update.delivered for update in fake.ledger.updates)
        assert deliveries >= 2 * tally.updates
        print(f"\nduplicates, {mode}: {tally.updates} updates, {deliveries} deliveries, {tally.forms} records")


async def test_updates_in_any_order(fake: WatchedTelegram, tmp_path: Path) -> None:
    async with town(fake, tmp_path) as (product, people, _diary):
        await product.until_nothing_waits()
        await product.stop()
        before = {somebody.number: len(somebody.person.messages) for somebody in people}
        for _ in range(4):
            for somebody in people:
                await somebody.person.say(HELLO)
        fake.reorder(20)
        await product.start()
        await until(lambda: all(len(one.person.messages) >= before[one.number] + 4 for one in people))
        await product.until_nothing_waits()
        assert [len(one.person.messages) - before[one.number] for one in people] == [4] * len(people)
        await product.stop()
        check_received(product, fake, Tally())


async def test_another_bot_has_the_same_numbers(fake: WatchedTelegram, tmp_path: Path) -> None:
    async with town(fake, tmp_path, invited=[SECRETARY]) as (product, _people, _diary):
        await product.until_nothing_waits()
        await product.stop()
        async with WatchedTelegram(unlimited=True, token="987654321:TEST-token_of_the_other_BBBBBBBBBBBB") as second:
            product.base_url, product.token = second.base_url, second.token
            await product.start()
            same = second.person(600, "Bí thư")
            for _ in range(3):
                await same.say(HELLO)
                await same.wait_for(GREETING, 10)
            await product.until_nothing_waits()
            await product.stop()
            check_received(product, second, Tally())
            first = {update.id for update in fake.ledger.updates}
            assert first & {update.id for update in second.ledger.updates}


@MODES
async def test_the_disk_takes_nothing_for_a_while(fake: WatchedTelegram, tmp_path: Path, mode: str) -> None:
    async with town(fake, tmp_path, mode) as (product, people, diary):
        await product.until_nothing_waits()
        confirmed = len(fake.ledger.confirmed)
        blocker = sqlite3.connect(product.path, isolation_level=None)
        blocker.execute("BEGIN IMMEDIATE")  # somebody else's program writes, and takes its time
        asked = [asyncio.create_task(somebody.say(HELLO, GREETING)) for somebody in people]
        await asyncio.sleep(7)  # longer than one wait for the lock
        if mode == "webhook":  # the lock may be asked for twice before the platform is told
            await until(lambda: "503" in fake.webhook.get("error", ""), 60)
        assert len(fake.ledger.confirmed) == confirmed
        blocker.execute("ROLLBACK")
        blocker.close()
        await asyncio.gather(*asked)
        await product.until_nothing_waits()
        tries = max(update.delivered for update in fake.ledger.updates)
        await product.stop()
        tally = Tally()
        check_day(product, fake, diary, tally)
        assert tally.extra == 0
        print(f"\nno disk for 7 s, {mode}: {tally.updates} updates kept, at most {tries} deliveries of one")


GOOD = {"message_id": 1, "date": 1, "chat": {"id": 600, "type": "private"}, "from": {"id": 600}, "text": "alo"}
POISON = (
    {"message": "soon"},
    {"message": GOOD | {"date": "soon"}},
    {"message": GOOD | {"chat": {"id": "x", "type": "private"}}},
    {"message": GOOD | {"text": 7}},
    {"edited_message": GOOD | {"date": -1}},
    {"callback_query": {"id": "1", "from": None, "data": "x"}},
    {"my_chat_member": []},
)
NAMELESS = ("nonsense", 17, None, ["update_id"], {"update_id": "12"}, {"no": "number"})
FUTURE = ({"hologram": {"id": 1}}, {"message_reaction": {"chat": {"id": 600}}}, {"poll": {"id": "1"}})


@MODES
async def test_poison_between_good_ones(fake: WatchedTelegram, tmp_path: Path, mode: str) -> None:
    async with town(fake, tmp_path, mode) as (product, people, _diary):
        await product.until_nothing_waits()
        answers = 0
        for element in (*POISON, *NAMELESS, *FUTURE):
            fake.inject(element, number=element not in NAMELESS)
            somebody = people[answers % len(people)]
            await somebody.say(HELLO, GREETING)
            answers += 1
        await product.until_nothing_waits()
        health = await product.health()
        assert health["ok"] is True
        assert health["quarantined"] == len(POISON) + len(NAMELESS)
        states = Counter(row["state"] for row in product.rows("SELECT state FROM inbox"))
        assert states["quarantined"] == len(POISON) + len(NAMELESS)
        assert states["ignored"] == len(FUTURE)
        assert fake.pending == 0
        await product.stop()
        await product.start()  # and they are not in its way the next time
        await people[0].say(HELLO, GREETING)
        assert (await product.health())["quarantined"] == health["quarantined"]
        print(f"\npoison, {mode}: {answers} good ones answered, {health['quarantined']} set aside")


REFUSED = ("500", "502", "503")
PERHAPS = ("504", "reset", "truncated", "half_headers", "not_json", "empty", "strange")

# Sending ---------------------------------------------------------------------------------------


async def test_one_chat_that_must_wait_holds_nobody_else(fake: WatchedTelegram, tmp_path: Path) -> None:
    async with town(fake, tmp_path) as (product, people, _diary):
        held, *others = people
        fake.fault("429", "sendmessage", chat=held.number, seconds=10)
        waiting = asyncio.create_task(held.say(HELLO, GREETING))
        await until(lambda: any(call.status == 429 for call in fake.ledger.calls))
        await held.person.say(HELLO)
        for _ in range(5):
            await asyncio.gather(*(somebody.say(HELLO, GREETING) for somebody in others))
        assert not waiting.done()
        await waiting
        await held.person.wait_for(GREETING, 10)
        await product.until_nothing_waits()
        assert fake.ledger.early == 0


async def test_answers_that_do_not_arrive_well(fake: WatchedTelegram, tmp_path: Path) -> None:
    """What was surely not taken comes once; what may have been taken comes again, and no oftener than twice."""
    async with town(fake, tmp_path) as (product, people, _diary):
        await product.until_nothing_waits()
        somebody, copies = people[0], {}
        for kind in (*REFUSED, *PERHAPS):
            fake.fault(kind, "sendmessage", chat=somebody.number)
            place = len(somebody.person.messages)
            await somebody.say(HELLO, GREETING)
            await product.until_nothing_waits()
            copies[kind] = len(somebody.person.messages) - place
        print(f"\ncopies by fault: {copies}")
        assert all(copies[kind] == 1 for kind in REFUSED)
        assert all(1 <= copies[kind] <= 2 for kind in PERHAPS)


async def test_a_server_that_never_answers(fake: WatchedTelegram, tmp_path: Path) -> None:
    """A reply comes again, a summary does not: whoever was to have it is told."""
    async with town(fake, tmp_path) as (product, people, _diary):
        resident, leader = people[2], people[4]
        await product.until_nothing_waits()
        await product.stop()
        product.module = AWAKE
        due = now_here() - timedelta(minutes=3)
        product.digest_at = f"{due:%H:%M}"
        product.remember_sweep(due - timedelta(minutes=2))
        for somebody in (resident, leader):
            fake.fault("hang", "sendmessage", chat=somebody.number)
        began = time.monotonic()
        await product.start()
        place = len(resident.person.messages)
        await resident.person.say(HELLO)
        await leader.person.wait_for(DOUBT, 60)
        await until(lambda: len(resident.person.messages) == place + 2, 60)
        seconds = time.monotonic() - began
        await product.until_nothing_waits()
        summaries = [message for message in leader.person.messages if DIGEST in message and DOUBT not in message]
        assert len(summaries) == 1
        figures = await leader.press("Số liệu", "Số liệu đến")
        assert "tập thể" in figures.shown
        assert product.value("SELECT COUNT(*) FROM outbox WHERE state = 'in_doubt'") == 1
        await product.stop()
        await product.start()
        await asyncio.sleep(0.5)
        assert len([m for m in leader.person.messages if DIGEST in m and DOUBT not in m]) == 1
        print(
            f"\nno answer: reply {len(resident.person.messages) - place} copies, summary 1, told after {seconds:.0f} s"
        )


async def test_somebody_blocks_the_bot(fake: WatchedTelegram, tmp_path: Path) -> None:
    async with town(fake, tmp_path) as (product, people, _diary):
        resident = people[2]
        account = f"SELECT unreachable FROM accounts WHERE account = '{resident.number}'"
        resident.person.chat.gone = "bot was blocked by the user"  # the bot learns it from the 403
        await resident.person.say(HELLO)
        await product.until(f"SELECT EXISTS ({account} AND unreachable IS NOT NULL)")
        tried = fake.ledger.count("sendMessage")
        await people[0].say(HELLO, GREETING)
        await asyncio.sleep(1.5)
        assert fake.ledger.count("sendMessage") == tried + 1
        resident.person.chat.gone = ""
        await resident.say(HELLO, GREETING)
        assert product.value(account) is None
        await resident.person.block()  # and here from my_chat_member
        await product.until(f"SELECT EXISTS ({account} AND unreachable IS NOT NULL)")
        await resident.person.unblock()
        await product.until(f"SELECT EXISTS ({account} AND unreachable IS NULL)")
        await resident.say(HELLO, GREETING)


@pytest.mark.timeout(150)
async def test_a_token_that_is_refused_for_a_while(fake: WatchedTelegram, tmp_path: Path) -> None:
    async with town(fake, tmp_path) as (product, people, diary):
        await product.until_nothing_waits()
        await asyncio.sleep(0.2)
        fake.fault("401", times=10**6)
        began, calls = time.monotonic(), len(fake.ledger.calls)
        await product.kill()  # the poll that is open ends as well
        await product.start()
        place = [len(somebody.person.messages) for somebody in people]
        await asyncio.sleep(8)
        refused = len(fake.ledger.calls) - calls
        rate = refused / (time.monotonic() - began)
        assert refused >= 1
        assert rate <= 2
        fake.faults.clear()
        asked = [asyncio.create_task(somebody.say(HELLO, GREETING)) for somebody in people]
        await asyncio.gather(*asked)
        back = time.monotonic() - began
        fake.fault("401", "sendmessage", times=10**6)  # and when only sending is refused, what waits is kept
        for somebody in people:
            await somebody.person.say(HELLO)
        await until(lambda: any(call.method == "sendmessage" and call.status == 401 for call in fake.ledger.calls))
        sends = fake.ledger.count("sendmessage")
        await asyncio.sleep(5)
        assert fake.ledger.count("sendmessage") - sends <= 10
        assert (await product.health())["waiting"] == len(people)
        fake.faults.clear()
        await until(lambda: all(len(p.person.messages) >= n + 2 for p, n in zip(people, place, strict=True)), 90)
        await product.until_nothing_waits()
        await product.stop()
        tally = Tally()
        check_day(product, fake, diary, tally)
        assert tally.extra == 0
        print(f"\n401: {refused} calls refused, {rate:.2f}/s, receiving again after {back:.0f} s, nothing dropped")


# The machine and its administrator -------------------------------------------------------------


async def ends(product: Product) -> Ended:
    """Start a product that cannot run, and see how it says so."""
    await product.start(ready=False)
    ended = await product.ended(within=30)
    assert ended.code == 1, ended.output
    assert not looks_like_a_crash(ended.output), ended.output
    assert product.token not in ended.output
    return ended


async def test_a_second_process_on_the_same_data(fake: WatchedTelegram, tmp_path: Path) -> None:
    async with town(fake, tmp_path, invited=[SECRETARY]) as (product, people, _diary):
        second = product_at(fake, tmp_path)
        ended = await ends(second)
        assert "đang được một tiến trình khác của hệ thống dùng" in ended.output
        assert str(product.path) in ended.output
        await people[0].say(HELLO, GREETING)
        await product.kill()
        began = time.monotonic()
        await second.start()  # a killed one leaves no lock behind
        await people[0].say(HELLO, GREETING)
        await second.stop()
        print(f"\ntaken over {time.monotonic() - began:.1f} s after a kill")


async def test_a_port_in_use(fake: WatchedTelegram, tmp_path: Path) -> None:
    product = product_at(fake, tmp_path)
    with socket.socket() as somebody_else:
        somebody_else.bind(("127.0.0.1", product.port))
        somebody_else.listen()
        ended = await ends(product)
    assert f"Cổng {product.port}" in ended.output
    assert "đang có chương trình khác dùng" in ended.output


BROKEN = {
    "unknown_key": ("messages_per_second", "mesages_per_second", "messages_per_second"),
    "bad_hour": ('digest_at = "', 'digest_at = "25:00"\n#"', "ward.digest_at"),
    "no_section": ("[ward]", "[phuong]", "ward"),
    "not_toml": ("[web]", "[web", "config.toml"),
    "empty_secret": ("webhook_secret = ", 'webhook_secret = ""\n#', "webhook_secret"),
    "bad_port": ("port = ", "port = 99999\n#", "web.port"),
    "postgres": ('url = "', 'url = "postgresql://u:hunter2@h/d"\n#"', "PostgreSQL"),
}


@pytest.mark.parametrize("name", BROKEN)
async def test_a_broken_config(fake: WatchedTelegram, tmp_path: Path, name: str) -> None:
    old, new, told = BROKEN[name]
    product = product_at(fake, tmp_path, "webhook")
    product.broken = (old, new)
    ended = await ends(product)
    assert told in ended.output
    assert "hunter2" not in ended.output
    assert not product.path.exists()


async def test_no_config(fake: WatchedTelegram, tmp_path: Path) -> None:
    product = product_at(fake, tmp_path)
    product.broken = ("", None)
    ended = await ends(product)
    assert "Sao chép config.example.toml" in ended.output


async def test_data_that_is_no_database(fake: WatchedTelegram, tmp_path: Path) -> None:
    product = product_at(fake, tmp_path)
    product.path.parent.mkdir(parents=True)
    words = "Đây là một bài thơ, không phải dữ liệu.\n" * 200
    product.path.write_text(words, encoding="utf-8")
    ended = await ends(product)
    assert "không phải là dữ liệu của hệ thống" in ended.output
    assert product.path.read_text(encoding="utf-8") == words


async def test_damaged_data(fake: WatchedTelegram, tmp_path: Path) -> None:
    product = product_at(fake, tmp_path)
    prepare(product.path, [SECRETARY])
    content = bytearray(product.path.read_bytes())
    content[8192 : len(content) - 4096 : 97] = b"\x00" * len(range(8192, len(content) - 4096, 97))
    product.path.write_bytes(content)
    ended = await ends(product)
    assert "hỏng" in ended.output
    assert product.path.read_bytes() == bytes(content)


async def test_sigterm_lets_what_is_in_the_air_arrive(fake: WatchedTelegram, tmp_path: Path) -> None:
    async with town(fake, tmp_path) as (product, people, diary):
        await product.until_nothing_waits()
        place = [len(somebody.person.messages) for somebody in people]
        for somebody in people:
            fake.fault("slow", "sendmessage", chat=somebody.number, seconds=2)
            await somebody.person.say(HELLO)
        await until(lambda: all(len(p.person.messages) > n for p, n in zip(people, place, strict=True)))
        ended = await product.stop()
        assert ended.code == 0
        assert ended.seconds < 10
        assert product.value("SELECT COUNT(*) FROM outbox WHERE state <> 'sent'") == 0
        await product.start()
        await people[0].say(HELLO, GREETING)
        await product.until_nothing_waits()
        await product.stop()
        tally = Tally()
        check_day(product, fake, diary, tally)
        assert tally.extra == 0
        print(f"\nSIGTERM with {len(people)} sends in the air: {ended.seconds:.1f} s")


async def test_a_folder_that_cannot_be_made(fake: WatchedTelegram, tmp_path: Path) -> None:
    product = product_at(fake, tmp_path)
    product.path.parent.write_text("a file where the folder should be")
    assert "Không ghi được vào thư mục dữ liệu" in (await ends(product)).output


async def test_a_folder_where_the_data_should_be(fake: WatchedTelegram, tmp_path: Path) -> None:
    for _ in range(4):
        product = product_at(fake, tmp_path)
        product.path.mkdir(parents=True, exist_ok=True)
        assert "Không mở được tệp dữ liệu" in (await ends(product)).output


async def test_a_token_that_is_none(fake: WatchedTelegram, tmp_path: Path) -> None:
    product = product_at(fake, tmp_path)
    product.token = "just-words"
    assert "telegram.token" in (await ends(product)).output


async def test_sigterm_does_not_wait_for_ever(fake: WatchedTelegram, tmp_path: Path) -> None:
    async with town(fake, tmp_path, invited=[SECRETARY, RESIDENT]) as (product, people, _):
        await product.until_nothing_waits()
        for somebody in people:
            fake.fault("hang", "sendmessage", chat=somebody.number)
            await somebody.person.say(HELLO)
        await asyncio.sleep(0.5)
        ended = await product.stop()
        assert ended.code == 0
        assert ended.seconds < 10
        await product.start()
        for somebody in people:
            await somebody.say(HELLO, GREETING)
        await product.until_nothing_waits()
