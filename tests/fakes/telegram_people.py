"""The people and groups on the other side of the fake Telegram, and the ledger of what truly happened."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.fakes.telegram_rules import Bucket, Button, show

if TYPE_CHECKING:
    from tests.fakes.telegram import FakeTelegram

# core.telegram.org/bots/faq#my-bot-is-hitting-limits: "avoid sending more than one message per second" in a chat,
# "short bursts" allowed (their size is not published: 5 here); a group "not … more than 20 messages per minute".
PRIVATE_RATE, PRIVATE_BURST = 1.0, 5.0
PHONE = "+84912345678"
GROUP_RATE, GROUP_BURST = 20 / 60, 20.0


class Call(NamedTuple):
    """One call of a method."""

    at: float
    method: str
    chat: int | None
    status: int  # 0: no answer was given


@dataclass(slots=True, kw_only=True, eq=False)
class UpdateRecord:
    """An update, and what became of it."""

    id: int | None  # None: a malformed one without a number
    raw: bytes
    lane: int  # the chat: webhook deliveries keep its order
    created: float
    delivered: int = 0  # how often it went out
    confirmed: float | None = None
    how: str = ""  # "offset", "webhook", "expired", "dropped" or, without a number, "shown"

    @property
    def lost(self) -> bool:
        """Gone although the bot has never seen it."""
        return self.confirmed is not None and not self.delivered


@dataclass(slots=True, kw_only=True, eq=False)
class MessageRecord:
    """A message that was accepted: whatever the bot was told, it is on the person's screen."""

    id: int
    chat: int
    text: str
    entities: list[dict[str, Any]]
    rows: tuple[tuple[Button, ...], ...]
    at: float
    copy: int  # 1 for the first with these words and buttons in this chat, 2 for the next …
    payload: dict[str, Any]
    kind: str = "text"
    edits: int = 0  # how often its words were changed
    deleted: bool = False  # by whoever reads it: the bot is not told

    @property
    def shown(self) -> str:
        """The words, with **bold**."""
        return show(self.text, self.entities)

    @property
    def buttons(self) -> list[list[str]]:
        """The labels, row by row."""
        return [[button.label for button in row] for row in self.rows]

    def __str__(self) -> str:
        rows = (" ".join(f"[{label}]" for label in row) for row in self.buttons)
        return "\n".join([self.shown, *rows])

    def __contains__(self, words: str) -> bool:
        return words in self.shown

    def as_json(self) -> dict[str, Any]:
        """For the control surface."""
        rows = [[[button.label, button.data] for button in row] for row in self.rows]
        return {
            "id": self.id,
            "chat": self.chat,
            "text": self.shown,
            "buttons": rows,
            "at": self.at,
            "copy": self.copy,
            "kind": self.kind,
        }


@dataclass(slots=True)
class Ledger:
    """The truth."""

    updates: list[UpdateRecord] = field(default_factory=list)
    messages: list[MessageRecord] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    early: int = 0  # sends inside a retry_after that was told before
    acknowledged: dict[str, int] = field(default_factory=dict)  # presses answered, by query id

    @property
    def lost(self) -> list[UpdateRecord]:
        """Updates that are gone although the bot has never seen them."""
        return [update for update in self.updates if update.lost]

    @property
    def confirmed(self) -> list[UpdateRecord]:
        """Updates that the bot has confirmed, by an offset or by a 2xx."""
        return [update for update in self.updates if update.how in ("offset", "webhook")]

    def count(self, method: str) -> int:
        """How often a method was called."""
        return sum(call.method == method.lower() for call in self.calls)

    def stats(self) -> dict[str, Any]:
        """Numbers only."""
        return {
            "updates": len(self.updates),
            "confirmed": len(self.confirmed),
            "lost": len(self.lost),
            "messages": len(self.messages),
            "copies": sum(message.copy > 1 for message in self.messages),
            "early": self.early,
            "calls": dict(Counter(call.method for call in self.calls)),
            "statuses": {str(status): n for status, n in Counter(call.status for call in self.calls).items()},
        }


