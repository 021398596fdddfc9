"""Drawings as PNG for a phone's screen: bars, progress against a goal, lines over days. Pure; the library comes late.

What is written in a drawing comes in as words, and nothing in them is markup. The colours are those of Okabe and Ito,
which everybody tells apart; nothing is told by colour alone, each bar has its figures beside it.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from bot.reports.paper import COLOURS, INK, LARGE, LETTERS, MARGIN, PALE, RULE, SMALL, Paper

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BAR, GAP = 34, 14  # pixels
LONGEST_BAR = 640
MARKERS = ("o", "s", "^", "D")
MOST_DAYS_MARKED = 45  # beyond that the marks would hide the line
DAYS_WRITTEN = 5
LINES_HEIGHT = 640


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One thing with a bar for each group: how long, as a share of the whole, and what is written beside it."""

    name: str
    shares: tuple[float, ...]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """Shares that need not add up to anything, so never a pie; with `track` the whole is shown behind each bar."""

    title: str
    notes: tuple[str, ...]
    groups: tuple[str, ...]
    bars: tuple[Bar, ...]
    track: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """Counts over days: a line for each group."""

    title: str
    notes: tuple[str, ...]
    groups: tuple[str, ...]
    days: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]


Drawing = Bars | Lines


def to_json(drawing: Drawing) -> dict[str, Any]:
    """A drawing as JSON values."""
    return {"drawing": type(drawing).__name__, **asdict(drawing)}


def from_json(stored: Mapping[str, Any]) -> Drawing:
    """The inverse of `to_json`."""
    given = {name: _frozen(value) for name, value in stored.items() if name != "drawing"}
    if stored["drawing"] == "Lines":
        return Lines(**given)
    bars = tuple(Bar(**{name: _frozen(value) for name, value in bar.items()}) for bar in given.pop("bars"))
    return Bars(**given, bars=bars)


def _frozen(value: Any) -> Any:
    return tuple(_frozen(item) for item in value) if isinstance(value, list | tuple) else value


def draw(drawing: Drawing) -> bytes:
    """The picture as PNG; the same drawing gives the same bytes. To be called off the event loop."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    png = io.BytesIO()
    FigureCanvasAgg(figure_of(drawing)).print_png(png, metadata={"Software": None})  # type: ignore[no-untyped-call]
    return png.getvalue()


def figure_of(drawing: Drawing) -> Figure:
    """The picture before it becomes dots."""
    paper = Paper()
    paper.lines(drawing.title, size=LARGE, bold=True)
    for note in drawing.notes:
        paper.lines(note, size=SMALL, colour=PALE)
    _draw_legend(paper, drawing.groups)
    if isinstance(drawing, Bars):
        _draw_bars(paper, drawing)
    else:
        paper.at += LINES_HEIGHT
    figure = paper.figure()
    if isinstance(drawing, Lines):
        bottom, high = (MARGIN + 40) / paper.at, (LINES_HEIGHT - 80) / paper.at
        _draw_lines(figure.add_axes((0.09, bottom, 0.87, high)), drawing, paper)
    return figure


def _draw_legend(paper: Paper, groups: tuple[str, ...]) -> None:
    if len(groups) < 2:
        return
    paper.at += GAP
    for group, colour in zip(groups, COLOURS, strict=False):
        paper.block(MARGIN, paper.at + 4, BAR - 8, BAR - 8, colour)
        paper.lines(group, size=SMALL, left=MARGIN + BAR + 4)


def _draw_bars(paper: Paper, drawing: Bars) -> None:
    longest = 1.0 if drawing.track else max((share for bar in drawing.bars for share in bar.shares), default=0)
    for bar in drawing.bars:
        paper.at += GAP
        paper.lines(bar.name, size=LETTERS)
        for share, words, colour in zip(bar.shares, bar.words, COLOURS, strict=False):
            _draw_bar(paper, min(1.0, share / longest) if longest else 0, words, colour, drawing.track)


def _draw_bar(paper: Paper, length: float, words: str, colour: str, track: bool) -> None:
    long = round(LONGEST_BAR * length)
    if track:
        paper.block(MARGIN, paper.at, LONGEST_BAR, BAR, RULE)
    paper.block(MARGIN, paper.at, max(long, 2), BAR, colour)
    paper.line(words, size=SMALL + 1, left=MARGIN + (LONGEST_BAR if track else max(long, 2)) + 14)
    paper.at += BAR + 6 - paper.height_of(SMALL + 1)


def _draw_lines(axes: Axes, drawing: Lines, paper: Paper) -> None:
    from matplotlib.ticker import MaxNLocator

    days = range(len(drawing.days))
    for counts, colour, marker in zip(drawing.counts, COLOURS, MARKERS, strict=False):
        shown = marker if len(drawing.days) <= MOST_DAYS_MARKED else ""
        axes.plot(days, counts, color=colour, linewidth=4, marker=shown, markersize=11, clip_on=False)
    axes.set_ylim(0, max([1, *(count for counts in drawing.counts for count in counts)]) * 1.1)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
    axes.set_xticks(list(_some(days)), [drawing.days[day] for day in _some(days)], parse_math=False)
    for label in (*axes.get_xticklabels(), *axes.get_yticklabels()):
        label.set_fontproperties(paper.font(SMALL))
        label.set_color(INK)
    axes.grid(axis="y", color=RULE, linewidth=2)
    axes.set_axisbelow(True)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(length=0, pad=12)


def _some(days: range) -> Iterable[int]:
    """At most a few days to be written under the line, the last one among them."""
    step = max(1, -(-len(days) // DAYS_WRITTEN))
    return reversed(days[::-1][::step])
