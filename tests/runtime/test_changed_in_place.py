"""How something stands is one message that changes, where a platform can; a message of its own where there is none."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.channels.base import DeliveryFailed, Limits, Pace, Trouble
from bot.core.message import Address, Outbound
from storage import outbox as parcels
from tests.runtime.test_outbox import Post

KEY = "progress:1"


@pytest.fixture
async def post(tmp_path: Path) -> AsyncIterator[Post]:
    opened = await Post(tmp_path / "a.db").open()
    yield opened
    await opened.database.close()


async def tell(post: Post, text: str, *, passing: bool = True) -> None:
    message = Outbound(
        address=Address(channel="platform", chat="an"), text=text, supersedes=KEY, in_place=True, passing=passing
    )
    await post.database.write(lambda tx: parcels.put(tx, post.ids.new(), message, post.clock()))


async def go(post: Post, *texts: str) -> None:
    for text in texts:
        await tell(post, text, passing=text != "end")
        await post.outbox.deliver_waiting()


async def test_one_message_that_changes(post: Post) -> None:
    await go(post, "10", "50", "end")
    assert post.said == ["end"]
    assert await post.states() == [("sent", None), ("superseded", "in_place"), ("superseded", "in_place")]


async def test_where_nothing_can_be_changed_only_the_end_is_told(post: Post) -> None:
    post.platform.can = replace(post.platform.can, edits=False)
    await go(post, "10", "50", "end")
    assert post.said == ["end"]
    assert await post.states() == [("superseded", "passing"), ("superseded", "passing"), ("sent", None)]


async def test_a_message_that_is_gone_is_followed_by_a_new_one(post: Post) -> None:
    await go(post, "10")
    post.platform.gone.add("1")
    await go(post, "50", "end")
    assert post.said == ["10", "end"]


async def test_states_that_were_overtaken_are_never_sent(post: Post) -> None:
    await go(post, "10")
    for text in ("25", "50", "75"):
        await tell(post, text)
    await go(post, "end")
    assert [text for _, text in post.platform.attempts] == ["10", "end"]


async def test_a_change_in_doubt_is_made_again(post: Post) -> None:
    await go(post, "10")
    post.platform.fail("an", DeliveryFailed(Trouble.IN_DOUBT, "read_timeout"))
    await go(post, "end")
    assert post.said == ["10"]
    await post.later(5)
    assert post.said == ["end"]


async def test_killed_between_the_change_and_its_note(post: Post) -> None:
    await go(post, "10")
    await tell(post, "end", passing=False)
    await post.database.write(parcels.claim, "platform", post.clock(), 10)  # it is on its way when the program ends
    await post.database.close()
    await post.open()
    await post.outbox.recover()
    await post.later(1)
    assert post.said == ["end"]
    assert [state for state, _ in await post.states()] == ["sent", "superseded"]


async def test_a_change_counts_for_the_pace_of_its_chat(post: Post) -> None:
    post.platform.limits = Limits(pace=lambda _chat: Pace(messages=2, seconds=60))
    await post.database.close()
    await post.open()
    await go(post, "10", "50", "end")
    assert post.said == ["50"]
    await post.later(61)
    assert post.said == ["end"]


async def test_what_was_let_stand_is_changed_no_more(post: Post) -> None:
    await go(post, "10", "end")
    await post.database.write(parcels.let_stand, KEY)
    await go(post, "again 10", "end")
    assert post.said == ["end", "end"]


async def test_another_chat_has_its_own(post: Post) -> None:
    await go(post, "10")
    message = Outbound(address=Address(channel="platform", chat="binh"), text="hers", supersedes=KEY, in_place=True)
    await post.database.write(lambda tx: parcels.put(tx, post.ids.new(), message, post.clock()))
    await post.outbox.deliver_waiting()
    assert post.said == ["10", "hers"]
