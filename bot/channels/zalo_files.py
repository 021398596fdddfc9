"""Pictures that Zalo names by their address: fetched from Zalo's own hosts and nowhere else."""

from __future__ import annotations

import ipaddress
from typing import Final
from urllib.parse import urlsplit

from bot.channels.base import DeliveryFailed, Trouble
from bot.channels.wire import Lost, Secret, Wire

SECONDS: Final = 30.0
# Where pictures of Zalo were seen to lie. An address elsewhere may be anybody's, our own network's too.
HOSTS: Final = ("zdn.vn", "zadn.vn", "zalo.me", "zaloapp.com", "zaloplatforms.com", "dlfl.vn", "dlmd.me")


async def download(wire: Wire, address: str, limit: int, *, ours: str) -> bytes:
    """The bytes at an address of Zalo's, or of the server that stands for it (`ours`). Raises DeliveryFailed."""
    if not is_zalos(address, ours):
        raise DeliveryFailed(Trouble.REFUSED, "foreign_address")
    reply = await wire.get(Secret(address), limit, SECONDS)
    if isinstance(reply, Lost):
        raise DeliveryFailed(Trouble.RETRY_LATER, reply.kind)
    if reply.status in (404, 410):
        raise DeliveryFailed(Trouble.REFUSED, "file_gone")
    if reply.status >= 500 or reply.status == 429:
        raise DeliveryFailed(Trouble.RETRY_LATER, "server_error")
    if reply.status != 200:  # a way elsewhere is not followed
        raise DeliveryFailed(Trouble.REFUSED, "file_unavailable")
    if len(reply.body) > limit:
        raise DeliveryFailed(Trouble.REFUSED, "file_too_big")
    return reply.body


def is_zalos(address: str, ours: str) -> bool:
    """Whether an address is one of Zalo's hosts over HTTPS, or the very server that we were told to use."""
    try:
        parts, own = urlsplit(address), urlsplit(ours)
        host = (parts.hostname or "").rstrip(".").lower()
        if (parts.scheme, host, parts.port) == (own.scheme, own.hostname, own.port):
            return True
        if parts.scheme != "https" or parts.port not in (None, 443) or parts.username is not None:
            return False
    except ValueError:
        return False
    return not _is_number(host) and any(host == known or host.endswith(f".{known}") for known in HOSTS)


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
