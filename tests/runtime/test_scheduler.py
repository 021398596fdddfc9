"""What is due is done once: on time, late and labelled, or skipped with a reason; never twice."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from bot.core import calendar
from bot.core.job import Due, Job
from bot.runtime.scheduler import Scheduler, Ticking
from storage import jobs as runs
from storage.database import Database, Tx, open_plain
from tests.clock import FrozenClock
from tests.house import House

FIVE = time(17)


def moment(text: str) -> int:
    """Epoch milliseconds of a local "dd/mm/yyyy HH:MM"."""
    return calendar.instant(datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=calendar.ZONE))


class Office:
    """A scheduler with one job for one recipient."""

    def __init__(self, path: Path, start: str = "24/03/2021 08:00") -> None:
        self.path = path
        self.clock = FrozenClock(moment(start))
        self.ran: list[tuple[date, bool]] = []
        self.useful_for = timedelta(hours=5)

    async def open(self, ticking: Ticking | None = None) -> Office:
        self.database = await Database.open(self.path)
        job = Job(name="digest", at=lambda _day: FIVE, run=self.run, useful_for=self.useful_for)
        self.scheduler = Scheduler(
            database=self.database, jobs=[job], now=self.clock, wake_delivery=lambda: None, ticking=ticking
        )
        await self.scheduler.sweep()
        return self

    def run(self, tx: Tx, due: Due) -> None:
        if runs.claim_run(tx, "digest", due.slot, "leader", due.now):
            self.ran.append((due.day, due.late))

    async def at(self, text: str) -> None:
        self.clock.move_to(moment(text))
        await self.scheduler.sweep()

    async def outcomes(self, day: str) -> list[tuple[str, str, str | None]]:
        found = await self.database.read(runs.runs, "digest", day)
        return [(run.recipient, run.outcome, run.reason) for run in found]


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    opened = await Office(tmp_path / "a.db").open()
    yield opened
    await opened.database.close()


@asynccontextmanager
async def another(office: Office, start: str) -> AsyncIterator[Office]:
    """A second process over the same file; it has swept once."""
    opened = await Office(office.path, start).open()
    try:
        yield opened
    finally:
        await opened.database.close()


async def test_on_time_once(office: Office) -> None:
    for minute in ("16:59", "17:00", "17:00", "17:01", "17:30"):
        await office.at(f"24/03/2021 {minute}")
    assert office.ran == [(date(2021, 3, 24), False)]


@pytest.mark.parametrize("minute", range(1, 300, 13))
async def test_a_late_start_is_caught_up_and_labelled(office: Office, minute: int) -> None:
    late = datetime(2021, 3, 24, 17) + timedelta(minutes=minute)
    await office.at(late.strftime("%d/%m/%Y %H:%M"))
    assert office.ran == [(date(2021, 3, 24), minute > 2)]


async def test_the_next_day_the_missed_one_is_recorded_as_skipped(office: Office) -> None:
    await office.at("25/03/2021 07:00")
    assert office.ran == []
    assert await office.outcomes("2021-03-24") == [("*", "skipped", "too_late")]
    await office.at("25/03/2021 17:00")
    assert office.ran == [(date(2021, 3, 25), False)]


async def test_three_days_off_leave_no_silent_gap(office: Office) -> None:
    await office.at("27/03/2021 18:00")
    for day in ("2021-03-24", "2021-03-25", "2021-03-26"):
        assert await office.outcomes(day) == [("*", "skipped", "too_late")]
    assert office.ran == [(date(2021, 3, 27), True)]


async def test_a_clock_set_back_makes_nothing_due_again(office: Office) -> None:
    await office.at("24/03/2021 17:00")
    await office.at("24/03/2021 15:00")
    await office.at("24/03/2021 17:00")
    await office.at("24/03/2021 19:00")
    assert office.ran == [(date(2021, 3, 24), False)]


async def test_a_clock_that_was_years_ahead_silences_nothing(office: Office) -> None:
    await office.at("24/03/2035 12:00")
    await office.at("24/03/2021 12:00")
    await office.at("24/03/2021 17:00")
    assert (date(2021, 3, 24), False) in office.ran


async def test_a_job_that_fails_holds_no_other_up_and_is_tried_again(tmp_path: Path) -> None:
    office = await Office(tmp_path / "c.db").open()
    healthy, broken = office.run, [True]

    def fragile(tx: Tx, due: Due) -> None:
        if broken[0]:
            raise ValueError
        runs.claim_run(tx, "fragile", due.slot, "x", due.now)

    jobs = [
        Job(name="fragile", at=lambda _day: time(16), run=fragile, useful_for=timedelta(hours=5)),
        Job(name="digest", at=lambda _day: FIVE, run=healthy, useful_for=timedelta(hours=5)),
    ]
    office.scheduler = Scheduler(database=office.database, jobs=jobs, now=office.clock, wake_delivery=lambda: None)
    await office.at("24/03/2021 16:00")
    await office.at("24/03/2021 17:00")
    assert office.ran == [(date(2021, 3, 24), False)]
    broken[0] = False
    await office.at("24/03/2021 17:01")
    assert len(await office.database.read(runs.runs, "fragile", "2021-03-24")) == 1
    assert len(office.ran) == 1
    await office.database.close()


async def test_the_first_start_of_all_does_not_send_what_was_due_before(tmp_path: Path) -> None:
    office = await Office(tmp_path / "b.db", start="24/03/2021 18:00").open()
    assert office.ran == []
    await office.database.close()


async def test_a_restart_between_run_and_mark_does_not_run_twice(office: Office) -> None:
    await office.at("24/03/2021 17:00")
    await office.database.write(runs.set_mark, "last_sweep", moment("24/03/2021 16:00"))  # as if the mark was lost
    await office.scheduler.sweep()
    assert len(office.ran) == 1


async def test_passing_time_stops_at_each_moment(office: Office) -> None:
    await office.scheduler.pass_time(office.clock, moment("28/03/2021 12:00"))
    assert office.ran == [(date(2021, 3, day), False) for day in (24, 25, 26, 27)]
    assert office.clock() == moment("28/03/2021 12:00")


RACE = """
import sys
from storage.database import open_plain, transaction
from storage.jobs import claim_run
connection, won = open_plain(sys.argv[1]), 0
for day in range(200):
    with transaction(connection) as tx:
        won += claim_run(tx, "digest", f"day-{day}", "leader", 1)
