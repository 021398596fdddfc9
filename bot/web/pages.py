"""The templates in templates/pages, filled. Everything put into them is text; nothing in it becomes markup."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.core import figures
from bot.core.calendar import local
from bot.core.message import BOLD_OFF, BOLD_ON
from bot.core.texts import Texts, Words
from bot.reports.tables import Kind

PAGES = Path(__file__).parent.parent.parent / "templates" / "pages"
_MARKS = str.maketrans("", "", BOLD_ON + BOLD_OFF)


def _plain(value: Any) -> Any:
    """Words without the marks of the chat's bold letters."""
    return str(value).translate(_MARKS) if isinstance(value, Words) else value


def shown(value: Any, kind: str) -> str:
    """A cell of a table as people read it; what is not known stays empty."""
    if value is None or value == "":
        return ""
    match Kind(kind):
        case Kind.COUNT if isinstance(value, int):  # else it is what is said in the place of a small one
            return figures.grouped(value)
        case Kind.SHARE:
            return figures.share(*value)
        case Kind.DAY:
            return figures.dated(value)
    return str(value)


def moment(instant: int) -> str:
    """An instant as it is written: 17:05, 24/03/2021."""
    return f"{local(instant):%H:%M, %d/%m/%Y}"


class Pages:
    """The pages of the dashboard."""

    def __init__(self, texts: Texts, folder: Path = PAGES) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined,
            finalize=_plain, trim_blocks=True, lstrip_blocks=True,
        )  # fmt: skip
        self._environment.filters.update(
            counted=texts.counted, dated=figures.dated, short_dated=figures.short_dated, moment=moment
        )
        self._environment.globals.update(ratio=figures.ratio, share=figures.share, shown=shown)

    def page(self, name: str, values: dict[str, Any]) -> str:
        """A page, ready for a browser."""
        return self._environment.get_template(f"{name}.html").render(values)
