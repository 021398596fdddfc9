"""Loading at the terminal: what a ward's own list would change is shown, and agreed to, before anything is written."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import typer
from rich.progress import Progress

from bot.core.ids import Ids
from bot.runtime.clock import wall_clock
from bot.terminal import TEXTS, Told, err, note, tell
from storage import households
from storage.database import Tx, snapshot, transaction
from storage.loading import LoadReport, Plan, Watch, homes_told, plan_load, report_told, save


def load_and_tell(
    connection: Tx, files: Sequence[Path], project: str = "", *, dry_run: bool = False, yes: bool = False
) -> None:
    """Load files. Raises Told when it may not be written, LoadRefused for what is wrong in the files."""
    with snapshot(connection), watched() as watch:
        plan = _plan(connection, files, project, watch)
    shown = plan.report
    _show(shown)
    if dry_run or not shown.written:
        tell(TEXTS.say("cli.load.dry_run" if dry_run else "cli.load.nothing_to_do"))
        return
    if shown.lists_land and not yes:
        _ask()
    with transaction(connection) as tx, watched() as watch:
        if not plan.holds(tx):  # the program went on meanwhile: nothing is written that nobody has seen
            plan = _plan(tx, files, project, watch)
        if plan.report != shown:
            raise Told(TEXTS.say("cli.load.changed_meanwhile"))
        save(tx, plan, watch)
        note(
            tx,
            "load",
            ", ".join(file.name for file in files),
            [households.project_unit(tx, project)] if project else (),
        )
    tell(TEXTS.say("cli.load.written"))


def _plan(tx: Tx, files: Sequence[Path], project: str, watch: Watch) -> Plan:
    return plan_load(tx, files, Ids(wall_clock), wall_clock(), project=project, watch=watch)


def _show(report: LoadReport) -> None:
    for line in (*homes_told(report, TEXTS), *report_told(report, TEXTS)):
        tell(line)


def _ask() -> None:
    if not sys.stdin.isatty():
        raise Told(TEXTS.say("cli.load.add_yes"))
    if not typer.confirm(TEXTS.say("cli.load.agree")):
        raise Told(TEXTS.say("cli.load.left"))


@contextmanager
def watched() -> Iterator[Watch]:
    """A bar on the screen for as long as a load takes; none where nobody looks."""
    with Progress(console=err, transient=True, disable=not err.is_terminal) as bar:
        tasks = {step: bar.add_task(TEXTS.say(f"cli.load.step.{step}"), total=None) for step in ("judge", "write")}
        yield lambda step, done, whole: bar.update(tasks[step], completed=done, total=whole)
