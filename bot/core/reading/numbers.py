"""Numbers in digits and in words, as parts of a message."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from bot.core.reading.words import Word

_WHOLE = re.compile(r"[0-9]+")
_DOTTED = re.compile(r"([0-9]{1,3}(?:\.[0-9]{3})+)(?:,([0-9]+))?")
_COMMAED = re.compile(r"([0-9]{1,3}(?:,[0-9]{3})+)(?:\.([0-9]+))?")
_DECIMAL = re.compile(r"([0-9]+)[.,]([0-9]+)")
_LONGEST = 18  # digits; beyond that nobody counts anything here

_DIGITS = {"mot": 1, "hai": 2, "ba": 3, "bon": 4, "nam": 5, "bay": 7, "tam": 8, "chin": 9}
_UNITS = _DIGITS | {"tu": 4, "lam": 5, "nham": 5, "6": 6} | {str(digit): digit for digit in range(1, 10)}
_TENS = {"muoi": 10, "chuc": 10}
_BILLION, _MILLION, _THOUSAND = Decimal(10**9), Decimal(10**6), Decimal(10**3)
BIG = {"ty": _BILLION, "ti": _BILLION, "trieu": _MILLION, "nghin": _THOUSAND, "ngan": _THOUSAND}
_VAGUE = frozenset(["doi", "vai", "may", "dam", "nhieu", "hang", "ca", "bao"])
_HALF = Decimal("0.5")


@dataclass(frozen=True, slots=True)
class Number:
    """The values that the words from `first` up to `last` can mean."""

    values: tuple[Decimal, ...]
    first: int
    last: int
    vague: bool = False  # "a few tens": a size, not a number


def read_literal(text: str) -> tuple[Decimal, ...]:
    """Digits with separators: "1.200" is 1200, "1,2" is 1.2, "1,200" may be either, "" of sense is ()."""
    if len(text) > _LONGEST:
        return ()
    if _WHOLE.fullmatch(text):
        return (Decimal(text),)
    for pattern, separator in ((_DOTTED, "."), (_COMMAED, ",")):
        match = pattern.fullmatch(text)
        if match and not text.startswith("0"):
            return _grouped(match, separator)
    match = _DECIMAL.fullmatch(text)
    return (Decimal(f"{match[1]}.{match[2]}"),) if match else ()


def _grouped(match: re.Match[str], separator: str) -> tuple[Decimal, ...]:
    whole = Decimal(match[1].replace(separator, "") + (f".{match[2]}" if match[2] else ""))
    if separator == "," and match[1].count(",") == 1 and not match[2]:
        return (whole, Decimal(match[1].replace(",", ".")))
    return (whole,)


def number_text(value: Decimal) -> str:
    """A number that reads back as itself: no thousands, a point, and never exactly three decimals."""
    text = format(value.normalize(), "f")
    whole, _, decimals = text.partition(".")
    return f"{text}0" if len(decimals) == 3 and whole != "0" else text


def _bare(words: Sequence[Word], index: int) -> str:
    return words[index].bare if index < len(words) else ""


def _times(values: tuple[Decimal, ...], factor: int) -> tuple[Decimal, ...]:
    return tuple(value * factor for value in values)


def _ones(words: Sequence[Word], index: int) -> tuple[Decimal, ...]:
    """A single digit, in words or in digits; two neighbours ("four five") mean either."""
    bare = _bare(words, index)
    digit = _DIGITS.get(bare) or (int(bare) if re.fullmatch("[1-9]", bare) else 0)
    return (Decimal(digit),) if digit else ()


def _pair(words: Sequence[Word], index: int) -> bool:
    """Two digits one after another of which at least one is in words: "hai ba", "6 bay"."""
    first, second = _ones(words, index), _ones(words, index + 1)
    spelled = _bare(words, index) in _DIGITS or _bare(words, index + 1) in _DIGITS
    return bool(first and second and spelled and second[0] == first[0] + 1)


def _leading(words: Sequence[Word], index: int) -> tuple[tuple[Decimal, ...], int]:
    """The first digits of a number below a thousand, and where they end."""
    bare = _bare(words, index)
    if _pair(words, index):
        return (*_ones(words, index), *_ones(words, index + 1)), index + 2
    if bare in _DIGITS:
        return (Decimal(_DIGITS[bare]),), index + 1
    return (read_literal(bare), index + 1) if bare[:1].isdigit() else ((), index)


def _tens(words: Sequence[Word], values: tuple[Decimal, ...], index: int) -> tuple[tuple[Decimal, ...], int]:
    """After "x muoi" or "x chuc": a last digit, or a half."""
    unit = _UNITS.get(_bare(words, index))
    if unit and len(values) == 1:
        return (values[0] + unit,), index + 1
    if _bare(words, index) == "ruoi":
        return tuple(value + 5 for value in values), index + 1
    return values, index


def _hundreds(words: Sequence[Word], values: tuple[Decimal, ...], index: int) -> tuple[tuple[Decimal, ...], int]:
    """After "x tram": a half, "le" and a digit, tens, or a digit that counts tens."""
    bare = _bare(words, index)
    if bare == "ruoi":
        return tuple(value + 50 for value in values), index + 1
    if bare in ("linh", "le") and _UNITS.get(_bare(words, index + 1)):
        return tuple(value + _UNITS[_bare(words, index + 1)] for value in values), index + 2
    tail, end = _below_hundred(words, index)
    if len(tail) != 1 or tail[0] >= 100:
        return values, index
    short = tail[0] < 10 and end == index + 1 and not bare.startswith("0")
    return tuple(value + tail[0] * (10 if short else 1) for value in values), end


def _below_hundred(words: Sequence[Word], index: int) -> tuple[tuple[Decimal, ...], int]:
    bare = _bare(words, index)
    if bare in ("muoi", "ham"):
        return _tens(words, (Decimal(10 if bare == "muoi" else 20),), index + 1)
    if bare == "chuc":
        return _tens(words, (Decimal(10),), index + 1)
    values, end = _leading(words, index)
    if values and _bare(words, end) in _TENS:
        return _tens(words, _times(values, 10), end + 1)
    if bare in _DIGITS and len(values) == 1 and _bare(words, end) in _UNITS:
        return (values[0] * 10 + _UNITS[_bare(words, end)],), end + 1
    return values, end


def _small(words: Sequence[Word], index: int) -> tuple[tuple[Decimal, ...], int]:
    """A number below a thousand, or any number in digits."""
    if _bare(words, index) == "tram":
        return _hundreds(words, (Decimal(100),), index + 1)
    values, end = _below_hundred(words, index)
    if values and _bare(words, end) == "tram":
        return _hundreds(words, _times(values, 100), end + 1)
    return values, end


def _shorthand(words: Sequence[Word], index: int, unit: Decimal) -> tuple[tuple[Decimal, ...], int]:
    """The digits after a unit: "2 ty 3" is 2.3 billions; two digits with a space may be either."""
    bare = _bare(words, index)
    if not re.fullmatch("[0-9]{1,3}", bare) and bare not in _UNITS:
        return (), index
    digits = bare if bare[0].isdigit() else str(_UNITS[bare])
    exact = Decimal(f"0.{digits}") * unit
    glued = words[index].start == words[index - 1].end
    if len(digits) == 2 and not glued and digits[0] != "0":
        return (exact, Decimal(digits) * unit / 1000), index + 1
    return (exact,), index + 1


def _after_big(words: Sequence[Word], total: tuple[Decimal, ...], index: int, unit: Decimal) -> Number:
    """What may follow "x trieu": a half, a smaller unit, or bare digits."""
    if _bare(words, index) == "ruoi":
        return Number(tuple(value + unit * _HALF for value in total), 0, index + 1)
    start = index + (_bare(words, index) in ("le", "linh"))
    values, end = _small(words, start)
    smaller = BIG.get(_bare(words, end), unit) if values else unit
    if smaller < unit:
        sums = tuple(one + value * smaller for one in total for value in values)
        return _after_big(words, sums, end + 1, smaller)
    if unit == BIG["nghin"] and total[0] >= 10 * unit:
        return Number(total, 0, index)
    if values and end > start + 1 and values[0] >= 100:  # "1 nghin hai tram": the hundreds of a thousand
        return Number(tuple(one + values[0] * unit / 1000 for one in total), 0, end)
    tail, end = _shorthand(words, index, unit)
    return Number(tuple(one + value for one in total for value in tail), 0, end) if tail else Number(total, 0, index)


def number_at(words: Sequence[Word], index: int) -> Number | None:
    """The number that starts at a word, if one does."""
    bare = _bare(words, index)
    if bare == "nua" and _bare(words, index + 1) in BIG:
        return Number((_HALF * BIG[_bare(words, index + 1)],), index, index + 2)
    if bare in BIG and _bare(words, index + 1) == "ruoi":
        return Number((BIG[bare] * (1 + _HALF),), index, index + 2)
    values, end = _small(words, index)
    if not values:
        return None
    if _bare(words, end) not in BIG:
        return Number(values, index, end, vague=_vague(words, index))
    unit = BIG[_bare(words, end)]
    found = _after_big(words, _scaled(values, unit), end + 1, unit)
    return Number(found.values, index, found.last, vague=_vague(words, index))


def _scaled(values: tuple[Decimal, ...], unit: Decimal) -> tuple[Decimal, ...]:
    return tuple(value * unit for value in values)


def _vague(words: Sequence[Word], index: int) -> bool:
    """ "vai chuc", "hang tram", "mot so"."""
    before, bare = _bare(words, index - 1) if index else "", _bare(words, index)
    if before in _VAGUE and not bare[:1].isdigit():
        return True
    return bare == "mot" and _bare(words, index + 1) in ("so", "vai", "it")


_LENT = _TENS | {"tram": 100, "nghin": 1000, "ngan": 1000}
JOINTS = frozenset({"-", "~", "den", "toi", "hoac", "hay"})


def _lent(words: Sequence[Word], first: Number, second: Number) -> Number:
    """In "3-4 chuc" the three are tens too."""
    factor = _LENT.get(_bare(words, second.first + 1), 1) if second.last > second.first + 1 else 1
    joined = second.first == first.last + 1 and _bare(words, first.last) in JOINTS
    single = first.last == first.first + 1 and max(first.values) < 10
    return Number(_times(first.values, factor), first.first, first.last, first.vague) if joined and single else first


def _found(words: Sequence[Word]) -> list[Number]:
    found, index = list[Number](), 0
    while index < len(words):
        number = number_at(words, index)
        if number and _bare(words, number.last) == "may":  # "thirty-something"
            number = Number(number.values, number.first, number.last, vague=True)
        if number:
            found.append(number)
        index = number.last if number else index + 1
    return found


def find_numbers(words: Sequence[Word]) -> list[Number]:
    """All numbers of a message; when some are in digits, look-alikes of number words are left out."""
    found = _found(words)
    found = [_lent(words, one, after) for one, after in pairwise(found)] + found[-1:]
    in_digits = [one for one in found if any(word.is_number for word in words[one.first : one.last])]
    return in_digits or found
