"""Many more people for a day of kills: each has joined long ago, and does one small thing now and then.

CROWD=1000 is the size by night.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Sequence
from pathlib import Path

from bot.core.ids import Ids
from bot.core.message import Address
from bot.runtime.clock import wall_clock
from storage import people
from storage.database import Tx, open_plain, transaction
from tests.process.product import Invited
from tests.process.town import Somebody

CROWD = int(os.environ.get("CROWD", "12"))
FIRST_CHAT = 500_000
CELLS = ("CB05", "CB06", "CB22")
OF_TEN = ("leader", "secretary", "secretary", *("resident",) * 7)  # who they are, ten by ten


def crowd_of(size: int) -> list[Invited]:
    """Who they are: residents of a household each, secretaries, leaders."""
    return [_one(number, OF_TEN[number % len(OF_TEN)]) for number in range(size)]


def _one(number: int, role: str) -> Invited:
    code = f"DAN-{number:04d}"
    unit = CELLS[number % len(CELLS)] if role == "secretary" else "PPL"
    return Invited(code=code, role=role, unit=unit, name=code, household=code if role == "resident" else "")


def homes_of(crowd: Sequence[Invited]) -> int:
    """How many households a notice reaches beside those of the demo."""
    return sum(bool(one.household) for one in crowd)


def let_in(path: Path, crowd: Sequence[Invited]) -> None:
    """They have joined; each resident's household has a parcel in the project of the dyke road. All invented."""
    connection, ids = open_plain(path), Ids(wall_clock)
    with transaction(connection) as tx:
        for number, one in enumerate(crowd):
            _let_in(tx, ids, one, str(FIRST_CHAT + number))
    connection.close()


def _let_in(tx: Tx, ids: Ids, one: Invited, chat: str) -> None:
    now = wall_clock()
    people.add_person(tx, one.code, f"{one.name} (giả định)", now)
    people.add_account(tx, Address(channel="telegram", chat=chat), chat, one.code, now)
    people.add_membership(tx, ids.new(), one.code, one.unit, one.role, now)
    people.consent(tx, ids.new(), one.code, "messages", "1", "telegram", now)
    if one.household:
        tx.execute(
            "INSERT INTO households (household_id, unit_id, head_name, address, source)"
            " VALUES (?, 'PPL', ?, ?, 'invented')",
            (one.household, f"Hộ {one.code} (giả định)", f"Số {one.code} (giả định)"),
        )
        tx.execute(
            "INSERT INTO parcels (household_id, project_id, map_sheet, plot, area_m2)"
            " VALUES (?, 'DE', '91', ?, '50.5')",
            (one.household, chat),
        )
        people.join_household(tx, one.household, one.code, now)


def small_thing(somebody: Somebody) -> Awaitable[object]:
    """What somebody of the crowd does next."""
    match somebody.invited.role:
        case "leader":
            return somebody.say("/thongke", "Số liệu đến")
        case "secretary" if somebody.chance.random() < 0.5:
            return somebody.register_model()
        case "secretary":
            return somebody.say(*somebody.chance.choice((("/viec", "Tháng"), ("/menu", "vai trò"))))
    if waiting := somebody.unanswered():
        return somebody.acknowledge(waiting[0])
    if somebody.chance.random() < 0.4:
        return somebody.ask_question()
    return somebody.say(*somebody.chance.choice((("/thongbaonha", ""), ("/hogiadinh", "Thửa"), ("/menu", "vai trò"))))
