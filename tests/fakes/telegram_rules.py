"""What the Bot API accepts in a message: lengths, entities, markup, buttons, and how often.

Every rule names its source; the list, the date on which it was checked and what is not modelled are in README.md.
"""

from __future__ import annotations

import html
import io
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import orjson
from PIL import Image

TEXT_LIMIT = 4096  # core.telegram.org/bots/api#sendmessage: "1-4096 characters after entities parsing"
CAPTION_LIMIT = 1024  # core.telegram.org/bots/api#sendphoto: "0-1024 characters after entities parsing"
DATA_LIMIT = 64  # core.telegram.org/bots/api#inlinekeyboardbutton: callback_data "1-64 bytes"
BUTTON_LIMIT = 100  # observed: more buttons give "reply markup is too long"
PHOTO_LIMIT = 10 * 1024 * 1024  # core.telegram.org/bots/api#sendphoto: "at most 10 MB in size"
PHOTO_SIDES, PHOTO_RATIO = (
    10_000,
    20,
)  # the same: "width and height must not exceed 10000 in total … ratio … at most 20"
UPLOAD_LIMIT = 50 * 1024 * 1024  # core.telegram.org/bots/api#senddocument: "up to 50 MB in size"
DOWNLOAD_LIMIT = 20 * 1024 * 1024  # core.telegram.org/bots/api#getfile: "up to 20MB"


