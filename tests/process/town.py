"""The people of a day on Telegram: each does one thing, waits for the answer, and goes on from what they see."""

from __future__ import annotations

import asyncio
import io
import os
import random
from collections.abc import Awaitable
from dataclasses import dataclass, field

from PIL import Image

from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_people import MessageRecord, Person
from tests.process.product import Invited
from tests.process.wards import DEMO_HOMES

PATIENCE = 40.0 + int(os.environ.get("CROWD", "0")) / 5
"""Seconds that somebody waits for an answer before the test says that it was lost: with a crowd there is a line."""


def photo(chance: random.Random) -> bytes:
    """A picture that no other one is like, larger than what is kept."""
    picture = Image.new("RGB", (1800, 1200), tuple(chance.randbytes(3)))
    picture.putdata([tuple(chance.randbytes(3)) for _ in range(64)])
    about = Image.Exif()
    about[0x010F] = "a phone of somebody"
    content = io.BytesIO()
    picture.save(content, "JPEG", quality=60, exif=about)
    return content.getvalue()


@dataclass(slots=True)
class Diary:
    """What people did and believe to be done: the database has to agree."""

    homes: int = DEMO_HOMES  # that a notice goes to
    models: list[str] = field(default_factory=list)  # names
    sessions: list[str] = field(default_factory=list)  # places
    notices: list[str] = field(default_factory=list)  # contents
    questions: list[str] = field(default_factory=list)  # words
    approved: set[str] = field(default_factory=set)  # codes of notices
    acknowledged: list[tuple[str, str]] = field(default_factory=list)  # (household, content of the notice)
    words: set[str] = field(default_factory=set)  # whatever anybody wrote

    @property
    def forms(self) -> int:
        """How many forms were sent."""
        return len(self.models) + len(self.sessions) + len(self.notices) + len(self.questions)


