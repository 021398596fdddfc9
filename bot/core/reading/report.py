"""A whole report or registration in one message, and what kind of message it is at all (★42)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from enum import StrEnum

from bot.core.reading.calendar_words import Clock
from bot.core.reading.households import AGREES, HESITATES, NAMED_NUMBER, any_of, reason_of
from bot.core.reading.moments import Heard, Moment, hear, masked, weigh
from bot.core.reading.numbers import Number, find_numbers
from bot.core.reading.options import FIELD_CODES, find_fields, find_projects
from bot.core.reading.periods import Period, read_days
from bot.core.reading.places import find_cells
from bot.core.reading.quantities import Quantity, counted, read_quantity, settled
from bot.core.reading.result import Reading, Value
from bot.core.reading.words import Phrase, Word, read_words


class Kind(StrEnum):
    """What a message is, as far as its words say."""

    REPORT = "report"
    REGISTRATION = "registration"
    QUESTION = "question"
    COMPLAINT = "complaint"
    STOP = "stop"
    SMALL_TALK = "small_talk"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportReading:
    """What a report said: None was not said, a Value was said, an Ambiguous is in doubt, an Invalid is to be asked."""

    moment: Reading[Moment] | None = None
    host: Reading[str] | None = None  # the number of the party cell
    place: Reading[str] | None = None  # in the person's own words
    people: Reading[int] | None = None
    households: Reading[int] | None = None
    topic: Reading[str] | None = None
    project: Reading[str] | None = None
    field: Reading[str] | None = None
    met: Reading[int] | None = None  # households spoken to
    agreed: Reading[int] | None = None
    hesitating: Reading[int] | None = None  # households that have not agreed
    reason: Reading[str] | None = None  # price, resettlement, papers, other


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationReading:
    """What a registration said; the same four states as in a report."""

    host: Reading[str] | None = None
    field: Reading[str] | None = None
    project: Reading[str] | None = None
    name: Reading[str] | None = None
    content: Reading[str] | None = None
    audience: Reading[str] | None = None
    target: Reading[Quantity] | None = None
    period: Reading[Period] | None = None


_STOP_ALONE = re.compile(
    r"(?:(?:da|em|cho toi|toi|minh|xin|de nghi|yeu cau|lam on) )*"
    r"(?:stop|dung|huy|thoat|ngung|huy bo|huy dang ky|dung lai|ngung lai|cancel|unsubscribe)"
    r"(?: (?:lai|a|nhe|di|em|het|nha|ngay|nua))*[ .!]*"
)
_STOP = any_of(
    "(?:dung|ngung|thoi|huy)(?: viec)? (?:nhan|gui|nhan tin|gui tin)(?: tin| thong bao)?",
    "dung1 (?:nhan|gui|lam phien|nhan tin)",
    "khong (?:muon |can )?nhan (?:tin|thong bao)(?: nua)?",
    "khong nhan nua",
    "dung co_? nhan",
)
_COMPLAINT = any_of(
    "khieu nai", "to cao", "khieu kien", "kien ra toa", "se kien", "kien len", "di kien", "khoi kien", "phan anh",
    "buc xuc", "oan uc", "to giac", "de nghi xem lai", "kien nghi", "cuong che", "luat su", "bat cong",
    "khong cong bang", "de nghi phuong", "de nghi giai quyet", "lun nut", "nut nha", "vo ly",
    "khong chap nhan", "chen ep", "do sai", "khong thoa dang", "thiet thoi", "keu cuu", "bat hop ly",
    "khong dong tinh", "ep dan", "ep gia", "cuop dat", "qua thap", "thap qua", "qua re", "re qua",
    "tham nhung", "an hoi lo", "nhan hoi lo",
    "vo trach nhiem", "hach sach", "khong dong y (?:gia|muc|phuong an|voi)", "lam an (?:kieu gi|the)", "toi phan doi",
)  # fmt: skip
_ASKS = any_of(
    "bao gio", "khi nao", "luc nao", "ngay nao", "o dau", "cho nao", "the nao", "nhu the nao", "bao nhieu", "tai sao",
    "vi sao", "may gio", "hom nao", "may ngay", "cho hoi", "toi hoi", "xin hoi", "muon hoi", "hoi chut", "hoi ti",
    "bao lau", "la ai", "ai la", "gap ai", "gi vay", "la gi", "lam gi", "the a", "dung khong", "phai khong",
    "duoc khong", "co duoc", "chua vay", "thi sao", "lam sao", "o phong nao", "cho em hoi", "cho toi hoi", "co phai",
    "dau vay", "duoc chua", "cho biet", "cho toi biet", "bao cho (?:bac|toi|em|co_?|chu) biet", "ai phu trach",
    "ai giai quyet", "hoi ve", "nhung gi", "can gi", "giay to gi", "xong chua", "toi dau", "den dau", "sao",
)  # fmt: skip
_ASKS_AT_END = re.compile(
    r"(?:^| )(?:khong|chua|sao|dau|gi|ai|nao|the|nhi|ha|khong the)(?: (?:a|vay|em|chi|anh|nhi|ha|the|bac|ban|da|"
    r"nhe|ad))* ?[.?!]*$"
)
_HAS_NOT = re.compile(r"(?:^| )co (?:[^ ]+ ){1,8}khong(?:$| [?a])")
_SMALL_TALK = any_of(
    "chao", "xin chao", "cam on", "cam on nhieu", "hello", "hi", "alo", "chuc", "chuc_", "chuc mung",
    "tam biet", "thanks",
    "thank", "tks", "bye", "hihi", "haha", "hehe", "vui qua", "khoe khong", "ngu ngon", "than ai", "kinh chao", "ok",
    "oke", "vang", "da vang", "da", "hay qua", "tuyet voi", "da ro", "ro roi", "nhat tri",
)  # fmt: skip
_WELCOME = re.compile(
    r"(?:(?:da|em|chau|kinh|xin|minh|toi) )*(?:chao|cam on|hello|hi|alo|chuc_?|thanks|tks|tam biet)(?!\S)"
)
_ACTED = any_of(
    "hop", "hop dan", "da hop", "tuyen truyen", "van dong", "to chuc", "ra quan", "hoi nghi", "doi thoai",
    "phat to roi",
    "tiep xuc", "sinh hoat", "gap go", "den tung nha", "di tung nha", "thong bao", "trien khai", "tong ve sinh",
    "toa dam", "gap mat", "pho bien", "ky cam ket", "phat dong", "noi chuyen", "tham ho", "den nha",
)  # fmt: skip
_ATTENDED = (
    r"\d[\d.,]* (?:luot )?(?:nguoi|ho|dong chi|d / c|dang vien|hoi vien|dai bieu|ba_ con|ba con|tieu thuong|luot)"
)
_REPORTS = re.compile(r"(?:(?:da|em|minh|toi|chau|xin|xin phep|kinh|gui|:|,|chi bo \d+) )*bao cao(?!\S)")
_REGISTERS = any_of("dang ky", "dang ki")
_ATTENDANCE = re.compile(rf"(?<!\S)(?:{_ATTENDED})(?!\S)")


# Without their accents these are common words of another meaning.
_COMPLAINT_ACCENTED = re.compile("báo chí|ăn chặn")


_ASKS_ACCENTED = re.compile(r"(?<!\w)(?:à|hả|nhỉ|hở|chứ)[ ?.!]*$")


def _asks(phrase: Phrase) -> bool:
    plain = phrase.plain
    worded = _ASKS.search(plain) or _ASKS_AT_END.search(plain) or _HAS_NOT.search(plain)
    return "?" in plain or bool(worded or _ASKS_ACCENTED.search(phrase.raw.lower()))


def _reports(heard: Heard) -> bool:
    """Whether the words tell of something done: a deed with people, a day, or a host."""
    plain = heard.phrase.plain
    counted_people = bool(_ATTENDANCE.search(plain)) or bool(_spelled_attendance(heard.phrase))
    acted, hosted = bool(_ACTED.search(plain)), bool(find_cells(heard.phrase))
    signs = sum((bool(heard.days), counted_people, hosted))
    return (acted and signs >= 1 and (counted_people or heard.days != [] or hosted)) or signs >= 3


def _spelled_attendance(phrase: Phrase) -> list[tuple[Number, str]]:
    return [(number, unit) for number, unit in _units(phrase, phrase.words) if unit]


_ANY_CLOCK = Clock(date(2020, 1, 1), False)  # which day is meant does not matter, only that one is


def kind_of(words: str | Phrase) -> Kind:
    """What a message is: report, registration, question, complaint, stop, small talk or unknown."""
    return _kind(hear(words, _ANY_CLOCK))


def _kind(heard: Heard) -> Kind:
    plain = heard.phrase.plain
    if _STOP_ALONE.fullmatch(plain) or _STOP.search(plain):
        return Kind.STOP
    asks, reports = _asks(heard.phrase), _reports(heard)
    complains = _COMPLAINT.search(plain) or _COMPLAINT_ACCENTED.search(heard.phrase.raw.lower())
    if complains and not (reports and _hosted_count(heard)):
        return Kind.COMPLAINT
    if _REGISTERS.search(plain) and not asks and not (reports and heard.days and not _registers_first(plain)):
        return Kind.REGISTRATION
    if not asks and (reports or _REPORTS.match(plain)):
        return Kind.REPORT
    return _talk(heard.phrase, asks)


def _hosted_count(heard: Heard) -> bool:
    """An account of others who complain is still a report: it has a host or a day, and people."""
    placed = bool(heard.days) or bool(find_cells(heard.phrase))
    return placed and bool(_ATTENDANCE.search(heard.phrase.plain))


def _registers_first(plain: str) -> bool:
    found = _REGISTERS.search(plain)
    return bool(found and (found.start() < 40 or plain.startswith("mo hinh", found.end() + 1)))


def _talk(phrase: Phrase, asks: bool) -> Kind:
    if asks and not _WELCOME.fullmatch(phrase.plain):
        return Kind.QUESTION
    letters = any(char.isalnum() for char in phrase.raw)
    if _SMALL_TALK.search(phrase.plain) or (phrase.raw and not letters):
        return Kind.SMALL_TALK
    return Kind.UNKNOWN


_PEOPLE_UNITS = (
    "nguoi", "luot nguoi", "dong chi", "d / c", "dang vien", "hoi vien", "doan vien", "dai bieu", "ba_ con", "ba con",
    "tieu thuong", "thanh nien", "hoc sinh", "phu huynh", "can bo", "thanh vien", "cu", "luot", "chi em", "ban",
    "du", "tham du", "nhan dan", "cong dan", "nong dan", "cuu chien binh", "quan chung", "dc", "to vien", "tham gia",
)  # fmt: skip
_HOUSEHOLD_UNITS = ("ho", "ho dan", "ho gia dinh", "gia dinh", "nha", "chu ho")
_UNIT = re.compile(rf"(?P<people>{'|'.join(_PEOPLE_UNITS)})(?!\S)|(?P<households>{'|'.join(_HOUSEHOLD_UNITS)})(?!\S)")
_JOINTS = ("-", "~", "den", "toi", "hoac")
_STILL = r"(?:con |van con |chi con |hien con |nhung con |moi con )"


def _after(phrase: Phrase, number: Number) -> str:
    """The plain text that follows a number."""
    at = phrase.offsets[number.last] if number.last < len(phrase.words) else len(phrase.plain)
    return phrase.plain[at:]


def _unit(phrase: Phrase, number: Number) -> str:
    found = _UNIT.match(_after(phrase, number))
    return found.lastgroup or "" if found else ""


def _units(phrase: Phrase, words: Sequence[Word]) -> list[tuple[Number, str]]:
    """Each number of a message with what it counts; ranges and shares become one number."""
    return [(number, _unit(phrase, number)) for number in _merged(phrase, find_numbers(words))]


def _merged(phrase: Phrase, numbers: list[Number]) -> list[Number]:
    """ "30-40" is one number in doubt; "22/26" is the first of the two."""
    out = list[Number]()
    for number in numbers:
        before = out[-1] if out else None
        between = phrase.words[before.last].bare if before and number.first == before.last + 1 else ""
        if before and between in _JOINTS:
            out[-1] = Number(before.values + number.values, before.first, number.last, before.vague)
        elif before and between == "/":
            out[-1] = Number(before.values, before.first, number.last, before.vague)
        else:
            out.append(number)
    return out


def _taken(heard: Heard) -> Phrase:
    """The phrase with its days, hours and cells blanked, so that their numbers count nothing."""
    phrase = heard.phrase
    spans = [(day.start, day.end) for day in heard.days] + [(hour.start, hour.end) for hour in heard.hours]
    spans += [(start, end) for _, start, end in find_cells(phrase)]
    spans += [match.span() for match in NAMED_NUMBER.finditer(phrase.plain)]
    words = tuple(
        Word("#", word.start, word.end) if any(start <= at < end for start, end in spans) else word
        for word, at in zip(phrase.words, phrase.offsets, strict=True)
    )
    return Phrase(phrase.raw, words, phrase.plain, phrase.offsets, phrase.accented)


def _is_hesitating(phrase: Phrase, number: Number) -> bool:
    """ "con 2 ho chua dong y", "5 ho con ban khoan"."""
    after = _after(phrase, number)
    unit = _UNIT.match(after)
    at = phrase.offsets[number.first]
    still = re.search(rf"(?<!\S){_STILL}(?:co |khoang |them )?$", phrase.plain[max(0, at - 24) : at])
    return bool((unit and HESITATES.match(after[unit.end() :].lstrip())) or (still and unit))


def _is_agreeing(phrase: Phrase, number: Number) -> bool:
    """ "9 ho da dong y"."""
    after = _after(phrase, number)
    unit = _UNIT.match(after)
    return bool(unit and AGREES.match(after[unit.end() :].lstrip()))


_SPOKEN_TO = any_of("(?:gap|gap go|tiep xuc|van dong)(?: duoc| rieng| tung)?(?: khoang)?")


def _is_met(phrase: Phrase, number: Number) -> bool:
    """ "gap 12 ho"."""
    before = phrase.plain[max(0, phrase.offsets[number.first] - 30) : phrase.offsets[number.first]].rstrip()
    return any(match.end() == len(before) for match in _SPOKEN_TO.finditer(before))


def _count(numbers: list[Number]) -> Reading[int] | None:
    return counted(numbers) if numbers else None


_STOPS = (
    r"(?= (?:,|;|\.|:|\(|co|duoc|dc|voi|luc|noi ve|noi dung|ban ve|ve viec|tuyen truyen|con|van con|chi bo|hop|vao|"
    r"hom|gom|de (?:ban|hop|noi|tuyen|trao|van|thong|pho|trien)|khoang|tam|gan|hon|tong cong|thanh phan|ngay|"
    r"bao gom|cung|cho|va co|va|chu de|nhung|ma|thi|tat ca|(?:sang|trua|chieu|toi|dem) #+|"
    r"van dong|trao doi|pho bien|a|nhe|em|tai|o|#)(?!\S)| \d[\d.,]* (?:nguoi|ho|dong|d|dang|dai|ba_|cu|hoi|tieu|"
    r"luot)(?!\S)|$)"
)
_WORDS = r"(?:[^\s#,;.:]+(?: [^\s#,;.:]+){0,11}?)"
_AT = re.compile(rf"(?<!\S)(?:o|tai(?! dinh cu)|dia diem(?: :| la)?|o tai) (?P<place>{_WORDS}){_STOPS}")
_AT_KNOWN = re.compile(
    rf"(?<!\S)(?P<place>(?:nha van hoa|hoi truong|san dinh|dinh lang|tru so|nha hop|nha cong dong|"
    rf"san chung cu)(?: {_WORDS})?){_STOPS}"
)
_TOPIC_STOPS = _STOPS.replace("|voi|", "|").replace("|cho|", "|").replace("|ngay|", "|").replace("|va|", "|")
_ABOUT = re.compile(
    r"(?<!\S)(?:noi ve|ban ve|tuyen truyen ve|tuyen truyen noi dung|pho bien ve|thong bao ve|trao doi ve|"
    r"van dong ve|ve viec|"
    rf"noi chuyen ve(?! sinh)|chu de(?: :| la)?|noi dung(?: :| la| ve)?|ve noi dung|"
    rf"(?<=[,;.] )ve(?! sinh)) (?P<topic>{_WORDS}){_TOPIC_STOPS}"
)
_DEED = re.compile(
    rf"(?<!\S)(?:van dong|tuyen truyen|pho bien|quan triet) (?!ve |cho |voi |dan |\d|ba_? con|cac ho|hoi |tai |"
    rf"o |luc |trong |den |duoc |co |cac |nhan dan|nguoi |#|ngay |xong|them )(?P<topic>{_WORDS}){_TOPIC_STOPS}"
)


def _own(phrase: Phrase, plain: str, patterns: Sequence[re.Pattern[str]], group: str) -> Reading[str] | None:
    """The person's own words that the first fitting pattern finds."""
    for pattern in patterns:
        match = pattern.search(plain)
        words = phrase.own(*match.span(group)).strip() if match else ""
        if words:
            return Value(words)
    return None


