"""Duties out of files: a list of resolutions alone begins one, and what chat has changed since stays."""

from __future__ import annotations

from pathlib import Path

from bot.core.office_questions import group_line
from storage import duties, plans
from storage.database import Tx, open_plain
from storage.demo import HERE, article_files
from tests.storage.conftest import Write, load

ALONE = {"phuc_loi_2021_duties.csv", "phuc_loi_2021_plans.csv", "phuc_loi_2021_conferences.csv"}


def without_duties() -> list[Path]:
    return [file for file in article_files() if file.name not in ALONE]


def test_the_article_comes_out_of_duties(article: Tx) -> None:
    duty = duties.duty_in_scope(article, "NV2021-001", "QLB")
    assert duty is not None
    assert (duty.done, duty.units, duty.late, duty.plan_number) == (21, 21, 0, "18-KH/QU")
    (conference,) = plans.conferences_on(article, "KH18-2020", "PPL")
    assert [group_line(group)[-4:] for group in plans.groups_of(article, conference)] == ["100%"] * 6
    assert duties.duty_in_scope(article, "NV2021-001", "CB01") is None


def test_a_list_of_resolutions_alone_begins_the_duty_of_the_year() -> None:
    tx = open_plain(":memory:")
    load(tx, *without_duties())
    assert load(tx, *without_duties()).written == 0
    duty = duties.duty_in_scope(tx, "NQ2021-PPL", "PPL")
    assert duty is not None
    assert (duty.done, duty.units, duty.evidence) == (21, 21, "resolution")
    tx.close()


def test_a_deadline_that_was_extended_and_a_cancelled_duty_stay_so(article: Tx) -> None:
    duty = duties.duty_in_scope(article, "NV2021-001", "PPL")
    assert duty is not None
    assert duties.extend(article, duty, "2021-04-30")
    assert not duties.extend(article, duty, "2021-05-31")  # not as it was seen
    assert load(article, *article_files()).written == 0
    again = duties.duty_in_scope(article, "NV2021-001", "PPL")
    assert again is not None
    assert again.due_on == "2021-04-30"


def test_a_unit_that_a_file_no_longer_names_keeps_what_it_reported(article: Tx, write: Write) -> None:
    lines = (HERE / "phuc_loi_2021_duties.csv").read_text(encoding="utf-8").splitlines()
    load(article, write("d.csv", lines[0], lines[1].replace("CB20|CB21", "CB20|CB21|CAP").replace("CB01|", "")))
    duty = duties.duty_in_scope(article, "NV2021-001", "PPL")
    assert duty is not None
    assert (duty.done, duty.units) == (21, 22)
