"""The Zalo Bot Platform: for staff and pilots. No buttons, no files of ours but pictures that it fetches itself.

`getUpdates` hands out one event and forgets it at once: what was handed out is held here until it is on disk.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from bot.channels.answers import wording
from bot.channels.base import DeliveryFailed, Forbidden, Limits, Take, Trouble, Unreadable, harmless
from bot.channels.capabilities import ZALO_BOT, Capabilities
from bot.channels.fields import Fields
from bot.channels.retry import Retry
from bot.channels.wire import Lost, Reply, Secret, Timeouts, Wire, object_in
from bot.channels.zalo_answers import no_answer_of_zalo
from bot.channels.zalo_files import download
from bot.core.message import Address, File, Inbound, Outbound, Update
from bot.core.reading.fold import clean

NAME: Final = "zalo_bot"
BASE_URL: Final = "https://bot-api.zaloplatforms.com"
MONTHLY: Final = 3000  # messages in both directions on the basic plan
MOST_PEOPLE: Final = 50
# The platform names no rate; this is far below what was ever seen refused.
SILENCE: Final = 16  # working hours without an event, in webhook mode
LIMITS: Final = Limits(per_second=5, burst=5, at_once=8, monthly=MONTHLY, most_people=MOST_PEOPLE, keeps=24)

_SECRET_HEADER = "x-bot-api-secret-token"
_SECRET_FORM = re.compile(r"\S{8,256}")
_TOKEN_FORM = re.compile(r"[0-9A-Za-z]+:[A-Za-z0-9_-]+")
_HASTY_SECONDS = 0.2


class ZaloBotChannel:
    """One bot of the platform."""

    name = NAME
    abroad = False

    def __init__(
        self,
        *,
        token: str,
        base_url: str = BASE_URL,
        mode: str = "polling",
        webhook_secret: str = "",
        webhook_url: str = "",
        limits: Limits = LIMITS,
        timeouts: Timeouts = Timeouts(),  # noqa: B008 - frozen
        poll_seconds: int = 30,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
        monotonic: Callable[[], float] = time.monotonic,
        can: Capabilities = ZALO_BOT,
    ) -> None:
        """Raises ValueError for settings that cannot work; the message never holds a secret."""
        _check_settings(token, mode, webhook_secret)
        self.bot = token.partition(":")[0]
        self.mode = mode
        self.limits = replace(limits, silence=SILENCE) if mode == "webhook" else limits
        self.can = can
        self._base = base_url.rstrip("/")
        self._token = Secret(token)
        self._webhook_secret = Secret(webhook_secret)
        self._webhook_url = webhook_url
        self._poll_seconds = poll_seconds
        self._wire = Wire(timeouts=timeouts, at_once=limits.at_once)
        self._retry = Retry(NAME, pause)
        self._monotonic = monotonic

    # --- receiving ---

    @property
    def complaint(self) -> str:
        """Why nothing has been received for a while; "" when all is well."""
        return self._retry.complaint

    def parse(self, raw: str) -> Inbound | None:
        """What a stored event says, None when it is nothing for us. Raises Unreadable."""
        return parse_event(raw)

    async def listen(self, take: Take) -> None:
        """Poll until cancelled; in webhook mode register the webhook and return."""
        if self.mode == "webhook":
            await self._register_webhook()
            return
        while True:
            await self._receive(take)

    async def _receive(self, take: Take) -> None:
        started = self._monotonic()
        reply = await self._post("getUpdates", {"timeout": str(self._poll_seconds)}, patience=self._poll_seconds)
        event, failed = _read(reply)
        if failed is None and event:
            await self._keep(take, _update(json.dumps(event)))
            self._retry.well()
        elif failed is not None and failed.why != "idle":
            await self._retry.wait(failed.why, failed.seconds, failed.said)
        elif self._monotonic() - started < _HASTY_SECONDS:
            await self._retry.wait("empty answers at once")  # the server does not hold the poll: never a hot loop
        else:
            self._retry.well()

    async def _keep(self, take: Take, update: Update) -> None:
        """The platform has forgotten the event: nothing else is asked for before it is on disk."""
        kept = False
        while not kept:
            try:
                await take([update])
                kept = True
            except Exception as error:
                await self._retry.wait(f"not_stored_{type(error).__name__}")

    async def _register_webhook(self) -> None:
        asked = {"url": self._webhook_url, "secret_token": self._webhook_secret.reveal()}
        while self._webhook_url:
            _, failed = _read(await self._post("setWebhook", asked))
            if failed is None:
                self._retry.well()
                return
            await self._retry.wait(failed.why, failed.seconds, failed.said)

    def webhook(self, headers: Mapping[str, str], body: bytes) -> Update:
        """The event in a webhook call. Raises Forbidden."""
        given = headers.get(_SECRET_HEADER, "").encode("utf-8", "surrogatepass")
        expected = self._webhook_secret.reveal().encode()
        if not expected or not hmac.compare_digest(given, expected):
            raise Forbidden("webhook secret is missing or wrong")
        return _update(body.decode("utf-8", "backslashreplace").replace("\0", "\\0"))

    # --- sending ---

    async def send(self, message: Outbound, content: bytes = b"", link: str = "") -> str:
        """Deliver one part; a picture goes as the address at which the platform fetches it. Raises DeliveryFailed."""
        chat = message.address.chat
        if message.attachment is not None:
            if not message.attachment.is_picture:
                raise DeliveryFailed(Trouble.REFUSED, "kind")
            asked = {"chat_id": chat, "photo": link, "caption": message.text}
            return _sent_id(await self._ask("sendPhoto", asked))
        return _sent_id(await self._ask("sendMessage", {"chat_id": chat, "text": message.text}))

    async def edit(self, message: Outbound, platform_id: str) -> bool:
        """Zalo changes nothing that was sent."""
        return False

    async def acknowledge(self, inbound: Inbound) -> None:
        """Nothing: the platform has no buttons."""

    async def fetch(self, file: File, limit: int) -> bytes:
        """The bytes of a picture that somebody sent, at most `limit`. Raises DeliveryFailed."""
        return await download(self._wire, file.ref, limit, ours=self._base)

    # --- the bot itself ---

    def door(self, code: str) -> str:
        """A bot of the platform has no public address."""
        return ""

    async def check(self) -> str:
        """The bot's name. Raises DeliveryFailed."""
        me = await self._look("getMe")
        return str(me.get("account_name") or me.get("display_name") or "")

    async def registered_webhook(self) -> str:
        """The address that the platform calls, "" when it calls none. Raises DeliveryFailed."""
        return str((await self._look("getWebhookInfo")).get("url") or "")

    async def close(self) -> None:
        """Close the connections."""
        await self._wire.close()

    async def _ask(self, method: str, asked: Mapping[str, str]) -> dict[str, Any]:
        """A send: what was not answered in time may have arrived."""
        answer, failed = _read(await self._post(method, asked))
        if failed is not None:
            raise DeliveryFailed(Trouble.IN_DOUBT, "gateway_timeout") if failed.why == "idle" else failed
        return answer

    async def _look(self, method: str) -> dict[str, Any]:
        """A call that changes nothing for anybody."""
        answer, failed = _read(await self._post(method, {}))
        if failed is not None:
            raise harmless(failed)
        return answer

    async def _post(self, method: str, asked: Mapping[str, str], patience: float | None = None) -> Reply | Lost:
        url = Secret(f"{self._base}/bot{self._token.reveal()}/{method}")
        longest = None if patience is None else patience + self._wire.timeouts.read
        return await self._wire.post(url, json.dumps(asked).encode(), patience=longest)


