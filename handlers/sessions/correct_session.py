"""Correcting a report that is already there: one value at a time, by its owner until the lock, by an officer after it.

Everything starts from a list or from the button under a saved report; a form is opened only when a value is chosen.
What the person saw has a version; whatever changed since then is told before anything is written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.core.form import Answers, Form, Heard, Json, Kept, Look, Option, Question, Refused, Walked
from bot.core.ids import made_at
from bot.core.message import Choice, Lane, Outbound
from bot.core.people import Role
from bot.core.questions import choice, photos, several, text
from handlers.dialogue.asking import in_words
from handlers.dialogue.conversation import offer
from handlers.dialogue.doubles import still_or_not, stopped
from handlers.dialogue.visit import Visit
from handlers.house.menu import menu_choices
from handlers.models.register_model import NO_PROJECT
from handlers.sessions import report_session
from handlers.sessions.report_session import MOST_MODELS, ReportLook, place_words, point_of, to_correct
from handlers.sessions.round_reports import NO_MODEL
from handlers.subject import Command, Dialogue, Given, Opening, Replies, Subject
from storage import behalf, campaign, sessions
from storage.database import Tx
from storage.sessions import Change, Correction, Report

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
    about = _around(tx, visit, report) if report else _nothing(visit)
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


def _around(tx: Tx, visit: Visit, report: Report) -> CorrectLook:
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
    question = FORM.question("more_photos" if key in PHOTOS else key)
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


# -- the form -----------------------------------------------------------------------------------


def report_options(_kept: Answers, look: CorrectLook) -> Sequence[Option]:
    """The latest reports, in the versions that are listed."""
    return [Option(f"{one.session_id}@{one.version}", words, (one.code.lower(),)) for one, words in look.latest]


def which_report() -> Question:
    """A report that the person keeps and may correct now; its version is the one that was seen."""
    plain = choice("report", report_options)

    def accept(value: Json, _kept: Answers, look: CorrectLook) -> Heard:
        session_id, seen = reference(value)
        report = next((one for one in (look.report, *(one for one, _ in look.latest)) if _is(one, session_id)), None)
        if report is None or not 0 < seen <= report.version:
            return Refused("no_such_option")
        reason = why_not(report, look.role, look.today)
        return Refused(reason, {"report": report}) if reason else Kept(value)

    def show(_value: Json, _kept: Answers, look: CorrectLook) -> Json:
        return look.report.code if look.report else ""

    return replace(plain, hear=_through(plain, accept), accept=accept, show=show)


def _is(report: Report | None, session_id: str) -> bool:
    return report is not None and report.session_id == session_id


def _through(plain: Question, accept: Callable[[Json, Answers, Look], Heard]) -> Callable[..., Heard]:
    def hear(said: object, kept: Answers, look: Look) -> Heard:
        heard = plain.hear(said, kept, look)  # type: ignore[arg-type]
        return accept(heard.value, kept, look) if isinstance(heard, Kept) else heard

    return hear


def item_options(_kept: Answers, look: CorrectLook) -> Sequence[Option]:
    """The values of a report by their names."""
    return [Option(key, look.buttons[key]) for key in items_of(look.report, look.photos)]


def chosen(key: str) -> Callable[[Answers, Look], bool]:
    """Only the value that was chosen is asked; as long as none is, each can be."""

    def when(kept: Answers, _look: Look) -> bool:
        return bool(kept.get("what", key) == key)

    return when


def of_the_report(key: str) -> Question:
    """The question of the report's own form."""
    question = report_session.FORM.question(key)
    assert question is not None
    return replace(question, when=chosen(key))


def more_photos() -> Question:
    """Photos to be added, as far as there is room."""
    plain = photos("more_photos", most=MOST_PHOTOS, when=chosen("more_photos"))

    def accept(value: Json, _kept: Answers, look: CorrectLook) -> Heard:
        room = MOST_PHOTOS - len(look.photos)
        return Kept(value) if len(value) <= room else Refused("too_many_photos", {"most": MOST_PHOTOS})

    return replace(plain, accept=accept)


def photo_options(_kept: Answers, look: CorrectLook) -> Sequence[Option]:
    """The photos by number, with the moment at which each came."""
    return look.photos


def by_an_officer(_kept: Answers, look: CorrectLook) -> bool:
    """Whoever corrects what is not theirs says why."""
    return look.role is Role.OFFICER


def changed_meanwhile(kept: Answers, look: CorrectLook) -> bool:
    """Whether the report is no longer as it was seen."""
    return look.report is not None and "report" in kept and reference(kept["report"])[1] != look.report.version


def meanwhile_options(_kept: Answers, look: CorrectLook) -> Sequence[Option]:
    """Write it over the present version, or leave it; another change asks again."""
    version = look.report.version if look.report else 0
    return still_or_not(str(version), look.answers["still"], look.answers["stop"])


