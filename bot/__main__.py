"""The command line: python -m bot demo | run | check | load | stats | export | invite, and the upkeep.

What it says is in templates/texts/cli.toml.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import segno
import typer

from bot import app as house
from bot import inspection, logs
from bot.config import load_config
from bot.core.ids import Ids
from bot.core.people import Role
from bot.figures_commands import export, stats
from bot.loading import load_and_tell
from bot.runtime.clock import wall_clock
from bot.terminal import (
    DEFAULT_CONFIG,
    TEXTS,
    ConfigOption,
    DatabaseOption,
    Told,
    existing,
    opened,
    path_of,
    sentences,
    settings_of,
    tell,
)
from bot.upkeep import add_commands
from storage import campaign, people
from storage.database import Tx, transaction

try:
    from uvloop import run as run_fast
except ImportError:  # it is not to be had on every system, and nothing depends on it
    from asyncio import run as run_fast  # type: ignore[assignment]

DAY = 24 * 3600_000  # milliseconds
LONGEST_INVITATION = 365  # days

cli = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)


@cli.command(help=TEXTS.say("cli.help.demo"))
def demo(host: str = "127.0.0.1", port: int = 8080) -> None:
    logs.set_up()
    with sentences():
        ready = TEXTS.say("cli.demo_ready", address=f"http://{host}:{port}")
        asyncio.run(house.run_demo(host, port, ready=lambda: tell(ready)))


@cli.command(help=TEXTS.say("cli.help.run"))
def run(config: ConfigOption = DEFAULT_CONFIG) -> None:
    logs.set_up()
    with sentences():
        settings = settings_of(config)
        ready = TEXTS.say("cli.run_ready", address=f"http://{settings.web.host}:{settings.web.port}")
        run_fast(house.run_product(settings, ready=lambda: tell(ready)))


@cli.command(help=TEXTS.say("cli.help.check"))
def check(config: ConfigOption = DEFAULT_CONFIG) -> None:
    with sentences():
        settings = settings_of(config)
        found = asyncio.run(inspection.check(settings))
        for line in found:
            tell(TEXTS.say(f"cli.check.{line.name}", **line.values))
        if not all(line.well for line in found):
            raise typer.Exit(1)


@cli.command(help=TEXTS.say("cli.help.load"))
def load(
    files: list[Path],
    project: str = "",
    dry_run: Annotated[bool, typer.Option("--dry-run")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y")] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    db: DatabaseOption = None,
) -> None:
    with sentences(), opened(path_of(db, config)) as connection:
        load_and_tell(connection, files, project, dry_run=dry_run, yes=yes)


cli.command(help=TEXTS.say("cli.help.stats"))(stats)
cli.command(help=TEXTS.say("cli.help.export"))(export)


@cli.command(help=TEXTS.say("cli.help.invite"))
def invite(
    unit: str = "",
    role: str = "",
    household: str = "",
    individual: str = "",
    name: str = "",
    deputy: bool = False,
    days: int = 30,
    png: Path | None = None,
    households: Annotated[bool, typer.Option("--households")] = False,
    project: str = "",
    docx: Path | None = None,
    people_each: Annotated[int, typer.Option("--people")] = 3,
    config: ConfigOption = DEFAULT_CONFIG,
    db: DatabaseOption = None,
) -> None:
    with sentences(), opened(existing(path_of(db, config))) as connection:
        if households:
            from bot.slips import print_slips  # what draws Word documents is for those who want one

            _check_invitation(Role.RESIDENT, "", days, None)
            print_slips(connection, config, project, docx, days=days, people_each=people_each)
            return
        role = role or (Role.RESIDENT if household or individual else Role.SECRETARY)
        _check_invitation(role, household, days, png)
        if deputy and role != Role.SECRETARY:
            raise Told(TEXTS.say("cli.deputy_role"))
        ids = Ids(wall_clock)
        code = ids.code()
        with transaction(connection) as tx:
            title = _invite(
                tx,
                code,
                unit=unit,
                role=role,
                household=household,
                individual=individual,
                name=name,
                deputy=deputy,
                days=days,
            )
        tell(TEXTS.say("cli.invited", title=title, code=code, days=days))
        _show_link(config, code, png)


def _check_invitation(role: str, household: str, days: int, png: Path | None) -> None:
    """What would make a useless or unprintable invitation is found before one is written down."""
    if role not in set(Role):
        raise Told(TEXTS.say("cli.unknown_role", role=role, roles=[str(known) for known in Role]))
    if household and role != Role.RESIDENT:
        raise Told(TEXTS.say("cli.household_role"))
    if not 1 <= days <= LONGEST_INVITATION:
        raise Told(TEXTS.say("cli.bad_days", days=days, longest=LONGEST_INVITATION))
    if png is not None and (png.suffix.lower() not in (".png", ".svg") or not png.parent.is_dir()):
        raise Told(TEXTS.say("cli.bad_picture", path=png))


def _invite(
    tx: Tx, code: str, *, unit: str, role: str, household: str, individual: str, name: str, deputy: bool, days: int
) -> str:
    now = wall_clock()
    home = campaign.household_unit(tx, household) if household else None
    if household and home is None:
        raise Told(TEXTS.say("cli.unknown_household", household=household))
    if individual:
        home = campaign.individual_unit(tx, individual)
        if home is None:
            raise Told(TEXTS.say("cli.unknown_individual", individual=individual))
    if not (home or unit):
        raise Told(TEXTS.say("cli.no_unit"))
    place = campaign.unit(tx, home or unit)
    if place is None:
        raise Told(TEXTS.say("cli.unknown_unit", unit=unit))
    people.invite(
        tx,
        code,
        role=role,
        unit_id=place.unit_id,
        now=now,
        expires_at=now + days * DAY,
        household_id=household or None,
        individual_id=individual or None,
        person_name=name,
        deputy=deputy,
    )
    return TEXTS.say("common.deputy" if deputy else f"common.as.{role}", unit=place.name)


def _show_link(config: Path, code: str, png: Path | None) -> None:
    link = asyncio.run(house.invitation_link(load_config(config), code)) if config.exists() else ""
    if link:
        tell(TEXTS.say("cli.invited_link", link=link))
    picture = segno.make(link or code, error="m")
    if png:
        picture.save(str(png), scale=8)
    else:
        picture.terminal(compact=True)


add_commands(cli.command)

if __name__ == "__main__":
    cli()
