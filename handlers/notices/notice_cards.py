"""Notices as those see them who write and approve them: what waits, a card with what can be done, its steps.

Nobody approves their own notice. A button carries the step that its card showed: what comes later is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.core import calendar
from bot.core.message import Choice, Lane, Outbound
from bot.core.notice_life import APPROVERS, BY_NAME, OFFICERS, State, Step, may, steps_for
from bot.core.people import Role
from bot.core.texts import Words
from handlers.dialogue.conversation import offer
from handlers.dialogue.visit import Visit
from handlers.house.menu import menu_choices
from handlers.notices.notice_aloud import loudspeaker, poster
from handlers.notices.notice_previews import open_choice, show_sample, trial
from handlers.notices.notice_progress import progress_choice
from handlers.notices.notice_reach import Reached, list_choice, reach, reach_words, show_list
from handlers.notices.notice_wording import kind_name, limit_words, time_words
from handlers.subject import Command, Given, Opening, Replies, Subject
from storage import notices, sendings
from storage.database import Tx
from storage.notices import OfficialChat, Sheet

MOST_LISTED = 8
REASON_FORM = "notice_reason"


# -- the list and the card ----------------------------------------------------------------------


def show_waiting(tx: Tx, visit: Visit) -> Replies:
    """The notices that wait for this person: to be approved, or to be finished by their author."""
    asker = visit.known
    sheets = notices.waiting(tx, asker.scope, asker.person_id, MOST_LISTED)
    if not sheets:
        return [visit.answer("notice.none_waiting", menu_choices(visit, asker.role))]
    lines = [(sheet, kind_name(visit.desk, sheet.kind), state_name(visit, sheet)) for sheet in sheets]
    return [visit.answer("notice.waiting", [open_choice(sheet) for sheet in sheets], lines=lines)]


def state_name(visit: Visit, sheet: Sheet) -> Words:
    """Where a notice stands."""
    return visit.say(f"notice.state.{sheet.state}")


def card(tx: Tx, visit: Visit, sheet: Sheet) -> Outbound:
    """A notice with what it says, whom it reaches, what happened, and what this person may do now."""
    homes = reach(tx, visit, visit.known.scope, sheet.project_id) if sheet.published_at is None else []
    text = visit.say(
        "notice.card",
        sheet=sheet,
        kind=kind_name(visit.desk, sheet.kind),
        state=state_name(visit, sheet),
        time=time_words(visit.desk, sheet.meets_at),
        limits=limit_words(visit.desk, sheet.legal),
        files=len(notices.files_of(tx, sheet.notice_id)),
        reach=_reach(tx, visit, sheet, homes),
        history=_history(tx, visit, sheet),
    )
    return visit.reply(text, [*_looks(visit, sheet, homes), *_acts(visit, sheet)])


def _reach(tx: Tx, visit: Visit, sheet: Sheet, homes: Sequence[Reached]) -> Words | str:
    if sheet.published_at is None:
        return reach_words(visit, homes)
    total, queued = sendings.progress(tx, sheet.notice_id)
    since = calendar.local(sheet.send_from or sheet.published_at)
    later = (sheet.send_from or 0) > visit.now
    return visit.say("notice.progress", total=total, queued=queued, since=since if later else None)


def _history(tx: Tx, visit: Visit, sheet: Sheet) -> list[Words]:
    return [
        visit.say(
            "notice.history_line",
            taken=taken,
            done=visit.say(f"notice.done.{taken.step}"),
            at=visit.moment_of(taken.at),
        )
        for taken in notices.steps_of(tx, sheet.notice_id)
    ]


def _looks(visit: Visit, sheet: Sheet, homes: Sequence[Reached]) -> list[Choice]:
    """What can be looked at without anything happening."""
    names = ("see", "try") if sheet.published_at is None else ("see", "loud", "poster")
    looks = [Choice(label=visit.say(f"notice.look.{name}"), data=f"w|{name}|{sheet.notice_id}") for name in names]
    if sheet.published_at is not None and visit.known.role in OFFICERS:
        looks.append(progress_choice(visit.desk, sheet, "see"))
    elif visit.known.role in OFFICERS and any(home.is_special for home in homes):
        looks.append(list_choice(visit, sheet))
    return looks


def _acts(visit: Visit, sheet: Sheet) -> list[Choice]:
    mine = sheet.author_id == visit.known.person_id
    steps = steps_for(visit.known.role, State(sheet.state), author=mine)
    names = [step.name for step in steps if step.name != "correct" or sheet.latest == sheet.number]
    if not can_be_taken_back(visit, sheet):
        names = [name for name in names if name != "cancel"]
    if "approve" in names and _sends_at(visit) > visit.now:
        names.insert(names.index("approve") + 1, "approve_now")
    return [step_choice(visit, sheet, name) for name in names]


def step_choice(visit: Visit, sheet: Sheet, name: str) -> Choice:
    """The button of a step, tied to the notice as it is seen now."""
    return Choice(label=visit.say(f"notice.step.{name}"), data=f"w|{name}|{sheet.notice_id}|{sheet.steps}")


def can_be_taken_back(visit: Visit, sheet: Sheet) -> bool:
    """Whether its moment has not come yet: nobody has it."""
    return sheet.state == State.ISSUED and (sheet.send_from or 0) > visit.now


def _sends_at(visit: Visit) -> int:
    return calendar.next_proactive(visit.now, visit.desk.ward.proactive)


# -- the buttons --------------------------------------------------------------------------------


def pressed(tx: Tx, visit: Visit, parts: Sequence[str]) -> Replies | Opening:
    """A button of this subject. A notice of elsewhere and one that does not exist look the same."""
    if visit.known.role not in APPROVERS:
        return [visit.answer("common.no_such_button")]
    match parts:
        case ["open", notice_id]:
            return _with(tx, visit, notice_id, lambda sheet: [card(tx, visit, sheet)])
        case ["see", notice_id]:
            return _with(tx, visit, notice_id, lambda sheet: _see(visit, sheet))
        case ["list", notice_id] if visit.known.role in OFFICERS:
            return _with(tx, visit, notice_id, lambda sheet: show_list(tx, visit, sheet))
        case ["try", notice_id]:
            return _with(tx, visit, notice_id, lambda sheet: trial(tx, visit, sheet))
        case ["loud", notice_id]:
            return _with(tx, visit, notice_id, lambda sheet: loudspeaker(visit, sheet))
        case ["poster", notice_id]:
            return _with(tx, visit, notice_id, lambda sheet: poster(visit, sheet))
        case ["approve_now", notice_id, steps] if _number(steps):
            at = visit.now + visit.desk.ward.undo
            return _with(tx, visit, notice_id, lambda one: _approve(tx, visit, one, int(steps), at))
        case [name, notice_id, steps] if name in BY_NAME and _number(steps):
            return _with(tx, visit, notice_id, lambda one: _step(tx, visit, one, BY_NAME[name], int(steps)))
    return [visit.answer("common.no_such_button")]


def _see(visit: Visit, sheet: Sheet) -> Replies | Opening:
    """An officer says whose message to show; a leader is shown one with nobody's name."""
    if visit.known.role in OFFICERS:
        return Opening(form="find_household", given=aimed(sheet, "see"))
    return show_sample(visit, sheet)


