"""What somebody may always say: XEM DỮ LIỆU, DỪNG, XÓA DỮ LIỆU. On any channel, at any moment, answered at once."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import time, timedelta

from bot.core.job import Due, Job, in_portions
from bot.core.message import Address, Choice, Outbound
from bot.core.reading.fold import fold
from handlers.dialogue.visit import Desk, Visit
from handlers.house.menu import menu_choices
from handlers.registry import ENDINGS
from handlers.subject import Command, Replies, Subject
from storage import closing, jobs, people, personal_data
from storage.closing import Closed
from storage.database import Tx
from storage.personal_data import Consent

JOB = "data_keeping"
AT = time(2)
PORTION = 200
"""How many old things are removed in one transaction: the turns that wait get theirs in between."""
DELETION, REST = "deletion", "rest"
TO_THINK = 4 * 3600_000  # milliseconds between asking for a deletion and the earliest night that carries it out
CONSENT_VERSION = "2026-11"  # of the texts join.consent.* and personal_data.*: kept with each yes and no
MESSAGES, NOTICES = "messages", "notices"
"""The purposes that can be stopped one by one: being reminded, and getting a household's notices in the chat."""
PHONE = "phone"
"""Being called about the household's land: given with the number, and taken back with it."""


def means_stop(text: str) -> bool:
    """DỪNG, with its accent; without one it could as well be "đúng". Longer words leave no doubt."""
    said = unicodedata.normalize("NFC", text).strip(ENDINGS).lower()
    return said == "dừng" or fold(said) != "dung"


def person_behind(tx: Tx, visit: Visit) -> str | None:
    """The person of this account, also one who holds no role any more."""
    known = people.person_of(tx, visit.address.channel, visit.inbound.sender)
    return known.person_id if known else None


def show(tx: Tx, visit: Visit) -> Replies:
    """Everything that is kept of the person who asks."""
    person_id = person_behind(tx, visit)
    if person_id is None:
        return [visit.answer("personal_data.nothing", days=_days(tx, visit, "keep.words"))]
    _ask(tx, visit, person_id, "see", done=True)
    person = people.person_of(tx, visit.address.channel, visit.inbound.sender)
    roles = [visit.desk.title(one.role, one.unit_name) for one in people.memberships_of(tx, person_id)]
    text = visit.say(
        "personal_data.shown", person=person, roles=roles, at=visit.clock, homes=personal_data.homes_of(tx, person_id),
        accounts=_accounts(tx, visit, person_id), consents=_consents(tx, visit, person_id),
        counts=personal_data.counts_of(tx, person_id), words=_days(tx, visit, "keep.words"),
        media=_days(tx, visit, "keep.media"), ledger=_days(tx, visit, "keep.ledger"),
        closed=_closed(tx, visit, person_id), audit=_days(tx, visit, "keep.audit"),
        phone=people.phone_of(tx, person_id).phone,
        deletion=personal_data.deletion_of(tx, person_id),
    )  # fmt: skip
    return [replace(visit.reply(text, _what_can_be_done(tx, visit, person_id)), household=True)]


def _closed(tx: Tx, visit: Visit, person_id: str) -> list[tuple[Closed, str]]:
    """The closed projects of the person's households, each with the last day of its ledger."""
    found = closing.closed_for(tx, person_id, visit.today)
    return [(one, closing.kept_until(tx, one.closed_on, visit.today)) for one in found]


def _accounts(tx: Tx, visit: Visit, person_id: str) -> list[tuple[str, str]]:
    return [
        (visit.say(f"common.channel.{one.channel}"), visit.moment_of(one.joined_at))
        for one in personal_data.accounts_of(tx, person_id)
    ]


def _consents(tx: Tx, visit: Visit, person_id: str) -> list[tuple[str, Consent, str, str]]:
    """(purpose in words, what was said, the moment of the last word on it, the channel in words)."""
    return [
        (
            visit.say(f"personal_data.purpose.{one.purpose}"),
            one,
            visit.moment_of(one.withdrawn_at or one.given_at),
            visit.say(f"common.channel.{one.channel}"),
        )
        for one in personal_data.consents_of(tx, person_id)
    ]


