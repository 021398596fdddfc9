"""Households that a session met, that agreed, that still hesitate, and why: "gặp 12 hộ, 9 đồng ý, 2 băn khoăn giá"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields

from bot.core.reading.numbers import find_numbers
from bot.core.reading.quantities import counted, settled
from bot.core.reading.result import Invalid, Reading, Value
from bot.core.reading.words import Phrase, Word, read_words

MOST = 100_000  # a whole ward: more is a slip of the finger
REASONS = ("price", "resettlement", "papers", "other")
"""Why a household hesitates; each household is counted with its main reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Households:
    """How many; None for what was not said. At least one is a number."""

    met: int | None = None
    agreed: int | None = None
    hesitating: int | None = None
    price: int | None = None
    resettlement: int | None = None
    papers: int | None = None
    other: int | None = None

    def text(self) -> str:
        """ "gặp 12; đồng ý 9; băn khoăn 3; giá 2": reads back as these."""
        said = [(label, getattr(self, name)) for name, label in _LABELS.items()]
        return "; ".join(f"{label} {count}" for label, count in said if count is not None)


_LABELS = {
    "met": "gặp", "agreed": "đồng ý", "hesitating": "băn khoăn", "price": "giá", "resettlement": "tái định cư",
    "papers": "giấy tờ", "other": "khác",
}  # fmt: skip
NAMES = tuple(one.name for one in fields(Households))


def any_of(*phrases: str) -> re.Pattern[str]:
    """Any of these, as whole words."""
    return re.compile(rf"(?<!\S)(?:{'|'.join(phrases)})(?!\S)")


AGREE = "dong y|ky|chiu|nhat tri|ban giao|dong thuan|thong|nhan tien|kiem dem|chap hanh|hop tac|dong tinh"
HESITATES = re.compile(
    rf"(?:(?:con|van|van con|dang|hien|hien con|thi|nay) ){{0,2}}"
    rf"(?:(?:chua|khong|chang)(?: \S+){{0,2}}? (?:{AGREE})(?!\S)"
    r"|(?:ban khoan|vuong|phan van|thac mac|lan tan|luong lu|chan chu|phan doi|so_? |lo |ngai|cho|doi|xin|"
    r"de nghi|yeu cau|khong dong|chua dong))"
)
AGREES = re.compile(rf"(?:da|deu|deu da|cung|thi|la) (?:{AGREE})(?!\S)|(?:{AGREE})(?!\S)")
MEETS = any_of("gap", "gap go", "tiep xuc", "van dong", "den", "moi", "tong", "tong so", "tong cong", "tham")
NAMED_NUMBER = any_of(
    r"(?:(?<!giay )to|ngo|ngach|so|khu|duong|lan thu|buoi thu|may|tdp|pho|cum|quyet|nq|lo|toa|nha|phong|dan pho|"
    r"ke hoach) (?:so |thu )?\d{1,4}",
    r"\d+(?:[.,]\d+)? (?:met|m2|trieu|ty|nghin|%|phut|tieng|buoi|tuyen|cay|to roi|met vuong)",
)
_BECAUSE_OF: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "price",
        any_of(
            "(?<!tham )gia(?! dinh| toc| canh)", "den bu thap", "qua thap", "thap qua", "qua re", "re qua",
            "tien den bu", "muc boi thuong", "don gia", "gia ca",
        ),
    ),
    ("resettlement", any_of("tai dinh cu", "tdc", "cho o", "noi o", "dat o", "nha tam")),
    (
        "papers",
        any_of(
            "giay to", "so do", "so hong", "giay chung nhan", "thua ke", "tranh chap", "ho so", "phap ly",
            "ranh gioi", "giay",
        ),
    ),
)  # fmt: skip
_BECAUSE = any_of("vi", "(?<!trong )do", "ly do", "boi", "tai vi")
_OTHER = any_of("ly do khac", "viec khac", "khac")


def reason_of(plain: str) -> Reading[str] | None:
    """Why households hesitate, from the words after their number."""
    found = [code for code, pattern in _BECAUSE_OF if pattern.search(plain)]
    if found:
        return settled(found, "not_understood")
    return Value("other") if _BECAUSE.search(plain) or _OTHER.search(plain) else None


# -- an answer in one message: clauses with a number each -----------------------------------------

_SEPARATORS = frozenset([",", ";", ".", ":", "(", ")", "+", "va", "nhung"])
_BEFORE_A_NUMBER = re.compile(r"(?:co|khoang|da|duoc|thi|con|van|van con|hien|hien con|chi|chi con|\s)*")
_REST = any_of("con lai", "so con lai")
_ALL = any_of("deu", "tat ca", "ca", "het", "100%", "toan bo")
_HESITATING = re.compile(rf"(?<!\S){HESITATES.pattern}")
_AGREEING = re.compile(rf"(?<!\S)(?:{AGREE})(?!\S)")
_COUNTED = re.compile(r"(?:(?:ho|ho dan|nha|gia dinh|chu ho|duoc|co|khoang|da|buoi nay|a|em|bao cao|\s)(?:\s|$))*")


@dataclass(frozen=True, slots=True)
class _Clause:
    words: str  # the plain text around the number
    count: int | None


def read_households(words: str | Phrase) -> Reading[Households]:
    """A bare number is of those met; "còn lại" is the rest of them; a number with two reasons counts for none."""
    phrase = read_words(words)
    clauses = _joined(_clauses(phrase))
    if isinstance(clauses, Invalid):
        return clauses
    found: dict[str, int] = {}
    for clause in clauses:
        if refused := _take(clause, found):
            return refused
    return _settled(found)