def _check_settings(token: str, mode: str, webhook_secret: str) -> None:
    if not _TOKEN_FORM.fullmatch(token):
        raise ValueError("zalo_bot token must look like 123456:ABC")
    if mode not in ("polling", "webhook"):
        raise ValueError("zalo_bot mode must be polling or webhook")
    if (mode == "webhook" or webhook_secret) and not _SECRET_FORM.fullmatch(webhook_secret):
        raise ValueError("zalo_bot webhook_secret must have 8-256 letters without spaces")


# --- answers --------------------------------------------------------------------------------------------------------

# The first row whose code and words fit decides; words are looked for in lower case. Documented codes are 400, 401,
# 403, 404, 408 and 429; the words are those that were seen.
RULES: Final[tuple[tuple[int, str, Trouble, str], ...]] = (
    (400, "chat not found", Trouble.UNREACHABLE, "chat_not_found"),
    (400, "chat_id", Trouble.UNREACHABLE, "chat_not_found"),
    (400, "user", Trouble.UNREACHABLE, "chat_not_found"),
    (400, "text is too long", Trouble.REFUSED, "too_long"),
    (400, "photo", Trouble.REFUSED, "photo"),
    (400, "webhook", Trouble.MISCONFIGURED, "webhook"),
    (400, "", Trouble.REFUSED, "other_400"),
    (401, "", Trouble.MISCONFIGURED, "token_rejected"),
    (403, "internal server error", Trouble.IN_DOUBT, "server_error"),
    (403, "limit", Trouble.REFUSED, "most_people"),
    (403, "", Trouble.UNREACHABLE, "not_allowed"),
    (404, "", Trouble.MISCONFIGURED, "token_rejected"),
    (408, "", Trouble.RETRY_LATER, "idle"),
    (409, "", Trouble.RETRY_LATER, "conflict"),  # in no table of Zalo's; it is never about the message
    (429, "", Trouble.WAIT, "too_many"),
)
QUOTA_PAUSE: Final = 60.0  # seconds: the platform does not say how long to wait


