"""A notice to the households of a project: composed by an officer, shown with its reach, sent to each household."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from bot.core.form import Answers, Form, Heard, Kept, Option, Question, Refused
from bot.core.message import Lane, Outbound
from bot.core.people import Role
from bot.core.questions import choice, text
from bot.core.texts import Words
from handlers.conversation import offer
from handlers.menu import menu_choices
from handlers.notice_answers import answer_choices
from handlers.subject import Command, Dialogue, Given, Replies, Subject
from handlers.visit import Visit
from storage import notices
from storage.database import Tx
from storage.notices import Household, HouseholdChat, Parcel, ProjectSize

KINDS = (
    "recovery_notice",
    "inventory_survey",
    "public_posting",
    "compensation_plan",
    "payout",
    "site_handover",
    "other",
)
"""The steps of land clearance at which a household gets a message, in their order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeLook:
    """The projects with their households, the kinds by name, and how the chosen project's households are reached."""

    projects: Sequence[ProjectSize]
    kinds: Sequence[Option]
    reach: Counter[str]  # households by channel; "" is nobody


def look(tx: Tx, visit: Visit, given: Given) -> NoticeLook:
    """The officer's projects, and the reach of the one chosen."""
    scope = visit.known.scope
    project = given.get("project", {}).get("value")
    return NoticeLook(
        projects=notices.project_sizes(tx, scope, visit.today),
        kinds=[Option(kind, visit.say(f"publish_notice.kind.option.{kind}")) for kind in KINDS],
        reach=reach_of(tx, scope, project) if project else Counter(),
    )


def reach_of(tx: Tx, scope: str, project_id: str) -> Counter[str]:
    """Households by the channel on which they are reached; those without a chat under ""."""
    first = {chat.household_id: chat.channel for chat in reversed(notices.chats_of(tx, scope, project_id))}
    return Counter(first.get(home.household_id, "") for home in notices.households_of(tx, scope, project_id))


def project_options(_kept: Answers, look: NoticeLook) -> Sequence[Option]:
    """The open projects of the officer's ward."""
    return [Option(project.code, project.name) for project in look.projects]


def kind_options(_kept: Answers, look: NoticeLook) -> Sequence[Option]:
    """The kinds of notice."""
    return look.kinds


def project_with_households() -> Question:
    """A project to whose households something can be said."""
    plain = choice("project", project_options)

    def accept(value: str, kept: Answers, look: NoticeLook) -> Heard:
        project = next((project for project in look.projects if project.code == value), None)
        if project is None:
            return Refused("no_such_option")
        return Kept(value) if project.households else Refused("empty_project", {"name": project.name})

    return Question(
        key="project", kind="choice", hear=plain.hear, accept=accept, show=plain.show, options=project_options
    )


FORM = Form(
    "publish_notice",
    (project_with_households(), choice("kind", kind_options), text("content", longest=2500, shortest=10)),
)


def preview(visit: Visit, _answers: Answers, look: NoticeLook) -> str:
    """How many households it goes to, and by which way, before it goes."""
    reach = [
        (visit.say(f"common.channel.{channel}"), count) for channel, count in sorted(look.reach.items()) if channel
    ]
    return visit.say("publish_notice.reach", total=look.reach.total(), reach=reach, unreachable=look.reach[""])


def finish(tx: Tx, visit: Visit, answers: Answers) -> Replies:
    """Publish: a row for each household, a message for each of its members who can be reached."""
    scope, project_id, now = visit.known.scope, answers["project"], visit.now
    notice_id = visit.desk.ids.new()
    author = visit.known.person_id
    code = notices.add_notice(
        tx, notice_id, project_id, answers["kind"], answers["content"], visit.draft, author, now, visit.today.year
    )
    parcels = _by_household(notices.parcels_of(tx, scope, project_id))
    chats = _by_household(notices.chats_of(tx, scope, project_id))
    project = next(p for p in notices.project_sizes(tx, scope, visit.today) if p.code == project_id)
    for home in notices.households_of(tx, scope, project_id):
        body = notice_text(visit, home, parcels[home.household_id], project, answers, code)
        _to_household(tx, visit, notice_id, home, body, chats[home.household_id])
    reach = reach_of(tx, scope, project_id)
    done = visit.say("publish_notice.saved", code=code, total=reach.total(), unreachable=reach[""], at=visit.clock)
    return [visit.reply(done, menu_choices(visit, visit.known.role))]


class OfHousehold(Protocol):
    """A row that belongs to a household."""

    @property
    def household_id(self) -> str: ...


Row = TypeVar("Row", bound=OfHousehold)


def _by_household(rows: Sequence[Row]) -> defaultdict[str, list[Row]]:
    grouped: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[row.household_id].append(row)
    return grouped


def notice_text(
    visit: Visit, home: Household, parcels: Sequence[Parcel], project: ProjectSize, answers: Answers, code: str
) -> Words:
    """What one household reads."""
    kind = visit.say(f"publish_notice.kind.option.{answers['kind']}")
    return visit.desk.say(
        "notice.message", Role.RESIDENT, home=home, parcels=parcels, project=project, kind=kind,
        content=answers["content"], code=code, day=visit.today,
    )  # fmt: skip


def _to_household(
    tx: Tx, visit: Visit, notice_id: str, home: Household, body: Words, chats: Sequence[HouseholdChat]
) -> None:
    recipient_id = visit.desk.ids.new()
    notices.add_recipient(tx, recipient_id, notice_id, home.household_id, hashlib.sha256(body.encode()).hexdigest())
    for chat in chats:
        message = Outbound(
            address=chat.address,
            text=body,
            choices=answer_choices(visit, recipient_id),
            lane=Lane.NOTICE,
            household=True,
        )
        visit.send(tx, message, about=recipient_id)
        offer(tx, message, chat.account)


SUBJECT = Subject(
    name="publish_notice",
    dialogue=Dialogue(
        form=FORM, look=look, looks_at=("project",), finish=finish, preview=preview, roles=frozenset({Role.OFFICER})
    ),
    commands=(
        Command(
            name="thongbao",
            words=("thong bao", "gui thong bao", "tb"),
            roles=frozenset({Role.OFFICER}),
            opens="publish_notice",
        ),
    ),
)
