"""Kinds of buttons: what is alike in all that carry the same prefix and name, and which of them have no line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from handlers.dialogue.filling import FORM_PRESSES
from handlers.people.journal import kind_of
from storage.database import Tx
from tests.matrix.lines import BUTTONS, COMMANDS

WALKED_BY_THEMSELVES = frozenset({*FORM_PRESSES, "v"})
"""Buttons of the open form, and of one's own roles."""
IDENTIFIER = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")
LISTED = frozenset(kind_of(button.data) for button in BUTTONS)


def unlisted(emitted: Iterable[str]) -> list[str]:
    """The lines that are missing for buttons that somebody was shown."""
    missing = {}
    for data in emitted:
        prefix, name = kind_of(data)
        if prefix == "c":
            if name not in COMMANDS:
                missing[prefix, name] = f"button {data} gives a command that the matrix does not list"
        elif prefix not in WALKED_BY_THEMSELVES and (prefix, name) not in LISTED:
            line = f'Button("{IDENTIFIER.sub("{thing}", data)}", "accounts that may press it"),'
            missing[prefix, name] = f"not in the matrix: add to tests/matrix/lines.py, BUTTONS:  {line}"
    return sorted(missing.values())


def emitted_in(tx: Tx) -> set[str]:
    """What all buttons carry that went out over a database."""
    bodies = [json.loads(row["body"]) for row in tx.execute("SELECT body FROM outbox").fetchall()]
    return {data for body in bodies for _, data in (*body["choices"], *body["controls"])}