@dataclass(slots=True, eq=False, repr=False)
class Chat:
    """A private chat or a group, as its members see it."""

    id: int
    kind: str = "private"
    title: str = ""
    started: bool = True  # the bot may write: the person has written first, or the bot is in the group
    gone: str = ""  # the 403 that every send gets: "bot was blocked by the user" …
    moved_to: int = 0
    messages: list[MessageRecord] = field(default_factory=list)
    waiters: list[asyncio.Future[None]] = field(default_factory=list)
    bucket: Bucket = field(default_factory=lambda: Bucket(PRIVATE_RATE, PRIVATE_BURST))
    wait_until: float = 0.0
    seen: int = 0  # how far wait_for has read
    payloads: Counter[Any] = field(default_factory=Counter)

    def as_json(self) -> dict[str, Any]:
        """core.telegram.org/bots/api#chat."""
        return {"id": self.id, "type": self.kind} | ({"title": self.title} if self.title else {})

    def wake(self) -> None:
        """Tell those who wait for a message."""
        waiters, self.waiters = self.waiters, []
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)

    async def wait_for(self, text: str = "", timeout: float = 30.0) -> MessageRecord:  # noqa: ASYNC109
        """The next message not yet waited for that contains the text; those before it are passed over."""
        deadline = asyncio.get_running_loop().time() + timeout
        read = self.seen
        while True:
            for index in range(read, len(self.messages)):
                if text in self.messages[index].shown:
                    self.seen = index + 1
                    return self.messages[index]
            read = len(self.messages)
            await self._changed(deadline, text)

    async def _changed(self, deadline: float, text: str) -> None:
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.waiters.append(waiter)
        try:
            async with asyncio.timeout_at(deadline):
                await waiter
        except TimeoutError:
            last = [str(message) for message in self.messages[-3:]]
            raise AssertionError(f"chat {self.id}: no message with {text!r}; the last are {last}") from None

    def find_button(self, wanted: str) -> tuple[MessageRecord, Button]:
        """The newest button with this label, or else this data, or else this in its label."""
        every = [(message, b) for message in reversed(self.messages) for row in message.rows for b in row]
        for fits in (
            lambda b: b.label == wanted,
            lambda b: b.data == wanted,
            lambda b: wanted in b.label,
        ):
            for message, button in every:
                if fits(button):
                    return message, button
        raise AssertionError(f"chat {self.id}: no button {wanted!r} among {[b.label for _, b in every][:20]}")


