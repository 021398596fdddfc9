"""The day's figures as a table for the terminal, line by line like the paragraph of a report."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.core import figures
from bot.core.texts import Texts
from storage.statistics import (
    CLEARANCE,
    Comparison,
    DayFigures,
    DutyCount,
    FieldCount,
    GoalStanding,
    NoticeCount,
    Report,
)

Line = tuple[str, str, str]
"""What it is, the figure (of collectives, where both are counted), and the figure of individuals or ""."""


def stats_lines(figured: DayFigures, texts: Texts) -> list[Line]:
    """All lines of the table in their order; lines about somebody missing only when somebody is."""
    return [
        *_registered(figured, texts),
        *(_field(field, figured, texts) for field in figured.fields),
        *_held(figured, texts),
        (texts.say("stats.row.resolutions"), figures.ratio(figured.resolutions, figured.cells), ""),
        *_missing("obliged_missing", figured.obliged_without_model, texts),
        *_missing("without_model", figured.without_model, texts),
        *_missing("without_session", figured.without_session, texts),
    ]


def report_lines(report: Report, texts: Texts) -> list[Line]:
    """All lines of a period: those of its last day, and what came within it beside what came before."""
    figured = report.figured
    return [
        *stats_lines(figured, texts),
        (texts.say("stats.row.households"), texts.say("stats.row.households_value", told=figured.households), ""),
        (texts.say("stats.row.questions"), texts.say("stats.row.questions_value", told=figured.questions), ""),
        *(_duty(duty, texts) for duty in figured.duties),
        *(_notice(notice, texts) for notice in figured.notices),
        *(_goal(goal, texts) for goal in figured.goals),
        *(_compared(one, texts) for one in report.compared),
    ]


def print_stats(report: Report, texts: Texts, console: Console) -> None:
    """The table of a period on a console."""
    table = Table(title=_plain(texts.say("stats.title", scope=report.unit_name, day=report.figured.day)))
    table.caption = _plain(texts.say("stats.footnote"))
    table.add_column(_plain(texts.say("stats.column.what")), ratio=3)
    table.add_column(_plain(texts.say("stats.column.collectives")), ratio=2)
    table.add_column(_plain(texts.say("stats.column.individuals")), ratio=1, min_width=13)
    for line in report_lines(report, texts):
        table.add_row(*(_plain(cell) for cell in line))
    console.print(table)


def _plain(words: str) -> Text:
    """Words as they are: a name with square brackets is no markup."""
    return Text(words)


def _registered(figured: DayFigures, texts: Texts) -> list[Line]:
    owners = texts.say("stats.row.owners")
    lines: list[Line] = [(owners, figures.counted(figured.collectives), figures.counted(figured.individuals))]
    if figured.obliged:
        total = len(figured.obliged)
        lines.append((texts.say("stats.row.obliged"), figures.ratio(figured.obliged_registered, total), ""))
        lines.append((texts.say("stats.row.obliged_held"), figures.ratio(figured.obliged_held, total), ""))
    return lines


def _field(field: FieldCount, figured: DayFigures, texts: Texts) -> Line:
    row = "voluntary" if field.code == CLEARANCE else "field"
    return (
        texts.say(f"stats.row.{row}", field=field.name),
        figures.ratio(field.collectives, figured.collectives),
        figures.ratio(field.individuals, figured.individuals),
    )


def _held(figured: DayFigures, texts: Texts) -> list[Line]:
    total = texts.say("stats.row.sessions_value", held=figured.sessions, joint=figured.joint_sessions)
    hosts: list[Line] = [
        (texts.say("stats.row.host", host=row.host, project=row.project), figures.counted(row.held), "")
        for row in figured.hosts
    ]
    return [(texts.say("stats.row.sessions"), total, ""), *hosts]


def _duty(duty: DutyCount, texts: Texts) -> Line:
    """How many have done a duty, how many of them late, and who has not."""
    value = texts.say("stats.row.duty_value", duty=duty, missing=", ".join(duty.missing))
    return texts.say("stats.row.duty", title=duty.title, due_on=duty.due_on), value, ""


def _notice(notice: NoticeCount, texts: Texts) -> Line:
    label = texts.say("stats.row.notice", code=notice.code, project=notice.project_name)
    return label, texts.say("stats.row.notice_value", notice=notice), ""


def _goal(goal: GoalStanding, texts: Texts) -> Line:
    label = texts.say("stats.row.goal", unit=goal.unit_name, measure=texts.say(f"stats.measure.{goal.measure}"))
    return label, figures.ratio(goal.reached, goal.target), ""


def _compared(compared: Comparison, texts: Texts) -> Line:
    """What came within a period; in brackets what came within the one before."""
    period = compared.period
    label = texts.say(f"stats.row.within.{period.span}", first=period.first, last=period.last)
    return label, texts.say("stats.row.within.value", now=compared.now, before=compared.before), ""


def _missing(row: str, names: Sequence[str], texts: Texts) -> list[Line]:
    """How many, and who."""
    if not names:
        return []
    return [(texts.say(f"stats.row.{row}"), f"{figures.counted(len(names))}: {', '.join(names)}", "")]
