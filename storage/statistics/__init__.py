"""Statistics: figures derived from the records, never kept by hand."""

from __future__ import annotations

from storage.statistics.data import as_json, report_as_json
from storage.statistics.day import day_figures, standing_of
from storage.statistics.nouns import (
    CLEARANCE,
    MEASURES,
    Comparison,
    DayCount,
    DayFigures,
    Expectation,
    FieldCount,
    GoalStanding,
    HostCount,
    NoticeCount,
    ProjectCount,
    Report,
    Sent,
    Standing,
    StateCount,
    Tally,
)
from storage.statistics.report import daily_counts, keep_sent, report, sent_figures, tally

__all__ = [
    "CLEARANCE",
    "MEASURES",
    "Comparison",
    "DayCount",
    "DayFigures",
    "Expectation",
    "FieldCount",
    "GoalStanding",
    "HostCount",
    "NoticeCount",
    "ProjectCount",
    "Report",
    "Sent",
    "Standing",
    "StateCount",
    "Tally",
    "as_json",
    "daily_counts",
    "day_figures",
    "keep_sent",
    "report",
    "report_as_json",
    "sent_figures",
    "standing_of",
    "tally",
]
