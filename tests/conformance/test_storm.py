"""Four channels at once in bad weather: everything confirmed has its effect once, everything queued has its end.

STORM=40 makes it as long as by night; SEED=… repeats one.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import pytest

from bot.core import calendar
from bot.core.message import Lane
from tests.channels.telegram_kit import picture
from tests.conformance.kit import Gone, Kit
from tests.conformance.storm import Queued, Storm
from tests.fakes.tap import found_in
from tests.house import House

ROUNDS = int(os.environ.get("STORM", "3"))
SEED = int(os.environ.get("SEED", "0")) or random.randrange(1, 10**6)
PATIENCE = 200  # rounds that a day may take, for each round of work
PROJECT = "Dự án đường hành lang chân đê"
HOMES = {
    "cb05": "telegram", "cn01": "zalo_oa", "cb22": "zalo_bot", "tiepdan": "web", "canbo": "zalo_bot",
    "lanhdao": "telegram", "quantri": "zalo_oa",
    **{f"ho{n}": name for n, name in enumerate(["telegram", "zalo_oa", "zalo_bot", "web"] * 3, 1)},
    "ho13": "telegram", "ho14": "zalo_oa",
}  # fmt: skip
WRITERS = ("cb05", "cb22", "cn01")
RESIDENTS = tuple(f"ho{n}" for n in range(1, 9))
SHUT_OUT = ("ho9", "ho11", "ho13", "ho14")
SECOND = {"ho13": ("web", "ho13-web"), "ho14": ("telegram", "ho14-telegram")}


@dataclass(frozen=True, slots=True)
class Step:
    """What somebody does when the last answer is there, and what must then come; "wait" does nothing.

    With `times` it is something that nobody asked for: so many different messages on the screen say it.
    """

    act: str
    what: str
    comes: str
    times: int = 0


@dataclass(slots=True)
class Diary:
    """What people know to be done."""

    models: list[str] = field(default_factory=list)
    sessions: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    answered: list[tuple[str, str]] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Somebody:
    """A person with a phone, who goes on when the answer has come."""

    name: str
    kit: Kit
    script: Iterator[Step]
    step: Step | None = None
    done: bool = False
    acts: int = 0
    _read: int = 0

    async def go_on(self) -> None:
        """One more step, if there is one and its time has come."""
        if self.done or not self._has_come():
            return
        self.step = next(self.script, None)
        self.done = self.step is None
        if self.step is not None:
            await self._act(self.step)

    def _has_come(self) -> bool:
        if self.step is None:
            return True
        texts = [message.text.replace("**", "") for message in self.kit.screen(self.name)]
        if self.step.times:  # a copy that comes late is not another one
            return sum(self.step.comes in text for text in set(texts)) >= self.step.times
        here = any(self.step.comes in text for text in texts[self._read :])
        self._read = len(texts) if here else self._read
        return here

    def sees(self) -> str:
        """The last words on the screen."""
        return next((message.text for message in reversed(self.kit.screen(self.name))), "")

    async def _act(self, step: Step) -> None:
        if step.act == "wait":
            return
        self.acts += 1
        match step.act:
            case "say":
                await self.kit.say(self.name, step.what)
            case "press":
                await self._press(step.what)
            case "photo":
                await self.kit.photo(self.name, picture())

    async def _press(self, label: str) -> None:
        try:
            await self.kit.press(self.name, label)
        except Gone:  # something else with numbers has come in between: the words are understood all the same
            await self.kit.say(self.name, label)


def writer(name: str, diary: Diary) -> Iterator[Step]:
    """Registers models, and reports sessions with a photo."""
    for number in range(1, ROUNDS + 1):
        model, place = f"Mô hình của {name} lần {number}", f"Nhà văn hóa {name} lần {number}"
        yield Step("say", "đăng ký", "Lĩnh vực nào")
        yield Step("press", "Bảo vệ môi trường", "Tên mô hình là gì")
        yield Step("say", model, "Nội dung, cách làm gồm")
        yield Step("say", f"Họp tổ {name} lần {number}", "Đối tượng, địa bàn nào")
        yield Step("say", f"Các hộ tổ {number}", "Chỉ tiêu cần đạt")
        yield Step("press", "Bỏ qua", "Thời gian thực hiện")
        yield Step("say", "cả năm", "Đăng ký mô hình ·")
        yield Step("press", "Gửi", "Đã ghi lúc")
        diary.models.append(model)
        yield Step("say", "báo cáo", "khi nào")
        yield Step("say", f"{23 - number // 7}/3 {13 + number % 7}h", "mô hình nào")  # no two of a unit at one time
        yield Step("press", "Không thuộc mô hình nào", "dự án nào")
        yield Step("press", "Bỏ qua", "Địa điểm ở đâu")
        yield Step("say", place, "người dự")
        yield Step("say", "35 người", "Kết quả, kiến nghị")
        yield Step("say", f"Bà con đồng tình, {name} lần {number}", "Có ảnh")
        yield Step("photo", "", "01 ảnh")
        yield Step("press", "Xong", "đơn vị phối hợp")
        yield Step("press", "Bỏ qua", "Báo cáo buổi tuyên truyền, vận động ·")
        yield Step("press", "Gửi", "Đã ghi lúc")
        diary.sessions.append(place)


def author(diary: Diary) -> Iterator[Step]:
    """Writes notices and submits them."""
    for number in range(1, ROUNDS + 2):
        content = f"Kính mời ông/bà tới họp lần {number}"
        yield Step("say", "/thongbao", "dự án nào")
        yield Step("press", PROJECT, "Loại thông báo nào")
        yield Step("press", "Thông báo khác", "Nội dung thông báo")
        yield Step("say", content, "tệp PDF")
        yield Step("press", "Bỏ qua", "Sẽ gửi cho 46 hộ")
        yield Step("press", "Lưu, xem lại", "Đã ghi lúc")
        while len(diary.answered) < (number - 1) * len(RESIDENTS):  # the newest "Đã nhận" is then of the next one
            yield Step("wait", "", "", times=1)
        yield Step("press", "Trình duyệt", "Đã trình thông báo")
        diary.notices.append(content)
        yield Step("wait", "", f"TB2021-{number:03d} đã được duyệt", times=1)


def approver() -> Iterator[Step]:
    """Approves each as soon as it is there."""
    for number in range(1, ROUNDS + 2):
        yield Step("wait", "", "Đồng chí xem và duyệt giúp", times=number)
        yield Step("press", "Xem thông báo", f"Thông báo TB2021-{number:03d} ·")
        yield Step("press", "Duyệt và gửi", "được gửi")


def resident(name: str, diary: Diary) -> Iterator[Step]:
    """Looks at the household's land, and acknowledges each notice."""
    elsewhere = HOMES[name] == "telegram"
    yield Step("say", "hộ của tôi", "tin mới về hộ gia đình" if elsewhere else "Hộ")
    for number in range(1, ROUNDS + 2):
        content = f"Kính mời ông/bà tới họp lần {number}"
        if elsewhere:
            yield Step("wait", "", "tin mới về hộ gia đình", times=number + 1)
        else:
            yield Step("wait", "", content, times=1)
        yield Step("press", "Đã nhận", f"đã nhận thông báo TB2021-{number:03d} lúc")
        diary.answered.append((f"H{int(name[2:]):03d}", content))


