"""Neighbourhood groups, party cells, plots of land and addresses."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.core.reading.calendar_words import day_number_at
from bot.core.reading.quantities import settled
from bot.core.reading.result import Invalid, Reading
from bot.core.reading.words import Phrase, Word, is_denied, join_words, read_words

_LEADS = frozenset({"to", "pho", "bo", "so", "la", "thua", "va", "hoac", ",", "/"})
_NUMBER = r"(?:[-:.#] )?0*(?P<number>[1-9]\d{0,2})(?: ?(?P<letter>[a-d])(?!\S))?"
_GROUP = re.compile(rf"(?<!\S)to (?:dan pho )?(?:so )?(?:la |= )?{_NUMBER}(?!\S)")
_CELL = re.compile(
    rf"(?<!\S)chi bo (?:minh |em |cua |toi |to dan pho |to ){{0,3}}(?:so )?(?:la )?(?:so )?{_NUMBER}(?!\S)"
)
_MORE = re.compile(rf" (?:va|hoac|hay|,|/|\+) (?:to |chi bo )?(?:so )?{_NUMBER}(?!\S)")
_ALONE = re.compile(rf"(?:(?:da|em|o|so|la|thuoc) )*{_NUMBER}(?: (?:a|nhe|nha|em))*")


@dataclass(frozen=True, slots=True)
class Plot:
    """A parcel of land on a sheet of the cadastral map."""

    parcel: str
    map_sheet: str

    def text(self) -> str:
        """ "thua=45-1;to=12": reads back as this plot."""
        return f"thua={self.parcel};to={self.map_sheet}"


@dataclass(frozen=True, slots=True)
class StreetAddress:
    """The parts of an address that were said; the others are empty."""

    house: str = ""
    lane: str = ""  # ngach
    alley: str = ""  # ngo
    street: str = ""  # in the person's own words
    group: str = ""  # to dan pho

    def text(self) -> str:
        """ "nha=12;ngo=279;pho=…": reads back as this address."""
        parts = {"nha": self.house, "ngach": self.lane, "ngo": self.alley, "pho": self.street, "to": self.group}
        return ";".join(f"{key}={value}" for key, value in parts.items() if value)


def _spelled(phrase: Phrase) -> Phrase:
    """Spelled numbers after "to", "chi bo", "so" in digits."""
    words, out, index = phrase.words, list[Word](), 0
    while index < len(words):
        number, end = day_number_at(words, index) if index and words[index - 1].bare in _LEADS else (0, index)
        if number:
            out.append(Word(str(number), words[index].start, words[end - 1].end))
            index = end
            continue
        out.append(words[index])
        index += 1
    return join_words(phrase.raw, tuple(out), phrase.accented)


def _label(match: re.Match[str], phrase: Phrase) -> str:
    """The number, with its letter when that is glued to it ("12A", but not the "ạ" of "5 ạ")."""
    own = phrase.own(match.start("number"), match.end("letter") if match["letter"] else match.end("number"))
    glued = match["letter"] and len(own) >= 2 and own[-2].isdigit() and own[-1].lower() == match["letter"]
    return match["number"] + (match["letter"].upper() if glued else "")


def numbered(phrase: Phrase, pattern: re.Pattern[str]) -> list[tuple[str, int, int]]:
    """The numbers that stand after a word ("to 5, 6"), with their places."""
    found = list[tuple[str, int, int]]()
    for match in pattern.finditer(phrase.plain):
        found.append((_label(match, phrase), match.start(), match.end()))
        while more := _MORE.match(phrase.plain, found[-1][2]):
            found.append((_label(more, phrase), found[-1][1], more.end()))
    return found


def _read_numbered(words: str | Phrase, pattern: re.Pattern[str]) -> Reading[str]:
    phrase = _spelled(read_words(words))
    if is_denied(phrase):
        return Invalid("not_understood")
    found = [label for label, *_ in numbered(phrase, pattern)]
    alone = _ALONE.fullmatch(phrase.plain)
    return settled(found or ([_label(alone, phrase)] if alone else []), "not_understood")


def read_neighborhood_group(words: str | Phrase) -> Reading[str]:
    """The number of a neighbourhood group: "tdp so 5", "to 05", "5" → "5"; "to 12a" → "12A"."""
    return _read_numbered(words, _GROUP)


def read_cell(words: str | Phrase) -> Reading[str]:
    """The number of a party cell: "cb05", "bi thu chi bo so 3" → "3"."""
    return _read_numbered(words, _CELL)


def find_cells(phrase: Phrase) -> list[tuple[str, int, int]]:
    """The party cells named in a message, with their places in its plain text."""
    return numbered(phrase, _CELL)


_PARCEL_NUMBER = r"0{0,3}(?P<parcel>[1-9]\d{0,4}(?: [/-] ?\d{1,3})?(?: ?[a-z](?!\S))?)"
_PARCEL = re.compile(rf"(?<!\S)thua(?: dat)?(?: so)?(?: :| =)? {_PARCEL_NUMBER}(?!\S)")
_SHEET = re.compile(r"(?<!\S)to(?: ban do| bd)?(?: dia chinh)?(?: so)?(?: :| =)? 0{0,3}(?P<sheet>[1-9]\d{0,3})(?!\S)")
_PAIR = re.compile(r"(?:(?:da|em|o|thua|to) )*0{0,3}(?P<one>[1-9]\d{0,3}) [/;,-] 0{0,3}(?P<two>[1-9]\d{0,3})(?: a)?")


def read_plot(words: str | Phrase) -> Reading[Plot]:
    """Parcel and map sheet: "to ban do 12 thua so 45-1". A bare "12/45" is a doubt; one alone is refused."""
    plain = read_words(words).plain
    parcels = [match["parcel"].replace(" ", "") for match in _PARCEL.finditer(plain)]
    sheets = [match["sheet"] for match in _SHEET.finditer(_PARCEL.sub("#", plain))]
    if parcels and sheets:
        return settled((Plot(parcel, sheet) for parcel in parcels for sheet in sheets), "not_understood")
    if pair := _PAIR.fullmatch(plain):
        return settled((Plot(pair["two"], pair["one"]), Plot(pair["one"], pair["two"])), "not_understood")
    return Invalid("map_sheet_missing" if parcels else "parcel_missing" if sheets else "not_understood")


_END = r"(?= (?:ngo|ngach|hem|pho|duong|to|tdp|phuong|quan|,|\.|;|a)(?!\S)|$)"
_HOUSE = re.compile(
    r"(?<!\S)(?:(?:so nha|nha so|so|nha)(?: =)? |^)(?P<house>\d{1,4}(?: ?[a-z])?)(?=$| (?:ngo|ngach|hem|pho|"
    r"duong|to|,|;))"
)
_ALLEY = re.compile(r"(?<!\S)ngo(?: so)?(?: =)? (?P<alley>\d{1,4}[a-z]?)(?!\S)")
_LANE = re.compile(r"(?<!\S)(?:ngach|hem)(?: so)?(?: =)? (?:(?P<alley>\d{1,4}) / )?(?P<lane>\d{1,4})(?!\S)")
_STREET = re.compile(rf"(?<!\S)(?:pho|duong)(?: =)? (?!\d)(?P<street>[^\W\d]\w*(?: [^\W\d]\w*){{0,4}}?){_END}")


def _address(phrase: Phrase) -> StreetAddress:
    plain = phrase.plain
    house, alley, lane, street = (one.search(plain) for one in (_HOUSE, _ALLEY, _LANE, _STREET))
    group = _GROUP.search(plain)
    way = alley["alley"] if alley else lane["alley"] or "" if lane else ""
    return StreetAddress(
        house=house["house"].replace(" ", "").upper() if house else "",
        lane=lane["lane"] if lane else "",
        alley=way,
        street=phrase.own(*street.span("street")) if street else "",
        group=_label(group, phrase) if group else "",
    )


def read_address(words: str | Phrase) -> Reading[StreetAddress]:
    """House, lane, alley, street and group, as far as they were said: "12 ngo 279 pho Phuc Loi to 5"."""
    phrase = read_words(words)
    found = _address(phrase)
    named = found.lane or found.alley or found.street or (found.house and found.group)
    if not named or _address(read_words(found.text())) != found:
        return Invalid("not_understood")
    return settled([found], "not_understood")
