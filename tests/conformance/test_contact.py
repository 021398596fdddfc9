"""A telephone number: asked for once, given by the platform's own button or typed, refused without loss."""

from __future__ import annotations

import pytest

from bot.channels.capabilities import Contacts
from tests.conformance.stage import Stage

WHO = "khach-moi"
GIVE, NO = "Gửi số điện thoại của tôi", "Không gửi số"
KEPT = "SELECT phone, contact_name FROM people WHERE phone_asked_at IS NOT NULL"
SAID_YES = "SELECT COUNT(*) AS n FROM consents WHERE purpose = 'phone' AND withdrawn_at IS NULL"


async def join(stage: Stage) -> list[str]:
    """With the slip of a household; the buttons on the screen afterwards."""
    await stage.say(WHO, "DEMO-HO20")
    seen = await stage.press(WHO, "Đồng ý")
    assert sum("xin **số điện thoại**".replace("**", "") in one.text.replace("**", "") for one in seen) == 1
    return [label for one in seen for label in one.buttons]


async def test_it_is_given_by_the_platforms_button_or_typed(stage: Stage) -> None:
    assert (GIVE in await join(stage)) == (stage.channel.can.contacts is not Contacts.NONE)
    await stage.kit.give_number(WHO, GIVE, "0912 345 678")
    [said] = await stage.answer(WHO)
    assert "091…678" in said.text
    assert "345" not in said.text
    [kept] = stage.rows(KEPT)
    assert kept["phone"] == "+84912345678"
    assert bool(kept["contact_name"]) == (stage.channel.can.contacts is not Contacts.NONE)
    assert stage.rows(SAID_YES) == [{"n": 1}]


async def test_it_is_refused_and_nobody_asks_again(stage: Stage) -> None:
    await join(stage)
    [said] = await stage.press(WHO, NO)
    assert "không hỏi lại" in said.text
    assert stage.rows(KEPT) == [{"phone": "", "contact_name": ""}]
    assert stage.rows(SAID_YES) == [{"n": 0}]
    assert "số điện thoại" not in (await stage.say(WHO, "xin chào"))[0].text


async def test_what_is_no_number_here_is_not_kept(stage: Stage) -> None:
    await join(stage)
    await stage.say(WHO, "0999")
    await stage.say(WHO, "+1 202 555 0123")
    assert stage.rows(KEPT) == [{"phone": "", "contact_name": ""}]


@pytest.mark.parametrize("who", ["ho1", "la"])
async def test_a_number_that_nobody_asked_for_is_not_kept(stage: Stage, who: str) -> None:
    await stage.say(who, "0912 345 678")
    assert stage.rows("SELECT 1 FROM people WHERE phone <> ''") == []
