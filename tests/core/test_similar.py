"""Names that may mean the same thing, and names that do not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.reading.similar import alike

ALIKE = [
    ("Ngõ xóm sạch", "Ngõ xóm xanh sạch đẹp"),
    ("Phân loại rác tại nguồn", "phan loai rac o nguon"),
    ("Mô hình phân loại rác tại nguồn", "Phân loại rác tại nguồn"),
    ("Thu gom vỏ thuốc bảo vệ thực vật", "Thu gom vỏ bao bì thuốc bảo vệ thực vật trên đồng ruộng"),
    ("Khuyến học khuyến tài", "Khuyễn học, khuyến tài"),
]
DIFFERENT = [
    ("Tủ sách gia đình", "Tủ sách cộng đồng"),
    ("Vận động bàn giao mặt bằng tuyến ngõ 279", "Vận động bàn giao mặt bằng tuyến ngõ 201"),
    ("Ngõ xóm sạch tổ 5", "Ngõ xóm sạch tổ 6"),
    ("Dọn vệ sinh ngõ xóm", "Giúp hộ khó khăn"),
    ("Mô hình", "Mô hình về việc"),
    ("", "Ngõ xóm sạch"),
]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_alike(one: str, other: str) -> None:
    assert alike(one, other)
    assert alike(other, one)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different(one: str, other: str) -> None:
    assert not alike(one, other)
    assert not alike(other, one)


@given(st.text(max_size=40), st.text(max_size=40))
def test_it_takes_anything(one: str, other: str) -> None:
    assert alike(one, other) in (True, False)
