"""Personal data: what is kept of a person, what they said yes to, what they ask for, and how long things stay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.core.ids import first_at
from storage import audit, people
from storage.database import Tx, load_queries, record, record_or_none, records
from storage.outbox import FLEETING, unsay

_Q = load_queries("personal_data")

DAY = 24 * 3600_000  # milliseconds


def days_of(tx: Tx, rule: str, day: date) -> int:
    """How many days a rule gives on a day."""
    return int(_Q.rule(tx, rule=rule, day=day.isoformat()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Where a person writes from, and since when."""

    channel: str
    account: str
    chat: str
    joined_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """A household a person belongs to."""

    head_name: str
    since: int
    representative: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """The latest word on a purpose: in which words, on which channel, when, and taken back when."""

    purpose: str
    text_version: str
    channel: str
    given_at: int
    withdrawn_at: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many records carry a person's name."""

    answers: int
    models: int
    sessions: int


def accounts_of(tx: Tx, person_id: str) -> list[Account]:
    """A person's own accounts."""
    return records(Account, _Q.accounts_of(tx, person_id=person_id))


def homes_of(tx: Tx, person_id: str) -> list[Home]:
    """A person's own households."""
    return records(Home, _Q.homes_of(tx, person_id=person_id))


def consents_of(tx: Tx, person_id: str) -> list[Consent]:
    """A person's own latest word on each purpose."""
    return records(Consent, _Q.consents_of(tx, person_id=person_id))


def counts_of(tx: Tx, person_id: str) -> Counts:
    """How many records carry a person's own name."""
    return record(Counts, _Q.counts_of(tx, person_id=person_id))


def withdraw(tx: Tx, person_id: str, purpose: str, now: int) -> None:
    """A person takes their yes to a purpose back."""
    _Q.withdraw(tx, person_id=person_id, purpose=purpose, now=now)


def agrees(tx: Tx, person_id: str, purpose: str) -> bool:
    """Whether a person said yes to a purpose and has not taken it back."""
    return _Q.agrees(tx, person_id=person_id, purpose=purpose) is not None


# -- requests -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Deletion:
    """A deletion that a person waits for; `due_on` is the legal day."""

    request_id: str
    asked_at: int
    due_on: str


def ask(tx: Tx, request_id: str, person_id: str, kind: str, channel: str, now: int, today: date, *, done: bool) -> None:
    """Write down what a person asks ("see", "stop", "delete"), and when it must be done at the latest."""
    due_on = today + timedelta(days=days_of(tx, f"request.{kind}", today))
    _Q.ask(
        tx, request_id=request_id, person_id=person_id, kind=kind, channel=channel, asked_at=now,
        due_on=due_on.isoformat(), done_at=now if done else None,
    )  # fmt: skip


def deletion_of(tx: Tx, person_id: str) -> Deletion | None:
    """The deletion that a person waits for."""
    return record_or_none(Deletion, _Q.deletion_of(tx, person_id=person_id))


def take_back(tx: Tx, person_id: str, now: int) -> bool:
    """Whether there was a deletion to take back."""
    return _Q.take_back(tx, person_id=person_id, now=now) is not None


def deletions(tx: Tx, before: int) -> list[str]:
    """The deletions asked for before a moment that wait: for the nightly job."""
    return [row["request_id"] for row in _Q.deletions(tx, before=before)]


def to_delete(tx: Tx, request_id: str) -> str | None:
    """Of whom a deletion is asked for; None when it was carried out or taken back."""
    person_id: str | None = _Q.to_delete(tx, request_id=request_id)
    return person_id


def forget_person(tx: Tx, request_id: str, person_id: str, name: str, now: int) -> None:
    """Carry a deletion out. What was served, the audit and the proof of consent stay, without a name."""
    for account in accounts_of(tx, person_id):
        chat = {"channel": account.channel, "chat": account.chat}
        writer = {"channel": account.channel, "account": account.account}
        _Q.drop_waiting(tx, **chat)
        _Q.empty_chat(tx, **chat, now=now)
        _Q.forget_pictures(tx, **chat)
        for forget in (_Q.forget_words, _Q.forget_conversation, _Q.forget_guesses, _Q.forget_claims, _Q.forget_account):
            forget(tx, **writer)
    for end in (_Q.end_roles, _Q.leave_homes, _Q.withdraw_all):
        end(tx, person_id=person_id, now=now)
    _Q.untie_individual(tx, person_id=person_id)
    _Q.forget_invited_name(tx, person_id=person_id)
    people.keep_phone(tx, person_id, "", "")
    _Q.rename(tx, person_id=person_id, name=name)
    _Q.done(tx, request_id=request_id, now=now)


# -- what is kept how long ----------------------------------------------------------------------


KEPT = ("words", "replies", "pictures", "audit")
"""What is removed piece by piece when its time is over; the rest is little, and is removed at once."""


def _until(tx: Tx, what: str, today: date, now: int) -> int:
    rule = {"pictures": "keep.media", "audit": "keep.audit"}.get(what, "keep.words")
    return now - days_of(tx, rule, today) * DAY


def old(tx: Tx, what: str, today: date, now: int) -> list[str]:
    """Whatever of a kind is older than it is kept: for the nightly job, beside the writer."""
    until = _until(tx, what, today, now)
    match what:
        case "words":
            rows = _Q.old_words(tx, until=until)
        case "replies":
            rows = _Q.old_replies(tx, until=until)
        case "pictures":
            rows = _Q.old_pictures(tx, until_id=first_at(until))
        case _:
            return audit.old(tx, until)
    return [row["id"] for row in rows]


def forget_old(tx: Tx, what: str, ids: Sequence[str], today: date, now: int) -> None:
    """Remove some of what was found to be old."""
    some = [{"id": one, "now": now} for one in ids]
    match what:
        case "words":
            _Q.forget_old_words(tx, some)
        case "replies":
            _Q.forget_old_replies(tx, some)
        case "pictures":
            _Q.forget_old_pictures(tx, some)
        case _:
            audit.forget(tx, ids, _until(tx, what, today, now))


def forget_the_rest(tx: Tx, today: date, now: int) -> None:
    """Forms left open, wrong codes, and what was said only in passing."""
    until = _until(tx, "words", today, now)
    _Q.old_conversations(tx, until=until)
    unsay(tx, FLEETING, now)
    _Q.old_guesses(tx, until=until)
