"""What public sources say that platforms answer, as read in November 2026, so that a row missing from ours is found.

Telegram: github.com/TelegramBotAPI/errors (README.md, json/), github.com/vrumger/telegram-errors (errors.json),
tdlib/telegram-bot-api (Client.cpp: fail_query_with_error, check_chat_access, check_message, get_reply_markup,
do_set_webhook, get_closing_error, fail_query_conflict), and, for the codes in capitals that the Bot API server passes
on, the errors of messages.sendMessage, messages.sendMedia and messages.setBotCallbackAnswer in LonamiWebs/Telethon
(methods.csv). python-telegram-bot documents classes of errors only (telegram.error), which have a row each by status.

Zalo: the "Mã lỗi" appendices of the Official Account API and of ZBS template messages (developers.zalo.me), as public
repositories repeat them; numbers that only older SDKs know are kept, because an older answer may still come.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

Answers = tuple[tuple[int, str], ...]


def _bad(*descriptions: str) -> Answers:
    return tuple((400, f"Bad Request: {description}") for description in descriptions)


def _forbidden(*descriptions: str) -> Answers:
    return tuple((403, f"Forbidden: {description}") for description in descriptions)


WEBHOOK_ACTIVE: Final = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)

TELEGRAM: Final[Mapping[str, Answers]] = {
    "TelegramBotAPI/errors": (
        *_bad(
            "BUTTON_URL_INVALID", "chat not found", "entities too long", "file is too big", "group is deactivated",
            "message can't be deleted", "message can't be edited", "message text is empty",
            "message to delete not found", "message to edit not found", "group chat was migrated to a supergroup chat",
            "invalid file id", "not enough rights to send photos to the chat",
            "not enough rights to send text messages to the chat", "wrong parameter action in request",
            "member not found", "PEER_ID_INVALID", "reply message not found",
        ),
        (400, "[Error]: Bad Request: user not found"),
        *_forbidden(
            "bot was blocked by the user", "bot can't send messages to bots", "bot is not a member of the channel chat",
            "bot is not a member of the supergroup chat", "bot was kicked from the group chat", "user is deactivated",
            "bot can't initiate conversation with a user",
        ),
        (401, "Unauthorized"),
        (409, WEBHOOK_ACTIVE),
        (409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"),
        (429, "Too Many Requests: retry after 31"),
    ),
    "vrumger/telegram-errors": (
        *_bad(
            "message can't be deleted", "not enough rights to export chat invite link",
            "have no rights to send a message", "message to delete not found", "CHANNEL_PRIVATE",
            "reply message not found", "CHAT_WRITE_FORBIDDEN", "group chat was upgraded to a supergroup chat",
            "chat not found",
        ),
        *_forbidden(
            "bot was blocked by the user", "user is deactivated", "bot was kicked from the supergroup chat",
            "MESSAGE_DELETE_FORBIDDEN", "bot is not a member of the supergroup chat",
            "bot is not a member of the channel chat", "bot was kicked from the group chat",
            "bot can't initiate conversation with a user",
        ),
        (401, "Unauthorized"),
        (429, "Too Many Requests: retry after 31"),
    ),
    "tdlib/telegram-bot-api": (
        *_bad(
            "message is not modified: specified new message content and reply markup are exactly the same as a current "
            "content and reply markup of the message",
            "reply markup is too long", "query is too old and response timeout expired or query ID is invalid",
            "message can't be deleted", "user is an administrator of the chat", "can't upload file by URL",
            "chat description is not modified", "private chat not found", "chat_id is empty",
            "group chat was upgraded to a supergroup chat", "message to edit not found",
            "message to be replied not found",
            "file_id not specified", "file is too big", "wrong file_id or the file is temporarily unavailable",
            "can't parse reply keyboard markup JSON object", "object expected as reply markup",
            'field "keyboard" must be an Array of Arrays',
            'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays',
            "bad webhook: HTTPS url must be provided for webhook", "invalid webhook URL specified",
            "secret token is too long", "secret token contains unallowed characters",
            "wrong parameter action in request",
        ),
        (400, "Logged out"),
        (401, "Unauthorized"),
        (401, "Unauthorized: invalid api-id/api-hash"),
        *_forbidden(
            "user is deactivated", "bot was blocked by the user", "the group chat was deleted",
            "bot was kicked from the group chat", "bot was kicked from the supergroup chat",
            "bot was kicked from the channel chat", "bot is not a member of the group chat",
            "bot is not a member of the supergroup chat", "bot is not a member of the channel chat",
        ),
        (409, "Conflict: terminated by setWebhook request"),
        (409, "Conflict: terminated by other setWebhook"),
        (409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"),
        (409, WEBHOOK_ACTIVE),
        (429, "Too Many Requests: retry after 31"),
        (500, "Internal Server Error: restart"),
        (500, "Internal Server Error: Request aborted"),
        (500, "Too Many Requests: retry later"),
    ),
    "codes passed on": (
        *_bad(
            "BUTTON_DATA_INVALID", "BUTTON_TYPE_INVALID", "BUTTON_URL_INVALID", "CHANNEL_INVALID", "CHANNEL_PRIVATE",
            "CHAT_ADMIN_REQUIRED", "CHAT_ID_INVALID", "CHAT_RESTRICTED", "CHAT_SEND_MEDIA_FORBIDDEN",
            "CHAT_SEND_PHOTOS_FORBIDDEN", "CHAT_SEND_DOCS_FORBIDDEN", "CHAT_SEND_PLAIN_FORBIDDEN",
            "CHAT_GUEST_SEND_FORBIDDEN", "CHAT_WRITE_FORBIDDEN", "ENTITIES_TOO_LONG", "ENTITY_BOUNDS_INVALID",
            "ENTITY_MENTION_USER_INVALID", "EXTERNAL_URL_INVALID", "FILE_PARTS_INVALID", "FILE_PART_LENGTH_INVALID",
            "INPUT_USER_DEACTIVATED", "MEDIA_CAPTION_TOO_LONG", "MEDIA_EMPTY", "MEDIA_INVALID", "MESSAGE_EMPTY",
            "MESSAGE_TOO_LONG", "MESSAGE_EDIT_TIME_EXPIRED", "MESSAGE_AUTHOR_REQUIRED", "MESSAGE_ID_INVALID",
            "PEER_ID_INVALID", "PHOTO_EXT_INVALID", "PHOTO_INVALID_DIMENSIONS", "PHOTO_SAVE_FILE_INVALID",
            "IMAGE_PROCESS_FAILED", "POLL_OPTION_DUPLICATE", "PAYMENT_PROVIDER_INVALID", "BOT_PAYMENTS_DISABLED",
            "BOT_POLLS_DISABLED", "REPLY_MARKUP_INVALID", "REPLY_MARKUP_TOO_LONG", "QUERY_ID_INVALID",
            "USER_BANNED_IN_CHANNEL", "USER_IS_BLOCKED", "USER_IS_BOT", "USER_ID_INVALID", "YOU_BLOCKED_USER",
            "VIDEO_CONTENT_TYPE_INVALID", "WEBPAGE_CURL_FAILED", "WEBPAGE_MEDIA_EMPTY", "FILE_ID_INVALID",
        ),
        (500, "Internal Server Error: RANDOM_ID_DUPLICATE"),
        (500, "Internal Server Error: STORAGE_CHECK_FAILED"),
        (500, "Internal Server Error: Timeout"),
    ),
}  # fmt: skip

NOT_OUR_METHODS: Final[Mapping[str, str]] = {
    "Bad Request: message can't be deleted": "deleteMessage",
    "Bad Request: message to delete not found": "deleteMessage",
    "Forbidden: MESSAGE_DELETE_FORBIDDEN": "deleteMessage",
    "Bad Request: member not found": "getChatMember",
    "Bad Request: not enough rights to export chat invite link": "exportChatInviteLink",
    "Bad Request: user is an administrator of the chat": "banChatMember",
    "Bad Request: chat description is not modified": "setChatDescription",
    "Bad Request: can't upload file by URL": "a file given by its address",
    "Bad Request: EXTERNAL_URL_INVALID": "a file given by its address",
    "Bad Request: WEBPAGE_CURL_FAILED": "a file given by its address",
    "Bad Request: WEBPAGE_MEDIA_EMPTY": "a file given by its address",
    "Bad Request: VIDEO_CONTENT_TYPE_INVALID": "sendVideo",
    "Bad Request: POLL_OPTION_DUPLICATE": "sendPoll",
    "Bad Request: BOT_POLLS_DISABLED": "sendPoll",
    "Bad Request: PAYMENT_PROVIDER_INVALID": "sendInvoice",
    "Bad Request: BOT_PAYMENTS_DISABLED": "sendInvoice",
}
"""Documented errors that no call of ours can meet, and what it would take to meet them."""

ZALO_ACCOUNT: Final = frozenset(
    {
        -32, -100, -200, -201, -204, -205, -209, -210, -211, -212, -213, -214, -216, -217, -218, -219, -220, -221, -223,
        -224, -227, -230, -232, -233, -234, -235, -237, -238, -240, -241, -242, -244, -248, -249, -320, -321, -403,
        -1340, -1341,
    }
)  # fmt: skip
ZALO_ACCOUNT_OLDER: Final = frozenset({-202, -207, -208, -215, -222, -305, -311})
ZALO_ACCOUNT_NOT_OURS: Final[Mapping[int, str]] = {
    -214: "an article", -237: "a group of the account", -403: "a group of the account",
    -238: "a bought message package", -241: "a bought message package", -249: "a template",
    -1340: "an advertisement's form",
    -1341: "an advertisement's form",
}  # fmt: skip

ZALO_TEMPLATES: Final = frozenset(
    {
        *range(-153, -134), *range(-134, -99), -158, -159, -160, -161, -162, -249,
        -1091, -1121, -1122, -1123, -1124, -1131, -1201, -1202, -1241, -1351, -1381, -1441, -1471, -1472, -1491,
    }
)  # fmt: skip
ZALO_TEMPLATES_NOT_OURS: Final[Mapping[int, str]] = {
    -107: "asking for a message's state", -1091: "editing a template", -123: "RSA keys", -128: "RSA keys",
    -129: "RSA keys", -142: "RSA keys", -143: "RSA keys", -148: "a journey", -149: "a journey", -1491: "a journey",
    -150: "a journey", -151: "end-to-end keys", -152: "end-to-end keys", -158: "uploading for a template",
    -159: "uploading for a template", -160: "making templates", -161: "sending_mode", -162: "sending_mode",
    -1201: "making templates", -1202: "making templates",
}  # fmt: skip
