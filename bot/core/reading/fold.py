"""What is stored of a person's words (`clean`), and what is only matched (`fold`)."""

from __future__ import annotations

import re
import unicodedata

_SPACES = "\t\v\f\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_NEWLINES = "\u0085\u2028\u2029"
_BLANKS = re.compile(" {2,}")
_AROUND_NEWLINE = re.compile(r" *\n *")
_MANY_NEWLINES = re.compile(r"\n{3,}")


class _Table(dict[int, str | None]):
    """What becomes of each letter, looked up when it is first met: a table of all of them takes 0.1 s to make."""

    def __missing__(self, point: int) -> str | None:
        letter = chr(point)
        self[point] = None if unicodedata.category(letter) in ("Cc", "Cf", "Cs") else letter
        return self[point]


_TABLE = _Table(
    {ord(space): " " for space in _SPACES} | {ord(newline): "\n" for newline in (*_NEWLINES, "\n")},
)


def clean(text: str) -> str:
    """The words as they are stored: NFC, no invisible or lone characters, single spaces, newlines kept."""
    shown = text.replace("\r\n", "\n").replace("\r", "\n").translate(_TABLE)
    spaced = _AROUND_NEWLINE.sub("\n", _BLANKS.sub(" ", unicodedata.normalize("NFC", shown)))
    return _MANY_NEWLINES.sub("\n\n", spaced).strip(" \n")


def _bare(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.lower()).replace("đ", "d")
    return "".join(char for char in plain if not unicodedata.category(char).startswith("M"))


def fold(text: str) -> str:
    """The words for matching only: cleaned, lower case, without accents, one space between words."""
    if text.isascii():
        return " ".join(clean(text).lower().split())
    # Twice, because taking a letter apart can uncover a capital; a third time changes nothing.
    return " ".join(clean(_bare(_bare(clean(text)))).split())
