"""The fake Telegram on a thin transport, so that the load costs less than what it measures.

Rules, updates, retries, duplicates and the ledger are tests.fakes.telegram's; only aiohttp's server and client are
replaced, because together they take longer for a turn than the product does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Self, cast
from urllib.parse import parse_qsl, urlsplit

import httptools
import orjson

from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_people import Chat, Ledger, UpdateRecord
from tests.fakes.telegram_rules import ApiError

Heard = Callable[[int, str], None]
"""Called with (chat, text) at the moment at which a message is accepted."""


class ThinTelegram(FakeTelegram):
    """One bot's Telegram, told of each message at once."""

    def __init__(self, **options: Any) -> None:
        super().__init__(unlimited=True, **options)
        self.heard: Heard = lambda _chat, _text: None
        self.asked = asyncio.Event()  # the bot has registered its webhook or polled for the first time
        self._server: asyncio.Server | None = None
        self._idle: list[_Caller] = []

    async def start(self, port: int = 0) -> Self:
        """Listen on 127.0.0.1."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Called(self), "127.0.0.1", port, backlog=1024)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def stop(self) -> None:
        """Let go of everything."""
        await super().stop()
        for caller in self._idle:
            caller.close()
        if self._server is not None:
            self._server.close()

    def forget(self) -> None:
        """Begin a new run: the people and the ledger of the last one only cost memory."""
        self.ledger = Ledger()
        self.people.clear()
        self.chats.clear()

    # --- the bot calls us ---

    def serve(self, path: str, kind: str, body: bytes, answer: Callable[[int, bytes], None]) -> None:
        """One call of a method; `answer` is called when its time has come."""
        if not path.startswith(self._prefix):
            answer(404, b'{"ok":false,"error_code":404,"description":"Not Found"}')
            return
        method = path[len(self._prefix) :].partition("?")[0].lower()
        params = _params(kind, body)
        if method == "getupdates":
            self._later(self._poll(params, answer))
        elif self.delay:
            self._after_half(lambda: self._delayed(method, params, answer))
        else:
            answer(*self._effect(method, params))

    def _delayed(self, method: str, params: dict[str, Any], answer: Callable[[int, bytes], None]) -> None:
        status, body = self._effect(method, params)
        self._after_half(lambda: answer(status, body))

    def _after_half(self, then: Callable[[], None]) -> None:
        asyncio.get_running_loop().call_later(self.delay / 2, then)

    async def _poll(self, params: dict[str, Any], answer: Callable[[int, bytes], None]) -> None:
        self.asked.set()
        if self.delay:
            await asyncio.sleep(self.delay / 2)
        status, body = await self._run("getupdates", params)
        if self.delay:
            await asyncio.sleep(self.delay / 2)
        answer(status, body)

    def _effect(self, method: str, params: dict[str, Any]) -> tuple[int, bytes]:
        try:
            return 200, orjson.dumps({"ok": True, "result": self._methods[method](params)})
        except ApiError as error:
            return error.status, error.body()

    def _accept(self, chat: Chat, params: Any, kind: str, text: str, entities: Any, rows: Any) -> dict[str, Any]:
        sent = super()._accept(chat, params, kind, text, entities, rows)
        self.heard(chat.id, text)
        return sent

    def _set_webhook(self, params: Any) -> bool:
        done = super()._set_webhook(params)
        self.asked.set()
        return done

    def _later(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # --- we call the bot ---

    def _living(self) -> _Caller | None:
        """An open connection; those that the bot has closed meanwhile are forgotten."""
        while self._idle:
            caller = self._idle.pop()
            if caller.alive:
                return caller
        return None

    async def _post(self, record: UpdateRecord, hook: dict[str, Any]) -> bool:
        async with hook["slots"]:
            record.delivered += 1
            try:
                caller = self._living() or await _connect(hook["url"])
                status = await caller.post(hook, record.raw)
            except OSError as error:
                hook["error"] = type(error).__name__
                return False
            if caller.alive:
                self._idle.append(caller)
            return 200 <= status <= 299


def _params(kind: str, body: bytes) -> dict[str, Any]:
    if kind.startswith("application/json"):
        return dict(orjson.loads(body)) if body else {}
    return dict(parse_qsl(body.decode(), keep_blank_values=True))


class _Called(asyncio.Protocol):
    """A connection from the bot."""

    def __init__(self, fake: ThinTelegram) -> None:
        self._fake = fake
        self._parser = httptools.HttpRequestParser(self)
        self._transport: asyncio.Transport | None = None
        self._begin()

    def _begin(self) -> None:
        self._path, self._kind, self._body = "", "", b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is none by inheritance

    def connection_lost(self, _error: Exception | None) -> None:
        self._transport = None

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_url(self, url: bytes) -> None:
        self._path += url.decode("latin-1")

    def on_header(self, name: bytes, value: bytes) -> None:
        if name.lower() == b"content-type":
            self._kind = value.decode("latin-1")

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        path, kind, body = self._path, self._kind, self._body
        self._begin()
        self._fake.serve(path, kind, body, self._answer)

    def _answer(self, status: int, body: bytes) -> None:
        if self._transport is not None:
            head = f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
            self._transport.write(head.encode() + body)


async def _connect(url: str) -> _Caller:
    place = urlsplit(url)
    loop = asyncio.get_running_loop()
    _, caller = await loop.create_connection(_Caller, place.hostname, place.port)
    return caller


class _Caller(asyncio.Protocol):
    """A connection to the bot's webhook."""

    def __init__(self) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self._transport: asyncio.Transport | None = None
        self._waiting: asyncio.Future[int] | None = None
        self.alive = True

    def post(self, hook: dict[str, Any], body: bytes) -> asyncio.Future[int]:
        """Send an update; the future has the status."""
        assert self._transport is not None
        if "head" not in hook:
            place = urlsplit(hook["url"])
            hook["head"] = (
                f"POST {place.path} HTTP/1.1\r\nHost: {place.netloc}\r\nContent-Type: application/json\r\n"
                f"X-Telegram-Bot-Api-Secret-Token: {hook['secret']}\r\nContent-Length: "
            ).encode()
        self._waiting = asyncio.get_running_loop().create_future()
        self._transport.write(b"%b%d\r\n\r\n%b" % (hook["head"], len(body), body))
        return self._waiting

    def close(self) -> None:
        """Close the connection."""
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is none by inheritance

    def connection_lost(self, _error: Exception | None) -> None:
        self.alive = False
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(ConnectionResetError())

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_complete(self) -> None:
        self.alive = self.alive and self._parser.should_keep_alive()
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(self._parser.get_status_code())
        self._parser = httptools.HttpResponseParser(self)
