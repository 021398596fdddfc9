"""What a resident's households answer to an invitation: all of them in one tap, or each by itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.core import calendar
from bot.core.form import Json
from bot.core.message import Choice, Outbound
from bot.core.texts import Words
from handlers.dialogue.visit import Desk, Visit
from handlers.subject import Given, Opening, Replies
from storage import meetings
from storage.database import Tx
from storage.meetings import Home, Invited, InvitedChat, Meeting

ANSWERS = ("come", "away", "send")
ALL = "*"
"""Where a button means all of somebody's households, whatever they said before."""


def local_now(visit: Visit) -> str:
    """The local moment, ISO."""
    return f"{calendar.local(visit.now):%Y-%m-%dT%H:%M}"


def moment_words(desk: Desk, moment: str) -> Words:
    """The hour, the weekday and the day of a meeting."""
    day = date.fromisoformat(moment[:10])
    return desk.say("meeting.moment", hour=moment[11:16], weekday=desk.say(f"common.weekday.{day.weekday()}"), day=day)


def answer_choices(desk: Desk, meeting: Meeting, which: str = "") -> tuple[Choice, ...]:
    """The three answers, to the meeting as it is now; `which` household, or whatever is meant."""
    whose = f"|{which}" if which else ""
    return tuple(
        Choice(label=desk.say(f"meeting.{one}"), data=f"mt|{one}|{meeting.meeting_id}|{meeting.version}{whose}")
        for one in ANSWERS
    )


def names_of(homes: Sequence[Home | InvitedChat]) -> str:
    """The households by name, as a sentence takes them."""
    return ", ".join(home.head_name for home in homes)


def why_not(visit: Visit, meeting: Meeting, seen: int) -> Outbound | None:
    """Why a meeting can't be answered, or not as it was seen."""
    if meeting.cancelled:
        return visit.answer("meeting.is_cancelled", meeting=meeting)
    if meeting.moment <= local_now(visit):
        return visit.answer("meeting.too_late")
    if meeting.version != seen:
        at = moment_words(visit.desk, meeting.moment)
        return visit.answer("meeting.other_time", answer_choices(visit.desk, meeting), meeting=meeting, at=at)
    return None


def invitation(visit: Visit, invited: Invited, which: str = "") -> Outbound:
    """The invitation once more, to all the person's households or to one of them."""
    homes = meant(invited, which)
    if not homes:
        return visit.answer("common.no_such_button")
    choices = [*answer_choices(visit.desk, invited, which), *_apart(visit, invited, which)]
    at = moment_words(visit.desk, invited.moment)
    trouble = why_not(visit, invited, invited.version)
    return trouble or visit.answer_of_household(
        "meeting.invitation", choices, meeting=invited, at=at, head_name=names_of(homes)
    )


def meant(invited: Invited, which: str) -> list[Home]:
    """The households that a button means: one, or all."""
    return [home for home in invited.homes if which in ("", ALL, home.household_id)]


def _apart(visit: Visit, invited: Invited, which: str = "") -> list[Choice]:
    """The way to answer for each household by itself, where there are several."""
    if which not in ("", ALL) or len(invited.homes) < 2:
        return []
    return [Choice(label=visit.say("meeting.each"), data=f"mt|each|{invited.meeting_id}")]


def each(visit: Visit, invited: Invited) -> Outbound:
    """The person's households, with what each says now, to be answered for one by one."""
    lines = [(home, visit.say(f"meeting.{home.answer}") if home.answer else "") for home in invited.homes]
    choices = [
        Choice(label=home.head_name, data=f"mt|home|{invited.meeting_id}|{home.household_id}") for home in invited.homes
    ]
    return visit.answer_of_household("meeting.homes", choices, meeting=invited, lines=lines)


def answered(tx: Tx, visit: Visit, invited: Invited, answer: str, seen: int, which: str = "") -> Replies | Opening:
    """Households say whether they come; the last answer before the meeting begins counts."""
    homes = meant(invited, which)
    if not homes:
        return [visit.answer("common.no_such_button")]
    if trouble := why_not(visit, invited, seen):
        return [trouble]
    if not which and len({home.answer for home in homes}) > 1:
        return [_for_whom(visit, invited, answer)]
    if answer == "send":
        return Opening(form="send_delegate", given=aimed(invited, which))
    for home in homes:
        meetings.add_answer(
            tx, visit.desk.ids.new(), invited, home.household_id, visit.known.person_id, answer, visit.now
        )
    return [noted(visit, invited, homes, answer, which)]


def _for_whom(visit: Visit, invited: Invited, answer: str) -> Outbound:
    """They said different things: for which of them is this?"""
    data = f"mt|{answer}|{invited.meeting_id}|{invited.version}"
    some = [Choice(label=home.head_name, data=f"{data}|{home.household_id}") for home in invited.homes]
    every = Choice(label=visit.say("meeting.every_home", count=len(invited.homes)), data=f"{data}|{ALL}")
    return visit.answer_of_household(
        "meeting.for_whom", [every, *some], meeting=invited, answer=visit.say(f"meeting.{answer}")
    )


def noted(
    visit: Visit, invited: Invited, homes: Sequence[Home], answer: str, which: str, delegate: str = ""
) -> Outbound:
    """What was written down, and how it can still be changed."""
    at = moment_words(visit.desk, invited.moment)
    choices = [one for one in answer_choices(visit.desk, invited, which) if one.data.split("|")[1] != answer]
    return visit.answer_of_household(
        f"meeting.{answer}_now", [*choices, *_apart(visit, invited, which)], meeting=invited, at=at, clock=visit.clock,
        delegate=delegate, homes=names_of(homes) if len(invited.homes) > 1 else "", count=len(homes),
    )  # fmt: skip


def aimed(meeting: Meeting, which: str = "") -> Given:
    """A form about a meeting as it is seen now; `which` household, for a resident."""
    value: dict[str, Json] = {"id": meeting.meeting_id, "seen": meeting.version}
    return {"meeting": {"value": {**value, "home": which} if which else value, "raw": ""}}
