"""The journal: who saw, sent, changed what, for an administrator and in their scope."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.core.message import Choice
from bot.core.people import Role
from bot.core.texts import Texts, Words
from handlers.dialogue.visit import Visit
from handlers.house.menu import menu_choices
from handlers.subject import Command, Replies, Subject
from storage import audit
from storage.audit import Act
from storage.database import Tx

PAGE = 12
READERS = frozenset({Role.ADMIN})
_NAME = re.compile("[a-z_]+")


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
    return line_of(visit.desk.texts, act, visit.moment_of(act.at))


def line_of(texts: Texts, act: Act, at: str) -> Words:
    """An act as the journal shows it."""
    return texts.say(
        "journal.line", at=at, act=act, did=texts.say(f"journal.act.{act.act}", about=about_of(texts, act))
    )


def about_of(texts: Texts, act: Act) -> str:
    """What was looked at, pressed or sent, as people know it; a name that is no longer used stays as it was written."""
    known = words_for(act.act, act.about)
    return texts.say(known) if known and texts.has(known) else act.about


def words_for(act: str, about: str) -> str:
    """Where the words for a command, a form or a kind of button stand; "" where there are none."""
    match act:
        case "command":
            return f"menu.{about}"
        case "form":
            return f"{about}.called"
        case "button":
            prefix, name = kind_of(about)
            return f"journal.button.{prefix}.{name or 'any'}"
        case "invite":
            return f"journal.invited.{about}"
    return ""


def kind_of(data: str) -> tuple[str, str]:
    """(prefix, name) of what a button carries: the name says what it does, whatever else there is says to what."""
    prefix, *rest = data.split("|")
    return prefix, next((part for part in rest if _NAME.fullmatch(part)), "")


SUBJECT = Subject(
    name="journal",
    commands=(Command(name="nhatky", words=("nhat ky", "nhat ky su dung"), roles=READERS, run=show),),
    buttons={"j": pressed},
)
