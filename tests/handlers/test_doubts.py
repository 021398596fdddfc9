"""A summary or reminder that may not have arrived: each is told in the words of whoever it was for."""

from __future__ import annotations

import pytest

from bot.channels.base import DeliveryFailed, Trouble
from bot.core.message import Address, Lane, Outbound
from handlers.delivery.doubts import MISSED
from storage import outbox
from tests.handlers.test_settling import Two
from tests.house import House

SENDS_NOTHING = {"data_keeping", "ledger_keeping"}
TOLD = {
    "daily_digest": ("lanhdao", Lane.SUMMARY, "Báo cáo nhanh ngày 24/03/2021", "đồng chí", "Số liệu"),
    "weekly_digest": ("lanhdao", Lane.SUMMARY, "Báo cáo tuần gửi ngày 24/03/2021", "đồng chí", "Số liệu"),
    "monthly_digest": ("lanhdao", Lane.SUMMARY, "Báo cáo tháng gửi ngày 24/03/2021", "đồng chí", "Số liệu"),
    "escalation": ("lanhdao", Lane.SUMMARY, "Tin báo việc quá hạn ngày 24/03/2021", "đồng chí", "Số liệu"),
    "late_answers": ("lanhdao", Lane.SUMMARY, "Tin báo câu hỏi quá hạn ngày 24/03/2021", "đồng chí", "Câu hỏi"),
    "to_review_am": (
        "tiepdan", Lane.REMINDER, "Tin báo mô hình chờ thẩm định ngày 24/03/2021", "đồng chí", "Thẩm định mô hình",
    ),
    "to_review_pm": (
        "tiepdan", Lane.REMINDER, "Tin báo mô hình chờ thẩm định ngày 24/03/2021", "đồng chí", "Thẩm định mô hình",
    ),
    "reminder": ("cb05", Lane.REMINDER, "Tin nhắc việc ngày 24/03/2021", "đồng chí", "Việc của tôi"),
    "urge": ("cb05", Lane.REMINDER, "Tin đôn đốc ngày 24/03/2021", "đồng chí", "Việc của tôi"),
    "meeting_reminder": ("ho1", Lane.REMINDER, "Tin nhắc họp ngày 24/03/2021", "ông/bà", "Họp dân"),
    "forgotten": ("ho1", Lane.REMINDER, "Tin nhắc phiếu làm dở ngày 24/03/2021", "ông/bà", "Tiếp tục"),
}  # fmt: skip
"""By what a message is about: to whom it goes, what they hear, how they are addressed, and what is to be pressed."""


@pytest.mark.parametrize("kind", MISSED)
async def test_whoever_may_have_missed_something_hears_how_to_see_it(house: House, kind: str) -> None:
    account, lane, what, you, label = TOLD[kind]
    two = await Two(house).begin(account)
    chat = f"p-{account}"
    two.platform.fail(chat, DeliveryFailed(Trouble.IN_DOUBT, "no_answer"))
    message = Outbound(address=Address(channel="platform", chat=chat), text="Một tin", lane=lane)
    about = {"about": f"{kind}:2021-03-24"}
    house.engine.registry.renewals.pop(kind, None)  # what it says when it leaves is another test's matter
    await house.engine.database.write(
        lambda tx: outbox.put(tx, house.ids.new(), message, house.clock(), **about)  # type: ignore[arg-type]
    )
    await two.deliver()
    said = f"{what} có thể chưa tới {you} do gián đoạn lúc gửi. {you.capitalize()} bấm {label} để xem."
    assert [text for to, text in two.platform.delivered if to == chat] == [said]
    (button,) = house.rows("SELECT body FROM outbox WHERE chat = ? AND state = 'sent'", chat)
    assert label in str(button["body"])


def test_everything_that_is_sent_at_most_once_has_its_words(house: House) -> None:
    """A new job has its row, or is named here as one that sends no summary and no reminder."""
    jobs = {job.name for subject in house.engine.registry.subjects for job in subject.jobs(house.engine.desk)}
    kinds = {"escalation" if name.startswith("escalation") else name for name in jobs} - SENDS_NOTHING
    assert kinds | house.engine.registry.renewals.keys() == MISSED.keys() == TOLD.keys()
