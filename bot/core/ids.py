"""Identifiers made by the program: sortable by the moment they were made, and guessable by nobody."""

from __future__ import annotations

from collections.abc import Callable
from random import Random, SystemRandom

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CHANCE_BITS = 80


def _encode(number: int, length: int) -> str:
    letters = []
    for _ in range(length):
        number, digit = divmod(number, 32)
        letters.append(_LETTERS[digit])
    return "".join(reversed(letters))


def made_at(identifier: str) -> int:
    """The moment at which an identifier was made, in epoch milliseconds."""
    number = 0
    for letter in identifier:
        number = number * 32 + _LETTERS.index(letter)
    return number >> _CHANCE_BITS


class Ids:
    """Makes ULIDs that grow strictly within a process, even when the clock stands still or jumps back.

    The clock (epoch milliseconds) and the source of chance are passed in, so that tests freeze both.
    """

    def __init__(self, now: Callable[[], int], chance: Random | None = None) -> None:
        self._now = now
        self._chance = chance or SystemRandom()
        self._last = 0

    def new(self) -> str:
        """The next identifier, 26 letters."""
        fresh = (self._now() << _CHANCE_BITS) | self._chance.getrandbits(_CHANCE_BITS)
        self._last = max(fresh, self._last + 1)
        return _encode(self._last, 26)

    def token(self, letters: int = 12) -> str:
        """A short random name, 5 bits a letter: 12 for a draft, 26 for a secret code."""
        return _encode(self._chance.getrandbits(5 * letters), letters)

    def code(self) -> str:
        """A secret code as it is printed: four groups of four letters, 80 bits."""
        letters = self.token(16)
        return "-".join(letters[start : start + 4] for start in range(0, 16, 4))


def first_at(instant: int) -> str:
    """The smallest identifier that can be made at an instant: everything made before it is smaller."""
    return _encode(max(instant, 0) << _CHANCE_BITS, 26)
