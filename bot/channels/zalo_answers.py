"""What an Official Account is told when something fails: a number in an answer of status 200.

There are two tables of numbers, which do not agree (-100 is another thing in each): that of the account's own calls,
and that of the templates which Zalo approves. A template that is wrong is never MISCONFIGURED: that would hold the
whole channel, and the answers to residents need no template.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from bot.channels.answers import wording
from bot.channels.base import DeliveryFailed, Trouble
from bot.channels.wire import Lost, Reply, object_in

Rules = Mapping[int, tuple[Trouble, str]]

MINUTE: Final = 60.0  # seconds

RULES: Final[Rules] = {
    -32: (Trouble.WAIT, "too_many"),
    -100: (Trouble.RETRY_LATER, "file_gone"),  # a file given more than a week ago; it is given again
    -200: (Trouble.REFUSED, "not_sent"),
    -201: (Trouble.REFUSED, "parameter"),
    -202: (Trouble.REFUSED, "parameter"),
    -204: (Trouble.MISCONFIGURED, "oa_deleted"),
    -205: (Trouble.MISCONFIGURED, "oa_missing"),
    -207: (Trouble.MISCONFIGURED, "oa_missing"),
    -208: (Trouble.MISCONFIGURED, "oa_missing"),
    -209: (Trouble.MISCONFIGURED, "not_approved"),
    -210: (Trouble.REFUSED, "too_long"),
    -211: (Trouble.MISCONFIGURED, "quota"),
    -212: (Trouble.MISCONFIGURED, "not_approved"),
    -213: (Trouble.UNREACHABLE, "not_follower"),
    -215: (Trouble.MISCONFIGURED, "app_invalid"),
    -216: (Trouble.MISCONFIGURED, "token_expired"),
    -217: (Trouble.UNREACHABLE, "blocked"),
    -218: (Trouble.UNREACHABLE, "recipient_quota"),
    -219: (Trouble.MISCONFIGURED, "not_approved"),
    -220: (Trouble.MISCONFIGURED, "token_expired"),
    -221: (Trouble.MISCONFIGURED, "oa_unverified"),
    -222: (Trouble.UNREACHABLE, "deactivated"),
    -223: (Trouble.MISCONFIGURED, "not_approved"),
    -224: (Trouble.MISCONFIGURED, "package"),
    -227: (Trouble.UNREACHABLE, "deactivated"),
    -230: (Trouble.UNREACHABLE, "outside_window"),
    -232: (Trouble.UNREACHABLE, "outside_window"),
    -233: (Trouble.REFUSED, "kind"),
    -234: (Trouble.WAIT, "night"),
    -235: (Trouble.MISCONFIGURED, "package"),
    -240: (Trouble.REFUSED, "kind"),
    -242: (Trouble.MISCONFIGURED, "app_invalid"),
    -244: (Trouble.UNREACHABLE, "blocked"),
    -248: (Trouble.REFUSED, "standards"),
    -305: (Trouble.UNREACHABLE, "outside_window"),
    -311: (Trouble.UNREACHABLE, "recipient_quota"),
    -320: (Trouble.REFUSED, "unpaid"),  # the billed days only: who wrote within two days is answered all the same
    -321: (Trouble.REFUSED, "unpaid"),
}
"""Numbers of the account's own calls, and what is to be done about each."""

