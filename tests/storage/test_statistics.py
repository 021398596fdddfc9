"""The figures: exactly the article's, and true to their laws on records made up at random."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import count
from math import floor

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.core import figures
from storage import campaign
from storage.campaign import NewModel, NewSession, Owner
from storage.database import Tx
from storage.demo import article_files
from storage.statistics import DayFigures, as_json, day_figures, standing_of
from tests.storage.conftest import ARTICLE_DAY, NOW, open_with

unhurried = settings(deadline=None)  # how fast is the bench's question

ARTICLE_FIELDS = [
    ("GPMB", 4, 2, "12,9%", "16,7%"),
    ("XD_QLDT", 3, 1, "9,7%", "8,3%"),
    ("BVMT", 5, 2, "16,1%", "16,7%"),
    ("VHXH", 8, 5, "25,8%", "41,7%"),
    ("ANQP", 1, 2, "3,2%", "16,7%"),
    ("KHAC", 3, 2, "9,7%", "16,7%"),
]


def fields(figured: DayFigures) -> dict[str, tuple[int, int]]:
    return {field.code: (field.collectives, field.individuals) for field in figured.fields}


# The article -----------------------------------------------------------------------------------


@pytest.mark.parametrize("scope", ["PPL", "QLB"])
def test_the_articles_figures_come_out_exactly(article: Tx, scope: str) -> None:
    figured = day_figures(article, scope, ARTICLE_DAY)
    assert (figured.collectives, figured.individuals, figured.models) == (31, 12, 49)
    assert [
        (
            field.code,
            field.collectives,
            field.individuals,
            figures.share(field.collectives, figured.collectives),
            figures.share(field.individuals, figured.individuals),
        )
        for field in figured.fields
    ] == ARTICLE_FIELDS
    assert (figured.obliged_registered, figured.obliged_held, len(figured.obliged)) == (11, 11, 11)
    assert (figured.sessions, figured.joint_sessions) == (18, 1)
    assert (figured.resolutions, figured.cells) == (21, 21)
    assert figured.obliged_without_model == figured.without_model == ()
    assert len(figured.standings) == 31


def test_who_held_how_many_sessions_where(article: Tx) -> None:
    hosts = day_figures(article, "PPL", ARTICLE_DAY).hosts
    assert sum(row.held for row in hosts) == 18
    assert [(row.host, row.project, row.held) for row in hosts[-4:]] == [
        ("UBND phường", "Dự án đường hành lang chân đê", 4),
        ("UBND phường", "Tuyến ngõ 279 (đường 15,5m)", 1),
        ("Hội Cựu chiến binh phường", "", 1),
        ("Hội Liên hiệp Phụ nữ phường", "", 1),
    ]


def test_the_same_as_data(article: Tx) -> None:
    data = as_json(day_figures(article, "PPL", ARTICLE_DAY))
    assert (data["date"], data["collectives"], data["individuals"]) == ("2021-03-24", 31, 12)
    assert data["obligatory"] == {
        "total": 11,
        "registered": 11,
        "registered_share": "100%",
        "held_session": 11,
        "held_session_share": "100%",
        "missing": [],
    }
    assert data["resolutions"] == {"issued": 21, "cells": 21, "share": "100%"}


def test_a_cell_sees_its_own(article: Tx) -> None:
    figured = day_figures(article, "CB05", ARTICLE_DAY)
    assert (figured.collectives, figured.individuals, figured.models, figured.sessions) == (1, 1, 2, 1)
    assert (figured.obliged_registered, len(figured.obliged), figured.resolutions, figured.cells) == (1, 1, 1, 1)
    assert fields(figured) == {
        "GPMB": (0, 0),
        "XD_QLDT": (0, 0),
        "BVMT": (0, 1),
        "VHXH": (0, 0),
        "ANQP": (0, 0),
        "KHAC": (0, 0),
    }
    assert [unit.code for unit in figured.standings] == ["CB05"]


def test_a_joint_session_counts_once_and_stands_with_both(article: Tx) -> None:
    for scope in ("CCB", "CAP"):
        figured = day_figures(article, scope, ARTICLE_DAY)
        assert (figured.sessions, figured.joint_sessions, figured.without_session) == (1, 1, ())
    assert day_figures(article, "PPL", ARTICLE_DAY).sessions == 18


def test_a_scope_that_is_no_unit_is_empty(article: Tx) -> None:
    figured = day_figures(article, "nowhere", ARTICLE_DAY)
    assert (figured.collectives, figured.sessions, figured.fields, figured.cells) == (0, 0, (), 0)
    assert as_json(figured)["resolutions"] == {"issued": 0, "cells": 0, "share": "–"}


def test_an_earlier_day_has_fewer(article: Tx) -> None:
    earlier = day_figures(article, "PPL", date(2021, 2, 1))
    assert (earlier.collectives, earlier.individuals, earlier.sessions, earlier.resolutions) == (17, 6, 4, 18)
    assert earlier.obliged_registered == 8
    assert earlier.obliged_without_model == ("Chi bộ 08", "Chi bộ 10", "Chi bộ 11")
    before = day_figures(article, "PPL", date(2021, 1, 3))
    assert (before.models, before.sessions, before.resolutions) == (0, 0, 0)


def test_what_came_on_the_very_day(article: Tx) -> None:
    figured = day_figures(article, "PPL", date(2021, 3, 15))
    assert (figured.models_that_day, figured.sessions_that_day) == (1, 1)


def test_before_the_first_campaign_there_is_nothing(article: Tx) -> None:
    figured = day_figures(article, "PPL", date(2020, 12, 31))
    assert (figured.collectives, figured.sessions, figured.fields) == (0, 0, ())


def test_withdrawn_is_out_and_needs_changes_is_in(article: Tx) -> None:
    article.execute("UPDATE models SET state = 'needs_changes' WHERE code = 'MH2021-028'")
    assert day_figures(article, "PPL", ARTICLE_DAY).collectives == 31
    article.execute("UPDATE models SET state = 'withdrawn' WHERE code = 'MH2021-028'")
    figured = day_figures(article, "PPL", ARTICLE_DAY)
    assert (figured.collectives, figured.models, fields(figured)["ANQP"]) == (30, 48, (0, 2))
    assert figured.without_model == ("Công an phường",)


def test_an_obliged_unit_without_a_clearance_model_is_missing_by_name(article: Tx) -> None:
    article.execute("UPDATE models SET field_code = 'BVMT' WHERE code = 'MH2021-005'")
    figured = day_figures(article, "PPL", ARTICLE_DAY)
    assert (figured.obliged_registered, figured.obliged_without_model) == (10, ("Chi bộ 05",))
    assert figured.without_model == ()
    assert standing_of(article, "CB05", ARTICLE_DAY)[1] is True
    assert standing_of(article, "CB06", ARTICLE_DAY)[1] is False


def test_a_second_clearance_model_of_an_obliged_unit_is_not_a_voluntary_one(article: Tx) -> None:
    article.execute("UPDATE models SET field_code = 'GPMB', owner_unit_id = 'CB01' WHERE code = 'MH2021-028'")
    assert fields(day_figures(article, "PPL", ARTICLE_DAY))["GPMB"] == (4, 2)


def test_a_unit_that_no_longer_exists_is_not_missing(article: Tx) -> None:
    article.execute("UPDATE models SET state = 'withdrawn' WHERE owner_unit_id = 'CB05'")
    article.execute("UPDATE units SET valid_to = '2021-03-23' WHERE unit_id = 'CB05'")
    figured = day_figures(article, "PPL", ARTICLE_DAY)
    assert figured.obliged_without_model == figured.without_model == ()
    assert (len(figured.obliged), len(figured.standings), figured.cells) == (10, 30, 20)


def test_the_added_cell_of_the_demo_owes_and_changes_no_count_of_owners(demo: Tx) -> None:
    figured = day_figures(demo, "PPL", ARTICLE_DAY)
    assert (figured.collectives, figured.without_model) == (31, ("Chi bộ 22 (giả định)",))
    assert (figured.resolutions, figured.cells) == (21, 21)  # founded after January, it was not asked for one


def test_a_younger_cell_counts_once_it_is_given_the_duty(demo: Tx) -> None:
    demo.execute("INSERT INTO duty_units (duty_id, unit_id) VALUES ('NV2021-001', 'CB22')")
    figured = day_figures(demo, "PPL", ARTICLE_DAY)
    assert (figured.resolutions, figured.cells) == (21, 22)
    standing, owes_clearance = standing_of(demo, "CB22", ARTICLE_DAY)
    assert standing is not None
    assert (standing.has_model, standing.has_session, owes_clearance) == (False, False, False)


# The laws --------------------------------------------------------------------------------------


@unhurried
@given(st.integers(0, 5000), st.integers(1, 5000))
@example(1, 16)  # 6,25 and the like: exact halves, which chance hardly ever meets
@example(1, 80)
@example(81, 80)
def test_a_share_is_rounded_half_up(part: int, whole: int) -> None:
    tenths = floor(Fraction(part * 1000, whole) + Fraction(1, 2))
    naive = str(tenths // 10) if tenths % 10 == 0 else f"{tenths // 10},{tenths % 10}"
    written = figures.share(part, whole)
    assert written.replace(".", "") == f"{naive}%"
    assert abs(Decimal(written[:-1].replace(".", "").replace(",", ".")) - Decimal(part) * 100 / whole) <= Decimal(
        "0.05"
    )


UNITS = ("CB01", "CB05", "CB12", "UBND", "TH01")
PEOPLE = ("CN01", "CN02", "CN05")
CODES = ("GPMB", "BVMT", "KHAC")
OBLIGED = {"CB01", "CB05"}
DAYS = ("2021-03-23", "2021-03-24", "2021-03-25")


@dataclass(frozen=True)
class Registered:
    owner: str
    field: str
    day: str
    state: str


@dataclass(frozen=True)
class Held:
    host: str
    cohosts: frozenset[str]
    day: str


registered = st.builds(
    Registered,
    owner=st.sampled_from(UNITS + PEOPLE),
    field=st.sampled_from(CODES),
    day=st.sampled_from(DAYS),
    state=st.sampled_from(["submitted", "needs_changes", "in_progress", "archived", "withdrawn"]),
)
held = st.builds(
    Held,
    host=st.sampled_from(UNITS + PEOPLE),
    cohosts=st.frozensets(st.sampled_from(UNITS), max_size=3),
    day=st.sampled_from(DAYS),
)


@pytest.fixture(scope="module")
def frame() -> Iterator[Tx]:
    """The ward with its units, campaign and duties, but no model and no session."""
    connection = open_with([file for file in article_files() if not file.stem.endswith(("models", "sessions"))])
    yield connection
    connection.close()


def figured_from(frame: Tx, models: list[Registered], sessions: list[Held], scope: str = "PPL") -> DayFigures:
    frame.execute("BEGIN")
    try:
        number = count(1)
        for model in models:
            add_model(frame, model, f"id{next(number)}")
        for session in sessions:
            add_session(frame, session, f"id{next(number)}")
        return day_figures(frame, scope, ARTICLE_DAY)
    finally:
        frame.execute("ROLLBACK")


def owner_of(code: str) -> Owner:
    return Owner(owner_id=code, name="", unit_id=code, individual=code in PEOPLE)


def add_model(tx: Tx, model: Registered, model_id: str) -> None:
    found = campaign.campaign_of(tx, "PPL", ARTICLE_DAY)
    assert found is not None
    new = NewModel(
        model_id=model_id,
        campaign=found,
        owner=owner_of(model.owner),
        field_code=model.field,
        project_id=None,
        name="Mô hình",
        content="",
        audience="",
        target="",
        starts_on=None,
        ends_on=None,
        registered_on=model.day,
        draft=model_id,
        author_id=None,  # type: ignore[arg-type]
    )
    campaign.add_model(tx, new, NOW)
    tx.execute("UPDATE models SET state = ? WHERE model_id = ?", [model.state, model_id])


def add_session(tx: Tx, session: Held, session_id: str) -> None:
    found = campaign.campaign_of(tx, "PPL", ARTICLE_DAY)
    assert found is not None
    new = NewSession(
        session_id=session_id,
        campaign=found,
        host=owner_of(session.host),
        held_on=session.day,
        held_at=None,
        model_id=None,
        field_code=None,
        project_id=None,
        place="",
        attendee_count=None,
        household_count=None,
        outcome="",
        cohosts=tuple(session.cohosts - {session.host}),
        photos=(),
        draft=session_id,
        author_id=None,  # type: ignore[arg-type]
        reported_on=session.day,
    )
    campaign.add_session(tx, new, NOW)


def counted(models: list[Registered]) -> list[Registered]:
    return [model for model in models if model.state != "withdrawn" and model.day <= "2021-03-24"]


def owners(
    models: list[Registered], kind: tuple[str, ...], field: str = "", without: frozenset[str] = frozenset()
) -> int:
    return len({m.owner for m in models if m.owner in kind and field in ("", m.field)} - without)


@unhurried
@given(st.lists(registered, max_size=12))
def test_owners_are_counted_as_a_set_would(frame: Tx, models: list[Registered]) -> None:
    figured = figured_from(frame, models, [])
    known = counted(models)
    assert (figured.collectives, figured.individuals) == (owners(known, UNITS), owners(known, PEOPLE))
    by_field = fields(figured)
    for code in CODES:
        without = frozenset(OBLIGED) if code == "GPMB" else frozenset()
        assert by_field[code] == (owners(known, UNITS, code, without), owners(known, PEOPLE, code))
        assert by_field[code][0] <= figured.collectives
        assert by_field[code][1] <= figured.individuals
    done = {model.owner for model in known if model.field == "GPMB"}
    assert figured.obliged_registered == len(OBLIGED & done)


@unhurried
@given(st.lists(held, max_size=8))
def test_a_session_is_counted_once_however_many_hold_it(frame: Tx, sessions: list[Held]) -> None:
    figured = figured_from(frame, [], sessions)
    known = [session for session in sessions if session.day <= "2021-03-24"]
    assert figured.sessions == len(known) == sum(row.held for row in figured.hosts)
    assert figured.joint_sessions == sum(bool(session.cohosts - {session.host}) for session in known)
    took_part = {unit for session in known for unit in {session.host, *session.cohosts}}
    assert {unit.code for unit in figured.standings if unit.has_session} == took_part - set(PEOPLE)


@unhurried
@given(st.lists(registered, max_size=8), st.lists(held, max_size=4), st.randoms(use_true_random=False))
def test_the_order_of_records_is_irrelevant(frame: Tx, models: list[Registered], sessions: list[Held], chance) -> None:  # type: ignore[no-untyped-def]
    before = figured_from(frame, models, sessions)
    mixed_models, mixed_sessions = [*models], [*sessions]
    chance.shuffle(mixed_models)
    chance.shuffle(mixed_sessions)
    after = figured_from(frame, mixed_models, mixed_sessions)
    assert {**as_json(after), "sessions": None} == {**as_json(before), "sessions": None}
    assert sorted(after.hosts, key=repr) == sorted(before.hosts, key=repr)
    assert (after.sessions, after.joint_sessions) == (before.sessions, before.joint_sessions)


@unhurried
@given(st.lists(registered, max_size=8), st.lists(held, max_size=4))
def test_the_district_sees_what_its_only_ward_sees(frame: Tx, models: list[Registered], sessions: list[Held]) -> None:
    ward, district = (as_json(figured_from(frame, models, sessions, scope)) for scope in ("PPL", "QLB"))
    assert {**ward, "scope": ""} == {**district, "scope": ""}


def test_before_a_new_campaign_opens_the_last_one_still_counts(article: Tx) -> None:
    assert day_figures(article, "PPL", date(2022, 1, 10)).collectives == 31
