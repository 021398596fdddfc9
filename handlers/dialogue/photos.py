"""Files that people send: noted in the turn, fetched afterwards; the sender hears of it when one can't be had."""

from __future__ import annotations

from bot.core.figures import decimal
from bot.core.form import Refused
from bot.core.message import Address, Attachment, File, Outbound
from handlers.dialogue.visit import Desk, Visit
from storage import media
from storage.database import Tx
from storage.media import PDF, PHOTO, Wanted

__all__ = ["KEPT", "LARGEST", "PDF", "PHOTO", "attached", "keep_files", "photo_lost"]

LARGEST = 8 * 1024 * 1024  # bytes; phones send chat pictures of 0.1 to 3 MB
LARGEST_PDF = 5 * 1024 * 1024  # bytes; what the narrowest platform lets us send on
PDF_MIME = "application/pdf"
KEPT = "kept"
"""The recipe of a file that lies on our disk."""


def keep_files(tx: Tx, visit: Visit, *, takes: tuple[str, ...]) -> tuple[str, ...] | Refused:
    """Note the files of an act as wanted and return their media ids; refused where they can't be taken.

    `takes` names PHOTO, PDF, or nothing where only words are asked for.
    """
    files = visit.inbound.files
    if not files:
        return ()
    if not takes:
        return () if visit.inbound.text else Refused("no_file_here")
    for file in files:
        if refused := _unfit(file, takes):
            return refused
    return tuple(_want(tx, visit, file, _kind_of(file)) for file in files)


def _kind_of(file: File) -> str:
    return PDF if file.mime == PDF_MIME else PHOTO if file.kind == "photo" else ""


def _unfit(file: File, takes: tuple[str, ...]) -> Refused | None:
    kind = _kind_of(file)
    if kind not in takes:
        return Refused("not_a_file" if len(takes) > 1 else f"not_a_{takes[0]}")
    largest = LARGEST_PDF if kind == PDF else LARGEST
    if file.size > largest:
        size = {"size": _megabytes(file.size), "largest": _megabytes(largest)}
        return Refused("pdf_too_big" if kind == PDF else "photo_too_big", size)
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


def attached(kind: str, sha256: str, name: str) -> Attachment:
    """A file that lies on our disk, to go with a message under a name."""
    ending = "pdf" if kind == PDF else "jpg"
    mime = PDF_MIME if kind == PDF else "image/jpeg"
    return Attachment(
        recipe=KEPT, data={"sha256": sha256, "ending": ending}, name=f"{name}.{ending}".lower(), mime=mime
    )
