"""10,000 messages out of the outbox, every state written: the product's Outbox and channel, and the bare one.

A process of its own on the subject's core, because the configuration limits the product's command to 1,000 a second.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from pathlib import Path

from bot.channels.base import Limits
from bot.channels.telegram import TelegramChannel
from bot.core.ids import Ids
from bot.core.message import Address, Choice, Lane, Outbound
from bot.runtime.clock import wall_clock
from bot.runtime.drawing import Studio
from bot.runtime.outbox import Outbox
from storage import outbox as parcels
from storage.database import Database, Tx
from tests.bench.bare_bot import NOTICE, Bare

FIRST_CHAT = 700_000_000
PATIENCE = 300.0


def notice(chat: int) -> Outbound:
    """A message like a notice: a few lines, two buttons."""
    choices = (
        Choice(label="Đã nhận", data=f"n|{chat}|received"),
        Choice(label="Cần giải thích", data=f"n|{chat}|explain"),
    )
    return Outbound(address=Address(channel="telegram", chat=str(chat)), text=NOTICE, choices=choices, lane=Lane.NOTICE)


def queue_all(tx: Tx, ids: Ids, messages: int) -> None:
    """As a published notice does it: one transaction, one row for each."""
    for number in range(messages):
        parcels.put(tx, ids.new(), notice(FIRST_CHAT + number), wall_clock(), about="bench")


def sent(tx: Tx) -> int:
    """How many have reached the end of their states."""
    row = tx.execute(
        "SELECT COUNT(*) AS n FROM outbox WHERE state = 'sent' AND sent_at > 0 AND attempts = 1"
    ).fetchone()
    return int(row["n"])


async def product(path: Path, base_url: str, token: str, messages: int) -> dict[str, float]:
    """The product's way out."""
    database = await Database.open(path)
    channel = TelegramChannel(token=token, base_url=base_url, limits=Limits())
    ids = Ids(wall_clock)
    await database.write(queue_all, ids, messages)
    arrived = 0
    everything = asyncio.Event()

    def watch(stage: str, _channel: str, _chat: str) -> None:
        nonlocal arrived
        arrived += stage == "sent"
        if arrived == messages:
            everything.set()

    draw = Studio({}).draw
    line = Outbox(database=database, channel=channel, now=wall_clock, ids=ids, draw=draw, say=str, watch=watch)
    started, cpu = time.perf_counter(), time.process_time()
    task = asyncio.create_task(line.run())
    await asyncio.wait_for(everything.wait(), PATIENCE)
    result = {"seconds": time.perf_counter() - started, "cpu": time.process_time() - cpu}
    result["end_seconds"] = await end(task)
    result["written"] = await database.read(sent)
    await channel.close()
    await database.close()
    return result


async def end(task: asyncio.Task[None]) -> float:
    """Cancel, again and again if it must be; how long it took shows a cancellation that was lost."""
    started = time.perf_counter()
    for _ in range(5):
        task.cancel()
        done, _ = await asyncio.wait([task], timeout=2)
        if done:
            return time.perf_counter() - started
    raise RuntimeError("the outbox does not end")


async def bare(path: Path, base_url: str, token: str, messages: int) -> dict[str, float]:
    """The yardstick's way out."""
    program = Bare(str(path), base_url, token)
    result = await program.broadcast(messages, FIRST_CHAT)
    row = program.db.execute("SELECT COUNT(*) FROM outbox WHERE state = 'sent'").fetchone()
    return {**result, "written": row[0]}


def main() -> None:
    """Do it once and tell the figures as JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--who", choices=("product", "bare"), required=True)
    parser.add_argument("--file", type=Path, required=True)
    parser.add_argument("--base-url", required=True)
    parser.add_argument("--token", required=True)
    parser.add_argument("--messages", type=int, required=True)
    told = parser.parse_args()
    work = product if told.who == "product" else bare
    result = asyncio.run(work(told.file, told.base_url, told.token, told.messages))
    sys.stdout.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    main()
