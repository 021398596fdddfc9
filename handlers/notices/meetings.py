"""Meetings with households: invited, answered until they begin, moved or cancelled, reminded of, counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from bot.core import calendar
from bot.core.form import Answers, Form, Json, Option, Question
from bot.core.job import Chore, Due, Job, in_portions
from bot.core.message import Choice, Lane, Outbound
from bot.core.people import Role
from bot.core.questions import about, appointment, choice, text
from handlers.dialogue.conversation import offer
from handlers.dialogue.visit import Desk, Visit
from handlers.house.menu import menu_choices
from handlers.notices.meeting_homes import (
    aimed,
    answer_choices,
    answered,
    each,
    invitation,
    local_now,
    meant,
    moment_words,
    names_of,
    noted,
    why_not,
)
from handlers.subject import Command, Dialogue, Given, Opening, Replies, Subject
from storage import jobs, meetings, notices, reminders
from storage.database import Tx
from storage.meetings import Invited, InvitedChat, Meeting, Saying, Telling
from storage.outbox import Parcel

OFFICERS = frozenset({Role.OFFICER})
RESIDENTS = frozenset({Role.RESIDENT})
SHOWN = ("come", "away", "send", "none")
PAGE = 8
PORTION = 25
"""How many people are told in one transaction: the turns that wait get theirs in between."""
MOST_NAMES = 40
"""How many households a list names; a meeting of more has its names on paper."""
JOB = "meeting_reminder"
USEFUL_FOR = timedelta(hours=10)
LOOK_AHEAD = timedelta(days=14)
"""No row of days off is longer: a meeting after it is reminded of before it."""


# -- inviting -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingLook:
    """Whom an officer can invite, and the local moment."""

    audiences: Sequence[Option]
    now: str
    reach: Counter[str] = field(default_factory=Counter)  # households of the chosen audience by channel; "" is nobody


def look(tx: Tx, visit: Visit, given: Given) -> MeetingLook:
    """The projects and groups of the officer's scope."""
    scope = visit.known.scope
    projects = [Option(f"p:{one.code}", one.name) for one in notices.project_sizes(tx, scope, visit.today)]
    groups = [
        Option(f"g:{name}", visit.say("invite_meeting.whole_group", name=name), (name.lower(),))
        for name in meetings.groups_in(tx, scope)
    ]
    kind, _, code = str(given.get("audience", {}).get("value") or "").partition(":")
    reach = meetings.reach(tx, scope, **_audience(kind, code)) if code else Counter()
    return MeetingLook(audiences=[*projects, *groups], now=local_now(visit), reach=reach)


def _audience(kind: str, code: str) -> dict[str, str]:
    """A project or a neighbourhood group, the other one ""."""
    return {"project_id": code if kind == "p" else "", "neighborhood_group": code if kind == "g" else ""}


def audience_options(_kept: Answers, look: MeetingLook) -> Sequence[Option]:
    """Projects first, then neighbourhood groups."""
    return look.audiences


def from_now_on(_kept: Answers, look: MeetingLook) -> str:
    """A meeting lies ahead."""
    return look.now


FORM = Form(
    "invite_meeting",
    (
        choice("audience", audience_options),
        text("topic", longest=200, shortest=4),
        appointment("moment", after=from_now_on),
        text("place", longest=200),
    ),
)


def preview(visit: Visit, _answers: Answers, look: MeetingLook) -> str:
    """How many households are invited, and by which way, before anything is sent."""
    ways = [(visit.say(f"common.channel.{name}"), count) for name, count in sorted(look.reach.items()) if name]
    return visit.say("invite_meeting.reach", total=look.reach.total(), reach=ways, unreachable=look.reach[""])


