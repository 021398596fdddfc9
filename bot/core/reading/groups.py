"""Who came to a conference, by group: "Bí thư chi bộ 21/21", "Ban Chấp hành: 100%"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from bot.core.reading.fold import clean
from bot.core.reading.result import Invalid, Reading, Value

_PEOPLE = r"(?: ?(?:đồng chí|dong chi|đ/c|đc|dc|người|nguoi|ng))?"
_COUNTED = re.compile(
    rf"(?P<name>.*[^\W\d_].*?)[\s:,–-]*(?<!\d)(?P<came>\d{{1,5}})(?: ?/ ?| trên | tren )(?P<invited>\d{{1,5}}){_PEOPLE}"
    r"(?: ?\([^)]*%[^)]*\))?\.?",
    re.IGNORECASE | re.DOTALL,
)
_SHARED = re.compile(
    r"(?P<name>.*[^\W\d_].*?)[\s:,–-]*(?<![\d,.])(?P<share>\d{1,3}(?:[.,]\d)?) ?%\.?", re.IGNORECASE | re.DOTALL
)
_ENDS_IN_NUMBER = re.compile(rf".*\d{_PEOPLE}\.?", re.IGNORECASE | re.DOTALL)
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A group at a conference: so many of so many, or only a share of all."""

    name: str
    came: int | None = None
    invited: int | None = None
    share: str | None = None

    def text(self) -> str:
        """ "Bí thư chi bộ: 21/21" or "Ban Chấp hành: 100%": reads back as this group."""
        said = f"{self.came}/{self.invited}" if self.share is None else f"{self.share.replace('.', ',')}%"
        return f"{self.name}: {said}"


def read_groups(words: str) -> Reading[tuple[Group, ...]]:
    """One group or several, one a line or with semicolons between them.

    Refusals: `not_understood`, `denominator_missing` (only one number), `more_than_all`, `too_long`.
    """
    groups = []
    for part in (one.strip(" -–•") for one in re.split(r"[;\n]", clean(words))):
        if not part:
            continue
        group = _read(part)
        if isinstance(group, Invalid):
            return group
        groups.append(group)
    return Value(tuple(groups)) if groups else Invalid("not_understood")


def _read(part: str) -> Group | Invalid:
    found = _COUNTED.fullmatch(part) or _SHARED.fullmatch(part)
    if found is None:
        return Invalid("denominator_missing" if _ENDS_IN_NUMBER.fullmatch(part) else "not_understood")
    said, name = found.groupdict(), found["name"].strip(" :,–-")
    if len(name) > LONGEST_NAME:
        return Invalid("too_long_name")
    if said.get("share") is not None:
        percent = Decimal(said["share"].replace(",", "."))
        return Group(name=name, share=f"{percent.normalize():f}") if percent <= 100 else Invalid("more_than_all")
    came, invited = int(said["came"]), int(said["invited"])
    return Group(name=name, came=came, invited=invited) if 0 < invited >= came else Invalid("more_than_all")
