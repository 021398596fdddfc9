"""Reporting an outreach session: five questions, then photos and who held it together with us.

More are asked only where they mean something: whether it is the same session as one reported already, the project of a
session that belongs to no model, how the households stand where land is cleared. What was said last time can be taken
in one tap.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta

from bot.core.form import Answers, Entry, Form, Json, Option
from bot.core.gatherings import attendance, households, place
from bot.core.message import Choice, Outbound
from bot.core.questions import choice, moment, photos, several, text
from bot.core.reading.households import Households
from bot.core.reading.moments import Moment
from bot.core.reading.report import Kind, ReportReading, kind_of, read_report
from bot.core.reading.result import Invalid
from handlers.dialogue import prefill as prefilled
from handlers.dialogue.doubles import same_or_other, stopped
from handlers.dialogue.visit import Visit
from handlers.house.menu import menu_choices
from handlers.models.register_model import (
    NO_PROJECT,
    OWNERS,
    chosen_owner,
    owner_options,
    owners_of,
    settled_owner,
    several_owners,
)
from handlers.people.behalf import HELPERS, for_whom, helped_in
from handlers.sessions.round_reports import NO_MODEL, keep_reported, round_in, the_round
from handlers.subject import Command, Dialogue, Given, Replies, Subject
from storage import campaign, sessions
from storage.behalf import Beneficiary
from storage.campaign import Campaign, Model, Named, NewSession, Owner
from storage.database import Tx
from storage.rounds import Round
from storage.sessions import Report

MOST_MODELS = 9
LAST = "last"
AS_BEFORE = ("nhu lan truoc", "nhu truoc", "nhu cu", "nhu moi khi")
LONGEST_CODES = 40  # bytes of "code,code" that a button can carry
LONGEST_SHOWN = 60  # letters of an earlier answer that a button shows
TELLING = ("topic", "households")
"""What is kept whenever it was said, though it is asked only where it means something."""
CLOSE = 60  # minutes between two hours that may be one session


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportLook:
    """The campaign, whom the person may report for, their models, and the units that could have held it with them."""

    campaign: Campaign | None
    owners: Sequence[Owner]
    models: Sequence[Model]
    collectives: Sequence[Named]
    no_model: str
    projects: Sequence[Named] = ()
    no_project: str = ""
    chosen: str = ""  # the owner named so far, whether or not it still can be
    last: Report | None = None  # what the owner reported before this
    last_cohosts: Sequence[Named] = ()
    same_day: Sequence[Report] = ()  # once there is a day to compare
    reported_at: Mapping[str, str] = field(default_factory=dict)  # when those were reported, as people read it
    answers: Mapping[str, str] = field(default_factory=dict)  # what the gentle question can be answered with
    as_before: str = ""  # "Như lần trước"
    for_another: bool = False
    helped: Beneficiary | None = None  # for whom it is entered
    of_a_round: bool = False
    round: Round | None = None  # the round from door to door that is reported
    told: frozenset[str] = frozenset()  # what was said in one message, and is therefore shown though not asked

    def in_clearance(self, kept: Answers) -> bool:
        """Whether the session is about a project for which land is cleared."""
        model = next((model for model in self.models if model.model_id == kept.get("model")), None)
        return bool(model.project_id if model else kept.get("project", NO_PROJECT) not in (None, NO_PROJECT))

    def twin(self, kept: Answers) -> Report | None:
        """A report that may be of the same session: that day, at about that hour, or of that model if no hour."""
        moment, model = kept.get("moment"), kept.get("model")
        if moment is None or model is None:
            return None
        host = chosen_owner(self.owners, kept.get("owner"))
        return next(
            (
                report
                for report in self.same_day
                if _may_be_one(report, moment, model, ours=host is None or report.host_id == host.owner_id)
            ),
            None,
        )


def _may_be_one(report: Report, moment: str, model: str, *, ours: bool) -> bool:
    if report.held_on != moment[:10]:
        return False
    if report.held_at and moment[11:]:
        return abs(_minutes(report.held_at) - _minutes(moment[11:16])) < CLOSE
    return not ours or (report.model_id or NO_MODEL) == model  # a session held together has its host's model


def _minutes(hour: str) -> int:
    return int(hour[:2]) * 60 + int(hour[3:5])


def look(tx: Tx, visit: Visit, given: Given) -> ReportLook:
    """Everything that the form needs, bounded: one owner's latest models, one ward's collectives."""
    helped = helped_in(tx, visit, given)
    owners = [helped.owner] if helped else owners_of(tx, visit.known)
    current = campaign.campaign_of(tx, visit.known.scope, visit.today)
    if current is None:
        return ReportLook(campaign=None, owners=owners, models=(), collectives=(), no_model="")
    host = chosen_owner(owners, given.get("owner", {}).get("value"))
    others = [unit for unit in campaign.collectives_of(tx, current.unit_id, visit.today) if _other(unit, host)]
    last = sessions.latest_of(tx, host) if host else None
    day = str(given.get("moment", {}).get("value") or "")[:10]
    same_day = sessions.held_on(tx, host, day) if host and day else []
    return ReportLook(
        campaign=current,
        owners=owners,
        models=campaign.models_of(tx, host, current.campaign_id)[:MOST_MODELS] if host else (),
        collectives=others,
        no_model=visit.say("report_session.model.none"),
        projects=campaign.projects_of(tx, current.unit_id, visit.today),
        no_project=visit.say("register_model.project.none"),
        chosen=given.get("owner", {}).get("value") or "",
        last=last,
        last_cohosts=sessions.cohosts_of(tx, last.session_id) if last else (),
        same_day=same_day,
        reported_at={report.session_id: visit.moment_of(report.created_at) for report in same_day},
        answers=_gentle_answers(visit) if same_day else {},
        as_before=visit.say("report_session.as_before") if last else "",
        for_another="behalf" in given,
        helped=helped,
        of_a_round="round" in given,
        round=round_in(tx, visit, given),
        told=frozenset(key for key in TELLING if "value" in given.get(key, {})),
    )


def no_campaign(look: ReportLook) -> str:
    """Without a campaign there is nothing to report to."""
    return "" if look.campaign else "register_model.no_campaign"


def _gentle_answers(visit: Visit) -> dict[str, str]:
    return {"same": visit.say("report_session.twin.same"), "other": visit.say("report_session.twin.other")}


def _other(unit: Named, host: Owner | None) -> bool:
    return host is None or unit.code != host.owner_id


def model_options(_kept: Answers, look: ReportLook) -> Sequence[Option]:
    """The owner's models, that of the last report first, or none of them."""
    last = look.last.model_id if look.last and len(look.models) > 1 else None
    models = sorted(look.models, key=lambda model: model.model_id != last)
    return [
        *(
            Option(model.model_id, model.name, AS_BEFORE, before(look, model.name))
            if model.model_id == last
            else Option(model.model_id, model.name)
            for model in models
        ),
        Option(NO_MODEL, look.no_model),
    ]


