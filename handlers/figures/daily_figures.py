"""The figures pushed to leaders: the day's at the ward's hour, the week's and the month's on their report days.

Each unit is a part of the job: its figures are read and its leaders told in a transaction of its own.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time, timedelta

from bot.core import calendar, periods
from bot.core.job import Due, Job
from bot.core.message import Choice, Lane, Outbound
from bot.core.people import Role
from bot.core.periods import Period, Span
from bot.core.texts import Words
from bot.reports.discreet import discreet
from handlers.dialogue.conversation import offer
from handlers.dialogue.visit import Desk
from handlers.figures.figure_files import chart_choice
from handlers.figures.figure_rows import Spot
from handlers.figures.figures_text import digest_text
from handlers.figures.urging import is_anybody_late, urge_choice
from handlers.subject import Subject
from storage import jobs, leader_groups, people, statistics
from storage.database import Tx
from storage.leader_groups import LeaderGroup
from storage.people import Holder

JOBS = {Span.DAY: "daily_digest", Span.WEEK: "weekly_digest", Span.MONTH: "monthly_digest"}
USEFUL_FOR = {  # figures of 17:00 still serve at 22:00, not the next morning; those of a week serve longer
    Span.DAY: timedelta(hours=5),
    Span.WEEK: timedelta(days=3),
    Span.MONTH: timedelta(days=3),
}
LOOKING_BACK_AT = time(15)


def digest_jobs(desk: Desk) -> tuple[Job, ...]:
    """A job for each span; each leader gets the figures of their scope once."""
    return tuple(
        Job(
            name=JOBS[span], at=_hours(desk, span), run=_runs(desk, span), useful_for=USEFUL_FOR[span], parts=told_units
        )
        for span in Span
    )


def told_units(tx: Tx, _due: Due) -> list[str]:
    """The units whose figures go to somebody."""
    leading = (leader.unit_id for leader in people.holders_of(tx, Role.LEADER))
    return list(dict.fromkeys((*leading, *(group.unit_id for group in leader_groups.groups(tx)))))


def _hours(desk: Desk, span: Span) -> Callable[[date], time | None]:
    hour = desk.ward.digest_at if span is Span.DAY else LOOKING_BACK_AT
    return lambda day: hour if periods.is_report_day(span, day) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """What the leaders of a unit get: its words, its buttons, and whether there is any reason to send it."""

    text: Words
    choices: tuple[Choice, ...]
    quiet: bool


def _runs(desk: Desk, span: Span) -> Callable[[Tx, Due], None]:
    def run(tx: Tx, due: Due) -> None:
        leaders = {leader.person_id: leader for leader in people.holders_in(tx, Role.LEADER, due.part)}
        groups = [group for group in leader_groups.groups(tx) if group.unit_id == due.part]
        if not leaders and not groups:
            return
        digest = digest_of(tx, desk, due, periods.reporting(span, due.day), due.part)
        for leader in leaders.values():
            _to_leader(tx, desk, due, span, leader, digest)
        for group in groups:
            _to_group(tx, desk, due, span, group, digest)

    return run


def digest_of(tx: Tx, desk: Desk, due: Due, period: Period, unit_id: str) -> Digest:
    """The digest of a unit; its figures are kept as they are sent."""
    report = statistics.seen(tx, statistics.report, unit_id, period)
    quiet = period.span is Span.DAY and not calendar.is_working_day(due.day) and not report.compared[0].now.anything
    if not quiet:
        statistics.keep_sent(
            tx, unit_id, period, json.dumps(statistics.as_sent(report.figured), ensure_ascii=False), due.now
        )
    urge = (urge_choice(desk, unit_id),) if is_anybody_late(report) else ()
    return Digest(
        text=digest_text(desk, discreet(report, desk.ward.fewest), desk.late_label(due)),
        choices=(*urge, details_choice(desk, period), chart_choice(desk)),
        quiet=quiet,
    )


def details_choice(desk: Desk, period: Period) -> Choice:
    """Opens the figures of a period."""
    return Choice(label=desk.say("daily.details"), data=Spot(day=period.last.isoformat(), span=period.span).data)


def _to_leader(tx: Tx, desk: Desk, due: Due, span: Span, leader: Holder, digest: Digest) -> None:
    job, recipient = JOBS[span], f"{leader.person_id}@{leader.unit_id}"
    if digest.quiet:
        jobs.claim_run(tx, job, due.slot, recipient, due.now, outcome="skipped", reason="day_off")
    elif jobs.claim_run(tx, job, due.slot, recipient, due.now):
        message = Outbound(address=leader.address, text=digest.text, choices=digest.choices, lane=Lane.SUMMARY)
        desk.queue_for(tx, message, due, job)
        offer(tx, message, leader.account)


def _to_group(tx: Tx, desk: Desk, due: Due, span: Span, group: LeaderGroup, digest: Digest) -> None:
    """A group is told when there is something; figures are opened in private, so it has one button at most."""
    job, recipient = JOBS[span], f"{group.channel}:{group.chat}"
    if not digest.quiet and jobs.claim_run(tx, job, due.slot, recipient, due.now):
        message = Outbound(address=group.address, text=digest.text, choices=digest.choices[:-2], lane=Lane.SUMMARY)
        desk.queue_for(tx, message, due, job)


SUBJECT = Subject(name="daily_figures", jobs=digest_jobs)
