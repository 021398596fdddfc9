"""Every way of failing has one name that says what to do."""

from __future__ import annotations

import pytest

from bot.channels.base import DeliveryFailed, Trouble
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_transport import RULES, AnswerError, WireError, _find_rule, classify
from bot.channels.wire import Timeouts
from bot.core.message import File
from tests.channels import calls, sources
from tests.channels.broken import free_port, full_backlog
from tests.channels.telegram_kit import LINH, choices, connect, failure, hurry, message
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_people import Person

DOUBT, LATER, DOWN = Trouble.IN_DOUBT, Trouble.RETRY_LATER, Trouble.CHANNEL_DOWN
AWAY, NO, ADMIN, WAIT = Trouble.UNREACHABLE, Trouble.REFUSED, Trouble.MISCONFIGURED, Trouble.WAIT

# (fault, accepted before it?, what to do, why)
TRANSPORT = [
    ("hang", True, DOUBT, "read_timeout"),
    ("reset", True, DOUBT, "reset"),
    ("reset", False, DOUBT, "reset"),  # sent, not accepted: nobody here can tell it from the one above
    ("truncated", True, DOUBT, "truncated"),
    ("half_headers", True, DOUBT, "reset"),
    ("not_json", True, DOUBT, "not_json"),
    ("empty", True, DOUBT, "not_json"),
    ("strange", True, DOUBT, "strange_answer"),
    ("504", False, DOUBT, "gateway_timeout"),
    ("500", False, LATER, "server_error"),
    ("502", False, LATER, "server_error"),
    ("503", False, LATER, "server_error"),
    ("409", False, LATER, "conflict"),
    ("429", False, WAIT, "too_many"),
    ("429_bare", False, WAIT, "too_many"),
    ("401", False, ADMIN, "token_rejected"),
    ("404", False, ADMIN, "token_rejected"),
    ("413", False, NO, "too_large"),
    ("redirect", False, DOWN, "not_telegram"),
    ("403_html", False, DOWN, "not_telegram"),  # a carrier's block page says nothing about the person
    ("ok_false", False, AWAY, "chat_not_found"),
    ("blocked", False, AWAY, "blocked"),
    ("deactivated", False, AWAY, "deactivated"),
    ("kicked", False, AWAY, "kicked"),
    ("not_started", False, AWAY, "not_started"),
    ("chat_not_found", False, AWAY, "chat_not_found"),
    ("peer_id_invalid", False, AWAY, "chat_not_found"),
    ("too_long", False, NO, "too_long"),
]


@pytest.mark.parametrize(("kind", "after", "trouble", "why"), TRANSPORT)
async def test_a_fault_has_its_name(
    channel: TelegramChannel, fake: FakeTelegram, linh: Person, kind: str, after: bool, trouble: Trouble, why: str
) -> None:
    fake.fault(kind, "sendMessage", after=after, chat=LINH)
    if kind == "hang":
        hurry(channel)
    failed = await failure(channel)
    assert (failed.trouble, failed.why) == (trouble, why)
    assert len(linh.messages) == after, "the truth: it did or did not arrive"
    assert await channel.send(message("the next one passes")) or kind == "429"


async def test_a_connection_that_hangs_on_a_pooled_socket_is_in_doubt(
    channel: TelegramChannel, fake: FakeTelegram, linh: Person
) -> None:
    await channel.send(message("opens a connection"))
    fake.fault("reset", "sendMessage")
    assert (await failure(channel)).trouble is DOUBT
    assert len(linh.messages) == 2


async def test_nobody_listens() -> None:
    async with FakeTelegram() as fake:
        channel = connect(fake, base_url=f"http://127.0.0.1:{free_port()}")
        failed = await failure(channel)
        assert (failed.trouble, failed.why) == (DOWN, "refused")
        await channel.close()


async def test_no_such_name(fake: FakeTelegram) -> None:
    channel = connect(fake, base_url="http://telegram.invalid", timeouts=Timeouts(connect=5, read=1))
    failed = await failure(channel)
    assert (failed.trouble, failed.why) == (DOWN, "no_name")
    await channel.close()


