"""A ward's year: people who report by a seeded script, a platform that fails, a house that is killed and comes back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random

from bot.channels.base import Channel, DeliveryFailed, Trouble
from bot.channels.rendering import plain
from bot.channels.web import WebChannel
from bot.core import calendar
from bot.core.ids import Ids
from bot.core.message import Address, Lane, Outbound
from bot.core.people import Role
from bot.engine import Engine
from bot.runtime.scheduler import BELIEVED_AFTER
from storage import jobs, people
from storage.database import Tx, open_plain, transaction
from tests.house import PUBLIC_URL, WARD, House
from tests.straight import open_straight

FIRST = date(2026, 2, 2)
DEADLINE = date(2026, 2, 27)
SECRETARIES = {"cb05": "CB05", "cb22": "CB22", "cb01": "CB01", "cb17": "CB17", "cb20": "CB20"}
LEADERS = {"lanhdao": "PPL", "lanhdao2": "PPL", "quan": "QLB"}
REGISTER = ("/dangky", "3", "Ngõ xóm sạch {n}", "Dọn vệ sinh hằng tuần", "cả chi bộ", "bo qua", "ca nam", "gui")
REPORT = ("/baocao", "hom nay", "1", "nha van hoa", "20 nguoi", *("bo qua",) * 6, "gui")
MINUTE = 60_000  # milliseconds
HOUR = 60 * MINUTE


EVENINGS = ("calm", "calm", "late", "next_day", "two", "back", "ahead", "kill")
"""What befalls the summary of a day; each comes once in eight days, in an order of chance."""
SUMMARY_AT = time(17)
LONG_BEFORE = time(16, 20)  # when an evening's weather begins


class Killed(BaseException):
    """The process is gone, whatever it was doing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One send as the platform saw it."""

    at: int
    message_id: str
    chat: str
    lane: Lane
    text: str  # as it was then: the records forget a message's words after a while
    arrived: bool
    known: bool  # whether the sender heard what became of it


FAULTS: tuple[DeliveryFailed, ...] = (
    DeliveryFailed(Trouble.RETRY_LATER, "busy"),
    DeliveryFailed(Trouble.WAIT, "slow_down", seconds=90),
    DeliveryFailed(Trouble.WAIT, "slow_down", seconds=40, everyone=True),
    DeliveryFailed(Trouble.IN_DOUBT, "read_timeout"),
    DeliveryFailed(Trouble.REFUSED, "too_strange"),
    DeliveryFailed(Trouble.UNREACHABLE, "blocked"),
    DeliveryFailed(Trouble.CHANNEL_DOWN, "no_route"),
    DeliveryFailed(Trouble.MISCONFIGURED, "token"),
)


class Weather(WebChannel):
    """The web channel in bad weather: it keeps the truth, and fails as the year's chance has it."""

    def __init__(self, uploads: Path, year: Year) -> None:
        super().__init__(uploads)
        self._year = year
        self.gone = False

    async def send(self, message: Outbound, content: bytes = b"", link: str = "") -> str:
        if self.gone:
            raise Killed
        year = self._year
        fault = year.fault()
        arrived = fault is None or (fault.trouble is Trouble.IN_DOUBT and year.chance.random() < 0.5)
        kill = year.chance.random() < year.kills
        if kill:
            fault, arrived = None, year.chance.random() < 0.5
        known = not kill and (fault is None or fault.trouble is not Trouble.IN_DOUBT)
        year.ledger.append(
            Attempt(
                at=year.clock(),
                message_id=self._being_sent(message),
                chat=message.address.chat,
                lane=message.lane,
                text=plain(message.text),
                arrived=arrived,
                known=known,
            )
        )
        if kill:
            self.gone = True
            raise Killed
        if fault:
            year.note(fault, message)
            raise fault
        return ""

    def _being_sent(self, message: Outbound) -> str:
        (row,) = self._year.rows(
            "SELECT message_id FROM outbox WHERE state = 'sending' AND chat = ? AND lane = ?",
            message.address.chat,
            int(message.lane),
        )
        return str(row["message_id"])


