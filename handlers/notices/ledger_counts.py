"""The ledger for leaders: how far a notice has come, exactly; what households need and say, so that none can be told.

The rule is that of the figures (bot/reports/discreet.py): a leader who reads both learns no more from the two.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.core.small_cells import Breakdown, Label, Shown, protected
from handlers.dialogue.visit import Visit
from storage.ledger import TO_SEE, Figures, GroupLine
from storage.rounds import Results

Counts = Mapping[str, Shown]
REASONS = ("price", "resettlement", "papers", "other")


def to_see(figures: Figures) -> int:
    """How many households somebody must see."""
    return sum(getattr(figures, name) for name in TO_SEE)


def page_counts(visit: Visit, figures: Figures, doors: Results) -> Mapping[str, Counts]:
    """What those need who must be seen, and what came of the doors; nothing of parts that are all hidden."""
    fewest = visit.fewest
    needs = protected(to_see(figures), {name: getattr(figures, name) for name in TO_SEE}, fewest)
    visits = protected(doors.met + doors.absent, {"met": doors.met, "absent": doors.absent}, fewest)
    moods = protected(visits.parts["met"], {"agreed": doors.agreed, "hesitating": doors.hesitating}, fewest)
    reasons = protected(moods.parts["hesitating"], {name: getattr(doors, name) for name in REASONS}, fewest)
    parts = {"needs": needs, "doors": visits, "moods": moods, "reasons": reasons}
    return {name: {"total": one.total, **one.parts} if _tells(one) else {} for name, one in parts.items()}


def group_counts(visit: Visit, groups: Sequence[GroupLine]) -> Sequence[tuple[str, Shown]]:
    """How many households of each neighbourhood group must be seen."""
    total = sum(group.households for group in groups)
    parts = protected(total, {one.neighborhood_group: one.households for one in groups}, visit.fewest).parts
    return list(parts.items())


def _tells(breakdown: Breakdown) -> bool:
    parts = breakdown.parts.values()
    return breakdown.total != 0 and any(isinstance(shown, int) or shown.label is not Label.UNTOLD for shown in parts)
