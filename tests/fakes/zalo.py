"""What the two fake Zalo servers share: a server, scripted faults, people with phones, and the ledger of the truth."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass, field
from typing import Any, Self

import aiohttp
from aiohttp import web

from tests.fakes.telegram_faults import AFTERWARDS, Fault, misbehave

TRANSPORT = AFTERWARDS | {"502", "503", "504", "403_html", "413", "redirect", "slow"}
"""Faults that are not the platform's own words."""


@dataclass(slots=True, kw_only=True)
class Refusal:
    """An error in the platform's words, for the next `times` calls of a method, in one chat or in any."""

    code: int
    words: str = ""
    method: str = "*"
    chat: str = ""
    times: int = 1
    after: bool = False  # the call has its effect all the same


@dataclass(slots=True, kw_only=True, eq=False)
class Shown:
    """A message on somebody's screen: whatever the caller was told, it is there."""

    id: str
    chat: str
    text: str
    buttons: tuple[tuple[str, str], ...] = ()  # label, payload
    kind: str = "text"
    content: bytes = b""
    name: str = ""
    payload: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Ledger:
    """The truth."""

    messages: list[Shown] = field(default_factory=list)
    calls: list[tuple[str, str, int]] = field(default_factory=list)  # method, chat, code
    events: list[bytes] = field(default_factory=list)
    hooked: list[tuple[bytes, int]] = field(default_factory=list)  # webhook bodies and what they were answered

    def count(self, method: str) -> int:
        """How often a method was called."""
        return sum(called == method for called, _, _ in self.calls)


@dataclass(slots=True, eq=False, repr=False)
class Person:
    """Somebody with Zalo on their phone."""

    id: str
    name: str
    messages: list[Shown] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    seen: int = 0

    @property
    def last(self) -> Shown:
        """The newest message."""
        return self.messages[-1]

    def show(self, message: Shown) -> None:
        """It is on the screen."""
        self.messages.append(message)
        self.news.set()

    async def wait_for(self, text: str = "", seconds: float = 30.0) -> Shown:
        """The next message not yet waited for that contains the text."""
        async with asyncio.timeout(seconds):
            while True:
                while self.seen < len(self.messages):
                    self.seen += 1
                    if text in self.messages[self.seen - 1].text:
                        return self.messages[self.seen - 1]
                self.news.clear()
                await self.news.wait()


class ZaloServer:
    """The server's life, its faults and its people; what it answers is the platforms' own."""

    def __init__(self, webhook_retries: tuple[float, ...] = (0.05, 0.1, 0.2, 0.5)) -> None:
        self.ledger = Ledger()
        self.people: dict[str, Person] = {}
        self.refusals: list[Refusal] = []
        self.faults: list[Fault] = []
        self.files: dict[str, bytes] = {}
        self.webhook_retries = webhook_retries
        self.port = 0
        self._number = 0
        self._skew = 0.0
        self._runner: web.AppRunner | None = None
        self._client: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def base_url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> Self:
        """Listen on a free port of 127.0.0.1."""
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_route("*", "/{path:.*}", self._handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2, handler_cancellation=True)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.port = self._runner.addresses[0][1]
        self._client = aiohttp.ClientSession()
        return self

    async def stop(self) -> None:
        """Let go of everything."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._client:
            await self._client.close()
        if self._runner:
            await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    def now(self) -> int:
        """The server's time, epoch milliseconds."""
        return round((time.time() + self._skew) * 1000)

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self._skew += seconds

    def next_id(self) -> str:
        """An id of the platform's kind: twenty hexadecimal digits."""
        self._number += 1
        return f"{self._number:020x}"

    def keep_file(self, content: bytes) -> str:
        """The address of a file that somebody sent."""
        name = self.next_id()
        self.files[name] = content
        return f"{self.base_url}/files/{name}"

    def refuse(self, code: int, words: str = "", method: str = "*", **how: Any) -> None:
        """The next call is refused."""
        self.refusals.append(Refusal(code=code, words=words, method=method, **how))

    def fault(self, kind: str, method: str = "*", **how: Any) -> None:
        """The next call breaks on its way: see telegram_faults."""
        self.faults.append(Fault(kind=kind, method=method, **how))

    def next_refusal(self, method: str, chat: str) -> Refusal | None:
        """What was scripted for this call, used up."""
        for refusal in self.refusals:
            if refusal.method in ("*", method) and refusal.chat in ("", chat):
                refusal.times -= 1
                if refusal.times <= 0:
                    self.refusals.remove(refusal)
                return refusal
        return None

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        if request.path.startswith("/files/"):
            content = self.files.get(request.path.removeprefix("/files/"))
            return web.Response(status=404) if content is None else web.Response(body=content)
        method = self.method_of(request)
        fault = self._next_fault(method)
        if fault is not None and not fault.accepts_first:
            return await misbehave(fault, request, b"{}")
        answer = await self.answer(request, method)
        if fault is not None:
            return await misbehave(fault, request, answer.body if isinstance(answer.body, bytes) else b"{}")
        return answer

    def _next_fault(self, method: str) -> Fault | None:
        for fault in self.faults:
            if fault.fits(method, None):
                fault.times -= 1
                if fault.times <= 0:
                    self.faults.remove(fault)
                return fault
        return None

    def method_of(self, request: web.Request) -> str:
        """The name by which faults and the ledger know a call."""
        raise NotImplementedError

    async def answer(self, request: web.Request, method: str) -> web.Response:
        """What the platform says."""
        raise NotImplementedError

    def call_hook(self, url: str, body: bytes, headers: dict[str, str], attempts: int | None = None) -> None:
        """Call somebody's webhook until it says 200 or the tries are used up."""
        tries = self.webhook_retries if attempts is None else self.webhook_retries[:attempts]
        task = asyncio.get_running_loop().create_task(self._call_until_taken(url, body, headers, tries))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _call_until_taken(
        self, url: str, body: bytes, headers: dict[str, str], pauses: tuple[float, ...]
    ) -> None:
        assert self._client is not None
        for pause in (*pauses, 0.0):
            try:
                async with self._client.post(
                    url, data=body, headers=headers, timeout=aiohttp.ClientTimeout(total=2)
                ) as response:
                    self.ledger.hooked.append((body, response.status))
                    if response.status == 200:
                        return
            except (aiohttp.ClientError, TimeoutError):
                self.ledger.hooked.append((body, 0))
            await asyncio.sleep(pause)


def units(text: str) -> int:
    """Length as counted here: Zalo does not say of what; UTF-16 is the stricter reading."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def as_json(value: object) -> web.Response:
    """An answer; errors come with status 200 too."""
    return web.Response(body=json.dumps(value).encode(), content_type="application/json")