async def test_a_connection_that_never_opens(fake: FakeTelegram) -> None:
    async with full_backlog() as port:
        channel = connect(fake, base_url=f"http://127.0.0.1:{port}", timeouts=Timeouts(connect=0.3, read=5))
        failed = await failure(channel)
        await channel.close()
    assert (failed.trouble, failed.why) == (DOWN, "connect_timeout")


async def test_no_tls_on_the_other_side(fake: FakeTelegram) -> None:
    channel = connect(fake, base_url=fake.base_url.replace("http:", "https:"))
    failed = await failure(channel)
    assert (failed.trouble, failed.why) == (DOWN, "tls")
    await channel.close()


async def test_a_dead_proxy(fake: FakeTelegram) -> None:
    channel = connect(fake, proxy=f"http://name:password@127.0.0.1:{free_port()}")
    failed = await failure(channel)
    assert (failed.trouble, failed.why) == (DOWN, "proxy")
    await channel.close()


async def test_through_a_proxy_everything_passes(fake: FakeTelegram) -> None:
    channel = connect(fake, base_url="http://telegram.invalid", proxy=fake.base_url)
    failed = await failure(channel)  # the fake is no proxy: it answers 404 to the absolute address
    assert failed.trouble is ADMIN
    await channel.close()


async def test_a_moved_group_names_its_new_id(channel: TelegramChannel, fake: FakeTelegram) -> None:
    old = fake.group(-100, "Ward")
    new = fake.migrate(old, -1001)
    failed = await failure(channel, message(chat=-100))
    assert (failed.trouble, failed.chat) == (Trouble.MOVED, "-1001")
    await channel.send(message(chat=failed.chat))
    assert len(new.messages) == 1


async def test_what_the_fake_itself_refuses(channel: TelegramChannel, fake: FakeTelegram, linh: Person) -> None:
    stranger = fake.person(7, started=False)
    cases = [
        (message(chat=999_999), AWAY, "chat_not_found"),
        (message(chat="nobody"), AWAY, "chat_not_found"),
        (message(chat=stranger.id), AWAY, "not_started"),
        (message(""), NO, "empty"),
        (message(" \n "), NO, "empty"),
        (message("a" * 4097), NO, "too_long"),
        (message("🏠" * 2049), NO, "too_long"),
        (message("\ud800"), NO, "encoding"),
        (message(choices=choices(*map(str, range(101)))), NO, "button"),
    ]
    for sent, trouble, why in cases:
        failed = await failure(channel, sent)
        assert (failed.trouble, failed.why) == (trouble, why)
    assert fake.ledger.messages == []


async def test_blocked_and_unblocked(channel: TelegramChannel, fake: FakeTelegram, linh: Person) -> None:
    await linh.block()
    assert (await failure(channel)).why == "blocked"
    await linh.unblock()
    assert await channel.send(message())
    told = [channel.parse(update.raw.decode()) for update in fake.ledger.updates]
    assert [inbound and inbound.reachable for inbound in told] == [False, True]
    linh.deactivate()
    assert (await failure(channel)).why == "deactivated"


