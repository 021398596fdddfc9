"""A Zalo Official Account, OpenAPI v3: the channel that residents have.

Errors come with status 200: `error` decides. What a person may be sent depends on when they last wrote: within seven
days anything; later only a template that Zalo has approved.
"""

from __future__ import annotations

import hashlib
import hmac
import io
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import aiohttp

from bot.channels.base import DeliveryFailed, Forbidden, Limits, Take, Trouble, Unreadable, harmless
from bot.channels.capabilities import ZALO_OA, Capabilities, Contacts
from bot.channels.fields import Fields
from bot.channels.wire import Secret, Timeouts, Wire, object_in
from bot.channels.zalo_answers import RULES, TEMPLATE_RULES, Rules, read
from bot.channels.zalo_files import download
from bot.channels.zalo_tokens import Tokens
from bot.core.message import Address, Choice, Contact, File, Inbound, Lane, Outbound, Update
from bot.core.reach import Standing, Window, standing
from bot.core.reading.fold import clean

NAME: Final = "zalo_oa"
BASE_URL: Final = "https://openapi.zalo.me"
BUSINESS_URL: Final = "https://business.openapi.zalo.me"
# 4,000 requests a minute are allowed.
LIMITS: Final = Limits(per_second=50, burst=10, at_once=32, silence=16, keeps=2)

HOUR: Final = 3600_000  # milliseconds
FREE_FOR: Final = 48 * HOUR  # after the person's last word messages cost nothing
OPEN_FOR: Final = 7 * 24 * HOUR  # and may be sent at all
PRESSED: Final = "#dv:"  # a hidden query of one of our buttons; typed by hand it is a forged press, and treated as one
BY_PHONE: Final = "tel:"  # the chat of somebody who is known by a telephone number only

_SIGNATURE = "x-zevent-signature"

