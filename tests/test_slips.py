"""Printed slips: one a household, several people may use its code, a new one makes the old one worthless."""

from __future__ import annotations

import io
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from docx import Document
from docxtpl import DocxTemplate
from typer.testing import CliRunner, Result

from bot.__main__ import cli
from bot.reports.slips import BrokenLayout, Slip, slips_document
from bot.slips import LAYOUT
from storage import people
from storage.database import open_plain, transaction
from tests.house import House

NASTY = "{{ 7*7 }} <w:b> A & B"


def slip(number: int, name: str = "Nguyễn Văn A (giả định)") -> Slip:
    return Slip(
        household_id=f"H{number:03d}", head_name=name, address="Số 1 (giả định)", neighborhood_group="",
        plots="thửa 45 tờ 12", code=f"AB12-CD{number:02d}-EF34-GH56", link="", until="24/04/2021",
    )  # fmt: skip


def words_of(content: bytes) -> str:
    document = Document(io.BytesIO(content))
    return "\n".join(cell.text for table in document.tables for row in table.rows for cell in row.cells)


@pytest.mark.parametrize("count", [1, 2, 7])
def test_every_slip_is_on_the_paper_with_its_picture(count: int) -> None:
    content = slips_document(LAYOUT, [slip(number) for number in range(count)], "Phường Phúc Lợi")
    words = words_of(content)
    assert all(f"AB12-CD{number:02d}" in words for number in range(count))
    pictures = [name for name in zipfile.ZipFile(io.BytesIO(content)).namelist() if "media/" in name]
    assert len(pictures) == count
    assert "{{" not in words
    assert "{%" not in words


def test_a_name_is_never_a_template_nor_markup() -> None:
    assert NASTY in words_of(slips_document(LAYOUT, [slip(1, NASTY)], "Phường"))


@pytest.mark.parametrize(
    ("before", "after", "reason", "placeholder"),
    [
        ("pair.left.code", "pair.left.ma_moi", "unknown_placeholder", "ma_moi"),
        ("{{ ward }}", "{{ phuong }}", "unknown_placeholder", "phuong"),
        ("{{ ward }}", "{{ ward", "broken_placeholder", ""),
        ("{{ ward }}", "{{ ''.__class__.__mro__ }}", "broken_placeholder", "__class__"),
    ],
)
def test_a_broken_layout_names_its_placeholder(
    tmp_path: Path, before: str, after: str, reason: str, placeholder: str
) -> None:
    with zipfile.ZipFile(LAYOUT) as old, zipfile.ZipFile(tmp_path / "x.docx", "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(before.encode(), after.encode()))
    with pytest.raises(BrokenLayout) as caught:
        slips_document(tmp_path / "x.docx", [slip(1)], "Phường")
    assert (caught.value.reason, placeholder in caught.value.placeholder) == (reason, True)


def test_a_layout_that_is_no_word_file(tmp_path: Path) -> None:
    (tmp_path / "x.docx").write_text("no")
    with pytest.raises(BrokenLayout):
        slips_document(tmp_path / "x.docx", [slip(1)], "Phường")


@pytest.fixture
def filled(tmp_path: Path) -> House:
    return House(tmp_path).fill()


def invite(house: House, *options: str) -> Result:
    return CliRunner().invoke(cli, ["invite", "--households", "--db", str(house.path), *options])


def test_the_command_writes_the_document_and_says_what_it_did(filled: House, tmp_path: Path) -> None:
    done = invite(filled, "--project", "DE", "--docx", str(tmp_path / "slips.docx"))
    assert done.exit_code == 0, done.output
    assert "Đã làm" in done.output
    assert "Nguyễn Văn A (hộ giả định)" in words_of((tmp_path / "slips.docx").read_bytes())
    assert len(filled.rows("SELECT * FROM invitations WHERE uses_left = 3 AND revoked_at IS NULL")) > 10


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--project", "XX", "--docx", "a.docx"), "--project DE"),
        (("--project", "DE"), "--docx phieu.docx"),
        (("--project", "DE", "--docx", "a.pdf"), "--docx phieu.docx"),
        (("--project", "DE", "--docx", "a.docx", "--people", "99"), "từ 1 đến 10"),
    ],
)
def test_what_is_missing_is_said_in_a_sentence(filled: House, options: tuple[str, ...], said: str) -> None:
    refused = invite(filled, *options)
    assert refused.exit_code == 1
    assert said in refused.output.replace("\n", " ")
    assert filled.rows("SELECT * FROM invitations WHERE uses_left > 1") == []


