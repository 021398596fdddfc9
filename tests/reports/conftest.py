"""The article's figures as material for every kind of file, and a ward in which nothing has happened."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest

from bot.core import calendar
from bot.core.periods import Span, ending
from bot.reports.material import Material, gather
from storage.database import Tx
from storage.demo import article_files
from tests.storage.conftest import ARTICLE_DAY, open_with

AT = calendar.instant(datetime(2021, 3, 24, 17, 5, tzinfo=calendar.ZONE))
BY = "Lãnh đạo phường (giả định)"

FIELDS = [
    ("04/31", "12,9%", "02/12", "16,7%"),
    ("03/31", "9,7%", "01/12", "8,3%"),
    ("05/31", "16,1%", "02/12", "16,7%"),
    ("08/31", "25,8%", "05/12", "41,7%"),
    ("01/31", "3,2%", "02/12", "16,7%"),
    ("03/31", "9,7%", "02/12", "16,7%"),
]
"""The article's fields: of collectives with their share, of individuals with theirs."""

HOSTILE = ("=1+1", "+84", "-5", "@SUM(A1)", "\tx", "{{ 7*7 }}", "{% for %}", "<w:p/>", "A & B", "$x^2$", "\x02đậm\x03")


def material_of(tx: Tx, span: Span = Span.DAY, scope: str = "PPL") -> Material:
    """What a file of the article's day is made from."""
    return gather(tx, scope, ending(span, ARTICLE_DAY), BY, AT)


@pytest.fixture
def article() -> Iterator[Tx]:
    connection = open_with(article_files())
    yield connection
    connection.close()


@pytest.fixture
def idle() -> Iterator[Tx]:
    """The ward with its units and campaign, but no model, no session and no duty done."""
    done = ("models", "sessions", "resolutions", "duties")
    connection = open_with([file for file in article_files() if not file.stem.endswith(done)])
    yield connection
    connection.close()
