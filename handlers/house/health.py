"""How the house is: what is wrong is told to the administrators once, and once more when it is over."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from bot.core import calendar
from bot.core.health import STOP_AT, WARN_AT, Seen, Wrong
from bot.core.message import Lane, Outbound
from bot.core.people import Role
from bot.core.texts import plain
from handlers.delivery.fates import TO_BE_SET_UP, UNKNOWN, family_of
from handlers.dialogue.conversation import offer
from handlers.dialogue.visit import Desk, Visit
from handlers.house.alarms import SKIPPED, alarms_told, skipped_told, told
from handlers.house.menu import menu_choices
from handlers.house.outages import note_absence, note_silence
from handlers.subject import Command, Replies, Subject
from storage import backups, channels, health, inbox, jobs, outbox, people
from storage.database import Tx
from storage.health import Alarm, Skipped
from storage.people import Holder

log = logging.getLogger(__name__)

MINUTE = 60_000  # milliseconds
DAY = 24 * 60 * MINUTE
SILENT_FOR = 5 * MINUTE
CALM = 5 * MINUTE
NEVER = 2**62  # epoch milliseconds
LONGEST_WAIT = {Lane.REPLY: 10 * MINUTE, Lane.SUMMARY: 30 * MINUTE}
OLDEST_COPY = 36 * 60 * MINUTE
LEAST_FREE = 1024**3  # bytes
LEAST_FREE_SHARE = 0.03
KEPT_FOR = timedelta(hours=24) // timedelta(milliseconds=1)  # an event counts as news for a day


def judge(desk: Desk, tx: Tx, seen: Seen, now: int) -> None:
    """Compare what is wrong now with what was wrong at the last look, and tell the difference."""
    note_absence(desk, tx, seen, now)
    before = {(alarm.kind, alarm.subject): alarm for alarm in health.open_alarms(tx)}
    present = {(wrong.kind, wrong.subject): wrong for wrong in all_that_is_wrong(tx, seen, now)}
    news = [wrong for key, wrong in present.items() if key not in before]
    for wrong in news:
        health.raise_alarm(tx, desk.ids.new(), wrong.kind, wrong.subject, wrong.values, now)
    sentences = [*_begun(desk, news), *_over(desk, tx, before, frozenset(present), seen, now)]
    for sentence in sentences:
        _tell(tx, desk, now, sentence)


def _begun(desk: Desk, news: Sequence[Wrong]) -> Iterator[str]:
    for wrong in news:
        if wrong.kind != SKIPPED:
            yield told(desk.texts, wrong.kind, wrong.subject, wrong.values)
    skipped = [Skipped(job=str(one.values["job"]), slot=str(one.values["slot"])) for one in news if one.kind == SKIPPED]
    if skipped:
        yield skipped_told(desk.texts, skipped)


def _over(
    desk: Desk,
    tx: Tx,
    before: Mapping[tuple[str, str], Alarm],
    present: frozenset[tuple[str, str]],
    seen: Seen,
    now: int,
) -> Iterator[str]:
    """What has been well for a while: what comes and goes by the minute, or is not known yet after a start, is not."""
    for key, alarm in before.items():
        if key in present:
            if alarm.well_since is not None:
                health.seems_well(tx, alarm.alarm_id, None)
        elif alarm.well_since is None or alarm.well_since > now:
            health.seems_well(tx, alarm.alarm_id, now)
        elif now - alarm.well_since >= CALM:
            health.end_alarm(tx, alarm.alarm_id, now)
            note_silence(desk, tx, seen, alarm, now)
            if alarm.kind not in EVENTS:
                yield told(desk.texts, alarm.kind, alarm.subject, alarm.values, "ends")


def all_that_is_wrong(tx: Tx, seen: Seen, now: int) -> Iterator[Wrong]:
    """Everything that is wrong at the moment."""
    yield from _channels(tx, seen, now)
    yield from _unheard(tx, seen, now)
    yield from _quotas(tx, seen, now)
    yield from _refused(tx, now)
    yield from _waiting(tx, now)
    yield from _jobs(tx, seen, now)
    yield from _disk(seen)
    yield from _copies(tx, seen, now)
    if seen.clock:
        yield Wrong(kind=f"clock_{seen.clock}", values={"at": now})
    if count := health.set_aside_since(tx, now - KEPT_FOR):
        yield Wrong(kind="set_aside", values={"count": count})


EVENTS = frozenset(
    {
        "set_aside", SKIPPED, "not_sent_in_time", "quota", "quota_spent", "people_full", "clock_back", "unknown_answer",
        "not_set_up",
    }
)  # fmt: skip
"""What is news and then no more: nobody has to be told that it is over."""


def _channels(tx: Tx, seen: Seen, now: int) -> Iterator[Wrong]:
    for silence in health.silent_since(tx, now - SILENT_FOR):
        if seen.on is not None and silence.channel not in seen.on:  # it was turned off: nobody waits for it
            continue
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
        yield Wrong(kind=SKIPPED, subject=f"{run.job} {run.slot}", values={"job": run.job, "slot": run.slot})
    for lost in outbox.given_up_late(tx, Lane.SUMMARY, now - KEPT_FOR, now):
        job, _, slot = lost.about.partition(":")
        values = {"job": job, "slot": slot, "count": lost.count}
        yield Wrong(kind="not_sent_in_time", subject=lost.about, values=values)


def _disk(seen: Seen) -> Iterator[Wrong]:
    if seen.free < max(LEAST_FREE, seen.room * LEAST_FREE_SHARE):
        yield Wrong(kind="disk_nearly_full", values={"gigabytes": str(round(seen.free / 1024**3, 1))})


def _copies(tx: Tx, seen: Seen, now: int) -> Iterator[Wrong]:
    """The last try failed, or there was none for too long."""
    last, tried = health.last_backup(tx, now), jobs.mark(tx, backups.TRIED)
    made_at = last.made_at if last else None
    if tried and tried <= now and tried > (made_at or 0):
        yield Wrong(kind="backup_failed", values={"made_at": made_at, "trouble": seen.copy_trouble})
    elif made_at and now - made_at > OLDEST_COPY:
        yield Wrong(kind="no_backup", values={"made_at": made_at})


def _tell(tx: Tx, desk: Desk, now: int, sentence: str) -> None:
    """Each administrator on a channel that works; while none can be reached so, the leaders as well. And the log."""
    log.warning("%s", plain(sentence))
    reached = False
    told_to = _reachable(tx, Role.ADMIN)
    for admin, works in told_to:
        reached = reached or works
        message = Outbound(address=admin.address, text=sentence, choices=(desk.command_choice("suckhoe"),))
        desk.queue(tx, message, now, not_before=calendar.next_waking(now))
        offer(tx, message, admin.account)
    if reached:
        return
    known = {admin.person_id for admin, _ in told_to}
    for leader, works in _reachable(tx, Role.LEADER):
        if works and leader.person_id not in known:
            text = desk.say("health.to_leaders", Role.LEADER, sentence=sentence)
            desk.queue(tx, Outbound(address=leader.address, text=text), now, not_before=calendar.next_waking(now))


def _reachable(tx: Tx, role: Role) -> list[tuple[Holder, bool]]:
    """Those who hold a role, each on the channel used last that works; False where they have none that does."""
    silent = {one.channel for one in health.silent_since(tx, NEVER)}
    best: dict[str, tuple[Holder, bool]] = {}
    for one in people.accounts_of_holders(tx, role):
        works = one.channel not in silent
        if one.person_id not in best or (works and not best[one.person_id][1]):
            best[one.person_id] = (one, works)
    return list(best.values())


def cry(desk: Desk, tx: Tx, trouble: str) -> list[Outbound]:
    """What is said past the outbox while nothing can be written down, and to whom."""
    sentence = desk.say(f"health.takes_nothing.{trouble}", Role.ADMIN)
    log.error("%s", plain(sentence))
    chosen = _reachable(tx, Role.ADMIN) or _reachable(tx, Role.LEADER)
    return [Outbound(address=one.address, text=sentence) for one, _ in chosen]


def show_health(tx: Tx, visit: Visit) -> Replies:
    """How everything is, on one screen."""
    text = visit.say(
        "health.message",
        at=visit.clock,
        alarms=alarms_told(visit.desk.texts, tx),
        waiting=outbox.waiting(tx),
        set_aside=inbox.quarantined(tx),
        backup=health.last_backup(tx, visit.now),
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
