"""A fake Official Account server: OpenAPI v3, the OAuth server and the business API. Rules and sources in zalo.md."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from aiohttp import web

from tests.fakes.zalo import Person, Shown, ZaloServer, as_json, units

OA_ID, APP_ID = "4318657068771012646", "360846524940903967"
OA_SECRET, SECRET_KEY = "TEST-oa-secret-of-the-fake", "TEST-app-secret-of-the-fake"
FIRST_REFRESH = "TEST-refresh-token-0"
SUBTITLE_LIMIT = 500
TEXT_LIMIT, TITLE_LIMIT, PAYLOAD_LIMIT, BUTTONS = 2000, 100, 1000, 5
IMAGE_LIMIT, FILE_LIMIT = 1024 * 1024, 5 * 1024 * 1024
FILE_KINDS = (".pdf", ".doc", ".docx")
HOUR = 3600_000
OPEN_FOR = 7 * 24 * HOUR
ACCESS_FOR = 25 * HOUR


class OaError(Exception):
    """An answer with error != 0, at status 200."""

    def __init__(self, code: int, words: str = "") -> None:
        super().__init__(words)
        self.code, self.words = code, words or f"error {code}"


class FakeZaloOa(ZaloServer):
    """One account's Zalo."""

    def __init__(self, *, bare_signature: bool = False) -> None:
        super().__init__()
        self.bare_signature = bare_signature  # the header is sometimes the bare digest
        self.hook = ""  # the address registered in the console
        self.followers: set[str] = set()
        self.heard: dict[str, int] = {}
        self.templates: dict[str, frozenset[str]] = {}  # approved ones: id → placeholders
        self.phones: dict[str, Person] = {}
        self.access, self.refresh, self.expires = "", FIRST_REFRESH, 0
        self.renewals = 0
        self._uploads: dict[str, tuple[str, bytes, str]] = {}  # kind, content, name

    # --- people ---

    def person(self, number: int, name: str = "Người dân", phone: str = "") -> Person:
        """Somebody who follows the account."""
        key = str(7_000_000_000_000_000_000 + number)
        person = self.people.setdefault(key, Person(key, name))
        self.followers.add(key)
        if phone:
            self.phones[phone] = person
        return person

    def say(self, person: Person, text: str) -> None:
        """Write."""
        self._push(person, "user_send_text", {"text": text})

    def photo(self, person: Person, content: bytes) -> None:
        """Send a picture."""
        payload = {"thumbnail": "", "url": self.keep_file(content)}
        self._push(person, "user_send_image", {"attachments": [{"type": "image", "payload": payload}]})

    def press(self, person: Person, label: str) -> None:
        """Press the newest button with this label: its hidden query comes as a message."""
        for message in reversed(person.messages):
            for title, payload in message.buttons:
                if title == label:
                    self.submit_info(person) if message.kind == "card" else self.say(person, payload)
                    return
        raise AssertionError(f"no button {label!r}")

    def sticker(self, person: Person) -> None:
        """Send a sticker."""
        sticker = {"type": "sticker", "payload": {"id": "bfe458bf64fa8da4d4eb", "url": ""}}
        self._push(person, "user_send_sticker", {"attachments": [sticker]})

    def submit_info(self, person: Person, phone: str | int = "84912345678") -> None:
        """Fill in Zalo's form on the newest card that asks for it."""
        assert any(message.kind == "card" for message in person.messages), "nobody asked"
        info = {"name": person.name, "phone": phone, "address": "", "city": "", "district": ""}
        ends = {"sender": {"id": person.id}, "recipient": {"id": OA_ID}, "user_id_by_app": person.id[::-1]}
        self.heard[person.id] = self.now()
        self.inject({"event_name": "user_submit_info", **ends, "info": info, **self._head()})

    def follow(self, person: Person, *, yes: bool = True) -> None:
        """Follow the account, or stop."""
        (self.followers.add if yes else self.followers.discard)(person.id)
        name = "follow" if yes else "unfollow"
        self.inject({"event_name": name, "oa_id": OA_ID, "follower": {"id": person.id}, **self._head()})

    def _push(self, person: Person, name: str, message: dict[str, Any]) -> None:
        self.heard[person.id] = self.now()
        ends = {"sender": {"id": person.id}, "recipient": {"id": OA_ID}, "user_id_by_app": person.id[::-1]}
        self.inject({"event_name": name, **ends, "message": {"msg_id": self.next_id(), **message}, **self._head()})

    def _head(self) -> dict[str, str]:
        return {"app_id": APP_ID, "timestamp": str(self.now())}

    def inject(self, event: dict[str, Any]) -> None:
        """Send any JSON object to the webhook, signed."""
        body = json.dumps(event, ensure_ascii=False).encode()
        self.ledger.events.append(body)
        if self.hook:
            self.call_hook(self.hook, body, self.signed(body))

    def signed(self, body: bytes) -> dict[str, str]:
        """The header that shows who calls."""
        stamp = json.loads(body).get("timestamp", "")
        digest = hashlib.sha256(APP_ID.encode() + body + str(stamp).encode() + OA_SECRET.encode()).hexdigest()
        return {"X-ZEvent-Signature": digest if self.bare_signature else f"mac={digest}"}

    # --- answers ---

    def method_of(self, request: web.Request) -> str:
        return request.path.rpartition("/")[2] if "upload" not in request.path else request.path[-12:].strip("/")

    async def answer(self, request: web.Request, method: str) -> web.Response:
        if request.path == "/v4/oa/access_token":
            return await self._oauth(request)
        chat, code = "", 0
        try:
            if self.access == "" or request.headers.get("access_token") != self.access:
                raise OaError(-216, "Access token is invalid")
            if self.now() >= self.expires:
                raise OaError(-220, "Access token has expired")
            asked = await request.json() if request.content_type == "application/json" and request.can_read_body else {}
            chat = str(asked.get("recipient", {}).get("user_id", "") or asked.get("user_id", ""))
            refusal = self.next_refusal(method, chat)
            if refusal and not refusal.after:
                raise OaError(refusal.code, refusal.words)
            data = await self._run(request, asked)
            if refusal:
                raise OaError(refusal.code, refusal.words)
            return as_json({"error": 0, "message": "Success", "data": data})
        except OaError as error:
            code = error.code
            return as_json({"error": error.code, "message": error.words})
        finally:
            self.ledger.calls.append((method, chat, code))

    async def _oauth(self, request: web.Request) -> web.Response:
        form = await request.post()
        good = (
            request.headers.get("secret_key") == SECRET_KEY
            and form.get("app_id") == APP_ID
            and form.get("grant_type") == "refresh_token"
            and form.get("refresh_token") == self.refresh
        )
        self.ledger.calls.append(("access_token", "", 0 if good else -14014))
        if not good:
            return as_json({"error": -14014, "error_name": "Invalid refresh token"})
        self.renewals += 1
        self.access, self.refresh = f"TEST-access-{self.renewals}", f"TEST-refresh-token-{self.renewals}"
        self.expires = self.now() + ACCESS_FOR
        return as_json({"access_token": self.access, "refresh_token": self.refresh, "expires_in": "90000"})

    async def _run(self, request: web.Request, asked: dict[str, Any]) -> Any:
        match request.path:
            case "/v2.0/oa/getoa":
                return {"oa_id": OA_ID, "name": "Phường Phúc Lợi"}
            case "/v2.0/oa/upload/image" | "/v2.0/oa/upload/file":
                return await self._upload(request)
            case "/v3.0/oa/message/cs":
                return self._cs(asked)
            case "/v3.0/oa/message/template":
                return self._template(self.people.get(str(asked.get("user_id", ""))), asked)
            case "/message/template":
                if not asked.get("tracking_id"):
                    raise OaError(-124, "tracking_id is required")
                return self._template(self.phones.get(str(asked.get("phone", ""))), asked)
        raise OaError(-201, "unknown method")

    async def _upload(self, request: web.Request) -> Any:
        form = await request.post()
        file = form.get("file")
        if not isinstance(file, web.FileField):
            raise OaError(-201, "file is required")
        content, handle = file.file.read(), self.next_id()
        if request.path.endswith("image"):
            if len(content) > IMAGE_LIMIT or not content.startswith((b"\xff\xd8", b"\x89PNG")):
                raise OaError(-210, "image must be jpg or png of at most 1 MB")
            self._uploads[handle] = ("photo", content, file.filename)
            return {"attachment_id": handle}
        if len(content) > FILE_LIMIT or not file.filename.lower().endswith(FILE_KINDS):
            raise OaError(-210, "file must be pdf, doc or docx of at most 5 MB")
        self._uploads[handle] = ("document", content, file.filename)
        return {"token": handle}

    def _cs(self, asked: dict[str, Any]) -> Any:
        person = self.people.get(str(asked.get("recipient", {}).get("user_id", "")))
        if person is None:
            raise OaError(-201, "user_id is invalid")
        if person.id not in self.followers:
            raise OaError(-213, "User has not followed OA")
        if self.now() - self.heard.get(person.id, 0) > OPEN_FOR:
            raise OaError(-230, "User has not interacted with the OA in the past 7 days")
        message = asked.get("message", {})
        payload = message.get("attachment", {}).get("payload", {})
        if payload.get("template_type") == "request_user_info":
            return self._show_card(person, message, payload)
        if "attachment" in message and "buttons" not in payload:
            return self._show_file(person, message, payload)
        text = str(message.get("text", ""))
        if not 1 <= units(text) <= TEXT_LIMIT:
            raise OaError(-210, "text must have 1 to 2000 letters")
        buttons = _read_buttons(payload)
        return self._show(person, Shown(id=self.next_id(), chat=person.id, text=text, buttons=buttons, payload=asked))

    def _show_file(self, person: Person, message: dict[str, Any], payload: dict[str, Any]) -> Any:
        if "text" in message:
            raise OaError(-201, "no text beside a file")
        elements = payload.get("elements") or [{}]
        handle = payload.get("token") or elements[0].get("attachment_id", "")
        if handle not in self._uploads:
            raise OaError(-201, "unknown attachment")
        kind, content, name = self._uploads[handle]
        return self._show(
            person, Shown(id=self.next_id(), chat=person.id, text="", kind=kind, content=content, name=name)
        )

    def _show_card(self, person: Person, message: dict[str, Any], payload: dict[str, Any]) -> Any:
        """The request for name and telephone: one element with title, subtitle and picture, and nothing beside it."""
        elements = payload.get("elements")
        if "text" in message or not isinstance(elements, list) or len(elements) != 1:
            raise OaError(-201, "request_user_info takes one element and no text")
        title, subtitle = str(elements[0].get("title", "")), str(elements[0].get("subtitle", ""))
        if not 1 <= len(title) <= TITLE_LIMIT or not 1 <= len(subtitle) <= SUBTITLE_LIMIT:
            raise OaError(-201, "title or subtitle is invalid")
        if not str(elements[0].get("image_url", "")).startswith("https://"):
            raise OaError(-201, "image_url is invalid")
        shown = Shown(id=self.next_id(), chat=person.id, text="", buttons=((title, ""),), kind="card", payload=payload)
        return self._show(person, shown)

    def _template(self, person: Person | None, asked: dict[str, Any]) -> Any:
        wanted = self.templates.get(str(asked.get("template_id", "")))
        if wanted is None:
            raise OaError(-109, "Template is invalid")
        if frozenset(asked.get("template_data", {})) != wanted:
            raise OaError(-112, "Template data is invalid")
        if person is None:
            raise OaError(-118, "Zalo account not existed")
        text = json.dumps(asked["template_data"], ensure_ascii=False)
        return self._show(person, Shown(id=self.next_id(), chat=person.id, text=text, kind="template", payload=asked))

    def _show(self, person: Person, message: Shown) -> Any:
        """The account's own sends come back as events."""
        self.ledger.messages.append(message)
        person.show(message)
        own = {"sender": {"id": OA_ID}, "recipient": {"id": person.id}}
        echo = {"message": {"msg_id": message.id, "text": message.text}}
        self.inject({"event_name": "oa_send_text", **own, **echo, **self._head()})
        return {"message_id": message.id, "user_id": person.id}


def _read_buttons(payload: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    buttons = payload.get("buttons", [])
    if len(buttons) > BUTTONS:
        raise OaError(-201, "at most 5 buttons")
    for button in buttons:
        if not 1 <= len(button.get("title", "")) <= TITLE_LIMIT or len(button.get("payload", "")) > PAYLOAD_LIMIT:
            raise OaError(-201, "button is invalid")
        if button.get("type") not in ("oa.query.show", "oa.query.hide"):
            raise OaError(-201, "button type is invalid")
    return tuple((button["title"], button["payload"]) for button in buttons)
