"""People at their phones: so many at once go through the conversation, each turn as soon as the last is answered."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from tests.bench.registration import Step
from tests.bench.telegram import ThinTelegram
from tests.fakes.telegram_people import Person

PATIENCE = 10.0  # seconds for one reply; then the person gives up, which counts as a wrong reply
CONFUSED = 1.0  # seconds after which somebody who got a wrong reply, and no right one, leaves
LINGER = 0.3  # seconds in which a second reply may still come


@dataclass(slots=True)
class Seen:
    """What the people saw within the window that counts."""

    latencies: list[float] = field(default_factory=list)  # milliseconds, one for each right reply
    wrong: int = 0  # replies that were not to the question, or one too many, or that never came: of the whole run
    examples: list[str] = field(default_factory=list)
    finished: int = 0  # conversations brought to their end, in the whole run


class Crowd:
    """The people of one run."""

    def __init__(self, fake: ThinTelegram, steps: Sequence[Step], strangers: Iterator[int]) -> None:
        self.seen = Seen()
        self.counting = False
        self.stopping = False
        self.fake = fake
        self.steps = steps
        self._strangers = strangers
        self._talking: dict[int, _Talk] = {}
        fake.heard = self._heard

    def begin(self, people: int) -> None:
        """So many people take up their phones."""
        for _ in range(people):
            self.another()

    def another(self) -> None:
        """Somebody new writes for the first time: nobody comes twice in a run."""
        number = next(self._strangers)
        self._talking[number] = _Talk(self, self.fake.person(number))
        self._talking[number].go_on()

    def missed(self, why: str) -> None:
        """A reply that should not have come, or did not."""
        self.seen.wrong += 1
        if len(self.seen.examples) < 5:
            self.seen.examples.append(why[:120])

    def give_up_waiting(self) -> None:
        """Those who have waited too long leave, and others come."""
        now = time.perf_counter()
        for talk in [talk for talk in self._talking.values() if talk.waiting]:
            if now - talk.sent_at < (CONFUSED if talk.misled else PATIENCE):
                continue
            talk.waiting = False
            if not talk.misled:
                self.missed(f"no reply with {talk.steps[talk.step].expect!r}")
            if not self.stopping:
                self.another()

    @property
    def waiting(self) -> int:
        """How many wait for a reply."""
        return sum(talk.waiting and not talk.misled for talk in self._talking.values())

    def _heard(self, chat: int, text: str) -> None:
        talk = self._talking.get(chat)
        if talk is not None:
            talk.hear(text)


@dataclass(slots=True)
class _Talk:
    """One person's conversation."""

    crowd: Crowd
    person: Person
    step: int = 0
    sent_at: float = 0.0
    waiting: bool = False
    misled: bool = False  # by a wrong reply, which is counted already

    @property
    def steps(self) -> Sequence[Step]:
        return self.crowd.steps

    def go_on(self) -> None:
        """Do the next step."""
        step = self.steps[self.step]
        self.waiting, self.sent_at = True, time.perf_counter()
        if step.press:
            message, button = self.person.chat.find_button(step.press)
            self.person._press(button.data, message.id, None, message)
        else:
            text = step.say.format(name=f"Mô hình số {self.person.id}")
            command = [{"type": "bot_command", "offset": 0, "length": len(text)}] if text.startswith("/") else []
            self.person._write({"text": text, "entities": command} if command else {"text": text}, None)

    def hear(self, text: str) -> None:
        """A message has arrived."""
        if not self.waiting or self.steps[self.step].expect not in text:
            self.misled = True
            self.crowd.missed(f"at step {self.step}: {text}")
            return
        self.waiting = False
        if self.crowd.counting:
            self.crowd.seen.latencies.append((time.perf_counter() - self.sent_at) * 1000)
        self.step += 1
        if self.step == len(self.steps):
            self.crowd.seen.finished += 1
        if self.crowd.stopping:
            return
        # Not within the bot's own call: the next words come when the answer has gone out.
        asyncio.get_running_loop().call_soon(self._next)

    def _next(self) -> None:
        if self.step == len(self.steps):
            self.crowd.another()
        else:
            self.go_on()


async def crowd_goes(
    crowd: Crowd, people: int, *, warm_up: float, seconds: float, at_edges: Callable[[], None]
) -> float:
    """Let them talk; `at_edges` is called when the counting begins and when it ends. Returns its seconds."""
    crowd.begin(people)
    await _watch(crowd, warm_up)
    at_edges()
    crowd.counting, started = True, time.perf_counter()
    await _watch(crowd, seconds)
    crowd.counting, taken = False, time.perf_counter() - started
    at_edges()
    crowd.stopping = True
    end = time.perf_counter() + PATIENCE
    while crowd.waiting and time.perf_counter() < end:  # noqa: ASYNC110 - a callback may not wait for an event
        await asyncio.sleep(0.05)
    await asyncio.sleep(LINGER)
    for _ in range(crowd.waiting):
        crowd.missed("no reply at the end")
    return taken


async def _watch(crowd: Crowd, seconds: float) -> None:
    end = time.perf_counter() + seconds
    while (left := end - time.perf_counter()) > 0:
        await asyncio.sleep(min(left, 1.0))
        crowd.give_up_waiting()
