"""The token, the secret and people's words are in no log, exception, traceback or repr."""

from __future__ import annotations

import gc
import logging
import traceback
from collections.abc import Awaitable, Callable
from contextlib import suppress

import pytest

from bot.channels.base import DeliveryFailed
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_transport import WireError
from bot.core.message import File
from tests.channels.telegram_kit import LINH, Inbox, choices, connect, hurry, listening, message, until
from tests.fakes.telegram import TOKEN, FakeTelegram
from tests.fakes.telegram_people import Person
from tests.fakes.telegram_rules import ApiError

HIDDEN = TOKEN.partition(":")[2]
WEBHOOK_SECRET = "canary-webhook-secret"
PROXY_PASSWORD = "canary-proxy-password"
WORDS = "canary words of a resident"
CANARIES = (HIDDEN, WEBHOOK_SECRET, PROXY_PASSWORD, WORDS)
FAULTS = ["hang", "reset", "truncated", "half_headers", "not_json", "strange", "redirect", "401", "404", "500", "502"]


def spell_out(error: BaseException | None) -> str:
    """Everything that a traceback could print, with the locals of every frame of ours, causes and contexts too."""
    assert error is not None
    whole = traceback.TracebackException.from_exception(error, capture_locals=True)
    return "".join(whole.format()) + repr(error) + str(error) + repr(error.args)


def assert_clean(text: str) -> None:
    for canary in CANARIES:
        assert canary not in text


async def caught(call: Callable[[], Awaitable[object]]) -> str:
    """What is known of a failure outside of the call."""
    with pytest.raises(DeliveryFailed) as caught_here:
        await call()
    failed = caught_here.value
    assert (failed.__cause__, failed.__context__) == (None, None)
    first = failed.__traceback__
    return spell_out(failed.with_traceback(first and first.tb_next))


@pytest.mark.parametrize("kind", FAULTS)
async def test_no_failure_carries_the_token(
    channel: TelegramChannel, fake: FakeTelegram, linh: Person, kind: str
) -> None:
    hurry(channel)
    fake.fault(kind, "sendMessage")
    assert_clean(await caught(lambda: channel.send(message())))
    fake.fault(kind, "getMe")
    assert_clean(await caught(channel.check))
    if kind in ("redirect", "401", "502"):
        file = File(ref=fake.keep_file(b"x"), kind="photo")
        fake.fault(kind, "download")
        assert_clean(await caught(lambda: channel.fetch(file, 10)))


@pytest.mark.parametrize("base_url", ["http://127.0.0.1:1", "https://telegram.invalid", "http://[broken", "ftp://x"])
async def test_no_unreachable_server_carries_the_token(fake: FakeTelegram, base_url: str) -> None:
    channel = connect(
        fake, base_url=base_url, proxy=f"http://u:{PROXY_PASSWORD}@127.0.0.1:1" if "invalid" in base_url else ""
    )
    assert_clean(await caught(lambda: channel.send(message())))
    await channel.close()


@pytest.mark.parametrize("kind", ["reset", "truncated", "hang"])
async def test_no_inner_failure_carries_the_token_either(
    channel: TelegramChannel, fake: FakeTelegram, kind: str
) -> None:
    hurry(channel)

    async def post() -> object:
        return await channel._server.call("getMe", data=b"{}")

    async def get() -> object:
        return await channel._server.download("x", 1, 0.3)

    for call in (post, get):
        fake.fault(kind, times=3)
        with pytest.raises(WireError) as broken:
            await call()
        fake.faults.clear()
        assert (broken.value.__cause__, broken.value.__context__) == (None, None)
        first = broken.value.__traceback__
        assert_clean(spell_out(broken.value.with_traceback(first and first.tb_next)))


async def test_an_error_text_of_telegram_is_not_repeated(channel: TelegramChannel, fake: FakeTelegram) -> None:
    fake.fault("error", "sendMessage", status=400, description=f"Bad Request: {WORDS} {HIDDEN}")
    assert_clean(await caught(lambda: channel.send(message())))


async def test_nothing_is_logged_even_at_debug(
    fake: FakeTelegram, linh: Person, caplog: pytest.LogCaptureFixture
) -> None:
    channel = connect(fake, mode="polling", webhook_secret=WEBHOOK_SECRET)
    caplog.set_level(logging.DEBUG)
    for name in ("aiohttp.client", "asyncio", "bot"):
        caplog.set_level(logging.DEBUG, name)
    await _a_day_with_everything(fake, channel, linh)
    await channel.close()
    gc.collect()
    logged = "\n".join(f"{record.getMessage()} {record.exc_info} {record.args}" for record in caplog.records)
    assert "not receiving" in logged, "the log is really looked at"
    assert_clean(logged)


async def _a_day_with_everything(fake: FakeTelegram, channel: TelegramChannel, linh: Person) -> None:
    hurry(channel)
    for kind in FAULTS:
        fake.fault(kind, "sendMessage", chat=LINH)
        with suppress(DeliveryFailed):
            await channel.send(message(WORDS, choices=choices("Yes")))
    await channel.send(message(WORDS, choices=choices("Yes")))
    fake.fault("502", "getUpdates")
    fake.fault("reset", "getUpdates")
    fake.inject({"message": {"text": WORDS, "date": "soon"}})
    await linh.say(WORDS)
    await linh.press("Yes")
    inbox = Inbox(refusals=1)
    async with listening(channel, inbox):
        await until(lambda: len(inbox.updates) == 3)
        await until(lambda: fake.pending == 0)
    for update in inbox.updates[1:]:
        inbound = channel.parse(update.raw)
        assert inbound is not None
        await channel.acknowledge(inbound)
    await channel.fetch(File(ref=fake.keep_file(b"x"), kind="photo"), 10)


def test_no_repr_tells(fake: FakeTelegram) -> None:
    channel = connect(fake, webhook_secret=WEBHOOK_SECRET, proxy=f"http://u:{PROXY_PASSWORD}@127.0.0.1:1")
    for thing in (channel, channel._server, channel._api, channel._poll, channel._webhook_secret):
        assert_clean(f"{thing!r} {thing} {_fields(thing)}")
    assert channel._api.token == "0:placeholder"


def _fields(thing: object) -> str:
    return repr(getattr(thing, "__dict__", ""))


def test_the_fake_answers_a_wrong_token_as_telegram_does() -> None:
    assert b'"error_code":401' in ApiError(401, "Unauthorized").body()
