"""From a stored update to what a person did."""

from __future__ import annotations

import json
import random
import unicodedata
from typing import Any

import pytest

from bot.channels.base import Unreadable
from bot.channels.telegram_updates import parse_update
from bot.core.message import BOLD_OFF, BOLD_ON, Address, File, Inbound, Spot

LINH = {"id": 7, "is_bot": False, "first_name": "Linh", "last_name": "Trần"}
PRIVATE = {"id": 7, "type": "private", "first_name": "Linh"}
GROUP = {"id": -100, "type": "supergroup", "title": "Ward"}
HEAD = {"message_id": 5, "from": LINH, "chat": PRIVATE, "date": 1_600_000_000}


def update(**content: Any) -> str:
    return json.dumps({"update_id": 1, **content})


def message(**content: Any) -> str:
    return update(message=HEAD | content)


def parsed(raw: str) -> Inbound:
    inbound = parse_update(raw)
    assert inbound is not None
    return inbound


def test_words() -> None:
    assert parsed(message(text="xin chào")) == Inbound(
        address=Address(channel="telegram", chat="7"),
        sender="7",
        at=1_600_000_000_000,
        text="xin chào",
        sender_name="Linh Trần",
    )


def test_start_with_a_code_stays_words() -> None:
    assert parsed(message(text="/start AbC_-9")).text == "/start AbC_-9"


def test_in_a_group_the_sender_is_not_the_chat() -> None:
    inbound = parsed(message(text="x", chat=GROUP))
    assert (inbound.address.chat, inbound.sender, inbound.group) == ("-100", "7", True)


def test_an_edit_is_marked() -> None:
    assert parsed(update(edited_message=HEAD | {"text": "better", "edit_date": 1_600_000_009})).edited


def test_a_photo_is_taken_in_its_largest_size() -> None:
    sizes = [
        {"file_id": "s", "width": 90, "height": 60, "file_size": 900},
        {"file_id": "L", "width": 1280, "height": 960, "file_size": 90_000},
        {"file_id": "m", "width": 320, "height": 240},
    ]
    inbound = parsed(message(photo=sizes, caption="the street", media_group_id="1"))
    assert inbound.text == "the street"
    assert inbound.files == (File(ref="L", kind="photo", size=90_000, mime="image/jpeg"),)


def test_a_document_counts_when_it_is_an_image() -> None:
    image = {"file_id": "d", "mime_type": "image/png", "file_size": 3}
    assert parsed(message(document=image)).files == (File(ref="d", kind="document", size=3, mime="image/png"),)
    assert parsed(message(document=image | {"mime_type": "application/pdf"})).files == ()


@pytest.mark.parametrize("kind", ["sticker", "voice", "location", "contact", "video_note", "dice", "document"])
def test_what_has_no_words_is_still_something_the_person_did(kind: str) -> None:
    assert parsed(message(**{kind: {"file_id": "x"}})).text == ""


def test_a_press() -> None:
    query = {"id": "99", "from": LINH, "message": HEAD | {"text": "?"}, "data": "a:1", "chat_instance": "1"}
    inbound = parsed(update(callback_query=query))
    assert (inbound.press, inbound.press_id, inbound.at, inbound.group) == ("a:1", "99", 0, False)


@pytest.mark.parametrize(
    ("under", "chat", "group"),
    [
        ({"message": {"chat": PRIVATE, "message_id": 1, "date": 0}}, "7", False),
        ({"message": {"chat": GROUP, "message_id": 1, "date": 0}}, "-100", True),
        ({"inline_message_id": "abc"}, "7", False),
    ],
)
def test_a_press_on_a_message_out_of_reach(under: dict[str, Any], chat: str, group: bool) -> None:
    inbound = parsed(update(callback_query={"id": "9", "from": LINH, "data": "x"} | under))
    assert (inbound.address.chat, inbound.sender, inbound.group) == (chat, "7", group)


@pytest.mark.parametrize(
    ("status", "reachable"),
    [("kicked", False), ("left", False), ("member", True), ("administrator", True), ("restricted", True)],
)
def test_leaving_and_coming_back(status: str, reachable: bool) -> None:
    change = {"chat": PRIVATE, "from": LINH, "date": 1, "new_chat_member": {"user": {}, "status": status}}
    assert parsed(update(my_chat_member=change)).reachable is reachable


