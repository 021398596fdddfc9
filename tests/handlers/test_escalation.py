"""One level up, once, with the list: when the campaign's hours have passed, and to whom."""

from __future__ import annotations

import pytest

from bot.core.people import Role
from storage.database import open_plain, transaction
from tests.handlers.test_figures import add
from tests.house import House
from tests.runtime.test_scheduler import moment

SAID = "đã quá hạn mà chưa xong"


def change(house: House, *statements: str) -> None:
    connection = open_plain(house.path)
    with transaction(connection) as tx:
        for statement in statements:
            tx.execute(statement)
    connection.close()


async def told(house: House, account: str, day: str) -> list[str]:
    """What somebody was told of up to the end of a day."""
    await house.wait_until(moment(f"{day} 20:00"))
    return [text for text in house.unread(account) if SAID in text]


@pytest.mark.parametrize(
    ("hours", "silent_until", "told_on"),
    [(None, "28/03/2021", "29/03/2021"), (60, "28/03/2021", "29/03/2021"), (72, "29/03/2021", "30/03/2021")],
)
async def test_the_campaigns_hours_are_waited_for(
    house: House, hours: int | None, silent_until: str, told_on: str
) -> None:
    change(house, f"UPDATE campaigns SET escalate_after = {'NULL' if hours is None else hours}")
    assert await told(house, "lanhdao", silent_until) == []
    assert len(await told(house, "lanhdao", told_on)) == 1
    assert await told(house, "lanhdao", "09/04/2021") == []


async def test_a_campaign_may_keep_it_to_itself(house: House) -> None:
    change(house, "UPDATE campaigns SET escalate_after = 0")
    assert await told(house, "lanhdao", "09/04/2021") == []


async def test_all_leaders_of_the_unit_above_are_told_and_nobody_further_up(house: House) -> None:
    add(house, "lanhdao2", Role.LEADER, "PPL")
    add(house, "quan", Role.LEADER, "QLB")
    await house.wait_until(moment("29/03/2021 09:00"))
    heard = {
        account: sum(SAID in text for text in house.unread(account)) for account in ("lanhdao", "lanhdao2", "quan")
    }
    assert heard == {"lanhdao": 1, "lanhdao2": 1, "quan": 0}


async def test_without_a_leader_above_the_next_one_is_told(house: House) -> None:
    add(house, "quan", Role.LEADER, "QLB")
    change(house, "UPDATE memberships SET until = 1 WHERE role = 'leader' AND unit_id = 'PPL'")
    assert len(await told(house, "quan", "29/03/2021")) == 1


async def test_what_nobody_could_be_told_of_is_told_when_somebody_comes(house: House) -> None:
    change(house, "UPDATE memberships SET until = 1 WHERE role = 'leader'")
    assert await told(house, "lanhdao", "30/03/2021") == []
    assert house.rows("SELECT * FROM escalations") == []
    change(house, "UPDATE memberships SET until = NULL WHERE role = 'leader'")
    assert len(await told(house, "lanhdao", "31/03/2021")) == 1


async def test_a_duty_and_an_obligatory_model_are_in_the_same_list(house: House) -> None:
    change(
        house,
        "UPDATE models SET field_code = 'BVMT' WHERE code = 'MH2021-005'",
        "INSERT INTO duties (duty_id, unit_id, year, title, evidence, given_on, due_on, created_at)"
        " VALUES ('NV1', 'PPL', 2021, 'Báo cáo kết quả quý I', 'words', '2021-03-01', '2021-03-26', 0)",
        "INSERT INTO duty_units (duty_id, unit_id) VALUES ('NV1', 'CB05')",
    )
    (text,) = await told(house, "lanhdao", "29/03/2021")
    assert text.splitlines()[:4] == [
        "Kính gửi đồng chí. **03 việc** đã quá hạn mà chưa xong:",
        "– Chi bộ 05: đăng ký mô hình lĩnh vực GPMB, hạn 26/03/2021",
        "– Chi bộ 05: báo cáo kết quả quý I, hạn 26/03/2021",
        "– Chi bộ 22 (giả định): đăng ký mô hình, hạn 26/03/2021",
    ]


async def test_what_was_done_in_time_or_late_but_before_is_not_told(house: House) -> None:
    change(house, "UPDATE models SET owner_unit_id = 'CB22' WHERE code = 'MH2021-032'")
    assert await told(house, "lanhdao", "05/04/2021") == []


async def test_a_restart_in_between_tells_nothing_twice(house: House) -> None:
    await house.wait_until(moment("29/03/2021 08:30"))
    await house.restart()
    await house.wait_until(moment("29/03/2021 14:30"))
    assert sum(SAID in text for text in house.unread("lanhdao")) == 1