TEMPLATE_RULES: Final[Rules] = {
    -100: (Trouble.RETRY_LATER, "server_error"),
    -101: (Trouble.REFUSED, "template_account"),
    -102: (Trouble.REFUSED, "template_account"),
    -103: (Trouble.REFUSED, "template_account"),
    -104: (Trouble.REFUSED, "template_account"),
    -105: (Trouble.REFUSED, "template_account"),
    -106: (Trouble.REFUSED, "template_account"),
    -108: (Trouble.UNREACHABLE, "phone_invalid"),
    -109: (Trouble.REFUSED, "template"),
    -110: (Trouble.REFUSED, "old_app"),
    -111: (Trouble.REFUSED, "template"),
    -112: (Trouble.REFUSED, "template"),
    -113: (Trouble.REFUSED, "template"),
    -114: (Trouble.UNREACHABLE, "not_receiving"),
    -115: (Trouble.REFUSED, "unpaid"),
    -116: (Trouble.REFUSED, "template"),
    -117: (Trouble.REFUSED, "template"),
    -118: (Trouble.UNREACHABLE, "no_zalo"),
    -119: (Trouble.UNREACHABLE, "not_receiving"),
    -120: (Trouble.REFUSED, "template_account"),
    -121: (Trouble.REFUSED, "template"),
    -122: (Trouble.REFUSED, "template"),
    -124: (Trouble.MISCONFIGURED, "token_expired"),
    -125: (Trouble.REFUSED, "template_account"),
    -126: (Trouble.REFUSED, "unpaid"),
    -127: (Trouble.REFUSED, "template"),
    -130: (Trouble.REFUSED, "too_long"),
    -131: (Trouble.REFUSED, "template"),
    -132: (Trouble.REFUSED, "template"),
    -133: (Trouble.WAIT, "night"),
    -134: (Trouble.REFUSED, "template_declined"),
    -135: (Trouble.REFUSED, "template_account"),
    -136: (Trouble.REFUSED, "unpaid"),
    -137: (Trouble.REFUSED, "unpaid"),
    -138: (Trouble.REFUSED, "template_account"),
    -139: (Trouble.REFUSED, "template_declined"),
    -140: (Trouble.REFUSED, "template_declined"),
    -141: (Trouble.REFUSED, "template_declined"),
    -144: (Trouble.WAIT, "template_quota"),
    -145: (Trouble.REFUSED, "template"),
    -146: (Trouble.REFUSED, "template"),
    -147: (Trouble.WAIT, "template_quota"),
    -153: (Trouble.REFUSED, "template"),
    -249: (Trouble.REFUSED, "template"),
    -1121: (Trouble.REFUSED, "too_long"),
    -1122: (Trouble.REFUSED, "template"),
    -1123: (Trouble.REFUSED, "template"),
    -1124: (Trouble.REFUSED, "template"),
    -1131: (Trouble.REFUSED, "template"),
    -1241: (Trouble.REFUSED, "template_account"),
    -1351: (Trouble.REFUSED, "template_account"),
    -1381: (Trouble.REFUSED, "template_account"),
    -1441: (Trouble.REFUSED, "template_account"),
    -1471: (Trouble.REFUSED, "template_declined"),
    -1472: (Trouble.REFUSED, "template_declined"),
}
"""Numbers of the two template calls; one that is not here is looked for in the other table."""

WAITS: Final[Mapping[str, float]] = {"too_many": MINUTE, "night": 60 * MINUTE, "template_quota": 60 * MINUTE}


def read(reply: Reply | Lost, rules: Rules) -> tuple[dict[str, Any], DeliveryFailed | None]:
    """The data of an answer, or what went wrong."""
    if isinstance(reply, Lost):
        return {}, DeliveryFailed(Trouble.IN_DOUBT if reply.sent else Trouble.CHANNEL_DOWN, reply.kind)
    answer = object_in(reply.body)
    if answer is None or not isinstance(answer.get("error"), int):
        return {}, no_answer_of_zalo(reply)
    if answer["error"] == 0:
        data = answer.get("data")
        return (data if isinstance(data, dict) else {}), None
    return {}, judge(answer["error"], rules, str(answer.get("message", "")))


def judge(code: int, rules: Rules = RULES, message: str = "") -> DeliveryFailed:
    """The one name of the closed list for an error of the platform."""
    known = rules.get(code) or RULES.get(code)
    if known is None:
        return DeliveryFailed(Trouble.REFUSED, f"other_{-code}", said=wording(message))
    trouble, why = known
    return DeliveryFailed(trouble, why, seconds=WAITS.get(why, 0), everyone=why == "too_many")


def no_answer_of_zalo(reply: Reply) -> DeliveryFailed:
    """What a reply without the platform's envelope means: a server in trouble, or none of theirs."""
    if reply.status == 504 or 200 <= reply.status < 300:
        return DeliveryFailed(Trouble.IN_DOUBT, "strange_answer")
    if reply.status >= 500:
        return DeliveryFailed(Trouble.RETRY_LATER, "server_error")
    if reply.status == 429:
        return DeliveryFailed(Trouble.WAIT, "too_many", seconds=MINUTE, everyone=True)
    return DeliveryFailed(Trouble.CHANNEL_DOWN, "not_zalo")  # a captive portal or a block page