@pytest.mark.timeout(120 + 60 * ROUNDS)
async def test_nothing_is_lost_on_four_channels_in_bad_weather(tmp_path: Path, filled: House) -> None:
    began, diary = time.monotonic(), Diary()
    storm = await Storm(tmp_path, filled, SEED).begin(HOMES, SECOND)
    try:
        for name in SHUT_OUT:
            storm.shut_out(name, HOMES[name])
        town = everybody(storm, diary)
        await live(storm, town)
        storm.clock.move_to(calendar.instant(calendar.local(storm.clock()).replace(hour=17, minute=0, second=5)))
        await storm.engine.scheduler.sweep()
        for _ in range(20):
            await storm.pass_round()
        storm.clear_up()
        await calm_down(storm)
        print(f"\nSEED={SEED}: {storm.tally}; {time.monotonic() - began:.0f} s")
        check_received(storm)
        check_records(storm, diary)
        check_answers(storm, town)
        check_delivered(storm)
        check_nothing_left_over_telegram(storm)
    finally:
        await storm.end()


def everybody(storm: Storm, diary: Diary) -> list[Somebody]:
    """The people who do something."""
    scripts = {name: writer(name, diary) for name in WRITERS}
    scripts |= {name: resident(name, diary) for name in RESIDENTS}
    scripts |= {"canbo": author(diary), "lanhdao": approver()}
    return [Somebody(name, storm.kits[HOMES[name]], script) for name, script in scripts.items()]