def _days(tx: Tx, visit: Visit, rule: str) -> int:
    return personal_data.days_of(tx, rule, visit.today)


def _ask(tx: Tx, visit: Visit, person_id: str, kind: str, *, done: bool) -> None:
    personal_data.ask(
        tx, visit.desk.ids.new(), person_id, kind, visit.address.channel, visit.now, visit.today, done=done
    )
    if visit.asker:
        visit.note(tx, kind, "personal_data")


def _what_can_be_done(tx: Tx, visit: Visit, person_id: str) -> list[Choice]:
    said = {one.purpose: one.withdrawn_at is None for one in personal_data.consents_of(tx, person_id)}
    names = [f"{'no' if said.get(MESSAGES) else 'yes'}|{MESSAGES}"]
    if personal_data.homes_of(tx, person_id):
        names.append(f"{'no' if said.get(NOTICES, True) else 'yes'}|{NOTICES}")
    if people.phone_of(tx, person_id).phone:
        names.append(f"no|{PHONE}")
    if personal_data.deletion_of(tx, person_id):
        names.append("keep")
    return [_choice(visit, name) for name in names]


def _choice(visit: Visit, name: str) -> Choice:
    return Choice(label=visit.say(f"personal_data.button.{name.replace('|', '_')}"), data=f"p|{name}")


def consent_choices(visit: Visit) -> tuple[Choice, ...]:
    """Whether somebody wants to be reminded: silence is no."""
    return _choice(visit, f"yes|{MESSAGES}"), _choice(visit, f"no|{MESSAGES}")


# -- stopping ------------------------------------------------------------------------------------


def stop(tx: Tx, visit: Visit) -> Replies:
    """No more reminders from now on; the household's notices too, if that is what is meant."""
    person_id = person_behind(tx, visit)
    if person_id is None:
        return [visit.answer("personal_data.nothing_to_stop")]
    say_no(tx, visit, person_id, MESSAGES)
    _ask(tx, visit, person_id, "stop", done=True)
    return [visit.answer("personal_data.stopped.messages", _after_stopping(tx, visit, person_id), at=visit.clock)]


DROP_FORM = "c|huy"
"""Offered only under the question which stop is meant."""


def stop_in_a_form(visit: Visit) -> Outbound:
    """In the middle of a form the word has two meanings."""
    drop = Choice(label=visit.say("personal_data.button.drop_form"), data=DROP_FORM)
    return visit.answer("personal_data.which_stop", (drop, _choice(visit, f"no|{MESSAGES}")))


def _after_stopping(tx: Tx, visit: Visit, person_id: str) -> list[Choice]:
    notices = [_choice(visit, f"no|{NOTICES}")] if personal_data.homes_of(tx, person_id) else []
    return [*notices, _choice(visit, f"yes|{MESSAGES}")]


def say_no(tx: Tx, visit: Visit, person_id: str, purpose: str) -> None:
    """A no is kept like a yes that is taken back at once: when, where, to which words."""
    say_yes(tx, visit, person_id, purpose)
    personal_data.withdraw(tx, person_id, purpose, visit.now)


def say_yes(tx: Tx, visit: Visit, person_id: str, purpose: str) -> None:
    """A yes to one purpose."""
    people.consent(tx, visit.desk.ids.new(), person_id, purpose, CONSENT_VERSION, visit.address.channel, visit.now)


# -- deletion ------------------------------------------------------------------------------------


def ask_deletion(tx: Tx, visit: Visit) -> Replies:
    """The request is written down at once; it can be taken back until the night that carries it out."""
    person_id = person_behind(tx, visit)
    if person_id is None:
        return [visit.answer("personal_data.nothing", days=_days(tx, visit, "keep.words"))]
    _ask(tx, visit, person_id, "delete", done=False)
    deletion = personal_data.deletion_of(tx, person_id)
    assert deletion is not None
    return [
        visit.answer(
            "personal_data.deletion", [_choice(visit, "keep")], deletion=deletion,
            at=visit.moment_of(deletion.asked_at), ledger=_days(tx, visit, "keep.ledger"),
            roles=len(people.memberships_of(tx, person_id)),
        )
    ]  # fmt: skip


