"""A house with four platforms in front of it at once, all of which misbehave, and which dies now and then.

Everything is drawn from one seed: who is hit by what, what comes twice or late, and when the program is killed.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from contextlib import closing
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from shutil import copy
from typing import Any

import httpx

from bot.channels.base import Channel
from bot.channels.rendering import fit, plain
from bot.channels.wire import Wire
from bot.channels.zalo_oa import ZaloOaChannel
from bot.core.message import Address, Lane, outbound_from_json
from bot.engine import Engine
from bot.switchboard import DatabaseKeys
from bot.web.server import build_app
from storage import channels, links, people
from storage.database import Database, Tx, open_plain, transaction
from tests.channels.telegram_kit import connect, hurry
from tests.channels.zalo_kit import HASTY, oa_at, tokens_at
from tests.conformance.kit import Kit
from tests.conformance.telegram_kit import TelegramKit
from tests.conformance.web_kit import WebKit
from tests.conformance.zalo_kits import BOT_SECRET, ZaloBotKit, ZaloOaKit
from tests.fakes.tap import Tap
from tests.fakes.telegram import FakeTelegram
from tests.fakes.zalo import ZaloServer
from tests.fakes.zalo_oa import FIRST_REFRESH
from tests.house import PUBLIC_URL, WARD, House

KILLS = 0.15  # the share of rounds in which the program dies
AGAIN = 0.15  # of deliveries come twice, at once or much later
UNHEARD = 0.1  # of our answers to a webhook call get lost
STRUCK = 0.45  # of rounds bring a new fault, as many of those a second one


class StormyTelegram(TelegramKit):
    """Households' data may not pass; every byte that goes there is written down; updates come twice and shuffled."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance

    async def start(self, folder: Path, clock) -> None:  # type: ignore[no-untyped-def]
        self.fake = FakeTelegram(
            unlimited=True, clock=lambda: clock() / 1000, duplicate_share=AGAIN, seed=self.chance.randrange(10**6)
        )
        await self.fake.start()
        self.tap = await Tap(self.fake.port).start()

    async def stop(self) -> None:
        await self.tap.stop()
        await self.fake.stop()

    def connect(self) -> Channel:
        channel = connect(self.fake, base_url=self.tap.base_url, household_data="link")
        hurry(channel)
        return channel

    async def bring(self, channel: Channel, take) -> None:  # type: ignore[no-untyped-def]
        if self.chance.random() < AGAIN:
            self.fake.reorder()
            if self.fake.ledger.updates:
                old = self.chance.choice(self.fake.ledger.updates).id
                assert old is not None
                self.fake.redeliver(old)
        await super().bring(channel, take)


class Hooked:
    """The events of a Zalo platform that calls us: until it hears 200, and sometimes once more."""

    def __init__(self, name: str, fake: ZaloServer, chance: Random) -> None:
        self.name = name
        self.fake = fake
        self.chance = chance
        self.confirmed: set[int] = set()

    def headers(self, body: bytes) -> dict[str, str]:
        """What shows who calls."""
        signed = getattr(self.fake, "signed", None)
        return signed(body) if signed else {"X-Bot-Api-Secret-Token": BOT_SECRET}

    async def bring(self, app: httpx.AsyncClient) -> None:
        """What waits, in any order, and now and then something that came long ago."""
        events = self.fake.ledger.events
        waiting = [number for number in range(len(events)) if number not in self.confirmed]
        waiting += [number for number in self.confirmed if self.chance.random() < AGAIN / max(1, len(self.confirmed))]
        self.chance.shuffle(waiting)
        for number in waiting:
            answer = await app.post(f"/hooks/{self.name}", content=events[number], headers=self.headers(events[number]))
            if answer.status_code == 200 and self.chance.random() >= UNHEARD:
                self.confirmed.add(number)