@pytest.mark.parametrize(
    "raw",
    [
        update(),
        update(poll={"id": "1"}),
        update(message_of_the_future={"date": "soon"}),
        update(channel_post=HEAD | {"text": "x"}),
        update(chat_member={"chat": GROUP}),
        message(new_chat_members=[LINH]),
        message(migrate_to_chat_id=-1001),
        message(pinned_message=HEAD),
        message(something_of_the_future={}),
        message(text="x", chat=GROUP | {"type": "channel"}),
        message(text="x", **{"from": LINH | {"is_bot": True}}),
        update(message={key: value for key, value in HEAD.items() if key != "from"} | {"text": "x"}),
        update(callback_query={"id": "9", "from": LINH, "message": HEAD, "game_short_name": "x"}),
    ],
)
def test_what_is_nothing_for_us(raw: str) -> None:
    assert parse_update(raw) is None


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "{",
        "[]",
        "null",
        '{"message": {}}',
        update(message=[]),
        update(message={}),
        message(text="x", date="soon"),
        message(text="x", date=-1),
        message(text="x", date=10**14),
        message(text="x", date=None),
        message(text=5),
        message(text=None),
        message(text="x", chat={"id": "7", "type": "private"}),
        message(text="x", chat={"id": True, "type": "private"}),
        message(text="x", chat={"type": "private"}),
        message(text="x", **{"from": "Linh"}),
        message(text="x", **{"from": {"id": 10**40}}),
        message(photo=[]),
        message(photo={}),
        message(photo=["x"]),
        message(photo=[{"file_id": "x", "width": "1", "height": 1}]),
        message(photo=[{"width": 1, "height": 1}]),
        message(document={"mime_type": "image/png"}),
        update(callback_query={"id": 9, "from": LINH, "message": HEAD, "data": "x"}),
        update(callback_query={"id": "9", "message": HEAD, "data": "x"}),
        update(callback_query={"id": "9", "from": LINH, "message": None, "data": "x"}),
        update(my_chat_member={"chat": PRIVATE, "from": LINH, "date": 1}),
        '{"update_id": 1, "message": ' + "[" * 100_000,
    ],
)
def test_what_cannot_be_understood_is_said_to_be_so(raw: str) -> None:
    with pytest.raises(Unreadable):
        parse_update(raw)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("a\x00b\x07c\x1bd\x7fe", "abcde"),
        (f"{BOLD_ON}bold?{BOLD_OFF}", "bold?"),
        ("line\r\nline\rline\n\ttab", "line\nline\nline\ntab"),
        ("lone \ud83c half \udfe0", "lone half"),
        ("whole 🏠", "whole 🏠"),
        (unicodedata.normalize("NFD", "Đường ế ợ"), "Đường ế ợ"),
        ("zero\u200bwidth and \u202eright", "zerowidth and right"),
    ],
)
def test_words_are_cleaned(typed: str, read: str) -> None:
    assert parsed(message(text=typed)).text == read
    assert parsed(message(photo=[{"file_id": "f", "width": 1, "height": 1}], caption=typed)).text == read


def test_a_name_is_one_clean_line() -> None:
    sender = LINH | {"first_name": " A\n\x00 ", "last_name": f"B{BOLD_ON}"}
    assert parsed(message(text="x", **{"from": sender})).sender_name == "A B"


def test_no_mutation_raises_anything_else() -> None:
    """Whatever is broken in an update, the answer is one of three: understood, nothing for us, unreadable."""
    chance = random.Random(7)
    whole = [
        json.loads(message(text="x", photo=[{"file_id": "f", "width": 1, "height": 1}])),
        json.loads(update(callback_query={"id": "9", "from": LINH, "message": HEAD, "data": "x"})),
        json.loads(
            update(my_chat_member={"chat": PRIVATE, "from": LINH, "date": 1, "new_chat_member": {"status": "left"}})
        ),
    ]
    for _ in range(5000):
        raw = json.dumps(_mutated(chance.choice(whole), chance))
        try:
            parse_update(raw)
        except Unreadable:
            continue


def _mutated(value: Any, chance: random.Random) -> Any:
    if chance.random() < 0.06:
        return chance.choice([None, True, -1, 1.5, 10**30, "", "\ud800", [], {}, [None], {"id": {}}])
    if isinstance(value, dict):
        return {key: _mutated(inner, chance) for key, inner in value.items() if chance.random() > 0.04}
    return [_mutated(inner, chance) for inner in value] if isinstance(value, list) else value


def test_a_place_shared_once_is_taken_and_named_by_its_venue() -> None:
    place = {"latitude": 21.035121, "longitude": 105.92011, "horizontal_accuracy": 20}
    spot = parsed(message(location=place)).spot
    assert spot is not None
    assert (spot.point, spot.name) == ("21.03512,105.92011", "")
    venue = {"location": place, "title": "Đình\x02 Sài Đồng", "address": "Long Biên"}
    assert parsed(message(location=place, venue=venue)).spot == Spot(
        latitude=21.035121, longitude=105.92011, name="Đình Sài Đồng"
    )


@pytest.mark.parametrize(
    "place",
    [
        {"latitude": 21.0, "longitude": 105.9, "live_period": 900},
        {"latitude": 91, "longitude": 105.9},
        {"latitude": 21.0, "longitude": -181},
        {"latitude": "21", "longitude": 105.9},
        {"latitude": True, "longitude": 105.9},
        {"latitude": float("nan"), "longitude": 105.9},
        {"longitude": 105.9},
        {},
    ],
)
def test_a_live_location_and_one_that_cannot_be_are_no_places(place: dict[str, object]) -> None:
    assert parsed(message(location=place)).spot is None


def test_a_live_location_that_moves_on_says_nothing() -> None:
    moved = {"location": {"latitude": 21.0, "longitude": 105.9, "live_period": 900}, "edit_date": 1_600_000_009}
    assert parse_update(update(edited_message=HEAD | moved)) is None
