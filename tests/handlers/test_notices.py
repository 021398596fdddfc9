"""Notices: two people, versions, portions, withdrawal in mid-sending, answers to an old version, bad input."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.core import calendar
from bot.core.message import Address
from handlers.notices import notice_sending
from storage import people
from storage.database import open_plain, transaction
from tests.house import House

GONE = "Nút này không còn dùng được."


async def compose(house: House, *words: str, account: str = "canbo") -> None:
    """A draft: of the dyke road, a recovery notice with something to say."""
    for word in words or ("/thongbao", "1", "1", "Kính mời hộ gia đình xem niêm yết.", "bo qua"):
        await house.say(account, word)
    await house.press(account, "Lưu, xem lại")


async def issue(house: House) -> None:
    """Composed by the officer, approved by the leader."""
    await compose(house)
    await house.press("canbo", "Trình duyệt")
    await house.press("lanhdao", "Xem thông báo")
    await house.press("lanhdao", "Duyệt và gửi")


def second_officer(house: House, account: str = "canbo2", unit: str = "PPL") -> None:
    """Somebody else with an officer's rights."""
    connection = open_plain(house.path)
    with transaction(connection) as tx:
        person_id = house.ids.new()
        people.add_person(tx, person_id, f"Cán bộ {account} (giả định)", house.clock())
        people.add_account(tx, Address(channel="web", chat=account), account, person_id, 1)
        people.add_membership(tx, house.ids.new(), person_id, unit, "officer", house.clock())
    connection.close()


def states(house: House) -> list[tuple[object, object]]:
    return [(row["code"], row["state"]) for row in house.rows("SELECT code, state FROM notices ORDER BY notice_id")]


async def test_nobody_approves_their_own(house: House) -> None:
    second_officer(house)
    await compose(house)
    await house.press("canbo", "Trình duyệt")
    foreign = (await _buttons_of(house, "canbo2"))["Duyệt và gửi"]
    await house.act("canbo", press=foreign)
    said = "\n".join(house.unread("canbo"))
    assert "Người soạn không tự duyệt" in said
    assert states(house) == [("TB2021-001", "submitted")]
    assert house.rows("SELECT * FROM notice_recipients") == []


async def _buttons_of(house: House, account: str) -> dict[str, str]:
    await house.press(account, "Xem thông báo")
    return {label: house.button(account, label).data for label in ("Duyệt và gửi", "Trả lại")}


async def test_two_who_approve_at_once_send_it_once(house: House) -> None:
    second_officer(house)
    await compose(house)
    await house.press("canbo", "Trình duyệt")
    presses = [(await _buttons_of(house, who))["Duyệt và gửi"] for who in ("canbo2", "lanhdao")]
    updates = [
        house.web.update(f"a{n}", who, house.clock(), press=data)
        for n, (who, data) in enumerate(zip(("canbo2", "lanhdao"), presses, strict=True))
    ]
    await house.engine.take(house.web, updates)
    await house.settle()
    said = ["\n".join(house.unread(who)) for who in ("canbo2", "lanhdao")]
    assert sum("Đã duyệt lúc" in text for text in said) == 1
    assert sum("nay ở bước khác" in text for text in said) == 1
    assert len(house.rows("SELECT * FROM notice_recipients")) == 46
    assert len([mail for mail in house.mail("ho1") if "Kính gửi ông/bà" in mail.body]) == 1


async def test_approved_on_one_phone_and_returned_on_another(house: House) -> None:
    second_officer(house)
    await compose(house)
    await house.press("canbo", "Trình duyệt")
    returning = (await _buttons_of(house, "canbo2"))["Trả lại"]
    await _buttons_of(house, "lanhdao")
    await house.act("canbo2", press=returning)
    await house.say("canbo2", "Thiếu ngày niêm yết")
    await house.press("lanhdao", "Duyệt và gửi")
    said = "\n".join(await house.say("canbo2", "gui"))
    assert "nay ở bước khác" in said
    assert states(house) == [("TB2021-001", "issued")]


async def test_with_nobody_to_approve_nothing_is_submitted(house: House) -> None:
    await compose(house)
    connection = open_plain(house.path)
    with transaction(connection) as tx:
        tx.execute(
            "UPDATE memberships SET until = 1 WHERE role IN ('leader', 'officer')"
            " AND person_id <> (SELECT author_id FROM notices)"
        )
    connection.close()
    assert "chưa có người thứ hai" in "\n".join(await house.press("canbo", "Trình duyệt"))
    assert states(house) == [("TB2021-001", "draft")]