class Year(House):
    """A house over a year, driven by one chance."""

    def __init__(self, folder: Path, seed: int) -> None:
        super().__init__(folder, start=calendar.at(FIRST, time(6)))
        self.chance = Random(seed)
        self.script = Random(seed + 1)
        self.ledger: list[Attempt] = []
        self.faults = self.kills = 0.0
        self.down: list[tuple[int, int]] = []
        self.killed = 0
        self.in_the_air: set[str] = set()
        self.blocked: dict[str, int] = {}  # since when the platform says so
        self.was_blocked: list[tuple[str, int, int]] = []
        self.is_open = False
        self.ahead = 0  # how wrong the clock is, milliseconds
        self.ticking = lambda: (self.clock() - self.ahead) / 1000
        self.evenings: dict[date, str] = {}
        self.second_was_first = 0  # on how many evenings a second program was the first to look
        self._coming: list[str] = []

    def fill(self) -> Year:
        super().fill()
        with closing(open_plain(self.path)) as connection, transaction(connection) as tx:
            self._this_years_campaign(tx)
            tx.execute("DELETE FROM obligations")  # a model is a model: what the ledger is held against stays simple
            for account, unit_id in {**SECRETARIES, **LEADERS}.items():
                if people.person_of(tx, "web", account) is None:
                    self._join(tx, account, Role.LEADER if account in LEADERS else Role.SECRETARY, unit_id)
        return self

    def _this_years_campaign(self, tx: Tx) -> None:
        copied = "unit_id, 2026, title, '2026-01-05', ?, focal_body FROM campaigns WHERE year = 2021"
        tx.execute(
            "INSERT INTO campaigns (campaign_id, unit_id, year, title, opens_on, registration_deadline, focal_body)"
            f" SELECT 'DVK2026', {copied}",
            (DEADLINE.isoformat(),),
        )
        tx.execute(
            "INSERT INTO fields (campaign_id, code, name, position) SELECT 'DVK2026', code, name, position FROM fields"
        )

    def _join(self, tx: Tx, account: str, role: Role, unit_id: str) -> None:
        people.add_person(tx, account, f"{account} (giả định)", self.clock())
        people.add_account(tx, Address(channel="web", chat=account), account, account, self.clock())
        people.add_membership(tx, f"m-{account}", account, unit_id, role, self.clock())
        people.consent(tx, f"c-{account}", account, "messages", "1", "web", self.clock())

    def connect(self) -> Channel:
        self.web = self.weather = Weather(self.folder / "uploads", self)
        return self.web

    def fault(self) -> DeliveryFailed | None:
        """What happens to the next send, if anything does."""
        return self.chance.choice(FAULTS) if self.chance.random() < self.faults else None

    def note(self, fault: DeliveryFailed, message: Outbound) -> None:
        """Whoever blocked us stays so until they write again."""
        if fault.trouble is Trouble.UNREACHABLE:
            self.blocked.setdefault(message.address.chat, self.clock())

    async def comes_back(self, account: str) -> None:
        """Somebody who had blocked us writes again."""
        self.was_blocked.append((account, self.blocked.pop(account), self.clock()))
        await self.act(account, text="/menu")

    def could_not_be_reached(self, account: str, moment: int) -> bool:
        """Whether somebody had blocked us at a moment."""
        spans = [*self.was_blocked, *((name, since, self.clock()) for name, since in self.blocked.items())]
        return any(name == account and since <= moment <= until + 5 * MINUTE for name, since, until in spans)

    # -- what happens to the program ------------------------------------------------------------

    async def open(self) -> Year:
        self.is_open = True
        await super().open()
        return self

    async def alive(self, what: Callable[[], object]) -> None:
        """Do something; when the program is killed meanwhile, it is started again a little later."""
        try:
            await what()  # type: ignore[misc]
        except Killed:
            await self.die()
            self.killed += 1
            await self.rest(self.chance.choice((0, 1, 7)) * MINUTE)

    async def die(self) -> None:
        """No drain, no farewell: only the file is left."""
        self.weather.gone = True
        await asyncio.sleep(0)
        await self.engine.database.close()
        self.engine.studio.close()
        self.in_the_air |= {
            str(row["message_id"]) for row in self.rows("SELECT message_id FROM outbox WHERE state = 'sending'")
        }
        self.is_open = False

    async def rest(self, milliseconds: int) -> None:
        """The program is off for a while, then started; it may be killed while it starts."""
        self.down.append((self.clock(), self.clock() + milliseconds))
        self.clock.move_to(self.clock() + milliseconds)
        try:
            await self.open()
        except Killed:
            await self.die()
            self.killed += 1
            await self.rest(0)

    async def until(self, moment: int) -> None:
        """Time passes; minutes of waiting are looked at again when a send failed."""
        while self.clock() < moment:
            step = min(moment, self.clock() + 30 * MINUTE)
            await self.alive(lambda: self.wait_until(step))  # noqa: B023  awaited at once

    # -- the clock of the machine -----------------------------------------------------------------

    async def wrong_clock(self, by: int, minutes: int) -> None:
        """For so many minutes the clock is wrong; then it is put right, which is a jump as well."""
        begun = self.clock()
        self._set_clock(by)
        await self._minutes(minutes)
        self._set_clock(0)
        self.down.append((min(begun, begun + by), max(self.clock(), self.clock() + by)))
        await self._minutes(BELIEVED_AFTER + 1)

    def _set_clock(self, ahead: int) -> None:
        self.clock.move_to(self.clock() - self.ahead + ahead)
        self.ahead = ahead

    async def _minutes(self, count: int) -> None:
        """The sweeps of so many minutes."""
        for _ in range(count):
            await self.wait_until(self.clock() + MINUTE)

    # -- a day ------------------------------------------------------------------------------------

    async def day(self, day: date) -> None:
        """People do things, the weather changes, the program goes and comes."""
        usual = self.faults, self.kills = self.script.choice(((0.0, 0.0), (0.0, 0.0), (0.1, 0.02), (0.4, 0.1)))
        acts = [(calendar.at(day, time(6)) + self.script.randrange(15 * HOUR), self._act()) for _ in range(2)]
        acts.append((calendar.at(day, time(self.script.randrange(24), 13)), self._trouble()))
        acts.append((calendar.at(day, LONG_BEFORE), self._evening(day)))
        for at, act in sorted(acts, key=lambda pair: pair[0]):
            await self.until(at)
            await self.alive(act)
            self.faults, self.kills = usual
            self._set_clock(0)  # whoever started it again after a kill has looked at the clock
        for account in [name for name in self.blocked if self.script.random() < 0.5]:
            await self.alive(lambda: self.comes_back(account))  # noqa: B023  awaited at once

    def _evening(self, day: date) -> Callable[[], object]:
        """What happens about the hour of the summary."""
        if not self._coming:
            self._coming = self.script.sample(EVENINGS, len(EVENINGS))
        kind, due = self._coming.pop(), calendar.at(day, SUMMARY_AT)
        away = self.script.choice((HOUR, 3 * HOUR)) if kind == "late" else 16 * HOUR
        minutes = self.script.choice((3, 10, 100))
        weathers: dict[str, Callable[[], Awaitable[None]]] = {
            "late": lambda: self._away(away),
            "next_day": lambda: self._away(away),
            "two": lambda: self._two_programs(due),
            "back": lambda: self._back(due, minutes),
            "ahead": lambda: self.wrong_clock(2 * HOUR, min(minutes, 10)),
            "kill": lambda: self._kill_in_summaries(due),
        }

        async def come() -> None:
            if self.clock() < calendar.at(day, LONG_BEFORE) + 10 * MINUTE:  # it may be off since the morning
                self.evenings[day] = kind
                if kind in weathers:
                    await weathers[kind]()

        return come

    async def _away(self, milliseconds: int) -> None:
        await self.close()
        await self.rest(milliseconds)

    async def _back(self, due: int, minutes: int) -> None:
        """After the summary the clock goes back by two hours, and in a hundred minutes it comes to its hour again."""
        await self.wait_until(due + 30 * MINUTE)
        await self.wrong_clock(-2 * HOUR, minutes)

    async def _kill_in_summaries(self, due: int) -> None:
        await self.wait_until(due - MINUTE)
        self.kills = 0.5
        await self.wait_until(due)

    async def _two_programs(self, due: int) -> None:
        """A second program on the same file: both have looked what is due before either has done anything of it."""
        await self.wait_until(due - MINUTE)
        other = Engine(
            database=await open_straight(self.path),
            channels=[WebChannel(self.folder / "uploads")],
            ward=WARD,
            now=self.clock,
            ids=Ids(self.clock, Random(due)),
            media=self.folder / "media",
            ticking=self.ticking,
            public_url=PUBLIC_URL,
        )
        self.clock.move_to(due)
        second_first = list(self.evenings.values()).count("two") % 2 == 0
        self.second_was_first += second_first
        try:
            for number, one in enumerate((other, self.engine) if second_first else (self.engine, other)):
                if number:
                    with closing(open_plain(self.path)) as connection, transaction(connection) as tx:
                        jobs.set_mark(tx, jobs.LAST_SWEEP, due - MINUTE)  # as the slower one has read it
                await one.scheduler.sweep()
        finally:
            await other.stop()
        await self.settle()

    def _act(self) -> Callable[[], object]:
        account = self.script.choice(list(SECRETARIES))
        lines = self.script.choice((REGISTER, REPORT))
        shown = lines[: self.script.choice((3, len(lines), len(lines)))]  # some are left half-filled
        number = self.script.randrange(10_000)

        async def speak() -> None:
            if self.script.random() < 0.6:
                return
            if account in self.blocked:
                await self.comes_back(account)
            for line in shown:
                await self.act(account, text=line.format(n=number))

        return speak

    def _trouble(self) -> Callable[[], object]:
        kind = self.script.choice(("", "", "", "restart", "off", "off", "back", "ahead"))
        length = self.script.choice((20 * MINUTE, 3 * HOUR, 9 * HOUR, 26 * HOUR))

        async def happen() -> None:
            if kind == "restart":
                await self.restart()
            elif kind == "off":
                await self.close()
                await self.rest(length)
            elif kind in ("back", "ahead"):
                await self.wrong_clock(2 * HOUR if kind == "ahead" else -2 * HOUR, 1)

        return happen

    async def live(self, days: int) -> Year:
        """So many days, and one calm night and day after them for what still waits."""
        await self.open()
        for number in range(days):
            await self.day(FIRST + timedelta(days=number))
        self.faults = self.kills = 0.0
        await self.until(calendar.at(FIRST + timedelta(days=days), time(16)))
        return self

    def was_down(self, moment: int) -> bool:
        """Whether the program was off, or its clock wrong, at a moment."""
        return any(first <= moment <= last + 5 * MINUTE for first, last in self.down)


def hour_of(moment: int) -> time:
    """The local hour of an instant."""
    return calendar.local(moment).time()


def day_of(moment: int) -> date:
    """The local day of an instant."""
    return calendar.local(moment).date()


def instant_of(day: date, hour: time) -> int:
    """An hour of a day, epoch milliseconds."""
    return round(datetime.combine(day, hour, calendar.ZONE).timestamp() * 1000)
