"""Groups of leaders: an administrator registers one with a code; it is told figures, and its leaders may urge.

A group has no form and hears nothing personal. Whoever acts in it is authorised as a person, the group never.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.core.message import Choice, Outbound
from bot.core.people import Asker, Role
from bot.core.periods import Span, ending
from bot.core.reading.fold import fold
from bot.reports.discreet import discreet
from handlers.dialogue.visit import Visit
from handlers.figures.figures_text import digest_text
from handlers.figures.urging import is_anybody_late, urge, urge_choice
from handlers.subject import Command, Replies, Subject
from storage import campaign, leader_groups, statistics
from storage.database import Tx

HOUR = 3600_000  # milliseconds
CODE_LASTS = 24
"""For how many hours a code can be used."""


# In private, by an administrator ----------------------------------------------------------------


def show_groups(tx: Tx, visit: Visit) -> Replies:
    """How many groups there are, and what can be done about it."""
    count = leader_groups.count_below(tx, visit.known.scope)
    names = ("code", "stop") if count else ("code",)
    choices = [Choice(label=visit.say(f"leader_groups.button.{name}"), data=f"gr|{name}") for name in names]
    return [visit.answer("leader_groups.about", choices, count=count)]


def pressed(tx: Tx, visit: Visit, parts: Sequence[str]) -> Replies:
    """An administrator asks for a code, or ends what all groups of the ward receive."""
    match parts:
        case ["code"] if visit.known.role is Role.ADMIN:
            return [_code(tx, visit)]
        case ["stop"] if visit.known.role is Role.ADMIN:
            ended = leader_groups.end_all(tx, visit.known.scope, visit.now)
            return [visit.answer("leader_groups.stopped" if ended else "leader_groups.none")]
    return [visit.answer("common.no_such_button")]


def _code(tx: Tx, visit: Visit) -> Outbound:
    letters = visit.desk.ids.token(12)
    code = "-".join(letters[start : start + 4] for start in range(0, 12, 4))
    leader_groups.add_code(tx, code, visit.known.scope, visit.known.person_id, visit.now + CODE_LASTS * HOUR)
    return visit.answer("leader_groups.made", code=code, hours=CODE_LASTS)


# In a group -------------------------------------------------------------------------------------


def answer_in_group(tx: Tx, visit: Visit) -> Replies:
    """What is said to a group: talk is not answered, a stranger's button neither."""
    inbound = visit.inbound
    if inbound.edited:
        return []
    if inbound.press:
        return _press(tx, visit, inbound.press.split("|"))
    command, _, rest = inbound.text.strip().partition(" ")
    if not command.startswith("/"):
        return []
    name = fold(command[1:].partition("@")[0])
    if name == "nhom" and visit.asker is not None:
        return _register(tx, visit, rest.strip())
    reader = _acting(tx, visit, frozenset({Role.LEADER, Role.OFFICER, Role.ADMIN}))
    if name == "thongke" and reader is not None:
        return _figures(tx, reader)
    return [visit.answer("common.not_in_groups")]


def _register(tx: Tx, visit: Visit, code: str) -> Replies:
    """Only the administrator who asked for the code can use it; nobody learns why another one is refused."""
    known = visit.known
    admin = any(membership.role is Role.ADMIN for membership in known.memberships)
    unit_id = leader_groups.register(tx, visit.address, code, known.person_id, visit.now) if admin else None
    unit = campaign.unit(tx, unit_id) if unit_id else None
    if unit is None:
        return [visit.answer("leader_groups.refused")]
    return [visit.answer("leader_groups.registered", unit=unit.name)]


def _acting(tx: Tx, visit: Visit, roles: frozenset[Role]) -> Visit | None:
    """The visit of somebody who holds a role over the unit of this group; None for everybody else."""
    unit_id = leader_groups.unit_of(tx, visit.address)
    if unit_id is None or visit.asker is None:
        return None
    held = [
        membership
        for membership in visit.asker.memberships
        if membership.role in roles and statistics.unit_within(tx, unit_id, membership.unit_id)
    ]
    return replace(visit, asker=_as(visit.asker, held[0].membership_id)) if held else None


def _as(asker: Asker, membership_id: str) -> Asker:
    active = next(one for one in asker.memberships if one.membership_id == membership_id)
    return replace(asker, active=active)


def _figures(tx: Tx, visit: Visit) -> Replies:
    unit_id = leader_groups.unit_of(tx, visit.address)
    assert unit_id is not None
    report = statistics.seen(tx, statistics.report, unit_id, ending(Span.DAY, visit.today))
    urging = [urge_choice(visit.desk, unit_id)] if is_anybody_late(report) else []
    return [visit.reply(digest_text(visit.desk, discreet(report, visit.desk.ward.fewest)), urging)]


def _press(tx: Tx, visit: Visit, parts: Sequence[str]) -> list[Outbound]:
    """The one button that a group has."""
    leader = _acting(tx, visit, frozenset({Role.LEADER}))
    if leader is None or parts[0] != "ug" or parts[1:] != [leader_groups.unit_of(tx, visit.address)]:
        return []
    return urge(tx, leader, parts[1:])


SUBJECT = Subject(
    name="leader_groups",
    commands=(Command(name="nhom", words=("nhom lanh dao",), roles=frozenset({Role.ADMIN}), run=show_groups),),
    buttons={"gr": pressed},
)
