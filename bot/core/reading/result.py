"""What reading a person's words can give: a value, a doubt to ask about, or nothing usable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T", covariant=True)


@dataclass(frozen=True, slots=True)
class Value(Generic[T]):
    """One meaning, sure enough to be shown back and saved."""

    value: T


@dataclass(frozen=True, slots=True)
class Ambiguous(Generic[T]):
    """Two or more meanings; the person is asked which."""

    options: tuple[T, ...]


@dataclass(frozen=True, slots=True)
class Invalid:
    """Not usable; `reason` is a short English key from which the sentence's address is derived."""

    reason: str


Reading = Value[T] | Ambiguous[T] | Invalid
