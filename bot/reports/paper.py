"""The paper of a picture: words and blocks put on it from the top down, in pixels; it grows as long as it must."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties

WIDTH, DPI = 1080, 100  # pixels; the letters are large because a phone shows this at a third of the size
LARGE, LETTERS, SMALL = 30, 25, 22  # points
MARGIN = 44
INK, PALE, RULE = "#1a1a1a", "#4d4d4d", "#dddddd"
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7")  # Okabe and Ito: told apart by everybody


@dataclass(frozen=True, slots=True)
class _Words:
    words: str
    left: int
    top: int
    size: int
    colour: str
    bold: bool


@dataclass(frozen=True, slots=True)
class _Block:
    left: int
    top: int
    width: int
    height: int
    colour: str


class Paper:
    """Where the next line goes is `at`, in pixels from the top."""

    def __init__(self) -> None:
        self.at = MARGIN
        self._put: list[_Words | _Block] = []

    def line(self, words: str, *, size: int, colour: str = INK, left: int = MARGIN, bold: bool = False) -> None:
        """One line of words, written as they are."""
        self._put.append(_Words(_drawable(words, bold), left, self.at, size, colour, bold))
        self.at += self.height_of(size)

    def lines(self, words: str, *, size: int, colour: str = INK, left: int = MARGIN, bold: bool = False) -> None:
        """Words in as many lines as they need."""
        for line in wrapped(words, WIDTH - MARGIN - left, size, bold):
            self.line(line, size=size, colour=colour, left=left, bold=bold)

    def block(self, left: int, top: int, width: int, height: int, colour: str) -> None:
        """A filled rectangle."""
        self._put.append(_Block(left, top, width, height, colour))

    @staticmethod
    def height_of(size: int) -> int:
        """From one line of that size to the next."""
        return round(size * DPI / 72 * 1.32)

    @staticmethod
    def font(size: int, bold: bool = False) -> FontProperties:
        """The letters that come with the library: every Vietnamese accent, on whatever machine."""
        from matplotlib.font_manager import FontProperties

        return FontProperties(fname=_font_file(bold), size=size)

    def figure(self) -> Figure:
        """All that was put on it; `at` is then its height."""
        from matplotlib.figure import Figure

        self.at += MARGIN
        figure = Figure(figsize=(WIDTH / DPI, self.at / DPI), dpi=DPI, facecolor="white")
        for thing in self._put:
            self._put_on(figure, thing)
        return figure

    def _put_on(self, figure: Figure, thing: _Words | _Block) -> None:
        from matplotlib.patches import Rectangle

        left = thing.left / WIDTH
        if isinstance(thing, _Block):
            corner = (left, 1 - (thing.top + thing.height) / self.at)
            size = (thing.width / WIDTH, thing.height / self.at)
            figure.add_artist(Rectangle(corner, *size, facecolor=thing.colour, edgecolor="none"))
            return
        figure.text(
            left, 1 - thing.top / self.at, thing.words, fontproperties=self.font(thing.size, thing.bold),
            color=thing.colour, va="top", parse_math=False,
        )  # fmt: skip


def wrapped(words: str, width: int, size: int, bold: bool = False) -> list[str]:
    """Words in lines of at most that many pixels; what is longer than a line alone is broken anywhere."""
    lines = [""]
    for word in words.split():
        longer = f"{lines[-1]} {word}".strip()
        if _width(longer, size, bold) <= width:
            lines[-1] = longer
            continue
        lines += _broken(word, width, size, bold)
    return [line for line in lines if line] or [""]


def _broken(word: str, width: int, size: int, bold: bool) -> list[str]:
    parts = [""]
    for letter in word:
        if parts[-1] and _width(parts[-1] + letter, size, bold) > width:
            parts.append("")
        parts[-1] += letter
    return parts


def _drawable(words: str, bold: bool) -> str:
    """Words with a box for each letter that the font does not have."""
    ruler = _ruler(bold)
    return "".join(letter if ruler.get_char_index(ord(letter)) else "\u25a1" for letter in words)


def _width(words: str, size: int, bold: bool) -> float:
    ruler = _ruler(bold)
    ruler.set_size(size, DPI)
    ruler.set_text(_drawable(words, bold))
    return float(ruler.get_width_height()[0]) / 64


@lru_cache(maxsize=2)
def _ruler(bold: bool) -> Any:
    from matplotlib.ft2font import FT2Font

    return FT2Font(_font_file(bold))


def _font_file(bold: bool) -> str:
    import matplotlib

    return f"{matplotlib.get_data_path()}/fonts/ttf/DejaVuSans{'-Bold' if bold else ''}.ttf"