def invite(tx: Tx, visit: Visit, answers: Answers) -> Replies:
    """The meeting, and an invitation to each member of each household who can be reached."""
    kind, _, code = answers["audience"].partition(":")
    meeting = Meeting(
        meeting_id=visit.desk.ids.new(), unit_id=visit.known.scope, project_id=code if kind == "p" else None,
        neighborhood_group=code if kind == "g" else "", project_name="", topic=answers["topic"],
        moment=answers["moment"], place=answers["place"], version=1, cancelled="",
    )  # fmt: skip
    meetings.add_meeting(tx, meeting, visit.known.person_id, visit.draft, visit.now)
    meetings.begin_telling(tx, meeting, "invitation", visit.now)
    reach = meetings.reach(tx, visit.known.scope, **_audience(kind, code))
    saved = visit.say("invite_meeting.saved", at=visit.clock, total=reach.total(), unreachable=reach[""])
    return [visit.reply(saved, (_open(visit, meeting, 0), *menu_choices(visit, visit.known.role)))]


def teller(desk: Desk) -> Chore:
    """Tell those who are invited to a meeting, some at a time: a project of thousands keeps nobody waiting."""

    def waits(tx: Tx, _now: int) -> bool:
        return meetings.open_telling(tx) is not None

    def portion(tx: Tx, now: int) -> None:
        if telling := meetings.open_telling(tx):  # it may have been cancelled since the look
            _tell_some(tx, desk, telling, now)

    return Chore(name="meeting_tellings", waits=waits, portion=portion)


def _tell_some(tx: Tx, desk: Desk, telling: Telling, now: int) -> None:
    at = moment_words(desk, telling.moment)
    choices = () if telling.cancelled else answer_choices(desk, telling)
    for homes in meetings.tell_some(tx, telling, PORTION, now):
        text_ = desk.say(f"meeting.{telling.how}", Role.RESIDENT, meeting=telling, head_name=names_of(homes), at=at)
        chat = homes[0]
        message = Outbound(address=chat.address, text=text_, choices=choices, lane=Lane.NOTICE, household=True)
        desk.queue(tx, message, now, telling.meeting_id)
        offer(tx, message, chat.account)


# -- a form about a meeting -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class OneMeeting:
    """The meeting that a form is about, as it is now; the local moment."""

    meeting: Meeting | None
    shown: str
    now: str


def the_meeting() -> Question:
    """The meeting that a form is about, as it was when the form was opened."""

    def shown(value: Json, look: OneMeeting) -> str | None:
        meeting = look.meeting
        return f"{meeting.topic}, {look.shown}" if meeting and meeting.meeting_id == value["id"] else None

    return about("meeting", shown)


def meeting_look(tx: Tx, visit: Visit, given: Given) -> OneMeeting:
    """The meeting."""
    meeting = seen(tx, visit, given["meeting"]["value"]["id"])
    return OneMeeting(
        meeting=meeting, shown=moment_words(visit.desk, meeting.moment) if meeting else "", now=local_now(visit)
    )


def seen(tx: Tx, visit: Visit, meeting_id: str) -> Meeting | None:
    """A meeting of an officer's scope, or one to which a household of the resident is invited."""
    if visit.known.role in OFFICERS:
        return meetings.in_scope(tx, meeting_id, visit.known.scope)
    if visit.known.role in RESIDENTS:
        return meetings.invited_to(tx, meeting_id, visit.known.person_id)
    return None


DELEGATE = Form("send_delegate", (the_meeting(), text("name", longest=100, shortest=2)))


def send_delegate(tx: Tx, visit: Visit, answers: Answers) -> Replies:
    """Somebody else comes for the household."""
    aim = answers["meeting"]
    invited = meetings.invited_to(tx, aim["id"], visit.known.person_id)
    if invited is None:
        return [visit.answer("common.no_such_button")]
    if trouble := why_not(visit, invited, aim["seen"]):
        return [trouble]
    which, name = aim.get("home", ""), answers["name"]
    homes = meant(invited, which)
    for home in homes:
        meetings.add_answer(
            tx, visit.desk.ids.new(), invited, home.household_id, visit.known.person_id, "send", visit.now, name
        )
    return [noted(visit, invited, homes, "send", which, name)]


