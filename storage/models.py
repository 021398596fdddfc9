"""The life of models: one as its card shows it, lists, steps and their history. Every reading takes whose it is."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.core.model_life import State, missing_items
from bot.core.people import Role
from storage.campaign import Owner
from storage.chats import Chat
from storage.database import Tx, load_queries, record, record_or_none, records

_Q = load_queries("models")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A model with everything its card shows. `steps` counts its history: what was seen is told apart by it."""

    model_id: str
    code: str
    campaign_id: str
    ward_id: str
    owner_unit_id: str | None
    owner_individual_id: str | None
    home_unit_id: str
    owner_name: str
    field_code: str
    field_name: str
    project_id: str | None
    project_name: str | None
    state: str
    registered_on: str
    starts_on: str | None
    ends_on: str | None
    target: str
    name: str
    situation: str
    goals: str
    content: str
    audience: str
    forces: str
    resources: str
    outputs: str
    upkeep: str
    assessed_part: int | None
    assessed_whole: int | None
    assessed_unit: str
    assessment: str
    level: str | None
    returned_for: str | None  # why it was returned last
    returned_by: str | None  # the step that returned it last
    replicated_to: str | None  # where it is taken over, as was said last
    steps: int

    @property
    def period(self) -> str:
        """First and last day as the registration keeps them; "" when not both are known."""
        return f"{self.starts_on}/{self.ends_on}" if self.starts_on and self.ends_on else ""

    @property
    def missing(self) -> tuple[str, ...]:
        """The official items of which nothing is written; a measurable target is a goal."""
        values = {name: getattr(self, name) for name in ("name", "situation", "content", "audience", "period")}
        later = {name: getattr(self, name) for name in ("forces", "resources", "outputs", "upkeep")}
        return missing_items({**values, **later, "goals": self.goals or self.target})

    @property
    def owner(self) -> Owner:
        """Whose model it is."""
        owner_id = self.owner_unit_id or self.owner_individual_id or ""
        individual = self.owner_individual_id is not None
        return Owner(owner_id=owner_id, name=self.owner_name, unit_id=self.home_unit_id, individual=individual)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A model in a list."""

    model_id: str
    code: str
    name: str
    owner_name: str
    state: str
    registered_on: str
    ends_on: str | None
    returned_for: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A step that was taken."""

    position: int
    step: str
    from_state: str | None
    to_state: str
    reason: str
    at: int
    person_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What shows that a model runs."""

    sessions: int
    attendees: int
    photos: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerChat(Chat):
    """A chat of somebody who answers for a model."""

    person_id: str
    role: str

    @property
    def as_role(self) -> Role:
        """As whom this person answers for the model."""
        return Role(self.role)


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What an owner did in some days."""

    models: int
    sessions: int


def sheet_in_scope(tx: Tx, model_id: str, scope: str) -> Sheet | None:
    """A model, if it belongs to a unit or to anything below it."""
    return record_or_none(Sheet, _Q.sheet_in_scope(tx, model_id=model_id, scope=scope))


def sheet_of(tx: Tx, model_id: str, owner: Owner) -> Sheet | None:
    """A model, if it is this owner's."""
    if owner.individual:
        return record_or_none(Sheet, _Q.sheet_of_individual(tx, model_id=model_id, individual_id=owner.owner_id))
    return record_or_none(Sheet, _Q.sheet_of_unit(tx, model_id=model_id, unit_id=owner.owner_id))


def waiting(tx: Tx, scope: str, states: Sequence[State], after: str, most: int) -> tuple[int, list[Line]]:
    """(how many models of a scope are in these one or two states, the oldest of them after a given one)."""
    first, second = states[0], states[-1]
    total = int(_Q.waiting_count(tx, scope=scope, first=first, second=second))
    return total, records(Line, _Q.waiting(tx, scope=scope, first=first, second=second, after=after, most=most))


def lines_of(tx: Tx, owner: Owner, campaign_id: str) -> list[Line]:
    """All models of an owner in a campaign, the newest first, withdrawn ones last."""
    if owner.individual:
        return records(Line, _Q.lines_of_individual(tx, individual_id=owner.owner_id, campaign_id=campaign_id))
    return records(Line, _Q.lines_of_unit(tx, unit_id=owner.owner_id, campaign_id=campaign_id))


def history(tx: Tx, sheet: Sheet) -> list[Taken]:
    """The steps of a model that was read within a scope, the oldest first."""
    return records(Taken, _Q.history(tx, model_id=sheet.model_id))


