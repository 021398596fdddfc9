"""The yardstick without a house: aiohttp and sqlite3, one file, one form, the same promise.

A unique receipt row, the turn, its record and its reply in one transaction with synchronous=FULL, shared by the turns
that wait together; the platform hears of it after the commit; sends over aiohttp, and their outcome is written too.
No people, no roles, no texts, no going back, no retries: what a turn costs at the very least.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import aiohttp
from aiohttp import web

from storage.database import prepare
from tests.bench.registration import CONTROLS, QUESTIONS, options_of, reading, review

TABLES = """
CREATE TABLE inbox (update_id INTEGER PRIMARY KEY, raw TEXT NOT NULL, received_at INTEGER NOT NULL);
CREATE TABLE talks (chat INTEGER PRIMARY KEY, turn INTEGER NOT NULL, answers TEXT NOT NULL);
CREATE TABLE models (model_id INTEGER PRIMARY KEY, chat INTEGER NOT NULL, answers TEXT NOT NULL);
CREATE TABLE outbox (message_id INTEGER PRIMARY KEY, chat INTEGER NOT NULL, body TEXT NOT NULL,
    state TEXT NOT NULL, attempts INTEGER NOT NULL, attempted_at INTEGER, sent_at INTEGER, platform_id INTEGER);
CREATE INDEX outbox_waiting ON outbox (message_id) WHERE state = 'queued';
"""
BATCH, AT_ONCE = 128, 64
Parcel = tuple[int, dict[str, Any]]
Write = tuple[Callable[[], Any], asyncio.Future[Any]]


class Bare:
    """The whole program."""

    def __init__(self, path: str, base_url: str, token: str) -> None:
        self.db = sqlite3.connect(path, isolation_level=None)
        prepare(self.db)
        self.db.row_factory = None
        self.db.executescript(TABLES)
        self.url = f"{base_url}/bot{token}/"
        self.waiting: asyncio.Queue[Write] = asyncio.Queue()
        self.to_send: asyncio.Queue[Parcel] = asyncio.Queue()

    async def run(self, mode: str, port: int) -> None:
        """Answer until stopped."""
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=AT_ONCE + 8)) as self.session:
            tasks = [asyncio.create_task(self.write()), *(asyncio.create_task(self.send()) for _ in range(AT_ONCE))]
            await serve(self.hook, port)
            if mode == "webhook":
                await self.call("setWebhook", {"url": f"http://127.0.0.1:{port}/hook", "secret_token": "bare"})
                await asyncio.gather(*tasks)
            await self.poll()

    async def call(self, method: str, body: dict[str, Any]) -> Any:
        """One call of the Bot API."""
        data = json.dumps(body).encode()
        async with self.session.post(
            self.url + method, data=data, headers={"Content-Type": "application/json"}
        ) as response:
            return (await response.json())["result"]

    async def hook(self, request: web.Request) -> web.Response:
        """An update by webhook."""
        raw = await request.read()
        await self.take([json.loads(raw)], raw.decode())
        return web.Response()

    async def poll(self) -> None:
        """Updates by polling."""
        offset = 0
        while True:
            updates = await self.call("getUpdates", {"timeout": 20, "offset": offset})
            await self.take(updates)
            offset = max((update["update_id"] for update in updates), default=offset - 1) + 1

    async def take(self, updates: list[Any], raw: str = "") -> None:
        """Returns when all of them are done and on disk."""
        jobs = [self.save(self.turn, update, raw or json.dumps(update)) for update in updates]
        for parcels in await asyncio.gather(*jobs):
            for parcel in parcels:
                self.to_send.put_nowait(parcel)

    def save(self, work: Callable[..., Any], *values: Any) -> asyncio.Future[Any]:
        """Do this in the next transaction."""
        done = asyncio.get_running_loop().create_future()
        self.waiting.put_nowait((lambda: work(*values), done))
        return done

    async def write(self) -> None:
        """Those who wait share a commit."""
        while True:
            group = [await self.waiting.get()]
            while len(group) < BATCH and not self.waiting.empty():
                group.append(self.waiting.get_nowait())
            self.db.execute("BEGIN IMMEDIATE")
            results = [work() for work, _ in group]
            self.db.execute("COMMIT")
            for (_, done), result in zip(group, results, strict=True):
                done.set_result(result)

    def turn(self, update: dict[str, Any], raw: str) -> list[Parcel]:
        """Receipt, turn, record and reply."""
        now = time.time_ns() // 1_000_000
        fresh = self.db.execute(
            "INSERT OR IGNORE INTO inbox VALUES (?, ?, ?)", (update["update_id"], raw, now)
        ).rowcount
        if not fresh or "message" not in update:
            return []
        chat, said = update["message"]["chat"]["id"], update["message"].get("text", "")
        body = {"chat_id": chat, **self.answer(chat, said)}
        row = self.db.execute(
            "INSERT INTO outbox (chat, body, state, attempts, attempted_at) VALUES (?, ?, 'sending', 1, ?)",
            (chat, json.dumps(body, ensure_ascii=False), now),
        )
        assert row.lastrowid is not None
        return [(row.lastrowid, body)]

    def answer(self, chat: int, said: str) -> dict[str, Any]:
        """What the person gets to read."""
        stored = self.db.execute("SELECT turn, answers FROM talks WHERE chat = ?", (chat,)).fetchone()
        turn, answers = (stored[0], json.loads(stored[1])) if stored else (0, {})
        if said == "/dangky":
            turn, answers = 0, {}
        elif turn == len(QUESTIONS):
            return self.finish(chat, said, answers)
        elif value := reading(turn, said):
            answers[QUESTIONS[turn][0]] = value
            turn += 1
        self.db.execute(
            "INSERT INTO talks VALUES (?, ?, ?) ON CONFLICT (chat) DO UPDATE SET turn = ?2, answers = ?3",
            (chat, turn, json.dumps(answers, ensure_ascii=False)),
        )
        text = QUESTIONS[turn][1] if turn < len(QUESTIONS) else review(answers)
        return {"text": text, "reply_markup": {"inline_keyboard": buttons(turn)}}

    def finish(self, chat: int, said: str, answers: dict[str, str]) -> dict[str, Any]:
        """The record."""
        if said != "Gửi":
            return {"text": review(answers)}
        row = self.db.execute(
            "INSERT INTO models (chat, answers) VALUES (?, ?)", (chat, json.dumps(answers, ensure_ascii=False))
        )
        self.db.execute("DELETE FROM talks WHERE chat = ?", (chat,))
        return {"text": f"Đã ghi lúc 08:00: mô hình MH-{row.lastrowid}."}

    async def send(self) -> None:
        """Deliver, and write down that it was."""
        while True:
            message_id, body = await self.to_send.get()
            with suppress(aiohttp.ClientError):
                sent = await self.call("sendMessage", body)
                await self.save(self.sent, message_id, sent["message_id"])

    def sent(self, message_id: int, platform_id: int) -> None:
        """It has arrived."""
        now = time.time_ns() // 1_000_000
        self.db.execute(
            "UPDATE outbox SET state = 'sent', sent_at = ?, platform_id = ? WHERE message_id = ?",
            (now, platform_id, message_id),
        )

    async def broadcast(self, messages: int, first_chat: int) -> dict[str, float]:
        """Queue so many messages, then deliver them, each one's attempt written before it is made."""
        rows = [(first_chat + n, json.dumps({"chat_id": first_chat + n, "text": NOTICE})) for n in range(messages)]
        self.db.execute("BEGIN IMMEDIATE")
        self.db.executemany("INSERT INTO outbox (chat, body, state, attempts) VALUES (?, ?, 'queued', 0)", rows)
        self.db.execute("COMMIT")
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=AT_ONCE + 8)) as self.session:
            writer = asyncio.create_task(self.write())
            started, cpu = time.perf_counter(), time.process_time()
            senders = [asyncio.create_task(self.send_queued()) for _ in range(AT_ONCE)]
            await asyncio.gather(*senders)
            result = {"seconds": time.perf_counter() - started, "cpu": time.process_time() - cpu}
            writer.cancel()
        return result

    async def send_queued(self) -> None:
        """Take from the queue until it is empty."""
        while parcel := await self.save(self.claim):
            sent = await self.call("sendMessage", json.loads(parcel[1]))
            await self.save(self.sent, parcel[0], sent["message_id"])

    def claim(self) -> tuple[int, str] | None:
        """The next message, its attempt noted."""
        row: tuple[int, str] | None = self.db.execute(
            "UPDATE outbox SET state = 'sending', attempts = attempts + 1, attempted_at = ? WHERE message_id = "
            "(SELECT message_id FROM outbox WHERE state = 'queued' ORDER BY message_id LIMIT 1) "
            "RETURNING message_id, body",
            (time.time_ns() // 1_000_000,),
        ).fetchone()
        return row


NOTICE = (
    "Thông báo giải phóng mặt bằng: thửa số 12, tờ bản đồ 45, diện tích 86,5 m². "
    "Mời gia đình họp lúc 08:00 ngày 25/03/2021."
)


def buttons(turn: int) -> list[list[dict[str, str]]]:
    """A keyboard like the product's."""
    rows = [[{"text": label, "callback_data": f"{turn}|{place}"}] for place, label in enumerate(options_of(turn))]
    return [*rows, [{"text": label, "callback_data": label} for label in CONTROLS]]


async def serve(hook: Callable[[web.Request], Any], port: int) -> None:
    """The webhook, and a sign of life."""
    app = web.Application()
    app.add_routes([web.post("/hook", hook), web.get("/healthz", healthy)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port, backlog=1024).start()


async def healthy(_request: web.Request) -> web.Response:
    """We are here."""
    return web.Response(text="ok")


def arguments() -> argparse.Namespace:
    """What both yardsticks are told."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--file", required=True)
    parser.add_argument("--base-url", required=True)
    parser.add_argument("--token", required=True)
    parser.add_argument("--mode", choices=("webhook", "polling"), default="webhook")
    parser.add_argument("--port", type=int, default=0)
    return parser.parse_args()


if __name__ == "__main__":
    told = arguments()
    asyncio.run(Bare(told.file, told.base_url, told.token).run(told.mode, told.port))