# Where they are documented: tests/channels/sources.py.
CATALOGUE = [
    (400, "Bad Request: chat not found", AWAY, "chat_not_found"),
    (400, "Bad Request: PEER_ID_INVALID", AWAY, "chat_not_found"),
    (400, "[Error]: Bad Request: user not found", AWAY, "chat_not_found"),
    (400, "Bad Request: USER_ID_INVALID", AWAY, "chat_not_found"),
    (400, "Bad Request: chat_id is empty", AWAY, "chat_not_found"),
    (400, "Bad Request: group is deactivated", AWAY, "group_closed"),
    (400, "Bad Request: group chat was deactivated", AWAY, "group_closed"),
    (400, "Bad Request: group chat was upgraded to a supergroup chat", AWAY, "migrated"),
    (400, "Bad Request: not enough rights to send text messages to the chat", AWAY, "no_rights"),
    (400, "Bad Request: not enough rights to send photos to the chat", AWAY, "no_rights"),
    (400, "Bad Request: have no rights to send a message", AWAY, "no_rights"),
    (400, "Bad Request: Have no write access to the chat", AWAY, "no_rights"),
    (400, "Bad Request: need administrator rights in the channel chat", AWAY, "no_rights"),
    (400, "Bad Request: CHAT_WRITE_FORBIDDEN", AWAY, "no_rights"),
    (400, "Bad Request: CHAT_SEND_PLAIN_FORBIDDEN", AWAY, "no_rights"),
    (400, "Bad Request: CHAT_RESTRICTED", AWAY, "no_rights"),
    (400, "Bad Request: CHAT_ADMIN_REQUIRED", AWAY, "no_rights"),
    (400, "Bad Request: CHANNEL_PRIVATE", AWAY, "not_member"),
    (400, "Bad Request: TOPIC_CLOSED", AWAY, "topic_closed"),
    (400, "Bad Request: message thread not found", AWAY, "topic_closed"),
    (400, "Bad Request: message text is empty", NO, "empty"),
    (400, "Bad Request: text must be non-empty", NO, "empty"),
    (400, "Bad Request: MESSAGE_EMPTY", NO, "empty"),
    (400, "Bad Request: message is too long", NO, "too_long"),
    (400, "Bad Request: MESSAGE_TOO_LONG", NO, "too_long"),
    (400, "Bad Request: message caption is too long", NO, "too_long"),
    (400, "Bad Request: entities too long", NO, "entities"),
    (400, "Bad Request: ENTITY_BOUNDS_INVALID", NO, "entities"),
    (400, 'Bad Request: can\'t parse entities: Unsupported start tag "x" at byte offset 3', NO, "entities"),
    (400, "Bad Request: strings must be encoded in UTF-8", NO, "encoding"),
    (400, "Bad Request: BUTTON_DATA_INVALID", NO, "button"),
    (400, "Bad Request: BUTTON_URL_INVALID", NO, "button"),
    (400, "Bad Request: BUTTON_TYPE_INVALID", NO, "button"),
    (400, "Bad Request: reply markup is too long", NO, "button"),
    (400, "Bad Request: can't parse inline keyboard button: Text buttons are unallowed", NO, "button"),
    (400, "Bad Request: file is too big", NO, "file_too_big"),
    (400, "Bad Request: wrong file_id or the file is temporarily unavailable", NO, "file_unavailable"),
    (400, "Bad Request: invalid file id", NO, "file_unavailable"),
    (400, "Bad Request: FILE_REFERENCE_EXPIRED", NO, "file_unavailable"),
    (400, "Bad Request: query is too old and response timeout expired or query ID is invalid", NO, "press_too_old"),
    (
        400,
        "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as "
        "a current content and reply markup of the message",
        NO,
        "not_modified",
    ),
    (400, "Bad Request: message to edit not found", NO, "message_gone"),
    (400, "Bad Request: MESSAGE_ID_INVALID", NO, "message_gone"),
    (400, "Bad Request: message identifier is not specified", NO, "message_gone"),
    (400, "Bad Request: there is no text in the message to edit", NO, "message_gone"),
    (400, "Bad Request: message can't be edited", NO, "message_gone"),
    (400, "Bad Request: message to be replied not found", NO, "message_gone"),
    (400, "Bad Request: reply message not found", NO, "message_gone"),
    (400, "Bad Request: PHOTO_INVALID_DIMENSIONS", NO, "photo"),
    (400, "Bad Request: IMAGE_PROCESS_FAILED", NO, "photo"),
    (400, "Bad Request: BOT_COMMAND_INVALID", NO, "command"),
    (400, "Bad Request: wrong parameter action in request", NO, "parameter"),
    (400, "Bad Request: bad webhook: HTTPS url must be provided for webhook", ADMIN, "webhook"),
    (400, "Logged out", ADMIN, "logged_out"),
    (400, "Bad Request: chat is deactivated", AWAY, "group_closed"),
    (400, "Bad Request: USER_IS_BLOCKED", AWAY, "blocked"),
    (400, "Bad Request: INPUT_USER_DEACTIVATED", AWAY, "deactivated"),
    (400, "Bad Request: message to reply not found", NO, "message_gone"),
    (400, "Bad Request: file must be non-empty", NO, "file_empty"),
    (400, "Bad Request: REPLY_MARKUP_INVALID", NO, "button"),
    (400, "Bad Request: QUERY_ID_INVALID", NO, "press_too_old"),
    (400, "Bad Request: group chat was migrated to a supergroup chat", AWAY, "migrated"),
    (400, "Bad Request: private chat not found", AWAY, "chat_not_found"),
    (400, "Bad Request: CHAT_ID_INVALID", AWAY, "chat_not_found"),
    (400, "Bad Request: CHANNEL_INVALID", AWAY, "chat_not_found"),
    (400, "Bad Request: CHAT_SEND_MEDIA_FORBIDDEN", AWAY, "no_rights"),
    (400, "Bad Request: CHAT_SEND_PHOTOS_FORBIDDEN", AWAY, "no_rights"),
    (400, "Bad Request: CHAT_SEND_DOCS_FORBIDDEN", AWAY, "no_rights"),
    (400, "Bad Request: USER_BANNED_IN_CHANNEL", AWAY, "no_rights"),
    (400, "Bad Request: CHAT_GUEST_SEND_FORBIDDEN", AWAY, "not_member"),
    (400, "Bad Request: YOU_BLOCKED_USER", AWAY, "blocked"),
    (400, "Bad Request: USER_IS_BOT", AWAY, "is_bot"),
    (400, "Bad Request: MEDIA_CAPTION_TOO_LONG", NO, "too_long"),
    (400, "Bad Request: ENTITIES_TOO_LONG", NO, "entities"),
    (400, "Bad Request: ENTITY_MENTION_USER_INVALID", NO, "entities"),
    (400, "Bad Request: REPLY_MARKUP_TOO_LONG", NO, "button"),
    (400, 'Bad Request: field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays', NO, "button"),
    (400, 'Bad Request: field "keyboard" must be an Array of Arrays', NO, "button"),
    (400, 'Bad Request: can\'t parse keyboard button: Field "text" must be of type String', NO, "button"),
    (400, "Bad Request: can't parse reply keyboard markup JSON object", NO, "button"),
    (400, "Bad Request: object expected as reply markup", NO, "button"),
    (400, "Bad Request: phone number can be requested in private chats only", NO, "button"),
    (400, "Bad Request: there is no photo in the request", NO, "file_empty"),
    (400, "Bad Request: there is no document in the request", NO, "file_empty"),
    (400, "Bad Request: MEDIA_EMPTY", NO, "file_empty"),
    (400, "Bad Request: MEDIA_INVALID", NO, "file_unavailable"),
    (400, "Bad Request: FILE_ID_INVALID", NO, "file_unavailable"),
    (400, "Bad Request: file_id not specified", NO, "file_unavailable"),
    (400, "Bad Request: FILE_PARTS_INVALID", NO, "file_unavailable"),
    (400, "Bad Request: FILE_PART_LENGTH_INVALID", NO, "file_unavailable"),
    (400, "Bad Request: MESSAGE_EDIT_TIME_EXPIRED", NO, "message_gone"),
    (400, "Bad Request: MESSAGE_AUTHOR_REQUIRED", NO, "message_gone"),
    (400, "Bad Request: PHOTO_EXT_INVALID", NO, "photo"),
    (400, "Bad Request: PHOTO_SAVE_FILE_INVALID", NO, "photo"),
    (400, "Bad Request: invalid webhook URL specified", ADMIN, "webhook"),
    (400, "Bad Request: secret token is too long", ADMIN, "webhook"),
    (400, "Bad Request: secret token contains unallowed characters", ADMIN, "webhook"),
    (401, "Unauthorized: invalid api-id/api-hash", ADMIN, "token_rejected"),
    (403, "Forbidden: the group chat was deleted", AWAY, "group_closed"),
    (403, "Forbidden: bot was kicked from the channel chat", AWAY, "kicked"),
    (403, "Forbidden: bot is not a member of the group chat", AWAY, "not_member"),
    (403, "Forbidden: CHAT_SEND_PHOTOS_FORBIDDEN", AWAY, "no_rights"),
    (409, "Conflict: terminated by other setWebhook", LATER, "webhook_set"),
    (500, "Internal Server Error: restart", DOUBT, "server_restart"),
    (500, "Internal Server Error: Request aborted", DOUBT, "server_restart"),
    (500, "Internal Server Error: RANDOM_ID_DUPLICATE", DOUBT, "server_restart"),
    (500, "Too Many Requests: retry later", WAIT, "too_many"),
    (500, "Internal Server Error: STORAGE_CHECK_FAILED", LATER, "server_error"),
    (500, "Internal Server Error: Timeout", LATER, "server_error"),
    (403, "Forbidden: bot has no rights to send a message", AWAY, "no_rights"),
    (420, "FLOOD_WAIT_31", WAIT, "too_many"),
    (401, "Unauthorized", ADMIN, "token_rejected"),
    (404, "Not Found", ADMIN, "token_rejected"),
    (403, "Forbidden: bot was blocked by the user", AWAY, "blocked"),
    (403, "Forbidden: user is deactivated", AWAY, "deactivated"),
    (403, "Forbidden: bot was kicked from the group chat", AWAY, "kicked"),
    (403, "Forbidden: bot was kicked from the supergroup chat", AWAY, "kicked"),
    (403, "Forbidden: bot is not a member of the supergroup chat", AWAY, "not_member"),
    (403, "Forbidden: bot is not a member of the channel chat", AWAY, "not_member"),
    (403, "Forbidden: bot can't initiate conversation with a user", AWAY, "not_started"),
    (403, "Forbidden: bot can't send messages to bots", AWAY, "is_bot"),
    (403, "Forbidden: bot can't send messages to the user", AWAY, "privacy"),
    (403, "Forbidden: not enough rights to send text messages to the chat", AWAY, "no_rights"),
    (403, "Forbidden: CHAT_WRITE_FORBIDDEN", AWAY, "no_rights"),
    (
        409,
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
        LATER,
        "conflict",
    ),
    (409, "Conflict: terminated by setWebhook request", LATER, "webhook_set"),
    (
        409,
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
        LATER,
        "webhook_set",
    ),
    (413, "Request Entity Too Large", NO, "too_large"),
    (429, "Too Many Requests: retry after 31", WAIT, "too_many"),
    (500, "Internal Server Error", LATER, "server_error"),
    (502, "Bad Gateway", LATER, "server_error"),
    (504, "Gateway Timeout", DOUBT, "gateway_timeout"),
]


