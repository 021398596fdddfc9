"""Word documents by layouts that a clerk edits (templates/documents), filled with words that are never compiled."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from bot.reports.steady import steady

LAYOUTS = Path(__file__).parent.parent.parent / "templates" / "documents"
QR_WIDTH = 55  # millimetres
_UNPRINTABLE = re.compile("[\x00-\x09\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def filled(data: Mapping[str, Any]) -> bytes:
    """The document of {layout, values, at} and, where it has one, {qr}: the same bytes for the same data."""
    from docx.shared import Mm
    from docxtpl import DocxTemplate, InlineImage

    document = DocxTemplate(str(LAYOUTS / data["layout"]))
    values = {name: printable(value) for name, value in data["values"].items()}
    if "qr" in data:
        values["ma_qr"] = InlineImage(document, io.BytesIO(qr_code(data["qr"])), width=Mm(QR_WIDTH))
    document.render(values, jinja_env=SandboxedEnvironment(undefined=StrictUndefined, autoescape=True), autoescape=True)
    written = io.BytesIO()
    document.save(written)
    return steady(written.getvalue(), data["at"])


def qr_code(words: str) -> bytes:
    """A QR code as PNG."""
    import segno

    picture = io.BytesIO()
    segno.make(words, error="m").save(picture, kind="png", scale=8, border=2)
    return picture.getvalue()


def printable(value: Any) -> Any:
    """Words without what XML refuses; tables and lists of words likewise."""
    if isinstance(value, str):
        return _UNPRINTABLE.sub("", value)
    if isinstance(value, Mapping):
        return {name: printable(inner) for name, inner in value.items()}
    return [printable(inner) for inner in value] if isinstance(value, Sequence) else value
