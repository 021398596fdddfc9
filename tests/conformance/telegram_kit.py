"""Telegram for the suite: the fake server, updates as raw JSON, sends through the real transport."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar
from zlib import crc32

from bot.channels.base import Channel, Take, Trouble
from bot.channels.telegram import TelegramChannel
from tests.channels.telegram_kit import PATIENT, connect, hurry, listening, until
from tests.clock import FrozenClock
from tests.conformance.kit import Kit, Seen
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_people import MessageRecord, Person

GROUP = -100_555
FAULTS = {
    Trouble.RETRY_LATER: "500",
    Trouble.WAIT: "429",
    Trouble.UNREACHABLE: "blocked",
    Trouble.REFUSED: "too_long",
    Trouble.IN_DOUBT: "reset",
    Trouble.CHANNEL_DOWN: "403_html",
    Trouble.MISCONFIGURED: "401",
}


class TelegramKit(Kit):
    """A fake Telegram."""

    name: ClassVar[str] = "telegram"
    people: ClassVar[str] = "Telegram"
    household_data = "consented"

    async def start(self, folder: Path, clock: FrozenClock) -> None:
        self.fake = FakeTelegram(unlimited=True, clock=lambda: clock() / 1000)
        await self.fake.start()

    async def stop(self) -> None:
        await self.fake.stop()

    def connect(self) -> Channel:
        channel = connect(self.fake, webhook_secret="a-secret", household_data=self.household_data)
        hurry(channel)
        return channel

    def be_patient(self, channel: Channel) -> None:
        assert isinstance(channel, TelegramChannel)
        channel._server.wire.timeouts = PATIENT

    def account_of(self, person: str) -> str:
        return str(self.person(person).id)

    async def bring(self, channel: Channel, take: Take) -> None:
        assert isinstance(channel, TelegramChannel)
        if self.fake.pending or self.fake._extra:
            async with listening(channel, take):
                await until(lambda: not self.fake.pending and not self.fake._extra)

    def person(self, person: str) -> Person:
        """Whoever holds the phone; their chat with the bot is begun."""
        return self.fake.person(1000 + crc32(person.encode()) % 1_000_000, person)

    async def say(self, person: str, text: str) -> None:
        await self.person(person).say(text)

    async def press(self, person: str, label: str) -> None:
        await self.person(person).press(label)

    async def photo(self, person: str, content: bytes) -> None:
        await self.person(person).photo(content)

    async def document(self, person: str, content: bytes) -> None:
        await self.person(person).document(content, "scan.pdf", "application/pdf")

    async def location(self, person: str) -> None:
        await self.person(person).send({"location": {"latitude": 21.03, "longitude": 105.9}})

    async def sticker(self, person: str) -> None:
        await self.person(person).send({"sticker": {"file_id": "s", "emoji": "?"}})

    async def give_number(self, person: str, label: str, typed: str) -> None:
        await self.person(person).press(label)

    async def edit(self, person: str, text: str) -> None:
        await self.person(person).edit(text)

    async def say_in_group(self, person: str, text: str) -> None:
        await self.person(person).say(text, self.fake.group(GROUP))

    async def forge(self, person: str, data: str) -> None:
        await self.person(person).forge(data)

    async def block(self, person: str) -> None:
        await self.person(person).block()

    async def unblock(self, person: str) -> None:
        await self.person(person).unblock()

    async def repeat(self) -> None:
        last = self.fake.ledger.updates[-1].id
        assert last is not None
        self.fake.redeliver(last)

    def fail(self, trouble: Trouble, person: str) -> None:
        if trouble not in FAULTS:
            self.has_no(trouble.value)  # a private chat never moves
        self.fake.fault(FAULTS[trouble], "sendMessage", chat=int(self.account_of(person)), seconds=3)

    def screen(self, person: str) -> list[Seen]:
        return [as_seen(message) for message in self.person(person).messages]

    def leaked(self) -> bytes:
        return repr([message.payload for message in self.fake.ledger.messages]).encode()


def as_seen(message: MessageRecord) -> Seen:
    """What the screen shows of a message."""
    content = message.payload.get(message.kind, b"")
    return Seen(
        text=message.shown,
        buttons=tuple(label for row in message.buttons for label in row),
        file=message.payload.get("file_name", ""),
        content=content if isinstance(content, bytes) else b"",
        shown_as_picture=message.kind == "photo",
    )
