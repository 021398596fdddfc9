"""Who was there, as people type it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.reading.attendance import Attendance, read_attendance
from bot.core.reading.result import Ambiguous, Invalid, Value


@pytest.mark.parametrize(
    ("typed", "people", "households"),
    [
        ("35 ng", 35, None),
        ("35", 35, None),
        ("20 ho", None, 20),
        ("35 người, 20 hộ", 35, 20),
        ("35ng 20 ho", 35, 20),
        ("khoảng 40 người và 12 hộ", 40, 12),
        ("bốn chục bà con", 40, None),
        ("bon chuc ba con", 40, None),
        ("100 ng/20 hộ", 100, 20),
        ("1.200 người", 1200, None),
        ("20 hộ gia đình + 45 người", 45, 20),
    ],
)
def test_counts_are_read(typed: str, people: int | None, households: int | None) -> None:
    assert read_attendance(typed) == Value(Attendance(people=people, households=households))


@pytest.mark.parametrize("typed", ["", "😀", "khong nho", "đông lắm", "35 người, 36 người", "9999999 người"])
def test_what_is_no_count_is_refused(typed: str) -> None:
    assert isinstance(read_attendance(typed), Invalid)


def test_a_range_is_asked_about() -> None:
    doubt = read_attendance("30-40 người")
    assert isinstance(doubt, Ambiguous)
    assert [option.people for option in doubt.options] == [30, 40]


@given(st.text(max_size=200))
def test_nothing_raises(typed: str) -> None:
    assert isinstance(read_attendance(typed), Value | Ambiguous | Invalid)
