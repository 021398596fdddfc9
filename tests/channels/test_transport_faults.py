"""Twelve ways in which a call breaks on its way, with every method that we call: each has a name, none escapes."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from aiohttp import web
from telegram.error import TelegramError

from bot.channels.base import Channel, DeliveryFailed, Trouble
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_transport import classify
from bot.channels.wire import Timeouts, Wire
from bot.channels.zalo_bot import ZaloBotChannel
from bot.channels.zalo_oa import Templates, ZaloOaChannel
from bot.channels.zalo_tokens import Keys, Tokens
from bot.core.message import Address, File, Inbound, Lane
from handlers.delivery.fates import family_of
from tests.channels import telegram_kit, zalo_kit
from tests.channels.telegram_kit import Inbox, Pauses, listening, picture, until
from tests.channels.test_telegram_trouble import free_port, full_backlog
from tests.fakes import telegram as telegram_fake
from tests.fakes.telegram_faults import Fault
from tests.fakes.zalo import ZaloServer
from tests.fakes.zalo_bot import TOKEN as ZALO_TOKEN
from tests.fakes.zalo_oa import APP_ID, OA_ID, OA_SECRET, SECRET_KEY

HASTY = Timeouts(connect=0.5, read=0.2)
PDF = "application/pdf"
DOUBT, LATER, DOWN = Trouble.IN_DOUBT, Trouble.RETRY_LATER, Trouble.CHANNEL_DOWN

FAULTS: Mapping[str, Trouble] = {
    "refused": DOWN,
    "no_name": DOWN,
    "connect_timeout": DOWN,
    "tls": DOWN,
    "redirect": DOWN,
    "502": LATER,
    "reset": DOUBT,
    "hang": DOUBT,
    "truncated": DOUBT,
    "half_headers": DOUBT,
    "not_json": DOUBT,
    "empty": DOUBT,
}
"""What is to be done when a message is sent into each of them."""


class Broken(ZaloServer):
    """A server on which every call breaks in the same way."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.faults.append(Fault(kind=kind, after=False, times=10**9))

    def method_of(self, request: web.Request) -> str:
        return request.path


@asynccontextmanager
async def broken(kind: str) -> AsyncIterator[str]:
    """The address of somebody whom no call reaches unharmed."""
    if kind == "refused":
        yield f"http://127.0.0.1:{free_port()}"
    elif kind == "no_name":
        yield "http://nobody.invalid"
    elif kind == "connect_timeout":
        async with full_backlog() as port:
            yield f"http://127.0.0.1:{port}"
    else:
        async with Broken("reset" if kind == "tls" else kind) as server:
            yield server.base_url.replace("http:", "https:") if kind == "tls" else server.base_url


Call = Callable[[], Awaitable[object]]


def telegram(url: str) -> tuple[TelegramChannel, dict[str, Call]]:
    """A channel at the address, and its calls by the method of the Bot API."""
    channel = TelegramChannel(token=telegram_fake.TOKEN, base_url=url, timeouts=HASTY, pause=Pauses())
    here = Address(channel="telegram", chat="1")
    words, file = telegram_kit.message, telegram_kit.attachment
    press = Inbound(address=here, sender="1", at=0, press="x", press_id="1")
    return channel, {
        "send_message": lambda: channel.send(words()),
        "send_photo": lambda: channel.send(words(attachment=file()), picture()),
        "send_document": lambda: channel.send(words(attachment=file(PDF, "a.pdf")), b"%PDF"),
        "edit_message_text": lambda: channel.edit(words(), "1"),
        "answer_callback_query": lambda: channel.acknowledge(press),
        "get_file": lambda: channel.fetch(File(ref="f", kind="photo"), 10),
        "get_me": channel.check,
        "get_webhook_info": channel.registered_webhook,
        "set_my_commands": lambda: channel.set_commands([("viec", "Việc")]),
        "set_webhook": lambda: channel._try_quietly(channel._api.set_webhook("https://a.test")),
        "delete_webhook": lambda: channel._try_quietly(channel._api.delete_webhook()),
        "getUpdates": lambda: _raised(channel._poll.fetch()),
        "download": lambda: _raised(channel._server.download("a/b.jpg", 10, HASTY.read)),
    }


async def _raised(call: Awaitable[object]) -> object:
    """What receiving makes of a failed call."""
    try:
        return await call
    except TelegramError as error:
        raise classify(error) from None


def zalo_bot(url: str) -> tuple[ZaloBotChannel, dict[str, Call]]:
    """The same for the Bot Platform."""
    channel = ZaloBotChannel(token=ZALO_TOKEN, base_url=url, timeouts=HASTY, pause=Pauses(), poll_seconds=0)
    words, file = zalo_kit.message, zalo_kit.attachment
    return channel, {
        "sendMessage": lambda: channel.send(words(channel, "1")),
        "sendPhoto": lambda: channel.send(words(channel, "1", attachment=file()), picture(), "https://a.test/x"),
        "getMe": channel.check,
        "getWebhookInfo": channel.registered_webhook,
        "getUpdates": lambda: _waited(channel, channel._receive(Inbox())),
        "setWebhook": lambda: _webhook(channel),
        "download": lambda: channel.fetch(File(ref=f"{url}/files/1", kind="photo"), 10),
    }


async def _waited(channel: ZaloBotChannel, call: Awaitable[None]) -> None:
    await call
    assert len(channel._retry._pause.seconds) > 0, "a failed call is followed by a pause"  # type: ignore[attr-defined]


async def _webhook(channel: ZaloBotChannel) -> None:
    channel.mode, channel._webhook_url = "webhook", "https://a.test"
    async with listening(channel, Inbox()):
        await until(lambda: channel._retry._pause.seconds)  # type: ignore[attr-defined]
    channel.mode = "polling"


