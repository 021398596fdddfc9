"""The ledger in chat: its notices, one of them in figures, its households by what they need, and one household's facts.

A leader sees counts, small ones not exactly; names and files are for officers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.core.message import Attachment, Choice, Outbound
from bot.core.notice_life import APPROVERS, OFFICERS
from handlers.dialogue.photos import KEPT
from handlers.dialogue.visit import Visit
from handlers.house.menu import menu_choices
from handlers.notices.ledger_counts import group_counts, page_counts, to_see
from handlers.notices.ledger_files import FILES, facts_words, moment_words, waiting_words
from handlers.notices.notice_cards import aimed
from handlers.notices.notice_previews import open_choice
from handlers.notices.notice_progress import progress_choice
from handlers.notices.notice_wording import kind_name
from handlers.subject import Command, Opening, Replies, Subject
from storage import closing, ledger, notices, rounds, sendings
from storage.database import Tx
from storage.ledger import TO_SEE, Line, Photo
from storage.notices import Sheet

PAGE = 8
"""How many households a list shows at once."""
MOST_NOTICES = 8
MOST_PHOTOS = 10
MOST_NEW = 20
"""How many households that are new in the project are named."""
STANDINGS = {"see": TO_SEE, "all": (), **{standing: (standing,) for standing in (*TO_SEE, "served")}}
"""What a list can be of."""


def show_ledger(tx: Tx, visit: Visit) -> Replies:
    """The latest notices with their figures, each with its own page behind it."""
    asker = visit.known
    sheets = notices.issued(tx, asker.scope, MOST_NOTICES)
    if not sheets:
        return [visit.answer("ledger.empty", menu_choices(visit, asker.role))]
    exact = asker.role in OFFICERS
    found = [ledger.figures(tx, sheet.notice_id) for sheet in sheets]
    lines = [
        (sheet, kind_name(visit.desk, sheet.kind), one, _state(visit, sheet), *(() if exact else (to_see(one),)))
        for sheet, one in zip(sheets, found, strict=True)
    ]
    choices = [Choice(label=sheet.code, data=f"l|open|{sheet.notice_id}") for sheet in sheets]
    return [visit.answer("ledger.list" if exact else "ledger.counts.list", choices, lines=lines)]


def _state(visit: Visit, sheet: Sheet) -> str:
    return "" if sheet.state == "issued" else visit.say(f"notice.state.{sheet.state}")


def pressed(tx: Tx, visit: Visit, parts: Sequence[str]) -> Replies | Opening:
    """A button of the ledger. A notice of elsewhere and one that does not exist look the same."""
    role = visit.known.role
    match parts:
        case ["open", notice_id] if role in APPROVERS:
            return _with(tx, visit, notice_id, lambda sheet: page(tx, visit, sheet))
        case ["see", notice_id] if role in APPROVERS:
            return _with(tx, visit, notice_id, lambda sheet: silent(tx, visit, sheet))
        case ["new", notice_id] if role in OFFICERS:
            return _with(tx, visit, notice_id, lambda sheet: _newcomers(tx, visit, sheet))
        case ["list", notice_id, which] if role in OFFICERS and which in STANDINGS:
            return _with(tx, visit, notice_id, lambda sheet: _households(tx, visit, sheet, which, ""))
        case ["more", which, after] if role in OFFICERS and which in STANDINGS:
            return _more(tx, visit, which, after)
        case ["home", recipient_id] if role in OFFICERS:
            return _home(tx, visit, recipient_id)
        case ["photos", recipient_id] if role in OFFICERS:
            return _photos(tx, visit, recipient_id)
        case ["file", notice_id, which] if role in OFFICERS and which in FILES:
            return _with(tx, visit, notice_id, lambda sheet: _file(tx, visit, sheet, which))
        case ["send", notice_id] if role in OFFICERS:
            return _with(tx, visit, notice_id, lambda sheet: Opening(form="send_round", given=aimed(sheet, "send")))
        case ["serve", recipient_id] if role in OFFICERS:
            return _serve(tx, visit, recipient_id)
    return [visit.answer("common.no_such_button")]


def _with(tx: Tx, visit: Visit, notice_id: str, answer: Callable[[Sheet], Replies | Opening]) -> Replies | Opening:
    sheet = notices.sheet(tx, notice_id, visit.known.scope)
    if sheet is None or sheet.published_at is None:
        return [visit.answer("common.no_such_button")]
    return answer(sheet)


def _button(visit: Visit, name: str, data: str) -> Choice:
    return Choice(label=visit.say(f"ledger.button.{name}"), data=f"l|{data}")


def page(tx: Tx, visit: Visit, sheet: Sheet) -> Replies:
    """A notice's ledger in figures: sent, answered, served on paper, and who is left."""
    if counts := closing.kept_counts(tx, sheet.notice_id):
        back = visit.desk.command_choice("sogiaonhan")
        return [
            visit.answer("ledger.outlived", [back], sheet=sheet, kind=kind_name(visit.desk, sheet.kind), counts=counts)
        ]
    figures, doors = ledger.figures(tx, sheet.notice_id), rounds.results_of_notice(tx, sheet.notice_id)
    new = len(sendings.newcomers(tx, sheet.notice_id, visit.known.scope))
    seen = {"sheet": sheet, "kind": kind_name(visit.desk, sheet.kind), "state": _state(visit, sheet)}
    if visit.known.role in OFFICERS:
        text = visit.say("ledger.page", figures=figures, doors=doors, new=new, **seen)
    else:
        told = page_counts(visit, figures, doors)
        text = visit.say("ledger.counts.page", figures=figures, to_see=to_see(figures), **told, **seen)
    notice_id = sheet.notice_id
    choices = [_button(visit, "see", f"see|{notice_id}")]
    if visit.known.role in OFFICERS:
        choices += [_button(visit, "new", f"new|{notice_id}")] if new else []
        choices += [_button(visit, "all", f"list|{notice_id}|all")]
        choices += [_button(visit, name, f"file|{notice_id}|{name}") for name in ("xlsx", "docx")]
    notice = Choice(label=visit.say("notice.look.open"), data=open_choice(sheet).data)
    return [visit.reply(text, [*choices, notice, visit.desk.command_choice("sogiaonhan")])]


