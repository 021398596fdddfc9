"""`python -m tests.reading.accuracy`: how much is read right, per kind, seen and unseen, and how fast."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterable

from bot.core.reading import read_report
from tests.reading.corpus import Row, Whole, residents, rows, wholes
from tests.reading.readers import NOW, PROJECTS, TODAY

Tally = dict[tuple[str, str], tuple[int, int]]  # (kind, split) → right, all


def tally(of: Iterable[Row]) -> Tally:
    """Right and all, by kind and split."""
    right, every = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for row in of:
        every[row.kind, row.split] += 1
        right[row.kind, row.split] += row.right()
    return {key: (right[key], every[key]) for key in every}


def tally_wholes(of: Iterable[Whole]) -> Tally:
    """The same by the parts of whole messages."""
    right, every = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for whole in of:
        key = (f"whole {whole.sort}", whole.split)
        every[key] += whole.parts()
        right[key] += whole.parts() - len(whole.wrong())
    return {key: (right[key], every[key]) for key in every}


def total(found: Tally, split: str) -> tuple[int, int]:
    """Right and all of one split."""
    counts = [pair for (_, one), pair in found.items() if one == split]
    return sum(right for right, _ in counts), sum(every for _, every in counts)


def _cell(pair: tuple[int, int] | None) -> str:
    return f"{pair[0]:4}/{pair[1]:<4} {100 * pair[0] / pair[1]:5.1f}%" if pair and pair[1] else " " * 16


def table(found: Tally) -> list[str]:
    """The lines of the table: one per kind, then the sums."""
    kinds = sorted({kind for kind, _ in found})
    lines = [f"{'kind':20} {'seen':>16}   {'unseen':>16}"]
    lines += [f"{kind:20} {_cell(found.get((kind, 'seen')))}   {_cell(found.get((kind, 'unseen')))}" for kind in kinds]
    return [*lines, f"{'all':20} {_cell(total(found, 'seen'))}   {_cell(total(found, 'unseen'))}"]


def speed() -> tuple[float, float]:
    """Short answers and whole messages read per second on one core."""
    answers, messages = rows(), [whole.text for whole in wholes()]
    start = time.perf_counter()
    for row in answers:
        row.got()
    middle = time.perf_counter()
    for text in messages:
        read_report(text, today=TODAY, now=NOW, projects=PROJECTS)
    end = time.perf_counter()
    return len(answers) / (middle - start), len(messages) / (end - middle)


def main() -> None:
    """Print the tables and the speed."""
    answers, messages = speed()
    for lines in (table(tally([*rows(), *residents()])), table(tally_wholes(wholes()))):
        sys.stdout.write("\n".join(lines) + "\n\n")
    sys.stdout.write(f"{answers:,.0f} answers/s, {messages:,.0f} whole messages/s\n")


if __name__ == "__main__":
    main()
