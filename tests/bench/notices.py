"""A project of 5,000 households: its notice is approved, sent in portions and shown in its ledger, while others wait.

A process of its own on one core; `python -m tests.bench.notices` tells the figures as JSON.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import time
from pathlib import Path

from bot.core.message import Address
from bot.reports.drawers import DRAWERS
from handlers.notices.ledger_files import FILES
from storage import ledger, notices, people
from storage.database import Tx, open_plain, transaction
from tests.house import House

PROJECT = "DE"


def add_households(tx: Tx, house: House, households: int) -> None:
    """Each with a parcel, and every second one with a member on the web chat."""
    for number in range(households):
        home = f"B{number:05d}"
        tx.execute(
            "INSERT INTO households (household_id, unit_id, head_name, address, neighborhood_group, source)"
            " VALUES (?, 'PPL', ?, ?, ?, 'invented')",
            (home, f"Hộ {number} (giả định)", f"Số {number} (giả định)", f"Tổ dân phố {number % 20:02d}"),
        )
        tx.execute(
            "INSERT INTO parcels (household_id, project_id, map_sheet, plot, area_m2, land_type)"
            " VALUES (?, ?, '90', ?, '50.5', 'đất ở')",
            (home, PROJECT, str(number)),
        )
        if number % 2 == 0:
            person_id, account = house.ids.new(), f"b{number}"
            people.add_person(tx, person_id, f"Người {number} (giả định)", house.clock())
            people.add_account(tx, Address(channel="web", chat=account), account, person_id, house.clock())
            people.add_membership(tx, house.ids.new(), person_id, "PPL", "resident", house.clock())
            people.join_household(tx, home, person_id, house.clock())


async def timed(work: object, told: dict[str, float], name: str) -> None:
    """How long something takes, in milliseconds."""
    started = time.perf_counter()
    await work  # type: ignore[misc]
    told[name] = round((time.perf_counter() - started) * 1000, 1)


async def measure(households: int) -> dict[str, float]:
    """Compose, submit, approve, send, and look."""
    told: dict[str, float] = {"households": households}
    house = House(Path(tempfile.mkdtemp())).fill()
    connection = open_plain(house.path)
    with transaction(connection) as tx:
        add_households(tx, house, households - 46)
    connection.close()
    await house.open()
    for words in ("/thongbao", "1", "1", "Kính mời hộ gia đình xem niêm yết."):
        await house.say("canbo", words)
    await timed(house.say("canbo", "bo qua"), told, "card_with_reach_ms")
    await house.press("canbo", "Lưu, xem lại")
    await house.press("canbo", "Trình duyệt")
    await house.press("lanhdao", "Xem thông báo")
    approve = house.web.update("approve", "lanhdao", house.clock(), press=house.button("lanhdao", "Duyệt và gửi").data)
    await house.engine.take(house.web, [approve])
    await timed(house.engine.inbox.answer_waiting(), told, "approval_ms")
    portions = []
    started = time.perf_counter()
    while await house.engine.chores.work():
        portions.append((time.perf_counter() - started) * 1000)
        started = time.perf_counter()
    told |= {
        "portions": len(portions),
        "longest_portion_ms": round(max(portions), 1),
        "all_portions_ms": round(sum(portions), 1),
    }
    await timed(house.settle(), told, "delivery_ms")
    await timed(house.say("canbo", "/sogiaonhan"), told, "ledger_list_ms")
    await timed(house.press("canbo", "TB2021-001"), told, "ledger_page_ms")
    await timed(house.press("canbo", "Hộ còn phải gặp"), told, "silent_by_group_ms")
    await house.close()
    return told | files(house)


def files(house: House) -> dict[str, float]:
    """The files: their data read, and drawn."""
    told: dict[str, float] = {}
    connection = open_plain(house.path)
    sheet = notices.issued(connection, "PPL", 1)[0]
    told["sent"] = ledger.figures(connection, sheet.notice_id).sent
    for which, read in FILES.items():
        started = time.perf_counter()
        file = read(connection, house.engine.desk, sheet, "PPL", "Cán bộ (giả định)", house.clock())
        told[f"{which}_data_ms"] = round((time.perf_counter() - started) * 1000, 1)
        started = time.perf_counter()
        told[f"{which}_kb"] = round(len(DRAWERS[file.recipe](file.data)) / 1024)
        told[f"{which}_drawing_ms"] = round((time.perf_counter() - started) * 1000, 1)
    connection.close()
    return told


def main() -> None:
    """Do it once and tell the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--households", type=int, default=5000)
    sys.stdout.write(json.dumps(asyncio.run(measure(parser.parse_args().households)), indent=2) + "\n")


if __name__ == "__main__":
    main()
