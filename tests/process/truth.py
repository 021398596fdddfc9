"""Compares the fake's ledger, what people believe, and the database: nothing lost, nothing twice."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field

from bot.core.message import BOLD_OFF, BOLD_ON, Lane
from tests.fakes.telegram import FakeTelegram
from tests.process.product import Product
from tests.process.town import Diary

DIGEST = "Báo cáo nhanh"
DOUBT = "có thể chưa tới đồng chí"
ONCE = (Lane.REMINDER, Lane.SUMMARY)
"""What is never to come twice: as it was promised, not as the program believes."""
FORGOTTEN: tuple[str, object] = ("", ())  # what the records keep of words that were for one person only: their number


@dataclass(slots=True)
class Tally:
    """What a campaign of kills came to."""

    kills: int = 0
    in_recovery: int = 0
    updates: int = 0
    forms: int = 0
    acknowledgements: int = 0
    photos: int = 0
    messages: int = 0
    in_flight: int = 0  # replies and notices on their way at a kill, over all kills
    extra: int = 0  # copies beyond the first
    worst: int = 1  # the most copies of one message
    summaries: int = 0  # that were due
    digests: int = 0  # of them that arrived
    in_doubt: int = 0
    notes: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return ", ".join(f"{name}={getattr(self, name)}" for name in type(self).__slots__ if name != "notes") + "".join(
            f"\n  {note}" for note in self.notes
        )


def check_whole(product: Product) -> None:
    """The file is sound."""
    with product.opened() as connection:
        assert [next(iter(row.values())) for row in connection.execute("PRAGMA integrity_check")] == ["ok"]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def check_received(product: Product, fake: FakeTelegram, tally: Tally) -> None:
    """Every update that Telegram believes delivered is on disk, once."""
    confirmed = [update.id for update in fake.ledger.confirmed]
    bot = product.token.partition(":")[0]
    with product.opened() as connection:
        rows = connection.execute("SELECT update_key FROM inbox WHERE channel = 'telegram' AND bot = ?", (bot,))
        kept = Counter(row["update_key"] for row in rows)
    lost = [number for number in confirmed if str(number) not in kept]
    assert not lost, f"{len(lost)} updates confirmed and not kept, the first {lost[:5]}"
    assert not [key for key, times in kept.items() if times > 1]
    assert not fake.ledger.lost
    tally.updates = len(confirmed)


def check_after_kill(product: Product, fake: FakeTelegram, tally: Tally) -> None:
    """What a dead process left: a sound file that has all that it promised; and count what was in the air."""
    check_whole(product)
    check_received(product, fake, tally)
    lanes = [row["lane"] for row in product.rows("SELECT lane FROM outbox WHERE state = 'sending'")]
    tally.in_flight += sum(lane not in ONCE for lane in lanes)


def check_day(product: Product, fake: FakeTelegram, diary: Diary, tally: Tally) -> None:
    """At the end of the day."""
    check_whole(product)
    check_received(product, fake, tally)
    left = product.rows("SELECT state, COUNT(*) AS n FROM outbox WHERE state IN ('queued', 'sending') GROUP BY state")
    assert left == [], left
    states = {row["state"]: row["n"] for row in product.rows("SELECT state, COUNT(*) AS n FROM inbox GROUP BY state")}
    assert set(states) <= {"done", "ignored"}, states
    check_turns(product, states["done"])
    check_records(product, diary, tally)
    check_photos(product, diary, tally)
    check_deliveries(product, fake, tally)
    check_digests(product, fake, tally)


def check_turns(product: Product, answered: int) -> None:
    """Each act of these people has one answer: a turn that ran again would have queued another.

    What the program says by itself of a notice's progress answers nobody.
    """
    unasked = "supersedes LIKE 'progress:%'"
    query = f"SELECT body FROM outbox WHERE lane = ? AND NOT COALESCE({unasked}, FALSE)"
    bodies = [row["body"] for row in product.rows(query, int(Lane.REPLY))]
    replies = sum(DOUBT not in body for body in bodies)
    assert replies == answered, f"{replies} answers to {answered} updates"


def check_records(product: Product, diary: Diary, tally: Tally) -> None:
    """One record for each finished form, none beside; one acknowledgement for each pressed notice."""
    for table, column, wanted in (
        ("models", "name", diary.models),
        ("outreach_sessions", "place", diary.sessions),
        ("notices", "content", diary.notices),
    ):
        found = Counter(row[column] for row in product.rows(f"SELECT {column} FROM {table} WHERE draft IS NOT NULL"))
        assert found == Counter(wanted), f"{table}: {found - Counter(wanted)} more, {Counter(wanted) - found} less"
    answers = Counter(
        (row["household_id"], row["content"], row["answer"])
        for row in product.rows(
            "SELECT r.household_id, n.content, a.answer FROM notice_answers a"
            " JOIN notice_recipients r ON r.recipient_id = a.recipient_id JOIN notices n ON n.notice_id = r.notice_id"
        )
    )
    assert answers == Counter((*pair, "received") for pair in diary.acknowledged)
    assert Counter(row["words"] for row in product.rows("SELECT words FROM tickets")) == Counter(diary.questions)
    assert product.value("SELECT COUNT(*) FROM notice_recipients") == diary.homes * len(diary.notices)
    drafts = product.value("SELECT COUNT(*) FROM finished_drafts WHERE form <> 'join'")
    assert drafts == diary.forms
    tally.forms, tally.acknowledgements = diary.forms, len(diary.acknowledged)


def check_photos(product: Product, diary: Diary, tally: Tally) -> None:
    """Each reported photo is on the disk under its hash, and nothing half-written lies beside."""
    rows = product.rows(
        "SELECT m.state, m.sha256, m.size FROM session_photos p JOIN media m ON m.media_id = p.media_id"
    )
    assert len(rows) == len(diary.sessions)
    for row in rows:
        assert row["state"] == "kept", row
        content = (product.media / row["sha256"][:2] / f"{row['sha256']}.jpg").read_bytes()
        assert hashlib.sha256(content).hexdigest() == row["sha256"]
        assert len(content) == row["size"]
    assert list(product.media.rglob("*.part")) == []
    tally.photos = len(rows)


def check_deliveries(product: Product, fake: FakeTelegram, tally: Tally) -> None:
    """Each message that should arrive arrived, and no oftener than a kill in mid-send explains."""
    arrived = Counter((message.chat, message.text, _buttons(message.rows)) for message in fake.ledger.messages)
    sent: Counter[object] = Counter()
    tries: Counter[object] = Counter()
    changed: Counter[int] = Counter()  # by chat, tries beyond the first of what was changed in place since
    for row in product.rows("SELECT chat, lane, body, state, attempts, changed_at FROM outbox"):
        key = (int(row["chat"]), *_body(row["body"]))
        changed[key[0]] += row["attempts"] - 1 if row["changed_at"] is not None else 0
        if row["state"] == "sent":
            sent[key] += 1
        elif row["state"] != "superseded":
            assert row["lane"] in ONCE, f"a reply or notice ended as {row['state']}"
            assert row["state"] == "in_doubt", row["state"]
        if row["lane"] in ONCE:
            assert arrived[key] <= 1, f"a summary or reminder twice: {key}"
        tries[key] += row["attempts"]
    arrived = Counter([key if key in tries else (key[0], *FORGOTTEN) for key in arrived.elements()])
    stray: Counter[int] = Counter()  # copies of which only the other was changed
    for key in [key for key in arrived if key not in tries]:
        stray[key[0]] += arrived.pop(key)
    assert all(count <= changed[chat] for chat, count in stray.items()), f"messages that nobody queued: {stray}"
    missing = {key: sent[key] - arrived[key] for key in sent if arrived[key] < sent[key]}
    assert not missing, f"{len(missing)} messages marked as sent that never arrived: {list(missing)[:2]}"
    too_many = {key: arrived[key] - tries[key] for key in arrived if arrived[key] > tries[key]}
    assert not too_many, f"{len(too_many)} messages sent oftener than noted: {list(too_many)[:2]}"
    extra = {key: arrived[key] - sent[key] for key in sent if arrived[key] > sent[key]}
    tally.messages, tally.extra = len(fake.ledger.messages), sum(extra.values()) + sum(stray.values())
    tally.worst = max((arrived[key] for key in sent if sent[key] == 1), default=0)  # where the words are one message's
    assert tally.extra <= tally.in_flight, f"{tally.extra} extra copies of {tally.in_flight} sends in flight at kills"


def _body(body: str) -> tuple[str, object]:
    found = json.loads(body)
    text = found["text"].replace(BOLD_ON, "").replace(BOLD_OFF, "")
    pressed = [data for _, data in [*found["choices"], *found["controls"]]]
    if "contact" in found:  # on the phone's own keyboard nothing carries data, and one key gives the number
        pressed = ["" for _ in ["", *pressed]]
    return text.strip(), tuple(sorted(pressed))


def _buttons(rows: object) -> object:
    return tuple(sorted(button.data for row in rows for button in row))  # type: ignore[attr-defined]


def check_digests(product: Product, fake: FakeTelegram, tally: Tally) -> None:
    """A summary never twice; one that may be missing is listed as in doubt, and the leader was told."""
    arrived = Counter(
        message.chat for message in fake.ledger.messages if DIGEST in message.text and _is_summary(message.text)
    )
    told = Counter(message.chat for message in fake.ledger.messages if DOUBT in message.text)
    rows = product.rows(
        "SELECT chat, state FROM outbox WHERE lane = ? AND about LIKE 'daily_digest:%'", int(Lane.SUMMARY)
    )
    runs = product.value("SELECT COUNT(*) FROM job_runs WHERE job = 'daily_digest' AND outcome = 'queued'")
    assert runs == len(rows)
    assert max(arrived.values(), default=0) <= 1, f"a summary twice: {arrived}"
    for row in rows:
        chat = int(row["chat"])
        if row["state"] == "sent":
            assert arrived[chat] == 1, f"marked as sent, never arrived: {chat}"
        else:
            assert row["state"] == "in_doubt", row
            assert told[chat] >= 1, f"in doubt, and the leader {chat} was not told"
    tally.summaries, tally.digests = len(rows), sum(arrived.values())
    tally.in_doubt = sum(row["state"] == "in_doubt" for row in rows)
    tally.notes.append(
        f"summaries: {len(rows)} due, {tally.digests} arrived, {tally.in_doubt} in doubt"
        f" ({len(rows) - tally.digests} of them not arrived), none twice"
    )


def _is_summary(text: str) -> bool:
    """The digest itself, not what is said about one in doubt."""
    return DOUBT not in text
