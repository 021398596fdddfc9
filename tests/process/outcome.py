"""What a flow came to, without what no two runs share: identifiers, instants, codes drawn by chance."""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.core.message import BOLD_OFF, BOLD_ON
from storage.jobs import LAST_SWEEP
from tests.fakes.telegram import FakeTelegram
from tests.house import looked_at
from tests.process.truth import DOUBT, ONCE

ULID = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")
INSTANT = 10**12  # milliseconds: whatever is larger is a moment of our days
HOW_IT_WENT = {
    "inbox",
    "outbox",
    "holds",
    "links",
    "silent_channels",
    "channel_months",
    "sqlite_sequence",
    "dashboard_links",
}
"""Tables that tell how messages found their way, not what became of the ward's records."""
DOUBTS = (DOUBT, "không chắc đã tới người nhận")
"""What is said of a summary that may be missing, to its reader and to the administrator."""
ON_THE_WAY = {"told", "attempts"}
"""Of how many quarters of a sending its author was told: as many as there was time for; how often a photo was tried."""
Rows = Counter[str]


WAITING = {
    "updates": "SELECT COUNT(*) AS n FROM inbox WHERE state = 'received'",
    "portions": "SELECT COUNT(*) AS n FROM notice_sendings WHERE reported_at IS NULL",
    "messages": "SELECT COUNT(*) AS n FROM outbox WHERE state IN ('queued', 'sending')",
    "photos": "SELECT COUNT(*) AS n FROM media WHERE state = 'wanted'",
}


def what_waits(connection: sqlite3.Connection, since: int) -> dict[str, int]:
    """What is not answered, sent, delivered or fetched, and whether the jobs were not looked at since then."""
    found = {name: int(connection.execute(query).fetchone()["n"]) for name, query in WAITING.items()}
    swept = connection.execute("SELECT at FROM marks WHERE name = ?", (LAST_SWEEP,)).fetchone()
    found["sweeps"] = int(swept is None or swept["at"] < since)
    return {name: count for name, count in found.items() if count}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The records, table by table, and what was said to whom."""

    records: dict[str, Rows]
    said: Rows

    @staticmethod
    def nothing() -> Outcome:
        """Before anything was done."""
        return Outcome(records={}, said=Counter())

    def against(self, expected: Outcome) -> list[str]:
        """Where it is not what was expected, in words."""
        tables = {**self.records, "what was said": self.said}
        wanted = {**expected.records, "what was said": expected.said}
        return [
            f"{name}: {dict(tables[name] - rows)} more, {dict(rows - tables[name])} less"
            for name, rows in wanted.items()
            if tables[name] != rows
        ]


def outcome(path: Path) -> Outcome:
    """What the file holds."""
    with closing(looked_at(path)) as connection:
        names = [row["name"] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        records = {name: _rows(connection, name) for name in names if name not in HOW_IT_WENT}
        said = Counter(
            _plain([row["chat"], row["lane"], row["body"]])
            for row in connection.execute("SELECT * FROM outbox WHERE supersedes IS NULL")
            if not any(doubt in row["body"] for doubt in DOUBTS)
        )
    return Outcome(records=records, said=said)


def _rows(connection: sqlite3.Connection, table: str) -> Rows:
    rows = connection.execute(f"SELECT * FROM {table}").fetchall()
    kept = [{name: value for name, value in row.items() if name not in ON_THE_WAY} for row in rows]
    return Counter(_plain(list(row.values())) for row in kept if row.get("job") != "in_doubt")


def _plain(value: Any) -> str:
    values = [_still(each) for each in value]
    return ULID.sub("*", json.dumps(values, ensure_ascii=False, default=str))


def _still(value: Any) -> Any:
    return "then" if isinstance(value, int) and value > INSTANT else value


def check_whole(path: Path) -> None:
    """The file is sound."""
    with closing(looked_at(path)) as connection:
        assert [next(iter(row.values())) for row in connection.execute("PRAGMA integrity_check")] == ["ok"]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def check_kept(path: Path, fake: FakeTelegram) -> None:
    """Whatever the platform considers delivered is on the disk, once."""
    with closing(looked_at(path)) as connection:
        rows = connection.execute("SELECT update_key, state FROM inbox").fetchall()
    assert {row["state"] for row in rows} <= {"received", "done"}
    kept = Counter(row["update_key"] for row in rows)
    wrong = [update.id for update in fake.ledger.confirmed if kept[str(update.id)] != 1]
    assert not wrong, f"confirmed, and not kept once: {wrong}"
    assert not fake.ledger.lost


def check_nothing_made_up(path: Path, fake: FakeTelegram) -> None:
    """Nobody was told anything that is not on the disk."""
    with closing(looked_at(path)) as connection:
        rows = connection.execute("SELECT chat, body FROM outbox").fetchall()
    known = {(int(row["chat"]), _words(row["body"])) for row in rows}
    made_up = [message for message in fake.ledger.messages if (message.chat, message.text) not in known]
    assert not made_up, f"told, and not on the disk: {[message.text for message in made_up]}"


def in_flight(path: Path) -> int:
    """How many replies and notices a dead process was sending."""
    with closing(looked_at(path)) as connection:
        rows = connection.execute("SELECT lane FROM outbox WHERE state = 'sending'").fetchall()
    return sum(row["lane"] not in ONCE for row in rows)


def check_arrived(path: Path, fake: FakeTelegram, since: int) -> int:
    """Each message that was queued since then arrived, a summary or reminder never twice; copies too many of others.

    A summary that may be missing is listed as in doubt, and its reader was told.
    """
    arrived = Counter((message.chat, message.text) for message in fake.ledger.messages)
    wanted: Counter[tuple[int, str]] = Counter()
    for row in _queued(path, since):
        key = (int(row["chat"]), _words(row["body"]))
        wanted[key] += row["state"] == "sent"
        if row["lane"] in ONCE:
            assert arrived[key] <= 1, f"a summary or reminder twice: {key}"
            assert row["state"] == "sent" or (row["state"] == "in_doubt" and _told(fake, key[0])), row
    never = [key for key, times in wanted.items() if arrived[key] < times]
    assert not never, f"marked as sent, never arrived: {never}"
    return sum(arrived[key] - times for key, times in wanted.items() if times)


def tried_again(path: Path, since: int) -> int:
    """How often a reply or notice was sent once more, because nobody could know whether it had arrived."""
    return sum(max(0, row["attempts"] - 1) for row in _queued(path, since) if row["lane"] not in ONCE)


def _queued(path: Path, since: int) -> list[dict[str, Any]]:
    """What was to be said since then; how a notice stands on its way is said over and over."""
    query = "SELECT * FROM outbox WHERE created_at >= ? AND COALESCE(supersedes, '') NOT LIKE 'progress:%'"
    with closing(looked_at(path)) as connection:
        return connection.execute(query, (since,)).fetchall()


def _told(fake: FakeTelegram, chat: int) -> bool:
    return any(DOUBT in message.text for message in fake.ledger.messages if message.chat == chat)


def _words(body: str) -> str:
    return str(json.loads(body)["text"]).replace(BOLD_ON, "").replace(BOLD_OFF, "").strip()
