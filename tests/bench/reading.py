"""Reading Vietnamese: how much is read right on the project's own corpus, seen and unseen, and how fast."""

from __future__ import annotations

from typing import Any

from tests.reading.accuracy import Tally, speed, tally, tally_wholes, total
from tests.reading.corpus import residents, rows, wholes

SPLITS = ("seen", "unseen")


def measured(repeats: int) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """(what is right, by kind and split; what is read in a second, the best of some runs)."""
    answers, messages = list(rows()), list(wholes())
    short = tally([*answers, *residents()])
    kinds = [*_right(short, "short answers"), *_right(tally_wholes(messages), "parts of whole messages")]
    runs = [speed() for _ in range(repeats)]
    return kinds, [
        {"read": "short answers", "count": len(answers), "per_second": max(short for short, _ in runs)},
        {"read": "whole messages", "count": len(messages), "per_second": max(whole for _, whole in runs)},
    ]


def _right(found: Tally, what: str) -> list[dict[str, Any]]:
    """One line a kind, the sum last."""
    kinds = sorted({kind for kind, _ in found})
    lines = [{"kind": kind, **_counts({split: found.get((kind, split), (0, 0)) for split in SPLITS})} for kind in kinds]
    return [*lines, {"kind": f"all {what}", **_counts({split: total(found, split) for split in SPLITS})}]


def _counts(pairs: dict[str, tuple[int, int]]) -> dict[str, Any]:
    counted: dict[str, Any] = {}
    for split, (right, every) in pairs.items():
        share = right / every * 100 if every else float("nan")
        counted |= {f"{split} right": right, f"{split} of": every, f"{split} %": round(share, 1)}
    return counted
