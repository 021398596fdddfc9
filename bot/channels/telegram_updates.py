"""What a stored update of Telegram says: raw JSON read by us, only the fields that we use."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final, TypeGuard

from bot.channels.base import Unreadable
from bot.core.message import Address, Contact, File, Inbound, Spot
from bot.core.reading.fold import clean

NAME: Final = "telegram"
_LARGEST_ID = 2**53
_PERSONAL = ("private", "group", "supergroup")
# What a person may send that has no words for us: answered like any text that is not understood.
_WORDLESS = frozenset(
    {"animation", "audio", "checklist", "contact", "dice", "document", "location", "paid_media"}
    | {"poll", "sticker", "story", "venue", "video", "video_note", "voice"}
)


def update_number(element: object) -> int | None:
    """The number by which Telegram confirms it, if it has one."""
    number = element.get("update_id") if isinstance(element, dict) else None
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < _LARGEST_ID:
        return None
    return number


def parse_update(raw: str) -> Inbound | None:
    """What an update says, None when it is nothing for us. Raises Unreadable."""
    try:
        update = json.loads(raw)
    except (ValueError, RecursionError):
        update = None
    if update_number(update) is None:
        raise Unreadable("not an update")
    for kind, read in _READERS.items():
        if kind in update:
            return read(_object(update, kind))
    return None


def _read_message(message: dict[str, Any]) -> Inbound | None:
    chat = _object(message, "chat")
    if "from" not in message or _string(chat, "type") not in _PERSONAL:
        return None
    sender = _object(message, "from")
    if sender.get("is_bot") is True:  # an anonymous administrator, or a channel: nobody to authorise
        return None
    text, files = _words(message), _files(message)
    if not text and not files and _WORDLESS.isdisjoint(message):
        return None
    contact = _contact(message, sender)
    return _inbound(
        chat, sender, at=_milliseconds(message), text=text, files=files, spot=_spot(message), contact=contact
    )


def _read_edit(message: dict[str, Any]) -> Inbound | None:
    if "location" in message:  # somebody's live location moves on: not asked for, not kept
        return None
    inbound = _read_message(message)
    return inbound and replace(inbound, edited=True)


def _read_press(query: dict[str, Any]) -> Inbound | None:
    sender = _object(query, "from")
    # A message that the bot can no longer see still names its chat; one sent in inline mode does not.
    chat = _object(_object(query, "message"), "chat") if "message" in query else {**sender, "type": "private"}
    if "data" not in query:
        return None
    return _inbound(chat, sender, at=0, press=clean(_string(query, "data")), press_id=_string(query, "id"))


def _read_membership(change: dict[str, Any]) -> Inbound | None:
    chat, sender = _object(change, "chat"), _object(change, "from")
    if _string(chat, "type") not in _PERSONAL:
        return None
    member = _object(change, "new_chat_member")
    status = _string(member, "status")
    away = status in ("kicked", "left") or (status == "restricted" and member.get("is_member") is False)
    return _inbound(chat, sender, at=_milliseconds(change), reachable=not away)


_READERS: dict[str, Callable[[dict[str, Any]], Inbound | None]] = {
    "message": _read_message,
    "edited_message": _read_edit,
    "callback_query": _read_press,
    "my_chat_member": _read_membership,
}


def _inbound(chat: dict[str, Any], sender: dict[str, Any], **what: Any) -> Inbound:
    return Inbound(
        address=Address(channel=NAME, chat=str(_integer(chat, "id"))),
        sender=str(_integer(sender, "id")),
        sender_name=_person_name(sender),
        group=_string(chat, "type") != "private",
        **what,
    )


def _words(message: dict[str, Any]) -> str:
    for key in ("text", "caption"):
        if key in message:
            return clean(_string(message, key))
    return ""


def _files(message: dict[str, Any]) -> tuple[File, ...]:
    if "photo" in message:
        return (_largest_photo(message["photo"]),)
    if "document" in message:
        document = _object(message, "document")
        mime = _optional_string(document, "mime_type")
        if mime.startswith("image/"):
            return (_file(document, "document", mime),)
    return ()


def _spot(message: dict[str, Any]) -> Spot | None:
    """A place shared once; a live location is nothing for us."""
    if "location" not in message:
        return None
    location = _object(message, "location")
    latitude, longitude = location.get("latitude"), location.get("longitude")
    if "live_period" in location or not (_is_degree(latitude, 90) and _is_degree(longitude, 180)):
        return None
    venue = _object(message, "venue") if "venue" in message else {}
    return Spot(latitude=latitude, longitude=longitude, name=clean(_optional_string(venue, "title")))


def _contact(message: dict[str, Any], sender: dict[str, Any]) -> Contact | None:
    """The sender's own number; somebody else's out of the phone's book is nothing for us."""
    contact = message.get("contact")
    if not isinstance(contact, dict) or contact.get("user_id") != sender.get("id"):
        return None
    return Contact(phone=clean(_string(contact, "phone_number")), name=_person_name(contact))


def _is_degree(value: object, most: int) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= most


def _largest_photo(sizes: object) -> File:
    if not isinstance(sizes, list) or not sizes or not all(isinstance(size, dict) for size in sizes):
        raise Unreadable("photo")
    largest = max(sizes, key=lambda size: _integer(size, "width") * _integer(size, "height"))
    return _file(largest, "photo", "image/jpeg")


def _file(source: dict[str, Any], kind: str, mime: str) -> File:
    size = source.get("file_size", 0)
    return File(ref=_string(source, "file_id"), kind=kind, size=size if isinstance(size, int) else 0, mime=mime)


def _person_name(sender: dict[str, Any]) -> str:
    names = (_optional_string(sender, "first_name"), _optional_string(sender, "last_name"))
    return " ".join(clean(" ".join(names)).split())


def _milliseconds(source: dict[str, Any]) -> int:
    seconds = _integer(source, "date")
    if not 0 <= seconds < 2**40:
        raise Unreadable("date")
    return seconds * 1000


def _object(source: dict[str, Any], key: str) -> dict[str, Any]:
    value = source.get(key)
    if not isinstance(value, dict):
        raise Unreadable(key)
    return value


def _integer(source: dict[str, Any], key: str) -> int:
    value = source.get(key)
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= _LARGEST_ID:
        raise Unreadable(key)
    return value


def _string(source: dict[str, Any], key: str) -> str:
    value = source.get(key)
    if not isinstance(value, str):
        raise Unreadable(key)
    return value


def _optional_string(source: dict[str, Any], key: str) -> str:
    value = source.get(key, "")
    return value if isinstance(value, str) else ""