def _number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 9


def _with(tx: Tx, visit: Visit, notice_id: str, answer: Callable[[Sheet], Replies | Opening]) -> Replies | Opening:
    sheet = notices.sheet(tx, notice_id, visit.known.scope)
    return answer(sheet) if sheet else [visit.answer("common.no_such_button")]


def aimed(sheet: Sheet, act: str) -> Given:
    """What a form about a notice knows from the start."""
    return {"notice": {"value": {"id": sheet.notice_id, "seen": sheet.steps, "act": act}, "raw": ""}}


def _step(tx: Tx, visit: Visit, sheet: Sheet, step: Step, seen: int) -> Replies | Opening:
    """A step: refused when the notice has moved on, asked about when it needs words, done otherwise."""
    if visit.known.role not in step.by:
        return [visit.answer("common.no_such_button")]
    if not allowed(visit, sheet, step, seen):
        return too_late(tx, visit, sheet)
    if step.reason:
        return Opening(form=REASON_FORM, given=aimed(sheet, step.name))
    if step.name in ("edit", "correct"):
        return Opening(form="publish_notice", given=_present_values(tx, sheet))
    if step.name == "approve":
        return _approve(tx, visit, sheet, seen, max(_sends_at(visit), visit.now + visit.desk.ward.undo))
    if step.name == "cancel":
        return _cancel(tx, visit, sheet)
    if step.name == "submit":
        return _submit(tx, visit, sheet)
    if not taken(tx, visit, sheet, step):
        return too_late(tx, visit, sheet)
    return [visit.answer("notice.dropped", menu_choices(visit, visit.known.role), sheet=sheet)]


