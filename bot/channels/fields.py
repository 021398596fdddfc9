"""Reading a platform's JSON: what is missing or of the wrong kind makes the update unreadable, nothing more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.channels.base import Unreadable

LATEST = 2**45  # epoch milliseconds, in the year 3084


class Fields:
    """The fields of a JSON object."""

    __slots__ = ("_source",)

    def __init__(self, source: Mapping[str, Any]) -> None:
        self._source = source

    def object(self, key: str) -> Fields:
        """An object that must be there. Raises Unreadable."""
        value = self._source.get(key)
        if not isinstance(value, dict):
            raise Unreadable(key)
        return Fields(value)

    def string(self, key: str) -> str:
        """A text that must be there and not be empty. Raises Unreadable."""
        value = self._source.get(key)
        if not isinstance(value, str) or not value:
            raise Unreadable(key)
        return value

    def text(self, key: str) -> str:
        """A text, "" when it is missing or is none."""
        value = self._source.get(key)
        return value if isinstance(value, str) else ""

    def moment(self, key: str) -> int:
        """Epoch milliseconds, as a number or in digits; 0 when it is missing. Raises Unreadable."""
        value = self._source.get(key, 0)
        if isinstance(value, str) and value.isascii() and value.isdigit():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < LATEST:
            raise Unreadable(key)
        return value

    def optional(self, key: str) -> Any:
        """Whatever is there, None when nothing is."""
        return self._source.get(key)

    def objects(self, key: str) -> list[Fields]:
        """The objects of a list, none when it is missing."""
        value = self._source.get(key)
        return [Fields(one) for one in value if isinstance(one, dict)] if isinstance(value, list) else []
