"""Twelve ways in which a call breaks, for one method of a platform that answers all others well."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import Any
from urllib.parse import urlsplit

import pytest
from aiohttp import web

from bot.channels.wire import Secret, Wire
from tests.fakes.telegram_faults import Fault
from tests.fakes.zalo import ZaloServer, as_json

FAULTS = (
    "refused", "no_name", "connect_timeout", "tls", "redirect", "502", "reset", "hang", "truncated", "half_headers",
    "not_json", "empty",
)  # fmt: skip

KEYS = {"access_token": "TEST-a2", "refresh_token": "TEST-r2", "expires_in": "90000"}
TELEGRAM_ANSWERS: Mapping[str, Any] = {
    "getMe": {"id": 1, "is_bot": True, "first_name": "Bot", "username": "bot"},
    "getFile": {"file_id": "f", "file_unique_id": "u", "file_path": "photos/1.jpg"},
    "getWebhookInfo": {"url": "", "has_custom_certificate": False, "pending_update_count": 0},
    "getUpdates": [],
    "sendMessage": {"message_id": 1},
    "sendPhoto": {"message_id": 1},
    "sendDocument": {"message_id": 1},
    "editMessageText": {"message_id": 1},
}
ZALO_ANSWERS: Mapping[str, Any] = {"message_id": "1", "attachment_id": "1", "token": "1", "name": "x", "url": ""}


def method_of(path: str) -> str:
    """The name of a call in the tables of these tests: a bot's method, an account's path, or "download"."""
    if path.startswith("/bot"):
        return path.rpartition("/")[2]
    return "download" if path.startswith(("/file", "/files")) else path


class Good(ZaloServer):
    """A server that answers every call of every platform well, and remembers which were made."""

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        method = method_of(request.path)
        self.ledger.calls.append((method, "", 200))
        if method == "download":
            return web.Response(body=b"\xff\xd8")
        if method == "/v4/oa/access_token":
            return as_json(KEYS)
        if request.path.startswith("/bot"):
            zalo = ":TEST-zalo" in request.path
            return as_json({"ok": True, "result": ZALO_ANSWERS if zalo else TELEGRAM_ANSWERS.get(method, True)})
        return as_json({"error": 0, "data": ZALO_ANSWERS})


class Broken(ZaloServer):
    """A server on which every call breaks in the same way."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.faults.append(Fault(kind=kind, after=False, times=10**9))

    def method_of(self, request: web.Request) -> str:
        return request.path

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        self.ledger.calls.append((method_of(request.path), "", 0))
        if request.path.startswith("/files/"):  # files lie under another path than the faults of their server
            request = request.clone(rel_url=request.path.replace("/files/", "/broken/", 1))
        return await super()._handle(request)


def free_port() -> int:
    """A port of this machine on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def full_backlog() -> AsyncIterator[int]:
    """A port that takes no further connection and refuses none."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(server.getsockname())
        try:
            await asyncio.sleep(0.02)
            yield server.getsockname()[1]
        finally:
            for one in waiting:
                one.close()


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


ROAD: ContextVar[tuple[str, str] | None] = ContextVar("ROAD", default=None)
"""The method whose calls go astray in this task, and where they end."""


def put_up_signs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Calls of the method in ROAD go to its address instead; the rest of the wire is as it is."""
    for name in ("post", "get"):
        monkeypatch.setattr(Wire, name, _astray(getattr(Wire, name)))


def _astray(call: Any) -> Any:
    async def turned(wire: Wire, url: Secret, *args: Any, **options: Any) -> Any:
        parts, road = urlsplit(url.reveal()), ROAD.get()
        if road is not None and method_of(parts.path) == road[0]:
            url = Secret(road[1] + parts.path)
        return await call(wire, url, *args, **options)

    return turned
