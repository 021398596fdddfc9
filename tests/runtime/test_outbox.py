"""Delivered in order, by lane, and by each error's own word; a summary never twice."""

from __future__ import annotations

import asyncio
from bisect import bisect_left
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.channels.base import DeliveryFailed, Limits, Pace, Trouble
from bot.channels.capabilities import WEB
from bot.core.ids import Ids
from bot.core.message import Address, Attachment, Lane, Outbound
from bot.runtime.drawing import Studio
from bot.runtime.outbox import GIVE_UP_AFTER, Outbox
from bot.runtime.pace import Bucket, Chats, Gate, Patience
from storage import outbox as parcels
from storage import people
from storage.database import Database, Tx
from storage.outbox import Parcel
from tests.clock import FrozenClock
from tests.runtime.platform import Platform
from tests.runtime.swift import SwiftLoop, swift

SECOND = 1000
RECIPES = {"echo": lambda data: str(data["words"]).encode(), "broken": lambda data: b"" + data["no such"]}


class Post:
    """An outbox over a platform that fails when told to."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.clock = FrozenClock(1_600_000_000_000)
        self.ids = Ids(self.clock)
        self.platform = Platform()

    async def open(self) -> Post:
        self.database = await Database.open(self.path)
        self.outbox = Outbox(
            database=self.database,
            channel=self.platform,
            now=self.clock,
            ids=self.ids,
            draw=Studio(RECIPES).draw,
            say=lambda where, **values: f"{where} {sorted(values)}",
            on_doubt=self.on_doubt,
            chance=lambda: 1.0,
        )
        return self

    @staticmethod
    def on_doubt(_tx: Tx, parcel: Parcel) -> list[Outbound]:
        return [Outbound(address=Address(channel=parcel.channel, chat=parcel.chat), text="in doubt")]

    async def put(self, chat: str, text: str, lane: Lane = Lane.REPLY, supersedes: str = "", recipe: str = "") -> None:
        attachment = Attachment(recipe=recipe, data={"words": text}, name="a.txt", mime="text/plain")
        message = Outbound(
            address=Address(channel="platform", chat=chat),
            text=text,
            lane=lane,
            supersedes=supersedes,
            attachment=attachment if recipe else None,
        )
        await self.database.write(lambda tx: parcels.put(tx, self.ids.new(), message, self.clock()))

    async def states(self) -> list[tuple[object, object]]:
        rows = await self.database.read(
            lambda tx: tx.execute("SELECT state, why FROM outbox ORDER BY message_id").fetchall()
        )
        return [(row["state"], row["why"]) for row in rows]

    async def later(self, seconds: float) -> None:
        self.clock.move_to(self.clock() + round(seconds * SECOND))
        await self.outbox.deliver_waiting()

    @property
    def said(self) -> list[str]:
        return [text for _, text in self.platform.delivered]


@pytest.fixture
async def post(tmp_path: Path) -> AsyncIterator[Post]:
    opened = await Post(tmp_path / "a.db").open()
    yield opened
    await opened.database.close()


async def test_order_holds_within_chat_and_lane(post: Post) -> None:
    for number in range(20):
        await post.put("an", str(number))
    await post.outbox.deliver_waiting()
    assert post.said == [str(number) for number in range(20)]


async def test_a_retry_holds_only_its_own_chat_and_lane(post: Post) -> None:
    post.platform.fail("an", DeliveryFailed(Trouble.RETRY_LATER, "server_error"))
    await post.put("an", "1")
    await post.put("an", "2")
    await post.put("an", "notice", Lane.NOTICE)
    await post.put("binh", "3")
    await post.outbox.deliver_waiting()
    assert sorted(post.said) == ["3", "notice"]
    await post.later(1)
    assert post.said[-2:] == ["1", "2"]


async def test_replies_overtake_notices(post: Post) -> None:
    await post.put("an", "summary", Lane.SUMMARY)
    await post.put("an", "notice", Lane.NOTICE)
    await post.put("an", "reply")
    await post.outbox.deliver_waiting()
    assert [text for _, text in post.platform.attempts] == ["reply", "notice", "summary"]


async def test_a_429_holds_its_chat_for_every_lane_and_nobody_else(post: Post) -> None:
    post.platform.fail("an", DeliveryFailed(Trouble.WAIT, "too_many_requests", seconds=30))
    await post.put("an", "1")
    await post.put("an", "notice", Lane.NOTICE)
    await post.outbox.deliver_waiting()
    post.platform.attempts.clear()
    await post.put("an", "2")
    await post.put("binh", "3")
    await post.later(29)
    assert [chat for chat, _ in post.platform.attempts] == ["binh"]
    await post.later(2)
    assert post.said == ["3", "1", "notice", "2"]


async def test_a_429_for_everybody_holds_the_channel(post: Post) -> None:
    post.platform.fail("an", DeliveryFailed(Trouble.WAIT, "too_many_requests", seconds=5, everyone=True))
    await post.put("an", "1")
    await post.outbox.deliver_waiting()
    await post.put("binh", "2")
    await post.outbox.deliver_waiting()
    assert post.said == []
    await post.later(5)
    assert sorted(post.said) == ["1", "2"]


async def test_a_hold_survives_a_restart(post: Post) -> None:
    post.platform.fail("an", DeliveryFailed(Trouble.WAIT, "too_many_requests", seconds=5, everyone=True))
    await post.put("an", "1")
    await post.outbox.deliver_waiting()
    await post.database.close()
    await post.open()
    await post.outbox.deliver_waiting()
    assert post.said == []


@pytest.mark.parametrize("lane", list(Lane))
async def test_a_send_in_doubt_is_repeated_or_not_by_the_promise_of_its_lane(post: Post, lane: Lane) -> None:
    post.platform.fail("an", DeliveryFailed(Trouble.IN_DOUBT, "read_timeout"))
    await post.put("an", "x", lane)
    await post.outbox.deliver_waiting()
    await post.later(600)
    if lane.at_most_once:
        assert post.said == ["in doubt"]
        assert (await post.states())[0] == ("in_doubt", "read_timeout")
    else:
        assert post.said == ["x"]


@pytest.mark.parametrize("lane", list(Lane))
async def test_what_was_being_sent_at_a_crash_keeps_the_promise_of_its_lane(post: Post, lane: Lane) -> None:
    await post.put("an", "x", lane)
    await post.database.write(parcels.claim, "platform", post.clock(), 10)  # and then the power goes
    await post.database.close()
    await post.open()
    await post.outbox.recover()
    await post.outbox.deliver_waiting()
    assert post.said == (["in doubt"] if lane.at_most_once else ["x"])


async def test_somebody_who_blocked_us_is_not_written_to_again(post: Post) -> None:
    await post.database.write(know, "an")
    post.platform.fail("an", DeliveryFailed(Trouble.UNREACHABLE, "blocked"))
    await post.put("an", "1")
    await post.outbox.deliver_waiting()
    person = await post.database.read(people.person_of, "platform", "an")
    assert person is not None
    assert person.unreachable == "blocked"
    assert await post.states() == [("failed", "blocked")]


def know(tx: Tx, chat: str) -> None:
    people.add_person(tx, "P", "An", 1)
    people.add_account(tx, Address(channel="platform", chat=chat), chat, "P", 1)


async def test_a_refused_message_is_not_repeated_and_holds_nobody(post: Post) -> None:
    post.platform.fail("an", DeliveryFailed(Trouble.REFUSED, "bad_request"))
    await post.put("an", "1")
    await post.put("an", "2")
    await post.outbox.deliver_waiting()
    assert post.said == ["2"]


async def test_a_moved_chat_is_followed(post: Post) -> None:
    post.platform.fail("old", DeliveryFailed(Trouble.MOVED, "migrated", chat="new"))
    await post.put("old", "1")
    await post.put("old", "2")
    await post.outbox.deliver_waiting()
    await post.outbox.deliver_waiting()
    assert post.platform.delivered == [("new", "1"), ("new", "2")]


async def test_a_channel_that_is_down_is_tried_ever_more_rarely(post: Post) -> None:
    post.platform.fail("an", *(DeliveryFailed(Trouble.CHANNEL_DOWN, "refused") for _ in range(5)))
    await post.put("an", "1")
    waits = []
    for _ in range(5):
        await post.outbox.deliver_waiting()
        due = await post.database.read(parcels.next_due, "platform", post.clock())
        assert due is not None
        waits.append((due - post.clock()) / SECOND)
        post.clock.move_to(due)
    await post.outbox.deliver_waiting()
    assert waits == [1, 2, 4, 8, 16]
    assert post.said == ["1"]


async def test_what_was_in_the_air_together_fails_once(post: Post) -> None:
    """Ten sends that meet the same dead server are one failure: after a second one of them tries again."""
    for number in range(10):
        post.platform.fail(f"p{number}", DeliveryFailed(Trouble.CHANNEL_DOWN, "refused"))
        await post.put(f"p{number}", "x")
    await post.outbox.deliver_waiting()
    assert len(post.platform.attempts) == 10
    due = await post.database.read(parcels.next_due, "platform", post.clock())
    assert due == post.clock() + SECOND
    await post.later(1)
    assert len(post.said) == 10


async def test_a_reply_of_yesterday_is_given_up_but_never_a_notice(post: Post) -> None:
    for chat, lane in (("an", Lane.REPLY), ("binh", Lane.NOTICE)):
        post.platform.fail(chat, *(DeliveryFailed(Trouble.RETRY_LATER, "server_error") for _ in range(2)))
        await post.put(chat, chat, lane)
    await post.outbox.deliver_waiting()
    await post.later(GIVE_UP_AFTER / SECOND + 1)
    assert await post.states() == [("failed", "given_up"), ("queued", "server_error")]
    await post.later(3600)
    assert post.said == ["binh"]


async def test_the_loop_keeps_the_pace_that_the_platform_allows(post: Post) -> None:
    post.platform.limits = Limits(per_second=200, burst=5)
    await post.database.close()
    await post.open()
    for number in range(60):
        await post.put(f"p{number}", str(number))
    running = asyncio.create_task(post.outbox.run())
    async with asyncio.timeout(5):  # a loop that waits a whole second for each burst would need eleven
        await post.platform.has_delivered(60)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_a_channel_that_breaks_is_in_doubt_and_holds_nobody_else(post: Post) -> None:
    original = post.platform.send

    async def broken(message: Outbound, content: bytes, link: str) -> str:
        if message.address.chat == "an" and not post.platform.attempts:
            post.platform.attempts.append(("an", "broken"))
            raise KeyError
        return await original(message, content, link)

    post.platform.send = broken  # type: ignore[method-assign]
    await post.put("an", "1")
    await post.put("binh", "2")
    await post.outbox.deliver_waiting()
    assert (await post.states())[0] == ("queued", "unexpected_KeyError")
    await post.later(2)
    assert sorted(post.said) == ["1", "2"]


async def test_a_long_message_goes_on_at_the_part_that_failed(post: Post) -> None:
    post.platform.can = replace(WEB, text=6)
    await post.put("an", "one. two. three.")
    await post.put("an", "next")
    original = post.platform.send

    async def fail_second(message: Outbound, content: bytes, link: str) -> str:
        if message.text == "two." and ("an", "two.") not in post.platform.attempts:
            post.platform.attempts.append(("an", "two."))
            raise DeliveryFailed(Trouble.RETRY_LATER, "server_error")
        return await original(message, content, link)

    post.platform.send = fail_second  # type: ignore[method-assign]
    await post.outbox.deliver_waiting()
    assert post.said == ["one."]
    await post.later(1)
    assert post.said == ["one.", "two.", "three.", "next"]


async def test_an_unsent_count_is_replaced_by_the_newer_one(post: Post) -> None:
    for number in range(10):
        await post.put("an", f"{number} photos", supersedes="album")
    await post.outbox.deliver_waiting()
    assert post.said == ["9 photos"]


async def test_the_loop_delivers_what_comes_and_can_be_stopped(post: Post) -> None:
    running = asyncio.create_task(post.outbox.run())
    for number in range(100):
        await post.put(f"p{number}", str(number))
        post.outbox.wake()
    async with asyncio.timeout(10):
        await post.platform.has_delivered(100)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await post.outbox.drain()
    assert sorted(post.said, key=int) == [str(number) for number in range(100)]


def test_a_bucket_keeps_the_pace() -> None:
    moment = [0.0]
    bucket = Bucket(25, 5, lambda: moment[0])
    sent: list[int] = []
    for tick in range(1000):
        moment[0] = tick / 100
        free = 0 if 300 < tick < 400 else bucket.available(64)  # after a pause there is a burst
        bucket.take(free)
        sent.append(free)
    assert max(sum(sent[first : first + 100]) for first in range(901)) == 25, "in any one second"
    assert 0.95 * 25 <= sum(sent[500:]) / 5 <= 25


def test_a_full_second_says_how_long_it_is_full() -> None:
    moment = [0.0]
    bucket = Bucket(2, 2, lambda: moment[0])
    while moment[0] < 10:
        if not bucket.available(1):
            moment[0] += (waited := bucket.seconds_to_next())
            assert waited > 0
            assert bucket.available(1) == 1
        bucket.take(1)


def test_what_was_held_up_leaves_no_faster_than_the_rest() -> None:
    left: list[float] = []

    async def held_up(gate: Gate, seconds: float) -> None:
        await asyncio.sleep(seconds)
        await gate.leave()
        left.append(swift().time())

    async def everybody() -> None:
        gate = Gate(25, swift().time)
        await asyncio.gather(*(held_up(gate, 2 - number / 100) for number in range(100)))  # all wait, the first longest

    with asyncio.Runner(loop_factory=SwiftLoop) as runner:
        runner.run(everybody())
    assert max(bisect_left(left, at + 1) - place for place, at in enumerate(left)) == 25
    assert left[-1] - left[0] < 5


def test_a_bucket_without_a_rate_never_runs_dry() -> None:
    assert Bucket(0, 0).available(1000) == 1000
    assert Limits().per_second == 0


async def test_the_loop_can_be_stopped_at_the_moment_it_is_woken(post: Post) -> None:
    running = asyncio.create_task(post.outbox.run())
    await asyncio.sleep(0.1)
    post.outbox.wake()
    running.cancel()
    done, _ = await asyncio.wait([running], timeout=2)
    assert done


async def test_what_goes_with_a_message_is_drawn_at_delivery(post: Post) -> None:
    await post.put("an", "Figures of the day", recipe="echo")
    body = await post.database.read(lambda tx: tx.execute("SELECT body FROM outbox").fetchone()["body"])
    assert "echo" in body
    await post.outbox.deliver_waiting()
    assert (post.said, post.platform.contents) == (["Figures of the day"], [b"Figures of the day"])


async def test_it_is_drawn_again_when_the_send_is_repeated(post: Post) -> None:
    post.platform.fail("an", DeliveryFailed(Trouble.RETRY_LATER, "busy"))
    await post.put("an", "again", recipe="echo")
    await post.outbox.deliver_waiting()
    await post.later(10)
    assert post.platform.contents == [b"again", b"again"]


@pytest.mark.parametrize("recipe", ["broken", "unknown"])
async def test_where_a_recipe_fails_the_words_arrive_all_the_same(post: Post, recipe: str) -> None:
    await post.put("an", "with a file", recipe=recipe)
    await post.put("an", "without")
    await post.outbox.deliver_waiting()
    await post.outbox.deliver_waiting()
    assert post.said == ["with a file\ndelivery.file_failed ['name']", "without"]


def test_a_program_that_is_started_again_and_again_never_bursts() -> None:
    sent = 0
    for _ in range(100):
        bucket = Bucket(25, 5, lambda: 0.0)
        sent += bucket.available(64)
    assert sent == 100


def one_a_second(_chat: str) -> Pace:
    return Pace(messages=3, seconds=3)


def test_a_chat_may_be_a_little_ahead_of_its_pace() -> None:
    moment = [0.0]
    chats = Chats(Limits(pace=one_a_second), lambda: moment[0])
    assert [chats.sent("an") for _ in range(3)] == [0, 0, 3]
    assert chats.sent("binh") == 0
    moment[0] = 3
    assert chats.sent("an") == 0


def test_quiet_chats_are_forgotten() -> None:
    moment = [0.0]
    chats = Chats(Limits(pace=one_a_second), lambda: moment[0])
    for number in range(10_001):
        chats.sent(str(number))
    moment[0] = 10
    chats.sent("late")
    assert len(chats._lately) == 1


async def test_a_chat_at_its_pace_waits_and_nobody_else(post: Post) -> None:
    post.platform.limits = Limits(pace=one_a_second)
    await post.database.close()
    await post.open()
    for number in range(5):
        await post.put("an", str(number))
    await post.put("binh", "x")
    await post.outbox.deliver_waiting()
    assert sorted(post.said) == ["0", "1", "2", "x"]
    await post.later(2.9)
    assert len(post.said) == 4
    await post.database.close()
    await post.open()  # the pause is on disk
    await post.outbox.deliver_waiting()
    assert len(post.said) == 4
    await post.later(0.2)
    assert post.said[4:] == ["3", "4"]


async def test_near_the_end_of_a_months_messages_only_replies_go(post: Post) -> None:
    post.platform.limits = Limits(monthly=20)
    await post.database.close()
    await post.open()
    for number in range(19):
        await post.put(f"p{number}", "x")
    await post.outbox.deliver_waiting()
    await post.database.close()
    await post.open()  # what was used is known after a restart
    await post.put("an", "a reply")
    await post.put("binh", "a reminder", Lane.REMINDER)
    await post.outbox.deliver_waiting()
    assert post.said[19:] == ["a reply"]
    await post.database.close()
    post.clock.move_to(post.clock() + 32 * 24 * 3600 * SECOND)
    await post.open()
    await post.outbox.deliver_waiting()
    assert post.said[20:] == ["a reminder"]


# Quiet hours, and what is of no use any more -------------------------------------------------------

NIGHT = 1_600_012_800_000 + 3 * 3600 * SECOND  # 14/09/2020 at 01:00 in Viet Nam


async def test_at_night_replies_and_notices_go_and_what_we_say_of_ourselves_waits_for_the_morning(post: Post) -> None:
    post.clock.move_to(NIGHT)
    for lane in Lane:
        await post.put(lane.name, lane.name, lane)
    await post.outbox.deliver_waiting()
    assert sorted(chat for chat, _ in post.platform.delivered) == ["NOTICE", "REPLY"]
    post.clock.move_to(NIGHT + 6 * 3600 * SECOND)
    await post.outbox.deliver_waiting()
    assert sorted(chat for chat, _ in post.platform.delivered) == ["NOTICE", "REMINDER", "REPLY", "SUMMARY"]


async def test_what_is_of_no_use_any_more_is_not_sent(post: Post) -> None:
    message = Outbound(address=Address(channel="platform", chat="a"), text="figures", lane=Lane.SUMMARY)
    for number in (1, 2):
        until = post.clock() + number * 1000 * SECOND
        await post.database.write(lambda tx, at=until: parcels.put(tx, post.ids.new(), message, 0, not_after=at))
    post.clock.move_to(post.clock() + 1500 * SECOND)
    await post.outbox.deliver_waiting()
    assert len(post.platform.delivered) == 1
    assert await post.states() == [("failed", "too_late"), ("sent", None)]


async def test_a_summary_that_fails_until_it_is_of_no_use_is_given_up(post: Post) -> None:
    message = Outbound(address=Address(channel="platform", chat="a"), text="figures", lane=Lane.SUMMARY)
    until = post.clock() + 3600 * SECOND
    await post.database.write(lambda tx: parcels.put(tx, post.ids.new(), message, 0, not_after=until))
    post.platform.fail("a", *(DeliveryFailed(Trouble.RETRY_LATER, "busy") for _ in range(100)))
    for _ in range(30):
        await post.outbox.deliver_waiting()
        post.clock.move_to(post.clock() + 300 * SECOND)
    assert await post.states() == [("failed", "too_late")]
    assert len(post.platform.attempts) <= 20


def test_what_is_never_repeated_is_written_down_here_too() -> None:
    """The tests above ask the lanes themselves; a lane that forgot its promise would take them with it."""
    assert [lane for lane in Lane if lane.at_most_once] == [Lane.REMINDER, Lane.SUMMARY]


EVERYBODY_WAITS = DeliveryFailed(Trouble.WAIT, "too_many", seconds=10_072, everyone=True)


async def test_what_was_taken_already_is_not_sent_inside_a_wait_for_everybody(post: Post) -> None:
    for chat in ("a", "b", "c"):
        await post.put(chat, f"An {chat}")
    taken = await post.outbox._claim(3)
    post.platform.fail("a", EVERYBODY_WAITS)
    for parcel in taken:
        await post.outbox._deliver_line([parcel])
    assert [chat for chat, _ in post.platform.attempts] == ["a"]
    assert post.outbox.must_wait
    await post.later(10_071)
    assert len(post.platform.attempts) == 1
    await post.later(1)
    assert post.said == ["An a", "An b", "An c"]


async def test_a_clock_that_is_set_ahead_does_not_shorten_a_wait(post: Post) -> None:
    seconds = [0.0]
    post.outbox._patience = Patience(lambda: seconds[0])
    await post.put("a", "An")
    post.platform.fail("a", DeliveryFailed(Trouble.WAIT, "too_many", seconds=10_072))
    await post.later(0)
    seconds[0] += 60
    await post.later(7_200 * 2)
    assert len(post.platform.attempts) == 1
    seconds[0] += 10_012
    await post.later(10_012)
    assert post.said == ["An"]


async def test_a_wait_for_everybody_holds_acknowledgements_over_a_restart(post: Post) -> None:
    await post.put("a", "An")
    post.platform.fail("a", EVERYBODY_WAITS)
    await post.later(0)
    await post.database.close()
    await post.open()
    await post.outbox.recover()
    assert post.outbox.must_wait
    await post.later(10_072)
    assert not post.outbox.must_wait


async def test_a_group_has_its_twenty_a_minute_over_a_restart(post: Post) -> None:
    post.platform.limits = Limits(pace=lambda _chat: Pace(messages=20, seconds=60))
    await post.database.close()
    await post.open()
    for number in range(40):
        await post.put("group", f"Tin {number}")
    for parcel in range(19):
        (taken,) = await post.outbox._claim(1)
        await post.outbox._deliver_line([taken])
        assert parcel < 20
    await post.database.close()
    await post.open()
    await post.outbox.recover()
    await post.outbox.deliver_waiting()
    assert len(post.said) == 20
    await post.later(61)
    assert len(post.said) > 20
