"""The kinds of question. Each kind is a function that returns a Question; a new kind is a new function."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from bot.core import figures
from bot.core.form import (
    Answers,
    Doubt,
    Heard,
    Json,
    Kept,
    Look,
    Option,
    Question,
    Refused,
    Said,
    always,
    no_options,
)
from bot.core.reading.fold import clean, fold
from bot.core.reading.moments import Moment, read_moment
from bot.core.reading.options import pick
from bot.core.reading.periods import read_days
from bot.core.reading.quantities import Quantity, read_count, read_fraction, read_quantity
from bot.core.reading.result import Ambiguous, Invalid, Reading, Value

T = TypeVar("T")
Options = Callable[[Answers, Look], Sequence[Option]]
When = Callable[[Answers, Look], bool]

MOST_COUNTED = 999_999_999
MOST_LISTED = 10  # a longer list is typed, not scrolled
_LIST = re.compile(r"[,;+]|\s(?:và|va|với|voi|cùng|cung)\s", re.IGNORECASE)


def as_heard(reading: Reading[T], canonical: Callable[[T], Json]) -> Heard:
    """What was read, as a form hears it."""
    if isinstance(reading, Invalid):
        return Refused(reading.reason)
    if isinstance(reading, Ambiguous):
        return Doubt(tuple(canonical(option) for option in reading.options))
    return Kept(canonical(reading.value))


def chosen(text: str, options: Sequence[Option]) -> Reading[str]:
    """The option that words name: by its number, its label or one of its other names."""
    labels = [(option, option.label) for option in options]  # not (value, label): nobody types our identifiers
    picked = pick(text, labels, {option: option.words for option in options})
    if isinstance(picked, Value):
        return Value(picked.value.value)
    if isinstance(picked, Ambiguous):
        return Ambiguous(tuple(option.value for option in picked.options))
    return picked


def _itself(value: Json, _kept: Answers, _look: Look) -> Json:
    return value


def _accept_any(value: Json, _kept: Answers, _look: Look) -> Heard:
    return Kept(value)


def choice(key: str, of: Options, *, when: When = always, optional: bool = False) -> Question:
    """One of a list; the value is the option's code."""

    def hear(said: Said, kept: Answers, look: Look) -> Heard:
        options = of(kept, look)
        if said.value is not None:
            return accept(said.value, kept, look)
        return as_heard(chosen(said.text, options), str)

    def accept(value: Json, kept: Answers, look: Look) -> Heard:
        known = any(option.value == value for option in of(kept, look))
        return Kept(value) if known else Refused("no_such_option")

    def show(value: Json, kept: Answers, look: Look) -> Json:
        return next((option.label for option in of(kept, look) if option.value == value), value)

    return Question(
        key=key, kind="choice", hear=hear, accept=accept, show=show, options=of, when=when, optional=optional
    )


def taken(said: Said, offers: Sequence[Option]) -> Option | None:
    """The offer that was taken: pressed, or typed as its number, its button or one of its words."""
    if said.value is not None:
        return next((offer for offer in offers if offer.value == said.value), None)
    words = fold(said.text)
    for number, offer in enumerate(offers, 1):
        if words in (str(number), fold(offer.button), *offer.words):
            return offer
    return None


Check = Callable[[str, Answers, Look], Refused | None]


def no_check(_value: str, _kept: Answers, _look: Look) -> Refused | None:
    """Any text is good."""
    return None


def text(
    key: str,
    *,
    longest: int,
    shortest: int = 2,
    check: Check = no_check,
    offers: Options = no_options,
    when: When = always,
    optional: bool = False,
    secret: bool = False,
) -> Question:
    """Free words of `shortest` to `longest` characters; `check` may refuse them by what the look knows.

    `offers` are earlier words that can be taken in one tap: an offer's label is what is then kept.
    """

    def hear(said: Said, kept: Answers, look: Look) -> Heard:
        if offer := taken(said, offers(kept, look)):
            return Kept(offer.label)
        words = clean(said.text)
        if said.value is not None or (said.files and not words):
            return Refused("words_wanted")
        if len(words) < shortest or not any(letter.isalnum() for letter in words):
            return Refused("too_short")
        if len(words) > longest:
            return Refused("too_long", {"longest": figures.grouped(longest), "length": figures.grouped(len(words))})
        return Kept(words)

    def accept(value: Json, kept: Answers, look: Look) -> Heard:
        return check(value, kept, look) or Kept(value)

    return Question(
        key=key, kind="text", hear=hear, accept=accept, show=_itself, options=offers, when=when, optional=optional,
        secret=secret,
    )  # fmt: skip


Earliest = Callable[[Answers, Look], str | None]


def no_earliest(_kept: Answers, _look: Look) -> str | None:
    """Any day of the past is good."""
    return None


