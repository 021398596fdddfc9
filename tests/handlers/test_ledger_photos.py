"""The pictures of a household's line: of the paper that was signed, of the door; for the officers of its ward alone."""

from __future__ import annotations

import json

from bot.core.message import Attachment
from storage.database import load_queries
from tests.handlers.test_notices import GONE, issue
from tests.house import House
from tests.test_transcripts import picture


async def served(house: House, photos: int) -> str:
    """A household was served on paper, with pictures; its line."""
    await issue(house)
    [line] = house.rows("SELECT recipient_id FROM notice_recipients WHERE household_id = 'H002'")
    await house.act("canbo", press=f"l|serve|{line['recipient_id']}")
    for said in ("2", "sang nay 7h30"):
        await house.say("canbo", said)
    for number in range(photos):
        await house.photo("canbo", picture(number))
    for said in ("xong" if photos else "bo qua", "bo qua", "gui"):
        await house.say("canbo", said)
    house.unread("canbo")
    return str(line["recipient_id"])


def newest(house: House, account: str, count: int) -> list[dict[str, object]]:
    return [json.loads(mail.body) for mail in house.mail(account)[-count:]]


async def test_an_officer_looks_at_what_was_signed(house: House) -> None:
    recipient_id = await served(house, 2)
    assert "Xem ảnh" in str(await pressed(house, "canbo", f"l|home|{recipient_id}", 1))
    first, second = await pressed(house, "canbo", f"l|photos|{recipient_id}", 2)
    kept = {row["sha256"] for row in house.rows("SELECT sha256 FROM media WHERE state = 'kept'")}
    assert {one["attachment"]["data"]["sha256"] for one in (first, second)} == kept  # type: ignore[index]
    assert "Ảnh 1/2" in str(first["text"])
    assert "(H002): Giấy có ký nhận, 08:00, 24/03/2021, Cán bộ giải phóng mặt bằng (giả định) ghi." in str(
        second["text"]
    )
    assert first["choices"] == []
    assert [label for label, _ in second["choices"]] == ["Trở lại hộ này"]  # type: ignore[attr-defined]
    drawn = await house.engine.studio.draw(Attachment(**first["attachment"]))
    assert drawn.startswith(b"\xff\xd8")


async def pressed(house: House, account: str, data: str, count: int) -> list[dict[str, object]]:
    await house.act(account, press=data)
    return newest(house, account, count)


async def test_what_proves_a_service_is_kept_as_long_as_its_ledger(house: House) -> None:
    await served(house, 1)
    for words in ("/baocao", "19h30 hom qua", "1", "nhà văn hóa", "35 người", "bỏ qua", "đồng thuận"):
        await house.say("cb05", words)
    await house.photo("cb05", picture(5))
    await house.wait_until(house.clock() + 200 * 24 * 3600_000)
    states = house.rows("SELECT chat, state FROM media ORDER BY media_id")
    assert [(row["chat"], row["state"]) for row in states] == [("canbo", "kept"), ("cb05", "lost")]
    forget = load_queries("personal_data").forget_pictures
    await house.engine.database.write(lambda tx: forget(tx, channel="web", chat="canbo"))
    assert house.rows("SELECT state FROM media WHERE chat = 'canbo'") == [{"state": "kept"}]


async def test_pictures_whose_time_is_over_are_not_shown(house: House) -> None:
    recipient_id = await served(house, 1)
    await house.engine.database.write(lambda tx: tx.execute("UPDATE media SET state = 'lost', why = 'expired'"))
    [said] = await pressed(house, "canbo", f"l|photos|{recipient_id}", 1)
    assert "được giữ có thời hạn" in str(said["text"])
    assert "Xem ảnh" not in str(await pressed(house, "canbo", f"l|home|{recipient_id}", 1))


async def test_nobody_else_looks_at_them(house: House) -> None:
    recipient_id = await served(house, 1)
    for account in ("lanhdao", "quantri", "cb05", "ho2", "ho1"):
        [said] = await pressed(house, account, f"l|photos|{recipient_id}", 1)
        assert said["text"] == GONE