@pytest.mark.parametrize(("status", "description", "trouble", "why"), CATALOGUE)
def test_every_known_answer_is_classified(status: int, description: str, trouble: Trouble, why: str) -> None:
    failed = classify(AnswerError(status, description))
    assert not failed.why.startswith("other_"), f"{description} has no row of its own"
    assert (failed.trouble, failed.why) == (trouble, why)


def test_no_row_of_the_rules_is_without_an_example() -> None:
    met = {_find_rule(status, description.lower()) for status, description, *_ in CATALOGUE}
    unmet = {(rule.status, rule.words) for rule in RULES if rule not in met and not rule.why.startswith("other_")}
    assert unmet == set()
    assert len({description for _, description, *_ in CATALOGUE}) >= 40


@pytest.mark.parametrize("source", sources.TELEGRAM)
def test_every_error_of_every_source_is_in_the_catalogue_or_of_no_method_of_ours(source: str) -> None:
    known = {(status, description) for status, description, *_ in CATALOGUE}
    listed = sources.TELEGRAM[source]
    assert [one for one in listed if one not in known and one[1] not in sources.NOT_OUR_METHODS] == []


def test_what_is_of_no_method_of_ours_is_of_none() -> None:
    _, ours = calls.telegram("http://nobody.invalid")
    called = {method.replace("_", "").lower() for method in ours}
    assert called & {method.lower() for method in sources.NOT_OUR_METHODS.values()} == set()