def silent(tx: Tx, visit: Visit, sheet: Sheet) -> Replies:
    """Who must be seen, by neighbourhood group and by what they need."""
    groups = ledger.by_group(tx, sheet.notice_id)
    back = _button(visit, "page", f"open|{sheet.notice_id}")
    if not groups:
        return [visit.answer("ledger.nobody_left", [back], sheet=sheet)]
    total, choices = sum(group.households for group in groups), []
    if visit.known.role in OFFICERS:
        named = [standing for standing in TO_SEE if any(getattr(group, standing) for group in groups)]
        choices = [_button(visit, standing, f"list|{sheet.notice_id}|{standing}") for standing in named]
        choices.append(_button(visit, "sheet", f"file|{sheet.notice_id}|sheet"))
        choices.append(_button(visit, "send", f"send|{sheet.notice_id}"))
    if visit.known.role not in OFFICERS:
        told = group_counts(visit, groups)
        return [visit.answer("ledger.counts.silent", [back], sheet=sheet, groups=told, total=total)]
    return [visit.answer("ledger.silent", [*choices, back], sheet=sheet, groups=groups, total=total)]


def _newcomers(tx: Tx, visit: Visit, sheet: Sheet) -> Replies:
    """Who came into the project after the notice was sent, and the way to tell them too."""
    homes = sendings.newcomers(tx, sheet.notice_id, visit.known.scope)
    back = _button(visit, "page", f"open|{sheet.notice_id}")
    if not homes:
        return [visit.answer("ledger.none_here", [back])]
    shown, more = homes[:MOST_NEW], max(0, len(homes) - MOST_NEW)
    text = visit.answer(
        "ledger.newcomers", [progress_choice(visit.desk, sheet, "new"), back], sheet=sheet, homes=shown, more=more,
        total=len(homes),
    )  # fmt: skip
    return [_private(text)]


def _more(tx: Tx, visit: Visit, which: str, after: str) -> Replies:
    found = ledger.line(tx, after, visit.known.scope)
    sheet = notices.sheet(tx, found[1], visit.known.scope) if found else None
    return _households(tx, visit, sheet, which, after) if sheet else [visit.answer("common.no_such_button")]


