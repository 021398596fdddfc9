"""After an outage that a platform did not bridge: who may have written meanwhile is asked to write again."""

from __future__ import annotations

from datetime import timedelta

from bot.core import calendar
from bot.core.calendar import HOUR
from bot.core.health import Seen
from bot.core.job import Chore
from bot.core.message import Address, Lane, Outbound
from bot.core.people import Role
from handlers.dialogue.visit import Desk
from handlers.subject import Subject
from storage import backups, jobs, outages, outbox
from storage.database import Tx
from storage.health import Alarm
from storage.outages import Outage, Writer

LATELY = timedelta(days=14) // timedelta(milliseconds=1)
USEFUL_FOR = timedelta(days=3) // timedelta(milliseconds=1)
PORTION = 50


def note_absence(desk: Desk, tx: Tx, seen: Seen, now: int) -> None:
    """For how long no process of ours was there, or slept with its machine; a clock in doubt tells nothing.

    Where a copy was put back, another life may have been there meanwhile.
    """
    if seen.clock:
        return
    awake = jobs.mark(tx, jobs.AWAKE)
    jobs.set_mark(tx, jobs.AWAKE, now)
    if awake is not None and backups.held_since(tx) is None:
        for channel in seen.keeps:
            _note(tx, seen, Outage(outage_id=desk.ids.new(), channel=channel, began_at=awake, ended_at=now))


def note_silence(desk: Desk, tx: Tx, seen: Seen, alarm: Alarm, now: int) -> None:
    """When a channel that was down passes again: it was down in both directions."""
    if alarm.kind == "channel_down":
        since, until = alarm.values["since"], alarm.well_since or now
        _note(tx, seen, Outage(outage_id=desk.ids.new(), channel=alarm.subject, began_at=since, ended_at=until))


def _note(tx: Tx, seen: Seen, outage: Outage) -> None:
    kept_for = seen.keeps.get(outage.channel)  # None: people see there that we are away, or it is turned off
    if kept_for is not None and outage.ended_at - outage.began_at > kept_for * HOUR:
        outages.note(tx, outage)


def asker_to_repeat(desk: Desk) -> Chore:
    """Ask everybody who may have written to write again, some at a time."""

    def waits(tx: Tx, _now: int) -> bool:
        return outages.open_outage(tx) is not None

    def portion(tx: Tx, now: int) -> None:
        if outage := outages.open_outage(tx):
            for writer in outages.tell_some(tx, outage, LATELY, PORTION, now):
                _tell(tx, desk, outage, writer, now)

    return Chore(name="outages", waits=waits, portion=portion)


def _tell(tx: Tx, desk: Desk, outage: Outage, writer: Writer, now: int) -> None:
    role = Role.SECRETARY if writer.staff else Role.RESIDENT
    text = desk.say("outage.write_again", role, since=outage.began_at, until=outage.ended_at)
    address = Address(channel=outage.channel, chat=writer.chat)
    message = Outbound(address=address, text=text, lane=Lane.NOTICE)
    not_before = calendar.next_waking(now)
    outbox.put(tx, desk.ids.new(), message, now, not_before=not_before, not_after=not_before + USEFUL_FOR)


SUBJECT = Subject(name="outages", chores=lambda desk: (asker_to_repeat(desk),))