def before(look: ReportLook, shown: str) -> str:
    """ "Như lần trước: nhà văn hóa tổ 5" """
    return f"{look.as_before}: {shown if len(shown) <= LONGEST_SHOWN else shown[:LONGEST_SHOWN] + '…'}"


def place_before(_kept: Answers, look: ReportLook) -> Sequence[Option]:
    """Where the last session was held."""
    if look.last is None or not look.last.place:
        return ()
    return [Option(LAST, look.last.place, AS_BEFORE, before(look, look.last.place))]


def cohosts_before(_kept: Answers, look: ReportLook) -> Sequence[Option]:
    """Who held the last session together with the host, as far as they exist."""
    there = {unit.code for unit in look.collectives}
    known = [unit for unit in look.last_cohosts if unit.code in there]
    codes, names = ",".join(unit.code for unit in known), ", ".join(unit.name for unit in known)
    return [Option(codes, names, AS_BEFORE, before(look, names))] if 0 < len(codes.encode()) <= LONGEST_CODES else ()


def twin_options(kept: Answers, look: ReportLook) -> Sequence[Option]:
    """It is that session, or another one."""
    twin = look.twin(kept)
    return same_or_other(twin.session_id, look.answers["same"], look.answers["other"]) if twin else ()


def has_twin(kept: Answers, look: ReportLook) -> bool:
    """Whether the session may be reported already; not counted before there is a day and a model, for it is rare."""
    return look.twin(kept) is not None


