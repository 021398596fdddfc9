"""Composing a notice to the households of a project: its questions are those that the wording of its kind leaves open.

The same form changes a draft, and makes the corrected version of a notice that is out already.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.core.form import Answers, Form, Heard, Json, Kept, Option, Question, Refused
from bot.core.notice_life import BY_NAME, KINDS, OFFICERS, State, may
from bot.core.questions import about, choice, documents, planned, text
from bot.core.wording import places_in, required_in
from handlers.dialogue.visit import Visit
from handlers.notices.notice_cards import card, too_late
from handlers.notices.notice_reach import Reached, reach, reach_words
from handlers.notices.notice_wording import keys_in, kind_name, wording_of
from handlers.subject import Command, Dialogue, Given, Replies, Subject
from storage import notices
from storage.database import Tx
from storage.notices import NewNotice, ProjectSize, Sheet, Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeLook:
    """The projects with their households, the kinds by name, the wording chosen, and the notice that is changed."""

    projects: Sequence[ProjectSize]
    kinds: Sequence[Option]
    reach: Sequence[Reached]  # the way to each household
    revises: bool = False
    sheet: Sheet | None = None
    asks: frozenset[str] | None = None  # the keys that the wording asks for; None until there is one
    needs: frozenset[str] = frozenset()  # those that it can't do without


def look(tx: Tx, visit: Visit, given: Given) -> NoticeLook:
    """The officer's projects, and what the chosen kind asks for."""
    scope = visit.known.scope
    aim = given.get("notice", {}).get("value")
    sheet = notices.sheet(tx, aim["id"], scope) if aim else None
    project_id = sheet.project_id if sheet else given.get("project", {}).get("value")
    bare = NoticeLook(
        projects=notices.project_sizes(tx, scope, visit.today),
        kinds=[Option(kind, kind_name(visit.desk, kind)) for kind in KINDS],
        reach=reach(tx, visit, scope, project_id) if project_id else (),
        revises=aim is not None,
        sheet=sheet,
    )
    kind = sheet.kind if sheet else given.get("kind", {}).get("value")
    project = next((one for one in bare.projects if one.code == project_id), None)
    if kind not in KINDS or project is None:
        return bare
    wording = wording_of(tx, visit.desk, project.unit_id, kind).wording
    asks, needs = (keys_in(visit.desk, names) for names in (places_in(wording), required_in(wording)))
    return replace(bare, asks=asks, needs=needs)


def composing(_kept: Answers, look: NoticeLook) -> bool:
    """A notice that is there already keeps its project and its kind."""
    return not look.revises


def revising(_kept: Answers, look: NoticeLook) -> bool:
    """Something that is there already is changed."""
    return look.revises


def asked(key: str, *, needed: bool | None = None) -> Callable[[Answers, NoticeLook], bool]:
    """Whether the wording has this place, and can (not) do without it; as long as there is no wording, it may."""

    def when(_kept: Answers, look: NoticeLook) -> bool:
        if look.asks is None:
            return needed is not True
        return key in look.asks and needed in (None, key in look.needs)

    return when


def project_options(_kept: Answers, look: NoticeLook) -> Sequence[Option]:
    """The open projects of the officer's ward."""
    return [Option(project.code, project.name) for project in look.projects]


def kind_options(_kept: Answers, look: NoticeLook) -> Sequence[Option]:
    """The kinds of notice."""
    return look.kinds


def project_with_households() -> Question:
    """A project to whose households something can be said."""
    plain = choice("project", project_options, when=composing)

    def accept(value: str, kept: Answers, look: NoticeLook) -> Heard:
        project = next((project for project in look.projects if project.code == value), None)
        if project is None:
            return Refused("no_such_option")
        return Kept(value) if project.households else Refused("empty_project", {"name": project.name})

    return replace(plain, accept=accept)


def the_notice() -> Question:
    """The notice that is changed, as it was when the form was opened."""

    def shown(value: Json, look: NoticeLook) -> str | None:
        return look.sheet.code if look.sheet and look.sheet.notice_id == value["id"] else None

    return replace(about("notice", shown), when=revising)


FORM = Form(
    "publish_notice",
    (
        the_notice(),
        project_with_households(),
        choice("kind", kind_options, when=composing),
        planned("time", when=asked("time"), optional=True),
        text("place", longest=200, when=asked("place"), optional=True),
        text("content", longest=2500, shortest=10, when=asked("content", needed=True)),
        text("extra", longest=2500, shortest=5, when=asked("content", needed=False), optional=True),
        documents("files", most=3),
    ),
)


