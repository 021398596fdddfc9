"""Correcting a report that is already there: one value at a time, by its owner until the lock, by an officer after it.

The form is opened at a value that was chosen in the list or on the card (report_cards.py). What the person saw has a
version; whatever changed since then is told before anything is written.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.core.form import Answers, Form, Heard, Json, Kept, Look, Option, Question, Refused
from bot.core.message import Choice, Lane, Outbound
from bot.core.people import Role
from bot.core.questions import choice, photos, several, text
from handlers.dialogue.conversation import offer
from handlers.dialogue.doubles import still_or_not, stopped
from handlers.dialogue.visit import Visit
from handlers.house.menu import menu_choices
from handlers.models.register_model import NO_PROJECT
from handlers.sessions import report_session
from handlers.sessions.report_seen import (
    KEEPERS,
    MOST_PHOTOS,
    PHOTOS,
    SAID,
    CorrectLook,
    items_of,
    look,
    reference,
    shown,
    why_not,
)
from handlers.sessions.report_session import place_words, point_of, to_correct
from handlers.subject import Dialogue, Replies, Subject
from storage import sessions
from storage.database import Tx
from storage.sessions import Change, Report


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
)
