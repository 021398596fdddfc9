"""Forged, stale, repeated and foreign presses; roles; two devices; what a removed right means."""

from __future__ import annotations

import json

import pytest

from handlers import SUBJECTS
from storage import people
from storage.database import open_plain, transaction
from tests.house import House

NOT_USABLE = "Nút này không còn dùng được."
COMMANDS = [command for subject in SUBJECTS for command in subject.commands]
PEOPLE = {"cb05": "secretary", "ho1": "resident", "canbo": "officer", "lanhdao": "leader", "quantri": "admin"}


async def notice_to_everybody(house: House) -> None:
    for words in ("/thongbao", "1", "1", "Kính mời hộ gia đình xem thông báo niêm yết.", "bo qua"):
        await house.say("canbo", words)
    await house.press("canbo", "Lưu, xem lại")
    await house.press("canbo", "Trình duyệt")
    await house.press("lanhdao", "Xem thông báo")
    await house.press("lanhdao", "Duyệt và gửi")


@pytest.mark.parametrize("account", PEOPLE)
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
async def test_every_command_answers_exactly_those_who_may_use_it(house: House, account: str, command: object) -> None:
    name, roles = command.name, command.roles  # type: ignore[attr-defined]
    answer = "\n".join(await house.say(account, f"/{name}"))
    refused = "không thuộc vai trò" in answer
    assert answer
    assert refused is (PEOPLE[account] not in roles)


@pytest.mark.parametrize("command", [one for one in COMMANDS if not one.always], ids=lambda command: command.name)
async def test_a_stranger_gets_the_same_answer_to_every_command(house: House, command: object) -> None:
    answer = "\n".join(await house.say("la", f"/{command.name}"))  # type: ignore[attr-defined]
    assert "mã mời" in answer
    assert "vai trò" not in answer


FORGED = (
    "", "|", "q", "q|", "q|X|field|GPMB", "k|X|field|back", "r|X|send", "e|X|name", "u|X", "n|received|01F", "n|x|y",
    "n|received", "n", "c|khongco", "c", "v|01F", "z|1|2|3", "q|" + "9" * 300, "r|X|../../etc", "c|huy", "c|start",
    "w|open|X", "w|approve|X|1", "w|try|X", "w|see|X", "w|approve_now|X|0", "w", "x|X|Y", "y|open|other",
    "n|understood|X",
    "b", "b|", "b|X", "b|X|edit", "b|X|log|z", "s", "s|X", "s|X|1|place", "s|X|1|place|z",
)  # fmt: skip


@pytest.mark.parametrize("data", FORGED)
@pytest.mark.parametrize("account", ["cb05", "ho1", "la"])
async def test_a_forged_button_gets_a_sentence_and_does_nothing(house: House, account: str, data: str) -> None:
    before = house.rows("SELECT (SELECT COUNT(*) FROM models) AS m, (SELECT COUNT(*) FROM notice_answers) AS a")
    await house.act(account, press=data)
    assert "".join(house.unread(account)) or not data
    assert house.rows("SELECT state FROM inbox WHERE state <> 'done'") == []
    assert house.rows("SELECT (SELECT COUNT(*) FROM models) AS m, (SELECT COUNT(*) FROM notice_answers) AS a") == before


async def test_another_households_notice_looks_like_one_that_does_not_exist(house: House) -> None:
    await notice_to_everybody(house)
    foreign = house.button("ho1", "Đã nhận").data
    house.unread("ho2")
    await house.act("ho2", press=foreign)
    await house.act("ho2", press="n|received|01ARZ3NDEKTSV4RRFFQ69G5FAV")
    assert [text.split("\n")[0] for text in house.unread("ho2")] == [NOT_USABLE, NOT_USABLE]
    await house.act("cb05", press=foreign)
    assert house.rows("SELECT * FROM notice_answers") == []


