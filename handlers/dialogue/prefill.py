"""A whole form in one message: what was read becomes answers, doubts stay doubts, the rest is asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from bot.core.form import Entry, Json
from bot.core.reading.result import Ambiguous, Invalid, Reading, Value
from handlers.subject import Given

T = TypeVar("T")


def entry(reading: Reading[T] | None, raw: str, canonical: Callable[[T], Json] = lambda value: value) -> Entry | None:
    """What was read as the answer to a question; None when nothing usable was said."""
    if reading is None or isinstance(reading, Invalid):
        return None
    if isinstance(reading, Ambiguous):
        return {"doubt": [canonical(option) for option in reading.options], "raw": raw}
    return {"value": canonical(reading.value), "raw": raw}


def said(reading: Reading[T] | None) -> T | None:
    """The value, when there is exactly one."""
    return reading.value if isinstance(reading, Value) else None


def given(optional: tuple[str, ...] = (), **entries: Entry | None) -> Given:
    """The entries that were said; optional questions about which nothing was said are skipped, not asked."""
    kept = {key: one for key, one in entries.items() if one is not None}
    return {**{key: {"skipped": True} for key in optional if key not in kept}, **kept}
