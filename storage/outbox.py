"""Messages to deliver: queued in the turn's transaction, sent by the delivery loop, every state written down."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from bot.core.ids import first_at
from bot.core.message import Address, Lane, Outbound, outbound_from_json, outbound_to_json
from storage.database import Tx, load_queries, records

_Q = load_queries("outbox")

DAY = 24 * 3600_000  # milliseconds
EVERY_CHANNEL = ""
"""The channel of a hold on all of them."""
SETTLED = "settled"
"""Why a reminder did not go: what it was about was done in the meantime."""
FLEETING = "fleeting"
"""What a message is about whose words are emptied in the night after it was sent."""
TOO_LATE = "too_late"
AHEAD = 3600_000  # milliseconds; what was written later than this from now was written by a wrong clock
"""Why a message was given up that nobody needs any more."""
IN_PLACE, PASSING = "in_place", "passing"
"""Why a message did not become one of its own: an earlier one says it now; it said how something stood on its way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A message on its way, with how often it was tried and how many of its parts have arrived."""

    message_id: str
    channel: str
    chat: str
    lane: int
    body: str
    attempts: int
    parts_sent: int
    about: str | None
    created_at: int
    not_after: int | None
    supersedes: str | None
    instead_of: str | None  # the message to another account of the same person that failed for good

    @property
    def message(self) -> Outbound:
        """The message itself."""
        return outbound_from_json(Address(channel=self.channel, chat=self.chat), Lane(self.lane), json.loads(self.body))


def put(
    tx: Tx,
    message_id: str,
    message: Outbound,
    now: int,
    *,
    about: str | None = None,
    not_before: int = 0,
    not_after: int | None = None,
    instead_of: str | None = None,
) -> None:
    """Queue a message, to go out at `not_before` or later, and after `not_after` not at all.

    An unsent one with the same `supersedes` key in the same chat is replaced.
    """
    address = message.address
    if message.supersedes:
        _Q.supersede(tx, channel=address.channel, chat=address.chat, key=message.supersedes)
    _Q.put(
        tx,
        message_id=message_id,
        channel=address.channel,
        chat=address.chat,
        lane=int(message.lane),
        body=json.dumps(outbound_to_json(message), ensure_ascii=False),
        supersedes=message.supersedes or None,
        about=about,
        not_before=max(now, not_before),
        not_after=not_after,
        created_at=now,
        instead_of=instead_of,
    )


def unsay(tx: Tx, about: str, now: int) -> None:
    """Take the words of all messages about something away, and do not send those that wait."""
    _Q.unsay(tx, about=about, now=now)


def claim(tx: Tx, channel: str, now: int, most: int, slowest: Lane = Lane.SUMMARY) -> list[Parcel]:
    """Take what may go now, highest lane first, `slowest` the last; the attempt is noted before it is made."""
    parcels = records(Parcel, _Q.claim(tx, channel=channel, now=now, slowest=int(slowest), most=most))
    return sorted(parcels, key=lambda parcel: (parcel.lane, parcel.message_id))


def next_due(tx: Tx, channel: str, now: int) -> int | None:
    """The next moment at which something waiting may go."""
    moment: int | None = _Q.next_due(tx, channel=channel, now=now)
    return moment


def part_sent(tx: Tx, message_id: str, parts_sent: int) -> None:
    """One more part of a long message has arrived."""
    _Q.part_sent(tx, message_id=message_id, parts_sent=parts_sent)


def sent(tx: Tx, message_id: str, now: int, platform_id: str, parts: int) -> None:
    """The platform has the whole message."""
    _Q.sent(tx, message_id=message_id, sent_at=now, platform_id=platform_id, parts_sent=parts)


def standing(tx: Tx, parcel: Parcel) -> tuple[str, str] | None:
    """(our id, the platform's id) of the last message with the same key that left: the one that is changed in place."""
    row = _Q.standing(tx, channel=parcel.channel, chat=parcel.chat, key=parcel.supersedes)
    return None if row is None else (row["message_id"], row["platform_id"])


def changed(tx: Tx, parcel: Parcel, standing_id: str, now: int) -> None:
    """The message that stands says what this one says, which has no place of its own."""
    _Q.change(tx, message_id=standing_id, body=parcel.body, changed_at=now)
    needless(tx, parcel.message_id, IN_PLACE)


def needless(tx: Tx, message_id: str, why: str) -> None:
    """A message will not stand anywhere by itself."""
    _Q.end_unsent(tx, message_id=message_id, state="superseded", why=why)


def let_stand(tx: Tx, key: str) -> None:
    """What was sent with this key is not changed any more: what follows is about something else."""
    _Q.let_stand(tx, key=key)


def again(tx: Tx, message_id: str, not_before: int, why: str) -> None:
    """Try once more, not before that moment."""
    _Q.again(tx, message_id=message_id, not_before=not_before, why=why)


def give_back(tx: Tx, message_id: str) -> None:
    """A message taken and not tried after all."""
    _Q.give_back(tx, message_id=message_id)


def postpone(tx: Tx, message_id: str, not_before: int) -> None:
    """A message taken and not tried after all: not before that moment."""
    _Q.postpone(tx, message_id=message_id, not_before=not_before)


def reword(tx: Tx, parcel: Parcel, message: Outbound) -> Parcel:
    """A message that is about to leave says this; the same words are not written again."""
    body = json.dumps(outbound_to_json(message), ensure_ascii=False)
    if body != parcel.body:
        _Q.reword(tx, message_id=parcel.message_id, body=body)
    return replace(parcel, body=body)


def end_unsent(tx: Tx, message_id: str, state: str, why: str) -> None:
    """Give a message up: "failed" for good, or "in_doubt" and not to be repeated."""
    _Q.end_unsent(tx, message_id=message_id, state=state, why=why)


def end_useless(tx: Tx, now: int, most: int) -> int:
    """Some of what has waited until nobody needs it any more is given up, and says why; returns how many."""
    return int(_Q.end_useless(tx, now=now, why=TOO_LATE, most=most))


def unsent(tx: Tx, address: Address, lane: Lane, most: int) -> int:
    """How many messages of a lane wait in a chat, counted up to `most`."""
    count: int = _Q.unsent(tx, channel=address.channel, chat=address.chat, lane=int(lane), most=most)
    return count


def is_unsent(tx: Tx, address: Address, key: str) -> bool:
    """Whether a message with this `supersedes` key waits in a chat."""
    return _Q.is_unsent(tx, channel=address.channel, chat=address.chat, key=key) is not None


def put_right(tx: Tx, now: int) -> None:
    """What a clock that ran ahead put off for its own time may go now: it would wait for that time otherwise."""
    _Q.put_right(tx, now=now, latest=now + AHEAD)


def wait_all(tx: Tx) -> None:
    """What was being sent waits like everything else: for a copy that is put back."""
    _Q.wait_all(tx)


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenUp:
    """How many messages about something waited until they were of no use."""

    about: str
    count: int


def given_up_late(tx: Tx, lane: Lane, since: int, now: int) -> list[GivenUp]:
    """What of a lane was given up since a moment because it was of no use any more."""
    return records(GivenUp, _Q.given_up_late(tx, lane=int(lane), since=since, now=now))


def states_about(tx: Tx, about: str) -> dict[str, int]:
    """How many messages about something are in which state."""
    return {row["state"]: row["count"] for row in _Q.states_about(tx, about=about)}


def hold(tx: Tx, channel: str, chat: str, until: int) -> None:
    """Nothing goes to this chat, or with "" to anybody on the channel, before that moment."""
    _Q.hold(tx, channel=channel, chat=chat, until=until)


def held_until(tx: Tx, channel: str) -> int:
    """Until when nothing goes to anybody on a channel, epoch milliseconds; 0 when nothing holds it."""
    return int(_Q.held_until(tx, channel=channel))


def sent_since(tx: Tx, channel: str, moment: int) -> list[tuple[str, int]]:
    """(chat, when) of what left a channel since a moment and was queued in the day before it."""
    rows = _Q.sent_since(tx, channel=channel, first=first_at(moment - DAY), moment=moment)
    return [(row["chat"], row["sent_at"]) for row in rows]


def end_hold(tx: Tx, channel: str, chat: str) -> None:
    """Messages may go again."""
    _Q.end_hold(tx, channel=channel, chat=chat)


def waiting_since_before(tx: Tx, moment: int) -> int:
    """How many messages were queued before a moment and have not gone."""
    return int(_Q.waiting_since_before(tx, moment=moment))


def give_up_older(tx: Tx, moment: int, why: str) -> None:
    """The messages queued before a moment will not be sent."""
    _Q.give_up_older(tx, moment=moment, why=why)


def move(tx: Tx, channel: str, chat: str, new_chat: str) -> None:
    """The platform gave the chat another id."""
    _Q.move(tx, channel=channel, chat=chat, new_chat=new_chat)


def left_sending(tx: Tx) -> list[Parcel]:
    """What was being sent when the program ended."""
    return records(Parcel, _Q.left_sending(tx))


def waiting(tx: Tx) -> int:
    """How many messages are still to be delivered."""
    return int(_Q.waiting(tx))


def oldest_due(tx: Tx, now: int) -> int | None:
    """Since when the oldest message waits that could have gone, epoch milliseconds."""
    moment: int | None = _Q.oldest_due(tx, now=now)
    return moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A delivered message in a mailbox of ours (the web chat)."""

    message_id: str
    chat: str
    lane: int
    body: str
    sent_at: int
    shown_at: int | None
    changed_at: int | None  # when it was made to say something else, in its place
    token: str | None  # of the link to it, for its file


def sent_to(tx: Tx, channel: str, most: int) -> list[Mail]:
    """A channel's latest delivered messages, newest first."""
    return records(Mail, _Q.sent_to(tx, channel=channel, most=most))


def shown(tx: Tx, message_id: str, now: int) -> None:
    """The person's screen has shown the message."""
    _Q.shown(tx, message_id=message_id, shown_at=now)
