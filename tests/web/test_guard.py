"""Who may talk to the page: thirty origins, requests without one, and what a response tells the browser."""

from __future__ import annotations

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

from bot.web.guard import MOST_BYTES, Guard

PUBLIC = "https://danvan.example.vn"
SOCKET = "/_nicegui_ws/socket.io/"

ORIGINS = [
    # origin, host, allowed
    ("http://127.0.0.1:8080", "127.0.0.1:8080", True),
    ("http://localhost:8080", "localhost:8080", True),
    ("http://LOCALHOST:8080", "localhost:8080", True),
    ("http://[::1]:8080", "[::1]:8080", True),
    ("http://192.168.1.20:8080", "192.168.1.20:8080", True),
    ("http://may-phuong:8080", "may-phuong:8080", True),
    ("http://may-phuong.local", "may-phuong.local", True),
    ("https://danvan.example.vn", "danvan.example.vn", True),
    ("https://danvan.example.vn", "127.0.0.1:8080", True),  # behind a proxy that does not pass the name on
    ("https://danvan.example.vn:443", "danvan.example.vn", True),
    ("http://danvan.example.vn", "danvan.example.vn", True),  # the proxy speaks plainly to us, and the name is ours
    ("http://127.0.0.1", "127.0.0.1:80", True),
    ("http://127.0.0.1:8081", "127.0.0.1:8080", False),
    ("http://localhost:8080", "127.0.0.1:8080", False),
    ("http://evil.example", "127.0.0.1:8080", False),
    ("https://evil.example", "danvan.example.vn", False),
    ("http://evil.example:8080", "evil.example:8080", False),  # a name server was made to say that evil is us
    ("https://danvan.example.vn.evil.example", "danvan.example.vn", False),
    ("https://evil.example/danvan.example.vn", "danvan.example.vn", False),
    ("https://danvan.example.vn@evil.example", "danvan.example.vn", False),
    ("https://danvan.example.vn:444", "danvan.example.vn", False),
    ("https://xdanvan.example.vn", "danvan.example.vn", False),
    ("https://danvan.example.vn/", "danvan.example.vn", False),  # browsers send no path
    ("https://danvan.example.vn?x", "danvan.example.vn", False),
    ("null", "127.0.0.1:8080", False),
    ("file://", "127.0.0.1:8080", False),
    ("chrome-extension://abcdef", "127.0.0.1:8080", False),
    ("ws://127.0.0.1:8080", "127.0.0.1:8080", False),
    ("http://127.0.0.1:99999", "127.0.0.1:99999", False),
    ("http://", "", False),
    ("*", "*", False),
    ("http://127.0.0.1:8080 ", "127.0.0.1:8080", False),
]


async def answer(scope: Scope) -> tuple[int, dict[str, str]]:
    """What comes back through the guard: a status (101 for an accepted socket) and the headers."""
    sent: list[Message] = []

    async def inside(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.accept"})
        else:
            await PlainTextResponse("inside")(scope, receive, send)

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    await Guard(inside, PUBLIC)(scope, receive, send)
    first = sent[0]
    if first["type"] == "websocket.accept":
        return 101, {}
    if first["type"] == "websocket.close":
        return 403, {}
    return first["status"], {key.decode(): value.decode() for key, value in first["headers"]}


def asked(method: str, path: str, **headers: str) -> Scope:
    """A request's scope."""
    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    kind = "websocket" if method == "WS" else "http"
    return {"type": kind, "method": method, "path": path, "headers": named, "query_string": b""}


@pytest.mark.parametrize(("origin", "host", "allowed"), ORIGINS)
async def test_only_our_own_pages_open_sockets(origin: str, host: str, allowed: bool) -> None:
    """The same table for the upgrade, for long polling, and for what changes something."""
    assert (await answer(asked("WS", SOCKET, origin=origin, host=host)))[0] == (101 if allowed else 403)
    assert (await answer(asked("GET", SOCKET, origin=origin, host=host)))[0] == (200 if allowed else 403)
    assert (await answer(asked("POST", SOCKET, origin=origin, host=host)))[0] == (200 if allowed else 403)
    upload = asked("POST", "/_nicegui/client/1/upload/2", origin=origin, host=host, content_length="10")
    assert (await answer(upload))[0] == (200 if allowed else 403)


@pytest.mark.parametrize(
    ("scope", "status"),
    [
        (asked("WS", SOCKET, host="127.0.0.1:8080"), 403),
        (asked("WS", "/anything", host="127.0.0.1:8080", origin="http://evil.example"), 403),
        (asked("GET", SOCKET, host="127.0.0.1:8080"), 403),
        (asked("POST", SOCKET, host="127.0.0.1:8080"), 403),
        (asked("GET", SOCKET, host="127.0.0.1:8080", sec_fetch_site="same-origin"), 200),
        (asked("GET", SOCKET, host="127.0.0.1:8080", sec_fetch_site="cross-site"), 403),
        (asked("POST", SOCKET, host="127.0.0.1:8080", sec_fetch_site="same-origin"), 403),
        (asked("GET", SOCKET, host="127.0.0.1", origin="http://evil.example", sec_fetch_site="same-origin"), 403),
        (asked("GET", "/", host="127.0.0.1:8080"), 200),
        (asked("GET", "/healthz", host="evil.example"), 200),
        (asked("POST", "/hooks/telegram", host="x", origin="http://evil.example"), 200),  # its secret decides
        (asked("POST", "/x", host="127.0.0.1:8080", content_length=str(MOST_BYTES + 1)), 413),
        (asked("POST", "/x", host="127.0.0.1:8080"), 411),
    ],
)
async def test_requests_without_a_usual_origin(scope: Scope, status: int) -> None:
    """Missing is no proof, except for reading a page."""
    assert (await answer(scope))[0] == status


async def test_two_origins_are_none() -> None:
    """A request that names two pages is from neither."""
    scope = asked("WS", SOCKET, host="127.0.0.1:8080", origin="http://127.0.0.1:8080")
    scope["headers"].append((b"origin", b"http://evil.example"))
    assert (await answer(scope))[0] == 403


async def test_pages_carry_the_security_headers() -> None:
    """Also a refusal does."""
    for scope in (asked("GET", "/", host="127.0.0.1"), asked("GET", SOCKET, host="127.0.0.1")):
        _, headers = await answer(scope)
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
