"""Jobs for many: divided into parts they say exactly what one pass for all would say, also when killed in between."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import date, time
from pathlib import Path
from random import Random
from shutil import copyfile
from typing import Any

import pytest

from bot.core import calendar
from bot.core.ids import Ids
from bot.core.job import Due, Job
from bot.core.message import Address
from bot.engine import load_texts
from handlers.dialogue.visit import Desk
from handlers.figures.escalation import escalation_jobs, is_ripe
from handlers.models import focal_news
from handlers.notices import meetings
from handlers.people import personal_data
from handlers.people.standing_in import hears_of, who_gets
from handlers.reminding import reminders
from storage import escalations, leaves, people
from storage import reminders as wished
from storage.database import Tx, open_plain, transaction
from storage.reminders import Wish
from tests.clock import FrozenClock
from tests.house import START, WARD, House

EVE = date(2021, 3, 25)  # a day before the deadline: everybody is reminded
AFTER = date(2021, 3, 29)
SEEDS = (1, 2, 3)
AT = calendar.at(EVE, WARD.reminder_at)


class Town:
    """The ward with a secretary or two for each of its units, who wish, wait and are away as chance has it."""

    def __init__(self, folder: Path, seed: int) -> None:
        print("seed", seed)
        self.chance = Random(seed)
        self.path = House(folder).fill().path
        self.ids = Ids(FrozenClock(START), self.chance)
        with closing(open_plain(self.path)) as connection, transaction(connection) as tx:
            self.units = [
                str(row["unit_id"])
                for row in tx.execute("SELECT unit_id FROM units WHERE parent_id = 'PPL' ORDER BY unit_id").fetchall()
            ]
            self.fill(tx)

    def fill(self, tx: Tx) -> None:
        """Whoever may be told something."""
        everybody = [self.person(tx, unit_id, "secretary") for unit_id in self.units for _ in range(2)]
        for person_id in everybody:
            self.wishes(tx, person_id)
        for unit_id in self.units[::3]:  # somebody answers for two units
            people.add_membership(tx, self.ids.new(), self.chance.choice(everybody), unit_id, "secretary", 0)
        for person_id in self.chance.sample(everybody, len(everybody) // 4):
            deputy = self.chance.choice([None, *everybody])
            leaves.say(tx, self.ids.new(), person_id, "2021-03-24", "2021-03-25", deputy, self.ids.new(), START)
        for unit_id, role in (("PPL", "leader"), ("QLB", "leader"), ("PPL", "officer"), ("QLB", "officer")):
            self.person(tx, unit_id, role)
        self.meeting(tx)

    def person(self, tx: Tx, unit_id: str, role: str) -> str:
        """Somebody who can be written to; nearly everybody agreed."""
        person_id, deputy = self.ids.new(), self.chance.random() < 0.3 and role == "secretary"
        people.add_person(tx, person_id, f"Người {person_id[-4:]} (giả định)", START)
        people.add_account(tx, Address(channel="web", chat=person_id), person_id, person_id, START)
        people.add_membership(tx, self.ids.new(), person_id, unit_id, role, START)
        tx.execute("UPDATE memberships SET deputy = ? WHERE person_id = ?", (deputy, person_id))
        if self.chance.random() < 0.9:
            tx.execute(
                "INSERT INTO consents (consent_id, person_id, purpose, text_version, channel, given_at)"
                " VALUES (?, ?, 'messages', '1', 'web', 0)",
                (self.ids.new(), person_id),
            )
        return person_id

    def wishes(self, tx: Tx, person_id: str) -> None:
        """An hour, a switch, a reminder that waits."""
        hour = self.chance.choice([None, None, "08:00", "10:00"])
        off = self.chance.choice(["", "", "model", "session duty"])
        again_on = self.chance.choice([None, "2021-03-25"])
        wished.keep(tx, Wish(person_id=person_id, hour=hour, off=off, again_on=again_on))
        if self.chance.random() < 0.1:
            wished.wait(tx, person_id, EVE.isoformat())

    def meeting(self, tx: Tx) -> None:
        """Two of the neighbourhood groups' meetings on the next day."""
        for group in ("Tổ dân phố 01", "Tổ dân phố 02"):
            tx.execute(
                "INSERT INTO meetings (meeting_id, unit_id, neighborhood_group, topic, moment, place, author_id, draft,"
                " created_at) VALUES (?, 'PPL', ?, 'Họp tổ', '2021-03-26T19:30', 'Nhà văn hóa',"
                " (SELECT MIN(person_id) FROM people), ?, 0)",
                (self.ids.new(), group, self.ids.new()),
            )
            homes = tx.execute("SELECT household_id FROM households WHERE neighborhood_group = ?", (group,)).fetchall()
            for row in homes:
                people.join_household(tx, row["household_id"], self.person(tx, "PPL", "resident"), START)


