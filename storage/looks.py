"""Long looks: what takes seconds is read beside the writer, before the work that needs it.

Work in the writer that must know something large raises `LookFirst`. It is rolled back, the look is taken on a
connection of its own, and the work runs again, knowing what was seen; nobody else waits for it meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Look:
    """What is to be read: `work(tx, *args, **dict(named))`. Equal arguments are the same look."""

    work: Callable[..., Any]
    args: tuple[Any, ...]
    named: tuple[tuple[str, Any], ...] = ()


class LookFirst(Exception):
    """Raised by work in the writer that needs a look which has not been taken."""

    def __init__(self, look: Look) -> None:
        super().__init__(getattr(look.work, "__name__", ""))
        self.look = look


Known = Mapping[Look, Any]
_KNOWN: ContextVar[Known | None] = ContextVar("known", default=None)


def knowing(known: Known, work: Callable[[], R]) -> R:
    """Do work in the writer, with the looks that were taken for it."""
    token = _KNOWN.set(known)
    try:
        return work()
    finally:
        _KNOWN.reset(token)


def known_now() -> Known | None:
    """The looks that were taken for the work at hand; None outside the writer, where everything is read on the spot."""
    return _KNOWN.get()