def pressed(tx: Tx, visit: Visit, parts: Sequence[str]) -> Replies:
    """A yes or a no to a purpose, or the wish to stay; always about oneself."""
    person_id = person_behind(tx, visit)
    menu = menu_choices(visit, visit.asker.role) if visit.asker else ()
    if person_id is None:
        return [visit.answer("common.no_such_button")]
    match parts:
        case ["yes", purpose] if purpose in (MESSAGES, NOTICES):
            say_yes(tx, visit, person_id, purpose)
            return [visit.answer(f"personal_data.started.{purpose}", menu, at=visit.clock)]
        case ["no", purpose] if purpose in (MESSAGES, NOTICES):
            say_no(tx, visit, person_id, purpose)
            _ask(tx, visit, person_id, "stop", done=True)
            return [visit.answer(f"personal_data.stopped.{purpose}", menu, at=visit.clock)]
        case ["no", purpose] if purpose == PHONE:
            people.keep_phone(tx, person_id, "", "")
            say_no(tx, visit, person_id, purpose)
            return [visit.answer("personal_data.stopped.phone", menu, at=visit.clock)]
        case ["keep"]:
            kept = personal_data.take_back(tx, person_id, visit.now)
            return [visit.answer("personal_data.kept" if kept else "personal_data.nothing_to_keep", menu)]
    return [visit.answer("common.no_such_button")]


def keeping(desk: Desk) -> Job:
    """Every night: the deletions that were asked for, and whatever is older than it is kept; some in each part."""
    return Job(
        name=JOB,
        at=lambda _day: AT,
        run=lambda tx, due: _keep(tx, desk, due),
        useful_for=timedelta(hours=22),
        parts=what_to_forget,
    )


def what_to_forget(tx: Tx, due: Due) -> list[str]:
    """Each deletion; what is old, some in each; and at last what is little."""
    deletions = [f"{DELETION} {request_id}" for request_id in personal_data.deletions(tx, due.due_at - TO_THINK)]
    old = [
        f"{what} {some}"
        for what in personal_data.KEPT
        for some in in_portions(personal_data.old(tx, what, due.day, due.now), PORTION)
    ]
    return [*deletions, *old, REST]


def _keep(tx: Tx, desk: Desk, due: Due) -> None:
    what, *ids = due.part.split()
    if what == DELETION:
        _forget(tx, desk, due, ids[0])
    elif what == REST:
        personal_data.forget_the_rest(tx, due.day, due.now)
        jobs.claim_run(tx, JOB, due.slot, "*", due.now)
    else:
        personal_data.forget_old(tx, what, ids, due.day, due.now)


def _forget(tx: Tx, desk: Desk, due: Due, request_id: str) -> None:
    person_id = personal_data.to_delete(tx, request_id)
    if person_id is None:  # taken back since the look
        return
    told = [Address(channel=one.channel, chat=one.chat) for one in personal_data.accounts_of(tx, person_id)]
    personal_data.forget_person(tx, request_id, person_id, desk.say("personal_data.nobody"), due.now)
    for address in told:
        desk.queue(tx, Outbound(address=address, text=desk.say("personal_data.deleted")), due.now)


SUBJECT = Subject(
    name="personal_data",
    commands=(
        Command(name="dulieu", words=("xem du lieu", "du lieu cua toi", "xem du lieu cua toi"), run=show, always=True),
        Command(name="dung", words=("ngung nhan tin", "ngung nhac", "stop"), run=stop, always=True),
        Command(
            name="xoadulieu",
            words=("xoa du lieu", "xoa du lieu cua toi", "xoa het du lieu"),
            run=ask_deletion,
            always=True,
        ),
    ),
    buttons={"p": pressed},
    anybody=frozenset({"p"}),
    jobs=lambda desk: (keeping(desk),),
)
