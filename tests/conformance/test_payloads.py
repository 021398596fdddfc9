"""Every kind of thing that people and platforms do, on every channel: answered as it should be, once, or kept quiet."""

from __future__ import annotations

import pytest

from bot.channels.base import Forbidden
from bot.core.message import Update
from tests.channels.telegram_kit import picture
from tests.conformance.kit import Seen
from tests.conformance.stage import Stage

WHO = "cb05"
MENU = "Đăng ký mô hình"


def words(seen: list[Seen]) -> str:
    return "\n".join(message.text for message in seen)


async def begin_report(stage: Stage) -> None:
    """The report's form waits for its first answer."""
    assert "khi nào" in words(await stage.say(WHO, "/baocao"))


def settled(stage: Stage) -> dict[object, int]:
    """What became of everything that was received."""
    rows = stage.rows("SELECT state, COUNT(*) AS count FROM inbox GROUP BY state")
    return {row["state"]: int(str(row["count"])) for row in rows}


async def test_words(stage: Stage) -> None:
    [answer] = await stage.say(WHO, "xin chào")
    assert "Bí thư Chi bộ 05" in answer.text


@pytest.mark.parametrize("typed", ["1", "1.", MENU, MENU.lower(), "dang ky mo hinh", "  ĐĂNG KÝ MÔ HÌNH "])
async def test_a_choice_by_its_number_or_its_label(stage: Stage, typed: str) -> None:
    await stage.say(WHO, "xin chào")
    assert "Lĩnh vực" in words(await stage.say(WHO, typed))


async def test_a_press(stage: Stage) -> None:
    await stage.say(WHO, "xin chào")
    assert "Lĩnh vực" in words(await stage.press(WHO, MENU))


@pytest.mark.parametrize("label", ["Quay lại", "Hủy"])
async def test_a_control(stage: Stage, label: str) -> None:
    await begin_report(stage)
    await stage.say(WHO, "hôm qua 19h30")
    assert words(await stage.press(WHO, label))


async def test_a_photo_that_nobody_asked_for(stage: Stage) -> None:
    assert "chưa gắn với phiếu nào" in words(await stage.photo(WHO, picture()))
    assert stage.rows("SELECT * FROM media") == []


@pytest.mark.parametrize("kind", ["document", "location", "sticker"])
async def test_what_has_no_words_is_answered(stage: Stage, kind: str) -> None:
    act = getattr(stage.kit, kind)
    await (act(WHO, b"%PDF-1.7") if kind == "document" else act(WHO))
    assert len(await stage.answer(WHO)) == 1
    assert settled(stage) == {"done": 1}


@pytest.mark.parametrize("kind", ["document", "location", "sticker"])
async def test_what_has_no_words_answers_no_question(stage: Stage, kind: str) -> None:
    await begin_report(stage)
    act = getattr(stage.kit, kind)
    await (act(WHO, b"%PDF-1.7") if kind == "document" else act(WHO))
    assert "(1/7)" in words(await stage.answer(WHO))


async def test_an_edited_message_changes_nothing(stage: Stage) -> None:
    await begin_report(stage)
    await stage.say(WHO, "hôm qua 19h30")
    before = stage.rows("SELECT state FROM conversations")
    await stage.kit.edit(WHO, "hôm kia 19h30")
    assert "vừa sửa" in words(await stage.answer(WHO))
    assert stage.rows("SELECT state FROM conversations") == before


async def test_a_group_hears_nothing_personal(stage: Stage) -> None:
    await stage.kit.say_in_group(WHO, "xin chào")
    assert await stage.answer(WHO) == []
    await stage.kit.say_in_group(WHO, "/viec")
    assert await stage.answer(WHO) == []
    assert b"cu\xe1\xbb\x99c tr\xc3\xb2 chuy\xe1\xbb\x87n ri\xc3\xaang" in stage.kit.leaked()


FORGED = [
    "q|AAAAAAAAAAAA|owner|1",
    "n|received|01ARZ3NDEKTSV4RRFFQ69G5FAV",
    "c|rm",
    "v|x",
    "u|",
    "|||",
    "x" * 64,
    "k||",
]


