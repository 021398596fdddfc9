"""Things that belong to somebody, made by the conversations themselves: each can stand in a button as `{name}`."""

from __future__ import annotations

from collections.abc import Callable

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
    say(town, "cb05", "/baocao", "19h30 hom qua", "1", "nhà văn hóa", "35 người", "đồng thuận", "xong", "xong", "gui")
    return town.one("SELECT session_id FROM outreach_sessions WHERE place = 'nhà văn hóa'")


def notice_of_ho1(town: Town) -> str:
    say(town, "canbo", "/thongbao", "1", "1", "Kính mời hộ gia đình xem thông báo niêm yết.", "gui")
    return town.one("SELECT recipient_id FROM notice_recipients WHERE household_id = 'H001'")


def asked_by_ho1(town: Town) -> str:
    say(town, "ho1", "khi nào nhận tiền đền bù?")
    return town.one("SELECT asked_id FROM asked WHERE faq_id IS NOT NULL")


def ticket_of_ho1(town: Town) -> str:
    say(town, "ho1", "khi nào làm cống thoát nước?")
    return town.one("SELECT ticket_id FROM tickets WHERE words = 'khi nào làm cống thoát nước?'")


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


THINGS: dict[str, Callable[[Town], str]] = {
    make.__name__: make
    for make in (
        model_of_cb05,
        report_of_cb05,
        notice_of_ho1,
        asked_by_ho1,
        ticket_of_ho1,
        denunciation_of_ho1,
        meeting_of_ho1,
        claim_of_a_stranger,
        home_of_ho1,
    )
}
