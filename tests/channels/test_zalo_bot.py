"""The Zalo Bot Platform: one event at a time, never asked for twice, no buttons, errors at status 200."""

from __future__ import annotations

import itertools
import json
from collections.abc import AsyncIterator

import pytest

from bot.channels.base import DeliveryFailed, Forbidden, Trouble, Unreadable
from bot.channels.zalo_bot import RULES, ZaloBotChannel, judge, parse_event
from tests.channels.telegram_kit import Inbox, Pauses, listening, picture, until
from tests.channels.zalo_kit import HASTY, HOOK_SECRET, attachment, bot_at, failure, message
from tests.fakes.zalo import ZaloServer, as_json
from tests.fakes.zalo_bot import TOKEN, FakeZaloBot


@pytest.fixture(params=[(True, "photo_url"), (False, "photo")], ids=["wrapped", "bare"])
async def fake(request: pytest.FixtureRequest) -> AsyncIterator[FakeZaloBot]:
    """The platform with each of its two ways of writing an event."""
    wrapped, key = request.param
    async with FakeZaloBot(wrapped=wrapped, photo_key=key) as running:
        yield running


@pytest.fixture
async def channel(fake: FakeZaloBot) -> AsyncIterator[ZaloBotChannel]:
    opened = bot_at(fake)
    yield opened
    await opened.close()


# Receiving ---------------------------------------------------------------------------------------


async def test_what_people_send(fake: FakeZaloBot, channel: ZaloBotChannel) -> None:
    linh, inbox = fake.person(1, "Linh"), Inbox()
    async with listening(channel, inbox):
        fake.say(linh, "báo cáo")
        fake.photo(linh, picture(), "ảnh buổi họp")
        fake.sticker(linh)
        fake.unsupported(linh)
        await until(lambda: len(inbox.updates) == 4)
    said, photo, sticker, unknown = (channel.parse(update.raw) for update in inbox.updates)
    assert said is not None
    assert photo is not None
    assert (said.text, said.sender, said.sender_name, said.group) == ("báo cáo", linh.id, "Linh", False)
    assert said.at > 1_600_000_000_000
    assert photo.text == "ảnh buổi họp"
    assert await channel.fetch(photo.files[0], 10**6) == picture()
    for wordless in (sticker, unknown):
        assert wordless is not None
        assert (wordless.text, wordless.files) == ("", ())


async def test_an_event_is_on_disk_before_the_next_is_asked_for(fake: FakeZaloBot, channel: ZaloBotChannel) -> None:
    """The platform hands an event out once: while the disk is full, it is held, and nothing else is taken."""
    linh, inbox = fake.person(1), Inbox(refusals=5)
    async with listening(channel, inbox):
        fake.say(linh, "một")
        fake.say(linh, "hai")
        await until(lambda: len(inbox.updates) == 2)
    texts = [parsed.text for update in inbox.updates if (parsed := channel.parse(update.raw))]
    assert texts == ["một", "hai"]
    assert inbox.batches == 7


async def test_keys_tell_a_repetition(fake: FakeZaloBot, channel: ZaloBotChannel) -> None:
    linh, inbox = fake.person(1), Inbox()
    async with listening(channel, inbox):
        fake.say(linh, "một")
        fake.inject(json.loads(fake.ledger.events[0]))
        fake.say(linh, "một")
        await until(lambda: len(inbox.updates) == 3)
    first, again, other = inbox.keys
    assert first == again != other


async def test_nothing_new_is_no_failure(fake: FakeZaloBot) -> None:
    pauses = Pauses()
    channel = bot_at(
        fake, poll_seconds=0, pause=pauses, monotonic=itertools.count().__next__
    )  # each poll takes a second
    async with listening(channel, Inbox()):
        await until(lambda: fake.ledger.count("getUpdates") > 3)
    assert (channel.complaint, pauses.seconds) == ("", [])
    await channel.close()


async def test_a_platform_that_does_not_hold_the_poll_is_no_hot_loop(fake: FakeZaloBot) -> None:
    pauses = Pauses()
    channel = bot_at(fake, poll_seconds=0, pause=pauses, monotonic=lambda: 0.0)
    async with listening(channel, Inbox()):
        await until(lambda: len(pauses.seconds) > 5)
    assert min(pauses.seconds) >= 1
    assert channel.complaint == "empty answers at once"
    await channel.close()


async def test_trouble_slows_polling_and_is_told_after_a_while(fake: FakeZaloBot) -> None:
    pauses = Pauses()
    channel = bot_at(fake, pause=pauses)
    fake.refuse(401, "Unauthorized", "getUpdates", times=8)
    async with listening(channel, Inbox()):
        await until(lambda: len(pauses.seconds) >= 7)
        assert channel.complaint == "token_rejected"
        fake.refusals.clear()
        fake.say(fake.person(1), "x")
        await until(lambda: channel.complaint == "")
    assert pauses.seconds[0] < 2 < pauses.seconds[6]
    await channel.close()


