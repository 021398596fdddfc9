"""Every reason that our code can give for a message that did not arrive, read out of the code itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from bot.channels.telegram_transport import RULES as TELEGRAM
from bot.channels.wire import _KINDS
from bot.channels.zalo_answers import RULES, TEMPLATE_RULES
from bot.channels.zalo_bot import RULES as ZALO_BOT
from storage.outbox import TOO_LATE

ROOT = Path(__file__).parent.parent.parent
ROOMS = ("bot/channels", "bot/runtime/outbox.py", "storage/backups.py")
GIVES = {"DeliveryFailed": 1, "Lost": 0, "WireError": 0, "give_up_older": 2}  # call → where its reason stands
SETTLES = {"_retry": 2, "_doubt": 2, "again": 3, "end_unsent": 3, "_fail": 2}
NUMBERED = ("other_400", "other_403")
"""The rows for what a platform says in words that nobody has met yet."""
OTHERWISE = "network"
"""What a connection's failure is called that is in no table."""


def known_reasons() -> set[str]:
    """The reasons of all tables and of all calls that name one."""
    tables = (
        {rule.why for rule in TELEGRAM}
        | {row[3] for row in ZALO_BOT}
        | {why for _, why in (*RULES.values(), *TEMPLATE_RULES.values())}
    )
    return (tables | {kind for _, kind in _KINDS} | {OTHERWISE, TOO_LATE} | set(_named())) - set(NUMBERED)


def _named() -> Iterator[str]:
    for room in ROOMS:
        path = ROOT / room
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                yield from _reason_of(node)


def _reason_of(node: ast.AST) -> Iterator[str]:
    """The constant in the place of a reason; anything else comes from a table, or begins with a known word."""
    if isinstance(node, ast.Call):
        place = (GIVES | SETTLES).get(_name_of(node.func))
        given = [*node.args[place : place + 1]] if place is not None else []
        given += [one.value for one in node.keywords if one.arg in ("kind", "why") and place is not None]
        yield from (one.value for one in given if isinstance(one, ast.Constant) and isinstance(one.value, str))


def _name_of(called: ast.expr) -> str:
    if isinstance(called, ast.Attribute):
        return called.attr
    return called.id if isinstance(called, ast.Name) else ""
