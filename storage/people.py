"""People: their accounts, roles, invitations and consents."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from bot.core.message import Address
from bot.core.people import Membership, Role
from storage.chats import Chat
from storage.database import Tx, load_queries, record, record_or_none, records

_Q = load_queries("people")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A known person as met on one account."""

    person_id: str
    name: str
    chat: str
    unreachable: str | None
    used_at: int


def person_of(tx: Tx, channel: str, account: str) -> Person | None:
    """Who writes from this account."""
    return record_or_none(Person, _Q.person_of(tx, channel=channel, account=account))


def memberships_of(tx: Tx, person_id: str) -> tuple[Membership, ...]:
    """What a person is now, and where; the oldest first."""
    return tuple(
        Membership(
            membership_id=row["membership_id"],
            role=Role(row["role"]),
            unit_id=row["unit_id"],
            unit_name=row["unit_name"],
            deputy=bool(row["deputy"]),
        )
        for row in _Q.memberships_of(tx, person_id=person_id)
    )


def add_person(tx: Tx, person_id: str, name: str, now: int) -> None:
    """A new person."""
    _Q.add_person(tx, person_id=person_id, name=name, created_at=now)


def add_account(tx: Tx, address: Address, account: str, person_id: str, now: int) -> None:
    """The account with which a person writes, and the chat in which they can be written to."""
    _Q.add_account(tx, channel=address.channel, account=account, chat=address.chat, person_id=person_id, joined_at=now)


def add_membership(
    tx: Tx, membership_id: str, person_id: str, unit_id: str, role: str, now: int, *, deputy: bool = False
) -> None:
    """A person takes a role in a unit, or becomes the deputy of whoever holds it."""
    _Q.add_membership(
        tx, membership_id=membership_id, person_id=person_id, unit_id=unit_id, role=role, since=now, deputy=deputy
    )


def end_membership(tx: Tx, person_id: str, unit_id: str, role: str, now: int) -> None:
    """A person gives a role up, or loses it."""
    _Q.end_membership(tx, person_id=person_id, unit_id=unit_id, role=role, until=now)


def set_reachable(tx: Tx, channel: str, chat: str, why: str | None) -> None:
    """We can write to this chat (None), or can't, and why."""
    _Q.set_reachable(tx, channel=channel, chat=chat, why=why)


def used(tx: Tx, channel: str, account: str, at: int) -> None:
    """Somebody writes from an account: from now on it is the one on which they are written to first."""
    _Q.used(tx, channel=channel, account=account, at=at)


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherAccount(Chat):
    """Another way to the same person."""

    person_id: str


def next_account(tx: Tx, channel: str, chat: str) -> OtherAccount | None:
    """Of whoever cannot be reached in a chat: their next account on another channel."""
    return record_or_none(OtherAccount, _Q.next_account(tx, channel=channel, chat=chat))


def move_chat(tx: Tx, channel: str, chat: str, new_chat: str) -> None:
    """The platform gave a chat another id."""
    _Q.move_chat(tx, channel=channel, chat=chat, new_chat=new_chat)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder(Chat):
    """A chat of somebody who holds a role in a unit."""

    person_id: str
    name: str
    unit_id: str


def holders_of(tx: Tx, role: Role) -> list[Holder]:
    """Where all who hold a role are written to first: for what the program sends; never an answer to a person."""
    return records(Holder, _Q.holders_of(tx, role=role))


def holder(tx: Tx, role: Role, person_id: str) -> Holder | None:
    """Where somebody is written to first, and the first unit in which they hold a role: one chat a person."""
    return record_or_none(Holder, _Q.holder(tx, role=role, person_id=person_id))


def accounts_of_holders(tx: Tx, role: Role) -> list[Holder]:
    """All chats of those who hold a role, by person, the one used last first: for what the program tells."""
    return records(Holder, _Q.accounts_of_holders(tx, role=role))


