"""What a resident wants with a message: an answer, a figure in money, redress, or just to be polite."""

from __future__ import annotations

import re
from enum import StrEnum

from bot.core.reading.report import Kind, kind_of
from bot.core.reading.words import Phrase, read_words


class Matter(StrEnum):
    """To whom a message goes: the approved answers, an officer, the legal route, or nobody."""

    QUESTION = "question"
    MONEY = "money"
    COMPLAINT = "complaint"
    DENUNCIATION = "denunciation"
    REPORT = "report"
    THANKS = "thanks"
    SMALL_TALK = "small_talk"
    OTHER = "other"


def _any(*phrases: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\S)(?:{'|'.join(phrases)})(?!\S)")


_DENOUNCES = _any(
    "to cao", "to giac", "tham nhung", "tham o", "(?:an|nhan|dua|doi|duoc) hoi lo", "hoi lo", "voi tien",
    "voi vinh",
    "nhung nhieu", "lot tay", "phong bi", "bao ke", "truc loi", "bien thu", "cau ket", "thong dong",
    "moc ngoac",
    "khai khong", "lam dung chuc quyen", "an chan tien", "an bot", "rut ruot",
    "nhan tien (?:cua dan|rieng|mat)",
    "lay tien rieng", "chay chot", "goi y (?:dua|chi|them)?(?: )?tien",
    "(?:can bo|to truong|cac ong|ho)(?: [^ ]+){0,4} (?:lay|an|giu) tien", "gian lan",
    "doi (?:them )?tien (?:moi|cua dan|dan|nha)",
)  # fmt: skip
_PROTESTS = _any(
    "khong nhat tri", "khong dong y", "khong dong tinh", "chua thoa dang", "trai luat", "trai phap luat",
    "sai luat",
    "khong dung (?:quy dinh|phap luat|luat)", "sai quy dinh",
    "(?:do|tinh|ghi|ap|kiem dem_?|tru)(?: [^ ]+){0,3} (?:sai|thieu|nham)",
    "bi thiet", "doi quyen loi", "xam pham", "len (?:quan|thanh pho|thanh tra|tinh|trung uong)", "thanh tra",
    "vuot cap",
    "khong chiu (?:gia|ky|di|nhan|ban giao)", "lam don", "gui don", "viet don", "nop don", "don thu",
    "kien (?:ra|len|phuong|uy ban|den cung)",
    "mat trang", "o ep", "khong minh bach", "thieu minh bach", "khong cong khai", "bo sot", "phan doi",
    "qua ban",
    "(?:se|di|phai|muon) kien", "doi xu", "thieu cong bang", "bi ep", "vo cam", "khong ai giai quyet",
    "(?:toi|dan|ho|chung toi) (?:yeu cau|khong phuc|khong chap)", "khong phuc",
    "(?:dien tich|ten|so thua|kiem dem_?|bien ban|gia)(?: [^ ]+){0,4} khong dung2?",
    "(?:duoc|nhan) nhieu hon (?:nha )?(?:toi|minh|bac|chau)", "do lai", "bat minh", "mo am", "khong thoa man",
    "khong hai long", "xem xet lai",
)  # fmt: skip
_AMOUNT = r"(?:bao nhieu|may)"
_BETWEEN = r"(?: (?!ngay|lau|ho|nguoi|met|m2|thang|lan)[^ ]+){0,6}?"
_NO_MONEY = r"(?! (?:ngay|ho|nguoi|lau|met|m2|thang|lan|thua|loai|nam|dot|nha|can)(?!\S))"
_MONEY = _any(
    rf"{_AMOUNT} (?:tien|trieu|ty|dong|nghin|tram trieu|chuc trieu|tram|ngan)",
    rf"(?:den bu|boi thuong|ho tro|thuong|gia|muc|don gia|tien|chi tra|tra){_BETWEEN} {_AMOUNT}{_NO_MONEY}",
    rf"(?:duoc|lay|nhan)(?: [^ ]+){{0,3}}? {_AMOUNT}(?: (?:mot|1|/|moi|cho|vay|the|a|em|chi|anh|bac|nhi|ha|\?)| m2|$)",
    "gia (?:den bu|boi thuong|dat|thu hoi|met vuong|1 m2|mot m2)(?! (?:do ai|ai|o dau|can cu|khi nao|bao gio))",
    "(?:1|mot|moi) (?:m2|met vuong|met|thuoc)(?: [^ ]+){0,6} (?:bao nhieu|may|gia)",
    "bang gia dat", "tinh (?:giup|ho|thu|xem)(?: [^ ]+){0,5} (?:tien|bao nhieu)",
    "co duoc (?:[^ ]+ )?[0-9.,]+ ?(?:trieu|ty|nghin)",
    "duoc may dong", "tam bao nhieu", "gia nao", "duoc nhieu tien", "may trieu", "may ty",
    "khoang bao nhieu tien",
)  # fmt: skip
_THANKS = _any("cam on", "cam on nhieu", "thanks", "thank", "tks", "cam ta", "biet on", "da ta", "doi on", "doi_ on")
_ASKS_HOW_MUCH = _any("may (?:met|m2|ngay|thang|ho|thua|lan|dot|nam)")
_GREETS = re.compile(r"(?:(?:da|em|chau|kinh|xin|minh|toi|bac) )*(?:chao|chuc_?|hello|hi|alo|tam biet|bye)(?!\S)")
_FEW = 3
_POLITE = frozenset({Kind.SMALL_TALK, Kind.UNKNOWN})
# Without their accents these are common words of another meaning.
_DENOUNCES_ACCENTED = re.compile(r"ăn chặn|đòi tiền|gợi ý tiền|bồi dưỡng cho cán bộ|đút lót")


def matter_of(words: str | Phrase) -> Matter:
    """What a message is about. Whatever may be a complaint is one: the person is asked, and nobody is refused."""
    phrase = read_words(words)
    kind = kind_of(phrase)
    if kind in (Kind.STOP, Kind.REGISTRATION):
        return Matter.OTHER
    if _DENOUNCES.search(phrase.plain) or _DENOUNCES_ACCENTED.search(phrase.raw.lower()):
        return Matter.DENUNCIATION
    if kind is Kind.REPORT:
        return Matter.REPORT
    if kind is Kind.COMPLAINT or _PROTESTS.search(phrase.plain):
        return Matter.COMPLAINT
    if _MONEY.search(phrase.plain):
        return Matter.MONEY
    if kind is Kind.QUESTION or _ASKS_HOW_MUCH.search(phrase.plain):
        return Matter.QUESTION
    return _courtesy(phrase, kind)


def _courtesy(phrase: Phrase, kind: Kind) -> Matter:
    if kind in _POLITE and _THANKS.search(phrase.plain):
        return Matter.THANKS
    polite = len(phrase.words) <= _FEW or _GREETS.match(phrase.plain)  # "đa" and "dạ" look alike without accents
    return Matter.SMALL_TALK if kind is Kind.SMALL_TALK and polite else Matter.OTHER
