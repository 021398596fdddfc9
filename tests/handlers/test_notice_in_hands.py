"""An officer who holds, goes on with, ends and repeats a sending at any moment, over a platform that fails as it likes.

HANDS=500 is the size by night; SEED=… repeats one.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from contextlib import closing

import pytest

from bot.channels.base import DeliveryFailed, Trouble
from bot.core.message import Address
from handlers.notices import notice_sending
from storage import people
from storage.database import Tx, open_plain, transaction
from storage.sendings import Tally
from tests.handlers.test_notice_progress import _issue_unseen, all_goes, press
from tests.house import House
from tests.runtime.platform import Platform

HOMES = int(os.environ.get("HANDS", "60"))
SEED = int(os.environ.get("SEED", "0")) or random.randrange(1, 10**6)
STEPS = 120
DEMO = 46
SECOND = 1000
TROUBLES = (
    DeliveryFailed(Trouble.RETRY_LATER, "server_error"),
    DeliveryFailed(Trouble.WAIT, "too_many", seconds=20),
    DeliveryFailed(Trouble.WAIT, "too_many", seconds=5, everyone=True),
    DeliveryFailed(Trouble.IN_DOUBT, "read_timeout"),
    DeliveryFailed(Trouble.REFUSED, "too_long"),
    DeliveryFailed(Trouble.UNREACHABLE, "blocked"),
    DeliveryFailed(Trouble.CHANNEL_DOWN, "refused"),
)


def add_homes(tx: Tx, house: House) -> None:
    """Households of the dyke road with somebody on the platform each, all invented."""
    for number in range(HOMES):
        home, person_id, chat = f"B{number:04d}", house.ids.new(), f"p{number}"
        tx.execute(
            "INSERT INTO households (household_id, unit_id, head_name, address, source)"
            " VALUES (?, 'PPL', ?, ?, 'invented')",
            (home, f"Hộ {number} (giả định)", f"Số {number} (giả định)"),
        )
        tx.execute(
            "INSERT INTO parcels (household_id, project_id, map_sheet, plot, area_m2) VALUES (?, 'DE', '90', ?, '50')",
            (home, str(number)),
        )
        people.add_person(tx, person_id, f"Người {number} (giả định)", house.clock())
        people.add_account(tx, Address(channel="platform", chat=chat), chat, person_id, house.clock())
        people.add_membership(tx, house.ids.new(), person_id, "PPL", "resident", house.clock())
        people.join_household(tx, home, person_id, house.clock())


def tally(house: House) -> Tally:
    """Each household has exactly one fate, at any moment."""
    rows = house.rows("SELECT fate, COUNT(*) AS n FROM notice_fates GROUP BY fate")
    found = Tally(**{str(row["fate"]): int(str(row["n"])) for row in rows})
    assert found.total == HOMES + DEMO
    return found


def told(house: House, platform: Platform) -> Counter[str]:
    """How often each account was told, on both channels."""
    here = Counter(chat for chat, text in platform.delivered if "TB2021-001" in text)
    with closing(open_plain(house.path)) as connection:
        rows = connection.execute(
            "SELECT o.chat FROM outbox o WHERE o.channel = 'web' AND o.state = 'sent' AND o.about IN"
            " (SELECT recipient_id FROM notice_recipients)"
        ).fetchall()
    return here + Counter(str(row["chat"]) for row in rows)


async def deliver(house: House) -> None:
    for line in house.engine.outboxes:
        await line.deliver_waiting()


@pytest.mark.timeout(120 + HOMES)
async def test_the_officer_does_as_they_like(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    print(f"\nSEED={SEED}")
    chance, platform = random.Random(SEED), Platform()
    monkeypatch.setattr(notice_sending, "PORTION", max(7, HOMES // 12))
    with closing(open_plain(house.path)) as connection, transaction(connection) as tx:
        add_homes(tx, house)
    house.others.append(platform)
    await house.restart()
    house.engine.desk.texts._sources["common.channel.platform"] = "Zalo"
    await _issue_unseen(house)
    resting = False
    for _ in range(STEPS):
        act = chance.choice(("work", "work", "deliver", "deliver", "later", "pause", "resume", "stop", "again", "see"))
        before, stood = told(house, platform), tally(house)
        if act in ("pause", "resume", "stop", "again", "see"):
            await press(house, act)
            if act in ("pause", "stop") and stood.going:
                resting = True
            elif act == "resume" or (act == "again" and not stood.going):
                resting = False
        elif act == "work":
            await house.engine.chores.work()
        elif act == "later":
            house.clock.move_to(house.clock() + chance.choice((1, 30)) * SECOND)
        else:
            if chance.random() < 0.7:
                platform.fail(f"p{chance.randrange(HOMES)}", chance.choice(TROUBLES))
            await deliver(house)
        if resting:
            assert told(house, platform) == before, f"{act}: something left a sending at rest"
        tally(house)
    platform.failures.clear()
    all_goes(house)
    for name in ("resume", "again"):
        await press(house, name)
        for _ in range(6):
            house.clock.move_to(house.clock() + 400 * SECOND)
            await house.settle()
    found, counts = tally(house), told(house, platform)
    assert found.going == 0
    assert max(counts.values()) == 1, "a household that has it got it again"
    assert found.sent == len(counts)
    print(found)
