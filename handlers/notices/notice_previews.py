"""A notice as it will be read: by one household, or by oneself on trial."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.core.message import Choice
from bot.core.notice_life import OFFICERS
from bot.core.reading.fold import fold
from bot.core.texts import Words
from handlers.dialogue.visit import Visit
from handlers.notices.notice_files import attachments
from handlers.notices.notice_wording import household_text
from handlers.subject import Replies
from storage import notices
from storage.database import Tx
from storage.notices import Household, Parcel, Sheet


def open_choice(sheet: Sheet) -> Choice:
    """The button that shows a notice."""
    return Choice(label=sheet.code, data=f"w|open|{sheet.notice_id}")


def matching(homes: Sequence[Household], words: str) -> list[Household]:
    """The households that words name: by their code alone, else by their name, address or group, without accents."""
    wanted = fold(words)
    exact = [home for home in homes if fold(home.household_id) == wanted]
    return exact or [
        home for home in homes if wanted in fold(f"{home.head_name} {home.address} {home.neighborhood_group}")
    ]


def preview(tx: Tx, visit: Visit, sheet: Sheet, home: Household) -> Replies:
    """The notice as one household will read it."""
    body = as_read(tx, visit, sheet, home)
    again = Choice(label=visit.say("notice.look.see"), data=f"w|see|{sheet.notice_id}")
    shown = visit.reply(visit.say("notice.preview", home=home, body=body), [again, open_choice(sheet)])
    return [replace(shown, household=True)]


def as_read(tx: Tx, visit: Visit, sheet: Sheet, home: Household) -> Words:
    """The whole message to one household, as of today where it is not out yet."""
    parcels = notices.parcels_of(tx, visit.known.scope, sheet.project_id, home.household_id)
    return household_text(visit.desk, sheet, home, parcels, visit.today.isoformat())


def sample(visit: Visit, sheet: Sheet) -> Words:
    """The message to nobody: for those who approve, and are to read of no household."""
    said = {key: visit.say(f"notice.sample.{key}") for key in ("name", "address", "group", "plot")}
    home = Household(
        household_id="", head_name=said["name"], address=said["address"], neighborhood_group=said["group"], source=""
    )
    parcel = Parcel(household_id="", map_sheet=said["plot"], plot=said["plot"], area_m2="0", land_type="")
    return household_text(visit.desk, sheet, home, [parcel], visit.today.isoformat())


def show_sample(visit: Visit, sheet: Sheet) -> Replies:
    """The message as it will read, with nobody's name in it."""
    return [visit.reply(sample(visit, sheet), [open_choice(sheet)])]


def trial(tx: Tx, visit: Visit, sheet: Sheet) -> Replies:
    """The message as it will arrive, to whoever asks for it; its buttons are left out."""
    homes = notices.households_of(tx, visit.known.scope, sheet.project_id) if visit.known.role in OFFICERS else []
    text = as_read(tx, visit, sheet, homes[0]) if homes else sample(visit, sheet)
    body = visit.say("notice.trial", body=text)
    file = next(iter(attachments(tx, sheet)), None)
    shown = replace(visit.reply(body), household=bool(homes), attachment=file)
    return [shown, visit.answer("notice.trial_sent", [open_choice(sheet)])]
