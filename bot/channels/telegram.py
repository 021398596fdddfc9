"""Telegram: sending through PTB's `Bot`, receiving through raw calls of our own.

PTB's poller and webhook server confirm an update before anything is stored, and its parser gives up a whole batch for
one bad field; so updates are read here as raw JSON, and confirmed only after `take` has returned.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import logging
import random
import re
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, TypeVar

from telegram import Bot, BotCommand, MessageEntity
from telegram.error import TelegramError

from bot.channels.base import (
    DeliveryFailed,
    Forbidden,
    Limits,
    Pace,
    Take,
    Trouble,
    Unreadable,
)
from bot.channels.capabilities import TELEGRAM
from bot.channels.telegram_transport import (
    PLACEHOLDER_FILES,
    PLACEHOLDER_ROOT,
    PLACEHOLDER_TOKEN,
    SENT_ID,
    BotApi,
    Request,
    WireError,
    check_proxy,
    classify,
    quiet_libraries,
    read_answer,
    read_error,
)
from bot.channels.wire import Reply, Secret, Timeouts
from bot.core.message import BOLD_OFF, BOLD_ON, Address, Choice, File, Inbound, Outbound, Update
from bot.core.reading.fold import clean

log = logging.getLogger(__name__)

NAME: Final = "telegram"
ALLOWED_UPDATES: Final = ("message", "edited_message", "callback_query", "my_chat_member")
BURST_SECONDS: Final = 3.0  # a chat may be ahead of its pace by what it gets in this time
IN_GROUPS: Final = Pace(messages=20, seconds=60.0)


def chat_pace(per_second: float) -> Callable[[str], Pace | None]:
    """What one chat may have: a private one so much a second, a group 20 messages a minute."""
    private = Pace(messages=round(per_second * BURST_SECONDS), seconds=BURST_SECONDS)
    return lambda chat: IN_GROUPS if chat.startswith("-") else private


# Telegram allows about 30 a second over the whole bot: a rate and a burst that stay under it in any one second.
LIMITS: Final = Limits(per_second=25, burst=5, at_once=64, pace=chat_pace(1))

_T = TypeVar("_T")
_SECRET_HEADER = "x-telegram-bot-api-secret-token"
_SECRET_FORM = re.compile(r"[A-Za-z0-9_-]{1,256}")
_TOKEN_FORM = re.compile(r"[0-9]+:[A-Za-z0-9_-]+")
_CHAT_FORM = re.compile(r"-?[0-9]{1,18}")
_LARGEST_ID = 2**53
_IDLE_SECONDS = 6 * 24 * 3600  # after a week without updates Telegram draws the next id at random
_FETCH_SECONDS = 30.0
_HASTY_SECONDS = 0.2
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 30.0
_EVERYONE_WITHIN, _EVERYONE_CHATS = 1.0, 3


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
        self._poll = _Poll(self._server, poll_seconds, timeouts, monotonic)
        self._retry = _Retry(pause)
        self._waits = _Waits(monotonic)
        self._monotonic = monotonic

    # --- receiving ---

    def parse(self, raw: str) -> Inbound | None:
        """What a stored update says; `at` is 0 for a press, which Telegram does not date: it means *when received*."""
        return parse_update(raw)

    @property
    def complaint(self) -> str:
        """Why nothing has been received for a while; "" when all is well."""
        return self._retry.complaint

    async def listen(self, take: Take) -> None:
        """Poll until cancelled; in webhook mode register the webhook and return."""
        if self.mode == "webhook":
            await self._register_webhook()
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
        await self._retry.wait(failed.why, at_least=failed.seconds)

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
            await self._retry.wait(failed.why, at_least=failed.seconds)

    def webhook(self, headers: Mapping[str, str], body: bytes) -> Update:
        """The update in a webhook call; a body that is no update is kept under its hash. Raises Forbidden."""
        given = headers.get(_SECRET_HEADER, "").encode("utf-8", "surrogatepass")
        expected = self._webhook_secret.reveal().encode()
        if not expected or not hmac.compare_digest(given, expected):
            raise Forbidden("webhook secret is missing or wrong")
        return _webhook_update(body)

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

    def _call(self, message: Outbound, text: str, bold: list[dict[str, Any]]) -> Awaitable[object]:
        extra: dict[str, Any] = {"link_preview_options": {"is_disabled": True}}
        if bold:
            extra["entities"] = bold
        return self._api.send_message(
            chat_id=_chat_id(message.address.chat), text=text, api_kwargs=extra | _markup(message)
        )

    def _upload(self, message: Outbound, text: str, bold: list[dict[str, Any]], content: bytes) -> Awaitable[object]:
        assert message.attachment is not None
        chat, name = _chat_id(message.address.chat), message.attachment.name
        extra: dict[str, Any] = {"caption": text} if text else {}
        if bold:
            extra["caption_entities"] = bold
        if message.attachment.is_picture:
            return self._api.send_photo(chat, content, filename=name, api_kwargs=extra | _markup(message))
        return self._api.send_document(chat, content, filename=name, api_kwargs=extra | _markup(message))

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
            raise _harmless(failed)
        return _checked_file(reply, limit)

    # --- the bot itself ---

    async def check(self) -> str:
        """The bot's username, which is remembered. Raises DeliveryFailed."""
        me = await self._ask(self._api.get_me())
        self.username = me.username or ""
        return self.username

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
            raise _harmless(failed)
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