async def live(storm: Storm, town: list[Somebody]) -> None:
    """Everybody acts as soon as they can, until all have done everything."""
    for _ in range(PATIENCE * ROUNDS):
        await asyncio.gather(*(somebody.go_on() for somebody in town))
        if all(somebody.done for somebody in town):
            return
        await storm.pass_round()
    stuck = [f"{one.name} waits at {one.step} and sees {one.sees()!r}" for one in town if not one.done]
    raise AssertionError(f"seed {SEED}: " + "\n".join(stuck))


async def calm_down(storm: Storm) -> None:
    """Everything that waits gets its chance."""
    for _ in range(100):
        await storm.pass_round()
        waiting = storm.rows("SELECT state FROM outbox WHERE state IN ('queued', 'sending')")
        unheard = any(len(hook.confirmed) < len(hook.fake.ledger.events) for hook in storm.hooks)
        fetching = storm.rows("SELECT 1 FROM media WHERE state = 'wanted'")
        if not waiting and not unheard and not fetching and not storm.telegram.fake.pending:
            return
        storm.clock.move_to(storm.clock() + 60_000)


def check_received(storm: Storm) -> None:
    """What a platform believes delivered is on the disk, once, and was answered."""
    kept = Counter((row["channel"], row["update_key"]) for row in storm.rows("SELECT * FROM inbox"))
    assert max(kept.values()) == 1
    confirmed = {("telegram", str(update.id)) for update in storm.telegram.fake.ledger.confirmed}
    assert not confirmed - set(kept), f"seed {SEED}"
    assert not storm.telegram.fake.ledger.lost
    for hook in storm.hooks:
        assert len(hook.confirmed) == len(hook.fake.ledger.events)
        assert sum(channel == hook.name for channel, _ in kept) == len({*hook.fake.ledger.events})
    states = {row["state"] for row in storm.rows("SELECT DISTINCT state FROM inbox")}
    assert states <= {"done", "ignored"}, f"seed {SEED}: {states}"


def check_records(storm: Storm, diary: Diary) -> None:
    """One record for each thing that somebody finished, and none beside."""
    for table, column, wanted in (
        ("models", "name", diary.models),
        ("outreach_sessions", "place", diary.sessions),
        ("notices", "content", diary.notices),
    ):
        found = storm.rows(f"SELECT {column} AS it FROM {table} WHERE draft IS NOT NULL")
        assert Counter(row["it"] for row in found) == Counter(wanted), f"seed {SEED}: {table}"
    answers = storm.rows(
        "SELECT r.household_id, n.content FROM notice_answers a JOIN notice_recipients r USING (recipient_id)"
        " JOIN notices n USING (notice_id) WHERE a.answer = 'received'"
    )
    assert Counter((row["household_id"], row["content"]) for row in answers) == Counter(diary.answered)
    photos = storm.rows("SELECT m.state FROM session_photos p JOIN media m USING (media_id)")
    assert [row["state"] for row in photos] == ["kept"] * len(diary.sessions), f"seed {SEED}"


