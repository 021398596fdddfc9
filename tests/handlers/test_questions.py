"""Tickets: whose they are, who is faster, what is kept of a denunciation, and what can't be taken."""

from __future__ import annotations

import sqlite3

import pytest

from bot.core.nearest import SURE, Known, nearest
from bot.core.people import Role
from bot.core.ticket_life import STEPS, TicketKind, TicketState, series_of, ticket_steps_for
from storage.database import open_plain
from tests.house import House

NOT_USABLE = "Nút này không còn dùng được."
QUESTION = "khi nào làm cống thoát nước ở ngõ"


async def asked(house: House, account: str = "ho1", words: str = QUESTION) -> None:
    await house.say(account, words)


async def answered(house: House, account: str = "canbo") -> None:
    await house.press(account, "Trả lời")
    for words in ("Cống làm cùng đường, quý III.", "Kế hoạch số 05/KH-BQLDA", "gui"):
        await house.say(account, words)


def steps(house: House) -> list[object]:
    return [row["step"] for row in house.rows("SELECT step FROM ticket_steps ORDER BY ticket_id, position")]


async def test_another_residents_ticket_looks_like_one_that_does_not_exist(house: House) -> None:
    await asked(house)
    foreign = house.button("ho1", "Xem PL-2021-0001").data
    for account in ("ho2", "cb05", "lanhdao", "quantri"):
        await house.act(account, press=foreign)
        await house.act(account, press=foreign[:-1] + "X")
        assert [text.split("\n")[0] for text in house.unread(account)][-2:] == [NOT_USABLE, NOT_USABLE]
    assert "chưa có câu hỏi nào" in (await house.say("ho2", "/cauhoi"))[0]
    assert steps(house) == ["open"]


async def test_a_resident_can_not_take_an_officers_step(house: House) -> None:
    await asked(house)
    ticket = house.button("ho1", "Xem PL-2021-0001").data.split("|")[2]
    for name in ("answer", "take", "pass", "ask", "close", "contact"):
        await house.act("ho1", press=f"tk|{name}|{ticket}|1")
        assert house.unread("ho1")[-1] == NOT_USABLE
    await house.act("ho2", press=f"tk|withdraw|{ticket}|1")
    assert house.unread("ho2")[-1] == NOT_USABLE
    assert steps(house) == ["open"]


async def test_of_two_officers_who_answer_at_once_the_second_sees_what_happened(house: House) -> None:
    await asked(house)
    await house.say("tiepdan", "/cauhoi")
    await house.press("tiepdan", "Xem PL-2021-0001")
    await house.press("tiepdan", "Trả lời")
    await house.say("tiepdan", "Câu trả lời thứ hai")
    await house.say("tiepdan", "Văn bản số 6")
    await answered(house)
    house.unread("ho1")
    refused = await house.say("tiepdan", "gui")
    assert "vừa thay đổi" in refused[0]
    assert "đã trả lời" in refused[1]
    assert steps(house) == ["open", "answer"]
    assert house.unread("ho1") == []


async def test_a_resident_reopens_while_the_officer_closes(house: House) -> None:
    await asked(house)
    await answered(house)
    await house.press("canbo", "Xem PL-2021-0001")
    close = house.button("canbo", "Đóng phiếu").data
    await house.press("ho1", "Chưa rõ")
    await house.act("canbo", press=close)
    assert house.rows("SELECT state FROM tickets")[0]["state"] == "open"
    assert steps(house) == ["open", "answer", "unclear"]
    assert any("vừa thay đổi" in text for text in house.unread("canbo"))


async def test_a_closed_ticket_can_still_be_reopened_and_only_once(house: House) -> None:
    await asked(house)
    await answered(house)
    await house.press("canbo", "Xem PL-2021-0001")
    await house.press("canbo", "Đóng phiếu")
    for _ in range(3):
        await house.press("ho1", "Chưa rõ")
    assert steps(house) == ["open", "answer", "close", "unclear"]


async def test_closing_needs_an_answer(house: House) -> None:
    await asked(house)
    ticket = house.button("ho1", "Xem PL-2021-0001").data.split("|")[2]
    await house.act("canbo", press=f"tk|close|{ticket}|1")
    assert steps(house) == ["open"]
    assert not any(TicketState.ANSWERED not in step.origins for step in STEPS if step.name in ("close", "clear"))


async def test_a_complaint_is_never_answered_here() -> None:
    for kind in (TicketKind.COMPLAINT, TicketKind.PETITION):
        for state in TicketState:
            assert "answer" not in [step.name for step in ticket_steps_for(Role.OFFICER, state, kind)]


