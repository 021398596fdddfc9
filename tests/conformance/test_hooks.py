"""A platform's call at our real web side: on disk before it is answered, whatever a turn costs; forged, nothing."""

from __future__ import annotations

import json

import pytest

from tests.conformance.stage import Stage
from tests.conformance.zalo_kits import BOT_SECRET
from tests.fakes.zalo_oa import APP_ID, FakeZaloOa

KEPT = "SELECT state FROM inbox"
HOOKED = ("telegram", "zalo_oa", "zalo_bot")
EVENT = {
    "update_id": 7,
    "app_id": APP_ID,
    "event_name": "user_send_text",
    "timestamp": "1616547600000",
    "sender": {"id": "7000000000000000001"},
    "recipient": {"id": "1"},
    "message": {"msg_id": "m1", "message_id": "m1", "text": "xin chào", "date": 1616547600},
}
BODY = json.dumps(EVENT).encode()
FORGED: list[dict[str, str]] = [
    {},
    {"X-Telegram-Bot-Api-Secret-Token": "wrong", "X-Bot-Api-Secret-Token": "wrong", "X-ZEvent-Signature": "mac=00"},
    {"X-Telegram-Bot-Api-Secret-Token": "", "X-Bot-Api-Secret-Token": "", "X-ZEvent-Signature": ""},
    {"X-ZEvent-Signature": "mac=" + "é" * 64},
]


def rightful(stage: Stage, body: bytes) -> dict[str, str]:
    """What shows that it is the platform."""
    return {
        "telegram": {"X-Telegram-Bot-Api-Secret-Token": "a-secret"},
        "zalo_bot": {"X-Bot-Api-Secret-Token": BOT_SECRET},
        "zalo_oa": FakeZaloOa().signed(body),
    }[stage.kit.name]


async def test_it_is_on_disk_when_it_is_answered_and_no_turn_has_run(stage: Stage) -> None:
    """The turn may take as long as it likes: nobody waits for it."""
    if stage.kit.name not in HOOKED:
        return
    answer = await stage.front.post(f"/hooks/{stage.kit.name}", content=BODY, headers=rightful(stage, BODY))
    assert answer.status_code == 200
    assert stage.rows(KEPT) == [{"state": "received"}]
    again = await stage.front.post(f"/hooks/{stage.kit.name}", content=BODY, headers=rightful(stage, BODY))
    assert again.status_code == 200
    assert stage.rows(KEPT) == [{"state": "received"}], "once"


@pytest.mark.parametrize("headers", FORGED, ids=range(len(FORGED)))
async def test_a_forged_call_is_403_and_leaves_nothing(stage: Stage, headers: dict[str, str]) -> None:
    sent = {name.encode(): value.encode("latin-1") for name, value in headers.items()}
    answer = await stage.front.post(f"/hooks/{stage.kit.name}", content=BODY, headers=sent)
    assert answer.status_code == 403
    assert stage.rows(KEPT) == []


async def test_a_signature_of_other_words_is_403(stage: Stage) -> None:
    if stage.kit.name == "zalo_oa":
        signed = rightful(stage, BODY)
        answer = await stage.front.post("/hooks/zalo_oa", content=BODY.replace(b"m1", b"m2"), headers=signed)
        assert answer.status_code == 403
        assert stage.rows(KEPT) == []


@pytest.mark.parametrize("body", [b"", b" \n"])
async def test_the_consoles_empty_probe_is_answered_and_leaves_nothing(stage: Stage, body: bytes) -> None:
    answer = await stage.front.post(f"/hooks/{stage.kit.name}", content=body)
    assert answer.status_code == (200 if stage.kit.name == "zalo_oa" else 403)
    assert stage.rows(KEPT) == []
