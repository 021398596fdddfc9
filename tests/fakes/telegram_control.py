"""The control surface of the fake: POST (or GET) /_control/<operation> with a JSON object, answered with JSON.

An error answers 400 with {"error": …}. README.md lists the operations.
"""

from __future__ import annotations

import asyncio
import base64
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import orjson
from aiohttp import web

from tests.fakes.telegram_faults import answer
from tests.fakes.telegram_people import Chat, Person

if TYPE_CHECKING:
    from tests.fakes.telegram import FakeTelegram

Options = dict[str, Any]
Operation = Callable[["FakeTelegram", Options], Awaitable[Any]]


async def control(fake: FakeTelegram, request: web.BaseRequest, name: str) -> web.Response:
    """Do one operation."""
    body = await request.read()
    try:
        options = {**request.query, **(orjson.loads(body) if body else {})}
        result = await OPERATIONS[name](fake, options)
    except (AssertionError, KeyError, LookupError, TypeError, ValueError) as error:
        return answer(400, orjson.dumps({"error": f"{type(error).__name__}: {error}"}))
    return answer(200, orjson.dumps(result))


def _person(fake: FakeTelegram, options: Options) -> Person:
    return fake.person(int(options["id"]), str(options.get("name", "Person")))


def _where(fake: FakeTelegram, options: Options) -> Chat | None:
    return fake.group(int(options["chat"])) if "chat" in options else None


async def _say(fake: FakeTelegram, options: Options) -> Any:
    return {"update_id": await _person(fake, options).say(options["text"], _where(fake, options))}


async def _press(fake: FakeTelegram, options: Options) -> Any:
    return {"update_id": await _person(fake, options).press(options["button"], _where(fake, options))}


async def _forge(fake: FakeTelegram, options: Options) -> Any:
    return {"update_id": await _person(fake, options).forge(options["data"])}


async def _photo(fake: FakeTelegram, options: Options) -> Any:
    content = base64.b64decode(options["bytes"])
    return {"update_id": await _person(fake, options).photo(content, options.get("caption", ""), _where(fake, options))}


async def _edit(fake: FakeTelegram, options: Options) -> Any:
    return {"update_id": await _person(fake, options).edit(options["text"])}


async def _block(fake: FakeTelegram, options: Options) -> Any:
    return {"update_id": await _person(fake, options).block()}


async def _unblock(fake: FakeTelegram, options: Options) -> Any:
    return {"update_id": await _person(fake, options).unblock()}


async def _messages(fake: FakeTelegram, options: Options) -> Any:
    """Of one chat, or of all; `after` is a message id."""
    after = int(options.get("after", 0))
    number = int(options.get("chat", 0))
    found = fake.chats[number].messages if number in fake.chats else ([] if number else fake.ledger.messages)
    return [message.as_json() for message in found if message.id > after]


async def _wait(fake: FakeTelegram, options: Options) -> Any:
    chat = fake.person(int(options["chat"])).chat
    return (await chat.wait_for(options.get("text", ""), float(options.get("timeout", 5)))).as_json()


async def _ledger(fake: FakeTelegram, _: Options) -> Any:
    ledger = fake.ledger
    keys = ("id", "lane", "created", "delivered", "confirmed", "how", "lost")
    return {
        "updates": [{key: getattr(update, key) for key in keys} for update in ledger.updates],
        "messages": [message.as_json() for message in ledger.messages],
        "acknowledged": ledger.acknowledged,
        "stats": ledger.stats(),
    }


async def _stats(fake: FakeTelegram, _: Options) -> Any:
    return fake.ledger.stats() | {"pending": fake.pending}


async def _fault(fake: FakeTelegram, options: Options) -> Any:
    fake.fault(**options)
    return {"faults": len(fake.faults)}


async def _clear_faults(fake: FakeTelegram, _: Options) -> Any:
    fake.faults.clear()
    return {}


async def _inject(fake: FakeTelegram, options: Options) -> Any:
    return {"update_id": fake.inject(options["update"], number=bool(options.get("number", True)))}


async def _redeliver(fake: FakeTelegram, options: Options) -> Any:
    fake.redeliver(int(options["update_id"]))
    return {}


async def _reorder(fake: FakeTelegram, options: Options) -> Any:
    fake.reorder(int(options.get("batches", 1)))
    return {}


async def _reset_update_ids(fake: FakeTelegram, options: Options) -> Any:
    fake.reset_update_ids(int(options["update_id"]))
    return {}


async def _advance(fake: FakeTelegram, options: Options) -> Any:
    fake.advance(float(options["seconds"]))
    return {"now": fake.now()}


async def _set(fake: FakeTelegram, options: Options) -> Any:
    """Change delay_ms, unlimited, any_chat or duplicate_share while running."""
    if "delay_ms" in options:
        fake.delay = float(options["delay_ms"]) / 1000
    for key in ("unlimited", "any_chat", "duplicate_share"):
        if key in options:
            setattr(fake, key, options[key])
    return {}


async def _health(fake: FakeTelegram, _: Options) -> Any:
    return {"ok": True, "now": fake.now()}


async def _batch(fake: FakeTelegram, options: Options) -> Any:
    """Many operations in one call: {"do": [{"op": "say", …}, …]}."""
    return [await OPERATIONS[step.pop("op")](fake, step) for step in options["do"]]


async def _script(fake: FakeTelegram, options: Options) -> Any:
    """Let many people go through the same steps side by side, each step as soon as the bot has answered the last.

    {"people": 50, "first_id": 1000, "rounds": 1, "timeout": 30, "steps": [{"say": "…"} | {"press": "…"}, …]};
    a step may hold "expect" (words of the answer, default any). Gives turns, seconds and every latency in ms.
    """
    first, rounds = int(options.get("first_id", 1000)), int(options.get("rounds", 1))
    people = [fake.person(first + index) for index in range(int(options["people"]))]
    patience = float(options.get("timeout", 30))
    started = time.perf_counter()
    taken = await asyncio.gather(*(_walk(person, options["steps"] * rounds, patience) for person in people))
    seconds = time.perf_counter() - started
    latencies = sorted(latency for one in taken for latency in one)
    return {"turns": len(latencies), "seconds": seconds, "latencies_ms": latencies}


async def _walk(person: Person, steps: list[Options], patience: float) -> list[float]:
    latencies = []
    for step in steps:
        person.chat.seen = len(person.messages)
        started = time.perf_counter()
        await (person.press(step["press"]) if "press" in step else person.say(step["say"]))
        await person.wait_for(step.get("expect", ""), patience)
        latencies.append((time.perf_counter() - started) * 1000)
    return latencies


OPERATIONS: dict[str, Operation] = {
    "say": _say,
    "press": _press,
    "forge": _forge,
    "photo": _photo,
    "edit": _edit,
    "block": _block,
    "unblock": _unblock,
    "messages": _messages,
    "wait": _wait,
    "ledger": _ledger,
    "stats": _stats,
    "fault": _fault,
    "clear_faults": _clear_faults,
    "inject": _inject,
    "redeliver": _redeliver,
    "reorder": _reorder,
    "reset_update_ids": _reset_update_ids,
    "advance": _advance,
    "set": _set,
    "health": _health,
    "batch": _batch,
    "script": _script,
}
