"""What every command of the terminal needs: sentences instead of tracebacks, the settings, the database."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from bot import app as house
from bot.config import ConfigError, Settings, load_config, problems_told
from bot.core.ids import Ids
from bot.core.people import Role
from bot.ground import FolderUnusable
from bot.runtime.clock import wall_clock
from storage import audit, campaign
from storage.database import DatabaseUnusable, Tx, open_plain, trouble_of
from storage.loading import LoadRefused, errors_told

DEFAULT_CONFIG = Path("config.toml")
TEXTS = house.load_texts()
out, err = Console(), Console(stderr=True)

ConfigOption = Annotated[Path, typer.Option("--config", help="config.toml")]
DatabaseOption = Annotated[Path | None, typer.Option("--db", help="SQLite")]


class Told(Exception):
    """Something is wrong and this sentence says what, where and what to do."""


@contextmanager
def sentences() -> Iterator[None]:
    """Whatever goes wrong by somebody's data, settings or machine ends in sentences, never in a traceback."""
    try:
        yield
    except Told as told:
        _end(str(told))
    except ConfigError as error:
        _end("\n".join(problems_told(error.problems, TEXTS)))
    except LoadRefused as error:
        _end("\n".join(errors_told(error.errors, TEXTS)))
    except DatabaseUnusable as error:
        _end(TEXTS.say(f"cli.database.{error.reason}", detail=error.detail))
    except sqlite3.Error as error:
        _end(TEXTS.say(f"cli.database.{trouble_of(error) or 'not_saved'}", detail=""))
    except FolderUnusable as error:
        _end(TEXTS.say(f"cli.folder.{error.found.which}", folder=error.found.folder))
    except house.PortInUse as error:
        _end(TEXTS.say("cli.port_in_use", port=error.port))
    except house.AddressUnusable as error:
        _end(TEXTS.say("cli.address_unusable", host=error.host, port=error.port))
    except house.AlreadyRunning as error:
        _end(TEXTS.say("cli.already_running", path=error.path))


def tell(sentence: str) -> None:
    """A sentence as it is: nothing in it is markup, and the terminal breaks the line."""
    out.print(sentence, markup=False, highlight=False, soft_wrap=True)


def _end(sentence: str) -> NoReturn:
    err.print(sentence, markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(1)


def settings_of(config: Path) -> Settings:
    """The settings of a file. Raises Told when there is none, ConfigError when it can't be used."""
    if not config.exists():
        raise Told(TEXTS.say("cli.no_config", path=config))
    return load_config(config)


def path_of(db: Path | None, config: Path) -> Path:
    """The database file that is meant: the one named, else the settings' own."""
    return db or settings_of(config).storage.path


def existing(path: Path) -> Path:
    """A database file that is there. Raises Told when it is not."""
    if not path.exists():
        raise Told(TEXTS.say("cli.no_database", path=path))
    return path


@contextmanager
def opened(path: Path) -> Iterator[Tx]:
    """A plain connection to a database file, closed afterwards."""
    connection = open_plain(path)
    try:
        yield connection
    finally:
        connection.close()


def note(tx: Tx, act: str, about: str, units: Iterable[str] = ()) -> None:
    """Write down in the audit what was done at this machine, for the units it concerns; none are all wards."""
    ids, now = Ids(wall_clock), wall_clock()
    for unit_id in units or campaign.wards(tx) or campaign.highest(tx):
        audit.write(
            tx, ids.new(), now=now, unit_id=unit_id, person_id=None, role=Role.ADMIN, act=act, about=about,
            channel="terminal",
        )  # fmt: skip