print(won)
"""


def test_two_processes_run_each_job_once_between_them(tmp_path: Path) -> None:
    path = tmp_path / "race.db"
    open_plain(path).close()
    racers = [
        subprocess.Popen([sys.executable, "-c", RACE, str(path)], stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    won = [int(racer.communicate(timeout=60)[0]) for racer in racers]
    assert sum(won) == 200


@pytest.mark.parametrize(
    ("day", "deadline", "due"),
    [
        ("2021-03-22", "2021-03-26", True),  # a Monday
        ("2021-03-23", "2021-03-26", True),  # three days before
        ("2021-03-24", "2021-03-26", False),
        ("2021-03-25", "2021-03-26", True),
        ("2021-03-26", "2021-03-26", True),
        ("2021-03-27", "2021-03-28", False),  # a Saturday, the day before
        ("2021-02-15", "2021-03-26", False),  # a Monday in Tết
        ("2026-11-24", "2026-11-25", False),  # a holiday since 2026
    ],
)
def test_days_on_which_people_are_reminded(day: str, deadline: str, due: bool) -> None:
    from handlers.reminding.reminders import is_reminder_day

    assert is_reminder_day(date.fromisoformat(day), date.fromisoformat(deadline)) is due


async def test_thirty_days_of_a_ward_send_one_digest_a_day_and_none_on_quiet_days_off(house: House) -> None:
    for day in range(25, 32):
        await house.wait_until(moment(f"{day}/03/2021 20:00"))
        await house.restart()
    for day in range(1, 24):
        await house.wait_until(moment(f"{day:02d}/04/2021 20:00"))
        await house.restart()
    found = house.rows("SELECT slot, outcome, reason FROM job_runs WHERE job = 'daily_digest' ORDER BY slot")
    days = [row["slot"] for row in found]
    assert len(days) == len(set(days)) == 31
    skipped = {str(row["slot"]) for row in found if row["outcome"] == "skipped"}
    assert skipped == {
        "2021-03-27", "2021-03-28", "2021-04-03", "2021-04-04", "2021-04-10", "2021-04-11", "2021-04-17",
        "2021-04-18", "2021-04-21",  # the last is Giỗ Tổ
    }  # fmt: skip
    sent = [mail for mail in house.mail("lanhdao") if "Báo cáo nhanh" in mail.body]
    assert len(sent) == 31 - len(skipped)


async def test_a_late_digest_says_so(house: House) -> None:
    house.clock.move_to(moment("24/03/2021 17:24"))
    await house.engine.scheduler.sweep()
    await house.settle()
    (digest,) = house.unread("lanhdao")
    assert "gửi muộn lúc 17:24, lẽ ra lúc 17:00" in digest


async def test_what_is_missed_into_the_night_waits_for_the_morning_if_it_is_of_use_then(tmp_path: Path) -> None:
    office = Office(tmp_path / "n.db")
    office.useful_for = timedelta(hours=16)
    await office.open()
    for text in ("24/03/2021 21:30", "25/03/2021 03:00", "25/03/2021 06:59"):
        await office.at(text)
        assert office.ran == []
        assert await office.outcomes("2021-03-24") == []
    await office.at("25/03/2021 07:00")
    assert office.ran == [(date(2021, 3, 24), True)]
    await office.database.close()


async def test_what_was_done_is_not_called_skipped_after_the_clock_went_back_and_jumped(office: Office) -> None:
    await office.at("24/03/2021 17:00")
    await office.at("24/03/2021 12:00")
    await office.at("25/03/2021 12:00")
    assert await office.outcomes("2021-03-24") == [("leader", "queued", None)]


async def test_what_one_clock_called_too_late_is_not_done_by_another_that_is_behind(office: Office) -> None:
    await office.at("24/03/2021 22:30")
    await office.at("24/03/2021 16:30")
    await office.at("24/03/2021 17:00")
    assert office.ran == []
    assert await office.outcomes("2021-03-24") == [("*", "skipped", "too_late")]
    await office.at("25/03/2021 17:00")
    assert office.ran == [(date(2021, 3, 25), False)]


async def test_a_slower_process_that_still_looks_at_the_day_before_undecides_nothing(office: Office) -> None:
    """Both have read from where to look; one has decided both days when the other comes to the first."""
    await office.at("25/03/2021 22:30")  # its clock is an hour ahead
    await office.database.write(runs.set_mark, runs.LAST_SWEEP, moment("24/03/2021 08:00"))
    async with another(office, "25/03/2021 21:30") as slower:
        assert slower.ran == []
    assert await office.outcomes("2021-03-25") == [("*", "skipped", "too_late")]


async def test_what_was_done_is_not_called_skipped_by_a_clock_hours_behind(office: Office) -> None:
    """One process, two hours ahead, has done the day; the other, right, looks at the day before once more."""
    await office.at("24/03/2021 17:00")
    await office.at("25/03/2021 17:05")
    await office.database.write(runs.set_mark, runs.LAST_SWEEP, moment("24/03/2021 15:05"))
    async with another(office, "25/03/2021 15:05"):
        pass
    assert await office.outcomes("2021-03-24") == [("leader", "queued", None)]


async def test_days_that_the_ward_decides_hold_from_the_next_sweep_on(house: House) -> None:
    connection = open_plain(house.path)
    connection.execute("INSERT INTO ward_days (day, off) VALUES ('2021-03-25', TRUE), ('2021-03-27', FALSE)")
    connection.close()
    await house.wait_until(moment("27/03/2021 20:00"))
    reminded = house.rows("SELECT DISTINCT slot FROM job_runs WHERE job = 'reminder' ORDER BY slot")
    assert [row["slot"] for row in reminded] == ["2021-03-26"]
    found = house.rows("SELECT slot, reason FROM job_runs WHERE job = 'daily_digest' ORDER BY slot")
    assert [(row["slot"], row["reason"]) for row in found if row["slot"] != "2021-03-24"] == [
        ("2021-03-25", "day_off"), ("2021-03-26", None), ("2021-03-27", None)
    ]  # fmt: skip


# The clock ---------------------------------------------------------------------------------------


class Ticks:
    """A steady ticking beside a clock that can be set."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


