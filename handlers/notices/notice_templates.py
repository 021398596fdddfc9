"""The wording of each kind of notice, as the ward sets it: looked at, changed, its earlier versions kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.form import Answers, Form, Json, Question, Refused
from bot.core.message import Choice, Outbound
from bot.core.notice_life import KINDS, OFFICERS
from bot.core.questions import about, text
from bot.core.wording import unbalanced, unknown_in
from handlers.dialogue.visit import Visit
from handlers.house.menu import menu_choices
from handlers.notices.notice_wording import PLACES, kind_name, place_names, wording_of
from handlers.subject import Command, Dialogue, Given, Opening, Replies, Subject
from storage import notices
from storage.database import Tx
from storage.notices import Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class WordingLook:
    """The wording that is changed, with what can be filled in."""

    kind: str
    kind_words: str
    wording: Wording
    places: Sequence[str]
    known: frozenset[str]


def look(tx: Tx, visit: Visit, given: Given) -> WordingLook:
    """The wording of the kind that the form is about."""
    kind = given["kind"]["value"]["kind"]
    return WordingLook(
        kind=kind,
        kind_words=kind_name(visit.desk, kind),
        wording=wording_of(tx, visit.desk, visit.known.scope, kind),
        places=[visit.say(f"notice_wording.place.{key}") for key in PLACES],
        known=frozenset(place_names(visit.desk)),
    )


def the_kind() -> Question:
    """The kind whose wording is changed, in the version that was seen."""

    def shown(value: Json, look: WordingLook) -> str | None:
        return look.kind_words if value["version"] == look.wording.version else None

    return about("kind", shown)


def well_formed(value: str, _kept: Answers, look: WordingLook) -> Refused | None:
    """A wording whose signs are closed and whose places are known."""
    if unbalanced(value):
        return Refused("unbalanced")
    if unknown := unknown_in(value, look.known):
        return Refused("unknown_place", {"names": unknown, "places": list(look.places)})
    return None


FORM = Form("notice_wording", (the_kind(), text("wording", longest=2500, shortest=10, check=well_formed)))


def finish(tx: Tx, visit: Visit, answers: Answers) -> Replies:
    """The next version of the wording; notices that are composed already keep theirs."""
    kind, seen = answers["kind"]["kind"], answers["kind"]["version"]
    new = Wording(version=seen + 1, wording=answers["wording"])
    unit_id, author = visit.known.scope, visit.known.person_id
    if not notices.add_wording(tx, unit_id, kind, new, author, visit.draft, visit.now):
        raise RuntimeError(f"wording {kind} is not at version {seen}, which the walk has just accepted")
    done = visit.say("notice_wording.saved", kind=kind_name(visit.desk, kind), version=new.version, at=visit.clock)
    return [visit.reply(done, menu_choices(visit, visit.known.role))]


def show_kinds(_tx: Tx, visit: Visit) -> Replies:
    """The kinds of notice, each with its wording behind it."""
    choices = [Choice(label=kind_name(visit.desk, kind), data=f"y|open|{kind}") for kind in KINDS]
    return [visit.answer("notice_wording.kinds", choices)]


def pressed(tx: Tx, visit: Visit, parts: Sequence[str]) -> Replies | Opening:
    """A kind: its wording, its earlier versions, or the form that changes it."""
    if visit.known.role in OFFICERS:
        match parts:
            case ["open", kind] if kind in KINDS:
                return [_card(tx, visit, kind)]
            case ["edit", kind] if kind in KINDS:
                version = wording_of(tx, visit.desk, visit.known.scope, kind).version
                return Opening(form=FORM.name, given={"kind": {"value": {"kind": kind, "version": version}, "raw": ""}})
            case ["log", kind] if kind in KINDS:
                return [_log(tx, visit, kind)]
    return [visit.answer("common.no_such_button")]


def _card(tx: Tx, visit: Visit, kind: str) -> Outbound:
    now = wording_of(tx, visit.desk, visit.known.scope, kind)
    names = ("edit", "log") if now.version else ("edit",)
    choices = [Choice(label=visit.say(f"notice_wording.act.{name}"), data=f"y|{name}|{kind}") for name in names]
    back = visit.desk.command_choice("mautb")
    return visit.answer("notice_wording.card", [*choices, back], kind=kind_name(visit.desk, kind), wording=now)


def _log(tx: Tx, visit: Visit, kind: str) -> Outbound:
    past = [(one, visit.moment_of(one.created_at)) for one in notices.wordings(tx, visit.known.scope, kind)]
    back = Choice(label=visit.say("notice_wording.act.open"), data=f"y|open|{kind}")
    return visit.answer("notice_wording.log", [back], kind=kind_name(visit.desk, kind), past=past)


SUBJECT = Subject(
    name="notice_wording",
    dialogue=Dialogue(form=FORM, look=look, looks_at=("kind",), finish=finish, roles=OFFICERS),
    commands=(Command(name="mautb", words=("mau thong bao", "mau tin thong bao"), roles=OFFICERS, run=show_kinds),),
    buttons={"y": pressed},
)