@dataclass(slots=True, eq=False, repr=False)
class Person:
    """Somebody with a phone."""

    fake: FakeTelegram
    id: int
    name: str
    chat: Chat
    last_message: dict[str, Any] = field(default_factory=dict)

    @property
    def messages(self) -> list[MessageRecord]:
        """What is on the screen of the private chat with the bot."""
        return self.chat.messages

    @property
    def last(self) -> MessageRecord:
        """The newest message."""
        return self.chat.messages[-1]

    async def say(self, text: str, chat: Chat | None = None) -> int:
        """Write; gives the update's id."""
        return self._write({"text": text}, chat)

    async def photo(self, content: bytes, caption: str = "", chat: Chat | None = None) -> int:
        """Send a photo; Telegram makes three sizes of it. core.telegram.org/bots/api#photosize."""
        sizes = [self._size(content, width) for width in (90, 320, 1280)]
        return self._write({"photo": sizes} | ({"caption": caption} if caption else {}), chat)

    async def document(self, content: bytes, name: str, mime: str, chat: Chat | None = None) -> int:
        """Send a file. core.telegram.org/bots/api#document."""
        file = {"file_id": self.fake.keep_file(content), "file_name": name, "mime_type": mime}
        return self._write({"document": file | {"file_unique_id": "u", "file_size": len(content)}}, chat)

    async def send(self, content: dict[str, Any], chat: Chat | None = None) -> int:
        """Send a message of any other kind, such as {"sticker": {…}}."""
        return self._write(content, chat)

    async def edit(self, text: str) -> int:
        """Change the last thing written. core.telegram.org/bots/api#update edited_message."""
        message = self.last_message | {"text": text, "edit_date": int(self.fake.now())}
        return self.fake.push("edited_message", message, lane=message["chat"]["id"])

    async def press(self, label_or_data: str, chat: Chat | None = None) -> int:
        """Press the newest button with this label or data."""
        message, button = (chat or self.chat).find_button(label_or_data)
        if button.contact:
            return await self.share_contact()
        if not button.data:  # a key of the phone's own keyboard types what it says
            return await self.say(button.label, chat)
        return self._press(button.data, message.id, chat, message)

    async def share_contact(self, phone: str = PHONE, user_id: int = 0) -> int:
        """Give one's own number, or that of somebody in the phone's book. core.telegram.org/bots/api#contact."""
        contact = {"phone_number": phone, "first_name": self.name, "user_id": user_id or self.id}
        return self._write({"contact": contact}, None)

    async def forge(self, data: str, message_id: int = 1, chat: Chat | None = None) -> int:
        """A press that no button of ours made, on a message that the bot cannot see any more.

        core.telegram.org/bots/api#inaccessiblemessage: only chat, message_id and date 0.
        """
        return self._press(data, message_id, chat, None)

    async def block(self) -> int:
        """Block the bot. core.telegram.org/bots/api#chatmemberupdated."""
        self.chat.gone = "bot was blocked by the user"
        return self._membership("member", "kicked")

    async def unblock(self) -> int:
        """Unblock the bot."""
        self.chat.gone = ""
        return self._membership("kicked", "member")

    def deactivate(self) -> None:
        """Delete the account: the bot learns it only from a 403."""
        self.chat.gone = "user is deactivated"

    async def wait_for(self, text: str = "", timeout: float = 30.0) -> MessageRecord:  # noqa: ASYNC109
        """The next message in the private chat, not yet waited for, that contains the text."""
        return await self.chat.wait_for(text, timeout)

    def as_json(self) -> dict[str, Any]:
        """core.telegram.org/bots/api#user."""
        return {"id": self.id, "is_bot": False, "first_name": self.name, "language_code": "vi"}

    def _write(self, content: dict[str, Any], chat: Chat | None) -> int:
        where = chat or self.chat
        where.started = True
        head = {"message_id": self.fake.next_message_id(), "from": self.as_json(), "chat": self._chat_json(where)}
        self.last_message = head | {"date": int(self.fake.now())} | content
        return self.fake.push("message", self.last_message, lane=where.id)

    def _press(self, data: str, message_id: int, chat: Chat | None, message: MessageRecord | None) -> int:
        where = chat or self.chat
        under: dict[str, Any] = {"message_id": message_id, "chat": self._chat_json(where), "date": 0}
        if message is not None:
            under |= {"date": int(message.at), "text": message.text, "from": self.fake.me()}
        query = {"id": self.fake.next_query_id(), "from": self.as_json(), "message": under}
        return self.fake.push("callback_query", query | {"chat_instance": str(where.id), "data": data}, lane=where.id)

    def _membership(self, old: str, new: str) -> int:
        bot = self.fake.me()
        change = {
            "chat": self._chat_json(self.chat),
            "from": self.as_json(),
            "date": int(self.fake.now()),
            "old_chat_member": {"user": bot, "status": old} | ({"until_date": 0} if old == "kicked" else {}),
            "new_chat_member": {"user": bot, "status": new} | ({"until_date": 0} if new == "kicked" else {}),
        }
        return self.fake.push("my_chat_member", change, lane=self.chat.id)

    def _chat_json(self, chat: Chat) -> dict[str, Any]:
        return chat.as_json() | ({"first_name": self.name} if chat.kind == "private" else {})

    def _size(self, content: bytes, width: int) -> dict[str, Any]:
        small = content if width == 1280 else content[: len(content) // 4]
        reference = self.fake.keep_file(small)
        return {
            "file_id": reference,
            "file_unique_id": f"u{reference}",
            "width": width,
            "height": width * 3 // 4,
            "file_size": len(small),
        }
