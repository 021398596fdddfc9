"""A notice's wording: what is filled in, what is left out, and that a person's words never become a sign of it."""

from __future__ import annotations

import pytest

from bot.core.wording import fill, places_in, required_in, unbalanced, unknown_in

NAMES = {"chu ho": "Nguyễn Văn A", "dia diem": "", "noi dung": "{chủ hộ} [x] {{ 7*7 }}"}


@pytest.mark.parametrize(
    ("wording", "read"),
    [
        ("Mời {chủ hộ}.", "Mời Nguyễn Văn A."),
        ("Mời {CHU HO}.", "Mời Nguyễn Văn A."),
        ("Mời[ tại {địa điểm}] {chủ hộ}.", "Mời Nguyễn Văn A."),
        ("Mời[ ông {chủ hộ}].", "Mời ông Nguyễn Văn A."),
        ("Mời.\n[Địa điểm: {địa điểm}.]\n{chủ hộ}", "Mời.\nNguyễn Văn A"),
        ("[luôn có]", "luôn có"),
        ("{nội dung}", "{chủ hộ} [x] {{ 7*7 }}"),
    ],
)
def test_filling(wording: str, read: str) -> None:
    assert fill(wording, NAMES) == read


def test_what_is_asked_for_and_what_it_cannot_do_without() -> None:
    wording = "{chủ hộ} [{địa điểm}] {nội dung} {Chu Ho}"
    assert places_in(wording) == ["chu ho", "dia diem", "noi dung"]
    assert required_in(wording) == ["chu ho", "noi dung"]
    assert unknown_in("{chủ hộ} {giá đất}", NAMES.keys()) == ["giá đất"]


@pytest.mark.parametrize("wording", ["{chủ hộ", "chủ hộ}", "[a", "a]", "[a [b] c]", "{a {b}}"])
def test_signs_that_are_left_open(wording: str) -> None:
    assert unbalanced(wording)
    assert not unbalanced("[a {b}] {c} d")
