"""Who can be met on the demo's four phones. Names and words are in templates/texts/page.toml, by the same keys."""

from __future__ import annotations

from dataclasses import dataclass

VISITOR = "khach"
"""The visitor who has not joined: each new one gets a fresh account, khach-1, khach-2 …"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A phone, and the accounts of the web channel that can be looked at on it; the first one to begin with."""

    key: str
    personas: tuple[str, ...]


PHONES = (
    Place(key="secretary", personas=("cb05", "cb22")),
    Place(key="resident", personas=("ho1", "ho2", "cn01", VISITOR)),
    Place(key="officer", personas=("canbo", "quantri")),
    Place(key="leader", personas=("lanhdao",)),
)


def visitor_account(number: int) -> str:
    """The account of the n-th visitor."""
    return f"{VISITOR}-{number}"


def visitor_number(account: str) -> int:
    """Which visitor an account belongs to; 0 when it is nobody's."""
    name, _, number = account.partition("-")
    return int(number) if name == VISITOR and number.isdecimal() else 0
