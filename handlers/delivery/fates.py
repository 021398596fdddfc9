"""What became of a message, in words and with advice: the one place that reads an outbox row's state and reason."""

from __future__ import annotations

from collections.abc import Mapping

from bot.core.texts import Words
from handlers.dialogue.visit import Desk

FAMILIES: Mapping[str, tuple[str, ...]] = {
    "blocked": ("blocked", "privacy"),
    "closed": ("deactivated", "is_bot"),
    "not_started": ("not_started", "chat_not_found", "not_allowed"),
    "group": ("group_closed", "no_rights", "not_member", "topic_closed", "kicked", "migrated"),
    "not_follower": ("not_follower",),
    "window": ("outside_window",),
    "person_quota": ("recipient_quota",),
    "quota": ("quota", "package", "most_people"),
    "content": (
        "empty", "too_long", "too_large", "entities", "encoding", "button", "photo", "command", "parameter", "kind",
        "file_too_big", "file_empty", "file_unavailable", "file_gone", "file_path", "redirect", "no_such_file",
        "foreign_address", "not_sent", "press_too_old", "not_modified", "message_gone", "standards",
    ),
    "settings": (
        "token_rejected", "token_expired", "consent_lost", "webhook", "logged_out", "oa_deleted", "oa_missing",
        "oa_unverified", "not_approved", "app_invalid",
    ),
    "template": ("template", "template_account"),
    "unpaid": ("unpaid",),
    "no_zalo": ("no_zalo", "phone_invalid"),
    "not_receiving": ("not_receiving", "old_app", "template_declined"),
    "day_quota": ("template_quota",),
    "disk": ("keys_not_kept",),
    "no_connection": (
        "no_name", "tls", "proxy", "connect_timeout", "refused", "bad_url", "not_telegram", "not_zalo",
    ),
    "busy": ("too_many", "server_error", "conflict", "webhook_set", "idle"),
    "night": ("night",),
    "doubt": (
        "read_timeout", "reset", "truncated", "network", "not_http", "not_json", "not_a_list", "no_result",
        "strange_answer", "gateway_timeout", "stopped_while_sending", "server_restart",
    ),
    "moved": ("moved",),
    "given_up": ("given_up",),
    "too_late": ("too_late",),
    "replaced": ("recalled",),
    "restored": ("restored",),
}  # fmt: skip
"""Every reason that a channel or the way out can give, by the advice that goes with it."""

_FAMILY_OF = {why: family for family, whys in FAMILIES.items() for why in whys}
TO_BE_SET_UP = frozenset({"template", "unpaid"})
"""Families of reasons for which messages are refused until an administrator acts."""
UNKNOWN = "unknown"
"""The family of a reason that nobody has met."""
DONE = frozenset({"sent", "superseded"})
"""States after which nobody has to do anything."""


def family_of(why: str) -> str:
    """The advice that goes with a reason; one that nobody has met is "unknown", one of our own faults is in doubt."""
    if why.startswith("unexpected_"):
        return "doubt"
    return _FAMILY_OF.get(why, UNKNOWN)


def advice(desk: Desk, why: str) -> Words:
    """Why a message did not arrive (yet), and what somebody may do about it."""
    return desk.say(f"fate.why.{family_of(why)}")


def fate(desk: Desk, state: str, why: str | None) -> Words:
    """An outbox row's state in a sentence; with the reason and the advice where the message is not there."""
    reason = advice(desk, why) if why and state not in DONE else ""
    return desk.say(f"fate.state.{state}", reason=reason)
