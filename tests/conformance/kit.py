"""What the suite needs of a channel's test kit: a platform with people on it, who act and who see.

A channel joins the suite with a class like this one and a row in `kits.py`; no test names a channel.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, NoReturn

import pytest

from bot.channels.base import Channel, Take, Trouble
from tests.clock import FrozenClock

NOWHERE = "https://ward.test/xem/x"
"""An address like ours, behind which nothing is: for what is given to a channel directly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One message on somebody's screen."""

    text: str  # with **bold**
    buttons: tuple[str, ...] = ()  # the labels, from top to bottom
    file: str = ""  # the name of what came with it
    content: bytes = b""
    shown_as_picture: bool = False


class Gone(Exception):
    """What is to be pressed stands in an older message, and there are no buttons: nobody could mean it any more."""


class Kit:
    """A platform for tests. What it has no such thing as stays as it is here, and the test is skipped by that name."""

    name: ClassVar[str]  # the channel's
    visit: Callable[[str], Awaitable[bytes]] | None = None  # fetches from our own pages; the stage sets it
    people: ClassVar[str] = "web"  # as what the transcripts' figures name the channel

    async def start(self, folder: Path, clock: FrozenClock) -> None:
        """Set the platform up; `folder` is empty, and time is the clock's."""
        raise NotImplementedError

    async def stop(self) -> None:
        """Take the platform down."""

    def be_patient(self, channel: Channel) -> None:
        """What is sent next takes long."""

    def connect(self) -> Channel:
        """The real channel, connected to the platform; asked for again after each restart."""
        raise NotImplementedError

    def account_of(self, person: str) -> str:
        """The account, and the chat, of one of the transcripts' people."""
        raise NotImplementedError

    async def bring(self, channel: Channel, take: Take) -> None:
        """Let everything that people did arrive at the channel, through the way on which it listens."""
        raise NotImplementedError

    # -- what people do ------------------------------------------------------------------------

    async def say(self, person: str, text: str) -> None:
        """Words."""
        raise NotImplementedError

    async def press(self, person: str, label: str) -> None:
        """The newest button with this label; where there are no buttons, what a person does instead. Raises Gone."""
        raise NotImplementedError

    async def photo(self, person: str, content: bytes) -> None:
        """A picture."""
        raise NotImplementedError

    async def document(self, person: str, content: bytes) -> None:
        """A PDF."""
        self.has_no("document")

    async def location(self, person: str) -> None:
        """Where the person is."""
        self.has_no("location")

    async def sticker(self, person: str) -> None:
        """Something without words or files that we never heard of."""
        self.has_no("sticker")

    async def give_number(self, person: str, label: str, typed: str) -> None:
        """One's telephone number by the platform's own button, where it has one; else typed."""
        await self.say(person, typed)

    async def edit(self, person: str, text: str) -> None:
        """Change the last words."""
        self.has_no("edit")

    async def say_in_group(self, person: str, text: str) -> None:
        """Words in a group of which the bot is a member."""
        self.has_no("group")

    async def forge(self, person: str, data: str) -> None:
        """A press of a button that we never made."""
        self.has_no("forged press")

    async def block(self, person: str) -> None:
        """The person wants to hear nothing more."""
        self.has_no("block")

    async def unblock(self, person: str) -> None:
        """And changes their mind."""
        self.has_no("unblock")

    # -- what the platform does ----------------------------------------------------------------

    async def repeat(self) -> None:
        """Deliver the last update once more, as platforms do."""
        raise NotImplementedError

    def fail(self, trouble: Trouble, person: str) -> None:
        """Let the next send to a person fail in this way."""
        self.has_no(trouble.value)

    # -- what people see -----------------------------------------------------------------------

    def screen(self, person: str) -> list[Seen]:
        """Everything that ever arrived at a person, in order."""
        raise NotImplementedError

    def leaked(self) -> bytes:
        """Every byte that the platform was ever sent."""
        raise NotImplementedError

    def has_no(self, what: str) -> NoReturn:
        """This platform knows no such thing."""
        pytest.skip(f"{self.name} has no {what}")


def typed_instead(screen: list[Seen], label: str) -> str:
    """What a person types who has no buttons: the number of what the newest list names, or a control's name.

    Where something was said after the list, "số 2" says that it is meant, and not what was said.
    """
    numbered = [dict(_numbered(message)) for message in screen]
    newest = next((choices for choices in reversed(numbered) if choices), {})
    if label in newest:
        return newest[label] if newest is numbered[-1] else f"số {newest[label]}"
    if any(label in choices for choices in numbered):
        raise Gone(label)
    return label


def _numbered(message: Seen) -> Iterator[tuple[str, str]]:
    for line in message.text.split("\n"):
        number, dot, label = line.partition(". ")
        if dot and number.isdigit():
            yield label, number


MakeKit = Callable[[], Kit]
