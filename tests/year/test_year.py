"""A year of a ward, day after day: at its end the ledger of the platform is held against the records.

Thirty days in `make test`; the whole year, which has Tết twice in sight, with `make torture`.
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from datetime import date, time, timedelta
from pathlib import Path

import pytest

from bot.core.message import Lane
from tests.year.ward import (
    DEADLINE,
    EVENINGS,
    FIRST,
    LEADERS,
    MINUTE,
    SECRETARIES,
    Attempt,
    Year,
    day_of,
    hour_of,
    instant_of,
)

DAYS = int(os.environ.get("WARD_DAYS", "30"))
SEED = int(os.environ.get("WARD_SEED", "2026"))
OFF = {
    *(date(2026, 2, day) for day in range(16, 21)),  # Tết
    date(2026, 4, 26), date(2026, 4, 27), date(2026, 4, 30), date(2026, 5, 1),
    date(2026, 8, 31), date(2026, 9, 1), date(2026, 9, 2), date(2026, 11, 24), date(2027, 1, 1),
}  # fmt: skip
"""The public holidays of the days lived, as the calendar on the wall has them."""
SUMMARIES = {"daily_digest": time(17), "weekly_digest": time(15), "monthly_digest": time(15)}


MOST = {"daily_digest": timedelta(hours=5), "weekly_digest": timedelta(days=3), "monthly_digest": timedelta(days=3)}
"""How late a summary may still be sent."""
GRACE = 2 * MINUTE
LATE = "gửi muộn lúc"
DOUBT = "có thể chưa tới"


def works(day: date) -> bool:
    return day.weekday() < 5 and day not in OFF


def last_working(day: date) -> date:
    return day if works(day) else last_working(day - timedelta(days=1))


def is_due(job: str, day: date) -> bool:
    """Told from the wall calendar, not from the program's."""
    if job == "weekly_digest":
        return day == last_working(day + timedelta(days=4 - day.weekday()))
    return job == "daily_digest" or day == last_working(day.replace(day=25))


async def lived(year: Year) -> Year:
    await year.fill().live(DAYS)
    await year.close()
    return year


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Year:
    """The days, lived once for all tests of this file."""
    return asyncio.run(lived(Year(Path(tmp_path_factory.mktemp("year")), SEED)))


@pytest.fixture(scope="module")
def days() -> list[date]:
    return [FIRST + timedelta(days=number) for number in range(DAYS)]


def runs(year: Year, job: str) -> dict[str, dict[str, dict[str, object]]]:
    """The runs of a job by day and recipient."""
    found: dict[str, dict[str, dict[str, object]]] = {}
    for row in year.rows("SELECT * FROM job_runs WHERE job = ?", job):
        found.setdefault(str(row["slot"]), {})[str(row["recipient"])] = row
    return found


def pushed(year: Year) -> dict[str, dict[str, object]]:
    """Everything that the program sent of its own accord, by its identifier."""
    rows = year.rows("SELECT * FROM outbox WHERE lane >= ?", int(Lane.REMINDER))
    return {str(row["message_id"]): row for row in rows}


def attempts(year: Year) -> dict[str, list[Attempt]]:
    found: dict[str, list[Attempt]] = {}
    for attempt in year.ledger:
        found.setdefault(attempt.message_id, []).append(attempt)
    return found


@pytest.mark.parametrize("job", SUMMARIES)
def test_each_leader_has_one_run_on_each_day_it_was_due_or_a_recorded_reason(
    year: Year, days: list[date], job: str
) -> None:
    found, accounts = runs(year, job), persons(year)
    assert {day for day in days if is_due(job, day)} >= {
        date.fromisoformat(slot) for slot in found if slot <= str(days[-1])
    }
    for day in filter(lambda day: is_due(job, day), days):
        day_runs = found.get(day.isoformat(), {})
        for account, unit_id in LEADERS.items():
            mine = [row for recipient, row in day_runs.items() if recipient == f"{accounts[account]}@{unit_id}"]
            reached = not year.could_not_be_reached(account, instant_of(day, SUMMARIES[job]))
            assert mine or "*" in day_runs or not reached, f"{job} of {day}: silence for {account}"
            for row in mine:
                if row["outcome"] == "skipped":
                    assert row["reason"] == "day_off"
                    assert not works(day)
        if "*" in day_runs:
            assert len(day_runs) == 1, f"{job} of {day} was both done and skipped"
            assert year.was_down(instant_of(day, SUMMARIES[job])), f"{job} of {day} skipped for no reason"


