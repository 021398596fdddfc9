"""What of a message can be opened on the demo page: links that the program made, and nothing that anybody typed."""

from __future__ import annotations

import pytest

from bot.web.widgets import linked_pieces

OURS = "http://127.0.0.1:8080"
CODE = "0123456789ABCDEFGHJKMNPQRS"
LINK = f"{OURS}/bang-tin/mo/{CODE}"


def test_a_link_of_ours_alone_on_its_line_can_be_opened() -> None:
    assert linked_pieces(f"Bảng tin:\n{LINK}", OURS) == [("Bảng tin:\n", False), (LINK, True)]
    assert linked_pieces(f"a\n{LINK}\nb", OURS) == [("a\n", False), (LINK, True), ("\nb", False)]


@pytest.mark.parametrize(
    "words",
    [
        "https://example.org/CANARY",
        "javascript:alert(1)",
        f"xem {LINK} nhé",
        f"{OURS}/bang-tin/mo/CANARY",
        f"{OURS}/bang-tin/mo/{CODE}\u200b",
        f"{OURS}.example.org/bang-tin/mo/{CODE}",
        f"http://127x0.0.1:8080/bang-tin/mo/{CODE}",
        f"{LINK}?next=//example.org",
        f'{LINK}" onclick="alert(1)',
        f"{OURS}/hooks/web",
    ],
)
def test_nothing_that_somebody_types_can_be_opened(words: str) -> None:
    assert linked_pieces(words, OURS) == [(words, False)]
    assert linked_pieces(LINK, "") == [(LINK, False)]
    assert linked_pieces("javascript:/bang-tin/mo/" + CODE, "javascript:") == [
        ("javascript:/bang-tin/mo/" + CODE, False)
    ]
