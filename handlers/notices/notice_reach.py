"""Whom a notice will reach, by which way and at what price, told before it goes; and whom it will not, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from bot.core.message import Choice
from bot.core.reach import Standing, standing
from bot.core.texts import Words
from handlers.dialogue.visit import Visit
from handlers.notices.notice_previews import open_choice
from handlers.subject import Replies
from storage import notices
from storage.database import Tx
from storage.notices import Sheet, Way

MOST_LISTED = 40  # households in one message


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """A household and its way: a channel with what it takes, or why there is none."""

    head_name: str
    group: str
    channel: str = ""
    takes: Standing = Standing.FREE
    why: str = ""  # "" · no_account · declined · blocked · closed

    @property
    def is_special(self) -> bool:
        """Whether there is more to say than that the household has an account, or none."""
        return self.why not in ("", "no_account") or self.takes is not Standing.FREE


def reach(tx: Tx, visit: Visit, scope: str, project_id: str) -> list[Reached]:
    """The way to each household of a project, as things stand now."""
    found = notices.ways(tx, scope, project_id)
    return [_reached(visit, list(ways)) for _, ways in groupby(found, key=lambda way: way.household_id)]


def _reached(visit: Visit, ways: Sequence[Way]) -> Reached:
    """By the account used last that is open; a closed one falls over to the next."""
    there = Reached(head_name=ways[0].head_name, group=ways[0].neighborhood_group)
    accounts = [way for way in ways if way.channel]
    willing = [way for way in accounts if not way.declined]
    able = [(way, standing(visit.desk.windows.get(way.channel or ""), way.heard, visit.now))
            for way in willing if way.unreachable is None]  # fmt: skip
    for way, takes in able:
        if takes is not Standing.CLOSED:
            return replace(there, channel=way.channel or "", takes=takes)
    why = "closed" if able else "blocked" if willing else "declined" if accounts else "no_account"
    return replace(there, why=why)


def reach_words(visit: Visit, homes: Sequence[Reached]) -> Words:
    """How many households are reached, by which way, what it takes where that differs, and why some are not."""
    ways = Counter(home.channel for home in homes if home.channel)
    whys = Counter(home.why for home in homes if home.why)
    return visit.say(
        "notice.reach",
        total=len(homes),
        reach=[(_name(visit, channel), count) for channel, count in sorted(ways.items())],
        unreachable=whys.total(),
        takes=[(_name(visit, channel), _parts(visit, "takes", _takes(homes, channel)))
               for channel in sorted(visit.desk.windows) if ways[channel]],
        whys=_parts(visit, "unreached", whys) if set(whys) - {"no_account"} else [],
    )  # fmt: skip


def _name(visit: Visit, channel: str) -> Words:
    return visit.say(f"common.channel.{channel}")


def _takes(homes: Iterable[Reached], channel: str) -> Counter[str]:
    return Counter(home.takes.value for home in homes if home.channel == channel)


def _parts(visit: Visit, what: str, counts: Counter[str]) -> list[tuple[Words, int]]:
    return [(visit.say(f"notice.{what}.{name}"), count) for name, count in sorted(counts.items())]


def list_choice(visit: Visit, sheet: Sheet) -> Choice:
    """The button for the households that need a hand."""
    return Choice(label=visit.say("notice.look.list"), data=f"w|list|{sheet.notice_id}")


def show_list(tx: Tx, visit: Visit, sheet: Sheet) -> Replies:
    """Household by household, whom it does not reach or not freely, and why: for officers alone."""
    homes = reach(tx, visit, visit.known.scope, sheet.project_id)
    lines = [(home, _standing_words(visit, home)) for home in homes if home.why or home.takes is not Standing.FREE]
    shown = visit.say("notice.list", sheet=sheet, lines=lines[:MOST_LISTED], more=max(0, len(lines) - MOST_LISTED))
    return [replace(visit.reply(shown, [open_choice(sheet)]), household=True)]


def _standing_words(visit: Visit, home: Reached) -> Words:
    return visit.say(f"notice.unreached.{home.why}" if home.why else f"notice.takes.{home.takes.value}")
