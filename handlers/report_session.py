"""Reporting an outreach session: five questions, then photos and who held it together with us."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.form import Answers, Entry, Form, Option
from bot.core.questions import attendance, choice, moment, photos, several, text
from bot.core.reading.moments import Moment
from bot.core.reading.report import Kind, ReportReading, kind_of, read_report
from handlers import prefill as prefilled
from handlers.menu import menu_choices
from handlers.register_model import OWNERS, chosen_owner, owner_options, owners_of, settled_owner, several_owners
from handlers.subject import Command, Dialogue, Given, Replies, Subject
from handlers.visit import Visit
from storage import campaign
from storage.campaign import Campaign, Model, Named, NewSession, Owner
from storage.database import Tx

NO_MODEL = "-"
MOST_MODELS = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportLook:
    """The campaign, whom the person may report for, their models, and the units that could have held it with them."""

    campaign: Campaign | None
    owners: Sequence[Owner]
    models: Sequence[Model]
    collectives: Sequence[Named]
    no_model: str
    chosen: str = ""  # the owner named so far, whether or not it still can be


def look(tx: Tx, visit: Visit, given: Given) -> ReportLook:
    """Everything that the form needs, bounded: one owner's latest models, one ward's collectives."""
    owners = owners_of(tx, visit.known)
    current = campaign.campaign_of(tx, visit.known.scope, visit.today)
    if current is None:
        return ReportLook(campaign=None, owners=owners, models=(), collectives=(), no_model="")
    host = chosen_owner(owners, given.get("owner", {}).get("value"))
    others = [unit for unit in campaign.collectives_of(tx, current.unit_id, visit.today) if _other(unit, host)]
    return ReportLook(
        campaign=current,
        owners=owners,
        models=campaign.models_of(tx, host, current.campaign_id)[:MOST_MODELS] if host else (),
        collectives=others,
        no_model=visit.say("report_session.model.none"),
        chosen=given.get("owner", {}).get("value") or "",
    )


def no_campaign(look: ReportLook) -> str:
    """Without a campaign there is nothing to report to."""
    return "" if look.campaign else "register_model.no_campaign"


def _other(unit: Named, host: Owner | None) -> bool:
    return host is None or unit.code != host.owner_id


def model_options(_kept: Answers, look: ReportLook) -> Sequence[Option]:
    """The owner's models, or none of them."""
    return [*(Option(model.model_id, model.name) for model in look.models), Option(NO_MODEL, look.no_model)]


def cohost_options(_kept: Answers, look: ReportLook) -> Sequence[Option]:
    """The other collectives of the ward."""
    return [Option(unit.code, unit.name, (unit.code,)) for unit in look.collectives]


def campaign_start(_kept: Answers, look: ReportLook) -> str | None:
    """Sessions of the year's movement are reported, not older ones."""
    return look.campaign.opens_on if look.campaign else None


FORM = Form(
    "report_session",
    (
        choice("owner", owner_options, when=several_owners),
        moment("moment", earliest=campaign_start),
        choice("model", model_options),
        text("place", longest=300),
        attendance("attendance"),
        text("outcome", longest=2000, optional=True),
        photos("photos"),
        several("cohosts", cohost_options),
    ),
)


def finish(tx: Tx, visit: Visit, answers: Answers) -> Replies:
    """Write the session down; its field and project are those of its model."""
    asker = visit.known
    current = campaign.campaign_of(tx, asker.scope, visit.today)
    if current is None:
        return [visit.answer("register_model.no_campaign")]
    host = settled_owner(tx, asker, answers.get("owner"))
    models = campaign.models_of(tx, host, current.campaign_id)
    model = next((model for model in models if model.model_id == answers["model"]), None)
    counts = answers["attendance"] or {}
    session = NewSession(
        session_id=visit.desk.ids.new(),
        campaign=current,
        host=host,
        held_on=answers["moment"][:10],
        held_at=answers["moment"][11:16] or None,
        model_id=model.model_id if model else None,
        field_code=model.field_code if model else None,
        project_id=model.project_id if model else None,
        place=answers["place"],
        attendee_count=counts.get("people"),
        household_count=counts.get("households"),
        outcome=answers["outcome"] or "",
        cohosts=tuple(answers["cohosts"] or ()),
        photos=tuple(answers["photos"] or ()),
        draft=visit.draft,
        author_id=asker.person_id,
        reported_on=visit.today.isoformat(),
    )
    code = campaign.add_session(tx, session, visit.now)
    saved = visit.say("report_session.saved", code=code, host=host, at=visit.clock)
    return [visit.reply(saved, menu_choices(visit, asker.role))]


def prefill(tx: Tx, visit: Visit, text: str) -> Given | None:
    """A whole report in one message: "Sáng qua cb 5 họp dân ở nhà văn hóa, 35 người dự"."""
    seen = look(tx, visit, {})
    if seen.campaign is None or kind_of(text) is not Kind.REPORT:
        return None
    projects = campaign.projects_of(tx, seen.campaign.unit_id, visit.today)
    at = visit.written_at
    named = tuple((project.code, project.name) for project in projects)
    read = read_report(text, today=at.date(), now=at.time(), projects=named)
    if read is None:
        return None
    counts = {"people": prefilled.said(read.people), "households": prefilled.said(read.households)}
    model = model_meant(seen.models, prefilled.said(read.project), prefilled.said(read.field))
    return prefilled.given(
        optional=("outcome", "photos", "cohosts"),
        moment=prefilled.entry(read.moment, text, Moment.iso),
        model={"value": model, "raw": text} if model else None,
        place=prefilled.entry(read.place, text),
        attendance={"value": counts, "raw": text} if any(count is not None for count in counts.values()) else None,
        outcome=outcome_of(visit, read, text),
    )


def model_meant(models: Sequence[Model], project: str | None, field: str | None) -> str | None:
    """The one model that a report can only belong to: by its project, else by its field, else the only one."""
    for wanted in (
        [model for model in models if project and model.project_id == project],
        [model for model in models if field and model.field_code == field],
        [model for model in models if not project and not field],
    ):
        if wanted:
            return wanted[0].model_id if len(wanted) == 1 else None
    return None


def outcome_of(visit: Visit, read: ReportReading, text: str) -> Entry | None:
    """Households that still hesitate, and why, as a sentence of the report."""
    hesitating = prefilled.said(read.hesitating)
    if hesitating is None:
        return None
    reason = prefilled.said(read.reason) or ""
    return {"value": visit.say("report_session.hesitating", households=hesitating, reason=reason), "raw": text}


SUBJECT = Subject(
    name="report_session",
    dialogue=Dialogue(
        form=FORM, look=look, looks_at=("owner",), unready=no_campaign, finish=finish, prefill=prefill, roles=OWNERS
    ),
    commands=(
        Command(
            name="baocao",
            words=("bao cao", "bao cao buoi", "bc", "bc buoi", "bao cao buoi tuyen truyen"),
            roles=OWNERS,
            opens="report_session",
        ),
    ),
)
