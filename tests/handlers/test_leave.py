"""Leave: who is away hears no reminder, whoever stands in does, labelled; nothing about it is lost."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from bot.core import calendar
from bot.core.message import Address
from bot.core.people import Role
from storage import leaves, people
from storage.database import open_plain, transaction
from tests.house import House

REMINDED = " việc**"


def join(house: House, account: str, name: str, unit: str, *, role: Role = Role.SECRETARY, deputy: bool = False) -> str:
    """Somebody of a unit, with a phone of their own."""
    connection = open_plain(house.path)
    with transaction(connection) as tx:
        person_id = house.ids.new()
        people.add_person(tx, person_id, name, house.clock())
        people.add_account(tx, Address(channel="web", chat=account), account, person_id, house.clock())
        people.add_membership(tx, house.ids.new(), person_id, unit, role, house.clock(), deputy=deputy)
        people.consent(tx, house.ids.new(), person_id, "messages", "test", "web", house.clock())
    connection.close()
    return person_id


async def away(house: House, account: str, words: str = "vắng đến 30/3", deputy: str = "") -> None:
    await house.say(account, words)
    if deputy:
        await house.press(account, deputy)
    elif "Ai" in "\n".join(house.mail(account)[-1].body.split("**")):
        await house.say(account, "bo qua")
    await house.press(account, "Gửi")
    house.unread(account)


async def reminded(house: House, day: int, *accounts: str) -> dict[str, str]:
    """What each account is reminded of when the clock has passed 08:00 of a day in March."""
    for account in accounts:
        house.unread(account)
    moment = datetime(2021, 3, day, 9, 0, tzinfo=calendar.ZONE)
    await house.wait_until(calendar.instant(moment))
    said = {account: "\n".join(house.unread(account)) for account in accounts}
    return {account: words if REMINDED in words else "" for account, words in said.items()}


async def test_a_deputy_is_reminded_only_while_the_secretary_is_away_and_in_whose_stead(house: House) -> None:
    join(house, "pho22", "Phó bí thư (giả định)", "CB22", deputy=True)
    assert list((await reminded(house, 25, "cb22", "pho22")).values())[1] == ""
    await away(house, "cb22", "vắng đến 30/3")
    await house.restart()
    said = await reminded(house, 26, "cb22", "pho22")
    assert said["cb22"] == ""
    assert "(thay Bí thư Chi bộ 22 (giả định), vắng đến hết 30/03/2021): đăng ký mô hình" in said["pho22"]
    await house.say("cb22", "đi làm lại")
    said = await reminded(house, 29, "cb22", "pho22")
    assert "thay" not in said["cb22"]
    assert said["cb22"]
    assert said["pho22"] == ""


async def test_whoever_is_named_stands_in_before_the_deputies(house: House) -> None:
    join(house, "pho22", "Phó bí thư (giả định)", "CB22", deputy=True)
    join(house, "uv22", "Chi ủy viên (giả định)", "CB22", deputy=True)
    await away(house, "cb22", deputy="Chi ủy viên (giả định)")
    said = await reminded(house, 26, "cb22", "pho22", "uv22")
    assert [bool(words) for words in said.values()] == [False, False, True]
    assert "nhận việc thay **Bí thư Chi bộ 22 (giả định)**" in "\n".join(await house.say("uv22", "viec"))
    assert "người thay: Chi ủy viên (giả định)" in "\n".join(await house.say("canbo", "/vangmat"))


async def test_when_the_one_who_was_named_is_away_too_the_deputies_stand_in(house: House) -> None:
    join(house, "pho22", "Phó bí thư (giả định)", "CB22", deputy=True)
    join(house, "uv22", "Chi ủy viên (giả định)", "CB22", deputy=True)
    await away(house, "cb22", deputy="Chi ủy viên (giả định)")
    await away(house, "uv22")
    said = await reminded(house, 26, "cb22", "pho22", "uv22")
    assert [bool(words) for words in said.values()] == [False, True, False]


async def test_with_nobody_left_nobody_is_reminded_and_the_ward_sees_it(house: House) -> None:
    await away(house, "cb22")
    assert (await reminded(house, 26, "cb22"))["cb22"] == ""
    assert "**chưa có người thay**" in "\n".join(await house.say("lanhdao", "ai vắng"))
    assert house.rows("SELECT * FROM job_runs WHERE job = 'reminder' AND recipient IN "
                      "(SELECT person_id FROM accounts WHERE account = 'cb22')") == []  # fmt: skip


async def test_a_second_secretary_hears_once_for_both(house: House) -> None:
    join(house, "cb22b", "Bí thư thứ hai (giả định)", "CB22")
    await away(house, "cb22", deputy="Bí thư thứ hai (giả định)")
    await reminded(house, 25, "cb22b")
    await reminded(house, 26, "cb22b")
    of_a_day = "SELECT COUNT(*) AS sent FROM outbox WHERE chat = 'cb22b' AND lane = 2 GROUP BY about"
    assert {row["sent"] for row in house.rows(of_a_day)} == {1}


async def test_leave_begins_on_its_first_day_and_ends_after_its_last(house: House) -> None:
    await away(house, "cb22", "vắng từ 26/3 đến 28/3")
    assert (await reminded(house, 25, "cb22"))["cb22"]
    assert (await reminded(house, 26, "cb22"))["cb22"] == ""
    assert (await reminded(house, 29, "cb22"))["cb22"]


async def test_what_is_said_anew_takes_the_place_of_what_was_said(house: House) -> None:
    await away(house, "cb22", "vắng đến 30/4")
    await away(house, "cb22", "vắng đến 27/3")
    assert "đến hết **27/03/2021**" in "\n".join(await house.say("cb22", "viec"))
    assert (await reminded(house, 29, "cb22"))["cb22"]


async def test_sent_twice_it_is_kept_once(house: House) -> None:
    await house.say("cb22", "vắng đến 30/3")
    send = house.button("cb22", "Gửi").data
    updates = [house.web.update(f"p{number}", "cb22", house.clock(), press=send) for number in range(5)]
    await house.engine.take(house.web, updates)
    await house.settle()
    assert len(house.rows("SELECT * FROM leaves")) == 1


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("đến 20/3", "đã qua"),
        ("hôm qua", "đã qua"),
        ("từ 20/4", "đến hết ngày nào"),
        ("đến 31/4", "không có trong lịch"),
        ("vài hôm", "rõ vắng đến hết ngày nào"),
        ("{{ 7*7 }}", "chưa hiểu những ngày này"),
        ("đến năm 2030", "còn xa hơn nửa năm"),
    ],
)
async def test_days_that_cannot_be_are_asked_again(house: House, words: str, sentence: str) -> None:
    await house.say("cb22", "/vang")
    assert sentence in "\n".join(await house.say("cb22", words))
    assert house.rows("SELECT * FROM leaves") == []


async def test_other_words_about_absence_are_no_leave(house: House) -> None:
    for words in ("vắng 5 hộ", "vắng 3 người", "nghỉ hưu rồi", "hôm qua họp vắng"):
        assert "báo vắng" not in "\n".join(await house.say("cb22", words))


async def test_who_is_away_is_seen_in_ones_own_scope_only(house: House) -> None:
    join(house, "xa", "Cán bộ nơi khác (giả định)", "CB07", role=Role.OFFICER)
    await away(house, "cb22")
    assert "Hiện không có ai báo vắng" in "\n".join(await house.say("xa", "/vangmat"))
    assert "không thuộc vai trò" in "\n".join(await house.say("cb05", "/vangmat"))
    assert "không thuộc vai trò" in "\n".join(await house.say("ho1", "/vang"))


async def test_a_deputy_joins_by_invitation_and_is_called_so(house: House) -> None:
    connection = open_plain(house.path)
    with transaction(connection) as tx:
        people.invite(
            tx, "PB12-3456", role="secretary", unit_id="CB22", now=house.clock(), expires_at=house.clock() + 10**9,
            deputy=True,
        )  # fmt: skip
    connection.close()
    assert "**Phó Bí thư Chi bộ 22 (giả định)**" in "\n".join(await house.say("khach1", "PB12-3456"))
    await house.press("khach1", "Đồng ý")
    assert "Lĩnh vực" in "\n".join(await house.say("khach1", "/dangky"))


async def test_a_reminder_day_is_what_the_tests_above_think(house: House) -> None:
    assert [date(2021, 3, day).weekday() for day in (25, 26, 29)] == [3, 4, 0]


async def test_whoever_stands_in_is_urged_in_the_others_stead(house: House) -> None:
    join(house, "pho22", "Phó bí thư (giả định)", "CB22", deputy=True)
    await away(house, "cb22", "vắng đến 30/3")
    await house.act("lanhdao", press="ug|CB22")
    assert "Đã đôn đốc lúc 08:00: Chi bộ 22" in house.unread("lanhdao")[-1]
    assert house.unread("cb22") == []
    (urged,) = house.unread("pho22")
    assert "thay Bí thư Chi bộ 22 (giả định), vắng đến hết 30/03/2021" in urged


async def test_a_unit_whose_secretary_is_away_with_nobody_in_their_stead_is_telephoned(house: House) -> None:
    await away(house, "cb22", "vắng đến 30/3")
    await house.act("lanhdao", press="ug|CB22")
    assert "cần gọi điện: Chi bộ 22" in house.unread("lanhdao")[-1]
    assert house.unread("cb22") == []
    assert house.rows("SELECT * FROM urges") == []


async def test_what_is_overdue_goes_to_whoever_stands_in_for_the_leader_or_waits(house: House) -> None:
    def leave_of_the_leader(deputy_id: str | None) -> None:
        (leader,) = house.rows(
            "SELECT person_id FROM memberships WHERE role = 'leader' AND unit_id = 'PPL' AND NOT deputy"
        )
        connection = open_plain(house.path)
        with transaction(connection) as tx:
            leaves.say(
                tx, house.ids.new(), str(leader["person_id"]), "2021-03-27", "2021-03-30", deputy_id, house.ids.new(), 1
            )
        connection.close()

    leave_of_the_leader(None)
    await house.wait_until(calendar.instant(datetime(2021, 3, 29, 20, 0, tzinfo=calendar.ZONE)))
    assert not any("đã quá hạn mà chưa xong" in text for text in house.unread("lanhdao"))
    leave_of_the_leader(join(house, "lanhdao2", "Phó chủ tịch (giả định)", "PPL", role=Role.LEADER, deputy=True))
    await house.wait_until(calendar.instant(datetime(2021, 3, 30, 20, 0, tzinfo=calendar.ZONE)))
    assert not any("đã quá hạn mà chưa xong" in text for text in house.unread("lanhdao"))
    (told,) = [text for text in house.unread("lanhdao2") if "đã quá hạn mà chưa xong" in text]
    assert "Đồng chí nhận tin này thay Lãnh đạo phường (giả định), vắng đến hết 30/03/2021." in told
