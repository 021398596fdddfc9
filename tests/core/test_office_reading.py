"""What offices type: numbers of documents, deadlines, lists of units, who came by group."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.calendar import is_working_day, nearest_working_days
from bot.core.reading.deadlines import read_deadline
from bot.core.reading.documents import read_document_number
from bot.core.reading.groups import read_groups
from bot.core.reading.result import Ambiguous, Invalid, Value
from bot.core.reading.unit_lists import Unit, read_units

TODAY = date(2021, 3, 24)
UNITS = [Unit(f"CB{number:02d}", f"Chi bộ {number:02d}", "party_cell") for number in range(1, 23)] + [
    Unit("TDP3", "Tổ dân phố 03", "neighborhood_group"),
    Unit("CAP", "Công an phường", "ward_police"),
    Unit("HPN", "Hội LHPN phường", "mass_organization"),
]


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("12-NQ/CB", "12-NQ/CB"),
        ("12 nq cb", "12-NQ/CB"),
        ("12/nq-cb", "12-NQ/CB"),
        ("so 12-nq/cb", "12-NQ/CB"),
        ("Số: 07-NQ/CB", "07-NQ/CB"),
        ("7 nq/cb", "07-NQ/CB"),
        ("12nqcb", "12-NQ/CB"),
        ("nghị quyết số 5 chi bộ", "05-NQ/CB"),
        ("nghị quyết số 12-NQ/CB, 20/3/2021", "12-NQ/CB"),
        ("12-nq/cb ngày 20/3", "12-NQ/CB"),
        ("12-nq/đu", "12-NQ/ĐU"),
        ("12 nq du", "12-NQ/ĐU"),
        ("18kh/qu", "18-KH/QU"),
        ("94 bc ubnd", "94/BC-UBND"),
        ("94/BC-UBND", "94/BC-UBND"),
        ("05A-NQ/CB", "05A-NQ/CB"),
    ],
)
def test_the_number_of_a_document(words: str, number: str) -> None:
    assert read_document_number(words) == Value(number)
    assert read_document_number(number) == Value(number)


@pytest.mark.parametrize(
    "words", ["", "31/2", "abc", "12 và 13", "mai", "12 hai ba", "0", "nq cb", "12-NQ/CB và 13-NQ/CB"]
)
def test_what_is_no_number_of_a_document(words: str) -> None:
    assert isinstance(read_document_number(words, "NQ/CB"), Invalid)


def test_what_is_usual_completes_a_bare_number_only() -> None:
    assert read_document_number("12") == Invalid("sign_missing")
    assert read_document_number("12", "NQ/CB") == read_document_number("nq 12", "NQ/CB") == Value("12-NQ/CB")
    assert read_document_number("12 nq du", "NQ/CB") == Value("12-NQ/ĐU")


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("31/3", date(2021, 3, 31)),
        ("chậm nhất 15/4", date(2021, 4, 15)),
        ("10 ngày làm việc", date(2021, 4, 7)),
        ("hai ngay lam viec nua", date(2021, 3, 26)),
        ("trong 5 ngày", date(2021, 3, 29)),
        ("5 ngày nữa", date(2021, 3, 29)),
        ("het thang", date(2021, 3, 31)),
        ("cuối tháng này", date(2021, 3, 31)),
        ("cuối tháng 4", date(2021, 4, 30)),
        ("hết quý 2", date(2021, 6, 30)),
        ("thứ 6 tuần sau", date(2021, 4, 2)),
    ],
)
def test_a_deadline(words: str, day: date) -> None:
    assert read_deadline(words, today=TODAY, is_working=is_working_day) == Value(day)


@pytest.mark.parametrize("words", ["", "sớm", "31/2", "một tháng", "abc 12"])
def test_what_is_no_deadline(words: str) -> None:
    assert isinstance(read_deadline(words, today=TODAY, is_working=is_working_day), Invalid)


def test_working_days_around_a_holiday() -> None:
    assert is_working_day(date(2021, 4, 29))
    assert nearest_working_days(date(2021, 5, 1), TODAY) == (date(2021, 4, 29), date(2021, 5, 4))
    assert nearest_working_days(date(2021, 3, 27), date(2021, 3, 27)) == (date(2021, 3, 29),)


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        ("cb1-cb3, tdp 3", "CB01 CB02 CB03 TDP3"),
        ("cb 1, 2, 5", "CB01 CB02 CB05"),
        ("chi bộ 1 đến 3", "CB01 CB02 CB03"),
        ("chi bo 5 va chi bo 7", "CB05 CB07"),
        ("cb5\ncb22", "CB05 CB22"),
        ("công an phường và hội lhpn phường", "CAP HPN"),
        ("cb20-22 trừ cb 21", "CB20 CB22"),
    ],
)
def test_a_list_of_units(words: str, codes: str) -> None:
    read = read_units(words, UNITS)
    assert (sorted(read.codes), read.unknown) == (sorted(codes.split()), ())


def test_all_of_a_kind_and_what_is_not_there() -> None:
    assert len(read_units("tất cả chi bộ", UNITS).codes) == 22
    assert len(read_units("tat ca chi bo tru cb 5, cb 6", UNITS).codes) == 20
    assert read_units("cb1-cb99", UNITS).unknown == ("cb1-cb99",)
    assert read_units("cb3-cb1, xyz", UNITS).unknown == ("cb3-cb1", "xyz")


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        ("Bí thư 21/21", ["Bí thư: 21/21"]),
        ("Ban Chấp hành: 100%", ["Ban Chấp hành: 100%"]),
        ("BCH 15/15 đồng chí; Tổ 5 - 12 trên 13\nTrường 97,5 %", ["BCH: 15/15", "Tổ 5: 12/13", "Trường: 97,5%"]),
        ("Công an 5/5 (100%)", ["Công an: 5/5"]),
    ],
)
def test_groups_read_back_as_themselves(words: str, lines: list[str]) -> None:
    read = read_groups(words)
    assert isinstance(read, Value)
    assert [group.text() for group in read.value] == lines
    assert read_groups("\n".join(lines)) == read


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("Bí thư 21", "denominator_missing"),
        ("Bí thư 22/21", "more_than_all"),
        ("Bí thư 0/0", "more_than_all"),
        ("Bí thư 101%", "more_than_all"),
        ("Bí thư", "not_understood"),
        ("", "not_understood"),
        ("a" * 300 + " 1/1", "too_long_name"),
    ],
)
def test_what_is_no_group(words: str, reason: str) -> None:
    assert read_groups(words) == Invalid(reason)


@given(st.text(max_size=80))
@settings(max_examples=300, deadline=None)
def test_nothing_that_is_typed_raises(words: str) -> None:
    for read in (
        read_document_number(words, "NQ/CB"),
        read_deadline(words, today=TODAY, is_working=is_working_day),
        read_groups(words),
    ):
        assert isinstance(read, Value | Ambiguous | Invalid)
    read_units(words, UNITS)
