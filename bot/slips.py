"""Slips for all households of a project: a code each, several people may use it, printed as a Word document."""

from __future__ import annotations

import asyncio
from pathlib import Path

from rich.progress import Progress

from bot import app as house
from bot.config import load_config
from bot.core import calendar, figures
from bot.core.ids import Ids
from bot.core.people import Role
from bot.engine import HERE
from bot.reports.slips import BrokenLayout, Slip, slips_document
from bot.runtime.clock import wall_clock
from bot.terminal import TEXTS, Told, err, note, tell
from storage import campaign, households, people
from storage.database import Tx, transaction
from storage.households import SlipHome

LAYOUT = HERE / "templates" / "documents" / "slips.docx"
DAY = 24 * 3600_000  # milliseconds
MOST_PEOPLE = 10


def print_slips(
    connection: Tx, config: Path, project: str, docx: Path | None, *, days: int, people_each: int, layout: Path = LAYOUT
) -> None:
    """Write the document and then the codes: a layout that is broken makes no old slip worthless. Raises Told."""
    homes = _homes(connection, project)
    if docx is None or docx.suffix.lower() != ".docx" or not docx.absolute().parent.is_dir():
        raise Told(TEXTS.say("cli.slips.bad_file", path=docx or ""))
    if not 1 <= people_each <= MOST_PEOPLE:
        raise Told(TEXTS.say("cli.slips.bad_people", people=people_each, most=MOST_PEOPLE))
    now = wall_clock()
    slips = _slips(homes, _link(config), now + days * DAY)
    ward = campaign.unit(connection, homes[0].unit_id)
    document = _drawn(slips, ward.name if ward else "", layout)
    with transaction(connection) as tx:
        for home, slip in zip(homes, slips, strict=True):
            _invite(tx, home, slip.code, now, days, people_each)
        note(tx, "slips", project, sorted({home.unit_id for home in homes}))
        docx.write_bytes(document)
    tell(TEXTS.say("cli.slips.made", count=len(slips), path=docx, days=days, people=people_each))


def _homes(connection: Tx, project: str) -> list[SlipHome]:
    known = [one.code for one in households.open_projects(connection, house.today())]
    if project not in known:
        raise Told(TEXTS.say("cli.slips.which_project", value=project, known=known))
    homes = households.for_slips(connection, project)
    if not homes:
        raise Told(TEXTS.say("cli.slips.no_households", value=project))
    return homes


def _slips(homes: list[SlipHome], link: str, until: int) -> list[Slip]:
    ids = Ids(wall_clock)
    codes = [ids.code() for _ in homes]
    return [
        Slip(
            household_id=home.household_id,
            head_name=home.head_name,
            address=home.address,
            neighborhood_group=home.neighborhood_group,
            plots=", ".join(TEXTS.say("cli.slips.plot", plot=plot, sheet=sheet) for sheet, plot in home.plots),
            code=code,
            link=f"{link}{code}" if link else "",
            until=figures.dated(calendar.local(until).date()),
        )
        for home, code in zip(homes, codes, strict=True)
    ]


def _link(config: Path) -> str:
    """What stands before the code in a deep link; "" where there is none."""
    return asyncio.run(house.invitation_link(load_config(config), "")) if config.exists() else ""


def _drawn(slips: list[Slip], ward: str, layout: Path) -> bytes:
    with Progress(console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task(TEXTS.say("cli.slips.drawing"), total=len(slips))
        try:
            return slips_document(layout, slips, ward, lambda: bar.advance(task))
        except BrokenLayout as broken:
            raise Told(
                TEXTS.say(f"cli.layout.{broken.reason}", path=layout, placeholder=broken.placeholder)
            ) from broken


def _invite(tx: Tx, home: SlipHome, code: str, now: int, days: int, people_each: int) -> None:
    households.void_slips(tx, home.household_id, now)
    people.invite(
        tx, code, role=Role.RESIDENT, unit_id=home.unit_id, now=now, expires_at=now + days * DAY,
        household_id=home.household_id, uses=people_each,
    )  # fmt: skip
