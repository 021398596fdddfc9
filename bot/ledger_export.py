"""`export --ledger`: what each household was told, answered and was served on paper, as files for the office."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot import app as house
from bot.core import calendar
from bot.core.ids import Ids
from bot.reports.drawers import DRAWERS
from bot.reports.plain import csv_file
from bot.runtime.clock import wall_clock
from bot.terminal import TEXTS, Told, tell
from handlers.dialogue.visit import Desk
from handlers.notices.ledger_files import MOST, heads_of, moment_words, rows_of, signing_list, together, version_words
from storage import ledger, notices
from storage.campaign import Unit
from storage.database import Tx
from storage.notices import Sheet

MOST_NOTICES = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The files that are asked for, and of which notice; "" is all."""

    notice: str
    excel: Path | None
    word: Path | None
    csv: Path | None
    as_json: Path | None


def export_ledger(tx: Tx, scope: Unit, wanted: Wanted) -> None:
    """Write the files. Raises Told."""
    if not (wanted.excel or wanted.word or wanted.csv or wanted.as_json):
        raise Told(TEXTS.say("cli.ledger.what"))
    sheets = _sheets(tx, scope, wanted)
    desk = Desk(
        texts=TEXTS, ids=Ids(wall_clock), ward=replace(house.DEMO_WARD, name=scope.name)
    )  # only its name is said
    makers = ((wanted.excel, _excel), (wanted.word, _word), (wanted.csv, _csv), (wanted.as_json, _json))
    for path, make in makers:
        if path:
            _write(path, make(tx, desk, scope, sheets))
    tell(TEXTS.say("cli.ledger.names"))


def _sheets(tx: Tx, scope: Unit, wanted: Wanted) -> list[Sheet]:
    """The notices of a scope, or the versions of the one that is named; a signed list is of one."""
    issued = notices.issued(tx, scope.unit_id, MOST_NOTICES)
    known = list(dict.fromkeys(sheet.code for sheet in issued))
    if not issued:
        raise Told(TEXTS.say("cli.ledger.none", scope=scope))
    if wanted.word and not wanted.notice:
        raise Told(TEXTS.say("cli.ledger.one", known=known))
    if wanted.notice and wanted.notice not in known:
        raise Told(TEXTS.say("cli.ledger.unknown", scope=scope, code=wanted.notice, known=known))
    return [sheet for sheet in issued if wanted.notice in ("", sheet.code)]


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError:
        raise Told(TEXTS.say("cli.cannot_write", path=path)) from None
    tell(TEXTS.say("cli.written", path=path))


def _excel(tx: Tx, desk: Desk, scope: Unit, sheets: Sequence[Sheet]) -> bytes:
    now = wall_clock()
    said = {"phuong": scope.name, "lap_luc": moment_words(now), "nguoi_lap": TEXTS.say("cli.by_command")}
    about = [[TEXTS.say(f"ledger.about.{key}"), words] for key, words in said.items()]
    table = together(tx, desk, sheets, scope.unit_id)
    return DRAWERS["workbook"]({"name": TEXTS.say("ledger.about_name"), "about": about, "tables": [table], "at": now})


def _word(tx: Tx, desk: Desk, scope: Unit, sheets: Sequence[Sheet]) -> bytes:
    """The signed list of the newest version."""
    file = signing_list(tx, desk, sheets[0], scope.unit_id, TEXTS.say("cli.by_command"), wall_clock())
    return DRAWERS[file.recipe](file.data)


def _csv(tx: Tx, desk: Desk, scope: Unit, sheets: Sequence[Sheet]) -> bytes:
    heads = [TEXTS.say("ledger.head.notice"), *(head["head"] for head in heads_of(desk))]
    rows = ((version_words(desk, sheet), *row) for sheet in sheets for row in rows_of(tx, desk, sheet, scope.unit_id))
    return csv_file([heads, *rows])


def _json(tx: Tx, _desk: Desk, scope: Unit, sheets: Sequence[Sheet]) -> bytes:
    """For programs: each household of each version with its facts, instants as ISO."""
    told = [_notice(tx, sheet, scope.unit_id) for sheet in sheets]
    return (json.dumps(told, ensure_ascii=False, indent=2) + "\n").encode()


def _notice(tx: Tx, sheet: Sheet, scope: str) -> dict[str, Any]:
    facts: dict[str, list[dict[str, str]]] = {}
    for fact in (*ledger.deliveries(tx, sheet.notice_id), *ledger.answers(tx, sheet.notice_id)):
        said = {"what": fact.what, "at": _iso(fact.at), "channel": fact.channel, "by": fact.person_name}
        facts.setdefault(fact.recipient_id, []).append(said)
    for served in ledger.services(tx, sheet.notice_id):
        said = {"what": served.what, "at": served.served_at, "channel": "paper", "by": served.person_name}
        facts.setdefault(served.recipient_id, []).append(said)
    return {
        "code": sheet.code,
        "version": sheet.number,
        "kind": sheet.kind,
        "project": sheet.project_id,
        "state": sheet.state,
        "published_at": _iso(sheet.published_at) if sheet.published_at else None,
        "households": [
            {
                "household": line.household_id, "head_name": line.head_name, "address": line.address,
                "group": line.neighborhood_group, "standing": line.standing, "facts": facts.get(line.recipient_id, []),
            }
            for line in ledger.lines(tx, sheet.notice_id, scope, most=MOST)
        ],
    }  # fmt: skip


def _iso(instant: int) -> str:
    return calendar.local(instant).isoformat(timespec="seconds")
