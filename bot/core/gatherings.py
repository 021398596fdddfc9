"""Kinds of question about a gathering: where it was held, how many came, and how the households there stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from bot.core import figures
from bot.core.form import Answers, Doubt, Heard, Json, Kept, Look, Question, Refused, Said, always, no_options
from bot.core.questions import Options, Shown, When, as_heard, text
from bot.core.reading.attendance import read_attendance
from bot.core.reading.households import NAMES, REASONS, read_households


def place(key: str, *, longest: int, offers: Options = no_options, when: When = always) -> Question:
    """Where it was: words, or a place shared on a map. Canonical: the words, or {at, words} of a shared place."""
    plain = text(key, longest=longest, offers=offers, when=when)

    def hear(said: Said, kept: Answers, look: Look) -> Heard:
        if said.spot is None or said.text or said.value is not None:
            return plain.hear(said, kept, look)
        return Kept({"at": said.spot.point, "words": said.spot.name[:longest]})

    def show(value: Json, _kept: Answers, _look: Look) -> Json:
        if isinstance(value, str):
            return value
        return Shown(value["words"] or value["at"], {"words": value["words"], "at": value["at"]})

    return replace(plain, kind="place", hear=hear, show=show)


def attendance(key: str, *, when: When = always, optional: bool = True) -> Question:
    """How many people, households or both were there. Canonical: {people, households}, each a number or None."""

    def hear(said: Said, _kept: Answers, _look: Look) -> Heard:
        reading = read_attendance(said.text)
        return as_heard(reading, lambda found: {"people": found.people, "households": found.households})

    def accept(value: Json, _kept: Answers, _look: Look) -> Heard:
        return Kept(value)

    def show(value: Json, _kept: Answers, _look: Look) -> Json:
        counts = {name: number for name, number in value.items() if number is not None}
        return Shown(" + ".join(figures.grouped(number) for number in counts.values()), counts)

    return Question(
        key=key, kind="attendance", hear=hear, accept=accept, show=show, when=when, optional=optional, echo=True
    )


def households(key: str, *, when: When = always) -> Question:
    """How many households were met, agreed, and hesitate for which main reason, in one answer that can be skipped.

    Canonical: {met, agreed, hesitating, price, resettlement, papers, other}, each a number or None.
    """

    def hear(said: Said, kept: Answers, look: Look) -> Heard:
        heard = as_heard(read_households(said.text), asdict)
        return heard if isinstance(heard, Refused | Doubt) else accept(heard.value, kept, look)

    def accept(value: Json, _kept: Answers, _look: Look) -> Heard:
        wrong = households_wrong(value)
        return Refused(wrong, {name: value[name] or 0 for name in NAMES}) if wrong else Kept(value)

    def show(value: Json, _kept: Answers, _look: Look) -> Json:
        plain = ", ".join(f"{name} {value[name]}" for name in NAMES if value[name] is not None)
        return Shown(plain, {**value, "reasons": [(name, value[name]) for name in REASONS if value[name]]})

    return Question(
        key=key, kind="households", hear=hear, accept=accept, show=show, when=when, optional=True, echo=True
    )


def households_wrong(counts: Mapping[str, Any]) -> str:
    """The reason why such counts can't be: more agreed and hesitate than were met, or more reasons than households."""
    agreed, hesitating = counts["agreed"] or 0, counts["hesitating"]
    if counts["met"] is not None and agreed + (hesitating or 0) > counts["met"]:
        return "more_than_met"
    reasons = sum(counts[reason] or 0 for reason in REASONS)
    return "more_reasons" if hesitating is not None and reasons > hesitating else ""
