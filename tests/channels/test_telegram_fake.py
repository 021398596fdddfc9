"""The fake is as strict as the real one, and its ledger tells the truth."""

from __future__ import annotations

import asyncio
import base64
import re
import sys
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.channels.telegram_kit import LINH
from tests.fakes.telegram import TOKEN, FakeTelegram
from tests.fakes.telegram_people import Person

Call = Any


@pytest.fixture
async def api(fake: FakeTelegram) -> AsyncIterator[Call]:
    async with aiohttp.ClientSession() as session:

        async def call(method: str, *, token: str = TOKEN, **params: Any) -> dict[str, Any]:
            async with session.post(f"{fake.base_url}/bot{token}/{method}", json=params) as response:
                answer: dict[str, Any] = await response.json()
                assert answer.get("error_code", 200) == response.status
                return answer

        yield call


async def refusal(api: Call, **params: Any) -> str:
    answer = await api("sendMessage", chat_id=LINH, **params)
    return str(answer.get("description"))


BUTTON = {"text": "Yes", "callback_data": "x"}


@pytest.mark.parametrize(
    ("params", "description"),
    [
        ({"text": ""}, "Bad Request: message text is empty"),
        ({"text": "a" * 4097}, "Bad Request: message is too long"),
        ({"text": "🏠" * 2049}, "Bad Request: message is too long"),
        ({"text": "a", "entities": [{"type": "bold", "offset": 0, "length": 2}]}, "Bad Request: ENTITY_BOUNDS_INVALID"),
        (
            {"text": "🏠a", "entities": [{"type": "bold", "offset": 1, "length": 2}]},
            "Bad Request: ENTITY_BOUNDS_INVALID",
        ),
        ({"text": "a < b", "parse_mode": "HTML"}, 'Unsupported start tag "" at byte offset 2'),
        ({"text": "<b>a", "parse_mode": "HTML"}, 'Can\'t find end tag corresponding to start tag "b"'),
        ({"text": "<b>a</i>", "parse_mode": "HTML"}, "Unexpected end tag at byte offset 4"),
        ({"text": "ế<x>", "parse_mode": "HTML"}, 'Unsupported start tag "x" at byte offset 3'),
        (
            {"text": "a", "reply_markup": {"inline_keyboard": [[BUTTON | {"callback_data": "x" * 65}]]}},
            "BUTTON_DATA_INVALID",
        ),
        ({"text": "a", "reply_markup": {"inline_keyboard": [[BUTTON | {"callback_data": "ế" * 22}]]}}, "BUTTON_DATA"),
        ({"text": "a", "reply_markup": {"inline_keyboard": [[BUTTON | {"text": ""}]]}}, "non-empty"),
    ],
)
async def test_what_is_refused(api: Call, linh: Person, params: dict[str, Any], description: str) -> None:
    assert description in await refusal(api, **params)
    assert linh.messages == []


async def test_what_just_fits(api: Call, linh: Person) -> None:
    row = [BUTTON | {"callback_data": "ế" * 21 + "x"}]
    assert (await api("sendMessage", chat_id=LINH, text="🏠" * 2048, reply_markup={"inline_keyboard": [row]}))["ok"]
    assert (await api("sendMessage", chat_id=LINH, text="<b>ế &amp; 🏠</b>" + "a" * 4090, parse_mode="HTML"))["ok"]
    assert linh.last.shown.startswith("**ế & 🏠**")
    assert (await api("sendPhoto", chat_id=LINH, photo="file-1", caption="a" * 1024))["ok"]
    assert not (await api("sendPhoto", chat_id=LINH, photo="file-1", caption="a" * 1025))["ok"]


async def test_tokens(api: Call) -> None:
    assert (await api("getMe"))["result"]["username"] == "dan_van_kheo_bot"
    assert (await api("getMe", token="123456789:another-token"))["error_code"] == 401
    assert (await api("getMe", token="nonsense"))["error_code"] == 404
    assert (await api("noSuchMethod"))["error_code"] == 404


