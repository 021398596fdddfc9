"""What the messages about figures are made of: whom to name, what needs a decision, and a table for a phone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from bot.core import calendar, figures
from bot.core.small_cells import Shown, together
from storage.statistics import CLEARANCE, DayFigures, Report

MOST_NAMES = 4  # further ones are counted, not listed: a leader reads one screen
MOST_LATE = 2
SILENT_AFTER = timedelta(days=3)  # households that did not answer for so long need somebody at their door


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The first few names of a list, and how many more there are."""

    first: tuple[str, ...]
    more: int

    @property
    def total(self) -> int:
        return len(self.first) + self.more


def named(names: tuple[str, ...], most: int = MOST_NAMES) -> Names:
    """The names that fit."""
    return Names(first=names[:most], more=max(0, len(names) - most))


def late_names(figured: DayFigures) -> Names:
    """Those whose deadline has passed without a word from them: what they did is not counted yet."""
    return named(figured.overdue, MOST_LATE)


def late_with_duties(figured: DayFigures) -> Names:
    """Those that have not done a duty whose day lies behind, each once."""
    late = (name for duty in figured.duties for name in duty.overdue(figured.day))
    return named(tuple(dict.fromkeys(late)))


def needs(figured: DayFigures) -> Mapping[str, Shown]:
    """What only a leader can decide, and how much of it there is; the keys are those of the texts `daily.need`."""
    return {
        "questions": figured.questions.overdue,
        "obliged": len(figured.obliged_without_model),
        "to_recognize": sum(count.models for count in figured.states if count.state == "self_assessed"),
        "behind": sum(goal.behind(figured.day) for goal in figured.goals),
        "silent": silent_households(figured),
    }


def silent_households(figured: DayFigures) -> Shown:
    """Households that have not answered a notice for some days."""
    latest = (date.fromisoformat(figured.day) - SILENT_AFTER).isoformat()
    return together(
        notice.silent for notice in figured.notices if calendar.local(notice.published_at).date().isoformat() <= latest
    )


def field_rows(figured: DayFigures) -> list[dict[str, object]]:
    """Each field with its counts and shares as they are written."""
    return [
        {
            "name": field.name,
            "clearance": field.code == CLEARANCE,
            "collectives": figures.ratio(field.collectives, figured.collectives),
            "individuals": figures.ratio(field.individuals, figured.individuals),
        }
        for field in figured.fields
    ]


def table_rows(report: Report) -> list[tuple[str, tuple[str, ...]]]:
    """(what, (now, before, altogether)) of each row; digits stand under digits, with or without monospace."""
    now, before, figured = report.compared[0].now, report.compared[0].before, report.figured
    received = sum(notice.received for notice in figured.notices)
    asked = figured.questions.asked
    done = sum(duty.done for duty in figured.duties)
    rows = [
        ("models", (now.models, before.models, figured.models)),
        ("sessions", (now.sessions, before.sessions, figured.sessions)),
        *([("received", (now.received, before.received, received))] if figured.notices else []),
        *([("duties", (now.duties_done, before.duties_done, done))] if figured.duties else []),
        *([("questions", (now.questions, before.questions, asked))] if asked else []),
    ]
    columns = [figures.column(numbers) for numbers in zip(*(numbers for _, numbers in rows), strict=True)]
    return [(what, cells) for (what, _), cells in zip(rows, zip(*columns, strict=True), strict=True)]