def _harmless(failed: DeliveryFailed) -> DeliveryFailed:
    if failed.trouble is Trouble.IN_DOUBT:
        return DeliveryFailed(Trouble.RETRY_LATER, failed.why)
    return failed


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


class _Retry:
    """Pauses that double from 1 s to 30 s with jitter, and one log line when the state changes."""

    def __init__(self, pause: Callable[[float], Awaitable[None]]) -> None:
        self._pause = pause
        self._state = ""
        self._seconds = _FIRST_PAUSE

    async def wait(self, why: str, at_least: float = 0) -> None:
        """Wait before the next try."""
        if why != self._state:
            log.warning("telegram: not receiving: %s", why)
            self._state = why
        seconds = max(self._seconds * random.uniform(0.75, 1.25), at_least)
        self._seconds = min(self._seconds * 2, _LONGEST_PAUSE)
        await self._pause(seconds)

    @property
    def complaint(self) -> str:
        """What goes wrong so often that the pauses have grown to their longest."""
        return self._state if self._seconds >= _LONGEST_PAUSE else ""

    def well(self) -> None:
        """It worked."""
        if self._state:
            log.info("telegram: receiving again")
        self._state, self._seconds = "", _FIRST_PAUSE


# --- polling ----------------------------------------------------------------------------------------------------


class _Poll:
    """`getUpdates` with its offset, which moves only when it is told to."""

    def __init__(self, server: BotApi, seconds: int, timeouts: Timeouts, monotonic: Callable[[], float]) -> None:
        self._server = server
        self._seconds = seconds
        self._patience = seconds + timeouts.read
        self._monotonic = monotonic
        self._offset: int | None = None
        self._last = monotonic()

    async def fetch(self) -> list[Update]:
        """The updates that are waiting, or that come within the poll's time. Raises TelegramError."""
        body: dict[str, Any] = {"timeout": self._seconds, "limit": 100, "allowed_updates": ALLOWED_UPDATES}
        self._forget_when_idle()
        if self._offset is not None:
            body["offset"] = self._offset
        reply = await self._server.call("getUpdates", data=json.dumps(body).encode(), patience=self._patience)
        found = read_answer(reply)["result"]
        if not isinstance(found, list):
            raise WireError("not_a_list", sent=True)
        return [_update(element) for element in found]

    def confirm(self, updates: Sequence[Update]) -> bool:
        """Let the next fetch ask above these; False when there is nothing among them to move on by."""
        if not updates:
            return True
        self._last = self._monotonic()
        known = [int(update.key) for update in updates if update.key.isdigit()]
        if not known:
            return False
        # The highest of this batch, not of all time: after an idle week the ids may start lower.
        self._offset = max(known) + 1
        return True

    def _forget_when_idle(self) -> None:
        if self._monotonic() - self._last > _IDLE_SECONDS:
            self._offset = None


