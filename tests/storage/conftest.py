"""A database in memory, the article's files, and a clock that stands at the demo's morning."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from datetime import date, time
from pathlib import Path
from random import Random
from typing import Any

import pytest

from bot.core import calendar
from bot.core.ids import Ids
from bot.core.texts import Texts, flatten
from storage.database import Tx, open_plain, transaction
from storage.demo import all_files, article_files
from storage.loading import LoadRefused, LoadReport, RowError, load_files

ARTICLE_DAY = date(2021, 3, 24)
NOW = calendar.at(ARTICLE_DAY, time(8))
TEMPLATES = Path(__file__).parents[2] / "templates" / "texts"

Write = Callable[..., Path]


def new_ids(seed: int = 1) -> Ids:
    return Ids(lambda: NOW, Random(seed))


def written_texts(*subjects: str) -> Texts:
    sources = {}
    for subject in subjects:
        tree = tomllib.loads((TEMPLATES / f"{subject}.toml").read_text(encoding="utf-8"))
        sources.update({f"{subject}.{address}": words for address, words in flatten(tree)})
    return Texts(sources)


def open_with(files: list[Path]) -> Tx:
    connection = open_plain(":memory:")
    with transaction(connection) as tx:
        load_files(tx, files, new_ids(), NOW)
    return connection


def try_to_load(tx: Tx, file: Path) -> tuple[RowError, ...]:
    """What is wrong with a file, perhaps nothing; either way nothing stays of it."""
    tx.execute("BEGIN")
    try:
        load_files(tx, [file], new_ids(), NOW)
    except LoadRefused as refusal:
        return refusal.errors
    finally:
        tx.execute("ROLLBACK")
    return ()


def load(tx: Tx, *files: Path) -> LoadReport:
    """What a load of these files did."""
    with transaction(tx):
        return load_files(tx, list(files), new_ids(7), NOW)


def one(tx: Tx, table: str, where: str) -> dict[str, Any]:
    """The only row of a table that is so."""
    rows = tx.execute(f"SELECT * FROM {table} WHERE {where}").fetchall()
    assert len(rows) == 1
    return dict(rows[0])


@pytest.fixture
def empty() -> Iterator[Tx]:
    connection = open_plain(":memory:")
    yield connection
    connection.close()


@pytest.fixture
def article() -> Iterator[Tx]:
    connection = open_with(article_files())
    yield connection
    connection.close()


@pytest.fixture
def demo() -> Iterator[Tx]:
    connection = open_with(all_files())
    yield connection
    connection.close()


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a file of lines, or of bytes, and return its path."""

    def write_file(name: str, *lines: str | bytes) -> Path:
        data = b"\n".join(line if isinstance(line, bytes) else line.encode() for line in lines)
        (tmp_path / name).write_bytes(data)
        return tmp_path / name

    return write_file


def dump(tx: Tx) -> list[tuple[str, list[dict[str, object]]]]:
    """Everything in the database, table by table."""
    tables = [row["name"] for row in tx.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
    return [(table, tx.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall()) for table in tables]
