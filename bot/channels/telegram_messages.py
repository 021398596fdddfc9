"""How a message of ours looks on Telegram: its words with bold stretches, and its keyboard."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from telegram import MessageEntity

from bot.core.message import BOLD_OFF, BOLD_ON, Choice, Outbound

_CHAT_FORM = re.compile(r"-?[0-9]{1,18}")
_LONG_LABEL, _SHORT_LABEL = 18, 8
_BOLD_MARK = re.compile(f"([{BOLD_ON}{BOLD_OFF}])")
_NO_MARKS = str.maketrans("", "", BOLD_ON + BOLD_OFF)


def render(text: str) -> tuple[str, list[dict[str, Any]]]:
    """The words without marks, and the bold stretches in the UTF-16 units that Telegram counts."""
    words: list[str] = []
    bold: list[dict[str, Any]] = []
    at, start = 0, -1
    for piece in _BOLD_MARK.split(text):
        if piece == BOLD_ON:
            start = at if start < 0 else start
        elif piece == BOLD_OFF:
            bold += _bold(start, at)
            start = -1
        else:
            words.append(piece)
            at += len(piece.encode("utf-16-le", "surrogatepass")) // 2
    bold += _bold(start, at)
    return "".join(words), bold


def _bold(start: int, end: int) -> list[dict[str, Any]]:
    return [{"type": MessageEntity.BOLD, "offset": start, "length": end - start}] if 0 <= start < end else []


def keyboard(choices: Sequence[Choice], controls: Sequence[Choice]) -> list[list[dict[str, str]]]:
    """The rows of an inline keyboard: the answers as a phone can show them, and the controls in one row below."""
    width = _row_width(choices)
    rows = [choices[first : first + width] for first in range(0, len(choices), width)]
    if controls:
        rows.append(controls)
    return [[_button(choice) for choice in row] for row in rows]


def _row_width(choices: Sequence[Choice]) -> int:
    longest = max((len(choice.label) for choice in choices), default=0)
    if longest > _LONG_LABEL:
        return 1
    return 3 if longest <= _SHORT_LABEL else 2


def _button(choice: Choice) -> dict[str, str]:
    return {"text": choice.label.translate(_NO_MARKS), "callback_data": choice.data}


def markup(message: Outbound) -> dict[str, Any]:
    """As plain JSON: building PTB's objects for them costs more than the call itself."""
    if message.contact:
        return {"reply_markup": _contact_keyboard(message)}
    rows = keyboard(message.choices, message.controls)
    return {"reply_markup": {"inline_keyboard": rows}} if rows else {}


def _contact_keyboard(message: Outbound) -> dict[str, Any]:
    """Only the phone's own keyboard can hold a button that gives the number; the answers on it are typed words."""
    answers = [{"text": choice.label.translate(_NO_MARKS)} for choice in (*message.choices, *message.controls)]
    rows = [[{"text": message.contact, "request_contact": True}], *([one] for one in answers)]
    return {"keyboard": rows, "one_time_keyboard": True, "resize_keyboard": True}


def chat_id_of(chat: str) -> int | str:
    """The chat as the Bot API wants it."""
    return int(chat) if _CHAT_FORM.fullmatch(chat) else chat
