"""Which pages may talk to us: those that came from here. Browsers name them in `Origin`; CORS covers no sockets."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

_ORIGIN = re.compile(r"https?://[^/?#@\s\\]+")
_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Place:
    """Scheme, host and port of an address; the scheme is "" where nobody says it."""

    scheme: str
    name: str
    port: int


def place_of(address: str) -> Place | None:
    """The place that an origin or a base address names; None when it names none that we would trust."""
    try:
        parts = urlsplit(address)
        if parts.scheme not in _DEFAULT_PORTS or not parts.hostname or "@" in parts.netloc:
            return None
        return Place(parts.scheme, parts.hostname, parts.port or _DEFAULT_PORTS[parts.scheme])
    except ValueError:
        return None


def is_allowed(origin: str, host: str, public_url: str = "") -> bool:
    """Whether a page of `origin` may talk to us, asked for at `host` (the request's own header)."""
    asked_by = place_of(origin) if _ORIGIN.fullmatch(origin) else None
    if asked_by is None:
        return False
    public = place_of(public_url)
    if asked_by == public:
        return True
    here = place_of(f"{asked_by.scheme}://{host}")
    return here == asked_by and (here.name == (public and public.name) or _cannot_be_rebound(here.name))


def _cannot_be_rebound(name: str) -> bool:
    """Whether no stranger's name server can make this name mean us: an IP address, or a name of the local network."""
    if "." not in name or name.endswith((".localhost", ".local")):
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