@pytest.mark.parametrize(
    "event",
    [
        {"event_name": "bot.added", "message": {}},
        {"event_name": "", "x": 1},
        {},
        {"event_name": "message.text.received", "message": {"from": {"id": "a", "is_bot": True}, "chat": {"id": "a"}}},
    ],
)
def test_what_is_nothing_for_us(event: object) -> None:
    assert parse_event(json.dumps(event)) is None


@pytest.mark.parametrize(
    "raw",
    [
        "{",
        "[]",
        '"x"',
        '{"event_name":"message.text.received"}',
        '{"event_name":"message.text.received","message":{"from":{"id":""},"chat":{"id":"a"}}}',
        '{"event_name":"message.text.received","message":{"from":{"id":"a"},"chat":{"id":7}}}',
        '{"event_name":"message.text.received","message":{"from":{"id":"a"},"chat":{"id":"a"},"date":"soon"}}',
        "[" * 100_000,
    ],
)
def test_what_cannot_be_read(raw: str) -> None:
    with pytest.raises(Unreadable):
        parse_event(raw)


# The webhook -------------------------------------------------------------------------------------


async def test_the_webhook_is_registered_and_called(fake: FakeZaloBot) -> None:
    channel = bot_at(fake, mode="webhook", webhook_secret=HOOK_SECRET, webhook_url="http://127.0.0.1:9/hooks/zalo_bot")
    fake.refuse(500, "Internal", "setWebhook")
    await channel.listen(Inbox())
    assert fake.webhook == {"url": "http://127.0.0.1:9/hooks/zalo_bot", "secret": HOOK_SECRET}
    assert await channel.registered_webhook() == "http://127.0.0.1:9/hooks/zalo_bot"
    update = channel.webhook({"x-bot-api-secret-token": HOOK_SECRET}, fake_body())
    assert update is not None
    parsed = channel.parse(update.raw)
    assert parsed is not None
    assert parsed.text == "x"
    await channel.close()


def fake_body() -> bytes:
    ends = {"from": {"id": "a1", "display_name": "A"}, "chat": {"id": "a1", "chat_type": "PRIVATE"}}
    message = ends | {"text": "x", "message_id": "m1", "date": 1}
    return json.dumps({"ok": True, "result": {"event_name": "message.text.received", "message": message}}).encode()


@pytest.mark.parametrize("given", [None, "", "TEST-hook-secre", HOOK_SECRET + " ", HOOK_SECRET.lower(), "\ud800"])
async def test_a_forged_call_is_refused(given: str | None) -> None:
    channel = ZaloBotChannel(token=TOKEN, mode="webhook", webhook_secret=HOOK_SECRET)
    with pytest.raises(Forbidden):
        channel.webhook({} if given is None else {"x-bot-api-secret-token": given}, fake_body())


@pytest.mark.parametrize(
    "settings",
    [
        {"token": ""},
        {"token": "nothing"},
        {"mode": "sometimes"},
        {"mode": "webhook"},
        {"mode": "webhook", "webhook_secret": "short"},
        {"webhook_secret": "with space in it"},
    ],
)
def test_settings_that_cannot_work(settings: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"zalo_bot (token|mode|webhook_secret)") as refused:
        ZaloBotChannel(**{"token": TOKEN, **settings})
    assert TOKEN not in str(refused.value)


# Sending -----------------------------------------------------------------------------------------


async def test_words_and_pictures_arrive(fake: FakeZaloBot, channel: ZaloBotChannel) -> None:
    linh = fake.person(1)
    fake.say(linh, "chào")
    number = await channel.send(message(channel, linh.id, "Kính chào đồng chí"))
    assert linh.last.text == "Kính chào đồng chí"
    assert number == linh.last.id
    await channel.send(message(channel, linh.id, "Biểu đồ", attachment=attachment()), link=fake.keep_file(picture()))
    assert (linh.last.kind, linh.last.text, linh.last.content) == ("photo", "Biểu đồ", picture())


async def test_somebody_who_never_wrote_cannot_be_written_to(fake: FakeZaloBot, channel: ZaloBotChannel) -> None:
    failed = await failure(channel, message(channel, fake.person(1).id))
    assert (failed.trouble, failed.why) == (Trouble.UNREACHABLE, "chat_not_found")


async def test_the_month_and_the_people_of_the_plan() -> None:
    async with FakeZaloBot(monthly=3, most_people=1) as fake:
        channel = bot_at(fake)
        first, second = fake.person(1), fake.person(2)
        fake.say(first, "a")
        fake.say(second, "b")
        assert (await failure(channel, message(channel, second.id))).why == "most_people"
        await channel.send(message(channel, first.id))
        failed = await failure(channel, message(channel, first.id))
        assert (failed.trouble, failed.everyone) == (Trouble.WAIT, True)
        assert failed.seconds >= 30
        await channel.close()