def _read(reply: Reply | Lost) -> tuple[dict[str, Any], DeliveryFailed | None]:
    """The result of a call, or what went wrong. `ok` decides, not the status."""
    if isinstance(reply, Lost):
        return {}, DeliveryFailed(Trouble.IN_DOUBT if reply.sent else Trouble.CHANNEL_DOWN, reply.kind)
    answer = object_in(reply.body)
    if answer is None or not isinstance(answer.get("ok"), bool):
        return {}, no_answer_of_zalo(reply)
    if answer["ok"]:
        result = answer.get("result")
        return (result if isinstance(result, dict) else {}), None
    code = answer.get("error_code")
    return {}, judge(code if isinstance(code, int) else reply.status, str(answer.get("description", "")))


def judge(code: int, description: str) -> DeliveryFailed:
    """The one name of the closed list for an error of the platform."""
    words = description.lower()
    for known, part, trouble, why in RULES:
        if known == code and part in words:
            seconds = QUOTA_PAUSE if trouble is Trouble.WAIT else 0
            said = wording(description) if why.startswith("other_") else ""
            return DeliveryFailed(trouble, why, seconds=seconds, everyone=True, said=said)
    if code >= 500:
        return DeliveryFailed(Trouble.RETRY_LATER, "server_error")
    return DeliveryFailed(Trouble.REFUSED, f"other_{code}", said=wording(description))


def _sent_id(answer: Mapping[str, Any]) -> str:
    """The id of what was sent; an answer without one was seen, and the message had arrived."""
    return str(answer.get("message_id") or "")


# --- events ---------------------------------------------------------------------------------------------------------


def _update(raw: str) -> Update:
    """Nothing protects an event against being played again: chat, sender and message make its key."""
    event = _unwrapped(object_in(raw) or {})
    message = event.get("message")
    if isinstance(message, dict):
        chat, sender = message.get("chat"), message.get("from")
        ids = (_id(chat), _id(sender), message.get("message_id"))
        if all(isinstance(part, str) and part for part in ids):
            return Update(key=":".join(map(str, ids)), raw=raw)
    return Update(key="x:" + hashlib.sha256(raw.encode("utf-8", "surrogatepass")).hexdigest(), raw=raw)


def _id(source: object) -> object:
    return source.get("id") if isinstance(source, dict) else None


def _unwrapped(event: dict[str, Any]) -> dict[str, Any]:
    """Events come in the envelope of an answer, or bare."""
    result = event.get("result")
    return result if isinstance(result, dict) and "event_name" in result else event


def parse_event(raw: str) -> Inbound | None:
    """What an event says, None when it is nothing for us. Raises Unreadable."""
    event = object_in(raw)
    if event is None:
        raise Unreadable("not an event")
    event = _unwrapped(event)
    if not str(event.get("event_name", "")).startswith("message."):
        return None
    message = Fields(event).object("message")
    sender = message.object("from")
    if sender.optional("is_bot") is True:
        return None
    return Inbound(
        address=Address(channel=NAME, chat=message.object("chat").string("id")),
        sender=sender.string("id"),
        sender_name=" ".join(clean(sender.text("display_name")).split()),
        group=message.object("chat").text("chat_type").upper() == "GROUP",
        at=message.moment("date"),
        text=clean(message.text("text") or message.text("caption")),
        files=_pictures(message),
    )


def _pictures(message: Fields) -> tuple[File, ...]:
    address = message.text("photo_url") or message.text("photo")
    return (File(ref=address, kind="photo", mime="image/jpeg"),) if address else ()
