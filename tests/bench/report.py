"""The figures as tables, and held against the goals of docs and the yardsticks of the same run."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

GOALS = (
    ("turns/s, webhook, 50 people", 1500.0, "at least"),
    ("p95 ms, webhook, 50 people", 60.0, "at most"),
    ("turns/s, webhook, 50 people, 40 ms API", 1200.0, "at least"),
    ("CPU ms a turn, webhook, 50 people", 0.6, "at most"),
    ("CPU ms a turn, 100,000 known ÷ 1,000 known", 1.15, "at most"),
    ("messages/s out of the outbox", 4000.0, "at least"),
    ("share of the allowed pace, a notice to many", 0.95, "at least"),
    ("p95 ms of a reply meanwhile", 2000.0, "at most"),
    ("start, s", 1.0, "at most"),
    ("memory after the start, MB", 120.0, "at most"),
    ("wrong replies and doubled records", 0.0, "at most"),
)
COLUMNS = (
    ("subject", "subject"), ("mode", "mode"), ("people", "people"), ("delay_ms", "API ms"), ("duplicates", "dup"),
    ("pressed", "press"), ("known", "known"), ("turns", "turns"), ("per_second", "turns/s"), ("p50_ms", "p50"),
    ("p95_ms", "p95"), ("p99_ms", "p99"), ("cpu_ms", "CPU ms"), ("subject_busy", "busy"), ("load_busy", "load"),
    ("wrong", "wrong"), ("doubles", "twice"), ("rss_mb", "MB"),
)  # fmt: skip


def show(result: dict[str, Any], console: Console) -> None:
    """Everything, for a person."""
    console.print(" · ".join(f"{key} {value}" for key, value in result["machine"].items()), highlight=False)
    if result["turns"]:
        console.print(turns_table(result["turns"]))
    for name in ("flatness", "outbox", "notice", "starts", "figures", "households", "writer"):
        if result.get(name):
            console.print(table_of(name, result[name]))
    for read in result["reading"]:
        console.print(table_of("reading, in a second on one core", read["rates"]))
        console.print(table_of("reading, how much is right", read["kinds"]))
    if result["ratios"]:
        console.print(table_of("product ÷ yardstick", result["ratios"]))
    console.print(table_of("goals", result["goals"]))


def turns_table(rows: Sequence[dict[str, Any]]) -> Table:
    """One line for each load."""
    table = Table(title="turns")
    for _, heading in COLUMNS:
        table.add_column(heading, justify="right")
    for row in rows:
        table.add_row(*(_cell(row[key]) for key, _ in COLUMNS))
    return table


def table_of(title: str, rows: Sequence[dict[str, Any]]) -> Table:
    """Rows that have the same keys."""
    table = Table(title=title)
    for key in rows[0]:
        table.add_column(key, justify="right")
    for row in rows:
        table.add_row(*(_cell(value) for value in row.values()))
    return table


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, float):
        return "-" if math.isnan(value) else f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,.3g}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def find(rows: Sequence[dict[str, Any]], **wanted: object) -> dict[str, Any] | None:
    """The row with these values, if it was measured."""
    return next((row for row in rows if all(row[key] == value for key, value in wanted.items())), None)


def ratios(turns: Sequence[dict[str, Any]], outbox: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The product's figures divided by those of the yardsticks under the same load in the same run."""
    found = []
    for row in turns:
        if row["subject"] == "product":
            continue
        same = {key: row[key] for key in ("mode", "people", "delay_ms", "duplicates", "pressed")}
        ours = find(turns, subject="product", **same)
        if ours is not None and row["turns"] and ours["turns"]:
            found.append(
                {
                    "yardstick": row["subject"],
                    **same,
                    "turns/s": ours["per_second"] / row["per_second"],
                    "p95": ours["p95_ms"] / row["p95_ms"],
                    "CPU": ours["cpu_ms"] / row["cpu_ms"],
                    "its wrong replies": row["wrong"],
                }
            )
    ours_out, bare_out = find(outbox, subject="product"), find(outbox, subject="bare")
    if ours_out and bare_out:
        same_keys = {
            "mode": "outbox",
            "people": bare_out["messages"],
            "delay_ms": 0,
            "duplicates": 0.0,
            "pressed": False,
        }
        rate = ours_out["per_second"] / bare_out["per_second"]
        cpu = ours_out["cpu_ms"] / bare_out["cpu_ms"]
        found.append(
            {"yardstick": "bare", **same_keys, "turns/s": rate, "p95": math.nan, "CPU": cpu, "its wrong replies": 0}
        )
    return found


def goals(result: dict[str, Any]) -> list[dict[str, Any]]:
    """Each goal with what was measured."""
    measured = _measured(result)
    return [
        {
            "goal": name,
            "wanted": f"{how} {limit:g}",
            "measured": measured[name],
            "held": _held(measured[name], limit, how),
        }
        for name, limit, how in GOALS
    ]


def _held(value: float, limit: float, how: str) -> str:
    if math.isnan(value):
        return "not measured"
    return "yes" if (value >= limit if how == "at least" else value <= limit) else "NO"


def _measured(result: dict[str, Any]) -> dict[str, float]:
    turns, flat = result["turns"], result["flatness"]
    common = {"subject": "product", "mode": "webhook", "people": 50, "duplicates": 0.0, "pressed": False}
    now, slow = find(turns, delay_ms=0, **common) or {}, find(turns, delay_ms=40, **common) or {}
    out = find(result["outbox"], subject="product") or {}
    notice = next(iter(result.get("notice", ())), {})
    start = result["starts"][0] if result["starts"] else {}
    few, many = (find(flat, known=known) or {} for known in (1_000, 100_000))
    ours = [row for row in [*turns, *flat] if row["subject"] == "product"]
    values = (
        now.get("per_second", math.nan),
        now.get("p95_ms", math.nan),
        slow.get("per_second", math.nan),
        now.get("cpu_ms", math.nan),
        many.get("cpu_ms", math.nan) / few.get("cpu_ms", math.nan),
        out.get("per_second", math.nan),
        notice.get("share", math.nan),
        notice.get("reply_p95_ms", math.nan),
        start.get("seconds", math.nan),
        start.get("memory_mb", math.nan),
        float(sum(row["wrong"] + row["doubles"] for row in ours)) if ours else math.nan,
    )
    return dict(zip((name for name, _, _ in GOALS), values, strict=True))
