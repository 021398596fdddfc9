"""A notice for those without a chat: as it is read over the loudspeaker, and as a poster. Neither names a household."""

from __future__ import annotations

from dataclasses import replace

from bot.core import calendar, figures
from bot.core.aloud import aloud, digit_words
from bot.core.message import Attachment
from bot.core.texts import Words, harmless
from handlers.dialogue.visit import POSTER, Visit
from handlers.notices.ledger_files import DOCX
from handlers.notices.notice_previews import open_choice
from handlers.notices.notice_wording import kind_name, limit_words, time_words
from handlers.subject import Replies
from storage.notices import Sheet


def loudspeaker(visit: Visit, sheet: Sheet) -> Replies:
    """A short text to be read aloud, its days, hours and numbers in words."""
    desk = visit.desk
    spoken = visit.say(
        "notice_aloud.spoken",
        ward_name=desk.ward.name,
        kind=kind_name(desk, sheet.kind),
        project=aloud(sheet.project_name),
        time=aloud(time_words(desk, sheet.meets_at)),
        place=aloud(sheet.place),
        content=aloud(str(harmless(sheet.content))),
        phone=digit_words(desk.ward.phone),
    )
    return [visit.reply(visit.say("notice_aloud.loudspeaker", spoken=spoken, sheet=sheet), [open_choice(sheet)])]


def poster(visit: Visit, sheet: Sheet) -> Replies:
    """A page to be put up, with a QR code that leads to us, or keeps the number of the notice and of the telephone."""
    shown = visit.answer("notice_aloud.poster", [open_choice(sheet)], sheet=sheet)
    return [replace(shown, attachment=poster_file(visit, sheet))]


def poster_file(visit: Visit, sheet: Sheet) -> Attachment:
    """Everything that stands on the poster."""
    desk = visit.desk
    link = desk.door(f"{POSTER}{sheet.project_id}")
    day = calendar.local(sheet.published_at or visit.now).date()
    values = {
        "phuong": desk.ward.name,
        "loai": kind_name(desk, sheet.kind),
        "du_an": sheet.project_name,
        "cac_doan": _paragraphs(visit, sheet),
        "thong_bao": sheet.code,
        "ngay": figures.dated(day),
        "loi_qr": desk.say("notice_aloud.qr_leads" if link else "notice_aloud.qr_keeps"),
        "dien_thoai": desk.ward.phone,
    }
    qr = link or desk.say("notice_aloud.qr", sheet=sheet, kind=values["loai"])
    data = {"layout": "ap_phich.docx", "values": values, "qr": qr, "at": visit.now}
    return Attachment(recipe="filled", data=data, name=f"ap-phich-{sheet.code}.docx".lower(), mime=DOCX)


def _paragraphs(visit: Visit, sheet: Sheet) -> list[str]:
    said: list[Words | str] = [
        visit.say("notice_aloud.time", time=time_words(visit.desk, sheet.meets_at)) if sheet.meets_at else "",
        visit.say("notice_aloud.place", place=sheet.place) if sheet.place else "",
        sheet.content,
        visit.say("notice_aloud.limits", limits=limit_words(visit.desk, sheet.legal)) if sheet.legal else "",
    ]
    return [str(one) for one in said if one]
