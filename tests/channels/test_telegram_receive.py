"""Nothing is confirmed to Telegram before it is stored, and nothing unreadable stops the line."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Sequence
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.channels.base import Forbidden, Unreadable
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_webhook import EVERY, Waiting
from bot.core.message import Update
from tests.channels.telegram_kit import HASTY, Inbox, Pauses, connect, listening, until
from tests.channels.test_telegram_trouble import free_port
from tests.fakes.telegram import TOKEN, FakeTelegram
from tests.fakes.telegram_people import Person

SECRET = "webhook-Secret_1"


# --- polling ---


async def test_updates_come_in_order_with_their_ids(channel: TelegramChannel, fake: FakeTelegram, linh: Person) -> None:
    inbox = Inbox()
    for number in range(250):
        await linh.say(f"number {number}")
    async with listening(channel, inbox):
        await until(lambda: len(inbox.updates) == 250 and fake.pending == 0)
    assert inbox.keys == [str(update.id) for update in fake.ledger.updates]
    assert [channel.parse(update.raw) is not None for update in inbox.updates] == [True] * 250
    assert fake.ledger.count("getUpdates") == 3, "three batches; the poll that waits has no answer yet"


async def test_an_update_is_confirmed_only_after_it_was_taken(
    channel: TelegramChannel, fake: FakeTelegram, linh: Person
) -> None:
    entered, leave = asyncio.Event(), asyncio.Event()

    async def take(updates: Sequence[Update]) -> None:
        entered.set()
        await leave.wait()

    await linh.say("precious")
    async with listening(channel, take):
        await entered.wait()
        await asyncio.sleep(0.05)
        assert fake.ledger.confirmed == [], "still in the hands of take"
        assert fake.ledger.count("getUpdates") == 1
        leave.set()
        await until(lambda: fake.ledger.confirmed)
    assert fake.ledger.confirmed[0].how == "offset"


async def test_what_could_not_be_stored_is_asked_for_again(fake: FakeTelegram, linh: Person) -> None:
    pauses, inbox = Pauses(), Inbox(refusals=3)
    channel = connect(fake, pause=pauses)
    number = await linh.say("precious")
    async with listening(channel, inbox):
        await until(lambda: inbox.updates)
        await until(lambda: fake.pending == 0)
    assert inbox.batches == 4
    assert inbox.keys == [str(number)]
    assert fake.ledger.updates[0].delivered == 4
    assert len(pauses.seconds) == 3
    await channel.close()


async def test_a_process_that_dies_before_storing_loses_nothing(fake: FakeTelegram, linh: Person) -> None:
    number = await linh.say("precious")
    first, stuck = connect(fake), asyncio.Event()

    async def hang(_: Sequence[Update]) -> None:
        stuck.set()
        await asyncio.Event().wait()

    async with listening(first, hang):
        await stuck.wait()
    await first.close()
    second, inbox = connect(fake), Inbox()
    async with listening(second, inbox):
        await until(lambda: inbox.keys == [str(number)])
    await second.close()


MALFORMED: list[Any] = [
    "words",
    7,
    None,
    [],
    {"message": {"text": "no number"}},
    {"update_id": "5", "message": {}},
    {"update_id": True},
    {"update_id": 1.5},
    {"update_id": -3},
    {"update_id": 10**30},
    {"update_id": None, "deep": [[[[[{}]]]]]},
]


async def test_malformed_updates_are_kept_and_the_line_moves_on(
    channel: TelegramChannel, fake: FakeTelegram, linh: Person
) -> None:
    inbox = Inbox()
    first = await linh.say("before")
    for element in MALFORMED:
        fake.inject(element, number=False)
    bad_field = fake.inject({"message": {"date": "soon", "text": "\ud800\x00"}})
    last = await linh.say("after")
    async with listening(channel, inbox):
        await until(lambda: str(last) in inbox.keys and fake.pending == 0)
        assert [key for key in inbox.keys if key.isdigit()] == [str(first), str(bad_field), str(last)]
        await linh.say("and on")
        await until(lambda: len(inbox.updates) == len(MALFORMED) + 4)
    strange = [update for update in inbox.updates if not update.key.isdigit()]
    assert len({update.key for update in strange}) == len(MALFORMED)
    assert all(update.key.startswith("x:") and len(update.key) == 66 for update in strange)
    for update in [*strange, inbox.updates[len(MALFORMED) + 1]]:
        assert update.raw.isascii()
        with pytest.raises(Unreadable):
            channel.parse(update.raw)
    assert [json.loads(update.raw) for update in strange] == MALFORMED


async def test_a_batch_of_nothing_but_strangeness_is_no_hot_loop(
    fake: FakeTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def same_again(_: object) -> bytes:
        return b'{"ok":true,"result":["strange"]}'

    monkeypatch.setattr(fake, "_get_updates", same_again)
    pauses, inbox = Pauses(), Inbox()
    channel = connect(fake, pause=pauses)
    async with listening(channel, inbox):
        await until(lambda: len(pauses.seconds) > 8)
    assert len(set(inbox.keys)) == 1
    assert_backing_off(pauses.seconds)
    await channel.close()


def assert_backing_off(seconds: list[float]) -> None:
    assert 0.75 <= seconds[0] <= 1.25
    assert all(0.75 * 2**n <= pause <= 1.25 * 2**n for n, pause in enumerate(seconds[:5]))
    assert max(seconds) <= 30 * 1.25
    assert seconds[-1] >= 30 * 0.75


@pytest.mark.parametrize(
    "kind", ["401", "404", "409", "500", "502", "reset", "truncated", "not_json", "redirect", "empty"]
)
async def test_a_failing_poll_backs_off_and_comes_back(
    fake: FakeTelegram, linh: Person, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    caplog.set_level(logging.INFO, "bot")
    pauses, inbox = Pauses(), Inbox()
    channel = connect(fake, pause=pauses)
    fake.fault(kind, "getUpdates", times=7, after=False)
    await linh.say("patience")
    async with listening(channel, inbox):
        await until(lambda: inbox.updates)
        await until(lambda: fake.pending == 0)
    assert len(pauses.seconds) == 7
    assert_backing_off(pauses.seconds)
    lines = [record.getMessage() for record in caplog.records if record.name.startswith("bot")]
    assert len(lines) == 2, "one line when it stops, one when it is back"
    assert lines[1].endswith("receiving again")
    await channel.close()


async def test_a_server_that_does_not_hold_the_poll_is_no_hot_loop(fake: FakeTelegram) -> None:
    pauses = Pauses()
    channel = connect(fake, pause=pauses, poll_seconds=0)
    async with listening(channel, Inbox()):
        await until(lambda: len(pauses.seconds) > 8)
    assert_backing_off(pauses.seconds)
    await channel.close()


async def test_a_poll_told_to_wait_waits_that_long(fake: FakeTelegram) -> None:
    pauses = Pauses()
    channel = connect(fake, pause=pauses)
    fake.fault("429", "getUpdates", seconds=77)
    async with listening(channel, Inbox()):
        await until(lambda: pauses.seconds)
    assert pauses.seconds == [77]
    await channel.close()


async def test_a_quiet_poll_is_not_taken_for_a_failure(fake: FakeTelegram, linh: Person) -> None:
    """The long poll outlasts the ordinary read timeout."""
    pauses, inbox = Pauses(), Inbox()
    channel = connect(fake, pause=pauses, poll_seconds=1, timeouts=HASTY)
    async with listening(channel, inbox):
        await asyncio.sleep(0.6)
        await linh.say("at last")
        await until(lambda: inbox.updates)
    assert pauses.seconds == []
    await channel.close()


async def test_a_webhook_left_behind_is_removed_and_its_updates_are_kept(fake: FakeTelegram, linh: Person) -> None:
    async with aiohttp.ClientSession() as session:
        await session.post(f"{fake.base_url}/bot{TOKEN}/setWebhook", json={"url": "http://127.0.0.1:9/dead"})
    number = await linh.say("waiting at the dead webhook")
    channel, inbox = connect(fake), Inbox()
    async with listening(channel, inbox):
        await until(lambda: inbox.keys == [str(number)])
    assert fake.ledger.count("deleteWebhook") == 1
    await channel.close()


async def test_two_pollers_do_not_fight(fake: FakeTelegram, linh: Person) -> None:
    pauses, inbox = Pauses(), Inbox()
    first, second = connect(fake, pause=pauses), connect(fake, pause=pauses)
    async with listening(first, inbox):
        await until(lambda: fake.ledger.count("getUpdates") or fake._poller)
        async with listening(second, inbox):
            await until(lambda: pauses.seconds)
            number = await linh.say("to whoever is there")
            await until(lambda: str(number) in inbox.keys)
    await first.close()
    await second.close()


async def test_we_ask_for_what_we_read_and_nothing_else(channel: TelegramChannel, fake: FakeTelegram) -> None:
    async with listening(channel, Inbox()):
        await until(lambda: fake.allowed)
    assert fake.allowed == ["message", "edited_message", "callback_query", "my_chat_member"]


@pytest.mark.parametrize("start", [50, 10**6])
async def test_after_an_idle_week_the_ids_may_start_anywhere(fake: FakeTelegram, linh: Person, start: int) -> None:
    time, inbox = [0.0], Inbox()
    channel = connect(fake, monotonic=lambda: time[0], poll_seconds=1)
    async with listening(channel, inbox):
        await linh.say("before the holidays")
        await until(lambda: fake.pending == 0 and inbox.updates)
        time[0] += 6.5 * 24 * 3600
        answered = fake.ledger.count("getUpdates")  # the poll under way still carries the old offset
        await until(lambda: fake.ledger.count("getUpdates") > answered and fake._poller)
        fake.reset_update_ids(start)
        await linh.say("after the holidays")
        await linh.say("and again")
        await until(lambda: len(inbox.updates) == 3)
        await until(lambda: fake.pending == 0)
    assert inbox.keys[1:] == [str(start), str(start + 1)]
    assert fake.ledger.lost == []
    await channel.close()


async def test_duplicates_and_disorder_pass_through_with_the_same_keys(fake: FakeTelegram, linh: Person) -> None:
    channel, inbox = connect(fake), Inbox()
    numbers = [await linh.say(str(n)) for n in range(20)]
    fake.reorder()
    async with listening(channel, inbox):
        await until(lambda: fake.pending == 0 and len(inbox.updates) == 20)
        assert inbox.keys != [str(number) for number in numbers]
        fake.redeliver(numbers[3])
        await until(lambda: len(inbox.updates) == 21)
        await linh.say("still receiving")
        await until(lambda: len(inbox.updates) == 22)
        await until(lambda: fake.pending == 0)
    assert inbox.keys.count(str(numbers[3])) == 2
    assert set(inbox.keys[:20]) == {str(number) for number in numbers}
    await channel.close()


# --- webhook ---


def hooked(fake: FakeTelegram, **settings: Any) -> TelegramChannel:
    return connect(fake, mode="webhook", webhook_secret=SECRET, **settings)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-telegram-bot-api-secret-token": ""},
        {"x-telegram-bot-api-secret-token": "wrong"},
        {"x-telegram-bot-api-secret-token": SECRET[:-1]},
        {"x-telegram-bot-api-secret-token": SECRET + " "},
        {"x-telegram-bot-api-secret-token": SECRET.swapcase()},
        {"x-telegram-bot-api-secret-token": "gi\u1ea3\udcff"},
        {"authorization": SECRET, "x-secret-token": SECRET},
    ],
)
async def test_a_call_without_the_secret_is_forbidden(fake: FakeTelegram, headers: dict[str, str]) -> None:
    channel = hooked(fake)
    with pytest.raises(Forbidden):
        channel.webhook(headers, b'{"update_id": 1}')
    with pytest.raises(Forbidden):
        connect(fake).webhook(headers, b'{"update_id": 1}')


def test_settings_that_cannot_work_are_refused() -> None:
    for settings in [
        {"mode": "webhook"},
        {"mode": "webhook", "webhook_secret": ""},
        {"mode": "webhook", "webhook_secret": "with space"},
        {"mode": "webhook", "webhook_secret": "x" * 257},
        {"mode": "carrier pigeon"},
        {"token": "secret-but-no-token"},
        {"token": ""},
        {"proxy": "socks5://name:password@127.0.0.1:1080"},
    ]:
        with pytest.raises(ValueError, match="telegram") as refused:
            TelegramChannel(**{"token": TOKEN, **settings})  # type: ignore[arg-type]
        assert "secret-but" not in str(refused.value)
        assert "password" not in str(refused.value)


GOOD = {"x-telegram-bot-api-secret-token": SECRET}


async def test_a_webhook_update_has_the_key_that_polling_gives(fake: FakeTelegram, linh: Person) -> None:
    number = await linh.say("xin chào")
    raw = fake.ledger.updates[0].raw
    assert hooked(fake).webhook(GOOD, raw) == Update(key=str(number), raw=raw.decode())


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"\xff\xfe{}", b'{"update_id":"1"}', b'{"a":"\x00"}', b"[" * 100_000, b"{}"]
)
async def test_any_body_becomes_an_update(fake: FakeTelegram, body: bytes) -> None:
    channel = hooked(fake)
    update = channel.webhook(GOOD, body)
    assert update.key.startswith("x:")
    assert update == channel.webhook(GOOD, body)
    assert "\0" not in update.raw
    update.raw.encode()
    with pytest.raises(Unreadable):
        channel.parse(update.raw)


async def test_the_webhook_registers_itself_and_is_fed_until_it_says_yes(fake: FakeTelegram, linh: Person) -> None:
    answers, taken = iter([500, 403, 200]), []

    async def route(request: web.BaseRequest) -> web.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        taken.append(channel.webhook(headers, await request.read()))
        return web.Response(status=next(answers, 200))

    runner = web.ServerRunner(web.Server(route))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    pauses = Pauses()
    channel = hooked(fake, webhook_url=f"http://127.0.0.1:{runner.addresses[0][1]}/telegram", pause=pauses)
    fake.fault("502", "setWebhook")
    fake.fault("reset", "setWebhook")
    async with listening(channel, Inbox()):
        await until(lambda: fake.webhook and len(pauses.seconds) >= 2)  # what was reset had been done
        assert [seconds < EVERY for seconds in pauses.seconds[:2]] == [True, True]
        assert fake.webhook["secret"] == SECRET
        number = await linh.say("one")
        await linh.say("two")
        await until(lambda: fake.pending == 0)
    assert [update.key for update in taken] == [str(number)] * 3 + [str(number + 1)]
    assert [update.how for update in fake.ledger.updates] == ["webhook"] * 2
    await channel.close()
    await runner.cleanup()


async def test_without_a_url_nothing_is_registered(fake: FakeTelegram) -> None:
    channel = hooked(fake)
    await channel.listen(Inbox())
    assert fake.ledger.calls == []


async def test_a_webhook_that_nothing_passes_is_complained_of_until_it_works(fake: FakeTelegram, linh: Person) -> None:
    channel = connect(fake, mode="webhook", webhook_secret=SECRET, webhook_url=f"http://127.0.0.1:{free_port()}/x")
    fake.webhook_retries = (3600,)
    async with listening(channel, Inbox()):
        await until(lambda: fake.webhook)
        assert channel.complaint == ""
        await linh.say("nobody is at the webhook")
        await until(lambda: channel.complaint == "webhook_silent")
        fake._pending.clear()
        await until(lambda: channel.complaint == "")
    await channel.close()


async def test_a_webhook_that_somebody_took_away_is_registered_again(fake: FakeTelegram) -> None:
    channel = connect(fake, mode="webhook", webhook_secret=SECRET, webhook_url="http://127.0.0.1:9/ours")
    async with listening(channel, Inbox()):
        for _ in range(2):
            await until(lambda: fake.webhook.get("url") == "http://127.0.0.1:9/ours")
            fake.webhook = {}
    await channel.close()


def test_what_becomes_less_is_on_its_way() -> None:
    waiting = Waiting()
    assert {waiting.judge(pending) for pending in (0, 90, 60, 30, 20, 20, 20, 0, 5, 5, 5)} == {""}
    assert waiting.judge(5) == "webhook_silent"
    assert waiting.judge(4) == ""
