"""One person on two channels: a code shown on one, typed on the other."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.message import Choice
from handlers.dialogue.visit import Visit
from handlers.house.menu import menu_choices
from handlers.subject import Command, Replies, Subject
from storage import people
from storage.database import Tx

MINUTE = 60_000  # milliseconds
VALID_MINUTES = 15
GET = "lk|code"
LETTERS = 12  # with five wrong codes an hour nobody guesses one in a quarter of an hour


def explain(_tx: Tx, visit: Visit) -> Replies:
    """What a code is for, and a button to have one: a command alone changes nothing."""
    return [visit.answer("linking.explained", [Choice(label=visit.say("linking.get"), data=GET)])]


def show_code(tx: Tx, visit: Visit, _parts: Sequence[str]) -> Replies:
    """A code for the person's other channel; the one before it ends."""
    asker = visit.known
    letters = visit.desk.ids.token(LETTERS)
    code = "-".join(letters[start : start + 4] for start in range(0, LETTERS, 4))
    people.revoke_links(tx, asker.person_id, visit.now)
    people.invite(
        tx,
        code,
        role=asker.role,
        unit_id=asker.active.unit_id,
        now=visit.now,
        expires_at=visit.now + VALID_MINUTES * MINUTE,
        links_to=asker.person_id,
    )
    text = visit.say("linking.code", code=code, minutes=VALID_MINUTES)
    return [visit.reply(text, menu_choices(visit, asker.role))]


SUBJECT = Subject(
    name="linking",
    commands=(Command(name="lienket", words=("lien ket", "noi kenh", "dung kenh khac"), run=explain),),
    buttons={"lk": show_code},
)
