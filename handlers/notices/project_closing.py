"""Closing a project, and what time does to its ledger: kept for the years of the rule, then removed down to counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time, timedelta

from bot.core.form import Answers, Form, Option
from bot.core.job import Chore, Due, Job
from bot.core.notice_life import OFFICERS
from bot.core.questions import choice, moment
from handlers.dialogue.visit import Desk, Visit
from handlers.house.menu import menu_choices
from handlers.subject import Command, Dialogue, Given, Replies, Subject
from storage import audit, closing, jobs, notices
from storage.closing import OpenProject
from storage.database import Tx

JOB = "ledger_keeping"
AT = time(2, 30)
PORTION = 100
"""How many households' lines are removed in one transaction: the turns that wait get theirs in between."""
NOBODY = "system"


# -- closing ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingLook:
    """The open projects, the chosen one, and until when its ledger would be kept."""

    projects: Sequence[Option]
    project: OpenProject | None = None
    kept_until: str = ""


def look(tx: Tx, visit: Visit, given: Given) -> ClosingLook:
    """The open projects of the officer's scope."""
    scope, day = visit.known.scope, str(given.get("day", {}).get("value") or "")[:10]
    return ClosingLook(
        projects=[Option(one.code, one.name) for one in notices.project_sizes(tx, scope, visit.today)],
        project=closing.open_project(tx, str(given.get("project", {}).get("value") or ""), scope, visit.today),
        kept_until=closing.kept_until(tx, day, visit.today) if day else "",
    )


def none_open(look: ClosingLook) -> str:
    """Without an open project there is nothing to close."""
    return "" if look.projects else "close_project.none"


def project_options(_kept: Answers, look: ClosingLook) -> Sequence[Option]:
    """The open projects."""
    return look.projects


def since_the_last_notice(_kept: Answers, look: ClosingLook) -> str | None:
    """Nothing is closed before it was last told of: its ledger would be outlived too soon."""
    return look.project.told_on if look.project else None


FORM = Form("close_project", (choice("project", project_options), moment("day", earliest=since_the_last_notice)))


def preview(visit: Visit, _answers: Answers, look: ClosingLook) -> str:
    """What closing means, before it is done."""
    return visit.say("close_project.preview", project=look.project, kept_until=look.kept_until)


def close(tx: Tx, visit: Visit, answers: Answers) -> Replies:
    """The project is closed, unless one of its notices is still on its way."""
    project = closing.open_project(tx, answers["project"], visit.known.scope, visit.today)
    assert project is not None  # the walk has just accepted it
    menu = menu_choices(visit, visit.known.role)
    if project.going:
        return [visit.answer("close_project.going", menu, project=project)]
    day = answers["day"][:10]
    closing.close(tx, project.project_id, day)
    visit.note(tx, "close", project.project_id)
    until = closing.kept_until(tx, day, visit.today)
    return [visit.answer("close_project.saved", menu, project=project, day=day, kept_until=until, at=visit.clock)]


# -- what is kept how long ----------------------------------------------------------------------


def keeping(_desk: Desk) -> Job:
    """Every night: the ledgers whose time is over may be removed. Each project is a part, and the note of the night."""

    def run(tx: Tx, due: Due) -> None:
        if due.part:
            closing.mark_outlived(tx, due.day, due.part)
        else:
            jobs.claim_run(tx, JOB, due.slot, "*", due.now)

    def parts(tx: Tx, due: Due) -> list[str]:
        return [*closing.outlived(tx, due.day), ""]

    return Job(name=JOB, at=lambda _day: AT, run=run, useful_for=timedelta(hours=21), parts=parts)


def remover(desk: Desk) -> Chore:
    """Remove the ledgers that are outlived, some households at a time; the audit says so at the end."""

    def waits(tx: Tx, _now: int) -> bool:
        return closing.waiting(tx) is not None

    def portion(tx: Tx, now: int) -> None:
        found = closing.waiting(tx)
        if found and closing.forget_some(tx, found.project_id, PORTION, now):
            audit.write(
                tx, desk.ids.new(), now=now, unit_id=found.unit_id, person_id=None, role=NOBODY, act="outlive",
                about=found.project_id, channel="",
            )  # fmt: skip

    return Chore(name="outlived_ledgers", waits=waits, portion=portion)


SUBJECT = Subject(
    name="project_closing",
    dialogue=Dialogue(
        form=FORM, look=look, looks_at=("project", "day"), unready=none_open, finish=close, preview=preview,
        roles=OFFICERS,
    ),
    commands=(
        Command(
            name="ketthucduan", words=("ket thuc du an", "dong du an"), roles=OFFICERS, opens="close_project"
        ),
    ),
    jobs=lambda desk: (keeping(desk),),
    chores=lambda desk: (remover(desk),),
)  # fmt: skip
