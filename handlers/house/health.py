"""How the house is: what is wrong is told to the administrators once, and once more when it is over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from bot.core import calendar
from bot.core.health import STOP_AT, WARN_AT, Seen, Wrong
from bot.core.message import Lane, Outbound
from bot.core.people import Role
from handlers.delivery.fates import TO_BE_SET_UP, UNKNOWN, family_of
from handlers.dialogue.conversation import offer
from handlers.dialogue.visit import Desk, Visit
from handlers.house.menu import menu_choices
from handlers.subject import Command, Replies, Subject
from storage import backups, channels, health, inbox, outbox, people
from storage.database import Tx

MINUTE = 60_000  # milliseconds
DAY = 24 * 60 * MINUTE
SILENT_FOR = 5 * MINUTE
LONGEST_WAIT = {Lane.REPLY: 10 * MINUTE, Lane.SUMMARY: 30 * MINUTE}
OLDEST_COPY = 36 * 60 * MINUTE
LEAST_FREE = 1024**3  # bytes
LEAST_FREE_SHARE = 0.03
KEPT_FOR = timedelta(hours=24) // timedelta(milliseconds=1)  # an event counts as news for a day


def judge(desk: Desk, tx: Tx, seen: Seen, now: int) -> None:
    """Compare what is wrong now with what was wrong at the last look, and tell the difference."""
    before = {(alarm.kind, alarm.subject): alarm for alarm in health.open_alarms(tx)}
    present = {(wrong.kind, wrong.subject): wrong for wrong in all_that_is_wrong(tx, seen, now)}
    for key, wrong in present.items():
        if key not in before:
            health.raise_alarm(tx, desk.ids.new(), *key, wrong.values, now)
            _tell_admins(tx, desk, now, f"health.{wrong.kind}.begins", subject=wrong.subject, **wrong.values)
    for key, alarm in before.items():
        if key not in present:
            health.end_alarm(tx, alarm.alarm_id, now)
            if alarm.kind not in EVENTS:
                _tell_admins(tx, desk, now, f"health.{alarm.kind}.ends", subject=alarm.subject, **alarm.values)


def all_that_is_wrong(tx: Tx, seen: Seen, now: int) -> Iterator[Wrong]:
    """Everything that is wrong at the moment."""
    yield from _channels(tx, seen, now)
    yield from _unheard(tx, seen, now)
    yield from _quotas(tx, seen, now)
    yield from _refused(tx, now)
    yield from _waiting(tx, now)
    yield from _jobs(tx, seen, now)
    yield from _disk(seen)
    yield from _copies(tx, now)
    if count := health.set_aside_since(tx, now - KEPT_FOR):
        yield Wrong(kind="set_aside", values={"count": count})


EVENTS = frozenset({"set_aside", "job_skipped", "quota", "quota_spent", "people_full", "unknown_answer", "not_set_up"})
"""What is news and then no more: nobody has to be told that it is over."""


def _channels(tx: Tx, seen: Seen, now: int) -> Iterator[Wrong]:
    for silence in health.silent_since(tx, now - SILENT_FOR):
        yield Wrong(kind="channel_down", subject=silence.channel, values={"why": silence.why, "since": silence.since})
    for channel, why in seen.complaints.items():
        yield Wrong(kind="channel_complains", subject=channel, values={"why": why})


def _unheard(tx: Tx, seen: Seen, now: int) -> Iterator[Wrong]:
    """Nobody can be asked whether such a platform still calls us: it has not, for so long that it is no accident."""
    for channel, hours in seen.silence.items():
        last = inbox.last_received(tx, channel)
        if last is not None and calendar.working_time(last, now) >= hours * calendar.HOUR:
            yield Wrong(kind="unheard", subject=channel, values={"since": last, "hours": hours})


def _quotas(tx: Tx, seen: Seen, now: int) -> Iterator[Wrong]:
    for channel, most in seen.monthly.items():
        used = channels.used_since(tx, channel, calendar.month_start(now))
        if used >= most * WARN_AT:
            stopped = used >= most * STOP_AT
            kind = "quota_spent" if stopped else "quota"
            yield Wrong(kind=kind, subject=channel, values={"percent": int(used * 100 / most), "most": most})
    for channel, most in seen.most_people.items():
        if channels.people_on(tx, channel) >= most:
            yield Wrong(kind="people_full", subject=channel, values={"most": most})


def _refused(tx: Tx, now: int) -> Iterator[Wrong]:
    """Messages are lost to an answer that no table has, or to something that only an administrator can set right."""
    for refused in health.failed_since(tx, now - KEPT_FOR):
        family = family_of(refused.why)
        kind = "unknown_answer" if family == UNKNOWN else "not_set_up" if family in TO_BE_SET_UP else ""
        if kind:
            values = {"channel": refused.channel, "why": refused.why, "count": refused.count}
            yield Wrong(kind=kind, subject=f"{refused.channel} {refused.why}", values=values)


def _waiting(tx: Tx, now: int) -> Iterator[Wrong]:
    for lane, longest in LONGEST_WAIT.items():
        stuck = health.stuck(tx, lane, now - longest)
        if stuck.count:
            yield Wrong(kind="backlog", subject=lane.name.lower(), values={"count": stuck.count, "since": stuck.since})


def _jobs(tx: Tx, seen: Seen, now: int) -> Iterator[Wrong]:
    for name in seen.failing_jobs:
        yield Wrong(kind="job_failed", subject=name)
    for run in health.skipped_since(tx, now - KEPT_FOR):
        yield Wrong(kind="job_skipped", subject=f"{run.job} {run.slot}", values={"job": run.job, "slot": run.slot})


def _disk(seen: Seen) -> Iterator[Wrong]:
    if seen.free < max(LEAST_FREE, seen.room * LEAST_FREE_SHARE):
        yield Wrong(kind="disk_nearly_full", values={"gigabytes": str(round(seen.free / 1024**3, 1))})


def _copies(tx: Tx, now: int) -> Iterator[Wrong]:
    last = health.last_backup(tx)
    if last and now - last.made_at > OLDEST_COPY:
        yield Wrong(kind="no_backup", values={"made_at": last.made_at})


def _tell_admins(tx: Tx, desk: Desk, now: int, where: str, **values: object) -> None:
    told: set[str] = set()
    for admin in people.holders_of(tx, Role.ADMIN):
        if admin.person_id not in told:
            told.add(admin.person_id)
            message = Outbound(
                address=admin.address,
                text=desk.say(where, Role.ADMIN, **values),
                choices=(desk.command_choice("suckhoe"),),
            )
            desk.queue(tx, message, now, not_before=calendar.next_waking(now))
            offer(tx, message, admin.account)


def show_health(tx: Tx, visit: Visit) -> Replies:
    """How everything is, on one screen."""
    alarms = [
        visit.say(f"health.{alarm.kind}.begins", subject=alarm.subject, **alarm.values)
        for alarm in health.open_alarms(tx)
    ]
    text = visit.say(
        "health.message",
        at=visit.clock,
        alarms=alarms,
        waiting=outbox.waiting(tx),
        set_aside=inbox.quarantined(tx),
        backup=health.last_backup(tx),
        held=backups.held_since(tx) is not None,
    )
    return [visit.reply(text, menu_choices(visit, visit.known.role))]


SUBJECT = Subject(
    name="health",
    commands=(
        Command(
            name="suckhoe",
            words=("suc khoe", "suc khoe he thong", "tinh trang he thong"),
            roles=frozenset({Role.ADMIN}),
            run=show_health,
        ),
    ),
)
