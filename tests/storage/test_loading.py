"""Loading: what is taken, what is refused and with which words, and that a refused load leaves nothing behind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.database import Tx, transaction
from storage.demo import HERE, all_files, article_files
from storage.loading import (
    Counted,
    LoadRefused,
    LoadReport,
    RowError,
    errors_told,
    load_files,
    rebuild_ancestors,
    report_told,
)
from storage.statistics import day_figures
from tests.storage.conftest import (
    ARTICLE_DAY,
    NOW,
    Write,
    dump,
    load,
    new_ids,
    one,
    open_with,
    try_to_load,
    written_texts,
)

UNITS = "unit_code,unit_kind,unit_name,parent_code,valid_from,valid_to"
CAMPAIGNS = "campaign_id,unit_code,year,title,opens_on,registration_deadline,focal_body"
INDIVIDUALS = "individual_code,name,unit_code"
OBLIGATIONS = "unit_code,project_code"
RESOLUTIONS = "unit_code,number,issued_on"
DUTIES = "duty_code,unit_code,duty_title,plan_code,evidence,given_on,due_on,given_to"
PLANS = "plan_code,unit_code,plan_number,issuer,issued_on,plan_title"
CONFERENCES = "conference_code,plan_code,unit_code,held_on,position,group_name,came,invited,share"
PROJECTS = "project_code,project_name,ward_code,road_width_m"
MODELS = "model_code,year,owner_type,owner_code,field_code,model_name,project_code,status,registered_on"
SESSIONS = "session_code,date,host_code,cohost_codes,model_code,field_code,attendees,time,status"
HOUSEHOLDS = "household_code,head_name,address,neighborhood_group,unit_code,project_code,map_sheet,plot,area_m2"

OF_WORKBOOKS = {"locked_workbook", "big_workbook", "many_cells", "no_header"}
OF_LAND_LISTS = {"which_project", "unknown_project", "bad_map_sheet", "bad_plot", "bad_area", "several_households"}
"""Reasons that have their cases in test_workbooks.py."""

GOALS = "unit_code,year,measure,target"
MODEL = "MH2021-060,2021,tap_the,CB05,BVMT,Ngõ sạch,,submitted,2021-03-23"
HOUSE = "H901,Hộ thử (giả định),Số 1,Tổ 1,PPL,DE,1,1,10"


def refused(tx: Tx, *files: Path) -> tuple[RowError, ...]:
    with pytest.raises(LoadRefused) as caught:
        load(tx, *files)
    return caught.value.errors


# What is taken ---------------------------------------------------------------------------------


def test_the_article_is_loaded_whole(empty: Tx) -> None:
    report = load(empty, *article_files())
    assert {table.table: table.new for table in report.tables} == {
        "units": 33,
        "campaigns": 1,
        "fields": 6,
        "projects": 3,
        "individuals": 12,
        "obligations": 11,
        "plans": 1,
        "conferences": 1,
        "conference_groups": 6,
        "duties": 1,
        "resolutions": 21,
        "models": 49,
        "sessions": 18,
    }


def test_a_second_load_changes_nothing(demo: Tx) -> None:
    before = dump(demo)
    report = load(demo, *all_files())
    assert report.written == 0
    assert all(table.unchanged > 0 for table in report.tables)
    assert dump(demo) == before


@pytest.mark.parametrize("seed", range(5))
def test_neither_names_nor_order_of_files_and_lines_matter(empty: Tx, tmp_path: Path, seed: int) -> None:
    chance = Random(seed)
    files = []
    for number, file in enumerate(all_files()):
        header, *lines = file.read_text(encoding="utf-8").splitlines()
        chance.shuffle(lines)
        files.append(tmp_path / f"{number}.txt")
        files[-1].write_text("\n".join([header, *lines]), encoding="utf-8")
    chance.shuffle(files)
    load(empty, *files)
    assert load(empty, *all_files()).written == 0
    figured = day_figures(empty, "PPL", ARTICLE_DAY)
    assert (figured.collectives, figured.individuals, figured.sessions) == (31, 12, 18)


def test_the_same_file_given_twice_is_one_file(empty: Tx) -> None:
    assert load(empty, *article_files(), *article_files()).written == 163


def test_no_file_is_no_work(empty: Tx) -> None:
    assert load(empty) == LoadReport(tables=())


def test_semicolons_a_byte_order_mark_and_excel_ends_of_lines(article: Tx, write: Write) -> None:
    file = write(
        "units.csv",
        b"\xef\xbb\xbfUnit_Code;unit_kind ;unit_name;parent_code;valid_from;;\r",
        "X1;office;A, B;PPL;24/03/2021;;\r",
    )
    assert load(article, file).tables == (Counted(table="units", new=1, changed=0, unchanged=0),)
    unit = one(article, "units", "unit_id = 'X1'")
    assert (unit["name"], unit["valid_from"], unit["valid_to"]) == ("A, B", "2021-03-24", None)


def test_decomposed_letters_and_odd_spaces_are_made_one(article: Tx, write: Write) -> None:
    load(article, write("i.csv", INDIVIDUALS, "CN90,  Bu\u0300i\u00a0 Thi\u0323 B ,CB05"))
    assert one(article, "individuals", "individual_id = 'CN90'")["name"] == "Bùi Thị B"


def test_a_unit_may_stand_above_its_parent_in_the_file(article: Tx, write: Write) -> None:
    load(
        article,
        write(
            "u.csv", UNITS, "X3,office,C,X2,2021-01-01,", "X2,office,B,X1,2021-01-01,", "X1,office,A,PPL,2021-01-01,"
        ),
    )
    above = article.execute("SELECT ancestor_id, depth FROM unit_ancestors WHERE unit_id = 'X3' ORDER BY depth")
    assert [(row["ancestor_id"], row["depth"]) for row in above] == [
        ("X3", 0),
        ("X2", 1),
        ("X1", 2),
        ("PPL", 3),
        ("QLB", 4),
    ]


def test_a_unit_that_moves_takes_its_subtree_along(article: Tx, write: Write) -> None:
    load(article, write("u.csv", UNITS, "CITY,city,Thành phố,,2000-01-01,", "QLB,district,Quận,CITY,2003-11-06,"))
    tops = article.execute("SELECT COUNT(*) AS units FROM unit_ancestors WHERE ancestor_id = 'CITY'").fetchone()
    assert tops["units"] == 34


def test_rebuilding_the_ancestors_again_gives_the_same(article: Tx) -> None:
    before = dump(article)
    with transaction(article):
        rebuild_ancestors(article)
    assert dump(article) == before


def test_a_changed_cell_is_one_changed_row(article: Tx, write: Write) -> None:
    before = one(article, "models", "code = 'MH2021-015'")
    line = "MH2021-015,2021,tap_the,HND,BVMT,Tên mới,,in_progress,2021-02-02"
    report = load(article, write("m.csv", MODELS, line))
    assert report.tables == (Counted(table="models", new=0, changed=1, unchanged=0),)
    after = one(article, "models", "code = 'MH2021-015'")
    assert after == {**before, "name": "Tên mới"}


def test_a_model_that_was_withdrawn_stays_withdrawn_when_its_file_is_loaded_again(article: Tx) -> None:
    article.execute("UPDATE models SET state = 'withdrawn' WHERE code = 'MH2021-015'")
    before = dump(article)
    assert load(article, *article_files()).written == 0
    assert dump(article) == before


def test_a_state_stays_even_when_another_cell_of_the_model_changes(article: Tx, write: Write) -> None:
    article.execute("UPDATE models SET state = 'recognized' WHERE code = 'MH2021-015'")
    line = "MH2021-015,2021,tap_the,HND,BVMT,Tên mới,,in_progress,2021-02-02"
    assert load(article, write("m.csv", MODELS, line)).written == 1
    model = one(article, "models", "code = 'MH2021-015'")
    assert (model["name"], model["state"]) == ("Tên mới", "recognized")


def test_the_day_on_which_a_session_was_reported_stays(article: Tx) -> None:
    article.execute("UPDATE outreach_sessions SET reported_on = '2021-03-24'")
    before = dump(article)
    assert load(article, *article_files()).written == 0
    assert dump(article) == before


def test_what_a_session_has_from_elsewhere_stays_when_the_file_does_not_speak_of_it(article: Tx, write: Write) -> None:
    before = one(article, "outreach_sessions", "code = 'BUOI2021-017'")
    load(article, write("s.csv", "session_code,date,host_code,status,place", "BUOI2021-017,2021-03-15,CCB,reported,Đê"))
    assert one(article, "outreach_sessions", "code = 'BUOI2021-017'") == {**before, "place": "Đê", "version": 2}
    assert article.execute("SELECT unit_id FROM session_cohosts").fetchall() == [{"unit_id": "CAP"}]


def test_a_column_that_is_not_there_leaves_what_is_stored(article: Tx, write: Write) -> None:
    load(article, write("m.csv", MODELS + ",content,target", MODEL + ",Quét ngõ,20 hộ"))
    load(article, write("m.csv", MODELS + ",target", MODEL + ","))
    model = one(article, "models", "code = 'MH2021-060'")
    assert (model["content"], model["target"]) == ("Quét ngõ", "")


def test_a_campaign_may_have_a_day_on_which_it_locks(article: Tx, write: Write) -> None:
    line = "2021-PPL,PPL,2021,Năm Dân vận khéo,2021-01-04,2021-03-26,Ban Dân vận"
    assert one(article, "campaigns", "1 = 1")["locks_on"] is None
    load(article, write("c.csv", CAMPAIGNS + ",locks_on", line + ",2021-12-01"))
    load(article, write("c.csv", CAMPAIGNS, line))
    assert one(article, "campaigns", "1 = 1")["locks_on"] == "2021-12-01"
    load(article, write("c.csv", CAMPAIGNS + ",locks_on", line + ","))
    assert one(article, "campaigns", "1 = 1")["locks_on"] is None


def test_goals_differ_by_unit_and_a_second_file_changes_them(article: Tx, write: Write) -> None:
    load(article, write("g.csv", GOALS + ",due_on", "CB05,2021,sessions,3,2021-06-30", "CB06,2021,sessions,1,"))
    report = load(article, write("g.csv", GOALS, "CB05,2021,sessions,4", "CB05,2021,models,2"))
    assert report.tables == (Counted(table="goals", new=1, changed=1, unchanged=0),)
    goal = one(article, "goals", "unit_id = 'CB05' AND measure = 'sessions'")
    assert (goal["campaign_id"], goal["target"], goal["due_on"]) == ("2021-PPL", 4, "2021-06-30")


def test_a_session_changed_by_a_file_is_a_new_version(article: Tx, write: Write) -> None:
    line = "BUOI2021-005,2021-03-06,CB05,,MH2021-005,GPMB,40,,reported"
    for _ in range(2):
        load(article, write("s.csv", SESSIONS, line))
        assert one(article, "outreach_sessions", "code = 'BUOI2021-005'")["version"] == 2


@pytest.mark.parametrize("status", ["deployed", "in_progress"])
def test_deployed_is_in_progress(article: Tx, write: Write, status: str) -> None:
    load(article, write("m.csv", MODELS, MODEL.replace("submitted", status)))
    assert one(article, "models", "code = 'MH2021-060'")["state"] == "in_progress"


def test_a_session_gets_its_model_number_and_missing_project_and_field(article: Tx, write: Write) -> None:
    load(article, write("s.csv", SESSIONS, "BUOI2021-040,2021-03-22,CB05,CB06|CB07,MH2021-005,,,19:30,reported"))
    session = one(article, "outreach_sessions", "code = 'BUOI2021-040'")
    model = one(article, "models", "code = 'MH2021-005'")
    assert session["number"] == 40
    assert session["model_id"] == model["model_id"]
    assert (session["project_id"], session["field_code"], session["held_at"]) == ("DE", "GPMB", "19:30")
    assert (session["held_on"], session["reported_on"], session["attendee_count"]) == ("2021-03-22", "2021-03-22", None)
    cohosts = article.execute("SELECT unit_id FROM session_cohosts WHERE session_id = ?", [session["session_id"]])
    assert [row["unit_id"] for row in cohosts] == ["CB06", "CB07"]


def test_cohosts_can_change(article: Tx, write: Write) -> None:
    line = "BUOI2021-017,2021-03-15,CCB,DTN,MH2021-013,XD_QLDT,40,,reported"
    assert load(article, write("s.csv", SESSIONS, line)).written == 1
    cohosts = article.execute("SELECT unit_id FROM session_cohosts").fetchall()
    assert cohosts == [{"unit_id": "DTN"}]


def test_an_individual_can_host(article: Tx, write: Write) -> None:
    load(article, write("s.csv", SESSIONS, "BUOI2021-041,2021-03-22,CN01,,,KHAC,12,,reported"))
    assert day_figures(article, "CB01", ARTICLE_DAY).sessions == 2


def test_a_person_tied_to_an_individual_stays(article: Tx, write: Write) -> None:
    article.execute("INSERT INTO people (person_id, name, created_at) VALUES ('P1', 'Cá nhân 01', 0)")
    article.execute("UPDATE individuals SET person_id = 'P1' WHERE individual_id = 'CN01'")
    load(article, write("i.csv", INDIVIDUALS, "CN01,Cá nhân 01,CB02"))
    individual = one(article, "individuals", "individual_id = 'CN01'")
    assert (individual["person_id"], individual["unit_id"]) == ("P1", "CB02")


# What is refused -------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Case:
    reason: str
    lines: tuple[str | bytes, ...]
    line: int = 2
    column: str = ""
    name: str = "f.csv"


def case(reason: str, *lines: str | bytes, line: int = 2, column: str = "", name: str = "f.csv") -> Case:
    return Case(reason=reason, lines=lines, line=line, column=column, name=name)


ROUTES = "route_code,unit_code,route_kind,where_to,rules,source,valid_from"
RULES = "unit_code,project_code,neighborhood_group,officer_name,answer_hours"
WARD_DAYS = "ward_day,day_kind,reason"
FAQ = "faq_code,unit_code,question,answer,source,valid_from"

CASES = [
    case("workbook", b"\xd0\xcf\x11\xe0rest", line=0, name="f.csv"),
    case("broken_workbook", b"PK\x03\x04rest", line=0, name="f.csv"),
    case("broken_workbook", "a,b", line=0, name="f.xlsx"),
    case("not_utf8", UNITS, "X1,office,Tốt,,2021-01-01,", "X2,office,Th\xf4n,,2021-01-01,".encode("latin-1"), line=3),
    case("not_utf8", "unit_code,ward".encode("utf-16"), line=1),
    case("empty_file", b"", line=0),
    case("empty_file", b"\xef\xbb\xbf \r\n\r\n", line=0),
    case("empty_file", ",,,", line=0),
    case("no_rows", UNITS, "", line=1),
    case("broken_csv", UNITS, 'X1,office,"A,PPL,2021-01-01,'),
    case("broken_csv", UNITS, 'X1,office,"A"B,PPL,2021-01-01,'),
    case("broken_csv", UNITS, f"X1,office,{'a' * 200_000},PPL,2021-01-01,"),
    case("unknown_kind", "tên,địa chỉ,ghi chú", "a,b,c", line=1),
    case("unknown_kind", "source", "a", line=1),
    case("column_twice", OBLIGATIONS + ",unit_code", "CB12,DE,CB12", line=1, column="unit_code"),
    case(
        "unknown_column",
        UNITS.replace("unit_name", "unit_nmae"),
        "X1,office,A,,2021-01-01,",
        line=1,
        column="unit_nmae",
    ),
    case("unknown_column", INDIVIDUALS + ",phone", "CN90,A,CB01,0", line=1, column="phone"),
    case("missing_column", MODELS.replace(",status", ""), MODEL.replace(",submitted", ""), line=1, column="status"),
    case("cell_count", OBLIGATIONS, "CB12"),
    case("cell_count", INDIVIDUALS, "CN90,Nguyễn, Văn A,CB01"),
    case("empty_cell", INDIVIDUALS, "CN90, ,CB01", column="name"),
    case("hidden_letter", INDIVIDUALS, "CN90,A\x00B,CB01", column="name"),
    case("hidden_letter", INDIVIDUALS, 'CN90,"A\nB",CB01', column="name"),
    case("hidden_letter", INDIVIDUALS, "CN90,A\u202eB,CB01", column="name"),
    case("hidden_letter", INDIVIDUALS, "CN90,\tA,CB01", column="name"),
    case("hidden_letter", INDIVIDUALS, "CN90,A\x02B,CB01", column="name"),
    *(case("formula", INDIVIDUALS, f"CN90,{sign}1+1,CB01", column="name") for sign in "=+-@"),
    case("formula", INDIVIDUALS + ",name_source", "CN90,A,CB01, =cmd()", column="name_source"),
    case("error_value", INDIVIDUALS, "CN90,#N/A,CB01", column="name"),
    case("bad_day", RESOLUTIONS, "CB05,99-NQ/CB,2021-02-30", column="issued_on"),
    case("bad_code", DUTIES, "NVX,PPL,Họp,,words,2021-03-01,2021-03-31,CB05", column="duty_code"),
    case("empty_cell", DUTIES, "NV2021-2,PPL,Họp,,words,2021-03-01,2021-03-31,|", column="given_to"),
    case("unknown_code", DUTIES, "NV2021-2,PPL,Họp,,words,2021-03-01,2021-03-31,CB05|CB99", column="given_to"),
    case("unknown_code", DUTIES, "NV2021-2,PPL,Họp,KH99,words,2021-03-01,2021-03-31,CB05", column="plan_code"),
    case("unknown_evidence", DUTIES, "NV2021-2,PPL,Họp,,anh,2021-03-01,2021-03-31,CB05", column="evidence"),
    case("wrong_order", DUTIES, "NV2021-2,PPL,Họp,,words,2021-03-31,2021-03-01,CB05", column="due_on"),
    case("belongs_to_other", DUTIES, "NV2021-001,QLB,Họp,,words,2021-01-04,2021-03-01,CB05", column="duty_code"),
    case("group_count", CONFERENCES, "HN1,KH18-2020,PPL,2021-01-05,1,Bí thư,15,,", column="came"),
    case("group_count", CONFERENCES, "HN1,KH18-2020,PPL,2021-01-05,1,Bí thư,15,15,100", column="came"),
    case("more_came", CONFERENCES, "HN1,KH18-2020,PPL,2021-01-05,1,Bí thư,16,15,", column="came"),
    case("same_conference", CONFERENCES, "HN1,KH18-2020,PPL,2021-01-04,1,Bí thư,15,15,", column="conference_code"),
    case("same_plan", PLANS, "KH2,PPL,18-KH/QU,Quận ủy,2020-12-30,Kế hoạch khác", column="plan_code"),
    case("bad_percent", CONFERENCES, "HN1,KH18-2020,PPL,2021-01-05,1,Bí thư,,,101%", column="share"),
    case("bad_day", RESOLUTIONS, "CB05,99-NQ/CB,hôm qua", column="issued_on"),
    case("bad_day", RESOLUTIONS, "CB05,99-NQ/CB,0021-03-24", column="issued_on"),
    case("bad_hour", SESSIONS, "BUOI2021-090,2021-03-22,CB05,,,GPMB,,7h,reported", column="time"),
    case("bad_count", SESSIONS, "BUOI2021-090,2021-03-22,CB05,,,GPMB,hai chục,,reported", column="attendees"),
    case("bad_decimal", HOUSEHOLDS, HOUSE[:-2] + "1.200", column="area_m2"),
    case("bad_decimal", PROJECTS, "P9,Đường,PPL,rộng", column="road_width_m"),
    case("bad_code", MODELS, MODEL.replace("MH2021-060", "MH-mới"), column="model_code"),
    case("unknown_unit_kind", UNITS, "X1,party_cel,A,PPL,2021-01-01,", column="unit_kind"),
    case("unknown_owner_type", MODELS, MODEL.replace("tap_the", "hộ"), column="owner_type"),
    case("unknown_status", MODELS, MODEL.replace("submitted", "xong"), column="status"),
    case("unknown_status", SESSIONS, "BUOI2021-090,2021-03-22,CB05,,,GPMB,,,planned", column="status"),
    case("unknown_route", ROUTES, "R1,PPL,don_thu,Một cửa,90 ngày,Luật,2021-01-01", column="route_kind"),
    case("unknown_day_kind", WARD_DAYS, "2021-04-19,lễ hội,Hội làng", column="day_kind"),
    case("bad_hours", RULES, "PPL,DE,,Cán bộ,0", column="answer_hours"),
    case("bad_hours", RULES, "PPL,DE,,Cán bộ,201", column="answer_hours"),
    case("empty_cell", FAQ, "F1,PPL,Khi nào?,Sau này.,,2021-01-01", column="source"),
    case("unknown_code", OBLIGATIONS, "CB99,DE", column="unit_code"),
    case("unknown_code", MODELS, MODEL.replace("CB05", "CN01"), column="owner_code"),
    case("unknown_code", MODELS, MODEL.replace("BVMT", "BVM"), column="field_code"),
    case("unknown_code", UNITS, "X1,office,A,PPX,2021-01-01,", column="parent_code"),
    case("unknown_code", SESSIONS, "BUOI2021-090,2021-03-22,CB05,CAP|ZZ,,GPMB,,,reported", column="cohost_codes"),
    case("unknown_code", SESSIONS, "BUOI2021-090,2021-03-22,CB05,,MH2021-999,GPMB,,,reported", column="model_code"),
    case("unknown_code", SESSIONS, "BUOI2021-090,2021-03-22,CB99,,,GPMB,,,reported", column="host_code"),
    case("unknown_measure", GOALS, "CB05,2021,buổi,3", column="measure"),
    case("no_target", GOALS, "CB05,2021,sessions,0", column="target"),
    case("no_campaign", GOALS, "CB05,2022,sessions,3", column="year"),
    case("no_campaign", MODELS, MODEL.replace(",2021,", ",2022,"), column="year"),
    case("no_campaign", SESSIONS, "BUOI2021-090,2020-03-22,CB05,,,GPMB,,,reported", column="date"),
    case("wrong_order", UNITS, "X1,office,A,PPL,2021-01-02,2021-01-01", column="valid_to"),
    case("wrong_order", CAMPAIGNS, "C,CB05,2021,Năm,2021-02-01,2021-01-31,Ban", column="registration_deadline"),
    case(
        "wrong_order",
        CAMPAIGNS + ",locks_on",
        "C,CB05,2021,Năm,2021-02-01,2021-03-31,Ban,2021-01-31",
        column="locks_on",
    ),
    case("own_cohost", SESSIONS, "BUOI2021-090,2021-03-22,CB05,CB05,,GPMB,,,reported", column="cohost_codes"),
    case(
        "households_more_than_met",
        f"{SESSIONS},households_met,households_agreed,households_hesitating",
        "BUOI2021-090,2021-03-22,CB05,,,GPMB,,,reported,12,9,4",
        column="households_met",
    ),
    case(
        "households_more_reasons",
        f"{SESSIONS},households_hesitating,households_price,households_papers",
        "BUOI2021-090,2021-03-22,CB05,,,GPMB,,,reported,2,2,1",
        column="households_hesitating",
    ),
    case("circle", UNITS, "X1,office,A,X1,2021-01-01,", column="parent_code"),
    case("twice", MODELS, MODEL, MODEL, line=3, column="model_code"),
    case("twice", HOUSEHOLDS, HOUSE, HOUSE, line=3, column="household_code"),
    case("differs", HOUSEHOLDS, HOUSE, HOUSE.replace("Số 1", "Số 2"), line=3, column="household_code"),
    case("number_taken", MODELS, MODEL.replace("MH2021-060", "MH-2021-001"), column="model_code"),
    case("number_taken", CAMPAIGNS, "C,PPL,2021,Năm,2021-01-01,2021-01-31,Ban", column="campaign_id"),
    case("belongs_to_other", MODELS, MODEL.replace("060", "001"), column="model_code"),
    case("no_campaign", RESOLUTIONS, "CB05,01-NQ/CB,2022-01-19", column="issued_on"),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.reason}-{case.column or case.line}")
def test_each_fault_has_its_place_and_its_sentence_and_nothing_is_written(
    article: Tx, write: Write, case: Case
) -> None:
    before = dump(article)
    good = write("good.csv", INDIVIDUALS, "CN80,Cá nhân 80,CB05")
    (error,) = refused(article, good, write(case.name, *case.lines))
    assert (error.file, error.line, error.column, error.reason) == (case.name, case.line, case.column, case.reason)
    assert dump(article) == before
    sentence = error.told(written_texts("load"))
    assert case.name in sentence
    assert case.column in sentence
    assert sentence.endswith(".")
    assert not any(letter in sentence for letter in "\x00\x02\t\u202e")


def test_every_reason_has_a_case_and_every_sentence_a_reason() -> None:
    written = {
        address.removeprefix("load.refused.")
        for address in written_texts("load").addresses()
        if address.startswith("load.refused.")
    }
    assert written == {case.reason for case in CASES} | {"missing_file", "unreadable"} | OF_WORKBOOKS | OF_LAND_LISTS


def test_a_missing_file_and_a_folder(article: Tx, tmp_path: Path) -> None:
    errors = refused(article, tmp_path / "không có.csv", tmp_path)
    assert [error.reason for error in errors] == ["missing_file", "unreadable"]
    assert all(error.told(written_texts("load")) for error in errors)


def test_all_faults_of_all_files_are_told_at_once_in_order(article: Tx, write: Write) -> None:
    first = write("b.csv", INDIVIDUALS, ",,", "CN90,=1,CB99", "CN91,A,CB05")
    second = write("a.csv", MODELS, MODEL.replace("2021-03-23", "2021-02-29").replace("BVMT,", ","))
    errors = refused(article, first, second)
    assert [(error.file, error.line, error.column, error.reason) for error in errors] == [
        ("b.csv", 3, "name", "formula"),
        ("b.csv", 3, "unit_code", "unknown_code"),
        ("a.csv", 2, "field_code", "empty_cell"),
        ("a.csv", 2, "registered_on", "bad_day"),
    ]


def test_a_line_that_refers_to_a_refused_line_has_no_fault_of_its_own(empty: Tx, write: Write) -> None:
    units = write("u.csv", UNITS, "W,ward,Phường,,2021-01-01,", "C1,party_cell,,W,2021-01-01,")
    campaign = write("c.csv", CAMPAIGNS, "C,W,2021,Năm,2021-01-31,2021-01-01,Ban")
    models = write("m.csv", MODELS, MODEL.replace("CB05", "C1"), MODEL.replace("CB05", "W").replace("060", "061"))
    assert [(error.file, error.reason) for error in refused(empty, units, campaign, models)] == [
        ("u.csv", "empty_cell"),
        ("c.csv", "wrong_order"),
    ]


def test_what_a_file_that_cannot_be_read_holds_is_not_called_unknown(empty: Tx, write: Write) -> None:
    files = [file for file in article_files() if "units" not in file.name]
    errors = refused(empty, *files, write("units.csv", UNITS.replace("unit_kind,", ""), "X,Y,,2021-01-01,"))
    assert [(error.file, error.column, error.reason) for error in errors] == [
        ("units.csv", "unit_kind", "missing_column")
    ]


def test_the_nearest_known_word_is_offered(article: Tx, write: Write) -> None:
    renamed = MODELS.replace("owner_code", "owner_cod")
    (error,) = refused(article, write("m.csv", renamed, MODEL))
    assert error.values["nearest"] == "owner_code"
    (error,) = refused(article, write("o.csv", OBLIGATIONS, "cb12,DE"))
    assert "CB12" in error.told(written_texts("load"))


def test_a_larger_circle_of_units(article: Tx, write: Write) -> None:
    errors = refused(article, write("u.csv", UNITS, "X1,office,A,X2,2021-01-01,", "X2,office,B,X1,2021-01-01,"))
    assert {error.reason for error in errors} == {"circle"}


def test_a_stored_individual_who_joined_is_not_given_to_somebody_else(article: Tx, write: Write) -> None:
    article.execute("INSERT INTO people (person_id, name, created_at) VALUES ('P1', 'Cá nhân 01', 0)")
    article.execute("UPDATE individuals SET person_id = 'P1' WHERE individual_id = 'CN01'")
    (error,) = refused(article, write("i.csv", INDIVIDUALS, "CN01,Người khác,CB01"))
    assert error.reason == "belongs_to_other"


def test_a_refusal_that_the_caller_commits_over_still_wrote_nothing(article: Tx, write: Write) -> None:
    before = dump(article)
    with transaction(article) as tx, pytest.raises(LoadRefused):
        load_files(
            tx,
            [write("a.csv", INDIVIDUALS, "CN90,A,CB05"), write("b.csv", OBLIGATIONS, "CB12,DE", "CB99,DE")],
            new_ids(),
            NOW,
        )
    assert dump(article) == before


def test_a_report_and_many_errors_are_told_in_lines(article: Tx, write: Write) -> None:
    texts = written_texts("load")
    lines = report_told(load(article, *article_files()), texts)
    assert lines[0] == "Đơn vị: thêm 00, sửa 00, giữ nguyên 33."
    assert len(lines) == 13
    errors = refused(article, write("o.csv", OBLIGATIONS, *(f"ZZ{number},DE" for number in range(40))))
    told = errors_told(errors, texts, most=5)
    assert told[0] == "Chưa nạp gì: có 40 lỗi. Dữ liệu đang có vẫn nguyên."
    assert told[1] == ("o.csv, dòng 2, cột unit_code: không có đơn vị mang mã ZZ0. Sửa mã, hoặc nạp kèm tệp có mã này.")
    assert told[-1] == "… và 35 lỗi nữa. Sửa các lỗi trên rồi nạp lại."
    assert len(told) == 7


def test_every_demo_file_is_taken_alone_once_the_frame_is_there(demo: Tx) -> None:
    for file in all_files():
        assert load(demo, file).written == 0
    assert HERE / "invented_households.csv" in all_files()


# Whatever a file holds -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Tx, Path]]:
    connection = open_with(all_files())
    yield connection, tmp_path_factory.mktemp("odd") / "odd.csv"
    connection.close()


spoilt = st.lists(
    st.tuples(
        st.integers(0, 5000),
        st.integers(0, 30),
        st.sampled_from(
            [
                "",
                '"',
                ",",
                ";",
                "\n",
                "\r",
                "=",
                "|",
                "\x00",
                "\x02",
                "\u0301",
                "0",
                "CB05",
                "31/02/2021",
                "MH2021-001",
                "-",
            ]
        ),
    ),
    min_size=1,
    max_size=4,
)


@settings(deadline=None, max_examples=150)
@given(st.sampled_from(all_files()), spoilt)
def test_a_spoilt_file_is_loaded_or_refused_with_sentences(
    lasting: tuple[Tx, Path], source: Path, changes: list[tuple[int, int, str]]
) -> None:
    tx, file = lasting
    text = source.read_text(encoding="utf-8")
    for place, length, instead in changes:
        text = text[: place % len(text)] + instead + text[place % len(text) + length :] or " "
    file.write_bytes(text.encode())
    before = tx.total_changes
    errors = try_to_load(tx, file)
    assert not errors or tx.total_changes == before
    assert all(errors_told(errors, written_texts("load")))


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_at_all_are_refused_with_sentences(lasting: tuple[Tx, Path], content: bytes) -> None:
    tx, file = lasting
    file.write_bytes(content)
    with pytest.raises(LoadRefused) as caught:
        load_files(tx, [file], new_ids(), NOW)
    assert all(errors_told(caught.value.errors, written_texts("load")))
