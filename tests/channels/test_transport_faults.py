"""Twelve ways in which a call breaks on its way × every method that a channel calls: each cell says what follows.

The method alone breaks: every other call is answered well, so that a download is reached through the call before it.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.channels.base import DeliveryFailed, Trouble
from handlers.delivery.fates import UNKNOWN, family_of
from tests.channels.broken import FAULTS, ROAD, Good, broken, put_up_signs
from tests.channels.calls import CHANNELS, Call, outcome

DOUBT, LATER, DOWN, NO = Trouble.IN_DOUBT, Trouble.RETRY_LATER, Trouble.CHANNEL_DOWN, Trouble.REFUSED
PAUSES = "pauses"
"""A loop waits a second or more, ever longer, and complains in the end."""
FINE = "fine"
"""Nothing is raised: best effort, or bytes that nobody can tell from a file."""

NOT_OPENED = ("refused", "no_name", "connect_timeout", "tls")
CUT_SHORT = ("reset", "hang", "truncated", "half_headers")


def row(*, not_opened: object, redirect: object, page: object, cut: object, strange: object) -> dict[str, object]:
    """A row of the table: the twelve faults in five groups that are told apart."""
    return {
        **dict.fromkeys(NOT_OPENED, not_opened),
        "redirect": redirect,
        "502": page,
        **dict.fromkeys(CUT_SHORT, cut),
        **dict.fromkeys(("not_json", "empty"), strange),
    }


TABLE: Mapping[str, Mapping[str, object]] = {
    "send": row(not_opened=DOWN, redirect=DOWN, page=LATER, cut=DOUBT, strange=DOUBT),
    "ask": row(not_opened=DOWN, redirect=DOWN, page=LATER, cut=LATER, strange=LATER),
    "renew": row(not_opened=DOWN, redirect=DOWN, page=DOWN, cut=DOWN, strange=DOWN),
    "loop": row(not_opened=PAUSES, redirect=PAUSES, page=PAUSES, cut=PAUSES, strange=PAUSES),
    "quiet": row(not_opened=FINE, redirect=FINE, page=FINE, cut=FINE, strange=FINE),
    "download": row(not_opened=DOWN, redirect=NO, page=LATER, cut=LATER, strange=FINE),
    "zalo download": row(not_opened=LATER, redirect=NO, page=LATER, cut=LATER, strange=FINE),
}
"""What follows when a call of a role breaks in each way; calls and roles are in calls.py."""


def test_the_table_has_every_cell() -> None:
    assert len(FAULTS) == 12
    for role, cells in TABLE.items():
        assert set(cells) == set(FAULTS), role
    roles = {call.role for make in CHANNELS.values() for call in make("http://nobody.invalid")[1].values()}
    assert roles == set(TABLE)


@pytest.mark.parametrize("kind", FAULTS)
@pytest.mark.parametrize("name", CHANNELS)
async def test_every_method_in_every_fault(name: str, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    put_up_signs(monkeypatch)
    async with Good() as good, broken(kind) as astray:
        channel, calls = CHANNELS[name](good.base_url)

        async def broken_call(method: str, call: Call) -> object:
            ROAD.set((method, astray))  # of this task and those that it starts, nobody else's
            return await outcome(call.make)

        met = dict(zip(calls, await asyncio.gather(*(broken_call(*one) for one in calls.items())), strict=True))
        await channel.close()
    for method, found in met.items():
        check(TABLE[calls[method].role][kind], found, f"{method}: {found!r}")


def check(expected: object, found: object, cell: str) -> None:
    """One cell of the table."""
    if expected is PAUSES:
        assert isinstance(found, tuple), cell
        pauses, complaint = found
        assert min(pauses) >= 1, cell
        assert pauses[-1] > pauses[0], cell
        assert complaint, cell
    elif expected is FINE:
        assert not isinstance(found, Exception), cell
    else:
        assert isinstance(found, DeliveryFailed), cell
        assert found.trouble is expected, cell
        assert family_of(found.why) != UNKNOWN, f"{cell} has no words"


@pytest.mark.parametrize("name", CHANNELS)
async def test_the_calls_of_the_table_are_those_that_are_made(name: str) -> None:
    """What the server hears while every call is made well is what the table names, no more and no less."""
    async with Good() as good:
        channel, calls = CHANNELS[name](good.base_url)
        for method, call in calls.items():
            if call.role == "loop":
                continue  # a loop that goes well does not end; what it calls is seen where it breaks
            found = await outcome(call.make)
            assert not isinstance(found, Exception), f"{method}: {found!r}"
        await channel.close()
        heard = {method for method, _, _ in good.ledger.calls}
    assert heard == {method for method, call in calls.items() if call.role != "loop"}


SOURCES: Mapping[str, tuple[str, ...]] = {
    "telegram": ("telegram.py", "telegram_polling.py"),
    "zalo_bot": ("zalo_bot.py",),
    "zalo_oa": ("zalo_oa.py", "zalo_tokens.py"),
}


def _methods_in(*files: str) -> set[str]:
    """The methods that the code names."""
    found: set[str] = set()
    for file in files:
        code = (Path(__file__).parent.parent.parent / "bot" / "channels" / file).read_text(encoding="utf-8")
        found |= {_camel(name) for name in re.findall(r"self\._api\.(\w+)\(", code)}
        found |= set(re.findall(r"(?:_ask|_look|_post|_server\.call)\(\"(\w+)\"", code))
        found |= {path.replace("{kind}", "image") for path in re.findall(r"\}(/[\w./{}]+)\"", code)}
        found |= set(re.findall(r"^PATH: Final = \"([\w./]+)\"", code, re.MULTILINE))
        found |= {"download"} if re.search(r"\bdownload\(", code) else set()
    return found - {"/{method}"}


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))


@pytest.mark.parametrize("name", SOURCES)
def test_no_method_that_the_code_names_is_forgotten(name: str) -> None:
    _, calls = CHANNELS[name]("http://nobody.invalid")
    assert set(calls) - {"/v2.0/oa/upload/file"} == _methods_in(*SOURCES[name])
