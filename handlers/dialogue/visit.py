"""A visit: one person's act in one turn, with what is known about it, and how to answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time

from bot.core import calendar, figures
from bot.core.ids import Ids
from bot.core.job import Due
from bot.core.message import Address, Attachment, Choice, Inbound, Outbound
from bot.core.people import Asker, Role
from bot.core.reach import Window
from bot.core.small_cells import EXACT, FEWEST
from bot.core.texts import Texts, Words, capital
from storage import audit, outbox
from storage import inbox as receipts
from storage.database import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Ward:
    """What the ward has set for itself."""

    name: str
    phone: str
    digest_at: time
    reminder_at: time
    proactive: calendar.Hours = calendar.PROACTIVE_HOURS  # when people are written to unasked; none is any time
    undo: int = 0  # milliseconds after its approval in which a notice can be taken back before anybody has it
    fewest: int = FEWEST  # households below which a count is not told to those who may not open the rows
    address: str = ""  # of its pages in a browser, without a slash at the end


POSTER = "duan-"
"""How the code of a poster begins; after it comes the project. It is no invitation."""


def no_door(_code: str) -> str:
    """No channel has a public address."""
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What every subject works with: words, identifiers, and the ward's settings."""

    texts: Texts
    ids: Ids
    ward: Ward
    abroad: frozenset[str] = frozenset()  # channels whose servers are outside Viet Nam
    door: Callable[[str], str] = no_door  # the link for somebody who has none of our chats yet, with a code
    windows: Mapping[str, Window] = field(default_factory=dict)  # channels that close to whoever is silent

    def say(self, where: str, role: Role | None = None, /, **values: object) -> Words:
        """The words at an address, to somebody in a role; None is a stranger."""
        you = self.texts.say(f"common.you.{role or Role.RESIDENT}")
        return self.texts.say(where, you=you, You=capital(you), ward=self.ward, **values)

    def title(self, role: Role, unit_name: str, *, deputy: bool = False) -> Words:
        """What somebody in a role is called: "Bí thư Chi bộ 05"."""
        if deputy:
            return self.texts.say("common.deputy", unit=unit_name)
        return self.texts.say(f"common.as.{role}", unit=unit_name)

    def fewest_for(self, role: Role) -> int:
        """From how many households on a count is told to somebody; officers may open the rows of their scope."""
        return EXACT if role is Role.OFFICER else self.ward.fewest

    def command_choice(self, command: str) -> Choice:
        """A button that gives a command."""
        return Choice(label=self.texts.say(f"menu.{command}"), data=f"c|{command}")

    def late_label(self, due: Due) -> Words | str:
        """What stands above a message that comes late; "" when it comes on time."""
        if not due.late:
            return ""
        at, planned = (figures.timed(calendar.local(instant)) for instant in (due.now, due.due_at))
        return self.texts.say("common.late", at=at, due=planned)

    def queue(self, tx: Tx, message: Outbound, now: int, about: str | None = None, *, not_before: int = 0) -> None:
        """Put a message into the outbox, within the caller's transaction; it goes out at `not_before` or later."""
        outbox.put(tx, self.ids.new(), message, now, about=about, not_before=not_before)

    def queue_for(self, tx: Tx, message: Outbound, due: Due, job: str, *, not_before: int = 0, whose: str = "") -> None:
        """Put a message of a job into the outbox, about somebody or something; it does not go out once useless."""
        about = f"{job}:{due.slot}:{whose}" if whose else f"{job}:{due.slot}"
        outbox.put(tx, self.ids.new(), message, due.now, about=about, not_before=not_before, not_after=due.not_after)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Who did something, when, and from where. `asker` is None for somebody not known here."""

    desk: Desk
    inbound: Inbound
    asker: Asker | None
    now: int  # epoch milliseconds at which the turn runs
    draft: str = ""  # the draft being finished
    put_aside: bool = False  # a form waits to be taken up again

    @property
    def address(self) -> Address:
        return self.inbound.address

    @property
    def known(self) -> Asker:
        """The asker, in subjects that strangers can't reach."""
        if self.asker is None:
            raise LookupError("this subject is for known people")
        return self.asker

    @property
    def fewest(self) -> int:
        """From how many households on a count is told to the asker."""
        return self.desk.fewest_for(self.known.role)

    @property
    def written_at(self) -> datetime:
        """The local moment at which the person wrote; relative days are read from it."""
        return calendar.local(self.inbound.at)

    @property
    def today(self) -> date:
        """The local day of the turn."""
        return calendar.local(self.now).date()

    @property
    def clock(self) -> str:
        """The local hour of the turn as it is written: 08:14."""
        return figures.timed(calendar.local(self.now))

    def moment_of(self, instant: int) -> str:
        """An earlier instant as it is written: the hour, and the day when it was not today."""
        then = calendar.local(instant)
        hour = figures.timed(then)
        return hour if then.date() == self.today else f"{hour}, {figures.dated(then.date())}"

    def say(self, where: str, /, **values: object) -> Words:
        """The words at an address, to this person."""
        return self.desk.say(where, self.asker.role if self.asker else None, **values)

    def reply(
        self,
        text: str,
        choices: Sequence[Choice] = (),
        controls: Sequence[Choice] = (),
        *,
        supersedes: str = "",
        attachment: Attachment | None = None,
    ) -> Outbound:
        """A message back to this chat."""
        return Outbound(
            address=self.address,
            text=text,
            choices=tuple(choices),
            controls=tuple(controls),
            supersedes=supersedes,
            attachment=attachment,
        )

    def answer(self, where: str, choices: Sequence[Choice] = (), **values: object) -> Outbound:
        """The words at an address as a message back to this chat."""
        return self.reply(self.say(where, **values), choices)

    def answer_of_household(self, where: str, choices: Sequence[Choice] = (), **values: object) -> Outbound:
        """The same where the words name a household: the ward may not let that pass over every platform."""
        return replace(self.answer(where, choices, **values), household=True)

    def note(self, tx: Tx, act: str, about: str) -> None:
        """Write down in the audit what this person did: to a command, a form, a thing; never in their words."""
        asker = self.known
        audit.write(
            tx, self.desk.ids.new(), now=self.now, unit_id=asker.scope, person_id=asker.person_id, role=asker.role,
            act=act, about=about, channel=self.address.channel,
        )  # fmt: skip

    def hush(self, tx: Tx) -> None:
        """Keep nothing of what was said but that something was."""
        receipts.hush(tx, self.inbound.receipt)

    def send(self, tx: Tx, message: Outbound, about: str | None = None, *, not_before: int = 0) -> None:
        """Queue a message to somebody else, to go out at `not_before` or later."""
        self.desk.queue(tx, message, self.now, about, not_before=not_before)
