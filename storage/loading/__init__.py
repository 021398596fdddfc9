"""Loading files of units, models, sessions, households …: everything or nothing, each problem named with its place.

A list's kind is told from its columns, so neither names nor order of files matter. What was loaded before is
compared, and only differences are written.

cells → workbooks → sheets → tables → known → kinds → headers → load; told has the words.
"""

from storage.loading.load import load_files
from storage.loading.tables import rebuild_ancestors
from storage.loading.told import Counted, LoadRefused, LoadReport, RowError, errors_told, report_told

__all__ = [
    "Counted",
    "LoadRefused",
    "LoadReport",
    "RowError",
    "errors_told",
    "load_files",
    "rebuild_ancestors",
    "report_told",
]
