"""A stage for each channel of the suite."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.conformance.kits import KITS
from tests.conformance.stage import Stage
from tests.house import House


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> House:
    """The Phúc Lợi data and people, loaded once."""
    return House(tmp_path_factory.mktemp("filled")).fill()


@pytest.fixture(params=KITS)
async def stage(request: pytest.FixtureRequest, tmp_path: Path, filled: House) -> AsyncIterator[Stage]:
    """The product on one channel."""
    opened = await Stage(tmp_path, KITS[request.param](), filled).begin()
    yield opened
    await opened.end()