async def test_a_clock_that_jumps_ahead_is_not_believed_at_once(tmp_path: Path) -> None:
    office, ticks = Office(tmp_path / "a.db"), Ticks()
    await office.open(ticks)
    real = office.clock()
    for _ in range(3):  # somebody sets it to tomorrow, and back after three minutes
        ticks.seconds += 60
        office.clock.move_to(real + 24 * 3600_000)
        assert office.scheduler.doubt == "jumped", "whoever asks need not wait for a sweep"
        await office.scheduler.sweep()
    assert office.ran == []
    ticks.seconds += 60
    office.clock.move_to(real + 240_000)
    assert office.scheduler.doubt == "jumped", "until a sweep has found it right"
    await office.scheduler.sweep()
    assert await office.outcomes("2021-03-24") == []
    office.clock.move_to(moment("24/03/2021 17:00"))
    ticks.seconds += (office.clock() - real) / 1000
    await office.scheduler.sweep()
    assert office.ran == [(date(2021, 3, 24), False)]
    await office.database.close()


async def test_a_clock_that_stays_ahead_was_put_right(tmp_path: Path) -> None:
    office, ticks = Office(tmp_path / "a.db"), Ticks()
    await office.open(ticks)
    office.clock.move_to(moment("24/03/2021 18:00"))
    for _ in range(6):
        ticks.seconds += 60
        office.clock.move_to(office.clock() + 60_000)
        await office.scheduler.sweep()
    assert office.ran == [(date(2021, 3, 24), True)]
    await office.database.close()