def jobs_of(desk: Desk) -> list[tuple[Job, Due]]:
    """Every job that is for many, at an hour at which it has something to say."""
    found = [(job, hour) for job in reminders.reminder_jobs(desk) if (hour := job.at(EVE)) in (time(8), time(10))]
    found += [(meetings.reminder(desk), WARD.reminder_at), (focal_news.half_days(desk)[0], WARD.reminder_at)]
    due = [(job, _due(EVE, hour)) for job, hour in found]
    return [*due, (escalation_jobs(desk)[0], _due(AFTER, time(8, 30)))]


def _due(day: date, hour: time) -> Due:
    at = calendar.at(day, hour)
    return Due(day=day, due_at=at, now=at, not_after=at + 3600_000)


def said(town: Town, portion: int, monkeypatch: pytest.MonkeyPatch) -> dict[str, list[Any]]:
    """All that the jobs write on a copy of a town, with so many people in each part."""
    for module in (reminders, meetings, focal_news):
        monkeypatch.setattr(module, "PORTION", portion)
    copy = town.path.with_suffix(f".{portion}")
    copyfile(town.path, copy)
    desk = Desk(texts=load_texts(), ids=Ids(FrozenClock(AT), Random(1)), ward=WARD)
    with closing(open_plain(copy)) as connection:
        for job, due in jobs_of(desk):
            for part in job.parts(connection, due):
                with transaction(connection) as tx:
                    job.run(tx, replace(due, part=part))
        return {table: sorted(map(repr, connection.execute(query).fetchall())) for table, query in WRITTEN.items()}


WRITTEN = {
    "outbox": "SELECT channel, chat, lane, body, about, not_before, not_after FROM outbox",
    "job_runs": "SELECT job, slot, recipient, outcome FROM job_runs",
    "escalations": "SELECT what, about, unit_id, to_unit_id FROM escalations",
    "reminder_wishes": "SELECT * FROM reminder_wishes",
    "reminder_waits": "SELECT * FROM reminder_waits",
    "conversations": "SELECT * FROM conversations",
}


