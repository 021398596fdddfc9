"""Whatever happens to a message, the officer reads a sentence with something to do."""

from __future__ import annotations

from datetime import time

import pytest

from bot.core.ids import Ids
from bot.engine import load_texts
from handlers.delivery.fates import DONE, FAMILIES, family_of, fate
from handlers.dialogue.visit import Desk, Ward
from tests.channels.reasons import known_reasons
from tests.clock import FrozenClock

DESK = Desk(
    texts=load_texts(),
    ids=Ids(FrozenClock(0)),
    ward=Ward(name="Phường", phone="024", digest_at=time(17), reminder_at=time(8)),
)
STATES = ("queued", "sending", "sent", "failed", "in_doubt", "superseded")  # the CHECK of the outbox


def test_every_reason_of_every_channel_has_its_advice() -> None:
    known = known_reasons()
    assert {"blocked", "outside_window", "consent_lost", "connect_timeout", "given_up", "restored"} <= known
    assert {why for why in known if family_of(why) == "unknown"} == set()


def test_no_advice_is_for_a_reason_that_nobody_gives() -> None:
    assert {why for whys in FAMILIES.values() for why in whys} - known_reasons() - {"recalled"} == set()


def test_a_reason_belongs_to_one_family() -> None:
    every = [why for whys in FAMILIES.values() for why in whys]
    assert sorted(set(every)) == sorted(every)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("why", [None, "blocked", "other_400", "other_99999", "unexpected_KeyError", "never met"])
def test_every_state_is_a_sentence(state: str, why: str | None) -> None:
    said = fate(DESK, state, why)
    assert said
    assert why is None or why not in said, "no key of ours is shown to anybody"


@pytest.mark.parametrize("why", sorted(known_reasons()))
def test_what_failed_comes_with_something_to_do(why: str) -> None:
    said = fate(DESK, "failed", why)
    assert said.startswith("Không gửi được. ")
    assert "failed" not in DONE
    assert any(deed in said for deed in ("gọi điện", "báo quản trị", "tự gửi lại", "thêm lại", "giữ lại", "xem lại"))
