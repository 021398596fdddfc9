"""The data of the demo: the article's, and what was invented for it (every invented file says so)."""

from __future__ import annotations

from pathlib import Path

HERE = Path(__file__).parent
FRAME = ("invented_campaigns.csv", "invented_fields.csv")
"""The campaign and its fields: the article speaks of them, their codes and dates are ours."""

INVENTED = (
    "invented_units.csv",
    "invented_households.csv",
    "invented_answer_templates.csv",
    "invented_ticket_rules.csv",
)
LAW = ("law_faq.csv", "law_routes.csv")
"""Approved answers and legal ways, after the laws that their source column names; a ward checks them before use."""


def article_files() -> list[Path]:
    """What the article's figures come from, and nothing that would change them."""
    return [*sorted(HERE.glob("phuc_loi_2021_*.csv")), *(HERE / name for name in FRAME)]


def all_files() -> list[Path]:
    """The same, with the invented party cell and households, and what questions are answered with."""
    return [*article_files(), *(HERE / name for name in (*INVENTED, *LAW))]
