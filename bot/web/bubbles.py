"""One message of a chat on the page: the words, the hour, and the buttons under it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from nicegui import ui

from bot.core import calendar
from bot.core.figures import decimal, timed
from bot.core.message import Choice, Lane
from bot.web.mailbox import Bubble, label_of
from bot.web.scene import Scene
from bot.web.widgets import button, tag, words

Press = Callable[[str], Awaitable[None]]
MEGABYTE = 1024 * 1024


def draw(scene: Scene, bubble: Bubble, history: Sequence[Bubble], press: Press) -> ui.element:
    """The element of a bubble."""
    unasked = " unasked" if bubble.ours and bubble.lane is not Lane.REPLY else ""
    with tag("div", css=f"row {'ours' if bubble.ours else 'mine'}{unasked}") as row:
        with tag("div", css="bubble", data_testid="ours" if bubble.ours else "mine"):
            words(_text(scene, bubble, history), scene.house.desk.ward.address if bubble.ours else "")
            _attachment(bubble)
            tag("time", timed(calendar.local(bubble.at)))
        _buttons(bubble.choices, "choice", press)
        _buttons(bubble.controls, "control", press)
    return row


def _text(scene: Scene, bubble: Bubble, history: Sequence[Bubble]) -> str:
    if bubble.pressed:
        return label_of(history, bubble.pressed) or scene.say("phone.pressed")
    if bubble.photo:
        return scene.say("phone.photo_sent", size=decimal(f"{bubble.photo / MEGABYTE:.1f}"))
    return bubble.text


def _attachment(bubble: Bubble) -> None:
    attachment = bubble.attachment
    if attachment is None or not bubble.link:
        return
    if attachment.is_picture:
        tag("img", src=bubble.link, alt=attachment.name, css="picture", data_testid="picture")
    else:
        tag("a", attachment.name, href=bubble.link, data_testid="document")


def _buttons(choices: Sequence[Choice], css: str, press: Press) -> None:
    if choices:
        with tag("div", css=f"{css}s"):
            for choice in choices:
                _button(choice, css, press)


def _button(choice: Choice, css: str, press: Press) -> None:
    button(choice.label, css, lambda: press(choice.data), data_testid=css)
