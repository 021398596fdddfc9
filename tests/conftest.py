"""What all tests share."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import closing
from itertools import groupby
from pathlib import Path

import pytest

from bot.core import calendar
from tests.canaries import strayed
from tests.house import House, looked_at
from tests.matrix.kinds import emitted_in, unlisted


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--update-transcripts` writes what the program says now into the transcripts, to be reviewed in the diff."""
    parser.addoption("--update-transcripts", action="store_true", default=False)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that wait for processes stand between the files of those that compute: so neither waits for the other."""
    waiting = [item for item in items if item.path.parent.name == "process"]
    files = [list(file) for path, file in groupby(items, lambda item: item.path) if path.parent.name != "process"]
    items.clear()
    for number, file in enumerate(files, 1):
        placed = len(waiting) * (number - 1) // len(files)
        items += file + waiting[placed : len(waiting) * number // len(files)]
    items += [] if files else waiting


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """The product on the Phúc Lợi data, on 24/03/2021 at 08:00.

    Whatever it said is searched for foreign households, and each button that it showed must stand in the matrix.
    """
    opened = await House(tmp_path).fill().open()
    yield opened
    await opened.close()
    calendar.decide({})
    with closing(looked_at(opened.path)) as connection:
        assert strayed(connection) == []
        assert unlisted(emitted_in(connection)) == []
