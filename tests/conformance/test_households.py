"""With `household_data = "link"` no byte of a household's data leaves over a platform, whatever is talked about."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.conformance.stage import Stage
from tests.conformance.telegram_kit import TelegramKit
from tests.conformance.test_conversations import turns
from tests.house import House
from tests.test_transcripts import FOLDER, TRANSCRIPTS, Player

ABOUT_HOUSEHOLDS = [path for path in TRANSCRIPTS if "(hộ giả định)" in path.read_text(encoding="utf-8")]


class Careful(TelegramKit):
    """A ward that lets nothing about households pass over Telegram."""

    household_data = "link"


@pytest.fixture
async def careful(tmp_path: Path, filled: House) -> AsyncIterator[Stage]:
    """The product with that setting."""
    opened = await Stage(tmp_path, Careful(), filled).begin()
    yield opened
    await opened.end()


def canaries(stage: Stage) -> list[str]:
    """What only a household's records hold: names, telephones, plots."""
    heads = [str(row["head_name"]) for row in stage.rows("SELECT head_name FROM households")]
    plots = [f"Thửa {row['plot']}, tờ bản đồ" for row in stage.rows("SELECT plot FROM parcels")]
    return [*heads, *plots]


@pytest.mark.parametrize("path", ABOUT_HOUSEHOLDS, ids=lambda path: str(path.relative_to(FOLDER).with_suffix("")))
async def test_no_byte_of_a_household_leaves(path: Path, careful: Stage) -> None:
    player = Player(careful)
    for said, _ in turns(path.read_text(encoding="utf-8").splitlines()):
        try:
            await player.play(said)
        except AssertionError:  # a button that went with the words it stood under
            continue
    sent = careful.kit.leaked().decode()
    assert len(sent) > 1000, "much was said"
    assert [canary for canary in canaries(careful) if canary in sent] == []


async def test_the_notice_says_that_it_is_there_and_where(careful: Stage) -> None:
    for said in ("/thongbao", "1", "1", "Kính mời hộ gia đình xem thông báo niêm yết.", "bỏ qua", "1"):
        await careful.say("canbo", said)
    await careful.press("canbo", "Trình duyệt")
    await careful.press("lanhdao", "Xem thông báo")
    await careful.press("lanhdao", "Duyệt và gửi")
    [notice] = careful.unread("ho1")
    assert "https://ward.test/xem/" in notice.text
    assert notice.buttons == ("Đã nhận", "Cần giải thích")
    assert "đã nhận" in (await careful.press("ho1", "Đã nhận"))[0].text
