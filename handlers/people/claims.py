"""Somebody without a code says which land is theirs; an officer of the ward looks, and approves or refuses."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.form import Answers, Form, Heard, Json, Kept, Option, Question, Refused, Said
from bot.core.message import Choice, Outbound
from bot.core.people import Role
from bot.core.questions import about, choice, text
from bot.core.reading.fold import fold
from handlers.dialogue.conversation import offer
from handlers.dialogue.visit import Visit
from handlers.house.menu import MENUS, menu_choices
from handlers.people import contact
from handlers.subject import Command, Dialogue, Given, Opening, Replies, Subject
from storage import households, people
from storage.database import Tx
from storage.households import Candidate, Claim, NewClaim, Project

DAY = 24 * 3600_000  # milliseconds
MOST_A_DAY = 3  # claims of one account
MOST_LISTED = 10
LONGEST_CLAIM = 16  # words
TEXT_VERSION = "2026-11"  # of claim_household.consent.ask
OFFICERS = frozenset({Role.OFFICER})
_PLOT = re.compile(r"\b(?:thua|th)(?: dat)?(?: so)?\s*(\d[\w/]{0,9})")
_SHEET = re.compile(r"\b(?:to ban do|to bd|tbd|to)(?: so)?\s*(\d[\w/]{0,9})")


def land_in(words: str) -> Json | None:
    """The parcel that words name: "tôi là chủ thửa 15 tờ 3"."""
    plain = re.sub(r"[.,;:]", " ", fold(words))
    plot, sheet = _PLOT.search(plain), _SHEET.search(plain)
    return {"map_sheet": sheet[1].upper(), "plot": plot[1].upper()} if plot and sheet else None


def opened_by(words: str) -> Opening | None:
    """The form that such a sentence begins, with the land that it names."""
    if len(words.split()) > LONGEST_CLAIM or "?" in words:  # more than that is a question
        return None
    land = land_in(words) if re.search(r"\b(chu|dat cua|nha toi|toi la)\b", fold(words)) else None
    return Opening(form=FORM.name, given={"land": {"value": land, "raw": words}}) if land else None


# -- the form ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimLook:
    """The projects to choose from, the two answers to the consent, and whether this account claims too often."""

    projects: Sequence[Project]
    consents: tuple[Option, ...]
    too_many: bool
    abroad: bool


def look(tx: Tx, visit: Visit, _given: Given) -> ClaimLook:
    """What is public, and how often this account has claimed."""
    made = households.claims_since(tx, visit.address.channel, visit.inbound.sender, visit.now - DAY)
    return ClaimLook(
        projects=households.open_projects(tx, visit.today),
        consents=tuple(Option(name, visit.say(f"join.consent.option.{name}")) for name in ("agree", "decline")),
        too_many=made >= MOST_A_DAY,
        abroad=visit.address.channel in visit.desk.abroad,
    )


def unready(look: ClaimLook) -> str:
    """Three claims a day are enough for somebody who mistypes, and too few for somebody who guesses."""
    return "claim_household.too_many" if look.too_many else ""


def land() -> Question:
    """The parcel, as on the land certificate. Canonical: {map_sheet, plot}."""

    def hear(said: Said, _kept: Answers, _look: ClaimLook) -> Heard:
        found = land_in(said.text)
        return Kept(found) if found else Refused("no_land")

    def accept(value: Json, _kept: Answers, _look: ClaimLook) -> Heard:
        return Kept(value)

    return Question(
        key="land",
        kind="land",
        hear=hear,
        accept=accept,
        show=lambda value, *_: f"{value['plot']}/{value['map_sheet']}",
    )


def projects(_kept: Answers, look: ClaimLook) -> Sequence[Option]:
    """The open projects."""
    return [Option(project.code, project.name) for project in look.projects]


def consents(_kept: Answers, look: ClaimLook) -> Sequence[Option]:
    """Silence is not consent."""
    return look.consents


FORM = Form(
    "claim_household", (land(), choice("project", projects), text("name", longest=100), choice("consent", consents))
)


def finish(tx: Tx, visit: Visit, answers: Answers) -> Replies:
    """Put the claim to the officers of the project's ward; nothing is kept of somebody who declines."""
    menu = menu_choices(visit, visit.asker.role) if visit.asker else ()
    if answers["consent"] == "decline":
        return [visit.answer("claim_household.declined", menu)]
    new = NewClaim(
        claim_id=visit.desk.ids.new(), project_id=answers["project"], address=visit.address,
        account=visit.inbound.sender, name=answers["name"], map_sheet=answers["land"]["map_sheet"],
        plot=answers["land"]["plot"], text_version=TEXT_VERSION, draft=visit.draft,
    )  # fmt: skip
    unit_id = households.claim(tx, new, visit.now)
    told = tell_officers(tx, visit, new, unit_id)
    where = "claim_household.saved" if told else "claim_household.saved_untold"
    return [visit.answer(where, menu, claim=new, at=visit.clock)]


