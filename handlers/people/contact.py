"""A resident's telephone number: asked for once, given by the platform's own way or in words, never needed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.core.message import Address, Choice, Contact, Lane, Outbound
from bot.core.people import Role
from bot.core.reading.phones import read_phone
from bot.core.reading.result import Value
from handlers.dialogue.visit import Desk, Visit
from handlers.house.menu import menu_choices
from handlers.people.personal_data import PHONE, person_behind, say_no, say_yes
from handlers.subject import Replies, Subject
from storage import people
from storage.database import Tx

NO = "ct|no"
LONGEST_NAME = 100
_ONLY_A_NUMBER = re.compile(r"[+(]?\d[\d\s().-]{7,18}")


def ask(tx: Tx, visit: Visit, person_id: str, address: Address) -> list[Outbound]:
    """The one question for it, to a resident who has just joined; it comes after what answers them."""
    return [question(visit.desk, address)] if people.ask_phone(tx, person_id, visit.now) else []


def question(desk: Desk, address: Address) -> Outbound:
    """What it is for, and that nobody has to."""
    return Outbound(
        address=address,
        text=desk.say("contact.ask", Role.RESIDENT),
        choices=(Choice(label=desk.say("contact.no"), data=NO),),
        lane=Lane.NOTICE,
        contact=desk.say("contact.give"),
    )


def given(tx: Tx, visit: Visit, contact: Contact) -> Replies:
    """Kept with the yes to its purpose; what nobody asked for is not kept."""
    menu = menu_choices(visit, visit.asker.role) if visit.asker else ()
    person_id = person_behind(tx, visit)
    if person_id is None or people.phone_of(tx, person_id).phone_asked_at is None:
        return [visit.answer("contact.not_asked", menu)]
    number = read_phone(contact.phone)
    if not isinstance(number, Value):
        return [visit.answer("contact.not_a_phone", menu)]
    people.keep_phone(tx, person_id, number.value, contact.name[:LONGEST_NAME])
    say_yes(tx, visit, person_id, PHONE)
    return [visit.answer("contact.saved", menu, phone=number.value, at=visit.clock)]


def hears(tx: Tx, visit: Visit, text: str) -> Replies | None:
    """A number by itself, from somebody who was asked for one."""
    if not _ONLY_A_NUMBER.fullmatch(text.strip()) or not isinstance(read_phone(text), Value):
        return None
    person_id = person_behind(tx, visit)
    if person_id is None or people.phone_of(tx, person_id).phone_asked_at is None:
        return None
    return given(tx, visit, Contact(phone=text))


def pressed(tx: Tx, visit: Visit, _parts: Sequence[str]) -> Replies:
    """No: that is fine, and nobody asks again."""
    menu = menu_choices(visit, visit.known.role)
    person_id = visit.known.person_id
    if people.phone_of(tx, person_id).phone_asked_at is None:
        return [visit.answer("common.no_such_button")]
    people.keep_phone(tx, person_id, "", "")
    say_no(tx, visit, person_id, PHONE)
    return [visit.answer("contact.without", menu)]


SUBJECT = Subject(name="contact", buttons={"ct": pressed}, hears=hears)
