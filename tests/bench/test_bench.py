"""The bench can be believed: commits are durable, a wrong reply is seen, and a figure is what it says."""

from __future__ import annotations

import asyncio
import math
import sqlite3
from datetime import date
from pathlib import Path

from storage.database import open_plain, prepare
from storage.statistics import day_figures
from tests.bench import history, households, people, report
from tests.bench import reading as read_by_kind
from tests.bench.load import Crowd
from tests.bench.registration import TYPED, options_of, reading
from tests.bench.runs import percentile
from tests.bench.telegram import ThinTelegram, _Caller

FULL = 2


def test_every_connection_commits_with_synchronous_full(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "x.db")
    prepare(connection)
    assert list(connection.execute("PRAGMA synchronous").fetchone().values()) == [FULL]
    assert list(connection.execute("PRAGMA journal_mode").fetchone().values()) == ["wal"]
    connection.close()


def test_a_percentile_is_a_value_that_was_measured() -> None:
    values = [float(number) for number in range(1, 101)]
    assert [percentile(values, percent) for percent in (50, 95, 99)] == [50, 95, 99]
    assert percentile([7.0], 99) == 7
    assert math.isnan(percentile([], 50))


def test_known_people_can_register(tmp_path: Path) -> None:
    path = tmp_path / "bench.db"
    people.fill(path, secretaries=3, known=10)
    connection = open_plain(path)
    counts = connection.execute("SELECT role, COUNT(*) AS n FROM memberships GROUP BY role ORDER BY role").fetchall()
    connection.close()
    assert [(row["role"], row["n"]) for row in counts] == [("resident", 7), ("secretary", 3)]
    assert people.models_of_the_bench(path) == (0, 0)


async def test_replies_are_held_against_the_question() -> None:
    fake = ThinTelegram(any_chat=True)
    crowd = Crowd(fake, TYPED, iter(range(5, 10)))
    crowd.begin(1)
    assert crowd.waiting == 1
    fake._send_message({"chat_id": 5, "text": TYPED[0].expect})
    assert (crowd.seen.wrong, crowd.waiting) == (0, 0)
    fake._send_message({"chat_id": 5, "text": TYPED[0].expect})  # once more: a duplicate
    assert crowd.seen.wrong == 1
    await asyncio.sleep(0)  # the next step is taken
    fake._send_message({"chat_id": 5, "text": "something else"})
    assert crowd.seen.wrong == 2


def test_a_connection_that_the_bot_has_closed_is_not_used_again() -> None:
    fake = ThinTelegram()
    closed, living = _Caller(), _Caller()
    closed.connection_lost(None)
    fake._idle = [living, closed]
    assert fake._living() is living
    assert fake._living() is None


def test_the_yardsticks_read_numbers_and_labels() -> None:
    assert reading(0, "1") == options_of(0)[0] == reading(0, options_of(0)[0])
    assert reading(0, "9") is None
    assert reading(2, "words") == "words"


def test_the_table_of_reading_adds_up() -> None:
    kinds, rates = read_by_kind.measured(1)
    lines = {line["kind"]: line for line in kinds}
    short = [line for name, line in lines.items() if not name.startswith(("all", "whole"))]
    assert lines["all short answers"]["unseen of"] == sum(line["unseen of"] for line in short) > 0
    read = [line for line in short if line["kind"] != "matter"]  # a matter is told, not read; its speed is not taken
    assert rates[0]["count"] == sum(line["seen of"] + line["unseen of"] for line in read)
    assert all(rate["per_second"] > 0 for rate in rates)


def test_a_list_of_land_is_loaded_three_times(tmp_path: Path) -> None:
    loads = households.measured(20, tmp_path)
    assert [(load["households"], load["parcels"]) for load in loads] == [(20, 30)] * 3
    assert all(load["seconds"] > 0 and load["memory_mb"] > 0 for load in loads)


def test_what_was_not_measured_is_no_goal_held() -> None:
    goals = report.goals({"turns": [], "flatness": [], "outbox": [], "starts": []})
    assert {goal["held"] for goal in goals} == {"not measured"}


def test_a_history_made_up_in_sql_has_the_figures_that_it_was_made_with(tmp_path: Path) -> None:
    history.make(tmp_path / "history.db", history.Size(wards=2, years=2))
    connection = open_plain(tmp_path / "history.db")
    ward, city = (day_figures(connection, scope, date(2022, 12, 31)) for scope in ("P0", "TP"))
    connection.close()
    assert (ward.collectives, ward.individuals, ward.models, ward.sessions) == (31, 11, 48, 100)
    assert (city.collectives, city.individuals, city.models, city.sessions) == (62, 22, 96, 200)
    assert (ward.resolutions, ward.cells, len(ward.obliged), len(ward.notices)) == (19, 21, 11, 2)
    assert sum(notice.silent for notice in ward.notices) == 8
    assert len(ward.goals) == 21
