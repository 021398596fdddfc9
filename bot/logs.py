"""Logging without secrets and without people's words."""

from __future__ import annotations

import logging
import re
import time
from logging.handlers import RotatingFileHandler
from pathlib import Path

# These write whole requests, statements or messages at lower levels: a resident's words, a bot's token.
TALKATIVE = ("httpx", "httpcore", "aiosqlite", "aiohttp", "telegram", "apscheduler", "nicegui", "multipart", "PIL")
SECRETS = (
    (re.compile(r"\b\d{6,12}:[A-Za-z0-9_-]{20,}"), "[token]"),
    (re.compile(r"(?<!\d)(?:\+84|0)\d{9}(?!\d)"), "[phone]"),
)


class Redact(logging.Filter):
    """Takes out of every line what looks like a bot's token or a telephone number, also in tracebacks."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record; never drops one."""
        text = record.getMessage()
        if record.exc_info:
            text = f"{text} ({record.exc_info[0].__name__ if record.exc_info[0] else ''})"
            record.exc_info = None  # a traceback's last line can quote what somebody wrote
        for pattern, instead in SECRETS:
            text = pattern.sub(instead, text)
        record.msg, record.args = text, ()
        return True


LARGEST, KEPT = 2_000_000, 5  # bytes of a file, and how many older files stay: twelve megabytes at the most
OLDEST = 90 * 24 * 3600.0  # seconds that a file of the log stays
FORM = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class LogFile(RotatingFileHandler):
    """A log that never fills the disk; where the disk takes nothing, it is silent instead of complaining for ever."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the library's name
        """A line that can't be written is lost: the terminal has it too."""


def set_up(level: int = logging.INFO) -> None:
    """One line an event, to the terminal."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter(FORM))
    handler.addFilter(Redact())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


def keep(folder: Path) -> None:
    """The same lines to files in `folder` as well; where there can be none, the terminal is enough."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for old in folder.glob("danvan.log.*"):
            if time.time() - old.stat().st_mtime > OLDEST:
                old.unlink()
        handler = LogFile(folder / "danvan.log", maxBytes=LARGEST, backupCount=KEPT, encoding="utf-8")
    except OSError:
        return
    handler.setFormatter(logging.Formatter(FORM))
    handler.addFilter(Redact())
    logging.getLogger().addHandler(handler)
