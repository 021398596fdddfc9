"""Plain elements for the page. People's words only ever become text nodes, never markup."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from nicegui import ui
from nicegui.elements.mixins.text_element import TextElement
from nicegui.events import GenericEventArguments

from bot.core.message import bold_runs

Act = Callable[[], Awaitable[None] | None]


def tag(name: str, text: str = "", css: str = "", **attributes: str) -> TextElement:
    """An element with text; `data_testid="x"` becomes data-testid="x"."""
    element = TextElement(tag=name, text=text)
    if css:
        element.classes(css)
    for key, value in attributes.items():
        element.props[key.replace("_", "-")] = value
    return element


def button(text: str, css: str, act: Act, **attributes: str) -> TextElement:
    """A native button."""
    element = tag("button", text, css, type="button", **attributes)
    element.on("click", lambda _event: act(), args=[])
    return element


def set_attribute(element: ui.element, name: str, value: str) -> None:
    """Change an attribute, and tell browsers only when it is another."""
    if element.props.get(name) != value:
        element.props[name] = value


def set_text(element: TextElement, text: str) -> None:
    """Change a text, and tell browsers only when it is another."""
    if element.text != text:
        element.text = text


def set_class(element: ui.element, name: str, wanted: bool) -> None:
    """Have a class or not, and tell browsers only when that changes."""
    if (name in element.classes) != wanted:
        element.classes(add=name if wanted else "", remove="" if wanted else name)


def words(text: str) -> None:
    """A message's text with its bold parts, each a text node."""
    with tag("div", css="words"):
        for run, bold in bold_runs(text):
            tag("b" if bold else "span", run)


def given(event: GenericEventArguments, key: str) -> str:
    """A text that the browser sent along with an event; anything else is nothing."""
    sent: Any = event.args
    value = sent.get(key, "") if isinstance(sent, dict) else ""
    return value if isinstance(value, str) else ""