def check_answers(storm: Storm, town: list[Somebody]) -> None:
    """Each act has one answer: a turn that ran twice would have queued two."""
    for somebody in town:
        if somebody.name in (*WRITERS, *RESIDENTS):
            account = somebody.kit.account_of(somebody.name)
            query = "SELECT COUNT(*) AS n FROM outbox WHERE lane = ? AND channel = ? AND chat = ? AND body NOT LIKE ?"
            [row] = storm.rows(query, int(Lane.REPLY), somebody.kit.name, account, "%có thể chưa tới%")
            assert row["n"] == somebody.acts, f"seed {SEED}: {somebody.name}"


def check_delivered(storm: Storm) -> None:
    """Every message has its end; what is called sent is there; copies are at most the sends that were in doubt."""
    queued, screens = storm.queued(), storm.screens()
    states = Counter(one.state for one in queued)
    assert set(states) <= {"sent", "failed", "superseded", "in_doubt"}, f"seed {SEED}: {states}"
    check_failures(storm, queued)
    extra: Counter[str] = Counter()
    for (channel, chat), arrived in screens.items():
        here = [one for one in queued if (one.channel, one.chat) == (channel, chat)]
        due = Counter(text for one in here if one.state == "sent" for text in one.texts)
        assert not due - arrived, f"seed {SEED}: called sent and not there: {due - arrived}"
        once = Counter(text for one in here if one.lane.at_most_once for text in one.texts)
        assert all(arrived[text] <= count for text, count in once.items()), f"seed {SEED}: a summary or reminder twice"
        possible = {text for one in here for text in one.texts}
        assert set(arrived) <= possible, f"seed {SEED}: nobody queued this"
        extra[channel] += (arrived - due).total()
    for channel, copies in extra.items():
        assert copies <= storm.tally.allowed[channel], f"seed {SEED}: {channel} {extra} {storm.tally}"
    assert storm.telegram.fake.ledger.early == 0, f"seed {SEED}: nothing inside a retry_after"


def check_failures(storm: Storm, queued: list[Queued]) -> None:
    """Only who is shut out is not reached, by name and reason; whoever has another channel is reached there, once."""
    out = {(HOMES[name], storm.kits[HOMES[name]].account_of(name)): name for name in SHUT_OUT}
    failed = [one for one in queued if one.state == "failed"]
    assert {(one.channel, one.chat) for one in failed} == set(out), f"seed {SEED}"
    assert {one.why for one in failed} == {"blocked", "not_follower", "chat_not_found"}
    instead = {one.instead_of: one for one in queued if one.instead_of}
    for one in failed:
        other = SECOND.get(out[one.channel, one.chat])
        assert (one.message_id in instead) == (other is not None)
        if other:
            second = instead[one.message_id]
            assert (second.channel, second.chat) == (other[0], storm.kits[other[0]].account_of(other[1]))
            assert second.state == "sent"


def check_nothing_left_over_telegram(storm: Storm) -> None:
    """No byte of a household is in anything that went to Telegram; the same search finds it in what went to Zalo."""
    rows = storm.rows("SELECT head_name, address FROM households")
    plots = storm.rows("SELECT plot, map_sheet FROM parcels")
    canaries = sorted({str(row[key]) for row in rows for key in ("head_name", "address")})
    canaries += sorted({f"Thửa {row['plot']}, tờ bản đồ {row['map_sheet']}" for row in plots})
    sent = bytes(storm.telegram.tap.heard)
    assert sent.count(b"/sendMessage") > 20
    assert b"/xem/" in sent.replace(b"%2F", b"/").replace(b"\\/", b"/")
    assert found_in(sent, canaries) == [], f"seed {SEED}"
    assert found_in(storm.oa.leaked(), canaries)


@pytest.mark.parametrize(
    "sent",
    [
        "Đinh Văn C".encode(),
        urlencode({"text": "hộ Đinh Văn C"}).encode(),
        json.dumps({"text": "hộ Đinh Văn C"}).encode(),
        urlencode({"reply_markup": json.dumps(["Đinh Văn C"])}).encode(),
    ],
)
def test_the_search_sees_every_way_of_writing(sent: bytes) -> None:
    assert found_in(b"POST / HTTP/1.1\r\n" + sent, ["Đinh Văn C", "Bùi Thị B"]) == ["Đinh Văn C"]