@pytest.mark.parametrize(
    ("code", "words", "trouble", "why"),
    [
        (400, "Bad Request: chat not found", Trouble.UNREACHABLE, "chat_not_found"),
        (400, "Bad Request: text is too long", Trouble.REFUSED, "too_long"),
        (400, "something new", Trouble.REFUSED, "other_400"),
        (401, "Unauthorized", Trouble.MISCONFIGURED, "token_rejected"),
        (403, "Internal server error", Trouble.IN_DOUBT, "server_error"),
        (403, "Forbidden", Trouble.UNREACHABLE, "not_allowed"),
        (404, "Not Found", Trouble.MISCONFIGURED, "token_rejected"),
        (408, "Request timeout", Trouble.IN_DOUBT, "gateway_timeout"),  # of a send; of a poll it is no failure at all
        (409, "Conflict", Trouble.RETRY_LATER, "conflict"),
        (429, "Quota exceeded", Trouble.WAIT, "too_many"),
        (500, "x", Trouble.RETRY_LATER, "server_error"),
        (418, "x", Trouble.REFUSED, "other_418"),
    ],
)
async def test_each_error_of_the_platform_has_one_name(
    fake: FakeZaloBot, channel: ZaloBotChannel, code: int, words: str, trouble: Trouble, why: str
) -> None:
    linh = fake.person(1)
    fake.say(linh, "x")
    fake.refuse(code, words, "sendMessage")
    failed = await failure(channel, message(channel, linh.id))
    assert (failed.trouble, failed.why) == (trouble, why)
    assert linh.messages == []


def test_every_rule_can_be_met() -> None:
    for code, words, trouble, why in RULES:
        met = judge(code, words or "anything else")
        assert (met.trouble, met.why) == (trouble, why)


@pytest.mark.parametrize(
    ("kind", "trouble", "arrives"),
    [
        ("hang", Trouble.IN_DOUBT, True),
        ("reset", Trouble.IN_DOUBT, True),
        ("truncated", Trouble.IN_DOUBT, True),
        ("half_headers", Trouble.IN_DOUBT, True),
        ("not_json", Trouble.IN_DOUBT, True),
        ("empty", Trouble.IN_DOUBT, True),
        ("502", Trouble.RETRY_LATER, False),
        ("503", Trouble.RETRY_LATER, False),
        ("504", Trouble.IN_DOUBT, False),
        ("403_html", Trouble.CHANNEL_DOWN, False),
        ("redirect", Trouble.CHANNEL_DOWN, False),
    ],
)
async def test_each_fault_on_the_way_has_one_name(
    fake: FakeZaloBot, kind: str, trouble: Trouble, arrives: bool
) -> None:
    channel = bot_at(fake, timeouts=HASTY)
    linh = fake.person(1)
    fake.say(linh, "x")
    fake.fault(kind, "sendMessage")
    assert (await failure(channel, message(channel, linh.id))).trouble is trouble
    assert bool(linh.messages) is arrives
    await channel.close()


async def test_nobody_there(fake: FakeZaloBot) -> None:
    channel = bot_at(fake, base_url="http://127.0.0.1:9")
    failed = await failure(channel, message(channel, "a"))
    assert (failed.trouble, failed.why) == (Trouble.CHANNEL_DOWN, "refused")
    await channel.close()


async def test_the_bot_tells_its_name(fake: FakeZaloBot, channel: ZaloBotChannel) -> None:
    assert await channel.check() == "bot.danvankheo"
    fake.refuse(401, "Unauthorized", "getMe")
    with pytest.raises(DeliveryFailed):
        await channel.check()


async def test_a_good_answer_without_an_id_is_a_good_answer(
    fake: FakeZaloBot, channel: ZaloBotChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def bare(_self: ZaloServer, _request: object, _method: str) -> object:
        return as_json({"ok": True})

    monkeypatch.setattr(FakeZaloBot, "answer", bare)
    assert await channel.send(message(channel, "a")) == ""


async def test_secrets_and_words_stay_out_of_logs(
    fake: FakeZaloBot, channel: ZaloBotChannel, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    linh = fake.person(1, "Nguyễn Thị Bí Mật")
    fake.say(linh, "chuyện riêng của tôi")
    inbox = Inbox(refusals=1)
    async with listening(channel, inbox):
        await until(lambda: inbox.updates)
    fake.fault("reset", "sendMessage")
    await failure(channel, message(channel, linh.id, "lời riêng"))
    for secret in (TOKEN, TOKEN.partition(":")[2], "Bí Mật", "chuyện riêng", "lời riêng"):
        assert secret not in caplog.text
    assert TOKEN.partition(":")[2] not in repr(vars(channel))
