"""A fake Zalo Bot Platform. Each rule names its source in zalo.md."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from tests.fakes.zalo import Person, Shown, ZaloServer, as_json, units

TOKEN = "1234567890:TEST-token_of_the_fake_zalo_bot"
TEXT_LIMIT = 2000
PHOTO_LIMIT = 1024 * 1024
MONTHLY = 3000
MOST_PEOPLE = 50
LONGEST_POLL = 30
PICTURES = (b"\xff\xd8\xff", b"\x89PNG")  # how a JPEG and a PNG begin


class PlatformError(Exception):
    """An answer with ok: false."""

    def __init__(self, code: int, words: str) -> None:
        super().__init__(words)
        self.code, self.words = code, words


class FakeZaloBot(ZaloServer):
    """One bot's Zalo."""

    def __init__(
        self,
        *,
        token: str = TOKEN,
        wrapped: bool = True,
        photo_key: str = "photo_url",
        monthly: int = MONTHLY,
        most_people: int = MOST_PEOPLE,
    ) -> None:
        super().__init__()
        self.token = token
        self.wrapped = wrapped  # events come in the envelope of an answer, or bare
        self.photo_key = photo_key  # "photo_url" or "photo"
        self.monthly = monthly
        self.most_people = most_people
        self.used = 0  # messages of this month, in both directions
        self.webhook: dict[str, str] = {}
        self._wrote: dict[str, None] = {}  # who may be written to, in the order of their first word
        self.published: dict[str, bytes] = {}  # what lies at addresses outside this machine
        self.visit: Callable[[str], Awaitable[bytes]] | None = (
            None  # fetches from addresses of ours, where there are any
        )
        self._waiting: deque[dict[str, Any]] = deque()
        self._news = asyncio.Event()

    # --- people ---

    def person(self, number: int, name: str = "Người dùng") -> Person:
        """Somebody; the bot may write to them only after they have written."""
        key = f"{number:020x}"
        return self.people.setdefault(key, Person(key, name))

    def has_written(self, person: Person) -> None:
        """From now on the bot may write to this person."""
        self._wrote[person.id] = None

    @property
    def waiting(self) -> int:
        """How many events nobody has asked for yet."""
        return len(self._waiting)

    def say(self, person: Person, text: str) -> None:
        """Write."""
        self._push(person, "message.text.received", {"text": text})

    def photo(self, person: Person, content: bytes, caption: str = "") -> None:
        """Send a picture."""
        self._push(person, "message.image.received", {self.photo_key: self.keep_file(content), "caption": caption})

    def sticker(self, person: Person) -> None:
        """Send a sticker."""
        self._push(person, "message.sticker.received", {"sticker": "bfe458bf64fa8da4d4eb", "url": ""})

    def unsupported(self, person: Person) -> None:
        """Send what the platform does not pass on: such an event has no message_id."""
        self._push(person, "message.unsupported.received", {}, number=False)

    def inject(self, event: object) -> None:
        """Queue any JSON value as an event."""
        self._queue(event)

    def _push(self, person: Person, name: str, content: dict[str, Any], *, number: bool = True) -> None:
        self.used += 1
        message: dict[str, Any] = {
            "from": {"id": person.id, "display_name": person.name, "is_bot": False},
            "chat": {"id": person.id, "chat_type": "PRIVATE"},
            "date": self.now(),
            **content,
        }
        if number:
            message["message_id"] = self.next_id()
        self._wrote[person.id] = None
        self._queue({"event_name": name, "message": message})

    def _queue(self, event: object) -> None:
        self.ledger.events.append(json.dumps(event).encode())
        if self.webhook:
            body = json.dumps({"ok": True, "result": event} if self.wrapped else event).encode()
            self.call_hook(self.webhook["url"], body, {"X-Bot-Api-Secret-Token": self.webhook["secret"]})
            return
        self._waiting.append(event)  # type: ignore[arg-type]
        self._news.set()

    # --- answers ---

    def method_of(self, request: web.Request) -> str:
        return request.path.rpartition("/")[2]

    async def answer(self, request: web.Request, method: str) -> web.Response:
        params: dict[str, Any] = {}
        if request.can_read_body:
            try:
                params = await request.json()
            except ValueError:
                params = {}
        chat, code = str(params.get("chat_id", "")), 0
        try:
            if not request.path.startswith(f"/bot{self.token}/"):
                raise PlatformError(401, "Unauthorized")
            refusal = self.next_refusal(method, chat)
            if refusal and not refusal.after:
                raise PlatformError(refusal.code, refusal.words)
            result = await self._run(method, params)
            if refusal:
                raise PlatformError(refusal.code, refusal.words)
            return as_json({"ok": True} if result is None else {"ok": True, "result": result})
        except PlatformError as error:
            code = error.code
            return as_json({"ok": False, "error_code": error.code, "description": error.words})
        finally:
            self.ledger.calls.append((method, chat, code))

    async def _run(self, method: str, params: dict[str, Any]) -> Any:
        match method:
            case "getMe":
                return {"id": self.token.partition(":")[0], "account_name": "bot.danvankheo", "account_type": "BASIC"}
            case "getUpdates":
                return await self._get_updates(params)
            case "setWebhook":
                return self._set_webhook(params)
            case "deleteWebhook":
                self.webhook = {}
                return {"url": ""}
            case "getWebhookInfo":
                return {"url": self.webhook.get("url", ""), "updated_at": self.now()}
            case "sendMessage":
                return self._send(params, "text", str(params.get("text", "")))
            case "sendPhoto":
                return await self._send_photo(params)
            case "sendChatAction":
                return None
        raise PlatformError(404, "Not Found")

    async def _get_updates(self, params: dict[str, Any]) -> Any:
        """One event, handed out once: nothing confirms it."""
        if self.webhook:
            raise PlatformError(400, "Bad Request: webhook is set")
        try:
            async with asyncio.timeout(min(float(params.get("timeout") or 0), LONGEST_POLL)):
                while not self._waiting:
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise PlatformError(408, "Request timeout") from None
        return self._waiting.popleft()

    def _set_webhook(self, params: dict[str, Any]) -> Any:
        secret = str(params.get("secret_token", ""))
        if not 8 <= len(secret) <= 256:
            raise PlatformError(400, "Bad Request: secret_token must have 8 to 256 letters")
        self.webhook = {"url": str(params.get("url", "")), "secret": secret}
        return {"url": self.webhook["url"], "updated_at": self.now()}

    async def _send_photo(self, params: dict[str, Any]) -> Any:
        """The platform fetches the picture itself."""
        content = await self._fetch(str(params.get("photo", "")))
        if not content.startswith(PICTURES) or len(content) > PHOTO_LIMIT:
            raise PlatformError(400, "Bad Request: photo could not be fetched")
        return self._send(params, "photo", str(params.get("caption", "")), content)

    async def _fetch(self, address: str) -> bytes:
        assert self._client is not None
        if address in self.published:
            return self.published[address]
        if self.visit is not None:
            return await self.visit(address)
        try:
            async with self._client.get(address) as response:
                return await response.read() if response.status == 200 else b""
        except Exception:  # an address that is none
            return b""

    def _send(self, params: dict[str, Any], kind: str, text: str, content: bytes = b"") -> Any:
        person = self.people.get(str(params.get("chat_id", "")))
        if person is None or person.id not in self._wrote:
            raise PlatformError(400, "Bad Request: chat not found")
        if kind == "text" and not text:
            raise PlatformError(400, "Bad Request: text is empty")
        if units(text) > TEXT_LIMIT:
            raise PlatformError(400, "Bad Request: text is too long")
        if person.id in list(self._wrote)[self.most_people :]:
            raise PlatformError(403, "Forbidden: user limit reached")
        if self.used >= self.monthly:
            raise PlatformError(429, "Quota exceeded")
        self.used += 1
        number = self.next_id()
        message = Shown(id=number, chat=person.id, text=text, kind=kind, content=content, payload=params)
        self.ledger.messages.append(message)
        person.show(message)
        return {"message_id": number, "date": self.now()}
