"""How far a notice has come, told to its author; held, gone on with, ended, and sent again to whom it did not reach."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.core.job import Chore
from bot.core.message import Choice, Lane, Outbound
from bot.core.notice_life import OFFICERS, State
from bot.core.people import Role
from bot.core.texts import Words
from handlers.dialogue.conversation import offer
from handlers.dialogue.visit import Desk, Visit
from handlers.house.menu import menu_choices
from handlers.subject import Command, Replies, Subject
from storage import notices, outbox, sendings
from storage.database import Tx
from storage.notices import Sheet
from storage.sendings import Control, Tally

LOOK_EVERY = 2_000  # milliseconds between looks at a sending
STEPS = (10, 25, 50, 75)
"""At how many per cent of the way its author is told."""
MOST_LISTED = 5
SMALL = 40
"""Households up to which a notice is out so fast that only its end is told."""


def teller(desk: Desk) -> Chore:
    """Tell the author of a notice how far it has come, and how it ended."""

    def waits(tx: Tx, now: int) -> bool:
        return sendings.to_report(tx, now) is not None

    def portion(tx: Tx, now: int) -> None:
        if sheet := sendings.to_report(tx, now):
            _look(tx, desk, sheet, now)

    return Chore(name="notice_progress", waits=waits, portion=portion)


def _look(tx: Tx, desk: Desk, sheet: Sheet, now: int) -> None:
    control, tally = sendings.control_of(tx, sheet.notice_id), sendings.tally(tx, sheet.notice_id)
    assert control is not None
    percent = 100 * tally.decided // max(1, tally.decided + tally.going)
    step = sum(percent >= one for one in STEPS)
    if tally.going == 0 and control.finished_at is not None:
        _tell_author(tx, desk, sheet, control, tally, now)
        sendings.reported(tx, sheet.notice_id, now)
        return
    if step > control.told and tally.decided + tally.going > SMALL:
        _tell_author(tx, desk, sheet, control, tally, now)
    sendings.looked(tx, sheet.notice_id, now + LOOK_EVERY, max(step, control.told))


def _tell_author(tx: Tx, desk: Desk, sheet: Sheet, control: Control, tally: Tally, now: int) -> None:
    """One message for each broadcast, changed in its place; where that can't be, its end is told alone."""
    for chat in notices.author_chats(tx, sheet.notice_id):
        message = Outbound(
            address=chat.address,
            text=progress_words(desk, sheet, control, tally),
            choices=tuple(_choices(desk, sheet, control, tally)),
            lane=Lane.REPLY,
            supersedes=_key(sheet),
            in_place=True,
            passing=tally.going > 0,
        )
        desk.queue(tx, message, now)
        offer(tx, message, chat.account)


def _key(sheet: Sheet) -> str:
    return f"progress:{sheet.notice_id}"


def progress_words(desk: Desk, sheet: Sheet, control: Control, tally: Tally) -> Words:
    """How far a notice is, or how it ended: figures that add up to its households."""
    where = "ended" if tally.going == 0 else "paused" if control.paused_at else "going"
    return desk.say(f"notice_progress.{where}", Role.OFFICER, sheet=sheet, tally=tally)


def _choices(desk: Desk, sheet: Sheet, control: Control, tally: Tally) -> list[Choice]:
    """What can be done about it now."""
    names = []
    if tally.going:
        names = ["resume", "stop"] if control.paused_at else ["see", "pause", "stop"]
    elif tally.unreached and sheet.state == State.ISSUED:
        names = ["again"]
    return [progress_choice(desk, sheet, name) for name in names]


def progress_choice(desk: Desk, sheet: Sheet, name: str) -> Choice:
    """A button about the sending of a notice."""
    return Choice(label=desk.say(f"notice_progress.button.{name}"), data=f"sd|{name}|{sheet.notice_id}")


def pressed(tx: Tx, visit: Visit, parts: Sequence[str]) -> Replies:
    """A button. A notice of elsewhere, one that is not sent and one that does not exist look the same."""
    if len(parts) != 2 or parts[0] not in ACTS or visit.known.role not in OFFICERS:
        return [visit.answer("common.no_such_button")]
    sheet = notices.sheet(tx, parts[1], visit.known.scope)
    control = sendings.control_of(tx, parts[1]) if sheet else None
    if sheet is None or control is None:
        return [visit.answer("common.no_such_button")]
    return [_act(tx, visit, sheet, control, parts[0])]


def _act(tx: Tx, visit: Visit, sheet: Sheet, control: Control, name: str) -> Outbound:
    """What is asked for is done, and how it stands then is shown; its author hears of what others do to it."""
    ACTS[name](tx, visit, sheet, control)
    after = sendings.control_of(tx, sheet.notice_id)
    if after != control and sheet.author_id != visit.known.person_id:
        _tell_of_another(tx, visit, sheet, name)
    return _shown(tx, visit, sheet)


