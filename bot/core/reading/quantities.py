"""Counts, quantities with their unit, shares of a whole, areas and money."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import TypeVar

from bot.core.reading.numbers import BIG, JOINTS, Number, find_numbers, number_at, number_text
from bot.core.reading.result import Ambiguous, Invalid, Reading, Value
from bot.core.reading.words import Phrase, Word, is_denied, join_words, read_words

T = TypeVar("T")

_NONE = re.compile(
    r"(?:(?:da|bao cao|em) )*(?:khong|chua)(?: co)?(?: ai| ho nao| nguoi nao| gi| ho| nguoi)?(?: (?:a|nhe|ca|het))*"
)
_NEGATIVE = re.compile(r"(?:- |am )\d")
_EDGE_SIGNS = " ,.;:!?-–—~()\n"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number and what it counts, in the person's own words."""

    number: Decimal
    unit: str

    def text(self) -> str:
        """ "46 hộ", "100%": reads back as this quantity."""
        return number_text(self.number) + ("" if self.unit.startswith("%") else " ") + self.unit


@dataclass(frozen=True, slots=True)
class Share:
    """So many out of so many, and of what."""

    numerator: int
    denominator: int
    unit: str

    def text(self) -> str:
        """ "43/46 hộ": reads back as this share."""
        return f"{self.numerator}/{self.denominator} {self.unit}".rstrip()


def settled(options: Iterable[T], reason: str) -> Reading[T]:
    """One value, a doubt between several, or a refusal when there is none."""
    found = tuple(dict.fromkeys(options))
    if not found:
        return Invalid(reason)
    return Value(found[0]) if len(found) == 1 else Ambiguous(found)


def _clear(numbers: list[Number]) -> list[Number]:
    return [number for number in numbers if not number.vague]


def _neighbours(values: tuple[Decimal, ...]) -> tuple[Decimal, ...]:
    """Nobody counts in tenths: "7,8" is seven or eight."""
    whole, tenth = divmod(values[0], 1)
    return (whole, whole + 1) if len(values) == 1 and tenth * 10 == whole + 1 else values


def counted(numbers: list[Number]) -> Reading[int]:
    """The whole number that the found numbers mean."""
    if numbers and not _clear(numbers):
        return Invalid("too_vague")
    values = [value for number in _clear(numbers) for value in _neighbours(number.values)]
    whole = [int(value) for value in values if value == value.to_integral_value() and value < _MOST]
    return settled(whole, "not_whole" if values else "not_understood")


def read_count(words: str | Phrase) -> Reading[int]:
    """How many: "hai chuc", "35 ng", "hon 30" → 30; "30-40" is a doubt; "khong co ai" → 0."""
    phrase = read_words(words)
    if is_denied(phrase):
        return Invalid("not_understood")
    if _NONE.fullmatch(phrase.plain):
        return Value(0)
    if _NEGATIVE.match(phrase.plain):
        return Invalid("negative")
    return counted(find_numbers(phrase.words))


def _own_unit(phrase: Phrase, first: int, last: int) -> str:
    """The person's words from one word up to another, without what only fills."""
    words = phrase.words
    while last > first and (words[last - 1].bare in _TRAILING or not words[last - 1].bare.strip(_EDGE_SIGNS)):
        last -= 1
    while first < last and not words[first].bare.strip(_EDGE_SIGNS):
        first += 1
    return " ".join(phrase.raw[words[first].start : words[last - 1].end].split()) if first < last else ""


_TRAILING = frozenset(["a", "ah", "ak", "nhe", "nha", "nhi", "nhen", "thoi", "em", "do", "oi", "roi"])


def _quantities(phrase: Phrase) -> list[Quantity]:
    numbers = find_numbers(phrase.words)
    if not numbers or numbers[0].vague:
        return []
    values, last = list(numbers[0].values), numbers[0].last
    following = numbers[1] if len(numbers) > 1 else None
    if following and (following.first == last or _joined(phrase.words, last, following.first)):
        values, last = values + list(following.values), following.last
    unit = _own_unit(phrase, last, len(phrase.words))
    return [Quantity(value.normalize(), unit) for value in values] if any(map(_says, unit)) else []