def allowed(visit: Visit, sheet: Sheet, step: Step, seen: int) -> bool:
    """Whether this person may do a step now, with the notice as they saw it."""
    mine = sheet.author_id == visit.known.person_id
    return may(step, visit.known.role, State(sheet.state), author=mine) and sheet.steps == seen


def taken(tx: Tx, visit: Visit, sheet: Sheet, step: Step, reason: str = "") -> bool:
    """Write a step down; False when somebody else was the next."""
    state = step.to or State(sheet.state)
    return notices.take_step(
        tx, visit.desk.ids.new(), sheet, step.name, state, visit.known.person_id, visit.now, reason
    )  # fmt: skip


def _present_values(tx: Tx, sheet: Sheet) -> Given:
    """A notice's own values as the form's answers; what it does not have is skipped."""
    files = [file.media_id for file in notices.files_of(tx, sheet.notice_id)]
    values = {
        "time": sheet.meets_at, "place": sheet.place, "content": sheet.content, "extra": sheet.content, "files": files,
    }  # fmt: skip
    given = {key: {"value": value, "raw": ""} if value else {"skipped": True} for key, value in values.items()}
    return {**aimed(sheet, "edit"), **given}


def too_late(tx: Tx, visit: Visit, sheet: Sheet) -> Replies:
    """The step can't be taken any more: where the notice stands now, and its card."""
    now = notices.sheet(tx, sheet.notice_id, visit.known.scope)
    if now is None:
        return [visit.answer("common.no_such_button")]
    steps = notices.steps_of(tx, now.notice_id)
    done = visit.say(f"notice.done.{steps[-1].step}") if steps else ""
    mine = now.state == State.SUBMITTED and now.author_id == visit.known.person_id
    moved = visit.say(
        "notice.moved", sheet=now, state=state_name(visit, now), done=done, last=steps[-1] if steps else None,
        at=visit.moment_of(steps[-1].at) if steps else "", mine=mine,
    )  # fmt: skip
    shown = card(tx, visit, now)
    return [replace(shown, text=f"{moved}\n{shown.text}")]


# -- the steps ----------------------------------------------------------------------------------


def _submit(tx: Tx, visit: Visit, sheet: Sheet) -> Replies:
    """Ask a second person to approve; without one nothing is submitted."""
    if not notices.is_open(tx, sheet.project_id, visit.today):
        return _closed(visit, sheet)
    second = notices.approvers(tx, sheet)
    if not second:
        return [visit.answer("notice.no_approver", [open_choice(sheet)], sheet=sheet)]
    if not taken(tx, visit, sheet, BY_NAME["submit"]):
        return too_late(tx, visit, sheet)
    for chat in second:
        _ask_to_approve(tx, visit, sheet, chat)
    names = list(dict.fromkeys(chat.name for chat in second))
    return [visit.answer("notice.submitted", menu_choices(visit, visit.known.role), sheet=sheet, names=names)]


def _closed(visit: Visit, sheet: Sheet) -> Replies:
    """Nothing more goes to the households of a project that was closed meanwhile."""
    return [visit.answer("notice.project_closed", [open_choice(sheet)], sheet=sheet)]


def _ask_to_approve(tx: Tx, visit: Visit, sheet: Sheet, chat: OfficialChat) -> None:
    text = visit.desk.say(
        "notice.to_approve", chat.as_role, sheet=sheet, kind=kind_name(visit.desk, sheet.kind), at=visit.clock
    )
    button = Choice(label=visit.say("notice.look.open"), data=f"w|open|{sheet.notice_id}")
    tell(tx, visit, chat, text, (button,))


def tell(tx: Tx, visit: Visit, chat: OfficialChat, text: Words, choices: tuple[Choice, ...]) -> None:
    """A message to somebody who writes or approves notices."""
    message = Outbound(address=chat.address, text=text, choices=choices, lane=Lane.NOTICE)
    visit.send(tx, message)
    offer(tx, message, chat.account)


