"""Entering for somebody else: a colleague of the unit, or an individual without a phone. The record is theirs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bot.core.form import Answers, Form, Heard, Json, Kept, Look, Option, Question, Refused, Said
from bot.core.message import Choice
from bot.core.people import Role
from bot.core.questions import about, as_heard, choice, text
from bot.core.reading.fold import fold
from bot.core.reading.phones import read_phone
from handlers.dialogue.doubles import same_or_other
from handlers.dialogue.visit import Visit
from handlers.house.menu import menu_choices
from handlers.subject import Command, Dialogue, Given, Opening, Replies, Subject
from storage import behalf
from storage.behalf import Beneficiary
from storage.campaign import Named
from storage.database import Tx

HELPERS = frozenset({Role.SECRETARY, Role.OFFICER})
"""Who may enter for others."""
OPENS = {"model": "register_model", "session": "report_session"}
"""What can be entered, and the form of each."""
SAME = "same:"


# -- a form for somebody else -------------------------------------------------------------------


def for_whom() -> Question:
    """Whose the record will be, where a button said so; asked of nobody else."""

    def shown(value: Json, look: Look) -> str | None:
        helped: Beneficiary | None = look.helped
        return f"{helped.name}, {helped.unit_name}" if helped and helped.individual_id == value else None

    return replace(about("behalf", shown), when=lambda _kept, look: look.for_another)


def helped_in(tx: Tx, visit: Visit, given: Given) -> Beneficiary | None:
    """The individual for whom a form is filled, as long as this person may."""
    individual_id = given.get("behalf", {}).get("value")
    return behalf.beneficiary(tx, individual_id, visit.known.person_id) if individual_id else None


# -- naming somebody ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class BehalfLook:
    """The units whose people may be helped, and those of the chosen one whose names can be compared."""

    units: Sequence[Named]
    people: Sequence[Named] = ()
    answers: dict[str, str] = field(default_factory=dict)

    def namesakes(self, kept: Answers) -> list[Named]:
        """Those of the unit who are called like this."""
        name = fold(kept.get("name") or "")
        return [one for one in self.people if name and fold(one.name) == name]


def look(tx: Tx, visit: Visit, given: Given) -> BehalfLook:
    """The units, and the people of the one that is meant."""
    units = behalf.units_for(tx, visit.known.person_id)
    unit = given.get("unit", {}).get("value") or (units[0].code if len(units) == 1 else "")
    mine = any(one.code == unit for one in units)
    return BehalfLook(
        units=units,
        people=behalf.namesakes(tx, unit) if mine else (),
        answers={name: visit.say(f"behalf.known.{name}") for name in ("same", "other")},
    )


def unit_options(_kept: Answers, look: BehalfLook) -> Sequence[Option]:
    """The units whose people may be helped."""
    return [Option(unit.code, unit.name, (unit.code.lower(),)) for unit in look.units]


def several_units(_kept: Answers, look: BehalfLook) -> bool:
    """Whether there is a choice of unit."""
    return len(look.units) != 1


def known_options(kept: Answers, look: BehalfLook) -> Sequence[Option]:
    """It is that person, or another one of the same name."""
    found = look.namesakes(kept)
    return same_or_other(found[0].code, look.answers["same"], look.answers["other"]) if found else ()


def is_known(kept: Answers, look: BehalfLook) -> bool:
    """Whether somebody of the unit has this name."""
    return bool(look.namesakes(kept))


def is_new(kept: Answers, _look: BehalfLook) -> bool:
    """Of somebody who is known nothing more is asked."""
    return not str(kept.get("known") or "").startswith(SAME)


def phone(key: str) -> Question:
    """A telephone number. Canonical: E.164."""
    plain = text(key, longest=40, when=is_new, optional=True)

    def hear(said: Said, _kept: Answers, _look: Look) -> Heard:
        heard = as_heard(read_phone(said.text), str)
        return heard if isinstance(heard, Kept) else Refused("not_understood")

    def show(value: Json, _kept: Answers, _look: Look) -> Json:
        return f"0{value.removeprefix('+84')}"

    return replace(plain, kind="phone", hear=hear, show=show)


FORM = Form(
    "behalf",
    (
        choice("unit", unit_options, when=several_units),
        text("name", longest=80, shortest=3),
        choice("known", known_options, when=is_known),
        phone("phone"),
        text("group", longest=80, when=is_new, optional=True),
    ),
)


def finish(tx: Tx, visit: Visit, answers: Answers) -> Replies:
    """Somebody new is written down, somebody known is recognised; then what is to be entered is chosen."""
    helper = visit.known.person_id
    unit = answers.get("unit") or behalf.units_for(tx, helper)[0].code
    known = str(answers.get("known") or "")
    if known.startswith(SAME):
        code = behalf.recognise(tx, known.removeprefix(SAME), unit, helper)
    else:
        number, group = answers.get("phone") or "", answers.get("group") or ""
        code = behalf.add(tx, answers["name"], unit, number, group, helper)
    helped = behalf.beneficiary(tx, code, helper)
    assert helped is not None
    choices = [Choice(label=visit.say(f"behalf.enter.{what}"), data=f"nh|{what}|{code}") for what in OPENS]
    return [visit.answer("behalf.ready", [*choices, *menu_choices(visit, visit.known.role)], helped=helped)]


def pressed(tx: Tx, visit: Visit, parts: Sequence[str]) -> Replies | Opening:
    """The button that opens a form for somebody. Not one's own people and nobody look the same."""
    if len(parts) != 2 or parts[0] not in OPENS or visit.known.role not in HELPERS:
        return [visit.answer("common.no_such_button")]
    helped = behalf.beneficiary(tx, parts[1], visit.known.person_id)
    if helped is None:
        return [visit.answer("common.no_such_button")]
    return Opening(form=OPENS[parts[0]], given={"behalf": {"value": helped.individual_id, "raw": ""}})


SUBJECT = Subject(
    name="behalf",
    dialogue=Dialogue(form=FORM, look=look, looks_at=("unit",), finish=finish, roles=HELPERS),
    commands=(Command(name="nhapho", words=("nhap ho", "nhap thay", "dang ky ho"), roles=HELPERS, opens="behalf"),),
    buttons={"nh": pressed},
)
