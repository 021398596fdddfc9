"""A text as it is read over a loudspeaker: days, hours and numbers in words."""

from __future__ import annotations

import re
from datetime import date

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_GROUPS = ("", "nghìn", "triệu", "tỷ")
_DAY = re.compile(r"(?<!\d)(?:(ngày)\s+)?(\d{1,2})/(\d{1,2})(?:/(\d{4}))?(?!\d|/)", re.IGNORECASE)
_HOUR = re.compile(r"(?<!\d)(\d{1,2})(?::|h| giờ )([0-5]\d)(?!\d)|(?<!\d)(\d{1,2})(?:h| giờ)(?![\w\d])")
_PHONE = re.compile(r"(?<![\d.,])0[\d ]{8,13}\d(?!\d)")
_DECIMAL = re.compile(r"(?<![\d.,])(\d{1,3}(?:\.\d{3})+|\d{1,12})(?:,(\d{1,6}))?(?!\d)")
_SIGNS = {
    "m²": "mét vuông",
    "m2": "mét vuông",
    "%": "phần trăm",
    "UBND": "Ủy ban nhân dân",
    "GPMB": "giải phóng mặt bằng",
}
MOST_GROUPS = len(_GROUPS)


def number_words(number: int) -> str:
    """A whole number in words: 105 → một trăm linh năm. From a thousand billions on, digit by digit."""
    if number == 0:
        return _DIGITS[0]
    groups = []
    rest = number
    while rest:
        rest, group = divmod(rest, 1000)
        groups.append(group)
    if len(groups) > MOST_GROUPS:
        return digit_words(str(number))
    top = len(groups) - 1
    said = [
        f"{_hundreds(group, whole=place < top)} {_GROUPS[place]}".strip()
        for place, group in reversed(list(enumerate(groups)))
        if group
    ]
    return " ".join(said)


def _hundreds(group: int, *, whole: bool) -> str:
    """Three digits; a `whole` group says its zero hundreds, for it does not stand first."""
    hundreds, rest = divmod(group, 100)
    head = f"{_DIGITS[hundreds]} trăm" if hundreds or whole else ""
    return f"{head} {_tens(rest, bool(head))}".strip()


def _tens(rest: int, after_hundreds: bool) -> str:
    tens, units = divmod(rest, 10)
    if tens == 0:
        return (f"linh {_DIGITS[units]}" if after_hundreds else _DIGITS[units]) if units else ""
    last = {0: "", 5: "lăm", 1: "một" if tens == 1 else "mốt"}.get(units, _DIGITS[units])
    return f"{'mười' if tens == 1 else f'{_DIGITS[tens]} mươi'} {last}".strip()


def digit_words(text: str) -> str:
    """Digit by digit, as a telephone number is read."""
    return " ".join(_DIGITS[int(letter)] for letter in text if letter.isdigit())


def aloud(text: str) -> str:
    """The text with its days, hours, telephone numbers, other numbers and signs in words."""
    for step, say in ((_PHONE, _phone), (_DAY, _day), (_HOUR, _hour), (_DECIMAL, _number)):
        text = step.sub(say, text)
    for sign, words in _SIGNS.items():
        text = re.sub(rf"(?<!\w){re.escape(sign)}(?!\w)|(?<=\S){re.escape(sign)}(?!\w)", f" {words}", text)
    return re.sub(r" {2,}", " ", text).strip()


def _phone(found: re.Match[str]) -> str:
    return digit_words(found[0])


def _day(found: re.Match[str]) -> str:
    day, month, year = int(found[2]), int(found[3]), int(found[4] or 2000)
    try:
        date(year, month, day)
    except ValueError:
        return found[0]
    early = "mùng " if day <= 10 else ""
    said = f"ngày {early}{number_words(day)} tháng {month_words(month)}"
    return f"{said} năm {number_words(year)}" if found[4] else said


def month_words(month: int) -> str:
    """A month as it is said: tư, not bốn."""
    return "tư" if month == 4 else number_words(month)


def _hour(found: re.Match[str]) -> str:
    hour, minute = int(found[1] or found[3]), int(found[2] or 0)
    if hour > 24:
        return found[0]
    return f"{number_words(hour)} giờ" + (f" {number_words(minute)} phút" if minute else "")


def _number(found: re.Match[str]) -> str:
    whole = number_words(int(found[1].replace(".", "")))
    if not found[2]:
        return whole
    after = digit_words(found[2]) if found[2].startswith("0") else number_words(int(found[2]))
    return f"{whole} phẩy {after}"
