"""Pictures, Excel, Word and the dashboard: whatever of the figures is looked at outside the words of the chat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.core.message import Attachment, Choice, Outbound
from bot.core.notice_life import OFFICERS
from bot.core.people import Role
from bot.core.periods import Span, ending
from bot.reports.drawings import Picture
from bot.reports.files import Asked, Form, attachment_for
from bot.reports.letters import Head
from handlers.dialogue.visit import Desk, Visit
from handlers.notices.ledger_files import sheets_together, together
from handlers.subject import Command, Replies, Subject
from storage import dashboard
from storage.database import Tx
from storage.statistics import is_large

PRESS = "tep"
READERS = frozenset({Role.LEADER, Role.OFFICER, Role.ADMIN})
CODE_LETTERS = 26  # 130 bits
MOST_UNITS = 3000
"""A file with the rows of more units than these is too large for a message."""


def chart_choice(desk: Desk) -> Choice:
    """The button that brings the picture of the fields."""
    return Choice(label=desk.texts.say("figure_files.chart"), data=f"{PRESS}|{Form.PICTURE}|{Picture.FIELDS}")


def show_files(_tx: Tx, visit: Visit) -> Replies:
    """What there is."""
    kinds = (Form.PICTURE, Form.WORKBOOK, Form.LETTER)
    choices = [Choice(label=visit.say(f"figure_files.form.{kind}"), data=f"{PRESS}|{kind}") for kind in kinds]
    return [visit.answer("figure_files.ask.form", [*choices, visit.desk.command_choice("bangtin")])]


def choose(tx: Tx, visit: Visit, parts: Sequence[str]) -> Replies:
    """The file that is meant, or what is still to be said about it."""
    if visit.known.role not in READERS:
        return [visit.answer("common.no_such_button")]
    match tuple(parts):
        case (Form.WORKBOOK,):
            return _file(tx, visit, Form.WORKBOOK)
        case (Form.PICTURE,):
            return _ask(visit, "picture", parts, Picture)
        case (Form.PICTURE, picture) if picture in set(Picture):
            return _file(tx, visit, Form.PICTURE, picture=Picture(picture))
        case (Form.LETTER,):
            return _ask(visit, "span", parts, Span)
        case (Form.LETTER, span) if span in set(Span):
            return _ask(visit, "head", parts, Head)
        case (Form.LETTER, span, head) if span in set(Span) and head in set(Head):
            return _file(tx, visit, Form.LETTER, span=Span(span), head=Head(head))
    return [visit.answer("common.no_such_button")]


def _ask(visit: Visit, what: str, parts: Sequence[str], kinds: type[Picture] | type[Span] | type[Head]) -> Replies:
    choices = [
        Choice(label=visit.say(f"figure_files.{what}.{kind}"), data="|".join((PRESS, *parts, kind))) for kind in kinds
    ]
    return [visit.answer(f"figure_files.ask.{what}", choices)]


def _file(
    tx: Tx,
    visit: Visit,
    form: Form,
    *,
    span: Span = Span.DAY,
    head: Head = Head.GOVERNMENT,
    picture: Picture = Picture.FIELDS,
) -> Replies:
    if form is not Form.PICTURE and is_large(tx, visit.known.scope, MOST_UNITS):
        return [visit.answer("figure_files.too_large", unit=visit.known.active.unit_name)]
    asked = Asked(
        form=form, scope=visit.known.scope, period=ending(span, visit.today), head=head, picture=picture,
        fewest=visit.fewest,
    )  # fmt: skip
    file = attachment_for(tx, asked, visit.desk.texts, by=visit.known.name, now=visit.now)
    if form is Form.WORKBOOK and visit.known.role in OFFICERS:
        return [_with_households(tx, visit, file)]
    return [_here(visit, form, file)]


def _here(visit: Visit, form: str, file: Attachment, **values: object) -> Outbound:
    text = visit.say(f"figure_files.here.{form}", unit=visit.known.active.unit_name, at=visit.clock, **values)
    return visit.reply(text, (visit.desk.command_choice("taitep"),), attachment=file)


def _with_households(tx: Tx, visit: Visit, file: Attachment) -> Outbound:
    """An officer's workbook has the ledger household by household; a leader's has counts alone."""
    scope = visit.known.scope
    sheets = sheets_together(tx, scope)
    if not sheets:
        return _here(visit, Form.WORKBOOK, file)
    homes = together(tx, visit.desk, sheets, scope)
    whole = replace(file, data={**file.data, "tables": [*file.data["tables"], homes]})
    codes = dict.fromkeys(sheet.code for sheet in sheets)
    return replace(_here(visit, "households", whole, codes=list(codes)), household=True)


def show_link(tx: Tx, visit: Visit) -> Replies:
    """A link to the dashboard for whoever asks, as whom they act now."""
    if not visit.desk.ward.address:
        return [visit.answer("figure_files.no_address")]
    code = visit.desk.ids.token(CODE_LETTERS)
    dashboard.add_link(tx, code, visit.known.active.membership_id, visit.now)
    link = f"{visit.desk.ward.address}/bang-tin/mo/{code}"
    minutes, hours = dashboard.LINK_LASTS // 60_000, dashboard.VISIT_LASTS // 3600_000
    return [visit.answer("figure_files.link", link=link, minutes=minutes, hours=hours)]


SUBJECT = Subject(
    name="figure_files",
    commands=(
        Command(name="taitep", words=("tai tep", "bieu do", "tep excel", "ban word"), roles=READERS, run=show_files),
        Command(name="bangtin", words=("bang tin", "bang so lieu"), roles=READERS, run=show_link),
    ),
    buttons={PRESS: choose},
)
