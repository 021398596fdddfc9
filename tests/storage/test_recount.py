"""Every figure recounted by brute force: the rows as they are, Python's sets and sums, no SQL but SELECT *."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.periods import ONE_DAY, Period, Span, ending
from storage.database import Tx
from storage.demo import article_files
from storage.loading import rebuild_ancestors
from storage.registers import ObligationRow, registers
from storage.statistics import (
    CLEARANCE,
    MEASURES,
    DayFigures,
    Report,
    models_of,
    owners_of_field,
    report,
    sessions_of,
    units_below,
)
from storage.statistics import Page as Rows
from storage.statistics.day import midnight
from tests.storage.conftest import open_with

Row = dict[str, Any]

TWO_WARDS = """
INSERT INTO units (unit_id, kind, name, parent_id, valid_from, valid_to) VALUES
    ('PX', 'ward', 'Phường X', 'QLB', '2003-11-06', NULL), ('X1', 'party_cell', 'Chi bộ X1', 'PX', '2003-11-06', NULL),
    ('X2', 'party_cell', 'Chi bộ X2', 'PX', '2003-11-06', '2021-03-24'),
    ('X3', 'office', 'Cơ quan X3', 'PX', '2021-03-24', NULL), ('X31', 'office', 'Tổ X31', 'X3', '2003-11-06', NULL);
INSERT INTO campaigns (campaign_id, unit_id, year, title, opens_on, registration_deadline, focal_body)
    SELECT 'CX', 'PX', year, title, opens_on, '2021-03-23', focal_body FROM campaigns;
INSERT INTO fields (campaign_id, code, name, position) SELECT 'CX', code, name, position FROM fields;
INSERT INTO projects (project_id, name, unit_id) VALUES ('DX', 'Dự án X', 'PX');
INSERT INTO obligations (unit_id, project_id) VALUES ('X1', 'DX');
INSERT INTO individuals (individual_id, name, unit_id) VALUES ('NX', 'Cá nhân X', 'X1');
INSERT INTO people (person_id, name, created_at) VALUES ('P', 'Người', 0);
INSERT INTO households (household_id, unit_id, head_name, address)
    VALUES ('HX', 'PX', 'Hộ X', ''), ('HY', 'PX', 'Hộ Y', ''), ('HP', 'PPL', 'Hộ P', '');
"""
UNITS = {"2021-PPL": ("CB01", "CB05", "UBND", "TH01"), "CX": ("X1", "X2", "X3", "X31")}
COLLECTIVES = [unit for units in UNITS.values() for unit in units]
PEOPLE = {"2021-PPL": ("CN01", "CN05"), "CX": ("NX",)}
SCOPES = ("QLB", "PPL", "PX", "CB01", "CB05", "UBND", "X1", "X2", "X3", "X31")
TABLES = """
    units campaigns models outreach_sessions session_cohosts individuals obligations duties duty_units goals notices
    notice_recipients notice_answers projects
