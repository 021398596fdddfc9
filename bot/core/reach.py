"""Whether somebody may be written to now, on a platform where that depends on when they last wrote. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Standing(StrEnum):
    """What a message to somebody takes."""

    FREE = "free"  # nothing
    BILLED = "billed"  # money
    TEMPLATE = "template"  # a form of words that the platform has approved, and there is one
    CLOSED = "closed"  # such a form of words, and there is none


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """How long after somebody's last word a platform lets us write, in milliseconds, and what there is beyond."""

    free: int
    open: int
    template: bool


def standing(window: Window | None, heard: int | None, now: int) -> Standing:
    """What a message takes, to somebody who last wrote then, or never."""
    if window is None:
        return Standing.FREE
    silent = None if heard is None else now - heard
    if silent is not None and silent < window.open:
        return Standing.FREE if silent < window.free else Standing.BILLED
    return Standing.TEMPLATE if window.template else Standing.CLOSED