def evidence(tx: Tx, sheet: Sheet) -> Evidence:
    """What shows that a model, read within a scope, runs."""
    return record(Evidence, _Q.evidence(tx, model_id=sheet.model_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A piece of evidence beside the sessions: words, with a figure and pictures if there are."""

    words: str
    part: int | None
    whole: int | None
    unit: str
    added_on: str
    photos: int


def proofs(tx: Tx, sheet: Sheet, most: int) -> list[Proof]:
    """The latest of a model that was read within a scope, the newest first."""
    return records(Proof, _Q.proofs(tx, model_id=sheet.model_id, most=most))


def add_proof(
    tx: Tx, sheet: Sheet, proof_id: str, proof: Proof, photos: Sequence[str], *, person_id: str, draft: str
) -> None:
    """One more, with its pictures."""
    _Q.add_proof(
        tx, proof_id=proof_id, model_id=sheet.model_id, words=proof.words, part=proof.part, whole=proof.whole,
        unit=proof.unit, person_id=person_id, draft=draft, added_on=proof.added_on,
    )  # fmt: skip
    for media_id in photos:
        _Q.add_proof_photo(tx, proof_id=proof_id, media_id=media_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What waits for those who judge, and whether any of it is newer than what they were told of."""

    to_review: int
    to_recognise: int
    fresh: bool


def news_of(tx: Tx, scope: str, since: int) -> Waiting:
    """The models of a scope that wait, held against an instant."""
    row = _Q.news_of(tx, scope=scope, submitted=State.SUBMITTED, assessed=State.SELF_ASSESSED, since=since)
    return Waiting(to_review=row["to_review"], to_recognise=row["to_recognise"], fresh=bool(row["fresh"]))


def officers_to_hear(tx: Tx) -> list[str]:
    """The officers in whose scope a model waits: for the job."""
    rows = _Q.officers_to_hear(tx, submitted=State.SUBMITTED, assessed=State.SELF_ASSESSED)
    return [row["person_id"] for row in rows]


def chats_of_owner(tx: Tx, sheet: Sheet) -> list[OwnerChat]:
    """One reachable chat for each person who answers for a model."""
    chats = records(OwnerChat, _Q.chats_of_owner(tx, model_id=sheet.model_id))
    return list({chat.person_id: chat for chat in reversed(chats)}.values())[::-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewStep:
    """A step to be written down; `changes` are {item: [old, new]}."""

    step_id: str
    step: str
    person_id: str
    to: str
    reason: str = ""
    changes: Mapping[str, Sequence[str]] | None = None


def take(tx: Tx, sheet: Sheet, step: NewStep, now: int) -> bool:
    """Move a model as it was seen and write the step down; False, and nothing done, when it was moved meanwhile."""
    if _Q.move(tx, model_id=sheet.model_id, from_state=sheet.state, to_state=step.to) is None:
        return False
    _write_step(tx, sheet.model_id, sheet.steps + 1, sheet.state, step, now)
    return True


def begin(tx: Tx, model_id: str, step: NewStep, now: int) -> None:
    """The first line of a model's history."""
    _write_step(tx, model_id, 1, None, step, now)


def _write_step(tx: Tx, model_id: str, position: int, from_state: str | None, step: NewStep, now: int) -> None:
    _Q.add_step(
        tx,
        step_id=step.step_id,
        model_id=model_id,
        position=position,
        step=step.step,
        person_id=step.person_id,
        from_state=from_state,
        to_state=step.to,
        reason=step.reason,
        changes=json.dumps(step.changes or {}, ensure_ascii=False),
        at=now,
    )


WRITTEN = (
    "field_code", "project_id", "name", "situation", "goals", "content", "audience", "target", "forces", "resources",
    "outputs", "upkeep", "starts_on", "ends_on",
)  # fmt: skip
"""What an owner can write anew."""


def changed(sheet: Sheet, **items: str | None) -> dict[str, tuple[str, str]]:
    """{item: (old, new)} of the items that would become something else."""
    return {
        item: (getattr(sheet, item) or "", value or "")
        for item, value in items.items()
        if (getattr(sheet, item) or "") != (value or "")
    }


def write_items(tx: Tx, sheet: Sheet, **items: str | None) -> None:
    """Some items of a model become something else; the rest stays."""
    after = replace(sheet, **items)  # type: ignore[arg-type]
    _Q.write_items(tx, model_id=sheet.model_id, **{item: getattr(after, item) for item in WRITTEN})


def write_assessment(tx: Tx, sheet: Sheet, part: int, whole: int, unit: str, words: str) -> None:
    """How the owner assesses a model."""
    _Q.write_assessment(tx, model_id=sheet.model_id, part=part, whole=whole, unit=unit, words=words)


def write_level(tx: Tx, sheet: Sheet, level: str) -> None:
    """The level at which a model is recognised."""
    _Q.write_level(tx, model_id=sheet.model_id, level=level)


def done_by(tx: Tx, owner: Owner, first: date, last: date) -> Done:
    """What an owner did from one day to another, both included."""
    days = {"first": first.isoformat(), "last": last.isoformat()}
    if owner.individual:
        return record(Done, _Q.done_by_individual(tx, individual_id=owner.owner_id, **days))
    return record(Done, _Q.done_by_unit(tx, unit_id=owner.owner_id, **days))
