"""Where a turn's time goes: the engine in this process, without a platform, under cProfile."""

from __future__ import annotations

import asyncio
import cProfile
import io
import json
import pstats
import shutil
import tempfile
import time
from collections.abc import Mapping, Sequence
from datetime import time as hour
from pathlib import Path

from bot.channels.base import Limits, Take
from bot.channels.capabilities import TELEGRAM
from bot.channels.telegram_updates import parse_update
from bot.core.ids import Ids
from bot.core.message import File, Inbound, Outbound, Update
from bot.engine import Engine
from bot.runtime.clock import wall_clock
from handlers.dialogue.visit import Ward
from storage.database import Database, Tx
from tests.bench import people
from tests.bench.registration import TYPED

AT_ONCE = 50
WARD = Ward(name="Phường Phúc Lợi", phone="024 0000 0000", digest_at=hour(17), reminder_at=hour(8))


class Deaf:
    """A Telegram to which nothing is sent; it reads what people write as the real one does."""

    name = "telegram"
    bot = "1"
    limits = Limits()
    abroad = False

    def parse(self, raw: str) -> Inbound | None:
        return parse_update(raw)

    async def listen(self, _take: Take) -> None:
        return

    def webhook(self, _headers: Mapping[str, str], _body: bytes) -> Update:
        raise NotImplementedError

    can = TELEGRAM

    async def send(self, _message: Outbound, _content: bytes = b"", _link: str = "") -> str:
        return "1"

    async def acknowledge(self, _inbound: Inbound) -> None:
        return

    async def fetch(self, _file: File, _limit: int) -> bytes:
        raise NotImplementedError

    async def close(self) -> None:
        return


def profile(registrations: int = 400, lines: int = 25) -> str:
    """The most expensive functions of `registrations` conversations, fifty of them side by side."""
    return asyncio.run(_profile(registrations, lines))


async def _profile(registrations: int, lines: int) -> str:
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    people.fill(folder / "bench.db", secretaries=registrations, known=registrations)
    database = await Database.open(folder / "bench.db")
    try:
        engine = _engine(database, folder)
        plain = await _timed(engine, range(0, registrations // 2))
        profiler = cProfile.Profile()
        # The turns run on the writer's thread: the profiler is switched on there, for the turns alone.
        run_before = engine.inbox._turn

        def turn(tx: Tx, receipt: object) -> object:
            profiler.enable()
            try:
                return run_before(tx, receipt)  # type: ignore[arg-type]
            finally:
                profiler.disable()

        engine.inbox._turn = turn  # type: ignore[method-assign,assignment]
        await _timed(engine, range(registrations // 2, registrations))
        return (
            f"{plain:.3f} ms CPU for each turn without a platform and without the profiler\n{_table(profiler, lines)}"
        )
    finally:
        await database.close()
        shutil.rmtree(folder, ignore_errors=True)


def _engine(database: Database, folder: Path) -> Engine:
    return Engine(
        database=database, channels=[Deaf()], ward=WARD, now=wall_clock, ids=Ids(wall_clock), media=folder / "media"
    )


async def _timed(engine: Engine, numbers: Sequence[int]) -> float:
    """Milliseconds of CPU for each turn: received, answered, delivered."""
    cpu, turns = time.process_time(), 0
    for first in range(0, len(numbers), AT_ONCE):
        for place, step in enumerate(TYPED):
            updates = [_update(number, place, step.say) for number in numbers[first : first + AT_ONCE]]
            await asyncio.gather(*(engine.take(engine.channels["telegram"], [update]) for update in updates))
            await engine.inbox.answer_waiting()
            for line in engine.outboxes:
                await line.deliver_waiting()
            turns += len(updates)
    return (time.process_time() - cpu) * 1000 / turns


def _update(number: int, place: int, words: str) -> Update:
    person = {"id": people.FIRST + number, "is_bot": False, "first_name": "Person", "language_code": "vi"}
    chat = {"id": person["id"], "type": "private", "first_name": "Person"}
    update = number * len(TYPED) + place
    text = words.format(name=f"Mô hình số {number}")
    message = {"message_id": update, "from": person, "chat": chat, "date": wall_clock() // 1000, "text": text}
    return Update(key=str(update), raw=json.dumps({"update_id": update, "message": message}))


def _table(profiler: cProfile.Profile, lines: int) -> str:
    output = io.StringIO()
    statistics = pstats.Stats(profiler, stream=output).strip_dirs()
    for order in ("tottime", "cumulative"):
        statistics.sort_stats(order).print_stats(lines)
    return output.getvalue()
