"""What the channel writes, as the person sees it."""

from __future__ import annotations

import asyncio

import pytest

from bot.channels.base import DeliveryFailed, Trouble
from bot.channels.rendering import fit, utf16_length
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_messages import keyboard, render
from bot.core.message import BOLD_OFF, BOLD_ON, Inbound, Outbound
from tests.channels.telegram_kit import (
    LINH,
    attachment,
    choices,
    connect,
    failure,
    hurry,
    listening,
    message,
    picture,
    until,
)
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_people import Person


def parts(channel: TelegramChannel, sent: Outbound) -> tuple[Outbound, ...]:
    return fit(sent, channel.can, str, size=1)


def bold(text: str) -> str:
    return BOLD_ON + text + BOLD_OFF


async def test_a_message_arrives_with_its_buttons(channel: TelegramChannel, linh: Person) -> None:
    sent = message("Which one?", choices=choices("A", "B"), controls=choices("Back", "Cancel"))
    number = await channel.send(sent)
    assert number == str(linh.last.id)
    assert str(linh.last) == "Which one?\n[A] [B]\n[Back] [Cancel]"
    assert "parse_mode" not in linh.last.payload
    assert linh.last.payload["link_preview_options"] == {"is_disabled": True}


async def test_a_message_is_changed_in_its_place(channel: TelegramChannel, linh: Person) -> None:
    number = await channel.send(message("one", choices=choices("A")))
    assert await channel.edit(message(f"two {bold('b')}", choices=choices("B")), number)
    assert await channel.edit(message(f"two {bold('b')}", choices=choices("B")), number), "it says so already"
    assert [str(shown) for shown in linh.messages] == ["two **b**\n[B]"]
    assert await channel.edit(message("three"), number)
    assert (linh.last.shown, linh.last.buttons, linh.last.edits) == ("three", [], 2)


async def test_a_message_that_is_gone_is_not_changed(channel: TelegramChannel, linh: Person) -> None:
    number = await channel.send(message("one"))
    linh.last.deleted = True
    for where in (number, "999", "", "x"):
        assert not await channel.edit(message("two"), where)
    photo = await channel.send(message("a", attachment=attachment()), picture())
    assert not await channel.edit(message("two"), photo)


async def test_a_change_fails_as_a_send_does(channel: TelegramChannel, fake: FakeTelegram, linh: Person) -> None:
    number = await channel.send(message("one"))
    for kind, trouble in (("blocked", Trouble.UNREACHABLE), ("429", Trouble.WAIT), ("reset", Trouble.IN_DOUBT)):
        fake.fault(kind, "editMessageText")
        with pytest.raises(DeliveryFailed) as failed:
            await channel.edit(message(f"two {kind}"), number)
        assert failed.value.trouble is trouble


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"a {bold('b')} c", "a **b** c"),
        (f"🏠🏠 {bold('house 🏠')} end", "🏠🏠 **house 🏠** end"),
        (f"{bold('👨‍👩‍👧')}{bold('x')}", "**👨‍👩‍👧****x**"),
        (f"{bold('Đường hành lang')} chân đê", "**Đường hành lang** chân đê"),
        (f"open {BOLD_ON}to the end", "open **to the end**"),
        (f"close{BOLD_OFF} only, {BOLD_ON}{BOLD_OFF}empty", "close only, empty"),
        (f"{BOLD_ON}twice {BOLD_ON}open{BOLD_OFF} once", "**twice open** once"),
        ("<b>&amp;</b> *_` stay as typed", "<b>&amp;</b> *_` stay as typed"),
    ],
)
async def test_bold_stands_where_it_was_meant(channel: TelegramChannel, linh: Person, text: str, shown: str) -> None:
    await channel.send(message(text))
    assert linh.last.shown == shown


def test_offsets_are_counted_in_utf16_units() -> None:
    words, entities = render(f"🏠{bold('🏠b')}")
    assert words == "🏠🏠b"
    assert entities == [{"type": "bold", "offset": 2, "length": 3}]


