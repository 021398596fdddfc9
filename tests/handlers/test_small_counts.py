"""What leaders are told of households, wherever it is told: no view has a small count, no two views give one away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import pytest

from bot.core import calendar
from bot.core.message import Attachment
from bot.core.periods import Span, ending
from bot.reports.discreet import discreet
from bot.reports.drawers import DRAWERS
from bot.reports.files import Asked, Form, attachment_for
from storage import statistics
from storage.database import open_plain
from tests.handlers.test_leader_groups import GROUP, registered
from tests.handlers.test_personal_data import notice
from tests.house import House
from tests.runtime.test_scheduler import moment
from tests.web.test_dashboard import Browser, enter

DAY = datetime(2021, 3, 24, tzinfo=calendar.ZONE).date()
SMALL = "cần giải thích 01"
HIDDEN = "cần giải thích dưới 5"


@pytest.fixture
async def explained(house: House) -> House:
    """A notice to 46 households, of which one wants it explained."""
    await notice(house)
    await house.press("ho1", "Cần giải thích")
    return house


async def seen_by(house: House, account: str) -> str:
    said = [*await house.say(account, "/thongke"), *await house.press(account, "Thông báo")]
    return "\n".join(said)


@pytest.mark.parametrize(("account", "told"), [("canbo", SMALL), ("lanhdao", HIDDEN), ("quantri", HIDDEN)])
async def test_only_who_may_open_the_rows_reads_a_small_count(explained: House, account: str, told: str) -> None:
    said = await seen_by(explained, account)
    assert said.count(told) == 2
    assert told == SMALL or SMALL not in said
    assert "46" in said


@pytest.mark.parametrize("words", [("/sogiaonhan", "TB2021-001", "Hộ còn phải gặp")])
async def test_the_ledger_hides_the_same(explained: House, words: Sequence[str]) -> None:
    said = [*await explained.say("lanhdao", words[0])]
    for label in words[1:]:
        said += await explained.press("lanhdao", label)
    text = "\n".join(said)
    assert "giải thích dưới 5" in text
    assert "giải thích 01" not in text


def numbers(file: Attachment) -> str:
    return str(file.data)


@pytest.mark.parametrize("form", [Form.WORKBOOK, Form.LETTER])
async def test_files_hide_the_same(explained: House, form: Form) -> None:
    connection = open_plain(explained.path)
    texts = explained.engine.desk.texts
    hidden, exact = (
        attachment_for(
            connection,
            Asked(form=form, scope="PPL", period=ending(Span.DAY, DAY), fewest=fewest),
            texts,
            by="",
            now=explained.clock(),
        )
        for fewest in (5, 0)
    )
    connection.close()
    assert "dưới 5" in numbers(hidden)
    assert "từ 5 trở lên" in numbers(hidden)
    assert "dưới 5" not in numbers(exact)
    assert DRAWERS[hidden.recipe](hidden.data)


async def test_the_articles_figures_stay_exact(house: House) -> None:
    connection = open_plain(house.path)
    exact = statistics.report(connection, "PPL", ending(Span.DAY, DAY))
    connection.close()
    hidden = discreet(exact, 50)
    for name in (
        "collectives",
        "individuals",
        "models",
        "fields",
        "states",
        "obliged",
        "sessions",
        "hosts",
        "questions",
    ):
        assert getattr(hidden.figured, name) == getattr(exact.figured, name)


async def test_the_dashboard_and_the_leaders_group_hide_the_same(explained: House) -> None:
    browser = Browser(explained)
    await enter(explained, browser)
    page = await browser.text()
    await browser.client.aclose()
    assert "dưới 5" in page
    assert "từ 5 trở lên" in page
    await registered(explained)
    await explained.wait_until(moment("29/03/2021 17:01"))
    told = "\n".join(explained.unread(GROUP.chat))
    assert "từ 5 trở lên hộ chưa trả lời thông báo sau 03 ngày" in told
