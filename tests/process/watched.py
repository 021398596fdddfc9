"""The fake Telegram, with an eye on summaries: a test can wait for one, and let it hang in the air."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.fakes.telegram import FakeTelegram
from tests.process.truth import DIGEST


class WatchedTelegram(FakeTelegram):
    """Tells when a summary is on its way, and takes its time with those that a test wants to be hit."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.summary = asyncio.Event()
        self.stalls: dict[int, tuple[float, float]] = {}  # by chat: seconds before and after its effect

    async def _run(self, method: str, params: dict[str, Any]) -> tuple[int, bytes]:
        if method != "sendmessage" or DIGEST not in str(params.get("text", "")):
            return await super()._run(method, params)
        self.summary.set()
        before, after = self.stalls.get(int(params["chat_id"]), (0, 0))
        await asyncio.sleep(before)
        answer = await super()._run(method, params)
        await asyncio.sleep(after)
        return answer
