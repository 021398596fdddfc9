"""Photos: noted in the turn, fetched afterwards; the sender hears of it when one can't be had."""

from __future__ import annotations

from bot.core.figures import decimal
from bot.core.form import Refused
from bot.core.message import Address, Outbound
from handlers.visit import Desk, Visit
from storage import media
from storage.database import Tx
from storage.media import Wanted

LARGEST = 8 * 1024 * 1024  # bytes; phones send chat pictures of 0.1 to 3 MB


def keep_photos(tx: Tx, visit: Visit, *, takes: bool) -> tuple[str, ...] | Refused:
    """Note the files of an act as wanted and return their media ids; refused where they can't be taken."""
    files = visit.inbound.files
    if not files:
        return ()
    if not takes:
        return () if visit.inbound.text else Refused("no_file_here")
    for file in files:
        if file.kind != "photo":
            return Refused("not_a_photo")
        if file.size > LARGEST:
            return Refused("photo_too_big", {"size": _megabytes(file.size), "largest": _megabytes(LARGEST)})
    return tuple(_want(tx, visit, file.ref, file.size) for file in files)


def _megabytes(size: int) -> str:
    return decimal(f"{size / 1024 / 1024:.1f}")


def _want(tx: Tx, visit: Visit, ref: str, size: int) -> str:
    media_id = visit.desk.ids.new()
    media.want(tx, media_id, visit.address.channel, visit.address.chat, ref, size, visit.now)
    return media_id


def photo_lost(desk: Desk, wanted: Wanted) -> Outbound:
    """What the sender of a photo hears when it can't be had any more."""
    address = Address(channel=wanted.channel, chat=wanted.chat)
    return Outbound(address=address, text=desk.say("form.photo_lost"))
