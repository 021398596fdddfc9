"""Vietnamese as people type it: a message in, a value, a doubt or a refusal out. Pure: no clock, no I/O.

| name | reads |
|---|---|
| `clean`, `fold`, `expand` | what is stored; what is matched; short forms spelled out |
| `read_day`, `read_days` | a day; a stretch of days (first, last) |
| `read_hour`, `read_moment` | a time of day; a day with perhaps an hour (`Moment`) |
| `read_count`, `read_quantity`, `read_fraction` | a whole number; a number with its unit; so many of so many |
| `read_households` | how many households were met, agreed, hesitate, and why |
| `read_area`, `read_money` | square metres; dong |
| `read_phone` | a telephone number, E.164 |
| `read_neighborhood_group`, `read_cell` | the number of a group or of a party cell |
| `read_plot`, `read_address` | parcel and map sheet; the parts of an address |
| `pick`, `read_field`, `read_project`, `read_yes_no` | one of several; a field's code; a project's code; yes or no |
| `kind_of`, `read_report`, `read_registration` | what a message is; all that a report or a registration says |
| `canonical` | the text of a value that reads back as it |

Every reader takes any text and never raises. The lexicon is in folded words: lower case, no accents.
"""

from __future__ import annotations

from bot.core.reading.canonical import canonical
from bot.core.reading.days import read_day
from bot.core.reading.fold import clean, fold
from bot.core.reading.hours import read_hour
from bot.core.reading.households import Households, read_households
from bot.core.reading.moments import Moment, read_moment
from bot.core.reading.options import FIELD_CODES, pick, read_field, read_project, read_yes_no
from bot.core.reading.periods import Period, read_days
from bot.core.reading.phones import read_phone
from bot.core.reading.places import (
    Plot,
    StreetAddress,
    read_address,
    read_cell,
    read_neighborhood_group,
    read_plot,
)
from bot.core.reading.quantities import (
    Quantity,
    Share,
    read_area,
    read_count,
    read_fraction,
    read_money,
    read_quantity,
)
from bot.core.reading.report import (
    Kind,
    RegistrationReading,
    ReportReading,
    kind_of,
    read_registration,
    read_report,
)
from bot.core.reading.result import Ambiguous, Invalid, Reading, Value
from bot.core.reading.words import expand

__all__ = [
    "FIELD_CODES",
    "Ambiguous",
    "Households",
    "Invalid",
    "Kind",
    "Moment",
    "Period",
    "Plot",
    "Quantity",
    "Reading",
    "RegistrationReading",
    "ReportReading",
    "Share",
    "StreetAddress",
    "Value",
    "canonical",
    "clean",
    "expand",
    "fold",
    "kind_of",
    "pick",
    "read_address",
    "read_area",
    "read_cell",
    "read_count",
    "read_day",
    "read_days",
    "read_field",
    "read_fraction",
    "read_hour",
    "read_households",
    "read_moment",
    "read_money",
    "read_neighborhood_group",
    "read_phone",
    "read_plot",
    "read_project",
    "read_quantity",
    "read_registration",
    "read_report",
    "read_yes_no",
]
