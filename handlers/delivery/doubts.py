"""A summary or reminder that may not have arrived is never sent again: who may have missed it is told how to see it."""

from __future__ import annotations

from bot.core import calendar
from bot.core.message import Address, Lane, Outbound
from bot.core.people import Role
from handlers.dialogue.visit import Desk
from storage import jobs, people
from storage.database import Tx
from storage.outbox import Parcel

COMMANDS = {Lane.SUMMARY: "thongke", Lane.REMINDER: "viec"}
ROLES = {Lane.SUMMARY: Role.LEADER, Lane.REMINDER: Role.SECRETARY}


def in_doubt(desk: Desk, tx: Tx, parcel: Parcel, now: int) -> list[Outbound]:
    """What the recipient hears, and once a day each administrator."""
    lane = Lane(parcel.lane)
    if lane not in COMMANDS:
        return []
    day = calendar.local(parcel.created_at).date()
    text = desk.say(f"doubt.{lane.name.lower()}", ROLES[lane], day=day)
    address = Address(channel=parcel.channel, chat=parcel.chat)
    told = Outbound(address=address, text=text, choices=(desk.command_choice(COMMANDS[lane]),))
    return [told, *_tell_admins(desk, tx, now)]


def _tell_admins(desk: Desk, tx: Tx, now: int) -> list[Outbound]:
    day = calendar.local(now).date().isoformat()
    return [
        Outbound(address=admin.address, text=desk.say("doubt.admin", Role.ADMIN))
        for admin in people.holders_of(tx, Role.ADMIN)
        if jobs.claim_run(tx, "in_doubt", day, admin.person_id, now)
    ]