def is_there_already(answers: Answers) -> bool:
    """The person saw that this session is reported."""
    return stopped(answers, "twin")


def goes_on(kept: Answers, _look: ReportLook) -> bool:
    """The rest is asked of a session that is new."""
    return not is_there_already(kept)


def no_model_chosen(kept: Answers, _look: ReportLook) -> bool:
    """Only a session that belongs to no model has a project of its own; not counted before, for it is rare."""
    return kept.get("model") == NO_MODEL and not is_there_already(kept)


def topic_applies(kept: Answers, look: ReportLook) -> bool:
    """Nobody is asked what it was about, for the model mostly says so; what was said is kept, and can be corrected."""
    return "topic" in look.told and not is_there_already(kept)


def households_apply(kept: Answers, look: ReportLook) -> bool:
    """Where land is cleared it is asked how the households stand. What was said is kept."""
    return not is_there_already(kept) and (look.in_clearance(kept) or "households" in look.told)


def project_options(_kept: Answers, look: ReportLook) -> Sequence[Option]:
    """The ward's open projects, or none of them."""
    named = [Option(project.code, project.name, (project.code,)) for project in look.projects]
    return [*named, Option(NO_PROJECT, look.no_project)]


def cohost_options(_kept: Answers, look: ReportLook) -> Sequence[Option]:
    """The other collectives of the ward."""
    return [Option(unit.code, unit.name, (unit.code,)) for unit in look.collectives]


def campaign_start(_kept: Answers, look: ReportLook) -> str | None:
    """Sessions of the year's movement are reported, not older ones."""
    return look.campaign.opens_on if look.campaign else None


FORM = Form(
    "report_session",
    (
        for_whom(),
        the_round(),
        choice("owner", owner_options, when=several_owners),
        moment("moment", earliest=campaign_start),
        choice("model", model_options),
        choice("twin", twin_options, when=has_twin),
        choice("project", project_options, when=no_model_chosen, optional=True),
        text("topic", longest=500, when=topic_applies, optional=True),
        place("place", longest=300, offers=place_before, when=goes_on),
        attendance("attendance", when=goes_on),
        households("households", when=households_apply),
        text("outcome", longest=2000, optional=True, when=goes_on),
        photos("photos", when=goes_on),
        several("cohosts", cohost_options, offers=cohosts_before, when=goes_on),
    ),
)


def finish(tx: Tx, visit: Visit, answers: Answers) -> Replies:
    """Write the session down; its field and project are those of its model."""
    asker = visit.known
    current = campaign.campaign_of(tx, asker.scope, visit.today)
    if current is None:
        return [visit.answer("register_model.no_campaign")]
    if is_there_already(answers):
        return _not_again(tx, visit, answers)
    host = settled_owner(tx, visit, answers)
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
        project_id=model.project_id if model else project_of(answers),
        topic=answers.get("topic") or "",
        place=place_words(visit, answers["place"]),
        coordinates=point_of(answers["place"]),
        attendee_count=counts.get("people"),
        household_count=counts.get("households"),
        households=answers.get("households") or {},
        outcome=answers["outcome"] or "",
        cohosts=tuple(answers["cohosts"] or ()),
        photos=tuple(answers["photos"] or ()),
        draft=visit.draft,
        author_id=asker.person_id,
        reported_on=visit.today.isoformat(),
    )
    code = campaign.add_session(tx, session, visit.now)
    keep_reported(tx, visit, answers, session.session_id)
    saved = visit.say("report_session.saved", code=code, host=host, at=visit.clock)
    return [visit.reply(saved, (to_correct(visit, session.session_id), *menu_choices(visit, asker.role)))]


