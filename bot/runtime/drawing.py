"""Draws the pictures and documents that go with messages: outside the turn, and off the loop that answers people."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from collections import OrderedDict
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import Any

from bot.core.message import Attachment
from bot.reports.drawers import Drawer
from bot.runtime.fetcher import path_of
from bot.runtime.shrinking import NotAPicture, shrink_to

log = logging.getLogger(__name__)

REMEMBERED = 8  # files: thirty leaders get the same chart, and a browser fetches what was just sent


class NotDrawn(Exception):
    """A recipe that nobody knows (any more), or one that failed on its data."""


def kept_file(folder: Path, data: Mapping[str, Any]) -> bytes:
    """A file that somebody sent, as it is kept under its hash. Raises OSError when it is there no longer."""
    return path_of(folder, data["sha256"], data["ending"]).read_bytes()


class Studio:
    """One thread that draws one thing after the other: what it uses need not bear two threads."""

    def __init__(self, drawers: Mapping[str, Drawer]) -> None:
        self._drawers = drawers
        self._remembered = lru_cache(maxsize=REMEMBERED)(self._draw)
        self._small: OrderedDict[tuple[str, int], bytes] = OrderedDict()  # by the hash of what was large
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="drawing")

    async def draw(self, attachment: Attachment, within: int | None = None) -> bytes:
        """The file itself; a picture in at most `within` bytes, if it can be made so small. Raises NotDrawn."""
        data = json.dumps(attachment.data, sort_keys=True)
        loop = asyncio.get_running_loop()
        try:
            most = within if attachment.is_picture else None
            return await loop.run_in_executor(self._thread, self._draw_within, attachment.recipe, data, most)
        except Exception as error:  # a recipe may stumble over anything; its words may quote a person's
            log.error("recipe %s failed: %s", attachment.recipe, type(error).__name__)
            raise NotDrawn(attachment.recipe) from None

    def _draw_within(self, recipe: str, data: str, most: int | None) -> bytes:
        content = self._remembered(recipe, data)
        return content if most is None or len(content) <= most else self._made_small(content, most)

    def _made_small(self, content: bytes, most: int) -> bytes:
        """Made small once, however many get it; what can't be is left as it is."""
        key = hashlib.sha256(content).hexdigest(), most
        if key not in self._small:
            try:
                self._small[key] = shrink_to(content, most)
            except NotAPicture:
                self._small[key] = content
        self._small.move_to_end(key)
        while len(self._small) > REMEMBERED:
            self._small.popitem(last=False)
        return self._small[key]

    def _draw(self, recipe: str, data: str) -> bytes:
        return self._drawers[recipe](json.loads(data))

    def close(self) -> None:
        """Begin nothing more."""
        self._thread.shutdown(wait=False, cancel_futures=True)