def test_each_run_is_one_message_and_none_arrived_twice(year: Year) -> None:
    messages, tried = pushed(year), attempts(year)
    by_run = Counter((str(row["about"]), str(row["chat"])) for row in messages.values())
    assert max(by_run.values()) == 1, [key for key, count in by_run.items() if count > 1]
    for job in SUMMARIES:
        for slot, day_runs in runs(year, job).items():
            queued = sum(row["outcome"] == "queued" for row in day_runs.values())
            assert queued == sum(about == f"{job}:{slot}" for about, _ in by_run)
    for message_id in messages:
        assert sum(attempt.arrived for attempt in tried.get(message_id, [])) <= 1


def test_what_is_listed_in_doubt_is_what_was_in_doubt(year: Year) -> None:
    tried = attempts(year)
    for message_id, row in pushed(year).items():
        unknown = message_id in year.in_the_air or any(not attempt.known for attempt in tried.get(message_id, []))
        assert (row["state"] == "in_doubt") is unknown, row
        arrived = any(attempt.arrived for attempt in tried.get(message_id, []))
        if row["state"] != "in_doubt":
            assert (row["state"] == "sent") is arrived, row
        assert row["state"] in ("sent", "in_doubt", "failed") or (row["state"], row["why"]) == ("superseded", "settled")
        assert row["state"] != "failed" or row["why"] in ("too_late", "too_strange", "blocked"), row


def test_whoever_may_have_missed_something_is_told_once(year: Year) -> None:
    missed = Counter(str(row["chat"]) for row in pushed(year).values() if row["state"] == "in_doubt")
    told = Counter({one.message_id: one.chat for one in year.ledger if DOUBT in one.text}.values())
    assert told == missed


def test_a_summary_says_that_it_is_late_when_it_is(year: Year) -> None:
    """Each summary that was sent, whatever the weather: late by more than its grace, within what the job allows."""
    tried, ran = attempts(year), Counter[bool]()
    for row in pushed(year).values():
        job, _, slot = str(row["about"]).partition(":")
        if job in SUMMARIES and (sends := tried.get(str(row["message_id"]))):
            due_at = instant_of(date.fromisoformat(slot), SUMMARIES[job])
            late = int(str(row["created_at"])) - due_at
            assert 0 <= late <= MOST[job] / timedelta(milliseconds=1), row
            assert all((LATE in one.text) is (late > GRACE) for one in sends), row
            ran[late > GRACE] += 1
    assert ran[True]
    assert ran[False]


def test_a_summary_is_skipped_only_when_it_is_too_late_for_it(year: Year) -> None:
    for job, hour in SUMMARIES.items():
        for slot, day_runs in runs(year, job).items():
            if "*" in day_runs:
                late = int(str(day_runs["*"]["ran_at"])) - instant_of(date.fromisoformat(slot), hour)
                assert day_runs["*"]["reason"] == "too_late"
                assert late > MOST[job] / timedelta(milliseconds=1), f"{job} of {slot}"


def test_each_weather_about_the_hour_of_the_summary_came_to_its_end(year: Year) -> None:
    """A calm month would prove nothing: each of the six happened on a working day, and did what it does."""
    ended = {kind: Counter[str]() for kind in EVENINGS}
    found = runs(year, "daily_digest")
    for day, kind in year.evenings.items():
        if works(day):
            ended[kind].update(how_it_ended(day, row) for row in found.get(day.isoformat(), {}).values())
    print(f"\nWARD_SEED={SEED}, {len(year.evenings)} evenings:", {kind: dict(how) for kind, how in ended.items()})
    assert ended["calm"]["on time"]
    assert ended["late"]["late"]
    assert not ended["late"]["on time"]
    assert ended["next_day"]["skipped"]
    assert set(ended["next_day"]) == {"skipped"}
    assert ended["two"]["on time"]
    assert 0 < year.second_was_first < Counter(year.evenings.values())["two"]
    assert ended["back"]["on time"]
    assert ended["ahead"]["on time"]
    summaries = {one: row for one, row in pushed(year).items() if str(row["about"]).startswith("daily_digest:")}
    assert ended["kill"]["on time"]
    assert year.in_the_air & set(summaries), "no kill met a summary in the air"