def _not_again(tx: Tx, visit: Visit, answers: Answers) -> Replies:
    """The session that the person named is this one: nothing more is written down."""
    asker, twin = visit.known, answers["twin"].partition(":")[2]
    keep_reported(tx, visit, answers, twin)
    there = sessions.kept_by(tx, twin, asker.person_id, asker.role)
    choices = (*((to_correct(visit, there.session_id),) if there else ()), *menu_choices(visit, asker.role))
    return [visit.answer("report_session.not_again", choices)]


def project_of(answers: Answers) -> str | None:
    """The project of a session that belongs to no model."""
    project: str | None = answers.get("project")
    return None if project == NO_PROJECT else project


def place_words(visit: Visit, value: Json) -> str:
    """Where it was, in words: those of the person, or that it was shared on a map."""
    return value if isinstance(value, str) else value["words"] or visit.say("report_session.place.shared")


def point_of(value: Json) -> str:
    """The coordinates of a shared place; "" of one in words."""
    return "" if isinstance(value, str) else str(value["at"])


def to_correct(visit: Visit, session_id: str) -> Choice:
    """The button that shows a report so that it can be corrected."""
    return Choice(label=visit.say("correct_session.open"), data=f"b|{session_id}")


def prefill(tx: Tx, visit: Visit, text: str) -> Given | Outbound | None:
    """A whole report in one message: "Sáng qua cb 5 họp dân ở nhà văn hóa, 35 người dự". A plan is no report yet."""
    seen = look(tx, visit, {})
    if seen.campaign is None or not seen.owners or kind_of(text) is not Kind.REPORT:
        return None
    projects = campaign.projects_of(tx, seen.campaign.unit_id, visit.today)
    at = visit.written_at
    named = tuple((project.code, project.name) for project in projects)
    read = read_report(text, today=at.date(), now=at.time(), projects=named)
    if read is None:
        return None
    if is_planned(read, at.date(), seen.campaign):
        return visit.answer("report_session.planned", menu_choices(visit, visit.known.role))
    counts = {"people": prefilled.said(read.people), "households": prefilled.said(read.households)}
    model = model_meant(seen.models, prefilled.said(read.project), prefilled.said(read.field))
    return prefilled.given(
        optional=("project", "topic", "households", "outcome", "photos", "cohosts"),
        moment=prefilled.entry(read.moment, text, Moment.iso),
        model={"value": model, "raw": text} if model else None,
        place=prefilled.entry(read.place, text),
        attendance={"value": counts, "raw": text} if any(count is not None for count in counts.values()) else None,
        project=prefilled.entry(read.project, text),
        topic=prefilled.entry(read.topic, text),
        households=households_said(read, text),
    )


SOON = timedelta(days=60)


def is_planned(read: ReportReading, today: date, current: Campaign) -> bool:
    """Whether a message tells of what is to come: "mai họp dân", or a day of last year that soon comes round again."""
    if isinstance(read.moment, Invalid):
        return read.moment.reason == "future"
    when = prefilled.said(read.moment)
    if when is None or when.day.isoformat() >= current.opens_on:
        return False
    again = when.day + timedelta(days=365)
    return today < again <= today + SOON


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


def households_said(read: ReportReading, text: str) -> Entry | None:
    """How the households stand; households that were only there are counted among those who came."""
    agreed, hesitating = prefilled.said(read.agreed), prefilled.said(read.hesitating)
    if agreed is None and hesitating is None:
        return None
    reason = prefilled.said(read.reason)
    because = {reason: hesitating} if reason and hesitating else {}
    counts = Households(met=prefilled.said(read.met), agreed=agreed, hesitating=hesitating, **because)
    return {"value": asdict(counts), "raw": text}


SUBJECT = Subject(
    name="report_session",
    dialogue=Dialogue(
        form=FORM,
        look=look,
        looks_at=("behalf", "round", "owner", "moment", "model", *TELLING),
        unready=no_campaign,
        finish=finish,
        prefill=prefill,
        roles=OWNERS | HELPERS,
        decided=is_there_already,
        whole_from=3,
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
