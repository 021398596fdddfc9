"""Telegram: sending through PTB's `Bot`, receiving through raw calls of our own.

PTB's poller and webhook server confirm an update before anything is stored, and its parser gives up a whole batch for
one bad field; so updates are read here as raw JSON, and confirmed only after `take` has returned.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import re
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, TypeVar

from telegram import Bot, BotCommand
from telegram.error import TelegramError

from bot.channels.base import (
    DeliveryFailed,
    Forbidden,
    Limits,
    Pace,
    Take,
    Trouble,
    harmless,
)
from bot.channels.capabilities import TELEGRAM
from bot.channels.retry import Retry
from bot.channels.telegram_messages import chat_id_of, markup, render
from bot.channels.telegram_polling import ALLOWED_UPDATES, Poll, webhook_update
from bot.channels.telegram_transport import (
    PLACEHOLDER_FILES,
    PLACEHOLDER_ROOT,
    PLACEHOLDER_TOKEN,
    SENT_ID,
    BotApi,
    Request,
    check_proxy,
    classify,
    quiet_libraries,
    read_error,
)
from bot.channels.telegram_updates import NAME, parse_update
from bot.channels.telegram_webhook import EVERY, Waiting
from bot.channels.wire import Reply, Secret, Timeouts
from bot.core.message import File, Inbound, Outbound, Update

log = logging.getLogger(__name__)

BURST_SECONDS: Final = 3.0  # a chat may be ahead of its pace by what it gets in this time
IN_GROUPS: Final = Pace(messages=20, seconds=60.0)


def chat_pace(per_second: float) -> Callable[[str], Pace | None]:
    """What one chat may have: a private one so much a second, a group 20 messages a minute."""
    private = Pace(messages=round(per_second * BURST_SECONDS), seconds=BURST_SECONDS)
    return lambda chat: IN_GROUPS if chat.startswith("-") else private


# Telegram allows about 30 a second over the whole bot: a rate and a burst that stay under it in any one second.
LIMITS: Final = Limits(per_second=25, burst=4, at_once=64, pace=chat_pace(1), keeps=24)

_T = TypeVar("_T")
_SECRET_HEADER = "x-telegram-bot-api-secret-token"
_SECRET_FORM = re.compile(r"[A-Za-z0-9_-]{1,256}")
_TOKEN_FORM = re.compile(r"[0-9]+:[A-Za-z0-9_-]+")
_FETCH_SECONDS = 30.0
_HASTY_SECONDS = 0.2
_EVERYONE_WITHIN, _EVERYONE_CHATS = 1.0, 3


_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""What a deep link can hand on."""


def deep_link(username: str, code: str) -> str:
    """The link that opens a bot and hands it a code."""
    return f"https://t.me/{username}?start={code}"


