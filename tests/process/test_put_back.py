"""A copy put back: made while people write, whole each time, and silent towards every platform until it is released.

`PUT_BACK` is how many cycles of stop, restore, verify there are.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import shutil
import sqlite3
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from bot.core import calendar
from bot.runtime.clock import wall_clock
from storage import backups
from tests.process.product import ROOT, Product, environment
from tests.process.test_faults_at_the_edge import EVERYBODY, GREETING, HELLO, town
from tests.process.town import Somebody
from tests.process.watched import WatchedTelegram

CYCLES = int(os.environ.get("PUT_BACK", "2"))
SILENCE = 3.0  # seconds of listening to a product that must say nothing
THEIR_OWN = frozenset({"marks", "holds", "backups", "audit", "outbox", "alarms", "sqlite_sequence"})
"""Tables in which putting back leaves its own lines."""


@contextlib.asynccontextmanager
async def talking(people: Sequence[Somebody]) -> AsyncIterator[None]:
    """Everybody writes as fast as they are read, until the end of the block."""

    async def talk(somebody: Somebody) -> None:
        for number in itertools.count():
            await somebody.person.say(f"tin {number}")
            await asyncio.sleep(0.02)

    tasks = [asyncio.create_task(talk(somebody)) for somebody in people]
    await asyncio.sleep(0.5)
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def content(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables that hold what people said and did; the file is whole and its rows belong together."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            name: sorted(connection.execute(f"SELECT * FROM {name}").fetchall(), key=repr)
            for name in names
            if name not in THEIR_OWN
        }


def messages(path: Path) -> int:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("SELECT COUNT(*) FROM outbox").fetchone()[0])


async def copied(product: Product, copies: Path) -> Path:
    """A copy of this moment, made by command beside the running product."""
    told = await product.command("backup", "--to", str(copies))
    assert "Đã sao lưu và kiểm tra" in told
    return max(copies.glob(backups.NAMES))


async def calls_in_silence(fake: WatchedTelegram) -> list[str]:
    """What a product asks of the platform while it should ask nothing."""
    before = len(fake.ledger.calls)
    await asyncio.sleep(SILENCE)
    return [call.method for call in fake.ledger.calls[before:]]


async def put_back(product: Product, copy: Path) -> None:
    told = await product.command("restore", str(copy))
    assert "Đã phục hồi" in told
    assert "Nên thả trong 24 giờ" in told


@pytest.mark.timeout(60 + 60 * CYCLES)
async def test_cycles_of_stop_put_back_verify_while_people_write(fake: WatchedTelegram, tmp_path: Path) -> None:
    async with town(fake, tmp_path) as (product, people, _diary):
        for cycle in range(CYCLES):
            async with talking(people):
                copy = await copied(product, tmp_path / f"copies{cycle}")
                await asyncio.sleep(0.3)  # what is written from here on is not in the copy
                await (product.kill() if cycle % 2 else product.stop())
            asked = len(fake.ledger.calls)
            wanted, waited = content(copy), messages(copy)
            await put_back(product, copy)
            assert content(product.path) == wanted
            assert messages(product.path) == waited
            await product.start()
            await product.says("Dữ liệu vừa được phục hồi từ bản sao lưu")
            assert await calls_in_silence(fake) == []
            assert len(fake.ledger.calls) == asked, "it asked the platform something before it was released"
            health = await product.health()
            assert health["held"] is True
            assert "chưa hỏi nền tảng nào" in await product.command("check")  # beside it
            assert "Hệ thống gửi tin trở lại" in await product.command("release", "--drop")
            await people[0].say(HELLO, GREETING)
            assert "held" not in await product.health()
        await product.until_nothing_waits()


async def test_a_command_that_looks_asks_nothing_either(fake: WatchedTelegram, tmp_path: Path) -> None:
    async with town(fake, tmp_path, invited=EVERYBODY[:1]) as (product, _people, _diary):
        copy = await copied(product, tmp_path / "copies")
        await product.stop()
        await put_back(product, copy)
        asked = len(fake.ledger.calls)
        told = await product.command("check")
        assert "chưa hỏi nền tảng nào" in told
        assert "Quản trị: chưa có ai." in told
        assert len(fake.ledger.calls) == asked
        jobs = await product.command("jobs")
        assert "báo cáo nhanh hằng ngày" in jobs
        assert "việc định kỳ chưa chạy" in jobs


async def test_a_ward_whose_file_is_gone_is_not_begun_anew(fake: WatchedTelegram, tmp_path: Path) -> None:
    async with town(fake, tmp_path, invited=EVERYBODY[:1]) as (product, _people, _diary):
        copy = await copied(product, product.folder / "data" / "backups")
        await product.stop()
        for gone in (True, False):
            product.path.unlink()
            if not gone:
                product.path.touch()  # cut to nothing
            await product.start(ready=False)
            ended = await product.ended()
            assert ended.code == 1
            assert "hệ thống không tự bắt đầu lại từ đầu" in ended.output
            await put_back(product, copy)
        await product.start()
        await product.command("release", "--drop")
        await product.stop()


WITHOUT_PRIVILEGES = ("setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all")
"""A machine's administrator may write anywhere; without these two privileges rights count for them as for everybody."""

RIGHTS_COUNT = os.name == "posix" and (os.geteuid() != 0 or shutil.which("setpriv") is not None)


@pytest.mark.skipif(not RIGHTS_COUNT, reason="this user may write anywhere, and there is no setpriv")
@pytest.mark.parametrize(("locked", "said"), [
    ("data", "Không ghi được vào thư mục dữ liệu"),
    ("data/media", "Không ghi được vào thư mục ảnh"),
    ("file", "chỉ đọc được, không ghi được"),
])  # fmt: skip
async def test_what_can_not_be_written_is_said_at_the_start(
    fake: WatchedTelegram, tmp_path: Path, locked: str, said: str
) -> None:
    async with town(fake, tmp_path, invited=EVERYBODY[:1]) as (product, _people, _diary):
        await product.stop()
        (product.folder / "data" / "media").mkdir(exist_ok=True)
        target = product.path if locked == "file" else product.folder / locked
        target.chmod(0o444 if target.is_file() else 0o555)
        told = await run_without_privileges(product)
        target.chmod(0o755)
        assert said in told, told
        assert "Traceback" not in told


async def run_without_privileges(product: Product) -> str:
    words = (*(WITHOUT_PRIVILEGES if os.geteuid() == 0 else ()), sys.executable, "-m", "bot", "run", "--config")
    process = await asyncio.create_subprocess_exec(
        *words, str(product.config), cwd=product.folder, env={**environment(), "PYTHONPATH": str(ROOT)},
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 1, said.decode()
    return said.decode()


def test_a_copy_of_today_is_dated_today() -> None:
    """What the cycles rely on: the newest name is the newest copy."""
    assert backups.NAME.format(calendar.local(wall_clock())) > backups.NAME.format(calendar.local(wall_clock() - 2000))
