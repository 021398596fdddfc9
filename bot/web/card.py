"""The picture on the card with which Zalo asks for a telephone number: it must lie at an address of ours."""

from __future__ import annotations

import io
from functools import cache
from typing import Final

from PIL import Image, ImageDraw
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

CARD_PICTURE: Final = "/the-lien-he.png"
SIZE: Final = (640, 360)  # pixels
GROUND, LINE = "#1d4e6b", "white"


def card_routes() -> list[Route]:
    """The one picture; there is nothing in it that anybody may not see."""
    return [Route(CARD_PICTURE, give_picture, methods=["GET"])]


async def give_picture(_request: Request) -> Response:
    """The picture, drawn once."""
    return Response(_drawn(), media_type="image/png", headers={"cache-control": "public, max-age=86400"})


@cache
def _drawn() -> bytes:
    """A telephone, in two colours."""
    picture, written = Image.new("RGB", SIZE, GROUND), io.BytesIO()
    pen = ImageDraw.Draw(picture)
    pen.rounded_rectangle((260, 60, 380, 300), radius=18, outline=LINE, width=10)
    pen.line((300, 274, 340, 274), fill=LINE, width=8)
    picture.save(written, "PNG")
    return written.getvalue()
