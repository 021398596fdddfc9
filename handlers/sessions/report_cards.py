"""Reports that are there: the list, the card with what can be corrected, the history, and the button of each value."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.message import Choice, Outbound
from handlers.dialogue.visit import Visit
from handlers.house.menu import menu_choices
from handlers.sessions.correct_session import FORM, item_options
from handlers.sessions.report_seen import (
    CARD,
    ITEMS,
    KEEPERS,
    MOST_LISTED,
    around,
    history,
    items_of,
    labels,
    why_not,
)
from handlers.sessions.report_session import to_correct
from handlers.subject import Command, Opening, Replies, Subject
from storage import behalf, sessions
from storage.database import Tx
from storage.sessions import Report


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
    there = around(tx, visit, report)
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
    there = around(tx, visit, report)
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
    name="report_cards",
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
