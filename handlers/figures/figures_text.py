"""Figures in words: what is good, what lags, what needs a decision; as a digest, and in full on request."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core import figures
from bot.core.periods import Span
from bot.core.texts import Words
from bot.reports.daily import Names, field_rows, late_names, late_with_duties, named, needs, table_rows
from handlers.dialogue.visit import Desk
from storage.duties import Duty
from storage.statistics import Report, as_json


def digest_text(desk: Desk, report: Report, late: Words | str = "") -> Words:
    """The message that is pushed: at most twelve lines."""
    return desk.say(
        "daily.digest",
        late=late,
        title=desk.say(f"daily.title.{report.period.span}", period=report.period),
        sentences=sentences(desk, report, report.period.span),
        late_names=names_said(desk, late_names(report.figured)),
        table=table(desk, report, report.period.span),
    )


def overview_text(
    desk: Desk, report: Report, *, at: str = "", unit: str = "", sent_at: str = "", running: Sequence[Duty] = ()
) -> Words:
    """Everything on request; `at` is the hour for figures of this moment, `sent_at` when they were sent, if ever."""
    span = report.period.span
    said = "that_day" if span is Span.DAY and not at else span
    heading = "now" if span is Span.DAY and at else span
    figured = report.figured
    return desk.say(
        "daily.overview",
        title=desk.say(f"daily.heading.{heading}", period=report.period, at=at, unit=unit),
        sentences=sentences(desk, report, said),
        table=table(desk, report, said),
        figures=figured,
        field_rows=field_rows(figured),
        goals_met=sum(goal.met for goal in figured.goals),
        notices=figured.notices[:3],
        duties=[(duty, figures.ratio(duty.done, duty.units), duty.due_on < figured.day) for duty in running],
        sent_at=sent_at,
        sent=report.sent.figures if report.sent else {},
        same=sent_as_now_known(report),
    )


def sent_as_now_known(report: Report) -> bool:
    """Whether what was sent is what is known now."""
    known, sent = as_json(report.figured), report.sent.figures if report.sent else {}
    return all(known[name] == sent.get(name) for name in ("collectives", "individuals", "models", "sessions"))


def sentences(desk: Desk, report: Report, within: str) -> Words:
    """Good, lagging, needs you: written from the figures."""
    figured = report.figured
    obliged = len(figured.obliged)
    return desk.say(
        "daily.sentences",
        now=report.compared[0].now,
        within=desk.say(f"daily.within.{within}"),
        obliged=obliged,
        obliged_ratio=figures.ratio(figured.obliged_registered, obliged),
        without_model=names_said(desk, named(figured.without_model)),
        without_session=names_said(desk, named(figured.without_session)),
        with_duties=names_said(desk, late_with_duties(figured)),
        needs="; ".join(_needs_said(desk, report)),
    )


def _needs_said(desk: Desk, report: Report) -> list[Words]:
    """What only a leader can decide; that there is nothing, when there is nothing."""
    names = names_said(desk, named(report.figured.obliged_without_model))
    said = [
        desk.say(f"daily.need.{name}", count=count, names=names)
        for name, count in needs(report.figured).items()
        if count
    ]
    return said or [desk.say("daily.need.nothing")]


def names_said(desk: Desk, names: Names) -> Words | str:
    """The first names of a list and how many more there are; "" when there is none."""
    return desk.say("daily.names", names=names) if names.total else ""


def table(desk: Desk, report: Report, head: str) -> str:
    """Now, before and altogether: a line each, figures first."""
    rows = [
        desk.say("daily.table.row", cells=cells, what=desk.say(f"daily.table.what.{what}"))
        for what, cells in table_rows(report)
    ]
    return "\n".join([desk.say(f"daily.table.{head}"), *rows])
