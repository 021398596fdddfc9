"""What the bot can talk about. A new subject is a file here and a line in `SUBJECTS`."""

from __future__ import annotations

from handlers import (
    correct_session,
    daily_figures,
    escalation,
    figure_rows,
    goals,
    health,
    joining,
    leader_groups,
    menu,
    model_items,
    model_life,
    model_reasons,
    my_work,
    notice_answers,
    publish_notice,
    register_model,
    reminders,
    report_session,
    urging,
)
from handlers.subject import Subject

SUBJECTS: tuple[Subject, ...] = (
    joining.SUBJECT,
    menu.SUBJECT,
    register_model.SUBJECT,
    report_session.SUBJECT,
    correct_session.SUBJECT,
    model_life.SUBJECT,
    *model_reasons.SUBJECTS,
    *model_items.SUBJECTS,
    my_work.SUBJECT,
    publish_notice.SUBJECT,
    notice_answers.SUBJECT,
    daily_figures.SUBJECT,
    escalation.SUBJECT,
    figure_rows.SUBJECT,
    goals.SUBJECT,
    urging.SUBJECT,
    leader_groups.SUBJECT,
    reminders.SUBJECT,
    health.SUBJECT,
)