Asked = Mapping[str, Any] | Callable[[], aiohttp.FormData] | None
"""What goes with a call: JSON, a form that is made anew for each try, or nothing at all for a GET."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Templates:
    """Messages that Zalo has approved, by what they are for; `parameters` maps their placeholders to our values.

    Our values are text, link and phone.
    """

    notice: str = ""  # the template's id for a notice, "" when there is none
    parameters: Mapping[str, str] = field(default_factory=dict)


class ZaloOaChannel:
    """One Official Account."""

    name = NAME
    abroad = False

    def __init__(
        self,
        *,
        oa_id: str,
        app_id: str,
        oa_secret: str,
        tokens: Tokens,
        last_heard: Callable[[str], Awaitable[int | None]],
        now: Callable[[], int],
        wire: Wire | None = None,
        base_url: str = BASE_URL,
        business_url: str = BUSINESS_URL,
        paid: bool = True,
        templates: Templates = Templates(),
        ward_phone: str = "",
        card_picture: str = "",
        limits: Limits = LIMITS,
        can: Capabilities = ZALO_OA,
    ) -> None:
        """`last_heard(user id)` is when somebody last wrote, epoch milliseconds; `paid` allows the billed days.

        `card_picture` is the public address of the picture on the card that asks for a number; Zalo wants one.
        """
        if not (oa_id and app_id and oa_secret):
            raise ValueError("zalo_oa needs oa_id, app_id and oa_secret")
        self.bot = oa_id
        self._window = Window(free=FREE_FOR, open=OPEN_FOR if paid else FREE_FOR, template=bool(templates.notice))
        self.limits = replace(limits, window=self._window)
        self.can = can if card_picture else replace(can, contacts=Contacts.NONE)
        self._card_picture = card_picture
        self._app_id = app_id
        self._oa_secret = Secret(oa_secret)
        self._tokens = tokens
        self._last_heard = last_heard
        self._now = now
        self._base = base_url.rstrip("/")
        self._business = business_url.rstrip("/")
        self._templates = templates
        self._ward_phone = ward_phone
        self._wire = wire or Wire(timeouts=Timeouts(), at_once=limits.at_once)

    # --- receiving ---

    @property
    def complaint(self) -> str:
        """Nothing is asked for here: Zalo calls us, and what it can't deliver it does not say."""
        return ""

    def parse(self, raw: str) -> Inbound | None:
        """What a stored event says, None when it is nothing for us. Raises Unreadable."""
        return parse_event(raw, self.bot)

    async def listen(self, take: Take) -> None:
        """Nothing: the address of the webhook is registered in Zalo's console, by hand."""

    def webhook(self, headers: Mapping[str, str], body: bytes) -> Update | None:
        """The event in a webhook call, None for the console's empty probe. Raises Forbidden."""
        if not body.strip():
            return None
        given = headers.get(_SIGNATURE, "").strip().lower().removeprefix("mac=")
        if not hmac.compare_digest(given.encode("utf-8", "surrogatepass"), self._sign(body).encode()):
            raise Forbidden("signature is missing or wrong")
        return _update(body)

    def _sign(self, body: bytes) -> str:
        event = object_in(body) or {}
        stamp = str(event.get("timestamp", ""))
        known = self._app_id.encode() + body + stamp.encode("utf-8", "surrogatepass")
        return hashlib.sha256(known + self._oa_secret.reveal().encode()).hexdigest()

    # --- sending ---

    async def send(self, message: Outbound, content: bytes = b"", link: str = "") -> str:
        """Deliver one part: as it is while the person's window is open, else as a template. Raises DeliveryFailed."""
        chat = message.address.chat
        if chat.startswith(BY_PHONE) or not await self._open_for(chat):
            # A template bears no file and no card; the words beside them go.
            bare = not message.text and (message.attachment or message.contact)
            return "" if bare else await self._send_template(message, link)
        if message.contact:
            return await self._say(chat, _card(message.contact, self._card_picture))
        if message.attachment is None:
            return await self._say(chat, _words(message))
        if message.attachment.is_picture:
            return await self._say(chat, _picture(await self._upload("image", message, content)) | _beside(message))
        return await self._say(chat, _document(await self._upload("file", message, content)) | _beside(message))

    async def _open_for(self, user: str) -> bool:
        heard = await self._last_heard(user)
        return standing(self._window, heard, self._now()) in (Standing.FREE, Standing.BILLED)

    async def _say(self, user: str, message: Mapping[str, Any]) -> str:
        asked = {"recipient": {"user_id": user}, "message": message}
        return _sent_id(await self._ask(f"{self._base}/v3.0/oa/message/cs", asked))

    async def _upload(self, kind: str, message: Outbound, content: bytes) -> str:
        """Give Zalo a file; returns its handle. What fails here was never sent to anybody."""
        assert message.attachment is not None
        name, mime = message.attachment.name, message.attachment.mime

        def form() -> aiohttp.FormData:
            fields = aiohttp.FormData(quote_fields=False)
            fields.add_field("file", io.BytesIO(content), filename=name, content_type=mime)
            return fields

        try:
            data = await self._ask(f"{self._base}/v2.0/oa/upload/{kind}", form)
        except DeliveryFailed as failed:
            raise harmless(failed) from None
        return str(data.get("attachment_id") or data.get("token") or "")

    async def _send_template(self, message: Outbound, link: str) -> str:
        chat, template = message.address.chat, self._templates.notice
        if message.lane is not Lane.NOTICE or not template:
            raise DeliveryFailed(Trouble.UNREACHABLE, "outside_window")
        values = {"text": message.text, "link": link, "phone": self._ward_phone}
        data = {name: values.get(ours, "") for name, ours in self._templates.parameters.items()}
        asked: dict[str, Any] = {"template_id": template, "template_data": data}
        if chat.startswith(BY_PHONE):
            tracking = hashlib.sha256(f"{chat} {message.text}".encode()).hexdigest()[:32]
            asked |= {"phone": chat.removeprefix(BY_PHONE), "tracking_id": tracking}
            return _sent_id(await self._ask(f"{self._business}/message/template", asked, TEMPLATE_RULES))
        asked |= {"user_id": chat}
        return _sent_id(await self._ask(f"{self._base}/v3.0/oa/message/template", asked, TEMPLATE_RULES))

    async def edit(self, message: Outbound, platform_id: str) -> bool:
        """Zalo changes nothing that was sent."""
        return False

    async def acknowledge(self, inbound: Inbound) -> None:
        """Nothing: a press is a message of its own here."""

    async def fetch(self, file: File, limit: int) -> bytes:
        """The bytes of a picture that somebody sent, at most `limit`. Raises DeliveryFailed."""
        return await download(self._wire, file.ref, limit, ours=self._base)

    # --- the account itself ---

    def door(self, code: str) -> str:
        """The account's page in Zalo; it hands no code on."""
        return f"https://zalo.me/{self.bot}"

    async def check(self) -> str:
        """The account's name. Raises DeliveryFailed."""
        try:
            return str((await self._ask(f"{self._base}/v2.0/oa/getoa", None)).get("name", ""))
        except DeliveryFailed as failed:
            raise harmless(failed) from None

    async def close(self) -> None:
        """Close the connections."""
        await self._wire.close()

    async def _ask(self, url: str, asked: Asked, rules: Rules = RULES) -> dict[str, Any]:
        """A call with the token of the moment; with a new one where the platform does not take it any more."""
        access = await self._tokens.access()
        data, failed = await self._call(url, asked, access, rules)
        if failed is not None and failed.why == "token_expired":
            await self._tokens.refused(access)
            data, failed = await self._call(url, asked, await self._tokens.access(), rules)
        if failed is not None:
            raise failed
        return data

    async def _call(
        self, url: str, asked: Asked, access: str, rules: Rules
    ) -> tuple[dict[str, Any], DeliveryFailed | None]:
        headers = {"access_token": access}
        if asked is None:
            return read(await self._wire.get(Secret(url), 64 * 1024, self._wire.timeouts.read, headers), rules)
        body = asked() if callable(asked) else json.dumps(asked).encode()
        return read(await self._wire.post(Secret(url), body, headers), rules)


