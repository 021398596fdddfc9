"""Where somebody can be written to: what every query that finds people to be told has in common."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.message import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """An account of a person on a channel, and the chat in which it is met."""

    channel: str
    account: str
    chat: str

    @property
    def address(self) -> Address:
        """Where a message goes."""
        return Address(channel=self.channel, chat=self.chat)
