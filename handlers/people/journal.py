"""The journal: who saw, sent, changed what, for an administrator and in their scope."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.message import Choice
from bot.core.people import Role
from bot.core.texts import Words
from handlers.dialogue.visit import Visit
from handlers.house.menu import menu_choices
from handlers.subject import Command, Replies, Subject
from storage import audit
from storage.audit import Act
from storage.database import Tx

PAGE = 12
READERS = frozenset({Role.ADMIN})


def show(tx: Tx, visit: Visit) -> Replies:
    """The latest acts."""
    return _page(tx, visit, audit.NEWEST)


def pressed(tx: Tx, visit: Visit, parts: Sequence[str]) -> Replies:
    """The acts before those that were shown."""
    if visit.known.role not in READERS or len(parts) != 1:
        return [visit.answer("common.no_such_button")]
    return _page(tx, visit, parts[0])


def _page(tx: Tx, visit: Visit, before: str) -> Replies:
    acts = audit.read(tx, visit.known.scope, PAGE + 1, before)
    menu = menu_choices(visit, visit.known.role)
    if not acts:
        return [visit.answer("journal.empty", menu)]
    page = acts[:PAGE]
    lines = [_line(visit, act) for act in page]
    older = [Choice(label=visit.say("journal.older"), data=f"j|{page[-1].audit_id}")] if len(acts) > PAGE else []
    return [visit.answer("journal.page", [*older, *menu], lines=lines)]


def _line(visit: Visit, act: Act) -> Words:
    did = visit.say(f"journal.act.{act.act}", about=act.about)
    return visit.say("journal.line", at=visit.moment_of(act.at), act=act, did=did)


SUBJECT = Subject(
    name="journal",
    commands=(Command(name="nhatky", words=("nhat ky", "nhat ky su dung"), roles=READERS, run=show),),
    buttons={"j": pressed},
)
