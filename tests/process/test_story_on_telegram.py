"""The main job of the product, on Telegram, against the process as an administrator starts it."""

from __future__ import annotations

import hashlib
import random
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image

from bot.core import calendar
from bot.core.figures import dated
from tests.fakes.telegram import FakeTelegram
from tests.process.product import AWAKE, Invited, Product, next_minute, now_here, prepare
from tests.process.town import Diary, Somebody
from tests.process.truth import Tally, check_day

SECRETARY = Invited(code="MOI-0022-CB22", role="secretary", unit="CB22")
RESIDENT = Invited(code="MOI-0001-HO01", role="resident", unit="PPL", household="H001")
NEIGHBOUR = Invited(code="MOI-0002-HO02", role="resident", unit="PPL", household="H002")
OFFICER = Invited(code="MOI-0009-CANBO", role="officer", unit="PPL", name="Cán bộ phường")
LEADER = Invited(code="MOI-0010-LANHDAO", role="leader", unit="PPL", name="Lãnh đạo phường")
SOON = 6.0  # seconds in which the process starts and the leader joins


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_the_whole_story(fake: FakeTelegram, tmp_path: Path, mode: str) -> None:
    chance, diary = random.Random(2021), Diary()
    secretary, resident, neighbour, officer, leader = (
        Somebody(fake, 500 + index, invited, diary, chance)
        for index, invited in enumerate((SECRETARY, RESIDENT, NEIGHBOUR, OFFICER, LEADER))
    )
    due = next_minute(SOON)
    quiet = now_here() + timedelta(hours=12)
    product = Product(
        folder=tmp_path,
        base_url=fake.base_url,
        token=fake.token,
        module=AWAKE,
        mode=mode,
        nursery=None,
        digest_at=f"{due:%H:%M}",
        reminder_at=f"{quiet:%H:%M}",
    )
    prepare(product.path, [SECRETARY, RESIDENT, NEIGHBOUR, OFFICER, LEADER])
    async with product:
        await product.start()
        for person in (leader, secretary, resident, neighbour, officer):
            await person.join()
        assert product.value("SELECT COUNT(*) FROM accounts WHERE channel = 'telegram'") == 5
        consents = product.rows("SELECT purpose, COUNT(*) AS people FROM consents GROUP BY purpose")
        assert {one["purpose"]: one["people"] for one in consents} == {
            "account": 5, "abroad": 5, "notices": 2, "messages": 1,
        }  # fmt: skip

        model = await secretary.register_model()
        row = product.rows("SELECT * FROM models WHERE name = ?", model)[0]
        assert (row["owner_unit_id"], row["field_code"], row["state"]) == ("CB22", "BVMT", "submitted")
        assert row["code"] in str(secretary.person.messages)

        place = await secretary.report_session()
        session = product.rows("SELECT * FROM outreach_sessions WHERE place = ?", place)[0]
        held = calendar.local(session["created_at"]).date() - timedelta(days=1)
        assert (session["held_on"], session["attendee_count"]) == (held.isoformat(), 35)
        await resident.register_model()

        content = await officer.submit_notice()
        assert product.value("SELECT COUNT(*) FROM notice_recipients") == 0
        assert await leader.approve_notice()
        notice = await resident.person.wait_for(content)
        assert "Thửa **45**, tờ bản đồ **12**" in notice.shown
        assert "Nguyễn Văn A" in notice.shown
        assert await neighbour.person.wait_for(content)
        await resident.acknowledge(notice)
        again = await resident.press("Đã nhận", "Không ghi thêm lần nữa")
        assert "đã nhận" in again.shown

        figures = await leader.say("/thongke", "Số liệu đến")
        assert "02 hộ, đã nhận" not in figures.shown
        assert "46 hộ, đã nhận 01" in figures.shown

        await product.until_nothing_waits()
        _check_photo(product, session["session_id"])
        digest = await leader.person.wait_for("Báo cáo nhanh", 90)
        minute = calendar.instant(due) / 1000
        assert minute <= digest.at < minute + 5
        assert dated(due.date()) in digest.shown
        await product.until_nothing_waits()
        ended = await product.stop()
    assert ended.code == 0
    tally = Tally()
    check_day(product, fake, diary, tally)
    assert tally.extra == 0
    assert tally.digests == 1
    assert product.leaks(diary.words) == []
    print(
        f"\nstory, {mode}: {tally}; digest {digest.at - minute:.2f} s after its minute; ended in {ended.seconds:.1f} s"
    )


def _check_photo(product: Product, session_id: object) -> None:
    """The photo was fetched, made small, and lies under the hash of what it is now."""
    row = product.rows(
        "SELECT m.* FROM session_photos p JOIN media m ON m.media_id = p.media_id WHERE p.session_id = ?", session_id
    )[0]
    assert row["state"] == "kept"
    kept = product.media / row["sha256"][:2] / f"{row['sha256']}.jpg"
    assert hashlib.sha256(kept.read_bytes()).hexdigest() == row["sha256"]
    with Image.open(kept) as picture:
        assert max(picture.size) == 1600
        assert not picture.getexif()
