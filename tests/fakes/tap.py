"""A wire in front of a server that writes down every byte which a client sends: headers, queries, bodies."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from typing import Self
from urllib.parse import unquote_plus

CHUNK = 64 * 1024


class Tap:
    """Passes everything on, both ways, and remembers what went to the server."""

    def __init__(self, port: int) -> None:
        self.heard = bytearray()
        self._to = port
        self._server: asyncio.Server | None = None

    @property
    def base_url(self) -> str:
        """What the client is given instead of the server's address."""
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def start(self) -> Self:
        """Listen on a free port of 127.0.0.1."""
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        return self

    async def stop(self) -> None:
        """Let go."""
        assert self._server is not None
        self._server.close()

    async def _connected(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        server, to_server = await asyncio.open_connection("127.0.0.1", self._to)
        await asyncio.gather(self._pass_on(client, to_server, self.heard), self._pass_on(server, to_client, None))

    async def _pass_on(self, source: asyncio.StreamReader, to: asyncio.StreamWriter, note: bytearray | None) -> None:
        with suppress(OSError):
            while piece := await source.read(CHUNK):
                if note is not None:
                    note += piece
                to.write(piece)
                await to.drain()
        to.close()


def found_in(sent: bytes, canaries: Iterable[str]) -> list[str]:
    """The canaries in what was sent, whether as they are, as an address or a form writes them, or as JSON does."""
    text = sent.decode("utf-8", "replace")
    form = unquote_plus(text)
    ways = (text, form, _json_read(text), _json_read(form))
    return [canary for canary in canaries if any(canary in way for way in ways)]


def _json_read(text: str) -> str:
    return text.encode("ascii", "backslashreplace").decode("unicode_escape", "replace")
