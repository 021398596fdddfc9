"""An answer may rest on a document or a photo: it reaches the asker, and without it nothing is answered."""

from __future__ import annotations

import io
import json

from PIL import Image

from handlers.dialogue.photos import KEPT
from tests.handlers.test_questions import asked, steps
from tests.house import House

DOCUMENT = b"%PDF-1.7\n1 0 obj\n%%EOF\n"


def photo() -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (40, 30), "orange").save(content, "JPEG")
    return content.getvalue()


async def up_to_the_source(house: House) -> None:
    await asked(house)
    await house.press("canbo", "Trả lời")
    await house.say("canbo", "Cống làm cùng đường, quý III.")


async def test_a_document_reaches_the_asker_and_stays_on_the_card(house: House) -> None:
    await up_to_the_source(house)
    card = "\n".join(await house.document("canbo", DOCUMENT))
    assert "Căn cứ: **văn bản gửi kèm**" in card
    house.unread("ho1")
    assert "Người hỏi đã được báo" in "\n".join(await house.say("canbo", "gui"))
    told = "\n".join(house.unread("ho1"))
    assert "Căn cứ: văn bản gửi kèm tin này." in told
    assert "(kèm tệp pl-2021-0001.pdf)" in told
    assert "(kèm tệp pl-2021-0001.pdf)" in "\n".join(await house.press("ho1", "Xem PL-2021-0001"))
    body = json.loads(house.mail("ho1")[-1].body)
    sha256 = body["attachment"]["data"]["sha256"]
    assert body["attachment"]["recipe"] == KEPT
    assert (house.folder / "media" / sha256[:2] / f"{sha256}.pdf").read_bytes() == DOCUMENT


async def test_a_file_that_can_not_be_had_answers_nothing(house: House) -> None:
    await up_to_the_source(house)
    said = "\n".join(await house.document("canbo", b"no pdf at all"))
    assert "không phải là PDF" in said
    refused = "\n".join(await house.press("canbo", "Gửi câu trả lời"))
    assert "câu trả lời chưa gửi, phiếu vẫn mở" in refused
    assert "Căn cứ" in refused
    assert steps(house) == ["open"]
    await house.say("canbo", "Kế hoạch số 05/KH-BQLDA")
    await house.say("canbo", "gui")
    assert steps(house) == ["open", "answer"]


async def test_as_long_as_the_file_is_on_its_way_the_card_comes_back(house: House) -> None:
    await up_to_the_source(house)
    house.acts += 1
    ref = house.web.keep_upload(photo())
    sent = {"ref": ref, "size": 1, "mime": "image/jpeg"}
    updates = [
        house.web.update("slow-1", "canbo", house.clock(), file=sent),
        house.web.update("slow-2", "canbo", house.clock(), text="gui"),
    ]
    await house.engine.take(house.web, updates)
    await house.engine.inbox.answer_waiting()  # nothing is fetched yet
    assert steps(house) == ["open"]
    await house.settle()
    shown = "\n".join(house.unread("canbo"))
    assert shown.count("đang được tải về") == 2
    await house.restart()
    await house.say("canbo", "gui")
    assert steps(house) == ["open", "answer"]
    assert "ảnh gửi kèm tin này" in "\n".join(house.unread("ho1"))


async def test_what_is_neither_a_document_nor_a_photo_is_refused(house: House) -> None:
    await up_to_the_source(house)
    ref = house.web.keep_upload(b"PK")
    await house.act("canbo", file={"ref": ref, "size": 2, "mime": "application/zip"})
    assert "chỉ nhận tệp PDF hoặc ảnh" in "\n".join(house.unread("canbo"))
    await house.act("canbo", file={"ref": ref, "size": 6_000_000, "mime": "application/pdf"})
    assert "5 MB" in "\n".join(house.unread("canbo"))
    assert steps(house) == ["open"]


async def test_somebody_elses_file_is_nobodys_source(house: House) -> None:
    """A forged value that names a file from another chat is as one that is lost."""
    await up_to_the_source(house)
    for words in ("/baocao", "19h30 hom qua", "1", "nhà văn hóa", "35 người", "bỏ qua", "đồng thuận"):
        await house.say("cb05", words)
    await house.photo("cb05", photo())
    foreign = house.rows("SELECT media_id FROM media")[0]["media_id"]
    draft = house.button("canbo", "Hủy").data.split("|")[1]
    await house.act("canbo", press=f"q|{draft}|source|{foreign}")
    assert steps(house) == ["open"]
    assert "gửi kèm**" not in "\n".join(house.unread("canbo"))
