"""The web channel as a page shows it: what people said and what they were told, in order, rebuilt from the database."""

from __future__ import annotations

import asyncio
import json
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from bot.channels.base import Unreadable
from bot.channels.web import CHANNEL
from bot.core.message import Address, Attachment, Choice, Inbound, Lane, outbound_from_json
from bot.runtime.clock import Now
from storage import inbox, ledger, links, outbox
from storage.database import Database, Tx
from storage.outbox import Mail

log = logging.getLogger(__name__)

MOST_SHOWN = 60  # bubbles of a chat: what a phone can scroll through without becoming slow
FIRST_LOOK, LATER_LOOK = 5000, 400  # rows of each side; a notice to a whole project is some hundred
TOGETHER = 0.005  # seconds that changes wait for each other

Parse = Callable[[str], Inbound | None]
"""How the channel reads a kept update. Raises Unreadable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bubble:
    """One message of a chat. Identifiers of both sides grow in one order."""

    bubble_id: str
    account: str
    ours: bool
    at: int  # epoch milliseconds
    text: str = ""
    choices: tuple[Choice, ...] = ()
    controls: tuple[Choice, ...] = ()
    lane: Lane = Lane.REPLY
    pressed: str = ""  # the data of the button that the person pressed
    photo: int = 0  # bytes of the file that the person sent
    attachment: Attachment | None = None  # what we sent with the words
    link: str = ""  # where the attachment is
    shown: bool = True  # a browser has displayed it
    changed_at: int | None = None  # when its words were changed, in its place


def said(parse: Parse, receipt_id: str, raw: str, received_at: int) -> Bubble | None:
    """A person's act as a bubble, read as the turn reads it; None for what can't be read."""
    try:
        act = parse(raw)
    except Unreadable:
        return None
    if act is None:
        return None
    return Bubble(
        bubble_id=receipt_id,
        account=act.address.chat,
        ours=False,
        at=received_at,
        text=act.text,
        pressed=act.press,
        photo=sum(file.size for file in act.files),
    )


def told(mail: Mail) -> Bubble:
    """A delivered message as a bubble."""
    message = outbound_from_json(Address(channel=CHANNEL, chat=mail.chat), Lane(mail.lane), json.loads(mail.body))
    return Bubble(
        bubble_id=mail.message_id,
        account=mail.chat,
        ours=True,
        at=mail.sent_at,
        text=message.text,
        choices=message.choices,
        controls=message.controls,
        lane=message.lane,
        attachment=message.attachment,
        link=links.file_of(links.path_of(mail.token)) if mail.token else "",
        shown=mail.shown_at is not None,
        changed_at=mail.changed_at,
    )


def label_of(history: Sequence[Bubble], data: str) -> str:
    """What stood on the button that a person pressed; "" when its message is no longer there."""
    for bubble in reversed(history):
        for choice in (*bubble.choices, *bubble.controls):
            if choice.data == data:
                return choice.label
    return ""


class Mailbox:
    """All chats of the web channel. `fresh` is called with new bubbles, listeners after each change."""

    def __init__(self, database: Database, parse: Parse, now: Now, fresh: Callable[[Sequence[Bubble]], None]) -> None:
        self._database = database
        self._parse = parse
        self._now = now
        self._fresh = fresh
        self._chats: defaultdict[str, dict[str, Bubble]] = defaultdict(dict)
        self._known: dict[str, int | None] = {}  # when each was last changed
        self._listeners: list[Callable[[], None]] = []
        self._reading = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None

    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` after each change; the result ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def history(self, account: str) -> list[Bubble]:
        """The chat of an account, the oldest first."""
        chat = self._chats[account]
        return [chat[bubble_id] for bubble_id in sorted(chat)]

    def has_unread(self, account: str) -> bool:
        """Whether something waits there that no browser has shown."""
        return any(not bubble.shown for bubble in self._chats[account].values())

    def accounts(self) -> list[str]:
        """Everybody who said or heard something."""
        return [account for account, chat in self._chats.items() if chat]

    def refresh_soon(self) -> None:
        """Look again in a moment: what happens together is read together."""
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._refresh_after_pause())

    async def _refresh_after_pause(self) -> None:
        await asyncio.sleep(TOGETHER)
        self._task = None  # from here on a change needs another look
        try:
            await self.refresh()
        except Exception as error:  # the program is stopping, or the disk is full: the next look will tell
            log.warning("the page could not look: %s", type(error).__name__)

    async def refresh(self) -> None:
        """Read what is new."""
        async with self._reading:
            rows = LATER_LOOK if self._known else FIRST_LOOK
            receipts, mails = await self._database.read(_look, rows)
            found = [said(self._parse, *receipt) for receipt in receipts if receipt[0] not in self._known]
            found += [told(mail) for mail in mails if self._known.get(mail.message_id, 0) != mail.changed_at]
            self._add(sorted((bubble for bubble in found if bubble), key=lambda bubble: bubble.bubble_id))

    def _add(self, bubbles: Sequence[Bubble]) -> None:
        for bubble in bubbles:
            self._known[bubble.bubble_id] = bubble.changed_at
            chat = self._chats[bubble.account]
            chat[bubble.bubble_id] = bubble
            if len(chat) > MOST_SHOWN:
                del chat[min(chat)]
        if bubbles:
            self._fresh(bubbles)
            self._changed()

    async def mark_shown(self, bubbles: Iterable[Bubble]) -> None:
        """A browser displays these: delivered now."""
        unseen = [bubble for bubble in bubbles if not bubble.shown]
        for bubble in unseen:
            self._chats[bubble.account][bubble.bubble_id] = replace(bubble, shown=True)
        if unseen:
            self._changed()
            await self._database.write(_mark_shown, [bubble.bubble_id for bubble in unseen], self._now())

    def _changed(self) -> None:
        for listener in list(self._listeners):
            listener()


def _look(tx: Tx, most: int) -> tuple[list[tuple[str, str, int]], list[Mail]]:
    return inbox.said_on(tx, CHANNEL, most), outbox.sent_to(tx, CHANNEL, most)


def _mark_shown(tx: Tx, message_ids: Sequence[str], now: int) -> None:
    for message_id in message_ids:
        outbox.shown(tx, message_id, now)
        ledger.note(tx, message_id, "delivered", now)
