"""A resident's own household: its land, who joined for it, and who speaks for it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.message import Choice, Outbound
from bot.core.people import Role
from handlers.dialogue.visit import Visit
from handlers.house.menu import menu_choices
from handlers.subject import Command, Replies, Subject
from storage import households
from storage.database import Tx
from storage.households import MyHome

RESIDENTS = frozenset({Role.RESIDENT})


def show(tx: Tx, visit: Visit) -> Replies:
    """Each of one's households."""
    homes = households.of_person(tx, visit.known.person_id)
    if not homes:
        return [visit.answer("my_home.none", menu_choices(visit, visit.known.role))]
    return [_card(tx, visit, home) for home in homes]


def _card(tx: Tx, visit: Visit, home: MyHome) -> Outbound:
    land = households.land_of(tx, home.household_id, visit.known.person_id)
    speak = Choice(label=visit.say("my_home.speak"), data=f"o|speak|{home.household_id}")
    choices = () if home.speaker else (speak,)
    return visit.answer_of_household("my_home.card", choices, home=home, land=land)


def pressed(tx: Tx, visit: Visit, parts: Sequence[str]) -> Replies:
    """Somebody wants to speak for the household. Another household and none look the same."""
    match parts:
        case ["speak", household_id]:
            person_id = visit.known.person_id
            mine = {home.household_id: home for home in households.of_person(tx, person_id)}
            if household_id in mine and visit.known.role in RESIDENTS:
                return _speak(tx, visit, mine[household_id])
    return [visit.answer("common.no_such_button")]


def _speak(tx: Tx, visit: Visit, home: MyHome) -> Replies:
    menu = menu_choices(visit, visit.known.role)
    if households.become_representative(tx, home.household_id, visit.known.person_id):
        return [visit.answer_of_household("my_home.speaks_now", menu, home=home, at=visit.clock)]
    return [visit.answer_of_household("my_home.somebody_speaks", menu, home=home)]


SUBJECT = Subject(
    name="my_home",
    commands=(Command(name="hogiadinh", words=("ho cua toi", "ho gia dinh", "nha toi"), roles=RESIDENTS, run=show),),
    buttons={"o": pressed},
)
