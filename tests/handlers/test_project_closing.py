"""The ledger of a closed project: kept for its time, then removed in portions; nothing else can ever be removed."""

from __future__ import annotations

import sqlite3
from datetime import date, datetime

import pytest

from bot.core import calendar
from bot.core.job import Due
from handlers.notices import project_closing
from storage import closing
from storage.database import Tx, open_plain, transaction
from tests.handlers.test_notices import compose, issue
from tests.house import House
from tests.parts import run_whole

LEDGER = (
    "notice_recipients", "notice_deliveries", "notice_answers", "paper_services", "paper_service_photos", "door_visits",
    "door_calls",
)  # fmt: skip


async def told(house: House) -> None:
    """A notice to 46 households: two answered, one was served on paper."""
    await issue(house)
    await house.press("ho1", "Đã nhận")
    for said in ("/sogiaonhan", "1"):
        await house.say("canbo", said)
    await house.press("canbo", "Xem từng hộ")
    await house.press("canbo", "Lê Văn G (hộ giả định)")
    await house.press("canbo", "Ghi nhận giao giấy")
    for said in ("1", "sang nay 7h30", "bo qua", "bo qua", "gui"):
        await house.say("canbo", said)


async def close(house: House, day: str = "hôm nay") -> str:
    for said in ("/ketthucduan", "1", day):
        await house.say("canbo", said)
    return "\n".join(await house.press("canbo", "Gửi"))


def counts(house: House) -> dict[str, int]:
    return {table: len(house.rows(f"SELECT * FROM {table}")) for table in LEDGER}


async def on(house: House, day: date) -> None:
    """The night before a day is over: its job has run, and the chores after it."""
    moment = calendar.instant(datetime(day.year, day.month, day.day, 3, tzinfo=calendar.ZONE))
    house.clock.move_to(moment)
    due = Due(day=day, due_at=moment, now=moment)
    await house.engine.database.write(run_whole, project_closing.keeping(house.engine.desk), due)
    await house.settle()


async def outlive(house: House, day: date) -> None:
    """From that day on the outlived ledgers may be removed; nothing is removed yet."""

    def mark(tx: Tx) -> None:
        for project_id in closing.outlived(tx, day):
            closing.mark_outlived(tx, day, project_id)

    await house.engine.database.write(mark)


async def test_the_ledger_goes_after_two_years_and_not_a_day_before(house: House) -> None:
    await told(house)
    assert "giữ đến hết ngày **24/03/2023**" in await close(house)
    before = counts(house)
    assert before["notice_answers"] == 1
    assert before["paper_services"] == 1
    await on(house, date(2023, 3, 24))
    assert counts(house) == before
    await on(house, date(2023, 3, 25))
    assert set(counts(house).values()) == {0}
    assert "dự án DE, hết thời gian giữ" in "\n".join(await house.say("quantri", "/nhatky"))
    shown = "\n".join([*(await house.say("canbo", "/sogiaonhan")), *(await house.press("canbo", "TB2021-001"))])
    assert "chỉ giữ số đếm" in shown
    assert "46 hộ: gửi tới 14 · đã nhận 01, trong đó đã hiểu 00 · giao giấy 01" in shown


async def test_a_resident_is_told_how_long_it_is_kept(house: House) -> None:
    await told(house)
    await close(house)
    assert "kết thúc ngày 24/03/2021: sổ giao nhận giữ đến hết ngày 24/03/2023" in "\n".join(
        await house.say("ho1", "xem du lieu")
    )
    await on(house, date(2023, 3, 25))
    assert "kết thúc ngày 24/03/2021: sổ giao nhận đã xóa" in "\n".join(await house.say("ho1", "xem du lieu"))


