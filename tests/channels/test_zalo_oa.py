"""A Zalo Official Account: signed events, windows that close, keys that turn, errors at status 200."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.channels.base import DeliveryFailed, Forbidden, Trouble, Unreadable
from bot.channels.wire import Wire
from bot.channels.zalo_answers import RULES, TEMPLATE_RULES, WAITS, judge
from bot.channels.zalo_oa import Templates, ZaloOaChannel, parse_event
from bot.channels.zalo_tokens import Keys
from bot.core.message import Lane
from tests.channels import sources
from tests.channels.telegram_kit import PATIENT, picture
from tests.channels.zalo_kit import HASTY, Drawer, attachment, choices, failure, message, oa_at, tokens_at
from tests.fakes.zalo_oa import FIRST_REFRESH, OA_ID, OA_SECRET, SECRET_KEY, FakeZaloOa

NOTICE = Templates(notice="T1", parameters={"noi_dung": "text", "dien_thoai": "phone"})
HEADER = "x-zevent-signature"


@pytest.fixture(params=[False, True], ids=["mac=", "bare"])
async def fake(request: pytest.FixtureRequest) -> AsyncIterator[FakeZaloOa]:
    """The platform with each of its two ways of writing the signature."""
    async with FakeZaloOa(bare_signature=request.param) as running:
        yield running


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    opened = Wire(timeouts=PATIENT, at_once=4)
    yield opened
    await opened.close()


@pytest.fixture
async def channel(fake: FakeZaloOa) -> AsyncIterator[ZaloOaChannel]:
    opened = oa_at(fake)
    yield opened
    await opened.close()


def call(channel: ZaloOaChannel, fake: FakeZaloOa, body: bytes) -> str:
    """The stored form of an event that the platform sends."""
    header = fake.signed(body)["X-ZEvent-Signature"]
    update = channel.webhook({HEADER: header}, body)
    assert update is not None
    return update.raw


async def test_its_door_is_its_page_in_zalo(channel: ZaloOaChannel) -> None:
    assert channel.door("duan-DE") == f"https://zalo.me/{OA_ID}"


# Receiving ---------------------------------------------------------------------------------------


async def test_what_people_send(fake: FakeZaloOa, channel: ZaloOaChannel) -> None:
    ba = fake.person(1)
    fake.say(ba, "khi nào nhận tiền?")
    fake.photo(ba, picture())
    fake.sticker(ba)
    fake.follow(ba, yes=False)
    fake.follow(ba)
    said, photo, sticker, left, back = (channel.parse(call(channel, fake, body)) for body in fake.ledger.events)
    assert said is not None
    assert photo is not None
    assert sticker is not None
    assert left is not None
    assert back is not None
    assert (said.text, said.sender, said.address.chat) == ("khi nào nhận tiền?", ba.id, ba.id)
    assert await channel.fetch(photo.files[0], 10**6) == picture()
    assert (sticker.text, sticker.files) == ("", ())
    assert (left.reachable, back.reachable) == (False, True)


async def test_a_press_comes_as_a_hidden_query(fake: FakeZaloOa, channel: ZaloOaChannel) -> None:
    ba = fake.person(1)
    fake.say(ba, "chào")
    await channel.send(message(channel, ba.id, "Ông/bà chọn:", choices=choices("Đã nhận", "Cần giải thích")))
    assert [label for label, _ in ba.last.buttons] == ["Đã nhận", "Cần giải thích"]
    fake.press(ba, "Cần giải thích")
    pressed = channel.parse(call(channel, fake, fake.ledger.events[-1]))
    assert pressed is not None
    assert (pressed.press, pressed.text) == ("c1", "")


async def test_our_own_sends_come_back_and_are_nothing(fake: FakeZaloOa, channel: ZaloOaChannel) -> None:
    ba = fake.person(1)
    fake.say(ba, "chào")
    await channel.send(message(channel, ba.id))
    assert channel.parse(call(channel, fake, fake.ledger.events[-1])) is None
    own = {"event_name": "user_send_text", "sender": {"id": OA_ID}, "message": {"text": "x"}, "timestamp": "1"}
    assert parse_event(json.dumps(own), OA_ID) is None


async def test_the_same_message_has_the_same_key(fake: FakeZaloOa, channel: ZaloOaChannel) -> None:
    ba = fake.person(1)
    fake.say(ba, "một")
    fake.say(ba, "một")
    keys = []
    for body in (*fake.ledger.events, fake.ledger.events[0]):
        update = channel.webhook({HEADER: fake.signed(body)["X-ZEvent-Signature"]}, body)
        assert update is not None
        keys.append(update.key)
    assert keys[0] == keys[2] != keys[1]


def test_the_consoles_probe_is_empty() -> None:
    async def nobody(_user: str) -> int | None:
        return None

    fake = FakeZaloOa()
    channel = oa_at(fake, last_heard=nobody)
    assert channel.webhook({}, b"") is None


@pytest.mark.parametrize("how", ["missing", "empty", "other body", "cut", "not hex", "wrong secret"])
async def test_a_forged_call_is_refused(fake: FakeZaloOa, channel: ZaloOaChannel, how: str) -> None:
    fake.say(fake.person(1), "x")
    body = fake.ledger.events[0]
    good = fake.signed(body)["X-ZEvent-Signature"]
    headers = {
        "missing": {},
        "empty": {HEADER: ""},
        "other body": {HEADER: good},
        "cut": {HEADER: good[:-1]},
        "not hex": {HEADER: "mac=é"},
        "wrong secret": {HEADER: good[:-2] + ("00" if good[-2:] != "00" else "11")},
    }[how]
    with pytest.raises(Forbidden):
        channel.webhook(headers, body + b" " if how == "other body" else body)


@pytest.mark.parametrize(
    "raw",
    ["{", "[]", '{"event_name":"follow"}', '{"event_name":"user_send_text","sender":{"id":"7"},"timestamp":"soon"}'],
)
def test_what_cannot_be_read(raw: str) -> None:
    with pytest.raises(Unreadable):
        parse_event(raw, OA_ID)


@pytest.mark.parametrize("name", ["oa_send_image", "anonymous_send_text", "shop_has_order", "", "user_seen_message"])
def test_other_events_are_nothing_for_us(name: str) -> None:
    assert parse_event(json.dumps({"event_name": name}), OA_ID) is None


# Sending -----------------------------------------------------------------------------------------


async def test_pictures_and_documents_are_given_first_and_then_shown(fake: FakeZaloOa, channel: ZaloOaChannel) -> None:
    ba = fake.person(1)
    fake.say(ba, "chào")
    await channel.send(message(channel, ba.id, "", attachment=attachment()), picture())
    assert (ba.last.kind, ba.last.content) == ("photo", picture())
    await channel.send(message(channel, ba.id, "", attachment=attachment("application/pdf", "tb.pdf")), b"%PDF-1.4")
    assert (ba.last.kind, ba.last.content) == ("document", b"%PDF-1.4")


async def test_what_fails_while_a_file_is_given_was_not_sent(fake: FakeZaloOa) -> None:
    channel = oa_at(fake, timeouts=HASTY)
    ba = fake.person(1)
    fake.say(ba, "chào")
    fake.fault("reset", "upload/image")
    failed = await failure(channel, message(channel, ba.id, "", attachment=attachment()), picture())
    assert failed.trouble is Trouble.RETRY_LATER
    assert ba.messages == []
    await channel.close()


async def test_after_seven_days_only_an_approved_template(fake: FakeZaloOa) -> None:
    fake.templates["T1"] = frozenset({"noi_dung", "dien_thoai"})
    channel = oa_at(fake, templates=NOTICE, ward_phone="024 0000 0000")
    ba = fake.person(1)
    fake.say(ba, "chào")
    fake.advance(7 * 24 * 3600 + 60)
    await channel.send(message(channel, ba.id, "Thông báo số 12", lane=Lane.NOTICE))
    assert (ba.last.kind, json.loads(ba.last.text)["noi_dung"]) == ("template", "Thông báo số 12")
    failed = await failure(channel, message(channel, ba.id, "một câu trả lời"))
    assert (failed.trouble, failed.why) == (Trouble.UNREACHABLE, "outside_window")
    assert fake.ledger.count("cs") == 0, "what is known to be refused is not asked for"
    await channel.close()


async def test_without_a_template_the_person_is_out_of_reach(fake: FakeZaloOa, channel: ZaloOaChannel) -> None:
    ba = fake.person(1)
    failed = await failure(channel, message(channel, ba.id, lane=Lane.NOTICE))
    assert (failed.trouble, failed.why) == (Trouble.UNREACHABLE, "outside_window")


async def test_the_billed_days_are_a_setting(fake: FakeZaloOa, channel: ZaloOaChannel) -> None:
    thrifty = oa_at(fake, paid=False)
    ba = fake.person(1)
    fake.say(ba, "chào")
    fake.advance(49 * 3600)
    await channel.send(message(channel, ba.id))
    assert (await failure(thrifty, message(thrifty, ba.id))).why == "outside_window"
    await thrifty.close()


async def test_a_household_known_by_telephone_only(fake: FakeZaloOa) -> None:
    fake.templates["T1"] = frozenset({"noi_dung", "dien_thoai"})
    channel = oa_at(fake, templates=NOTICE)
    ba = fake.person(1, phone="84900000001")
    await channel.send(message(channel, "tel:84900000001", "Thông báo", lane=Lane.NOTICE))
    assert ba.last.payload["tracking_id"]
    assert (await failure(channel, message(channel, "tel:84900000001"))).why == "outside_window"
    unknown = await failure(channel, message(channel, "tel:84900000002", lane=Lane.NOTICE))
    assert (unknown.trouble, unknown.why) == (Trouble.UNREACHABLE, "no_zalo")
    await channel.close()


@pytest.mark.parametrize("code", sorted(set(RULES) - {-216, -220}, reverse=True))
async def test_each_error_of_the_platform_has_one_name(fake: FakeZaloOa, channel: ZaloOaChannel, code: int) -> None:
    ba = fake.person(1)
    fake.say(ba, "x")
    fake.refuse(code, "refused", "cs")
    failed = await failure(channel, message(channel, ba.id))
    assert (failed.trouble, failed.why) == RULES[code]
    assert (failed.seconds > 0) is (failed.trouble is Trouble.WAIT)
    assert ba.messages == []


@pytest.mark.parametrize("code", sorted(set(TEMPLATE_RULES) - {-124}, reverse=True))
@pytest.mark.parametrize("chat", ["by phone", "by id"])
async def test_each_error_of_a_template_has_one_name(fake: FakeZaloOa, code: int, chat: str) -> None:
    channel = oa_at(fake, templates=NOTICE)
    ba = fake.person(1, phone="84900000001")
    fake.refuse(code, "refused", "template")
    sent = message(channel, "tel:84900000001" if chat == "by phone" else ba.id, lane=Lane.NOTICE)
    failed = await failure(channel, sent)
    assert (failed.trouble, failed.why, failed.seconds) == (*TEMPLATE_RULES[code], WAITS.get(failed.why, 0))
    assert failed.trouble is not Trouble.MISCONFIGURED, "answers to residents must go on"
    assert ba.messages == []
    await channel.close()


async def test_a_template_call_renews_a_token_that_is_not_taken(fake: FakeZaloOa) -> None:
    fake.templates["T1"] = frozenset({"noi_dung", "dien_thoai"})
    channel = oa_at(fake, templates=NOTICE)
    ba = fake.person(1)
    fake.refuse(-124, "Access token invalid", "template")
    await channel.send(message(channel, ba.id, "Thông báo", lane=Lane.NOTICE))
    assert (ba.last.kind, fake.renewals) == ("template", 2)
    await channel.close()


def test_the_tables_know_every_number_that_zalo_publishes() -> None:
    ours = sources.ZALO_ACCOUNT - set(sources.ZALO_ACCOUNT_NOT_OURS)
    assert set(RULES) == ours | sources.ZALO_ACCOUNT_OLDER
    assert set(TEMPLATE_RULES) == sources.ZALO_TEMPLATES - set(sources.ZALO_TEMPLATES_NOT_OURS)


def test_an_error_that_nobody_knows_is_refused_by_its_number() -> None:
    assert str(judge(-99999)) == "refused: other_99999"
    told = judge(-99999, message="Bà Lan's new parameter is not valid")
    assert str(told) == "refused: other_99999 (parameter is not valid)", (
        "no name, nothing that is not a platform's word"
    )


@pytest.mark.parametrize(
    ("kind", "trouble", "arrives"),
    [
        ("hang", Trouble.IN_DOUBT, True),
        ("reset", Trouble.IN_DOUBT, True),
        ("truncated", Trouble.IN_DOUBT, True),
        ("not_json", Trouble.IN_DOUBT, True),
        ("empty", Trouble.IN_DOUBT, True),
        ("502", Trouble.RETRY_LATER, False),
        ("504", Trouble.IN_DOUBT, False),
        ("403_html", Trouble.CHANNEL_DOWN, False),
    ],
)
async def test_each_fault_on_the_way_has_one_name(fake: FakeZaloOa, kind: str, trouble: Trouble, arrives: bool) -> None:
    channel = oa_at(fake, timeouts=HASTY)
    ba = fake.person(1)
    fake.say(ba, "x")
    fake.fault(kind, "cs")
    assert (await failure(channel, message(channel, ba.id))).trouble is trouble
    assert bool(ba.messages) is arrives
    await channel.close()


# The keys ----------------------------------------------------------------------------------------


async def test_keys_are_renewed_once_for_many_and_kept_before_use(fake: FakeZaloOa, wire: Wire) -> None:
    drawer = Drawer()
    tokens = tokens_at(fake, drawer, wire)
    told = await asyncio.gather(*(tokens.access() for _ in range(20)))
    assert set(told) == {"TEST-access-1"}
    assert fake.renewals == 1
    assert drawer.saved == ["TEST-refresh-token-1"]
    fake.advance(24.6 * 3600)
    assert await tokens.access() == "TEST-access-2"


async def test_keys_that_could_not_be_kept_are_not_used(fake: FakeZaloOa, wire: Wire) -> None:
    drawer = Drawer()
    drawer.fails = True
    tokens = tokens_at(fake, drawer, wire)
    with pytest.raises(DeliveryFailed) as failed:
        await tokens.access()
    assert (failed.value.trouble, failed.value.why) == (Trouble.CHANNEL_DOWN, "keys_not_kept")
    drawer.fails = False
    fake.advance(2)
    assert await tokens.access() == "TEST-access-1", (
        "a refresh token works once: what was granted is kept, not asked for"
    )
    assert (fake.renewals, drawer.saved) == (1, ["TEST-refresh-token-1"])


async def test_a_restart_goes_on_with_the_kept_keys(fake: FakeZaloOa, wire: Wire) -> None:
    drawer = Drawer()
    await tokens_at(fake, drawer, wire).access()
    assert await tokens_at(fake, drawer, wire).access() == "TEST-access-1"
    assert fake.renewals == 1


async def test_a_new_consent_in_the_settings_counts(fake: FakeZaloOa, wire: Wire) -> None:
    drawer = Drawer()
    await tokens_at(fake, drawer, wire).access()
    fake.refresh = "TEST-given-anew"
    assert await tokens_at(fake, drawer, wire, refresh="TEST-given-anew").access() == "TEST-access-2"
    assert await tokens_at(fake, drawer, wire, refresh="TEST-given-anew").access() == "TEST-access-2"


async def test_a_token_that_ends_early_is_renewed(fake: FakeZaloOa, channel: ZaloOaChannel) -> None:
    ba = fake.person(1)
    fake.say(ba, "x")
    await channel.send(message(channel, ba.id))
    fake.expires = 0
    await channel.send(message(channel, ba.id, "hai"))
    assert ba.last.text == "hai"
    assert fake.renewals == 2


async def test_a_lost_consent_is_for_an_administrator(fake: FakeZaloOa) -> None:
    drawer = Drawer()
    drawer.keys = Keys(
        access="old", refresh="used already", expires_at=0, seed=hashlib.sha256(FIRST_REFRESH.encode()).hexdigest()
    )
    channel = oa_at(fake, drawer)
    ba = fake.person(1)
    fake.say(ba, "x")
    failed = await failure(channel, message(channel, ba.id))
    assert (failed.trouble, failed.why) == (Trouble.MISCONFIGURED, "consent_lost")
    assert drawer.keys == replace(drawer.keys, refresh="used already")
    await channel.close()


@pytest.mark.parametrize("kind", ["reset", "hang", "502"])
async def test_the_key_server_is_out_of_reach(fake: FakeZaloOa, kind: str) -> None:
    channel = oa_at(fake, timeouts=HASTY if kind == "hang" else PATIENT)
    fake.fault(kind, "access_token")
    with pytest.raises(DeliveryFailed) as failed:
        await channel.check()
    await channel.close()
    assert failed.value.trouble is Trouble.CHANNEL_DOWN


async def test_secrets_and_words_stay_out_of_logs(fake: FakeZaloOa, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    drawer = Drawer()
    channel = oa_at(fake, drawer, timeouts=HASTY)
    ba = fake.person(1)
    fake.say(ba, "chuyện riêng của tôi")
    call(channel, fake, fake.ledger.events[0])
    fake.fault("reset", "cs")
    failed = await failure(channel, message(channel, ba.id, "lời riêng"))
    shown = f"{caplog.text}{failed!r}{failed.__cause__!r}{failed.__context__!r}{vars(channel)!r}{drawer.keys!r}"
    for secret in (OA_SECRET, SECRET_KEY, FIRST_REFRESH, "TEST-access-1", "TEST-refresh", "chuyện riêng", "lời riêng"):
        assert secret not in shown
    await channel.close()