# -- moving and cancelling ----------------------------------------------------------------------


MOVE = Form("move_meeting", (the_meeting(), appointment("moment", after=from_now_on), text("place", longest=200)))
CANCEL = Form("cancel_meeting", (the_meeting(), text("reason", longest=300, shortest=4)))


def move(tx: Tx, visit: Visit, answers: Answers) -> Replies:
    """Another time or place; all are told and asked again."""
    return _change(tx, visit, answers["meeting"], "moved", moment=answers["moment"], place=answers["place"])


def cancel(tx: Tx, visit: Visit, answers: Answers) -> Replies:
    """It is not held; all are told why."""
    return _change(tx, visit, answers["meeting"], "cancelled", cancelled=answers["reason"])


def _change(
    tx: Tx, visit: Visit, aim: Json, how: str, *, moment: str = "", place: str = "", cancelled: str = ""
) -> Replies:
    before = meetings.in_scope(tx, aim["id"], visit.known.scope)
    if before is None:
        return [visit.answer("common.no_such_button")]
    if trouble := _not_changeable(tx, visit, before, aim["seen"]):
        return trouble
    new = (moment or before.moment, place or before.place, cancelled)
    meetings.change(tx, before, *new, visit.known.person_id, visit.now)
    after = meetings.in_scope(tx, aim["id"], visit.known.scope)
    assert after is not None
    meetings.begin_telling(tx, after, how, visit.now)
    where = "cancel_meeting.saved" if cancelled else "move_meeting.saved"
    return [visit.answer(where, [_open(visit, after, 0)], at=visit.clock)]


def _not_changeable(tx: Tx, visit: Visit, meeting: Meeting, seen_version: int) -> Replies:
    """Why an officer can't change a meeting: it is past, or somebody else changed it meanwhile."""
    if meeting.moment <= local_now(visit):
        return [visit.answer("meeting.too_late")]
    if meeting.cancelled or meeting.version != seen_version:
        return [visit.answer("meeting.changed_before"), card(tx, visit, meeting)]
    return []


# -- lists, the card, names ---------------------------------------------------------------------


def show_list(tx: Tx, visit: Visit) -> Replies:
    """The coming meetings: of an officer's scope, or those to which a resident's household is invited."""
    officer = visit.known.role in OFFICERS
    coming = (
        meetings.coming_in(tx, visit.known.scope, local_now(visit), PAGE)
        if officer
        else meetings.invitations_of(tx, visit.known.person_id, local_now(visit), PAGE)
    )
    to_invite = [visit.desk.command_choice("moihop")] if officer else []
    if not coming:
        return [visit.answer("meeting.none", (*to_invite, *menu_choices(visit, visit.known.role)))]
    lines = [{"meeting": one, "at": moment_words(visit.desk, one.moment)} for one in coming]
    choices = [_open(visit, one, number) for number, one in enumerate(coming, 1)]
    return [visit.answer("meeting.list", [*choices, *to_invite], lines=lines)]


def _open(visit: Visit, meeting: Meeting, number: int) -> Choice:
    return Choice(label=visit.say("meeting.see", number=number or ""), data=f"mt|open|{meeting.meeting_id}")