async def test_an_answer_without_a_source_is_not_sent(house: House) -> None:
    await asked(house)
    await house.press("canbo", "Trả lời")
    await house.say("canbo", "Quý III.....")
    for words in ("bo qua", "ok", "?", "xong"):
        assert "Căn cứ" in (await house.say("canbo", words))[-1]
    assert steps(house) == ["open"]


async def test_the_history_only_grows(house: House) -> None:
    await asked(house)
    await house.close()
    try:
        connection = sqlite3.connect(house.path)
        for change in ("UPDATE ticket_steps SET words = 'x'", "DELETE FROM ticket_steps"):
            with pytest.raises(sqlite3.IntegrityError):
                connection.execute(change)
        connection.close()
    finally:
        await house.open()


async def test_nothing_of_a_denunciation_is_kept_but_that_there_was_one(house: House) -> None:
    await house.say("ho1", "tôi tố cáo cán bộ QUETZAL vòi tiền của dân")
    for words in ("2", "2", "gui"):
        await house.say("ho1", words)
    kept = house.rows("SELECT * FROM referrals")
    assert [(row["kind"], row["person_id"]) for row in kept] == [("denunciation", None)]
    for table in ("tickets", "ticket_steps", "asked", "conversations", "outbox", "referrals"):
        assert "QUETZAL" not in str(house.rows(f"SELECT * FROM {table}"))
    assert "Nguyễn Văn A" not in "".join(house.unread("lanhdao"))
    assert house.unread("canbo") == []


async def test_what_was_typed_is_dropped_when_it_turns_out_to_be_a_denunciation(house: House) -> None:
    await house.say("ho1", "tôi không đồng ý với ông QUETZAL")
    assert "QUETZAL" in str(house.rows("SELECT * FROM conversations"))  # held while nobody knows what it is
    await house.press("ho1", "Tố cáo người vi phạm")
    for table in ("conversations", "outbox", "tickets", "asked"):
        assert "QUETZAL" not in str(house.rows(f"SELECT * FROM {table}"))
    for act in ("quay lai", "1"):  # whoever goes back is asked for the words again
        shown = await house.say("ho1", act)
    assert "nêu ngắn gọn" in shown[-1]
    assert "QUETZAL" not in str(house.rows("SELECT * FROM conversations"))


async def test_a_complaint_changed_to_a_denunciation_on_the_card_is_dropped(house: House) -> None:
    await house.say("ho1", "tôi không đồng ý với ông QUETZAL")
    for words in ("1", "sua", "1", "2"):
        await house.say("ho1", words)
    assert "QUETZAL" not in str(house.rows("SELECT * FROM conversations"))


async def test_words_added_while_the_officer_answers_are_kept_and_the_answer_is_not_sent_over_them(
    house: House,
) -> None:
    await asked(house)
    add = house.button("ho1", "Xem PL-2021-0001").data.split("|")[2]
    await house.press("canbo", "Trả lời")
    for words in ("Cống làm cùng đường, quý III.", "Kế hoạch số 05/KH-BQLDA"):
        await house.say("canbo", words)
    await house.act("ho1", press=f"tk|add|{add}|1")
    await house.say("ho1", "cống ở ngõ 45, không phải ngõ 12")
    await house.say("ho1", "gui")
    house.unread("canbo")
    refused = await house.say("canbo", "gui")
    assert "vừa thay đổi" in refused[0]
    assert "ngõ 45" in refused[1]
    assert steps(house) == ["open", "add"]
    assert house.unread("ho1") == []


async def test_an_answer_while_the_resident_adds_words_leaves_the_words_unsent(house: House) -> None:
    await asked(house)
    ticket = house.button("ho1", "Xem PL-2021-0001").data.split("|")[2]
    await house.act("ho1", press=f"tk|add|{ticket}|1")
    await house.say("ho1", "cống ở ngõ 45")
    await answered(house)
    house.unread("ho1")
    assert "vừa thay đổi" in (await house.say("ho1", "gui"))[0]
    assert steps(house) == ["open", "answer"]


async def test_who_denounces_is_shown_to_a_leader_only_and_each_look_is_noted(house: House) -> None:
    for words in ("toi to cao can bo", "2", "1", "gui"):
        await house.say("ho1", words)
    who = house.button("lanhdao", "Xem người cần liên hệ").data
    for account in ("canbo", "quantri", "ho2", "cb05"):
        await house.act(account, press=who)
        assert house.unread(account)[-1] == NOT_USABLE
    assert house.rows("SELECT * FROM referral_views") == []
    await house.act("lanhdao", press=who)
    await house.act("lanhdao", press=who)
    assert "Nguyễn Văn A" in house.unread("lanhdao")[-1]
    assert len(house.rows("SELECT * FROM referral_views")) == 2


