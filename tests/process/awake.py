"""`python -m bot`, in a ward that has no night: a test of a summary has to run at any hour.

The night itself is kept to in tests/runtime, by a clock that is put there.
"""

from __future__ import annotations

from datetime import time

from bot.__main__ import cli
from bot.core import calendar

calendar.WAKING = (time.min, time.max)

if __name__ == "__main__":
    cli()
