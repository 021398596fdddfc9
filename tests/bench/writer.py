"""A whole city's jobs: for how long each holds the one writer, in parts as they are run and as one pass for all.

python -m tests.bench.writer --wards 1000 --secretaries 20 --households 5000
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date, datetime
from datetime import time as clock_time
from pathlib import Path
from shutil import copyfile
from typing import Any

from bot.core import calendar
from bot.core.ids import Ids
from bot.core.job import Due, Job
from bot.engine import load_texts
from handlers.dialogue.visit import Desk
from handlers.figures.escalation import escalation_jobs
from handlers.notices import meetings
from handlers.reminding.reminders import reminder_jobs
from storage.database import Database, Tx, open_plain, transaction
from tests.bench.history import Size, make
from tests.clock import FrozenClock
from tests.house import WARD

QUIET = clock_time(10)
MONDAY = date(2021, 3, 22)
AFTER = date(2021, 3, 29)  # the Monday after the deadline
HELD_AT = datetime(2021, 3, 23, 19, 30)  # the meeting


@dataclass(frozen=True, slots=True, kw_only=True)
class City:
    """How large it is."""

    wards: int
    secretaries: int  # in each ward
    households: int  # invited to one meeting


def people(path: Path, city: City) -> None:
    """A secretary in each of so many units of each ward, a leader of the ward, and a meeting of so many households."""
    with closing(open_plain(path)) as connection, transaction(connection) as tx:
        for number in range(city.wards):
            _person(tx, f"L{number}", f"P{number}", "leader")
            for unit in range(city.secretaries):
                _person(tx, f"S{number}C{unit}", f"P{number}C{unit}", "secretary")
        tx.execute("UPDATE models SET state = 'withdrawn' WHERE number % 2 = 1")  # every second unit owes one
        _meeting(tx, city.households)


def _person(tx: Tx, person_id: str, unit_id: str, role: str) -> None:
    tx.execute("INSERT INTO people (person_id, name, created_at) VALUES (?, 'Người (giả định)', 0)", (person_id,))
    tx.execute(
        "INSERT INTO accounts (channel, account, chat, person_id, joined_at) VALUES ('telegram', ?, ?, ?, 0)",
        (person_id, person_id, person_id),
    )
    tx.execute(
        "INSERT INTO memberships (membership_id, person_id, unit_id, role, since) VALUES (?, ?, ?, ?, 0)",
        (person_id, person_id, unit_id, role),
    )
    tx.execute(
        "INSERT INTO consents (consent_id, person_id, purpose, text_version, channel, given_at)"
        " VALUES (?, ?, 'messages', '1', 'telegram', 0)",
        (person_id, person_id),
    )


def _meeting(tx: Tx, households: int) -> None:
    for number in range(households):
        home = f"G{number}"
        tx.execute(
            "INSERT INTO households (household_id, unit_id, head_name, address, neighborhood_group)"
            " VALUES (?, 'P0', 'Chủ hộ (giả định)', '', 'Tổ 1')",
            (home,),
        )
        _person(tx, home, "P0", "resident")
        tx.execute("INSERT INTO household_members (household_id, person_id, since) VALUES (?, ?, 0)", (home, home))
    tx.execute(
        "INSERT INTO meetings (meeting_id, unit_id, neighborhood_group, topic, moment, place, author_id, draft,"
        " created_at) VALUES ('M', 'P0', 'Tổ 1', 'Họp tổ', ?, 'Nhà văn hóa', 'L0', 'M', 0)",
        (HELD_AT.isoformat(timespec="minutes"),),
    )


async def held(path: Path, job: Job, due: Due, *, whole: bool) -> dict[str, float]:
    """For how long a job holds the writer on a copy of the city: part by part, or all parts in one transaction."""
    copy = path.with_suffix(".copy")
    await asyncio.to_thread(copyfile, path, copy)
    database = await Database.open(copy)
    began = time.perf_counter()
    found = await database.look(job.parts, due)
    beside, taken = time.perf_counter() - began, []
    for some in [list(found)] if whole else [[part] for part in found]:
        began = time.perf_counter()
        await database.write(_do, job, due, some)
        taken.append(time.perf_counter() - began)
    messages = await database.read(lambda tx: tx.execute("SELECT COUNT(*) AS n FROM outbox").fetchone()["n"])
    await database.close()
    return {
        "transactions": len(taken), "longest_ms": round(max(taken, default=0) * 1000, 1),
        "all_ms": round(sum(taken) * 1000), "beside_ms": round(beside * 1000), "messages": messages,
    }  # fmt: skip


def _do(tx: Tx, job: Job, due: Due, parts: Sequence[str]) -> None:
    for part in parts:
        job.run(tx, replace(due, part=part))


def _due(day: date, hour: clock_time) -> Due:
    at = calendar.at(day, hour)
    return Due(day=day, due_at=at, now=at)


def runs_of(desk: Desk) -> list[tuple[str, Job, Due]]:
    """The jobs that are for many, each on a day on which it has most to say; one of an hour that nobody asked for."""
    by_hour = {job.at(MONDAY): job for job in reminder_jobs(desk)}
    usual = desk.ward.reminder_at
    return [
        ("reminders, a Monday", by_hour[usual], _due(MONDAY, usual)),
        ("reminders, an hour that nobody asked for", by_hour[QUIET], _due(MONDAY, QUIET)),
        ("escalation", escalation_jobs(desk)[0], _due(AFTER, clock_time(8, 30))),
        ("a meeting", meetings.reminder(desk), _due(MONDAY, usual)),
    ]


async def measure(city: City) -> list[dict[str, Any]]:
    """Each job in parts and whole, and how much longer it would hold the writer."""
    rows = []
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        path = Path(folder) / "city.db"
        await asyncio.to_thread(make, path, Size(wards=city.wards, years=1))
        await asyncio.to_thread(people, path, city)
        now = FrozenClock(calendar.at(MONDAY, WARD.reminder_at))
        desk = Desk(texts=load_texts(), ids=Ids(now), ward=WARD)
        for name, job, due in runs_of(desk):
            parts, whole = [await held(path, job, due, whole=one) for one in (False, True)]
            ratio = round(whole["longest_ms"] / parts["longest_ms"], 1) if parts["longest_ms"] else 1.0
            rows.append({"job": name, **parts, "whole_ms": whole["longest_ms"], "ratio": ratio})
    return rows


def main() -> None:
    """Print the rows as JSON."""
    parser = argparse.ArgumentParser(prog="tests.bench.writer", description=__doc__)
    for name, usual in (("wards", 1000), ("secretaries", 20), ("households", 5000)):
        parser.add_argument(f"--{name}", type=int, default=usual)
    told = parser.parse_args()
    city = City(wards=told.wards, secretaries=told.secretaries, households=told.households)
    sys.stdout.write(json.dumps(asyncio.run(measure(city)), indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
