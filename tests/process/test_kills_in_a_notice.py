"""kill -9 while a notice goes out in portions: each household is queued once and told at least once.

SEED=… repeats a run; it is printed.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from contextlib import suppress
from pathlib import Path

from handlers.notices.notice_sending import PORTION
from storage import ledger
from tests.process.product import Product, prepare
from tests.process.test_kills import CHIEFS, OFFICER, SEED
from tests.process.town import Diary, Somebody
from tests.process.truth import Tally, check_after_kill, check_deliveries, check_received, check_whole
from tests.process.wards import DEMO_HOMES, FIRST_CHAT, add_homes
from tests.process.watched import WatchedTelegram

HOMES = 4 * PORTION + 54  # with those of the demo, who have no chat: four portions and a half
ALL = HOMES + DEMO_HOMES
KILLS_IN_A_NOTICE = 8


def queued(product: Product) -> int:
    """How many households of the notice have had their portion."""
    return int(product.value("SELECT COUNT(queued_at) FROM notice_recipients"))


def check_portions(product: Product) -> int:
    """Whole portions only, each household of them with one message, the others with none; how many are queued."""
    written = product.value("SELECT COUNT(*) FROM notice_recipients")
    assert written in (0, ALL)
    done = queued(product)
    assert done == ALL or done % PORTION == 0
    messages = Counter(row["about"] for row in product.rows("SELECT about FROM outbox WHERE about IS NOT NULL"))
    for row in product.rows("SELECT recipient_id, household_id, queued_at FROM notice_recipients"):
        wanted = int(row["queued_at"] is not None and row["household_id"].startswith("B"))
        assert messages[row["recipient_id"]] == wanted, row
    return done


async def test_kills_while_a_notice_goes_out(tmp_path: Path) -> None:
    chance, tally, diary = random.Random(SEED), Tally(), Diary(homes=ALL)
    print(f"\nSEED={SEED}")
    async with WatchedTelegram(unlimited=True) as fake:
        for number in range(HOMES):
            fake.person(FIRST_CHAT + number, f"Người {number}")
        officer, leader = (Somebody(fake, 800 + n, one, diary, chance) for n, one in enumerate((OFFICER, CHIEFS[0])))
        product = Product(folder=tmp_path, base_url=fake.base_url, token=fake.token)
        prepare(product.path, [OFFICER, CHIEFS[0]])
        add_homes(product.path, HOMES)
        async with product:
            await product.start()
            await officer.join()
            await leader.join()
            content = await officer.submit_notice()
            approving = asyncio.create_task(leader.approve_notice())
            halves = await _kill_in_portions(product, fake, chance, tally)
            await product.start()
            assert await approving
            await product.until_nothing_waits()
            assert (await product.stop()).code == 0
        check_whole(product)
        check_received(product, fake, tally)
        check_deliveries(product, fake, tally)
        assert check_portions(product) == ALL
        assert [chat for chat in _chats() if not _told(fake, chat, content)] == []
        with product.opened() as connection:
            figures = ledger.figures(connection, product.value("SELECT notice_id FROM notices WHERE draft IS NOT NULL"))
        assert (figures.households, figures.sent) == (ALL, HOMES)
        assert halves, "no kill came between two portions"
    print(f"a notice to {ALL} households: queued at the kills {halves}; {tally}")


async def _kill_in_portions(product: Product, fake: WatchedTelegram, chance: random.Random, tally: Tally) -> list[int]:
    """Kill it soon after a portion was written, and in its recovery; how many were queued when some were not."""
    halves = []
    for number in range(KILLS_IN_A_NOTICE):
        if number:
            await product.start(ready=False)
            await product.until_it_has_the_file()
        before = queued(product)
        with suppress(TimeoutError):
            await product.until("SELECT COUNT(queued_at) > ? FROM notice_recipients", before, seconds=15)
        await asyncio.sleep(chance.uniform(0, 0.03))
        await product.kill()
        check_after_kill(product, fake, tally)
        done = check_portions(product)
        halves += [done] if 0 < done < ALL else []
    tally.kills = product.kills
    return halves


def _chats() -> range:
    return range(FIRST_CHAT, FIRST_CHAT + HOMES)


def _told(fake: WatchedTelegram, chat: int, content: str) -> bool:
    return any(content in message.text for message in fake.person(chat).messages)
