"""Official letters in Word: a layout that a clerk edits, filled with the figures. Always a draft, never signed.

The names that a layout may use are the keys of `values_of`; docs/quan-tri.md lists them for those who edit layouts.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError
from jinja2.runtime import LoopContext
from jinja2.sandbox import SandboxedEnvironment

from bot.core import figures
from bot.core.calendar import local
from bot.core.periods import Span
from bot.core.texts import Texts, capital, uncapital
from bot.reports.material import Material
from bot.reports.steady import steady
from storage.statistics import CLEARANCE, Comparison, DayFigures, FieldCount

LAYOUTS = Path(__file__).parent.parent.parent / "templates" / "documents"
CHART_WIDTH = 125  # millimetres
FIRST_MONTHS, FIRST_DAYS = 3, 10  # months and days before these are written with a zero
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class Head(StrEnum):
    """In whose form a letter is written: the government's or the Party's, never a mixture."""

    GOVERNMENT = "ubnd"
    PARTY = "dang"


class LayoutBroken(Exception):
    """A layout can't be filled; `reason` names the sentence (`letter.broken.…`), `detail` is what to look for."""

    def __init__(self, path: Path, reason: str, detail: str = "") -> None:
        super().__init__(f"{path.name}: {reason} {detail}".strip())
        self.path = path
        self.reason = reason
        self.detail = detail


NAMES = {Span.DAY: "bao_cao_ngay", Span.WEEK: "bao_cao_tuan", Span.MONTH: "bao_cao_thang"}


def layout_of(span: Span, head: Head, folder: Path = LAYOUTS) -> Path:
    """The file that a clerk edits."""
    return folder / f"{NAMES[span]}_{head}.docx"


class _Layouts(SandboxedEnvironment):
    """A layout sees words and lists of words: no attribute of anything but its own loop."""

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        return isinstance(obj, LoopContext) and super().is_safe_attribute(obj, attr, value)


def letter(layout: Path, values: Mapping[str, Any], chart: bytes, *, at: int) -> bytes:
    """The letter as a .docx file, made at a moment. Raises LayoutBroken. To be called off the event loop."""
    from docx.opc.exceptions import PackageNotFoundError
    from docx.shared import Mm
    from docxtpl import DocxTemplate, InlineImage

    if not layout.exists():
        raise LayoutBroken(layout, "missing")
    try:
        document = DocxTemplate(str(layout))
        picture = InlineImage(document, io.BytesIO(chart), width=Mm(CHART_WIDTH))
        words = {name: _printable(value) for name, value in values.items()}
        document.render({**words, "bieu_do": picture}, jinja_env=_environment(), autoescape=True)
        written = io.BytesIO()
        document.save(written)
    except (PackageNotFoundError, BadZipFile, KeyError, ValueError) as error:
        raise LayoutBroken(layout, "not_word") from error
    except TemplateError as error:
        raise _broken(layout, error) from None
    return steady(written.getvalue(), at)


def _environment() -> SandboxedEnvironment:
    return _Layouts(undefined=StrictUndefined, autoescape=True)


def _printable(value: Any) -> Any:
    """Words without what XML refuses; nothing in them is ever compiled."""
    if isinstance(value, str):
        return _UNPRINTABLE.sub("", value)
    if isinstance(value, Mapping):
        return {name: _printable(inner) for name, inner in value.items()}
    return [_printable(inner) for inner in value] if isinstance(value, Sequence) else value


def _broken(layout: Path, error: TemplateError) -> LayoutBroken:
    message = error.message or ""
    quoted = re.findall(r"'([^']*)'", message)
    if isinstance(error, UndefinedError):
        return LayoutBroken(layout, "unknown_name", quoted[-1] if quoted else message)
    if isinstance(error, SecurityError):
        return LayoutBroken(layout, "not_allowed", quoted[0] if quoted else message)
    if isinstance(error, TemplateSyntaxError):
        return LayoutBroken(layout, "bad_form", quoted[0] if quoted else message)
    return LayoutBroken(layout, "bad_form", message)


# What a layout may say -------------------------------------------------------------------------


def values_of(material: Material, texts: Texts) -> dict[str, Any]:
    """Everything by the names that stand in the layouts: words, and tables as lists of rows. "" is nothing to say."""
    return {
        **_heading(material, texts),
        **_registered(material.report.figured, texts),
        **_held(material.report.figured),
        **_of_people(material.report.figured, texts),
        **_lagging(material.report.figured, texts),
        **_within(material.report.compared[0], texts),
        **_lists(material, texts),
    }


def _heading(material: Material, texts: Texts) -> dict[str, Any]:
    period = material.report.period
    made = local(material.at)
    return {
        "don_vi_hoa": material.office.upper(),
        "cap_tren_hoa": material.above.upper(),
        "noi_va_ngay": texts.say("letter.place_and_day", place=material.office, day=_day_long(made.day, FIRST_DAYS),
                                 month=_day_long(made.month, FIRST_MONTHS), year=made.year),
        "lap_luc": material.made_at,
        "nguoi_lap": material.by,
        "Pham_vi": capital(material.report.unit_name),
        "pham_vi": uncapital(material.report.unit_name),
        "nam": str(material.year),
        "tu_ngay": figures.dated(period.first),
        "den_ngay": figures.dated(period.last),
        "trong_ky": texts.say(f"letter.within.{period.span}", first=period.first, last=period.last),
    }  # fmt: skip


def _day_long(number: int, first: int) -> str:
    """A day or month as letters have it: a zero where somebody could add a digit before it."""
    return f"{number:02d}" if number < first else str(number)