def moment(key: str, *, earliest: Earliest = no_earliest, when: When = always) -> Question:
    """When something was held: a day, with an hour if the person gave one. Canonical: ISO; never in the future.

    A day before `earliest` (ISO) is refused: "25/3" on the 24th can only mean last year, and nobody means that.
    """

    def hear(said: Said, _kept: Answers, _look: Look) -> Heard:
        reading = read_moment(said.text, today=said.at.date(), now=said.at.time(), held=True)
        return as_heard(reading, Moment.iso)

    def accept(value: Json, kept: Answers, look: Look) -> Heard:
        first = earliest(kept, look)
        if first is not None and value[:10] < first:
            return Refused("too_early", {"day": value[:10], "first": first})
        return Kept(value)

    return Question(key=key, kind="moment", hear=hear, accept=accept, show=_show_moment, when=when, echo=True)


def appointment(key: str, *, after: Earliest, when: When = always) -> Question:
    """When something is to be held: a day with its hour, after the local moment that `after` gives. Canonical: ISO."""

    def hear(said: Said, kept: Answers, look: Look) -> Heard:
        reading = read_moment(said.text, today=said.at.date(), now=said.at.time(), held=False)
        heard = as_heard(reading, Moment.iso)
        return accept(heard.value, kept, look) if isinstance(heard, Kept) else heard

    def accept(value: Json, kept: Answers, look: Look) -> Heard:
        if "T" not in value:
            return Refused("hour_missing")
        return Refused("past") if value <= (after(kept, look) or "") else Kept(value)

    return Question(key=key, kind="moment", hear=hear, accept=accept, show=_show_moment, when=when, echo=True)


def planned(key: str, *, when: When = always, optional: bool = False) -> Question:
    """When something is going to be: a day, with an hour if the person gave one. Canonical: ISO, as `moment`."""

    def hear(said: Said, _kept: Answers, _look: Look) -> Heard:
        reading = read_moment(said.text, today=said.at.date(), now=said.at.time(), held=False)
        heard = as_heard(reading, Moment.iso)
        today = said.at.date().isoformat()
        return Refused("past") if isinstance(heard, Kept) and heard.value[:10] < today else heard

    return Question(
        key=key, kind="planned", hear=hear, accept=_accept_any, show=_show_moment, when=when, optional=optional,
        echo=True,
    )  # fmt: skip


def _show_moment(value: Json, _kept: Answers, _look: Look) -> Json:
    parts = {"weekday": date.fromisoformat(value[:10]).weekday(), "day": value[:10], "hour": value[11:16]}
    return Shown(f"{parts['hour']} {figures.dated(value)}".strip(), parts)


class Shown(str):
    """How a value is written in plain figures, with its parts for a text that says it in words."""

    __slots__ = ("parts",)
    parts: dict[str, Any]

    def __new__(cls, plain: str, parts: dict[str, Any]) -> Shown:
        shown = super().__new__(cls, plain)
        shown.parts = parts
        return shown


def period(key: str, *, when: When = always, optional: bool = False) -> Question:
    """From a day to a day, planned: "từ nay đến hết năm". Canonical: "first/last" in ISO."""

    def hear(said: Said, _kept: Answers, _look: Look) -> Heard:
        return as_heard(read_days(said.text, today=said.at.date(), held=False), days_iso)

    def show(value: Json, _kept: Answers, _look: Look) -> Json:
        first, last = value.split("/")
        return figures.dated(first) if first == last else f"{figures.dated(first)} – {figures.dated(last)}"

    return Question(
        key=key, kind="period", hear=hear, accept=_accept_any, show=show, when=when, optional=optional, echo=True
    )


def quantity_json(found: Quantity) -> Json:
    """A quantity as its canonical value."""
    return {"number": f"{found.number:f}", "unit": found.unit}


def days_iso(days: tuple[date, date]) -> str:
    """A first and a last day as their canonical value."""
    return f"{days[0].isoformat()}/{days[1].isoformat()}"


def quantity(key: str, *, when: When = always, optional: bool = False) -> Question:
    """A number with its unit: "46 hộ bàn giao mặt bằng". Canonical: {number, unit}, as `quantity_json` makes it."""

    def hear(said: Said, _kept: Answers, _look: Look) -> Heard:
        reading = read_quantity(said.text)
        return as_heard(reading, quantity_json)

    def accept(value: Json, _kept: Answers, _look: Look) -> Heard:
        return Kept(value) if value["unit"] else Refused("unit_missing")

    def show(value: Json, _kept: Answers, _look: Look) -> Json:
        joint = "" if value["unit"].startswith("%") else " "
        return f"{figures.decimal(Decimal(value['number']))}{joint}{value['unit']}"

    return Question(key=key, kind="quantity", hear=hear, accept=accept, show=show, when=when, optional=optional)


def count(key: str) -> Question:
    """How many, at least one: "3", "hai chục". Canonical: a number."""

    def hear(said: Said, _kept: Answers, _look: Look) -> Heard:
        return as_heard(read_count(said.text), lambda number: number)

    def accept(value: Json, _kept: Answers, _look: Look) -> Heard:
        if value < 1:
            return Refused("zero")
        return Kept(value) if value <= MOST_COUNTED else Refused("too_large")

    def show(value: Json, _kept: Answers, _look: Look) -> Json:
        return figures.counted(value)

    return Question(key=key, kind="count", hear=hear, accept=accept, show=show)