def pressed(tx: Tx, visit: Visit, parts: Sequence[str]) -> Replies | Opening:
    """A button of a meeting. One to which nobody invited this person and one that does not exist look the same."""
    meeting = seen(tx, visit, parts[1]) if len(parts) in (2, 3, 4) else None
    if meeting is None:
        return [visit.answer("common.no_such_button")]
    match parts:
        case ["open", _]:
            return [invitation(visit, meeting) if isinstance(meeting, Invited) else card(tx, visit, meeting)]
        case ["each", _] if isinstance(meeting, Invited):
            return [each(visit, meeting)]
        case ["home", _, which] if isinstance(meeting, Invited):
            return [invitation(visit, meeting, which)]
        case [("come" | "away" | "send") as answer, _, version, *which] if isinstance(meeting, Invited):
            return answered(tx, visit, meeting, answer, _count(version), *which)
        case ["names", _, which] if which in SHOWN and visit.known.role in OFFICERS:
            return [_names(tx, visit, meeting, which)]
        case [("move" | "cancel") as how, _, version] if visit.known.role in OFFICERS:
            if trouble := _not_changeable(tx, visit, meeting, _count(version)):
                return trouble
            return Opening(form=f"{how}_meeting", given=aimed(meeting))
    return [visit.answer("common.no_such_button")]


def _count(words: str) -> int:
    """The version that a button was made for; 0, which no meeting has, of what is none."""
    return int(words) if words.isascii() and words.isdigit() and len(words) < 9 else 0


def card(tx: Tx, visit: Visit, meeting: Meeting) -> Outbound:
    """The counts, and what an officer can do."""
    some = meetings.sayings(tx, meeting)
    groups = dict.fromkeys(one.neighborhood_group for one in some)
    text_ = visit.say(
        "meeting.card", meeting=meeting, at=moment_words(visit.desk, meeting.moment), total=len(some),
        counts=_counts(some),
        groups=[(name, _counts([one for one in some if one.neighborhood_group == name])) for name in groups],
    )  # fmt: skip
    names = [
        Choice(label=visit.say(f"meeting.names.{which}"), data=f"mt|names|{meeting.meeting_id}|{which}")
        for which in SHOWN
    ]
    acts = [
        Choice(label=visit.say(f"meeting.{how}"), data=f"mt|{how}|{meeting.meeting_id}|{meeting.version}")
        for how in ("move", "cancel")
        if not meeting.cancelled and meeting.moment > local_now(visit)
    ]
    return visit.reply(text_, [*names, *acts, visit.desk.command_choice("hop")])


def _counts(some: Sequence[Saying]) -> dict[str, int]:
    counted = Counter(one.answer or "none" for one in some)
    return {"total": len(some), **{which: counted[which] for which in SHOWN}}


def _names(tx: Tx, visit: Visit, meeting: Meeting, which: str) -> Outbound:
    some = [one for one in meetings.sayings(tx, meeting) if (one.answer or "none") == which]
    back = [Choice(label=visit.say("meeting.see", number=""), data=f"mt|open|{meeting.meeting_id}")]
    if not some:
        return visit.answer("meeting.nobody", back)
    title, more = visit.say(f"meeting.names.{which}"), len(some) - MOST_NAMES
    return visit.answer_of_household(
        "meeting.named", back, title=title, meeting=meeting, some=some[:MOST_NAMES], more=max(0, more)
    )  # fmt: skip


# -- the reminder -------------------------------------------------------------------------------


def reminded_on(held: date) -> date:
    """The day before, or the last one before it on which people may be written to: no Sunday, no holiday."""
    day = held - timedelta(days=1)
    while not calendar.is_open_day(day):
        day -= timedelta(days=1)
    return day


def reminder(desk: Desk) -> Job:
    """Each household that comes or has not answered hears of its meeting once more; some people of one are a part."""
    return Job(
        name=JOB,
        at=lambda day: desk.ward.reminder_at if calendar.is_open_day(day) else None,
        run=lambda tx, due: _remind_some(tx, desk, due),
        useful_for=USEFUL_FOR,
        parts=whom_to_remind,
    )


def whom_to_remind(tx: Tx, due: Due) -> list[str]:
    """A meeting and some of its people, as often as it takes."""
    first, last = due.day + timedelta(days=1), due.day + LOOK_AHEAD
    return [
        f"{meeting.meeting_id} {some}"
        for meeting in meetings.between(tx, first.isoformat(), last.isoformat())
        if _is_reminded_of(meeting, due)
        for some in in_portions(meetings.people_of(tx, meeting.meeting_id), PORTION)
    ]