async def test_the_leader_sees_no_words_and_no_names_of_residents(house: House) -> None:
    await asked(house)
    house.clock.move_to(house.clock() + 5 * 24 * 3600_000)
    shown = "\n".join(await house.say("lanhdao", "/cauhoi"))
    assert "PL-2021-0001" in shown
    assert "cống" not in shown
    assert "Nguyễn Văn A" not in shown


@pytest.mark.parametrize(
    "data",
    ["tk", "tk|", "tk|open", "tk|open|X", "tk|answer|X|1", "tk|list|-1", "tk|list|99999", "tk|x|y|z", "fq",
     "fq|right|X", "fq|x|y", "fp|new|X", "fp|see|X", "fp|approve|X", "fp|x|y", "rf", "rf|X", "tk|answer|X|²"],
)  # fmt: skip
@pytest.mark.parametrize("account", ["ho1", "canbo", "lanhdao"])
async def test_a_forged_button_gets_a_sentence(house: House, account: str, data: str) -> None:
    await house.act(account, press=data)
    assert "".join(house.unread(account))
    assert house.rows("SELECT state FROM inbox WHERE state <> 'done'") == []


@pytest.mark.parametrize("words", ["{{ 7*7 }} khi nào đo đất", "=1+1 là bao nhiêu?", "<b>khi nào</b> làm cống?"])
async def test_words_stay_words(house: House, words: str) -> None:
    await asked(house, "ho1", words)
    told = "".join(house.unread("canbo"))
    assert words in told or words not in "".join(str(row["words"]) for row in house.rows("SELECT words FROM tickets"))


async def test_a_question_as_long_as_a_book_is_refused_with_a_sentence(house: House) -> None:
    assert "rút gọn" in (await house.say("ho1", "khi nào làm cống thoát nước " * 100))[0]


async def test_the_rule_names_who_answers_and_until_when(house: House) -> None:
    rule = "INSERT INTO ticket_rules VALUES ('PPL', 'DE', 'Tổ dân phố 02', 'can bo tiep dan (gia dinh)', 4)"
    connection = open_plain(house.path)
    connection.execute(rule)
    connection.close()
    for account in ("ho1", "ho2", "cb05"):
        await asked(house, account)
    rows = house.rows(
        "SELECT t.hours, o.name FROM tickets t JOIN people o ON o.person_id = t.assignee_id ORDER BY t.number"
    )
    assert rows[0] == {"hours": 16, "name": "Cán bộ giải phóng mặt bằng (giả định)"}
    assert rows[1] == {"hours": 4, "name": "Cán bộ tiếp dân (giả định)"}  # the more particular rule
    assert rows[2] == {"hours": 16, "name": "Cán bộ giải phóng mặt bằng (giả định)"}  # nobody named: the least busy


async def test_nobody_approves_an_own_proposal(house: House) -> None:
    await asked(house)
    await answered(house)
    ticket = house.rows("SELECT ticket_id FROM tickets")[0]["ticket_id"]
    await house.act("canbo", press=f"fp|new|{ticket}")
    for words in ("Khi nào làm cống thoát nước?", "Cống làm cùng đường.", "Kế hoạch số 05", "gui"):
        await house.say("canbo", words)
    before = len(house.rows("SELECT faq_id FROM faq"))
    proposal = house.button("tiepdan", "Duyệt").data
    await house.act("canbo", press=proposal)
    assert len(house.rows("SELECT faq_id FROM faq")) == before
    await house.act("tiepdan", press=proposal)
    await house.act("tiepdan", press=proposal)
    assert len(house.rows("SELECT faq_id FROM faq")) == before + 1


KNOWN = (
    Known(code="pay", asked=("Khi nào nhận tiền đền bù?", "bao giờ chi trả tiền")),
    Known(code="book", asked=("Chưa có sổ đỏ có được bồi thường không?",)),
)


@pytest.mark.parametrize(
    ("words", "code"),
    [("khi nao nhan tien den bu", "pay"), ("bao gio tra tien", "pay"), ("ko co so do dc boi thuong ko", "book"),
     ("cây đa có bị chặt không", ""), ("", ""), ("?", "")],
)  # fmt: skip
def test_the_nearest_question_is_found_without_accents(words: str, code: str) -> None:
    found, sure = nearest(words, KNOWN)
    assert (found if sure >= SURE else "") == code


@pytest.mark.parametrize(
    ("ward", "series"), [("Phường Phúc Lợi", "PL"), ("xã Đông Anh", "ĐA"), ("Phường 12", "P"), ("", "P")]
)
def test_the_letters_before_a_number_are_the_wards(ward: str, series: str) -> None:
    assert series_of(ward) == series
