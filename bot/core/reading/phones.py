"""A telephone number as people write it, to E.164."""

from __future__ import annotations

import re
from functools import lru_cache

import phonenumbers

from bot.core.reading.fold import clean
from bot.core.reading.quantities import settled
from bot.core.reading.result import Reading

_RUN = re.compile(r"(?<![^\W\d])\+?[\doO](?:[ .()-]{0,3}[\doO]){2,16}")
# The 11-digit mobile prefixes of before September 2018, and the old area code of Ha Noi.
_OLD_PREFIXES = {
    **{f"016{digit}": f"03{digit}" for digit in "23456789"},
    **dict(zip(["0120", "0121", "0122", "0126", "0128"], ["070", "079", "077", "076", "078"], strict=True)),
    **dict(zip(["0123", "0124", "0125", "0127", "0129"], ["083", "084", "085", "081", "082"], strict=True)),
    **dict(zip(["0186", "0188", "0199"], ["056", "058", "059"], strict=True)),
}


def _national(digits: str) -> str:
    """The number with its leading 0 and today's prefix."""
    for lead in ("0084", "+84", "84"):
        if digits.startswith(lead) and len(digits) >= len(lead) + 9:
            digits = "0" + digits[len(lead) :].removeprefix("0")
            break
    if len(digits) == 9 and not digits.startswith("0"):
        digits = f"0{digits}"
    if len(digits) == 11 and digits[:4] in _OLD_PREFIXES:
        return _OLD_PREFIXES[digits[:4]] + digits[4:]
    return f"024{digits[2:]}" if len(digits) == 10 and digits.startswith("04") else digits


@lru_cache(maxsize=2048)
def _e164(digits: str) -> str | None:
    national = _national(digits)
    if not re.fullmatch(r"0[1-9][0-9]{8,9}", national):
        return None
    number = phonenumbers.PhoneNumber(country_code=84, national_number=int(national))
    return f"+84{national[1:]}" if phonenumbers.is_valid_number_for_region(number, "VN") else None


def _digits(run: str) -> str:
    return re.sub(r"[^\d+]", "", run.replace("o", "0").replace("O", "0"))


def read_phone(words: str) -> Reading[str]:
    """A Vietnamese telephone number in E.164: "0912 345 678" → "+84912345678"; old prefixes are converted."""
    found = (_e164(_digits(match.group())) for match in _RUN.finditer(clean(words)))
    return settled((number for number in found if number), "not_understood")


def masked(words: str) -> str:
    """The words with the middle of every telephone number covered: for readers who need not call."""

    def _cover(match: re.Match[str]) -> str:
        number = _e164(_digits(match.group()))
        return f"0{number[3:5]}…{number[-3:]}" if number else match.group()

    return _RUN.sub(_cover, words)