async def test_a_portion_at_a_time_and_over_a_restart(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    await told(house)
    await close(house)
    monkeypatch.setattr(project_closing, "PORTION", 10)
    await outlive(house, date(2023, 6, 1))
    await house.engine.chores.work()
    assert counts(house)["notice_recipients"] == 36
    await house.restart()
    await house.settle()
    assert set(counts(house).values()) == {0}
    assert len(house.rows("SELECT * FROM audit WHERE act = 'outlive'")) == 1


async def test_a_project_that_was_opened_again_keeps_the_rest(house: House) -> None:
    await told(house)
    await close(house)
    later = date(2023, 6, 1)
    await outlive(house, later)
    await house.engine.database.write(lambda tx: tx.execute("UPDATE projects SET closed_on = NULL"))
    before = counts(house)
    await house.engine.chores.work()
    assert counts(house) == before


@pytest.mark.parametrize("table", [*LEDGER[:4], "door_visits"])
async def test_the_records_hold_on_to_whatever_is_not_outlived(house: House, table: str) -> None:
    await told(house)
    connection = open_plain(house.path)
    if table == "door_visits":
        _add_a_visit(connection)
    with pytest.raises(sqlite3.IntegrityError, match="is kept for its time"), transaction(connection) as tx:
        tx.execute(f"DELETE FROM {table}")
    connection.close()


def _add_a_visit(connection: Tx) -> None:
    with transaction(connection) as tx:
        person, recipient = (
            tx.execute(query).fetchone()["found"]
            for query in (
                "SELECT MIN(person_id) AS found FROM people",
                "SELECT MIN(recipient_id) AS found FROM notice_recipients",
            )
        )
        tx.execute(
            "INSERT INTO door_rounds SELECT 'r', notice_id, '', ?, ?, 1, 'd' FROM notices LIMIT 1", (person, person)
        )
        tx.execute("INSERT INTO door_visits VALUES ('v', 'r', ?, 'met', '', '', ?, 1, 'd')", (recipient, person))


@pytest.mark.parametrize(
    ("closed_on", "outlived_on"),
    [("2021-03-24", "2023-03-24"), ("2021-03-23", "2023-12-01"), ("2019-01-01", "2021-03-25"), (None, "2030-01-01")],
)
async def test_no_project_is_outlived_before_its_time(house: House, closed_on: str | None, outlived_on: str) -> None:
    """Not on the last day, not by another closing day than its own, not while it was told of lately, not while open."""
    await told(house)
    connection = open_plain(house.path)
    with transaction(connection) as tx:
        was = "2019-01-01" if closed_on == "2019-01-01" else "2021-03-24"
        tx.execute("UPDATE projects SET closed_on = ? WHERE project_id = 'DE'", (was if closed_on else None,))
    with pytest.raises(sqlite3.IntegrityError, match="is kept for its time"), transaction(connection) as tx:
        tx.execute("INSERT INTO outlived_projects VALUES ('DE', ?, ?, NULL)", (closed_on or "2021-03-24", outlived_on))
    connection.close()


async def test_what_stands_in_the_way_of_closing(house: House) -> None:
    await issue(house)
    for said in ("/ketthucduan", "1"):
        await house.say("canbo", said)
    assert "phải từ ngày đó trở đi" in "\n".join(await house.say("canbo", "20/3"))
    await house.say("canbo", "hôm nay")
    connection = open_plain(house.path)
    with transaction(connection) as tx:
        tx.execute("UPDATE notice_sendings SET finished_at = NULL")
    assert "chờ duyệt hoặc đang gửi" in "\n".join(await house.press("canbo", "Gửi"))
    assert house.rows("SELECT * FROM projects WHERE closed_on IS NOT NULL") == []
    connection.close()


async def test_a_closed_project_is_not_offered_any_more(house: House) -> None:
    await close(house)
    assert "chân đê" not in "\n".join(await house.say("canbo", "/thongbao"))


async def test_the_night_sees_to_it_by_itself(house: House) -> None:
    """A project that a file closed long ago, about which nobody was told anything."""
    connection = open_plain(house.path)
    with transaction(connection) as tx:
        tx.execute("UPDATE projects SET closed_on = '2019-01-01' WHERE project_id = 'DE'")
    connection.close()
    await house.wait_until(house.clock() + 24 * 3600_000)
    [outlived] = house.rows("SELECT * FROM outlived_projects")
    assert (outlived["project_id"], outlived["outlived_on"]) == ("DE", "2021-03-25")
    assert outlived["finished_at"] is not None


async def test_nothing_is_submitted_or_approved_for_a_closed_project(house: House) -> None:
    """A file closes the project between the draft, the submission and the approval."""
    await compose(house)
    connection = open_plain(house.path)
    connection.execute("UPDATE projects SET closed_on = '2021-03-24'")
    assert "đã kết thúc" in "\n".join(await house.press("canbo", "Trình duyệt"))
    connection.execute("UPDATE projects SET closed_on = NULL")
    await house.press("canbo", "Trình duyệt")
    await house.press("lanhdao", "Xem thông báo")
    connection.execute("UPDATE projects SET closed_on = '2021-03-24'")
    connection.close()
    assert "Chưa có gì được gửi đi" in "\n".join(await house.press("lanhdao", "Duyệt và gửi"))
    assert house.rows("SELECT * FROM notice_recipients") == []