def holders_in(tx: Tx, role: Role, unit_id: str) -> list[Holder]:
    """Where those who hold a role in this very unit are written to first."""
    return records(Holder, _Q.holders_in(tx, role=role, unit_id=unit_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """What a code invites to, whether or not it still does."""

    role: str
    unit_id: str
    unit_name: str
    household_id: str | None
    head_name: str | None
    individual_id: str | None
    person_name: str
    links_to: str | None
    deputy: int
    expires_at: int
    used_at: int | None
    revoked_at: int | None

    def is_open(self, now: int) -> bool:
        """Whether the code can be used now."""
        return self.used_at is None and self.revoked_at is None and now < self.expires_at


def code_hash(code: str) -> str:
    """What is kept of a code; letters that people mix up (O and 0, I, L and 1) count as the same."""
    plain = "".join(letter for letter in code.upper() if letter.isalnum()).translate(str.maketrans("OIL", "011"))
    return hashlib.sha256(plain.encode()).hexdigest()


def invite(
    tx: Tx,
    code: str,
    *,
    role: str,
    unit_id: str,
    now: int,
    expires_at: int,
    household_id: str | None = None,
    individual_id: str | None = None,
    person_name: str = "",
    uses: int = 1,
    links_to: str | None = None,
    deputy: bool = False,
) -> None:
    """An invitation to a role in a unit, to a household, as a named individual, or to be a known person elsewhere.

    Its code is not kept.
    """
    _Q.invite(
        tx,
        code_hash=code_hash(code),
        role=role,
        unit_id=unit_id,
        household_id=household_id,
        individual_id=individual_id,
        person_name=person_name,
        uses_left=uses,
        links_to=links_to,
        deputy=deputy,
        created_at=now,
        expires_at=expires_at,
    )


def revoke_links(tx: Tx, person_id: str, now: int) -> None:
    """A person's earlier codes for a second channel end."""
    _Q.revoke_links(tx, person_id=person_id, now=now)


def invitation(tx: Tx, code: str) -> Invitation | None:
    """What a code invites to."""
    return record_or_none(Invitation, _Q.invitation(tx, code_hash=code_hash(code)))


def use_invitation(tx: Tx, code: str, person_id: str, now: int) -> bool:
    """Consume a code; False when it is used, revoked or too old."""
    return _Q.use_invitation(tx, code_hash=code_hash(code), person_id=person_id, now=now) is not None


def note_wrong_code(tx: Tx, channel: str, account: str, now: int) -> None:
    """Somebody typed a code that does not exist."""
    _Q.note_wrong_code(tx, channel=channel, account=account, at=now)


def wrong_codes_since(tx: Tx, channel: str, account: str, since: int) -> int:
    """How many wrong codes an account typed since then."""
    return int(_Q.wrong_codes_since(tx, channel=channel, account=account, since=since))


def consent(tx: Tx, consent_id: str, person_id: str, purpose: str, version: str, channel: str, now: int) -> None:
    """A person agreed to one purpose in the words of this version."""
    _Q.consent(
        tx,
        consent_id=consent_id,
        person_id=person_id,
        purpose=purpose,
        text_version=version,
        channel=channel,
        given_at=now,
    )


def join_household(tx: Tx, household_id: str, person_id: str, now: int) -> None:
    """A person belongs to a household."""
    _Q.join_household(tx, household_id=household_id, person_id=person_id, since=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """The telephone number that a person gave; "" when they gave none."""

    phone: str = field(repr=False)
    contact_name: str = field(repr=False)
    phone_asked_at: int | None


def ask_phone(tx: Tx, person_id: str, now: int) -> bool:
    """Whether a person is to be asked for a telephone number: once, and only who gave none."""
    return _Q.ask_phone(tx, person_id=person_id, now=now) is not None


def phone_of(tx: Tx, person_id: str) -> Phone:
    """The telephone number that a person gave."""
    return record(Phone, _Q.phone_of(tx, person_id=person_id))


def keep_phone(tx: Tx, person_id: str, phone: str, contact_name: str) -> None:
    """Keep a person's telephone number; with both empty, forget it."""
    _Q.keep_phone(tx, person_id=person_id, phone=phone, contact_name=contact_name)
