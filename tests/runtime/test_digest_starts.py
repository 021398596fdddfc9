"""The real digest of a ward that is switched on at each hour of the day, three days running: no day without a decision.

On time, late and labelled, or left out and told: one of them for each (job, day, leader), whatever the hour.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from bot.core import calendar
from bot.core.job import Due, Job
from bot.runtime.scheduler import Scheduler
from storage import jobs
from storage.database import Tx
from tests.house import START, House
from tests.runtime.test_watchman import Watched

DAYS = (date(2021, 3, 24), date(2021, 3, 25), date(2021, 3, 26))
DIGEST_AT, USEFUL_UNTIL, QUIET_FROM = time(17), time(22), time(21)
LEADER = "lanhdao"
MINUTES = 7
HOURS = range(24) if os.environ.get("STARTS") == "24" else (0, 8, 16, 17, 20, 21, 22, 23)
MINUTE = 60_000


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ward's database, copied for each start."""
    return House(tmp_path_factory.mktemp("filled")).fill().path


def instant(day: date, hour: int, minute: int) -> int:
    return calendar.instant(datetime.combine(day, time(hour, minute), calendar.ZONE))


async def live(filled: Path, folder: Path, hour: int) -> House:
    """On from 08:00 to 16:30 on the first day, then off until this hour, on for half an hour, and so each day."""
    shutil.copy(filled, folder / "house.db")
    house = await House(folder, START).open()
    await house.wait_until(instant(DAYS[0], 16, 30))
    await house.close()
    first = DAYS[0] if hour > 16 else DAYS[0] + timedelta(days=1)
    for number in range(len(DAYS) + 1):  # once more at the end: what was missed on the last day is decided then
        house.clock.move_to(instant(first + timedelta(days=number), hour, MINUTES))
        await house.open()
        await house.wait_until(house.clock() + 30 * MINUTE)
        await Watched(house).look()
        await house.restart()
        await house.wait_until(house.clock() + MINUTE)
        await house.close()
    return house


def decisions(house: House) -> Iterator[tuple[str, str, str]]:
    """(day, outcome, reason) of each run of the daily digest."""
    for row in house.rows("SELECT slot, outcome, reason FROM job_runs WHERE job = 'daily_digest' ORDER BY slot"):
        yield str(row["slot"]), str(row["outcome"]), str(row["reason"])


def read_by_the_leader(house: House, day: str, *, late: bool) -> int:
    """How often the digest of a day came, with a word on being late or without."""
    title = f"Báo cáo nhanh {date.fromisoformat(day):%d/%m/%Y}"
    return sum(title in mail.body and ("gửi muộn lúc" in mail.body) is late for mail in house.mail(LEADER))


def told_to_the_admin(house: House) -> set[str]:
    """The days whose digest the administrators heard of as left out or not sent in time."""
    rows = house.rows("SELECT subject FROM alarms WHERE kind IN ('job_skipped', 'not_sent_in_time')")
    return {str(row["subject"])[-10:] for row in rows if str(row["subject"]).startswith("daily_digest")}


@pytest.mark.parametrize("hour", HOURS)
async def test_each_day_of_a_ward_that_is_switched_on_at_this_hour_is_decided_once(
    filled: Path, tmp_path: Path, hour: int
) -> None:
    house = await live(filled, tmp_path, hour)
    decided = list(decisions(house))
    days = [day for day, _, _ in decided]
    assert days[: len(DAYS)] == [day.isoformat() for day in DAYS], "a day without a decision, or with two"
    assert len(days) == len(set(days))
    on_at, lost = time(hour, MINUTES), set()
    for day, outcome, reason in decided[: len(DAYS)]:
        assert read_by_the_leader(house, day, late=False) == 0
        late = read_by_the_leader(house, day, late=True)
        if DIGEST_AT <= on_at < QUIET_FROM:
            assert (outcome, late) == ("queued", 1)
        elif on_at < DIGEST_AT or on_at > USEFUL_UNTIL:
            assert (outcome, reason, late) == ("skipped", "too_late", 0)
        else:  # its figures would still serve, and it is night: nobody is woken, and it is told as not sent
            assert (outcome, late) == ("queued", 0)
        lost |= set() if late else {day}
    told = told_to_the_admin(house)
    assert told & {day.isoformat() for day in DAYS} == lost, "left out without a word, or a word without cause"


async def test_one_unit_whose_figures_fail_takes_nothing_from_the_others_and_is_not_forgotten(house: House) -> None:
    """A part that fails until it is too late is left out in words, though the other parts were done."""

    def run(tx: Tx, due: Due) -> None:
        if due.part == "B":
            raise ValueError
        jobs.claim_run(tx, "parted", due.slot, due.part, due.now)

    job = Job(
        name="parted", at=lambda _day: DIGEST_AT, run=run, useful_for=timedelta(hours=5),
        parts=lambda _tx, _due: ("A", "B", "C"),
    )  # fmt: skip
    scheduler = Scheduler(database=house.engine.database, jobs=[job], now=house.clock, wake_delivery=lambda: None)
    for hour in (17, 18, 22):
        house.clock.move_to(instant(DAYS[0], hour, 1))
        await scheduler.sweep()
    found = await house.engine.database.read(jobs.runs, "parted", DAYS[0].isoformat())
    assert [(run_.recipient, run_.outcome) for run_ in found] == [("*", "skipped"), ("A", "queued"), ("C", "queued")]
    assert scheduler.failing == ()
