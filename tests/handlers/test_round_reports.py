"""A finished round becomes the report of a session: its numbers are not typed again, and reach the figures once."""

from __future__ import annotations

import sqlite3
from datetime import date

import pytest

from storage import rounds, statistics
from storage.database import Tx, open_plain, transaction
from tests.handlers.test_notices import issue
from tests.house import House

GONE = "Nút này không còn dùng được."
REPORT = "Báo cáo buổi từ lượt này"
DOORS = (("2", "giá", "bo qua", "bo qua"), ("1", "bo qua", "bo qua"))


async def sent_out(house: House) -> None:
    """The secretary was sent to two doors."""
    await issue(house)
    for said in ("/sogiaonhan", "1"):
        await house.say("canbo", said)
    await house.press("canbo", "Hộ còn phải gặp")
    await house.press("canbo", house.engine.desk.say("ledger.button.send"))
    for said in ("to 01", "chi bo 05", "gui"):
        await house.say("canbo", said)
    await house.engine.database.write(_two_doors)


def _two_doors(tx: Tx) -> None:
    tx.execute(
        "DELETE FROM door_calls WHERE recipient_id NOT IN"
        " (SELECT recipient_id FROM door_calls ORDER BY recipient_id LIMIT 2)"
    )


async def finished_round(house: House) -> list[str]:
    """One household hesitates over the price, one agrees; the last reply."""
    await sent_out(house)
    await house.press("cb05", "Bắt đầu")
    for number, answers in enumerate(DOORS):
        if number:
            await house.press("cb05", "Hộ tiếp theo")
        await house.press("cb05", "Ghi kết quả")
        for said in answers:
            await house.say("cb05", said)
        last = await house.press("cb05", "Gửi")
    return last


async def reported(house: House) -> str:
    """The round, reported as the form offers it."""
    await house.press("cb05", REPORT)
    for said in ("bo qua", "bo qua", "bo qua"):
        await house.say("cb05", said)
    return "\n".join(await house.press("cb05", "Gửi"))


def counted(house: House) -> tuple[int, int, int, int]:
    """Met, agreed, hesitating and over the price among the ward's figures."""
    connection = open_plain(house.path)
    with transaction(connection) as tx:
        found = statistics.day_figures(tx, "PPL", date(2021, 3, 24)).households
    connection.close()
    return found.met, found.agreed, found.hesitating, found.price


async def test_the_numbers_reach_the_figures_once(house: House) -> None:
    assert REPORT in "\n".join(await finished_round(house))
    before = counted(house)
    button = house.button("cb05", REPORT).data
    assert "BUOI2021-" in await reported(house)
    assert counted(house) == tuple(was + more for was, more in zip(before, (2, 1, 1, 1), strict=True))
    await house.act("cb05", press=button)
    assert "đã báo cáo thành buổi BUOI2021-" in "\n".join(house.unread("cb05"))
    assert len(house.rows("SELECT * FROM reported_rounds")) == 1
    shown = "\n".join([*(await house.say("cb05", "/dennha")), *(await house.say("cb05", "1"))])
    assert "đã báo cáo thành buổi BUOI2021-" in shown
    assert REPORT not in shown


async def test_the_session_belongs_to_the_rounds_project(house: House) -> None:
    await finished_round(house)
    await reported(house)
    [session] = house.rows(
        "SELECT s.project_id, s.place, s.topic, s.household_count, s.held_on, s.met_count FROM outreach_sessions s"
        " JOIN reported_rounds r ON r.session_id = s.session_id"
    )
    assert session == {
        "project_id": "DE", "place": "tại nhà các hộ, Tổ dân phố 01", "topic": "thông báo TB2021-001",
        "household_count": 2, "held_on": "2021-03-24", "met_count": 2,
    }  # fmt: skip


async def test_a_round_that_was_reported_meanwhile_is_not_reported_twice(house: House) -> None:
    """Opened twice, and the first one sent: the second stands at the round and says so."""
    await finished_round(house)
    button = house.button("cb05", REPORT).data
    await house.act("cb05", press=button)
    for said in ("bo qua", "bo qua", "bo qua"):
        await house.say("cb05", said)
    round_id = str(house.rows("SELECT round_id FROM door_rounds")[0]["round_id"])
    [other] = house.rows("SELECT MIN(session_id) AS session_id FROM outreach_sessions")
    await house.engine.database.write(lambda tx: rounds.mark_reported(tx, round_id, str(other["session_id"]), 1))
    sessions = len(house.rows("SELECT * FROM outreach_sessions"))
    assert "đã báo cáo" in "\n".join(await house.press("cb05", "Gửi"))
    assert len(house.rows("SELECT * FROM outreach_sessions")) == sessions


async def test_the_records_hold_one_report_of_a_round(house: House) -> None:
    await finished_round(house)
    await reported(house)
    [row] = house.rows("SELECT round_id, session_id FROM reported_rounds")

    def again(tx: Tx) -> None:
        rounds.mark_reported(tx, str(row["round_id"]), str(row["session_id"]), 1)

    with pytest.raises(sqlite3.IntegrityError):
        await house.engine.database.write(again)


async def test_a_round_behind_closed_doors_is_no_session(house: House) -> None:
    await sent_out(house)
    await house.press("cb05", "Bắt đầu")
    for number in range(2):
        if number:
            await house.press("cb05", "Hộ tiếp theo")
        await house.press("cb05", "Ghi kết quả")
        last = await house.say("cb05", "4")
    assert "vắng 02" in "\n".join(last)
    assert REPORT not in "\n".join(last)


async def test_an_officer_has_no_sessions_of_their_own(house: House) -> None:
    """The button of a secretary's round says nothing to anybody else, also to whoever assigned it."""
    await finished_round(house)
    button = house.button("cb05", REPORT).data
    for account in ("canbo", "cb22"):
        await house.act(account, press=button)
        assert GONE in "\n".join(house.unread(account))
