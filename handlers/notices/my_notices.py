"""A resident reads again what the ward told the household: the notices, and each of them with what can be answered."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from bot.core import calendar
from bot.core.message import Choice
from bot.core.notice_life import State
from bot.core.people import Role
from bot.core.texts import Words
from handlers.dialogue.visit import Visit
from handlers.house.menu import menu_choices
from handlers.notices.notice_answers import FOLLOWS, answer_choices
from handlers.notices.notice_files import attachments
from handlers.notices.notice_wording import household_text, kind_name
from handlers.subject import Command, Replies, Subject
from storage import ledger, notices
from storage.database import Tx
from storage.ledger import Received, Told
from storage.notices import Sheet

RESIDENTS = frozenset({Role.RESIDENT})
MOST_LISTED = 8
UNANSWERED = ("received", "explain")


def show_list(tx: Tx, visit: Visit) -> Replies:
    """The latest notices to one's households, each with a button that shows it again."""
    found = ledger.received_lately(tx, visit.known.person_id, MOST_LISTED)
    if not found:
        return [visit.answer("notice.none_yet", menu_choices(visit, visit.known.role))]
    lines = [(one, kind_name(visit.desk, one.kind), _day(one.published_at)) for one in found]
    choices = [Choice(label=one.code, data=f"tb|{one.recipient_id}") for one in found]
    several = len({one.head_name for one in found}) > 1
    return [visit.answer_of_household("my_notices.list", choices, lines=lines, several=several)]


def pressed(tx: Tx, visit: Visit, parts: Sequence[str]) -> Replies:
    """A notice once more. Another household's notice and one that does not exist look the same."""
    if len(parts) == 1 and visit.known.role in RESIDENTS:
        person_id = visit.known.person_id
        received = ledger.received_by(tx, parts[0], person_id)
        home = ledger.told(tx, parts[0], person_id)
        sheet = notices.sheet(tx, received.notice_id, received.unit_id) if received else None
        if received and home and sheet:
            return _shown(tx, visit, received, home, sheet)
    return [visit.answer("common.no_such_button")]


def _shown(tx: Tx, visit: Visit, received: Received, home: Told, sheet: Sheet) -> Replies:
    """The notice as it was worded, with the household's land as it stands now; its first file goes with it."""
    parcels = notices.parcels_of(tx, received.unit_id, received.project_id, home.household_id)
    text = household_text(visit.desk, sheet, home, parcels, _day(received.published_at))
    lines = [text, *_remarks(visit, received, home, text)]
    file = next(iter(attachments(tx, sheet)), None)
    shown = visit.reply("\n".join(lines), _choices(visit, received, home))
    return [replace(shown, household=True, attachment=file)]


def _remarks(visit: Visit, received: Received, home: Told, text: Words) -> list[Words]:
    """What the household must know beside the old words: withdrawn, replaced, or its land has been corrected since."""
    is_changed = hashlib.sha256(text.encode()).hexdigest() != home.text_hash
    said = {
        "notice.was_withdrawn": received.state == State.WITHDRAWN,
        "my_notices.newer": received.newer_id is not None,
        "my_notices.changed": is_changed,
        f"my_notices.answered.{home.answer}": home.answer is not None,
    }
    return [visit.say(where, notice=received) for where, holds in said.items() if holds]


def _choices(visit: Visit, received: Received, home: Told) -> Sequence[Choice]:
    """What can still be answered, to the latest version only; then the menu."""
    if received.newer_id:
        newer = Choice(label=visit.say("my_notices.see_newer"), data=f"tb|{received.newer_id}")
        return [newer, visit.desk.command_choice("thongbaonha")]
    left = UNANSWERED if home.answer is None else FOLLOWS[home.answer]
    answers = () if received.state == State.WITHDRAWN else answer_choices(visit.desk, received.recipient_id, left)
    return [*answers, visit.desk.command_choice("thongbaonha")]


def _day(instant: int) -> str:
    return calendar.local(instant).date().isoformat()


SUBJECT = Subject(
    name="my_notices",
    commands=(
        Command(
            name="thongbaonha",
            words=(
                "thong bao",
                "thong bao cua toi",
                "thong bao cua ho",
                "xem thong bao",
                "xem lai thong bao",
            ),
            roles=RESIDENTS,
            run=show_list,
        ),
    ),
    buttons={"tb": pressed},
)
