"""Joining: an invitation's code, consent, and from then on a known person."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.form import Answers, Form, Heard, Kept, Option, Question, Refused, Said
from bot.core.message import Outbound
from bot.core.people import Role
from bot.core.questions import choice
from bot.core.texts import capital
from handlers.dialogue.visit import Visit
from handlers.house.menu import menu_choices, menu_message
from handlers.people import contact
from handlers.people.personal_data import consent_choices, say_yes
from handlers.subject import Dialogue, Given, Replies, Subject
from storage import campaign, people
from storage.database import Tx
from storage.people import Invitation

HOUR = 3600_000
MOST_WRONG_CODES = 5  # an hour and account: guessing a code must not pay
_PRINTED = re.compile(r"(?=.*[0-9])[A-Z0-9]{4}(-[A-Z0-9]{4,5}){1,3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinLook:
    """The invitation that a code belongs to, or why it can't be used; and who would be told what."""

    invitation: Invitation | None
    trouble: str  # "" · "unknown" · "used" · "expired" · "too_many"
    abroad: bool  # the channel's servers are not in Viet Nam: consent must say so
    title: str  # as whom the person is invited
    consents: tuple[Option, ...]


def look(tx: Tx, visit: Visit, given: Given) -> JoinLook:
    """What the code in hand stands for."""
    channel, sender = visit.address.channel, visit.inbound.sender
    code = given.get("code", {}).get("value")
    invitation = people.invitation(tx, code) if code else None
    trouble = _trouble(code, invitation, visit.now)
    if people.wrong_codes_since(tx, channel, sender, visit.now - HOUR) >= MOST_WRONG_CODES:
        trouble = "too_many"
    elif trouble == "unknown":
        people.note_wrong_code(tx, channel, sender, visit.now)
    consents = tuple(Option(name, visit.say(f"join.consent.option.{name}")) for name in ("agree", "decline"))
    return JoinLook(
        invitation=invitation,
        trouble=trouble,
        abroad=channel in visit.desk.abroad,
        title=title_of(visit, invitation) if invitation else "",
        consents=consents,
    )


def title_of(visit: Visit, invitation: Invitation) -> str:
    """What the invited person will be called."""
    return visit.desk.title(Role(invitation.role), invitation.unit_name, deputy=bool(invitation.deputy))


def _trouble(code: str | None, invitation: Invitation | None, now: int) -> str:
    if code is None:
        return ""
    if invitation is None:
        return "unknown"
    if invitation.used_at is not None or invitation.revoked_at is not None:
        return "used"
    return "" if invitation.is_open(now) else "expired"


def looks_like_a_code(text: str) -> bool:
    """Whether somebody known means an invitation: groups of capitals and digits with a hyphen, as on the slip."""
    return _PRINTED.fullmatch(text.strip().upper()) is not None


def invitation_code() -> Question:
    """A code as printed on a slip: at least six letters and digits, a digit among them, no spaces between words."""

    def hear(said: Said, _kept: Answers, _look: JoinLook) -> Heard:
        code = said.text.strip().strip(".").upper()
        letters = [letter for letter in code if letter.isalnum()]
        looks_right = 6 <= len(letters) <= 40 and any(letter.isdigit() for letter in letters)
        return Kept(code) if looks_right and len(code.split()) <= 1 else Refused("not_a_code")

    def accept(value: str, _kept: Answers, look: JoinLook) -> Heard:
        return Refused(look.trouble) if look.trouble else Kept(value)

    return Question(key="code", kind="code", hear=hear, accept=accept, show=lambda value, *_: value)


def consent_options(_kept: Answers, look: JoinLook) -> Sequence[Option]:
    """Silence is not consent: one of the two is pressed."""
    return look.consents


FORM = Form("join", (invitation_code(), choice("consent", consent_options)))


