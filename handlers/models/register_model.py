"""Registering a model: seven questions, for a secretary's unit or for a person as an individual.

Two more are asked only where a similar model is there already: in the unit itself, or in a mass organisation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bot.core.form import Answers, Form, Option, Refused
from bot.core.model_life import REGISTER, State
from bot.core.people import Asker, Role
from bot.core.questions import choice, days_iso, period, quantity, quantity_json, text
from bot.core.reading.fold import fold
from bot.core.reading.options import FIELD_WORDS, project_synonyms
from bot.core.reading.report import Kind, kind_of, read_registration
from bot.core.reading.similar import alike
from handlers.dialogue import prefill as prefilled
from handlers.dialogue.doubles import same_or_other, still_or_not, stopped
from handlers.dialogue.visit import Visit
from handlers.house.menu import menu_choices
from handlers.people.behalf import HELPERS, for_whom, helped_in
from handlers.subject import Command, Dialogue, Given, Replies, Subject
from storage import behalf, campaign, models
from storage.behalf import Beneficiary
from storage.campaign import Campaign, Model, Named, Neighbour, NewModel, Owner
from storage.database import Tx
from storage.models import NewStep
from storage.statistics import CLEARANCE

NO_PROJECT = "-"
OWNERS = frozenset({Role.SECRETARY, Role.RESIDENT})
"""Who may own a model: a unit by its secretary, or a resident as an individual."""
MYSELF = "self"


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterLook:
    """The campaign with its fields and projects, whom the person may register for, and what is registered already."""

    campaign: Campaign | None
    fields: Sequence[Named]
    projects: Sequence[Named]
    owners: Sequence[Owner]
    models: Sequence[Model]
    no_project: str
    chosen: str = ""  # the owner named so far, whether or not it still can be
    neighbours: Sequence[Neighbour] = ()  # once there is a name to compare
    answers: Mapping[str, str] = field(default_factory=dict)  # what the gentle questions can be answered with
    for_another: bool = False
    helped: Beneficiary | None = None  # for whom it is entered

    def similar(self, kept: Answers) -> Model | None:
        """The owner's own model that may be the one being registered."""
        return next((model for model in self.models if alike(model.name, kept.get("name") or "")), None)

    def neighbour(self, kept: Answers) -> Neighbour | None:
        """A mass organisation's model that may be the same work."""
        return next((model for model in self.neighbours if alike(model.name, kept.get("name") or "")), None)


def owners_of(tx: Tx, asker: Asker) -> list[Owner]:
    """Whom a person may register and report for: the units of which they are secretary, or themselves."""
    units = [
        Owner(owner_id=membership.unit_id, name=membership.unit_name, unit_id=membership.unit_id)
        for membership in asker.memberships
        if membership.role is Role.SECRETARY
    ]
    if asker.role is not Role.RESIDENT:
        return units
    oneself = campaign.individual_of(tx, asker.person_id)
    return [oneself or Owner(owner_id=MYSELF, name=asker.name, unit_id=asker.scope, individual=True)]


def look(tx: Tx, visit: Visit, given: Given) -> RegisterLook:
    """Everything that the form needs, bounded: one campaign, one owner's models."""
    helped = helped_in(tx, visit, given)
    owners = [helped.owner] if helped else owners_of(tx, visit.known)
    current = campaign.campaign_of(tx, visit.known.scope, visit.today)
    if current is None:
        return RegisterLook(campaign=None, fields=(), projects=(), owners=owners, models=(), no_project="")
    owner = chosen_owner(owners, given.get("owner", {}).get("value"))
    named = owner is not None and "value" in given.get("name", {})
    return RegisterLook(
        campaign=current,
        fields=campaign.fields_of(tx, current.campaign_id),
        projects=campaign.projects_of(tx, current.unit_id, visit.today),
        owners=owners,
        models=campaign.models_of(tx, owner, current.campaign_id) if owner else (),
        no_project=visit.say("register_model.project.none"),
        chosen=given.get("owner", {}).get("value") or "",
        neighbours=campaign.organisation_models(tx, owner, current.campaign_id) if owner and named else (),
        answers=_gentle_answers(visit) if named else {},
        for_another="behalf" in given,
        helped=helped,
    )


