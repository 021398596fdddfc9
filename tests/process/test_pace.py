"""A notice to many while people write, over a Telegram with its real limits: never too fast, and replies overtake it.

NOTICE_HOMES=5000 makes it as large as by night; then it must also use nearly all of the pace that is allowed.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.channels.telegram import LIMITS
from tests.bench import pace
from tests.fakes.telegram import BOT_RATE

HOMES = int(os.environ.get("NOTICE_HOMES", "120"))
NIGHTLY = 1_000  # households from which on the pace itself is held against what is allowed
PATIENCE = 2  # seconds that a reply may take at p95


@pytest.mark.timeout(120 + HOMES / 8)
async def test_replies_overtake_a_notice_and_the_limits_are_kept(tmp_path: Path) -> None:
    found = await pace.measure(HOMES, tmp_path)
    print(f"\n{pace.rounded(found)}")
    assert found.told_once == HOMES
    assert (found.refused, found.early) == (0, 0), "the platform had to hold us up"
    assert found.peak <= BOT_RATE
    assert found.replies
    assert found.between_p95 < PATIENCE * LIMITS.per_second, "replies stood in the line of the notice"
    if HOMES >= NIGHTLY:
        assert found.share >= 0.95
        assert found.reply_p95_ms < PATIENCE * 1000
