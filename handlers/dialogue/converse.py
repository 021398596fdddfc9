"""A turn of conversation: who is it, what was going on, and what is said. Everything else is in the talk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.core.calendar import local
from bot.core.message import Inbound, Outbound
from bot.core.people import Asker, Membership, Role
from handlers.dialogue.conversation import Conversation, offering
from handlers.dialogue.talk import Talk
from handlers.dialogue.visit import Desk, Visit
from handlers.figures.leader_groups import answer_in_group
from handlers.registry import Registry
from storage import conversations, jobs, leader_groups, people
from storage import inbox as receipts
from storage.database import Tx

USED_ANEW = 60_000
"""Milliseconds after which an account that is written from is noted again; nobody pays for it in every turn."""


class Converse:
    """Answers what people do. Made once; each call is one turn."""

    def __init__(self, desk: Desk, registry: Registry, now: Callable[[], int]) -> None:
        self._desk = desk
        self._registry = registry
        self._now = now

    def __call__(self, tx: Tx, inbound: Inbound) -> list[Outbound]:
        """The replies to one act; the conversation is saved, nothing is sent."""
        address = inbound.address
        if inbound.reachable is not None:
            self._reachable(tx, inbound)
            return []
        if inbound.group:
            visit = Visit(desk=self._desk, inbound=inbound, asker=who(tx, inbound, ""), now=self._now())
            return answer_in_group(tx, visit)
        stored = conversations.load(tx, address.channel, address.chat, inbound.sender)
        conversation = Conversation.from_json(stored)
        asker = who(tx, inbound, conversation.active)
        aside = bool(conversation.parked) and conversation.form is None
        visit = Visit(desk=self._desk, inbound=inbound, asker=asker, now=self._now(), put_aside=aside)
        talk = Talk(tx, visit, self._registry, conversation)
        replies = talk.answer()
        hushed = self._secretive(talk.conversation)
        if inbound.edited or hushed or self._secretive(conversation):
            visit.hush(tx)
        if hushed:
            replies = [replace(reply, about=hushed) for reply in replies]
        # What is said of an edited message changes nothing, nor what a number means.
        after = (talk.conversation if inbound.edited else offering(talk.conversation, replies)).to_json()
        if after != stored:
            conversations.save(tx, address.channel, address.chat, inbound.sender, after, self._now())
        return replies

    def _secretive(self, conversation: Conversation) -> str:
        """The draft that is open, where nothing of its form stays in the post; else ""."""
        state = conversation.form
        dialogue = self._registry.dialogues.get(state.form) if state else None
        return state.draft if state and dialogue and dialogue.form.secretive else ""

    def _reachable(self, tx: Tx, inbound: Inbound) -> None:
        """Somebody blocked or unblocked us, or a group put us out."""
        address = inbound.address
        if inbound.group and not inbound.reachable:
            leader_groups.end(tx, address, self._now())
        people.set_reachable(tx, address.channel, address.chat, None if inbound.reachable else "blocked")

    def apologise(self, tx: Tx, inbound: Inbound | None) -> list[Outbound]:
        """What is said when an update had to be set aside: to the person, and once a day to each administrator."""
        told = self._tell_admins(tx)
        if inbound is None or inbound.group:
            return told
        visit = Visit(desk=self._desk, inbound=inbound, asker=who(tx, inbound, ""), now=self._now())
        return [visit.answer("common.our_fault"), *told]

    def slow_down(self, tx: Tx, inbound: Inbound) -> list[Outbound]:
        """What is said to somebody who writes faster than can be answered; a group is not told off."""
        if inbound.group:
            return []
        visit = Visit(desk=self._desk, inbound=inbound, asker=who(tx, inbound, ""), now=self._now())
        return [visit.answer("common.too_fast")]

    def _tell_admins(self, tx: Tx) -> list[Outbound]:
        now = self._now()
        day = local(now).date().isoformat()
        text = self._desk.say("common.set_aside", Role.ADMIN, count=receipts.quarantined(tx))
        return [
            Outbound(address=admin.address, text=text)
            for admin in people.holders_of(tx, Role.ADMIN)
            if jobs.claim_run(tx, "set_aside", day, admin.person_id, now)
        ]


def who(tx: Tx, inbound: Inbound, active: str) -> Asker | None:
    """The person behind an act, with roles as they are now: what was taken from them has no effect any more."""
    person = people.person_of(tx, inbound.address.channel, inbound.sender)
    if person is None:
        return None
    if person.unreachable:
        people.set_reachable(tx, inbound.address.channel, inbound.address.chat, None)
    if inbound.at - person.used_at > USED_ANEW and not inbound.group:
        people.used(tx, inbound.address.channel, inbound.sender, inbound.at)
    memberships = people.memberships_of(tx, person.person_id)
    if not memberships:
        return None
    return Asker(
        person_id=person.person_id,
        name=person.name,
        active=_active(memberships, active),
        memberships=memberships,
    )


def _active(memberships: tuple[Membership, ...], active: str) -> Membership:
    return next((membership for membership in memberships if membership.membership_id == active), memberships[0])
