"""What the bot can talk about, by subject. A new subject is a file in one of these rooms and a line in `SUBJECTS`."""

from __future__ import annotations

from handlers.duties import conferences, duties, duty_steps, give_duty
from handlers.figures import daily_figures, escalation, figure_files, figure_rows, goals, leader_groups, urging
from handlers.house import days_off, health, menu, outages
from handlers.models import focal_news, model_items, model_life, model_reasons, register_model
from handlers.notices import (
    door_rounds,
    meetings,
    my_notices,
    notice_answers,
    notice_cards,
    notice_forms,
    notice_ledger,
    notice_progress,
    notice_sending,
    notice_templates,
    paper_service,
    project_closing,
    publish_notice,
)
from handlers.people import behalf, claims, contact, joining, journal, leave, linking, my_home, personal_data
from handlers.questions import answering, complaints, faq_growth, overdue, questions
from handlers.reminding import forgotten, my_work, reminder_wishes, reminders
from handlers.sessions import correct_session, report_cards, report_session
from handlers.subject import Subject

SUBJECTS: tuple[Subject, ...] = (
    joining.SUBJECT,
    linking.SUBJECT,
    contact.SUBJECT,
    menu.SUBJECT,
    register_model.SUBJECT,
    report_session.SUBJECT,
    correct_session.SUBJECT,
    report_cards.SUBJECT,
    model_life.SUBJECT,
    *model_reasons.SUBJECTS,
    *model_items.SUBJECTS,
    duties.SUBJECT,
    give_duty.SUBJECT,
    *duty_steps.SUBJECTS,
    conferences.SUBJECT,
    my_work.SUBJECT,
    reminder_wishes.SUBJECT,
    publish_notice.SUBJECT,
    notice_cards.SUBJECT,
    *notice_forms.SUBJECTS,
    notice_templates.SUBJECT,
    notice_sending.SUBJECT,
    notice_progress.SUBJECT,
    notice_answers.SUBJECT,
    my_notices.SUBJECT,
    notice_ledger.SUBJECT,
    paper_service.SUBJECT,
    project_closing.SUBJECT,
    *door_rounds.SUBJECTS,
    *questions.SUBJECTS,
    complaints.SUBJECT,
    *answering.SUBJECTS,
    faq_growth.SUBJECT,
    overdue.SUBJECT,
    *meetings.SUBJECTS,
    daily_figures.SUBJECT,
    escalation.SUBJECT,
    figure_rows.SUBJECT,
    goals.SUBJECT,
    urging.SUBJECT,
    leader_groups.SUBJECT,
    figure_files.SUBJECT,
    focal_news.SUBJECT,
    reminders.SUBJECT,
    forgotten.SUBJECT,
    personal_data.SUBJECT,
    journal.SUBJECT,
    *claims.SUBJECTS,
    my_home.SUBJECT,
    leave.SUBJECT,
    behalf.SUBJECT,
    health.SUBJECT,
    days_off.SUBJECT,
    outages.SUBJECT,
)
