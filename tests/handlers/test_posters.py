"""The code on a poster, read back from the Word file: it leads to the channel of the ward, or keeps the words."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import pytest
import segno
from PIL import Image

from bot.engine import door_of
from bot.reports.drawers import DRAWERS
from handlers.dialogue.visit import Visit
from handlers.notices.notice_aloud import poster_file
from storage import notices
from storage.database import open_plain
from tests.conformance.plain_kit import PlainChannel
from tests.handlers.test_notices import issue
from tests.house import House

QUIET = 2  # light modules around a code


class Home(PlainChannel):
    """A channel with a public address."""

    name = "home"

    def door(self, code: str) -> str:
        return "https://home.example/oa"


class Abroad(PlainChannel):
    """One that hands a code on, with servers abroad."""

    name = "far"
    abroad = True

    def door(self, code: str) -> str:
        return f"https://far.example/bot?start={code}"


def modules(content: bytes) -> list[list[int]]:
    """The dark (1) and light (0) modules of the code on a poster, read from its pixels."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        [name] = [name for name in packed.namelist() if name.endswith(".png")]
        picture = Image.open(io.BytesIO(packed.read(name))).convert("L")
    scale = next(x for x in range(picture.width) if picture.getpixel((x, x)) == 0) // QUIET
    places = range(QUIET * scale + scale // 2, picture.width - QUIET * scale, scale)
    return [[int(picture.getpixel((x, y)) == 0) for x in places] for y in places]


def expected(words: str) -> list[list[int]]:
    return [[int(module) for module in row] for row in segno.make(words, error="m").matrix]


async def poster(house: House, *channels: PlainChannel) -> tuple[bytes, str]:
    """(the file, the words beside the code) as an officer gets them, with these channels open."""
    await issue(house)
    desk = replace(house.engine.desk, door=lambda code: door_of(channels, code))
    connection = open_plain(house.path)
    sheet = notices.issued(connection, "PPL", 1)[0]
    visit = Visit(desk=desk, inbound=None, asker=None, now=house.clock())  # type: ignore[arg-type]
    file = poster_file(visit, sheet)
    connection.close()
    return DRAWERS[file.recipe](file.data), str(file.data["values"]["loi_qr"])


@pytest.mark.parametrize(
    ("channels", "link"),
    [
        ((Abroad(None), Home(None)), "https://home.example/oa"),  # type: ignore[arg-type]
        ((PlainChannel(None), Abroad(None)), "https://far.example/bot?start=duan-DE"),  # type: ignore[arg-type]
    ],
    ids=["at home first", "abroad with the project"],
)
async def test_the_code_leads_to_the_ward(house: House, channels: tuple[PlainChannel, ...], link: str) -> None:
    content, words = await poster(house, *channels)
    assert modules(content) == expected(link)
    assert "nhắn tin với phường" in words


async def test_without_a_public_channel_the_code_keeps_the_words(house: House) -> None:
    content, words = await poster(house, PlainChannel(None))  # type: ignore[arg-type]
    kept = "TB2021-001 · Thông báo thu hồi đất · Dự án đường hành lang chân đê · Phường Phúc Lợi · 024 0000 0000"
    assert modules(content) == expected(kept)
    assert "lưu số thông báo" in words


async def test_whoever_comes_by_the_poster_is_welcome(house: House) -> None:
    """Its code is no invitation: a stranger is asked for theirs, who is known gets what they can do."""
    assert "mã mời" in "\n".join(await house.say("khach", "/start duan-DE"))
    said = "\n".join(await house.say("ho1", "/start duan-DE"))
    assert "Trợ giúp" in said
    assert "không đúng" not in said
