"""One phone of the demo page: who holds it, the chat, and a line to write in."""

from __future__ import annotations

import json
import logging
import re
from functools import partial

from nicegui import background_tasks, ui
from nicegui.elements.mixins.text_element import TextElement
from nicegui.events import GenericEventArguments, UploadEventArguments

from bot.web import bubbles
from bot.web.mailbox import Bubble
from bot.web.personas import VISITOR, Place
from bot.web.scene import Scene
from bot.web.widgets import button, given, set_attribute, set_class, set_text, tag
from handlers.dialogue.photos import LARGEST
from storage.demo.people import demo_invitations

log = logging.getLogger(__name__)

KEY = re.compile(r"[0-9-]{1,60}")  # as page.js makes them
MEGABYTES = LARGEST // (1024 * 1024)
CAMERA = "M4 7h3l2-2.5h6L17 7h3v12H4zM12 9.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7z"
PLANE = "M4 12 20 4.5 15.5 20 11.5 13.5z"


class Phone:
    """A phone in one browser tab. `displayed` is set by the page: whether anybody can see it."""

    def __init__(self, scene: Scene, place: Place) -> None:
        self.place = place
        self.displayed = False
        self._scene = scene
        self._persona = place.personas[0]
        self._shown_account = ""
        self._rows: dict[str, ui.element] = {}
        self._changed_at: dict[str, int | None] = {}
        self._tabs: dict[str, TextElement] = {}
        self._build()

    # -- building ------------------------------------------------------------------------------

    def _build(self) -> None:
        key, say = self.place.key, self._scene.say
        title = say(f"phone.title.{key}")
        with tag("section", css="phone", data_testid=f"phone-{key}", aria_label=title) as self.element:
            with tag("header", css="who"):
                tag("h2", title)
                self._name = tag("p", css="name", data_testid=f"name-{key}")
                self._switch()
            with tag("div", css="chat", role="log", tabindex="0", aria_label=title, data_testid=f"chat-{key}"):
                self._chat = tag("div", css="log")
            self._build_empty()
            self._build_visitor_line()
            self._writer()

    def _switch(self) -> None:
        with tag("div", css="personas", role="group", aria_label=self._scene.say("phone.personas")):
            for persona in self.place.personas if len(self.place.personas) > 1 else ():
                self._tabs[persona] = self._tab(persona)

    def _tab(self, persona: str) -> TextElement:
        label = self._scene.say(f"persona.{persona}.tab")
        tab = button(label, "persona", lambda: self.look_at(persona), data_testid=f"persona-{persona}")
        with tab:
            tag("span", css="dot", data_testid=f"unread-{persona}", title=self._scene.say("phone.unread"))
        return tab

    def _build_empty(self) -> None:
        with self._chat, tag("div", css="empty") as self._empty:
            tag("p", self._scene.say("phone.empty"))
            button(
                self._scene.say("phone.start"),
                "choice",
                partial(self._send, "/start"),
                data_testid=f"start-{self.place.key}",
            )

    def _build_visitor_line(self) -> None:
        with tag("div", css="visitor") as self._visitor_line:
            if VISITOR not in self.place.personas:
                return
            tag("p", self._scene.say("phone.visitor_hint"))
            for row in demo_invitations():
                button(row["code"], "control", partial(self._send, row["code"]), data_testid=f"code-{row['code']}")
            button(self._scene.say("phone.new_visitor"), "control", self._scene.new_visitor, data_testid="new-visitor")

    def _writer(self) -> None:
        key, say = self.place.key, self._scene.say
        with tag("form", css="writer") as form:
            self._upload()
            self._field = tag(
                "textarea", rows="1", maxlength="8000", placeholder=say("phone.write"), autocomplete="off",
                enterkeyhint="send", data_testid=f"write-{key}",
            )  # fmt: skip
            self._field.on("keydown", js_handler="(event) => page.onKey(event)")
            with tag("button", css="send", type="submit", aria_label=say("phone.send"), data_testid=f"send-{key}"):
                _icon(PLANE)
        form.on("submit", self._write, js_handler="(event) => { const w = page.take(event); if (w) emit(w) }")

    def _upload(self) -> None:
        key, say = self.place.key, self._scene.say
        picker = ui.upload(
            auto_upload=True,
            multiple=True,
            max_file_size=LARGEST,
            on_upload=self._send_photo,
            on_rejected=self._rejected,
        )
        picker.classes("picker").props("accept=image/*").props["data-testid"] = f"picker-{key}"
        with tag("button", css="attach", type="button", aria_label=say("phone.photo"), data_testid=f"photo-{key}") as b:
            _icon(CAMERA)
        b.on("click", js_handler=f"() => getElement({picker.id}).$refs.qRef.pickFiles()")

    # -- what the person does ------------------------------------------------------------------

    @property
    def account(self) -> str:
        """Whose chat is looked at."""
        return self._scene.account(self._persona)

    def look_at(self, persona: str) -> None:
        """Hand the phone to somebody else."""
        self._persona = persona
        self.update()

    async def _send(self, text: str) -> None:
        try:
            await self._scene.write(self.account, text)
        except Exception as error:
            self._not_kept(error)

    async def _press(self, data: str) -> None:
        try:
            await self._scene.press(self.account, data)
        except Exception as error:
            self._not_kept(error)

    async def _write(self, event: GenericEventArguments) -> None:
        text, key = given(event, "text"), given(event, "key")
        if not text.strip() or not KEY.fullmatch(key):
            return
        try:
            await self._scene.write(self.account, text, key)
        except Exception as error:
            self._not_kept(error)
        else:
            self.element.client.run_javascript(f"page.kept({json.dumps(key)})")

    async def _send_photo(self, event: UploadEventArguments) -> None:
        try:
            taken = await self._scene.send_photo(self.account, await event.file.read(), event.file.content_type)
        except Exception as error:
            self._not_kept(error)
        else:
            if not taken:
                self._tell("phone.photo_too_big")

    def _rejected(self) -> None:
        self._tell("phone.photo_refused")

    def _not_kept(self, error: Exception) -> None:
        """The words stay in the line that they were written in."""
        log.error("not kept: %s", type(error).__name__)
        self._tell("phone.not_kept")

    def _tell(self, where: str) -> None:
        with self.element:  # the button may be gone by now, and with it its place on the page
            ui.notify(self._scene.say(where, largest=MEGABYTES), position="top", timeout=8000, classes="told")

    # -- what is seen --------------------------------------------------------------------------

    @property
    def has_unread(self) -> bool:
        """Whether somebody who holds this phone has a message that nobody has seen."""
        return any(self._has_unread(persona) for persona in self.place.personas)

    def _has_unread(self, persona: str) -> bool:
        return self._scene.mailbox.has_unread(self._scene.account(persona))

    def update(self) -> None:
        """Show what is so now."""
        for persona, tab in self._tabs.items():
            set_attribute(tab, "aria-pressed", "true" if persona == self._persona else "false")
            set_class(tab, "unread", self._has_unread(persona))
        name = self._scene.say(f"persona.{self._persona}.name")
        set_text(self._name, name)
        set_attribute(self._field, "aria-label", self._scene.say("phone.write_as", name=name))
        set_class(self._visitor_line, "shown", self._persona == VISITOR)
        history = self._scene.mailbox.history(self.account)
        set_class(self._empty, "shown", not history)
        self._draw(history)
        self._mark_shown(history)

    def _draw(self, history: list[Bubble]) -> None:
        """Add what is new; begin again when the order of what is there has changed."""
        wanted = [bubble.bubble_id for bubble in history]
        for gone in set(self._rows).difference(wanted):
            self._rows.pop(gone).delete()
        if self._shown_account != self.account or list(self._rows) != wanted[: len(self._rows)]:
            for row in self._rows.values():
                row.delete()
            self._rows, self._shown_account = {}, self.account
        with self._chat:
            for place, bubble in enumerate(history):
                if bubble.bubble_id not in self._rows:
                    self._draw_one(bubble, history[:place])
                elif bubble.changed_at != self._changed_at[bubble.bubble_id]:
                    self._rows[bubble.bubble_id].delete()
                    self._draw_one(bubble, history[:place]).move(target_index=place + 1)  # before all is the empty page

    def _draw_one(self, bubble: Bubble, before: list[Bubble]) -> ui.element:
        row = bubbles.draw(self._scene, bubble, before, self._press)
        self._rows[bubble.bubble_id], self._changed_at[bubble.bubble_id] = row, bubble.changed_at
        return row

    def _mark_shown(self, history: list[Bubble]) -> None:
        unseen = [bubble for bubble in history if not bubble.shown]
        if self.displayed and unseen:
            background_tasks.create(self._scene.mailbox.mark_shown(unseen), name="shown")


def _icon(path: str) -> None:
    with tag("svg", viewBox="0 0 24 24", aria_hidden="true"):
        tag("path", d=path)