async def flood(api: Call, fake: FakeTelegram, chats: list[int]) -> list[dict[str, Any]]:
    fake.unlimited = False
    return [await api("sendMessage", chat_id=chat, text="x") for chat in chats]


async def test_a_private_chat_takes_one_a_second_after_a_small_burst(
    api: Call, fake: FakeTelegram, linh: Person
) -> None:
    answers = await flood(api, fake, [LINH] * 7)
    assert [answer["ok"] for answer in answers] == [True] * 5 + [False] * 2
    assert answers[5]["parameters"] == {"retry_after": 1}
    assert answers[5]["description"] == "Too Many Requests: retry after 1"
    assert fake.ledger.early == 1, "the seventh came inside the wait"
    fake.advance(1.1)
    assert (await flood(api, fake, [LINH]))[0]["ok"]


async def test_a_group_takes_twenty_a_minute(api: Call, fake: FakeTelegram) -> None:
    fake.group(-5)
    answers = await flood(api, fake, [-5] * 21)
    assert [answer["ok"] for answer in answers] == [True] * 20 + [False]
    assert 1 <= answers[20]["parameters"]["retry_after"] <= 3


async def test_the_bot_takes_thirty_a_second(api: Call, fake: FakeTelegram) -> None:
    fake.any_chat = True
    answers = await flood(api, fake, list(range(1, 60)))
    assert 30 <= sum(answer["ok"] for answer in answers) < 45
    assert not (await flood(api, fake, [1000]))[0]["ok"], "everyone waits"


async def test_updates_are_kept_for_a_day(api: Call, fake: FakeTelegram, linh: Person) -> None:
    await linh.say("too old")
    fake.advance(24 * 3600 + 1)
    await linh.say("new")
    answer = await api("getUpdates")
    assert [update["message"]["text"] for update in answer["result"]] == ["new"]
    assert [update.how for update in fake.ledger.lost] == ["expired"]


async def test_offsets_confirm(api: Call, fake: FakeTelegram, linh: Person) -> None:
    ids = [await linh.say(str(n)) for n in range(3)]
    assert len((await api("getUpdates"))["result"]) == 3
    assert len((await api("getUpdates", offset=ids[1], limit=1))["result"]) == 1
    assert [update.how for update in fake.ledger.updates] == ["offset", "", ""]
    assert [update["update_id"] for update in (await api("getUpdates", offset=-1))["result"]] == ids[2:]


async def test_the_older_of_two_polls_is_ended(api: Call, fake: FakeTelegram) -> None:
    older = asyncio.create_task(api("getUpdates", timeout=30))
    while fake._poller is None:  # noqa: ASYNC110
        await asyncio.sleep(0.002)
    assert (await api("getUpdates"))["ok"]
    assert (await older)["description"].startswith("Conflict: terminated by other getUpdates request")


async def test_allowed_updates_stick(api: Call, fake: FakeTelegram, linh: Person) -> None:
    await api("getUpdates", allowed_updates=["callback_query"])
    await api("getUpdates")
    assert await linh.say("not asked for") == 0
    await api("getUpdates", allowed_updates=[])
    assert await linh.say("asked for") > 0


async def test_webhook_and_polling_exclude_each_other(api: Call, fake: FakeTelegram) -> None:
    await api("setWebhook", url="http://127.0.0.1:9/x", secret_token="abc")
    assert "webhook is active" in (await api("getUpdates"))["description"]
    assert (await api("getWebhookInfo"))["result"]["url"] == "http://127.0.0.1:9/x"
    await api("deleteWebhook")
    assert (await api("getUpdates"))["ok"]
    assert not (await api("setWebhook", url="http://127.0.0.1:9/x", secret_token="with space"))["ok"]


