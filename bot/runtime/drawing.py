"""Draws the pictures and documents that go with messages: outside the turn, and off the loop that answers people."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from bot.core.message import Attachment
from bot.reports.drawers import Drawer

log = logging.getLogger(__name__)


class NotDrawn(Exception):
    """A recipe that nobody knows (any more), or one that failed on its data."""


class Studio:
    """One thread that draws one thing after the other: what it uses need not bear two threads."""

    def __init__(self, drawers: Mapping[str, Drawer]) -> None:
        self._drawers = drawers
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="drawing")

    async def draw(self, attachment: Attachment) -> bytes:
        """The file itself. Raises NotDrawn."""
        drawer = self._drawers.get(attachment.recipe)
        if drawer is None:
            log.error("no recipe: %s", attachment.recipe)
            raise NotDrawn(attachment.recipe)
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, drawer, attachment.data)
        except Exception as error:  # a recipe may stumble over anything; its words may quote a person's
            log.error("recipe %s failed: %s", attachment.recipe, type(error).__name__)
            raise NotDrawn(attachment.recipe) from None

    def close(self) -> None:
        """Begin nothing more."""
        self._thread.shutdown(wait=False, cancel_futures=True)
