"""The eight flows that nothing may tear: who did what before, and the deed in whose middle a process is ended.

The people are the demo's; here they are on Telegram. Words are said, [labels] pressed, and a photo is a photo.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.core import calendar
from storage.database import open_plain, transaction
from storage.demo.people import demo_people
from tests.fakes.telegram import FakeTelegram
from tests.house import House, looked_at
from tests.process.mortal import HASTE, Life
from tests.process.outcome import what_waits
from tests.process.town import photo

PHOTO = "(ảnh)"
PREPARED_BEFORE = 5 * 60_000  # milliseconds
FIRST_UPDATE, LATER_UPDATES = 100_000, 200_000
PATIENCE = 40.0  # seconds
NAMES = [row["account"] for row in demo_people()] + ["moi"]
NUMBERS = {name: 4711 + place for place, name in enumerate(NAMES)}


@dataclass(frozen=True, slots=True)
class Act:
    """Somebody does something; an answer is waited for while a flow is prepared."""

    who: str
    what: str  # words, [a label] or a photo


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """A deed and what leads up to it."""

    name: str
    before: tuple[Act, ...] = ()
    deed: tuple[Act, ...] = ()
    at: datetime = datetime(2021, 3, 24, 8, 50, tzinfo=calendar.ZONE)  # of the deed

    @property
    def now(self) -> int:
        """The moment of the deed, epoch milliseconds."""
        return calendar.instant(self.at)


def acts(who: str, *what: str) -> tuple[Act, ...]:
    """One person's acts in order."""
    return tuple(Act(who, each) for each in what)


MODEL = acts(
    "cb05", "/dangky", "3", "Ngõ xóm sạch", "Dọn vệ sinh hằng tuần", "cả chi bộ", "bo qua", "ca nam"
)  # fmt: skip
REPORT = acts("cb05", "bc buoi", "hqua 19h30", "1", "nha van hoa to 5", "35 ng", "bo qua", "bo qua")
CORRECTION = acts("cb05", "sua bao cao", "1", "[Sửa mục nào?]", "nguoi du", "35 ng")
NOTICE = (
    *acts("canbo", "/thongbao", "1", "8", "Kính mời ông/bà tới họp tổ dân phố", "bo qua"),
    *acts("canbo", "[Lưu, xem lại]", "[Trình duyệt]"),
    *acts("lanhdao", "[Xem thông báo]"),
)
QUESTION = acts("ho1", "khi nào nhận tiền đền bù?")
ANSWER = acts(
    "canbo", "[Trả lời]", "Hộ của ông nhận tiền trong tuần đầu tháng 4, tại phường.", "Kế hoạch chi trả số 12/KH-HĐBT"
)  # fmt: skip

FLOWS = (
    Flow(name="joining", before=acts("moi", "/start DEMO-CB06"), deed=acts("moi", "[Đồng ý]")),
    Flow(name="registering", before=MODEL, deed=acts("cb05", "[Gửi]", "[Gửi]")),
    Flow(name="reporting", before=REPORT, deed=acts("cb05", PHOTO, "xong", "bo qua", "gui")),
    Flow(name="correcting", before=CORRECTION, deed=acts("cb05", "[Ghi giá trị mới]")),
    Flow(name="sending_a_notice", before=NOTICE, deed=acts("lanhdao", "[Duyệt và gửi]")),
    Flow(name="acknowledging", before=(*NOTICE, *acts("lanhdao", "[Duyệt và gửi]")), deed=acts("ho1", "[Đã nhận]")),
    Flow(
        name="answering",
        before=(*QUESTION, *acts("ho1", "[Chưa đúng, hỏi cán bộ]"), *ANSWER),
        deed=acts("canbo", "gui"),
    ),
    Flow(
        name="figures_and_reminders",
        before=acts("canbo", "xin chao"),
        at=datetime(2021, 3, 25, 17, 0, 5, tzinfo=calendar.ZONE),  # both are due, and a deadline is near
    ),
)


def ward(folder: Path, now: int) -> Path:
    """The demo's ward with everybody on Telegram, and one who has only a code."""
    house = House(folder, now).fill()
    with closing(open_plain(house.path)) as connection, transaction(connection) as tx:
        for name, number in NUMBERS.items():
            tx.execute(
                "UPDATE accounts SET channel = 'telegram', account = ?, chat = ? WHERE account = ?",
                (str(number), str(number), name),
            )
        tx.execute(
            "INSERT INTO consents (consent_id, person_id, purpose, text_version, channel, given_at)"
            " SELECT 'abroad ' || person_id, person_id, 'abroad', 'demo', 'telegram', ? FROM people",
            (now,),
        )
    return house.path


async def prepared(folder: Path, flow: Flow) -> tuple[Path, list[Act]]:
    """A file in which all that leads up to the deed was said and answered, and the deed as a phone would send it."""
    now = flow.now - PREPARED_BEFORE
    path = ward(folder, now)
    async with telegram(now, FIRST_UPDATE) as fake:
        life = Life(path, fake.base_url, now)
        for act in flow.before:
            await do(fake, act)
            await until_quiet(path, fake, life, now)
        await until_quiet(path, fake, life, now)
        deed = [_as_sent(fake, act) for act in flow.deed]
        await life.end()
    return path, deed


def telegram(now: int, first: int) -> FakeTelegram:
    """A Telegram that has the flow's time, and its people's haste."""
    began = asyncio.get_running_loop().time()
    return FakeTelegram(
        unlimited=True,
        first_update_id=first,
        clock=lambda: now / 1000 + HASTE * (asyncio.get_running_loop().time() - began),
        any_chat=True,
    )


async def do(fake: FakeTelegram, act: Act) -> None:
    """Say it, press it or send it."""
    somebody = fake.person(NUMBERS[act.who], act.who)
    if act.what == PHOTO:
        await somebody.photo(photo(random.Random(1)))
    elif act.what.startswith("["):
        await somebody.press(act.what.strip("[]"))
    elif act.what.startswith("press "):
        await somebody.forge(act.what.removeprefix("press "))
    else:
        await somebody.say(act.what)


def _as_sent(fake: FakeTelegram, act: Act) -> Act:
    """A label as the data behind it: the phone of another life shows the button no more."""
    if not act.what.startswith("["):
        return act
    somebody = fake.person(NUMBERS[act.who], act.who)
    return Act(act.who, f"press {somebody.chat.find_button(act.what.strip('[]'))[1].data}")


async def until_quiet(path: Path, fake: FakeTelegram, life: Life, since: int) -> None:
    """Until all is answered, confirmed, delivered and swept, or the process has ended."""
    until = asyncio.get_running_loop().time() + PATIENCE
    with closing(
        looked_at(path)
    ) as connection:  # one for all looks: reading the tables' names takes longer than a look
        while not life.ended and (fake.pending or (waiting := what_waits(connection, since))):
            assert asyncio.get_running_loop().time() < until, f"still waits: {fake.pending or waiting}"
            await asyncio.sleep(0.02)


async def act_all(fake: FakeTelegram, deed: Sequence[Act]) -> None:
    """The deed, all at once: the answers come in its order."""
    for act in deed:
        await do(fake, act)
