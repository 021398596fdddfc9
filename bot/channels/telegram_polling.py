"""Telegram's updates on their way to us: polled with an offset that moves only when told to, or in a webhook call."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from typing import Any, Final

from bot.channels.telegram_transport import BotApi, WireError, read_answer
from bot.channels.telegram_updates import update_number
from bot.channels.wire import Timeouts
from bot.core.message import Update

ALLOWED_UPDATES: Final = ("message", "edited_message", "callback_query", "my_chat_member")
_IDLE_SECONDS = 6 * 24 * 3600  # after a week without updates Telegram draws the next id at random


class Poll:
    """`getUpdates` with its offset, which moves only when it is told to."""

    def __init__(self, server: BotApi, seconds: int, timeouts: Timeouts, monotonic: Callable[[], float]) -> None:
        self._server = server
        self._seconds = seconds
        self._patience = seconds + timeouts.read
        self._monotonic = monotonic
        self._offset: int | None = None
        self._last = monotonic()

    async def fetch(self) -> list[Update]:
        """The updates that are waiting, or that come within the poll's time. Raises TelegramError."""
        body: dict[str, Any] = {"timeout": self._seconds, "limit": 100, "allowed_updates": ALLOWED_UPDATES}
        self._forget_when_idle()
        if self._offset is not None:
            body["offset"] = self._offset
        reply = await self._server.call("getUpdates", data=json.dumps(body).encode(), patience=self._patience)
        found = read_answer(reply)["result"]
        if not isinstance(found, list):
            raise WireError("not_a_list", sent=True)
        return [_update(element) for element in found]

    def confirm(self, updates: Sequence[Update]) -> bool:
        """Let the next fetch ask above these; False when there is nothing among them to move on by."""
        if not updates:
            return True
        self._last = self._monotonic()
        known = [int(update.key) for update in updates if update.key.isdigit()]
        if not known:
            return False
        # The highest of this batch, not of all time: after an idle week the ids may start lower.
        self._offset = max(known) + 1
        return True

    def _forget_when_idle(self) -> None:
        if self._monotonic() - self._last > _IDLE_SECONDS:
            self._offset = None


def _update(element: object) -> Update:
    raw = json.dumps(element)  # ASCII: a lone surrogate or a NUL in it can harm no store
    number = update_number(element)
    return Update(key=_hash(raw.encode()) if number is None else str(number), raw=raw)


def webhook_update(body: bytes) -> Update:
    try:
        raw = body.decode()
        number = update_number(json.loads(raw))
    except (ValueError, RecursionError):
        raw = body.decode("utf-8", "backslashreplace").replace("\0", "\\0")
        number = None
    return Update(key=_hash(body) if number is None else str(number), raw=raw)


def _hash(raw: bytes) -> str:
    return "x:" + hashlib.sha256(raw).hexdigest()
