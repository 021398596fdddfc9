"""Without buttons: what a typed number, label or "số 2" means while a form is open and a message has come between."""

from __future__ import annotations

import pytest

from bot.core.message import Address, Choice, Outbound
from handlers.dialogue.conversation import offer
from storage import outbox
from storage.database import Tx
from tests.house import House

WHO = "cb05"


async def push(house: House) -> None:
    """A message that nobody asked for, with two choices: the second changes whether reminders are wanted."""
    choices = (
        Choice(label="Việc của tôi", data="c|viec"),
        Choice(label="Không nhận tin nhắc việc", data="p|no|messages"),
    )
    message = Outbound(address=Address(channel="web", chat=WHO), text="Tin của phường", choices=choices)

    def queue(tx: Tx) -> None:
        outbox.put(tx, house.ids.new(), message, house.clock())
        offer(tx, message, WHO)

    await house.engine.database.write(queue)
    await house.settle()
    assert "Tin của phường" in house.unread(WHO)[0]


async def at(house: House, *said: str) -> str:
    """A form is open after these words; what it asks."""
    told = ""
    for text in said:
        told = "\n".join(await house.say(WHO, text))
    return told


TEXT = ("/dangky", "1", "1")  # waits for the name
CHOICE = ("/dangky",)  # waits for one of six
NUMBER = ("/baocao", "hôm qua 19h30", "không thuộc mô hình nào", "bỏ qua", "Nhà văn hóa")  # waits for how many


@pytest.mark.parametrize("typed", ["2", "Không nhận tin nhắc việc", "khong nhan tin nhac viec", "số 2", "so 2"])
async def test_while_it_is_the_last_message_its_numbers_count(house: House, typed: str) -> None:
    await at(house, *TEXT)
    await push(house)
    assert "không nhận tin nhắc việc" in await at(house, typed)


async def test_a_command_offered_is_given(house: House) -> None:
    await at(house, *TEXT)
    await push(house)
    told = await at(house, "1")
    assert "vẫn còn nguyên" in told, "the command answers, and the form goes on"


@pytest.mark.parametrize("typed", ["Ngõ 2 sạch", "Tổ 1 và tổ 2", "Không nhận"])
async def test_words_are_the_answer_all_the_same(house: House, typed: str) -> None:
    asked = await at(house, *TEXT)
    await push(house)
    assert await at(house, typed) != asked
    assert house.rows("SELECT 1 FROM consents WHERE purpose = 'messages' AND withdrawn_at IS NOT NULL") == []


@pytest.mark.parametrize(("form", "typed"), [(CHOICE, "2"), (NUMBER, "2"), (NUMBER, "35")])
async def test_a_question_with_numbers_of_its_own_keeps_them(house: House, form: tuple[str, ...], typed: str) -> None:
    asked = await at(house, *form)
    await push(house)
    assert "không nhận tin" not in (told := await at(house, typed))
    assert told != asked


@pytest.mark.parametrize("form", [CHOICE, NUMBER, TEXT])
async def test_number_two_of_the_message_can_always_be_said(house: House, form: tuple[str, ...]) -> None:
    await at(house, *form)
    await push(house)
    assert "không nhận tin nhắc việc" in await at(house, "số 2")


async def test_once_something_else_was_said_a_number_is_an_answer_again(house: House) -> None:
    await at(house, *TEXT)
    await push(house)
    await at(house, "Ngõ văn minh")  # the next question is now the last message
    await at(house, "2")
    await at(house, "Không nhận tin nhắc việc")
    assert house.rows("SELECT 1 FROM consents WHERE purpose = 'messages' AND withdrawn_at IS NOT NULL") == []
    assert "không nhận tin nhắc việc" in await at(house, "số 2")
