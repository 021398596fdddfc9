"""An alarm in words: for a chat, for the terminal, for the log; names of channels and jobs as a ward calls them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.core.texts import Texts
from handlers.delivery.fates import family_of
from storage import health
from storage.database import Tx

WORDED = frozenset({"settings", "no_connection", "busy", "quota", "conflict"})
"""Kinds of reasons that have words of their own here; of others the key stands, for whoever is asked for help."""

SKIPPED = "job_skipped"
CONFLICTS = frozenset({"conflict", "webhook_set"})


def told(texts: Texts, kind: str, subject: str, values: Mapping[str, Any], which: str = "begins") -> str:
    """That something is wrong, or with `which` "ends" that it is over."""
    return texts.say(f"health.{kind}.{which}", **worded(texts, subject, values))


def worded(texts: Texts, subject: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a sentence, with names and reasons in words."""
    named = values.get("job") or values.get("channel") or subject
    known = {"subject": subject, "name": name_of(texts, str(named)), **values}
    if "why" in values:
        known["reason"] = reason_of(texts, str(values["why"]))
    return known


def name_of(texts: Texts, subject: str) -> str:
    """What a channel or a job is called."""
    return texts.say(
        texts.first(f"health.channel.{subject}", f"health.job.{subject}", "health.unnamed"), subject=subject
    )


def reason_of(texts: Texts, why: str) -> str:
    """Why a channel does not work."""
    family = why if why in WORDED else "conflict" if why in CONFLICTS else family_of(why)
    return texts.say(f"health.why.{family if family in WORDED else 'other'}", key=why)


def days_told(texts: Texts, days: Sequence[tuple[str, Sequence[str]]]) -> str:
    """Which jobs were left out on which days."""
    lines = ((day, [name_of(texts, job) for job in jobs]) for day, jobs in days)
    return "; ".join(texts.say("health.day", day=day, jobs=jobs) for day, jobs in lines)


def skipped_told(texts: Texts, runs: Sequence[health.Skipped]) -> str:
    """All that was left out in one sentence: after days off nobody wants a message for each."""
    return texts.say("health.job_skipped.begins", days=days_told(texts, health.by_day(runs)))


def alarms_told(texts: Texts, tx: Tx) -> list[str]:
    """What is wrong at the moment."""
    alarms = health.open_alarms(tx)
    skipped = [health.Skipped(job=one.values["job"], slot=one.values["slot"]) for one in alarms if one.kind == SKIPPED]
    lines = [told(texts, one.kind, one.subject, one.values) for one in alarms if one.kind != SKIPPED]
    return [*lines, skipped_told(texts, skipped)] if skipped else lines