class ApiError(Exception):
    """An answer with ok: false."""

    def __init__(self, status: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters

    def body(self) -> bytes:
        """The answer's JSON. core.telegram.org/bots/api#making-requests, #responseparameters."""
        answer: dict[str, Any] = {"ok": False, "error_code": self.status, "description": self.description}
        if self.parameters:
            answer["parameters"] = self.parameters
        return orjson.dumps(answer)


def bad(description: str) -> ApiError:
    """A 400 with Telegram's prefix."""
    return ApiError(400, f"Bad Request: {description}")


@dataclass(slots=True)
class Bucket:
    """A rate with a burst; `take` gives the whole seconds to wait, 0 when the token was there."""

    rate: float
    burst: float
    tokens: float = field(default=-1.0)
    at: float = 0.0

    def take(self, now: float) -> int:
        """One token, or how long to wait for it."""
        full = self.burst if self.tokens < 0 else self.tokens + (now - self.at) * self.rate
        self.tokens, self.at = min(self.burst, full), now
        if self.tokens >= 1:
            self.tokens -= 1
            return 0
        return max(1, math.ceil((1 - self.tokens) / self.rate))


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """An inline button."""

    label: str
    data: str
    contact: bool = False  # gives the person's own number


def units(text: str) -> int:
    """Length in UTF-16 code units. core.telegram.org/api/entities#entity-length."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def read_text(params: Mapping[str, Any]) -> tuple[str, list[dict[str, Any]]]:
    """The text of sendMessage or editMessageText and its entities, or the error that Telegram gives."""
    text, entities = _formatted(params, "text", "entities")
    if not text.strip():
        raise bad("message text is empty")  # Client.cpp, get_formatted_text
    if len(text) > TEXT_LIMIT // 2 and units(text) > TEXT_LIMIT:
        raise bad("message is too long")
    return text, entities


def read_caption(params: Mapping[str, Any]) -> tuple[str, list[dict[str, Any]]]:
    """The caption of a photo or document and its entities."""
    text, entities = _formatted(params, "caption", "caption_entities")
    if units(text) > CAPTION_LIMIT:
        raise bad("message caption is too long")
    return text, entities


def check_photo(content: object) -> None:
    """An uploaded photo: its size, its sides, and that it is one. Wording: github.com/TelegramBotAPI/errors."""
    if not isinstance(content, bytes):  # a file_id of a photo that is with Telegram already
        return
    if len(content) > PHOTO_LIMIT:
        raise bad("file is too big")
    try:
        with Image.open(io.BytesIO(content)) as picture:
            width, height = picture.size
    except OSError:
        raise bad("IMAGE_PROCESS_FAILED") from None
    if width + height > PHOTO_SIDES or max(width, height) > PHOTO_RATIO * min(width, height):
        raise bad("PHOTO_INVALID_DIMENSIONS")


def check_document(content: object) -> None:
    """An uploaded file: not too large (the server in front answers that itself), and not empty."""
    if isinstance(content, bytes) and len(content) > UPLOAD_LIMIT:
        raise ApiError(413, "Request Entity Too Large")
    if not content:
        raise bad("file must be non-empty")


def _formatted(params: Mapping[str, Any], text_key: str, entities_key: str) -> tuple[str, list[dict[str, Any]]]:
    text = str(params.get(text_key, ""))
    if any(0xD800 <= ord(letter) <= 0xDFFF for letter in text):
        raise bad("strings must be encoded in UTF-8")  # Client.cpp: "Strings must be encoded in UTF-8"
    mode = str(params.get("parse_mode", "")).lower()
    if mode == "html":  # core.telegram.org/bots/api#html-style
        return parse_html(text)
    if mode:
        raise bad("unsupported parse_mode")
    entities = as_json(params.get(entities_key)) or []
    if entities:
        check_entities(text, entities)
    return text, entities


def check_entities(text: str, entities: list[dict[str, Any]]) -> None:
    """Every entity lies within the text and cuts no surrogate pair. MTProto error ENTITY_BOUNDS_INVALID."""
    length = units(text)
    encoded = text.encode("utf-16-le")
    for entity in entities:
        start, size = entity.get("offset"), entity.get("length")
        if not isinstance(start, int) or not isinstance(size, int) or start < 0 or size < 1 or start + size > length:
            raise bad("ENTITY_BOUNDS_INVALID")
        if any(_inside_pair(encoded, edge) for edge in (start, start + size)):
            raise bad("ENTITY_BOUNDS_INVALID")


def _inside_pair(encoded: bytes, unit: int) -> bool:
    following = encoded[2 * unit + 1 : 2 * unit + 2]
    return bool(following) and 0xDC <= following[0] <= 0xDF


_TAGS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "code": "code", "pre": "pre",
    "a": "text_link", "tg-spoiler": "spoiler", "span": "spoiler", "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}  # fmt: skip
_TOKEN = re.compile(r"<(/?)([a-zA-Z-]*)([^<>]*)>|&(lt|gt|amp|quot|#[0-9]+|#x[0-9a-fA-F]+);|<")


def parse_html(text: str) -> tuple[str, list[dict[str, Any]]]:
    """Telegram's strict HTML: core.telegram.org/bots/api#html-style, wording from TDLib's MessageEntity.cpp."""
    words: list[str] = []
    entities: list[dict[str, Any]] = []
    opened: list[tuple[str, int]] = []
    at = length = 0
    for found in _TOKEN.finditer(text):
        words.append(text[at : found.start()])
        length += units(words[-1])
        at = found.end()
        if found[4]:
            words.append(html.unescape(found[0]))
            length += units(words[-1])
        else:
            _tag(found, text, opened, entities, length)
    if opened:
        raise bad(f"can't parse entities: Can't find end tag corresponding to start tag \"{opened[-1][0]}\"")
    return "".join([*words, text[at:]]), entities


def _tag(
    found: re.Match[str], text: str, opened: list[tuple[str, int]], entities: list[dict[str, Any]], length: int
) -> None:
    closing, name = found[1], (found[2] or "").lower()
    byte = len(text[: found.start()].encode())
    if name not in _TAGS:
        raise bad(f'can\'t parse entities: Unsupported start tag "{name}" at byte offset {byte}')
    if not closing:
        opened.append((name, length))
        return
    if not opened or opened[-1][0] != name:
        raise bad(f"can't parse entities: Unexpected end tag at byte offset {byte}")
    _, start = opened.pop()
    if length > start:
        entities.append({"type": _TAGS[name], "offset": start, "length": length - start})


def read_buttons(params: Mapping[str, Any]) -> tuple[tuple[Button, ...], ...]:
    """The inline keyboard, checked. core.telegram.org/bots/api#inlinekeyboardmarkup."""
    markup = as_json(params.get("reply_markup"))
    if markup and "keyboard" in markup:
        return tuple(tuple(_key(key) for key in row) for row in markup["keyboard"])
    if not markup or "inline_keyboard" not in markup:
        return ()
    rows = tuple(tuple(_button(button) for button in row) for row in markup["inline_keyboard"])
    if sum(map(len, rows)) > BUTTON_LIMIT:
        raise bad("reply markup is too long")
    return rows


def _key(raw: Mapping[str, Any]) -> Button:
    """A key of the reply keyboard: what it says is what it sends. core.telegram.org/bots/api#keyboardbutton."""
    if not raw.get("text"):
        raise bad('can\'t parse keyboard button: Field "text" must be non-empty')
    return Button(label=raw["text"], data="", contact=raw.get("request_contact") is True)


def _button(raw: Mapping[str, Any]) -> Button:
    label, data = raw.get("text"), raw.get("callback_data", "")
    if not label:
        raise bad('can\'t parse inline keyboard button: Field "text" must be non-empty')
    if "url" not in raw and not 1 <= len(data.encode()) <= DATA_LIMIT:
        raise bad("BUTTON_DATA_INVALID")
    return Button(label=label, data=data)


def as_json(value: object) -> Any:
    """A parameter that may come as JSON in a string or as JSON itself."""
    if not isinstance(value, str):
        return value
    try:
        return orjson.loads(value)
    except ValueError:
        raise bad("can't parse JSON object") from None


def show(text: str, entities: list[dict[str, Any]]) -> str:
    """The text with its bold stretches between two stars."""
    marks = [at for entity in entities if entity.get("type") == "bold" for at in _span(entity)]
    if not marks:
        return text
    encoded = text.encode("utf-16-le")
    edges = [0, *sorted(marks), len(encoded) // 2]
    pieces = (encoded[2 * a : 2 * b].decode("utf-16-le") for a, b in pairwise(edges))
    return "**".join(pieces)


def _span(entity: Mapping[str, Any]) -> tuple[int, int]:
    return entity["offset"], entity["offset"] + entity["length"]