def _approve(tx: Tx, visit: Visit, sheet: Sheet, seen: int, send_from: int) -> Replies:
    """It goes out: its households are written down now and told from a moment on, in portions."""
    if not notices.is_open(tx, sheet.project_id, visit.today):
        return _closed(visit, sheet)
    step = BY_NAME["approve"]
    if not allowed(visit, sheet, step, seen) or not taken(tx, visit, sheet, step):
        return too_late(tx, visit, sheet)
    total = sendings.issue(tx, sheet, _scope_of(sheet), send_from, visit.now, visit.desk.ids.new)
    later = calendar.local(send_from) if send_from > visit.now else None
    soon = send_from - visit.now <= visit.desk.ward.undo
    cancel = (_cancel_choice(tx, visit, sheet),) if later else ()
    for chat in notices.author_chats(tx, sheet.notice_id):
        if chat.person_id != visit.known.person_id:
            text = visit.desk.say("notice.approved_told", Role.OFFICER, sheet=sheet, since=later, at=visit.clock)
            tell(tx, visit, chat, text, (*cancel, open_choice(sheet)))
    choices = [*cancel, open_choice(sheet), visit.desk.command_choice("sogiaonhan")]
    return [visit.answer("notice.approved", choices, sheet=sheet, total=total, since=later, soon=soon, at=visit.clock)]


def _cancel_choice(tx: Tx, visit: Visit, sheet: Sheet) -> Choice:
    """Take it back before it goes: tied to the notice as it is after its approval."""
    now = notices.sheet(tx, sheet.notice_id, visit.known.scope)
    assert now is not None
    return step_choice(visit, now, "cancel")


def _cancel(tx: Tx, visit: Visit, sheet: Sheet) -> Replies:
    """The approval is taken back before anybody was told: the notice waits to be approved, as before."""
    if not can_be_taken_back(visit, sheet) or not sendings.take_back(tx, sheet):
        return [visit.answer("notice.too_late_to_cancel", [progress_choice(visit.desk, sheet, "see")], sheet=sheet)]
    if not taken(tx, visit, sheet, BY_NAME["cancel"]):
        return too_late(tx, visit, sheet)
    for chat in notices.author_chats(tx, sheet.notice_id):
        if chat.person_id != visit.known.person_id:
            text = visit.desk.say("notice.cancelled_told", Role.OFFICER, sheet=sheet, who=visit.known.name)
            tell(tx, visit, chat, text, (open_choice(sheet),))
    return [visit.answer("notice.cancelled", [open_choice(sheet)], sheet=sheet)]


def _scope_of(sheet: Sheet) -> str:
    """A notice is for the households of its project's ward, whoever approves it."""
    return sheet.unit_id


def give_back(tx: Tx, visit: Visit, sheet: Sheet, reason: str) -> Replies:
    """A notice returned to its author, who hears why."""
    if not taken(tx, visit, sheet, BY_NAME["return"], reason):
        return too_late(tx, visit, sheet)
    told = notices.author_chats(tx, sheet.notice_id)
    for chat in told:
        text = visit.desk.say("notice.returned_told", Role.OFFICER, sheet=sheet, reason=reason, who=visit.known.name)
        tell(tx, visit, chat, text, (open_choice(sheet),))
    return [visit.answer("notice.returned", menu_choices(visit, visit.known.role), sheet=sheet, told=bool(told))]


def withdraw(tx: Tx, visit: Visit, sheet: Sheet, reason: str) -> Replies:
    """A notice taken back: what has not left stays here, and who has it is told."""
    if not taken(tx, visit, sheet, BY_NAME["withdraw"], reason):
        return too_late(tx, visit, sheet)
    told = sendings.withdraw(tx, sheet.notice_id, _sends_at(visit), visit.now)
    again = replace(sheet, state=State.WITHDRAWN)
    return [visit.answer("notice.withdrawn", [open_choice(again)], sheet=sheet, told=told)]


SUBJECT = Subject(
    name="notice_cards",
    commands=(
        Command(
            name="duyettb",
            words=("duyet thong bao", "thong bao cho duyet", "thong bao cho", "cho duyet"),
            roles=APPROVERS,
            run=show_waiting,
        ),
    ),
    buttons={"w": pressed},
)
