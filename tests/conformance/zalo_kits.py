"""Zalo for the suite: the two fake servers, events through the real clients, one as it polls, one as it is called."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import ClassVar
from zlib import crc32

from bot.channels.base import Channel, Take, Trouble
from bot.channels.zalo_bot import ZaloBotChannel
from bot.channels.zalo_oa import ZaloOaChannel
from bot.core.message import Outbound, Update
from tests.channels.telegram_kit import PATIENT, listening, until
from tests.channels.zalo_kit import HASTY, Drawer, bot_at, oa_at
from tests.clock import FrozenClock
from tests.conformance.kit import NOWHERE, Gone, Kit, Seen, typed_instead
from tests.fakes.zalo import Person, Shown
from tests.fakes.zalo_bot import FakeZaloBot
from tests.fakes.zalo_oa import FakeZaloOa

BOT_REFUSALS = {
    Trouble.RETRY_LATER: (500, "Internal"),
    Trouble.WAIT: (429, "Quota exceeded"),
    Trouble.UNREACHABLE: (400, "chat not found"),
    Trouble.REFUSED: (400, "text is too long"),
    Trouble.MISCONFIGURED: (401, "Unauthorized"),
}
OA_REFUSALS = {
    Trouble.WAIT: -32,
    Trouble.UNREACHABLE: -217,
    Trouble.REFUSED: -201,
    Trouble.MISCONFIGURED: -209,
}
BOT_SECRET = "TEST-a-secret"
LARGEST = 8 * 1024 * 1024  # bytes; Zalo's app makes pictures smaller before it sends them, and tells no size
FAULTS = {Trouble.IN_DOUBT: "reset", Trouble.CHANNEL_DOWN: "403_html", Trouble.RETRY_LATER: "502"}


def number_of(person: str) -> int:
    """The same person has the same number on every platform."""
    return 1000 + crc32(person.encode()) % 1_000_000


def patient(channel: ZaloBotChannel | ZaloOaChannel) -> None:
    """What is sent next takes long."""
    channel._wire.timeouts = PATIENT


class ZaloBotKit(Kit):
    """A fake Bot Platform."""

    name: ClassVar[str] = "zalo_bot"
    people: ClassVar[str] = "Zalo (bot)"

    async def start(self, folder: Path, clock: FrozenClock) -> None:
        self.fake = FakeZaloBot(monthly=10**6, most_people=10**6)
        self.names: dict[str, str] = {}  # a phone keeps what it was shown when we start again
        self.fake.now = clock  # type: ignore[method-assign]
        await self.fake.start()

    async def stop(self) -> None:
        await self.fake.stop()

    def connect(self) -> Channel:
        self.fake.visit = self.visit
        channel = bot_at(self.fake, timeouts=HASTY, webhook_secret=BOT_SECRET)
        send = channel.send

        async def publish(message: Outbound, content: bytes = b"", link: str = "") -> str:
            """What the phone calls the picture; and what lies at an address that no message of ours has."""
            if message.attachment:
                self.names[link] = message.attachment.name
            if link == NOWHERE:
                self.fake.published[link] = content
            return await send(message, content, link)

        channel.send = publish  # type: ignore[method-assign]
        return channel

    def person(self, person: str) -> Person:
        """Whoever holds the phone; they have written before."""
        held = self.fake.person(number_of(person), person)
        self.fake.has_written(held)
        return held

    def account_of(self, person: str) -> str:
        return self.person(person).id

    def be_patient(self, channel: Channel) -> None:
        assert isinstance(channel, ZaloBotChannel)
        patient(channel)

    async def bring(self, channel: Channel, take: Take) -> None:
        assert isinstance(channel, ZaloBotChannel)
        if waiting := self.fake.waiting:
            kept = 0

            async def count(updates: list[Update]) -> None:
                nonlocal kept
                await take(updates)
                kept += len(updates)

            async with listening(channel, count):
                await until(lambda: kept == waiting)

    async def say(self, person: str, text: str) -> None:
        self.fake.say(self.person(person), text)

    async def press(self, person: str, label: str) -> None:
        self.fake.say(self.person(person), typed_instead(self.screen(person), label))

    async def photo(self, person: str, content: bytes) -> None:
        if len(content) > LARGEST:
            raise Gone("photo")
        self.fake.photo(self.person(person), content)

    async def sticker(self, person: str) -> None:
        self.fake.sticker(self.person(person))

    async def repeat(self) -> None:
        self.fake.inject(json.loads(self.fake.ledger.events[-1]))

    def fail(self, trouble: Trouble, person: str) -> None:
        if trouble in BOT_REFUSALS:
            self.fake.refuse(*BOT_REFUSALS[trouble], "sendMessage", chat=self.account_of(person))
        elif trouble in FAULTS:
            self.fake.fault(FAULTS[trouble], "sendMessage")
        else:
            self.has_no(trouble.value)

    def screen(self, person: str) -> list[Seen]:
        return [as_seen(message, self.names) for message in self.person(person).messages]

    def leaked(self) -> bytes:
        return repr([message.payload for message in self.fake.ledger.messages]).encode()


class ZaloOaKit(Kit):
    """A fake Official Account; its events come through the webhook, signed."""

    name: ClassVar[str] = "zalo_oa"
    people: ClassVar[str] = "Zalo"

    async def start(self, folder: Path, clock: FrozenClock) -> None:
        self.fake, self.drawer = FakeZaloOa(), Drawer()
        self.fake.now = clock  # type: ignore[method-assign]
        await self.fake.start()
        self.brought = 0

    async def stop(self) -> None:
        await self.fake.stop()

    def connect(self) -> Channel:
        return oa_at(self.fake, self.drawer, timeouts=HASTY)

    def person(self, person: str) -> Person:
        """Whoever holds the phone; they wrote a while ago."""
        held = self.fake.person(number_of(person), person)
        self.fake.heard.setdefault(held.id, self.fake.now())
        return held

    def account_of(self, person: str) -> str:
        return self.person(person).id

    def be_patient(self, channel: Channel) -> None:
        assert isinstance(channel, ZaloOaChannel)
        patient(channel)

    async def bring(self, channel: Channel, take: Take) -> None:
        assert isinstance(channel, ZaloOaChannel)
        events = self.fake.ledger.events
        while self.brought < len(events):
            body = events[self.brought]
            self.brought += 1
            if b'"oa_send_' in body:  # what we sent comes back too; the channel's own tests look at that
                continue
            headers = {name.lower(): value for name, value in self.fake.signed(body).items()}
            if update := channel.webhook(headers, body):
                await take([update])

    async def say(self, person: str, text: str) -> None:
        self.fake.say(self.person(person), text)

    async def press(self, person: str, label: str) -> None:
        """A button, if the newest message that offers this has it as one; else its number."""
        held = self.person(person)
        place = next(number for number in reversed(range(len(held.messages))) if offers(held.messages[number], label))
        if label in dict(held.messages[place].buttons):
            self.fake.press(held, label)
        elif any(message.buttons for message in held.messages[place + 1 :]):  # what is numbered now are those
            raise Gone(label)
        else:
            self.fake.say(held, typed_instead(self.screen(person), label))

    async def give_number(self, person: str, label: str, typed: str) -> None:
        self.fake.press(self.person(person), label)

    async def photo(self, person: str, content: bytes) -> None:
        if len(content) > LARGEST:
            raise Gone("photo")
        self.fake.photo(self.person(person), content)

    async def sticker(self, person: str) -> None:
        self.fake.sticker(self.person(person))

    async def forge(self, person: str, data: str) -> None:
        self.fake.say(self.person(person), f"#dv:{data}")

    async def block(self, person: str) -> None:
        self.fake.follow(self.person(person), yes=False)

    async def unblock(self, person: str) -> None:
        self.fake.follow(self.person(person))

    async def repeat(self) -> None:
        self.fake.ledger.events.append(self.fake.ledger.events[-1])

    def fail(self, trouble: Trouble, person: str) -> None:
        if trouble in OA_REFUSALS:
            self.fake.refuse(OA_REFUSALS[trouble], "", "cs", chat=self.account_of(person))
        elif trouble in FAULTS:
            self.fake.fault(FAULTS[trouble], "cs")
        else:
            self.has_no(trouble.value)

    def screen(self, person: str) -> list[Seen]:
        return [as_seen(message) for message in self.person(person).messages]

    def leaked(self) -> bytes:
        return repr([message.payload for message in self.fake.ledger.messages]).encode()


def offers(message: Shown, label: str) -> bool:
    """Whether a message has this to press, or names it."""
    return label in dict(message.buttons) or label in message.text


def as_seen(message: Shown, names: Mapping[str, str] = MappingProxyType({})) -> Seen:
    """What the screen shows of a message; a picture that was fetched has the name that lay at its address."""
    return Seen(
        text=message.text,
        buttons=tuple(label for label, _ in message.buttons),
        file=message.name or names.get(str(message.payload.get("photo", "")), ""),
        content=message.content,
        shown_as_picture=message.kind == "photo",
    )
