"""The dashboard in a real browser, from the demo's chat to the records, on a desktop, on a phone and on paper."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.conftest import PATIENCE
from tests.web.test_demo_page import LARGE, SMALL, Visit

pytestmark = pytest.mark.browser

LINK = re.compile(r"http://127\.0\.0\.1:\d+/bang-tin/mo/[0-9A-Z]{26}")


def link_from_the_chat(browser: Browser, address: str) -> str:
    """What the leader's phone shows after /bangtin."""
    visit = Visit(browser, address)
    ours = visit.page.get_by_test_id("chat-leader").get_by_test_id("ours")
    before = ours.count()
    visit.write("leader", "/bangtin")
    expect(ours).to_have_count(before + 1)  # not the link of an earlier test
    said = ours.last.inner_text()
    visit.page.close()
    return LINK.search(said.replace("\n", ""))[0]  # type: ignore[index]


@pytest.fixture(params=[LARGE, SMALL], ids=["desktop", "phone"])
def page(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Page]:
    """The dashboard, just entered; the browser complains of nothing."""
    small = request.param is SMALL
    opened = browser.new_page(viewport=request.param, is_mobile=small, has_touch=small)
    opened.set_default_timeout(PATIENCE)
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda line: line.type == "error" and complaints.append(line.text))
    opened.goto(link_from_the_chat(browser, address))
    opened.get_by_test_id("enter").click()
    expect(opened.get_by_test_id("collectives")).to_have_text("31")
    yield opened
    opened.close()
    assert complaints == []


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than the screen."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def too_small(page: Page) -> list[str]:
    """What a thumb would miss."""
    seen = "[...document.querySelectorAll('button, input:not([type=hidden]), select')]"
    return list(page.evaluate(f"{seen}.filter(e => e.offsetHeight < 44).map(e => e.outerHTML)"))


def test_from_the_figures_down_to_a_record(page: Page) -> None:
    assert overflow(page) <= 0
    assert too_small(page) == []
    expect(page.get_by_test_id("fields")).to_contain_text("08/31 (25,8%)")
    page.get_by_test_id("fields").get_by_role("link", name="Văn hóa xã hội").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Văn hóa xã hội")
    assert overflow(page) <= 0
    page.get_by_test_id("table-models").get_by_role("link").first.click()
    expect(page.get_by_test_id("model")).to_contain_text("Văn hóa xã hội")
    assert overflow(page) <= 0
    page.get_by_role("link", name="Phường Phúc Lợi").click()
    page.get_by_test_id("missing-session").get_by_role("link", name="Chi bộ 12").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Chi bộ 12")
    assert overflow(page) <= 0


def test_another_day(page: Page) -> None:
    page.get_by_label("Đến hết ngày").fill("2021-02-01")
    page.get_by_label("Kỳ").select_option("week")
    page.get_by_role("button", name="Xem", exact=True).click()
    expect(page.get_by_test_id("asof")).to_contain_text("01/02/2021")
    expect(page.get_by_test_id("collectives")).to_have_text("17")
    page.get_by_test_id("models").click()
    expect(page.get_by_test_id("asof")).to_contain_text("01/02/2021")


def stale(page: Page) -> None:
    page.get_by_test_id("collectives").evaluate("element => element.textContent = '99'")


def test_figures_renew_themselves_while_somebody_looks(page: Page) -> None:
    """The clock of the page is moved on; where it is scrolled to and the date that is being chosen stay."""
    page.clock.install()
    page.reload()
    page.get_by_label("Đến hết ngày").fill("2021-02-01")
    page.evaluate("window.scrollTo(0, 400)")
    stale(page)
    page.evaluate("Object.defineProperty(document, 'hidden', {value: true, configurable: true})")
    page.clock.fast_forward(200_000)
    page.clock.run_for(10_000)
    expect(page.get_by_test_id("collectives")).to_have_text("99")  # nobody looks, nothing is asked for
    page.evaluate("Object.defineProperty(document, 'hidden', {value: false})")
    page.clock.run_for(10_000)
    expect(page.get_by_test_id("collectives")).to_have_text("31")
    assert page.evaluate("window.scrollY") == 400
    expect(page.get_by_label("Đến hết ngày")).to_have_value("2021-02-01")


def test_what_is_opened_stays_open_when_it_renews(page: Page) -> None:
    page.clock.install()
    page.get_by_test_id("missing-session").get_by_role("link", name="Chi bộ 12").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Chi bộ 12")
    expect(page.get_by_test_id("collectives")).to_have_text("01")
    stale(page)
    page.clock.fast_forward(61_000)
    page.clock.run_for(10_000)
    expect(page.get_by_test_id("collectives")).to_have_text("01")
    expect(page.get_by_role("heading", level=1)).to_have_text("Chi bộ 12")


def test_a_file_is_downloaded(page: Page, tmp_path: Path) -> None:
    with page.expect_download() as download:
        page.get_by_test_id("excel").click()
    download.value.save_as(tmp_path / "a.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes().startswith(b"PK")


def test_leaving(page: Page) -> None:
    page.get_by_test_id("leave").click()
    expect(page.get_by_test_id("left")).to_be_visible()
    answer = page.request.get(page.url.replace("/ra", ""))
    assert answer.status == 401


def test_on_paper_there_is_nothing_to_press(page: Page) -> None:
    page.emulate_media(media="print")
    expect(page.get_by_test_id("when")).to_be_hidden()
    expect(page.get_by_test_id("excel")).to_be_hidden()
    expect(page.get_by_test_id("fields")).to_be_visible()


def test_the_link_in_the_chat_can_be_opened_and_a_persons_cannot(browser: Browser, address: str) -> None:
    visit = Visit(browser, address)
    chat = visit.page.get_by_test_id("chat-leader")
    earlier = chat.get_by_test_id("ours").count()
    visit.write("leader", "/bangtin")
    expect(chat.get_by_test_id("ours")).to_have_count(earlier + 1)  # not the link of an earlier test
    link = chat.get_by_test_id("link").last
    with visit.page.context.expect_page() as opened:
        link.click()
    expect(opened.value.get_by_test_id("enter")).to_be_visible()
    before = chat.get_by_test_id("link").count()
    visit.write("leader", "https://example.org/CANARY")
    expect(chat.get_by_text("https://example.org/CANARY").first).to_be_visible()
    expect(chat.get_by_test_id("link")).to_have_count(before)
    assert chat.locator("a[href*=CANARY]").count() == 0
    opened.value.close()
    visit.page.close()


def test_a_link_that_was_used_says_what_to_do(browser: Browser, address: str) -> None:
    link = link_from_the_chat(browser, address)
    first, second = browser.new_page(), browser.new_context().new_page()
    first.goto(link)
    first.get_by_test_id("enter").click()
    expect(first.get_by_test_id("collectives")).to_have_text("31")
    second.goto(link)
    expect(second.get_by_test_id("used")).to_contain_text("/bangtin")
    first.close()
    second.context.close()