def _reads_back(quantity: Quantity) -> bool:
    """Whether the canonical text means the same again."""
    phrase = read_words(quantity.text())
    return not _slashed(phrase) and _quantities(phrase) == [quantity]


def _joined(words: tuple[Word, ...], last: int, first: int) -> bool:
    return first == last + 1 and words[last].bare in JOINTS


def _says(char: str) -> bool:
    return char.isalpha() or char == "%"


def read_quantity(words: str | Phrase) -> Reading[Quantity]:
    """A number with its unit: "46 ho ban giao", "100%", "hai buoi"; the unit keeps the person's words."""
    phrase = read_words(words)
    found = _quantities(phrase)
    if _slashed(phrase) or is_denied(phrase):
        return Invalid("share" if _slashed(phrase) else "not_understood")
    if not all(_reads_back(one) for one in found):
        return Invalid("not_understood")  # not sure enough to be stored
    return settled(found, "unit_missing" if find_numbers(phrase.words) else "not_understood")


_SHARE = re.compile(r"(?<!\d)\d+(?: [^\W\d]+){0,2} / \d+")
_OF = re.compile(r"(?:[^\W\d]+ ){0,2}?(?:/|tren|trong)(?: (?:tong so|tong|so|tong cong))?(?!\S)")


def _slashed(phrase: Phrase) -> bool:
    return bool(_SHARE.search(phrase.plain))


def _shares(phrase: Phrase) -> list[Share] | str:
    numbers = find_numbers(phrase.words)
    for part, whole in pairwise(numbers):
        between = " ".join(word.bare for word in phrase.words[part.last : whole.first])
        if len(part.values) == len(whole.values) == 1 and len(between) < 60 and _OF.fullmatch(between):
            return _share(part.values[0], whole.values[0], _own_unit(phrase, whole.last, len(phrase.words)))
    return "denominator_missing" if numbers else "not_understood"


def _share(part: Decimal, whole: Decimal, unit: str) -> list[Share] | str:
    if part != int(part) or whole != int(whole) or whole == 0:
        return "not_whole"
    return "more_than_all" if part > whole else [Share(int(part), int(whole), unit)]


def read_fraction(words: str | Phrase) -> Reading[Share]:
    """So many of so many: "43/46 hộ", "43 tren tong so 46 ho". Refusals: `denominator_missing`, `more_than_all`."""
    phrase = read_words(words)
    found = "not_understood" if is_denied(phrase) else _shares(phrase)
    if isinstance(found, str):
        return Invalid(found)
    if any(_shares(read_words(one.text())) != [one] for one in found):
        return Invalid("not_understood")
    return settled(found, "not_understood")


_AREA_UNITS = {
    "m2": 1,
    "met": 1,
    "m": 1,
    "ha": 10000,
    "hecta": 10000,
    "hec": 10000,
    "sao": 360,
    "thuoc": 24,
    "mau": 3600,
}
_CENT = Decimal("0.01")


def _unit_after(words: tuple[Word, ...], index: int) -> tuple[int, int]:
    """The factor of the unit at a word, and where it ends; 0 when it is none."""
    bare = words[index].bare if index < len(words) else ""
    end = index + 1
    if bare == "met" and end < len(words) and words[end].bare == "vuong":
        end += 1
    return _AREA_UNITS.get(bare, 0), end


def _sides(words: tuple[Word, ...]) -> list[Decimal]:
    """ "5x20m": length times width."""
    numbers = find_numbers(words)
    if len(numbers) != 2 or any(len(number.values) > 1 for number in numbers):
        return []
    between = {word.bare for word in words[numbers[0].last : numbers[1].first]}
    crossed = bool(between & {"x", "*"}) and between <= {"x", "*", "met", "m"}
    return [numbers[0].values[0] * numbers[1].values[0]] if crossed else []


