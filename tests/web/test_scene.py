"""What the page shows, without a browser: chats in order, what happened underneath, the clock, the story."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import time

import pytest

from bot.core import calendar
from bot.core.message import Address, Outbound
from bot.web.mailbox import MOST_SHOWN, Mailbox, label_of
from bot.web.personas import PHONES, VISITOR
from bot.web.scene import Scene
from bot.web.story import STEPS
from bot.web.trail import Trail
from handlers.dialogue.photos import LARGEST
from storage import outbox
from storage.demo.people import demo_people
from tests.house import House


@pytest.fixture
async def scene(house: House) -> AsyncIterator[Scene]:
    """The demo over a running engine."""
    house.engine.channels["web"] = house.web
    await house.engine.start()
    made = Scene(house.engine, house.clock)
    await made.begin()
    yield made
    await asyncio.sleep(0.02)  # looks under way end before the database is closed


async def answered(scene: Scene, account: str, least: int = 2) -> None:
    """Wait until a chat has that many bubbles and the last one is ours."""
    for _ in range(200):
        history = scene.mailbox.history(account)
        if len(history) >= least and history[-1].ours:
            return
        await asyncio.sleep(0.01)
    raise AssertionError(f"{account} got no answer")


async def test_a_chat_stands_in_order_and_survives(scene: Scene, house: House) -> None:
    """Said and told in one order; a new mailbox over the same file shows the same."""
    await scene.write("cb05", "/start")
    await answered(scene, "cb05")
    first = scene.mailbox.history("cb05")
    assert [bubble.ours for bubble in first] == [False, True]
    await scene.press("cb05", first[-1].choices[0].data)
    await answered(scene, "cb05", 4)
    seen = scene.mailbox.history("cb05")
    assert label_of(seen, seen[2].pressed) == first[-1].choices[0].label
    again = Mailbox(house.engine.database, house.web.parse, house.clock, lambda _bubbles: None)
    await again.refresh()
    assert again.history("cb05") == seen


async def test_a_message_that_changed_stays_in_its_place_and_is_unread_again(scene: Scene, house: House) -> None:
    """How far something has come: one bubble, whatever was said meanwhile."""
    address = Address(channel="web", chat="cb05")
    for text in ("10 %", "gone on"):
        way = Outbound(address=address, text=text, supersedes="way", in_place=True)
        await house.engine.database.write(lambda tx, way=way: outbox.put(tx, house.ids.new(), way, house.clock()))
        house.engine.wake_delivery()
        if text == "10 %":
            await answered(scene, "cb05", 1)
            await scene.mailbox.mark_shown(scene.mailbox.history("cb05"))
            await scene.write("cb05", "/start")
            await answered(scene, "cb05", 3)
    for _ in range(200):
        history = scene.mailbox.history("cb05")
        if history[0].text == "gone on":
            break
        await asyncio.sleep(0.01)
    assert [bubble.ours for bubble in history] == [True, False, True]
    assert (history[0].text, history[0].shown) == ("gone on", False)


async def test_the_same_key_is_one_message(scene: Scene) -> None:
    """Enter pressed twice while the line is slow."""
    await scene.write("cb05", "/start", "1-2")
    await scene.write("cb05", "/start", "1-2")
    await answered(scene, "cb05")
    assert [bubble.ours for bubble in scene.mailbox.history("cb05")] == [False, True]


async def test_shown_is_delivered(scene: Scene, house: House) -> None:
    """Unread until a browser shows it; then it is written down."""
    await scene.write("cb05", "/start")
    await answered(scene, "cb05")
    assert scene.mailbox.has_unread("cb05")
    await scene.mailbox.mark_shown(scene.mailbox.history("cb05"))
    assert not scene.mailbox.has_unread("cb05")
    assert house.rows("SELECT shown_at FROM outbox WHERE chat = 'cb05'") == [{"shown_at": house.clock()}]


async def test_a_chat_is_capped(scene: Scene) -> None:
    """A phone shows the latest; the database keeps all."""
    for number in range(MOST_SHOWN):
        await scene.write("ho1", f"tin {number}")
    await answered(scene, "ho1", MOST_SHOWN)
    history = scene.mailbox.history("ho1")
    assert len(history) == MOST_SHOWN
    assert f"tin {MOST_SHOWN - 1}" in [bubble.text for bubble in history]


async def test_what_happens_underneath(scene: Scene) -> None:
    """Received, committed and sent, in this order, of whoever acted last."""
    await scene.write("canbo", "/start")
    await answered(scene, "canbo")
    steps = scene.trail.steps
    assert list(steps) == ["received", "committed", "sent"]
    assert 0 <= steps["received"].first <= steps["committed"].first <= steps["sent"].first
    assert scene.actor() == "Cán bộ"


def test_a_trail_counts() -> None:
    """The last of many sends is the one that counts."""
    ticks = iter([0.0, 0.001, 0.004, 0.009])
    trail = Trail(tick=lambda: next(ticks))
    trail.begin("canbo", 1)
    for stage in ("received", "sent", "sent"):
        trail.reach(stage)
    assert (trail.steps["sent"].count, round(trail.steps["sent"].last)) == (2, 9)


async def test_the_clock_brings_the_digest(scene: Scene) -> None:
    """At 17:00 the leader has the figures; asked again it is the next day's."""
    await scene.to_digest()
    assert scene.time.time() == time(17)
    assert "digest" in scene.story.done
    assert scene.mailbox.has_unread("lanhdao")
    day = scene.time.date()
    await scene.to_digest()
    assert (scene.time.date() - day).days == 1


async def test_the_clock_brings_a_reminder(scene: Scene) -> None:
    """It stops where somebody really is reminded, and CB22 is."""
    assert await scene.to_reminder()
    assert scene.mailbox.has_unread("cb22")
    assert not scene.moving
    before = scene.house.now()
    await scene.add_hour()
    assert scene.house.now() == before + 3600_000


async def test_a_picture_is_on_disk_before_it_is_spoken_of(scene: Scene, house: House) -> None:
    """And one that is too large is not taken."""
    assert await scene.send_photo("cb05", b"\xff\xd8\xff picture", "image/jpeg")
    assert len(list((house.folder / "uploads").iterdir())) == 1
    assert not await scene.send_photo("cb05", b"x" * (LARGEST + 1), "image/jpeg")
    await answered(scene, "cb05")
    assert scene.mailbox.history("cb05")[0].photo == 11


async def test_every_visitor_is_somebody_else(scene: Scene, house: House) -> None:
    """A fresh account each; the latest one is found again after a restart."""
    assert scene.account(VISITOR) == "khach-1"
    scene.new_visitor()
    await scene.write(scene.account(VISITOR), "/start")
    await answered(scene, "khach-2")
    again = Scene(house.engine, house.clock)
    await again.begin()
    assert again.account(VISITOR) == "khach-2"


async def test_every_key_has_its_words(scene: Scene) -> None:
    """Phones, personas and steps are named, personas as the demo's people are called, and households as invented."""
    at = calendar.local(scene.house.now()).time()
    assert all(scene.say(f"story.{step.key}", at=at) for step in STEPS)
    homes = {row["account"] for row in demo_people() if row["household_code"]}
    names = {row["account"]: row["person_name"].partition(" (")[0] for row in demo_people()}
    for phone in PHONES:
        assert scene.say(f"phone.title.{phone.key}")
        assert scene.say(f"phone.short.{phone.key}")
        for persona in phone.personas:
            assert scene.say(f"persona.{persona}.tab")
            name = scene.say(f"persona.{persona}.name")
            assert persona not in homes or name == f"{names[persona]} (hộ giả định)"