def _households(tx: Tx, visit: Visit, sheet: Sheet, which: str, after: str) -> Replies:
    """A page of the households that need something, or of all."""
    found = ledger.lines(
        tx, sheet.notice_id, visit.known.scope, standings=STANDINGS[which], after=after, most=PAGE + 1
    )  # fmt: skip
    shown = found[:PAGE]
    back = _button(visit, "page", f"open|{sheet.notice_id}")
    if not shown:
        return [visit.answer("ledger.none_here", [back])]
    lines = [(line, visit.say(f"ledger.standing.{line.standing}")) for line in shown]
    choices = [Choice(label=line.head_name, data=f"l|home|{line.recipient_id}") for line in shown]
    if len(found) > PAGE:
        choices.append(_button(visit, "more", f"more|{which}|{shown[-1].recipient_id}"))
    return [_private(visit.answer("ledger.households", [*choices, back], sheet=sheet, lines=lines))]


def _private(message: Outbound) -> Outbound:
    return replace(message, household=True)


def _home(tx: Tx, visit: Visit, recipient_id: str) -> Replies:
    """One household: what went there, what it answered, how it was served."""
    found = ledger.line(tx, recipient_id, visit.known.scope)
    sheet = notices.sheet(tx, found[1], visit.known.scope) if found else None
    if found is None or sheet is None:
        return [visit.answer("common.no_such_button")]
    line, notice_id = found
    text = visit.say(
        "ledger.home",
        sheet=sheet,
        line=line,
        standing=visit.say(f"ledger.standing.{line.standing}"),
        facts=[
            *facts_words(tx, visit.desk, notice_id, recipient_id)[recipient_id],
            *waiting_words(tx, visit.desk, recipient_id),
        ],
    )
    choices = [_button(visit, "serve", f"serve|{recipient_id}"), _button(visit, "page", f"open|{notice_id}")]
    if ledger.photos(tx, recipient_id):
        choices.insert(1, _button(visit, "photos", f"photos|{recipient_id}"))
    return [_private(visit.reply(text, choices))]


def _photos(tx: Tx, visit: Visit, recipient_id: str) -> Replies:
    """The pictures of a household's line, a message each: what was signed, what was seen at the door."""
    found = ledger.line(tx, recipient_id, visit.known.scope)
    if found is None:
        return [visit.answer("common.no_such_button")]
    line, back = found[0], _button(visit, "home", f"home|{recipient_id}")
    photos = ledger.photos(tx, recipient_id)[-MOST_PHOTOS:]
    if not photos:
        return [visit.answer("ledger.no_photos", [back])]
    shown = [_photo(visit, line, photo, number, len(photos)) for number, photo in enumerate(photos, 1)]
    return [*shown[:-1], replace(shown[-1], choices=(back,))]


def _photo(visit: Visit, line: Line, photo: Photo, number: int, total: int) -> Outbound:
    way = visit.say("ledger.at_the_door" if photo.what == "door" else f"paper_service.way.option.{photo.what}")
    at = moment_words(photo.at)
    caption = visit.answer("ledger.photo", line=line, photo=photo, way=way, at=at, number=number, total=total)
    data, name = {"sha256": photo.sha256, "ending": "jpg"}, f"{line.household_id}-{number}.jpg".lower()
    picture = Attachment(recipe=KEPT, data=data, name=name, mime="image/jpeg")
    return _private(replace(caption, attachment=picture))


def _serve(tx: Tx, visit: Visit, recipient_id: str) -> Replies | Opening:
    if ledger.line(tx, recipient_id, visit.known.scope) is None:
        return [visit.answer("common.no_such_button")]
    return Opening(form="paper_service", given={"door": {"value": {"id": recipient_id}, "raw": ""}})


def _file(tx: Tx, visit: Visit, sheet: Sheet, which: str) -> Replies:
    """The ledger, or the sheet for going from door to door, as a document."""
    attachment = FILES[which](tx, visit.desk, sheet, visit.known.scope, visit.known.name, visit.now)
    back = _button(visit, "page", f"open|{sheet.notice_id}")
    shown = visit.answer(f"ledger.file.{which}", [back], sheet=sheet)
    return [_private(replace(shown, attachment=attachment))]


SUBJECT = Subject(
    name="notice_ledger",
    commands=(Command(name="sogiaonhan", words=("so giao nhan",), roles=APPROVERS, run=show_ledger),),
    buttons={"l": pressed},
)