async def test_a_notice_of_elsewhere_looks_like_none(house: House) -> None:
    second_officer(house, "xa", unit="CB05")
    await compose(house)
    notice_id = str(house.rows("SELECT notice_id FROM notices")[0]["notice_id"])
    for data in (f"w|open|{notice_id}", f"w|try|{notice_id}", f"w|see|{notice_id}", f"x|{notice_id}|H001"):
        await house.act("xa", press=data)
        assert house.unread("xa")[-1].startswith(GONE), data
    assert "Không có thông báo nào" in "\n".join(await house.say("xa", "/duyettb"))


async def test_portions_survive_a_restart_and_reach_each_household_once(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notice_sending, "PORTION", 7)
    monkeypatch.setattr(house, "settle", _without_chores(house))
    await issue(house)
    for portion in range(1, 8):
        assert len(house.rows("SELECT * FROM notice_recipients WHERE queued_at IS NOT NULL")) == min(
            46, 7 * (portion - 1)
        )
        await house.engine.chores.work()
        await house.restart()
    await house.settle()
    assert await house.engine.chores.work() == 0
    assert house.rows("SELECT finished_at IS NOT NULL AS done FROM notice_sendings") == [{"done": 1}]
    for number in range(1, 15):
        assert len([mail for mail in house.mail(f"ho{number}") if "TB2021-001" in mail.body]) == 1


def _without_chores(house: House):  # type: ignore[no-untyped-def]
    async def settle() -> None:
        await house.engine.inbox.answer_waiting()
        for line in house.engine.outboxes:
            await line.deliver_waiting()

    return settle


async def test_withdrawn_while_portions_are_waiting(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notice_sending, "PORTION", 10)
    whole, house.settle = house.settle, _without_chores(house)  # type: ignore[method-assign]
    await issue(house)
    await house.engine.chores.work()
    await house.settle()
    reached = [n for n in range(1, 15) if any("TB2021-001" in mail.body for mail in house.mail(f"ho{n}"))]
    assert 0 < len(reached) < 14
    await house.press("lanhdao", "TB2021-001")
    await house.press("lanhdao", "Thu hồi")
    await house.say("lanhdao", "Sai số thửa")
    said = "\n".join(await house.say("lanhdao", "gui"))
    assert f"{len(reached):02d} hộ đã được gửi" in said
    house.settle = whole  # type: ignore[method-assign]
    await house.settle()
    assert len(house.rows("SELECT * FROM notice_recipients WHERE queued_at IS NOT NULL")) == 10
    for number in range(1, 15):
        told = [mail for mail in house.mail(f"ho{number}") if "đã thu hồi thông báo TB2021-001" in mail.body]
        assert len(told) == (number in reached)
    if reached:
        answer = "\n".join(await house.press(f"ho{reached[0]}", "Đã nhận"))
        assert "được UBND phường Phúc Lợi thu hồi" in answer


async def test_what_is_queued_and_not_sent_is_recalled(house: House) -> None:
    await compose(house)
    await house.press("canbo", "Trình duyệt")
    await _buttons_of(house, "lanhdao")
    await house.act("lanhdao", press=house.button("lanhdao", "Duyệt và gửi").data)
    connection = open_plain(house.path)
    with transaction(connection) as tx:  # as if the channel had been down
        tx.execute("DROP TRIGGER notice_deliveries_kept")
        tx.execute("DELETE FROM notice_deliveries WHERE event <> 'queued'")
        tx.execute(
            "UPDATE outbox SET state = 'queued', not_before = not_before + 86400000"
            " WHERE about IS NOT NULL AND lane = 1"
        )
    connection.close()
    await house.press("lanhdao", "TB2021-001")
    await house.press("lanhdao", "Thu hồi")
    await house.say("lanhdao", "Sai số thửa")
    assert "chưa hộ nào nhận được" in "\n".join(await house.say("lanhdao", "gui"))
    assert house.rows("SELECT COUNT(*) AS n FROM outbox WHERE state = 'superseded' AND why = 'recalled'") == [{"n": 14}]
    assert house.rows("SELECT COUNT(*) AS n FROM notice_deliveries WHERE event = 'recalled'") == [{"n": 14}]


async def correct(house: House) -> None:
    """The second version, issued."""
    await house.press("canbo", "TB2021-001")
    await house.press("canbo", "Làm bản sửa")
    await house.press("canbo", "Sửa mục nào?")
    await house.press("canbo", "Nội dung thêm")
    await house.say("canbo", "Niêm yết đến hết ngày 30/04.")
    await house.press("canbo", "Lưu, xem lại")
    await house.press("canbo", "Trình duyệt")
    await house.press("lanhdao", "Xem thông báo")
    await house.press("lanhdao", "Duyệt và gửi")


