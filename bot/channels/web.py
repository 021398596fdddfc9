"""The web chat: a durable mailbox of our own. Sent means written; delivered means that the browser showed it."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.channels.base import DeliveryFailed, Forbidden, Limits, Take, Trouble, Unreadable
from bot.channels.capabilities import WEB
from bot.core.message import Address, File, Inbound, Outbound, Update
from bot.core.reading.fold import clean

CHANNEL = "web"
LONGEST_TEXT = 8000  # characters; more than any question takes


class WebChannel:
    """What a browser does comes in as an update; what we say is in the outbox, where the page reads it."""

    name = CHANNEL
    bot = "page"
    abroad = False
    limits = Limits()
    can = WEB
    complaint = ""

    def __init__(self, uploads: Path) -> None:
        self._uploads = uploads

    def keep_upload(self, content: bytes) -> str:
        """Put a browser's file on disk, before the update that speaks of it; returns its handle."""
        name = hashlib.sha256(content).hexdigest()
        self._uploads.mkdir(parents=True, exist_ok=True)
        with (self._uploads / name).open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        return name

    @staticmethod
    def update(key: str, account: str, at: int, **what: Any) -> Update:
        """A browser's act: text=…, press=… or file={ref, size, mime}; `key` makes it unique, `at` is epoch ms."""
        return Update(key=key, raw=json.dumps({"account": account, "at": at, **what}, ensure_ascii=False))

    def parse(self, raw: str) -> Inbound | None:
        """The person's act; the account is also the chat."""
        try:
            act = json.loads(raw)
            account = str(act["account"])
            return Inbound(
                address=Address(channel=CHANNEL, chat=account),
                sender=account,
                at=int(act["at"]),
                text=clean(str(act.get("text", ""))[:LONGEST_TEXT]),
                press=str(act.get("press", "")),
                files=_files(act.get("file")),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise Unreadable("web") from error

    async def listen(self, take: Take) -> None:
        """Nothing to ask for: the page brings updates."""

    def webhook(self, headers: Mapping[str, str], body: bytes) -> Update:
        """The page is the only way in."""
        raise Forbidden(CHANNEL)

    async def send(self, message: Outbound, content: bytes = b"", link: str = "") -> str:
        """The message is in the mailbox already; marking it as sent is all."""
        return ""

    def door(self, code: str) -> str:
        """Our page is opened by those who know its address."""
        return ""

    async def edit(self, message: Outbound, platform_id: str) -> bool:
        """The mailbox shows what the records say."""
        return True

    async def acknowledge(self, inbound: Inbound) -> None:
        """A page needs no word about its own button."""

    async def fetch(self, file: File, limit: int) -> bytes:
        """A file that the browser sent; its handle is the hash of its content, never a path."""
        if not file.ref.isalnum():
            raise DeliveryFailed(Trouble.REFUSED, "no_such_file")
        try:
            return (self._uploads / file.ref).read_bytes()
        except OSError:
            raise DeliveryFailed(Trouble.REFUSED, "no_such_file") from None

    async def close(self) -> None:
        """Nothing is held open."""


def _files(file: Mapping[str, Any] | None) -> tuple[File, ...]:
    if not file:
        return ()
    mime = str(file["mime"])
    kind = "photo" if mime.startswith("image/") else "document"
    return (File(ref=str(file["ref"]), kind=kind, size=int(file["size"]), mime=mime),)
