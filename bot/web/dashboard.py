"""The dashboard at /bang-tin: the figures in a browser, for whoever came by a link from the chat.

Plain pages; their one script only fetches the page again while somebody looks. A link is used up by the button on its
page, not by looking at it: messengers fetch links by themselves. Whoever is in sees what their role covers now, and
gets the same answer for what is not theirs and what is not there.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.core.calendar import local
from bot.core.message import Attachment
from bot.core.people import Role
from bot.runtime.drawing import NotDrawn
from bot.web import dashboard_views
from bot.web.dashboard_views import FRESH_EVERY, LARGE_EVERY, FileView, Look, Page, View, period_of
from bot.web.house import House
from bot.web.pages import Pages
from storage import dashboard
from storage.database import Tx
from storage.statistics import is_large

HOME = "/bang-tin"
COOKIE = "bangtin"
TOKEN_LETTERS = 26  # 130 bits
READERS = frozenset({Role.LEADER, Role.OFFICER, Role.ADMIN})
STATIC = Path(__file__).parent / "static"
STYLE, SCRIPT = STATIC / "dashboard.css", STATIC / "dashboard.js"
FRESH = {"cache-control": "no-store", "x-robots-tag": "noindex"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Nothing to be seen: the name of the page that says why, and its status."""

    name: str
    status: int


EXPIRED = Refusal(name="expired", status=401)
MISSING = Refusal(name="missing", status=404)
USED = Refusal(name="used", status=410)
NOT_MADE = Refusal(name="not_made", status=500)


class Dashboard:
    """The pages over the running product. `secure` says that browsers reach them by https."""

    def __init__(self, house: House, *, secure: bool) -> None:
        self._house = house
        self._secure = secure
        self._pages = Pages(house.desk.texts)

    def routes(self) -> list[BaseRoute]:
        """Everything below /bang-tin."""
        pages: dict[str, View] = {
            "": dashboard_views.overview,
            "/linh-vuc/{field}": dashboard_views.field,
            "/don-vi/{unit}": dashboard_views.unit,
            "/mo-hinh": dashboard_views.models_listed,
            "/mo-hinh/{model}": dashboard_views.model,
            "/buoi": dashboard_views.sessions_listed,
            "/buoi/{session}": dashboard_views.session,
        }
        return [
            Route(f"{HOME}/kieu.css", style, methods=["GET"]),
            Route(f"{HOME}/tuoi.js", script, methods=["GET"]),
            Route(f"{HOME}/mo/{{code}}", self.knock, methods=["GET"]),
            Route(f"{HOME}/mo/{{code}}", self.enter, methods=["POST"]),
            Route(f"{HOME}/ra", self.leave, methods=["POST"]),
            Route(f"{HOME}/tep/{{form}}", self.download, methods=["GET"]),
            *(Route(f"{HOME}{path}", partial(self.look, view), methods=["GET"]) for path, view in pages.items()),
        ]

    # Coming and going --------------------------------------------------------------------------

    async def knock(self, request: Request) -> Response:
        """What a link shows: a button while it can be used. Looking uses nothing up."""
        open_still = await self._house.database.read(dashboard.is_open, request.path_params["code"], self._house.now())
        if not open_still:
            return self._refused(USED)
        return self._html("open", {"ward": self._house.desk.ward.name})

    async def enter(self, request: Request) -> Response:
        """Use the link up, and remember the browser under a new secret."""
        token = self._house.desk.ids.token(TOKEN_LETTERS)
        code, now = request.path_params["code"], self._house.now()
        if not await self._house.database.write(dashboard.enter, code, token, now):
            return self._refused(USED)
        answer = RedirectResponse(HOME, status_code=303, headers=FRESH)
        answer.set_cookie(
            COOKIE, token, max_age=dashboard.VISIT_LASTS // 1000, path=HOME,
            secure=self._secure, httponly=True, samesite="lax",
        )  # fmt: skip
        return answer

    async def leave(self, request: Request) -> Response:
        """End the visit, here and for whoever else has the secret."""
        await self._house.database.write(dashboard.leave, request.cookies.get(COOKIE, ""))
        answer = self._html("left", {})
        answer.delete_cookie(COOKIE, path=HOME)
        return answer

    # Looking -----------------------------------------------------------------------------------

    async def look(self, view: View, request: Request) -> Response:
        """A page of figures."""
        seen = await self._house.database.look(self._see, view, request)
        return self._refused(seen) if isinstance(seen, Refusal) else self._html(seen.name, seen.values)

    async def download(self, request: Request) -> Response:
        """A file with the same figures."""
        file = await self._house.database.look(self._see_file, dashboard_views.file, request)
        if isinstance(file, Refusal):
            return self._refused(file)
        try:
            content = await self._house.studio.draw(file)
        except NotDrawn:
            return self._refused(NOT_MADE)
        headers = {**FRESH, "content-disposition": f'attachment; filename="{file.name}"'}
        return Response(content, media_type=file.mime, headers=headers)

    def _see(self, tx: Tx, view: View, request: Request) -> Page | Refusal:
        look = self._look(tx, request)
        return (view(tx, look) or MISSING) if look else EXPIRED

    def _see_file(self, tx: Tx, view: FileView, request: Request) -> Attachment | Refusal:
        look = self._look(tx, request)
        return (view(tx, look) or MISSING) if look else EXPIRED

    def _look(self, tx: Tx, request: Request) -> Look | None:
        """Who looks at what; None for nobody who may."""
        now = self._house.now()
        visitor = dashboard.visitor(tx, request.cookies.get(COOKIE, ""), now)
        if visitor is None or visitor.role not in READERS:
            return None
        asked = dict(request.query_params)
        return Look(
            visitor=visitor,
            desk=self._house.desk,
            period=period_of(asked, local(now).date()),
            named=request.path_params,
            asked=asked,
            now=now,
            every=LARGE_EVERY if is_large(tx, visitor.unit_id) else FRESH_EVERY,
        )

    def _refused(self, refusal: Refusal) -> Response:
        return self._html("told", {"why": refusal.name, "phone": self._house.desk.ward.phone}, refusal.status)

    def _html(self, name: str, values: dict[str, object], status: int = 200) -> Response:
        return HTMLResponse(self._pages.page(name, values), status_code=status, headers=FRESH)


async def style(_request: Request) -> Response:
    """How the pages look."""
    return FileResponse(STYLE, media_type="text/css", headers={"cache-control": "max-age=3600"})


async def script(_request: Request) -> Response:
    """What renews them."""
    return FileResponse(SCRIPT, media_type="text/javascript", headers={"cache-control": "max-age=3600"})
