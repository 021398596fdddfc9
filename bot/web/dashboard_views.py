"""What each page of the dashboard shows: read for one visitor, within what their role covers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.core import figures
from bot.core.calendar import local
from bot.core.message import Attachment
from bot.core.periods import Period, Span, ending
from bot.reports import tables
from bot.reports.discreet import discreet
from bot.reports.drawings import Picture
from bot.reports.files import Asked, Form, attachment_for
from bot.reports.letters import Head
from bot.reports.tables import Table
from handlers.dialogue.visit import Desk
from storage import campaign, models, statistics
from storage.campaign import Unit
from storage.dashboard import Visitor
from storage.database import Tx
from storage.registers import DutyRow, ModelRow, SessionRow, registers
from storage.statistics import CLEARANCE, Report

FIRST_DAY = date(2000, 1, 1)
FRESH_EVERY, LARGE_EVERY = 60, 600
"""After how many seconds a page that is looked at renews itself; what takes seconds to read does so seldom."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Who looks, at which days, and what the address names (`named` in its path, `asked` after its question mark)."""

    visitor: Visitor
    desk: Desk
    period: Period
    named: Mapping[str, str]
    asked: Mapping[str, str]
    now: int
    every: int = FRESH_EVERY

    @property
    def scope(self) -> str:
        return self.visitor.unit_id

    @property
    def fewest(self) -> int:
        """From how many households on a count is told to who looks."""
        return self.desk.fewest_for(self.visitor.role)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The name of a template and what it is filled with."""

    name: str
    values: dict[str, object]


View = Callable[[Tx, Look], Page | None]
"""None is for what does not exist, and for what is not theirs: nobody can tell the difference."""

FileView = Callable[[Tx, Look], Attachment | None]


def period_of(asked: Mapping[str, str], today: date) -> Period:
    """The days that an address names; today where it names none, or none that there can be figures of."""
    try:
        day = date.fromisoformat(asked.get("ngay", ""))
    except ValueError:
        day = today
    span = asked.get("ky", "")
    return ending(Span(span) if span in set(Span) else Span.DAY, day if FIRST_DAY <= day <= today else today)


def _page(look: Look, name: str, unit: Unit | None, **values: object) -> Page:
    """What every page has: whose figures, of which days, as of when, and the way back."""
    return Page(
        name=name,
        values={
            "unit": unit,
            "visitor": look.visitor,
            "title": look.desk.title(look.visitor.role, look.visitor.unit_name),
            "period": look.period,
            "every": look.every,
            "today": local(look.now).date().isoformat(),
            "at": figures.timed(local(look.now)),
            "until": figures.timed(local(look.visitor.ends_at)),
            "query": f"?ngay={look.period.last.isoformat()}&ky={look.period.span}",
            **values,
        },
    )


def overview(tx: Tx, look: Look) -> Page | None:
    """Everything at a glance."""
    return _figures(tx, look, look.scope)


def unit(tx: Tx, look: Look) -> Page | None:
    """The same of a unit in the visitor's scope, with its models and sessions."""
    return (
        _figures(tx, look, look.named["unit"]) if statistics.unit_within(tx, look.named["unit"], look.scope) else None
    )


def _figures(tx: Tx, look: Look, scope: str) -> Page:
    report = discreet(statistics.report(tx, scope, look.period), look.fewest)
    rows = registers(tx, scope, look.period.last)
    texts = look.desk.texts
    own = scope == look.scope
    return _page(
        look,
        "figures",
        campaign.unit(tx, scope),
        own=own,
        report=report,
        figured=report.figured,
        fields=_fields(report),
        units=tables.by_unit(report, rows, texts),
        ledger=tables.ledger(report, texts),
        goals=tables.goals(report, texts),
        questions=tables.questions(rows.questions, texts),
        duties=_duties(rows.duties, report.figured.day),
        models=None if own else tables.models(rows.models, texts),
        model_hrefs=_hrefs("mo-hinh", rows.models),
        sessions=None if own else tables.sessions(rows.sessions, texts),
        session_hrefs=_hrefs("buoi", rows.sessions),
        missing=_missing(report),
        forms=tuple(Form),
    )


def _hrefs(where: str, rows: Sequence[ModelRow] | Sequence[SessionRow]) -> list[str]:
    """Where each row can be opened."""
    keys = [row.model_id if isinstance(row, ModelRow) else row.session_id for row in rows]
    return [f"{where}/{key}" for key in keys]


