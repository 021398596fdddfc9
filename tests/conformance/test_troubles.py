"""Every error of the closed list, on every channel that can have it; and nothing of anybody's in any log."""

from __future__ import annotations

import logging

import pytest

from bot.channels.base import Trouble
from tests.channels.telegram_kit import picture
from tests.conformance.stage import Stage

WHO, OTHER = "cb05", "cb06"
COMES_AGAIN = frozenset(set(Trouble) - {Trouble.REFUSED, Trouble.UNREACHABLE})
CANARIES = ("Ngõ hoa canary", "0912345678", "TEST-token", "a-secret", "Nguyễn Văn A", "Canary Street")


@pytest.mark.parametrize("trouble", Trouble)
async def test_a_reply_arrives_after_all_where_it_can(stage: Stage, trouble: Trouble) -> None:
    await stage.say(WHO, "xin chào")
    stage.kit.fail(trouble, WHO)
    told = len(await stage.say(WHO, "/viec"))
    await stage.wait_until(stage.clock() + 120_000)
    told += len(stage.unread(WHO))
    if trouble is Trouble.IN_DOUBT:
        assert told in (1, 2), "at least once, one more copy at most"
    else:
        assert told == (1 if trouble in COMES_AGAIN else 0)


@pytest.mark.parametrize("trouble", [Trouble.REFUSED, Trouble.UNREACHABLE, Trouble.RETRY_LATER, Trouble.WAIT])
async def test_one_persons_trouble_is_nobody_elses(stage: Stage, trouble: Trouble) -> None:
    stage.kit.fail(trouble, WHO)
    await stage.kit.say(WHO, "xin chào")
    assert await stage.say(OTHER, "xin chào")


async def test_who_is_unreachable_is_noted_until_they_write(stage: Stage) -> None:
    stage.kit.fail(Trouble.UNREACHABLE, WHO)
    await stage.say(WHO, "xin chào")
    where = "SELECT unreachable FROM accounts WHERE account = ?", stage.kit.account_of(WHO)
    assert stage.rows(*where) != [{"unreachable": None}]
    assert await stage.say(WHO, "xin chào")
    assert stage.rows(*where) == [{"unreachable": None}]


async def test_nothing_of_anybodys_is_in_any_log(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("aiohttp", "asyncio", "bot", "handlers", "storage"):
        caplog.set_level(logging.DEBUG, name)
    await stage.say("khach-canary", "Tôi ở Canary Street, số 0912345678")
    await stage.say("canbo", "/thongbao")
    for said in ("1", "1", "Ngõ hoa canary, gọi 0912345678", "1"):
        await stage.say("canbo", said)
    await stage.photo(WHO, picture())
    stage.kit.screen("ho1")
    for trouble in (Trouble.RETRY_LATER, Trouble.REFUSED, Trouble.CHANNEL_DOWN, Trouble.IN_DOUBT):
        try:
            stage.kit.fail(trouble, WHO)
        except pytest.skip.Exception:
            continue
        await stage.say(WHO, "Ngõ hoa canary")
        await stage.wait_until(stage.clock() + 400_000)
    logged = "\n".join(f"{record.getMessage()} {record.exc_info} {record.args}" for record in caplog.records)
    assert logged or stage.kit.name == "web"
    assert [canary for canary in CANARIES if canary in logged] == []