def tell_officers(tx: Tx, visit: Visit, new: NewClaim, unit_id: str) -> bool:
    """Whether any officer could be told."""
    officers = households.officers_over(tx, unit_id)
    see = Choice(label=visit.say("claim_household.see"), data=f"h|see|{new.claim_id}")
    words = visit.desk.say("claim_household.told", Role.OFFICER, claim=new)
    for officer in officers:
        message = Outbound(address=officer.address, text=words, choices=(see,))
        visit.send(tx, message)
        offer(tx, message, officer.account)
    return bool(officers)


# -- the officer's side ---------------------------------------------------------------------------


def show_waiting(tx: Tx, visit: Visit) -> Replies:
    """The claims that wait, the oldest first."""
    waiting = households.waiting_claims(tx, visit.known.scope, MOST_LISTED)
    if not waiting:
        return [visit.answer("claim_household.none", menu_choices(visit, visit.known.role))]
    choices = [
        Choice(label=visit.say("claim_household.option", claim=one), data=f"h|see|{one.claim_id}") for one in waiting
    ]
    return [visit.answer("claim_household.waiting", choices, count=len(waiting))]


def pressed(tx: Tx, visit: Visit, parts: Sequence[str]) -> Replies | Opening:
    """An officer's button. Another ward's claim and one that does not exist look the same."""
    act, claim_id, household_id = (*parts, "", "", "")[:3]
    claim = households.claim_in_scope(tx, claim_id, visit.known.scope) if visit.known.role in OFFICERS else None
    if claim is None:
        return [visit.answer("common.no_such_button")]
    if claim.outcome is not None:
        return [decided(visit, claim)]
    if act == "see":
        return [card(tx, visit, claim)]
    if act == "no":
        return Opening(form=REFUSE.name, given={"claim": {"value": claim_id, "raw": ""}})
    candidate = next((one for one in candidates(tx, visit, claim) if one.household_id == household_id), None)
    if act != "yes" or candidate is None:
        return [visit.answer("common.no_such_button")]
    return approve(tx, visit, claim, candidate)


def candidates(tx: Tx, visit: Visit, claim: Claim) -> list[Candidate]:
    """The households that own the claimed land, in the officer's scope."""
    return households.with_plot(tx, visit.known.scope, claim.project_id, claim.map_sheet, claim.plot)


def card(tx: Tx, visit: Visit, claim: Claim) -> Outbound:
    """Who claims what, whose it is by the list, and the two decisions."""
    owners = candidates(tx, visit, claim)
    yes = [
        Choice(label=visit.say("claim_household.yes", home=one), data=f"h|yes|{claim.claim_id}|{one.household_id}")
        for one in owners
    ]
    no = Choice(label=visit.say("claim_household.no"), data=f"h|no|{claim.claim_id}")
    channel = visit.say(f"common.channel.{claim.channel}")
    at = visit.moment_of(claim.made_at)
    return visit.answer_of_household(
        "claim_household.card", (*yes, no), claim=claim, owners=owners, channel=channel, at=at
    )


def decided(visit: Visit, claim: Claim) -> Outbound:
    """Somebody decided before."""
    at = visit.moment_of(claim.decided_at or 0)
    return visit.answer("claim_household.decided", menu_choices(visit, visit.known.role), claim=claim, at=at)


