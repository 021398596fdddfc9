"""Each cell of the table of capabilities declared wrongly, one at a time: the conformance suite must fail each time.

`python -m tests.planted_capabilities` tries all; names such as ZALO_OA.text try only those. The cell is changed before
anything of the program is imported (this file is a plugin of pytest then), so nothing is written anywhere.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import fields, replace
from enum import Enum
from pathlib import Path
from typing import Any

from bot.channels import capabilities
from bot.channels.capabilities import Capabilities

ROOT = Path(__file__).parent.parent
VARIABLE = "PLANTED_CELL"
CHANNELS = {"TELEGRAM": "telegram", "WEB": "web", "ZALO_OA": "zalo_oa", "ZALO_BOT": "zalo_bot"}
CAUGHT = "caught"
PATIENCE = 300  # seconds for one cell
TESTS = (
    "tests/conformance/test_sending.py",
    "tests/conformance/test_contact.py",
    "tests/conformance/test_notice_files.py",
)
MEANINGLESS = {
    "TELEGRAM.households",  # a setting of the ward takes its place
    "ZALO_BOT.label",  # there are no buttons for labels to be on
    "ZALO_BOT.document_kinds",  # there are no documents to be of a kind
}


def wrong(value: Any) -> list[Any]:
    """What a cell could be said to hold instead: more, less, other."""
    match value:
        case bool():
            return [not value]
        case None:
            return [40]
        case int():
            return [value + 40, None] if value == 0 else [value * 2, value // 2]
        case Enum():
            return [other for other in type(value) if other is not value]
        case frozenset():
            excel = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            return [value | {excel}, value - {"application/pdf"}] if value else [frozenset({"application/pdf"})]
    raise TypeError(f"nobody knows what would be wrong instead of {value!r}")


def cells() -> Iterator[tuple[str, int]]:
    """(ROW.field, which of its wrong values) of everything that can be declared wrongly."""
    for row in CHANNELS:
        for field in fields(Capabilities):
            name = f"{row}.{field.name}"
            count = len(wrong(getattr(getattr(capabilities, row), field.name)))
            yield from ((name, number) for number in range(0 if name in MEANINGLESS else count))


def plant(cell: str, number: int) -> None:
    """Declare one cell wrongly."""
    row, field = cell.split(".")
    right = getattr(capabilities, row)
    setattr(capabilities, row, replace(right, **{field: wrong(getattr(right, field))[number]}))


def tried(cell: str, number: int) -> str:
    """What the suite says of this cell declared wrongly; anything but a failed test is no verdict."""
    channel = CHANNELS[cell.split(".")[0]]
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-p", "tests.planted_capabilities"]
    planted = {**os.environ, VARIABLE: f"{cell}={number}"}
    run = subprocess.run(
        [*command, "-k", channel, *TESTS],
        cwd=ROOT, env=planted, capture_output=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    return {1: CAUGHT, 0: "NOT CAUGHT"}.get(run.returncode, "NO VERDICT")


def main() -> int:
    """Try the cells and print what became of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="only these cells")
    names = parser.parse_args().names
    chosen = [(cell, number) for cell, number in cells() if not names or cell in names]
    caught = 0
    for cell, number in chosen:
        started = time.monotonic()
        found = tried(cell, number)
        caught += found == CAUGHT
        value = wrong(getattr(getattr(capabilities, cell.split(".")[0]), cell.split(".")[1]))[number]
        sys.stdout.write(f"{found:<12}{cell} = {value}  {time.monotonic() - started:.0f} s\n")
        sys.stdout.flush()
    sys.stdout.write(f"{caught}/{len(chosen)}\n")
    return 0 if caught == len(chosen) else 1


if __name__ == "__main__":
    sys.exit(main())
elif VARIABLE in os.environ:
    _cell, _, _number = os.environ[VARIABLE].partition("=")
    plant(_cell, int(_number))
