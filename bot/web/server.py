"""The web side: webhooks, health, and the page when it is wanted, served inside our own loop."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import gc
import logging
import os
import signal
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.channels.base import Forbidden
from bot.runtime.clock import SettableClock
from bot.web.card import card_routes
from bot.web.dashboard import Dashboard
from bot.web.guard import Guard
from bot.web.house import House
from bot.web.metrics import metrics
from bot.web.opened import link_routes
from storage import backups, inbox, outbox
from storage.database import Tx

log = logging.getLogger(__name__)

MOST_HOOK_BYTES = 1024 * 1024
MOST_SOCKET_BYTES = 1024 * 1024
GRACE = 2  # seconds that open connections get at the end
SIGNALS = (signal.SIGINT, signal.SIGTERM)


class PortInUse(Exception):
    """Another program listens at this port."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(f"{host}:{port}")
        self.host = host
        self.port = port


class TooMuch(Exception):
    """A webhook call that is larger than any platform sends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """The demo page is wanted: the clock that it moves, and a folder for what the page's library writes."""

    clock: SettableClock
    folder: Path


def build_app(house: House, *, public_url: str = "", demo: Demo | None = None) -> Starlette:
    """The ASGI application: /healthz, /metrics, /hooks/{channel}, /bang-tin, and with `demo` the page at /."""
    routes: list[BaseRoute] = [
        Route("/healthz", partial(health, house), methods=["GET"]),
        Route("/metrics", partial(metrics, house), methods=["GET"]),
        Route("/hooks/{channel}", partial(hook, house), methods=["POST"]),
        *link_routes(house),
        *card_routes(),
        *Dashboard(house, secure=public_url.startswith("https:")).routes(),
    ]
    middleware = [Middleware(Guard, public_url=public_url)]
    if demo is None:
        return Starlette(routes=routes, middleware=middleware)
    return _with_page(house, demo, routes, middleware)


def _with_page(house: House, demo: Demo, routes: list[BaseRoute], middleware: list[Middleware]) -> Starlette:
    # NiceGUI reads this when it is imported; and the import costs a second that nobody else should pay.
    os.environ["NICEGUI_STORAGE_PATH"] = str(demo.folder)
    from fastapi import FastAPI

    from bot.web.demo_page import add_page

    app = FastAPI(routes=routes, middleware=middleware, openapi_url=None, docs_url=None, redoc_url=None)
    add_page(app, house, demo.clock)
    return app


async def health(house: House, _request: Request) -> Response:
    """Whether the product works, and how much waits: counts, never names."""
    try:
        counts = await house.database.read(_counts)
    except Exception as error:
        log.error("health: %s", type(error).__name__)
        return JSONResponse({"ok": False}, status_code=503, headers={"cache-control": "no-store"})
    if house.database.trouble:  # it can be read, and takes nothing
        told = {"ok": False, "why": house.database.trouble, **counts}
        return JSONResponse(told, status_code=503, headers={"cache-control": "no-store"})
    return JSONResponse({"ok": True, **counts}, headers={"cache-control": "no-store"})


def _counts(tx: Tx) -> dict[str, int | bool]:
    """Counts; with `held` while nothing goes out because a copy was put back and nobody has released it yet."""
    held = {"held": True} if backups.held_since(tx) is not None else {}
    return {"waiting": outbox.waiting(tx), "quarantined": inbox.quarantined(tx), **held}


async def hook(house: House, request: Request) -> Response:
    """A platform's call: kept on disk first, and only then answered with 200."""
    channel = house.channels.get(request.path_params["channel"])
    if channel is None:
        return Response(status_code=404)
    try:
        update = channel.webhook(_headers(request), await _body(request))
        if update is not None:
            await house.take(channel, [update])
    except Forbidden:
        return Response(status_code=403)
    except TooMuch:
        return Response(status_code=413)
    except ClientDisconnect:
        return Response(status_code=400)
    except Exception as error:  # the platform keeps the update and calls again
        log.error("webhook %s: %s", channel.name, type(error).__name__)
        return Response(status_code=503)
    return Response()


def _headers(request: Request) -> dict[str, str]:
    return {name.lower().decode("latin-1"): value.decode("latin-1") for name, value in request.headers.raw}


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_HOOK_BYTES:
            raise TooMuch
    return bytes(body)


def ensure_port_free(host: str, port: int) -> None:
    """Raises PortInUse when somebody listens there; OSError when the address can't be had at all."""
    listening_socket(host, port).close()


def listening_socket(host: str, port: int) -> socket.socket:
    """The socket on which to listen. Raises PortInUse, or OSError when the address can't be had at all."""
    family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    ours = socket.socket(family, socket.SOCK_STREAM)
    if os.name == "posix":  # elsewhere this would let two programs share the port
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        ours.bind(address)
        ours.listen(1024)
    except OSError as error:
        ours.close()
        if error.errno == errno.EADDRINUSE:
            raise PortInUse(host, port) from None
        raise
    return ours


def settle_memory() -> None:
    """What was made at the start stays: looking through it again and again costs a third of the slowest answers."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are ours: the engine stops after the server, not with it."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, and say so."""
        await super().startup(sockets)
        settle_memory()
        if self.started:
            self._ready()


async def serve(app: Starlette, host: str, port: int, ready: Callable[[], None] = lambda: None) -> None:
    """Serve until SIGINT, SIGTERM or cancellation; `ready` is called once we listen. Raises PortInUse."""
    listening = listening_socket(host, port)
    server = _Server(_config(app), ready)
    with _until_signal(server):
        running = asyncio.create_task(server.serve(sockets=[listening]), name="serve")
        try:
            await asyncio.shield(running)
        finally:
            server.should_exit = True
            await asyncio.wait([running])
            listening.close()


def _config(app: Starlette) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=GRACE,
        ws_max_size=MOST_SOCKET_BYTES,
    )


@contextlib.contextmanager
def _until_signal(server: uvicorn.Server) -> Iterator[None]:
    loop = asyncio.get_running_loop()

    def stop() -> None:
        server.should_exit = True

    added = []
    for number in SIGNALS:
        with contextlib.suppress(
            NotImplementedError, RuntimeError, ValueError
        ):  # not on Windows, not off the main thread
            loop.add_signal_handler(number, stop)
            added.append(number)
    try:
        yield
    finally:
        for number in added:
            loop.remove_signal_handler(number)
