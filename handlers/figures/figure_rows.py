"""Figures opened into their rows: the whole, a field or a unit, models and sessions, one record; a page at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Concatenate, ParamSpec, TypeVar

from bot.core import figures
from bot.core.message import Choice
from bot.core.model_life import JUDGES
from bot.core.people import Role
from bot.core.periods import Period, Span, ending
from bot.core.reading.days import read_day
from bot.core.reading.fold import fold
from bot.core.reading.result import Value
from bot.reports.daily import named
from bot.reports.discreet import discreet, discreet_day
from handlers.dialogue.visit import Visit
from handlers.figures.figures_text import overview_text
from handlers.figures.urging import is_anybody_late, urge_choice
from handlers.house.menu import menu_choices
from handlers.subject import Command, Replies, Subject
from storage import statistics
from storage.campaign import Named
from storage.database import Tx
from storage.duties import running
from storage.statistics import CLEARANCE, Page, Report

P = ParamSpec("P")
R = TypeVar("R")

READERS = frozenset({Role.LEADER, Role.OFFICER, Role.ADMIN})
ROWS = 8
"""How many rows a page shows."""
MOST_MISSING, MOST_NAMED = 40, 10
"""How many of those who are missing are named at once; and in each of several lines."""
SPANS = {"tuan": Span.WEEK, "tuan nay": Span.WEEK, "thang": Span.MONTH, "thang nay": Span.MONTH}


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where somebody stands in the figures: what is shown, of which unit, day and field, from which row on.

    No unit is the reader's own, no day is today.
    """

    what: str = "all"
    unit: str = ""
    day: str = ""
    span: str = Span.DAY
    field: str = ""
    skip: int = 0

    @property
    def data(self) -> str:
        """As the data of a button."""
        return f"g|{self.what}|{self.unit}|{self.day}|{self.span}|{self.field}|{self.skip}"

    @staticmethod
    def of(parts: Sequence[str]) -> Spot | None:
        """The inverse of `data`; None for what no button of ours says."""
        if len(parts) != 6 or parts[3] not in set(Span) or not (parts[5].isascii() and parts[5].isdigit()):
            return None
        what, unit, day, span, field, skip = parts
        return Spot(what=what, unit=unit, day=day, span=span, field=field, skip=int(skip[:6]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A spot with what it stands for: the unit within the reader's scope, and the day."""

    tx: Tx
    visit: Visit
    spot: Spot
    unit: Named
    period: Period

    @property
    def day(self) -> date:
        return self.period.last

    @property
    def page(self) -> Page:
        """One row more than is shown says whether there is a next page."""
        return Page(skip=self.spot.skip, most=ROWS + 1)

    def look(self, work: Callable[Concatenate[Tx, str, P], R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """What is to be read of the unit."""
        return statistics.seen(self.tx, work, self.unit.code, *args, **kwargs)

    def choice(self, label: str, **changes: object) -> Choice:
        """A button to another spot."""
        return Choice(label=label, data=replace(self.spot, **{"skip": 0, **changes}).data)  # type: ignore[arg-type]

    def button(self, name: str, **changes: object) -> Choice:
        """The same with a label of ours."""
        return self.choice(self.visit.say(f"figure_rows.button.{name}"), **changes)

    def listed(self, title: str, lines: Sequence[object], choices: Sequence[Choice], **values: object) -> Replies:
        """A page of rows with a button for each, the next page, and the way back."""
        more = [self.button("more", skip=self.spot.skip + ROWS)] if len(lines) > ROWS else []
        shown = lines[:ROWS]
        text = self.visit.say(
            f"figure_rows.{title}", unit=self.unit.name, day=self.day, lines=shown, first=self.spot.skip + 1, **values
        )
        return [self.visit.reply(text, [*choices[:ROWS], *more, self.button("all", what="all", field="")])]


# The whole -------------------------------------------------------------------------------------


def show_figures(tx: Tx, visit: Visit) -> Replies:
    """The figures of this moment, or of the day, week or month that was typed behind the command."""
    typed = fold(visit.inbound.text.partition(" ")[2]) if visit.inbound.text.startswith("/") else ""
    spot = asked(visit, typed)
    if spot is None:
        return [visit.answer("figure_rows.bad_day", menu_choices(visit, visit.known.role))]
    return at(tx, visit, spot)


def asked(visit: Visit, typed: str) -> Spot | None:
    """Where words lead: nothing is today; None is a day that nobody understands, or that has not come."""
    if not typed or typed in SPANS:
        return Spot(span=SPANS.get(typed, Span.DAY))
    reading = read_day(typed, today=visit.today, held=True)
    return Spot(day=reading.value.isoformat()) if isinstance(reading, Value) else None


def pressed(tx: Tx, visit: Visit, parts: Sequence[str]) -> Replies:
    """A button of the figures. Somebody else's unit and one that does not exist look the same."""
    spot = Spot.of(parts)
    if spot is None or visit.known.role not in READERS:
        return [visit.answer("common.no_such_button")]
    return at(tx, visit, spot)


def at(tx: Tx, visit: Visit, spot: Spot) -> Replies:
    """What is to be read at a spot."""
    unit = statistics.unit_within(tx, spot.unit or visit.known.scope, visit.known.scope)
    day = _day(spot.day, visit.today)
    if unit is None or day is None or spot.what not in ROOMS:
        return [visit.answer("common.no_such_button")]
    return ROOMS[spot.what](Reading(tx=tx, visit=visit, spot=spot, unit=unit, period=ending(Span(spot.span), day)))


def _day(text: str, today: date) -> date | None:
    """The day of a button; none that has not come."""
    try:
        day = date.fromisoformat(text) if text else today
    except ValueError:
        return None
    return day if day <= today else None


MOST_DUTIES = 3
"""How many duties that somebody still has to do stand in the figures, the nearest deadline first."""


def overview(reading: Reading) -> Replies:
    """All figures of a unit, and what opens them."""
    visit, unit = reading.visit, reading.unit
    report = discreet(reading.look(statistics.report, reading.period), visit.fewest)
    live = reading.day == visit.today
    text = overview_text(
        visit.desk,
        report,
        at=visit.clock if live else "",
        unit="" if unit.code == visit.known.scope else unit.name,
        sent_at=visit.moment_of(report.sent.sent_at) if report.sent else "",
        running=running(reading.tx, unit.code, reading.day, MOST_DUTIES),
    )
    return [visit.reply(text, [*_openings(reading, report), *_urging(reading, report, live), *_files(reading)])]


def _openings(reading: Reading, report: Report) -> list[Choice]:
    """What of a report can be opened: only what has rows."""
    figured = report.figured
    below = reading.look(statistics.units_below, reading.day, Page(most=1))
    rows = {
        "obliged": figured.obliged,
        "fields": figured.models,
        "units": below,
        "models": figured.models and not below,
        "sessions": figured.sessions,
        "missing": is_anybody_late(report),
        "duties": figured.duties,
        "goals": figured.goals,
        "notices": figured.notices,
        "questions": figured.questions.asked,
    }
    own = reading.unit.code == reading.visit.known.scope
    up = [] if own else [reading.button("own", what="all", unit="")]
    return [*(reading.button(what, what=what) for what, present in rows.items() if present), *up]


def _urging(reading: Reading, report: Report, live: bool) -> list[Choice]:
    leads = reading.visit.known.role is Role.LEADER
    return [urge_choice(reading.visit.desk, reading.unit.code)] if live and leads and is_anybody_late(report) else []


def _files(reading: Reading) -> list[Choice]:
    """The same figures as pictures, files and pages: of the reader's own unit."""
    own = reading.unit.code == reading.visit.known.scope
    return [reading.visit.desk.command_choice("taitep")] if own else []


# Its rows --------------------------------------------------------------------------------------


def fields(reading: Reading) -> Replies:
    """Each field with its owners."""
    figured = reading.look(statistics.day_figures, reading.day)
    rows = figured.fields[reading.spot.skip :]
    choices = [reading.choice(field.name, what="owners", field=field.code) for field in rows]
    return reading.listed("fields", rows, choices, clearance=CLEARANCE)


def owners(reading: Reading) -> Replies:
    """The owners that a field's figure counts."""
    field = reading.spot.field
    rows = reading.look(statistics.owners_of_field, reading.day, field, reading.page)
    figured = reading.look(statistics.day_figures, reading.day)
    counted = next((count for count in figured.fields if count.code == field), None)
    if counted is None:
        return [reading.visit.answer("common.no_such_button")]
    choices = [reading.choice(row.name, what="models", field=f"{field}@{row.owner_id}") for row in rows]
    return reading.listed("owners", rows, choices, counted=counted, voluntary=field == CLEARANCE)


def models(reading: Reading) -> Replies:
    """Models: of a unit, of a field, of one owner in it."""
    field, _, owner_id = reading.spot.field.partition("@")
    rows = reading.look(statistics.models_of, reading.day, reading.page, field=field, owner_id=owner_id)
    may_open = reading.visit.known.role in JUDGES
    choices = [Choice(label=f"{row.code} · {row.owner_name}", data=f"m|open|{row.model_id}") for row in rows]
    lines = [(row, reading.visit.say(f"model_life.state.{row.state}")) for row in rows]
    return reading.listed("models", lines, choices if may_open else [])


def sessions(reading: Reading) -> Replies:
    """Sessions, the newest first."""
    rows = reading.look(statistics.sessions_of, reading.day, reading.page)
    choices = [Choice(label=f"{row.code} · {row.host_name}", data=f"gs|{row.session_id}") for row in rows]
    return reading.listed("sessions", rows, choices)


def units(reading: Reading) -> Replies:
    """The units directly below, with their figures; those below their goal are marked."""
    rows = reading.look(statistics.units_below, reading.day, reading.page)
    figured = reading.look(statistics.day_figures, reading.day)
    below_goal = {goal.unit_code for goal in figured.goals_missed}
    choices = [reading.choice(row.name, what="all", unit=row.code) for row in rows]
    return reading.listed("units", [(row, row.code in below_goal) for row in rows], choices)


def obliged(reading: Reading) -> Replies:
    """The units that owe a clearance model, with what they have done."""
    figured = reading.look(statistics.day_figures, reading.day)
    rows = figured.obliged[reading.spot.skip :][: ROWS + 1]
    choices = [reading.choice(row.name, what="models", field=f"{CLEARANCE}@{row.code}") for row in rows]
    ratio = figures.ratio(figured.obliged_registered, len(figured.obliged))
    return reading.listed("obliged", rows, choices, ratio=ratio)


def missing(reading: Reading) -> Replies:
    """Who has not done what was expected, by name."""
    figured = reading.look(statistics.day_figures, reading.day)
    expected = [(one, named(one.missing, MOST_MISSING)) for one in figured.expected if one.expected]
    text = reading.visit.say("figure_rows.missing", unit=reading.unit.name, day=reading.day, expected=expected)
    return [reading.visit.reply(text, [reading.button("all", what="all")])]


def goals(reading: Reading) -> Replies:
    """Each goal and how far it has come."""
    figured = reading.look(statistics.day_figures, reading.day)
    rows = figured.goals[reading.spot.skip :][: ROWS + 1]
    lines = [(goal, reading.visit.say(f"goals.measure.{goal.measure}")) for goal in rows]
    choices = [reading.choice(goal.unit_name, what="all", unit=goal.unit_code) for goal in rows]
    return reading.listed("goals", lines, list(dict.fromkeys(choices)))


def duties(reading: Reading) -> Replies:
    """Each duty, how many units have done it, and which have not."""
    figured = reading.look(statistics.day_figures, reading.day)
    rows = figured.duties[reading.spot.skip :][: ROWS + 1]
    return reading.listed("duties", [(duty, named(duty.missing, MOST_NAMED)) for duty in rows], [])


def notices(reading: Reading) -> Replies:
    """Each notice, counted in households: who they are is for the officers alone."""
    figured = discreet_day(reading.look(statistics.day_figures, reading.day), reading.visit.fewest)
    return reading.listed("notices", figured.notices[reading.spot.skip :][: ROWS + 1], [])


def questions(reading: Reading) -> Replies:
    """Each question, those that wait first: who asked, and in what words, is for those who answer alone."""
    figured = reading.look(statistics.day_figures, reading.day)
    rows = reading.look(statistics.questions_of, reading.day, reading.page)
    visit = reading.visit
    lines = [(row, visit.say(f"ticket.state.{row.state}"), visit.moment_of(row.due_at)) for row in rows]
    return reading.listed("questions", lines, [], counted=figured.questions)


ROOMS: dict[str, Callable[[Reading], Replies]] = {
    "all": overview,
    "fields": fields,
    "owners": owners,
    "models": models,
    "sessions": sessions,
    "units": units,
    "obliged": obliged,
    "missing": missing,
    "duties": duties,
    "goals": goals,
    "notices": notices,
    "questions": questions,
}


def open_session(tx: Tx, visit: Visit, parts: Sequence[str]) -> Replies:
    """One session as it was reported."""
    sheet = statistics.session_within(tx, parts[0], visit.known.scope) if len(parts) == 1 else None
    if sheet is None or visit.known.role not in READERS:
        return [visit.answer("common.no_such_button")]
    back = Choice(label=visit.say("figure_rows.button.sessions"), data=Spot(what="sessions").data)
    return [visit.answer("figure_rows.session", [back], sheet=sheet)]


SUBJECT = Subject(
    name="figure_rows",
    commands=(
        Command(
            name="thongke",
            words=("thong ke", "so lieu", "tk", "bao cao nhanh"),
            roles=READERS,
            run=show_figures,
        ),
    ),
    buttons={"g": pressed, "gs": open_session},
)
