"""From door to door: an officer sends somebody with a list, who sees one household after the other.

What came of each door is kept, every time; the latest counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.core.form import Answers, Form, Json, Option, Question
from bot.core.message import Choice, Lane, Outbound
from bot.core.notice_life import OFFICERS
from bot.core.people import Role
from bot.core.questions import about, choice, photos, text
from handlers.dialogue.conversation import offer
from handlers.dialogue.visit import Visit
from handlers.house.menu import menu_choices
from handlers.notices.notice_wording import kind_name
from handlers.notices.paper_service import SERVERS, door_of
from handlers.sessions.round_reports import may_report, report_opening
from handlers.subject import Command, Dialogue, Given, Opening, Replies, Subject
from storage import ledger, notices, rounds
from storage.database import Tx
from storage.ledger import TO_SEE, Door
from storage.notices import Sheet
from storage.rounds import Mobiliser, NewRound, NewVisit, Round

OUTCOMES = ("agreed", "hesitating", "met", "absent")
"""What can come of a door: "met" is seen, and no opinion said."""
REASONS = ("price", "resettlement", "papers", "other")
"""The main reason of a household that hesitates, as in the report of a session."""
EVERYWHERE = "-"
MOST_ROUNDS = 5
MOST_DOORS = 5000
PAGE = 8


# -- sending somebody ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class SendLook:
    """The notice, where its households live that must be seen, and who can be sent."""

    sheet: Sheet | None
    groups: Sequence[Option]
    people: Sequence[Mobiliser]


def send_look(tx: Tx, visit: Visit, given: Given) -> SendLook:
    """What the officer chooses from."""
    sheet = notices.sheet(tx, given["notice"]["value"]["id"], visit.known.scope)
    found = ledger.by_group(tx, sheet.notice_id) if sheet else []
    everywhere = visit.say("send_round.group.all", total=sum(group.households for group in found))
    named = [
        Option(group.neighborhood_group, visit.say("send_round.group.option", group=group))
        for group in found
        if group.neighborhood_group
    ]
    return SendLook(
        sheet=sheet,
        groups=[Option(EVERYWHERE, everywhere), *named] if found else [],
        people=rounds.mobilisers(tx, visit.known.scope),
    )


def the_notice() -> Question:
    """The notice about which somebody is sent."""

    def shown(value: Json, look: SendLook) -> str | None:
        return look.sheet.code if look.sheet and look.sheet.notice_id == value["id"] and look.groups else None

    return about("notice", shown)


def group_options(_kept: Answers, look: SendLook) -> Sequence[Option]:
    """Where."""
    return look.groups


def people_options(_kept: Answers, look: SendLook) -> Sequence[Option]:
    """Whom."""
    return [Option(one.person_id, one.name, (one.unit_name,)) for one in look.people]


SEND = Form("send_round", (the_notice(), choice("group", group_options), choice("who", people_options)))


def send(tx: Tx, visit: Visit, answers: Answers) -> Replies:
    """The list is written down and given to that person, who hears of it."""
    sheet = notices.sheet(tx, answers["notice"]["id"], visit.known.scope)
    assert sheet is not None  # the walk has just accepted it
    group = "" if answers["group"] == EVERYWHERE else answers["group"]
    doors = ledger.lines(
        tx, sheet.notice_id, visit.known.scope, standings=TO_SEE, group=group, most=MOST_DOORS
    )  # fmt: skip
    new = NewRound(
        round_id=visit.desk.ids.new(), notice_id=sheet.notice_id, neighborhood_group=group, assignee_id=answers["who"],
        assigned_by=visit.known.person_id, draft=visit.draft,
    )  # fmt: skip
    rounds.add_round(tx, new, [door.recipient_id for door in doors], visit.now)
    told = _tell(tx, visit, new, sheet)
    who = next(one for one in rounds.mobilisers(tx, visit.known.scope) if one.person_id == answers["who"])
    saved = visit.say("send_round.saved", who=who, doors=len(doors), sheet=sheet, told=told, at=visit.clock)
    return [visit.reply(saved, menu_choices(visit, visit.known.role))]


def _tell(tx: Tx, visit: Visit, new: NewRound, sheet: Sheet) -> bool:
    chat, given = rounds.chat_of(tx, new.assignee_id), rounds.round_of(tx, new.round_id, new.assignee_id)
    if chat is None or given is None:
        return False
    text_ = visit.desk.say(
        "door_rounds.told", Role.SECRETARY, round=given, kind=kind_name(visit.desk, sheet.kind)
    )  # fmt: skip
    begin = Choice(label=visit.say("door_rounds.button.begin"), data=f"d|next|{new.round_id}")
    message = Outbound(address=chat.address, text=text_, choices=(begin,), lane=Lane.NOTICE)
    visit.send(tx, message)
    offer(tx, message, chat.account)
    return True


# -- the list in hand ---------------------------------------------------------------------------


def show_rounds(tx: Tx, visit: Visit) -> Replies:
    """The lists that this person was given."""
    found = rounds.rounds_of(tx, visit.known.person_id, MOST_ROUNDS)
    if not found:
        return [visit.answer("door_rounds.none", menu_choices(visit, visit.known.role))]
    choices = [Choice(label=_round_name(visit, one), data=f"d|open|{one.round_id}") for one in found]
    return [visit.answer("door_rounds.list", choices, rounds=found)]


def _round_name(visit: Visit, one: Round) -> str:
    return visit.say("door_rounds.name", round=one)


def pressed(tx: Tx, visit: Visit, parts: Sequence[str]) -> Replies | Opening:
    """A button of a list. Somebody else's list and one that does not exist look the same."""
    if visit.known.role in SERVERS and len(parts) >= 2:
        found = rounds.round_of(tx, parts[1], visit.known.person_id)
        match parts:
            case ["open", _] if found:
                return _open(tx, visit, found, "")
            case ["more", _, after] if found:
                return _open(tx, visit, found, after)
            case ["next", _] if found:
                return _door(tx, visit, found, rounds.next_door(tx, found.round_id))
            case ["report", _] if found:
                return report_opening(tx, visit, found) if may_report(visit, found) else _open(tx, visit, found, "")
            case ["skip", _, recipient_id] if found:
                return _door(tx, visit, found, rounds.next_door(tx, found.round_id, recipient_id))
            case ["door", _, recipient_id] if found and rounds.is_door(tx, found.round_id, recipient_id):
                return _door(tx, visit, found, recipient_id)
            case ["visit", _, recipient_id] if found and rounds.is_door(tx, found.round_id, recipient_id):
                return Opening(form="door_visit", given=_about(recipient_id, found.round_id))
            case ["serve", _, recipient_id] if found and rounds.is_door(tx, found.round_id, recipient_id):
                return Opening(form="paper_service", given=_about(recipient_id))
    return [visit.answer("common.no_such_button")]


