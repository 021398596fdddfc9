"""What a resident wants with a message: an answer, a figure in money, redress, the way to it, or just to be polite."""

from __future__ import annotations

import re
from enum import StrEnum

from bot.core.reading.grievances import (
    AIMS_AT_SOMETHING,
    ASKS_HOW_FAR,
    ASKS_THE_WAY,
    DEMANDS,
    NAMES_THE_WAY,
    NEGLECT,
    PROTESTS,
    REPROACHES,
    WRONG_ACCENTED,
    WRONG_BY_SOMEBODY,
    WRONG_IN_ITSELF,
    any_of,
    within,
)
from bot.core.reading.report import Kind, kind_of
from bot.core.reading.words import Phrase, read_words


class Matter(StrEnum):
    """To whom a message goes: the approved answers, an officer, the legal way, or nobody."""

    QUESTION = "question"
    MONEY = "money"
    COMPLAINT = "complaint"
    DENUNCIATION = "denunciation"
    WAY = "way"  # how and where to complain, asked before there is a complaint
    DOUBT = "doubt"  # a question or a complaint: only the person knows
    REPORT = "report"
    THANKS = "thanks"
    SMALL_TALK = "small_talk"
    OTHER = "other"


_AMOUNT = r"(?:bao nhieu|may)"
_BETWEEN = r"(?: (?!ngay|lau|ho|nguoi|met|m2|thang|lan)[^ ]+){0,6}?"
_NO_MONEY = r"(?! (?:ngay|ho|nguoi|lau|met|m2|thang|lan|thua|loai|nam|dot|nha|can)(?!\S))"
_MONEY = any_of(
    rf"{_AMOUNT} (?:tien|trieu|ty|dong|nghin|tram trieu|chuc trieu|tram|ngan)",
    rf"(?:den bu|boi thuong|ho tro|thuong|gia|muc|don gia|tien|chi tra|tra){_BETWEEN} {_AMOUNT}{_NO_MONEY}",
    rf"(?:duoc|lay|nhan)(?: [^ ]+){{0,3}}? {_AMOUNT}(?: (?:mot|1|/|moi|cho|vay|the|a|em|chi|anh|bac|nhi|ha|\?)| m2|$)",
    "gia (?:den bu|boi thuong|dat|thu hoi|met vuong|1 m2|mot m2)(?! (?:do ai|ai|o dau|can cu|khi nao|bao gio|moi))",
    "(?:1|mot|moi) (?:m2|met vuong|met|thuoc)(?: [^ ]+){0,6} (?:bao nhieu|may|gia)",
    "bang gia dat(?! moi)",
    "tinh (?:giup|ho|thu|xem)(?: [^ ]+){0,5} (?:tien|bao nhieu)",
    "co duoc (?:[^ ]+ )?[0-9.,]+ ?(?:trieu|ty|nghin)",
    "duoc may dong",
    "tam bao nhieu",
    "gia nao",
    "duoc nhi(?:e)?u tien",
    "may trieu",
    "may ty",
    "khoang bao nhieu tien",
    "(?:den bu|boi thuong)(?: [^ ]+){0,2} gia",
)
_THANKS = any_of(
    "(?:cam|cam_?|cm) on",
    "camon",
    "thanks",
    "thank",
    "thank you",
    "tks",
    "cam ta",
    "biet on",
    "da ta",
    "doi_? on",
)
_THANKED_FOR = any_of(rf"(?:da|vi){within(3)} (?:do lai|xem xet lai|giai quyet|sua lai|tinh lai)")
_YET = any_of("nhung", "tuy nhien", "co dieu", r"\?", "(?:the )?ma (?:van|chua|khong|sao|lai)")
_ASKS_HOW_MUCH = any_of("may (?:met|m2|ngay|thang|ho|thua|lan|dot|nam|gio)")
_ASKS_FOR = any_of(
    rf"(?:cho|xin|lam on|giup){within(3)} (?:so dien thoai|sdt|dia chi|lich|thong tin|mau don|danh sach)",
    "(?:muon|can|xin) (?:biet|hoi)",
    "ai (?:dung|ky|se|duoc|lam|tra|chiu|o|giu|co)",
    "(?:bao|ban) h",
    "hay la",
    "co dung",
    r"\w+ nao",
    "(?:hoi|gap|can) ai",
    r"(?:ai|dieu kien|thoi han) \w+",
    rf"la{within(6)} hay{within(5)} (?:a|vay|the|nhi|em|chau)",
    "nghia la sao",
)

