"""Whatever goes wrong for good, no path asks more than once a second: polling, registering, sending, renewing keys.

Time is counted, never measured: the loops' pauses are added up, and the way out runs on a clock that is moved.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.channels.base import Channel, DeliveryFailed, Limits, Trouble
from bot.channels.telegram import TelegramChannel
from bot.channels.wire import Timeouts, Wire
from bot.channels.zalo_bot import ZaloBotChannel
from bot.core.ids import Ids
from bot.core.message import Address, Lane, Outbound
from bot.runtime.drawing import Studio
from bot.runtime.outbox import Outbox
from storage import health
from storage import outbox as parcels
from storage.database import Database
from tests.channels.broken import free_port
from tests.channels.calls import HOOK
from tests.channels.telegram_kit import Inbox, Pauses, listening, until
from tests.channels.zalo_kit import Drawer, oa_at, tokens_at
from tests.clock import FrozenClock
from tests.fakes.telegram import TOKEN, FakeTelegram
from tests.fakes.zalo import as_json
from tests.fakes.zalo_bot import TOKEN as ZALO_TOKEN
from tests.fakes.zalo_bot import FakeZaloBot
from tests.fakes.zalo_oa import FakeZaloOa

SECOND = 1000
PATIENT = Timeouts(connect=5, read=5)
FOR_EVER = 10**9
PERSISTENT = ("401", "404", "409", "429", "refused", "500")
CHATS = 40

Settings = dict[str, Any]


# Loops -------------------------------------------------------------------------------------------


@asynccontextmanager
async def telegram(trouble: str, **settings: Any) -> AsyncIterator[tuple[TelegramChannel, Callable[[str], int]]]:
    """A channel whose Telegram answers like this for ever, and how often a method was called."""
    async with FakeTelegram(unlimited=True, any_chat=True) as fake:
        base = f"http://127.0.0.1:{free_port()}" if trouble == "refused" else fake.base_url
        if trouble != "refused":
            fake.fault("429_bare" if trouble == "429" else trouble, times=FOR_EVER)
        channel = TelegramChannel(token=TOKEN, base_url=base, timeouts=PATIENT, poll_seconds=0, **settings)
        yield channel, lambda method: fake.ledger.count(method.lower())
        await channel.close()


@asynccontextmanager
async def zalo_bot(trouble: str, **settings: Any) -> AsyncIterator[tuple[ZaloBotChannel, Callable[[str], int]]]:
    """The same for the Bot Platform."""
    async with FakeZaloBot() as fake:
        base = f"http://127.0.0.1:{free_port()}" if trouble == "refused" else fake.base_url
        if trouble != "refused":
            fake.refuse(int(trouble), "Quota exceeded" if trouble == "429" else "", times=FOR_EVER)
        channel = ZaloBotChannel(token=ZALO_TOKEN, base_url=base, timeouts=PATIENT, poll_seconds=0, **settings)
        yield channel, fake.ledger.count
        await channel.close()


AT: Mapping[str, Any] = {"telegram": telegram, "zalo_bot": zalo_bot}
LOOPS: Mapping[str, tuple[Settings, str]] = {
    "polling": ({}, "getUpdates"),
    "registering": ({"mode": "webhook", "webhook_secret": "TEST-secret", "webhook_url": HOOK}, "setWebhook"),
}


@pytest.mark.parametrize("trouble", PERSISTENT)
@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize("name", AT)
async def test_a_loop_asks_at_most_once_a_second(name: str, loop: str, trouble: str) -> None:
    settings, method = LOOPS[loop]
    pauses = Pauses()
    async with AT[name](trouble, pause=pauses, **settings) as (channel, count), listening(channel, Inbox()):
        await until(lambda: len(pauses.seconds) >= 8, seconds=30)
        assert count(method) <= 1 + len(pauses.seconds), "a pause stands between any two calls"
        assert channel.complaint
    assert min(pauses.seconds) >= 1
    assert max(pauses.seconds) >= 20, "and they become longer"


# The way out -------------------------------------------------------------------------------------


class Way:
    """An outbox before a channel, on a clock that is moved by tenths of a second."""

    def __init__(self, database: Database, channel: Channel) -> None:
        self.database = database
        self.clock = FrozenClock(1_600_000_000_000)
        self.ids = Ids(self.clock)
        self.outbox = Outbox(
            database=database,
            channel=channel,
            now=self.clock,
            ids=self.ids,
            draw=Studio({}).draw,
            say=lambda where, **_: where,
        )
        self.channel = channel

    async def put(self, chats: int, lane: Lane = Lane.NOTICE) -> None:
        for number in range(chats):
            message = Outbound(address=Address(channel=self.channel.name, chat=str(number + 1)), text="x", lane=lane)
            await self.database.write(
                lambda tx, message=message: parcels.put(tx, self.ids.new(), message, self.clock())  # type: ignore[misc]
            )

    async def calls_by_second(self, seconds: int, count: Callable[[], int]) -> Counter[int]:
        """How many calls were made in each second."""
        found: Counter[int] = Counter()
        before = count()
        for tenth in range(seconds * 10):
            await self.outbox.deliver_waiting()
            found[tenth // 10] += count() - before
            before = count()
            self.clock.move_to(self.clock() + SECOND // 10)
        return found


@asynccontextmanager
async def way(path: Path, channel: Channel) -> AsyncIterator[Way]:
    database = await Database.open(path / "a.db")
    yield Way(database, channel)
    await database.close()


@pytest.mark.parametrize("chats", [1, CHATS])
@pytest.mark.parametrize("trouble", PERSISTENT)
@pytest.mark.parametrize("name", AT)
async def test_sending_tries_at_most_once_a_second(tmp_path: Path, name: str, trouble: str, chats: int) -> None:
    """After the first failures, which were in the air together."""
    async with AT[name](trouble, limits=Limits(at_once=8)) as (channel, _), way(tmp_path, channel) as out:
        sends = _counted(channel)
        await out.put(chats)
        found = await out.calls_by_second(120, lambda: len(sends))
        silent = await out.database.read(health.silent_since, out.clock())
    assert found[0] <= 8 + 1
    assert max(found[second] for second in range(1, 120)) <= 1, found
    assert 2 <= sum(found.values()) <= 60, "it is tried, and ever more rarely"
    if chats > 1:
        assert [one.channel for one in silent] == [name], "administrators are told"


def _counted(channel: Any) -> list[str]:
    """The sends of a channel, noted as they are made."""
    sends: list[str] = []
    original = channel.send

    async def noted(message: Outbound, content: bytes = b"", link: str = "") -> str:
        sends.append(message.address.chat)
        return str(await original(message, content, link))

    channel.send = noted
    return sends


async def test_what_passes_again_passes_at_full_speed(tmp_path: Path) -> None:
    async with FakeTelegram(unlimited=True, any_chat=True) as fake:
        channel = TelegramChannel(token=TOKEN, base_url=fake.base_url, limits=Limits(at_once=8))
        async with way(tmp_path, channel) as out:
            fake.fault("500", times=FOR_EVER)
            await out.put(CHATS)
            await out.calls_by_second(3, lambda: 0)
            fake.faults.clear()
            await out.calls_by_second(120, lambda: 0)
            assert len(fake.ledger.messages) == CHATS
            assert out.outbox._hands() == 8
            assert await out.database.read(health.silent_since, out.clock()) == []
        await channel.close()


async def test_two_messages_that_nobody_can_deliver_hold_nobody_else(tmp_path: Path) -> None:
    async with FakeTelegram(unlimited=True, any_chat=True) as fake:
        channel = TelegramChannel(token=TOKEN, base_url=fake.base_url)
        async with way(tmp_path, channel) as out:
            for chat in (1, 2):
                fake.fault("500", chat=chat, times=FOR_EVER)
            await out.put(2)
            await out.calls_by_second(60, lambda: 0)
            await out.put(5, Lane.REPLY)
            await out.calls_by_second(1, lambda: 0)
            assert {message.chat for message in fake.ledger.messages} == {3, 4, 5}
        await channel.close()


# Keys --------------------------------------------------------------------------------------------


async def _consent_lost(_self: FakeZaloOa, _request: object) -> object:
    return as_json({"error": -14014, "error_name": "Invalid refresh token"})


async def _busy(_self: FakeZaloOa, _request: object) -> object:
    answer = as_json({"error": -32})
    answer.set_status(429)
    return answer


ANSWERS: Mapping[str, Callable[..., Awaitable[object]]] = {"consent lost": _consent_lost, "429": _busy}


@pytest.mark.parametrize("trouble", ["refused", "502", *ANSWERS])
async def test_keys_are_asked_for_at_most_once_a_second(trouble: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    clock = [0]
    async with FakeZaloOa() as fake:
        wire = Wire(timeouts=PATIENT, at_once=4)
        tokens = tokens_at(fake, Drawer(), wire)
        monkeypatch.setattr(tokens, "_now", lambda: clock[0])
        monkeypatch.setattr(wire, "post", _noted(wire.post, asked, clock))
        if trouble == "refused":
            monkeypatch.setattr(tokens, "_url", f"http://127.0.0.1:{free_port()}/v4/oa/access_token")
        elif trouble in ANSWERS:
            monkeypatch.setattr(FakeZaloOa, "_oauth", ANSWERS[trouble])
        else:
            fake.fault(trouble, "access_token", times=FOR_EVER)
        for tenth in range(1200):
            clock[0] = tenth * SECOND // 10
            with pytest.raises(DeliveryFailed) as failed:
                await tokens.access()
            assert failed.value.trouble in (Trouble.CHANNEL_DOWN, Trouble.MISCONFIGURED)
        await wire.close()
    assert max(Counter(at // SECOND for at in asked).values()) == 1
    assert 2 <= len(asked) <= 10, asked


def _noted(post: Callable[..., Awaitable[object]], asked: list[int], clock: Sequence[int]) -> Callable[..., object]:
    async def noted(*args: Any, **options: Any) -> object:
        asked.append(clock[0])
        return await post(*args, **options)

    return noted


async def test_a_token_that_is_never_taken_is_no_reason_to_renew_without_end(tmp_path: Path) -> None:
    async with FakeZaloOa() as fake:
        channel = oa_at(fake)
        for number in range(CHATS):
            person = fake.person(number + 1)
            fake.say(person, "x")
        fake.refuse(-216, "Access token is invalid", "cs", times=FOR_EVER)
        async with way(tmp_path, channel) as out:
            for person in fake.people.values():
                message = Outbound(address=Address(channel="zalo_oa", chat=person.id), text="x")
                await out.database.write(
                    lambda tx, message=message: parcels.put(tx, out.ids.new(), message, out.clock())  # type: ignore[misc]
                )
            found = await out.calls_by_second(300, lambda: fake.renewals)
        await channel.close()
    assert max(found[second] for second in range(1, 300)) <= 1
    assert sum(found.values()) <= 8, "one a minute, with the channel's own pause"
