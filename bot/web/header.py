"""The top of the demo page: what this is, the clock, the story to try, and what happens underneath."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from nicegui import ui
from nicegui.elements.mixins.text_element import TextElement

from bot.core import calendar
from bot.core.figures import dated, timed
from bot.web.scene import Scene
from bot.web.story import STEPS
from bot.web.trail import STAGES
from bot.web.widgets import button, set_attribute, set_class, set_text, tag

Jump = Callable[[str], None]


class Header:
    """The header in one browser tab; `jump` brings a phone to the front."""

    def __init__(self, scene: Scene, jump: Jump) -> None:
        self._scene = scene
        self._jump = jump
        self._steps: dict[str, TextElement] = {}
        self._stages: dict[str, tuple[TextElement, TextElement, TextElement]] = {}
        self._movers: list[TextElement] = []
        with tag("header", css="top"):
            self._build_name()
            self._build_clock()
            with tag("div", css="under"):
                self._build_story()
                self._build_trail()

    # -- building ------------------------------------------------------------------------------

    def _build_name(self) -> None:
        with tag("div", css="brand"):
            tag("span", css="mark", aria_hidden="true")
            with tag("div"):
                tag("h1", self._scene.say("name"))
                tag("p", self._scene.say("about"), "about")

    def _build_clock(self) -> None:
        scene, say = self._scene, self._scene.say
        with tag("div", css="clock", role="group", aria_label=say("clock.label")):
            with tag("p", css="now", data_testid="clock"):
                self._hour = tag("b")
                with tag("span", css="day"):
                    self._weekday = tag("span", css="weekday")
                    self._day = tag("span")
            with tag("div", css="movers"):
                at = scene.house.desk.ward.digest_at
                self._mover(say("clock.to_digest", at=at), "to-digest", scene.to_digest)
                self._mover(say("clock.to_reminder"), "to-reminder", self._to_reminder)
                self._mover(say("clock.add_hour"), "add-hour", scene.add_hour)

    def _mover(self, label: str, testid: str, move: Callable[[], Awaitable[None]]) -> None:
        self._movers.append(button(label, "mover", move, data_testid=testid))

    async def _to_reminder(self) -> None:
        if not await self._scene.to_reminder():
            ui.notify(self._scene.say("clock.no_reminder"), position="top", classes="told")

    def _build_story(self) -> None:
        with tag("details", css="story", data_testid="story", open="") as self._story:
            self._progress = tag("summary")
            with tag("ol"):
                for number, step in enumerate(STEPS, 1):
                    with tag("li"):
                        self._steps[step.key] = self._step(number, step.key, step.phone)

    def _step(self, number: int, key: str, phone: str) -> TextElement:
        at = self._scene.house.desk.ward.digest_at
        step = button("", "step", lambda: self._jump(phone), data_testid=f"step-{key}")
        with step:
            tag("span", str(number), "number", aria_hidden="true")
            tag("span", self._scene.say(f"story.{key}", at=at))
        return step

    def _build_trail(self) -> None:
        with tag("p", css="trail", data_testid="trail", aria_label=self._scene.say("trail.label")):
            self._who = tag("span", css="actor")
            for stage in STAGES:
                with tag("span", css="stage", data_testid=f"stage-{stage}") as whole:
                    self._stages[stage] = (whole, tag("span"), tag("small"))

    # -- what is seen --------------------------------------------------------------------------

    def update(self) -> None:
        """Show what is so now."""
        self.tick()
        self._show_story()
        self._show_trail()
        for mover in self._movers:
            set_class(mover, "waiting", self._scene.moving)
            set_attribute(mover, "aria-disabled", "true" if self._scene.moving else "false")

    def tick(self) -> None:
        """Time passes."""
        now = self._scene.time
        weekday = self._scene.house.desk.say(f"common.weekday.{now.weekday()}")
        set_text(self._weekday, self._scene.say("clock.weekday", weekday=weekday))
        set_text(self._hour, timed(now))
        set_text(self._day, dated(now.date()))

    def _show_story(self) -> None:
        done = self._scene.story.done
        for key, step in self._steps.items():
            set_class(step, "done", key in done)
            if key in done:
                set_attribute(step, "title", self._scene.say("story.done"))
        set_text(self._progress, self._scene.say("story.progress", done=len(done), total=len(STEPS)))

    def _show_trail(self) -> None:
        trail = self._scene.trail
        set_text(self._who, self._scene.actor())
        at = calendar.local(trail.at)
        for stage, (whole, text, passed) in self._stages.items():
            step = trail.steps.get(stage)
            set_class(whole, "reached", step is not None)
            if step is not None:
                said = self._scene.say(f"trail.{stage}", at=at.strftime("%H:%M:%S"), count=step.count)
                set_text(text, said)
                set_text(passed, self._scene.say("trail.passed", ms=max(1, round(step.last))))
