"""What a household reads: a notice's wording with everything filled in, in the frame that every notice has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Protocol

from bot.core.people import Role
from bot.core.reading.fold import fold
from bot.core.texts import Texts, Words, harmless
from bot.core.wording import fill
from handlers.dialogue.visit import Desk
from storage import notices
from storage.database import Tx
from storage.notices import Limit, Parcel, Sheet, Wording

PLACES = ("name", "address", "plots", "area", "project", "time", "place", "limits", "content")
"""What a wording can have filled in; how each is called is in the texts."""


class Home(Protocol):
    """A household as its notice needs it."""

    @property
    def household_id(self) -> str: ...
    @property
    def head_name(self) -> str: ...
    @property
    def address(self) -> str: ...


def place_names(desk: Desk) -> Mapping[str, str]:
    """What can be filled in: by its folded name as an officer writes it, its key."""
    return _names_in(desk.texts)


@lru_cache(maxsize=4)
def _names_in(texts: Texts) -> Mapping[str, str]:
    return {fold(texts.say(f"notice_wording.place.{key}")): key for key in PLACES}


def wording_of(tx: Tx, desk: Desk, unit_id: str, kind: str) -> Wording:
    """The ward's own wording of a kind of notice, or ours as version 0."""
    standard = Wording(version=0, wording=str(desk.say(f"notice_wording.standard.{kind}")))
    return notices.wording(tx, unit_id, kind) or standard


def keys_in(desk: Desk, names: Sequence[str]) -> frozenset[str]:
    """The keys of places named in a wording; a name that means nothing is left out."""
    known = place_names(desk)
    return frozenset(known[name] for name in names if name in known)


def kind_name(desk: Desk, kind: str) -> Words:
    """A kind of notice as people say it."""
    return desk.say(f"notice.kind.{kind}")


def time_words(desk: Desk, meets_at: str | None) -> str:
    """ "8 giờ 30, thứ Sáu, 26/03/2021" of an ISO day or moment; "" when there is none."""
    if not meets_at:
        return ""
    weekday = desk.say(f"common.weekday.{datetime.fromisoformat(meets_at).weekday()}")
    return desk.say("notice.time", day=meets_at[:10], hour=meets_at[11:16], weekday=weekday)


def limit_words(desk: Desk, limits: Sequence[Limit]) -> str:
    """The statutory limits in one sentence."""
    lines = [desk.say(f"limits.{limit.code}", limit=limit, law=desk.say(f"limits.law.{limit.law}")) for limit in limits]
    return desk.say("limits.list", lines=lines) if lines else ""


def total_area(parcels: Sequence[Parcel]) -> str:
    """The sum of the areas, as a decimal number in text."""
    return str(sum((Decimal(parcel.area_m2) for parcel in parcels), Decimal(0)))


def shared_values(desk: Desk, sheet: Sheet) -> dict[str, str]:
    """What is filled in alike for every household of a notice, by key."""
    return {
        "project": sheet.project_name,
        "time": time_words(desk, sheet.meets_at),
        "place": sheet.place,
        "limits": limit_words(desk, sheet.legal),
        "content": sheet.content,
    }


def own_values(desk: Desk, home: Home, parcels: Sequence[Parcel]) -> dict[str, str]:
    """What is filled in for one household, by key."""
    return {
        "name": home.head_name,
        "address": home.address,
        "plots": desk.say("notice.plots", parcels=parcels),
        "area": desk.say("notice.area", area=total_area(parcels)) if parcels else "",
    }


def household_text(
    desk: Desk,
    sheet: Sheet,
    home: Home,
    parcels: Sequence[Parcel],
    issued_on: str,
    shared: Mapping[str, str] | None = None,
) -> Words:
    """The whole message to one household; `issued_on` is the ISO day that stands in it.

    Whoever writes to many gives what is `shared` by all, made once.
    """
    values = {**(shared or shared_values(desk, sheet)), **own_values(desk, home, parcels)}
    named = {name: harmless(values[key]) for name, key in place_names(desk).items()}
    return desk.say(
        "notice.message",
        Role.RESIDENT,
        home=home,
        sheet=sheet,
        kind=kind_name(desk, sheet.kind),
        body=Words(fill(str(harmless(sheet.wording)), named)),
        day=issued_on,
    )