"""
DAYS = tuple((date(2021, 3, 22) + timedelta(days=number)).isoformat() for number in range(5))

campaigns = st.sampled_from(sorted(UNITS))
days = st.sampled_from(DAYS)


def holder(campaign_id: str) -> st.SearchStrategy[str]:
    return st.sampled_from(UNITS[campaign_id] + PEOPLE[campaign_id])


def of_campaign(**more: Callable[[str], st.SearchStrategy[Any]]) -> st.SearchStrategy[Row]:
    return campaigns.flatmap(
        lambda campaign_id: st.fixed_dictionaries(
            {"campaign_id": st.just(campaign_id), **{name: make(campaign_id) for name, make in more.items()}}
        )
    )


models = of_campaign(
    owner=holder,
    field=lambda _: st.sampled_from([CLEARANCE, "BVMT", "KHAC"]),
    day=lambda _: days,
    state=lambda _: st.sampled_from(["submitted", "self_assessed", "withdrawn"]),
)
sessions = of_campaign(
    host=holder,
    cohosts=lambda campaign_id: st.frozensets(st.sampled_from(UNITS[campaign_id]), max_size=2),
    held_on=lambda _: days,
    after=lambda _: st.integers(0, 2),
    project=lambda _: st.sampled_from([None, "DE", "DX"]),
    attendees=lambda _: st.one_of(st.none(), st.integers(0, 50)),
    households=lambda _: st.one_of(
        st.none(), st.tuples(st.integers(0, 9), st.integers(0, 9), st.one_of(st.none(), st.integers(0, 9)))
    ),
)
duties = st.fixed_dictionaries(
    {
        "given_on": days,
        "due_on": days,
        "done": st.dictionaries(
            st.sampled_from([*UNITS["2021-PPL"], *UNITS["CX"]]), st.one_of(st.none(), days), min_size=1
        ),
        "cancelled": st.booleans(),
    }
)
goals = st.fixed_dictionaries({"measure": st.sampled_from(MEASURES), "target": st.integers(1, 3)})
notices = st.fixed_dictionaries(
    {
        "project": st.sampled_from(["DE", "DX"]),
        "day": days,
        "answers": st.dictionaries(
            st.sampled_from(["HX", "HY", "HP"]),
            st.sets(st.tuples(st.sampled_from(["received", "understood", "explain"]), days), max_size=2),
            min_size=1,
        ),
    }
)
worlds = st.fixed_dictionaries(
    {
        "models": st.lists(models, max_size=8),
        "sessions": st.lists(sessions, max_size=8),
        "duties": st.lists(duties, max_size=2),
        "goals": st.dictionaries(st.sampled_from(["PPL", "CB01", "X1", "X3", "PX"]), goals, max_size=4),
        "notices": st.lists(notices, max_size=2),
    }
)


@pytest.fixture(scope="module")
def frame() -> Iterator[Tx]:
    connection = open_with([file for file in article_files() if not file.stem.endswith(("models", "sessions"))])
    for statement in TWO_WARDS.split(";\n"):
        connection.execute(statement)
    rebuild_ancestors(connection)
    yield connection
    connection.close()


def told_of(households: tuple[int, int, int | None] | None) -> Row:
    if households is None:
        return {}
    met, agreed, hesitating = households
    return {"met_count": met, "agreed_count": agreed, "hesitating_count": hesitating, "price_count": hesitating}


def put(tx: Tx, table: str, **row: Any) -> None:
    marks = ", ".join("?" for _ in row)
    tx.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", list(row.values()))


def fill(tx: Tx, world: Row) -> None:
    for number, model in enumerate(world["models"], 1):
        unit = model["owner"] not in PEOPLE[model["campaign_id"]]
        put(
            tx, "models", model_id=f"m{number}", campaign_id=model["campaign_id"], number=number, code=f"M{number}",
            owner_unit_id=model["owner"] if unit else None, owner_individual_id=None if unit else model["owner"],
            field_code=model["field"], name="x", state=model["state"], registered_on=model["day"], created_at=0,
        )  # fmt: skip
    for number, session in enumerate(world["sessions"], 1):
        unit = session["host"] not in PEOPLE[session["campaign_id"]]
        reported = date.fromisoformat(session["held_on"]) + timedelta(days=session["after"])
        put(
            tx, "outreach_sessions", session_id=f"s{number}", campaign_id=session["campaign_id"], number=number,
            code=f"B{number}", host_unit_id=session["host"] if unit else None, project_id=session["project"],
            host_individual_id=None if unit else session["host"], held_on=session["held_on"], created_at=0,
            reported_on=reported.isoformat(), attendee_count=session["attendees"], **told_of(session["households"]),
        )  # fmt: skip
        for cohost in session["cohosts"] - {session["host"]}:
            put(tx, "session_cohosts", session_id=f"s{number}", unit_id=cohost)
    for number, duty in enumerate(world["duties"], 1):
        put(
            tx, "duties", duty_id=f"d{number}", unit_id="QLB", year=2021, title=f"Việc {number}", evidence="words",
            given_on=duty["given_on"], due_on=duty["due_on"], cancelled_at=1 if duty["cancelled"] else None,
            created_at=0,
        )  # fmt: skip
        for unit_id, done_on in duty["done"].items():
            put(tx, "duty_units", duty_id=f"d{number}", unit_id=unit_id, done_on=done_on, reported_on=done_on)
    for unit_id, goal in world["goals"].items():
        campaign_id = "2021-PPL" if unit_id in ("PPL", "CB01") else "CX"
        put(tx, "goals", campaign_id=campaign_id, unit_id=unit_id, **goal)
    for number, notice in enumerate(world["notices"], 1):
        at = midnight(date.fromisoformat(notice["day"])) + 1
        put(
            tx, "notices", notice_id=f"n{number}", code=f"TB{number}", project_id=notice["project"], kind="other",
            content="", author_id="P", composed_at=at, published_at=at,
        )  # fmt: skip
        for household, answers in notice["answers"].items():
            put(tx, "notice_recipients", recipient_id=f"n{number}{household}", notice_id=f"n{number}",
                household_id=household, text_hash="")  # fmt: skip
            for answer, day in dict(sorted(answers)).items():
                put(tx, "notice_answers", recipient_id=f"n{number}{household}", person_id="P", answer=answer,
                    channel="web", answered_at=midnight(date.fromisoformat(day)) + 2)  # fmt: skip


class Recount:
    """The figures of a scope at the end of a day, from the rows as they are."""

    def __init__(self, tx: Tx, scope: str, day: str) -> None:
        self.scope, self.day = scope, day
        names = TABLES.split()
        self.rows: dict[str, list[Row]] = {name: tx.execute(f"SELECT * FROM {name}").fetchall() for name in names}
        self.parent = {row["unit_id"]: row["parent_id"] for row in self.rows["units"]}
        self.home = {row["individual_id"]: row["unit_id"] for row in self.rows["individuals"]}
        self.cohosts = Counter(row["session_id"] for row in self.rows["session_cohosts"])
        self.obliged = {row["unit_id"] for row in self.rows["obligations"]}

    def within(self, unit_id: str | None, scope: str = "") -> bool:
        while unit_id is not None and unit_id != (scope or self.scope):
            unit_id = self.parent[unit_id]
        return unit_id is not None

    def exists(self, unit: Row) -> bool:
        return unit["valid_from"] <= self.day and (unit["valid_to"] is None or unit["valid_to"] >= self.day)

    def models(self, scope: str = "") -> list[Row]:
        return [
            row
            for row in self.rows["models"]
            if row["state"] != "withdrawn"
            and row["registered_on"] <= self.day
            and self.within(row["owner_unit_id"] or self.home[row["owner_individual_id"]], scope)
        ]

    def hosts(self, session: Row) -> set[str]:
        joined = {row["unit_id"] for row in self.rows["session_cohosts"] if row["session_id"] == session["session_id"]}
        return joined | {session["host_unit_id"] or self.home[session["host_individual_id"]]}

    def sessions(self, scope: str = "") -> list[Row]:
        return [
            row
            for row in self.rows["outreach_sessions"]
            if row["held_on"] <= self.day and any(self.within(unit, scope) for unit in self.hosts(row))
        ]

    def first(self, days: list[str]) -> str | None:
        return min(days, default=None)

    def standing(self, unit_id: str, field: str = "") -> tuple[str | None, str | None]:
        own = [m for m in self.rows["models"] if m["owner_unit_id"] == unit_id and m["state"] != "withdrawn"]
        counted = [m for m in own if m["registered_on"] <= self.day and field in ("", m["field_code"])]
        joined = {row["session_id"] for row in self.rows["session_cohosts"] if row["unit_id"] == unit_id}
        held = [
            s["held_on"]
            for s in self.rows["outreach_sessions"]
            if s["held_on"] <= self.day and (s["host_unit_id"] == unit_id or s["session_id"] in joined)
        ]
        return self.first([m["registered_on"] for m in counted]), self.first(held)

    def reached(self, goal: Row) -> int:
        if goal["measure"] == "models":
            return sum(m["campaign_id"] == goal["campaign_id"] for m in self.models(goal["unit_id"]))
        held = [s for s in self.sessions(goal["unit_id"]) if s["campaign_id"] == goal["campaign_id"]]
        column = {"attendees": "attendee_count", "households_met": "met_count", "households_agreed": "agreed_count"}
        return len(held) if goal["measure"] == "sessions" else sum(s[column[goal["measure"]]] or 0 for s in held)


def check_owners(figured: DayFigures, count: Recount) -> None:
    counted = count.models()
    assert figured.collectives == len({m["owner_unit_id"] for m in counted} - {None})
    assert figured.individuals == len({m["owner_individual_id"] for m in counted} - {None})
    assert figured.models == len(counted)
    assert {state.state: state.models for state in figured.states} == Counter(m["state"] for m in counted)
    for field in figured.fields:
        there = [m for m in counted if m["field_code"] == field.code]
        without = count.obliged if field.code == CLEARANCE else set()
        assert field.collectives == len({m["owner_unit_id"] for m in there} - {None} - without)
        assert field.individuals == len({m["owner_individual_id"] for m in there} - {None})


def check_standings(figured: DayFigures, count: Recount) -> None:
    deadline = {row["unit_id"]: row["registration_deadline"] for row in count.rows["campaigns"]}
    there = [u for u in count.rows["units"] if count.within(u["unit_id"]) and count.exists(u)]
    collectives = [u for u in there if u["parent_id"] in deadline]
    assert [(s.code, s.due_on, s.model_on, s.session_on) for s in figured.standings] == sorted(
        (u["unit_id"], deadline[u["parent_id"]], *count.standing(u["unit_id"])) for u in collectives
    )
    assert [(s.code, s.model_on, s.session_on) for s in figured.obliged] == sorted(
        (u["unit_id"], *count.standing(u["unit_id"], CLEARANCE)) for u in there if u["unit_id"] in count.obliged
    )
    for one in figured.expected:
        units = figured.obliged if one.what == "clearance_model" else figured.standings
        days_of = [unit.session_on if one.what == "session" else unit.model_on for unit in units]
        assert one.received + len(one.missing) == one.expected == len(units)
        assert one.received == sum(day is not None for day in days_of)
        late = [u for u, day in zip(units, days_of, strict=True) if day and day > u.due_on and one.what != "session"]
        assert one.late == len(late)


def check_sessions(figured: DayFigures, count: Recount) -> None:
    held = count.sessions()
    assert figured.sessions == len(held) == sum(host.held for host in figured.hosts)
    assert figured.joint_sessions == sum(count.cohosts[s["session_id"]] > 0 for s in held)
    assert figured.attendees == sum(s["attendee_count"] or 0 for s in held)
    assert {p.code: p.held for p in figured.projects} == Counter(s["project_id"] or "" for s in held)


def check_households(figured: DayFigures, count: Recount) -> None:
    held, told = count.sessions(), figured.households
    assert told.met == sum(s["met_count"] or 0 for s in held)
    assert told.agreed == sum(s["agreed_count"] or 0 for s in held)
    every = [s for s in count.rows["outreach_sessions"] if s["held_on"] <= count.day]
    last: dict[tuple[Any, ...], Row] = {}
    for session in sorted(every, key=lambda s: (s["held_on"], s["number"])):
        if session["hesitating_count"] is not None:
            key = tuple(session[name] for name in ("campaign_id", "host_unit_id", "host_individual_id", "project_id"))
            last[key] = session
    hesitating = [s["hesitating_count"] for s in last.values() if s in held]
    assert told.hesitating == told.price == sum(hesitating)


def check_duties_and_goals(figured: DayFigures, count: Recount) -> None:
    names = {u["unit_id"]: u["name"] for u in count.rows["units"]}
    for duty in count.rows["duties"]:
        mine = [u for u in count.rows["duty_units"] if u["duty_id"] == duty["duty_id"] and count.within(u["unit_id"])]
        told = next((one for one in figured.duties if one.code == duty["duty_id"]), None)
        if duty["cancelled_at"] or duty["given_on"] > count.day or not mine:
            assert told is None
            continue
        done = [u["done_on"] for u in mine if u["done_on"] and u["done_on"] <= count.day]
        assert told is not None
        assert (told.given, told.done, told.on_time) == (len(mine), len(done), sum(d <= duty["due_on"] for d in done))
        undone = [u for u in mine if not u["done_on"] or u["done_on"] > count.day]
        assert sorted(told.missing) == sorted(names[u["unit_id"]] for u in undone)
    assert [(g.unit_code, g.measure, g.target, g.reached) for g in figured.goals] == sorted(
        (g["unit_id"], g["measure"], g["target"], count.reached(g))
        for g in count.rows["goals"]
        if count.within(g["unit_id"])
    )


def check_notices(figured: DayFigures, count: Recount) -> None:
    ended_at = midnight(date.fromisoformat(count.day) + ONE_DAY)
    ward = {row["project_id"]: row["unit_id"] for row in count.rows["projects"]}
    told = {notice.code: notice for notice in figured.notices}
    for notice in count.rows["notices"]:
        if notice["published_at"] >= ended_at or not count.within(ward[notice["project_id"]]):
            assert notice["code"] not in told
            continue
        to = [r["recipient_id"] for r in count.rows["notice_recipients"] if r["notice_id"] == notice["notice_id"]]
        said = [a for a in count.rows["notice_answers"] if a["recipient_id"] in to and a["answered_at"] < ended_at]
        kinds = {"received": ("received", "understood"), "understood": ("understood",), "explain": ("explain",)}
        by = {name: {a["recipient_id"] for a in said if a["answer"] in some} for name, some in kinds.items()}
        found = told[notice["code"]]
        assert found.households == len(to)
        assert {name: getattr(found, name) for name in kinds} == {name: len(some) for name, some in by.items()}
        assert found.silent == len(set(to) - by["received"] - by["explain"])


def check_periods(told: Report, count: Recount) -> None:
    for compared in told.compared:
        for period, tally in ((compared.period, compared.now), (compared.period.before, compared.before)):
            assert (tally.models, tally.sessions, tally.attendees) == came_within(count, period)
            assert (tally.duties_given, tally.duties_done, tally.duties_late) == duties_within(count, period)
            assert tally.received == len(acknowledged(count, period.first, period.last))
    held = Counter(s["held_on"] for s in count.sessions())
    registered = Counter(m["registered_on"] for m in count.models())
    for day in told.days:
        on = date.fromisoformat(day.day)
        assert (day.sessions, day.models) == (held[day.day], registered[day.day])
        assert day.received == len(acknowledged(count, on, on))


def duties_within(count: Recount, period: Period) -> tuple[int, int, int]:
    first, last = period.first.isoformat(), period.last.isoformat()
    duties = {d["duty_id"]: d for d in count.rows["duties"] if not d["cancelled_at"] and d["given_on"] <= last}
    mine = [u for u in count.rows["duty_units"] if u["duty_id"] in duties and count.within(u["unit_id"])]
    done = [u for u in mine if u["reported_on"] and first <= u["reported_on"] <= last]
    given = {u["duty_id"] for u in mine if first <= duties[u["duty_id"]]["given_on"]}
    return len(given), len(done), sum(u["done_on"] > duties[u["duty_id"]]["due_on"] for u in done)


def acknowledged(count: Recount, first: date, last: date) -> set[str]:
    ward = {row["project_id"]: row["unit_id"] for row in count.rows["projects"]}
    notices = {n["notice_id"] for n in count.rows["notices"] if count.within(ward[n["project_id"]])}
    to = {r["recipient_id"] for r in count.rows["notice_recipients"] if r["notice_id"] in notices}
    return {
        answer["recipient_id"]
        for answer in count.rows["notice_answers"]
        if answer["recipient_id"] in to
        and answer["answer"] in ("received", "understood")
        and midnight(first) <= answer["answered_at"] < midnight(last + ONE_DAY)
    }


def came_within(count: Recount, period: Period) -> tuple[int, int, int]:
    first, last = period.first.isoformat(), period.last.isoformat()
    at_end = Recount.__new__(Recount)
    at_end.__dict__.update({**count.__dict__, "day": last})
    reported = [s for s in at_end.sessions() if first <= s["reported_on"] <= last]
    registered = [m for m in at_end.models() if first <= m["registered_on"]]
    return len(registered), len(reported), sum(s["attendee_count"] or 0 for s in reported)


def direct(session: Row, owed: ObligationRow, count: Recount) -> bool:
    joined = {(row["session_id"], row["unit_id"]) for row in count.rows["session_cohosts"]}
    return session["host_unit_id"] == owed.unit_id or (session["session_id"], owed.unit_id) in joined


def check_rows(tx: Tx, scope: str, day: date, count: Recount, figured: DayFigures) -> None:
    every = Rows(most=1000)
    behind = registers(tx, scope, day)
    assert {row.session_id for row in behind.sessions} == {s["session_id"] for s in count.sessions()}
    assert {row.model_id for row in behind.models} == {m["model_id"] for m in count.models()}
    for owed in behind.obligations:
        held = [s for s in count.sessions(owed.unit_id) if owed.unit_id in count.hosts(s)]
        own = {row["name"]: row["project_id"] for row in count.rows["projects"]}
        assert owed.sessions == sum(s["project_id"] == own[owed.project_name] for s in held if direct(s, owed, count))
    assert {row.model_id for row in models_of(tx, scope, day, every)} == {m["model_id"] for m in count.models()}
    assert {row.session_id for row in sessions_of(tx, scope, day, every)} == {s["session_id"] for s in count.sessions()}
    for field in figured.fields:
        owners = owners_of_field(tx, scope, day, field.code, every)
        assert sum(not owner.individual for owner in owners) == field.collectives
        assert sum(owner.individual for owner in owners) == field.individuals
    for unit in units_below(tx, scope, day, every):
        assert (unit.models, unit.sessions) == (len(count.models(unit.code)), len(count.sessions(unit.code)))


@settings(deadline=None, max_examples=120)
@given(worlds, st.sampled_from(SCOPES), days, st.sampled_from(Span))
def test_every_figure_is_what_a_recount_by_brute_force_gives(
    frame: Tx, world: Row, scope: str, day: str, span: Span
) -> None:
    frame.execute("BEGIN")
    try:
        fill(frame, world)
        last = date.fromisoformat(day)
        told, count = report(frame, scope, ending(span, last)), Recount(frame, scope, day)
        check_owners(told.figured, count)
        check_standings(told.figured, count)
        check_sessions(told.figured, count)
        check_households(told.figured, count)
        check_duties_and_goals(told.figured, count)
        check_notices(told.figured, count)
        check_periods(told, count)
        check_rows(frame, scope, last, count, told.figured)
    finally:
        frame.execute("ROLLBACK")