def _tell_of_another(tx: Tx, visit: Visit, sheet: Sheet, name: str) -> None:
    """A message of its own, from now on the one that changes: what stood there has ended."""
    control, tally = sendings.control_of(tx, sheet.notice_id), sendings.tally(tx, sheet.notice_id)
    assert control is not None
    outbox.let_stand(tx, _key(sheet))
    who = visit.desk.say(
        f"notice_progress.by_another.{name}", Role.OFFICER, who=visit.known.name, at=visit.clock, sheet=sheet
    )
    text = f"{who}\n{progress_words(visit.desk, sheet, control, tally)}"
    choices = tuple(_choices(visit.desk, sheet, control, tally))
    for chat in notices.author_chats(tx, sheet.notice_id):
        message = Outbound(
            address=chat.address, text=text, choices=choices, lane=Lane.REPLY, supersedes=_key(sheet), in_place=True
        )
        visit.send(tx, message)
        offer(tx, message, chat.account)


def _shown(tx: Tx, visit: Visit, sheet: Sheet) -> Outbound:
    control, tally = sendings.control_of(tx, sheet.notice_id), sendings.tally(tx, sheet.notice_id)
    assert control is not None
    text = progress_words(visit.desk, sheet, control, tally)
    return visit.reply(text, _choices(visit.desk, sheet, control, tally))


Act = Callable[[Tx, Visit, Sheet, Control], None]


def _see(_tx: Tx, _visit: Visit, _sheet: Sheet, _control: Control) -> None:
    """Looking changes nothing."""


def _pause(tx: Tx, visit: Visit, sheet: Sheet, control: Control) -> None:
    """Pressed twice, or when all is through, it changes nothing."""
    if control.paused_at is None and sendings.tally(tx, sheet.notice_id).going:
        sendings.pause(tx, sheet.notice_id, visit.now)


def _resume(tx: Tx, _visit: Visit, sheet: Sheet, control: Control) -> None:
    if control.paused_at is not None:
        sendings.resume(tx, sheet.notice_id)


def _stop(tx: Tx, visit: Visit, sheet: Sheet, _control: Control) -> None:
    """What has not left stays here; its author is told how it ended, and can have it sent to the others after all."""
    if sendings.tally(tx, sheet.notice_id).going:
        sendings.recall(tx, sheet.notice_id, visit.now)


def _again(tx: Tx, _visit: Visit, sheet: Sheet, _control: Control) -> None:
    """Only a notice that still counts, only when nothing of it is under way, only to whom it did not reach."""
    if sheet.state == State.ISSUED and not sendings.tally(tx, sheet.notice_id).going:
        outbox.let_stand(tx, _key(sheet))
        sendings.send_again(tx, sheet.notice_id)


def _new(tx: Tx, visit: Visit, sheet: Sheet, control: Control) -> None:
    """Who came into the project since is told as well; not while the sending is held."""
    if control.paused_at is None:
        over = control.finished_at is not None
        sendings.tell_newcomers(tx, sheet.notice_id, visit.known.scope, visit.desk.ids.new, over=over)


def _spoken(name: str) -> Callable[[Tx, Visit], Replies]:
    """The same in words, about the one notice for which it makes sense; a choice where there are several."""

    def run(tx: Tx, visit: Visit) -> Replies:
        fit = [sheet for sheet in notices.issued(tx, visit.known.scope, MOST_LISTED) if _makes_sense(tx, sheet, name)]
        if not fit:
            return [visit.answer(f"notice_progress.nothing.{name}", menu_choices(visit, visit.known.role))]
        if len(fit) > 1 and name != "see":
            choices = [replace(progress_choice(visit.desk, sheet, name), label=sheet.code) for sheet in fit]
            return [visit.answer("notice_progress.which", choices)]
        control = sendings.control_of(tx, fit[0].notice_id)
        assert control is not None
        return [_act(tx, visit, fit[0], control, name)]

    return run


def _makes_sense(tx: Tx, sheet: Sheet, name: str) -> bool:
    control = sendings.control_of(tx, sheet.notice_id)
    if control is None or name == "see":
        return control is not None
    tally = sendings.tally(tx, sheet.notice_id)
    if name == "resume":
        return control.paused_at is not None
    if name == "again":
        return sheet.state == State.ISSUED and not tally.going and tally.unreached > 0
    return tally.going > 0 and not (name == "pause" and control.paused_at)


WORDS = {
    "see": ("tiendo", ("tien do", "xem tien do", "tien do gui")),
    "pause": ("tamdunggui", ("tam dung gui", "tam dung", "tam ngung gui")),
    "resume": ("guitiep", ("gui tiep", "tiep tuc gui")),
    "stop": ("dunghan", ("dung han", "dung gui", "ngung gui")),
    "again": ("guilai", ("gui lai ho chua toi", "gui lai cac ho chua toi", "gui lai ho loi")),
}
"""What an officer can type at any moment, for each thing that can be done about a sending."""
COMMANDS = tuple(
    Command(name=name, words=words, roles=OFFICERS, run=_spoken(act), plain=True)
    for act, (name, words) in WORDS.items()
)

ACTS = {"new": _new, "see": _see, "pause": _pause, "resume": _resume, "stop": _stop, "again": _again}

SUBJECT = Subject(
    name="notice_progress", buttons={"sd": pressed}, commands=COMMANDS, chores=lambda desk: (teller(desk),)
)
