"""Telling the households of a notice, a portion at a time, and writing down what became of each message."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from bot.core import calendar
from bot.core.job import Chore
from bot.core.message import Attachment, Choice, Lane, Outbound
from bot.core.people import Role
from bot.core.texts import Words
from handlers.dialogue.conversation import offer
from handlers.dialogue.visit import Desk
from handlers.notices.notice_answers import answer_choices
from handlers.notices.notice_files import attachments
from handlers.notices.notice_wording import household_text, kind_name, shared_values
from handlers.subject import Subject
from storage import ledger, outbox, sendings
from storage.database import Tx
from storage.notices import HouseholdChat, Sheet
from storage.sendings import NOTICE, Addressed, Portion

PORTION = 50
"""How many households are told in one transaction: the turns that wait get theirs in between."""


def sender(desk: Desk) -> Chore:
    """Queue the messages of a notice that is out, or that one is withdrawn."""

    def waits(tx: Tx, now: int) -> bool:
        return sendings.open_sending(tx, now) is not None

    def portion(tx: Tx, now: int) -> None:
        if found := sendings.open_sending(tx, now):  # it may have been withdrawn since the look
            _portion(tx, desk, *found, now)

    return Chore(name="notices", waits=waits, portion=portion)


def _portion(tx: Tx, desk: Desk, purpose: str, sheet: Sheet, now: int) -> None:
    portion = sendings.portion(tx, sheet, purpose, PORTION)
    tell = _tell_notice if purpose == NOTICE else _tell_withdrawal
    shared, files = shared_values(desk, sheet), attachments(tx, sheet)
    for home in portion.households:
        tell(tx, desk, sheet, home, portion, shared, files, now)
    if len(portion.households) < PORTION:
        sendings.finish(tx, sheet.notice_id, purpose, now)


def _tell_notice(
    tx: Tx,
    desk: Desk,
    sheet: Sheet,
    home: Addressed,
    portion: Portion,
    shared: Mapping[str, str],
    files: Sequence[Attachment],
    now: int,
) -> None:
    day = calendar.local(sheet.published_at or now).date().isoformat()
    body = household_text(desk, sheet, home, portion.parcels[home.household_id], day, shared)
    choices = answer_choices(desk, home.recipient_id)
    for chat in portion.chats[home.household_id]:
        first = files[0] if files else None
        message_id = _queue(tx, desk, chat, body, choices, now, about=home.recipient_id, file=first)
        ledger.note_queued(tx, message_id, home.recipient_id, chat, now)
        _queue_further_files(tx, desk, sheet, chat, files, now)
    sendings.queued(tx, home.recipient_id, hashlib.sha256(body.encode()).hexdigest(), now)


def _queue_further_files(
    tx: Tx, desk: Desk, sheet: Sheet, chat: HouseholdChat, files: Sequence[Attachment], now: int
) -> None:
    """A message carries one file: the others follow the words, and are nothing that the ledger counts."""
    for number, file in enumerate(files[1:], 2):
        body = desk.say("notice.file", Role.RESIDENT, sheet=sheet, number=number, total=len(files))
        _queue(tx, desk, chat, body, (), now, file=file)


def _tell_withdrawal(
    tx: Tx,
    desk: Desk,
    sheet: Sheet,
    home: Addressed,
    portion: Portion,
    _shared: Mapping[str, str],
    _files: Sequence[Attachment],
    now: int,
) -> None:
    body = desk.say(
        "notice.withdrawal", Role.RESIDENT, home=home, sheet=sheet, kind=kind_name(desk, sheet.kind),
        day=calendar.local(sheet.published_at or now).date().isoformat(),
    )  # fmt: skip
    for chat in portion.chats[home.household_id]:
        _queue(tx, desk, chat, body, (), now)
    sendings.untold(tx, home.recipient_id, now)


def _queue(
    tx: Tx,
    desk: Desk,
    chat: HouseholdChat,
    body: Words,
    choices: Sequence[Choice],
    now: int,
    about: str | None = None,
    file: Attachment | None = None,
) -> str:
    message = Outbound(
        address=chat.address, text=body, choices=tuple(choices), lane=Lane.NOTICE, household=True, attachment=file
    )
    message_id = desk.ids.new()
    outbox.put(tx, message_id, message, now, about=about)
    if choices:
        offer(tx, message, chat.account)
    return message_id


SUBJECT = Subject(name="notice_sending", chores=lambda desk: (sender(desk),))