FORM = Form(
    "correct_session",
    (
        which_report(),
        choice("what", item_options),
        *(of_the_report(key) for key in SAID),
        more_photos(),
        several("fewer_photos", photo_options, when=chosen("fewer_photos")),
        text("reason", longest=500, shortest=5, when=by_an_officer),
        choice("meanwhile", meanwhile_options, when=changed_meanwhile),
    ),
)


def is_left_alone(answers: Answers) -> bool:
    """The person saw what changed meanwhile and leaves it so."""
    return stopped(answers, "meanwhile")


def preview(visit: Visit, answers: Answers, look: CorrectLook) -> str:
    """The value that is replaced."""
    return visit.say("correct_session.was", shown=look.words[answers["what"]])


def finish(tx: Tx, visit: Visit, answers: Answers) -> Replies:
    """Write the one value, and keep the old one with who, when and why."""
    asker, item = visit.known, answers["what"]
    session_id, seen = reference(answers["report"])
    there = look(tx, visit, {"report": {"value": answers["report"]}})
    assert there.report is not None
    choices = (to_correct(visit, session_id), *menu_choices(visit, asker.role))
    new = value_after(item, there.now[item], answers[item])
    if is_left_alone(answers) or new == there.now[item]:
        return [visit.answer("correct_session.unchanged", choices, report=there.report)]
    change = Change(
        item=item, old=there.now[item], new=new, old_words=there.words[item], new_words=shown(visit, item, new, there)
    )
    agreed = int(answers["meanwhile"].partition(":")[2]) if "meanwhile" in answers else seen
    version = sessions.correct(tx, corrected(visit, there, change), agreed)
    if version is None:
        raise RuntimeError(f"{session_id} is not at version {agreed}, which the walk has just accepted")
    if item == "cohosts":
        sessions.set_cohosts(tx, session_id, tuple(change.new or ()))
    if item in PHOTOS:
        sessions.set_photos(tx, session_id, change.new or ())
    reason = answers.get("reason") or ""
    sessions.add_correction(
        tx, visit.desk.ids.new(), session_id, version, change,
        reason=reason, person_id=asker.person_id, role=asker.role, draft=visit.draft, now=visit.now,
    )  # fmt: skip
    if asker.role is Role.OFFICER:
        tell_owners(tx, visit, there, change, reason)
    return [
        visit.answer(
            "correct_session.saved", choices, at=visit.clock, report=there.report, label=there.labels[item],
            change=change,
        )
    ]  # fmt: skip


def value_after(item: str, old: Json, said: Json) -> Json:
    """A value as it will be; photos are what there was and what came, or what is left."""
    if item == "more_photos":
        return [*(old or ()), *(said or ())] or None
    if item == "fewer_photos":
        return [photo for photo in old or () if photo not in (said or ())] or None
    if item == "project":
        return said or NO_PROJECT
    return said


def corrected(visit: Visit, there: CorrectLook, change: Change) -> Report:
    """The report with its new value; field and project follow a new model."""
    report, new = there.report, change.new
    assert report is not None
    match change.item:
        case "moment":
            return replace(report, held_on=new[:10], held_at=new[11:16] or None)
        case "model":
            model = next((model for model in there.models if model.model_id == new), None)
            return replace(
                report,
                model_id=model.model_id if model else None,
                field_code=model.field_code if model else None,
                project_id=model.project_id if model else None,
            )
        case "attendance":
            counts = new or {}
            return replace(report, attendee_count=counts.get("people"), household_count=counts.get("households"))
        case "project":
            return replace(report, project_id=None if new == NO_PROJECT else new)
        case "topic":
            return replace(report, topic=new or "")
        case "place":
            return replace(report, place=place_words(visit, new), coordinates=point_of(new))
        case "households":
            return report.with_households(new or {})
        case "outcome":
            return replace(report, outcome=new or "")
    return report


def tell_owners(tx: Tx, visit: Visit, there: CorrectLook, change: Change, reason: str) -> None:
    """Whoever owns a report hears what an officer changed in it; one chat a person."""
    assert there.report is not None
    told: set[str] = set()
    for owner in sessions.owners_chats(tx, there.report.session_id):
        if owner.person_id in told:
            continue
        told.add(owner.person_id)
        text_ = visit.desk.say(
            "correct_session.told", owner.role, report=there.report, label=there.labels[change.item], change=change,
            reason=reason, at=visit.clock,
        )  # fmt: skip
        button = Choice(label=visit.say("correct_session.show"), data=f"b|{there.report.session_id}")
        message = Outbound(address=owner.address, text=text_, choices=(button,), lane=Lane.NOTICE)
        visit.send(tx, message)
        offer(tx, message, owner.account)


# -- the list, the card, the history ------------------------------------------------------------


