"""The number of an official document, as its paper has it: "12 nq cb" → 12-NQ/CB, "94 bc ubnd" → 94/BC-UBND."""

from __future__ import annotations

import re

from bot.core.reading.fold import fold
from bot.core.reading.result import Invalid, Reading, Value

_SPELLED = {
    "nghi quyet": "nq", "ke hoach": "kh", "bao cao": "bc", "quyet dinh": "qd", "thong bao": "tb", "chuong trinh": "ctr",
    "chi bo": "cb", "dang uy": "du", "quan uy": "qu", "thanh uy": "tu", "uy ban nhan dan": "ubnd",
}  # fmt: skip
_ACCENTED = {"du": "ĐU", "qd": "QĐ", "hdnd": "HĐND", "dtn": "ĐTN", "pd": "PĐ", "dv": "ĐV"}
"""Abbreviations that have a letter which people type without its stroke."""
_OF_THE_STATE = frozenset({"ubnd", "hdnd", "mttq", "ttg", "cp"})
"""Whose documents are written 94/BC-UBND; all others are written the Party's way, 12-NQ/CB."""
_KINDS = frozenset({"nq", "kh", "bc", "qd", "tb", "ctr", "ct", "cv", "hd", "tt", "bb", "td", "qc", "kl"})
_GLUED = re.compile(rf"(?<=\d)(?=[a-z]{{2}})|(?<![a-z])(?P<kind>{'|'.join(_KINDS)})(?=(?:cb|du|qu|ubnd|hdnd)\b)")
_NUMBER = re.compile(r"0*(?P<number>[1-9]\d{0,3})(?P<letter>[a-d])?(?![a-z0-9])")
_AROUND = re.compile(r"[^a-z0-9]+")
_DAY = re.compile(r"\s*(?:,|\bngay\b).*$")
_FILLER = frozenset({"so", "van", "ban", "cua", "la", "da", "hanh", "em", "a"})


def read_document_number(words: str, usual: str = "") -> Reading[str]:
    """Number and sign of a document; `usual` ("NQ/CB") completes what was left out.

    Refusals: `not_understood`, `sign_missing` (only the number was said, and nothing is usual).
    """
    plain = _DAY.sub("", fold(words))
    for spelled, short in _SPELLED.items():
        plain = re.sub(rf"\b{spelled}\b", short, plain)
    plain = _GLUED.sub(lambda glued: f"{glued['kind'] or ''} ", plain)
    numbers = list(_NUMBER.finditer(plain))
    if len(numbers) != 1:
        return Invalid("not_understood")
    number = numbers[0]["number"].zfill(2) + (numbers[0]["letter"] or "").upper()
    rest = plain[: numbers[0].start()] + " " + plain[numbers[0].end() :]
    parts = list(dict.fromkeys(part for part in _AROUND.split(rest) if part and part not in _FILLER))
    return _signed(number, parts, [part.lower() for part in re.split(r"[/-]", fold(usual)) if part])


def _signed(number: str, parts: list[str], usual: list[str]) -> Reading[str]:
    if len(parts) > 3 or any(len(part) > 6 for part in parts) or (parts and parts[0] not in _KINDS):
        return Invalid("not_understood")
    parts = parts if len(parts) > 1 else [*parts, *usual[len(parts) :]]
    if len(parts) < 2:
        return Invalid("sign_missing")
    kind, *organs = (_ACCENTED.get(part, part.upper()) for part in parts)
    if parts[-1] in _OF_THE_STATE:
        return Value(f"{number}/{kind}-{'-'.join(organs)}")
    return Value(f"{number}-{kind}/{'-'.join(organs)}")