def preview(visit: Visit, _answers: Answers, look: NoticeLook) -> str:
    """How many households it goes to, and by which way, before it goes."""
    return reach_words(visit, look.reach)


def finish(tx: Tx, visit: Visit, answers: Answers) -> Replies:
    """Keep the notice as a draft and show it; nothing is sent before a second person has approved it."""
    there = look(tx, visit, {key: {"value": value} for key, value in answers.items()})
    if not there.revises:
        return _kept(tx, visit, _compose(tx, visit, answers, there), answers)
    sheet, aim = there.sheet, answers["notice"]
    assert sheet is not None
    if sheet.state == State.DRAFT:
        return _kept(tx, visit, _edit(tx, visit, sheet, aim["seen"], answers), answers) or too_late(tx, visit, sheet)
    return _kept(tx, visit, _correct(tx, visit, sheet, answers), answers) or too_late(tx, visit, sheet)


def _words(answers: Answers) -> tuple[str, str | None, str]:
    return answers.get("content") or answers.get("extra") or "", answers.get("time"), answers.get("place") or ""


def _compose(tx: Tx, visit: Visit, answers: Answers, there: NoticeLook) -> str:
    notice_id = visit.desk.ids.new()
    project = next(one for one in there.projects if one.code == answers["project"])
    new = _new(tx, visit, notice_id, project.code, project.unit_id, answers["kind"], answers)
    notices.add_notice(tx, replace(new, code=notices.next_code(tx, visit.today.year)), visit.now)
    return notice_id


def _new(tx: Tx, visit: Visit, notice_id: str, project_id: str, unit_id: str, kind: str, answers: Answers) -> NewNotice:
    content, meets_at, place = _words(answers)
    found = wording_of(tx, visit.desk, unit_id, kind)
    return NewNotice(
        notice_id=notice_id, series_id=notice_id, number=1, code="", project_id=project_id, kind=kind,
        wording=Wording(version=found.version, wording=found.wording), content=content, meets_at=meets_at, place=place,
        limits=notices.limits(tx, kind, visit.today), draft=visit.draft, author_id=visit.known.person_id,
    )  # fmt: skip


def _edit(tx: Tx, visit: Visit, sheet: Sheet, seen: int, answers: Answers) -> str:
    mine = sheet.author_id == visit.known.person_id
    if not may(BY_NAME["edit"], visit.known.role, State(sheet.state), author=mine) or sheet.steps != seen:
        return ""
    step_id = visit.desk.ids.new()
    if not notices.take_step(tx, step_id, sheet, "edit", State.DRAFT, visit.known.person_id, visit.now):
        return ""
    content, meets_at, place = _words(answers)
    notices.edit_notice(tx, sheet.notice_id, content, meets_at, place)
    return sheet.notice_id


def _correct(tx: Tx, visit: Visit, sheet: Sheet, answers: Answers) -> str:
    """The next version of a notice that is out, "" when there is one already or it can't have one."""
    if not may(BY_NAME["correct"], visit.known.role, State(sheet.state), author=False) or sheet.latest != sheet.number:
        return ""
    new = _new(tx, visit, visit.desk.ids.new(), sheet.project_id, sheet.unit_id, sheet.kind, answers)
    number = notices.next_number(tx, sheet.series_id)
    base = sheet.code if sheet.number == 1 else sheet.code.rpartition("-")[0]
    version = replace(new, series_id=sheet.series_id, number=number, code=f"{base}-{number}")
    return version.notice_id if notices.add_notice(tx, version, visit.now) else ""


def _kept(tx: Tx, visit: Visit, notice_id: str, answers: Answers) -> Replies:
    if not notice_id:
        return []
    notices.set_files(tx, notice_id, answers.get("files") or ())
    sheet = notices.sheet(tx, notice_id, visit.known.scope)
    assert sheet is not None
    saved = visit.say("publish_notice.saved", at=visit.clock, sheet=sheet)
    shown = card(tx, visit, sheet)
    return [replace(shown, text=f"{saved}\n{shown.text}")]


SUBJECT = Subject(
    name="publish_notice",
    dialogue=Dialogue(
        form=FORM,
        look=look,
        looks_at=("notice", "project", "kind"),
        finish=finish,
        preview=preview,
        roles=OFFICERS,
    ),
    commands=(
        Command(name="thongbao", words=("thong bao", "gui thong bao", "tb"), roles=OFFICERS, opens="publish_notice"),
    ),
)
