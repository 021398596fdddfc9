"""A summary or reminder that may not have arrived is never sent again: who may have missed it is told how to see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.core import calendar
from bot.core.message import Address, Lane, Outbound
from bot.core.people import Role
from handlers.dialogue.visit import Desk
from storage import jobs, people
from storage.database import Tx
from storage.outbox import Parcel


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """What may have been missed: to whom such messages go, None for anybody, and the command that shows it."""

    role: Role | None
    command: str


MISSED: Mapping[str, Missed] = {
    "daily_digest": Missed(role=Role.LEADER, command="thongke"),
    "weekly_digest": Missed(role=Role.LEADER, command="thongke"),
    "monthly_digest": Missed(role=Role.LEADER, command="thongke"),
    "escalation": Missed(role=Role.LEADER, command="thongke"),
    "late_answers": Missed(role=Role.LEADER, command="cauhoi"),
    "to_review_am": Missed(role=Role.OFFICER, command="thamdinh"),
    "to_review_pm": Missed(role=Role.OFFICER, command="thamdinh"),
    "reminder": Missed(role=Role.SECRETARY, command="viec"),
    "urge": Missed(role=Role.SECRETARY, command="viec"),
    "meeting_reminder": Missed(role=Role.RESIDENT, command="hop"),
    "forgotten": Missed(role=None, command="tieptuc"),
}
"""By the first word of what a message is about."""


def in_doubt(desk: Desk, tx: Tx, parcel: Parcel, now: int) -> list[Outbound]:
    """What the recipient hears, and once a day each administrator."""
    if parcel.lane not in (Lane.SUMMARY, Lane.REMINDER):
        return []
    kind = (parcel.about or "").partition(":")[0]
    told = [_told(desk, tx, parcel, kind, MISSED[kind])] if kind in MISSED else []
    return [*told, *_tell_admins(desk, tx, now)]


def _told(desk: Desk, tx: Tx, parcel: Parcel, kind: str, missed: Missed) -> Outbound:
    choice = desk.command_choice(missed.command)
    text = desk.say(
        "doubt.told",
        missed.role or _role_at(tx, parcel),
        what=desk.say(f"doubt.what.{kind}"),
        day=calendar.local(parcel.created_at).date(),
        label=choice.label,
    )
    return Outbound(address=Address(channel=parcel.channel, chat=parcel.chat), text=text, choices=(choice,))


def _role_at(tx: Tx, parcel: Parcel) -> Role:
    """What somebody is who is written to in a private chat."""
    person = people.person_of(tx, parcel.channel, parcel.chat)
    held = people.memberships_of(tx, person.person_id) if person else ()
    return held[0].role if held else Role.RESIDENT


def _tell_admins(desk: Desk, tx: Tx, now: int) -> list[Outbound]:
    day = calendar.local(now).date().isoformat()
    return [
        Outbound(address=admin.address, text=desk.say("doubt.admin", Role.ADMIN))
        for admin in people.holders_of(tx, Role.ADMIN)
        if jobs.claim_run(tx, "in_doubt", day, admin.person_id, now)
    ]