async def test_a_household_sees_nothing_of_another(house: House) -> None:
    await notice_to_everybody(house)
    mail = "".join(mail.body for mail in house.mail("ho1"))
    for row in house.rows("SELECT head_name FROM households WHERE household_id <> 'H001'"):
        assert str(row["head_name"]) not in mail


@pytest.mark.parametrize("presses", [2, 5, 20])
async def test_a_notice_is_acknowledged_once_however_often_it_is_pressed(house: House, presses: int) -> None:
    await notice_to_everybody(house)
    for number in range(presses):
        await house.press("ho1", "Đã nhận")
        if number % 3 == 0:
            await house.restart()
    assert len(house.rows("SELECT * FROM notice_answers")) == 1


async def fill_registration(house: House) -> None:
    for words in ("/dangky", "3", "Ngõ xóm sạch", "Dọn vệ sinh hằng tuần", "cả chi bộ", "bo qua", "ca nam"):
        await house.say("cb05", words)


@pytest.mark.parametrize("presses", [2, 20])
async def test_a_form_sent_many_times_makes_one_record(house: House, presses: int) -> None:
    await fill_registration(house)
    send = house.button("cb05", "Gửi").data
    updates = [house.web.update(f"p{number}", "cb05", house.clock(), press=send) for number in range(presses)]
    await house.engine.take(house.web, updates)
    await house.settle()
    assert len(house.rows("SELECT * FROM models WHERE name = 'Ngõ xóm sạch'")) == 1
    said = house.unread("cb05")
    assert sum("không ghi thêm lần nữa" in text for text in said) == presses - 1


async def test_yesterdays_button_says_where_we_are(house: House) -> None:
    await house.say("cb05", "/dangky")
    old = house.button("cb05", "Bảo vệ môi trường").data
    await house.say("cb05", "gpmb")
    await house.say("cb05", "1")
    house.unread("cb05")
    await house.act("cb05", press=old)
    said = "\n".join(house.unread("cb05"))
    assert "Nút này thuộc một câu hỏi đã xong." in said
    assert "Tên mô hình" in said


async def test_a_role_taken_away_in_the_middle_of_a_form_ends_it(house: House) -> None:
    await fill_registration(house)
    send = house.button("cb05", "Gửi").data
    connection = open_plain(house.path)
    (person,) = connection.execute("SELECT person_id FROM accounts WHERE account = 'cb05'").fetchall()
    with transaction(connection) as tx:
        people.end_membership(tx, person["person_id"], "CB05", "secretary", house.clock())
    connection.close()
    await house.act("cb05", press=send)
    assert house.rows("SELECT * FROM models WHERE name = 'Ngõ xóm sạch'") == []
    assert "mã mời" in "\n".join(await house.say("cb05", "/dangky"))


async def test_an_invitation_works_for_one_of_those_who_use_it_at_once(house: House) -> None:
    for number in range(20):
        await house.say(f"khach{number}", "DEMO-CB06")
    updates = [house.web.update(f"j{n}", f"khach{n}", house.clock(), text="dong y") for n in range(20)]
    await house.engine.take(house.web, updates)
    await house.settle()
    joined = house.rows("SELECT * FROM memberships WHERE unit_id = 'CB06'")
    assert len(joined) == 1


async def test_somebody_with_two_roles_has_one_active_and_can_change_it(house: House) -> None:
    connection = open_plain(house.path)
    (person,) = connection.execute("SELECT person_id FROM accounts WHERE account = 'cb05'").fetchall()
    with transaction(connection) as tx:
        people.add_membership(tx, house.ids.new(), person["person_id"], "PPL", "leader", house.clock())
    connection.close()
    assert "không thuộc vai trò" in "\n".join(await house.say("cb05", "/thongke"))
    await house.say("cb05", "/vaitro")
    await house.press("cb05", "Lãnh đạo phường Phúc Lợi")
    assert "31 tập thể" in "\n".join(await house.say("cb05", "/thongke"))


