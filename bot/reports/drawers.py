"""The table of recipes: what draws a picture, a workbook or a document that goes with a message."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Drawer = Callable[[Mapping[str, Any]], bytes]
"""Makes a file of an attachment's data. Called in a thread of its own, at delivery: it opens no database, asks no
clock, and gives the same bytes for the same data."""

DRAWERS: Mapping[str, Drawer] = {}
"""A recipe's name, and what draws it."""