def _fields(report: Report) -> list[dict[str, object]]:
    figured = report.figured
    return [
        {
            "code": field.code,
            "name": field.name,
            "voluntary": field.code == CLEARANCE,
            "collectives": (field.collectives, figured.collectives),
            "individuals": (field.individuals, figured.individuals),
        }
        for field in figured.fields
    ]


def _duties(rows: Sequence[DutyRow], day: str) -> list[dict[str, object]]:
    """Each duty once: of how many units it is done, and who still owes it."""
    of_duty: dict[str, list[DutyRow]] = {}
    for row in rows:
        of_duty.setdefault(row.duty_id, []).append(row)
    return [
        {
            "code": duty_id,
            "title": one[0].title,
            "plan": one[0].plan,
            "due_on": one[0].due_on,
            "overdue": one[0].due_on < day,
            "units": len(one),
            "done": sum(row.done_on is not None for row in one),
            "owing": [row.unit_name for row in one if row.done_on is None],
        }
        for duty_id, one in of_duty.items()
    ]


def _missing(report: Report) -> dict[str, list[tuple[str, str]]]:
    """Who lags, by name, with the code under which they can be opened."""
    figured = report.figured
    return {
        "obliged": [(unit.code, unit.name) for unit in figured.obliged if not unit.has_model],
        "model": [(unit.code, unit.name) for unit in figured.standings if not unit.has_model],
        "session": [(unit.code, unit.name) for unit in figured.standings if not unit.has_session],
    }


# Lists and records -----------------------------------------------------------------------------


def field(tx: Tx, look: Look) -> Page | None:
    """The models of a field; in clearance those of the obliged apart, for the figure does not count them."""
    behind, texts = registers(tx, look.scope, look.period.last), look.desk.texts
    rows = [row for row in behind.models if row.field_code == look.named["field"]]
    if not rows:
        return None
    owing = {row.unit_id for row in behind.obligations if rows[0].field_code == CLEARANCE}
    lists = {
        "counted": [row for row in rows if row.owner_id not in owing],
        "obliged": [row for row in rows if row.owner_id in owing],
    }
    listed = [(name, tables.models(some, texts), _hrefs("mo-hinh", some)) for name, some in lists.items() if some]
    return _listed(tx, look, rows[0].field_name, listed)


def models_listed(tx: Tx, look: Look) -> Page | None:
    """All counted models."""
    rows = registers(tx, look.scope, look.period.last).models
    table = tables.models(rows, look.desk.texts)
    return _listed(tx, look, table.name, [("counted", table, _hrefs("mo-hinh", rows))])


def sessions_listed(tx: Tx, look: Look) -> Page | None:
    """All counted sessions."""
    rows = registers(tx, look.scope, look.period.last).sessions
    table = tables.sessions(rows, look.desk.texts)
    return _listed(tx, look, table.name, [("counted", table, _hrefs("buoi", rows))])


def _listed(tx: Tx, look: Look, heading: str, lists: Sequence[tuple[str, Table, list[str]]]) -> Page:
    return _page(look, "list", campaign.unit(tx, look.scope), heading=heading, lists=lists)


def model(tx: Tx, look: Look) -> Page | None:
    """One model with its ten items and its history."""
    sheet = models.sheet_in_scope(tx, look.named["model"], look.scope)
    if sheet is None:
        return None
    steps = [(step, look.desk.texts.say(f"model_life.step.{step.step}")) for step in models.history(tx, sheet)]
    state = look.desk.texts.say(f"model_life.state.{sheet.state}")
    return _page(look, "model", campaign.unit(tx, look.scope), sheet=sheet, steps=steps, state=state)


def session(tx: Tx, look: Look) -> Page | None:
    """One session as it was reported."""
    rows = registers(tx, look.scope, local(look.now).date()).sessions
    row = next((row for row in rows if row.session_id == look.named["session"]), None)
    return _page(look, "session", campaign.unit(tx, look.scope), row=row) if row else None


# Files -----------------------------------------------------------------------------------------


def file(tx: Tx, look: Look) -> Attachment | None:
    """A file of the days that are looked at."""
    form, asked = look.named["form"], look.asked
    head, picture = asked.get("the_thuc", Head.GOVERNMENT), asked.get("hinh", Picture.FIELDS)
    if form not in set(Form) or head not in set(Head) or picture not in set(Picture):
        return None
    wanted = Asked(
        form=Form(form), scope=look.scope, period=look.period, head=Head(head), picture=Picture(picture),
        fewest=look.fewest,
    )  # fmt: skip
    return attachment_for(tx, wanted, look.desk.texts, by=look.visitor.name, now=look.now)