@dataclass(slots=True)
class Somebody:
    """A person with a phone and a script."""

    fake: FakeTelegram
    number: int
    invited: Invited
    diary: Diary
    chance: random.Random
    rounds: int = 0
    reported: int = 0  # sessions
    answered: set[str] = field(default_factory=set)  # contents of notices

    @property
    def person(self) -> Person:
        """The phone."""
        return self.fake.person(self.number, self.invited.name or self.invited.code)

    async def act(self, deed: Awaitable[int], expect: str) -> MessageRecord:
        """Do something and wait for the answer to it."""
        self.person.chat.seen = len(self.person.messages)
        await deed
        return await self.person.wait_for(expect, PATIENCE)

    async def say(self, text: str, expect: str) -> MessageRecord:
        """Write."""
        self.diary.words.add(text)
        return await self.act(self.person.say(text), expect)

    async def press(self, label: str, expect: str) -> MessageRecord:
        """Press the newest button with this label."""
        return await self.act(self.person.press(label), expect)

    async def press_like_an_old_phone(self, label: str, expect: str) -> MessageRecord:
        """Press, and now and then twice: what is finished by it is finished once."""
        self.person.chat.seen = len(self.person.messages)
        for _ in range(self.chance.choice((1, 1, 1, 2))):
            await self.person.press(label)
        return await self.person.wait_for(expect, PATIENCE)

    async def think(self, longest: float) -> None:
        """A moment of one's own."""
        await asyncio.sleep(self.chance.uniform(0, longest))

    def fresh(self, what: str) -> str:
        """Words that nobody else writes."""
        self.rounds += 1
        return f"{what} {self.invited.code} lần {self.rounds}"

    async def join(self) -> None:
        """By the deep link on the invitation, and by agreeing."""
        welcome = await self.say(f"/start {self.invited.code}", "Bấm **Đồng ý**")
        assert "máy chủ ở nước ngoài" in welcome.shown
        joined = await self.press("Đồng ý", "Đã ghi nhận")
        if "nhắc việc" in joined.shown:
            await self.press("Nhận tin nhắc việc", "Đã ghi nhận lúc")

    async def register_model(self) -> str:
        """/dangky: buttons where there are buttons, words elsewhere."""
        name = self.fresh("Mô hình")
        await self.say("đăng ký", "**Lĩnh vực** nào")
        await self.press("Bảo vệ môi trường", "**Tên mô hình** là gì")
        await self.say(name, "**Nội dung, cách làm** gồm")
        await self.say(self.fresh("Họp tổ, đến từng nhà"), "**Đối tượng, địa bàn** nào")
        await self.say(self.fresh("Các hộ tổ 5"), "**Chỉ tiêu** cần đạt")
        await self.press("Bỏ qua", "**Thời gian** thực hiện")
        card = await self.say("cả năm", "**Đăng ký mô hình** ·")
        assert name in card.shown
        await self.press_like_an_old_phone("Gửi", "Đã ghi lúc")
        self.diary.models.append(name)
        return name

    async def report_session(self) -> str:
        """/baocao with a photo."""
        place = self.fresh("Nhà văn hóa")
        await self.say("báo cáo", "**khi nào**")
        await self.say("hôm qua", "**mô hình** nào")
        if self.reported:  # the second session of a day is asked about: may it be the first one again?
            await self.press("Không thuộc mô hình nào", "Có phải **buổi này**")
            await self.press("Buổi khác", "**dự án** nào")
        else:
            await self.press("Không thuộc mô hình nào", "**dự án** nào")
        await self.press("Bỏ qua", "**Địa điểm** ở đâu")
        await self.say(place, "**người dự**")
        await self.say("35 người", "**Kết quả, kiến nghị**")
        await self.say(self.fresh("Bà con đồng tình"), "Có **ảnh**")
        await self.act(self.person.photo(photo(self.chance)), "**01 ảnh**")
        await self.press("Xong", "**đơn vị phối hợp**")
        card = await self.press("Bỏ qua", "**Báo cáo buổi tuyên truyền, vận động** ·")
        assert place in card.shown
        await self.press_like_an_old_phone("Gửi", "Đã ghi lúc")
        self.diary.sessions.append(place)
        self.reported += 1
        return place

    async def submit_notice(self) -> str:
        """/thongbao to the households of a project, for a second person to approve."""
        content = self.fresh("Kính mời ông/bà tới họp")
        await self.say("/thongbao", "**dự án** nào")
        await self.press("Dự án đường hành lang chân đê", "**Loại thông báo** nào")
        await self.press("Thông báo khác", "**Nội dung** thông báo")
        await self.say(content, "**tệp PDF**")
        card = await self.press("Bỏ qua", f"Sẽ gửi cho **{self.diary.homes} hộ**")
        assert content in card.shown
        await self.press_like_an_old_phone("Lưu, xem lại", "Đã ghi lúc")
        await self.press("Trình duyệt", "Đã trình thông báo")
        self.diary.notices.append(content)
        return content

    async def approve_notice(self) -> bool:
        """/duyettb, and the first one that waits; whether one did."""
        listed = await self.say("/duyettb", "đang chờ")
        if "Không có" in listed.shown:
            return False
        code = listed.rows[0][0].label
        card = await self.press(listed.rows[0][0].data, f"Thông báo **{code}** ·")
        if "chờ duyệt" in card.shown.splitlines()[0]:  # not from an old copy of the list, sent again after a kill
            await self.press_like_an_old_phone("Duyệt và gửi", f"thông báo **{code}** được gửi")
            self.diary.approved.add(code)
        return True

    async def ask_question(self) -> str:
        """/hoi, what no approved answer is for, and an officer will answer."""
        words = self.fresh("Cây xoài ven đường ngõ nhà")
        await self.say("/hoi", "muốn hỏi điều gì")
        card = await self.say(words, "**Gửi câu hỏi này cho cán bộ?**")
        assert words in card.shown
        await self.press_like_an_old_phone("Gửi câu hỏi", "Phiếu **PL-")
        self.diary.questions.append(words)
        return words

    def unanswered(self) -> list[MessageRecord]:
        """Notices on my screen that I have not acknowledged: the first copy of each."""
        return [
            message
            for message in self.person.messages
            if message.copy == 1 and message.text.startswith("Kính gửi ông/bà") and not self.answered & _lines(message)
        ]

    async def acknowledge(self, notice: MessageRecord) -> None:
        """Press Đã nhận under a notice."""
        button = notice.rows[0][0]
        assert button.label == "Đã nhận"
        await self.press_like_an_old_phone(button.data, "**đã nhận** thông báo")
        content = next(line for line in _lines(notice) if line.startswith("Kính mời ông/bà tới họp"))
        self.answered.add(content)
        self.diary.acknowledged.append((self.invited.household, content))


def _lines(message: MessageRecord) -> set[str]:
    return set(message.text.splitlines())