def _registered(figured: DayFigures, texts: Texts) -> dict[str, Any]:
    obliged = len(figured.obliged)
    rows = [_field(field, figured, texts) for field in figured.fields]
    for row in rows:
        row["dau_cau"] = "." if row is rows[-1] else "; "
    return {
        "tap_the": figures.counted(figured.collectives),
        "ca_nhan": figures.counted(figured.individuals),
        "co_bat_buoc": "x" if obliged else "",
        "bat_buoc_dang_ky": _of(figured.obliged_registered, obliged),
        "bat_buoc_dang_ky_ty_le": figures.share(figured.obliged_registered, obliged),
        "linh_vuc": rows,
    }


def _of(part: int, whole: int) -> str:
    return f"{figures.counted(part)}/{figures.counted(whole)}"


def _field(field: FieldCount, figured: DayFigures, texts: Texts) -> dict[str, str]:
    row = "voluntary" if field.code == CLEARANCE else "field"
    return {
        "ten": texts.say(f"tables.row.{row}", field=field.name),
        "ten_trong_cau": texts.say(f"letter.in_sentence.{row}", field=field.name),
        "don_vi_tinh": texts.say("tables.measure.owners"),
        "tap_the": _of(field.collectives, figured.collectives),
        "tap_the_ty_le": figures.share(field.collectives, figured.collectives),
        "ca_nhan": _of(field.individuals, figured.individuals),
        "ca_nhan_ty_le": figures.share(field.individuals, figured.individuals),
    }


def _held(figured: DayFigures) -> dict[str, Any]:
    obliged = len(figured.obliged)
    return {
        "so_buoi": figures.counted(figured.sessions),
        "so_buoi_phoi_hop": figures.counted(figured.joint_sessions) if figured.joint_sessions else "",
        "bat_buoc_da_to_chuc": _of(figured.obliged_held, obliged),
        "bat_buoc_da_to_chuc_ty_le": figures.share(figured.obliged_held, obliged),
        "co_chi_bo": "x" if figured.cells else "",
        "nghi_quyet": _of(figured.resolutions, figured.cells),
        "nghi_quyet_ty_le": figures.share(figured.resolutions, figured.cells),
        "chu_tri": [
            {"ten": row.host, "du_an": row.project, "so_buoi": figures.counted(row.held)} for row in figured.hosts
        ],
    }


def _of_people(figured: DayFigures, texts: Texts) -> dict[str, str]:
    """Duties, households and questions: "" where there is none of them."""
    given, done = sum(duty.given for duty in figured.duties), sum(duty.done for duty in figured.duties)
    late, told, asked = sum(duty.late for duty in figured.duties), figured.households, figured.questions
    return {
        "nhiem_vu_xong": figures.ratio(done, given) if given else "",
        "nhiem_vu_muon": figures.counted(late) if late else "",
        "ho_gap": figures.counted(told.met) if told.met else "",
        "ho_dong_y": texts.counted(told.agreed),
        "ho_ban_khoan": texts.counted(told.hesitating),
        "cau_hoi": figures.counted(asked.asked) if asked.asked else "",
        "cau_hoi_cho": figures.counted(asked.open),
        "cau_hoi_qua_han": figures.counted(asked.overdue),
    }


def _lagging(figured: DayFigures, texts: Texts) -> dict[str, Any]:
    missed = [
        texts.say("letter.missed", unit=goal.unit_name, goal=texts.say(f"tables.goal.{goal.measure}"), done=goal)
        for goal in figured.goals_missed
    ]
    return {
        "thieu_mo_hinh": ", ".join(figured.without_model),
        "thieu_buoi": ", ".join(figured.without_session),
        "thieu_bat_buoc": ", ".join(figured.obliged_without_model),
        "chua_dat": "; ".join(missed),
    }


def _within(compared: Comparison, texts: Texts) -> dict[str, Any]:
    now, before = compared.now, compared.before
    return {
        "ky_mo_hinh": figures.counted(now.models),
        "ky_buoi": figures.counted(now.sessions),
        "ky_nguoi_du": figures.counted(now.attendees),
        "ky_thong_bao": figures.counted(now.notices),
        "ky_ho_da_nhan": figures.counted(now.received),
        "ky_ho_can_giai_thich": texts.counted(now.explain),
        "ky_truoc_mo_hinh": figures.counted(before.models),
        "ky_truoc_buoi": figures.counted(before.sessions),
    }


def _lists(material: Material, texts: Texts) -> dict[str, Any]:
    figured = material.report.figured
    obliged = {unit.code: unit.has_model for unit in figured.obliged}
    return {
        "thong_bao": [
            {
                "ma": notice.code,
                "du_an": notice.project_name,
                "so_ho": figures.counted(notice.households),
                "da_nhan": figures.counted(notice.received),
                "can_giai_thich": texts.counted(notice.explain),
                "chua_tra_loi": texts.counted(notice.silent),
            }
            for notice in figured.notices
        ],
        "don_vi": [
            {
                "ten": unit.name,
                "mo_hinh": figures.dated(unit.model_on) if unit.model_on else texts.say("letter.none"),
                "buoi": figures.dated(unit.session_on) if unit.session_on else texts.say("letter.none"),
                "bat_buoc": texts.say(f"tables.obliged.{_owes(obliged.get(unit.code))}"),
            }
            for unit in figured.standings
        ],
    }


def _owes(has_model: bool | None) -> str:
    return "no" if has_model is None else "done" if has_model else "owed"
