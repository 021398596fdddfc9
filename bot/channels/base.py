"""What a platform must be able to do for us, and the closed list of what can go wrong."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from bot.channels.capabilities import Capabilities
from bot.core.message import File, Inbound, Outbound, Update
from bot.core.reach import Window

Take = Callable[[Sequence[Update]], Awaitable[None]]
"""Commits updates to the inbox; a channel confirms them to its platform only after it returned."""


class Trouble(Enum):
    """Why a message did not arrive, named by what is to be done about it."""

    RETRY_LATER = "retry_later"  # the same call may work in a while
    WAIT = "wait"  # the platform named the seconds to wait
    UNREACHABLE = "unreachable"  # stop writing to this person until they write again
    REFUSED = "refused"  # this message can never be delivered
    MOVED = "moved"  # the chat has another id now
    IN_DOUBT = "in_doubt"  # it may have arrived; nobody can know
    CHANNEL_DOWN = "channel_down"  # nothing passes at the moment, for anybody
    MISCONFIGURED = "misconfigured"  # an administrator must act


class DeliveryFailed(Exception):
    """The only exception that leaves `Channel.send` and `Channel.fetch`."""

    def __init__(
        self,
        trouble: Trouble,
        why: str,
        *,
        seconds: float = 0,
        everyone: bool = False,
        chat: str = "",
        said: str = "",
    ) -> None:
        super().__init__(f"{trouble.value}: {why}" + (f" ({said})" if said else ""))
        self.trouble = trouble
        self.why = why  # a short English key such as "blocked"; never a person's words, never a secret
        self.seconds = seconds  # with WAIT
        self.everyone = everyone  # with WAIT: the whole channel must wait, not only this chat
        self.chat = chat  # with MOVED: the new id
        self.said = said  # of an answer in no table: what `answers.wording` leaves of the platform's own words


def harmless(failed: DeliveryFailed) -> DeliveryFailed:
    """A failure of a call that changes nothing for anybody: in doubt, it may simply be made again."""
    if failed.trouble is Trouble.IN_DOUBT:
        return DeliveryFailed(Trouble.RETRY_LATER, failed.why)
    return failed


class Unreadable(Exception):
    """An update that `Channel.parse` cannot understand; it is quarantined and the line moves on."""


class Forbidden(Exception):
    """A webhook call whose secret or signature is missing or wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """At most so many messages to one chat within so many seconds."""

    messages: int
    seconds: float


def no_pace(_chat: str) -> Pace | None:
    """For a platform that lets a chat have as many messages as we like."""
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How fast a platform lets us write; a rate of 0 means as fast as we can."""

    per_second: float = 0  # messages a second over the whole channel
    burst: int = 30  # how many may go at once after a pause
    at_once: int = 64  # requests in flight
    pace: Callable[[str], Pace | None] = no_pace  # what one chat may have
    monthly: int = 0  # messages in both directions that a month may have; 0 when nobody counts them
    window: Window | None = None  # what somebody may be sent depends on when they last wrote
    silence: int = 0  # working hours without an update after which something is wrong; 0 where it would be known
    keeps: int = 0  # hours for which it keeps what it can't hand to us; 0 where people see that we are not there
    most_people: int = 0  # how many people the platform lets one bot have; 0 when nobody counts them


class Channel(Protocol):
    """A platform. It knows the nouns and its platform, nothing else of ours."""

    name: str
    abroad: bool  # its servers are outside Viet Nam: people must agree to that in words
    bot: str  # which account of the platform; update keys are unique within it
    limits: Limits
    can: Capabilities

    @property
    def complaint(self) -> str:
        """A short English key while receiving has failed for a while; "" when all is well."""

    def parse(self, raw: str) -> Inbound | None:
        """What a stored update says; None when it is nothing for us. Raises Unreadable."""

    async def listen(self, take: Take) -> None:
        """Receive until cancelled; where updates come by webhook, see to that, or return at once."""

    def webhook(self, headers: Mapping[str, str], body: bytes) -> Update | None:
        """The update in a webhook call, None where it only tries whether we are there. Raises Forbidden.

        Header names are lower case.
        """

    async def send(self, message: Outbound, content: bytes = b"", link: str = "") -> str:
        """Deliver one part as `rendering.fit` made it, and return the platform's id of it. Raises DeliveryFailed.

        With an attachment come its bytes, and the address at which it can be fetched from us for a while.
        """

    def door(self, code: str) -> str:
        """The link that brings somebody to us, with a code where the platform hands one on; "" while there is none."""

    async def edit(self, message: Outbound, platform_id: str) -> bool:
        """Change what was sent into this; False when it is not there any more to be changed. Raises DeliveryFailed.

        Asked for only where `can.edits`; that it says so already is no failure, so it may be tried again.
        """

    async def acknowledge(self, inbound: Inbound) -> None:
        """Tell the platform that a press was seen. Best effort: never raises."""

    async def fetch(self, file: File, limit: int) -> bytes:
        """The bytes of a person's file, at most `limit` of them. Raises DeliveryFailed."""

    async def close(self) -> None:
        """Let go of connections."""
