"""A notice's PDF comes to its households on each channel, and one that is gone holds up nobody's words."""

from __future__ import annotations

from pathlib import Path

from bot.runtime.fetcher import keep_file, path_of
from tests.conformance.kit import Seen
from tests.conformance.stage import Stage

PDF = b"%PDF-1.7 a plan of the parcels"


async def issue(stage: Stage, *contents: bytes) -> list[str]:
    """A notice with these files waits for its approval; the hashes of the files."""
    for said in ("/thongbao", "1", "1", "Kính mời hộ gia đình xem thông báo niêm yết.", "bo qua"):
        await stage.say("canbo", said)
    await stage.press("canbo", "Lưu, xem lại")
    hashes = [keep_file(Path(stage.engine.fetcher._folder), content, "pdf") for content in contents]

    def attach(tx) -> None:  # type: ignore[no-untyped-def]
        [notice] = tx.execute("SELECT notice_id FROM notices").fetchall()
        for number, sha256 in enumerate(hashes):
            tx.execute(
                "INSERT INTO media (media_id, channel, chat, ref, size, kind, not_before, state, sha256)"
                " VALUES (?, 'web', 'x', '', 1, 'pdf', 0, 'kept', ?)",
                (f"m{number}", sha256),
            )
            tx.execute("INSERT INTO notice_files VALUES (?, ?)", (notice["notice_id"], f"m{number}"))

    await stage.engine.database.write(attach)
    await stage.press("canbo", "Trình duyệt")
    stage.unread("lanhdao")
    return hashes


async def approve(stage: Stage) -> list[Seen]:
    """It is sent; what the first household then sees."""
    stage.unread("ho1")
    await stage.press("lanhdao", "Xem thông báo")
    await stage.press("lanhdao", "Duyệt và gửi")
    return stage.unread("ho1")


async def test_the_file_comes_with_the_words(stage: Stage) -> None:
    await issue(stage, PDF)
    seen = await approve(stage)
    words = "\n".join(part.text for part in seen)
    assert "xem thông báo niêm yết" in words
    files = [part for part in seen if part.file]
    if stage.channel.can.document:
        assert [part.file for part in files] == ["tb2021-001-1.pdf"]
        assert files[0].content in (PDF, b"")
    else:
        assert files or "Tệp tb2021-001-1.pdf: https://ward.test/xem/" in words


async def test_a_second_file_follows(stage: Stage) -> None:
    await issue(stage, PDF, PDF + b" 2")
    words = "\n".join(part.text for part in await approve(stage))
    assert words.index("xem thông báo niêm yết") < words.index("(2/2)")


async def test_a_missing_file_lets_the_words_go(stage: Stage) -> None:
    [gone] = await issue(stage, PDF)
    path_of(stage.engine.fetcher._folder, gone, "pdf").unlink()
    seen = await approve(stage)
    assert "xem thông báo niêm yết" in "\n".join(part.text for part in seen)
    assert not [part.file for part in seen if part.file]
