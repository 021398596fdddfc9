"""The conversation that everybody has: the registration of a model, with the words that each reply must hold."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One turn: what the person does, and words that only the right reply has."""

    expect: str
    say: str = ""
    press: str = ""  # the label of a button


TYPED = (
    Step(say="/dangky", expect="Lĩnh vực nào"),
    Step(say="1", expect="dự án nào"),
    Step(say="1", expect="Tên mô hình là gì"),
    Step(say="{name}", expect="Nội dung, cách làm gồm"),
    Step(say="Họp dân, đến từng nhà giải thích chính sách", expect="Đối tượng, địa bàn nào"),
    Step(say="46 hộ tổ 5", expect="Chỉ tiêu cần đạt"),
    Step(say="Bỏ qua", expect="Thời gian thực hiện"),
    Step(say="tu nay den het nam", expect="Đăng ký mô hình · "),
    Step(say="Gửi", expect="Đã ghi lúc"),
)
"""Nine turns, every one typed: a number answers a list, words press a button."""

PRESSED = (
    TYPED[0],
    Step(press="Giải phóng mặt bằng", expect=TYPED[1].expect),
    Step(press="Dự án đường hành lang chân đê", expect=TYPED[2].expect),
    *TYPED[3:6],
    Step(press="Bỏ qua", expect=TYPED[6].expect),
    TYPED[7],
    Step(press="Gửi", expect=TYPED[8].expect),
)
"""The same with buttons where there are buttons; each press costs one more call, its acknowledgement."""

FIELDS = (
    "Giải phóng mặt bằng",
    "Xây dựng, quản lý đô thị",
    "Bảo vệ môi trường",
    "Văn hóa xã hội",
    "An ninh quốc phòng",
    "Lĩnh vực khác",
)
PROJECTS = (
    "Dự án đường hành lang chân đê",
    "Tuyến ngõ 201 (đường 13,5m)",
    "Tuyến ngõ 279 (đường 15,5m)",
    "Không thuộc dự án nào",
)

# The same for the yardsticks, which have no texts of their own: (key, question, choices) by turn.
QUESTIONS = (
    ("field", "Lĩnh vực nào? (1/7)", FIELDS),
    ("project", "Thuộc dự án nào? (2/7)", PROJECTS),
    ("name", "Tên mô hình là gì? Ví dụ: Vận động các hộ bàn giao mặt bằng đường chân đê. (3/7)", ()),
    ("content", "Nội dung, cách làm gồm những gì? Một hai câu là đủ. (4/7)", ()),
    ("audience", "Đối tượng, địa bàn nào? Ví dụ: 46 hộ tổ 5 trong diện giải phóng mặt bằng. (5/7)", ()),
    ("target", "Chỉ tiêu cần đạt? Ví dụ: 46 hộ bàn giao mặt bằng. Có thể bấm Bỏ qua. (6/7)", ()),
    ("period", "Thời gian thực hiện? Ví dụ: từ nay đến hết năm; 1/4 đến 30/9. (7/7)", ()),
)
CONTROLS = ("Quay lại", "Hủy")
REVIEW = ("Gửi", "Sửa mục nào?", "Để sau")


def options_of(turn: int) -> tuple[str, ...]:
    """The choices of a question; none of those that are answered in words."""
    return QUESTIONS[turn][2] if turn < len(QUESTIONS) else REVIEW


def review(answers: dict[str, str]) -> str:
    """The yardsticks' review card."""
    lines = (f"{key}: {answers.get(key, '')}" for key, _, _ in QUESTIONS)
    return "\n".join(["Đăng ký mô hình · Chi bộ", *lines])


def reading(turn: int, said: str) -> str | None:
    """What an answer is for a yardstick; None when it can't be taken."""
    options = options_of(turn)
    if not options:
        return said or None
    if said.isdecimal() and 1 <= int(said) <= len(options):
        return options[int(said) - 1]
    return said if said in options else None