@pytest.mark.parametrize("data", FORGED)
async def test_a_forged_button_does_nothing(stage: Stage, data: str) -> None:
    await begin_report(stage)
    before = stage.rows("SELECT * FROM notice_answers")
    await stage.kit.forge(WHO, data)
    assert await stage.answer(WHO)
    assert stage.rows("SELECT * FROM notice_answers") == before
    assert set(settled(stage)) == {"done"}


async def test_a_person_who_blocked_us_is_left_alone_until_they_come_back(stage: Stage) -> None:
    await stage.say(WHO, "xin chào")
    await stage.kit.block(WHO)
    assert await stage.answer(WHO) == []
    reach = "SELECT unreachable FROM accounts WHERE account = ?"
    assert stage.rows(reach, stage.kit.account_of(WHO)) == [{"unreachable": "blocked"}]
    await stage.kit.unblock(WHO)
    assert await stage.answer(WHO) == []
    assert stage.rows(reach, stage.kit.account_of(WHO)) == [{"unreachable": None}]


# -- what platforms do -----------------------------------------------------------------------------------------------


async def test_what_comes_twice_is_answered_once(stage: Stage) -> None:
    assert len(await stage.say(WHO, "xin chào")) == 1
    await stage.kit.repeat()
    assert await stage.answer(WHO) == []
    assert settled(stage) == {"done": 1}


async def test_a_conversation_played_again_by_the_platform_changes_nothing(stage: Stage) -> None:
    for said in ("/dangky", "1", "1", "Ngõ đẹp", "Dọn ngõ", "cả chi bộ", "46 hộ", "quý 2", "gửi"):
        await stage.say(WHO, said)
    models = stage.rows("SELECT COUNT(*) AS count FROM models")
    replay = [
        Update(key=str(row["update_key"]), raw=str(row["raw"]))
        for row in stage.rows("SELECT update_key, raw FROM inbox ORDER BY receipt_id DESC")
    ]
    await stage.engine.take(stage.channel, replay)
    assert await stage.answer(WHO) == []
    assert stage.rows("SELECT COUNT(*) AS count FROM models") == models


async def test_updates_in_the_wrong_order_are_all_answered(stage: Stage) -> None:
    taken: list[Update] = []

    async def keep(updates: object) -> None:
        taken.extend(updates)  # type: ignore[arg-type]

    for text in ("/viec", "/baocao", "xin chào"):
        await stage.kit.say(WHO, text)
    await stage.kit.bring(stage.channel, keep)
    await stage.engine.take(stage.channel, taken[::-1])
    assert len(await stage.answer(WHO)) >= 3
    assert settled(stage) == {"done": 3}


GARBAGE = [
    "",
    "{",
    "null",
    "[]",
    "7",
    '"x"',
    "{}",
    '{"update_id": 1, "message": 3}',
    '{"account": 1}',
    "\\ud800",
    "{" * 9000,
]


@pytest.mark.parametrize("raw", GARBAGE, ids=range(len(GARBAGE)))
async def test_an_update_that_nobody_understands_is_set_aside_and_the_line_moves_on(stage: Stage, raw: str) -> None:
    await stage.engine.take(stage.channel, [Update(key="strange", raw=raw)])
    assert len(await stage.say(WHO, "xin chào")) == 1
    assert set(settled(stage)) <= {"done", "quarantined", "ignored"}
    assert settled(stage)["done"] == 1


SECRETS = [{}, {"x-telegram-bot-api-secret-token": "wrong"}, {"x-telegram-bot-api-secret-token": "a-secreT"}]
SECRETS += [{name: ""} for name in ("x-telegram-bot-api-secret-token", "x-bot-api-secret-token", "x-zevent-signature")]


@pytest.mark.parametrize("headers", SECRETS, ids=range(len(SECRETS)))
async def test_a_call_without_the_right_secret_is_forbidden(stage: Stage, headers: dict[str, str]) -> None:
    with pytest.raises(Forbidden):
        stage.channel.webhook(headers, b'{"update_id": 1}')
