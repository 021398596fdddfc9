"""What is asked about a notice that is there: a reason for returning or withdrawing it, and whose it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.core.form import Answers, Form, Json, Question
from bot.core.message import Choice
from bot.core.notice_life import APPROVERS, BY_NAME, OFFICERS
from bot.core.questions import about, text
from handlers.dialogue.visit import Visit
from handlers.notices.notice_cards import allowed, give_back, too_late, withdraw
from handlers.notices.notice_previews import matching, preview
from handlers.subject import Dialogue, Given, Replies, Subject
from storage import notices
from storage.database import Tx
from storage.notices import Sheet

MOST_FOUND = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutNotice:
    """The notice that a form is about."""

    sheet: Sheet | None
    act: str
    title: str


def meant(given: Given) -> Mapping[str, Any]:
    """{id, seen, act} as the button that opened the form set it."""
    value: Mapping[str, Any] = given["notice"]["value"]
    return value


def look(tx: Tx, visit: Visit, given: Given) -> AboutNotice:
    """The notice, if it lies in the person's scope."""
    aim = meant(given)
    title = visit.say(f"notice.step.{aim['act']}") if aim["act"] in BY_NAME else ""
    return AboutNotice(sheet=notices.sheet(tx, aim["id"], visit.known.scope), act=aim["act"], title=title)


def the_notice() -> Question:
    """The notice that a form is about."""

    def shown(value: Json, look: AboutNotice) -> str | None:
        return look.sheet.code if look.sheet and look.sheet.notice_id == value["id"] else None

    return about("notice", shown)


REASON = Form("notice_reason", (the_notice(), text("reason", longest=1000, shortest=5)))
FIND = Form("find_household", (the_notice(), text("who", longest=100, shortest=1)))


def give_reason(tx: Tx, visit: Visit, answers: Answers) -> Replies:
    """Return a notice to its author, or withdraw it from the households."""
    aim = answers["notice"]
    sheet = notices.sheet(tx, aim["id"], visit.known.scope)
    assert sheet is not None  # the walk has just accepted it
    if not allowed(visit, sheet, BY_NAME[aim["act"]], aim["seen"]):
        return too_late(tx, visit, sheet)
    return (give_back if aim["act"] == "return" else withdraw)(tx, visit, sheet, answers["reason"])


# -- how one household will read it ---------------------------------------------------------------


def find(tx: Tx, visit: Visit, answers: Answers) -> Replies:
    """Show the notice as a household will read it, or the households that the words could mean."""
    sheet = notices.sheet(tx, answers["notice"]["id"], visit.known.scope)
    assert sheet is not None
    found = matching(notices.households_of(tx, visit.known.scope, sheet.project_id), answers["who"])
    if len(found) == 1:
        return preview(tx, visit, sheet, found[0])
    again = Choice(label=visit.say("notice.look.see"), data=f"w|see|{sheet.notice_id}")
    listed = [
        Choice(label=f"{home.head_name} · {home.household_id}", data=f"x|{sheet.notice_id}|{home.household_id}")
        for home in found[:MOST_FOUND]
    ]
    shown = visit.answer("notice.found", [*listed, again], words=answers["who"], found=len(found), most=MOST_FOUND)
    return [replace(shown, household=True)]


def pressed(tx: Tx, visit: Visit, parts: Sequence[str]) -> Replies:
    """A household chosen from those found."""
    if visit.known.role not in OFFICERS or len(parts) != 2:
        return [visit.answer("common.no_such_button")]
    sheet = notices.sheet(tx, parts[0], visit.known.scope)
    homes = notices.households_of(tx, visit.known.scope, sheet.project_id) if sheet else []
    home = next((one for one in homes if one.household_id == parts[1]), None)
    if sheet is None or home is None:
        return [visit.answer("common.no_such_button")]
    return preview(tx, visit, sheet, home)


SUBJECTS = (
    Subject(
        name="notice_reason",
        dialogue=Dialogue(form=REASON, look=look, looks_at=("notice",), finish=give_reason, roles=APPROVERS),
    ),
    Subject(
        name="find_household",
        dialogue=Dialogue(form=FIND, look=look, looks_at=("notice",), finish=find, roles=OFFICERS, reviewed=False),
        buttons={"x": pressed},
    ),
)
