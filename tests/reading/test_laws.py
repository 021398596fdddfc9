"""What holds for every text: no exception, one canonical form, nothing held in the future, time in proportion."""

from __future__ import annotations

import ast
import sys
import time as clock
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core import reading
from bot.core.reading import (
    Ambiguous,
    Moment,
    Value,
    canonical,
    clean,
    expand,
    fold,
    read_day,
    read_days,
    read_moment,
    read_registration,
    read_report,
)
from bot.core.reading.result import Reading
from tests.reading.corpus import rows, wholes
from tests.reading.readers import NOW, PROJECTS, READERS, TODAY

LEXICON = sorted({word for row in rows() for word in row.input.split()})
SIGNS = ["/", "-", ".", ",", ":", "%", "(", "\n", "\x00", "\ud800", "👍", "\u200d", "0", "1.1", "31", "m²", "٣", "½"]
ANY = st.text(st.characters(exclude_categories=()), max_size=60)
SPOKEN = st.lists(st.sampled_from(LEXICON + SIGNS), max_size=14).map(" ".join)
GLUED = st.lists(st.sampled_from(LEXICON + SIGNS), max_size=8).map("".join)
WORDS = st.one_of(ANY, SPOKEN, GLUED)
DAYS = st.dates(date(1950, 1, 1), date(2150, 12, 31))


def _values(found: Reading[object]) -> tuple[object, ...]:
    match found:
        case Value(value):
            return (value,)
        case Ambiguous(options):
            return options
        case _:
            return ()


@given(WORDS)
def test_clean_and_fold_are_idempotent(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert fold(fold(text)) == fold(text)
    assert fold(clean(text)) == fold(text)
    clean(text).encode()
    expand(text).encode()


@settings(max_examples=400)
@given(WORDS)
def test_any_text_reads_as_something_and_its_canonical_text_as_itself(text: str) -> None:
    for kind, read in READERS.items():
        found = read(text)
        if kind == "kind":
            continue
        assert not isinstance(found, Ambiguous) or len(found.options) >= 2
        for value in _values(found):
            assert read(canonical(value)) == Value(value), (kind, canonical(value))


@given(WORDS)
def test_any_text_is_a_report_or_not(text: str) -> None:
    read_report(text, today=TODAY, now=NOW, projects=PROJECTS)
    read_registration(text, today=TODAY, projects=PROJECTS)


@settings(max_examples=300)
@given(SPOKEN, DAYS, st.times())
def test_nothing_held_lies_in_the_future(text: str, today: date, now: time) -> None:
    for day in _values(read_day(text, today=today, held=True)):
        assert isinstance(day, date)
        assert day <= today
    for days in _values(read_days(text, today=today, held=True)):
        assert isinstance(days, tuple)
        assert days[0] <= days[1] <= today
    for moment in _values(read_moment(text, today=today, now=now, held=True)):
        assert isinstance(moment, Moment)
        assert datetime.combine(moment.day, moment.hour or time()) <= datetime.combine(today, now)


@given(DAYS, st.times().map(lambda one: one.replace(second=0, microsecond=0)))
def test_every_day_and_hour_reads_back(day: date, hour: time) -> None:
    for held in (True, False):
        assert read_day(day.isoformat(), today=day, held=held) == Value(day)
        assert read_day(f"{day:%d/%m/%Y}", today=day, held=held) == Value(day)
        assert read_day(f"{day.day}/{day.month}", today=day, held=held) == Value(day)
        moment = Moment(day, hour)
        assert read_moment(moment.iso(), today=day, now=time(23, 59), held=held) == Value(moment)
    assert READERS["time"](canonical(hour)) == Value(hour)


@given(DAYS, st.integers(0, 400))
def test_every_period_reads_back(first: date, length: int) -> None:
    days = (first, first + timedelta(days=length))
    assert read_days(canonical(days), today=first, held=False) == Value(days)


@given(st.integers(0, 10**12))
def test_every_number_reads_back(number: int) -> None:
    assert READERS["count"](str(number)) == Value(number)
    assert READERS["count"](f"{number:,}".replace(",", ".") + " người") == Value(number)
    if number >= 1000:
        assert READERS["money_vnd"](f"{number:,} đồng".replace(",", ".")) == Value(number)


LUMP = 256


def test_every_code_point_is_cleaned_for_good() -> None:
    for first in range(0, sys.maxunicode + 1, LUMP):
        words = " ".join(map(chr, range(first, first + LUMP)))  # one by one they take a hundred times as long
        assert fold(fold(words)) == fold(words)


LONG = [
    "a" * 10_000, "1" * 10_000, "1." * 5_000, "1,000" * 2_000, "/" * 10_000, "ngày " * 2_000, "mùng " * 2_000,
    "từ đến " * 1_400, "20/3 " * 2_000, "thứ 7 tuần trước " * 580, "1 - " * 2_500, "hai " * 2_500, "tỷ " * 3_000,
    "1 tỷ " * 2_000, "ở " * 3_000, "nói về a " * 1_100, "chi bộ 5 , " * 900, "chi bộ 5, 6" + ", 7" * 3_000,
    "vừa họp " * 1_200, "( " * 5_000, "0912 " * 2_000, "báo cáo " * 1_250, "👍" * 10_000, "\x00" * 10_000,
    "\ud800" * 10_000, "e\u0301" * 5_000, "có a " * 2_500, "đăng ký mô hình " * 625, "43/46 " * 1_600,
    "số 1 và " * 1_250, "tổ 5 " * 2_000, "còn 2 hộ chưa đồng ý " * 480, "7 giờ kém " * 1_000, "thửa 45 " * 1_250,
    "phố a b c " * 1_000,
    "từ a đến b " * 900, "\n" * 10_000, " " * 10_000, "họp dân 35 người hôm qua " * 400,
]  # fmt: skip


@pytest.mark.parametrize("text", LONG, ids=lambda text: ascii(text[:12]))
def test_the_longest_message_takes_no_long_time(text: str) -> None:
    """What is quadratic takes a second in ten thousand characters; no platform lets more than 4,096 pass."""
    longest = text[:4096]
    for kind, read in READERS.items():
        start = clock.process_time()
        read(longest)
        assert clock.process_time() - start < 1, kind
    start = clock.process_time()
    read_report(longest, today=TODAY, now=NOW, projects=PROJECTS)
    read_registration(longest, today=TODAY, projects=PROJECTS)
    assert clock.process_time() - start < 2


@pytest.mark.parametrize("sign", SIGNS)
def test_a_report_with_rubbish_in_it_is_still_read(sign: str) -> None:
    for whole in wholes():
        read_report(whole.text.replace(" ", sign, 3), today=TODAY, now=NOW, projects=PROJECTS)


ALLOWED = frozenset(sys.stdlib_module_names - {"asyncio", "socket", "sqlite3", "time", "random"}) | {
    "phonenumbers",
    "bot",
}


@pytest.mark.parametrize("path", sorted(Path(reading.__file__).parent.glob("*.py")), ids=lambda path: path.stem)
def test_the_package_is_pure_and_small(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            assert (node.module or "").split(".")[0] in ALLOWED
            assert not (node.module or "").startswith("bot.") or (node.module or "").startswith("bot.core.reading")
        if isinstance(node, ast.Import):
            assert {alias.name.split(".")[0] for alias in node.names} <= ALLOWED
        if isinstance(node, ast.FunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 40, node.name
            assert node.name.startswith("_") or ast.get_docstring(node), node.name