def _about(recipient_id: str, round_id: str = "") -> Given:
    value = {"id": recipient_id, "round": round_id} if round_id else {"id": recipient_id}
    return {"door": {"value": value, "raw": ""}}


def _button(visit: Visit, name: str, data: str) -> Choice:
    return Choice(label=visit.say(f"door_rounds.button.{name}"), data=f"d|{data}")


def _open(tx: Tx, visit: Visit, found: Round, after: str) -> Replies:
    """A page of the list, with what came of each door."""
    doors = rounds.doors_of(tx, found.round_id, after, PAGE + 1)
    lines = [
        (one, visit.say(f"door_visit.outcome.option.{one.outcome}") if one.outcome else "") for one in doors[:PAGE]
    ]
    choices = [Choice(label=one.head_name, data=f"d|door|{found.round_id}|{one.recipient_id}") for one in doors[:PAGE]]
    if len(doors) > PAGE:
        choices.append(_button(visit, "more", f"more|{found.round_id}|{doors[PAGE - 1].recipient_id}"))
    if may_report(visit, found):
        choices.append(_button(visit, "report", f"report|{found.round_id}"))
    shown = visit.answer("door_rounds.page", choices, round=found, lines=lines)
    return [replace(shown, household=True)]


def _door(tx: Tx, visit: Visit, found: Round, recipient_id: str | None) -> Replies:
    """One household, and what can be said of it."""
    door = door_of(tx, visit, recipient_id) if recipient_id else None
    if door is None or recipient_id is None:
        return [visit.answer("door_rounds.none", menu_choices(visit, visit.known.role))]
    names = ("visit", "serve", "skip") if found.doors > 1 else ("visit", "serve")
    choices = [_button(visit, name, f"{name}|{found.round_id}|{recipient_id}") for name in names]
    choices.append(_button(visit, "open", f"open|{found.round_id}"))
    shown = visit.answer("door_rounds.door", choices, door=door, round=found)
    return [replace(shown, household=True)]