def _settled(found: dict[str, int]) -> Reading[Households]:
    """Totals that follow from what was said."""
    reasons = sum(found.get(reason, 0) for reason in REASONS)
    if reasons and found.setdefault("hesitating", reasons) < reasons:
        return Invalid("more_reasons")
    if "hesitating" not in found and found.get("met") == found.get("agreed") is not None:
        found["hesitating"] = 0
    if any(not 0 <= count <= MOST for count in found.values()):
        return Invalid("not_understood")
    return Value(Households(**found)) if found else Invalid("not_understood")


def _take(clause: _Clause, found: dict[str, int]) -> Invalid | None:
    """Put a clause's number where it belongs."""
    count, words = clause.count, clause.words
    if count is None:
        if not _REST.search(words) or not _HESITATING.search(words.partition("con lai")[2]):
            return None
        count = found.get("met", 0) - found.get("agreed", 0)
    names = _meant(words)
    if not names or any(found.get(name, count) != count for name in names):
        return Invalid("not_understood")
    found.update(dict.fromkeys(names, count))
    return None


def _meant(words: str) -> tuple[str, ...]:
    """What a number counts, by the words around it."""
    reason = reason_of(words)
    named = (reason.value,) if isinstance(reason, Value) else ()
    if _HESITATING.search(words) or reason is not None:
        return named or ("hesitating",)
    if _AGREEING.search(words):
        everybody = bool(_ALL.search(words)) and not words.startswith("deu")
        return ("met", "agreed") if everybody else ("agreed",)
    if MEETS.search(words) or _COUNTED.fullmatch(words):
        return ("met",)
    return ("hesitating",) if re.search(r"(?<!\S)(?:con|chua)(?!\S)", words) else ()


def _joined(clauses: list[_Clause] | Invalid) -> list[_Clause] | Invalid:
    """A clause without a number belongs to its neighbour: "băn khoăn: 3", "2 hộ chưa đồng ý, vì giá".

    One that speaks of households and has no neighbour without words counts what was not heard: better ask than lose it.
    """
    if isinstance(clauses, Invalid):
        return clauses
    out: list[_Clause] = []
    waiting = ""
    for clause in clauses:
        if clause.count is None and _REST.search(clause.words):
            out.append(clause)
        elif clause.count is None and out and reason_of(clause.words) is not None:
            out[-1] = _Clause(f"{out[-1].words} {clause.words}", out[-1].count)
        elif clause.count is None or not clause.words:
            out += [_Clause(waiting, clause.count)] if clause.count is not None else []
            waiting = clause.words
        elif _unheard(waiting):
            return Invalid("not_understood")
        else:
            out.append(clause)
            waiting = ""
    return Invalid("not_understood") if _unheard(waiting) else out


def _unheard(words: str) -> bool:
    return any(pattern.search(words) for pattern in (_AGREEING, _HESITATING, MEETS))


def _clauses(phrase: Phrase) -> list[_Clause] | Invalid:
    """The message cut at its signs, and before or after each number where one clause has several."""
    spans = [match.span() for match in NAMED_NUMBER.finditer(phrase.plain)]
    words = [
        Word("…", word.start, word.end) if any(start <= at < end for start, end in spans) else word
        for word, at in zip(phrase.words, phrase.offsets, strict=True)
    ]
    counts: dict[int, int] = {}
    inside: set[int] = set()
    for number in find_numbers(words):
        count = counted([number])
        if not isinstance(count, Value):
            return Invalid("too_vague")
        counts[number.first] = count.value
        inside.update(range(number.first + 1, number.last))
    tokens = [index for index in range(len(words)) if index not in inside]
    cut = [piece for part in _parts(tokens, words, counts) for piece in _one_each(part, words, counts)]
    return [_clause(piece, words, counts) for piece in cut if piece]


def _parts(tokens: Sequence[int], words: Sequence[Word], counts: dict[int, int]) -> list[list[int]]:
    parts: list[list[int]] = [[]]
    for place, index in enumerate(tokens):
        following = tokens[place + 1] if place + 1 < len(tokens) else -1
        opens = words[index].bare == "con" and (
            following in counts or (following >= 0 and words[following].bare == "lai")
        )
        if words[index].bare in _SEPARATORS:
            parts.append([])
        elif opens:
            parts.append([index])
        else:
            parts[-1].append(index)
    return parts


def _one_each(part: list[int], words: Sequence[Word], counts: dict[int, int]) -> list[list[int]]:
    """ "12 hộ 9 đồng ý" is cut before its numbers, "gặp 12 đồng ý 9" after them."""
    places = [place for place, index in enumerate(part) if index in counts]
    if len(places) < 2:
        return [part]
    if len(places) == 2 and [words[index].bare for index in part[places[0] + 1 : places[1]]] == ["/"]:
        return [[part[places[1]]], [*part[: places[0] + 1], *part[places[1] + 1 :]]]  # "9/12 hộ đồng ý"
    lead = " ".join(words[index].bare for index in part[: places[0]])
    if _BEFORE_A_NUMBER.fullmatch(lead):
        ends = [*places[1:], len(part)]
        return [part[start:end] for start, end in zip([0, *places[1:]], ends, strict=True)]
    ends = [place + 1 + _units(part, place, words) for place in places]
    return [part[start:end] for start, end in zip([0, *ends[:-1]], [*ends[:-1], len(part)], strict=True)]


def _units(part: list[int], place: int, words: Sequence[Word]) -> int:
    """How many words after a number only say that it counts households."""
    return int(place + 1 < len(part) and words[part[place + 1]].bare in ("ho", "nha"))


def _clause(part: list[int], words: Sequence[Word], counts: dict[int, int]) -> _Clause:
    count = next((counts[index] for index in part if index in counts), None)
    return _Clause(" ".join(words[index].bare for index in part if index not in counts), count)
