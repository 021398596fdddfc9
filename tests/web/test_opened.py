"""What is behind a link: the message it was made for, for a while, and nothing for anybody who guesses."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.channels.web import WebChannel
from bot.core.message import BOLD_OFF, BOLD_ON, Address, Attachment, Outbound
from bot.core.texts import Words
from bot.runtime.outbox import LINK_LASTS
from bot.web.mailbox import Mailbox
from bot.web.server import build_app
from storage import outbox
from tests.channels.telegram_kit import picture
from tests.house import House


def draw(data: Mapping[str, Any]) -> bytes:
    return picture(colour=data["colour"])


CHART = Attachment(recipe="chart", data={"colour": "red"}, name="biểu đồ.png", mime="image/png")
REPORT = Attachment(recipe="chart", data={"colour": "blue"}, name="báo cáo.docx", mime="application/msword")
TEXT = Words(f"Figures of {BOLD_ON}<b>today</b>{BOLD_OFF}")


@pytest.fixture
async def drawing(house: House) -> House:
    """A house that can draw one thing."""
    house.engine.studio._drawers = {"chart": draw}
    return house


@pytest.fixture
async def client(drawing: House) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody with a browser."""
    transport = httpx.ASGITransport(app=build_app(drawing.engine))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8080") as calling:
        yield calling


async def delivered(house: House, attachment: Attachment) -> str:
    """A message with a file arrives at the web chat; returns the file's address."""
    message = Outbound(address=Address(channel="web", chat="cb05"), text=TEXT, attachment=attachment)
    await house.engine.database.write(lambda tx: outbox.put(tx, house.ids.new(), message, house.clock()))
    await house.settle()
    mailbox = Mailbox(house.engine.database, WebChannel(Path()).parse, house.clock, lambda _: None)
    await mailbox.refresh()
    return mailbox.history("cb05")[-1].link


async def test_a_picture_is_drawn_for_whoever_has_the_link(drawing: House, client: httpx.AsyncClient) -> None:
    link = await delivered(drawing, CHART)
    assert re.fullmatch(r"/xem/[A-Za-z0-9_-]{32}/tep", link)
    answer = await client.get(link)
    assert (answer.status_code, answer.content, answer.headers["content-type"]) == (
        200,
        picture(colour="red"),
        "image/png",
    )
    assert answer.headers["content-disposition"].startswith("inline; filename*=UTF-8''bi%E1%BB%83u")
    assert "private" in answer.headers["cache-control"]


async def test_the_page_shows_words_as_words(drawing: House, client: httpx.AsyncClient) -> None:
    link = await delivered(drawing, REPORT)
    page = await client.get(link.removesuffix("/tep"))
    assert "<strong>&lt;b&gt;today&lt;/b&gt;</strong>" in page.text
    assert f'<a href="{link}">báo cáo.docx</a>' in page.text
    assert page.headers["cache-control"] == "no-store"
    assert (await client.get(link)).headers["content-disposition"].startswith("attachment;")


@pytest.mark.parametrize("path", ["/xem/guess", "/xem/guess/tep", "/xem/", "/xem/a/b"])
async def test_a_guess_opens_nothing(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 404


async def test_a_link_is_open_for_a_week(drawing: House, client: httpx.AsyncClient) -> None:
    link = await delivered(drawing, CHART)
    drawing.clock.move_to(drawing.clock() + LINK_LASTS - 1)
    assert (await client.get(link)).status_code == 200
    drawing.clock.move_to(drawing.clock() + 1)
    assert [(await client.get(path)).status_code for path in (link, link.removesuffix("/tep"))] == [404, 404]


async def test_a_recipe_that_is_gone_is_a_page_that_is_not_there(drawing: House, client: httpx.AsyncClient) -> None:
    link = await delivered(drawing, CHART)
    drawing.engine.studio._drawers = {}
    drawing.engine.studio._remembered.cache_clear()
    assert (await client.get(link)).status_code == 404
