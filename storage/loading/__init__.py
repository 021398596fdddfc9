"""Loading files of units, models, sessions, households …: everything or nothing, each problem named with its place.

A list's kind is told from its columns, so neither names nor order of files matter. What was loaded before is
compared, and only differences are written.

cells → workbooks → sheets → tables → known → land_lists → homes → kinds → headers → load; told has the words.
"""

from storage.loading.load import Plan, Watch, load_files, plan_load, save
from storage.loading.tables import rebuild_ancestors
from storage.loading.told import Counted, LoadRefused, LoadReport, RowError, errors_told, homes_told, report_told

__all__ = [
    "Counted",
    "LoadRefused",
    "LoadReport",
    "Plan",
    "RowError",
    "Watch",
    "errors_told",
    "homes_told",
    "load_files",
    "plan_load",
    "rebuild_ancestors",
    "report_told",
    "save",
]
