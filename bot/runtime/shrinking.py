"""Pictures made small: as many bytes as there is room for, upright, and without what they tell about their sender."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Final

from PIL import Image, ImageOps

LONGEST_SIDE: Final = 1600  # pixels; enough for a page of a report
MOST_PIXELS: Final = 50_000_000  # before decoding: a small file can unfold into gigabytes
FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "MPO")
QUALITY: Final = 85
# From hardly visible to just readable: (longest side in pixels, quality of a JPEG).
STEPS: Final = ((4000, 85), (2560, 85), (2048, 80), (1600, 80), (1280, 75), (1024, 70), (800, 60), (640, 50))

Image.MAX_IMAGE_PIXELS = None  # `_opened` looks at the size itself, before anything is decoded


class NotAPicture(Exception):
    """Bytes that are no picture, or one too large to open."""


def shrink(content: bytes) -> bytes:
    """The picture as a JPEG of at most LONGEST_SIDE pixels a side, upright, with no metadata. Raises NotAPicture."""
    try:
        return _as_jpeg(_opened(content), LONGEST_SIDE, QUALITY)
    except Exception as error:  # decoders raise whatever a broken file makes them stumble over
        raise NotAPicture from error


def shrink_to(content: bytes, most: int) -> bytes:
    """The picture in at most `most` bytes, as large and as good as they allow; a PNG stays one. Raises NotAPicture."""
    try:
        picture = _opened(content)
        found = next((small for small in _ever_smaller(picture) if len(small) <= most), None)
    except Exception as error:
        raise NotAPicture from error
    if found is None:
        raise NotAPicture
    return found


def _ever_smaller(picture: Image.Image) -> Iterator[bytes]:
    """A chart has few colours, and its letters stay sharp as a PNG; a photo is a JPEG."""
    for side, quality in STEPS:
        yield _as_png(picture, side) if picture.info["was"] == "PNG" else _as_jpeg(picture, side, quality)


def _opened(content: bytes) -> Image.Image:
    """The picture upright on white, with nothing but its pixels and the name of its format."""
    with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise NotAPicture
        upright = ImageOps.exif_transpose(picture).convert("RGBA" if picture.mode in ("RGBA", "LA", "PA") else "RGB")
        plain = Image.new("RGB", upright.size, "white")
        plain.paste(upright, mask=upright.getchannel("A") if upright.mode == "RGBA" else None)
        plain.info["was"] = picture.format
        return plain


def _as_jpeg(picture: Image.Image, side: int, quality: int) -> bytes:
    written = io.BytesIO()
    _no_longer_than(picture, side).save(written, "JPEG", quality=quality)
    return written.getvalue()


def _as_png(picture: Image.Image, side: int) -> bytes:
    written = io.BytesIO()
    _no_longer_than(picture, side).quantize(256).save(written, "PNG", optimize=True)
    return written.getvalue()


def _no_longer_than(picture: Image.Image, side: int) -> Image.Image:
    small = picture.copy()
    small.thumbnail((side, side))
    return small