def about(key: str, shown: Callable[[Json, Look], str | None]) -> Question:
    """What a form is about, set by the button that opens it. Canonical: any JSON; `shown` is None for what is gone."""

    def hear(_said: Said, _kept: Answers, _look: Look) -> Heard:
        return Refused("gone")

    def accept(value: Json, _kept: Answers, look: Look) -> Heard:
        return Refused("gone") if shown(value, look) is None else Kept(value)

    def show(value: Json, _kept: Answers, look: Look) -> Json:
        return shown(value, look) or ""

    return Question(key=key, kind="about", hear=hear, accept=accept, show=show, fixed=True)


def fraction(key: str, *, optional: bool = False) -> Question:
    """So many of so many: "43/46 hộ". Canonical: {part, whole, unit}."""

    def hear(said: Said, _kept: Answers, _look: Look) -> Heard:
        reading = read_fraction(said.text)
        return as_heard(
            reading, lambda found: {"part": found.numerator, "whole": found.denominator, "unit": found.unit}
        )

    def accept(value: Json, _kept: Answers, _look: Look) -> Heard:
        return Kept(value) if value["unit"] else Refused("unit_missing")

    def show(value: Json, _kept: Answers, _look: Look) -> Json:
        part, whole = value["part"], value["whole"]
        return f"{figures.counted(part)}/{figures.counted(whole)} {value['unit']} ({figures.share(part, whole)})"

    return Question(key=key, kind="fraction", hear=hear, accept=accept, show=show, optional=optional, echo=True)


def photos(key: str, *, most: int = 10, when: When = always, optional: bool = True) -> Question:
    """Pictures, as many as the person sends until they say that it is all. Canonical: a list of media ids."""

    def hear(said: Said, _kept: Answers, _look: Look) -> Heard:
        return Kept(list(said.files)) if said.files else Refused("photo_wanted")

    def accept(value: Json, _kept: Answers, _look: Look) -> Heard:
        return Kept(value) if len(value) <= most else Refused("too_many_photos", {"most": most})

    def show(value: Json, _kept: Answers, _look: Look) -> Json:
        return Shown(figures.counted(len(value)), {"photos": len(value)})

    return Question(
        key=key, kind="photos", hear=hear, accept=accept, show=show, when=when, optional=optional, collects=True
    )


def documents(key: str, *, most: int = 5, when: When = always) -> Question:
    """PDF files, as many as the person sends until they say that it is all. Canonical: a list of media ids."""

    def hear(said: Said, _kept: Answers, _look: Look) -> Heard:
        return Kept(list(said.files)) if said.files else Refused("document_wanted")

    def accept(value: Json, _kept: Answers, _look: Look) -> Heard:
        return Kept(value) if len(value) <= most else Refused("too_many_documents", {"most": most})

    def show(value: Json, _kept: Answers, _look: Look) -> Json:
        return Shown(figures.counted(len(value)), {"documents": len(value)})

    return Question(
        key=key, kind="documents", hear=hear, accept=accept, show=show, when=when, optional=True, collects=True
    )


def _codes_in(text: str, options: Sequence[Option]) -> Heard:
    """The codes of what a list in words names; a doubt about one of them carries the others along."""
    codes: list[str] = []
    for words in _LIST.split(text):
        if len(options) > MOST_LISTED and words.strip().isdigit():  # nobody sees the numbers of a long list
            return Refused("no_such_option")
        heard = as_heard(chosen(words, options), str)
        if not isinstance(heard, Kept):
            return Doubt(tuple([*codes, code] for code in heard.options)) if isinstance(heard, Doubt) else heard
        codes.append(heard.value)
    return Kept(codes)


def several(key: str, of: Options, *, offers: Options = no_options, when: When = always) -> Question:
    """Some of a list, one or more at a time until the person says that it is all. Canonical: a list of codes.

    `offers` stand before a long list: an earlier answer to be taken in one tap; its value is "code,code".
    """

    def hear(said: Said, kept: Answers, look: Look) -> Heard:
        if offer := taken(said, offers(kept, look)):
            return accept(offer.value.split(","), kept, look)
        options = of(kept, look)
        if said.value is not None:
            return accept([said.value], kept, look)
        return _codes_in(clean(said.text), options)

    def accept(value: Json, kept: Answers, look: Look) -> Heard:
        known = {option.value for option in of(kept, look)}
        return Kept(value) if known.issuperset(value) else Refused("no_such_option")

    def show(value: Json, kept: Answers, look: Look) -> Json:
        labels = {option.value: option.label for option in of(kept, look)}
        return ", ".join(labels.get(code, code) for code in value)

    def listed(kept: Answers, look: Look) -> Sequence[Option]:
        return offers(kept, look) or of(kept, look)

    return Question(
        key=key,
        kind="several",
        hear=hear,
        accept=accept,
        show=show,
        options=listed,
        when=when,
        optional=True,
        collects=True,
    )