def _area_tail(words: tuple[Word, ...], index: int, factor: int) -> tuple[Decimal, int]:
    """ "15m5" is a half metre more, "1 sao ruoi" a half unit, "1 sao 5 thuoc" five of the smaller unit."""
    bare = words[index].bare if index < len(words) else ""
    if bare == "ruoi":
        return Decimal(factor) / 2, index + 1
    number = number_at(words, index)
    if not number or len(number.values) > 1:
        return Decimal(0), index
    smaller, end = _unit_after(words, number.last)
    if smaller and smaller < factor:
        return number.values[0] * smaller, end
    decimal = factor == 1 and bare.isdigit() and len(bare) <= 2 and not smaller
    return (Decimal(f"0.{bare}"), number.last) if decimal else (Decimal(0), index)


def _areas(words: tuple[Word, ...]) -> list[Decimal]:
    found, index = list[Decimal](), 0
    while index < len(words):
        values, index = _area_at(words, index)
        found += values
    return found


def _area_at(words: tuple[Word, ...], index: int) -> tuple[list[Decimal], int]:
    """The areas that start at a word, and where to go on."""
    bare, after = words[index].bare, words[index + 1].bare if index + 1 < len(words) else ""
    if bare == "nua" and _AREA_UNITS.get(after, 0) > 1:
        return [Decimal(_AREA_UNITS[after]) / 2], index + 2
    if after == "ruoi" and _AREA_UNITS.get(bare, 0) > 1:
        return [Decimal(_AREA_UNITS[bare]) * 3 / 2], index + 2
    number = number_at(words, index)
    if not number or number.vague:
        return [], index + 1
    factor, end = _unit_after(words, number.last)
    if not factor:
        return list(number.values), number.last
    more, end = _area_tail(words, end, factor)
    return [value * factor + more for value in number.values], end


def read_area(words: str | Phrase) -> Reading[Decimal]:
    """Square metres: "1.200 m2", "15m5", "1 sao 5 thuoc", "0,5 ha", "5x20m"; without a unit it is metres."""
    phrase = read_words(words)
    if is_denied(phrase):
        return Invalid("not_understood")
    found = _sides(phrase.words) or _areas(phrase.words)
    return settled((value.quantize(_CENT).normalize() for value in found if 0 < value < 10**12), "not_understood")


_CURRENCY = frozenset({"dong", "vnd", "d", "nghin", "trieu", "ty"})
_LEAST = 1000  # no smaller amount is ever meant
_MOST = 10**15  # nor is anything here counted beyond it


def _money_words(phrase: Phrase) -> tuple[Word, ...]:
    """In money "cu" is a million."""
    renamed = tuple(Word("trieu", w.start, w.end) if w.bare == "cu" else w for w in phrase.words)
    return join_words(phrase.raw, renamed, phrase.accented).words


def _unit_at_end(number: Number, words: tuple[Word, ...]) -> Decimal | None:
    """The big unit right after the first digits of a number: the 7 in "5-7 trieu" lends it to the 5."""
    inside = [BIG[word.bare] for word in words[number.first : number.last] if word.bare in BIG]
    return inside[0] if inside else None


def _amounts(words: tuple[Word, ...]) -> list[Decimal]:
    numbers = _clear(find_numbers(words))
    lent = [unit for number in numbers if (unit := _unit_at_end(number, words))]
    named = any(word.bare in _CURRENCY for word in words)
    found = list[Decimal]()
    for number in numbers:
        small = max(number.values) < _LEAST and max(number.values) > 0
        if not small or _unit_at_end(number, words):
            found += number.values
        elif lent:
            found += [value * lent[-1] for value in number.values]
        elif not named:
            found += [value * factor for value in number.values for factor in (1000, 10**6)]
    return found


def read_money(words: str | Phrase) -> Reading[int]:
    """Dong: "2 ty 3" → 2300000000, "1tr2", "500k", "166.910.310 dong"; a bare "500" is a doubt."""
    phrase = read_words(words)
    if is_denied(phrase):
        return Invalid("not_understood")
    found = _amounts(_money_words(phrase))
    whole = (int(value) for value in found if value == int(value))
    return settled((value for value in whole if value == 0 or _LEAST <= value < _MOST), "not_understood")
