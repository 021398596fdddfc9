"""Which of the approved questions is meant: common words weigh little, rare ones much, a slip of the finger nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import log

from rapidfuzz.distance import Levenshtein

from bot.core.reading.words import read_words

SURE = 0.6  # of the weight of what was asked
_LETTERS = 5  # words as long as this may have one letter wrong
_PLAIN = frozenset(
    (
        "a", "ah", "ak", "oi", "em", "chi", "anh", "bac", "co", "co_", "chau", "ban", "minh", "toi", "ong", "ba", "ba_",
        "da", "vang", "xin", "cho", "hoi", "muon", "biet", "duoc", "thi", "la", "ma", "va", "cua", "o", "nay", "nha",
        "the", "nao", "vay", "nhi", "ha", "khong", "bao", "gio", "khi", "luc", "may", "gi", "sao", "ai", "dau", "nhu",
        "cai", "con", "nhe", "thua", "se", "ve", "den",
    )
)  # fmt: skip
_SAME = {
    "boi": "den", "thuong": "bu", "chi": "nhan", "tra": "nhan", "linh": "nhan", "phat": "nhan", "giai": "thu",
    "toa": "hoi", "dat": "dat", "hong": "do", "suat": "tai",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A question with an approved answer, in the ways in which people ask it."""

    code: str
    asked: tuple[str, ...]


def nearest(question: str, known: Sequence[Known]) -> tuple[str, float]:
    """(the code of the best one, how much of what was asked it covers); ("", 0.0) when nothing is common."""
    ways = [(one.code, _telling(way)) for one in known for way in one.asked]
    seen = Counter(word for _, words in ways for word in words)
    said = _telling(question)
    best = max(((_likeness(said, words, seen, len(ways)), code) for code, words in ways), default=(0.0, ""))
    return (best[1], best[0]) if best[0] else ("", 0.0)


def _telling(words: str) -> frozenset[str]:
    """The words that say what it is about."""
    bare = [word.bare for word in read_words(words).words if word.bare.isalnum()]
    return frozenset(_SAME.get(word, word) for word in bare if word not in _PLAIN)


def _likeness(said: frozenset[str], way: frozenset[str], seen: Counter[str], total: int) -> float:
    """Twice the common weight over the weight of both: 1.0 when the same things are said, 0.0 when nothing is."""

    def weight(words: frozenset[str]) -> float:
        return sum(1 + log((1 + total) / (1 + seen[word])) for word in words)

    common = frozenset(word for word in said if _is_in(word, way))
    both = weight(said) + weight(way)
    return 2 * weight(common) / both if both and common else 0.0


def _is_in(word: str, way: frozenset[str]) -> bool:
    if word in way:
        return True
    return len(word) >= _LETTERS and any(Levenshtein.distance(word, other, score_cutoff=1) <= 1 for other in way)