def no_campaign(look: RegisterLook) -> str:
    """Without a campaign there is nothing to register for."""
    return "" if look.campaign else "register_model.no_campaign"


def _gentle_answers(visit: Visit) -> dict[str, str]:
    return {
        "same": visit.say("register_model.similar.same"),
        "other": visit.say("register_model.similar.other"),
        "still": visit.say("register_model.neighbour.still"),
        "stop": visit.say("register_model.neighbour.stop"),
    }


def chosen_owner(owners: Sequence[Owner], owner_id: str | None) -> Owner | None:
    """The owner that was chosen, or the only one there is; None when the one chosen is no longer among them."""
    if len(owners) == 1 and owner_id in (None, owners[0].owner_id):
        return owners[0]
    return next((owner for owner in owners if owner.owner_id == owner_id), None)


class HasOwners(Protocol):
    """What the question about the owner needs to see."""

    @property
    def owners(self) -> Sequence[Owner]: ...
    @property
    def chosen(self) -> str: ...


def owner_options(_kept: Answers, look: HasOwners) -> Sequence[Option]:
    """The units of which the person is secretary."""
    return [Option(owner.owner_id, owner.name, (owner.owner_id,)) for owner in look.owners]


def several_owners(_kept: Answers, look: HasOwners) -> bool:
    """Whether there is a choice of owner, or one was made that no longer holds."""
    return len(look.owners) > 1 or (look.chosen != "" and look.chosen not in {one.owner_id for one in look.owners})


def field_options(_kept: Answers, look: RegisterLook) -> Sequence[Option]:
    """The campaign's fields."""
    return [Option(field.code, field.name, (field.code, *FIELD_WORDS.get(field.code, ()))) for field in look.fields]


def project_options(_kept: Answers, look: RegisterLook) -> Sequence[Option]:
    """The ward's open projects, or none of them: a voluntary clearance model may have no project."""
    others = project_synonyms(tuple((project.code, project.name) for project in look.projects))
    named = [Option(project.code, project.name, tuple(others.get(project.code, ()))) for project in look.projects]
    return [*named, Option(NO_PROJECT, look.no_project)]


def in_clearance(kept: Answers, _look: RegisterLook) -> bool:
    """Only a clearance model belongs to a project; as long as the field is open, it still can."""
    return bool(kept.get("field", CLEARANCE) == CLEARANCE)


def name_is_new(name: str, _kept: Answers, look: RegisterLook) -> Refused | None:
    """The same name twice for one owner is a double registration."""
    twin = next((model for model in look.models if fold(model.name) == fold(name)), None)
    return Refused("same_name", {"code": twin.code}) if twin else None


def similar_options(kept: Answers, look: RegisterLook) -> Sequence[Option]:
    """It is that model, or another one."""
    model = look.similar(kept)
    return same_or_other(model.model_id, look.answers["same"], look.answers["other"]) if model else ()


def is_similar(kept: Answers, look: RegisterLook) -> bool:
    """Whether the unit has a model of a similar name; not counted before there is a name, for it is rare."""
    return look.similar(kept) is not None


def neighbour_options(kept: Answers, look: RegisterLook) -> Sequence[Option]:
    """Registered all the same, or not."""
    model = look.neighbour(kept)
    return still_or_not(model.model_id, look.answers["still"], look.answers["stop"]) if model else ()


def has_neighbour(kept: Answers, look: RegisterLook) -> bool:
    """Whether a mass organisation has a model of a similar name."""
    return not stopped(kept, "similar") and look.neighbour(kept) is not None


def is_there_already(answers: Answers) -> bool:
    """The person saw that nothing more is to be registered."""
    return stopped(answers, "similar", "neighbour")


def goes_on(kept: Answers, _look: RegisterLook) -> bool:
    """The rest is asked of a model that is new."""
    return not is_there_already(kept)


