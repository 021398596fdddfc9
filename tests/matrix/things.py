"""Things that belong to somebody, made by the conversations themselves: each can stand in a button as `{name}`."""

from __future__ import annotations

from collections.abc import Callable

from handlers.notices.notice_sending import sender
from tests.matrix.town import Town

NOWHERE = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
"""The identifier of a thing that does not exist."""


def say(town: Town, account: str, *lines: str) -> None:
    """A conversation, line by line."""
    for line in lines:
        town.act(account, text=line)


def model_of_cb05(town: Town) -> str:
    say(town, "cb05", "/dangky", "3", "Ngõ xóm sạch", "Dọn vệ sinh hằng tuần", "cả chi bộ", "46 hộ", "ca nam", "gui")
    return town.one("SELECT model_id FROM models WHERE name = 'Ngõ xóm sạch'")


def report_of_cb05(town: Town) -> str:
    say(
        town,
        "cb05",
        "/baocao",
        "19h30 hom qua",
        "1",
        "nhà văn hóa",
        "35 người",
        "bo qua",
        "đồng thuận",
        "xong",
        "xong",
        "gui",
    )
    return town.one("SELECT session_id FROM outreach_sessions WHERE place = 'nhà văn hóa'")


def notice_of_canbo(town: Town) -> str:
    """Composed, and submitted for approval."""
    say(town, "canbo", "/thongbao", "1", "1", "Kính mời hộ gia đình xem thông báo niêm yết.", "bo qua", "gui")
    notice_id = town.one("SELECT MAX(notice_id) FROM notices")
    town.act("canbo", press=f"w|submit|{notice_id}|0")
    return notice_id


def helped_by_cb05(town: Town) -> str:
    say(town, "cb05", "/nhapho", "Trần Thị Bình (giả định)", "bo qua", "bo qua", "gui")
    return town.one("SELECT individual_id FROM individuals WHERE name = 'Trần Thị Bình (giả định)'")


def notice_of_ho1(town: Town) -> str:
    """Another one, approved and sent."""
    town.act("lanhdao", press=f"w|approve|{notice_of_canbo(town)}|1")
    sender(town.desk).portion(town.tx, town.clock())
    return town.one("SELECT recipient_id FROM notice_recipients WHERE household_id = 'H001'")


def sent_notice(town: Town) -> str:
    """The notice that households have."""
    return town.one("SELECT notice_id FROM notices WHERE state = 'issued'")


def round_of_cb05(town: Town) -> str:
    """A list of households given to a secretary: these, and no others, they may know."""
    town.act("canbo", press=f"l|send|{sent_notice(town)}")
    say(town, "canbo", "to 01", "chi bo 05", "gui")
    return town.one("SELECT round_id FROM door_rounds")


def door_of_cb05(town: Town) -> str:
    """One of them."""
    return town.one("SELECT MIN(recipient_id) FROM door_calls")


def finished_round_of_cb05(town: Town) -> str:
    """Another list, of which every door was called on."""
    town.act("canbo", press=f"l|send|{sent_notice(town)}")
    say(town, "canbo", "to 06", "chi bo 05", "gui")
    round_id = town.one("SELECT MAX(round_id) FROM door_rounds")
    doors = town.tx.execute("SELECT recipient_id FROM door_calls WHERE round_id = ?", (round_id,)).fetchall()
    for door in doors:
        town.act("cb05", press=f"d|visit|{round_id}|{door['recipient_id']}")
        say(town, "cb05", "1", "bo qua", "bo qua", "gui")
    return round_id


def asked_by_ho1(town: Town) -> str:
    say(town, "ho1", "khi nào nhận tiền đền bù?")
    return town.one("SELECT asked_id FROM asked WHERE faq_id IS NOT NULL")


def ticket_of_ho1(town: Town) -> str:
    say(town, "ho1", "khi nào làm cống thoát nước?")
    return town.one("SELECT ticket_id FROM tickets WHERE words = 'khi nào làm cống thoát nước?'")


def proposal_of_canbo(town: Town) -> str:
    town.act("canbo", press=f"fp|new|{town.one('SELECT MAX(ticket_id) FROM tickets')}")
    say(town, "canbo", "Khi nào làm cống thoát nước?", "Cống được làm trong quý 3.", "Kế hoạch 12/KH-UBND", "gui")
    return town.one("SELECT proposal_id FROM faq_proposals")


def denunciation_of_ho1(town: Town) -> str:
    say(town, "ho1", "/khieunai", "2", "1", "gui")
    return town.one("SELECT referral_id FROM referrals WHERE kind = 'denunciation'")


def meeting_of_ho1(town: Town) -> str:
    say(
        town,
        "canbo",
        "/moihop",
        "Dự án đường hành lang chân đê",
        "Công bố phương án",
        "19h30 27/3",
        "nhà văn hóa",
        "gui",
    )
    return town.one("SELECT meeting_id FROM meetings")


def claim_of_a_stranger(town: Town) -> str:
    say(town, "khach", "tôi là chủ thửa 45 tờ 12", "1", "Nguyễn Văn Út (giả định)", "1")
    return town.one("SELECT claim_id FROM household_claims")


def home_of_ho1(_town: Town) -> str:
    return "H001"


def duty_of_cb05(town: Town) -> str:
    say(town, "canbo", "/giaonhiemvu", "Ban hành Nghị quyết chuyên đề", "3", "1", "cb5", "31/3", "gui")
    return town.one("SELECT duty_id FROM duties WHERE title = 'Ban hành Nghị quyết chuyên đề'")


THINGS: dict[str, Callable[[Town], str]] = {
    make.__name__: make
    for make in (
        model_of_cb05,
        report_of_cb05,
        helped_by_cb05,
        notice_of_ho1,
        notice_of_canbo,
        sent_notice,
        round_of_cb05,
        door_of_cb05,
        asked_by_ho1,
        ticket_of_ho1,
        proposal_of_canbo,
        denunciation_of_ho1,
        meeting_of_ho1,
        claim_of_a_stranger,
        home_of_ho1,
        duty_of_cb05,
        finished_round_of_cb05,
    )
}