# --- messages -------------------------------------------------------------------------------------------------------


def _words(message: Outbound) -> dict[str, Any]:
    buttons = [_button(choice) for choice in (*message.choices, *message.controls)]
    attachment = {"attachment": {"type": "template", "payload": {"buttons": buttons}}} if buttons else {}
    return {"text": message.text, **attachment}


def _button(choice: Choice) -> dict[str, str]:
    return {"title": choice.label, "type": "oa.query.hide", "payload": PRESSED + choice.data}


def _card(title: str, picture: str) -> dict[str, Any]:
    """The request for name and telephone number, which Zalo shows with a form of its own."""
    elements = [{"title": title, "subtitle": title, "image_url": picture}]
    return {"attachment": {"type": "template", "payload": {"template_type": "request_user_info", "elements": elements}}}


def _beside(message: Outbound) -> dict[str, Any]:
    """Words beside a file, which Zalo refuses: better than losing them here without a word."""
    return {"text": message.text} if message.text else {}


def _picture(handle: str) -> dict[str, Any]:
    elements = [{"media_type": "image", "attachment_id": handle}]
    return {"attachment": {"type": "template", "payload": {"template_type": "media", "elements": elements}}}


def _document(handle: str) -> dict[str, Any]:
    return {"attachment": {"type": "file", "payload": {"token": handle}}}


def _sent_id(data: Mapping[str, Any]) -> str:
    return str(data.get("message_id") or data.get("msg_id") or "")


# --- events ---------------------------------------------------------------------------------------------------------


def _update(body: bytes) -> Update:
    raw = body.decode("utf-8", "backslashreplace").replace("\0", "\\0")
    event = object_in(raw) or {}
    message = event.get("message")
    number = message.get("msg_id") if isinstance(message, dict) else None
    if isinstance(number, str) and number:
        return Update(key=number, raw=raw)
    return Update(key="x:" + hashlib.sha256(body).hexdigest(), raw=raw)


def parse_event(raw: str, oa_id: str) -> Inbound | None:
    """What an event says, None when it is nothing for us: our own sends come back as events too. Raises Unreadable."""
    event = object_in(raw)
    if event is None:
        raise Unreadable("not an event")
    fields, name = Fields(event), str(event.get("event_name", ""))
    if name in ("follow", "unfollow"):
        return _person(fields.object("follower").string("id"), fields, reachable=name == "follow")
    if name == "user_submit_info":
        return _person(fields.object("sender").string("id"), fields, contact=_contact(fields.object("info")))
    if not name.startswith("user_send_") or fields.object("sender").string("id") == oa_id:
        return None
    message = fields.object("message")
    text = clean(message.text("text"))
    sender = fields.object("sender").string("id")
    if text.startswith(PRESSED):
        return _person(sender, fields, press=text.removeprefix(PRESSED))
    files = _pictures(message.objects("attachments")) if name == "user_send_image" else ()
    return _person(sender, fields, text=text, files=files)


def _person(user: str, event: Fields, **what: Any) -> Inbound:
    return Inbound(address=Address(channel=NAME, chat=user), sender=user, at=event.moment("timestamp"), **what)


def _contact(info: Fields) -> Contact:
    """The number comes as digits or as a number, with the country's code and without a plus."""
    phone, name = info.optional("phone"), " ".join(clean(info.text("name")).split())
    if isinstance(phone, bool) or not isinstance(phone, str | int) or not phone:
        raise Unreadable("phone")
    return Contact(phone=f"+{phone}" if str(phone).startswith("84") else clean(str(phone)), name=name)


def _pictures(attachments: Sequence[Fields]) -> tuple[File, ...]:
    addresses = (one.object("payload").text("url") for one in attachments)
    return tuple(File(ref=address, kind="photo", mime="image/jpeg") for address in addresses if address)
