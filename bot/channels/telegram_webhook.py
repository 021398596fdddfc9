"""Whether the updates that Telegram has for us still reach our webhook: told by what waits there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

EVERY: Final = 300.0  # seconds between looks
PATIENCE: Final = 3  # looks at which something waits and does not become less


@dataclass(slots=True)
class Waiting:
    """What waited at the last look, and how often it has not become less."""

    pending: int = 0
    looks: int = 0

    def judge(self, pending: int) -> str:
        """What is wrong, as a short English key; "" while all arrives, or will."""
        self.looks = self.looks + 1 if 0 < self.pending <= pending else 0
        self.pending = pending
        return "webhook_silent" if self.looks >= PATIENCE else ""
