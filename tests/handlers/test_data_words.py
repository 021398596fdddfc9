"""XEM DỮ LIỆU, DỪNG, XÓA DỮ LIỆU as people type them: by anybody, at any moment, for all of a person's households."""

from __future__ import annotations

import unicodedata
from contextlib import closing

import pytest

from storage import people
from storage.database import open_plain, transaction
from tests.house import House

SEE = ("XEM DỮ LIỆU", "xem du lieu", "Xem dữ liệu.", "xem dữ liệu của tôi", "/dulieu")
STOP = ("DỪNG", "dừng", "Dừng.", "DUNG", "dung", "stop", "ngừng nhận tin", "/dung")
DELETE = ("XÓA DỮ LIỆU", "xoá dữ liệu", "xoa du lieu", "Xóa dữ liệu!", "xóa dữ liệu của tôi", "/xoadulieu")
IN_A_FORM = ("/khieunai", "1")  # the open question takes any words


def spelled(words: tuple[str, ...]) -> list[str]:
    """Each as one code point a letter, and as letters with their marks apart."""
    return list(dict.fromkeys(form for one in words for form in (one, unicodedata.normalize("NFD", one))))


@pytest.mark.parametrize("words", spelled(SEE))
@pytest.mark.parametrize("before", [(), IN_A_FORM], ids=["at rest", "in a form"])
async def test_seeing(house: House, words: str, before: tuple[str, ...]) -> None:
    for line in before:
        await house.say("ho1", line)
    assert "Dữ liệu hệ thống giữ về ông/bà" in "\n".join(await house.say("ho1", words))
    assert "không lập hồ sơ" in "\n".join(await house.say("la", words))


@pytest.mark.parametrize("words", spelled(STOP))
async def test_stopping(house: House, words: str) -> None:
    assert "không nhận tin nhắc việc" in "\n".join(await house.say("ho1", words))
    assert "không gửi tin nhắc nào" in "\n".join(await house.say("la", words))
    for line in IN_A_FORM:
        await house.say("ho2", line)
    asked = "\n".join(await house.say("ho2", words))
    assert "bỏ phiếu đang làm, hay ngừng nhận tin" in asked
    assert "không nhận tin nhắc việc" in "\n".join(await house.press("ho2", "Không nhận tin nhắc việc"))


@pytest.mark.parametrize("words", spelled(DELETE))
@pytest.mark.parametrize("before", [(), IN_A_FORM], ids=["at rest", "in a form"])
async def test_deleting(house: House, words: str, before: tuple[str, ...]) -> None:
    for line in before:
        await house.say("ho1", line)
    said = "\n".join(await house.say("ho1", words))
    assert "yêu cầu **xóa dữ liệu**" in said
    assert "chậm nhất ngày 13/04/2021" in said  # twenty days
    assert "sổ giao nhận" in said
    assert "không lập hồ sơ" in "\n".join(await house.say("la", words))


async def test_who_speaks_for_several_households_sees_and_leaves_them_all(house: House) -> None:
    with closing(open_plain(house.path)) as connection, transaction(connection) as tx:
        person = people.person_of(tx, "web", "ho1")
        assert person is not None
        people.join_household(tx, "H003", person.person_id, house.clock())
        homes = [row["head_name"] for row in tx.execute(
            "SELECT h.head_name FROM household_members m JOIN households h ON h.household_id = m.household_id"
            " WHERE m.person_id = ? AND m.until IS NULL", (person.person_id,)).fetchall()]  # fmt: skip
    shown = "\n".join(await house.say("ho1", "XEM DỮ LIỆU"))
    assert len(homes) == 2
    assert all(f"Hộ: {home}" in shown for home in homes)
    await house.say("ho1", "XÓA DỮ LIỆU")
    await house.wait_until(house.clock() + 24 * 3600_000)
    left = house.rows("SELECT * FROM household_members WHERE person_id = ? AND until IS NULL", person.person_id)
    assert left == []
