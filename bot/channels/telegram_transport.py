"""How calls reach the Bot API, and what each way of failing means.

PTB sees a placeholder token; the real one lives in `BotApi` only, and failures travel as values up to the place
where they are raised, so that no repr, log line, exception or traceback can carry it.
"""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

import aiohttp
from telegram.error import TelegramError
from telegram.request import BaseRequest, RequestData

from bot.channels.answers import wording
from bot.channels.base import DeliveryFailed, Trouble
from bot.channels.wire import Lost, Reply, Secret, Timeouts, Wire, object_in

PLACEHOLDER_TOKEN = "0:placeholder"
PLACEHOLDER_ROOT = "http://telegram.invalid/bot"
PLACEHOLDER_FILES = "http://telegram.invalid/file/bot"

_LOUD = ("telegram", "telegram.Bot", "telegram.request", "httpx", "httpcore", "aiohttp")


def quiet_libraries() -> None:
    """At DEBUG PTB logs what people write, and httpx logs URLs: neither may reach a log, whatever the root's level."""
    for name in _LOUD:
        logging.getLogger(name).setLevel(logging.WARNING)


# --- failures ---------------------------------------------------------------------------------------------------


class WireError(TelegramError):
    """The connection failed; `sent` tells whether the request may have reached Telegram."""

    def __init__(self, kind: str, *, sent: bool) -> None:
        super().__init__(f"connection: {kind}")
        self.kind = kind
        self.sent = sent


