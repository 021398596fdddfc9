"""The dashboard without a browser: links used once, visits that end, scopes that hold, the article's figures."""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator

import httpx
import pytest

from bot.web.server import build_app
from storage import dashboard
from storage.database import open_plain, transaction
from tests.house import House

HERE = "http://127.0.0.1:8080"
LINK = re.compile(rf"{HERE}(/bang-tin/mo/[0-9A-Z]{{26}})")
FIELDS = (
    "04/31 (12,9%)",
    "03/31 (9,7%)",
    "05/31 (16,1%)",
    "08/31 (25,8%)",
    "01/31 (3,2%)",
    "05/12 (41,7%)",
    "01/12 (8,3%)",
)


class Browser:
    """One browser, with its own cookies."""

    def __init__(self, house: House, public_url: str = "") -> None:
        transport = httpx.ASGITransport(app=build_app(house.engine, public_url=public_url))
        self.client = httpx.AsyncClient(transport=transport, base_url=HERE)

    async def get(self, path: str) -> httpx.Response:
        return await self.client.get(path)

    async def post(self, path: str, origin: str = HERE) -> httpx.Response:
        return await self.client.post(path, data={"x": "1"}, headers={"origin": origin})

    async def text(self, path: str = "/bang-tin") -> str:
        answer = await self.get(path)
        assert answer.status_code == 200, answer.text
        return html.unescape(answer.text)


@pytest.fixture
async def browser(house: House) -> AsyncIterator[Browser]:
    opened = Browser(house)
    yield opened
    await opened.client.aclose()


async def link_of(house: House, account: str = "lanhdao") -> str:
    """A link from the chat."""
    said = "\n".join(await house.say(account, "/bangtin"))
    found = LINK.search(said)
    assert found, said
    return found[1]


async def enter(house: House, browser: Browser, account: str = "lanhdao") -> None:
    """From the chat into the browser."""
    answer = await browser.post(await link_of(house, account))
    assert (answer.status_code, answer.headers["location"]) == (303, "/bang-tin")


def make_leader_of(house: House, unit_id: str) -> None:
    """The leader leads another unit from now on."""
    connection = open_plain(house.path)
    with transaction(connection) as tx:
        tx.execute("UPDATE memberships SET unit_id = ? WHERE role = 'leader'", [unit_id])
    connection.close()


# The link --------------------------------------------------------------------------------------


async def test_a_link_opens_once(house: House, browser: Browser) -> None:
    link = await link_of(house)
    for _ in range(3):  # messengers look at links by themselves: looking uses nothing up
        assert "Mở bảng tin" in await browser.text(link)
    entered = await browser.post(link)
    assert entered.status_code == 303
    cookie = entered.headers["set-cookie"].lower()
    assert all(word in cookie for word in ("httponly", "samesite=lax", "path=/bang-tin", "max-age=28800"))
    assert "31" in await browser.text()

    other = Browser(house)
    for answer in (await other.get(link), await other.post(link), await browser.get(link)):
        assert answer.status_code == 410
        assert "/bangtin" in answer.text
    assert (await other.get("/bang-tin")).status_code == 401
    await other.client.aclose()


async def test_two_who_press_at_once_are_one_visit(house: House, browser: Browser) -> None:
    link, other = await link_of(house), Browser(house)
    answers = [await browser.post(link), await other.post(link)]
    assert sorted(answer.status_code for answer in answers) == [303, 410]
    await other.client.aclose()


async def test_a_link_ends_after_a_quarter_of_an_hour(house: House, browser: Browser) -> None:
    link = await link_of(house)
    house.clock.move_to(house.clock() + dashboard.LINK_LASTS)
    assert (await browser.get(link)).status_code == 410
    assert (await browser.post(link)).status_code == 410


@pytest.mark.parametrize("code", ["", "A" * 26, "0" * 26, "../../x", "%00", "a" * 5000, "'; DROP TABLE people;--"])
async def test_a_forged_link_is_told_what_a_used_one_is(house: House, browser: Browser, code: str) -> None:
    await link_of(house)
    answer = await browser.post(f"/bang-tin/mo/{code}")
    assert answer.status_code in (404, 405, 410)
    assert (await browser.get("/bang-tin")).status_code == 401


@pytest.mark.parametrize("token", ["", "x", "A" * 26, "'", "\u0111".encode().decode("latin-1")])
async def test_a_forged_visit_is_nobody(house: House, browser: Browser, token: str) -> None:
    await enter(house, browser)
    forger = Browser(house)
    forger.client.cookies.set("bangtin", token.encode("ascii", "ignore").decode())
    for path in ("/bang-tin", "/bang-tin/mo-hinh", "/bang-tin/don-vi/CB05", "/bang-tin/tep/xlsx"):
        answer = await forger.get(path)
        assert answer.status_code == 401
        assert "Chi bộ" not in answer.text
    await forger.client.aclose()