def _is_reminded_of(meeting: Meeting, due: Due) -> bool:
    return reminded_on(datetime.fromisoformat(meeting.moment).date()) == due.day


def _remind_some(tx: Tx, desk: Desk, due: Due) -> None:
    meeting_id, *people = due.part.split()
    meeting = meetings.coming(tx, meeting_id)
    if meeting is None or not _is_reminded_of(meeting, due):  # cancelled, or moved to another day, since the look
        return
    for person_id in people:
        homes = [one for one in meetings.chats_of(tx, meeting_id, person_id) if one.answer != "away"]
        if homes and reminders.wish_of(tx, person_id).wants("meeting"):
            _remind(tx, desk, due, meeting, homes)


def _remind(tx: Tx, desk: Desk, due: Due, meeting: Meeting, homes: Sequence[InvitedChat]) -> None:
    """One person, for all their households that come or have not answered."""
    chat = homes[0]
    if not jobs.claim_run(tx, JOB, due.slot, f"{meeting.meeting_id}:{chat.person_id}", due.now):
        return
    text_ = desk.say(
        "meeting.reminder", Role.RESIDENT, meeting=meeting, head_name=names_of(homes),
        answered=all(home.answer for home in homes), at=moment_words(desk, meeting.moment), late=desk.late_label(due),
    )  # fmt: skip
    message = Outbound(
        address=chat.address, text=text_, choices=answer_choices(desk, meeting), lane=Lane.REMINDER, household=True
    )
    desk.queue_for(tx, message, due, JOB, whose=f"{meeting.meeting_id}:{meeting.version}:{chat.person_id}")
    offer(tx, message, chat.account)


def renewed(desk: Desk, tx: Tx, parcel: Parcel, now: int) -> Outbound | int | None:
    """A reminder that is about to leave: not of a meeting that was moved or cancelled, nor to who will not come."""
    _, slot, meeting_id, version, person_id = (parcel.about or "").split(":")
    day = date.fromisoformat(slot)
    ahead = meetings.between(tx, (day + timedelta(days=1)).isoformat(), (day + LOOK_AHEAD).isoformat())
    meeting = next((one for one in ahead if one.meeting_id == meeting_id and one.version == int(version)), None)
    if meeting is None or not reminders.wish_of(tx, person_id).wants("meeting"):
        return None
    homes = [one for one in meetings.chats_of(tx, meeting_id, person_id) if one.answer != "away"]
    if not homes:
        return None
    polite = calendar.next_polite(now)
    return polite if polite > now else parcel.message


Finish = Callable[[Tx, Visit, Answers], Replies]


def _about_one(form: Form, finish: Finish, roles: frozenset[Role], *, reviewed: bool = True) -> Subject:
    dialogue = Dialogue(
        form=form, look=meeting_look, looks_at=("meeting",), finish=finish, roles=roles, reviewed=reviewed
    )
    return Subject(name=form.name, dialogue=dialogue)


SUBJECTS = (
    Subject(
        name="meetings",
        dialogue=Dialogue(form=FORM, look=look, looks_at=("audience",), finish=invite, preview=preview, roles=OFFICERS),
        commands=(
            Command(name="hop", words=("hop", "hop dan", "cuoc hop"), roles=OFFICERS | RESIDENTS, run=show_list),
            Command(name="moihop", words=("moi hop",), roles=OFFICERS, opens="invite_meeting"),
        ),
        buttons={"mt": pressed},
        renews={JOB: renewed},
        jobs=lambda desk: (reminder(desk),),
        chores=lambda desk: (teller(desk),),
    ),
    _about_one(DELEGATE, send_delegate, RESIDENTS, reviewed=False),
    _about_one(MOVE, move, OFFICERS),
    _about_one(CANCEL, cancel, OFFICERS),
)
