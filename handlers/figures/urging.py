"""Urging: one tap of a leader, one polite reminder to each unit that owes something, once a day, and on record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.core import calendar
from bot.core.message import Choice, Lane, Outbound
from bot.core.people import Role
from bot.core.texts import capital
from bot.reports.daily import named
from handlers.dialogue.conversation import offer
from handlers.dialogue.visit import Desk, Visit
from handlers.figures.figures_text import names_said
from handlers.people.standing_in import Charge, who_gets
from handlers.reminding.reminders import Debt, debts_of, owed_list, to_do
from handlers.subject import Replies, Subject
from storage import campaign, statistics, urges
from storage.campaign import Campaign
from storage.database import Tx
from storage.outbox import Parcel
from storage.statistics import Report, Standing

MOST_URGED = 100
"""More units than these are urged ward by ward: it must stay one person's decision about units that they know."""
MOST_NAMED = 12
ABOUT = "urge"
"""What an urging is about, with the day and the unit."""


def urge_choice(desk: Desk, unit_id: str) -> Choice:
    """The button that urges all who are late in a unit."""
    return Choice(label=desk.say("urging.button"), data=f"ug|{unit_id}")


def is_anybody_late(report: Report) -> bool:
    """Whether any unit owes a model or a session."""
    figured = report.figured
    return bool(figured.without_model or figured.obliged_without_model or figured.without_session)


@dataclass(frozen=True, slots=True, kw_only=True)
class Laggard:
    """A unit that owes something, and who hears of it today: those who answer for it, or whoever stands in."""

    unit: Standing
    debts: list[Debt]
    charges: list[Charge]


def urge(tx: Tx, visit: Visit, parts: Sequence[str]) -> Replies:
    """Remind each laggard of a unit, unless somebody did so today."""
    unit = statistics.unit_within(tx, parts[0], visit.known.scope) if len(parts) == 1 else None
    current = campaign.campaign_of(tx, unit.code, visit.today) if unit else None
    if unit is None or visit.known.role is not Role.LEADER:
        return [visit.answer("common.no_such_button")]
    late = statistics.seen(tx, statistics.laggards, unit.code, visit.today)
    if len(late) > MOST_URGED or (current is None and late):
        return [visit.answer("urging.too_many", count=len(late))]
    laggards = [
        Laggard(unit=one, debts=debts_of(tx, one.code, visit.today), charges=who_gets(tx, one.code, visit.today))
        for one in late
    ]
    found = [laggard for laggard in laggards if laggard.debts]
    assert current is not None or not found
    fresh = [laggard for laggard in found if laggard.charges and current and _remind(tx, visit, laggard, current)]
    return [visit.reply(_told(tx, visit, found, fresh))]


def _remind(tx: Tx, visit: Visit, laggard: Laggard, current: Campaign) -> bool:
    """Write to all who answer for a unit; False, and nothing sent, when somebody urged it today."""
    day, unit_id = visit.today.isoformat(), laggard.unit.code
    if not urges.claim(tx, day, unit_id, visit.known.person_id, visit.now, len(laggard.charges)):
        return False
    listed = owed_list(visit.desk, laggard.debts, current, visit.today)
    for charge in laggard.charges:
        text = visit.desk.say(
            "urging.message",
            Role.SECRETARY,
            by=_by(visit),
            unit=laggard.unit,
            count=len(laggard.debts),
            list=listed,
            charge=charge,
        )
        message = Outbound(
            address=charge.address, text=text, choices=to_do(visit.desk, laggard.debts), lane=Lane.REMINDER
        )
        visit.send(tx, message, about=f"{ABOUT}:{day}:{unit_id}", not_before=calendar.next_polite(visit.now))
        offer(tx, message, charge.account)
    return True


def renewed(_desk: Desk, tx: Tx, parcel: Parcel, _now: int) -> Outbound | None:
    """An urging that is about to leave, over lunch or the night: not to a unit that has done it all meanwhile."""
    _, day, unit_id = (parcel.about or "").split(":")
    return parcel.message if debts_of(tx, unit_id, date.fromisoformat(day)) else None


def _by(visit: Visit) -> str:
    return capital(visit.desk.title(visit.known.role, visit.known.active.unit_name))


def _told(tx: Tx, visit: Visit, found: Sequence[Laggard], fresh: Sequence[Laggard]) -> str:
    """Who was urged now, who had been today already, and who can only be telephoned."""
    before = [laggard for laggard in found if laggard.charges and laggard not in fresh]
    earlier = urges.of(tx, visit.today.isoformat(), before[0].unit.code) if before else None
    later = calendar.next_polite(visit.now)
    return visit.say(
        "urging.done",
        at=visit.clock,
        later=visit.moment_of(later) if later > visit.now else "",
        fresh=_names(visit.desk, fresh),
        before=_names(visit.desk, before),
        earlier=earlier,
        earlier_at=visit.moment_of(earlier.at) if earlier else "",
        own=earlier is not None and earlier.person_id == visit.known.person_id,
        unreachable=_names(visit.desk, [laggard for laggard in found if not laggard.charges]),
    )


def _names(desk: Desk, laggards: Sequence[Laggard]) -> str:
    return names_said(desk, named(tuple(laggard.unit.name for laggard in laggards), MOST_NAMED))


SUBJECT = Subject(name="urging", buttons={"ug": urge}, renews={ABOUT: renewed})
