"""The command line: python -m bot demo | run | check | load | stats | export | invite, and the upkeep.

What it says is in templates/texts/cli.toml.
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Annotated

import typer

from bot import app as house
from bot import inspection, invitations, logs
from bot.figures_commands import export, stats
from bot.invitations import Wanted
from bot.loading import load_and_tell
from bot.terminal import (
    DEFAULT_CONFIG,
    TEXTS,
    ConfigOption,
    DatabaseOption,
    existing,
    opened,
    path_of,
    sentences,
    settings_of,
    tell,
)
from bot.upkeep import add_commands

try:
    from uvloop import run as run_fast
except ImportError:  # it is not to be had on every system, and nothing depends on it
    from asyncio import run as run_fast  # type: ignore[assignment]

cli = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)


@cli.callback()
def begin() -> None:
    os.umask(0o077)  # whatever we write holds data of people, or leads to it: nobody else on the machine reads it


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

        def ready(*, held: bool) -> None:
            tell(TEXTS.say("cli.run_ready", address=f"http://{settings.web.host}:{settings.web.port}"))
            if held:
                tell(TEXTS.say("cli.held"))

        logs.keep(settings.storage.path.parent / "logs")
        run_fast(house.run_product(settings, ready=ready))


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
        wanted = Wanted(
            role=role, unit=unit, household=household, individual=individual, name=name, deputy=deputy, days=days
        )
        if households:
            invitations.print_for_all(connection, config, project, docx, days=days, people_each=people_each)
        else:
            invitations.invite(connection, config, wanted, png)


add_commands(cli.command)

if __name__ == "__main__":
    cli()