def show_list(tx: Tx, visit: Visit) -> Replies:
    """The latest reports, or the one whose code was typed after the command."""
    asker = visit.known
    if code := code_in(visit):
        report = sessions.kept_by_with_code(tx, code, asker.person_id, asker.role)
        if report is not None:
            return [card(tx, visit, report)]
        return [visit.answer("correct_session.no_such_code", menu_choices(visit, asker.role), code=code)]
    latest = sessions.latest_kept_by(tx, asker.person_id, asker.role, MOST_LISTED)
    if not latest:
        return [visit.answer("correct_session.none", menu_choices(visit, asker.role))]
    choices = [
        Choice(label=visit.say("correct_session.option", report=one, role=asker.role), data=f"b|{one.session_id}")
        for one in latest
    ]
    return [visit.answer("correct_session.list", choices)]


def code_in(visit: Visit) -> str:
    """The code in "/buoi buoi2021-005"; "" when there is none."""
    typed = visit.inbound.text.strip()
    return typed.partition(" ")[2].strip().upper() if typed.startswith("/") else ""


def pressed(tx: Tx, visit: Visit, parts: Sequence[str]) -> Replies:
    """A report's button: the card, its values to correct, or its history. Not there and not yours look the same."""
    session_id, act = (*parts, "", "")[:2]
    report = sessions.kept_by(tx, session_id, visit.known.person_id, visit.known.role)
    if report is None or len(parts) not in (1, 2):
        return [visit.answer("common.no_such_button")]
    if not act:
        return [card(tx, visit, report)]
    if act == "edit":
        return [_which_item(tx, visit, report)]
    if act == "log":
        return [_log(tx, visit, report)]
    return [visit.answer("common.no_such_button")]


def card(tx: Tx, visit: Visit, report: Report) -> Outbound:
    """Everything that a report says, and what can be done with it."""
    there = _around(tx, visit, report)
    items = set(items_of(report, there.photos)) | {"more_photos"}
    lines = [
        visit.say("form.card_line", label=there.labels[key], shown=there.words[key]) for key in CARD if key in items
    ]
    reason = why_not(report, there.role, there.today)
    choices = [] if reason else [Choice(label=visit.say("form.review.edit"), data=f"b|{report.session_id}|edit")]
    if report.version > 1:
        choices.append(Choice(label=visit.say("correct_session.log_button"), data=f"b|{report.session_id}|log"))
    title = visit.say("correct_session.card", report=report)
    author = behalf.author_of(tx, report.session_id)
    lines += [visit.say("behalf.written_by", author=author)] if author else []
    standing = _refusal(visit, report, reason) if reason else visit.say("correct_session.until", report=report)
    return visit.reply("\n".join(line for line in (title, *lines, standing) if line), choices)


def _refusal(visit: Visit, report: Report, reason: str) -> str:
    return visit.say(f"correct_session.report.refused.{reason}", report=report)


def _which_item(tx: Tx, visit: Visit, report: Report) -> Outbound:
    reason = why_not(report, visit.known.role, visit.today.isoformat())
    if reason:
        return visit.reply(_refusal(visit, report, reason))
    there = _around(tx, visit, report)
    choices = [
        Choice(label=option.label, data=f"s|{report.session_id}|{report.version}|{option.value}")
        for option in item_options({}, there)
    ]
    return visit.answer("form.which_to_edit", choices)


def _log(tx: Tx, visit: Visit, report: Report) -> Outbound:
    text_ = visit.say("correct_session.log", report=report, changes=history(tx, visit, report), labels=labels(visit))
    return visit.reply(text_, (to_correct(visit, report.session_id),))


def open_item(tx: Tx, visit: Visit, parts: Sequence[str]) -> Replies | Opening:
    """A value's button opens the form at that value, with the version that the person saw."""
    if len(parts) != 3 or parts[2] not in ITEMS or not (parts[1].isascii() and parts[1].isdigit()):
        return [visit.answer("common.no_such_button")]
    session_id, version, item = parts
    report = sessions.kept_by(tx, session_id, visit.known.person_id, visit.known.role)
    if report is None or len(version) > len(str(report.version)) or not 0 < int(version) <= report.version:
        return [visit.answer("common.no_such_button")]
    if reason := why_not(report, visit.known.role, visit.today.isoformat()):
        return [visit.reply(_refusal(visit, report, reason))]
    if item not in items_of(report, sessions.photos_of(tx, session_id)):
        return [card(tx, visit, report)]
    given = {"report": {"value": f"{session_id}@{version}", "raw": ""}, "what": {"value": item, "raw": ""}}
    return Opening(form=FORM.name, given=given)


SUBJECT = Subject(
    name="correct_session",
    dialogue=Dialogue(
        form=FORM,
        look=look,
        looks_at=("report",),
        finish=finish,
        preview=preview,
        roles=KEEPERS,
        decided=is_left_alone,
    ),
    commands=(
        Command(
            name="buoi",
            words=("buoi cua toi", "sua bao cao", "sua bc", "buoi da bao cao", "bao cao da gui"),
            roles=KEEPERS,
            run=show_list,
        ),
    ),
    buttons={"b": pressed, "s": open_item},
)
