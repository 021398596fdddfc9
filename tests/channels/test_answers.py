"""What is left of a platform's words in a log: its own, and nothing that anybody wrote."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.answers import _KNOWN, LONGEST, wording


@pytest.mark.parametrize(
    ("description", "left"),
    [
        ("Bad Request: SOME_NEW_CODE", "bad request SOME_NEW_CODE"),
        ("Forbidden: bot can't write to the chat", "forbidden bot can't write to the chat"),
        ('Bad Request: Unsupported start tag "Lan" at byte offset 3', "bad request unsupported"),
        ("Bad Request: button 'Gọi 0912345678' is invalid", "bad request button is invalid"),
        ('Bad Request: quote that never ends "Nguyễn Văn A, user', "bad request"),
        ("user_id is invalid!", "user_id is invalid"),
        ("Ngõ hoa, 0912345678, Lan", ""),
        ("NGUYEN", ""),
        ("", ""),
    ],
)
def test_it_is_the_platforms_own(description: str, left: str) -> None:
    assert wording(description) == left


@given(st.text(alphabet=string.printable + "ăâđêôơưạ“”", max_size=200))
def test_whatever_comes_only_known_words_and_codes_are_left(description: str) -> None:
    words = wording(description).split(" ")
    assert len(words) <= LONGEST
    assert all(word in _KNOWN or word == "" or ("_" in word and word.isupper()) for word in words)
    assert not any(letter.isdigit() for letter in "".join(words))
