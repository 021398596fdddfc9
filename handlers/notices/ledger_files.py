"""The ledger and the door-to-door sheet as data for a document: everything in it is read here, nothing is drawn."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.core import calendar, figures
from bot.core.message import Attachment
from bot.core.texts import Words
from handlers.delivery.fates import advice, fate
from handlers.dialogue.visit import Desk
from handlers.notices.notice_wording import kind_name
from storage import ledger, notices
from storage.database import Tx
from storage.ledger import TO_SEE, Fact, Line, Served
from storage.notices import Sheet

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MOST = 20_000
"""Households of a notice that go into a file; no ward has more."""
MOST_TOGETHER = 5_000
"""Households of several notices that go into one file, the newest notices first."""
MOST_NOTICES = 50
WIDTHS = {
    "household": 10, "head_name": 30, "address": 36, "group": 18, "sent": 46, "delivered": 46, "received": 46,
    "understood": 46, "explain": 46, "paper": 54, "standing": 26,
}  # fmt: skip


def moment_words(at: int) -> str:
    """ "08:14, 24/03/2021"."""
    then = calendar.local(at)
    return f"{figures.timed(then)}, {figures.dated(then.date())}"


def served_words(desk: Desk, one: Served) -> Words:
    """A service on paper in a line."""
    hour = f"{one.served_at[11:16]}, " if one.served_at[11:] else ""
    return desk.say(
        "ledger.fact.paper",
        way=desk.say(f"paper_service.way.option.{one.what}"),
        when=f"{hour}{figures.dated(one.served_at)}",
        one=one,
    )


def fact_words(desk: Desk, one: Fact) -> Words:
    """What became of a message, or an answer, in a line."""
    channel = desk.say(f"common.channel.{one.channel}")
    why = advice(desk, one.why) if one.what == "failed" else ""
    return desk.say(f"ledger.fact.{one.what}", one=one, at=moment_words(one.at), channel=channel, why=why)


def waiting_words(tx: Tx, desk: Desk, recipient_id: str) -> list[Words]:
    """What is still on its way to a household, a line each, and why it is not there yet."""
    return [
        desk.say(
            "ledger.on_its_way",
            channel=desk.say(f"common.channel.{one.channel}"),
            one=one,
            fate=fate(desk, one.what, one.why),
        )
        for one in ledger.on_their_way(tx, recipient_id)
    ]


def facts_words(tx: Tx, desk: Desk, notice_id: str, recipient_id: str) -> Mapping[str, list[Words]]:
    """The facts of one household, each kind apart and in its order: sent, answered, served on paper."""
    found: defaultdict[str, list[Words]] = defaultdict(list)
    for fact in (*ledger.deliveries(tx, notice_id, recipient_id), *ledger.answers(tx, notice_id, recipient_id)):
        found[fact.recipient_id].append(fact_words(desk, fact))
    for one in ledger.services(tx, notice_id, recipient_id):
        found[one.recipient_id].append(served_words(desk, one))
    return found


def _cells(tx: Tx, desk: Desk, notice_id: str) -> Mapping[tuple[str, str], str]:
    """By household and kind of fact, what a cell says; the latest of each message, every answer, every service."""
    cells: dict[tuple[str, str], str] = {}
    for fact in (*ledger.deliveries(tx, notice_id), *ledger.answers(tx, notice_id)):
        words = desk.say(
            "ledger.cell", channel=desk.say(f"common.channel.{fact.channel}"), one=fact, at=moment_words(fact.at)
        )
        cells[fact.recipient_id, fact.what] = words
    for one in ledger.services(tx, notice_id):
        before = cells.get((one.recipient_id, "paper"))
        words = served_words(desk, one)
        cells[one.recipient_id, "paper"] = f"{before}; {words}" if before else words
    return cells


def rows_of(tx: Tx, desk: Desk, sheet: Sheet, scope: str) -> list[list[str]]:
    """The ledger as rows: a household each, in the columns of WIDTHS."""
    cells = _cells(tx, desk, sheet.notice_id)
    return [_row(desk, line, cells) for line in ledger.lines(tx, sheet.notice_id, scope, most=MOST)]


def _row(desk: Desk, line: Line, cells: Mapping[tuple[str, str], str]) -> list[str]:
    facts = [
        cells.get((line.recipient_id, kind), "")
        for kind in ("sent", "delivered", "received", "understood", "explain", "paper")
    ]
    who = [line.household_id, line.head_name, line.address, line.neighborhood_group]
    return [*who, *facts, desk.say(f"ledger.standing.{line.standing}")]


def heads_of(desk: Desk) -> list[dict[str, Any]]:
    """The columns of WIDTHS as a workbook takes them."""
    return [{"head": desk.say(f"ledger.head.{key}"), "kind": "text", "width": width} for key, width in WIDTHS.items()]


def sheets_together(tx: Tx, scope: str) -> list[Sheet]:
    """The latest notices whose households fit into one file, the newest first; the very latest in any case."""
    fitting: list[Sheet] = []
    room = MOST_TOGETHER
    for sheet in notices.issued(tx, scope, MOST_NOTICES):
        room -= ledger.figures(tx, sheet.notice_id).households
        if fitting and room < 0:
            break
        fitting.append(sheet)
    return fitting


def together(tx: Tx, desk: Desk, sheets: Sequence[Sheet], scope: str) -> dict[str, Any]:
    """The ledgers of several notices as one table of a workbook: a household of a notice each."""
    head = {"head": desk.say("ledger.head.notice"), "kind": "text", "width": 16}
    rows = [[version_words(desk, sheet), *row] for sheet in sheets for row in rows_of(tx, desk, sheet, scope)]
    name = desk.say("ledger.together_name")
    return {"key": "households", "name": name, "columns": [head, *heads_of(desk)], "rows": rows}


def version_words(desk: Desk, sheet: Sheet) -> Words:
    """A notice and which version of it: "TB2021-001, bản sửa lần 2"."""
    return desk.say("ledger.version", sheet=sheet)


def _about(desk: Desk, sheet: Sheet, by: str, now: int) -> dict[str, str]:
    sent_at = moment_words(sheet.published_at) if sheet.published_at else ""
    return {
        "thong_bao": f"{sheet.code}",
        "loai": kind_name(desk, sheet.kind),
        "du_an": sheet.project_name,
        "phuong": desk.ward.name,
        "ban_hanh": sent_at,
        "lap_luc": moment_words(now),
        "nguoi_lap": by,
    }


def workbook(tx: Tx, desk: Desk, sheet: Sheet, scope: str, by: str, now: int) -> Attachment:
    """The ledger as an Excel workbook."""
    about = [[desk.say(f"ledger.about.{key}"), words] for key, words in _about(desk, sheet, by, now).items()]
    name = desk.say("ledger.sheet_name")
    tables = [{"key": "ledger", "name": name, "columns": heads_of(desk), "rows": rows_of(tx, desk, sheet, scope)}]
    data = {"name": desk.say("ledger.about_name"), "about": about, "tables": tables, "at": now}
    return Attachment(recipe="workbook", data=data, name=f"so-giao-nhan-{sheet.code}.xlsx".lower(), mime=XLSX)


def signing_list(tx: Tx, desk: Desk, sheet: Sheet, scope: str, by: str, now: int) -> Attachment:
    """The ledger as the signed list of the paper service, with room for signatures."""
    cells = _cells(tx, desk, sheet.notice_id)
    homes = [
        {
            "stt": str(number), "chu_ho": line.head_name, "dia_chi": line.address, "to": line.neighborhood_group,
            "da_gui": cells.get((line.recipient_id, "sent"), ""),
            "tra_loi": "\n".join(
                desk.say(f"ledger.fact_short.{kind}", cell=cells[line.recipient_id, kind])
                for kind in ("received", "understood", "explain")
                if (line.recipient_id, kind) in cells
            ),
            "giay": cells.get((line.recipient_id, "paper"), ""),
        }
        for number, line in enumerate(ledger.lines(tx, sheet.notice_id, scope, most=MOST), 1)
    ]  # fmt: skip
    return _document(desk, sheet, "danh_sach_ky_nhan", homes, by, now)


def door_sheet(tx: Tx, desk: Desk, sheet: Sheet, scope: str, by: str, now: int) -> Attachment:
    """Who must be seen, to be printed and taken from door to door."""
    found = ledger.lines(tx, sheet.notice_id, scope, standings=TO_SEE, most=MOST)
    homes = [
        {
            "stt": str(number), "chu_ho": line.head_name, "dia_chi": line.address, "to": line.neighborhood_group,
            "ly_do": desk.say(f"ledger.standing.{line.standing}"),
        }
        for number, line in enumerate(sorted(found, key=lambda line: (line.neighborhood_group, line.recipient_id)), 1)
    ]  # fmt: skip
    return _document(desk, sheet, "phieu_den_tung_nha", homes, by, now)


def _document(desk: Desk, sheet: Sheet, layout: str, homes: object, by: str, now: int) -> Attachment:
    values = {**_about(desk, sheet, by, now), "cac_ho": homes}
    data = {"layout": f"{layout}.docx", "values": values, "at": now}
    name = f"{layout.replace('_', '-')}-{sheet.code}.docx".lower()
    return Attachment(recipe="filled", data=data, name=name, mime=DOCX)


FILES: Mapping[str, Callable[[Tx, Desk, Sheet, str, str, int], Attachment]] = {
    "xlsx": workbook,
    "docx": signing_list,
    "sheet": door_sheet,
}
"""The files of a notice's ledger."""
