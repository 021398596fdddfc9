"""A message as words: each folded, its short forms spelled out, and tied to the person's own letters."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from bot.core.reading.fold import clean, fold
from bot.core.reading.lexicon import AFTER_NUMBER, ALWAYS, ELSEWHERE, SENSES

_PIECE = re.compile(r"\d{1,2}:\d{2}(?![\d:])|\d+(?:[.,]\d+)*|m2(?!\d)|[^\W\d_]+|[^\w\s]|_|\n", re.IGNORECASE)
_SIGNS = {"\n": ";", "–": "-", "—": "-", "−": "-", "‐": "-", "‑": "-", "\\": "/", "⁄": "/", "∕": "/"}
_CLOCK_WORDS = frozenset({"gio", "ty", "trieu", "nghin"})
_SIX_BEFORE = frozenset({"thu", "muoi"})
_SIX_AFTER = frozenset(
    [
        "ho",
        "nguoi",
        "muoi",
        "tram",
        "chuc",
        "gio",
        "buoi",
        "nghin",
        "trieu",
        "ty",
        "can",
        "nha",
        "dong",
        "met",
        "m2",
        "tuyen",
        "to",
    ]
)


@dataclass(frozen=True, slots=True)
class Word:
    """One folded word and where it stands in the cleaned text."""

    bare: str
    start: int
    end: int

    @property
    def is_number(self) -> bool:
        """Written in digits."""
        return self.bare[:1].isdigit()


@dataclass(frozen=True, slots=True)
class Phrase:
    """A whole message: the cleaned text, its words, and the words joined for patterns."""

    raw: str
    words: tuple[Word, ...]
    plain: str
    offsets: tuple[int, ...]  # where each word starts in `plain`
    accented: bool  # the person types accents, so a word without them is meant so

    def own(self, start: int, end: int) -> str:
        """The person's own letters behind `plain[start:end]`."""
        first, last = bisect_left(self.offsets, start), bisect_left(self.offsets, end)
        if first >= last:
            return ""
        return self.raw[self.words[first].start : self.words[last - 1].end]


@lru_cache(maxsize=8192)
def _short_fold(piece: str) -> tuple[str, bool]:
    folded = fold(piece)
    lowered = piece.lower()
    return SENSES.get(lowered) or ALWAYS.get(lowered) or ALWAYS.get(folded) or folded, lowered != folded


def _folded(piece: str) -> tuple[str, bool]:
    """The folded piece, and whether it bore accents; long pieces are not worth remembering."""
    return _short_fold(piece) if len(piece) <= 16 else (fold(piece), False)


def _pieces(raw: str) -> Iterator[tuple[str, int, int, bool]]:
    for match in _PIECE.finditer(raw):
        sign = _SIGNS.get(match.group())
        bare, marked = (sign, False) if sign else _folded(match.group())
        if bare:
            yield bare, match.start(), match.end(), marked


def _weekday_or_month(number: str) -> str:
    return "thu" if number in ("2", "3", "4", "5", "6", "7") else "thang"


def _in_context(words: list[Word], index: int, accented: bool) -> str:
    """A short form whose meaning hangs on its neighbours."""
    word = words[index]
    before = words[index - 1] if index else None
    after = words[index + 1] if index + 1 < len(words) else None
    if word.bare == "t" and _starts_weekday(word, before, after):
        return _weekday_or_month(after.bare.lstrip("0")) if after else "t"
    if before and before.is_number and word.bare in AFTER_NUMBER and _is_unit(word, before, after):
        return AFTER_NUMBER[word.bare]
    if before and word.bare == "r" and before.bare in _CLOCK_WORDS:
        return "ruoi"
    if word.bare == "dk":
        return "dang ky" if after and after.bare in ("mo", "mo hinh") else "duoc"
    if word.bare == "sau" and not accented and _is_six(before, after):
        return "6"
    return ELSEWHERE.get(word.bare, word.bare)


def _starts_weekday(word: Word, before: Word | None, after: Word | None) -> bool:
    glued = before is not None and before.is_number and before.end == word.start
    return bool(after and after.is_number and after.start == word.end and not glued)


def _is_unit(word: Word, before: Word, after: Word | None) -> bool:
    """A loose "k" after a number is a thousand only at the end or before the currency."""
    if word.bare != "k" or word.start == before.end:
        return True
    return after is None or after.bare in ("d", "dong", "vnd")


def _is_six(before: Word | None, after: Word | None) -> bool:
    return bool((before and before.bare in _SIX_BEFORE) or (after and after.bare in _SIX_AFTER))


def _split(words: list[Word]) -> tuple[Word, ...]:
    return tuple(Word(part, word.start, word.end) for word in words for part in word.bare.split())


def read_words(text: str | Phrase) -> Phrase:
    """The message as words; reading a message that is already words gives it back."""
    if isinstance(text, Phrase):
        return text
    raw = clean(text)
    pieces = list(_pieces(raw))
    accented = any(marked for *_, marked in pieces)
    words = [Word(bare, start, end) for bare, start, end, _ in pieces]
    for index in range(len(words)):
        bare = _in_context(words, index, accented)
        if bare != words[index].bare:
            words[index] = Word(bare, words[index].start, words[index].end)
    return join_words(raw, _split(words), accented)


def join_words(raw: str, words: tuple[Word, ...], accented: bool) -> Phrase:
    """Words as a message, with their places in its plain text."""
    offsets, position = [], 0
    for word in words:
        offsets.append(position)
        position += len(word.bare) + 1
    return Phrase(raw, words, " ".join(word.bare for word in words), tuple(offsets), accented)


def is_denied(phrase: Phrase) -> bool:
    """ "khong phai hom qua": what follows is what is not meant."""
    return "khong phai" in phrase.plain


def expand(text: str) -> str:
    """The message folded, its short forms spelled out, one space between words and signs."""
    return read_words(text).plain