def _maybe(found: Sequence[str]) -> Reading[str] | None:
    return settled(found, "not_understood") if found else None


def _hosts(phrase: Phrase) -> Reading[str] | None:
    return _maybe([label for label, *_ in find_cells(phrase)])


def read_report(
    words: str | Phrase,
    *,
    today: date,
    now: time,
    projects: Sequence[tuple[str, str]],
    fields: Sequence[str] = FIELD_CODES,
) -> ReportReading | None:
    """A report in one message, as far as it says; None when the message is something else.

    `projects` are (code, name); `fields` the codes that count. Nothing in it lies after `today` at `now`.
    """
    heard = hear(read_words(words), Clock(today, True))
    if _kind(heard) != Kind.REPORT:
        return None
    phrase = heard.phrase
    blank = _taken(heard)
    numbers = _units(blank, blank.words)
    homes = [number for number, unit in numbers if unit == "households"]
    waiting = [number for number in homes if _is_hesitating(phrase, number)]
    agreeing = [number for number in homes if number not in waiting and _is_agreeing(phrase, number)]
    there = [number for number in homes if number not in waiting and number not in agreeing]
    return ReportReading(
        moment=weigh(heard, today=today, now=now, held=True) if heard.days or heard.hours else None,
        host=_hosts(phrase),
        place=_place(heard, blank),
        people=_count([number for number, unit in numbers if unit == "people"]),
        households=_count(there),
        topic=_own(phrase, _hide(phrase.plain, heard), (_ABOUT, _DEED), "topic"),
        project=_maybe(find_projects(phrase.plain, projects)),
        field=_maybe(find_fields(phrase.plain, fields)),
        met=_count([number for number in there if _is_met(phrase, number)]),
        agreed=_count(agreeing),
        hesitating=_count(waiting),
        reason=reason_of(_after(phrase, waiting[0])) if waiting else None,
    )


