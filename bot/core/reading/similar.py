"""Whether two names may mean the same thing: for a gentle question, never for a decision."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from functools import lru_cache

from bot.core.reading.fold import fold

_SHARED = 0.6  # of the words of both
_INSIDE = 3  # words of a short name that all stand in the long one
_LETTERS = 0.85
_PLAIN = frozenset(["mo", "hinh", "ve", "cac", "va", "tai", "cua", "o", "cho", "la", "viec", "cong", "tac", "du", "an"])
_WORD = re.compile(r"[a-z0-9]+")


@lru_cache(maxsize=8192)  # a form asks it anew at every walk
def alike(one: str, other: str) -> bool:
    """Whether two names are similar; different numbers ("ngõ 279", "ngõ 201") make them different things."""
    words, others = _words(one), _words(other)
    if not words or not others or _numbers(words) != _numbers(others):
        return False
    shared = words & others
    if len(shared) / len(words | others) >= _SHARED:
        return True
    if min(len(words), len(others)) >= _INSIDE and shared in (words, others):
        return True
    return SequenceMatcher(None, fold(one), fold(other), autojunk=False).ratio() >= _LETTERS


@lru_cache(maxsize=4096)
def _words(name: str) -> frozenset[str]:
    return frozenset(_WORD.findall(fold(name))) - _PLAIN


def _numbers(words: frozenset[str]) -> set[str]:
    return {word for word in words if word[0].isdigit()}
