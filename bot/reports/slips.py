"""Printed slips by which a household's people join: a Word layout that a clerk can edit, several on an A4 page."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

import segno
from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage
from jinja2 import StrictUndefined, TemplateError, UndefinedError
from jinja2.exceptions import SecurityError
from jinja2.sandbox import SandboxedEnvironment

QR_WIDTH = Mm(30)
_NAMED = re.compile(r"'([^']+)'")


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """What a slip says: the layout's placeholders are {{ slip.… }} with these names, and {{ slip.qr }}."""

    household_id: str
    head_name: str
    address: str
    neighborhood_group: str
    plots: str
    code: str
    link: str  # "" where no channel has links: the picture then holds the code
    until: str


class BrokenLayout(Exception):
    """The layout can't be filled: `reason` is a key of the texts under cli.layout, `placeholder` where it stumbles."""

    def __init__(self, reason: str, placeholder: str = "") -> None:
        super().__init__(f"{reason} {placeholder}".strip())
        self.reason = reason
        self.placeholder = placeholder


def slips_document(layout: Path, slips: Sequence[Slip], ward: str, step: Callable[[], None] = lambda: None) -> bytes:
    """The slips, two side by side. Raises BrokenLayout, naming the placeholder that nobody knows."""
    try:
        document = DocxTemplate(layout)
        document.init_docx()
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as fault:
        raise BrokenLayout("unreadable") from fault
    filled = [_filled(document, slip, step) for slip in slips]
    pairs = [{"left": left, "right": right} for left, right in zip_longest(filled[::2], filled[1::2])]
    environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
    try:
        document.render({"pairs": pairs, "ward": ward}, environment)
    except TemplateError as fault:
        raise _broken(fault) from fault
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _broken(fault: Exception) -> BrokenLayout:
    named = _NAMED.findall(str(fault))
    reason = "unknown_placeholder" if isinstance(fault, UndefinedError) else "broken_placeholder"
    at = 0 if isinstance(fault, SecurityError) else -1
    return BrokenLayout(reason, named[at] if named else str(fault))


def _filled(document: DocxTemplate, slip: Slip, step: Callable[[], None]) -> dict[str, Any]:
    picture = io.BytesIO()
    segno.make(slip.link or slip.code, error="m").save(picture, kind="png", scale=4, border=2)
    picture.seek(0)
    step()
    words = {name: getattr(slip, name) for name in Slip.__dataclass_fields__}
    return {**words, "qr": InlineImage(document, picture, width=QR_WIDTH)}