async def test_an_answer_to_an_old_version_is_kept_for_it(house: House) -> None:
    await issue(house)
    await house.press("ho2", "Đã nhận")
    old = house.button("ho1", "Đã nhận").data
    await correct(house)
    assert states(house) == [("TB2021-001", "replaced"), ("TB2021-001-2", "issued")]
    fresh = house.unread("ho1")[-1]
    assert "Bản sửa lần 2" in fresh
    assert "30/04" in fresh
    await house.act("ho1", press=old)
    said = "\n".join(house.unread("ho1"))
    assert "câu trả lời trên được giữ cho bản cũ" in said
    answers = (
        "SELECT n.number, COUNT(*) AS n FROM notice_answers a"
        " JOIN notice_recipients r ON r.recipient_id = a.recipient_id"
        " JOIN notices n ON n.notice_id = r.notice_id GROUP BY n.number"
    )
    assert house.rows(answers) == [{"number": 1, "n": 2}]
    await house.press("ho1", "Đã nhận")  # under the words about the new version
    assert house.rows(answers) == [{"number": 1, "n": 2}, {"number": 2, "n": 1}]
    lines = house.rows(
        "SELECT standing, COUNT(*) AS n FROM notice_lines l"
        " JOIN notices n ON n.notice_id = l.notice_id AND n.number = 2 GROUP BY standing"
    )
    assert {row["standing"]: row["n"] for row in lines} == {"served": 1, "no_account": 32, "undelivered": 13}


async def test_a_notice_read_again_says_what_has_changed(house: House) -> None:
    await issue(house)
    await house.say("ho1", "thong bao")
    first = house.button("ho1", "TB2021-001").data
    assert "theo sổ hiện nay" not in "\n".join(await house.press("ho1", "TB2021-001"))
    connection = open_plain(house.path)
    with transaction(connection) as tx:  # the next land list says more
        tx.execute("UPDATE parcels SET area_m2 = '40' WHERE household_id = 'H001'")
    connection.close()
    assert "40 m²" in (said := "\n".join(await _again(house, first)))
    assert "theo sổ hiện nay" in said
    await correct(house)
    assert "TB2021-001-2" in "\n".join(await house.say("ho1", "thong bao"))
    assert "đã có bản sửa" in "\n".join(await _again(house, first))
    assert "30/04" in "\n".join(await house.press("ho1", "Xem bản mới"))
    await house.act("ho3", press=first)
    assert GONE in "\n".join(house.unread("ho3"))


async def _again(house: House, data: str) -> list[str]:
    await house.act("ho1", press=data)
    return house.unread("ho1")


async def test_two_who_correct_at_once_make_one_version(house: House) -> None:
    second_officer(house)
    await issue(house)
    for who in ("canbo", "canbo2"):
        await house.say(who, "/duyettb")
        notice_id = house.rows("SELECT notice_id FROM notices")[0]["notice_id"]
        await house.act(who, press=f"w|correct|{notice_id}|2")
    await house.press("canbo", "Lưu, xem lại")
    said = "\n".join(await house.press("canbo2", "Lưu, xem lại"))
    assert "nay ở bước khác" in said
    assert [code for code, _ in states(house)] == ["TB2021-001", "TB2021-001-2"]


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2021-03-24 08:00", "2021-03-24 08:00"),
        ("2021-03-24 07:00", "2021-03-24 07:30"),
        ("2021-03-24 11:30", "2021-03-24 13:30"),
        ("2021-03-24 21:00", "2021-03-25 07:30"),
        ("2021-03-27 20:00", "2021-03-29 07:30"),
        ("2021-04-29 20:30", "2021-05-04 07:30"),
    ],
)
def test_people_are_written_to_unasked_in_the_wards_hours(moment: str, expected: str) -> None:
    asked, due = (
        calendar.instant(datetime.fromisoformat(when).replace(tzinfo=calendar.ZONE)) for when in (moment, expected)
    )
    assert calendar.next_proactive(asked) == due
    assert calendar.next_proactive(asked, ()) == asked


async def test_approved_at_night_it_goes_in_the_morning_unless_it_is_urgent(house: House) -> None:
    await compose(house)
    await house.press("canbo", "Trình duyệt")
    night = calendar.instant(datetime(2021, 3, 24, 21, 15, tzinfo=calendar.ZONE))
    await house.wait_until(night)
    await house.press("lanhdao", "Xem thông báo")
    assert "gửi từ **07:30, 25/03/2021**" in "\n".join(await house.press("lanhdao", "Duyệt và gửi"))
    assert not [mail for mail in house.mail("ho1") if "TB2021-001" in mail.body]
    await house.wait_until(calendar.instant(datetime(2021, 3, 25, 7, 31, tzinfo=calendar.ZONE)))
    assert [mail for mail in house.mail("ho1") if "TB2021-001" in mail.body]


