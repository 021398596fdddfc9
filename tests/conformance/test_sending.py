"""Every kind of thing that we say, on every channel, as people see it; and that no capability is declared wrongly."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from mimetypes import guess_type
from typing import Any

import pytest

from bot.channels.base import DeliveryFailed
from bot.channels.capabilities import MEGABYTE, Files
from bot.core.message import BOLD_OFF, BOLD_ON, Address, Attachment, Choice, Lane, Outbound
from storage import outbox
from tests.channels.telegram_kit import picture
from tests.conformance.kit import NOWHERE, Seen
from tests.conformance.stage import Stage
from tests.runtime.test_shrinking import chart, photo

WHO = "ho1"
CHART = Attachment(recipe="chart", data={"colour": "red"}, name="biểu đồ.png", mime="image/png")
PDF = Attachment(recipe="pdf", data={}, name="báo cáo.pdf", mime="application/pdf")
WHOLE = "Câu này dài vừa phải. "


def draw_chart(data: Mapping[str, Any]) -> bytes:
    return picture(colour=data["colour"])


@pytest.fixture(autouse=True)
def drawing(stage: Stage) -> None:
    """Two things can be drawn."""
    stage.engine.studio._drawers = {"chart": draw_chart, "pdf": lambda _: b"%PDF-1.7"}


def message(stage: Stage, text: str = "Words", **what: Any) -> Outbound:
    account = stage.kit.account_of(WHO)
    return Outbound(address=Address(channel=stage.kit.name, chat=account), text=text, **what)


def named(count: int, length: int = 1) -> tuple[Choice, ...]:
    return tuple(Choice(label=str(number).ljust(length, "x"), data=f"c|{number}") for number in range(count))


async def deliver(stage: Stage, *messages: Outbound) -> list[Seen]:
    """Through the outbox, as everything goes."""
    for one in messages:
        await stage.engine.database.write(lambda tx, one=one: outbox.put(tx, stage.ids.new(), one, stage.clock()))
    return await stage.answer(WHO)


def with_file(seen: list[Seen]) -> Seen:
    """The message that a file came with."""
    return next(part for part in seen if part.file)


def states(stage: Stage) -> list[object]:
    return [row["state"] for row in stage.rows("SELECT state FROM outbox ORDER BY message_id")]


async def test_bold(stage: Stage) -> None:
    [seen] = await deliver(stage, message(stage, f"a {BOLD_ON}b 🏠{BOLD_OFF} <i>c</i> *d* `e`"))
    marks = "**" if stage.channel.can.bold else ""
    assert seen.text == f"a {marks}b 🏠{marks} <i>c</i> *d* `e`"


async def test_choices_and_controls(stage: Stage) -> None:
    [seen] = await deliver(stage, message(stage, choices=named(2), controls=(Choice(label="Hủy", data="k|x|cancel"),)))
    assert seen.text.startswith("Words")
    order = [*seen.text.split("\n"), *seen.buttons]
    assert [word for word in order if word.endswith(("0", "1", "Hủy", "Hủy."))] in (
        ["0", "1", "Hủy"],
        ["1. 0", "2. 1", "Hủy"],
        ["1. 0", "2. 1", "Hoặc nhắn: Hủy."],
    )


async def test_an_unsent_message_is_replaced_by_the_newer_one(stage: Stage) -> None:
    seen = await deliver(stage, *(message(stage, f"{count} photos", supersedes="album") for count in range(3)))
    assert [one.text for one in seen] == ["2 photos"]


async def test_how_something_stands_is_one_message(stage: Stage) -> None:
    """It changes where the platform can; elsewhere its states on the way are left out."""
    for text in ("10 %", "50 %", "50 %", "done"):
        way = message(stage, text, choices=named(1), supersedes="way", in_place=True, passing=text != "done")
        await deliver(stage, way)
        seen = [one.text.partition("\n")[0] for one in stage.kit.screen(WHO)]
        assert seen == ([text] if stage.channel.can.edits or text == "done" else [])


async def test_a_picture_comes_with_its_words(stage: Stage) -> None:
    seen = await deliver(stage, message(stage, attachment=CHART))
    shown = with_file(seen)
    assert any("Words" in part.text for part in seen)
    assert (shown.file, shown.shown_as_picture) == ("biểu đồ.png", True)
    assert shown.content in (picture(colour="red"), b"")
    assert (len(seen) == 1) == stage.channel.can.words_beside


@pytest.mark.parametrize("large", [photo, chart])
async def test_a_picture_that_is_too_large_is_made_small(stage: Stage, large: Callable[[], bytes]) -> None:
    """It is shown in the chat all the same, not put behind a link."""
    content, most = large(), stage.channel.can.picture
    stage.engine.studio._drawers = {"photo": lambda _: content}
    stage.kit.be_patient(stage.channel)
    name = "ảnh.jpg" if large is photo else "ảnh.png"
    attachment = Attachment(recipe="photo", data={}, name=name, mime=guess_type(name)[0] or "")
    shown = with_file(await deliver(stage, message(stage, attachment=attachment)))
    assert (shown.file, shown.shown_as_picture) == (name, True)
    if shown.content:
        assert len(shown.content) <= (most or len(content))
        assert (b"Telephone" in shown.content) == (most in (None, 10 * MEGABYTE) and large is photo)


async def test_a_picture_that_cannot_be_made_small_is_behind_a_link(stage: Stage) -> None:
    content = b"\xff\xd8\xff\0" + b"\0" * (stage.channel.can.picture or 0)
    stage.engine.studio._drawers = {"photo": lambda _: content}
    stage.kit.be_patient(stage.channel)
    attachment = Attachment(recipe="photo", data={}, name="ảnh.jpg", mime="image/jpeg")
    seen = await deliver(stage, message(stage, attachment=attachment))
    if stage.channel.can.document_kinds or stage.channel.can.document == 0:
        assert "Tệp ảnh.jpg: https://ward.test/xem/" in seen[-1].text
    else:
        assert with_file(seen).file == "ảnh.jpg"


async def test_a_document_comes_as_one_or_as_a_link(stage: Stage) -> None:
    seen = await deliver(stage, message(stage, attachment=PDF))
    by_link = "Tệp báo cáo.pdf: https://ward.test/xem/" in seen[-1].text
    assert by_link != any(part.file == "báo cáo.pdf" for part in seen)
    assert by_link == (stage.channel.can.document == 0)


async def test_a_long_text_arrives_whole_and_in_order(stage: Stage) -> None:
    text = "".join(f"{number}. {WHOLE}" for number in range(900)).strip()
    seen = await deliver(stage, message(stage, text, choices=named(1)))
    assert "".join(part.text for part in seen).replace(" ", "").startswith(text.replace(" ", ""))
    assert (len(seen) == 1) == (stage.channel.can.text is None)
    assert [bool(part.buttons) for part in seen[:-1]] == [False] * (len(seen) - 1)


async def test_long_words_and_a_picture(stage: Stage) -> None:
    text = (WHOLE * 200).strip()
    seen = await deliver(stage, message(stage, text, attachment=CHART))
    assert "".join(part.text for part in seen).replace(" ", "") == text.replace(" ", "")
    assert [part.file for part in seen if part.file] == ["biểu đồ.png"]
    assert (seen[-1].file != "") == stage.channel.can.words_beside, "with the last words, or before the first"


async def test_what_concerns_a_household_goes_where_it_may(stage: Stage) -> None:
    if stage.channel.can.files is Files.OWN:
        return  # our own page is where it may be read
    stage.channel.can = replace(stage.channel.can, households=False)  # type: ignore[misc]
    notice = message(stage, "Canary plot 45", household=True, lane=Lane.NOTICE, choices=named(1), attachment=CHART)
    seen = await deliver(stage, notice)
    assert "tin mới về hộ gia đình" in seen[0].text
    assert "https://ward.test/xem/" in seen[0].text
    assert not any("Canary" in part.text or part.file for part in seen)


# -- no capability is declared wrongly: each is tried at its edge, past the place that keeps to it -------------------


async def straight(stage: Stage, sent: Outbound, content: bytes = b"", link: str = NOWHERE) -> list[Seen] | None:
    """As it is, to the platform; None when it is refused."""
    if stage.channel.can.files is Files.OWN:
        return await deliver(stage, sent)
    try:
        await stage.channel.send(sent, content, link)
    except DeliveryFailed:
        return None
    return stage.unread(WHO)


def bearing(stage: Stage, attachment: Attachment) -> Outbound:
    """A file, with words where those may stand beside it."""
    return message(stage, "Words" if stage.channel.can.words_beside else "", attachment=attachment)


async def test_a_text_may_be_as_long_as_declared_and_no_longer(stage: Stage) -> None:
    longest = stage.channel.can.text
    seen = await straight(stage, message(stage, "ă" * (longest or 100_000)))
    assert seen is not None
    assert len(seen[0].text) == (longest or 100_000)
    if longest is not None:
        assert await straight(stage, message(stage, "ă" * (longest + 1))) is None
        assert await straight(stage, message(stage, "🏠" * (longest // 2 + 1))) is None, "UTF-16 units count"


async def test_a_caption_may_be_as_long_as_declared_and_no_longer(stage: Stage) -> None:
    longest = stage.channel.can.caption
    words = "ă" * (10_000 if longest is None else longest)
    assert await straight(stage, message(stage, words, attachment=CHART), picture())
    if longest is not None:
        assert not await straight(stage, message(stage, "ă" * (longest + 1), attachment=CHART), picture())


async def test_as_many_buttons_as_declared_and_no_more(stage: Stage) -> None:
    most = stage.channel.can.buttons
    if most != 0:
        seen = await straight(stage, message(stage, choices=named(most or 300)))
        assert seen is not None
        assert len(seen[0].buttons) == (most or 300)
    if most is not None:
        seen = await straight(stage, message(stage, choices=named(most + 1)))
        assert seen is None or len(seen[0].buttons) <= most


async def test_labels_as_long_as_declared_and_no_longer(stage: Stage) -> None:
    if stage.channel.can.buttons == 0:
        return
    longest = stage.channel.can.label
    seen = await straight(stage, message(stage, choices=named(1, longest or 200)))
    assert seen is not None
    assert len(seen[0].buttons[0]) == (longest or 200)
    if longest is not None:
        seen = await straight(stage, message(stage, choices=named(1, longest + 1)))
        assert seen is None or len(seen[0].buttons[0]) <= longest


async def test_bold_exactly_where_it_is_declared(stage: Stage) -> None:
    seen = await straight(stage, message(stage, f"{BOLD_ON}a{BOLD_OFF}"))
    assert seen is not None
    assert (seen[0].text == "**a**") == stage.channel.can.bold


async def test_pictures_as_large_as_declared_and_no_larger(stage: Stage) -> None:
    stage.kit.be_patient(stage.channel)
    largest, chart = stage.channel.can.picture, picture()
    whole = chart + b"\0" * ((largest or 1_000_000) - len(chart))
    seen = await straight(stage, bearing(stage, CHART), whole)
    assert seen is not None
    assert seen[-1].shown_as_picture
    if largest is not None:
        assert await straight(stage, bearing(stage, CHART), whole + b"\0") is None


async def test_documents_as_large_as_declared_and_no_larger(stage: Stage) -> None:
    stage.kit.be_patient(stage.channel)
    largest = stage.channel.can.document
    if largest != 0:
        seen = await straight(stage, bearing(stage, PDF), b"\0" * (largest or 1_000_000))
        assert seen is not None
        assert seen[-1].file == "báo cáo.pdf"
    if largest is not None:
        assert await straight(stage, bearing(stage, PDF), b"\0" * (largest + 1)) is None


async def test_words_beside_a_file_exactly_where_that_is_declared(stage: Stage) -> None:
    seen = await straight(stage, message(stage, "Words", attachment=CHART), picture())
    assert (seen is not None) == stage.channel.can.words_beside


async def test_bytes_are_sent_exactly_where_that_is_declared(stage: Stage) -> None:
    """Where a platform fetches by itself, nothing arrives without an address."""
    seen = await straight(stage, bearing(stage, CHART), picture(), link="")
    assert (seen is not None) == (stage.channel.can.files is not Files.FETCHED)


@pytest.mark.parametrize("name", ["a.pdf", "a.doc", "a.docx", "a.xlsx"])
async def test_kinds_of_documents_exactly_those_that_are_declared(stage: Stage, name: str) -> None:
    can, mime = stage.channel.can, guess_type(name)[0] or ""
    seen = await straight(stage, bearing(stage, Attachment(recipe="pdf", data={}, name=name, mime=mime)), b"%PDF-1.7")
    assert (seen is not None) == (can.document != 0 and (not can.document_kinds or mime in can.document_kinds))
