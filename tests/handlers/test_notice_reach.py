"""Before a notice goes: how many it reaches and at what price, who needs a template, who can't be reached and why."""

from __future__ import annotations

import pytest

from bot.core.reach import Standing, Window, standing
from storage import channels
from storage.database import Tx
from tests.house import House

HOUR = 3600_000
ZALO = {"free": 48 * HOUR, "open": 7 * 24 * HOUR}


@pytest.mark.parametrize(
    ("hours", "paid", "template", "takes"),
    [
        (0, True, False, "free"),
        (47.9, True, False, "free"),
        (48, True, False, "billed"),
        (48, False, False, "closed"),
        (48, False, True, "template"),
        (167.9, True, True, "billed"),
        (168, True, True, "template"),
        (168, True, False, "closed"),
        (None, True, True, "template"),
        (None, True, False, "closed"),
    ],
)
def test_what_a_message_takes(hours: float | None, paid: bool, template: bool, takes: str) -> None:
    window = Window(free=48 * HOUR, open=(168 if paid else 48) * HOUR, template=template)
    now = 10**12
    assert standing(window, None if hours is None else now - round(hours * HOUR), now) == takes
    assert standing(None, None, now) is Standing.FREE


async def window_on(house: House, *, template: bool) -> None:
    """The web chat closes to whoever is silent; ho1 wrote now, ho2 three days ago, ho3 a month ago, the rest never."""
    house.engine.desk.windows["web"] = Window(**ZALO, template=template)  # type: ignore[index]

    def said(tx: Tx) -> None:
        for account, hours in (("ho1", 0), ("ho2", 72), ("ho3", 720)):
            channels.heard(tx, "web", account, house.clock() - hours * HOUR)
        tx.execute("UPDATE accounts SET unreachable = 'blocked' WHERE account = 'ho4'")

    await house.engine.database.write(said)


async def previewed(house: House) -> str:
    """The card of a notice before it is kept."""
    for said in ("/thongbao", "1", "1", "Kính mời hộ gia đình xem thông báo niêm yết."):
        await house.say("canbo", said)
    return "\n".join(await house.say("canbo", "bo qua"))


async def test_without_a_template_the_silent_are_out_of_reach(house: House) -> None:
    await window_on(house, template=False)
    card = await previewed(house)
    assert "Sẽ gửi cho **46 hộ**: web 2, **không liên lạc được 44**" in card
    assert "Zalo tính phí (im lặng từ 48 giờ đến 7 ngày) 1, gửi miễn phí (nhắn trong 48 giờ qua) 1." in card
    assert (
        "đã chặn hoặc bỏ quan tâm 1, im lặng quá lâu trên Zalo, phường chưa có mẫu ZBS 11, chưa có tài khoản 32."
        in card
    )


async def test_with_a_template_they_are_not(house: House) -> None:
    await window_on(house, template=True)
    card = await previewed(house)
    assert "web 13, **không liên lạc được 33**" in card
    assert "gửi bằng mẫu ZBS (im lặng quá lâu) 11." in card


async def test_the_list_says_so_by_household_to_officers_alone(house: House) -> None:
    await window_on(house, template=False)
    await previewed(house)
    await house.press("canbo", "Lưu, xem lại")
    [listed] = await house.press("canbo", "Hộ cần lưu ý")
    assert "Bùi Thị B (hộ giả định)" in listed
    assert ": Zalo tính phí (im lặng từ 48 giờ đến 7 ngày)" in listed
    assert "Nguyễn Văn A (hộ giả định)" not in listed
    assert "và 05 hộ nữa" in listed, "45 of 46 households, 40 in a message"
    data = house.button("canbo", "Hộ cần lưu ý").data
    await house.act("lanhdao", press=data)
    assert "Bùi Thị B" not in "\n".join(house.unread("lanhdao"))


async def test_a_closed_account_falls_over_to_an_open_one(house: House) -> None:
    await window_on(house, template=False)

    def second(tx: Tx) -> None:
        tx.execute(
            "INSERT INTO accounts (channel, account, chat, person_id, joined_at, used_at)"
            " SELECT 'telegram', '7', '7', person_id, 0, 0 FROM accounts WHERE account = 'ho5'"
        )

    await house.engine.database.write(second)
    assert "Telegram 1, web 2, **không liên lạc được 43**" in await previewed(house)
