"""A group of leaders: registered with its administrator's code, told figures and no person, urged from by leaders."""

from __future__ import annotations

import pytest

from bot.core.message import Address, Inbound, Outbound
from bot.core.people import Role
from handlers.dialogue.converse import Converse
from storage import leader_groups
from storage.database import open_plain, transaction
from tests.handlers.test_figures import add
from tests.house import House
from tests.runtime.test_scheduler import moment

GROUP = Address(channel="web", chat="nhom-lanh-dao")
REFUSED = "Mã này không dùng được ở đây."
PRIVATE = "Hệ thống chỉ trả lời trong cuộc trò chuyện riêng."


def in_group(house: House, sender: str, *, text: str = "", press: str = "", **more: object) -> list[Outbound]:
    """Somebody acts in the group; what is answered there."""
    inbound = Inbound(
        address=GROUP,
        sender=sender,
        at=house.clock(),
        text=text,
        press=press,
        group=True,
        **more,  # type: ignore[arg-type]
    )
    connection = open_plain(house.path)
    try:
        with transaction(connection) as tx:
            converse = Converse(house.engine.desk, house.engine.registry, house.clock)
            return converse(tx, inbound)
    finally:
        connection.close()


async def code(house: House, admin: str = "quantri") -> str:
    await house.say(admin, "/nhom")
    (made,) = await house.press(admin, "Thêm một nhóm")
    return made.split("**")[1]


async def registered(house: House) -> None:
    (answer,) = in_group(house, "quantri", text=f"/nhom {await code(house)}")
    assert "Nhóm này sẽ nhận báo cáo nhanh của phường Phúc Lợi" in answer.text


def groups(house: House) -> list[dict[str, object]]:
    return house.rows("SELECT chat, unit_id, ended_at FROM leader_groups")


async def test_a_group_registered_by_its_administrator_gets_the_digest(house: House) -> None:
    await registered(house)
    await house.wait_until(moment("24/03/2021 17:01"))
    (digest,) = house.unread(GROUP.chat)
    assert digest.startswith("**Báo cáo nhanh 24/03/2021**")
    assert digest.endswith("  1. Đôn đốc")


async def test_a_day_off_with_nothing_new_is_silent_in_the_group_too(house: House) -> None:
    await registered(house)
    await house.wait_until(moment("28/03/2021 20:00"))
    assert not any("28/03/2021" in text for text in house.unread(GROUP.chat))


async def test_a_code_works_once_for_whoever_asked_for_it_and_for_a_day(house: House) -> None:
    add(house, "quantri2", Role.ADMIN, "PPL")
    made = await code(house)
    for sender in ("quantri2", "lanhdao", "cb05"):
        (answer,) = in_group(house, sender, text=f"/nhom {made}")
        assert answer.text.startswith(REFUSED)
    assert PRIVATE in in_group(house, "stranger", text=f"/nhom {made}")[0].text
    in_group(house, "quantri", text=f"/nhom {made}")
    assert in_group(house, "quantri", text=f"/nhom {made}")[0].text.startswith(REFUSED)
    late = await code(house)
    house.clock.move_to(house.clock() + 25 * 3600_000)
    assert in_group(house, "quantri", text=f"/nhom {late}")[0].text.startswith(REFUSED)
    assert len(groups(house)) == 1


@pytest.mark.parametrize("text", ["/nhom", "/nhom ", "/nhom XXXX-XXXX-XXXX", "/nhom ' OR 1=1 --", "/nhom@bot"])
async def test_no_code_and_a_wrong_code_register_nothing(house: House, text: str) -> None:
    (answer,) = in_group(house, "quantri", text=text)
    assert answer.text.startswith(REFUSED)
    assert groups(house) == []


async def test_leaders_read_and_urge_in_a_registered_group_others_do_not(house: House) -> None:
    await registered(house)
    for sender in ("cb05", "ho1", "stranger"):
        assert PRIVATE in in_group(house, sender, text="/thongke")[0].text
        assert in_group(house, sender, press="ug|PPL") == []
    assert in_group(house, "canbo", press="ug|PPL") == []
    assert "Báo cáo nhanh 24/03/2021" in in_group(house, "lanhdao", text="/thongke@danvan_bot")[0].text
    (answer,) = in_group(house, "lanhdao", press="ug|PPL")
    assert answer.address == GROUP
    assert "Đã đôn đốc lúc 08:00: Chi bộ 22 (giả định)." in answer.text


async def test_nothing_else_is_answered_in_a_group(house: House) -> None:
    await registered(house)
    for text in ("xin chào", "thong ke", "12", ""):
        assert in_group(house, "lanhdao", text=text) == []
    for press in ("ug|CB22", "ug|QLB", "g|models||2021-03-24|day||0", "m|open|x", "c|thongke", "ug", "q|x|y|z"):
        assert in_group(house, "lanhdao", press=press) == []
    assert in_group(house, "lanhdao", text="/thongke", edited=True) == []
    for text in ("/dangky", "/viec", "/menu", "/start ABC"):
        assert PRIVATE in in_group(house, "lanhdao", text=text)[0].text


async def test_a_leader_of_another_place_is_nobody_in_the_group(house: House) -> None:
    add(house, "to5", Role.LEADER, "CB05")
    await registered(house)
    assert PRIVATE in in_group(house, "to5", text="/thongke")[0].text
    assert in_group(house, "to5", press="ug|PPL") == []


async def test_an_unregistered_group_hears_no_figure(house: House) -> None:
    assert PRIVATE in in_group(house, "lanhdao", text="/thongke")[0].text
    assert in_group(house, "lanhdao", press="ug|PPL") == []


async def test_no_name_of_a_person_reaches_the_group(house: House) -> None:
    await registered(house)
    await house.wait_until(moment("29/03/2021 17:01"))
    heard = "\n".join([*house.unread(GROUP.chat), *(one.text for one in in_group(house, "lanhdao", text="/thongke"))])
    names = house.rows(
        "SELECT name FROM people UNION SELECT name FROM individuals UNION SELECT head_name FROM households"
    )
    assert [row["name"] for row in names if str(row["name"]) in heard] == []


async def test_it_ends_when_the_administrator_says_so_or_the_group_puts_us_out(house: House) -> None:
    await registered(house)
    await house.say("quantri", "/nhom")
    (answer,) = await house.press("quantri", "Ngừng gửi vào nhóm")
    assert answer.startswith("Từ nay không nhóm nào nhận số liệu nữa.")
    await registered(house)
    assert in_group(house, "lanhdao", reachable=False) == []
    assert all(row["ended_at"] for row in groups(house))
    await house.wait_until(moment("24/03/2021 17:01"))
    assert house.unread(GROUP.chat) == []


async def test_a_group_that_moved_is_still_the_same_group(house: House) -> None:
    await registered(house)
    connection = open_plain(house.path)
    with transaction(connection) as tx:
        leader_groups.move(tx, "web", GROUP.chat, "nhom-moi")
    connection.close()
    await house.wait_until(moment("24/03/2021 17:01"))
    assert len(house.unread("nhom-moi")) == 1