# -- who acts: an account of others is a report --------------------------------------------------

_DEED = any_of(
    "hop",
    "di",
    "den",
    "gap",
    "gap go",
    "xuong",
    "tham",
    "van dong",
    "tuyen truyen",
    "doi thoai",
    "phat",
    "to chuc",
    "ra quan",
    "ra mat",
    "giup",
    "lam viec",
    "sinh hoat",
    "bao cao",
    "ban giao",
    "phoi hop",
    "tiep xuc",
    "buoi",
)
_COUNTED = any_of(
    r"\d+(?: / \d+)? (?:luot )?(?:nguoi|ho|nha|dang vien|dong chi|d / c|chi em|hoi vien|doan vien|gia dinh|"
    r"y kien|to roi|buoi|luot|dc|"
    r"ba_? con|cu|dai bieu)",
    r"(?:co mat_?|vang|tham du|du) \d+",
)
_OTHERS = (
    r"(?:(?:gia dinh|nha|ho) (?:ong|ba_?|anh|chi|co_?|chu|bac)|(?:ong|ba_|anh|chi|co_|chu) (?:ay|chua|da|"
    r"dong y|bao)|ba_? con|hoi vien|nguoi dan)"
)
_OUTCOME = any_of(
    rf"{_OTHERS}{within(4)} (?:dong y|nhat tri|dong thuan|da ky|chua ky|chiu ky|chua chiu|hen|hoi vo|ban giao|"
    rf"cho kiem dem_?)",
    r"(?:gia dinh|ba con|ba_|ong|anh ay|chi ay) (?:da |chua |deu )?(?:dong y|nhat tri|dong thuan|ky|chiu ky|hen)",
)
_HOST = any_of(
    "(?:chi bo|cb|to|to dan pho|tdp|to dan van|mat tran|hoi phu nu|phu nu|doan thanh nien|thanh nien|"
    "cuu chien binh|chung toi|hoi)",
)
_MY_OWN = any_of("(?:nha|dat|gia dinh|ho|vuon|thua) (?:cua )?(?:toi|minh|em|chau|bac)(?! (?:da|vua|den|di) )")

# -- politeness ---------------------------------------------------------------------------------

_OURS = any_of(
    "dat",
    "tien",
    "den bu",
    "boi thuong",
    "do",
    "ho so",
    "giay",
    "giay to",
    "so do",
    "quyet dinh",
    "du an",
    "ubnd",
    "thu hoi",
    "tai dinh cu",
    "tdc",
    "hop",
    "don",
    "chi bo",
    "bao cao",
    "mo hinh",
    "thong bao",
    "phuong an",
    "kiem dem_?",
    "ban giao",
    "gia",
    "duong",
    "thua",
    "nha toi",
    "nha minh",
    "can bo",
    "phuong",
    "ngo",
    "ngay",
    "m2",
    "ky",
    "nop",
    "so",
    "dang ky",
    "hoi",
)
_FRIENDLY = any_of(
    "chao",
    "hello",
    "hi",
    "alo",
    "chuc_?",
    "chuc mung",
    "tam_? biet",
    "bye",
    "uh",
    "hihi",
    "haha+",
    "hehe+",
    "hoho",
    "khoe(?: manh)?",
    "ngu ngon",
    "(?:ban|chau|em|may) (?:ten|la|bao nhieu tuoi|gioi|thong minh)",
    "nguoi hay",
    "an com",
    "troi (?:nong|lanh|mua|dep|dang)",
    "(?:nong|lanh|mua|nang) (?:qua|to|nhi)",
    "ke chuyen",
    "chuyen cuoi",
    "hay qua",
    "gioi (?:the|qua|ghe|that)",
    "vui (?:qua|tinh|that)",
    "khon",
    "gap lai",
    "lau (?:lam )?(?:roi )?khong gap",
    "gia roi",
    "mat_? kem",
    "noi chuyen",
    "em oi",
    "chau oi",
    "co_? oi",
    "bac oi",
    "ban oi",
    "co ai",
    "ca nha",
)
_GREETS = re.compile(
    r"(?:(?:da|em|chau|kinh|xin|minh|toi|bac|oke|ok|vang) )*(?:chao|chuc_?|hello|hi|alo|tam_? biet|bye)(?!\S)"
)
_FEW, _SHORT = 3, 12
_POLITE = frozenset({Kind.SMALL_TALK, Kind.UNKNOWN})


