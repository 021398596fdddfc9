"""`python -m bot`, without the ceiling on messages a second that the configuration has (1,000).

Telegram's own pace is 25 a second; what the program could do is what is measured here. Nothing else is changed.
"""

from __future__ import annotations

import bot.switchboard
from bot.__main__ import cli
from bot.channels.base import Limits


def unlimited(_per_second: float, _chat_per_second: float) -> Limits:
    """No rate; the product's own number of requests in flight."""
    return Limits(at_once=64)


if __name__ == "__main__":
    bot.switchboard.telegram_limits = unlimited
    cli()
