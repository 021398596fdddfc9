"""The people of the demo: accounts of the web channel, and open invitations for a visitor. All are invented."""

from __future__ import annotations

import csv
from pathlib import Path

from bot.core.ids import Ids
from bot.core.message import Address
from storage import campaign, people
from storage.database import Tx

HERE = Path(__file__).parent
CHANNEL = "web"
INVITED_FOR = 365 * 24 * 3600 * 1000
"""How long the demo's invitations stay open, in milliseconds: longer than anybody moves the demo's clock."""

Row = dict[str, str]


def add_demo_people(tx: Tx, ids: Ids, now: int) -> None:
    """Everybody who can be met in the demo, joined at `now` (epoch milliseconds); its files must be loaded."""
    for row in demo_people():
        _add_person(tx, row, ids, now)
    for row in demo_invitations():
        _invite(tx, row, now)


def demo_people() -> list[Row]:
    """Account, name, role, unit and, if any, household or individual of each person of the demo."""
    return _rows("invented_people.csv")


def demo_invitations() -> list[Row]:
    """The same for those who have only a code so far."""
    return _rows("invented_invitations.csv")


def _rows(name: str) -> list[Row]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _add_person(tx: Tx, row: Row, ids: Ids, now: int) -> None:
    person_id = ids.new()
    people.add_person(tx, person_id, row["person_name"], now)
    people.add_account(tx, Address(channel=CHANNEL, chat=row["account"]), row["account"], person_id, now)
    people.add_membership(tx, ids.new(), person_id, row["unit_code"], row["role"], now)
    for purpose in ("account", "messages"):
        people.consent(tx, ids.new(), person_id, purpose, "demo", CHANNEL, now)
    if row["household_code"]:
        people.join_household(tx, row["household_code"], person_id, now)
    if row["individual_code"]:
        campaign.tie_individual(tx, row["individual_code"], person_id)


def _invite(tx: Tx, row: Row, now: int) -> None:
    people.invite(
        tx,
        row["code"],
        role=row["role"],
        unit_id=row["unit_code"],
        now=now,
        expires_at=now + INVITED_FOR,
        household_id=row["household_code"] or None,
        individual_id=row["individual_code"] or None,
        person_name=row["person_name"],
    )