@pytest.mark.parametrize("hours", [1.5, 2, 24, 24 * 30])
async def test_a_clock_set_back_runs_nothing_twice(office: Office, hours: float) -> None:
    await office.at("24/03/2021 17:00")
    office.clock.move_to(office.clock() - round(hours * 3600_000))
    await office.scheduler.sweep()
    for minute in ("16:59", "17:00", "17:05"):
        await office.at(f"24/03/2021 {minute}")
    assert [day for day, _ in office.ran if day == date(2021, 3, 24)] == [date(2021, 3, 24)]


async def test_a_clock_of_2200_runs_nothing_until_a_person_believes_it(tmp_path: Path) -> None:
    """The night's jobs would take everything for outlived; nothing is done, and it is known why."""
    office, ticks = Office(tmp_path / "a.db"), Ticks()
    await office.open(ticks)
    for _ in range(30):
        ticks.seconds += 60
        office.clock.move_to(moment("24/03/2200 18:00") + round(ticks.seconds) * 1000)
        await office.scheduler.sweep()
    assert (office.ran, office.scheduler.doubt) == ([], "far")
    office.clock.move_to(moment("24/03/2021 17:00"))
    await office.scheduler.sweep()
    assert (office.ran, office.scheduler.doubt) == ([(date(2021, 3, 24), False)], "")
    await office.database.close()


async def test_a_start_with_a_clock_of_2200_runs_nothing_either(tmp_path: Path) -> None:
    office, ticks = Office(tmp_path / "a.db"), Ticks()
    await office.open(ticks)
    await office.database.close()
    office.clock.move_to(moment("24/03/2200 18:00"))
    await office.open(ticks)
    assert (office.ran, office.scheduler.doubt) == ([], "far")
    await office.database.write(runs.set_mark, runs.LAST_SWEEP, office.clock() - 2 * 3600_000)  # jobs --clock-is-right
    await office.scheduler.sweep()
    assert office.ran == [(date(2200, 3, 24), True)]
    await office.database.close()


async def test_a_start_with_a_clock_of_1970_and_its_correction_repeat_nothing(tmp_path: Path) -> None:
    office, ticks = Office(tmp_path / "a.db"), Ticks()
    await office.open(ticks)
    await office.at("24/03/2021 17:00")
    await office.database.close()
    office.clock.move_to(0)
    await office.open(ticks)
    assert office.scheduler.doubt == "back"
    for minute in range(10):  # it is put right while the program runs
        ticks.seconds += 60
        office.clock.move_to(moment("24/03/2021 18:00") + minute * 60_000)
        await office.scheduler.sweep()
    assert [day for day, _ in office.ran] == [date(2021, 3, 24)]
    assert await office.outcomes("2021-03-24") == [("leader", "queued", None)]
    await office.database.close()


@pytest.mark.parametrize("hours", [2, 24, 24 * 365 * 179])
async def test_what_a_clock_ahead_put_off_goes_when_the_clock_is_right_again(house: House, hours: int) -> None:
    """A reply queued under a wrong clock waits for that clock's time: for good, if nobody looks."""
    real = house.clock()
    house.clock.move_to(real + hours * 3600_000)
    update = house.web.update("wrong", "cb05", house.clock(), text="/viec")
    await house.engine.take(house.web, [update])
    await house.engine.inbox.answer_waiting()  # queued, and not sent yet
    house.clock.move_to(real + 60_000)
    await house.engine.scheduler.sweep()
    await house.settle()
    assert len(house.unread("cb05")) == 1
