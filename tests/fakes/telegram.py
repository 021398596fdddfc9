"""A Telegram that can be argued with: the Bot API's rules, scripted faults, and a ledger of what truly happened.

In a test: `async with FakeTelegram() as fake`. As a process of its own: `python -m tests.fakes.telegram --port 8081`,
steered through POST /_control/<operation> (see telegram_control.py). It listens on 127.0.0.1 only.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import time
from collections.abc import Callable
from itertools import islice
from typing import Any, Self

import aiohttp
import orjson
from aiohttp import web

from tests.fakes.telegram_control import control
from tests.fakes.telegram_faults import Fault, answer, misbehave
from tests.fakes.telegram_people import GROUP_BURST, GROUP_RATE, Call, Chat, Ledger, MessageRecord, Person, UpdateRecord
from tests.fakes.telegram_rules import (
    DOWNLOAD_LIMIT,
    UPLOAD_LIMIT,
    ApiError,
    Bucket,
    as_json,
    bad,
    check_document,
    check_photo,
    read_buttons,
    read_caption,
    read_text,
)

TOKEN = "123456789:TEST-token_of_the_fake_AAAAAAAAAAAA"
RETENTION = 24 * 3600  # core.telegram.org/bots/api#getting-updates: "not … longer than 24 hours"
LONGEST_POLL = 50  # Client.cpp: LONG_POLL_MAX_TIMEOUT
BOT_RATE = 30.0  # core.telegram.org/bots/faq: "about 30 messages per second"; the burst is a second's worth
PRESS_ANSWER_SECONDS = 60  # "query is too old": the real time is not published, about a minute is seen
CHECKS = {"photo": check_photo, "document": check_document}
Params = dict[str, Any]


class FakeTelegram:
    """One bot's Telegram."""

    def __init__(
        self,
        *,
        token: str = TOKEN,
        username: str = "dan_van_kheo_bot",
        unlimited: bool = False,
        any_chat: bool = False,
        delay_ms: float = 0,
        duplicate_share: float = 0,
        webhook_retries: tuple[float, ...] = (0.05, 0.1, 0.2, 0.5, 1.0),
        first_update_id: int = 100_000,
        seed: int = 1,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.token = token
        self.username = username
        self.unlimited = unlimited  # no rate limits
        self.any_chat = any_chat  # a chat that nobody created exists all the same
        self.delay = delay_ms / 1000  # half before the call has its effect, half after
        self.duplicate_share = duplicate_share  # this part of the updates is delivered twice
        self.webhook_retries = webhook_retries
        self.ledger = Ledger()
        self.people: dict[int, Person] = {}
        self.chats: dict[int, Chat] = {}
        self.commands: list[dict[str, Any]] = []
        self.files: dict[str, bytes] = {}
        self.webhook: dict[str, Any] = {}
        self.allowed: list[str] | None = None
        self.faults: list[Fault] = []
        self.port = 0
        self._pending: dict[int, UpdateRecord] = {}  # by serial, oldest first
        self._serial = 0
        self._extra: list[UpdateRecord] = []  # delivered once more
        self._shuffle = 0
        self._skew = 0.0
        self._clock = clock
        self._next_update = first_update_id
        self._next_message = 0
        self._next_query = 4_000_000_000
        self._presses: dict[str, float] = {}
        self._bucket = Bucket(BOT_RATE, BOT_RATE)
        self._wait_until = 0.0
        self._poller: asyncio.Future[str] | None = None
        self._lanes: dict[int, list[int]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._client: aiohttp.ClientSession | None = None
        self._runner: web.ServerRunner | None = None
        self._random = random.Random(seed)
        self._prefix = f"/bot{token}/"
        self._file_prefix = f"/file/bot{token}/"
        self._methods: dict[str, Callable[[Params], Any]] = {
            "getme": lambda _: self.me(),
            "sendmessage": self._send_message,
            "sendphoto": self._send_photo,
            "senddocument": self._send_document,
            "editmessagetext": self._edit_message_text,
            "sendchataction": lambda params: bool(self._chat(params)),
            "answercallbackquery": self._answer_callback_query,
            "getfile": self._get_file,
            "setmycommands": self._set_my_commands,
            "getmycommands": lambda _: self.commands,
            "setwebhook": self._set_webhook,
            "deletewebhook": self._delete_webhook,
            "getwebhookinfo": lambda _: self._webhook_info(),
        }

    # --- life ---

    @property
    def base_url(self) -> str:
        """What a bot is given as `base_url`."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def pending(self) -> int:
        """Updates that are not confirmed."""
        return len(self._pending)

    async def start(self, port: int = 0) -> Self:
        """Listen on 127.0.0.1; port 0 takes a free one."""
        server = web.Server(self._handle, handler_cancellation=True, access_log=None)
        self._runner = web.ServerRunner(server, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        self.port = self._runner.addresses[0][1]
        return self

    async def stop(self) -> None:
        """Let go of everything."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._client is not None:
            await self._client.close()
        if self._runner is not None:
            await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    def now(self) -> float:
        """The fake's time, epoch seconds."""
        return self._clock() + self._skew

    def advance(self, seconds: float) -> None:
        """Let time pass: retention, rate limits and old presses feel it."""
        self._skew += seconds

    # --- the other side: people, groups, scripts ---

    def person(self, number: int, name: str = "Person", *, started: bool = True) -> Person:
        """Somebody; not `started` means that they have never written, so the bot may not write to them."""
        if number not in self.people:
            chat = self.chats.setdefault(number, Chat(number))
            chat.started = started
            self.people[number] = Person(self, number, name, chat)
        return self.people[number]

    def group(self, number: int, title: str = "Group") -> Chat:
        """A supergroup with the bot in it; people write there with `say(text, chat=group)`."""
        bucket = Bucket(GROUP_RATE, GROUP_BURST)
        return self.chats.setdefault(number, Chat(number, "supergroup", title, bucket=bucket))

    def migrate(self, group: Chat, number: int) -> Chat:
        """The group has a new id: core.telegram.org/bots/api#responseparameters, #message migrate_to_chat_id."""
        group.moved_to = number
        message = {"message_id": self.next_message_id(), "date": int(self.now()), "chat": group.as_json()}
        self.push("message", message | {"migrate_to_chat_id": number}, lane=group.id)
        return self.group(number, group.title)

    def fault(self, kind: str, method: str = "*", **how: Any) -> Fault:
        """Script a fault: see telegram_faults.Fault."""
        fault = Fault(kind=kind, method=method.lower(), **how)
        self.faults.append(fault)
        return fault

    def inject(self, element: Any, *, number: bool = True) -> int | None:
        """Queue any JSON value as an update; an object gets the next update_id unless `number` is False."""
        if number and isinstance(element, dict) and "update_id" not in element:
            element = {"update_id": self._take_update_id(), **element}
        found: Any = element.get("update_id") if isinstance(element, dict) else None
        whole = isinstance(found, int) and not isinstance(found, bool)
        usable = int(found) if whole and 0 <= int(found) < 2**53 else None
        self._queue(UpdateRecord(id=usable, raw=json.dumps(element).encode(), lane=0, created=self.now()))
        return usable

    def redeliver(self, number: int) -> None:
        """Deliver an update once more, confirmed or not."""
        record = next(update for update in self.ledger.updates if update.id == number)
        self._extra.append(record)
        self._wake()

    def reorder(self, batches: int = 1) -> None:
        """Shuffle the next batches."""
        self._shuffle += batches

    def reset_update_ids(self, number: int) -> None:
        """core.telegram.org/bots/api#update: after a week without updates "the next update will be chosen randomly"."""
        self._next_update = number

    def keep_file(self, content: bytes) -> str:
        """Store a file and give its file_id."""
        reference = f"file-{len(self.files) + 1}"
        self.files[reference] = content
        return reference

    def me(self) -> dict[str, Any]:
        """The bot. core.telegram.org/bots/api#getme."""
        number = int(self.token.partition(":")[0])
        return {"id": number, "is_bot": True, "first_name": "Bot", "username": self.username}

    def next_message_id(self) -> int:
        """Message ids only grow."""
        self._next_message += 1
        return self._next_message

    def next_query_id(self) -> str:
        """A press's id, which can be answered for a while."""
        self._next_query += 1
        self._presses[str(self._next_query)] = self.now()
        return str(self._next_query)

    def push(self, kind: str, content: dict[str, Any], lane: int) -> int:
        """An update for the bot, unless allowed_updates leaves it out; gives its id, or 0."""
        # core.telegram.org/bots/api#getupdates: allowed_updates stays as it was last given.
        if self.allowed is not None and kind not in self.allowed:
            return 0
        number = self._take_update_id()
        raw = json.dumps({"update_id": number, kind: content}).encode()
        self._queue(UpdateRecord(id=number, raw=raw, lane=lane, created=self.now()))
        return number

    def _take_update_id(self) -> int:
        number, self._next_update = self._next_update, self._next_update + 1
        return number

    def _queue(self, record: UpdateRecord) -> None:
        self.ledger.updates.append(record)
        self._serial += 1
        self._pending[self._serial] = record
        if self.webhook:
            self._dispatch(self._serial, record)
        self._wake()

    # --- HTTP ---

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        path = request.raw_path
        if path.startswith(self._prefix):
            return await self._call(request, path[len(self._prefix) :].partition("?")[0].lower())
        if path.startswith(self._file_prefix):
            return await self._download(request, path[len(self._file_prefix) :])
        if path.startswith("/_control/"):
            return await control(self, request, path.removeprefix("/_control/").partition("?")[0])
        return _wrong_token(path)

    async def _call(self, request: web.BaseRequest, method: str) -> web.Response:
        params = await _read_params(request)
        chat = _chat_number(params)
        if self.delay:
            await asyncio.sleep(self.delay / 2)
        fault = self._next_fault(method, chat) if self.faults else None
        if fault is None or fault.accepts_first or fault.kind == "slow":
            status, body = await self._run(method, params)
        else:
            status, body = 0, b'{"ok":true,"result":true}'
        if fault is not None:
            return await self._misbehave(fault, request, method, chat, body)
        self.ledger.calls.append(Call(self.now(), method, chat, status))
        if self.delay:
            await asyncio.sleep(self.delay / 2)
        return answer(status, body)

    async def _run(self, method: str, params: Params) -> tuple[int, bytes]:
        try:
            if method == "getupdates":
                return 200, await self._get_updates(params)
            run = self._methods.get(method)
            if run is None:
                raise ApiError(404, "Not Found")  # core.telegram.org/bots/api: unknown method
            return 200, orjson.dumps({"ok": True, "result": run(params)})
        except ApiError as error:
            return error.status, error.body()

    async def _misbehave(
        self, fault: Fault, request: web.BaseRequest, method: str, chat: int | None, body: bytes
    ) -> web.Response:
        error = fault.as_error()
        self.ledger.calls.append(Call(self.now(), method, chat, error.status if error else 0))
        if fault.kind == "429" and chat is not None and fault.seconds:
            self._hold(fault, chat)
        return await misbehave(fault, request, body)

    def _hold(self, fault: Fault, chat: int) -> None:
        until = self.now() + fault.seconds
        if fault.chat is None:
            self._wait_until = max(self._wait_until, until)
        else:
            self.chats.setdefault(chat, Chat(chat)).wait_until = until

    def _next_fault(self, method: str, chat: int | None) -> Fault | None:
        for fault in self.faults:
            if fault.fits(method, chat):
                fault.times -= 1
                if fault.times <= 0:
                    self.faults.remove(fault)
                return fault
        return None

    # --- sending ---

    def _send_message(self, params: Params) -> dict[str, Any]:
        chat = self._chat(params)
        text, entities = read_text(params)
        rows = read_buttons(params)
        return self._accept(chat, params, "text", text, entities, rows)

    def _send_photo(self, params: Params) -> dict[str, Any]:
        return self._send_file(params, "photo")

    def _send_document(self, params: Params) -> dict[str, Any]:
        return self._send_file(params, "document")

    def _send_file(self, params: Params, kind: str) -> dict[str, Any]:
        chat = self._chat(params)
        caption, entities = read_caption(params)
        if kind not in params:
            raise bad(f"there is no {kind} in the request")
        CHECKS[kind](params[kind])
        return self._accept(chat, params, kind, caption, entities, read_buttons(params))

    def _accept(self, chat: Chat, params: Params, kind: str, text: str, entities: Any, rows: Any) -> dict[str, Any]:
        self._spend(chat)
        key = (kind, text, rows)
        chat.payloads[key] += 1
        message = MessageRecord(
            id=self.next_message_id(),
            chat=chat.id,
            text=text,
            entities=entities,
            rows=rows,
            at=self.now(),
            copy=chat.payloads[key],
            payload=params,
            kind=kind,
        )
        self.ledger.messages.append(message)
        chat.messages.append(message)
        chat.wake()
        return self._message_json(message, chat)

    def _message_json(self, message: MessageRecord, chat: Chat) -> dict[str, Any]:
        answer = {"message_id": message.id, "from": self.me(), "chat": chat.as_json(), "date": int(message.at)}
        if message.kind == "text":
            return answer | {"text": message.text, "entities": message.entities}
        return answer | ({"caption": message.text} if message.text else {})

    def _edit_message_text(self, params: Params) -> dict[str, Any]:
        chat = self._chat(params)
        if not params.get("message_id"):
            raise bad("message identifier is not specified")
        number = int(params["message_id"])
        message = next((found for found in reversed(chat.messages) if found.id == number), None)
        if message is None or message.deleted:
            raise bad("message to edit not found")
        text, entities = read_text(params)
        rows = read_buttons(params)
        if message.kind != "text":
            raise bad("there is no text in the message to edit")  # Client.cpp, edit_message_text
        if (text, rows) == (message.text, message.rows):
            raise bad(
                "message is not modified: specified new message content and reply markup are exactly the same as a "
                "current content and reply markup of the message"
            )
        self._spend(chat)
        message.text, message.entities, message.rows = text, entities, rows
        message.edits += 1
        message.payload = message.payload | {f"edit {message.edits}": params}
        chat.wake()
        return self._message_json(message, chat)

    def _chat(self, params: Params) -> Chat:
        """The chat to write to, or the error that Telegram gives. Wording: github.com/TelegramBotAPI/errors."""
        number = _chat_number(params)
        if number is None:
            raise bad("chat_id is empty" if not params.get("chat_id") else "chat not found")
        chat = self.chats.get(number)
        if chat is None:
            if not self.any_chat:
                raise bad("chat not found")
            chat = self.chats[number] = Chat(number)
        if chat.moved_to:
            raise ApiError(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                migrate_to_chat_id=chat.moved_to,
            )
        if chat.gone:
            raise ApiError(403, f"Forbidden: {chat.gone}")
        if not chat.started:
            raise ApiError(403, "Forbidden: bot can't initiate conversation with a user")
        return chat

    def _spend(self, chat: Chat) -> None:
        """Count a message against the limits. core.telegram.org/bots/faq#my-bot-is-hitting-limits."""
        now = self.now()
        waiting = max(self._wait_until, chat.wait_until) - now
        if waiting > 0:
            self.ledger.early += 1
            raise _too_many(int(waiting) + 1)
        if self.unlimited:
            return
        seconds = chat.bucket.take(now)
        if seconds:
            chat.wait_until = now + seconds
            raise _too_many(seconds)
        seconds = self._bucket.take(now)
        if seconds:
            self._wait_until = now + seconds
            raise _too_many(seconds)

    def _answer_callback_query(self, params: Params) -> bool:
        query = str(params.get("callback_query_id", ""))
        # core.telegram.org/bots/api#answercallbackquery; wording: Client.cpp QUERY_ID_INVALID.
        if self.now() - self._presses.get(query, 0) > PRESS_ANSWER_SECONDS:
            raise bad("query is too old and response timeout expired or query ID is invalid")
        self.ledger.acknowledged[query] = self.ledger.acknowledged.get(query, 0) + 1
        return True

    def _set_my_commands(self, params: Params) -> bool:
        """core.telegram.org/bots/api#botcommand: 1-32 of a-z 0-9 _, description 1-256, at most 100."""
        commands = as_json(params.get("commands")) or []
        for command in commands:
            name, about = command.get("command", ""), command.get("description", "")
            if not (1 <= len(name) <= 32 and name.isascii() and name == name.lower()):
                raise bad("BOT_COMMAND_INVALID")
            if not 1 <= len(about) <= 256:
                raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
        self.commands = commands
        return True

    # --- files ---

    def _get_file(self, params: Params) -> dict[str, Any]:
        reference = str(params.get("file_id", ""))
        content = self.files.get(reference)
        if content is None:
            raise bad("wrong file_id or the file is temporarily unavailable")
        if len(content) > DOWNLOAD_LIMIT:
            raise bad("file is too big")
        path = f"photos/{reference}.jpg"
        return {"file_id": reference, "file_unique_id": reference, "file_size": len(content), "file_path": path}

    async def _download(self, request: web.BaseRequest, path: str) -> web.StreamResponse:
        """core.telegram.org/bots/api#getfile: https://…/file/bot<token>/<file_path>."""
        content = self.files.get(path.rpartition("/")[2].removesuffix(".jpg"))
        fault = self._next_fault("download", None)
        self.ledger.calls.append(Call(self.now(), "download", None, 404 if content is None else 200))
        if fault is not None:
            return await misbehave(fault, request, content or b"")
        if content is None:
            return answer(404, ApiError(404, "Not Found").body())
        return web.Response(body=content, content_type="application/octet-stream")

    # --- getUpdates ---

    async def _get_updates(self, params: Params) -> bytes:
        """core.telegram.org/bots/api#getupdates."""
        if self.webhook:
            raise ApiError(
                409,
                "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the "
                "webhook first",
            )
        self._end_poll("getUpdates request; make sure that only one bot instance is running")
        self._allow(params)
        offset = int(params.get("offset") or 0)
        limit = min(max(int(params.get("limit") or 100), 1), 100)
        self._confirm_below(offset)
        deadline = min(float(params.get("timeout") or 0), LONGEST_POLL) + time.monotonic()
        while not (batch := self._batch(limit, offset)) and time.monotonic() < deadline:
            if not await self._wait_for_update(deadline):
                break
        return b'{"ok":true,"result":[' + b",".join(batch) + b"]}"

    async def _wait_for_update(self, deadline: float) -> bool:
        poller = self._poller = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(deadline - time.monotonic()):
                conflict = await poller
        except TimeoutError:
            return False
        finally:
            if self._poller is poller:
                self._poller = None
        if conflict:
            # Client.cpp, abort_long_poll: the older poll is the one that is ended.
            raise ApiError(409, f"Conflict: terminated by other {conflict}")
        return True

    def _end_poll(self, why: str) -> None:
        if self._poller is not None and not self._poller.done():
            self._poller.set_result(why)

    def _wake(self) -> None:
        self._end_poll("")

    def _allow(self, params: Params) -> None:
        allowed = as_json(params.get("allowed_updates"))
        if allowed is not None:
            self.allowed = list(allowed) or None

    def _confirm_below(self, offset: int) -> None:
        """An update is confirmed "as soon as getUpdates is called with an offset higher than its update_id"."""
        if offset < 0:  # "the negative offset … starting from -offset update from the end of the updates queue"
            gone = list(self._pending)[:offset]
        else:
            gone = [serial for serial, record in self._pending.items() if record.id is not None and record.id < offset]
        for serial in gone:
            self._settle(serial, "offset")

    def _settle(self, serial: int, how: str) -> None:
        record = self._pending.pop(serial, None)
        if record is not None:
            record.confirmed, record.how = self.now(), how

    def _expire(self) -> None:
        oldest = self.now() - RETENTION
        for serial in [serial for serial, record in self._pending.items() if record.created < oldest]:
            self._settle(serial, "expired")

    def _batch(self, limit: int, offset: int) -> list[bytes]:
        if self._skew:
            self._expire()
        # An update below the offset is not given out, even when it came during the poll: its id was drawn anew.
        wanted = (pair for pair in self._pending.items() if pair[1].id is None or pair[1].id >= offset)
        records = list(islice(wanted, limit))
        extra, self._extra = self._extra, []
        for serial, record in records:
            if record.id is None:
                self._settle(serial, "shown")  # it has no number to be confirmed by
            elif self.duplicate_share and not record.delivered and self._random.random() < self.duplicate_share:
                extra.append(record)
        found = [record for _, record in records] + extra
        if self._shuffle and found:
            self._shuffle -= 1
            self._random.shuffle(found)
        for record in found:
            record.delivered += 1
        return [record.raw for record in found]

    # --- webhook ---

    def _set_webhook(self, params: Params) -> bool:
        """core.telegram.org/bots/api#setwebhook. The real one demands HTTPS and a known port: not asked here."""
        url = str(params.get("url", ""))
        if not url:
            return self._delete_webhook(params)
        secret = str(params.get("secret_token", ""))
        if len(secret) > 256 or not all(letter.isalnum() or letter in "_-" for letter in secret):
            raise bad("secret token contains unallowed characters")
        self._end_poll("setWebhook request")
        self._allow(params)
        self._drop(params)
        at_once = asyncio.Semaphore(int(params.get("max_connections") or 40))  # "1-100, defaults to 40"
        self.webhook = {"url": url, "secret": secret, "slots": at_once, "error": ""}
        self._lanes.clear()  # deliveries begun for the old address are not waited for
        for serial, record in list(self._pending.items()):
            self._dispatch(serial, record)
        return True

    def _delete_webhook(self, params: Params) -> bool:
        self.webhook = {}
        self._lanes.clear()
        self._drop(params)
        return True

    def _drop(self, params: Params) -> None:
        if params.get("drop_pending_updates") in (True, "true", "True", "1"):
            for serial in list(self._pending):
                self._settle(serial, "dropped")

    def _webhook_info(self) -> dict[str, Any]:
        """core.telegram.org/bots/api#webhookinfo."""
        info: dict[str, Any] = {
            "url": self.webhook.get("url", ""),
            "has_custom_certificate": False,
            "pending_update_count": len(self._pending),
        }
        if self.webhook.get("error"):
            info |= {"last_error_message": self.webhook["error"], "last_error_date": int(self.now())}
        return info

    def _dispatch(self, serial: int, record: UpdateRecord) -> None:
        """A chat's updates go in order, different chats' side by side. WebhookActor.cpp: one queue for each chat."""
        lane = self._lanes.get(record.lane)
        if lane is not None:
            lane.append(serial)
            return
        self._lanes[record.lane] = [serial]
        task = asyncio.get_running_loop().create_task(self._deliver_lane(record.lane, self.webhook))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver_lane(self, number: int, hook: dict[str, Any]) -> None:
        while self.webhook is hook and (lane := self._lanes.get(number)):
            serial = lane[0]
            record = self._pending.get(serial)
            if record is not None:
                await self._deliver(serial, record, hook)
            if self.webhook is hook:
                lane.pop(0)
        if self.webhook is hook:
            self._lanes.pop(number, None)

    async def _deliver(self, serial: int, record: UpdateRecord, hook: dict[str, Any]) -> None:
        """Again and again until a 2xx: "after a reasonable amount of attempts" is 24 h here."""
        tries = 0
        while self.webhook is hook and serial in self._pending:
            twice = self.duplicate_share and not tries and self._random.random() < self.duplicate_share
            good = await self._post(record, hook)
            if good and twice:
                await self._post(record, hook)
            if good:
                self._settle(serial, "webhook")
                return
            await asyncio.sleep(self.webhook_retries[min(tries, len(self.webhook_retries) - 1)])
            tries += 1
            if self._skew:
                self._expire()

    async def _post(self, record: UpdateRecord, hook: dict[str, Any]) -> bool:
        if self._client is None:
            self._client = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        headers = {"Content-Type": "application/json"}
        if hook["secret"]:
            headers["X-Telegram-Bot-Api-Secret-Token"] = hook["secret"]
        async with hook["slots"]:
            record.delivered += 1
            try:
                async with self._client.post(hook["url"], data=record.raw, headers=headers) as response:
                    await response.read()
                    hook["error"] = "" if response.ok else f"Wrong response from the webhook: {response.status}"
                    return 200 <= response.status <= 299
            except (aiohttp.ClientError, OSError) as error:
                hook["error"] = type(error).__name__
                return False


def _too_many(seconds: int) -> ApiError:
    return ApiError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


def _wrong_token(path: str) -> web.Response:
    """A token of the right form that is not ours is 401, any other 404: telegram-bot-api, ClientManager.cpp."""
    token = path.removeprefix("/file").removeprefix("/bot").partition("/")[0]
    number, colon, secret = token.partition(":")
    if path.startswith(("/bot", "/file/bot")) and number.isdigit() and colon and len(secret) >= 4:
        return answer(401, ApiError(401, "Unauthorized").body())
    return answer(404, ApiError(404, "Not Found").body())


def _chat_number(params: Params) -> int | None:
    chat = params.get("chat_id")
    if isinstance(chat, int):
        return chat
    try:
        return int(chat) if chat else None
    except (TypeError, ValueError):
        return None


def _read_loosely(body: bytes) -> Params:
    try:
        found = json.loads(body)  # takes a lone surrogate, which the rules then refuse in Telegram's words
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


async def _read_params(request: web.BaseRequest) -> Params:
    """core.telegram.org/bots/api#making-requests: query string, urlencoded, JSON or multipart."""
    kind = request.content_type
    if kind == "application/json":
        body = await request.read()
        try:
            return dict(orjson.loads(body)) if body else {}
        except (ValueError, TypeError):
            return _read_loosely(body)
    found: Params = dict(request.query)
    if kind == "multipart/form-data":
        whole = request.clone(client_max_size=2 * UPLOAD_LIMIT)
        for name, value in (await whole.post()).items():
            found[name] = value
            if isinstance(value, web.FileField):
                with value.file as file:
                    found |= {name: await asyncio.to_thread(file.read), "file_name": value.filename}
    elif request.can_read_body:
        found |= dict(await request.post())
    return found


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests.fakes.telegram", description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--token", default=TOKEN)
    parser.add_argument(
        "--delay-ms", type=float, default=0, help="time of a round trip, half on each side of its effect"
    )
    parser.add_argument("--unlimited", action="store_true", help="no rate limits")
    parser.add_argument("--any-chat", action="store_true", help="chats that nobody created exist")
    parser.add_argument("--duplicate-share", type=float, default=0, help="part of the updates that is delivered twice")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


async def _serve(arguments: argparse.Namespace) -> None:
    options = {key: value for key, value in vars(arguments).items() if key != "port"}
    fake = await FakeTelegram(**options).start(arguments.port)
    try:
        sys.stdout.write(f"ready {fake.base_url}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()
    finally:
        await fake.stop()


def main() -> None:
    """Serve until stopped."""
    try:
        import uvloop

        run: Callable[[Any], Any] = uvloop.run
    except ImportError:
        run = asyncio.run
    run(_serve(_arguments()))


if __name__ == "__main__":
    main()
