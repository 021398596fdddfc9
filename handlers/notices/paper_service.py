"""Recording that a household was served a notice on paper: by an officer, or by whoever was sent to its door."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.core import calendar
from bot.core.form import Answers, Form, Json, Option, Question
from bot.core.people import Role
from bot.core.questions import about, choice, moment, photos, text
from handlers.dialogue.visit import Visit
from handlers.house.menu import menu_choices
from handlers.subject import Dialogue, Given, Replies, Subject
from storage import ledger
from storage.database import Tx
from storage.ledger import Door, NewService

WAYS = ("in_person", "signed", "refused")
SERVERS = frozenset({Role.OFFICER, Role.SECRETARY})


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceLook:
    """The household that was served, and the ways by name."""

    door: Door | None
    ways: Sequence[Option]


def door_of(tx: Tx, visit: Visit, recipient_id: str) -> Door | None:
    """A household to which this person may have gone with a notice."""
    asker = visit.known
    return ledger.door(tx, recipient_id, asker.scope, asker.person_id, office=asker.role is Role.OFFICER)


def look(tx: Tx, visit: Visit, given: Given) -> ServiceLook:
    """The household, if it may be seen."""
    return ServiceLook(
        door=door_of(tx, visit, given["door"]["value"]["id"]),
        ways=[Option(way, visit.say(f"paper_service.way.option.{way}")) for way in WAYS],
    )


def the_door() -> Question:
    """The household that a form is about."""

    def shown(value: Json, look: ServiceLook) -> str | None:
        door = look.door
        return f"{door.head_name} · {door.code}" if door and door.recipient_id == value["id"] else None

    return about("door", shown)


def way_options(_kept: Answers, look: ServiceLook) -> Sequence[Option]:
    """How it was served."""
    return look.ways


def since_issued(_kept: Answers, look: ServiceLook) -> str | None:
    """Nothing is served before it is issued."""
    return calendar.local(look.door.published_at).date().isoformat() if look.door else None


FORM = Form(
    "paper_service",
    (
        the_door(),
        choice("way", way_options),
        moment("served", earliest=since_issued),
        photos("photos", most=5),
        text("note", longest=500, shortest=2, optional=True),
    ),
)


def finish(tx: Tx, visit: Visit, answers: Answers) -> Replies:
    """A line of the ledger, with who recorded it; never changed afterwards."""
    recipient_id = answers["door"]["id"]
    new = NewService(
        service_id=visit.desk.ids.new(),
        recipient_id=recipient_id,
        way=answers["way"],
        served_at=answers["served"],
        note=answers.get("note") or "",
        person_id=visit.known.person_id,
        draft=visit.draft,
    )
    ledger.add_service(tx, new, tuple(answers.get("photos") or ()), visit.now)
    door = door_of(tx, visit, recipient_id)
    assert door is not None
    way = visit.say(f"paper_service.way.option.{new.way}")
    return [
        visit.answer("paper_service.saved", menu_choices(visit, visit.known.role), door=door, way=way, at=visit.clock)
    ]


SUBJECT = Subject(
    name="paper_service",
    dialogue=Dialogue(form=FORM, look=look, looks_at=("door",), finish=finish, roles=SERVERS),
)