def test_an_unknown_answer_is_never_repeated_for_ever() -> None:
    assert classify(AnswerError(400, "Bad Request: something new")).why == "other_400"
    assert classify(AnswerError(403, "Forbidden: something new")).trouble is AWAY
    assert classify(AnswerError(418, "I'm a teapot")).trouble is NO


def test_an_unknown_answer_is_told_by_its_class_and_not_by_anybodys_words() -> None:
    failed = classify(AnswerError(400, 'Bad Request: SOME_NEW_THING with "Nguyễn Văn A, 0912345678" of Lan, 12'))
    assert str(failed) == "refused: other_400 (bad request SOME_NEW_THING with of)"
    assert classify(AnswerError(400, "Bad Request: chat not found")).said == "", "a known one needs no words"


def test_sent_decides_between_doubt_and_down() -> None:
    for kind in ("read_timeout", "reset", "truncated", "tls", "network"):
        assert classify(WireError(kind, sent=True)).trouble is DOUBT
        assert classify(WireError(kind, sent=False)).trouble is DOWN


# --- files ---


@pytest.fixture
def photo(fake: FakeTelegram) -> File:
    return File(ref=fake.keep_file(b"x" * 1000), kind="photo")


async def test_a_file_comes_whole(channel: TelegramChannel, fake: FakeTelegram, photo: File) -> None:
    assert await channel.fetch(photo, 1000) == b"x" * 1000
    big = File(ref=fake.keep_file(b"y" * 3_000_000), kind="document")
    assert len(await channel.fetch(big, 3_000_000)) == 3_000_000


