"""The commands about figures: `stats` says them, `export` writes them into files."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from bot import app as house
from bot.core.ids import Ids
from bot.core.periods import Period, Span, ending
from bot.ledger_export import Wanted, export_ledger
from bot.reports.drawers import DRAWERS
from bot.reports.drawings import Picture
from bot.reports.files import Asked, Form, attachment_for
from bot.reports.letters import Head, LayoutBroken
from bot.reports.plain import table_csv, table_json
from bot.reports.stats_table import print_stats
from bot.reports.tables import all_tables
from bot.runtime.clock import wall_clock
from bot.terminal import (
    DEFAULT_CONFIG,
    TEXTS,
    ConfigOption,
    DatabaseOption,
    Told,
    existing,
    note,
    opened,
    out,
    path_of,
    sentences,
    tell,
)
from storage import campaign, statistics
from storage.campaign import Unit
from storage.database import Tx, open_plain, transaction
from storage.demo import article_files
from storage.loading import load_files
from storage.registers import registers

FIRST_YEAR = 2000

DayOption = Annotated[str, typer.Option("--date", help="YYYY-MM-DD")]


def stats(
    day: DayOption = "",
    unit: str = "",
    as_json: Annotated[bool, typer.Option("--json")] = False,
    week: bool = False,
    month: bool = False,
    config: ConfigOption = DEFAULT_CONFIG,
    db: DatabaseOption = None,
) -> None:
    with sentences(), _records(db, config) as connection:
        scope, period = _asked(connection, day, unit, week=week, month=month, live=bool(db) or config.exists())
        told = statistics.report(connection, scope.unit_id, period)
        if as_json:
            sys.stdout.write(json.dumps(statistics.report_as_json(told), ensure_ascii=False, indent=2) + "\n")
        else:
            print_stats(told, TEXTS, out)


def export(
    excel: Path | None = None,
    word: Path | None = None,
    picture: Path | None = None,
    head: str = Head.GOVERNMENT,
    which: str = Picture.FIELDS,
    day: DayOption = "",
    unit: str = "",
    week: bool = False,
    month: bool = False,
    ledger: Annotated[bool, typer.Option("--ledger")] = False,
    notice: str = "",
    csv: Path | None = None,
    as_json: Annotated[Path | None, typer.Option("--json")] = None,
    table: str = "",
    config: ConfigOption = DEFAULT_CONFIG,
    db: DatabaseOption = None,
) -> None:
    paths = [path for path in (excel, word, picture, csv, as_json) if path]
    live = bool(db) or config.exists()
    with sentences(), _records(db, config) as connection:
        if ledger:
            if picture or week or month:
                raise Told(TEXTS.say("cli.ledger.what"))
            scope, _ = _asked(connection, day, unit, week=False, month=False, live=live)
            export_ledger(connection, scope, Wanted(notice=notice, excel=excel, word=word, csv=csv, as_json=as_json))
            _noted(connection, scope, paths, live=live)
            return
        if notice or not paths:
            raise Told(TEXTS.say("cli.ledger.only" if notice else "cli.export_what"))
        _check_names(head, which)
        scope, period = _asked(connection, day, unit, week=week, month=month, live=live)
        for form, path in ((Form.WORKBOOK, excel), (Form.LETTER, word), (Form.PICTURE, picture)):
            if path:
                asked = Asked(form=form, scope=scope.unit_id, period=period, head=Head(head), picture=Picture(which))
                _write(connection, asked, path)
        if csv or as_json:
            _write_plain(connection, scope, period, csv, as_json, table)
        _noted(connection, scope, paths, live=live)


def _noted(connection: Tx, scope: Unit, paths: Sequence[Path], *, live: bool) -> None:
    """What leaves the ward's own records stands in the journal."""
    if live:
        with transaction(connection) as tx:
            for path in paths:
                note(tx, "export", path.name, [scope.unit_id])


def _write_plain(tx: Tx, scope: Unit, period: Period, csv: Path | None, as_json: Path | None, name: str) -> None:
    """Tables as CSV, a file each or the one that is named; all figures with their tables as JSON."""
    told = statistics.report(tx, scope.unit_id, period)
    tables = all_tables(told, registers(tx, scope.unit_id, period.last), TEXTS)
    chosen = [table for table in tables if name in ("", table.key)]
    if not chosen:
        raise Told(TEXTS.say("cli.unknown_name", name=name, names=[table.key for table in tables]))
    for table in chosen if csv else ():
        assert csv is not None
        _keep(csv if name else csv.with_stem(f"{csv.stem}-{table.key}"), table_csv(table))
    if as_json:
        data = {**statistics.report_as_json(told), "tables": {table.key: table_json(table) for table in chosen}}
        _keep(as_json, (json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode())


def _keep(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError:
        raise Told(TEXTS.say("cli.cannot_write", path=path)) from None
    tell(TEXTS.say("cli.written", path=path))


def _check_names(head: str, which: str) -> None:
    for name, known in ((head, Head), (which, Picture)):
        if name not in set(known):
            raise Told(TEXTS.say("cli.unknown_name", name=name, names=[str(one) for one in known]))


def _write(tx: Tx, asked: Asked, path: Path) -> None:
    file = attachment_for(tx, asked, TEXTS, by=TEXTS.say("cli.by_command"), now=wall_clock())
    try:
        content = DRAWERS[file.recipe](file.data)
    except LayoutBroken as error:
        raise Told(TEXTS.say(f"letter.broken.{error.reason}", file=error.path.name, detail=error.detail)) from None
    _keep(path, content)


@contextmanager
def _records(db: Path | None, config: Path) -> Iterator[Tx]:
    """The ward's records; the article's, in memory, where there is no config.toml."""
    if db is not None or config.exists():
        with opened(existing(path_of(db, config))) as connection:
            yield connection
        return
    connection = open_plain(":memory:")
    with transaction(connection) as tx:
        load_files(tx, article_files(), Ids(wall_clock), wall_clock())
    yield connection
    connection.close()


def _asked(tx: Tx, day: str, unit: str, *, week: bool, month: bool, live: bool) -> tuple[Unit, Period]:
    """The unit and the days that are meant: a ward's own records end today, the article's on its day."""
    if week and month:
        raise Told(TEXTS.say("cli.week_or_month"))
    until = _day(day, house.today() if live else house.DEMO_START.date())
    scope = campaign.unit(tx, unit or _only_ward(tx, until))
    if scope is None:
        raise Told(TEXTS.say("cli.unknown_unit", unit=unit))
    return scope, ending(Span.WEEK if week else Span.MONTH if month else Span.DAY, until)


def _day(text: str, default: date) -> date:
    try:
        day = date.fromisoformat(text) if text else default
    except ValueError:
        raise Told(TEXTS.say("cli.bad_date", value=text)) from None
    if day.year < FIRST_YEAR:
        raise Told(TEXTS.say("cli.bad_date", value=text))
    return day


def _only_ward(tx: Tx, day: date) -> str:
    wards = [opened.unit_id for opened in campaign.campaigns_open(tx, day)]
    if not wards:
        raise Told(TEXTS.say("cli.no_campaign", day=day))
    if len(wards) > 1:
        raise Told(TEXTS.say("cli.which_unit", units=wards))
    return wards[0]
