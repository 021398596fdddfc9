"""What is behind a link of ours: a message as a page, and the file that goes with it, drawn when it is asked for."""

from __future__ import annotations

from functools import cache, partial
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bot.channels.capabilities import Files
from bot.core.message import Attachment, bold_runs
from bot.runtime.drawing import NotDrawn
from bot.web.house import House
from storage import links
from storage.outbox import Parcel

PAGES = Path(__file__).parent.parent.parent / "templates" / "pages"
PRIVATE = {"cache-control": "private, max-age=600"}


def link_routes(house: House) -> list[Route]:
    """The message behind a link, and its file."""
    path = links.path_of("{token}")
    return [
        Route(path, partial(show_message, house), methods=["GET"]),
        Route(links.file_of(path), partial(give_file, house), methods=["GET"]),
    ]


async def show_message(house: House, request: Request) -> Response:
    """The words, and the picture or a way to the document. A link that never was and one that is over look the same."""
    parcel = await _behind(house, request)
    if parcel is None:
        return Response(status_code=404)
    message = parcel.message
    page = (
        _pages()
        .get_template("message.html.j2")
        .render(
            ward=house.desk.ward,
            runs=bold_runs(message.text),
            attachment=message.attachment,
            file=links.file_of(request.url.path),
        )
    )
    return HTMLResponse(page, headers={"cache-control": "no-store"})


async def give_file(house: House, request: Request) -> Response:
    """The picture or the document itself."""
    parcel = await _behind(house, request)
    if parcel is None or parcel.message.attachment is None:
        return Response(status_code=404)
    attachment = parcel.message.attachment
    try:
        content = await house.studio.draw(attachment, _most(house, parcel))
    except NotDrawn:
        return Response(status_code=404)
    return Response(content, media_type=attachment.mime, headers={**PRIVATE, "content-disposition": _named(attachment)})


def _most(house: House, parcel: Parcel) -> int | None:
    """How large a picture may be for the platform that comes to fetch it."""
    channel = house.channels.get(parcel.channel)
    return channel.can.picture if channel and channel.can.files is Files.FETCHED else None


async def _behind(house: House, request: Request) -> Parcel | None:
    return await house.database.read(links.behind, request.path_params["token"], house.now())


def _named(attachment: Attachment) -> str:
    how = "inline" if attachment.is_picture else "attachment"
    return f"{how}; filename*=UTF-8''{quote(attachment.name, safe='')}"


@cache
def _pages() -> Environment:
    return Environment(loader=FileSystemLoader(PAGES), autoescape=True)