async def test_a_message_can_be_edited(api: Call, linh: Person) -> None:
    sent = (await api("sendMessage", chat_id=LINH, text="one"))["result"]
    assert (await api("editMessageText", chat_id=LINH, message_id=sent["message_id"], text="two"))["ok"]
    assert "not modified" in str(await api("editMessageText", chat_id=LINH, message_id=sent["message_id"], text="two"))
    assert "to edit not found" in str(await api("editMessageText", chat_id=LINH, message_id=999, text="x"))
    assert "not specified" in str(await api("editMessageText", chat_id=LINH, text="x"))
    assert [shown.text for shown in linh.messages] == ["two"]


async def test_copies_are_counted(api: Call, fake: FakeTelegram, linh: Person) -> None:
    for text in ("a", "b", "a"):
        await api("sendMessage", chat_id=LINH, text=text)
    assert [shown.copy for shown in linh.messages] == [1, 1, 2]
    assert fake.ledger.stats()["copies"] == 1


async def test_waiting_tells_what_was_there_instead(api: Call, linh: Person) -> None:
    await api("sendMessage", chat_id=LINH, text="something else")
    with pytest.raises(AssertionError, match="something else"):
        await linh.wait_for("hello", timeout=0.01)
    with pytest.raises(AssertionError, match="no button"):
        await linh.press("Yes")


async def test_as_a_process_of_its_own() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.fakes.telegram", "--unlimited", "--delay-ms", "2", stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        ready = re.fullmatch(r"ready (http://127\.0\.0\.1:\d+)\n", (await process.stdout.readline()).decode())
        assert ready
        async with aiohttp.ClientSession(ready[1]) as session:
            await _steer(session)
    finally:
        process.terminate()
        await process.communicate()


async def _steer(session: aiohttp.ClientSession) -> None:
    async def do(operation: str, **options: Any) -> Any:
        async with session.post(f"/_control/{operation}", json=options) as response:
            return await response.json()

    async def bot(method: str, **params: Any) -> Any:
        async with session.post(f"/bot{TOKEN}/{method}", json=params) as response:
            return await response.json()

    assert (await do("health"))["ok"]
    number = (await do("say", id=5, text="xin chào"))["update_id"]
    await do("photo", id=5, bytes=base64.b64encode(b"x" * 90).decode(), caption="street")
    assert [update["update_id"] for update in (await bot("getUpdates"))["result"]] == [number, number + 1]
    await do("fault", kind="429", method="sendMessage", chat=5, seconds=0)
    assert (await bot("sendMessage", chat_id=5, text="x"))["error_code"] == 429
    markup = {"inline_keyboard": [[BUTTON]]}
    await bot("sendMessage", chat_id=5, text="hello", reply_markup=markup)
    assert (await do("wait", chat=5, text="hell"))["buttons"] == [[["Yes", "x"]]]
    await do("batch", do=[{"op": "press", "id": 5, "button": "Yes"}, {"op": "block", "id": 5}])
    stats = await do("stats")
    assert (stats["updates"], stats["messages"], stats["pending"]) == (4, 1, 4)
    assert len(await do("messages", chat=5)) == 1
    assert len((await do("ledger"))["updates"]) == 4
    assert "no button" in (await do("press", id=6, button="None"))["error"]
    assert "unknown fault" in (await do("fault", kind="nonsense"))["error"]


async def test_a_script_lets_many_people_walk_side_by_side(api: Call, fake: FakeTelegram) -> None:
    async def bot() -> None:
        offset = 0
        while True:
            for update in (await api("getUpdates", offset=offset, timeout=5))["result"]:
                offset = update["update_id"] + 1
                chat = (update.get("message") or update["callback_query"]["message"])["chat"]["id"]
                await api("sendMessage", chat_id=chat, text="ok", reply_markup={"inline_keyboard": [[BUTTON]]})

    task = asyncio.create_task(bot())
    steps = [{"say": "a"}, {"press": "Yes"}]
    order = {"people": 10, "steps": steps, "rounds": 2}
    async with (
        aiohttp.ClientSession(fake.base_url) as session,
        session.post("/_control/script", json=order) as response,
    ):
        result = await response.json()
    task.cancel()
    assert result["turns"] == len(result["latencies_ms"]) == 40
