"""What is read over a loudspeaker has no figures that a reader must stop at."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.core.aloud import aloud, number_words


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "không"),
        (5, "năm"),
        (11, "mười một"),
        (15, "mười lăm"),
        (21, "hai mươi mốt"),
        (55, "năm mươi lăm"),
        (105, "một trăm linh năm"),
        (115, "một trăm mười lăm"),
        (1005, "một nghìn không trăm linh năm"),
        (2021, "hai nghìn không trăm hai mươi mốt"),
        (46_000, "bốn mươi sáu nghìn"),
        (1_200_000, "một triệu hai trăm nghìn"),
        (2_300_000_000, "hai tỷ ba trăm triệu"),
        (10**13, "một" + " không" * 13),
    ],
)
def test_numbers(number: int, words: str) -> None:
    assert number_words(number) == words


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("08:30, thứ Sáu, 26/3", "tám giờ ba mươi phút, thứ Sáu, ngày hai mươi sáu tháng ba"),
        ("ngày 5/1/2022", "ngày mùng năm tháng một năm hai nghìn không trăm hai mươi hai"),
        ("8h ngày 5/4", "tám giờ ngày mùng năm tháng tư"),
        ("19 giờ 30", "mười chín giờ ba mươi phút"),
        ("niêm yết 20 ngày", "niêm yết hai mươi ngày"),
        ("32,5 m²", "ba mươi hai phẩy năm mét vuông"),
        ("1.200 m²", "một nghìn hai trăm mét vuông"),
        ("100%", "một trăm phần trăm"),
        ("gọi 024 0000 0000.", "gọi không hai bốn không không không không không không không không."),
        ("UBND phường", "Ủy ban nhân dân phường"),
        ("ngày 31/02", "ngày ba mươi mốt/hai"),
    ],
)  # fmt: skip
def test_reading(written: str, said: str) -> None:
    assert aloud(written) == said


@given(some.integers(min_value=0, max_value=10**12 - 1))
def test_no_number_is_left_in_figures(number: int) -> None:
    assert not re.search(r"\d", aloud(f"có {number} hộ"))