FORM = Form(
    "register_model",
    (
        for_whom(),
        choice("owner", owner_options, when=several_owners),
        choice("field", field_options),
        choice("project", project_options, when=in_clearance),
        text("name", longest=200, shortest=5, check=name_is_new),
        choice("similar", similar_options, when=is_similar),
        choice("neighbour", neighbour_options, when=has_neighbour),
        text("content", longest=2000, shortest=5, when=goes_on),
        text("audience", longest=500, when=goes_on),
        quantity("target", optional=True, when=goes_on),
        period("period", when=goes_on),
    ),
)


def finish(tx: Tx, visit: Visit, answers: Answers) -> Replies:
    """Register the model; the focal body will see it."""
    asker = visit.known
    current = campaign.campaign_of(tx, asker.scope, visit.today)
    if current is None:
        return [visit.answer("register_model.no_campaign")]
    if is_there_already(answers):
        return [visit.answer("register_model.not_again", menu_choices(visit, asker.role))]
    owner = settled_owner(tx, visit, answers)
    first, last = answers["period"].split("/")
    target = FORM.question("target")
    model = NewModel(
        model_id=visit.desk.ids.new(),
        campaign=current,
        owner=owner,
        field_code=answers["field"],
        project_id=answers["project"] if answers.get("project", NO_PROJECT) != NO_PROJECT else None,
        name=answers["name"],
        content=answers["content"],
        audience=answers["audience"],
        target=str(target.show(answers["target"], answers, None)) if target and answers["target"] else "",
        starts_on=first,
        ends_on=last,
        registered_on=visit.today.isoformat(),
        draft=visit.draft,
        author_id=asker.person_id,
    )
    code = campaign.add_model(tx, model, visit.now)
    step = NewStep(step_id=visit.desk.ids.new(), step=REGISTER, person_id=asker.person_id, to=State.SUBMITTED)
    models.begin(tx, model.model_id, step, visit.now)
    saved = visit.say("register_model.saved", code=code, owner=owner, campaign=current, at=visit.clock)
    return [visit.reply(saved, menu_choices(visit, asker.role))]


def settled_owner(tx: Tx, visit: Visit, answers: Answers) -> Owner:
    """The owner to write down: whoever it is entered for; a resident who never took part becomes an individual."""
    asker, owner_id = visit.known, answers.get("owner")
    if "behalf" in answers:
        helped = behalf.beneficiary(tx, answers["behalf"], asker.person_id)
        assert helped is not None
        return helped.owner
    owner = chosen_owner(owners_of(tx, asker), owner_id)
    assert owner is not None
    if owner.owner_id == MYSELF:
        return campaign.add_individual(tx, asker.person_id, asker.name, asker.scope)
    return owner


def prefill(tx: Tx, visit: Visit, text: str) -> Given | None:
    """A whole registration in one message."""
    seen = look(tx, visit, {})
    if seen.campaign is None or not seen.owners or kind_of(text) is not Kind.REGISTRATION:
        return None
    named = tuple((project.code, project.name) for project in seen.projects)
    read = read_registration(text, today=visit.written_at.date(), projects=named)
    if read is None:
        return None
    return prefilled.given(
        field=prefilled.entry(read.field, text),
        project=prefilled.entry(read.project, text),
        name=prefilled.entry(read.name, text),
        content=prefilled.entry(read.content, text),
        audience=prefilled.entry(read.audience, text),
        target=prefilled.entry(read.target, text, quantity_json),
        period=prefilled.entry(read.period, text, days_iso),
    )


SUBJECT = Subject(
    name="register_model",
    dialogue=Dialogue(
        form=FORM,
        look=look,
        looks_at=("behalf", "owner", "name"),
        unready=no_campaign,
        finish=finish,
        prefill=prefill,
        roles=OWNERS | HELPERS,
        decided=is_there_already,
    ),
    commands=(
        Command(
            name="dangky",
            words=("dang ky", "dang ky mo hinh", "dk mo hinh", "dang ki", "dang ki mo hinh"),
            roles=OWNERS,
            opens="register_model",
        ),
    ),
)