def _hide(plain: str, heard: Heard) -> str:
    """The plain text with days and hours as #, at the same places."""
    return masked(masked(plain, heard.days), heard.hours)


def _place(heard: Heard, blank: Phrase) -> Reading[str] | None:
    return _own(heard.phrase, _hide(heard.phrase.plain, heard), (_AT, _AT_KNOWN), "place")


_CLAUSE = r"[^\s,;.:]+(?: [^\s,;.:]+){0,30}?"
_CLAUSE_END = (
    r"(?= (?:,|;|\.|:)| (?:linh vuc|chi tieu|doi tuong|noi dung|thoi gian|muc tieu|tu (?:ngay )?\d|tu thang|"
    r"tu nay|quy \d|ca nam|"
    r"den het|trong nam|nam 20\d\d|thuoc|a$|nhe$)(?!\S)| (?:tu \d|tu thang|nam 20)|$)"
)
_NAME = re.compile(
    rf"(?<!\S)(?:dang k[yi](?: mo hinh)?(?: dan van kheo)?|mo hinh|"
    rf"ten(?: mo hinh)?(?: la)?)(?: la)?(?: :)? (?P<name>(?!mo hinh)(?:{_CLAUSE})){_CLAUSE_END}"
)
_CONTENT = re.compile(rf"(?<!\S)noi dung(?: la)?(?: :)? (?P<content>{_CLAUSE}){_CLAUSE_END}")
_AUDIENCE = re.compile(rf"(?<!\S)doi tuong(?: la)?(?: :)? (?P<audience>{_CLAUSE}){_CLAUSE_END}")
_TARGET = re.compile(rf"(?<!\S)(?:chi tieu|muc tieu|dat)(?: la)?(?: :)? (?P<target>{_CLAUSE}){_CLAUSE_END}")
_SOME_HOUSEHOLDS = re.compile(r"(?<!\S)(?P<target>\d{1,4} ho)(?!\S)")
_PERIOD = re.compile(
    r"(?<!\S)(?P<period>tu [^,;]{1,40}? den (?:het |cuoi )?[^,;.]{1,24}?(?=$| [,;.]| (?:a|nhe|chi tieu|"
    r"doi tuong)(?!\S))"
    r"|(?:thoi gian(?: :)? )?(?:den het|het|ca|trong|den cuoi|den) (?:nam|thang|quy)(?: (?:\d{1,4}|"
    r"nay))?(?: (?:nam )?\d{4})?"
    r"|quy \d(?: / \d{4}| nam \d{4})?|\d{1,2} thang (?:dau|cuoi) nam(?: \d{4})?|nam \d{4}|"
    r"den \d{1,2} / \d{1,2}(?: / \d{4})?)(?!\S)"
)
_NOTHING = frozenset(["a", "nhe", "nha", "em", "mo", "hinh", "voi"])


