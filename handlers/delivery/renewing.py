"""A reminder is true at the moment at which it leaves: whoever owes nothing any more is not reminded."""

from __future__ import annotations

from bot.core.message import Outbound
from handlers.dialogue.visit import Desk
from handlers.registry import Registry
from storage.database import Tx
from storage.outbox import Parcel


def renewed(desk: Desk, registry: Registry, tx: Tx, parcel: Parcel, now: int) -> Outbound | int | None:
    """What a reminder says now; the moment before which it may not go; None when nobody needs it any more."""
    renew = registry.renewals.get((parcel.about or "").partition(":")[0])
    return parcel.message if renew is None else renew(desk, tx, parcel, now)
