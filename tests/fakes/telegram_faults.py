"""Scripted faults: what an answer does instead of arriving well."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.fakes.telegram_rules import ApiError

HTML = b"<html><head><title>502 Bad Gateway</title></head><body><center><h1>502</h1>nginx</center></body></html>"
# kind → (status, description): answers in Telegram's own words. Wording: github.com/TelegramBotAPI/errors, Client.cpp.
ANSWERS: Mapping[str, tuple[int, str]] = {
    "401": (401, "Unauthorized"),
    "404": (404, "Not Found"),
    "409": (409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"),
    "500": (500, "Internal Server Error"),
    "blocked": (403, "Forbidden: bot was blocked by the user"),
    "deactivated": (403, "Forbidden: user is deactivated"),
    "kicked": (403, "Forbidden: bot was kicked from the supergroup chat"),
    "not_started": (403, "Forbidden: bot can't initiate conversation with a user"),
    "chat_not_found": (400, "Bad Request: chat not found"),
    "peer_id_invalid": (400, "Bad Request: PEER_ID_INVALID"),
    "too_long": (400, "Bad Request: message is too long"),
}
# These come after the message was accepted, unless told otherwise: the bot cannot know that it was.
AFTERWARDS = frozenset({"hang", "reset", "truncated", "not_json", "empty", "half_headers"})
_PAGES = ("502", "503", "504", "403_html", "413")
_BEFORE = frozenset({"429", "429_bare", "migrated", "error", "ok_false", "strange", "redirect", "slow"})
KINDS = frozenset(ANSWERS) | AFTERWARDS | _BEFORE | frozenset(_PAGES)


@dataclass(slots=True, kw_only=True)
class Fault:
    """What happens to the next `times` calls of a method, in one chat or in any."""

    kind: str
    method: str = "*"
    chat: int | None = None
    times: int = 1
    after: bool | None = None  # None: as usual for the kind
    seconds: float = 0  # with 429 the retry_after, with slow and hang the delay
    status: int = 400  # with error
    description: str = ""
    to: int = 0  # with migrated: the new id

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"unknown fault {self.kind!r}")

    def fits(self, method: str, chat: int | None) -> bool:
        """Whether this call is meant."""
        return self.method in ("*", method) and (self.chat is None or self.chat == chat)

    @property
    def accepts_first(self) -> bool:
        """Whether the call has its effect before the fault."""
        return self.kind in AFTERWARDS if self.after is None else self.after

    def as_error(self) -> ApiError | None:
        """The answer of the Bot API that this fault is, if it is one."""
        if self.kind == "429":
            seconds = int(self.seconds)
            return ApiError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
        if self.kind == "429_bare":
            return ApiError(429, "Too Many Requests")
        if self.kind == "migrated":
            description = "Bad Request: group chat was upgraded to a supergroup chat"
            return ApiError(400, description, migrate_to_chat_id=self.to)
        if self.kind == "error":
            return ApiError(self.status, self.description)
        if self.kind in ANSWERS:
            return ApiError(*ANSWERS[self.kind])
        return None


async def misbehave(fault: Fault, request: web.BaseRequest, body: bytes) -> web.Response:
    """Give the answer that the fault makes of a good one."""
    error = fault.as_error()
    if error is not None:
        return answer(error.status, error.body())
    if fault.kind in _PAGES:
        return web.Response(status=int(fault.kind[:3]), body=HTML, content_type="text/html")
    if fault.kind == "ok_false":
        return answer(200, ApiError(fault.status, fault.description or "Bad Request: chat not found").body())
    if fault.kind == "not_json":
        return web.Response(status=200, body=HTML, content_type="text/html")
    if fault.kind == "strange":
        return answer(200, b'{"ok":true,"result":{"message_id":"soon"}}')
    if fault.kind == "redirect":
        return web.Response(status=302, headers={"Location": "http://127.0.0.1:9/portal"})
    if fault.kind == "slow":
        await asyncio.sleep(fault.seconds)
        return answer(200, body)
    return await _break(fault, request, body)


async def _break(fault: Fault, request: web.BaseRequest, body: bytes) -> web.Response:
    transport = request.transport
    if fault.kind == "hang":
        await asyncio.sleep(fault.seconds or 3600)  # ends when the caller goes, or the server stops
    if transport is None:
        return web.Response()
    if fault.kind == "reset":
        _linger_zero(transport)
        transport.abort()
    elif fault.kind in ("truncated", "half_headers"):
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n" % max(len(body), 10)
        transport.write(head[:40] if fault.kind == "half_headers" else head + b"\r\n" + body[: len(body) // 2])
        transport.close()
    elif fault.kind == "empty":
        return answer(200, b"")
    return web.Response()


def _linger_zero(transport: asyncio.Transport) -> None:
    """Closing then sends RST instead of FIN."""
    connection: Any = transport.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def answer(status: int, body: bytes) -> web.Response:
    """An answer of the Bot API."""
    return web.Response(status=status, body=body, headers=_JSON)


_JSON = {"Content-Type": "application/json"}