def approve(tx: Tx, visit: Visit, claim: Claim, home: Candidate) -> Replies:
    """The person belongs to the household from now on, as if they had had its code."""
    if not households.decide(tx, claim, "approved", visit.known.person_id, visit.now, household_id=home.household_id):
        raise RuntimeError("a claim was decided twice in one transaction")
    known = people.person_of(tx, claim.channel, claim.account)
    person_id = known.person_id if known else visit.desk.ids.new()
    if known is None:
        people.add_person(tx, person_id, claim.name, visit.now)
    people.add_account(tx, claim.address, claim.account, person_id, visit.now)
    people.add_membership(tx, visit.desk.ids.new(), person_id, claim.unit_id, Role.RESIDENT, visit.now)
    people.join_household(tx, home.household_id, person_id, visit.now)
    abroad = ["abroad"] if claim.channel in visit.desk.abroad else []
    for purpose in ("account", "notices", *abroad):
        consent_id = visit.desk.ids.new()
        people.consent(tx, consent_id, person_id, purpose, claim.text_version, claim.channel, claim.made_at)
    menu = tuple(visit.desk.command_choice(name) for name in MENUS[Role.RESIDENT])
    tell(
        tx,
        visit,
        claim,
        Outbound(address=claim.address, text=_say(visit, "approved", home=home), choices=menu, household=True),
    )
    for question in contact.ask(tx, visit, person_id, claim.address):
        tell(tx, visit, claim, question)
    return [
        visit.answer_of_household(
            "claim_household.approved_saved", menu_choices(visit, visit.known.role), claim=claim, home=home
        )
    ]


def _say(visit: Visit, what: str, **values: object) -> str:
    return visit.desk.say(f"claim_household.{what}", Role.RESIDENT, **values)


def tell(tx: Tx, visit: Visit, claim: Claim, message: Outbound) -> None:
    """Whoever claimed hears what was decided."""
    visit.send(tx, message)
    if message.choices:
        offer(tx, message, claim.account)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefuseLook:
    """The claim that is refused, while it waits."""

    claim: Claim | None


def refuse_look(tx: Tx, visit: Visit, given: Given) -> RefuseLook:
    """The claim, in the officer's scope."""
    claim = households.claim_in_scope(tx, given["claim"]["value"], visit.known.scope)
    return RefuseLook(claim=claim if claim and claim.outcome is None else None)


def _shown(_value: Json, look: RefuseLook) -> str | None:
    return look.claim.name if look.claim else None


REFUSE = Form("refuse_claim", (about("claim", _shown), text("reason", longest=500, shortest=5)))


def refuse(tx: Tx, visit: Visit, answers: Answers) -> Replies:
    """Refuse with a reason, which the person is told."""
    claim = households.claim_in_scope(tx, answers["claim"], visit.known.scope)
    assert claim is not None
    reason = answers["reason"]
    if not households.decide(tx, claim, "refused", visit.known.person_id, visit.now, reason=reason):
        return [decided(visit, claim)]
    tell(
        tx, visit, claim, Outbound(address=claim.address, text=_say(visit, "refused_told", claim=claim, reason=reason))
    )
    return [visit.answer("claim_household.refused_saved", menu_choices(visit, visit.known.role), claim=claim)]


SUBJECTS = (
    Subject(
        name="claims",
        dialogue=Dialogue(
            form=FORM,
            look=look,
            finish=finish,
            unready=unready,
            roles=frozenset({Role.RESIDENT}),
            strangers=True,
            reviewed=False,
        ),
        commands=(
            Command(
                name="xacnhan", words=("xac nhan ho", "yeu cau xac nhan", "xac nhan ho dan"), roles=OFFICERS,
                run=show_waiting,
            ),
        ),
        buttons={"h": pressed},
    ),
    Subject(
        name="refuse_claim",
        dialogue=Dialogue(form=REFUSE, look=refuse_look, looks_at=("claim",), finish=refuse, roles=OFFICERS),
    ),
)  # fmt: skip
