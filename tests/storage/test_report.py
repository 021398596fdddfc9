"""A period's figures: what came within it, what came before, day by day, and what was sent of it."""

from __future__ import annotations

import json
from datetime import date

import pytest

from bot.core.periods import Span, ending
from storage.database import Tx
from storage.statistics import Report, as_json, day_figures, keep_sent, report, report_as_json
from tests.storage.conftest import ARTICLE_DAY, NOW


def week(tx: Tx, scope: str = "PPL", day: date = ARTICLE_DAY) -> Report:
    return report(tx, scope, ending(Span.WEEK, day))


def counted(tx: Tx, table: str, column: str, first: str, last: str) -> int:
    query = f"SELECT COUNT(*) AS found FROM {table} WHERE {column} BETWEEN ? AND ?"
    return int(tx.execute(query, [first, last]).fetchone()["found"])


@pytest.mark.parametrize("span", Span)
@pytest.mark.parametrize("day", [date(2021, 1, 25), date(2021, 2, 15), date(2021, 3, 24)])
def test_what_came_within_is_what_the_records_say(article: Tx, span: Span, day: date) -> None:
    (compared, *_) = report(article, "PPL", ending(span, day)).compared
    for tally in (compared.now, compared.before):
        assert tally.models == counted(article, "models", "registered_on", tally.first, tally.last)
        assert tally.sessions == counted(article, "outreach_sessions", "reported_on", tally.first, tally.last)


def test_days_add_up_to_the_period(article: Tx) -> None:
    told = report(article, "PPL", ending(Span.MONTH, ARTICLE_DAY))
    assert len(told.days) == 28
    assert sum(day.models for day in told.days) == told.compared[0].now.models
    assert sum(day.sessions for day in told.days) == told.compared[0].now.sessions


def test_a_day_has_its_week_beside_it(article: Tx) -> None:
    told = report(article, "PPL", ending(Span.DAY, ARTICLE_DAY))
    assert [one.period.span for one in told.compared] == [Span.DAY, Span.WEEK]
    assert told.compared[1] == week(article).compared[0]


def test_expected_and_received_add_up(article: Tx) -> None:
    for expectation in day_figures(article, "PPL", date(2021, 2, 1)).expected:
        assert expectation.received + len(expectation.missing) == expectation.expected
        assert expectation.overdue == ()


def test_after_the_deadline_who_is_missing_is_overdue_and_who_came_later_is_late(article: Tx) -> None:
    article.execute("UPDATE campaigns SET registration_deadline = '2021-02-01'")
    models, clearance, _ = day_figures(article, "PPL", ARTICLE_DAY).expected
    assert (models.expected, models.on_time, models.late, models.missing) == (31, 17, 14, ())
    earlier = day_figures(article, "PPL", date(2021, 2, 2)).expected[1]
    assert earlier.overdue == earlier.missing == ("Chi bộ 08", "Chi bộ 10", "Chi bộ 11")
    assert (clearance.on_time, clearance.late) == (8, 3)


def test_what_was_sent_stays_as_it_was_sent(article: Tx) -> None:
    period = ending(Span.DAY, ARTICLE_DAY)
    first = json.dumps(as_json(day_figures(article, "PPL", ARTICLE_DAY)), ensure_ascii=False)
    keep_sent(article, "PPL", period, first, NOW)
    article.execute("UPDATE models SET state = 'withdrawn' WHERE code = 'MH2021-028'")
    keep_sent(article, "PPL", period, "{}", NOW + 1)
    told = report(article, "PPL", period)
    assert told.sent is not None
    assert (told.sent.sent_at, told.sent.figures["collectives"]) == (NOW, 31)
    assert told.figured.collectives == 30
    assert report(article, "QLB", period).sent is None


def test_the_state_of_a_past_day_is_the_one_it_had_then(article: Tx) -> None:
    before, later = NOW - 24 * 3600_000, NOW
    article.execute("INSERT INTO people (person_id, name, created_at) VALUES ('p', 'Người (giả định)', 0)")
    model = article.execute("SELECT model_id FROM models WHERE code = 'MH2021-028'").fetchone()["model_id"]
    steps = [("a", 1, None, "submitted", before - 1), ("b", 2, "submitted", "in_progress", later)]
    for step_id, position, from_state, to_state, at in steps:
        article.execute(
            "INSERT INTO model_steps (step_id, model_id, position, step, person_id, from_state, to_state, at)"
            " VALUES (?, ?, ?, 'start', 'p', ?, ?, ?)",
            [step_id, model, position, from_state, to_state, at],
        )
    then = {count.state: count.models for count in day_figures(article, "PPL", date(2021, 3, 23)).states}
    now = {count.state: count.models for count in day_figures(article, "PPL", ARTICLE_DAY).states}
    assert then == {"submitted": 1, "in_progress": 48}
    assert now == {"in_progress": 49}


def test_everything_of_a_report_is_data(article: Tx) -> None:
    data = json.loads(json.dumps(report_as_json(week(article))))
    assert data["period"] == {"span": "week", "first": "2021-03-18", "last": "2021-03-24"}
    assert data["compared"][0]["now"]["sessions"] == 2
    assert data["states"] == {"in_progress": 49}
    assert data["sent"] is None


def test_questions_stand_as_they_stood_when_the_day_ended(article: Tx) -> None:
    article.execute("INSERT INTO people (person_id, name, created_at) VALUES ('p', 'Người (giả định)', 0)")
    hour, day = 3600_000, 24 * 3600_000
    for number, (kind, due) in enumerate([("question", -2), ("money", 1), ("complaint", -2), ("notice", -2)], 1):
        article.execute(
            "INSERT INTO tickets (ticket_id, series, year, number, code, unit_id, kind, person_id, words, hours,"
            " due_at, created_at) VALUES (?, 'CH', 2021, ?, ?, 'PPL', ?, 'p', 'x', 8, ?, ?)",
            [f"t{number}", number, f"CH-{number}", kind, NOW + due * day, NOW - 3 * day],
        )
    for position, (to_state, at) in enumerate([("answered", NOW - 20 * hour), ("open", NOW + hour)], 1):
        article.execute(
            "INSERT INTO ticket_steps (step_id, ticket_id, position, step, person_id, to_state, due_at, at)"
            " VALUES (?, 't4', ?, 'x', 'p', ?, ?, ?)",
            [f"s{position}", position, to_state, NOW - 2 * day if position == 1 else NOW + day, at],
        )
    then, now = (day_figures(article, "PPL", on).questions for on in (date(2021, 3, 23), ARTICLE_DAY))
    assert (then.asked, then.answered, then.open, then.overdue) == (3, 1, 2, 1)
    assert (now.asked, now.answered, now.open, now.overdue) == (3, 0, 3, 1)
    assert day_figures(article, "PPL", date(2021, 3, 20)).questions.asked == 0
    (compared, _) = report(article, "PPL", ending(Span.DAY, date(2021, 3, 21))).compared
    assert (compared.now.questions, compared.before.questions) == (3, 0)
