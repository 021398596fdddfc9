"""Asking gently whether a thing is there already. An answer names its record: another one is asked anew."""

from __future__ import annotations

from bot.core.form import Answers, Option

_STOP, _GO = "same", "other"
_YES = ("dung", "dung roi", "dung vay", "phai", "phai roi", "co", "vang", "u", "ok")
_NO = ("khong", "khong phai", "khong dung", "ko", "k", "ko phai", "k phai", "chua")


def same_or_other(record_id: str, same: str, other: str) -> tuple[Option, Option]:
    """ "Is it this one?": yes stops, no goes on."""
    return Option(f"{_STOP}:{record_id}", same, _YES), Option(f"{_GO}:{record_id}", other, _NO)


def still_or_not(record_id: str, still: str, stop: str) -> tuple[Option, Option]:
    """ "Do you still want it?": yes goes on, no stops."""
    return Option(f"{_GO}:{record_id}", still, _YES), Option(f"{_STOP}:{record_id}", stop, _NO)


def stopped(answers: Answers, *keys: str) -> bool:
    """Whether one of these questions was answered so that nothing more is to be written."""
    return any(str(answers.get(key) or "").startswith(f"{_STOP}:") for key in keys)