def zalo_oa(url: str) -> tuple[ZaloOaChannel, dict[str, Call]]:
    """The same for an Official Account; its key is good, and a second account's has to be renewed."""
    wire = Wire(timeouts=HASTY, at_once=8)
    channel, closed = _oa(url, wire, heard=0), _oa(url, wire, heard=None)
    expired = _oa(url, wire, heard=0, expired=True)
    words, file = zalo_kit.message, zalo_kit.attachment
    return channel, {
        "/v3.0/oa/message/cs": lambda: channel.send(words(channel, "1")),
        "/v2.0/oa/upload/image": lambda: channel.send(words(channel, "1", attachment=file()), picture()),
        "/v2.0/oa/upload/file": lambda: channel.send(words(channel, "1", attachment=file(PDF, "a.pdf")), b"%PDF"),
        "/v3.0/oa/message/template": lambda: closed.send(words(closed, "1", lane=Lane.NOTICE)),
        "/message/template": lambda: closed.send(words(closed, "tel:0900000000", lane=Lane.NOTICE)),
        "/v2.0/oa/getoa": channel.check,
        "/v4/oa/access_token": lambda: expired.send(words(expired, "1")),
        "download": lambda: channel.fetch(File(ref=f"{url}/files/1", kind="photo"), 10),
    }


def _oa(url: str, wire: Wire, *, heard: int | None, expired: bool = False) -> ZaloOaChannel:
    drawer = zalo_kit.Drawer()
    tokens = Tokens(
        wire=wire,
        store=drawer,
        app_id=APP_ID,
        secret_key=SECRET_KEY,
        refresh_token="TEST-r",
        now=lambda: 1,
        oauth_url=url,
    )
    drawer.keys = Keys(access="TEST-a", refresh="TEST-r", expires_at=0 if expired else 10**15, seed=tokens._seed)

    async def last_heard(_user: str) -> int | None:
        return heard

    return ZaloOaChannel(
        oa_id=OA_ID,
        app_id=APP_ID,
        oa_secret=OA_SECRET,
        tokens=tokens,
        last_heard=last_heard,
        now=lambda: 1,
        wire=wire,
        base_url=url,
        business_url=url,
        templates=Templates(notice="t", parameters={"noi_dung": "text"}),
    )


CHANNELS: Mapping[str, Callable[[str], tuple[Channel, dict[str, Call]]]] = {
    "telegram": telegram,
    "zalo_bot": zalo_bot,
    "zalo_oa": zalo_oa,
}
SENDS = {
    "send_message", "send_photo", "send_document", "edit_message_text", "sendMessage", "sendPhoto",
    "/v3.0/oa/message/cs", "/v3.0/oa/message/template", "/message/template",
}  # fmt: skip
QUIET = {"answer_callback_query", "set_webhook", "delete_webhook", "setWebhook"}
BEFORE = {"/v2.0/oa/upload/image", "/v2.0/oa/upload/file"}
"""Calls before a send: when they fail, nobody was sent anything."""


@pytest.mark.parametrize("kind", FAULTS)
@pytest.mark.parametrize("name", CHANNELS)
async def test_every_method_in_every_fault(name: str, kind: str) -> None:
    async with broken(kind) as url:
        channel, calls = CHANNELS[name](url)
        met = dict(zip(calls, await asyncio.gather(*map(_outcome, calls.values())), strict=True))
        await channel.close()
    for method, failed in met.items():
        if method in QUIET or failed is None:
            assert failed is None or isinstance(failed, DeliveryFailed), method
            assert method not in SENDS, f"{method} was taken for delivered"
            continue
        assert isinstance(failed, DeliveryFailed), f"{method}: {failed!r} escaped"
        assert family_of(failed.why) != "unknown", f"{method}: {failed.why} has no words"
        if method in SENDS:
            assert failed.trouble is FAULTS[kind], f"{method}: {failed}"
        elif method in BEFORE:
            assert failed.trouble in (FAULTS[kind], LATER), f"{method}: {failed}"
            assert failed.trouble is not DOUBT, method
        elif method == "/v4/oa/access_token":
            assert failed.trouble in (DOWN, Trouble.MISCONFIGURED), f"{method}: {failed}"


async def _outcome(call: Call) -> BaseException | None:
    try:
        await call()
    except Exception as error:
        return error
    return None


def _methods_in(*files: str) -> set[str]:
    """The methods that the code names."""
    found: set[str] = set()
    for file in files:
        code = (Path(__file__).parent.parent.parent / "bot" / "channels" / file).read_text(encoding="utf-8")
        found |= set(re.findall(r"self\._api\.(\w+)\(", code))
        found |= set(re.findall(r"(?:_ask|_post|_server\.call)\(\"(\w+)\"", code))
        found |= {path.replace("{kind}", "image") for path in re.findall(r"\}(/[\w./{}]+)\"", code)}
        found |= set(re.findall(r"^PATH: Final = \"([\w./]+)\"", code, re.MULTILINE))
        found |= {"download"} if re.search(r"\bdownload\(", code) else set()
    return found - {"/{method}"}


@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("telegram", ("telegram.py", "telegram_polling.py")),
        ("zalo_bot", ("zalo_bot.py",)),
        ("zalo_oa", ("zalo_oa.py", "zalo_tokens.py")),
    ],
)
async def test_no_method_is_forgotten(name: str, files: tuple[str, ...]) -> None:
    channel, calls = CHANNELS[name]("http://nobody.invalid")
    with suppress(DeliveryFailed):
        await channel.close()
    assert set(calls) - {"/v2.0/oa/upload/file"} == _methods_in(*files)
