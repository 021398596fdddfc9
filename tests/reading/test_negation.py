"""A no is never read as a yes, and what is denied is never taken as said."""

from __future__ import annotations

import pytest

from bot.core.reading import Invalid, Value, pick
from tests.reading.readers import READERS

AGREE = (("yes", "Đồng ý"), ("no", "Không đồng ý"))
SHORT = (("yes", "Đồng ý"), ("no", "Không"))
NO_YES_OFFERED = (("no", "Không đồng ý"), ("other", "Khác"))


@pytest.mark.parametrize("options", [AGREE, SHORT])
@pytest.mark.parametrize("words", ["không đồng ý", "ko dong y", "không", "k đồng ý ạ", "dạ không đồng ý", "hok"])
def test_a_no_is_a_no(options: tuple[tuple[str, str], ...], words: str) -> None:
    assert pick(words, options) == Value("no")


@pytest.mark.parametrize("options", [AGREE, SHORT])
@pytest.mark.parametrize("words", ["đồng ý", "dong y", "Đồng ý ạ", "dạ em đồng ý"])
def test_a_yes_is_a_yes(options: tuple[tuple[str, str], ...], words: str) -> None:
    assert pick(words, options) == Value("yes")


def test_a_yes_is_not_found_inside_a_no() -> None:
    assert isinstance(pick("đồng ý", NO_YES_OFFERED), Invalid)
    assert pick("chưa đồng ý", AGREE) != Value("yes")
    assert pick("không phải đồng ý", AGREE) != Value("yes")


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("date", "không phải hôm qua"),
        ("datetime", "không phải 19h hôm qua"),
        ("time", "không phải 19h"),
        ("date_range", "không phải quý 2"),
        ("count", "không phải 35"),
        ("quantity", "không phải 46 hộ"),
        ("fraction", "không phải 43/46 hộ"),
        ("area_m2", "không phải 120 m2"),
        ("money_vnd", "không phải 500k"),
        ("tdp", "không phải tổ 5"),
        ("chi_bo", "không phải cb 5"),
        ("field", "không phải môi trường"),
        ("project", "không phải ngõ 279"),
    ],
)
def test_what_is_denied_is_not_said(kind: str, words: str) -> None:
    assert isinstance(READERS[kind](words), Invalid)


def test_words_of_a_label_are_not_taken_for_politeness() -> None:
    options = (("report", "Báo cáo buổi"), ("officer", "Cán bộ"), ("comrade", "Đồng chí bí thư"))
    assert [pick(words, options) for words in ("báo cáo ạ", "can bo", "đồng chí")] == [
        Value(value) for value, _ in options
    ]
