"""Webhooks and health: nothing is confirmed before it is on disk, nothing forged is kept, nothing is told."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping, Sequence

import httpx
import pytest

from bot.channels.base import Channel, Forbidden
from bot.channels.web import WebChannel
from bot.core.message import Update
from bot.web.server import MOST_HOOK_BYTES, PortInUse, build_app, ensure_port_free, serve
from tests.house import House

SECRET = {"X-Secret": "s3cret"}


class Hooked(WebChannel):
    """A channel whose platform calls us and shows its secret."""

    name = "hooked"

    def webhook(self, headers: Mapping[str, str], body: bytes) -> Update:
        """The body under its own text as the key."""
        if headers.get("x-secret") != "s3cret":
            raise Forbidden
        return Update(key=body.decode()[:20], raw=body.decode())


class Slow:
    """A house that takes updates when it is let."""

    def __init__(self, house: House) -> None:
        self._engine = house.engine
        self.let = asyncio.Event()
        self.taken: list[Update] = []
        self.fails = False

    def __getattr__(self, name: str) -> object:
        return getattr(self._engine, name)

    async def take(self, channel: Channel, updates: Sequence[Update]) -> None:
        """Keep them, once it is let."""
        await self.let.wait()
        if self.fails:
            raise OSError("disk full, and this text is nobody's business")
        self.taken += updates


@pytest.fixture
def slow(house: House) -> Slow:
    """The house with a platform that calls."""
    house.engine.channels["hooked"] = Hooked(house.folder)
    return Slow(house)


@pytest.fixture
async def client(slow: Slow) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who calls."""
    transport = httpx.ASGITransport(app=build_app(slow))  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8080") as calling:
        yield calling


async def test_a_call_is_confirmed_only_after_the_commit(slow: Slow, client: httpx.AsyncClient) -> None:
    """The platform hears 200 when the update is kept, not before."""
    call = asyncio.create_task(client.post("/hooks/hooked", content=b"{}", headers=SECRET))
    await asyncio.sleep(0.05)
    assert not call.done()
    slow.let.set()
    assert (await call).status_code == 200
    assert [update.raw for update in slow.taken] == ["{}"]


async def test_what_is_confirmed_is_on_disk(house: House) -> None:
    """With the real engine: the row is there when 200 is."""
    house.engine.channels["hooked"] = Hooked(house.folder)
    transport = httpx.ASGITransport(app=build_app(house.engine))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as calling:
        for _ in range(2):  # the platform may call twice
            assert (await calling.post("/hooks/hooked", content=b"{}", headers=SECRET)).status_code == 200
    assert len(house.rows("SELECT raw FROM inbox WHERE channel = 'hooked'")) == 1


@pytest.mark.parametrize(
    "headers", [{}, {"X-Secret": ""}, {"X-Secret": "s3cret "}, {"X-Secret": "S3CRET"}, {"Secret": "s3cret"}]
)
async def test_a_forged_call_leaves_nothing(slow: Slow, client: httpx.AsyncClient, headers: dict[str, str]) -> None:
    """403, and nothing kept."""
    slow.let.set()
    answer = await client.post("/hooks/hooked", content=b"{}", headers=headers)
    assert (answer.status_code, answer.content, slow.taken) == (403, b"", [])


async def test_calls_that_cannot_be_taken(slow: Slow, client: httpx.AsyncClient) -> None:
    """An unknown channel, a body that no platform sends, a browser's GET, the page's own channel."""
    slow.let.set()
    assert (await client.post("/hooks/nobody", content=b"{}")).status_code == 404
    huge = b"x" * (MOST_HOOK_BYTES + 1)
    assert (await client.post("/hooks/hooked", content=huge, headers=SECRET)).status_code == 413
    assert (await client.get("/hooks/hooked")).status_code == 405
    assert (await client.post("/hooks/web", content=b"{}")).status_code == 403
    assert slow.taken == []
    assert (await client.post("/hooks/hooked", content=huge[:-1], headers=SECRET)).status_code == 200


async def test_a_full_disk_makes_the_platform_call_again(slow: Slow, client: httpx.AsyncClient) -> None:
    """503, and nothing of the fault is told."""
    slow.fails = True
    slow.let.set()
    answer = await client.post("/hooks/hooked", content=b"{}", headers=SECRET)
    assert (answer.status_code, answer.content) == (503, b"")


async def test_health_is_counts_and_nothing_else(house: House, client: httpx.AsyncClient) -> None:
    """A quarantined update is counted; no names."""
    assert (await client.get("/healthz")).json() == {"ok": True, "waiting": 0, "quarantined": 0}
    await house.engine.take(house.web, [Update(key="broken", raw="not JSON")])
    await house.settle()
    assert (await client.get("/healthz")).json() == {"ok": True, "waiting": 0, "quarantined": 1}


async def test_a_port_in_use_is_named(house: House) -> None:
    """Before anything else is started, and again when it is taken in between."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortInUse) as told:
            ensure_port_free("127.0.0.1", port)
        assert told.value.port == port
        with pytest.raises(PortInUse):
            await serve(build_app(house.engine), "127.0.0.1", port)


async def test_serving_ends_when_it_is_told(house: House) -> None:
    """Ready when it listens; gone, with its port, after it was cancelled."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    ready = asyncio.Event()
    serving = asyncio.create_task(serve(build_app(house.engine), "127.0.0.1", port, ready.set))
    await asyncio.wait_for(ready.wait(), 30)
    async with httpx.AsyncClient() as calling:
        assert (await calling.get(f"http://127.0.0.1:{port}/healthz")).json()["ok"]
    serving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await serving
    ensure_port_free("127.0.0.1", port)


async def test_metrics_are_counts_and_no_names(house: House, client: httpx.AsyncClient) -> None:
    await house.say("cb05", "/menu")
    page = (await client.get("/metrics")).text
    assert 'danvan_updates{channel="web",state="done"} 1.0' in page
    assert 'danvan_messages{channel="web",state="sent"} 1.0' in page
    assert "cb05" not in page
