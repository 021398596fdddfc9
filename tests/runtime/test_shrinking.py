"""Pictures in as many bytes as a platform has room for."""

from __future__ import annotations

import io
import random

import pytest
from PIL import Image

from bot.core.message import Attachment
from bot.runtime.drawing import Studio
from bot.runtime.shrinking import NotAPicture, shrink_to

MEGABYTE = 1024 * 1024
MAKER, TURNED = 0x010F, 0x0112


def photo(side: int = 2900) -> bytes:
    """A picture like a camera's: noisy, heavy, lying on its side, and telling what took it."""
    exif = Image.Exif()
    exif[MAKER], exif[TURNED] = "Telephone of somebody", 6
    noise = Image.frombytes("RGB", (side // 8, side // 8), random.Random(1).randbytes(3 * (side // 8) ** 2))
    content = io.BytesIO()
    noise.resize((side, side // 2), Image.Resampling.BILINEAR).effect_spread(6).save(
        content, "JPEG", quality=99, exif=exif
    )
    return content.getvalue()


def chart() -> bytes:
    """A picture with few colours and hard edges, as a PNG that nobody squeezed."""
    content, image = io.BytesIO(), Image.new("RGBA", (1600, 1200), (255, 255, 255, 0))
    for bar in range(40):
        image.paste((bar * 6, 90, 160, 255), (bar * 40, 1200 - bar * 29, bar * 40 + 30, 1200))
    image.save(content, "PNG", compress_level=0)
    return content.getvalue()


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def test_a_photo_of_six_megabytes_fits_and_tells_nothing() -> None:
    large = photo()
    assert len(large) > 5.5 * MEGABYTE
    small = shrink_to(large, MEGABYTE)
    assert len(small) <= MEGABYTE
    assert b"Telephone" not in small
    assert not opened(small).getexif()
    assert opened(small).height > opened(small).width, "upright"
    assert max(opened(small).size) >= 1280, "no smaller than it must be"


def test_a_chart_stays_a_png_on_white() -> None:
    large = chart()
    assert len(large) > 6 * MEGABYTE
    small = opened(shrink_to(large, MEGABYTE))
    assert (small.format, small.size) == ("PNG", (1600, 1200))
    assert small.convert("RGB").getpixel((0, 0)) == (255, 255, 255)


@pytest.mark.parametrize("content", [b"", b"\x89PNG" + b"\0" * 999, photo(400)])
def test_what_cannot_be_made_so_small_says_so(content: bytes) -> None:
    with pytest.raises(NotAPicture):
        shrink_to(content, 100)


async def test_it_is_made_small_once_however_many_get_it() -> None:
    studio, large = Studio({"a": lambda _: chart(), "b": lambda _: chart()}), chart()
    for recipe in ("a", "b", "a"):
        attachment = Attachment(recipe=recipe, data={}, name="x.png", mime="image/png")
        assert len(await studio.draw(attachment, MEGABYTE)) <= MEGABYTE
    assert len(studio._small) == 1, "kept by what is in it, not by who drew it"
    assert await studio.draw(Attachment(recipe="a", data={}, name="x.png", mime="image/png")) == large
    assert await studio.draw(Attachment(recipe="a", data={}, name="x.pdf", mime="application/pdf"), 10) == large
    studio.close()
