"""What each platform can show, as one table: a row a channel. What it lacks is made up for in `rendering`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

MEGABYTE: Final = 1024 * 1024


class Files(Enum):
    """How a picture or a document of ours gets onto a platform."""

    SENT = "sent"  # its bytes are sent
    FETCHED = "fetched"  # the platform fetches it from our public address
    OWN = "own"  # the platform is our own page, which finds it by itself


class Contacts(Enum):
    """How a platform lets somebody give their name and telephone number without typing them."""

    NONE = "none"  # the number is typed
    BESIDE = "beside"  # a button under the words
    CARD = "card"  # a message of its own


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a message may be on a platform; a number of 0 means none at all, None that there is no limit."""

    text: int | None  # the longest text, in UTF-16 units
    caption: int | None  # the longest text beside a picture or a document
    bold: bool
    buttons: int | None  # how many, choices and controls together
    label: int | None  # the longest label, in letters
    files: Files
    picture: int | None  # the largest picture that is shown in the chat, in bytes
    document: int | None  # the largest document, in bytes
    document_kinds: frozenset[str] = frozenset()  # the MIME types of documents that it takes; empty: all
    contacts: Contacts = Contacts.NONE  # its own way to ask for a name and a telephone number
    words_beside: bool = True  # words and buttons may stand beside a picture or a document
    edits: bool = False  # what was sent can be changed afterwards
    households: bool = True  # what is said to or of a household may pass over it; a setting of the ward


TELEGRAM: Final = Capabilities(
    text=4096,
    caption=1024,
    bold=True,
    buttons=100,
    label=None,
    files=Files.SENT,
    picture=10 * MEGABYTE,
    document=50 * MEGABYTE,
    contacts=Contacts.BESIDE,
    edits=True,
)

WEB: Final = Capabilities(
    text=None,
    caption=None,
    bold=True,
    buttons=None,
    label=None,
    files=Files.OWN,
    picture=None,
    document=None,
    edits=True,
)

ZALO_OA: Final = Capabilities(
    text=2000,
    caption=0,
    bold=False,
    buttons=5,
    label=100,
    files=Files.SENT,
    picture=MEGABYTE,
    document=5 * MEGABYTE,
    document_kinds=frozenset(
        {
            "application/pdf",
            "application/msword",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        }
    ),
    contacts=Contacts.CARD,
    words_beside=False,
)

ZALO_BOT: Final = Capabilities(
    text=2000,
    caption=2000,
    bold=False,
    buttons=0,
    label=0,
    files=Files.FETCHED,
    picture=MEGABYTE,
    document=0,
)