class AnswerError(TelegramError):
    """Telegram, or somebody on the way to it, answered with an error."""

    def __init__(self, status: int, description: str | None, parameters: Mapping[str, Any] | None = None) -> None:
        super().__init__(f"answer: {status}")
        self.status = status
        self.description = description  # None: not an answer of the Bot API
        self.parameters = parameters or {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """An error status and words of its description, and what to do about it."""

    status: int
    words: str
    trouble: Trouble
    why: str


def _rule(status: int, words: str, trouble: Trouble, why: str) -> Rule:
    return Rule(status=status, words=words.lower(), trouble=trouble, why=why)


# The first row whose status and words fit decides; a row without words is the rule for the rest of its status.
RULES: tuple[Rule, ...] = (
    _rule(400, "chat not found", Trouble.UNREACHABLE, "chat_not_found"),
    _rule(400, "PEER_ID_INVALID", Trouble.UNREACHABLE, "chat_not_found"),
    _rule(400, "user not found", Trouble.UNREACHABLE, "chat_not_found"),
    _rule(400, "user_id_invalid", Trouble.UNREACHABLE, "chat_not_found"),
    _rule(400, "chat_id is empty", Trouble.UNREACHABLE, "chat_not_found"),
    _rule(400, "CHAT_ID_INVALID", Trouble.UNREACHABLE, "chat_not_found"),
    _rule(400, "CHANNEL_INVALID", Trouble.UNREACHABLE, "chat_not_found"),
    _rule(400, "upgraded to a supergroup", Trouble.UNREACHABLE, "migrated"),
    _rule(400, "migrated to a supergroup", Trouble.UNREACHABLE, "migrated"),
    _rule(400, "chat is deactivated", Trouble.UNREACHABLE, "group_closed"),
    _rule(400, "group is deactivated", Trouble.UNREACHABLE, "group_closed"),
    _rule(400, "group chat was deactivated", Trouble.UNREACHABLE, "group_closed"),
    _rule(400, "not enough rights", Trouble.UNREACHABLE, "no_rights"),
    _rule(400, "have no rights", Trouble.UNREACHABLE, "no_rights"),
    _rule(400, "no write access", Trouble.UNREACHABLE, "no_rights"),
    _rule(400, "need administrator rights", Trouble.UNREACHABLE, "no_rights"),
    _rule(400, "CHAT_WRITE_FORBIDDEN", Trouble.UNREACHABLE, "no_rights"),
    _rule(400, "CHAT_SEND_PLAIN_FORBIDDEN", Trouble.UNREACHABLE, "no_rights"),
    _rule(400, "CHAT_SEND_MEDIA_FORBIDDEN", Trouble.UNREACHABLE, "no_rights"),
    _rule(400, "CHAT_SEND_PHOTOS_FORBIDDEN", Trouble.UNREACHABLE, "no_rights"),
    _rule(400, "CHAT_SEND_DOCS_FORBIDDEN", Trouble.UNREACHABLE, "no_rights"),
    _rule(400, "USER_BANNED_IN_CHANNEL", Trouble.UNREACHABLE, "no_rights"),
    _rule(400, "CHAT_ADMIN_REQUIRED", Trouble.UNREACHABLE, "no_rights"),
    _rule(400, "CHAT_RESTRICTED", Trouble.UNREACHABLE, "no_rights"),
    _rule(400, "CHANNEL_PRIVATE", Trouble.UNREACHABLE, "not_member"),
    _rule(400, "CHAT_GUEST_SEND_FORBIDDEN", Trouble.UNREACHABLE, "not_member"),
    _rule(400, "message thread not found", Trouble.UNREACHABLE, "topic_closed"),
    _rule(400, "topic", Trouble.UNREACHABLE, "topic_closed"),
    _rule(400, "USER_IS_BLOCKED", Trouble.UNREACHABLE, "blocked"),
    _rule(400, "YOU_BLOCKED_USER", Trouble.UNREACHABLE, "blocked"),
    _rule(400, "USER_IS_BOT", Trouble.UNREACHABLE, "is_bot"),
    _rule(400, "USER_DEACTIVATED", Trouble.UNREACHABLE, "deactivated"),
    _rule(400, "message is not modified", Trouble.REFUSED, "not_modified"),
    _rule(400, "message text is empty", Trouble.REFUSED, "empty"),
    _rule(400, "text must be non-empty", Trouble.REFUSED, "empty"),
    _rule(400, "MESSAGE_EMPTY", Trouble.REFUSED, "empty"),
    _rule(400, "message is too long", Trouble.REFUSED, "too_long"),
    _rule(400, "MESSAGE_TOO_LONG", Trouble.REFUSED, "too_long"),
    _rule(400, "caption is too long", Trouble.REFUSED, "too_long"),
    _rule(400, "MEDIA_CAPTION_TOO_LONG", Trouble.REFUSED, "too_long"),
    _rule(400, "entities", Trouble.REFUSED, "entities"),
    _rule(400, "ENTITY", Trouble.REFUSED, "entities"),
    _rule(400, "must be encoded in UTF-8", Trouble.REFUSED, "encoding"),
    _rule(400, "BUTTON_DATA_INVALID", Trouble.REFUSED, "button"),
    _rule(400, "BUTTON_", Trouble.REFUSED, "button"),
    _rule(400, "inline keyboard", Trouble.REFUSED, "button"),
    _rule(400, "InlineKeyboardMarkup", Trouble.REFUSED, "button"),
    _rule(400, "keyboard button", Trouble.REFUSED, "button"),
    _rule(400, "keyboard markup", Trouble.REFUSED, "button"),
    _rule(400, 'field "keyboard"', Trouble.REFUSED, "button"),
    _rule(400, "requested in private chats only", Trouble.REFUSED, "button"),
    _rule(400, "reply markup", Trouble.REFUSED, "button"),
    _rule(400, "REPLY_MARKUP", Trouble.REFUSED, "button"),
    _rule(400, "file is too big", Trouble.REFUSED, "file_too_big"),
    _rule(400, "file must be non-empty", Trouble.REFUSED, "file_empty"),
    _rule(400, "there is no photo in the request", Trouble.REFUSED, "file_empty"),
    _rule(400, "there is no document in the request", Trouble.REFUSED, "file_empty"),
    _rule(400, "MEDIA_EMPTY", Trouble.REFUSED, "file_empty"),
    _rule(400, "wrong file", Trouble.REFUSED, "file_unavailable"),
    _rule(400, "invalid file", Trouble.REFUSED, "file_unavailable"),
    _rule(400, "FILE_REFERENCE", Trouble.REFUSED, "file_unavailable"),
    _rule(400, "FILE_ID_INVALID", Trouble.REFUSED, "file_unavailable"),
    _rule(400, "file_id not specified", Trouble.REFUSED, "file_unavailable"),
    _rule(400, "FILE_PART", Trouble.REFUSED, "file_unavailable"),
    _rule(400, "MEDIA_INVALID", Trouble.REFUSED, "file_unavailable"),
    _rule(400, "query is too old", Trouble.REFUSED, "press_too_old"),
    _rule(400, "QUERY_ID_INVALID", Trouble.REFUSED, "press_too_old"),
    _rule(400, "message to edit not found", Trouble.REFUSED, "message_gone"),
    _rule(400, "MESSAGE_ID_INVALID", Trouble.REFUSED, "message_gone"),
    _rule(400, "message identifier is not specified", Trouble.REFUSED, "message_gone"),
    _rule(400, "there is no text in the message to edit", Trouble.REFUSED, "message_gone"),
    _rule(400, "message can't be edited", Trouble.REFUSED, "message_gone"),
    _rule(400, "MESSAGE_EDIT_TIME_EXPIRED", Trouble.REFUSED, "message_gone"),
    _rule(400, "MESSAGE_AUTHOR_REQUIRED", Trouble.REFUSED, "message_gone"),
    _rule(400, "message to be replied not found", Trouble.REFUSED, "message_gone"),
    _rule(400, "message to reply not found", Trouble.REFUSED, "message_gone"),
    _rule(400, "reply message not found", Trouble.REFUSED, "message_gone"),
    _rule(400, "PHOTO_INVALID", Trouble.REFUSED, "photo"),
    _rule(400, "PHOTO_EXT_INVALID", Trouble.REFUSED, "photo"),
    _rule(400, "PHOTO_SAVE_FILE_INVALID", Trouble.REFUSED, "photo"),
    _rule(400, "IMAGE_PROCESS_FAILED", Trouble.REFUSED, "photo"),
    _rule(400, "BOT_COMMAND", Trouble.REFUSED, "command"),
    _rule(400, "bad webhook", Trouble.MISCONFIGURED, "webhook"),
    _rule(400, "invalid webhook URL", Trouble.MISCONFIGURED, "webhook"),
    _rule(400, "secret token", Trouble.MISCONFIGURED, "webhook"),
    _rule(400, "logged out", Trouble.MISCONFIGURED, "logged_out"),
    _rule(400, "wrong parameter", Trouble.REFUSED, "parameter"),
    _rule(400, "", Trouble.REFUSED, "other_400"),
    _rule(401, "", Trouble.MISCONFIGURED, "token_rejected"),
    _rule(403, "blocked by the user", Trouble.UNREACHABLE, "blocked"),
    _rule(403, "deactivated", Trouble.UNREACHABLE, "deactivated"),
    _rule(403, "chat was deleted", Trouble.UNREACHABLE, "group_closed"),
    _rule(403, "kicked", Trouble.UNREACHABLE, "kicked"),
    _rule(403, "not a member", Trouble.UNREACHABLE, "not_member"),
    _rule(403, "can't initiate", Trouble.UNREACHABLE, "not_started"),
    _rule(403, "messages to bots", Trouble.UNREACHABLE, "is_bot"),
    _rule(403, "messages to the user", Trouble.UNREACHABLE, "privacy"),
    _rule(403, "no rights", Trouble.UNREACHABLE, "no_rights"),
    _rule(403, "not enough rights", Trouble.UNREACHABLE, "no_rights"),
    _rule(403, "CHAT_WRITE_FORBIDDEN", Trouble.UNREACHABLE, "no_rights"),
    _rule(403, "CHAT_SEND_", Trouble.UNREACHABLE, "no_rights"),
    _rule(403, "", Trouble.UNREACHABLE, "other_403"),
    _rule(404, "", Trouble.MISCONFIGURED, "token_rejected"),
    _rule(409, "webhook", Trouble.RETRY_LATER, "webhook_set"),
    _rule(409, "", Trouble.RETRY_LATER, "conflict"),
    _rule(413, "", Trouble.REFUSED, "too_large"),
    _rule(420, "", Trouble.WAIT, "too_many"),
    _rule(429, "", Trouble.WAIT, "too_many"),
    # The server ends while sends are in the air, or passes on that it was asked the same thing before.
    _rule(500, "restart", Trouble.IN_DOUBT, "server_restart"),
    _rule(500, "request aborted", Trouble.IN_DOUBT, "server_restart"),
    _rule(500, "RANDOM_ID_DUPLICATE", Trouble.IN_DOUBT, "server_restart"),
    _rule(500, "too many requests", Trouble.WAIT, "too_many"),
    # The gateway gave up waiting for the server behind it, which may have taken the message all the same.
    _rule(504, "", Trouble.IN_DOUBT, "gateway_timeout"),
)


def classify(error: TelegramError) -> DeliveryFailed:
    """The one name of the closed list that says what to do about this error."""
    if isinstance(error, WireError):
        return DeliveryFailed(Trouble.IN_DOUBT if error.sent else Trouble.CHANNEL_DOWN, error.kind)
    if isinstance(error, AnswerError):
        return _classify_answer(error)
    # PTB raised something of its own after the request was made: whether it arrived is unknown.
    return DeliveryFailed(Trouble.IN_DOUBT, "strange_answer")


def _classify_answer(error: AnswerError) -> DeliveryFailed:
    if moved := error.parameters.get("migrate_to_chat_id"):
        return DeliveryFailed(Trouble.MOVED, "migrated", chat=str(moved))
    if error.description is None and (error.status < 500 and error.status not in (413, 429)):
        # A captive portal or a block page, not Telegram: nobody's chat is at fault.
        return DeliveryFailed(Trouble.CHANNEL_DOWN, "not_telegram")
    rule = _find_rule(error.status, (error.description or "").lower())
    seconds = _seconds_to_wait(error) if rule.trouble is Trouble.WAIT else 0
    said = wording(error.description or "") if rule.why.startswith("other_") else ""
    return DeliveryFailed(rule.trouble, rule.why, seconds=seconds, said=said)


def _find_rule(status: int, description: str) -> Rule:
    for rule in RULES:
        if rule.status == status and rule.words in description:
            return rule
    if status >= 500:
        return _rule(status, "", Trouble.RETRY_LATER, "server_error")
    return _rule(status, "", Trouble.REFUSED, f"other_{status}")


def _seconds_to_wait(error: AnswerError) -> float:
    seconds = error.parameters.get("retry_after")
    if isinstance(seconds, int | float) and seconds > 0:
        return float(seconds)
    return 1.0  # no number, or zero: a short pause, never none


# --- the connection ---------------------------------------------------------------------------------------------


class BotApi:
    """One Bot API server, and the only keeper of the token."""

    def __init__(self, *, token: str, base_url: str, proxy: str, timeouts: Timeouts, at_once: int) -> None:
        base = base_url.rstrip("/")
        self._methods = Secret(f"{base}/bot{token}/")
        self._files = Secret(f"{base}/file/bot{token}/")
        self.wire = Wire(timeouts=timeouts, at_once=at_once, proxy=proxy)

    async def call(self, method: str, *, data: bytes | aiohttp.FormData, patience: float | None = None) -> Reply:
        """POST to a method; raises WireError, never anything that knows the URL."""
        return _heard(await self.wire.post(Secret(self._methods.reveal() + method), data, patience=patience))

    async def download(self, path: str, limit: int, seconds: float) -> Reply:
        """GET a file of at most `limit` bytes; the body of a longer one is cut at one byte more. Raises WireError."""
        return _heard(await self.wire.get(Secret(self._files.reveal() + quote(path)), limit, seconds))

    async def close(self) -> None:
        """Close the connections; a later call opens new ones."""
        await self.wire.close()


def _heard(result: Reply | Lost) -> Reply:
    if isinstance(result, Lost):
        raise WireError(result.kind, sent=result.sent)
    return result


def check_proxy(proxy: str) -> str:
    """The proxy, or ValueError: aiohttp speaks to HTTP proxies only."""
    if proxy and urlsplit(proxy).scheme not in ("http", "https"):
        raise ValueError("telegram proxy must be an http:// or https:// address")
    return proxy


# --- PTB's seam -------------------------------------------------------------------------------------------------


SENT_ID: ContextVar[object] = ContextVar("SENT_ID", default=None)
"""The id of the message that this task has just sent."""


class Request(BaseRequest):
    """PTB's documented transport seam, over our server; every error status leaves as our own exception."""

    __slots__ = ("_server",)

    def __init__(self, server: BotApi) -> None:
        self._server = server

    @property
    def read_timeout(self) -> float | None:
        """Ours, not PTB's: the wire keeps the time."""
        return None

    async def initialize(self) -> None:
        """Nothing: connections open at the first call."""

    async def shutdown(self) -> None:
        """Nothing: the server belongs to the channel."""

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *_: Any, **__: Any
    ) -> tuple[int, bytes]:
        """POST the method that the placeholder URL names."""
        reply = await self._server.call(url.rpartition("/")[2], data=_encode(request_data))
        if not 200 <= reply.status <= 299:
            raise read_error(reply)
        return reply.status, reply.body

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The answer of a call that was accepted; the stock one would log the payload."""
        answer = read_answer(Reply(status=200, body=payload))
        result = answer["result"]
        if isinstance(result, dict) and "message_id" in result:
            # PTB takes True for an answer, and making its `Message` of the rest would be a third of a send's cost.
            SENT_ID.set(result["message_id"])
            return {"result": True}
        return answer


def read_answer(reply: Reply) -> dict[str, Any]:
    """The JSON of a good answer, which has a `result`. Raises AnswerError or WireError."""
    if not 200 <= reply.status <= 299:
        raise read_error(reply)
    answer = object_in(reply.body)
    if answer is None:
        raise WireError("not_json", sent=True)
    if answer.get("ok") is not True:
        raise _answered(reply.status, answer)
    if "result" not in answer:
        raise WireError("no_result", sent=True)
    return answer


def read_error(reply: Reply) -> AnswerError:
    """What an answer with an error status says."""
    answer = object_in(reply.body)
    if answer is None or "ok" not in answer:
        return AnswerError(reply.status, None)
    return _answered(reply.status, answer)


def _answered(status: int, answer: Mapping[str, Any]) -> AnswerError:
    code = answer.get("error_code")
    parameters = answer.get("parameters")
    return AnswerError(
        code if isinstance(code, int) and status < 300 else status,
        str(answer.get("description", "")),
        parameters if isinstance(parameters, dict) else None,
    )


def _encode(data: RequestData | None) -> bytes | aiohttp.FormData:
    if data is None:
        return b"{}"
    if not data.contains_files:
        return json.dumps(data.parameters).encode()
    form = aiohttp.FormData(quote_fields=False)
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime) in data.multipart_data.items():
        # As a stream: bytes would be copied into the socket in one go, and hold up everybody else.
        stream = io.BytesIO(content) if isinstance(content, bytes) else content
        form.add_field(name, stream, filename=filename, content_type=mime)
    return form
