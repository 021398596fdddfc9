"""The demo page at /: four phones on the real engine, and a clock. Imported only when the page is wanted."""

from __future__ import annotations

import logging
from pathlib import Path

from fastapi import FastAPI
from nicegui import core, ui
from nicegui.elements.mixins.text_element import TextElement
from nicegui.events import GenericEventArguments
from nicegui.translations import translations
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.runtime.clock import SettableClock
from bot.web.header import Header
from bot.web.house import House
from bot.web.personas import PHONES
from bot.web.phone import Phone
from bot.web.scene import Scene
from bot.web.widgets import button, set_attribute, set_class, tag

log = logging.getLogger(__name__)

STATIC = Path(__file__).parent / "static"
KEEP_FOR = 60.0  # seconds that a browser without a connection may come back to the same page
MARK = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#8f1d20"/>'
    '<path d="M8 9h16v11H15l-5 4v-4H8z" fill="#f4d58a"/></svg>'
)


def add_page(app: FastAPI, house: House, clock: SettableClock) -> None:
    """Put the page at / of an application that has all its other routes already."""
    scene = Scene(house, clock)
    style = f"<style>{(STATIC / 'page.css').read_text(encoding='utf-8')}</style>"
    script = f"<script>{(STATIC / 'page.js').read_text(encoding='utf-8')}</script>"

    @ui.page("/", title=scene.say("title"), language="vi", reconnect_timeout=KEEP_FOR)
    async def page() -> None:
        ui.add_head_html(style + script)
        await scene.begin()
        View(scene)

    _speak_vietnamese(scene)
    ui.run_with(
        app, title=scene.say("title"), favicon=MARK, language="vi", tailwind=False, show_welcome_message=False,
        binding_refresh_interval=None,
    )  # fmt: skip


def _speak_vietnamese(scene: Scene) -> None:
    """NiceGUI's own few sentences, which it has in no Vietnamese."""
    names = ("connection_lost", "trying_to_reconnect", "message_too_long", "message_too_long_body")
    translations["vi"] = {name: scene.say(name) for name in names}

    async def not_found(_request: Request, _error: Exception) -> Response:
        return PlainTextResponse(scene.say("not_found"), status_code=404)

    core.app.add_exception_handler(404, not_found)
    core.app.on_page_exception(lambda: tag("p", scene.say("broken"), "broken"))


class View:
    """The page in one browser tab."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._client = ui.context.client
        self._front = PHONES[0].key
        self._tabs: dict[str, TextElement] = {}
        self._narrow: bool | None = None  # whether there is room for one phone only; None until the browser says
        self._visible = False
        with tag("div", css="page", data_testid="page") as root:
            self._header = Header(scene, self.bring_to_front)
            with tag("main", css="phones"):
                self._phones = [Phone(scene, place) for place in PHONES]
            self._build_tabs()
        root.on("looks", self._looks, js_handler="(event) => emit(event.detail)")
        ui.timer(1.0, self._header.tick)
        self._follow()
        self.update()

    def _build_tabs(self) -> None:
        with tag("nav", css="tabs"):
            for place in PHONES:
                self._tabs[place.key] = self._tab(place.key)

    def _tab(self, key: str) -> TextElement:
        label = self._scene.say(f"phone.short.{key}")
        tab = button(label, "tab", lambda: self.bring_to_front(key), data_testid=f"tab-{key}")
        with tab:
            tag("span", css="dot", title=self._scene.say("phone.unread"))
        return tab

    def _follow(self) -> None:
        stop = self._scene.listen(self._changed)
        self._client.on_delete(stop)
        self._client.on_connect(lambda: self._client.run_javascript("page.report()"))
        self._client.on_disconnect(self._away)

    def _changed(self) -> None:
        try:
            self.update()
        except Exception as error:  # one tab that can't be drawn must not keep the others from it
            log.error("page: %s", type(error).__name__)

    def _looks(self, event: GenericEventArguments) -> None:
        """The browser says how wide it is and whether anybody looks."""
        looks = event.args if isinstance(event.args, dict) else {}
        self._narrow = bool(looks.get("narrow"))
        self._visible = bool(looks.get("visible"))
        self.update()

    def _away(self) -> None:
        self._visible = False
        self.update()

    def bring_to_front(self, key: str) -> None:
        """Look at a phone: the only one on a small screen, marked for a moment on a large one."""
        self._front = key
        self.update()
        self._client.run_javascript(f'page.point("phone-{key}")')

    def update(self) -> None:
        """Show what is so now."""
        self._header.update()
        for phone in self._phones:
            front = phone.place.key == self._front
            phone.displayed = self._visible and self._narrow is not None and (front or not self._narrow)
            set_class(phone.element, "front", front)
            phone.update()
            tab = self._tabs[phone.place.key]
            set_class(tab, "unread", phone.has_unread)
            set_attribute(tab, "aria-pressed", "true" if front else "false")
