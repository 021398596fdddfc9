"""In front of everything: who may open a socket, how much may be sent, and what a browser may do with our pages."""

from __future__ import annotations

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.origins import is_allowed

MOST_BYTES = 9 * 1024 * 1024  # of a request to the page: a photo of 8 MB and its wrapping
HOOKS = "/hooks/"  # these prove themselves by their secret, limit themselves, and are read by no browser
SOCKETS = "/socket.io"
READING = ("GET", "HEAD", "OPTIONS")

# NiceGUI compiles its templates in the browser and writes styles in line; nothing comes from elsewhere.
CONTENT_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
# The dashboard has one script, a file of ours that fetches the page again.
# Its forms show by their origin that they are ours; no-referrer would hide that.
DASHBOARD = "/bang-tin"
DASHBOARD_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "connect-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)


def _headers(policy: str, referrer: bytes) -> list[tuple[bytes, bytes]]:
    return [
        (b"content-security-policy", policy.encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"x-frame-options", b"DENY"),
        (b"referrer-policy", referrer),
        (b"cross-origin-opener-policy", b"same-origin"),
        (b"cross-origin-resource-policy", b"same-origin"),
    ]


HEADERS = _headers(CONTENT_POLICY, b"no-referrer")
DASHBOARD_HEADERS = _headers(DASHBOARD_POLICY, b"same-origin")
_NAMES = {name for name, _ in HEADERS}


class Guard:
    """ASGI middleware: refuses what a foreign page asks for, and adds the security headers."""

    def __init__(self, app: ASGIApp, public_url: str = "") -> None:
        self._app = app
        self._public_url = public_url

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, or refuse."""
        if scope["type"] == "websocket" and not self._own_page(scope):
            await send({"type": "websocket.close", "code": 1008})  # before the handshake: the browser sees 403
        elif scope["type"] == "http" and not scope["path"].startswith(HOOKS):
            await self._http(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = DASHBOARD_HEADERS if scope["path"].startswith(DASHBOARD) else HEADERS

        async def secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                kept = [pair for pair in message.get("headers", ()) if pair[0].lower() not in _NAMES]
                message = {**message, "headers": [*kept, *headers]}
            await send(message)

        refused = self._refusal(scope)
        await (Response(status_code=refused) if refused else self._app)(scope, receive, secured)

    def _refusal(self, scope: Scope) -> int:
        """The status with which a request is refused; 0 when it may pass."""
        reads = scope["method"] in READING
        if SOCKETS in scope["path"]:
            return 0 if self._own_page(scope) or (reads and _own_fetch(scope)) else 403
        if reads:
            return 0
        if header(scope, b"origin") and not self._own_page(scope):
            return 403
        length = header(scope, b"content-length")
        if not length.isdecimal():
            return 411
        return 413 if int(length) > MOST_BYTES else 0

    def _own_page(self, scope: Scope) -> bool:
        return is_allowed(header(scope, b"origin"), header(scope, b"host"), self._public_url)


def header(scope: Scope, name: bytes) -> str:
    """A header that stands there exactly once; "" otherwise."""
    values = [value for key, value in scope["headers"] if key.lower() == name]
    return values[0].decode("latin-1") if len(values) == 1 else ""


def _own_fetch(scope: Scope) -> bool:
    """A page's own GET carries no Origin; where the browser says whose it is, that does as well."""
    origins = [key for key, _ in scope["headers"] if key.lower() == b"origin"]
    return not origins and header(scope, b"sec-fetch-site") == "same-origin"
