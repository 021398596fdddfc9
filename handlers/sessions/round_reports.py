"""The report of a session out of a finished round: what its doors said stands in it, and is reported once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace

from bot.core import calendar
from bot.core.form import Answers, Entry, Json, Look, Question
from bot.core.questions import about
from bot.core.reading.households import NAMES
from handlers.dialogue.visit import Visit
from handlers.models.register_model import NO_PROJECT, OWNERS, owners_of
from handlers.subject import Given, Opening
from storage import campaign, rounds
from storage.database import Tx
from storage.rounds import Round

NO_MODEL = "-"


# -- a report about a round ---------------------------------------------------------------------


def the_round() -> Question:
    """The round that is reported, where a button said so; asked of nobody else."""

    def shown(value: Json, look: Look) -> str | None:
        found: Round | None = look.round
        return found.code if found and found.round_id == value and not found.session_code else None

    return replace(about("round", shown), when=lambda _kept, look: look.of_a_round)


def round_in(tx: Tx, visit: Visit, given: Given) -> Round | None:
    """The round that a report is about, as long as it is this person's."""
    round_id = given.get("round", {}).get("value")
    return rounds.round_of(tx, round_id, visit.known.person_id) if round_id else None


def keep_reported(tx: Tx, visit: Visit, answers: Answers, session_id: str) -> None:
    """A round that became a session is not reported again."""
    if answers.get("round"):
        rounds.mark_reported(tx, answers["round"], session_id, visit.now)


# -- from the round to its report ---------------------------------------------------------------


def may_report(visit: Visit, found: Round) -> bool:
    """Whoever reports sessions of their own does so once every door was called on and somebody was met."""
    finished = found.visited == found.doors and found.met > 0
    return visit.known.role in OWNERS and finished and not found.session_code


def report_opening(tx: Tx, visit: Visit, found: Round) -> Opening:
    """The form with the round's last day, its project, where it went, and how the households stand."""
    results = rounds.results(tx, found.round_id)
    counts = asdict(results)
    given = {
        "round": _said(found.round_id),
        "moment": _said(calendar.local(found.last_visit).date().isoformat()),
        **_belonging(tx, visit, found.project_id),
        "topic": _said(visit.say("report_session.round.topic", round=found)),
        "place": _said(visit.say("report_session.round.place", round=found)),
        "attendance": _said({"people": None, "households": results.met}),
        "households": _said({name: counts[name] for name in NAMES}),
    }
    return Opening(form="report_session", given=given)


def _belonging(tx: Tx, visit: Visit, project_id: str) -> Mapping[str, Entry]:
    """The owner's one model of the project, or the project alone; of several owners or models one is asked about."""
    owners = owners_of(tx, visit.known)
    current = campaign.campaign_of(tx, visit.known.scope, visit.today)
    if len(owners) != 1 or current is None:
        return {}
    of_project = [one for one in campaign.models_of(tx, owners[0], current.campaign_id) if one.project_id == project_id]
    if len(of_project) > 1:
        return {}
    if of_project:
        return {"model": _said(of_project[0].model_id)}
    there = {one.code for one in campaign.projects_of(tx, current.unit_id, visit.today)}
    return {"model": _said(NO_MODEL), "project": _said(project_id if project_id in there else NO_PROJECT)}


def _said(value: Json) -> Entry:
    return {"value": value, "raw": ""}
