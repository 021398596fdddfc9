"""The one text of each value: what is stored, and what reads back as the same value."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from typing import Protocol, runtime_checkable

from bot.core.reading.numbers import number_text


@runtime_checkable
class Written(Protocol):
    """A value that knows its own canonical text."""

    def text(self) -> str:
        """The text that reads back as this value."""


def canonical(value: object) -> str:
    """The canonical text of any value that this package reads."""
    match value:
        case Written():
            return value.text()
        case bool():
            return "yes" if value else "no"
        case time():
            return value.strftime("%H:%M")
        case date():
            return value.isoformat()
        case Decimal():
            return number_text(value)
        case (date() as first, date() as last):
            return f"{first.isoformat()}/{last.isoformat()}"
        case _:
            return str(value)
