"""The files that go with a notice: named by the hash under which they are kept, and brought at delivery."""

from __future__ import annotations

from bot.core.message import Attachment
from handlers.dialogue.photos import PDF, attached
from storage import notices
from storage.database import Tx
from storage.notices import Sheet


def attachments(tx: Tx, sheet: Sheet) -> list[Attachment]:
    """The files of a notice that we have; one that could not be had holds up nobody's words."""
    hashes = [file.sha256 for file in notices.files_of(tx, sheet.notice_id) if file.sha256]
    return [attached(PDF, sha256, f"{sheet.code}-{number}") for number, sha256 in enumerate(hashes, 1)]