@pytest.mark.parametrize(
    ("labels", "rows"),
    [
        (("Yes", "No"), [["Yes", "No"]]),
        (("Yes", "No", "Later"), [["Yes", "No", "Later"]]),
        (("Clearance", "Planning", "Security"), [["Clearance", "Planning"], ["Security"]]),
        (("A", "a label of nineteen"), [["A"], ["a label of nineteen"]]),
        ((), []),
    ],
)
def test_rows_fit_a_phone(labels: tuple[str, ...], rows: list[list[str]]) -> None:
    drawn = keyboard(choices(*labels), choices("Back"))
    assert [[button["text"] for button in row] for row in drawn] == [*rows, ["Back"]]
    assert keyboard((), ()) == []


@pytest.mark.parametrize("length", [4095, 4096, 4097, 9000])
@pytest.mark.parametrize("letter", ["a", "🏠", "ế"])
async def test_long_texts_arrive_in_parts(channel: TelegramChannel, linh: Person, length: int, letter: str) -> None:
    text = (letter * (length // utf16_length(letter))).ljust(length - length % utf16_length(letter), "a")
    split = parts(channel, message(text, choices=choices("Yes")))
    for part in split:
        await channel.send(part)
    assert "".join(shown.text for shown in linh.messages) == text
    assert [bool(shown.rows) for shown in linh.messages] == [False] * (len(split) - 1) + [True]
    assert all(utf16_length(part.text) <= 4096 for part in split)


async def test_a_bold_stretch_goes_on_in_the_next_part(channel: TelegramChannel, linh: Person) -> None:
    for part in parts(channel, message(bold("word 🏠 " * 1200))):
        await channel.send(part)
    assert len(linh.messages) > 1
    assert all(shown.shown.startswith("**") and shown.shown.endswith("**") for shown in linh.messages)


async def test_a_press_is_acknowledged_once_and_an_old_one_does_not_matter(
    channel: TelegramChannel, fake: FakeTelegram, linh: Person
) -> None:
    await channel.send(message(choices=choices("Yes")))
    await linh.press("Yes")
    press = channel.parse(fake.ledger.updates[-1].raw.decode())
    assert press is not None
    await channel.acknowledge(press)
    assert fake.ledger.acknowledged == {press.press_id: 1}
    fake.advance(3600)
    hurry(channel)
    for kind in ("hang", "reset", "500", "not_json", "429"):
        fake.fault(kind, seconds=9)
    for _ in range(6):
        await channel.acknowledge(press)


async def test_nothing_to_acknowledge_makes_no_call(channel: TelegramChannel, fake: FakeTelegram) -> None:
    await channel.acknowledge(Inbound(address=message().address, sender="1", at=0, text="words"))
    assert fake.ledger.calls == []


async def test_the_bot_knows_its_name_and_its_commands(channel: TelegramChannel, fake: FakeTelegram) -> None:
    assert channel.username == ""
    assert await channel.check() == channel.username == "dan_van_kheo_bot"
    await channel.set_commands([("dangky", "Register"), ("huy", "Stop")])
    assert [command["command"] for command in fake.commands] == ["dangky", "huy"]
    with pytest.raises(DeliveryFailed, match="refused: command"):
        await channel.set_commands([("Bad Name", "x")])


async def test_a_failed_check_says_what_to_do(channel: TelegramChannel, fake: FakeTelegram) -> None:
    hurry(channel)
    for kind, trouble in [("401", Trouble.MISCONFIGURED), ("hang", Trouble.RETRY_LATER), ("500", Trouble.RETRY_LATER)]:
        fake.fault(kind)
        with pytest.raises(DeliveryFailed) as failed:
            await channel.check()
        assert failed.value.trouble is trouble


@pytest.mark.parametrize("retry_after", [0, 1, 30, 2282, 10072])
async def test_the_wait_is_as_long_as_told_and_never_nothing(
    channel: TelegramChannel, fake: FakeTelegram, linh: Person, retry_after: int
) -> None:
    fake.fault("429", "sendMessage", seconds=retry_after, chat=LINH)
    failed = await failure(channel)
    assert (failed.trouble, failed.everyone) == (Trouble.WAIT, False)
    assert failed.seconds == max(1, retry_after)


async def test_three_chats_told_within_a_second_mean_everyone(fake: FakeTelegram) -> None:
    time = [100.0]
    channel = connect(fake, monotonic=lambda: time[0])
    verdicts = []
    for chat, later in [(1, 0.0), (1, 0.1), (2, 0.1), (3, 0.1), (4, 5.0), (5, 0.1)]:
        fake.person(chat)
        fake.fault("429", "sendMessage", seconds=3, chat=chat)
        time[0] += later
        verdicts.append((await failure(channel, message(chat=chat))).everyone)
    assert verdicts == [False, False, False, True, False, False]
    await channel.close()


async def test_a_picture_goes_with_its_words_and_buttons(channel: TelegramChannel, linh: Person) -> None:
    content = picture()
    number = await channel.send(
        message(f"Figures of {bold('today')}", attachment=attachment(), choices=choices("Yes")), content
    )
    assert (linh.last.kind, str(linh.last), str(linh.last.id)) == ("photo", "Figures of **today**\n[Yes]", number)
    assert (linh.last.payload["photo"], linh.last.payload["file_name"]) == (content, "biểu đồ.png")


async def test_a_document_keeps_its_name_and_needs_no_words(channel: TelegramChannel, linh: Person) -> None:
    await channel.send(message("", attachment=attachment("application/pdf", "báo cáo.pdf")), b"%PDF")
    assert (linh.last.kind, linh.last.text, linh.last.payload["document"]) == ("document", "", b"%PDF")
    assert linh.last.payload["file_name"] == "báo cáo.pdf"


@pytest.mark.parametrize(("length", "kinds"), [(1024, ["photo"]), (1025, ["text", "photo"]), (4097, ["text", "photo"])])
async def test_words_too_long_for_a_caption_go_before(
    channel: TelegramChannel, linh: Person, length: int, kinds: list[str]
) -> None:
    for part in parts(channel, message("a" * length, attachment=attachment(), choices=choices("Yes"))):
        await channel.send(part, picture())
    assert [shown.kind for shown in linh.messages] == kinds
    assert "".join(shown.text for shown in linh.messages) == "a" * length
    assert [bool(shown.rows) for shown in linh.messages] == [kind == "photo" for kind in kinds]


@pytest.mark.parametrize(
    ("mime", "content", "why"),
    [
        ("image/png", b"no picture", "photo"),
        ("image/png", picture(9_000, 1_001), "photo"),
        ("image/png", picture(2_100, 100), "photo"),
        ("application/pdf", b"", "file_empty"),
        ("application/pdf", b"x" * (50 * 1024 * 1024 + 1), "too_large"),
    ],
)
async def test_what_telegram_does_not_take_is_refused_for_good(
    channel: TelegramChannel, linh: Person, mime: str, content: bytes, why: str
) -> None:
    failed = await failure(channel, message(attachment=attachment(mime)), content)
    assert (failed.trouble, failed.why) == (Trouble.REFUSED, why)


async def test_many_sends_at_once(fake: FakeTelegram) -> None:
    channel = connect(fake)
    for number in range(200):
        fake.person(number + 1)
    await asyncio.gather(*(channel.send(message(f"to {n + 1}", chat=n + 1)) for n in range(200)))
    assert all(person.last.text == f"to {number}" for number, person in fake.people.items())
    await channel.close()


async def test_a_channel_can_be_used_again_after_close(channel: TelegramChannel, linh: Person) -> None:
    await channel.send(message("one"))
    await channel.close()
    await channel.send(message("two"))
    assert [shown.text for shown in linh.messages] == ["one", "two"]


async def test_two_in_conversation(channel: TelegramChannel, fake: FakeTelegram, linh: Person) -> None:
    """The whole way: a person speaks, we answer with a button, they press it."""

    async def reply(updates: object) -> None:
        for update in updates:  # type: ignore[attr-defined]
            inbound = channel.parse(update.raw)
            assert inbound is not None
            await channel.acknowledge(inbound)
            await channel.send(message(f"You: {inbound.text}{inbound.press}", choices=choices("Yes")))

    async with listening(channel, reply):
        await linh.say("/start CODE-1")
        await linh.wait_for("You: /start CODE-1")
        await linh.press("Yes")
        await linh.wait_for("You: c0")
        await until(lambda: fake.pending == 0)
    assert fake.ledger.lost == []


@pytest.mark.parametrize(
    ("code", "link"),
    [("duan-DE", "?start=duan-DE"), ("duan-Đê", ""), ("x" * 65, ""), ("", "")],
)
async def test_its_door_is_the_link_that_opens_it_once_its_name_is_known(
    channel: TelegramChannel, code: str, link: str
) -> None:
    assert channel.door(code) == ""
    name = await channel.check()
    assert channel.door(code) == f"https://t.me/{name}{link}"
