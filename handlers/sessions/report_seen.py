"""A report as whoever keeps it sees it: its values as they stand, in words, and what changed since it was seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.core.form import Json, Option, Walked
from bot.core.ids import made_at
from bot.core.people import Role
from handlers.dialogue.asking import in_words
from handlers.dialogue.visit import Visit
from handlers.models.register_model import NO_PROJECT
from handlers.sessions import report_session
from handlers.sessions.report_session import MOST_MODELS, ReportLook
from handlers.sessions.round_reports import NO_MODEL
from handlers.subject import Given
from storage import campaign, sessions
from storage.database import Tx
from storage.sessions import Correction, Report

SAID = ("moment", "model", "project", "topic", "place", "attendance", "households", "outcome", "cohosts")
"""What can be corrected; each is asked with the question of the report itself."""
PHOTOS = ("more_photos", "fewer_photos")
"""Photos are added or taken away, never replaced."""
ITEMS = (*SAID, *PHOTOS)
CARD = (*SAID, "more_photos")
"""The lines of a card; photos stand there once."""
MOST_PHOTOS = 10
KEEPERS = frozenset({Role.SECRETARY, Role.RESIDENT, Role.OFFICER})
MOST_LISTED = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectLook(ReportLook):
    """The report as it stands now, what it says in canonical values and in words, and what changed since."""

    role: Role
    today: str
    latest: Sequence[tuple[Report, str]] = ()  # with the words of its button
    report: Report | None = None
    now: Mapping[str, Json] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    buttons: Mapping[str, str] = field(default_factory=dict)
    photos: Sequence[Option] = ()
    changes: Sequence[tuple[Correction, str]] = ()  # with the moment as people read it


def look(tx: Tx, visit: Visit, given: Given) -> CorrectLook:
    """One report with its owner's models and the ward's collectives, and the latest that the person keeps."""
    asker = visit.known
    latest = sessions.latest_kept_by(tx, asker.person_id, asker.role, MOST_LISTED)
    entry = given.get("report", {})
    session_id, seen = reference((entry.get("was") or entry).get("value"))
    report = sessions.kept_by(tx, session_id, asker.person_id, asker.role) if session_id else None
    about = around(tx, visit, report) if report else _nothing(visit)
    return replace(
        about,
        latest=[(one, visit.say("correct_session.option", report=one, role=asker.role)) for one in latest],
        changes=history(tx, visit, report, seen) if report and seen < report.version else (),
    )


def reference(value: Json) -> tuple[str, int]:
    """("01F…", 3) of "01F…@3": a report and the version in which it was seen."""
    session_id, _, version = str(value or "").partition("@")
    return session_id, int(version or 0)


def _nothing(visit: Visit) -> CorrectLook:
    return CorrectLook(
        campaign=None, owners=(), models=(), collectives=(), no_model=visit.say("report_session.model.none"),
        role=visit.known.role, today=visit.today.isoformat(),
        labels=labels(visit),
        buttons={**labels(visit), **{key: visit.say(f"correct_session.{key}.button") for key in PHOTOS}},
        answers={
            "still": visit.say("correct_session.meanwhile.still"), "stop": visit.say("correct_session.meanwhile.stop"),
        },
    )  # fmt: skip


def labels(visit: Visit) -> dict[str, str]:
    """What the values of a report are called."""
    named: dict[str, str] = {key: visit.say(f"report_session.{key}.label") for key in SAID}
    return named | dict.fromkeys(PHOTOS, visit.say("report_session.photos.label"))


def items_of(report: Report | None, photos: Sequence[object]) -> tuple[str, ...]:
    """What can be corrected: a project of its own only without a model, households only where land is cleared."""
    pointless = {
        "project": report is not None and report.model_id is not None,
        "households": report is not None and report.project_id is None and report.households is None,
        "fewer_photos": not photos,
        "more_photos": len(photos) >= MOST_PHOTOS,
    }
    return tuple(key for key in ITEMS if not pointless.get(key))


def around(tx: Tx, visit: Visit, report: Report) -> CorrectLook:
    """One report with everything that correcting it needs."""
    current = campaign.campaign(tx, report.campaign_id)
    assert current is not None
    units = campaign.collectives_of(tx, current.unit_id, visit.today)
    together = sessions.cohosts_of(tx, report.session_id)
    photos = sessions.photos_of(tx, report.session_id)
    bare = replace(
        _nothing(visit),
        campaign=current,
        owners=(report.host,),
        models=campaign.models_of(tx, report.host, report.campaign_id)[:MOST_MODELS],
        collectives=[unit for unit in units if unit.code != report.host_id],
        report=report,
        projects=campaign.projects_of(tx, current.unit_id, visit.today),
        no_project=visit.say("register_model.project.none"),
        photos=[Option(photo, _photo_name(visit, number, photo)) for number, photo in enumerate(photos, 1)],
        now=values_of(report, [unit.code for unit in together], photos),
    )
    words = {key: shown(visit, key, bare.now[key], bare) for key in ITEMS}
    words["project"] = report.project_name or words["project"]  # also one that is closed by now
    words["model"] = report.model_name or bare.no_model  # also one that is no longer offered
    words["cohosts"] = ", ".join(unit.name for unit in together) or words["cohosts"]
    return replace(bare, words=words)


def _photo_name(visit: Visit, number: int, photo: str) -> str:
    return visit.say("correct_session.photo", number=number, at=visit.moment_of(made_at(photo)))


def values_of(report: Report, cohosts: list[str], photos: list[str]) -> dict[str, Json]:
    """A report's values as the form's questions keep them."""
    counts = {"people": report.attendee_count, "households": report.household_count}
    return {
        "moment": f"{report.held_on}T{report.held_at}" if report.held_at else report.held_on,
        "model": report.model_id or NO_MODEL,
        "project": report.project_id or NO_PROJECT,
        "topic": report.topic or None,
        "place": {"at": report.coordinates, "words": report.place} if report.coordinates else report.place or None,
        "households": report.households,
        "attendance": counts if any(count is not None for count in counts.values()) else None,
        "outcome": report.outcome or None,
        "cohosts": cohosts or None,
        **dict.fromkeys(PHOTOS, photos or None),
    }


def shown(visit: Visit, key: str, value: Json, look: CorrectLook) -> str:
    """A value of the report as a person reads it."""
    question = report_session.FORM.question("photos" if key in PHOTOS else key)
    assert question is not None
    return in_words(visit, question, value, Walked({}, None), look)


def history(tx: Tx, visit: Visit, report: Report, since: int = 0) -> list[tuple[Correction, str]]:
    """The corrections after a version, each with its moment."""
    return [(one, visit.moment_of(one.corrected_at)) for one in sessions.corrections_of(tx, report.session_id, since)]


def why_not(report: Report, role: Role, today: str) -> str:
    """Why somebody who keeps a report can't correct it now; "" when they can."""
    locked = report.locked_on(today)
    if role is Role.OFFICER:
        return "" if locked else "not_locked_yet"
    return "locked" if locked else ""