def _update(element: object) -> Update:
    raw = json.dumps(element)  # ASCII: a lone surrogate or a NUL in it can harm no store
    number = _update_id(element)
    return Update(key=_hash(raw.encode()) if number is None else str(number), raw=raw)


def _webhook_update(body: bytes) -> Update:
    try:
        raw = body.decode()
        number = _update_id(json.loads(raw))
    except (ValueError, RecursionError):
        raw = body.decode("utf-8", "backslashreplace").replace("\0", "\\0")
        number = None
    return Update(key=_hash(body) if number is None else str(number), raw=raw)


def _update_id(element: object) -> int | None:
    number = element.get("update_id") if isinstance(element, dict) else None
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < _LARGEST_ID:
        return None
    return number


def _hash(raw: bytes) -> str:
    return "x:" + hashlib.sha256(raw).hexdigest()


# --- reading an update ------------------------------------------------------------------------------------------

_PERSONAL = ("private", "group", "supergroup")
# What a person may send that has no words for us: answered like any text that is not understood.
_WORDLESS = frozenset(
    {"animation", "audio", "checklist", "contact", "dice", "document", "location", "paid_media"}
    | {"poll", "sticker", "story", "venue", "video", "video_note", "voice"}
)


def parse_update(raw: str) -> Inbound | None:
    """What an update says, None when it is nothing for us. Raises Unreadable."""
    try:
        update = json.loads(raw)
    except (ValueError, RecursionError):
        update = None
    if _update_id(update) is None:
        raise Unreadable("not an update")
    for kind, read in _READERS.items():
        if kind in update:
            return read(_object(update, kind))
    return None


def _read_message(message: dict[str, Any]) -> Inbound | None:
    chat = _object(message, "chat")
    if "from" not in message or _string(chat, "type") not in _PERSONAL:
        return None
    sender = _object(message, "from")
    if sender.get("is_bot") is True:  # an anonymous administrator, or a channel: nobody to authorise
        return None
    text, files = _words(message), _files(message)
    if not text and not files and _WORDLESS.isdisjoint(message):
        return None
    return _inbound(chat, sender, at=_milliseconds(message), text=text, files=files)


def _read_edit(message: dict[str, Any]) -> Inbound | None:
    inbound = _read_message(message)
    return inbound and replace(inbound, edited=True)


def _read_press(query: dict[str, Any]) -> Inbound | None:
    sender = _object(query, "from")
    # A message that the bot can no longer see still names its chat; one sent in inline mode does not.
    chat = _object(_object(query, "message"), "chat") if "message" in query else {**sender, "type": "private"}
    if "data" not in query:
        return None
    return _inbound(chat, sender, at=0, press=clean(_string(query, "data")), press_id=_string(query, "id"))


def _read_membership(change: dict[str, Any]) -> Inbound | None:
    chat, sender = _object(change, "chat"), _object(change, "from")
    if _string(chat, "type") not in _PERSONAL:
        return None
    member = _object(change, "new_chat_member")
    status = _string(member, "status")
    away = status in ("kicked", "left") or (status == "restricted" and member.get("is_member") is False)
    return _inbound(chat, sender, at=_milliseconds(change), reachable=not away)


_READERS: dict[str, Callable[[dict[str, Any]], Inbound | None]] = {
    "message": _read_message,
    "edited_message": _read_edit,
    "callback_query": _read_press,
    "my_chat_member": _read_membership,
}


def _inbound(chat: dict[str, Any], sender: dict[str, Any], **what: Any) -> Inbound:
    return Inbound(
        address=Address(channel=NAME, chat=str(_integer(chat, "id"))),
        sender=str(_integer(sender, "id")),
        sender_name=_person_name(sender),
        group=_string(chat, "type") != "private",
        **what,
    )


def _words(message: dict[str, Any]) -> str:
    for key in ("text", "caption"):
        if key in message:
            return clean(_string(message, key))
    return ""


def _files(message: dict[str, Any]) -> tuple[File, ...]:
    if "photo" in message:
        return (_largest_photo(message["photo"]),)
    if "document" in message:
        document = _object(message, "document")
        mime = _optional_string(document, "mime_type")
        if mime.startswith("image/"):
            return (_file(document, "document", mime),)
    return ()


