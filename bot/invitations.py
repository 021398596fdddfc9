"""Invitations given at the machine: one with its code and link, or a printed slip for each household of a project."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from pathlib import Path
from sqlite3 import Connection

import segno

from bot import app as house
from bot.config import load_config
from bot.core.ids import Ids
from bot.core.people import Role
from bot.runtime.clock import wall_clock
from bot.terminal import TEXTS, Told, note, tell
from storage import campaign, people
from storage.campaign import Unit
from storage.database import Tx, transaction

DAY = 24 * 3600_000  # milliseconds
LONGEST = 365  # days


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """An invitation as it was asked for; what was left out is empty."""

    role: str
    unit: str
    household: str
    individual: str
    name: str
    deputy: bool
    days: int

    def settled(self) -> Wanted:
        """With a role: whoever is asked for a household or as an individual is a resident, others are secretaries."""
        usual = Role.RESIDENT if self.household or self.individual else Role.SECRETARY
        return replace(self, role=self.role or usual)


def invite(connection: Connection, config: Path, wanted: Wanted, png: Path | None) -> None:
    """Write an invitation down, and show its code with the link or as a picture."""
    wanted = wanted.settled()
    _check(wanted)
    _check_picture(png)
    code = Ids(wall_clock).code()
    with transaction(connection) as tx:
        place = _add(tx, code, wanted)
    title = TEXTS.say("common.deputy" if wanted.deputy else f"common.as.{wanted.role}", unit=place.name)
    tell(TEXTS.say("cli.invited", title=title, code=code, days=wanted.days))
    _show_link(config, code, png)


def print_for_all(
    connection: Connection, config: Path, project: str, docx: Path | None, *, days: int, people_each: int
) -> None:
    """A slip for each household of a project, as a Word file."""
    from bot.slips import print_slips  # what draws Word documents is for those who want one

    _check_days(days)
    print_slips(connection, config, project, docx, days=days, people_each=people_each)


def _check(wanted: Wanted) -> None:
    """What would make a useless invitation is found before one is written down."""
    if wanted.role not in set(Role):
        raise Told(TEXTS.say("cli.unknown_role", role=wanted.role, roles=[str(known) for known in Role]))
    if wanted.household and wanted.role != Role.RESIDENT:
        raise Told(TEXTS.say("cli.household_role"))
    if wanted.deputy and wanted.role != Role.SECRETARY:
        raise Told(TEXTS.say("cli.deputy_role"))
    _check_days(wanted.days)


def _check_days(days: int) -> None:
    if not 1 <= days <= LONGEST:
        raise Told(TEXTS.say("cli.bad_days", days=days, longest=LONGEST))


def _check_picture(png: Path | None) -> None:
    if png is not None and (png.suffix.lower() not in (".png", ".svg") or not png.parent.is_dir()):
        raise Told(TEXTS.say("cli.bad_picture", path=png))


def _add(tx: Tx, code: str, wanted: Wanted) -> Unit:
    """The invitation's row; the unit that it is for."""
    place, now = _place(tx, wanted), wall_clock()
    people.invite(
        tx,
        code,
        role=wanted.role,
        unit_id=place.unit_id,
        now=now,
        expires_at=now + wanted.days * DAY,
        household_id=wanted.household or None,
        individual_id=wanted.individual or None,
        person_name=wanted.name,
        deputy=wanted.deputy,
    )
    note(tx, "invite", wanted.role, [place.unit_id])
    return place


def _place(tx: Tx, wanted: Wanted) -> Unit:
    """The unit that was named, or the one in which the household or the individual is at home."""
    named = _home(tx, wanted) or wanted.unit
    if not named:
        raise Told(TEXTS.say("cli.no_unit"))
    place = campaign.unit(tx, named)
    if place is None:
        raise Told(TEXTS.say("cli.unknown_unit", unit=wanted.unit))
    return place


def _home(tx: Tx, wanted: Wanted) -> str | None:
    """The unit of the household or of the individual, if it is for one; an individual counts before a household."""
    home = None
    if wanted.household:
        home = campaign.household_unit(tx, wanted.household)
        if home is None:
            raise Told(TEXTS.say("cli.unknown_household", household=wanted.household))
    if wanted.individual:
        home = campaign.individual_unit(tx, wanted.individual)
        if home is None:
            raise Told(TEXTS.say("cli.unknown_individual", individual=wanted.individual))
    return home


def _show_link(config: Path, code: str, png: Path | None) -> None:
    link = asyncio.run(house.invitation_link(load_config(config), code)) if config.exists() else ""
    if link:
        tell(TEXTS.say("cli.invited_link", link=link))
    picture = segno.make(link or code, error="m")
    if png:
        picture.save(str(png), scale=8)
    else:
        picture.terminal(compact=True)
