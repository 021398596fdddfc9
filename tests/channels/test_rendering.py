"""What a platform lacks is made up for in one place, and nothing of a message is lost on the way."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.channels.capabilities import WEB, Capabilities, Files
from bot.channels.rendering import fit, needs_link, utf16_length
from bot.core.message import BOLD_OFF, BOLD_ON, Address, Attachment, Choice, Lane, Outbound
from bot.engine import load_texts

PLAIN = replace(WEB, text=200, caption=20, bold=False, buttons=0, files=Files.SENT, picture=100, document=0)
LINK = "https://ward.test/xem/abc"
PICTURE = Attachment(recipe="any", data={}, name="chart.png", mime="image/png")
WORKBOOK = Attachment(recipe="any", data={}, name="figures.xlsx", mime="application/vnd.ms-excel")


def say(where: str, **values: Any) -> str:
    return f"<{where.removeprefix('delivery.')} {' '.join(str(value) for value in values.values())}>"


def named(*labels: str) -> tuple[Choice, ...]:
    return tuple(Choice(label=label, data=f"d{label}") for label in labels)


def message(text: str = "Which?", **what: Any) -> Outbound:
    return Outbound(address=Address(channel="any", chat="1"), text=text, **what)


def shown(message: Outbound, can: Capabilities, **how: Any) -> list[str]:
    """The parts as lines: text, then buttons and what comes with it."""
    lines = []
    for part in fit(message, can, say, **how):
        buttons = "".join(f"[{one.label}]" for one in (*part.choices, *part.controls))
        lines.append(f"{part.text}{buttons}{f'({part.attachment.mime})' if part.attachment else ''}")
    return lines


@pytest.mark.parametrize(
    ("can", "text"),
    [
        (WEB, "Which?[A][B][Back]"),
        (replace(WEB, buttons=3), "Which?[A][B][Back]"),
        (replace(WEB, buttons=2), "Which?\n1. A\n2. B[Back]"),
        (replace(WEB, buttons=0), "Which?\n1. A\n2. B\n<controls ['Back']>"),
        (replace(WEB, label=3), "Which?\n1. A\n2. B\n<controls ['Back']>"),
        (replace(WEB, label=4), "Which?[A][B][Back]"),
    ],
)
def test_choices_are_numbered_where_there_are_too_few_buttons(can: Capabilities, text: str) -> None:
    assert shown(message(choices=named("A", "B"), controls=named("Back")), can) == [text]


def test_bold_becomes_plain_where_there_is_none() -> None:
    bold = message(f"a {BOLD_ON}b{BOLD_OFF} c")
    assert shown(bold, WEB) == [bold.text]
    assert shown(bold, PLAIN) == ["a b c"]


@pytest.mark.parametrize(
    ("attachment", "size", "link", "text"),
    [
        (PICTURE, 100, "", "Which?(image/png)"),
        (PICTURE, 101, LINK, f"Which?\n<file_link chart.png {LINK}>"),
        (PICTURE, 101, "", "Which?\n<file_elsewhere chart.png >"),
        (WORKBOOK, 1, LINK, f"Which?\n<file_link figures.xlsx {LINK}>"),
        (WORKBOOK, None, LINK, "Which?\n<file_failed figures.xlsx>"),
    ],
)
def test_a_file_that_is_not_taken_becomes_a_link(
    attachment: Attachment, size: int | None, link: str, text: str
) -> None:
    assert shown(message(attachment=attachment), PLAIN, size=size, link=link) == [text]


def test_a_picture_too_large_to_be_shown_goes_as_a_document() -> None:
    can = replace(PLAIN, document=1000)
    assert shown(message(attachment=PICTURE), can, size=101) == ["Which?(application/octet-stream)"]
    kinds = replace(can, document_kinds=frozenset({"application/pdf"}))
    assert shown(message(attachment=PICTURE), kinds, size=101, link=LINK) == [f"Which?\n<file_link chart.png {LINK}>"]


def test_a_platform_that_fetches_needs_an_address() -> None:
    can = replace(PLAIN, files=Files.FETCHED)
    assert needs_link(message(attachment=PICTURE), can, 1)
    assert shown(message(attachment=PICTURE), can, size=1, link=LINK) == ["Which?(image/png)"]
    assert shown(message(attachment=PICTURE), can, size=1) == ["Which?\n<file_elsewhere chart.png >"]


def test_no_link_is_made_that_nobody_needs() -> None:
    assert not needs_link(message(), PLAIN, None)
    assert not needs_link(message(attachment=PICTURE), PLAIN, 100)
    assert not needs_link(message(attachment=PICTURE), PLAIN, None)


@pytest.mark.parametrize("length", [199, 200, 201, 999])
@pytest.mark.parametrize("attachment", [None, PICTURE])
def test_long_words_come_in_parts_with_all_of_them(length: int, attachment: Attachment | None) -> None:
    words = " ".join(f"{BOLD_ON}Câu số {number}{BOLD_OFF} 🏠." for number in range(200))[:length]
    can = replace(PLAIN, bold=True, buttons=1)
    parts = fit(message(words, attachment=attachment, choices=named("A")), can, say, size=1)
    whole = "".join(part.text for part in parts)
    strip = str.maketrans("", "", f"{BOLD_ON}{BOLD_OFF} \n")
    assert whole.translate(strip) == words.translate(strip)
    assert all(utf16_length(part.text) <= (20 if part.attachment else 200) for part in parts)
    assert [bool(part.choices) for part in parts] == [False] * (len(parts) - 1) + [True]
    assert [part.attachment for part in parts][:-1] == [None] * (len(parts) - 1)
    assert parts[-1].attachment == attachment


def test_what_concerns_a_household_stays_where_it_may_be_read() -> None:
    can = replace(WEB, households=False)
    notice = message("Plot 45", household=True, lane=Lane.NOTICE, choices=named("Received"), attachment=PICTURE)
    assert needs_link(notice, can, None)
    assert shown(notice, can, link=LINK) == [f"<household_link {LINK}>[Received]"]
    assert shown(notice, can) == ["<household_elsewhere >[Received]"]
    assert shown(notice, WEB, size=1) == ["Plot 45[Received](image/png)"]
    listed = message("Whom?", household=True, choices=named("Nguyễn Văn A"), controls=named("Back"))
    assert shown(listed, can, link=LINK) == [f"<household_link {LINK}>"], "names may stand on buttons"


def test_the_real_words() -> None:
    texts = load_texts()
    assert texts.say("delivery.controls", labels=["Quay lại", "Hủy"]) == "Hoặc nhắn: Quay lại · Hủy."
