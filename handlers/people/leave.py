"""Leave: "vắng đến 30/4". While somebody is away no reminder goes to them; whoever stands in gets it, labelled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.core.form import Answers, Form, Heard, Look, Option, Question, Said
from bot.core.people import Role
from bot.core.questions import as_heard, choice, days_iso, period
from bot.core.reading.leave import read_leave, says_leave
from handlers.dialogue import prefill as prefilled
from handlers.dialogue.visit import Visit
from handlers.house.menu import menu_choices
from handlers.people.standing_in import hears_of, stand_ins
from handlers.subject import Command, Dialogue, Given, Replies, Subject
from storage import leaves
from storage.campaign import Named
from storage.database import Tx
from storage.leaves import AwayFrom

STAFF = frozenset({Role.SECRETARY, Role.OFFICER, Role.LEADER})
"""Who can be away: those from whom the ward expects something."""
OVERSEERS = frozenset({Role.OFFICER, Role.LEADER, Role.ADMIN})
"""Who sees who is away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveLook:
    """Who could stand in."""

    colleagues: Sequence[Named]


def look(tx: Tx, visit: Visit, _given: Given) -> LeaveLook:
    """The others of the units of which the person is secretary."""
    asker = visit.known
    return LeaveLook(colleagues=leaves.colleagues(tx, asker.person_id) if asker.role is Role.SECRETARY else ())


def days_away() -> Question:
    """From a day to a day, of which none has passed already. Canonical: "first/last" in ISO."""

    def hear(said: Said, _kept: Answers, _look: Look) -> Heard:
        return as_heard(read_leave(said.text, today=said.at.date()), days_iso)

    return replace(period("days"), kind="leave", hear=hear)


def colleague_options(_kept: Answers, look: LeaveLook) -> Sequence[Option]:
    """Who could stand in, deputies first."""
    return [Option(colleague.code, colleague.name) for colleague in look.colleagues]


def has_colleagues(_kept: Answers, look: LeaveLook) -> bool:
    """Nobody is asked to choose among nobody."""
    return bool(look.colleagues)


FORM = Form("leave", (days_away(), choice("deputy", colleague_options, when=has_colleagues, optional=True)))


def preview(visit: Visit, answers: Answers, look: LeaveLook) -> str:
    """What becomes of reminders meanwhile."""
    if visit.known.role is not Role.SECRETARY:
        return ""
    return visit.say("leave.nobody") if not look.colleagues else visit.say("leave.meanwhile")


def finish(tx: Tx, visit: Visit, answers: Answers) -> Replies:
    """From the first day to the last nothing is sent to this person that reminds."""
    asker = visit.known
    first, last = answers["days"].split("/")
    leaves.say(
        tx, visit.desk.ids.new(), asker.person_id, first, last, answers.get("deputy"), visit.draft, visit.now
    )  # fmt: skip
    choices = [visit.desk.command_choice("dilamlai"), *menu_choices(visit, asker.role)]
    return [visit.answer("leave.saved", choices, at=visit.clock, first=first, last=last)]


def prefill(_tx: Tx, visit: Visit, text: str) -> Given | None:
    """A message that says nothing but that its author is away."""
    today = visit.written_at.date()
    if not says_leave(text, today=today):
        return None
    return prefilled.given(days=prefilled.entry(read_leave(text, today=today), text, days_iso))


def come_back(tx: Tx, visit: Visit) -> Replies:
    """The person works again."""
    was_away = leaves.end(tx, visit.known.person_id, visit.today.isoformat())
    where = "leave.back" if was_away else "leave.not_away"
    return [visit.answer(where, menu_choices(visit, visit.known.role))]


def leave_lines(tx: Tx, visit: Visit) -> list[str]:
    """That this person is away, and for whom they stand in, as lines of "my work"."""
    me, today = visit.known.person_id, visit.today.isoformat()
    mine = leaves.of_person(tx, me, today)
    lines: list[str] = [visit.say("leave.mine", away=mine)] if mine else []
    for charge in hears_of(tx, me, visit.today):
        if charge.instead_of:
            lines.append(visit.say("leave.standing_in", name=charge.instead_of, until=charge.until))
    return lines


def show_away(tx: Tx, visit: Visit) -> Replies:
    """Who is away in this scope, until when, and who stands in."""
    away = leaves.in_scope(tx, visit.known.scope, visit.today.isoformat())
    lines = [(one, _stand_ins_of(tx, visit, one)) for one in away]
    where = "leave.list" if lines else "leave.nobody_away"
    return [visit.answer(where, menu_choices(visit, visit.known.role), lines=lines)]


def _stand_ins_of(tx: Tx, visit: Visit, missing: AwayFrom) -> list[str]:
    gone = leaves.away_from(tx, missing.unit_id, Role.SECRETARY, visit.today.isoformat())
    there = [
        post
        for post in leaves.posts_in(tx, missing.unit_id, Role.SECRETARY)
        if post.person_id not in gone and post.person_id != missing.person_id
    ]
    return list(dict.fromkeys(post.name for post in stand_ins(there, missing)))


SUBJECT = Subject(
    name="leave",
    dialogue=Dialogue(form=FORM, look=look, finish=finish, preview=preview, prefill=prefill, roles=STAFF, whole_from=2),
    commands=(
        Command(
            name="vang", words=("vang", "bao vang", "xin vang", "nghi phep", "bao nghi"), roles=STAFF, opens="leave"
        ),
        Command(
            name="dilamlai",
            words=("di lam lai", "toi di lam lai", "da di lam lai", "het vang", "het phep"),
            roles=STAFF,
            run=come_back,
        ),
        Command(name="vangmat", words=("ai vang", "danh sach vang"), roles=OVERSEERS, run=show_away),
    ),
)
