"""Telephone numbers are covered where nobody needs to call; nothing else is."""

from __future__ import annotations

import pytest

from bot.core.reading.phones import masked
from bot.core.texts import Texts


@pytest.mark.parametrize(
    ("words", "covered"),
    [
        ("Nguyễn Văn A 0912 345 678", "Nguyễn Văn A 091…678"),
        ("+84912345678", "091…678"),
        ("gọi 0912.345.678 hoặc 024 3826 1234", "gọi 091…678 hoặc 024…234"),
        ("thửa 15 tờ 3, 32,5 m²", "thửa 15 tờ 3, 32,5 m²"),
        ("24/03/2021", "24/03/2021"),
        ("", ""),
    ],
)
def test_phones_are_covered_and_nothing_else(words: str, covered: str) -> None:
    assert masked(words) == covered
    assert Texts({"a.b": "{{ x | masked }}"}).say("a.b", x=words) == covered