@dataclass(slots=True)
class Tally:
    """What went wrong in the course of a run."""

    rounds: int = 0
    kills: int = 0
    cut: int = 0  # sends in the air at a kill
    consents: int = 0  # keys that a kill lost
    faults: Counter[str] = field(default_factory=Counter)
    allowed: Counter[str] = field(default_factory=Counter)  # extra copies by channel: sends that nobody could judge


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """A message of the outbox, with what became of it."""

    message_id: str
    channel: str
    chat: str
    lane: Lane
    state: str
    why: str
    instead_of: str
    texts: tuple[str, ...]


SENDING = ("sendmessage", "sendMessage", "cs")  # the calls that put something on a screen
FOR_EVER = 10**6  # a fault with more than so many times left is no weather
TELEGRAM = ("500", "502", "504", "429", "reset", "truncated", "not_json", "empty", "half_headers", "hang", "strange")
ZALO = ("502", "503", "504", "reset", "truncated", "not_json", "empty", "half_headers", "hang", "403_html")
OA_WORDS = (-32, -220, -216, -209)
BOT_WORDS = ((429, "Quota exceeded"), (500, "Internal"), (401, "Unauthorized"), (403, "internal server error"))


class Storm(House):
    """The house, its four platforms, and the weather."""

    def __init__(self, folder: Path, filled: House, seed: int) -> None:
        super().__init__(folder)
        copy(filled.path, self.path)
        self.clock, self.ids = deepcopy((filled.clock, filled.ids))
        self.dice = Random(seed)
        self.telegram, self.oa, self.bot = StormyTelegram(self.dice), ZaloOaKit(), ZaloBotKit()
        self.web_phones = WebKit()
        self.kits: dict[str, Kit] = {kit.name: kit for kit in (self.telegram, self.oa, self.bot, self.web_phones)}
        self.tally = Tally()
        self.weather = True
        self.consent = FIRST_REFRESH

    # -- the house -----------------------------------------------------------------------------

    async def begin(self, homes: dict[str, str], second: dict[str, tuple[str, str]]) -> Storm:
        """Open, with each account on its platform, and some people on a second one."""
        for name, kit in self.kits.items():
            folder = self.folder / name if kit is not self.web_phones else self.folder
            await kit.start(folder, self.clock)
        with closing(open_plain(self.path)) as connection, transaction(connection) as tx:
            self._move_in(tx, homes)
            for person, (channel, account) in second.items():
                self._also_on(tx, homes[person], person, channel, account)
        self.hooks = [
            Hooked("zalo_oa", self.oa.fake, self.dice),
            Hooked("zalo_bot", self.bot.fake, self.dice),
        ]
        await self.open()
        return self

    def _move_in(self, tx: Tx, homes: dict[str, str]) -> None:
        for person, name in homes.items():
            account = self.kits[name].account_of(person)
            tx.execute(
                "UPDATE accounts SET channel = ?, account = ?, chat = ? WHERE channel = 'web' AND account = ?",
                (name, account, account, person),
            )
            if name == "zalo_oa":
                channels.heard(tx, name, account, self.clock())

    def _also_on(self, tx: Tx, first: str, person: str, channel: str, account: str) -> None:
        known = people.person_of(tx, first, self.kits[first].account_of(person))
        assert known is not None
        chat = self.kits[channel].account_of(account)
        people.add_account(tx, Address(channel=channel, chat=chat), chat, known.person_id, self.clock() - 1)

    async def open(self) -> Storm:
        """Start the program on what is on the disk."""
        database = await Database.open(self.path)
        self.channels = [
            self.telegram.connect(),
            self._account(database),
            self.bot.connect(),
            self.web_phones.connect(),
        ]
        self.engine = Engine(
            database=database,
            channels=self.channels,
            ward=WARD,
            now=self.clock,
            ids=self.ids,
            media=self.folder / "media",
            public_url=PUBLIC_URL,
        )
        app = httpx.ASGITransport(app=build_app(self.engine, public_url=PUBLIC_URL))
        self.front = httpx.AsyncClient(transport=app, base_url=PUBLIC_URL)
        await self.engine.inbox.recover()
        for line in self.engine.outboxes:
            await line.recover()
        await self.engine.scheduler.sweep()
        return self

    def _account(self, database: Database) -> ZaloOaChannel:
        """The Official Account with its keys and its people's last words on the disk, as in the product."""

        async def last_heard(user: str) -> int | None:
            return await database.read(channels.last_heard, "zalo_oa", user)

        wire = Wire(timeouts=HASTY, at_once=8)
        tokens = tokens_at(self.oa.fake, DatabaseKeys(database), wire, self.consent)
        return oa_at(self.oa.fake, tokens=tokens, wire=wire, last_heard=last_heard)

    async def close(self) -> None:
        """The program ends in order."""
        await self.front.aclose()
        await super().close()

    async def end(self) -> None:
        """Take everything down."""
        await self.close()
        for kit in self.kits.values():
            await kit.stop()

    # -- time ----------------------------------------------------------------------------------

    async def pass_round(self) -> None:
        """Bad luck, then everything that waits goes its way as far as it can; perhaps the program dies over it."""
        self.tally.rounds += 1
        while self.weather and self.dice.random() < STRUCK:
            self._strike()
        going = asyncio.create_task(self.settle())
        if self.weather and self.dice.random() < KILLS:
            await self._kill(going)
        else:
            await going
        self.clock.move_to(self.clock() + self.dice.randrange(1000, 40_000))

    async def _kill(self, going: asyncio.Task[None]) -> None:
        """As kill -9 would: what runs is cut off, nothing is drained or written down."""
        await asyncio.sleep(self.dice.uniform(0, 0.12))
        going.cancel()
        await asyncio.gather(going, return_exceptions=True)
        await self.engine.database.read(lambda _: None)
        await self.close()
        for row in self.rows("SELECT channel FROM outbox WHERE state = 'sending'"):
            self.tally.allowed[str(row["channel"])] += 1
            self.tally.cut += 1
        self.tally.kills += 1
        self._consent_anew()
        await self.open()

    def _consent_anew(self) -> None:
        """A key that was being turned at the kill is lost: an administrator consents again, as they are told to."""
        kept = self.rows("SELECT refresh FROM channel_keys WHERE channel = 'zalo_oa'")
        if kept and kept[0]["refresh"] != self.oa.fake.refresh:
            self.tally.consents += 1
            self.consent = self.oa.fake.refresh = f"TEST-refresh-consented-{self.tally.consents}"

    async def settle(self) -> None:
        """Receive, answer, fetch and deliver, on all channels side by side."""
        await asyncio.gather(*(self._bring(channel) for channel in self.channels))
        await self.engine.inbox.answer_waiting()
        while await self.engine.fetcher.fetch_waiting() + await self.engine.chores.work():
            pass
        await asyncio.gather(*(line.deliver_waiting() for line in self.engine.outboxes))
        await asyncio.gather(*self.engine.inbox._background)

    async def _bring(self, channel: Channel) -> None:
        for hook in self.hooks:
            if hook.name == channel.name:
                await hook.bring(self.front)
                return
        await self.kits[channel.name].bring(channel, lambda updates: self.engine.take(channel, updates))

    # -- weather -------------------------------------------------------------------------------

    def _strike(self) -> None:
        """A fault for the next call of one platform."""
        match self.dice.choice(("telegram", "receiving", "zalo_oa", "words", "zalo_bot", "robot's words")):
            case "telegram":
                kind = self.dice.choice(TELEGRAM)
                chat = self.dice.choice(list(self.telegram.fake.people))
                fault = self.telegram.fake.fault(kind, "sendMessage", chat=chat, seconds=self.dice.choice((1, 30)))
                self._note("telegram", fault)
            case "receiving":
                kind = self.dice.choice(("500", "502", "409", "reset", "truncated", "not_json", "empty"))
                self.telegram.fake.fault(kind, self.dice.choice(("getUpdates", "getFile")))
                self.tally.faults[kind] += 1
            case "zalo_oa":
                self.oa.fake.fault(self.dice.choice(ZALO), "cs", seconds=1)
                self._note("zalo_oa", self.oa.fake.faults[-1])
            case "zalo_bot":
                self.bot.fake.fault(self.dice.choice(ZALO), "sendMessage", seconds=1)
                self._note("zalo_bot", self.bot.fake.faults[-1])
            case "words":
                self._refuse(self.oa.fake, self.dice.choice(OA_WORDS), "", "cs")
            case _:
                self._refuse(self.bot.fake, *self.dice.choice(BOT_WORDS), "sendMessage")

    def _refuse(self, fake: ZaloServer, code: int, words: str, method: str) -> None:
        """The platform's own words, with status 200; "internal server error" may come after the message was taken."""
        after = code == 403 and self.dice.random() < 0.5
        fake.refuse(code, words, method, after=after)
        self.tally.faults[str(code)] += 1
        self.tally.allowed["zalo_bot"] += after

    def _note(self, channel: str, fault) -> None:  # type: ignore[no-untyped-def]
        self.tally.faults[fault.kind] += 1
        self.tally.allowed[channel] += fault.accepts_first

    def clear_up(self) -> None:
        """From now on everything works, for whoever could be reached before; what did not strike excuses nothing."""
        self.weather = False
        for name, fake in (("telegram", self.telegram.fake), ("zalo_oa", self.oa.fake), ("zalo_bot", self.bot.fake)):
            unspent = [fault for fault in fake.faults if fault.times < FOR_EVER]
            self.tally.allowed[name] -= sum(fault.accepts_first for fault in unspent if fault.method in SENDING)
            fake.faults = [fault for fault in fake.faults if fault not in unspent]
        for fake in (self.oa.fake, self.bot.fake):
            unspoken = [refusal for refusal in fake.refusals if refusal.times < FOR_EVER]
            self.tally.allowed["zalo_bot"] -= sum(refusal.after for refusal in unspoken)
            fake.refusals = [refusal for refusal in fake.refusals if refusal not in unspoken]

    def shut_out(self, person: str, name: str) -> None:
        """Somebody who can't be reached on a channel, whatever happens."""
        chat = self.kits[name].account_of(person)
        match name:
            case "telegram":
                self.telegram.fake.fault("blocked", "sendMessage", chat=int(chat), times=10**9)
            case "zalo_oa":
                self.oa.fake.refuse(-213, "User has not followed OA", "cs", chat=chat, times=10**9)
            case "zalo_bot":
                self.bot.fake.refuse(400, "chat not found", "sendMessage", chat=chat, times=10**9)

    # -- the truth -----------------------------------------------------------------------------

    def screens(self) -> dict[tuple[str, str], Counter[str]]:
        """What arrived, by channel and chat, in plain words."""
        told: dict[tuple[str, str], Counter[str]] = {}
        for number, somebody in self.telegram.fake.people.items():
            told["telegram", str(number)] = Counter(message.shown.replace("**", "") for message in somebody.messages)
        for name, fake in (("zalo_oa", self.oa.fake), ("zalo_bot", self.bot.fake)):
            for account, person in fake.people.items():
                told[name, account] = Counter(message.text for message in person.messages)
        return told

    def queued(self) -> list[Queued]:
        """Every message that was ever queued, with the words in which its channel shows it."""
        rows = self.rows("SELECT o.*, l.token FROM outbox o LEFT JOIN links l ON l.message_id = o.message_id")
        return [self._as_queued(row) for row in rows]

    def _as_queued(self, row: dict[str, Any]) -> Queued:
        channel = self.engine.channels[row["channel"]]
        message = outbound_from_json(
            Address(channel=row["channel"], chat=row["chat"]), Lane(row["lane"]), json.loads(row["body"])
        )
        link = f"{PUBLIC_URL}{links.path_of(row['token'])}" if row["token"] else ""
        parts = fit(message, channel.can, self.engine.desk.say, link=link)
        texts = tuple(plain(part.text) for part in parts)
        return Queued(
            channel=row["channel"], chat=row["chat"], lane=Lane(row["lane"]), state=row["state"], why=row["why"] or "",
            instead_of=row["instead_of"] or "", texts=texts, message_id=row["message_id"],
        )  # fmt: skip