# -- what came of a door ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitLook:
    """The door, and the answers by name."""

    door: Door | None
    on_list: bool
    outcomes: Sequence[Option]
    reasons: Sequence[Option]


def visit_look(tx: Tx, visit: Visit, given: Given) -> VisitLook:
    """The door, as long as the list is this person's."""
    value: Mapping[str, Any] = given["door"]["value"]
    found = rounds.round_of(tx, value["round"], visit.known.person_id)
    return VisitLook(
        door=door_of(tx, visit, value["id"]),
        on_list=found is not None and rounds.is_door(tx, found.round_id, value["id"]),
        outcomes=[Option(one, visit.say(f"door_visit.outcome.option.{one}")) for one in OUTCOMES],
        reasons=[Option(one, visit.say(f"door_visit.reason.option.{one}")) for one in REASONS],
    )


def the_door() -> Question:
    """The household that was called on."""

    def shown(_value: Json, look: VisitLook) -> str | None:
        return f"{look.door.head_name} · {look.door.code}" if look.door and look.on_list else None

    return about("door", shown)


def outcome_options(_kept: Answers, look: VisitLook) -> Sequence[Option]:
    """What came of it."""
    return look.outcomes


def reason_options(_kept: Answers, look: VisitLook) -> Sequence[Option]:
    """Why a household hesitates."""
    return look.reasons


def hesitates(kept: Answers, _look: VisitLook) -> bool:
    """Only who hesitates has a reason."""
    return bool(kept.get("outcome", "hesitating") == "hesitating")


def somebody_was_there(kept: Answers, _look: VisitLook) -> bool:
    """Behind a closed door there is nothing more to tell."""
    return not nobody_was_there(kept)


def nobody_was_there(answers: Answers) -> bool:
    """The one answer that is all."""
    return answers.get("outcome") == "absent"


VISIT = Form(
    "door_visit",
    (
        the_door(),
        choice("outcome", outcome_options),
        choice("reason", reason_options, when=hesitates),
        text("note", longest=500, when=somebody_was_there, optional=True),
        photos("photos", most=5, when=somebody_was_there),
    ),
)


def visited(tx: Tx, visit: Visit, answers: Answers) -> Replies:
    """Keep what came of the door, and offer the next one."""
    value = answers["door"]
    new = NewVisit(
        visit_id=visit.desk.ids.new(), round_id=value["round"], recipient_id=value["id"], outcome=answers["outcome"],
        reason=answers.get("reason") or "", note=answers.get("note") or "", person_id=visit.known.person_id,
        draft=visit.draft,
    )  # fmt: skip
    rounds.add_visit(tx, new, answers.get("photos") or (), visit.now)
    found = rounds.round_of(tx, value["round"], visit.known.person_id)
    assert found is not None
    if found.visited == found.doors:
        results = rounds.results(tx, found.round_id)
        own = may_report(visit, found)
        report = [_button(visit, "report", f"report|{found.round_id}")] if own else []
        choices = [*report, _button(visit, "open", f"open|{found.round_id}"), *menu_choices(visit, visit.known.role)]
        return [visit.answer("door_visit.all_done", choices, round=found, results=results, own=own)]
    choices = [_button(visit, "next", f"next|{found.round_id}"), _button(visit, "open", f"open|{found.round_id}")]
    return [visit.answer("door_visit.saved", choices, round=found, at=visit.clock)]


SUBJECTS = (
    Subject(
        name="send_round",
        dialogue=Dialogue(
            form=SEND, look=send_look, looks_at=("notice",), finish=send, roles=OFFICERS
        ),
    ),
    Subject(
        name="door_visit",
        dialogue=Dialogue(
            form=VISIT, look=visit_look, looks_at=("door",), finish=visited, roles=SERVERS, decided=nobody_was_there
        ),
        commands=(
            Command(
                name="dennha", words=("den tung nha", "danh sach den nha", "di tung nha"), roles=SERVERS,
                run=show_rounds,
            ),
        ),
        buttons={"d": pressed},
    ),
)  # fmt: skip
