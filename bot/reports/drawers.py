"""The table of recipes: what draws a picture, a workbook or a document that goes with a message."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.reports import letters, pictures, workbook
from bot.reports.filled import filled

Drawer = Callable[[Mapping[str, Any]], bytes]
"""Makes a file of an attachment's data. Called in a thread of its own, at delivery: it opens no database, asks no
clock, and gives the same bytes for the same data."""


def draw_picture(data: Mapping[str, Any]) -> bytes:
    """A drawing as PNG."""
    return pictures.draw(pictures.from_json(data))


def draw_letter(data: Mapping[str, Any]) -> bytes:
    """A letter by its layout, with its chart. Raises LayoutBroken."""
    return letters.letter(letters.LAYOUTS / data["layout"], data["values"], draw_picture(data["chart"]), at=data["at"])


DRAWERS: Mapping[str, Drawer] = {
    "picture": draw_picture,
    "workbook": workbook.workbook,
    "letter": draw_letter,
    "filled": filled,
}
"""A recipe's name, and what draws it."""