async def test_words_that_look_like_markup_templates_or_sql_stay_words(house: House) -> None:
    nasty = "<b>x</b> {{ 7*7 }} {% raw %} '; DROP TABLE models; -- =1+1 **đậm** \x02y\x03"
    for words in ("/dangky", "3", nasty, nasty, nasty, "bo qua", "ca nam"):
        await house.say("cb05", words)
    card = json.loads(house.mail("cb05")[-1].body)["text"]
    shown = "<b>x</b> {{ 7*7 }} {% raw %} '; DROP TABLE models; -- =1+1 **đậm** y"
    assert card.count(shown) == 3
    await house.press("cb05", "Gửi")
    assert house.rows("SELECT name FROM models WHERE number = 50") == [{"name": shown}]


async def test_in_a_group_nothing_personal_is_said(house: House) -> None:
    from dataclasses import replace

    parse = house.web.parse

    def as_group(raw: str) -> object:
        inbound = parse(raw)
        return inbound and replace(inbound, group=True)

    house.web.parse = as_group  # type: ignore[method-assign, assignment]
    await house.say("cb05", "/viec")
    await house.say("cb05", "dang ky")
    said = [json.loads(mail.body)["text"] for mail in house.mail("cb05")]
    assert len(said) == 1
    assert "cuộc trò chuyện riêng" in said[0]


async def test_somebody_whose_role_was_taken_can_be_invited_again(house: House) -> None:
    connection = open_plain(house.path)
    (person,) = connection.execute("SELECT person_id FROM accounts WHERE account = 'cb05'").fetchall()
    with transaction(connection) as tx:
        people.end_membership(tx, person["person_id"], "CB05", "secretary", house.clock())
    connection.close()
    await house.say("cb05", "DEMO-CB06")
    await house.press("cb05", "Đồng ý")
    assert "Lĩnh vực" in "\n".join(await house.say("cb05", "/dangky"))
    assert len(house.rows("SELECT * FROM people WHERE person_id NOT IN (SELECT person_id FROM accounts)")) == 0


async def test_a_form_never_changes_hands(house: House) -> None:
    await house.say("cb05", "DEMO-CB06")
    await house.press("cb05", "Đồng ý")
    for words in (
        "/dangky",
        "Chi bộ 06",
        "3",
        "Ngõ xóm sạch",
        "Dọn vệ sinh hằng tuần",
        "cả chi bộ",
        "bo qua",
        "ca nam",
    ):
        await house.say("cb05", words)
    send = house.button("cb05", "Gửi").data
    connection = open_plain(house.path)
    (person,) = connection.execute("SELECT person_id FROM accounts WHERE account = 'cb05'").fetchall()
    with transaction(connection) as tx:
        people.end_membership(tx, person["person_id"], "CB06", "secretary", house.clock())
    connection.close()
    await house.act("cb05", press=send)
    assert house.rows("SELECT * FROM models WHERE name = 'Ngõ xóm sạch'") == []


async def test_an_individuals_code_for_somebody_who_is_one_already_is_refused_and_kept(house: House) -> None:
    connection = open_plain(house.path)
    with transaction(connection) as tx:
        people.invite(
            tx, "CA12-3456", role="resident", unit_id="CB02", now=house.clock(), expires_at=house.clock() + 10**9,
            individual_id="CN02",
        )  # fmt: skip
    connection.close()
    await house.say("cn01", "CA12-3456")
    said = "\n".join(await house.press("cn01", "Đồng ý"))
    assert "một cá nhân khác" in said
    assert house.rows("SELECT used_at FROM invitations WHERE individual_id = 'CN02'") == [{"used_at": None}]


async def test_a_notice_is_answered_by_its_label_in_the_middle_of_a_form(house: House) -> None:
    await house.say("ho1", "/dangky")
    await notice_to_everybody(house)
    house.unread("ho1")
    said = "\n".join(await house.say("ho1", "da nhan"))
    assert "đã nhận" in said
    assert len(house.rows("SELECT * FROM notice_answers")) == 1
    assert "Tên mô hình" in "\n".join(await house.say("ho1", "3"))
