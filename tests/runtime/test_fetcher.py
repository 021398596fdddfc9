"""Photos are fetched after the turn, made small, stripped of what they tell; the sender hears when one is lost."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from bot.channels.base import DeliveryFailed, Trouble
from bot.core.message import File
from bot.runtime.fetcher import TRIES, keep_file
from bot.runtime.shrinking import LONGEST_SIDE, NotAPicture, shrink
from tests.house import House

MAKER, GPS = 0x010F, 0x8825


def jpeg(width: int, height: int) -> bytes:
    """A picture that says where and with what it was taken."""
    exif = Image.Exif()
    exif[MAKER] = "Telephone of somebody"
    exif.get_ifd(GPS)[1] = "N"
    content = io.BytesIO()
    Image.new("RGB", (width, height), "orange").save(content, "JPEG", exif=exif)
    return content.getvalue()


def test_a_kept_photo_is_small_and_tells_nothing_about_the_sender() -> None:
    original = jpeg(4000, 3000)
    assert b"Telephone" in original
    small = shrink(original)
    with Image.open(io.BytesIO(small)) as picture:
        assert max(picture.size) == LONGEST_SIDE
        assert not picture.getexif()
    assert b"Telephone" not in small


@pytest.mark.parametrize("content", [b"", b"not a picture", b"%PDF-1.4", jpeg(40, 30)[:300]])
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(NotAPicture):
        shrink(content)


def test_a_small_file_that_unfolds_into_gigabytes_is_refused_before_it_does() -> None:
    bomb = io.BytesIO()
    Image.new("1", (12_000, 12_000)).save(bomb, "PNG")
    assert len(bomb.getvalue()) < 100_000
    with pytest.raises(NotAPicture):
        shrink(bomb.getvalue())


def test_the_same_picture_is_kept_once(tmp_path: Path) -> None:
    names = {keep_file(tmp_path, b"one"), keep_file(tmp_path, b"one"), keep_file(tmp_path, b"two")}
    assert len(names) == 2
    assert len(list(tmp_path.rglob("*.jpg"))) == 2
    assert list(tmp_path.rglob("*.part")) == []


async def report_up_to_photos(house: House) -> None:
    for words in ("/baocao", "hom qua", "1", "nhà văn hóa", "35", "bo qua", "bo qua"):
        await house.say("cb05", words)


async def test_a_photo_of_a_report_ends_on_disk_and_on_the_record(house: House) -> None:
    await report_up_to_photos(house)
    await house.photo("cb05", jpeg(40, 30))
    for words in ("xong", "bo qua", "gui"):
        await house.say("cb05", words)
    (kept,) = house.rows("SELECT m.state, m.sha256 FROM media m JOIN session_photos p ON p.media_id = m.media_id")
    assert kept["state"] == "kept"
    name = str(kept["sha256"])
    assert (house.folder / "media" / name[:2] / f"{name}.jpg").exists()


async def test_a_file_that_only_looks_like_a_photo_is_lost_and_the_sender_told(house: House) -> None:
    await report_up_to_photos(house)
    said = "\n".join(await house.photo("cb05", b"not a picture at all"))
    assert "không tải về được" in said
    assert house.rows("SELECT state, why FROM media") == [{"state": "lost", "why": "not_a_picture"}]


async def test_a_fetch_that_fails_is_tried_again_and_given_up_in_the_end(house: House) -> None:
    asked: list[File] = []

    async def fetch(file: File, limit: int) -> bytes:
        asked.append(file)
        raise DeliveryFailed(Trouble.RETRY_LATER, "server_error")

    house.web.fetch = fetch  # type: ignore[method-assign]
    await report_up_to_photos(house)
    await house.photo("cb05", jpeg(40, 30))
    for _ in range(TRIES + 2):
        house.clock.move_to(house.clock() + 3600_000)
        await house.settle()
    assert len(asked) == TRIES
    assert "không tải về được" in "\n".join(house.unread("cb05"))


@pytest.mark.parametrize(
    "failure", [(Trouble.CHANNEL_DOWN, "no_connection"), (Trouble.MISCONFIGURED, "token_rejected")]
)
async def test_a_night_in_which_nothing_can_be_fetched_loses_no_photo(
    house: House, failure: tuple[Trouble, str]
) -> None:
    original, down = house.web.fetch, True

    async def fetch(file: File, limit: int) -> bytes:
        if down:
            raise DeliveryFailed(*failure)
        return await original(file, limit)

    house.web.fetch = fetch  # type: ignore[method-assign]
    await report_up_to_photos(house)
    await house.photo("cb05", jpeg(40, 30))
    for _ in range(20 * 12):
        house.clock.move_to(house.clock() + 5 * 60_000)
        await house.settle()
    down = False
    house.clock.move_to(house.clock() + 15 * 60_000)
    await house.settle()
    assert house.rows("SELECT state FROM media") == [{"state": "kept"}]