def finish(tx: Tx, visit: Visit, answers: Answers) -> Replies:
    """Make the person known in the invited role; nothing is kept of somebody who declines."""
    if answers["consent"] == "decline":
        return [declined(visit)]
    invitation = people.invitation(tx, answers["code"])
    assert invitation is not None
    if invitation.links_to:
        return _link(tx, visit, answers["code"], invitation, invitation.links_to)
    person_id = _person(tx, visit, invitation)
    if invitation.individual_id and campaign.individual_of(tx, person_id):
        return [visit.answer("join.already_individual", menu_choices(visit, visit.asker.role) if visit.asker else ())]
    if not people.use_invitation(tx, answers["code"], person_id, visit.now):
        return [visit.answer("join.code.refused.used")]
    people.add_account(tx, visit.address, visit.inbound.sender, person_id, visit.now)
    people.add_membership(
        tx,
        visit.desk.ids.new(),
        person_id,
        invitation.unit_id,
        invitation.role,
        visit.now,
        deputy=bool(invitation.deputy),
    )
    _tie(tx, invitation, person_id, visit.now)
    _agree(tx, visit, invitation, person_id)
    role = Role(invitation.role)
    welcome = visit.desk.say("join.welcome", role, title=title_of(visit, invitation))
    if role is not Role.SECRETARY:
        asked = contact.ask(tx, visit, person_id, visit.address) if invitation.household_id else []
        return [menu_message(visit, role, welcome), *asked]
    more = f"{welcome}\n{visit.desk.say('join.reminders', role)}"
    return [visit.reply(more, (*consent_choices(visit), *menu_choices(visit, role)))]


def purposes_of(visit: Visit, invitation: Invitation) -> list[str]:
    """What the words of the consent name; being reminded is asked for by itself."""
    abroad = ["abroad"] if visit.address.channel in visit.desk.abroad else []
    return ["account", *(["notices"] if invitation.household_id else []), *abroad]


def _link(tx: Tx, visit: Visit, code: str, invitation: Invitation, person_id: str) -> Replies:
    """The same person from now on, on this channel too; an account that is somebody already stays who it is."""
    known = people.person_of(tx, visit.address.channel, visit.inbound.sender)
    if known is not None:
        where = "join.linked_before" if known.person_id == person_id else "join.somebody_else"
        return [visit.answer(where, menu_choices(visit, visit.asker.role) if visit.asker else ())]
    if not people.use_invitation(tx, code, person_id, visit.now):
        return [visit.answer("join.code.refused.used")]
    people.add_account(tx, visit.address, visit.inbound.sender, person_id, visit.now)
    _agree(tx, visit, invitation, person_id)
    role = Role(invitation.role)
    return [menu_message(visit, role, visit.desk.say("join.linked", role))]


def _agree(tx: Tx, visit: Visit, invitation: Invitation, person_id: str) -> None:
    for purpose in purposes_of(visit, invitation):
        say_yes(tx, visit, person_id, purpose)


def declined(visit: Visit) -> Outbound:
    """What somebody hears who does not agree."""
    if visit.asker is None:
        return visit.answer("join.declined")
    return visit.answer("join.declined_known", menu_choices(visit, visit.asker.role))


def _person(tx: Tx, visit: Visit, invitation: Invitation) -> str:
    """The person behind this account, known once even if every role was taken away since, or a new one."""
    known = people.person_of(tx, visit.address.channel, visit.inbound.sender)
    if known is not None:
        return known.person_id
    person_id = visit.desk.ids.new()
    name = invitation.person_name or invitation.head_name or capital(title_of(visit, invitation))
    people.add_person(tx, person_id, name, visit.now)
    return person_id


def _tie(tx: Tx, invitation: Invitation, person_id: str, now: int) -> None:
    if invitation.household_id:
        people.join_household(tx, invitation.household_id, person_id, now)
    if invitation.individual_id:
        campaign.tie_individual(tx, invitation.individual_id, person_id)


SUBJECT = Subject(
    name="join",
    dialogue=Dialogue(form=FORM, look=look, looks_at=("code",), finish=finish, strangers=True, reviewed=False),
)
