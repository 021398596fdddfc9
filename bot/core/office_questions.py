"""The kinds of question that an office asks: a document's number, a deadline, some units, who came by group."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from bot.core import figures
from bot.core.calendar import is_working_day
from bot.core.form import Answers, Doubt, Heard, Json, Kept, Look, Question, Refused, Said, always, no_options
from bot.core.questions import Options, Shown, When, taken
from bot.core.reading.deadlines import read_deadline
from bot.core.reading.documents import read_document_number
from bot.core.reading.fold import clean
from bot.core.reading.groups import Group, read_groups
from bot.core.reading.result import Ambiguous, Invalid
from bot.core.reading.unit_lists import Unit, read_units

MOST_GROUPS = 20
EVERY_UNIT = "*"
"""The offer that means all units."""
MOST_NAMED = 6
"""How many units of a list are shown by name."""


def nothing_usual(_kept: Answers, _look: Look) -> str:
    """No document is more usual than another."""
    return ""


def document(key: str, *, usual: Callable[[Answers, Look], str] = nothing_usual, when: When = always) -> Question:
    """The number of a document: "12 nq cb". Canonical: 12-NQ/CB; `usual` is the sign of what is asked for."""

    def hear(said: Said, kept: Answers, look: Look) -> Heard:
        read = read_document_number(said.text, usual(kept, look))
        if isinstance(read, Invalid):
            return Refused(read.reason)
        return Doubt(read.options) if isinstance(read, Ambiguous) else Kept(read.value)

    def accept(value: Json, _kept: Answers, _look: Look) -> Heard:
        return Kept(value)

    def show(value: Json, _kept: Answers, _look: Look) -> Json:
        return value

    return Question(key=key, kind="document", hear=hear, accept=accept, show=show, when=when, echo=True)


def deadline(key: str, *, earliest: Callable[[Answers, Look], str | None], when: When = always) -> Question:
    """The last day for something: "10 ngày làm việc". Canonical: an ISO day, not before `earliest`."""

    def hear(said: Said, _kept: Answers, _look: Look) -> Heard:
        read = read_deadline(said.text, today=said.at.date(), is_working=is_working_day)
        if isinstance(read, Invalid):
            return Refused(read.reason)
        if isinstance(read, Ambiguous):
            return Doubt(tuple(day.isoformat() for day in read.options))
        return Kept(read.value.isoformat())

    def accept(value: Json, kept: Answers, look: Look) -> Heard:
        first = earliest(kept, look)
        if first is not None and value < first:
            return Refused("past", {"day": value, "first": first})
        return Kept(value)

    return Question(key=key, kind="deadline", hear=hear, accept=accept, show=_show_day, when=when, echo=True)


def _show_day(value: Json, _kept: Answers, _look: Look) -> Json:
    return Shown(figures.dated(value), {"weekday": date.fromisoformat(value).weekday(), "day": value})


def units(key: str, of: Callable[[Answers, Look], Sequence[Unit]], *, offers: Options = no_options) -> Question:
    """Some units: "cb1-cb12, tdp 3", or all of a kind by one of the `offers`, whose value is the kind.

    Canonical: a list of codes in the order of the units.
    """

    def hear(said: Said, kept: Answers, look: Look) -> Heard:
        known = of(kept, look)
        if offer := taken(said, offers(kept, look)):
            return Kept([unit.code for unit in known if offer.value in (EVERY_UNIT, unit.kind)])
        if said.value is not None:
            return Refused("no_such_option")
        read = read_units(clean(said.text), known)
        if read.unknown:
            return Refused("no_such_unit", {"words": "; ".join(read.unknown)[:200]})
        return Kept(list(read.codes)) if read.codes else Refused("no_unit")

    def accept(value: Json, kept: Answers, look: Look) -> Heard:
        known = {unit.code for unit in of(kept, look)}
        return Kept(value) if value and known.issuperset(value) else Refused("no_unit")

    def show(value: Json, kept: Answers, look: Look) -> Json:
        names = [unit.name for unit in of(kept, look) if unit.code in value]
        parts = {"count": len(value), "names": names[:MOST_NAMED], "more": max(0, len(value) - MOST_NAMED)}
        return Shown(", ".join(names), parts)

    return Question(key=key, kind="units", hear=hear, accept=accept, show=show, options=offers, echo=True)


def groups(key: str) -> Question:
    """Who came, by group, until the person says that it is all. Canonical: a list of "name: 21/21"."""

    def hear(said: Said, _kept: Answers, _look: Look) -> Heard:
        read = read_groups(said.text)
        if isinstance(read, Invalid):
            return Refused(read.reason)
        assert not isinstance(read, Ambiguous)
        return Kept([group.text() for group in read.value])

    def accept(value: Json, _kept: Answers, _look: Look) -> Heard:
        return Kept(value) if len(value) <= MOST_GROUPS else Refused("too_many_groups", {"most": MOST_GROUPS})

    def show(value: Json, _kept: Answers, _look: Look) -> Json:
        read = [read_groups(one) for one in value]
        shown = [group_line(group) for one in read if not isinstance(one, Invalid | Ambiguous) for group in one.value]
        return Shown("; ".join(shown), {"groups": shown})

    return Question(key=key, kind="groups", hear=hear, accept=accept, show=show, collects=True)


def group_line(group: Group) -> str:
    """ "Bí thư chi bộ: 21/21 (100%)": a group with the share of those who came, or only the share that is known."""
    if group.came is None or group.invited is None:
        return f"{group.name}: {figures.decimal(group.share or 0)}%"
    came, invited = figures.counted(group.came), figures.counted(group.invited)
    return f"{group.name}: {came}/{invited} ({figures.share(group.came, group.invited)})"