async def test_urgent_at_night(house: House) -> None:
    await compose(house)
    await house.press("canbo", "Trình duyệt")
    await house.wait_until(calendar.instant(datetime(2021, 3, 24, 21, 15, tzinfo=calendar.ZONE)))
    await house.press("lanhdao", "Xem thông báo")
    await house.press("lanhdao", "Duyệt, gửi ngay (khẩn)")
    assert [mail for mail in house.mail("ho1") if "TB2021-001" in mail.body]


async def test_the_limits_are_those_of_the_day(house: House) -> None:
    await compose(house)
    assert '"amount": 90' in str(house.rows("SELECT limits FROM notices")[0]["limits"])
    await house.wait_until(calendar.instant(datetime(2021, 3, 24, 9, tzinfo=calendar.ZONE)))
    house.clock.move_to(calendar.instant(datetime(2026, 3, 24, 9, tzinfo=calendar.ZONE)))
    await compose(house)
    first, second = (str(row["limits"]) for row in house.rows("SELECT limits FROM notices ORDER BY notice_id"))
    assert '"amount": 90' in first
    assert '"amount": 60' in second


async def test_only_a_pdf_is_a_file_of_a_notice(house: House) -> None:
    for words in ("/thongbao", "1", "1", "Kính mời hộ gia đình xem niêm yết."):
        await house.say("canbo", words)
    assert "chỉ nhận tệp PDF" in "\n".join(await house.photo("canbo", b"not a pdf"))
    assert "**01 tệp PDF**" in "\n".join(await house.document("canbo", b"%PDF-1.7\n..."))
    assert "5 MB" in "\n".join(await house.document("canbo", b"%PDF-1.7\n" + b"0" * 6_000_000))
    assert "không phải là PDF" in "\n".join(await house.document("canbo", b"no pdf at all"))
    await house.press("canbo", "Xong")
    await house.press("canbo", "Lưu, xem lại")
    states = house.rows(
        "SELECT m.state, m.kind FROM notice_files f JOIN media m ON m.media_id = f.media_id ORDER BY m.state"
    )
    assert states == [{"state": "kept", "kind": "pdf"}, {"state": "lost", "kind": "pdf"}]


async def test_a_wards_own_wording_is_used_from_then_on_and_earlier_ones_stay(house: House) -> None:
    await compose(house)
    await house.say("canbo", "mau thong bao")
    await house.press("canbo", "Thông báo thu hồi đất")
    await house.press("canbo", "Sửa mẫu")
    assert "Không có chỗ điền nào tên là giá đất" in "\n".join(await house.say("canbo", "Mời {giá đất} nhé."))
    assert "ngoặc chưa đóng" in "\n".join(await house.say("canbo", "Mời {chủ hộ nhé bà con."))
    await house.say("canbo", "Hộ {chu ho} có {tổng diện tích} phải thu hồi. [Tại {địa điểm}.] {{ 7*7 }}")
    await house.say("canbo", "Hộ {chu ho} có {tổng diện tích} phải thu hồi. [Tại {địa điểm}.]")
    assert "bản 1" in "\n".join(await house.press("canbo", "Ghi mẫu mới"))
    await compose(house, "/thongbao", "1", "1", "nhà văn hóa tổ 5", "bo qua")
    await house.press("canbo", "Xem thử hộ…")
    said = "\n".join(await house.say("canbo", "H001"))
    assert "Hộ Nguyễn Văn A (hộ giả định) có 32,5 m² phải thu hồi. Tại nhà văn hóa tổ 5." in said
    assert house.rows("SELECT wording_version FROM notices ORDER BY notice_id") == [
        {"wording_version": 0},
        {"wording_version": 1},
    ]


async def test_a_households_name_is_found_without_accents_and_never_outside_the_project(house: House) -> None:
    await compose(house)
    for words, expected in (
        ("tran thi", "Trần Thị"),
        ("khong ai ca", "Không thấy hộ nào"),
        ("ho gia dinh", "46 hộ khớp"),
    ):
        await house.press("canbo", "Xem thử hộ…")
        assert expected in "\n".join(await house.say("canbo", words)), words


async def test_understood_explained_and_understood_again(house: House) -> None:
    await issue(house)
    for label in ("Đã nhận", "Đã hiểu", "Đã hiểu", "Cần giải thích", "Cần giải thích", "Đã hiểu"):
        await house.press("ho1", label)
        standing = house.rows("SELECT standing FROM notice_lines WHERE household_id = 'H001'")
        assert standing == [{"standing": "explain" if label == "Cần giải thích" else "served"}]
    answers = [row["answer"] for row in house.rows("SELECT answer FROM notice_answers ORDER BY answer_id")]
    assert answers == ["received", "understood", "explain", "understood"]
