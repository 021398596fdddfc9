"""What a denunciation said stands nowhere: not in what came in or was shown, not in a form, not in the log."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime

import pytest

from bot.core import calendar
from bot.core.message import Address, Inbound
from bot.engine import load_texts
from handlers import SUBJECTS
from handlers.dialogue.converse import Converse
from handlers.dialogue.visit import Desk
from handlers.registry import Registry
from storage import inbox as receipts
from storage.database import open_plain, transaction
from storage.inbox import Receipt
from tests.house import WARD, House

CANARY = "QUETZAL"
NIGHT = datetime(2021, 3, 25, 7, tzinfo=calendar.ZONE)
QUIETLY = ("2", "gui")
ROADS = {
    "said at once": (f"tôi tố cáo cán bộ {CANARY} vòi tiền của dân", "2", *QUIETLY),
    "and asked to be called": (f"tôi tố cáo cán bộ {CANARY} vòi tiền của dân", "2", "1", "gui"),
    "changed at the card": (f"tôi không đồng ý với ông {CANARY}", "1", "sua", "1", "2", *QUIETLY),
    "changed before it": (f"tôi không đồng ý với ông {CANARY}", "2", *QUIETLY),
    "told apart first": (f"{CANARY} làm việc này có đúng không, sao lại thế", "2", "sua", "1", "2", *QUIETLY),
    "gone back in between": (f"{CANARY} làm việc này có đúng không, sao lại thế", "quay lai", f"ông {CANARY}", "2",
                             "sua", "1", "2", *QUIETLY),
    "begun as a question": (f"ông {CANARY} ăn tiền của dân", "huy", "/khieunai", "2", *QUIETLY),
    "refused as a question": ("/hoi", f"cán bộ {CANARY} nhận hối lộ", "huy", "/khieunai", "2", *QUIETLY),
    "said instead of choosing": ("/khieunai", f"ông {CANARY} ăn tiền", "2", f"ông {CANARY} ở tổ 3", *QUIETLY),
    "dropped and begun anew": (f"tôi không đồng ý với ông {CANARY}", "1", "huy", "/khieunai", "2", *QUIETLY),
    "only asked for the way": (f"gửi đơn tố cáo ông {CANARY} ở đâu?", "2", *QUIETLY),
}  # fmt: skip


def everything(house: House) -> str:
    """Every row of every table."""
    names = [row["name"] for row in house.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return "\n".join(str(house.rows(f"SELECT * FROM {name}")) for name in names)


def on_disk(house: House) -> bytes:
    """The file itself, with what was overwritten in it."""
    with closing(open_plain(house.path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    return house.path.read_bytes()


@pytest.mark.parametrize("road", ROADS.values(), ids=ROADS.keys())
async def test_no_road_to_a_denunciation_leaves_its_words(
    house: House, caplog: pytest.LogCaptureFixture, road: Sequence[str]
) -> None:
    with caplog.at_level(logging.INFO):
        for words in road:
            await house.say("ho1", words)
            await house.restart()
    assert len(house.rows("SELECT * FROM referrals WHERE kind = 'denunciation'")) == 1
    assert CANARY not in everything(house)
    assert CANARY.encode() not in on_disk(house)
    assert CANARY not in caplog.text
    for account in ("lanhdao", "canbo", "quantri"):
        assert CANARY not in "".join(house.unread(account))


async def test_an_update_whose_words_are_gone_is_still_received_only_once(house: House) -> None:
    update = house.web.update("twice", "ho1", house.clock(), text=f"tôi tố cáo cán bộ {CANARY} vòi tiền của dân")
    for _ in range(3):
        await house.engine.take(house.web, [update])
        await house.settle()
    assert len(house.unread("ho1")) == 1
    assert house.rows("SELECT raw, state FROM inbox WHERE update_key = 'twice'") == [{"raw": "{}", "state": "done"}]


async def test_an_edited_message_is_not_kept(house: House) -> None:
    """The web has none: what another channel would hand over, put to the turn itself."""
    words = f"cán bộ {CANARY} nhận hối lộ"
    address = Address(channel="web", chat="ho1")
    converse = Converse(Desk(texts=load_texts(), ids=house.ids, ward=WARD), Registry(SUBJECTS), house.clock)
    with closing(open_plain(house.path)) as connection, transaction(connection) as tx:
        receipts.receive(tx, Receipt(receipt_id="R", channel="web", raw=words, received_at=0), "page", "key")
        converse(tx, Inbound(address=address, sender="ho1", at=house.clock(), text=words, edited=True, receipt="R"))
        receipts.settle(tx, "R", "done", house.clock())
    assert CANARY not in everything(house)


async def test_who_denounces_quietly_is_written_down_nowhere(house: House) -> None:
    for words in ("/khieunai", "2", "2", "gui"):
        await house.say("ho2", words)
    assert house.rows("SELECT * FROM audit WHERE act = 'form'") == []
    assert [row["person_id"] for row in house.rows("SELECT person_id FROM referrals")] == [None]
    assert "TC-2021-0001" in str(house.rows("SELECT body FROM outbox WHERE chat = 'ho2'"))
    await house.wait_until(calendar.instant(NIGHT))
    assert "TC-2021-0001" not in str(house.rows("SELECT body FROM outbox WHERE chat = 'ho2'"))


async def test_who_wants_to_be_called_stands_in_the_journal_like_anybody(house: House) -> None:
    for words in ("/khieunai", "2", "1", "gui"):
        await house.say("ho2", words)
    assert [row["about"] for row in house.rows("SELECT about FROM audit WHERE act = 'form'")] == ["complain"]


async def test_a_complaint_is_kept_where_it_belongs_and_only_there(house: House) -> None:
    for words in (f"tôi không đồng ý với diện tích đo, {CANARY}", "1", "gui"):
        await house.say("ho1", words)
    places = [
        row["name"]
        for row in house.rows("SELECT name FROM sqlite_master WHERE type = 'table'")
        if CANARY in str(house.rows(f"SELECT * FROM {row['name']}"))
    ]
    assert places == ["outbox", "tickets"]  # the officer's message, and the ticket
    assert CANARY not in str(house.rows("SELECT * FROM outbox WHERE chat = 'ho1'"))
