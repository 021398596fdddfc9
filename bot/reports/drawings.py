"""Which pictures there are, and what is drawn on them: figures to shares and words."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from bot.core import figures
from bot.core.texts import Texts
from bot.reports.pictures import Bar, Bars, Drawing, Lines
from storage.statistics import CLEARANCE, DayFigures, FieldCount, GoalStanding, Report

MOST_UNITS = 40  # more would be a picture nobody scrolls through; those that lag come first


class Picture(StrEnum):
    """The pictures of a report."""

    FIELDS = "fields"
    GOALS = "goals"
    DAYS = "days"


def drawing_of(picture: Picture, report: Report, texts: Texts) -> Drawing:
    """What a picture of a report shows."""
    makers: dict[Picture, Callable[[Report, Texts], Drawing]] = {
        Picture.FIELDS: fields_drawing,
        Picture.GOALS: goals_drawing,
        Picture.DAYS: days_drawing,
    }
    return makers[picture](report, texts)


def fields_drawing(report: Report, texts: Texts) -> Bars:
    """Distinct owners by field with their shares, collectives and individuals apart."""
    figured = report.figured
    return Bars(
        title=texts.say("picture.fields.title", unit=report.unit_name, day=figured.day),
        notes=(texts.say("picture.fields.note", figures=figured, obliged=_obliged(figured)),),
        groups=(texts.say("picture.fields.collectives"), texts.say("picture.fields.individuals")),
        bars=tuple(_field_bar(field, figured, texts) for field in figured.fields),
    )


def _obliged(figured: DayFigures) -> str:
    return figures.ratio(figured.obliged_registered, len(figured.obliged)) if figured.obliged else ""


def _field_bar(field: FieldCount, figured: DayFigures, texts: Texts) -> Bar:
    counts = ((field.collectives, figured.collectives), (field.individuals, figured.individuals))
    row = "voluntary" if field.code == CLEARANCE else "field"
    return Bar(
        name=texts.say(f"tables.row.{row}", field=field.name),
        shares=tuple(part / whole if whole else 0.0 for part, whole in counts),
        words=tuple(figures.ratio(part, whole) for part, whole in counts),
    )


def goals_drawing(report: Report, texts: Texts) -> Bars:
    """How far each unit has come towards its goals, the furthest behind first; without goals, one session for each."""
    figured = report.figured
    bars = [_goal_bar(goal, texts) for goal in figured.goals] or [
        Bar(name=unit.name, shares=(float(unit.has_session),), words=(_done(unit.has_session, texts),))
        for unit in figured.standings
    ]
    bars.sort(key=lambda bar: bar.shares)
    which = "goals" if figured.goals else "standings"
    more = len(bars) - MOST_UNITS
    notes = (texts.say("picture.goals.more", more=more),) if more > 0 else ()
    title = texts.say(f"picture.{which}.title", unit=report.unit_name, day=figured.day)
    return Bars(title=title, notes=notes, groups=(), bars=tuple(bars[:MOST_UNITS]), track=True)


def _goal_bar(goal: GoalStanding, texts: Texts) -> Bar:
    what = texts.say(f"tables.goal.{goal.measure}")
    return Bar(
        name=texts.say("picture.goals.bar", unit=goal.unit_name, goal=what),
        shares=(goal.reached / goal.target,),
        words=(figures.ratio(goal.reached, goal.target),),
    )


def _done(has_session: bool, texts: Texts) -> str:
    return texts.say(f"picture.standings.{'done' if has_session else 'owed'}")


def days_drawing(report: Report, texts: Texts) -> Lines:
    """Sessions held and notices acknowledged, day by day."""
    days = report.days
    return Lines(
        title=texts.say("picture.days.title", unit=report.unit_name, first=days[0].day, last=days[-1].day),
        notes=(),
        groups=(texts.say("picture.days.sessions"), texts.say("picture.days.received")),
        days=tuple(figures.short_dated(day.day) for day in days),
        counts=(tuple(day.sessions for day in days), tuple(day.received for day in days)),
    )
