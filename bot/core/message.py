"""The nouns of a conversation. Every other room speaks in these words and knows no platform."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import IntEnum
from typing import Any

# Bold is a pair of control characters: a person's words are cleaned of them on the way in,
# so nothing that a person types can ever become markup on the way out.
BOLD_ON, BOLD_OFF = "\x02", "\x03"
_BOLD_MARK = re.compile(f"([{BOLD_ON}{BOLD_OFF}])")


def bold_runs(text: str) -> list[tuple[str, bool]]:
    """(words, whether they are bold), in order, without the marks."""
    runs, bold = [], False
    for piece in _BOLD_MARK.split(text):
        if piece in (BOLD_ON, BOLD_OFF):
            bold = piece == BOLD_ON
        elif piece:
            runs.append((piece, bold))
    return runs


class Lane(IntEnum):
    """What a message is for; a smaller number overtakes a larger one."""

    REPLY = 0
    NOTICE = 1
    REMINDER = 2
    SUMMARY = 3

    @property
    def at_most_once(self) -> bool:
        """A second copy of these would be worse than none: a send in doubt is not repeated."""
        return self in (Lane.REMINDER, Lane.SUMMARY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a message comes from or goes to."""

    channel: str
    chat: str


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file that a person sent, still with the platform."""

    ref: str  # the channel's own handle, enough to fetch it later
    kind: str  # "photo" or "document"
    size: int = 0  # bytes; 0 when the platform does not say
    mime: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place on the map that a person shared, once: nobody is ever followed."""

    latitude: float
    longitude: float
    name: str = ""

    @property
    def point(self) -> str:
        """The place to the metre: "21.03512,105.92011"."""
        return f"{self.latitude:.5f},{self.longitude:.5f}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """What somebody let their platform tell us about themselves."""

    phone: str = field(repr=False)
    name: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbound:
    """One thing that one person did: words, a press, files, or a place on the map."""

    address: Address
    sender: str  # who is authorised; in a group it is not the chat
    at: int  # epoch milliseconds UTC at which the person wrote it
    text: str = ""
    press: str = ""  # the data of the button
    press_id: str = ""  # the platform's handle to acknowledge the press with
    files: tuple[File, ...] = ()
    spot: Spot | None = None
    contact: Contact | None = None
    sender_name: str = ""
    group: bool = False
    edited: bool = False
    reachable: bool | None = None  # the person has just blocked (False) or unblocked (True) us
    receipt: str = ""  # under which we keep it as it came


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Something to press, or to answer by its number or its label."""

    label: str
    data: str  # at most 64 bytes in UTF-8, the narrowest platform's limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A picture or a document of ours that goes with a message: never its bytes, but how to draw them at delivery.

    A turn draws nothing. It names a recipe of `bot.reports.drawers.DRAWERS` and gives it all that it needs, as JSON
    values; the same data must always give the same file, for it may be drawn again when a send is repeated.
    """

    recipe: str  # a name in the table of drawers
    data: Mapping[str, Any]  # JSON values: figures, names and days as they were at the turn
    name: str  # what the person's phone calls the file: "bao-cao-24-03-2021.xlsx"
    mime: str  # an image is shown in the chat, anything else is a document

    @property
    def is_picture(self) -> bool:
        """Whether it is looked at in the chat, and not opened."""
        return self.mime.startswith("image/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbound:
    """One message to one chat, complete: what delivery needs and nothing else."""

    address: Address
    text: str  # plain words with BOLD_ON … BOLD_OFF; never a platform's markup
    choices: tuple[Choice, ...] = ()  # the answers, numbered where there are no buttons
    controls: tuple[Choice, ...] = ()  # back, skip, cancel: always within reach, never numbered
    lane: Lane = Lane.REPLY
    supersedes: str = ""  # an unsent message of the same chat with this key is replaced
    attachment: Attachment | None = None  # comes with the words; one message carries one
    contact: str = ""  # asks for a name and a telephone number; what the platform's own button for that says
    household: bool = False  # is about a household: not for platforms on which the ward does not let that pass
    in_place: bool = False  # where it can be, the last message with the `supersedes` key that left is changed instead
    passing: bool = False  # how something stands on its way: of no use where each state would be a further message
    about: str = ""  # the name by which its words are found again when they must not stay


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """A platform's update as it came, with the key that makes it unique for its bot."""

    key: str
    raw: str  # JSON text, exactly as received


def outbound_to_json(message: Outbound) -> dict[str, Any]:
    """The parts of a message that are not its address, as JSON values."""
    body: dict[str, Any] = {
        "text": message.text,
        "choices": [[choice.label, choice.data] for choice in message.choices],
        "controls": [[choice.label, choice.data] for choice in message.controls],
    }
    if message.contact:
        body["contact"] = message.contact
    for mark in ("household", "in_place", "passing"):
        if getattr(message, mark):
            body[mark] = True
    if message.attachment:
        body["attachment"] = asdict(message.attachment)
    return body


def outbound_from_json(address: Address, lane: Lane, body: Mapping[str, Any]) -> Outbound:
    """The inverse of `outbound_to_json`."""
    attachment = body.get("attachment")
    return Outbound(
        address=address,
        text=body["text"],
        choices=tuple(Choice(label=label, data=data) for label, data in body["choices"]),
        controls=tuple(Choice(label=label, data=data) for label, data in body["controls"]),
        lane=lane,
        attachment=Attachment(**attachment) if attachment else None,
        contact=body.get("contact", ""),
        household=body.get("household", False),
        in_place=body.get("in_place", False),
        passing=body.get("passing", False),
    )
