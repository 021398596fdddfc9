"""Files that people send: noted in the turn, fetched afterwards; the sender hears of it when one can't be had."""

from __future__ import annotations

from bot.core.figures import decimal
from bot.core.form import Refused
from bot.core.message import Address, File, Outbound
from handlers.dialogue.visit import Desk, Visit
from storage import media
from storage.database import Tx
from storage.media import PDF, PHOTO, Wanted

__all__ = ["LARGEST", "PDF", "PHOTO", "keep_files", "photo_lost"]

LARGEST = 8 * 1024 * 1024  # bytes; phones send chat pictures of 0.1 to 3 MB
LARGEST_PDF = 5 * 1024 * 1024  # bytes; what the narrowest platform lets us send on
PDF_MIME = "application/pdf"


def keep_files(tx: Tx, visit: Visit, *, takes: str) -> tuple[str, ...] | Refused:
    """Note the files of an act as wanted and return their media ids; refused where they can't be taken.

    `takes` is PHOTO, PDF, or "" where only words are asked for.
    """
    files = visit.inbound.files
    if not files:
        return ()
    if not takes:
        return () if visit.inbound.text else Refused("no_file_here")
    for file in files:
        if refused := _unfit(file, takes):
            return refused
    return tuple(_want(tx, visit, file, takes) for file in files)


def _unfit(file: File, takes: str) -> Refused | None:
    largest = LARGEST_PDF if takes == PDF else LARGEST
    if takes == PDF and file.mime != PDF_MIME:
        return Refused("not_a_pdf")
    if takes == PHOTO and file.kind != "photo":
        return Refused("not_a_photo")
    if file.size > largest:
        size = {"size": _megabytes(file.size), "largest": _megabytes(largest)}
        return Refused("pdf_too_big" if takes == PDF else "photo_too_big", size)
    return None


def _megabytes(size: int) -> str:
    return decimal(f"{size / 1024 / 1024:.1f}")


def _want(tx: Tx, visit: Visit, file: File, kind: str) -> str:
    media_id = visit.desk.ids.new()
    media.want(tx, media_id, visit.address.channel, visit.address.chat, file.ref, file.size, visit.now, kind)
    return media_id


def photo_lost(desk: Desk, wanted: Wanted) -> Outbound:
    """What the sender of a file hears when it can't be had any more."""
    address = Address(channel=wanted.channel, chat=wanted.chat)
    return Outbound(address=address, text=desk.say("form.pdf_lost" if wanted.kind == PDF else "form.photo_lost"))