async def test_secrets_are_not_kept(house: House, browser: Browser) -> None:
    link = await link_of(house)
    await browser.post(link)
    kept = house.path.read_bytes() + house.path.with_name("house.db-wal").read_bytes()
    token = browser.client.cookies["bangtin"]
    assert token.encode() not in kept
    assert house.rows("SELECT code_hash FROM dashboard_links WHERE code_hash = ?", link[-26:]) == []


async def test_a_visit_ends_by_itself_and_when_told(house: House, browser: Browser) -> None:
    await enter(house, browser)
    house.clock.move_to(house.clock() + dashboard.VISIT_LASTS)
    assert (await browser.get("/bang-tin")).status_code == 401
    await enter(house, browser)
    token = browser.client.cookies["bangtin"]
    assert "đã kết thúc" in (await browser.post("/bang-tin/ra")).text
    thief = Browser(house)
    thief.client.cookies.set("bangtin", token)
    assert (await thief.get("/bang-tin")).status_code == 401
    await thief.client.aclose()


async def test_a_foreign_page_cannot_press_the_button(house: House, browser: Browser) -> None:
    link = await link_of(house)
    for origin in ("http://evil.example", "null"):
        assert (await browser.post(link, origin)).status_code == 403
    assert (await browser.get(link)).status_code == 200


async def test_behind_https_the_cookie_stays_there(house: House) -> None:
    secure = Browser(house, "https://danvan.example.vn")
    answer = await secure.post(await link_of(house), "https://danvan.example.vn")
    assert "secure" in answer.headers["set-cookie"].lower()
    await secure.client.aclose()


@pytest.mark.parametrize("account", ["cb05", "ho1", "nobody"])
async def test_others_get_no_link(house: House, account: str) -> None:
    assert LINK.search("\n".join(await house.say(account, "/bangtin"))) is None


# Scope -----------------------------------------------------------------------------------------


async def test_a_role_that_is_taken_ends_the_visit(house: House, browser: Browser) -> None:
    await enter(house, browser)
    connection = open_plain(house.path)
    with transaction(connection) as tx:
        tx.execute("UPDATE memberships SET until = ? WHERE role = 'leader'", [house.clock()])
    connection.close()
    assert (await browser.get("/bang-tin")).status_code == 401


async def test_a_leader_of_another_unit_sees_only_that(house: House, browser: Browser) -> None:
    models = house.rows("SELECT model_id FROM models WHERE owner_unit_id = 'CB06'")
    sessions = house.rows("SELECT session_id FROM outreach_sessions WHERE host_unit_id = 'CB06'")
    ids = {
        "mo-hinh": [row["model_id"] for row in models],
        "buoi": [row["session_id"] for row in sessions],
        "don-vi": ["CB06", "PPL", "QLB", "nowhere"],
        "linh-vuc": ["VHXH", "nowhere"],
    }  # fmt: skip
    make_leader_of(house, "CB05")
    await enter(house, browser)
    pages = [await browser.text(path) for path in ("/bang-tin", "/bang-tin/mo-hinh", "/bang-tin/buoi")]
    assert all("Chi bộ 05" in page for page in pages)
    assert not any("Chi bộ 06" in page for page in pages)
    strange = {await _body(browser, f"/bang-tin/{kind}/{key}") for kind, keys in ids.items() for key in keys}
    assert len(strange) == 1  # not theirs and not there look the same


async def _body(browser: Browser, path: str) -> str:
    answer = await browser.get(path)
    assert answer.status_code == 404, path
    return answer.text


# What is seen ----------------------------------------------------------------------------------


async def test_the_articles_figures(house: House, browser: Browser) -> None:
    await enter(house, browser)
    page = await browser.text()
    assert [share for share in FIELDS if share not in page] == []
    for name, figure in (("collectives", "31"), ("individuals", "12"), ("sessions", "18"), ("obliged", "11/11")):
        assert f'data-testid="{name}">{figure}</b>' in page


async def test_each_figure_opens_into_its_rows(house: House, browser: Browser) -> None:
    """Every link of every page leads somewhere, down to the records."""
    await enter(house, browser)
    seen, waiting = set(), ["/bang-tin"]
    while waiting:
        path = waiting.pop()
        answer = await browser.get(path)
        assert answer.status_code == 200, path
        if "/tep/" in path or path.endswith(".css"):
            continue
        links = {html.unescape(link) for link in re.findall(r'href="(/bang-tin[^"]*)"', answer.text)}
        fresh = {link.split("?")[0] if "/tep/" not in link else link for link in links} - seen
        seen |= fresh
        waiting += sorted(fresh)
    assert len([path for path in seen if path.startswith("/bang-tin/mo-hinh/")]) == 49
    assert len([path for path in seen if path.startswith("/bang-tin/buoi/")]) == 18
    assert len([path for path in seen if path.startswith("/bang-tin/don-vi/")]) == 32