@pytest.mark.parametrize("seed", SEEDS)
def test_in_parts_the_same_is_said_as_in_one_pass(tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    town = Town(tmp_path, seed)
    whole = said(town, 100_000, monkeypatch)
    jobs = " ".join(whole["job_runs"])
    assert all(f"'job': '{name}'" in jobs for name in ("reminder", "meeting_reminder"))
    assert whole["escalations"]
    for portion in (1, 3, 7):
        assert said(town, portion, monkeypatch) == whole


@pytest.mark.parametrize("seed", SEEDS)
def test_by_person_nobody_hears_more_or_less_than_by_unit(tmp_path: Path, seed: int) -> None:
    town = Town(tmp_path, seed)
    with closing(open_plain(town.path)) as tx:
        by_unit = [repr(charge) for unit_id in town.units for charge in who_gets(tx, unit_id, EVE)]
        everybody = [row["person_id"] for row in tx.execute("SELECT person_id FROM people").fetchall()]
        by_person = [repr(charge) for person_id in everybody for charge in hears_of(tx, person_id, EVE)]
    assert any("instead_of='N" in charge for charge in by_unit)
    assert sorted(by_person) == sorted(by_unit)


@pytest.mark.parametrize("seed", SEEDS)
def test_all_that_is_overdue_is_told_one_level_up_once(
    tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = Town(tmp_path, seed)
    due = _due(AFTER, time(8, 30))
    with closing(open_plain(town.path)) as tx:
        top = tx.execute("SELECT unit_id FROM units WHERE parent_id IS NULL").fetchone()["unit_id"]
        found = [one for one in escalations.overdue(tx, top, AFTER) if is_ripe(one, due.now) and one.led_by]
    expected = [
        {"what": one.what, "about": one.about, "unit_id": one.unit_id, "to_unit_id": one.led_by} for one in found
    ]
    assert said(town, 10, monkeypatch)["escalations"] == sorted(map(repr, expected))


class Killed(BaseException):
    """The process ends here."""


def dies_after(house: House, parts: int) -> None:
    """The program ends before it writes so many more parts of jobs."""
    write, scheduler, left = house.engine.database.write, house.engine.scheduler, [parts]

    async def mortal(work: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        if work == scheduler._part:
            left[0] -= 1
            if left[0] < 0:
                raise Killed
        return await write(work, *args, **kwargs)

    house.engine.database.write = mortal  # type: ignore[method-assign]


async def heard(folder: Path, town: Town, killed_after: int | None) -> list[str]:
    """What people are told on the eve when the program is killed after so many parts, and started again."""
    folder.mkdir()
    copyfile(town.path, folder / "house.db")
    house = await House(folder).open()
    house.clock.move_to(AT)
    if killed_after is not None:
        dies_after(house, killed_after)
        with pytest.raises(Killed):
            await house.engine.scheduler.sweep()
        await house.restart()
    await house.engine.scheduler.sweep()
    rows = house.rows("SELECT chat, body FROM outbox WHERE about LIKE '%reminder:2021-03-25%'")
    await house.close()
    return sorted(map(repr, rows))


async def test_killed_between_parts_the_rest_is_told_and_nobody_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reminders, "PORTION", 4)
    monkeypatch.setattr(meetings, "PORTION", 4)
    town = Town(tmp_path, 4)
    undisturbed = await heard(tmp_path / "whole", town, None)
    assert len(undisturbed) > 40
    for parts in (1, 5, 14):
        assert await heard(tmp_path / f"killed{parts}", town, parts) == undisturbed


# What is old ------------------------------------------------------------------------------------

OLD, NEW = START - 400 * 24 * 3600_000, START
FORGETTING = {
    "inbox": "SELECT receipt_id FROM inbox ORDER BY receipt_id",
    "outbox": "SELECT message_id, body FROM outbox ORDER BY message_id",
    "media": "SELECT media_id, state FROM media ORDER BY media_id",
    "job_runs": "SELECT job, slot, recipient FROM job_runs",
}


def words_of(path: Path, chance: Random) -> int:
    """What people wrote, heard and sent, some of it long ago; returns how much of each is old."""
    old = 0
    with closing(open_plain(path)) as connection, transaction(connection) as tx:
        for number in range(40):
            is_old = chance.random() < 0.5
            at, key = (OLD if is_old else NEW), Ids(FrozenClock(OLD if is_old else NEW), chance).new()
            old += is_old
            tx.execute(
                "INSERT INTO inbox (receipt_id, channel, bot, update_key, raw, received_at, state)"
                " VALUES (?, 'web', '', ?, '{}', ?, 'done')",
                (key, str(number), at),
            )
            tx.execute(
                "INSERT INTO outbox (message_id, channel, chat, lane, body, state, not_before, created_at)"
                " VALUES (?, 'web', 'x', 1, 'words', 'sent', 0, ?)",
                (key, at),
            )
            tx.execute(
                "INSERT INTO media (media_id, channel, chat, ref, state, not_before)"
                " VALUES (?, 'web', 'x', '', 'kept', 0)",
                (key,),
            )
    return old


def forgotten(path: Path, portion: int, killed_after: int, monkeypatch: pytest.MonkeyPatch) -> dict[str, list[Any]]:
    """What is left after a night in which the program was killed after so many parts, and started again."""
    monkeypatch.setattr(personal_data, "PORTION", portion)
    copy = path.with_suffix(f".{portion}.{killed_after}")
    copyfile(path, copy)
    job = personal_data.keeping(Desk(texts=load_texts(), ids=Ids(FrozenClock(START), Random(1)), ward=WARD))
    due = _due(date(2021, 3, 25), time(2))
    with closing(open_plain(copy)) as connection:
        for most in (killed_after, 100_000):
            for part in list(job.parts(connection, due))[:most]:
                with transaction(connection) as tx:
                    job.run(tx, replace(due, part=part))
        return {table: connection.execute(query).fetchall() for table, query in FORGETTING.items()}


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_old_is_forgotten_in_parts_as_in_one_pass(
    tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    print("seed", seed)
    path = House(tmp_path).fill().path
    old = words_of(path, Random(seed))
    whole = forgotten(path, 100_000, 0, monkeypatch)
    assert len(whole["inbox"]) == sum(row["body"] == "words" for row in whole["outbox"]) == 40 - old
    assert sum(row["state"] == "lost" for row in whole["media"]) == old
    assert [row["recipient"] for row in whole["job_runs"]] == ["*"]
    for portion, killed_after in ((1, 0), (3, 2), (7, 5)):
        assert forgotten(path, portion, killed_after, monkeypatch) == whole
