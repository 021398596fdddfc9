"""Plays every transcript through the real turn and the real storage, restarting after every line.

A transcript is read from top to bottom:
  # cb05                  who holds the phone now; what arrived there meanwhile is shown
  @ 24/03/2021 17:00      the clock moves on to this moment
  > dang ky               what the person types
  > [Gửi]                 what the person presses
  > (ảnh)                 a picture is sent (with a number: of so many kilobytes)
Everything else is what the bot says; `--update-transcripts` writes it.
"""

from __future__ import annotations

import io
import re
from datetime import datetime
from pathlib import Path

import pytest
from PIL import Image

from bot.core import calendar
from tests.house import House

FOLDER = Path(__file__).parent / "transcripts"
TRANSCRIPTS = sorted(FOLDER.rglob("*.txt"))
PHOTO = re.compile(r"\(ảnh(?: (\d+) KB)?\)")


def is_ours(line: str) -> bool:
    """Whether a line is what the bot says."""
    return not line.startswith(("# ", "> ", "@ ", "// "))


def picture(kilobytes: int) -> bytes:
    """A real JPEG, with bytes after its end to make it heavy."""
    small = io.BytesIO()
    Image.new("RGB", (40, 30), "orange").save(small, "JPEG")
    return small.getvalue() + b"\0" * max(0, kilobytes * 1024 - len(small.getvalue()))


class Player:
    """Plays one transcript."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.account = ""

    async def play(self, line: str) -> list[str]:
        """One line of ours, and what the person then sees."""
        if line.startswith("# "):
            self.account = line[2:].split(",")[0].strip()
            return self.house.unread(self.account)
        if line.startswith("@ "):
            moment = datetime.strptime(line[2:].strip(), "%d/%m/%Y %H:%M").replace(tzinfo=calendar.ZONE)
            await self.house.wait_until(calendar.instant(moment))
            return self.house.unread(self.account)
        words = line[2:]
        if photo := PHOTO.fullmatch(words):
            return await self.house.photo(self.account, picture(int(photo[1] or 0)))
        if words.startswith("[") and words.endswith("]"):
            return await self.house.press(self.account, words[1:-1])
        return await self.house.say(self.account, words)


async def played(house: House, script: list[str]) -> list[str]:
    """The whole transcript as it goes now."""
    player, lines = Player(house), []
    for line in script:
        lines.append(line)
        if line.startswith("// "):
            continue
        for number, message in enumerate(await player.play(line)):
            lines += ["", message] if number else [message]
        await house.restart()
    return "\n".join(lines).split("\n")


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: str(path.relative_to(FOLDER).with_suffix("")))
async def test_transcript(path: Path, house: House, request: pytest.FixtureRequest) -> None:
    """The conversation goes exactly as written."""
    written = path.read_text(encoding="utf-8")
    script = [line for line in written.splitlines() if line and not is_ours(line)]
    now = "\n".join(await played(house, script)) + "\n"
    if request.config.getoption("--update-transcripts"):
        path.write_text(now, encoding="utf-8")
    assert now == written or request.config.getoption("--update-transcripts")