async def test_the_clearance_field_tells_its_two_figures_apart(house: House, browser: Browser) -> None:
    await enter(house, browser)
    page = await browser.text("/bang-tin/linh-vuc/GPMB")
    assert "Mô hình đăng ký thêm: 06" in page
    assert "Mô hình của đối tượng bắt buộc: 11" in page


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("ngay=2021-02-01", "Số liệu đến hết ngày 01/02/2021;"),
        ("ngay=2021-02-01&ky=week", "kỳ từ 26/01/2021"),
        ("ngay=2030-01-01", "24/03/2021"),
        ("ngay=x&ky=y", "24/03/2021"),
        ("ngay=0001-01-01&ky=month", "24/03/2021"),
    ],
)
async def test_any_day_that_was(house: House, browser: Browser, asked: str, told: str) -> None:
    await enter(house, browser)
    assert told in await browser.text(f"/bang-tin?{asked}")


async def test_files_hold_the_same(house: House, browser: Browser) -> None:
    await enter(house, browser)
    beginnings = {"xlsx": b"PK", "docx?ky=week&the_thuc=dang": b"PK", "png?hinh=days": b"\x89PNG"}
    for path, beginning in beginnings.items():
        answer = await browser.get(f"/bang-tin/tep/{path}")
        assert answer.content.startswith(beginning)
        assert 'attachment; filename="dan-van-kheo_PPL_' in answer.headers["content-disposition"]
    for wrong in ("exe", "png?hinh=pie", "docx?the_thuc=x"):
        assert (await browser.get(f"/bang-tin/tep/{wrong}")).status_code == 404


OURS = '<script src="/bang-tin/tuoi.js" defer></script>'
HOSTILE = "<script>window.hit=1</script>\"'><img src=x onerror=alert(1)>{{ 7*7 }}"


async def test_nobodys_words_become_markup(house: House, browser: Browser) -> None:
    connection = open_plain(house.path)
    with transaction(connection) as tx:
        tx.execute("UPDATE units SET name = ? WHERE unit_id = 'CB05'", [HOSTILE])
        tx.execute("UPDATE models SET name = ?, content = ?, audience = ?", [HOSTILE] * 3)
        tx.execute("UPDATE outreach_sessions SET place = ?, outcome = ?", [HOSTILE] * 2)
        tx.execute("UPDATE people SET name = ?", [HOSTILE])
    connection.close()
    await enter(house, browser)
    model = house.rows("SELECT model_id FROM models LIMIT 1")[0]["model_id"]
    session = house.rows("SELECT session_id FROM outreach_sessions LIMIT 1")[0]["session_id"]
    paths = ("", "/mo-hinh", "/buoi", "/don-vi/CB05", f"/mo-hinh/{model}", f"/buoi/{session}")
    for path in paths:
        raw = (await browser.get(f"/bang-tin{path}")).text
        assert "<script" not in raw.replace(OURS, "", 1)
        assert "<img" not in raw


async def test_a_ward_in_which_nothing_has_happened(house: House, browser: Browser) -> None:
    connection = open_plain(house.path)
    with transaction(connection) as tx:
        for table in ("session_cohosts", "outreach_sessions", "models"):
            tx.execute(f"DELETE FROM {table}")
    connection.close()
    await enter(house, browser)
    page = await browser.text()
    assert 'data-testid="collectives">00</b>' in page
    assert "Chi bộ 05" in page  # missing by name
    assert "Chưa có." in await browser.text("/bang-tin/mo-hinh")


async def test_the_pages_allow_no_script_but_ours_and_are_not_kept(house: House, browser: Browser) -> None:
    await enter(house, browser)
    headers = (await browser.get("/bang-tin")).headers
    assert headers["content-security-policy"].startswith("default-src 'none'")
    rules = headers["content-security-policy"].split("; ")
    assert [rule for rule in rules if rule.startswith("script")] == ["script-src 'self'"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"
    script = await browser.get("/bang-tin/tuoi.js")
    assert (script.status_code, script.headers["content-type"].split(";")[0]) == (200, "text/javascript")
    style = await browser.get("/bang-tin/kieu.css")
    assert (style.status_code, style.headers["content-type"].split(";")[0]) == (200, "text/css")