async def test_three_people_join_by_one_slip_and_the_fourth_does_not(house: House) -> None:
    with closing(open_plain(house.path)) as connection, transaction(connection) as tx:
        people.invite(
            tx, "AB12-CD34", role="resident", unit_id="PPL", now=house.clock(), expires_at=house.clock() + 10**9,
            household_id="H001", uses=3,
        )  # fmt: skip
    said = []
    for number in range(4):
        await house.say(f"con{number}", "AB12-CD34")
        if number < 3:
            said.append("\n".join(await house.press(f"con{number}", "Đồng ý")))
    assert all("Đã ghi nhận" in words for words in said)
    members = house.rows("SELECT * FROM household_members WHERE household_id = 'H001' AND until IS NULL")
    assert len(members) == 4  # with the one of the demo


async def test_two_officers_decide_one_claim_at_once(house: House) -> None:
    for words in ("tôi là chủ thửa 45 tờ 12", "1", "Nguyễn Văn Út (giả định)", "1"):
        await house.say("khach", words)
    (claim,) = house.rows("SELECT claim_id FROM household_claims")
    presses = [f"h|yes|{claim['claim_id']}|H001"] * 3
    updates = [house.web.update(f"d{n}", "canbo", house.clock(), press=data) for n, data in enumerate(presses)]
    await house.engine.take(house.web, updates)
    await house.settle()
    said = "\n".join(house.unread("canbo"))
    assert said.count("Đã ghi:") == 1
    assert said.count("Yêu cầu này đã được xác nhận") == 2


async def test_a_refusal_that_comes_after_an_approval_is_told_so(house: House) -> None:
    for words in ("tôi là chủ thửa 45 tờ 12", "1", "Nguyễn Văn Út (giả định)", "1"):
        await house.say("khach", words)
    await house.press("canbo", "Xem yêu cầu")
    await house.press("canbo", "Từ chối")
    (claim,) = house.rows("SELECT claim_id FROM household_claims")
    await house.act("canbo", press=f"h|yes|{claim['claim_id']}|H001")
    house.unread("canbo")
    said = "\n".join(await house.say("canbo", "Chưa có giấy tờ"))
    assert "đã có người quyết định" in said
    assert house.rows("SELECT outcome FROM household_claims") == [{"outcome": "approved"}]


async def test_four_claims_a_day_are_too_many(house: House) -> None:
    for _ in range(3):
        for words in ("tôi là chủ thửa 45 tờ 12", "1", "Nguyễn Văn Út (giả định)", "1"):
            await house.say("khach", words)
    assert "nhiều yêu cầu trong ngày" in "\n".join(await house.say("khach", "tôi là chủ thửa 46 tờ 12"))


async def test_two_members_want_to_speak_at_once(house: House) -> None:
    for words in ("tôi là chủ thửa 45 tờ 12", "1", "Nguyễn Văn Út (giả định)", "1"):
        await house.say("khach", words)
    await house.press("canbo", "Xem yêu cầu")
    await house.press("canbo", "Đúng hộ H001 Nguyễn Văn A (hộ giả định)")
    updates = [house.web.update(f"o-{who}", who, house.clock(), press="o|speak|H001") for who in ("khach", "ho1")]
    await house.engine.take(house.web, updates)
    await house.settle()
    assert len(house.rows("SELECT * FROM household_members WHERE representative")) == 1


def test_the_layout_is_a_word_file_that_knows_only_what_slips_have() -> None:
    assert DocxTemplate(LAYOUT).get_undeclared_template_variables() == {"pairs", "ward"}
