"""The day's figures: on request, and pushed to leaders at the hour that the ward has set."""

from __future__ import annotations

import json
from datetime import date, timedelta

from bot.core import calendar
from bot.core.job import Due, Job
from bot.core.message import Lane, Outbound
from bot.core.people import Role
from bot.core.texts import Words
from bot.reports.daily import daily_values
from handlers.conversation import offer
from handlers.menu import menu_choices
from handlers.subject import Command, Replies, Subject
from handlers.visit import Desk, Visit
from storage import jobs, notices, people, statistics
from storage.database import Tx
from storage.people import Holder

JOB = "daily_digest"
USEFUL_FOR = timedelta(hours=5)  # figures of 17:00 still serve at 22:00, not the next morning


def figures_text(tx: Tx, desk: Desk, scope: str, day: date, *, late: str = "", at: str = "") -> tuple[Words, str]:
    """(the message, its figures as JSON) of a scope and a day; `late` says why late, `at` up to which hour."""
    figured = statistics.day_figures(tx, scope, day)
    values = daily_values(figured, notices.ledger(tx, scope))
    text = desk.say("daily.message", Role.LEADER, late=late, at=at, day=day, **values)
    return text, json.dumps(statistics.as_json(figured), ensure_ascii=False)


def show_figures(tx: Tx, visit: Visit) -> Replies:
    """The figures of this moment, to whoever may ask."""
    text, _ = figures_text(tx, visit.desk, visit.known.scope, visit.today, at=visit.clock)
    return [visit.reply(text, menu_choices(visit, visit.known.role))]


def daily_digest(desk: Desk) -> Job:
    """Each leader gets the figures of their scope once a day; none on a day off on which nothing happened."""

    def run(tx: Tx, due: Due) -> None:
        sent_to: set[str] = set()
        for leader in people.holders_of(tx, Role.LEADER):
            if leader.person_id not in sent_to:
                sent_to.add(leader.person_id)
                _to_leader(tx, desk, due, leader)

    return Job(name=JOB, at=lambda _day: desk.ward.digest_at, run=run, useful_for=USEFUL_FOR)


def _to_leader(tx: Tx, desk: Desk, due: Due, leader: Holder) -> None:
    if not calendar.is_working_day(due.day) and _nothing_new(tx, leader.unit_id, due.day):
        jobs.claim_run(tx, JOB, due.slot, leader.person_id, due.now, outcome="skipped", reason="day_off")
        return
    text, detail = figures_text(tx, desk, leader.unit_id, due.day, late=desk.late_label(due))
    if jobs.claim_run(tx, JOB, due.slot, leader.person_id, due.now, detail=detail):
        message = Outbound(
            address=leader.address, text=text, choices=(desk.command_choice("thongke"),), lane=Lane.SUMMARY
        )
        desk.queue(tx, message, due.now, about=f"{JOB}:{due.slot}")
        offer(tx, message, leader.account)


def _nothing_new(tx: Tx, scope: str, day: date) -> bool:
    figured = statistics.day_figures(tx, scope, day)
    return not figured.models_that_day and not figured.sessions_that_day


SUBJECT = Subject(
    name="daily_figures",
    commands=(
        Command(
            name="thongke",
            words=("thong ke", "so lieu", "tk", "bao cao nhanh"),
            roles=frozenset({Role.LEADER, Role.OFFICER, Role.ADMIN}),
            run=show_figures,
        ),
    ),
    jobs=lambda desk: (daily_digest(desk),),
)
