"""Small cells: what a breakdown of residents may say to those who need counts and not people.

A count of one to four in a breakdown can be a household that everybody knows. Whoever knows this rule and everything
that is shown must still find more than one value for each count that is not. So what is hidden depends only on the
total, or on labels that the next possible table would carry too: zero and small counts look alike, and the largest
count is never exact beside one, for it could always be one more where a small one is one less.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

FEWEST = 5
"""The smallest count that identifies nobody, unless the ward has set another."""
EXACT = 0
"""The same for somebody who may open the rows: nothing is hidden."""


class Label(StrEnum):
    """What stands in the place of a count."""

    FEW = "few"  # less than the fewest, none included
    MORE = "more"  # the fewest or more
    UNTOLD = "untold"  # could be anything up to the total


@dataclass(frozen=True, slots=True)
class Hidden:
    """A count that is not told."""

    label: Label
    fewest: int = FEWEST


Shown = int | Hidden


@dataclass(frozen=True, slots=True, kw_only=True)
class Breakdown:
    """A total with its parts, as they may be shown."""

    total: Shown
    parts: Mapping[str, Shown]


def protected(total: Shown, parts: Mapping[str, int], fewest: int = FEWEST) -> Breakdown:
    """A breakdown whose parts add up to its total. A total that is itself hidden hides all of its parts."""
    few, more, untold = (Hidden(label, fewest) for label in (Label.FEW, Label.MORE, Label.UNTOLD))
    if isinstance(total, int) and (fewest <= 1 or total == 0 or all(count >= fewest for count in parts.values())):
        return Breakdown(total=total if total == 0 or total >= fewest else few, parts=dict(parts))
    if isinstance(total, Hidden) or total <= (fewest - 1) * max(1, len(parts)):
        known = total if isinstance(total, Hidden) or total >= fewest else few
        return Breakdown(total=known, parts=dict.fromkeys(parts, untold))
    largest = max(parts, key=lambda name: parts[name])
    labels: dict[str, Shown] = {name: few if count < fewest else count for name, count in parts.items()}
    return Breakdown(total=total, parts={**labels, largest: more})


def alone(count: int, fewest: int = FEWEST) -> Shown:
    """A count with no total beside it."""
    return count if count == 0 or count >= fewest else Hidden(Label.FEW, fewest)


def together(counts: Iterable[Shown]) -> Shown:
    """What can be said of a sum: the sum, or no more than its parts say where one of them is hidden."""
    found = list(counts)
    hidden = [count for count in found if isinstance(count, Hidden)]
    plain = [count for count in found if isinstance(count, int)]
    if not hidden:
        return sum(plain)
    fewest = hidden[0].fewest
    many = any(count.label is Label.MORE for count in hidden) or sum(plain) >= fewest
    return Hidden(Label.MORE if many else Label.UNTOLD, fewest)