def matter_of(words: str | Phrase) -> Matter:
    """What a message is about. Whatever may be a complaint is none of the rest: the person is asked, nobody refused."""
    phrase = read_words(words)
    kind = kind_of(phrase)
    if kind in (Kind.STOP, Kind.REGISTRATION):
        return Matter.OTHER
    return _grave(phrase, kind) or _everyday(phrase, kind)


def _grave(phrase: Phrase, kind: Kind) -> Matter | None:
    """What has a legal way of its own; an account of what others say is none."""
    plain = phrase.plain
    if _asks_the_way(plain):
        return Matter.WAY
    if _denounces(phrase):
        return Matter.DENUNCIATION
    if _thanks(plain):
        return Matter.THANKS
    if kind is Kind.REPORT or _tells_of_others(plain, kind):
        return Matter.REPORT
    if _asks_how_far(plain):
        return Matter.DOUBT
    if kind is Kind.COMPLAINT or _protests(plain):
        return Matter.COMPLAINT
    return Matter.DOUBT if REPROACHES.search(plain) else None


def _asks_the_way(plain: str) -> bool:
    """ "Khiếu nại thì nộp ở đâu": the way is asked for, and nothing else is held against anybody."""
    if not NAMES_THE_WAY.search(plain) or not ASKS_THE_WAY.search(plain) or AIMS_AT_SOMETHING.search(plain):
        return False
    rest = _aside(plain)
    return not (_protests(rest) or WRONG_IN_ITSELF.search(rest) or WRONG_BY_SOMEBODY.search(rest))


def _aside(plain: str) -> str:
    """What is said besides the complaint that is only named."""
    return " ".join(NAMES_THE_WAY.sub(" ", plain).split())


def _denounces(phrase: Phrase) -> bool:
    plain = phrase.plain
    worded = WRONG_IN_ITSELF.search(plain) or WRONG_BY_SOMEBODY.search(plain)
    return bool(worded or WRONG_ACCENTED.search(phrase.raw.lower()))


def _protests(plain: str) -> bool:
    return any(sign.search(plain) for sign in (PROTESTS, DEMANDS, NEGLECT))


def _asks_how_far(plain: str) -> bool:
    """Whoever asks what became of a complaint may or may not be making another."""
    return bool(NAMES_THE_WAY.search(plain) and ASKS_HOW_FAR.search(plain)) and not _protests(_aside(plain))


def _thanks(plain: str) -> bool:
    """Thanks for something done, with nothing held against it."""
    said = _THANKS.search(plain)
    rest = _THANKED_FOR.sub(" ", _aside(plain))
    return bool(said) and not _YET.search(plain) and not _protests(" ".join(rest.split()))


def _tells_of_others(plain: str, kind: Kind) -> bool:
    """A deed and its people, told by somebody who took part: what those people object to is not a complaint."""
    if kind is Kind.QUESTION or _MY_OWN.search(plain):
        return False
    acted = _DEED.search(plain)
    return bool(acted and (_COUNTED.search(plain) or _OUTCOME.search(plain))) or bool(
        _HOST.match(plain) and acted and _OUTCOME.search(plain)
    )


def _everyday(phrase: Phrase, kind: Kind) -> Matter:
    plain = phrase.plain
    if _is_friendly(phrase):
        return Matter.SMALL_TALK
    if _MONEY.search(plain):
        return Matter.MONEY
    if kind is Kind.QUESTION or _ASKS_HOW_MUCH.search(plain) or _ASKS_FOR.search(plain):
        return Matter.QUESTION
    polite = len(phrase.words) <= _FEW or _GREETS.match(plain)  # "đa" and "dạ" look alike without accents
    return Matter.SMALL_TALK if kind is Kind.SMALL_TALK and polite else Matter.OTHER


def _is_friendly(phrase: Phrase) -> bool:
    """Short words to or about each other, with none of the ward's business in them."""
    short = len(phrase.words) <= _SHORT
    return short and bool(_FRIENDLY.search(phrase.plain)) and not _OURS.search(phrase.plain)
