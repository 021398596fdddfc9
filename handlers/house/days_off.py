"""The year's days off: the law's and the ward's own, seen and changed by the administrator in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.core import calendar
from bot.core.form import Answers, Form, Option
from bot.core.message import Choice
from bot.core.people import Role
from bot.core.questions import choice, period, text
from handlers.dialogue.visit import Visit
from handlers.house.menu import menu_choices
from handlers.subject import Command, Dialogue, Given, Opening, Replies, Subject
from storage import ward_days
from storage.database import Tx
from storage.ward_days import Decision

ADMINS = frozenset({Role.ADMIN})
AHEAD = timedelta(days=400)
"""How far one looks: this year's rest and the next Tết."""
MOST_DAYS = 31
LONGEST_REASON = 200
KINDS = ("off", "work", "law")
"""What a day can be made: off, worked, or what the law says of it again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Days that follow one another and are the same; `own` when the ward decided so."""

    first: date
    last: date
    off: bool
    own: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DaysLook:
    """What days can be made, in words."""

    kinds: Sequence[Option]


def look(_tx: Tx, visit: Visit, _given: Given) -> DaysLook:
    """The same for everybody."""
    return DaysLook(kinds=[Option(kind, visit.say(f"days_off.kind_is.{kind}")) for kind in KINDS])


FORM = Form(
    "days_off",
    (
        period("days"),
        choice("kind", lambda _kept, look: look.kinds),
        text(
            "reason",
            longest=LONGEST_REASON,
            when=lambda kept, _look: kept.get("kind") in ("off", "work"),
            optional=True,
        ),
    ),
)


def spans(decided: Mapping[date, Decision], first: date, last: date) -> list[Span]:
    """The days off and the days worked in exchange, each run of them once."""
    found: list[Span] = []
    for span in _days(decided, first, last):
        before = found[-1] if found else None
        if (
            before
            and before.last + timedelta(days=1) == span.first
            and replace(span, first=before.first) == replace(before, last=span.last)
        ):
            found[-1] = replace(before, last=span.last)
        else:
            found.append(span)
    return found


def _days(decided: Mapping[date, Decision], first: date, last: date) -> Iterator[Span]:
    for day in calendar.days_between(first, last):
        own = decided.get(day)
        if own:
            yield Span(first=day, last=day, off=own.off, own=True, reason=own.reason)
        elif calendar.is_lawful_holiday(day):
            yield Span(first=day, last=day, off=True, own=False, reason="")


def show(tx: Tx, visit: Visit) -> Replies:
    """What the program holds for days off from today on, and a way to change it."""
    last = visit.today + AHEAD
    decided = ward_days.decisions(tx)
    change = Choice(label=visit.say("days_off.change"), data="do|change")
    years = [year for year in (visit.today.year, last.year) if not any(day.year == year for day in decided)]
    return [visit.answer("days_off.list", [change], spans=spans(decided, visit.today, last), last=last, years=years)]


def pressed(_tx: Tx, visit: Visit, parts: Sequence[str]) -> Replies | Opening:
    """The one button."""
    if [*parts] != ["change"] or visit.known.role not in ADMINS:
        return [visit.answer("common.no_such_button")]
    return Opening(form=FORM.name, given={})


def finish(tx: Tx, visit: Visit, answers: Answers) -> Replies:
    """Decided; it holds for deadlines, reminders and reports from now on."""
    first, last = (date.fromisoformat(day) for day in answers["days"].split("/"))
    if last - first >= timedelta(days=MOST_DAYS):
        return [visit.answer("days_off.too_many", menu_choices(visit, visit.known.role), most=MOST_DAYS)]
    kind = answers["kind"]
    for day in calendar.days_between(first, last):
        if kind == "law":
            ward_days.forget(tx, day)
        else:
            ward_days.decide(tx, day, Decision(off=kind == "off", reason=answers.get("reason") or ""))
    calendar.decide(ward_days.decided(tx))
    where = f"days_off.saved.{kind}"
    return [visit.answer(where, [visit.desk.command_choice("ngaynghi")], at=visit.clock, first=first, last=last)]


SUBJECT = Subject(
    name="days_off",
    dialogue=Dialogue(form=FORM, look=look, finish=finish, roles=ADMINS),
    commands=(
        Command(
            name="ngaynghi", words=("ngay nghi", "lich nghi", "bang ngay nghi", "lich nghi le"), roles=ADMINS, run=show
        ),
    ),
    buttons={"do": pressed},
)
