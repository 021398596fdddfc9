"""Steps of a model: who may take them, what comes too late, whose models are seen, and what is kept."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import pytest

from bot.core.message import Address
from bot.core.model_life import STEPS, State
from bot.core.people import Role
from storage import people
from storage.database import open_plain, transaction
from storage.demo import all_files
from storage.loading import load_files
from tests.house import House

NOT_USABLE = "Nút này không còn dùng được."
NOWHERE = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
ROLES = {"cb05": Role.SECRETARY, "canbo": Role.OFFICER, "lanhdao": Role.LEADER, "quantri": Role.ADMIN}


async def registered(house: House, account: str = "cb05", name: str = "Ngõ xóm sạch") -> str:
    for words in ("/dangky", "3", name, "Dọn vệ sinh hằng tuần", "cả chi bộ", "46 hộ", "ca nam", "gui"):
        await house.say(account, words)
    (row,) = house.rows("SELECT model_id FROM models WHERE name = ?", name)
    return str(row["model_id"])


async def do(house: House, account: str, step: str, model_id: str, seen: int) -> str:
    house.unread(account)
    await house.act(account, press=f"m|{step}|{model_id}|{seen}")
    return "\n".join(house.unread(account))


async def explain(house: House, account: str, step: str, model_id: str, seen: int) -> str:
    await do(house, account, step, model_id, seen)
    await house.say(account, "Lý do ghi rõ ở đây")
    return "\n".join(await house.say(account, "gui"))


def state_of(house: House, model_id: str) -> object:
    return house.rows("SELECT state FROM models WHERE model_id = ?", model_id)[0]["state"]


def steps_of(house: House, model_id: str) -> list[object]:
    rows = house.rows("SELECT step FROM model_steps WHERE model_id = ? ORDER BY position", model_id)
    return [row["step"] for row in rows]


def change(house: House, statement: str, *values: object) -> None:
    with closing(open_plain(house.path)) as connection, transaction(connection) as tx:
        tx.execute(statement, values)


def person_of(house: House, account: str) -> str:
    return str(house.rows("SELECT person_id FROM accounts WHERE account = ?", account)[0]["person_id"])


def second_device(house: House, account: str) -> str:
    person, other = person_of(house, account), f"{account}-2"
    with closing(open_plain(house.path)) as connection, transaction(connection) as tx:
        people.add_account(tx, Address(channel="web", chat=other), other, person, house.clock())
    return other


@pytest.mark.parametrize("account", ROLES)
async def test_the_table_decides_who_may_do_what_from_where(house: House, account: str) -> None:
    model_id = await registered(house)
    for state in State:
        for step in STEPS:
            change(house, "UPDATE models SET state = ?, level = 'ward' WHERE model_id = ?", state, model_id)
            before = len(steps_of(house, model_id))
            said = await do(house, account, step.name, model_id, before)
            moved = len(steps_of(house, model_id)) > before
            opened = "[Hủy]" in said or "· Hủy]" in said
            allowed = ROLES[account] in step.by and state in step.origins
            assert (moved or opened) is allowed, (account, state, step.name, said)
            if ROLES[account] not in step.by:
                assert said.startswith(NOT_USABLE)
            await house.act(account, text="/huy")
            for _ in range(3):
                await house.act(account, text="/huy")


@pytest.mark.parametrize("account", ["cb22", "cn01", "ho1", "quantri", "canbo"])
async def test_somebody_elses_model_looks_like_one_that_does_not_exist(house: House, account: str) -> None:
    model_id = await registered(house)
    if account == "canbo":  # an officer of another part of the tree
        person = person_of(house, account)
        change(house, "UPDATE memberships SET unit_id = 'CB22' WHERE person_id = ?", person)
    house.unread(account)
    for what in ("open", *(step.name for step in STEPS)):
        tail = "" if what == "open" else "|1"
        await house.act(account, press=f"m|{what}|{model_id}{tail}")
        await house.act(account, press=f"m|{what}|{NOWHERE}{tail}")
        own, none = house.unread(account)
        assert own == none == NOT_USABLE
    assert steps_of(house, model_id) == ["register"]


FORGED = ("m", "m|", "m|open", "m|open|", "m|approve|X", "m|approve|X|x", "m|approve|X|²", "m|mine|-1", "m|mine|٣",
          "m|mine|99999", "m|wait|'", "m|register|X|0", "m|open|X|1|2", "m|supplement||1", "m|mine|9999")  # fmt: skip


@pytest.mark.parametrize("data", FORGED)
@pytest.mark.parametrize("account", ["cb05", "canbo", "ho1", "la"])
async def test_a_forged_button_gets_a_sentence_and_does_nothing(house: House, account: str, data: str) -> None:
    await house.act(account, press=data)
    assert "".join(house.unread(account))
    assert house.rows("SELECT state FROM inbox WHERE state <> 'done'") == []
    assert house.rows("SELECT * FROM model_steps") == []


async def test_an_officer_below_lists_only_what_is_below(house: House) -> None:
    await registered(house)
    change(house, "UPDATE memberships SET unit_id = 'CB22' WHERE person_id = ?", person_of(house, "canbo"))
    assert "không có mô hình nào" in "\n".join(await house.say("canbo", "/thamdinh"))


async def test_a_withdrawal_that_comes_after_the_review_is_refused(house: House) -> None:
    model_id = await registered(house)
    await do(house, "cb05", "withdraw", model_id, 1)
    await house.say("cb05", "Chưa đủ người làm")
    await do(house, "canbo", "approve", model_id, 1)
    said = "\n".join(await house.say("cb05", "gui"))
    assert "đã duyệt, chưa triển khai** (duyệt lúc 08:00)" in said
    assert "chưa được ghi" in said
    assert (state_of(house, model_id), steps_of(house, model_id)) == ("approved", ["register", "approve"])


async def test_a_review_that_comes_after_the_withdrawal_is_refused(house: House) -> None:
    model_id = await registered(house)
    await do(house, "canbo", "return", model_id, 1)
    await house.say("canbo", "Ghi rõ địa điểm giúp")
    await explain(house, "cb05", "withdraw", model_id, 1)
    said = "\n".join(await house.say("canbo", "gui"))
    assert "hiện **đã rút** (rút lúc 08:00)" in said
    assert (state_of(house, model_id), steps_of(house, model_id)) == ("withdrawn", ["register", "withdraw"])


async def test_nobody_approves_what_was_changed_after_they_saw_it(house: House) -> None:
    model_id = await registered(house)
    await do(house, "cb05", "correct", model_id, 1)
    await house.say("cb05", "gui")
    said = await do(house, "canbo", "approve", model_id, 1)
    assert "sửa và gửi lại lúc 08:00" in said
    assert state_of(house, model_id) == "submitted"
    await house.press("canbo", "Duyệt")  # on the card that came with the refusal
    assert state_of(house, model_id) == "approved"


async def test_a_correction_on_two_devices_is_written_once(house: House) -> None:
    model_id = await registered(house)
    other = second_device(house, "cb05")
    for account, name in (("cb05", "Ngõ xóm sạch đẹp"), (other, "Ngõ xóm rất sạch")):
        await do(house, account, "correct", model_id, 1)
        await house.press(account, "Sửa mục nào?")
        await house.press(account, "Tên mô hình")
        await house.say(account, name)
    await house.say("cb05", "gui")
    assert "chưa được ghi" in "\n".join(await house.say(other, "gui"))
    (step,) = house.rows("SELECT changes, from_state, to_state FROM model_steps WHERE step = 'correct'")
    assert json.loads(str(step["changes"])) == {"name": ["Ngõ xóm sạch", "Ngõ xóm sạch đẹp"]}
    assert house.rows("SELECT name FROM models WHERE model_id = ?", model_id) == [{"name": "Ngõ xóm sạch đẹp"}]


async def test_two_devices_add_two_items_and_both_are_kept(house: House) -> None:
    model_id = await registered(house)
    other = second_device(house, "cb05")
    for account, item, words in (("cb05", "Lực lượng", "Chi bộ chủ trì"), (other, "Nguồn lực", "Loa, nhà văn hóa")):
        await do(house, account, "supplement", model_id, 1)
        await house.press(account, item)
        await house.say(account, words)
    await house.say("cb05", "gui")
    assert "**7/10** mục" in "\n".join(await house.say(other, "gui"))
    (row,) = house.rows("SELECT forces, resources FROM models WHERE model_id = ?", model_id)
    assert row == {"forces": "Chi bộ chủ trì", "resources": "Loa, nhà văn hóa"}


@pytest.mark.parametrize("presses", [2, 20])
async def test_a_step_pressed_many_times_is_taken_once(house: House, presses: int) -> None:
    model_id = await registered(house)
    data = f"m|approve|{model_id}|1"
    updates = [house.web.update(f"p{number}", "canbo", house.clock(), press=data) for number in range(presses)]
    await house.engine.take(house.web, updates)
    await house.settle()
    assert steps_of(house, model_id) == ["register", "approve"]
    assert sum("đã được duyệt" in text for text in house.unread("cb05")) == 1


async def test_a_person_with_two_phones_is_told_once_and_who_decides_not_at_all(house: House) -> None:
    model_id = await registered(house)
    second_device(house, "cb05")
    house.unread("cb05"), house.unread("cb05-2")
    await explain(house, "canbo", "return", model_id, 1)
    told = [text for account in ("cb05", "cb05-2") for text in house.unread(account) if "cần sửa" in text]
    assert len(told) == 1


async def test_an_owner_who_is_not_here_is_to_be_told_directly(house: House) -> None:
    (row,) = house.rows("SELECT model_id FROM models WHERE code = 'MH2021-001'")
    change(house, "UPDATE models SET state = 'submitted' WHERE code = 'MH2021-001'")
    assert "đồng chí báo trực tiếp giúp" in await do(house, "canbo", "approve", str(row["model_id"]), 0)


async def test_history_can_only_grow_and_its_states_join(house: House) -> None:
    model_id = await registered(house)
    await explain(house, "canbo", "return", model_id, 1)
    await do(house, "cb05", "correct", model_id, 2)
    await house.say("cb05", "gui")
    await do(house, "canbo", "approve", model_id, 3)
    await do(house, "cb05", "start", model_id, 4)
    rows = house.rows("SELECT from_state, to_state, person_id, reason FROM model_steps ORDER BY position")
    assert rows[0]["from_state"] is None
    assert [row["from_state"] for row in rows[1:]] == [row["to_state"] for row in rows[:-1]]
    assert rows[-1]["to_state"] == state_of(house, model_id) == "in_progress"
    assert rows[1]["reason"] == "Lý do ghi rõ ở đây"
    for statement in ("UPDATE model_steps SET reason = ''", "DELETE FROM model_steps"):
        with pytest.raises(sqlite3.IntegrityError, match="never"):
            change(house, statement)


async def figures(house: House) -> str:
    return "\n".join(await house.say("lanhdao", "/thongke"))


async def test_a_withdrawn_model_is_out_of_the_figures_and_a_returned_one_is_in(house: House) -> None:
    before = await figures(house)
    (row,) = house.rows("SELECT model_id FROM models WHERE code = 'MH2021-005'")
    model_id = str(row["model_id"])
    change(house, "UPDATE models SET state = 'submitted' WHERE model_id = ?", model_id)
    await explain(house, "canbo", "return", model_id, 0)
    assert state_of(house, model_id) == "needs_changes"
    assert await figures(house) == before
    await explain(house, "cb05", "withdraw", model_id, 1)
    after = await figures(house)
    assert "10/11 (90,9%)" in after
    assert "**30 tập thể**" in after
    assert "Chi bộ 05" in after
    assert "đăng ký mô hình lĩnh vực GPMB" in "\n".join(await house.say("cb05", "/viec"))


async def test_the_list_of_what_waits_is_paged_and_complete(house: House) -> None:
    change(house, "UPDATE models SET state = 'submitted'")
    seen = []
    (said,) = await house.say("canbo", "tham dinh")
    assert said.startswith("**49 mô hình**")
    while True:
        body = json.loads(house.mail("canbo")[-1].body)
        labels = [label for label, data in body["choices"] if data.startswith("m|open|")]
        assert 0 < len(labels) <= 8
        seen += labels
        if "Xem tiếp" not in [label for label, _ in body["choices"]]:
            break
        await house.press("canbo", "Xem tiếp")
    assert len(seen) == len(set(seen)) == 49
    order = house.rows("SELECT code FROM models ORDER BY registered_on, model_id")
    assert [label.split(" ")[0] for label in seen] == [row["code"] for row in order]


async def test_every_button_fits_the_narrowest_platform(house: House) -> None:
    model_id = await registered(house)
    for step in ("correct", "supplement", "withdraw"):
        await do(house, "cb05", step, model_id, 1)
    await house.say("canbo", "/thamdinh")
    await house.press("canbo", "MH2021-050 · Chi bộ 05")
    bodies = [json.loads(mail.body) for account in ("cb05", "canbo") for mail in house.mail(account)]
    data = [data for body in bodies for _, data in [*body["choices"], *body["controls"]]]
    assert max(len(one.encode()) for one in data) <= 64


async def test_a_file_loaded_again_leaves_the_state_of_a_model_with_a_history(house: House) -> None:
    (row,) = house.rows("SELECT model_id FROM models WHERE code = 'MH2021-005'")
    await explain(house, "cb05", "withdraw", str(row["model_id"]), 0)
    with closing(open_plain(house.path)) as connection, transaction(connection) as tx:
        load_files(tx, all_files(), house.ids, house.clock())
    assert state_of(house, str(row["model_id"])) == "withdrawn"


async def test_what_a_form_is_about_is_neither_asked_nor_changed(house: House) -> None:
    model_id = await registered(house)
    await do(house, "canbo", "return", model_id, 1)
    await house.say("canbo", "Ghi rõ địa điểm giúp")
    draft = house.button("canbo", "Gửi").data.split("|")[1]
    for data in (f"e|{draft}|model", f"q|{draft}|model|{NOWHERE}"):
        await house.act(house.acts and "canbo", press=data)
    assert all("không còn thuộc" not in text for text in house.unread("canbo"))
    await house.say("canbo", "gui")
    assert state_of(house, model_id) == "needs_changes"


async def test_a_form_about_what_is_no_longer_theirs_says_so_and_writes_nothing(house: House) -> None:
    model_id = await registered(house)
    await do(house, "cb05", "correct", model_id, 1)
    change(house, "UPDATE memberships SET unit_id = 'CB21' WHERE person_id = ?", person_of(house, "cb05"))
    said = "\n".join(await house.say("cb05", "gui"))
    assert "Mô hình này không còn thuộc phần việc của đồng chí. Đồng chí bấm Hủy để đóng phiếu.\n" in said
    assert "Đã bỏ phiếu sửa đăng ký" in "\n".join(await house.say("cb05", "huy"))
    assert steps_of(house, model_id) == ["register"]


async def test_an_answer_of_such_a_form_can_not_be_changed_either(house: House) -> None:
    model_id = await registered(house)
    await do(house, "cb05", "correct", model_id, 1)
    draft = house.button("cb05", "Gửi").data.split("|")[1]
    change(house, "UPDATE memberships SET unit_id = 'CB21' WHERE person_id = ?", person_of(house, "cb05"))
    await house.act("cb05", press=f"e|{draft}|name")
    assert "không còn thuộc phần việc" in "\n".join(house.unread("cb05"))
    assert house.rows("SELECT state FROM inbox WHERE state <> 'done'") == []


async def test_my_work_names_what_waits_for_me_and_counts_the_month(house: House) -> None:
    model_id = await registered(house)
    first = "\n".join(await house.say("cb05", "/viec"))
    assert "không còn việc nào thiếu" in first
    assert "đã đăng ký 01 mô hình, đã có 01 buổi" in first
    await do(house, "canbo", "approve", model_id, 1)
    assert "**Phải làm**\n– MH2021-050 (Ngõ xóm sạch): đã duyệt, chưa bắt đầu" in "\n".join(
        await house.say("cb05", "viec cua toi")
    )
    await house.press("cb05", "Xem mô hình MH2021-050")
    await explain(house, "cb05", "withdraw", model_id, 2)
    assert "đã đăng ký 00 mô hình" in "\n".join(await house.say("cb05", "/viec"))


async def test_my_work_of_a_unit_shows_nothing_of_another(house: House) -> None:
    model_id = await registered(house)
    await explain(house, "canbo", "return", model_id, 1)
    assert "MH2021-050" in "\n".join(await house.say("cb05", "/viec"))
    for account in ("cb22", "cn01", "ho1"):
        for command in ("/viec", "/mohinh"):
            assert "MH2021-050" not in "\n".join(await house.say(account, command))


async def test_a_form_open_for_a_model_is_gone_on_with_and_another_one_parks_it(house: House) -> None:
    first, second = await registered(house), await registered(house, name="Tổ 5 không rác")
    await do(house, "cb05", "supplement", first, 1)
    await house.press("cb05", "Lực lượng")
    await do(house, "cb05", "supplement", second, 1)
    assert "Lực lượng" in await do(house, "cb05", "supplement", first, 1)
    await house.say("cb05", "Chi bộ chủ trì")
    said = "\n".join(await house.say("cb05", "gui"))
    assert "MH2021-050" in said
    assert "đang dở vẫn còn nguyên" in said
