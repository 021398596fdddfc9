"""The demo's data: as many as promised, invented plainly, and tied to where they belong."""

from __future__ import annotations

import csv
import re
from collections import Counter

import pytest

from bot.core.people import Role
from storage import campaign, notices, people
from storage.database import Tx, transaction
from storage.demo import HERE, INVENTED, LAW, all_files, article_files
from storage.demo.people import add_demo_people, demo_invitations, demo_people
from tests.storage.conftest import ARTICLE_DAY, NOW, new_ids


@pytest.fixture
def inhabited(demo: Tx) -> Tx:
    with transaction(demo) as tx:
        add_demo_people(tx, new_ids(3), NOW)
    return demo


def test_article_files_hold_nothing_that_changes_its_figures() -> None:
    names = {file.name for file in article_files()}
    assert len(names) == 12
    assert {file.name for file in all_files()} - names == {*INVENTED, *LAW}
    assert all(file.is_file() for file in all_files())


def test_every_file_stands_in_the_readme() -> None:
    readme = (HERE / "README.md").read_text(encoding="utf-8")
    for file in HERE.glob("*.csv"):
        with file.open(encoding="utf-8", newline="") as opened:
            rows = len(list(csv.DictReader(opened)))
        assert re.search(rf"`{re.escape(file.name)}` \|.*\| {rows}\b", readme), file.name


def test_every_invented_row_says_so() -> None:
    for file in HERE.glob("invented_*.csv"):
        with file.open(encoding="utf-8", newline="") as opened:
            for row in csv.DictReader(opened):
                assert (row.get("source") or row["name_source"]).startswith("invented"), file.name


def test_as_many_households_as_promised(demo: Tx) -> None:
    sizes = {size.code: size.households for size in notices.project_sizes(demo, "PPL", ARTICLE_DAY)}
    assert sizes == {"DE": 46, "N201": 12, "N279": 14}
    houses = [house for project in sizes for house in notices.households_of(demo, "PPL", project)]
    assert len({house.head_name for house in houses}) == 72
    assert all(house.head_name.endswith(" (hộ giả định)") for house in houses)
    dyke = [home.household_id for home in notices.households_of(demo, "PPL", "DE")]
    assert sum(len(notices.parcels_of(demo, "PPL", "DE", home)) for home in dyke) == 51


def test_the_people_are_who_they_should_be(inhabited: Tx) -> None:
    for row in demo_people():
        person = people.person_of(inhabited, "web", row["account"])
        assert person is not None
        assert person.chat == row["account"]
        assert person.name.endswith("(giả định)")
        (member,) = people.memberships_of(inhabited, person.person_id)
        assert (member.role, member.unit_id) == (Role(row["role"]), row["unit_code"])


def test_fourteen_households_on_the_dyke_can_be_reached(inhabited: Tx) -> None:
    assert Counter(way.channel for way in notices.ways(inhabited, "PPL", "DE")) == {"web": 14, None: 32}
    assert Counter(way.channel for way in notices.ways(inhabited, "PPL", "N279")) == {None: 14}


def test_the_individual_is_tied_to_their_models(inhabited: Tx) -> None:
    person = people.person_of(inhabited, "web", "cn01")
    assert person is not None
    owner = campaign.individual_of(inhabited, person.person_id)
    assert owner is not None
    assert [model.code for model in campaign.models_of(inhabited, owner, "2021-PPL")] == ["MH2021-048", "MH2021-046"]


def test_the_invitations_are_open_for_somebody_who_has_not_joined(inhabited: Tx) -> None:
    cell, house = (people.invitation(inhabited, row["code"]) for row in demo_invitations())
    assert cell is not None
    assert house is not None
    assert (cell.role, cell.unit_id, cell.household_id) == ("secretary", "CB06", None)
    assert (house.role, house.unit_id, house.household_id) == ("resident", "PPL", "H020")
    assert cell.is_open(NOW)
    assert house.is_open(NOW + 30 * 24 * 3600 * 1000)
    assert people.invitation(inhabited, "demo ho20") == house
    assert house.person_name.removesuffix(" (giả định)") == (house.head_name or "").removesuffix(" (hộ giả định)")