def how_it_ended(day: date, run: dict[str, object]) -> str:
    """Of a run of the daily summary: on time, late or skipped."""
    late = int(str(run["ran_at"])) - instant_of(day, SUMMARIES["daily_digest"])
    return str(run["outcome"]) if run["outcome"] == "skipped" else "late" if late > GRACE else "on time"


def test_nothing_is_said_unasked_at_night(year: Year) -> None:
    at_night = [one for one in year.ledger if one.lane >= Lane.REMINDER and not time(7) <= hour_of(one.at) < time(21)]
    assert at_night == []


def test_reminders_come_on_their_days_and_only_while_something_is_owed(year: Year) -> None:
    near = {last - timedelta(days=left) for last in [DEADLINE] for left in (3, 1, 0)}
    units = dict(SECRETARIES)
    tried = attempts(year)
    reminded = [row for row in pushed(year).values() if str(row["about"]).startswith("reminder:")]
    assert reminded
    for row in reminded:
        for attempt in tried.get(str(row["message_id"]), []):
            day = day_of(attempt.at)
            assert works(day), row
            assert day.isoformat() == str(row["about"]).split(":")[1], row
            if "đang làm dở" not in attempt.text:
                assert day in near or day.weekday() == 0 or promised(year, attempt), row
                assert owes(year, units[str(row["chat"])], int(str(row["created_at"]))), row


def test_whoever_owed_something_on_a_day_of_reminders_was_reminded(year: Year, days: list[date]) -> None:
    near = {DEADLINE - timedelta(days=left) for left in (3, 1, 0)}
    found, accounts = runs(year, "reminder"), persons(year)
    for day in (day for day in days if works(day) and (day in near or day.weekday() == 0)):
        night = instant_of(day, time(21))
        for account, unit_id in SECRETARIES.items():
            day_runs = found.get(day.isoformat(), {})
            reached = not year.could_not_be_reached(account, instant_of(day, time(8)))
            if owes(year, unit_id, night) and reached and "*" not in day_runs:
                waits = year.rows("SELECT 1 FROM reminder_waits WHERE person_id = ?", accounts[account])
                assert accounts[account] in day_runs or waits, f"{account} heard nothing on {day}"


def test_the_weather_was_bad_enough(year: Year) -> None:
    """A calm month would prove nothing."""
    states = Counter(str(row["state"]) for row in pushed(year).values())
    assert states["sent"] > DAYS
    assert states["in_doubt"]
    assert year.killed
    assert year.rows("SELECT 1 FROM job_runs WHERE outcome = 'skipped' AND reason = 'too_late'")
    assert year.rows("SELECT 1 FROM models WHERE campaign_id = 'DVK2026'")
    assert year.rows("SELECT 1 FROM outreach_sessions WHERE campaign_id = 'DVK2026'")


def persons(year: Year) -> dict[str, str]:
    return {str(row["account"]): str(row["person_id"]) for row in year.rows("SELECT account, person_id FROM accounts")}


def promised(year: Year, reminder: Attempt) -> bool:
    """Whether this person was told, on the working day before, that they would be reminded on this one."""
    day = day_of(reminder.at)
    for told in year.ledger:
        on_time = last_working(day - timedelta(days=1)) <= day_of(told.at) < day
        if told.chat == reminder.chat and on_time and told.text.startswith("Sẽ nhắc lại lúc"):
            return f"{day:%d/%m/%Y}" in told.text
    return False


def owes(year: Year, unit_id: str, moment: int) -> bool:
    """Whether a unit had no model or no session of this campaign at a moment."""
    return any(
        not year.rows(
            f"SELECT 1 FROM {table} WHERE campaign_id = 'DVK2026' AND {owner} = ? AND created_at < ?", unit_id, moment
        )
        for table, owner in (("models", "owner_unit_id"), ("outreach_sessions", "host_unit_id"))
    )
