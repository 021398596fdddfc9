"""A ward that is larger than the demo's: households by the hundred, each with somebody on Telegram."""

from __future__ import annotations

from pathlib import Path

from bot.core.ids import Ids
from bot.core.message import Address
from bot.runtime.clock import wall_clock
from storage import people
from storage.database import Tx, open_plain, transaction

FIRST_CHAT = 900_000
DEMO_HOMES = 46  # of the dyke road in the demo's data; nobody of them has an account


def add_homes(path: Path, homes: int) -> None:
    """Households with a parcel in the project of the dyke road and one member on Telegram each, all invented."""
    connection, ids = open_plain(path), Ids(wall_clock)
    with transaction(connection) as tx:
        for number in range(homes):
            _add_home(tx, ids, number)
    connection.close()


def _add_home(tx: Tx, ids: Ids, number: int) -> None:
    home, chat, person_id = f"B{number:04d}", str(FIRST_CHAT + number), f"nguoi-{number:04d}"
    tx.execute(
        "INSERT INTO households (household_id, unit_id, head_name, address, source)"
        " VALUES (?, 'PPL', ?, ?, 'invented')",
        (home, f"Hộ {number} (giả định)", f"Số {number} (giả định)"),
    )
    tx.execute(
        "INSERT INTO parcels (household_id, project_id, map_sheet, plot, area_m2) VALUES (?, 'DE', '90', ?, '50.5')",
        (home, str(number)),
    )
    people.add_person(tx, person_id, f"Người {number} (giả định)", wall_clock())
    people.add_account(tx, Address(channel="telegram", chat=chat), chat, person_id, wall_clock())
    people.add_membership(tx, ids.new(), person_id, "PPL", "resident", wall_clock())
    people.join_household(tx, home, person_id, wall_clock())
