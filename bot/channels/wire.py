"""Calls over HTTP that keep their secrets, and that know afterwards whether the other side may have heard them."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import aiohttp

# A POST on a connection that the other side has just closed fails in doubt, so idle ones are closed before that.
_IDLE_SECONDS = 10
_CHUNK = 64 * 1024


class Secret:
    """Text that shows itself to nobody who does not ask for it."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself."""
        return self._text

    def __bool__(self) -> bool:
        return bool(self._text)

    def __repr__(self) -> str:
        return "Secret(***)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer's status and body."""

    status: int
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """There was no answer: what kind of failure it was, and whether the request may have been heard."""

    kind: str
    sent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """Seconds to reach the server, and to wait for it to say something."""

    connect: float = 10
    read: float = 20


@dataclass(slots=True, kw_only=True)
class _Trace:
    """What is known of one request; aiohttp's tracing fills it in."""

    sent: bool = False


class Wire:
    """A pool of connections. A failure is a value: raised, it would carry the URL, which may hold a secret."""

    def __init__(self, *, timeouts: Timeouts, at_once: int, proxy: str = "") -> None:
        self.timeouts = timeouts
        self._proxy = Secret(proxy)
        self._at_once = at_once
        self._session: aiohttp.ClientSession | None = None

    async def post(
        self,
        url: Secret,
        data: bytes | aiohttp.FormData,
        headers: Mapping[str, str] | None = None,
        patience: float | None = None,
    ) -> Reply | Lost:
        """POST; bytes are JSON unless the headers say otherwise. `patience`: seconds of silence that are borne."""
        kind = {"Content-Type": "application/json"} if isinstance(data, bytes) else {}
        trace = _Trace()
        try:
            async with self._open().post(
                url.reveal(),
                data=data,
                headers={**kind, **(headers or {})},
                timeout=self._limits(self.timeouts.read if patience is None else patience),
                proxy=self._proxy.reveal() or None,
                allow_redirects=False,
                trace_request_ctx=trace,
            ) as response:
                return Reply(status=response.status, body=await response.read())
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return _lost(error, trace)

    async def get(
        self, url: Secret, limit: int, seconds: float, headers: Mapping[str, str] | None = None
    ) -> Reply | Lost:
        """GET at most `limit` bytes; the body of something longer is cut at one byte more."""
        trace = _Trace()
        try:
            async with self._open().get(
                url.reveal(),
                headers=headers,
                timeout=aiohttp.ClientTimeout(total=seconds, sock_connect=self.timeouts.connect),
                proxy=self._proxy.reveal() or None,
                allow_redirects=False,
                trace_request_ctx=trace,
            ) as response:
                return Reply(status=response.status, body=await _read_at_most(response, limit))
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return _lost(error, trace)

    async def close(self) -> None:
        """Close the connections; a later call opens new ones."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    def _limits(self, patience: float) -> aiohttp.ClientTimeout:
        connect = self.timeouts.connect
        # The total stops a server that sends one byte now and then. Waiting for a free connection is no failure.
        return aiohttp.ClientTimeout(total=connect + 2 * patience, sock_connect=connect, sock_read=patience)

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=self._at_once + 8, keepalive_timeout=_IDLE_SECONDS)
            self._session = aiohttp.ClientSession(
                connector=connector, trace_configs=[_tracing()], cookie_jar=aiohttp.DummyCookieJar()
            )
        return self._session


def _tracing() -> aiohttp.TraceConfig:
    async def headers_sent(
        _session: aiohttp.ClientSession, context: SimpleNamespace, _params: aiohttp.TraceRequestHeadersSentParams
    ) -> None:
        context.trace_request_ctx.sent = True

    tracing = aiohttp.TraceConfig()
    tracing.on_request_headers_sent.append(headers_sent)
    return tracing


async def _read_at_most(response: aiohttp.ClientResponse, limit: int) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_chunked(_CHUNK):
        body += chunk
        if len(body) > limit:
            return bytes(body[: limit + 1])
    return bytes(body)


# In order: the narrower class first, because aiohttp's errors inherit from one another.
_KINDS: tuple[tuple[type[BaseException], str], ...] = (
    (aiohttp.ClientConnectorDNSError, "no_name"),
    (socket.gaierror, "no_name"),
    (aiohttp.ClientSSLError, "tls"),
    (aiohttp.ClientProxyConnectionError, "proxy"),
    (aiohttp.ClientHttpProxyError, "proxy"),
    (aiohttp.ConnectionTimeoutError, "connect_timeout"),
    (aiohttp.ClientConnectorError, "refused"),
    (aiohttp.ClientPayloadError, "truncated"),
    (asyncio.TimeoutError, "read_timeout"),
    (aiohttp.ServerDisconnectedError, "reset"),
    (ConnectionError, "reset"),
    (OSError, "reset"),
    (aiohttp.ClientResponseError, "not_http"),
    (ValueError, "bad_url"),
)


def _lost(error: BaseException, trace: _Trace) -> Lost:
    kind = next((kind for known, kind in _KINDS if isinstance(error, known)), "network")
    if kind == "read_timeout" and not trace.sent:
        kind = "connect_timeout"
    return Lost(kind=kind, sent=trace.sent)


def object_in(body: bytes | str) -> dict[str, Any] | None:
    """The JSON object that a body is, None when it is none."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return answer if isinstance(answer, dict) else None
