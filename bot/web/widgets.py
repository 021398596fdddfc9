"""Plain elements for the page. People's words only ever become text nodes, never markup."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

from nicegui import ui
from nicegui.elements.mixins.text_element import TextElement
from nicegui.events import GenericEventArguments

from bot.core.message import bold_runs

CODED = "/bang-tin/mo/[0-9A-Z]{26}"
"""The path of a link that the chat hands out."""

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


def words(text: str, address: str = "") -> None:
    """A message's text with its bold parts, each a text node; links of ours below `address` can be opened."""
    with tag("div", css="words"):
        for run, bold in bold_runs(text):
            for piece, linked in linked_pieces(run, address):
                if linked:
                    tag("a", piece, href=piece, target="_blank", rel="noopener", data_testid="link")
                else:
                    tag("b" if bold else "span", piece)


def linked_pieces(text: str, address: str) -> list[tuple[str, bool]]:
    """(words, whether they are a link of ours): one that the program makes, with a code, alone on its line.

    Whatever else looks like an address, also below our own, is somebody's words.
    """
    if not address.startswith(("http://", "https://")):
        return [(text, False)]
    ours = re.compile(rf"^({re.escape(address)}{CODED})$", re.MULTILINE)
    return [(piece, place % 2 == 1) for place, piece in enumerate(ours.split(text)) if piece]


def given(event: GenericEventArguments, key: str) -> str:
    """A text that the browser sent along with an event; anything else is nothing."""
    sent: Any = event.args
    value = sent.get(key, "") if isinstance(sent, dict) else ""
    return value if isinstance(value, str) else ""