def _name(phrase: Phrase) -> Reading[str] | None:
    match = _NAME.search(phrase.plain)
    if not match or set(match["name"].split()) <= _NOTHING:
        return None
    return Value(phrase.own(*match.span("name")))


def _target(phrase: Phrase) -> Reading[Quantity] | None:
    for pattern in (_TARGET, _SOME_HOUSEHOLDS):
        if match := pattern.search(phrase.plain):
            found = read_quantity(phrase.own(*match.span("target")))
            if not isinstance(found, Value) or found.value.number >= Decimal(0):
                return found
    return None


def _period(phrase: Phrase, today: date) -> Reading[Period] | None:
    match = _PERIOD.search(phrase.plain)
    return read_days(phrase.own(*match.span("period")), today=today, held=False) if match else None


def read_registration(
    words: str | Phrase, *, today: date, projects: Sequence[tuple[str, str]], fields: Sequence[str] = FIELD_CODES
) -> RegistrationReading | None:
    """A registration of a model in one message, as far as it says; None when the message is something else."""
    phrase = read_words(words)
    if kind_of(phrase) != Kind.REGISTRATION:
        return None
    return RegistrationReading(
        host=_hosts(phrase),
        field=_maybe(find_fields(phrase.plain, fields)),
        project=_maybe(find_projects(phrase.plain, projects)),
        name=_name(phrase),
        content=_own(phrase, phrase.plain, (_CONTENT,), "content"),
        audience=_own(phrase, phrase.plain, (_AUDIENCE,), "audience"),
        target=_target(phrase),
        period=_period(phrase, today),
    )
