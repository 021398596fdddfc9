"""A ward's own list of land: what its columns are called, which of its rows are parcels, how its cells are read.

Such lists are typed for people: a title above, merged or ditto cells, a row of column numbers, groups with a heading,
totals, signatures below. One row is one parcel.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping

from bot.core.reading.fold import fold
from storage.loading.cells import Bad

NUMBER, OWNER, ADDRESS, GROUP = "stt", "tên chủ sử dụng đất", "địa chỉ", "tổ dân phố"
SHEET, PLOT, AREA, LAND, NOTE = "tờ bản đồ", "số thửa", "diện tích", "loại đất", "ghi chú"

_NAMES = {
    NUMBER: "stt, tt, so tt, so thu tu",
    OWNER: "ten chu su dung dat, chu su dung dat, ten chu su dung, chu su dung, ho va ten, ho ten, ten chu ho, chu ho,"
    " ho va ten chu su dung dat, ho ten chu su dung dat, ho va ten chu ho, ho ten chu ho, ten chu dat,"
    " nguoi su dung dat",
    ADDRESS: "dia chi, noi o, noi thuong tru, dia chi thuong tru, dia chi chu su dung dat, cho o hien nay",
    GROUP: "to dan pho, tdp, to, thon",
    SHEET: "to ban do, to ban do so, so to, to bd, to bd so, tbd, so to ban do, to so, so hieu to ban do",
    PLOT: "so thua, thua, thua so, thua dat so, so thua dat, so hieu thua, so hieu thua dat",
    AREA: "dien tich, dt, dien tich thu hoi, dt thu hoi, dien tich du kien thu hoi, dien tich dat thu hoi",
    LAND: "loai dat, muc dich su dung, mdsd, loai dat theo ban do, ma loai dat",
    NOTE: "ghi chu",
}
_NAMED = {said: name for name, all_said in _NAMES.items() for said in re.split(r",\s*", all_said)}
_BRACKETS = re.compile(r"\([^)]*\)")
_UNIT = re.compile(r"\bm\s?2\b|m²")
_ORDINAL = re.compile(r"\(?\d{1,2}\)?")
_GROUP = re.compile(r"\b(?:to dan pho|tdp|to)\s*(?:so)?\s*(\d{1,3})\b")
_TOTALS = ("tong cong", "tong so", "cong to", "cong nhom")
_DITTO = {'"', "″", "”", "''", "//", "nt", "-nt-", "nhu tren"}

Row = tuple[int, list[str]]


def column_of(name: str) -> str:
    """The column that a heading means, or the heading itself."""
    plain = _UNIT.sub("", _BRACKETS.sub("", unicodedata.normalize("NFC", name).lower()))
    return _NAMED.get(" ".join(re.sub(r"[^\w\s]", " ", fold(plain)).split()), name)


# Rows ------------------------------------------------------------------------------------------


def parcel_rows(rows: Iterable[Row], columns: Mapping[str, int]) -> Iterator[Row]:
    """The rows that are parcels, each with the owner, address and group that it leaves to the rows above it."""
    above: dict[str, str] = {}
    for number, typed in rows:
        row = [_one_line(cell) for cell in typed]
        cells = {name: row[place] if place < len(row) else "" for name, place in columns.items()}
        if _says_nothing_of_land(row, cells):
            above[GROUP] = group_in(" ".join(row)) or above.get(GROUP, "")
            continue
        filled = row + [""] * (max(columns.values()) + 1 - len(row))
        for name, value in _carried(cells, above).items():
            above[name] = value
            if name in columns:
                filled[columns[name]] = value
        yield number, filled


def _one_line(cell: str) -> str:
    """A cell as one line, without the dash that begins a remark."""
    return re.sub(r"^[-+•]\s+", "", " ".join(cell.split()))


def _says_nothing_of_land(row: list[str], cells: Mapping[str, str]) -> bool:
    """Whether a row is a heading, a total, a signature or the numbers of the columns."""
    said = [cell.strip() for cell in row if cell.strip()]
    if all(_ORDINAL.fullmatch(cell) for cell in said) and len(said) > 2:
        return cells[OWNER] != ""
    whole = cells[SHEET] and cells[PLOT]
    words = next((fold(cell) for cell in said if not _ORDINAL.fullmatch(cell)), "")
    if not whole and (words in ("tong", "cong") or words.startswith(_TOTALS)):
        return True
    numbered = cells.get(NUMBER, "").isdigit() and cells[OWNER]
    land = any(letter.isdigit() for letter in cells[SHEET] + cells[PLOT])
    return not (land or numbered) and len(said) <= 2


def _carried(cells: Mapping[str, str], above: Mapping[str, str]) -> dict[str, str]:
    """Owner, address and group: a merged cell has its words in the first row only, a ditto stands for them."""

    def own(name: str) -> str:
        said = cells.get(name, "")
        return "" if fold(said) in _DITTO or said in _DITTO else said

    same = not own(OWNER) or own(OWNER) == above.get(OWNER)
    names = (OWNER, ADDRESS) if same else (OWNER,)
    carried = {name: own(name) or (above.get(name, "") if name in names else "") for name in (OWNER, ADDRESS)}
    ditto = cells.get(ADDRESS, "") in _DITTO or fold(cells.get(ADDRESS, "")) in _DITTO
    if ditto and not carried[ADDRESS]:
        carried[ADDRESS] = above.get(ADDRESS, "")
    group = group_in(f"to {own(GROUP)}" if own(GROUP).isdigit() else own(GROUP)) or own(GROUP)
    return {**carried, GROUP: group or group_in(carried[ADDRESS]) or above.get(GROUP, "")}


def group_in(words: str) -> str:
    """The neighbourhood group that an address or a heading names: "Tổ dân phố 05"."""
    found = _GROUP.search(re.sub(r"[^\w\s]", " ", fold(words)))
    return f"Tổ dân phố {int(found[1]):02d}" if found else ""


# Cells -----------------------------------------------------------------------------------------


def map_sheet(value: str) -> str:
    """The number of a map sheet: "Tờ 12" is 12."""
    return _one_number(value, "bad_map_sheet", r"(?:to|ban do|tbd|bd|so|\s)*")


def plot(value: str) -> str:
    """The number of one plot: "thửa 45a" is 45a."""
    return _one_number(value, "bad_plot", r"(?:thua|dat|so|\s)*")


def _one_number(value: str, reason: str, before: str) -> str:
    found = re.fullmatch(rf"{before}(\d[\w/.\-]{{0,11}})", fold(value).rstrip("."))
    if not found:
        raise Bad(reason, value=value)
    return found[1].upper().lstrip("0") or "0"


def area(value: str) -> str:
    """Square metres: 32,5 · 32.5 · 1.234,5 · 120 m2. A lone mark before three digits could be either: not guessed."""
    plain = _UNIT.sub("", value.lower()).strip()
    if re.fullmatch(r"\d{1,3}(\.\d{3})+,\d{1,2}", plain):
        plain = plain.replace(".", "")
    if not re.fullmatch(r"\d{1,9}([.,]\d{1,2})?", plain) or not float(plain.replace(",", ".")):
        raise Bad("bad_area", value=value)
    return plain.replace(",", ".")


def same_words(words: str) -> str:
    """Words as they are compared: accents count, but not case, marks, spaces, titles, nor where a tone stands."""
    plain = re.sub(r"[^\w\s]", " ", unicodedata.normalize("NFC", words).lower())
    plain = re.sub(r"^\s*(hộ\s+)?(gia đình\s+)?(ông|bà)?\s+(?=\w+\s+\w)", "", f" {plain}")
    return " ".join(_tone_last(word) for word in plain.split())


_TONES = "\u0300\u0301\u0303\u0309\u0323"


def _tone_last(word: str) -> str:
    apart = unicodedata.normalize("NFD", word)
    tones = "".join(letter for letter in apart if letter in _TONES)
    return "".join(letter for letter in apart if letter not in _TONES) + tones
