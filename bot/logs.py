"""Logging without secrets and without people's words."""

from __future__ import annotations

import logging
import re

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


def set_up(level: int = logging.INFO) -> None:
    """One line an event, to the terminal."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    handler.addFilter(Redact())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
