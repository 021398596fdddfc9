"""One of several: by its number, by its name, or by a part of the name that only one has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TypeVar

from bot.core.reading.lexicon import FILLERS, NEGATIONS
from bot.core.reading.numbers import number_text, read_literal
from bot.core.reading.quantities import settled
from bot.core.reading.result import Invalid, Reading, Value
from bot.core.reading.words import Phrase, read_words

V = TypeVar("V")

_LEAD = r"(?:so|muc|cau|o|cai|y|chon|lua chon|phuong an|thu|stt|cai so|cai thu|so thu tu)"
_ONE_NUMBER = re.compile(rf"(?:{_LEAD} ){{0,3}}[(\[]? ?(?P<number>\d{{1,4}}) ?[.)\]:]? ?")
_JOINT = re.compile(r" (?:va|hoac|hay|,|/|voi|cung|&|\+) ")
_ORDINALS = "mot hai ba bon nam sau bay tam chin muoi"
_SPELLED = {word: number for number, word in enumerate(_ORDINALS.split(), 1)} | {"nhat": 1, "nhi": 2, "tu": 4}
_SPELLED_LEAD = re.compile(rf"(?:{_LEAD} ){{0,3}}(?P<word>{'|'.join(_SPELLED)})")
_AT_AN_END = re.compile(rf"(?:{_LEAD} ){{0,3}}(?:(?P<first>dau(?: tien)?)|(?P<last>cuoi(?: cung)?))")
_EMPTY = frozenset(
    [
        "cua",
        "o",
        "tai",
        "va",
        "cac",
        "cho",
        "la",
        "thi",
        "du",
        "an",
        "tuyen",
        "linh",
        "vuc",
        "mo",
        "hinh",
        "ve",
        "mang",
        "phan",
        "loai",
        "muc",
    ]
)
_SIGNS = " .,;:!?()[]-"


def core(phrase: Phrase) -> str:
    """The plain text without fillers at its ends."""
    bares = [word.bare for word in phrase.words]
    while bares and (bares[-1] in FILLERS or not bares[-1].strip("!?;,")):
        bares.pop()
    while bares and (bares[0] in FILLERS or not bares[0].strip("!?;,")):
        bares.pop(0)
    return " ".join(bares) or phrase.plain


def _number(text: str) -> int | None:
    if match := _ONE_NUMBER.fullmatch(text):
        return int(match["number"])
    if match := _SPELLED_LEAD.fullmatch(text):
        return _SPELLED[match["word"]]
    return None


def _positions(text: str, count: int) -> list[int] | None:
    """The option numbers that the text consists of; None when it is something else."""
    if match := _AT_AN_END.fullmatch(text):
        return [count if match["last"] else 1]
    numbers = [_number(piece.strip()) for piece in _JOINT.split(f" {text} ")]
    return [number for number in numbers if number is not None] if None not in numbers else None


def _tokens(text: str) -> tuple[str, ...]:
    """The words of a label or an answer, numbers in one shape ("15m5" is "15.5")."""
    halves = re.sub(r"(?<!\S)(\d+) met ruoi(?!\S)", r"\1.5", text)
    words = re.sub(r"(?<!\S)(\d+) met (\d)(?!\S)", r"\1.\2", halves).split()
    return tuple(_shape(word) for word in words if word.strip(_SIGNS) and word not in ("met", "m"))


def _shape(word: str) -> str:
    values = read_literal(word) if word[:1].isdigit() else ()
    return number_text(values[0]) if len(values) == 1 else word


def _inside(part: tuple[str, ...], whole: tuple[str, ...]) -> bool:
    """Whether the words of the part stand in the whole, in order and side by side."""
    return bool(part) and any(whole[at : at + len(part)] == part for at in range(len(whole) - len(part) + 1))


def _denies(words: tuple[str, ...]) -> bool:
    return not NEGATIONS.isdisjoint(words)


def _named(text: str, names: Sequence[tuple[V, tuple[str, ...]]]) -> list[V]:
    """Options of that very name; else those of whose name it is a part; else those whose words it has."""
    said = _tokens(text)
    exact = [value for value, name in names if name == said]
    if exact or not said:
        return exact
    # A yes is never found inside a no, nor a no inside a yes.
    names = [(value, name) for value, name in names if _denies(name) == _denies(said)]
    partial = [value for value, name in names if _inside(said, name)]
    if partial:
        return partial
    contained = [(len(name), value) for value, name in names if _inside(name, said)]
    longest = max((length for length, _ in contained), default=0)
    if contained:
        return [value for length, value in contained if length == longest]
    wanted = {word for word in said if word not in _EMPTY}
    return [value for value, name in names if wanted and wanted <= set(name)]


def _names(
    labels: Sequence[tuple[V, str]], synonyms: Mapping[V, Iterable[str]] | None
) -> list[tuple[V, tuple[str, ...]]]:
    names = [(value, _tokens(read_words(label).plain)) for value, label in labels]
    for value, _ in labels:
        names.extend((value, _tokens(read_words(other).plain)) for other in (synonyms or {}).get(value, ()))
    return names


def pick(
    words: str | Phrase, labels: Sequence[tuple[V, str]], synonyms: Mapping[V, Iterable[str]] | None = None
) -> Reading[V]:
    """One of the options (value, label): by its number ("2", "so 2", "(2)"), its label, or a part only it has.

    A bare number is an option's number whenever there is such an option. Refusal: `no_such_option`.
    """
    phrase = read_words(words)
    text = core(phrase)
    for value, label in labels:
        if phrase.raw and (phrase.raw in (value, label) or text == str(value).lower()):
            return Value(value)
    positions = _positions(text, len(labels))
    if positions and all(1 <= number <= len(labels) for number in positions):
        return settled((labels[number - 1][0] for number in positions), "no_such_option")
    names = _names(labels, synonyms)
    whole = _tokens(phrase.plain)
    exact = [value for value, name in names if name == whole]
    return settled(exact or _all_named(text, names), "no_such_option")


def _all_named(text: str, names: Sequence[tuple[V, tuple[str, ...]]]) -> list[V]:
    """What an answer names; of "this and that", both."""
    said = _tokens(text)
    exact = [value for value, name in names if _inside(said, name)]
    pieces = [_named(piece, names) for piece in _JOINT.split(text)]
    if exact or len(pieces) < 2 or not any(pieces):
        return _named(text, names)
    return [value for found in pieces for value in found]


FIELD_CODES = ("GPMB", "XD_QLDT", "BVMT", "VHXH", "ANQP", "KHAC")

FIELD_WORDS: dict[str, tuple[str, ...]] = {
    "GPMB": (
        "giai phong mat bang", "giai toa", "giai toa mat bang", "ban giao mat bang", "mat bang", "den bu",
        "thu hoi dat", "kiem dem", "boi thuong", "tai dinh cu", "den bu dat",
    ),
    "XD_QLDT": (
        "xay dung quan ly do thi", "xay dung", "quan ly do thi", "do thi", "trat tu do thi", "trat tu xay dung",
        "via he", "long duong", "an toan giao thong", "atgt", "xd", "chinh trang", "van minh do thi", "giao thong",
    ),
    "BVMT": (
        "bao ve moi truong", "moi truong", "ve sinh moi truong", "ve sinh", "rac", "rac thai", "phan loai rac", "mt",
        "duong hoa", "cay xanh", "trong cay", "thu gom rac", "xanh sach dep", "vsmt", "don ve sinh",
    ),
    "VHXH": (
        "van hoa xa hoi", "van hoa", "xa hoi", "khuyen hoc", "van nghe", "giao duc", "y te", "tu thien", "hoa giai",
        "gia dinh van hoa", "an sinh", "ho ngheo", "vh", "vh xh", "an toan thuc pham", "nguoi cao tuoi", "tu sach",
    ),
    "ANQP": (
        "an ninh quoc phong", "an ninh", "quoc phong", "quoc phong an ninh", "an ninh trat tu", "nghia vu quan su",
        "antt", "trat tu an ninh", "phong chong ma tuy", "ma tuy", "toi pham", "phong chong toi pham", "qs", "pccc",
        "phong chay chua chay", "phong chay", "camera an ninh", "qpan",
    ),
    "KHAC": ("linh vuc khac", "khac", "cai khac", "noi dung khac"),
}  # fmt: skip

_FIELD_OF = {name: code for code, names in FIELD_WORDS.items() for name in names} | {"nha van hoa": ""}  # a place
_FIELD_NAMES = re.compile(rf"(?<!\S)(?:{'|'.join(sorted(_FIELD_OF, key=len, reverse=True))})(?!\S)")


def find_fields(plain: str, codes: Iterable[str] = FIELD_CODES) -> list[str]:
    """The fields whose words stand in a plain text; a name within a longer name does not count."""
    said = " ".join(word for word in plain.split() if word.strip(_SIGNS))
    found = dict.fromkeys(_FIELD_OF[match.group()] for match in _FIELD_NAMES.finditer(said))
    return [code for code in found if code in frozenset(codes)]


def read_field(words: str | Phrase, fields: Sequence[str] = FIELD_CODES) -> Reading[str]:
    """The code of a field, by its number among `fields`, its code, or what people call it."""
    phrase = read_words(words)
    options = [(code, code) for code in fields]
    if phrase.raw in fields or _number(core(phrase)) is not None:
        return pick(phrase, options)
    found = [] if _denies(_tokens(phrase.plain)) else find_fields(phrase.plain, fields)
    return settled(found, "") if found else pick(phrase, options, FIELD_WORDS)


_PROJECT_NOISE = frozenset(
    ["du", "an", "tuyen", "duong", "ngo", "pho", "cong", "trinh", "(", ")", ",", ".", "-", "met", "m"]
)


def _marks(name: str) -> tuple[str, ...]:
    """The words that tell a project from others: its numbers, and its name without the common words."""
    return tuple(word for word in _tokens(read_words(name).plain) if word not in _PROJECT_NOISE)


@lru_cache(maxsize=64)
def project_synonyms(projects: tuple[tuple[str, str], ...]) -> dict[str, tuple[str, ...]]:
    """What people call each project, from its name: every end of it, each number with and without its word."""
    synonyms = dict[str, tuple[str, ...]]()
    for code, name in projects:
        marks = _marks(name)
        ends = tuple(" ".join(marks[start:]) for start in range(len(marks)))
        numbers = tuple(one for mark in marks if mark[0].isdigit() for one in (mark, f"ngo {mark}", f"duong {mark}"))
        pairs = tuple(" ".join(marks[at : at + 2]) for at in range(len(marks) - 1))
        last = (marks[-1],) if marks and not marks[-1][0].isdigit() else ()
        synonyms[code] = tuple(dict.fromkeys((*ends, *pairs, *numbers, *last)))
    return synonyms


def find_projects(plain: str, projects: Sequence[tuple[str, str]]) -> list[str]:
    """The projects whose marks stand in a plain text."""
    said = _tokens(plain)
    found = list[str]()
    for code, names in project_synonyms(tuple(projects)).items():
        if any(_inside(tuple(name.split()), said) and _telling(name) for name in names):
            found.append(code)
    return found


def _telling(name: str) -> bool:
    """Whether a name is enough inside a sentence: two words, or one with a lead."""
    return " " in name


def read_project(words: str | Phrase, projects: Sequence[tuple[str, str]]) -> Reading[str]:
    """The code of one of the projects (code, name): by number, code, or what people call it ("ngo 279")."""
    phrase = read_words(words)
    picked = pick(phrase, projects, project_synonyms(tuple(projects)))
    if not isinstance(picked, Invalid) or _number(core(phrase)) is not None or _denies(_tokens(phrase.plain)):
        return picked
    return settled(find_projects(phrase.plain, projects), "no_such_option")


_YES = frozenset(
    [
        "co",
        "vang",
        "da",
        "da vang",
        "vang a",
        "u",
        "uh",
        "um",
        "uhm",
        "uk",
        "ukm",
        "ok",
        "oke",
        "okie",
        "okay",
        "okey",
        "oki",
        "dong y",
        "dung",
        "dung roi",
        "dung2",
        "dung2 roi",
        "duoc",
        "duoc roi",
        "roi",
        "chuan",
        "chuan roi",
        "phai",
        "phai roi",
        "yes",
        "y",
        "nhat tri",
        "chinh xac",
        "xac nhan",
        "tan thanh",
        "dung vay",
        "dung2 vay",
        "co chu",
        "co roi",
        "tat nhien",
        "gui",
        "luu",
        "gui di",
        "ok roi",
        "da co",
        "hoan toan dong y",
        "da roi",
        "dung the",
        "dung2 the",
        "co dong y",
    ]
)
_NO = frozenset(
    [
        "khong",
        "chua",
        "khong dong y",
        "chua dong y",
        "chua duoc",
        "khong duoc",
        "sai",
        "sai roi",
        "khong dung",
        "khong dung2",
        "khong phai",
        "thoi",
        "no",
        "n",
        "chua dung",
        "chua dung2",
        "khong co",
        "chua co",
        "khong can",
        "bo qua",
        "khong nhat tri",
        "chua phai",
        "thoi khong",
        "nham",
        "nham roi",
        "sai bet",
        "sai het",
        "huy",
        "khong chinh xac",
        "khong phai dau",
        "chua chac dung",
    ]
)
_DOUBLE_NO = frozenset({"khong sai", "khong nham"})
_THUMBS = {"👍": True, "👌": True, "✅": True, "👎": False, "❌": False}
_POLITE = frozenset(
    [
        "a",
        "ah",
        "ak",
        "em",
        "chi",
        "anh",
        "bac",
        "nhe",
        "nha",
        "nhi",
        "e",
        "c",
        "ơi",
        "oi",
        "do",
        "day",
        "the",
        "voi",
        "chau",
        "ban",
        "dau",
        "luon",
    ]
)


def _answer(phrase: Phrase) -> str:
    """The words without politeness around them; a leading "da" goes when more follows."""
    bares = [word.bare for word in phrase.words if word.bare.strip(_SIGNS)]
    while len(bares) > 1 and bares[-1] in _POLITE:
        bares.pop()
    while len(bares) > 1 and bares[0] in {"da", "vang", "u", "uh"} | _POLITE:
        bares.pop(0)
    return " ".join(bares)


def read_yes_no(words: str | Phrase) -> Reading[bool]:
    """Yes or no: "vang a", "uh ok e", "ko", "khong dong y" → False. Anything else is `not_understood`."""
    phrase = read_words(words)
    text = _answer(phrase).removeprefix("thoi ")
    if phrase.raw[:1] in _THUMBS and not any(char.isalnum() for char in phrase.raw):
        return Value(_THUMBS[phrase.raw[0]])
    if text in _YES or text in _DOUBLE_NO:
        return Value(True)
    if text in _NO:
        return Value(False)
    words_said = text.split()
    agreed = 0 < len(words_said) <= 4 and all(word in _YES for word in words_said)
    return Value(True) if agreed else Invalid("not_understood")
