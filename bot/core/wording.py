"""A notice's wording as an officer writes it: {names in braces} are filled in, [optional parts] go when one is empty.

The wording is never compiled: it is cut at its own two signs, and what is put in is not looked at again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from functools import lru_cache

from bot.core.reading.fold import fold

_PLACE = re.compile(r"\{([^{}]*)\}")
_OPTIONAL = re.compile(r"\[([^\[\]]*)\]")
_BLANK_LINES = re.compile(r"\n\s*\n+")
_BLANKS = re.compile(" {2,}")


@lru_cache(maxsize=256)
def _named(name: str) -> str:
    """A name as it is looked up: the same few for thousands of households."""
    return fold(name)


def places_in(wording: str) -> list[str]:
    """The names in braces, folded, each once, in their order."""
    return list(dict.fromkeys(_named(name) for name in _PLACE.findall(wording)))


def required_in(wording: str) -> list[str]:
    """The names in braces that stand outside optional parts."""
    return places_in(_OPTIONAL.sub("", wording))


def unbalanced(wording: str) -> bool:
    """Whether a brace or a bracket is left open, or closed without being open, or an optional part holds another."""
    return bool(re.search(r"[\[\]{}]", _PLACE.sub("", _OPTIONAL.sub(lambda part: part[1], wording))))


def unknown_in(wording: str, names: Set[str]) -> list[str]:
    """The names in braces that mean nothing here, as they are written."""
    return [name for name in dict.fromkeys(_PLACE.findall(wording)) if fold(name) not in names]


def fill(wording: str, values: Mapping[str, str]) -> str:
    """The wording with its values, by folded name. An optional part with an empty value is left out."""
    kept = "".join(_optional(part, values) for part in re.split(r"(\[[^\[\]]*\])", wording))
    return _put_in(_BLANK_LINES.sub("\n", _BLANKS.sub(" ", kept)), values).strip()


def _optional(part: str, values: Mapping[str, str]) -> str:
    if not part.startswith("["):
        return part
    return part[1:-1] if all(values.get(name) for name in places_in(part)) else ""


def _put_in(text: str, values: Mapping[str, str]) -> str:
    return _PLACE.sub(lambda place: values.get(_named(place[1]), ""), text)