def _largest_photo(sizes: object) -> File:
    if not isinstance(sizes, list) or not sizes or not all(isinstance(size, dict) for size in sizes):
        raise Unreadable("photo")
    largest = max(sizes, key=lambda size: _integer(size, "width") * _integer(size, "height"))
    return _file(largest, "photo", "image/jpeg")


def _file(source: dict[str, Any], kind: str, mime: str) -> File:
    size = source.get("file_size", 0)
    return File(ref=_string(source, "file_id"), kind=kind, size=size if isinstance(size, int) else 0, mime=mime)


def _person_name(sender: dict[str, Any]) -> str:
    names = (_optional_string(sender, "first_name"), _optional_string(sender, "last_name"))
    return " ".join(clean(" ".join(names)).split())


def _milliseconds(source: dict[str, Any]) -> int:
    seconds = _integer(source, "date")
    if not 0 <= seconds < 2**40:
        raise Unreadable("date")
    return seconds * 1000


def _object(source: dict[str, Any], key: str) -> dict[str, Any]:
    value = source.get(key)
    if not isinstance(value, dict):
        raise Unreadable(key)
    return value


def _integer(source: dict[str, Any], key: str) -> int:
    value = source.get(key)
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= _LARGEST_ID:
        raise Unreadable(key)
    return value


def _string(source: dict[str, Any], key: str) -> str:
    value = source.get(key)
    if not isinstance(value, str):
        raise Unreadable(key)
    return value


def _optional_string(source: dict[str, Any], key: str) -> str:
    value = source.get(key, "")
    return value if isinstance(value, str) else ""


# --- writing a message ------------------------------------------------------------------------------------------

_LONG_LABEL, _SHORT_LABEL = 18, 8
_BOLD_MARK = re.compile(f"([{BOLD_ON}{BOLD_OFF}])")
_NO_MARKS = str.maketrans("", "", BOLD_ON + BOLD_OFF)


def render(text: str) -> tuple[str, list[dict[str, Any]]]:
    """The words without marks, and the bold stretches in the UTF-16 units that Telegram counts."""
    words: list[str] = []
    bold: list[dict[str, Any]] = []
    at, start = 0, -1
    for piece in _BOLD_MARK.split(text):
        if piece == BOLD_ON:
            start = at if start < 0 else start
        elif piece == BOLD_OFF:
            bold += _bold(start, at)
            start = -1
        else:
            words.append(piece)
            at += len(piece.encode("utf-16-le", "surrogatepass")) // 2
    bold += _bold(start, at)
    return "".join(words), bold


def _bold(start: int, end: int) -> list[dict[str, Any]]:
    return [{"type": MessageEntity.BOLD, "offset": start, "length": end - start}] if 0 <= start < end else []


def keyboard(choices: Sequence[Choice], controls: Sequence[Choice]) -> list[list[dict[str, str]]]:
    """The rows of an inline keyboard: the answers as a phone can show them, and the controls in one row below."""
    width = _row_width(choices)
    rows = [choices[first : first + width] for first in range(0, len(choices), width)]
    if controls:
        rows.append(controls)
    return [[_button(choice) for choice in row] for row in rows]


def _row_width(choices: Sequence[Choice]) -> int:
    longest = max((len(choice.label) for choice in choices), default=0)
    if longest > _LONG_LABEL:
        return 1
    return 3 if longest <= _SHORT_LABEL else 2


def _button(choice: Choice) -> dict[str, str]:
    return {"text": choice.label.translate(_NO_MARKS), "callback_data": choice.data}


def _markup(message: Outbound) -> dict[str, Any]:
    """As plain JSON: building PTB's objects for them costs more than the call itself."""
    rows = keyboard(message.choices, message.controls)
    return {"reply_markup": {"inline_keyboard": rows}} if rows else {}


def _chat_id(chat: str) -> int | str:
    return int(chat) if _CHAT_FORM.fullmatch(chat) else chat


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
        raise _harmless(classify(read_error(reply)))
    if len(reply.body) > limit:
        raise DeliveryFailed(Trouble.REFUSED, "file_too_big")
    return reply.body