class TelegramChannel:
    """One bot on one Bot API server."""

    name = NAME
    abroad = True

    def __init__(
        self,
        *,
        token: str,
        base_url: str = "https://api.telegram.org",
        mode: str = "polling",
        webhook_secret: str = "",
        webhook_url: str = "",
        proxy: str = "",
        limits: Limits = LIMITS,
        timeouts: Timeouts = Timeouts(),  # noqa: B008 - frozen
        household_data: str = "consented",
        poll_seconds: int = 30,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Raises ValueError for settings that cannot work; the message never holds a secret.

        With `household_data` "link" nothing about a household leaves over Telegram: a link to our own page does.
        With an empty `webhook_url` in webhook mode nothing is registered: somebody else has done it.
        """
        _check_settings(token, mode, webhook_secret)
        quiet_libraries()
        self.bot = token.partition(":")[0]
        self.mode = mode
        self.limits = limits
        self.can = replace(TELEGRAM, households=household_data == "consented")
        self.username = ""  # known after `check`; deep links need it
        self._webhook_secret = Secret(webhook_secret)
        self._webhook_url = webhook_url
        self._server = BotApi(
            token=token, base_url=base_url, proxy=check_proxy(proxy), timeouts=timeouts, at_once=limits.at_once
        )
        self._api = _bot_over(self._server)
        self._poll = Poll(self._server, poll_seconds, timeouts, monotonic)
        self._pause = pause
        self._retry = Retry(NAME, pause)
        self._unbrought = ""
        self._waits = _Waits(monotonic)
        self._monotonic = monotonic

    # --- receiving ---

    def parse(self, raw: str) -> Inbound | None:
        """What a stored update says; `at` is 0 for a press, which Telegram does not date: it means *when received*."""
        return parse_update(raw)

    @property
    def complaint(self) -> str:
        """Why nothing has been received for a while; "" when all is well."""
        return self._retry.complaint or self._unbrought

    async def listen(self, take: Take) -> None:
        """Poll until cancelled; in webhook mode register the webhook, and look now and then whether it still works."""
        if self.mode == "webhook":
            await self._register_webhook()
            await self._watch_webhook()
            return
        while True:
            await self._receive(take)

    async def _receive(self, take: Take) -> None:
        """One round: fetch, store, and only then let the offset move."""
        started = self._monotonic()
        try:
            updates = await self._poll.fetch()
            if updates:
                await take(updates)
        except TelegramError as error:
            await self._after_failure(classify(error))
            return
        except Exception as error:  # what the inbox raises must not end the line
            await self._retry.wait(f"not stored ({type(error).__name__})")
            return
        if not updates and self._monotonic() - started < _HASTY_SECONDS:
            await self._retry.wait("empty answers at once")  # the server does not hold the poll: never a hot loop
        elif self._poll.confirm(updates):
            self._retry.well()
        else:
            await self._retry.wait("updates without a number")

    async def _after_failure(self, failed: DeliveryFailed) -> None:
        if failed.why == "webhook_set":
            await self._try_quietly(self._api.delete_webhook(drop_pending_updates=False))
        await self._retry.wait(failed.why, failed.seconds, failed.said)

    async def _register_webhook(self) -> None:
        while self._webhook_url:
            failed = await self._try_quietly(
                self._api.set_webhook(
                    self._webhook_url,
                    secret_token=self._webhook_secret.reveal(),
                    allowed_updates=ALLOWED_UPDATES,
                    drop_pending_updates=False,
                )
            )
            if failed is None:
                self._retry.well()
                return
            await self._retry.wait(failed.why, failed.seconds, failed.said)

    async def _watch_webhook(self) -> None:
        waiting = Waiting()
        while self._webhook_url:
            await self._pause(EVERY)
            info, failed = await _attempt(self._api.get_webhook_info())
            if info is None or failed is not None:
                continue  # that nothing passes at all is seen where we send
            self._unbrought = waiting.judge(info.pending_update_count)
            if info.url != self._webhook_url:  # somebody has taken it away, or given it to another program
                await self._register_webhook()

    def webhook(self, headers: Mapping[str, str], body: bytes) -> Update:
        """The update in a webhook call; a body that is no update is kept under its hash. Raises Forbidden."""
        given = headers.get(_SECRET_HEADER, "").encode("utf-8", "surrogatepass")
        expected = self._webhook_secret.reveal().encode()
        if not expected or not hmac.compare_digest(given, expected):
            raise Forbidden("webhook secret is missing or wrong")
        return webhook_update(body)

    # --- sending ---

    async def send(self, message: Outbound, content: bytes = b"", link: str = "") -> str:
        """Deliver one part and return its message id. Raises DeliveryFailed."""
        text, bold = render(message.text)
        SENT_ID.set(None)
        call = self._call(message, text, bold) if not message.attachment else self._upload(message, text, bold, content)
        _, failed = await _attempt(call)
        if failed is not None:
            raise self._waits.judge(failed, message.address.chat)
        return _sent_id()

    async def edit(self, message: Outbound, platform_id: str) -> bool:
        """Change a message into this one; False when it is not there any more. Raises DeliveryFailed."""
        if not platform_id.isdigit():
            return False
        text, bold = render(message.text)
        chat = message.address.chat
        call = self._api.edit_message_text(
            chat_id=chat_id_of(chat), message_id=int(platform_id), text=text, api_kwargs=_extra(bold) | markup(message)
        )
        _, failed = await _attempt(call)
        if failed is None or failed.why == "not_modified":
            return True
        if failed.why == "message_gone":
            return False
        raise self._waits.judge(failed, chat)

    def _call(self, message: Outbound, text: str, bold: list[dict[str, Any]]) -> Awaitable[object]:
        return self._api.send_message(
            chat_id=chat_id_of(message.address.chat), text=text, api_kwargs=_extra(bold) | markup(message)
        )

    def _upload(self, message: Outbound, text: str, bold: list[dict[str, Any]], content: bytes) -> Awaitable[object]:
        assert message.attachment is not None
        chat, name = chat_id_of(message.address.chat), message.attachment.name
        extra: dict[str, Any] = {"caption": text} if text else {}
        if bold:
            extra["caption_entities"] = bold
        if message.attachment.is_picture:
            return self._api.send_photo(chat, content, filename=name, api_kwargs=extra | markup(message))
        return self._api.send_document(chat, content, filename=name, api_kwargs=extra | markup(message))

    async def acknowledge(self, inbound: Inbound) -> None:
        """Stop the button's spinner; best effort."""
        if inbound.press_id:
            await self._try_quietly(self._api.answer_callback_query(inbound.press_id))

    async def fetch(self, file: File, limit: int) -> bytes:
        """The bytes of a person's file, at most `limit`. Raises DeliveryFailed."""
        if file.size > limit:
            raise DeliveryFailed(Trouble.REFUSED, "file_too_big")
        found = await self._ask(self._api.get_file(file.ref))
        if (found.file_size or 0) > limit:
            raise DeliveryFailed(Trouble.REFUSED, "file_too_big")
        path = _checked_path(found.file_path or "")
        reply, failed = await _attempt(self._server.download(path, limit, _FETCH_SECONDS))
        if failed is not None:
            raise harmless(failed)
        return _checked_file(reply, limit)

    # --- the bot itself ---

    def door(self, code: str) -> str:
        """The link that opens the bot, with a code if it is made of what such a link takes."""
        if not self.username:
            return ""
        return deep_link(self.username, code) if _PAYLOAD.fullmatch(code) else f"https://t.me/{self.username}"

    async def check(self) -> str:
        """The bot's username, which is remembered. Raises DeliveryFailed."""
        me = await self._ask(self._api.get_me())
        self.username = me.username or ""
        return self.username

    async def registered_webhook(self) -> str:
        """The address that Telegram calls, "" when it calls none. Raises DeliveryFailed."""
        return (await self._ask(self._api.get_webhook_info())).url or ""

    async def set_commands(self, commands: Sequence[tuple[str, str]]) -> None:
        """The menu of commands, as (command, description). Raises DeliveryFailed."""
        await self._ask(self._api.set_my_commands([BotCommand(command, about) for command, about in commands]))

    async def close(self) -> None:
        """Close the connections."""
        await self._server.close()

    async def _ask(self, call: Awaitable[_T]) -> _T:
        """A call that changes nothing for anybody, so that a failure in doubt may simply be tried again."""
        answer, failed = await _attempt(call)
        if failed is not None:
            raise harmless(failed)
        assert answer is not None
        return answer

    async def _try_quietly(self, call: Awaitable[object]) -> DeliveryFailed | None:
        _, failed = await _attempt(call)
        return failed


def _check_settings(token: str, mode: str, webhook_secret: str) -> None:
    if not _TOKEN_FORM.fullmatch(token):
        raise ValueError("telegram token must look like 123456:ABC")
    if mode not in ("polling", "webhook"):
        raise ValueError("telegram mode must be polling or webhook")
    if mode == "webhook" and not webhook_secret:
        raise ValueError("telegram webhook_secret is empty: anybody could write to the webhook")
    if webhook_secret and not _SECRET_FORM.fullmatch(webhook_secret):
        raise ValueError("telegram webhook_secret must be 1-256 of A-Z a-z 0-9 _ -")


def _bot_over(server: BotApi) -> Bot:
    request = Request(server)
    return Bot(
        PLACEHOLDER_TOKEN,
        base_url=PLACEHOLDER_ROOT,
        base_file_url=PLACEHOLDER_FILES,
        request=request,
        get_updates_request=request,
    )


def _extra(bold: list[dict[str, Any]]) -> dict[str, Any]:
    """What goes with words beside their keyboard."""
    extra: dict[str, Any] = {"link_preview_options": {"is_disabled": True}}
    return extra | {"entities": bold} if bold else extra


async def _attempt(call: Awaitable[_T]) -> tuple[_T | None, DeliveryFailed | None]:
    """The answer or the failure, as values: raised later, the failure carries no context from inside the call."""
    try:
        return await call, None
    except TelegramError as error:
        return None, classify(error)
    except Exception as error:  # PTB could not read what it was given back
        log.warning("telegram: an answer could not be read: %s", type(error).__name__)
        return None, DeliveryFailed(Trouble.IN_DOUBT, "strange_answer")


def _sent_id() -> str:
    number = SENT_ID.get()
    if not isinstance(number, int):
        raise DeliveryFailed(Trouble.IN_DOUBT, "strange_answer")
    return str(number)


class _Waits:
    """Tells one chat's 429 from the whole bot's.

    Telegram does not say which limit was passed. One chat's is the usual case, and holds only that chat; when three
    different chats are told to wait within a second it is the bot's own limit, and everyone waits.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._told: dict[str, float] = {}

    def judge(self, failed: DeliveryFailed, chat: str) -> DeliveryFailed:
        """The failure, with `everyone` set when it is not about this chat alone."""
        if failed.trouble is not Trouble.WAIT:
            return failed
        now = self._monotonic()
        self._told = {other: at for other, at in self._told.items() if now - at < _EVERYONE_WITHIN}
        self._told[chat] = now
        everyone = len(self._told) >= _EVERYONE_CHATS
        return DeliveryFailed(failed.trouble, failed.why, seconds=failed.seconds, everyone=everyone)


# --- files ------------------------------------------------------------------------------------------------------


def _checked_path(address: str) -> str:
    """The path under our server's file root; anything else (another host, a way upwards) is refused."""
    path = address.removeprefix(PLACEHOLDER_FILES + PLACEHOLDER_TOKEN + "/")
    if path == address or path.startswith("/") or ".." in path.split("/") or "\\" in path:
        raise DeliveryFailed(Trouble.REFUSED, "file_path")
    return path


def _checked_file(reply: Reply | None, limit: int) -> bytes:
    if reply is None or 300 <= reply.status < 400:
        raise DeliveryFailed(Trouble.REFUSED, "redirect")
    if reply.status == 404:  # the path is good for an hour; asking for it again gives a new one
        raise DeliveryFailed(Trouble.RETRY_LATER, "file_gone")
    if reply.status != 200:
        raise harmless(classify(read_error(reply)))
    if len(reply.body) > limit:
        raise DeliveryFailed(Trouble.REFUSED, "file_too_big")
    return reply.body
