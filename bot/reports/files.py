"""The files about figures: what somebody may see is chosen in a turn and kept as data; the file is drawn at delivery.

`Asked` says which file; `attachment_for` reads what it needs and keeps it as JSON values; the drawers in
`bot.reports.drawers` make the same file of the same values whenever they are asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from bot.core.message import Attachment
from bot.core.periods import Period, Span, ending
from bot.core.small_cells import FEWEST
from bot.core.texts import Texts
from bot.reports import pictures
from bot.reports.drawings import Picture, drawing_of, fields_drawing
from bot.reports.letters import LAYOUTS, Head, LayoutBroken, layout_of, letter, values_of
from bot.reports.material import Material, gather
from bot.reports.tables import all_tables
from bot.reports.workbook import workbook_data
from storage.database import Tx
from storage.registers import registers
from storage.statistics import seen


class Form(StrEnum):
    """What kind of file; the value is its ending."""

    WORKBOOK = "xlsx"
    LETTER = "docx"
    PICTURE = "png"


MIMES: Mapping[Form, str] = {
    Form.WORKBOOK: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Form.LETTER: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Form.PICTURE: "image/png",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A file about a scope (checked by whoever asks) and a period; `head` is a letter's, `picture` a picture's."""

    form: Form
    scope: str
    period: Period
    head: Head = Head.GOVERNMENT
    picture: Picture = Picture.FIELDS
    fewest: int = FEWEST  # households below which a count is not told to whoever gets the file

    @property
    def file_name(self) -> str:
        """What the file is called on somebody's disk; letters that every system takes."""
        which = {Form.LETTER: f"_{self.head}", Form.PICTURE: f"_{self.picture}", Form.WORKBOOK: ""}[self.form]
        scope = "".join(letter for letter in self.scope if letter.isalnum() or letter in "-_")
        return f"dan-van-kheo_{scope}_{self.period.span}_{self.period.last}{which}.{self.form}"


def attachment_for(tx: Tx, asked: Asked, texts: Texts, *, by: str, now: int) -> Attachment:
    """The file as it would be now, ready to be kept and drawn later."""
    makers = {Form.WORKBOOK: _workbook, Form.LETTER: _letter, Form.PICTURE: _picture}
    return Attachment(
        recipe=asked.form.name.lower(),
        data=makers[asked.form](tx, asked, gather(tx, asked.scope, asked.period, by, now, asked.fewest), texts),
        name=asked.file_name,
        mime=MIMES[asked.form],
    )


def _workbook(tx: Tx, asked: Asked, material: Material, texts: Texts) -> dict[str, Any]:
    rows = seen(tx, registers, asked.scope, asked.period.last)
    return workbook_data(material, all_tables(material.report, rows, texts), texts)


def _picture(_tx: Tx, asked: Asked, material: Material, texts: Texts) -> dict[str, Any]:
    return pictures.to_json(drawing_of(asked.picture, material.report, texts))


def _letter(_tx: Tx, asked: Asked, material: Material, texts: Texts) -> dict[str, Any]:
    return {
        "layout": layout_of(asked.period.span, asked.head).name,
        "values": values_of(material, texts),
        "chart": pictures.to_json(fields_drawing(material.report, texts)),
        "at": material.at,
    }


def broken_layouts(tx: Tx, scope: str, day: date, texts: Texts, folder: Path = LAYOUTS) -> list[LayoutBroken]:
    """What is wrong with the layouts of a folder, each tried on the figures of a scope and a day."""
    broken = []
    for span in Span:
        material = gather(tx, scope, ending(span, day), "", 0)
        values, chart = values_of(material, texts), pictures.draw(fields_drawing(material.report, texts))
        for head in Head:
            try:
                letter(layout_of(span, head, folder), values, chart, at=0)
            except LayoutBroken as error:
                broken.append(error)
    return broken
