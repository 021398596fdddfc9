"""Every method that a channel calls, by the role it plays, and how a test makes the channel call it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bot.channels.base import Channel
from bot.channels.telegram import TelegramChannel
from bot.channels.wire import Timeouts, Wire
from bot.channels.zalo_bot import ZaloBotChannel
from bot.channels.zalo_oa import Templates, ZaloOaChannel
from bot.channels.zalo_tokens import Keys, Tokens
from bot.core.message import Address, File, Inbound, Lane
from tests.channels import telegram_kit, zalo_kit
from tests.channels.telegram_kit import Inbox, Pauses, listening, picture, until
from tests.fakes import telegram as telegram_fake
from tests.fakes.zalo_oa import APP_ID, OA_ID, OA_SECRET, SECRET_KEY

HASTY = Timeouts(connect=0.5, read=0.2)
PDF = "application/pdf"
ZALO_TOKEN = "12345:TEST-zalo"
HOOK = "https://ward.test/hook"
ROUNDS = 7  # of a loop, after which its pauses have grown to their longest


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A method, the part it plays, and what makes the channel call it."""

    role: str
    make: Callable[[], Awaitable[object]]


Calls = dict[str, Call]


def _send(make: Callable[[], Awaitable[object]]) -> Call:
    return Call(role="send", make=make)


def _ask(make: Callable[[], Awaitable[object]]) -> Call:
    return Call(role="ask", make=make)


def telegram(url: str) -> tuple[Channel, Calls]:
    """A channel at an address, and its calls by the method of the Bot API."""
    channel = _telegram(url)
    here = Address(channel="telegram", chat="1")
    words, file = telegram_kit.message, telegram_kit.attachment
    press = Inbound(address=here, sender="1", at=0, press="x", press_id="1")
    return channel, {
        "sendMessage": _send(lambda: channel.send(words())),
        "sendPhoto": _send(lambda: channel.send(words(attachment=file()), picture())),
        "sendDocument": _send(lambda: channel.send(words(attachment=file(PDF, "a.pdf")), b"%PDF")),
        "editMessageText": _send(lambda: channel.edit(words(), "1")),
        "answerCallbackQuery": Call(role="quiet", make=lambda: channel.acknowledge(press)),
        "getFile": _ask(lambda: channel.fetch(File(ref="f", kind="photo"), 1000)),
        "download": Call(role="download", make=lambda: channel.fetch(File(ref="f", kind="photo"), 1000)),
        "getMe": _ask(channel.check),
        "getWebhookInfo": _ask(channel.registered_webhook),
        "setMyCommands": _ask(lambda: channel.set_commands([("viec", "Việc")])),
        "getUpdates": Call(role="loop", make=lambda: _looped(_telegram(url))),
        "setWebhook": Call(role="loop", make=lambda: _looped(_telegram(url, mode="webhook"))),
        "deleteWebhook": Call(role="quiet", make=lambda: _webhook_left_behind(_telegram(url))),
    }


def _telegram(url: str, mode: str = "polling") -> TelegramChannel:
    return TelegramChannel(
        token=telegram_fake.TOKEN,
        base_url=url,
        mode=mode,
        webhook_secret="TEST-hook",
        webhook_url=HOOK if mode == "webhook" else "",
        timeouts=HASTY,
        poll_seconds=0,
        pause=Pauses(),
    )


async def _webhook_left_behind(channel: TelegramChannel) -> None:
    """What a poll does that was told of another's webhook; it goes on all the same."""
    await channel._try_quietly(channel._api.delete_webhook(drop_pending_updates=False))
    await channel.close()


async def _looped(channel: TelegramChannel | ZaloBotChannel) -> tuple[list[float], str]:
    """What a loop does with a call that fails for ever: its pauses, and what it complains of."""
    pauses: list[float] = channel._retry._pause.seconds  # type: ignore[attr-defined]
    async with listening(channel, Inbox()):  # type: ignore[arg-type]
        await until(lambda: len(pauses) >= ROUNDS, seconds=30)
        told = channel.complaint
    await channel.close()
    return pauses[:ROUNDS], told


def zalo_bot(url: str) -> tuple[Channel, Calls]:
    """The same for the Bot Platform."""
    channel = _zalo_bot(url)
    words, file = zalo_kit.message, zalo_kit.attachment
    return channel, {
        "sendMessage": _send(lambda: channel.send(words(channel, "1"))),
        "sendPhoto": _send(lambda: channel.send(words(channel, "1", attachment=file()), picture(), "https://a.test/x")),
        "getMe": _ask(channel.check),
        "getWebhookInfo": _ask(channel.registered_webhook),
        "getUpdates": Call(role="loop", make=lambda: _looped(_zalo_bot(url))),
        "setWebhook": Call(role="loop", make=lambda: _looped(_zalo_bot(url, mode="webhook"))),
        "download": Call(
            role="zalo download", make=lambda: channel.fetch(File(ref=f"{url}/files/1", kind="photo"), 1000)
        ),
    }


def _zalo_bot(url: str, mode: str = "polling") -> ZaloBotChannel:
    return ZaloBotChannel(
        token=ZALO_TOKEN,
        base_url=url,
        mode=mode,
        webhook_secret="TEST-hook-secret",
        webhook_url=HOOK,
        timeouts=HASTY,
        pause=Pauses(),
        poll_seconds=0,
    )


def zalo_oa(url: str) -> tuple[Channel, Calls]:
    """The same for an Official Account; its key is good, and a second account's has to be renewed."""
    wire = Wire(timeouts=HASTY, at_once=8)
    channel, closed = _oa(url, wire, heard=0), _oa(url, wire, heard=None)
    expired = _oa(url, wire, heard=0, expired=True)
    words, file = zalo_kit.message, zalo_kit.attachment
    by_phone = words(closed, "tel:0900000000", lane=Lane.NOTICE)
    return channel, {
        "/v3.0/oa/message/cs": _send(lambda: channel.send(words(channel, "1"))),
        "/v2.0/oa/upload/image": _ask(lambda: channel.send(words(channel, "1", attachment=file()), picture())),
        "/v2.0/oa/upload/file": _ask(lambda: channel.send(words(channel, "1", attachment=file(PDF, "a.pdf")), b"%PDF")),
        "/v3.0/oa/message/template": _send(lambda: closed.send(words(closed, "1", lane=Lane.NOTICE))),
        "/message/template": _send(lambda: closed.send(by_phone)),
        "/v2.0/oa/getoa": _ask(channel.check),
        "/v4/oa/access_token": Call(role="renew", make=lambda: expired.send(words(expired, "1"))),
        "download": Call(
            role="zalo download", make=lambda: channel.fetch(File(ref=f"{url}/files/1", kind="photo"), 1000)
        ),
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


CHANNELS: Mapping[str, Callable[[str], tuple[Channel, Calls]]] = {
    "telegram": telegram,
    "zalo_bot": zalo_bot,
    "zalo_oa": zalo_oa,
}


async def outcome(make: Callable[[], Awaitable[object]]) -> object:
    """What came of a call: its answer or the failure, as a value."""
    try:
        return await make()
    except Exception as error:
        return error