async def fetch_failure(channel: TelegramChannel, file: File, limit: int = 10_000) -> tuple[Trouble, str]:
    with pytest.raises(DeliveryFailed) as failed:
        await channel.fetch(file, limit)
    return failed.value.trouble, failed.value.why


async def test_a_file_over_the_limit_is_not_read(channel: TelegramChannel, fake: FakeTelegram, photo: File) -> None:
    assert await fetch_failure(channel, File(ref=photo.ref, kind="photo", size=5000), 4999) == (NO, "file_too_big")
    assert fake.ledger.calls == []
    assert await fetch_failure(channel, photo, 999) == (NO, "file_too_big")
    assert fake.ledger.count("download") == 0


async def test_the_limit_holds_when_telegram_does_not_say_the_size(
    channel: TelegramChannel, fake: FakeTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(
        fake._methods, "getfile", lambda _: {"file_id": "f", "file_unique_id": "u", "file_path": "a/file-1"}
    )
    file = File(ref=fake.keep_file(b"z" * 500_000), kind="photo")
    assert await fetch_failure(channel, file, 100_000) == (NO, "file_too_big")
    assert len(await channel.fetch(file, 500_000)) == 500_000
    assert len((await channel._server.download("a/file-1", 1000, 5)).body) == 1001, "reading stops there"


@pytest.mark.parametrize(
    "path", ["https://elsewhere.example/x", "/etc/passwd", "../../x", "a/../b", "a\\b", "", "http://169.254.169.254/x"]
)
async def test_a_file_is_taken_from_our_server_only(
    channel: TelegramChannel, fake: FakeTelegram, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setitem(fake._methods, "getfile", lambda _: {"file_id": "f", "file_unique_id": "u", "file_path": path})
    trouble, why = await fetch_failure(channel, File(ref="f", kind="photo"))
    assert (trouble, why) in [(NO, "file_path"), (LATER, "file_gone")]
    assert all(call.status in (200, 404) for call in fake.ledger.calls)
    assert path != "" or fake.ledger.count("download") == 0


async def test_a_download_that_fails(channel: TelegramChannel, fake: FakeTelegram, photo: File) -> None:
    for kind, expected in [
        ("redirect", (NO, "redirect")),
        ("reset", (LATER, "reset")),
        ("truncated", (LATER, "truncated")),
        ("502", (LATER, "server_error")),
        ("401", (ADMIN, "token_rejected")),
        ("404", (LATER, "file_gone")),
    ]:
        fake.fault(kind, "download", times=2 if kind == "reset" else 1)  # a GET is tried twice by the client
        assert await fetch_failure(channel, photo) == expected
        fake.faults.clear()
    assert await fetch_failure(channel, File(ref="nothing", kind="photo")) == (NO, "file_unavailable")
